package segment

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
)

// Saved is a filter that is kept under a name.
type Saved struct {
	ID          int64
	Name        string
	Filter      string
	Description string
	CreatedOn   dates.Date // 0, of one to be saved, is today
}

// List are the saved segments, by name.
func List(v *book.View) ([]Saved, error) {
	list, err := book.All(v, scanSaved, `SELECT id, name, filter, ifnull(description, ''), created_on FROM segments`)
	slices.SortFunc(list, func(a, b Saved) int { return strings.Compare(book.Fold(a.Name), book.Fold(b.Name)) })
	return list, err
}

func scanSaved(row book.Scanner) (s Saved, err error) {
	var on string
	if err = row.Scan(&s.ID, &s.Name, &s.Filter, &s.Description, &on); err == nil {
		s.CreatedOn, err = dates.ParseISO(on)
	}
	return s, err
}

// Find is the saved segment of a name, accents and case ignored, or with an id (42 or id:42); a fault.NotFound with the
// nearest when there is none.
func Find(v *book.View, name string) (Saved, error) {
	list, err := List(v)
	if err != nil {
		return Saved{}, err
	}
	return find(list, name)
}

func find(list []Saved, name string) (Saved, error) {
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
		if book.Fold(s.Name) == book.Fold(name) {
			return s, nil
		}
	}
	for _, s := range list {
		if id := fmt.Sprint(s.ID); name == id || name == "id:"+id {
			return s, nil
		}
	}
	hint := nearestHint(name, names)
	if hint == "" {
		hint = "run: perla segment list"
	}
	return Saved{}, &fault.Error{Kind: fault.NotFound, Noun: "segment", Key: name, Reason: noSegment, Hint: hint}
}

// segments compiles that she is a member of any of some saved segments.
func (c *compiler) segments(l *list) (*clause, error) {
	joined := &clause{join: anyOf}
	for _, v := range l.Values {
		name, err := c.bare(v)
		if err != nil {
			return nil, err
		}
		was := c.name
		part, err := c.segment(name)
		c.name = was
		if isLookup(err) {
			return nil, c.asNotFound(v, err)
		}
		if err != nil {
			return nil, err
		}
		joined.parts = append(joined.parts, part)
	}
	return joined.alone(), nil
}

// noSegment is why a segment was not found.
const noSegment = "there is no such segment"

// isLookup says whether an error is that a segment is not there, not that its filter names something else that is not.
func isLookup(err error) bool {
	var e *fault.Error
	return errors.As(err, &e) && e.Kind == fault.NotFound && e.Reason == noSegment
}

// segment compiles a saved segment where it is named. One that comes back to itself is refused.
func (c *compiler) segment(name string) (*clause, error) {
	if c.saved == nil {
		list, err := List(c.view)
		if err != nil {
			return nil, err
		}
		c.saved = make(map[string]Saved, len(list))
		for _, s := range list {
			c.saved[book.Fold(s.Name)] = s
		}
	}
	s, ok := c.saved[book.Fold(name)]
	if !ok {
		var err error
		var list []Saved
		for _, s := range c.saved {
			list = append(list, s)
		}
		slices.SortFunc(list, func(a, b Saved) int { return strings.Compare(a.Name, b.Name) })
		if s, err = find(list, name); err != nil {
			return nil, err
		}
	}
	if at := slices.Index(c.within, s.Name); at >= 0 {
		return nil, &fault.Error{Kind: fault.Conflict, Noun: "segment", Key: s.Name,
			Reason: "it is made of itself: " + strings.Join(append(slices.Clone(c.within[at:]), s.Name), " -> "), Hint: "save one of them with another filter"}
	}
	c.within = append(c.within, s.Name)
	defer func() { c.within = c.within[:len(c.within)-1] }()
	c.name = s.Name
	return c.read(s.Filter)
}

// Save keeps a filter under a name: a new one or, with replace, in place of the one there is. It is compiled first, with
// what it refers to. It is a fault.Conflict when the name is taken, is that of a segment of RFM, or would be made of
// itself. The same again changes nothing.
func Save(tx *book.Tx, s Saved, replace bool) (Saved, error) {
	return save(tx, s, replace, true)
}

func save(tx *book.Tx, s Saved, replace, proved bool) (Saved, error) {
	s.Name, s.Filter, s.Description = strings.Join(strings.Fields(s.Name), " "), strings.TrimSpace(s.Filter), strings.TrimSpace(s.Description)
	if err := checkName(s.Name); err != nil {
		return s, err
	}
	list, err := List(tx.View)
	if err != nil {
		return s, err
	}
	i := slices.IndexFunc(list, func(o Saved) bool { return book.Fold(o.Name) == book.Fold(s.Name) })
	var old Saved
	if i >= 0 {
		old = list[i]
		if s.ID, s.CreatedOn = old.ID, old.CreatedOn; s.Description == "" {
			s.Description = old.Description
		}
		if !replace && (s.Filter != old.Filter || s.Description != old.Description) {
			return s, &fault.Error{Kind: fault.Conflict, Noun: "segment", Key: old.Name, Reason: "is there already, with the filter " + oneLine(old.Filter), Hint: "give --replace to put this one in its place"}
		}
		s.Name = old.Name
	}
	if s.CreatedOn == 0 {
		s.CreatedOn = tx.Today()
	}
	if proved {
		if err := prove(tx.View, list, s); err != nil {
			return s, err
		}
	}
	return s, write(tx, &s, old)
}

// write puts a segment into its table, unless it is there as it is.
func write(tx *book.Tx, s *Saved, old Saved) (err error) {
	switch {
	case *s == old:
		return nil
	case old.ID != 0:
		_, err = tx.Exec(`UPDATE segments SET filter = ?, description = nullif(?, '') WHERE id = ?`, s.Filter, s.Description, s.ID)
		return err
	}
	s.ID, err = tx.Insert(`INSERT INTO segments (name, filter, description, created_on) VALUES (?, ?, nullif(?, ''), ?)`, s.Name, s.Filter, s.Description, s.CreatedOn.String())
	return err
}

// prove compiles a segment as it will be, and so all it is made of.
func prove(v *book.View, list []Saved, s Saved) error {
	c := newCompiler(v, 0)
	c.saved = map[string]Saved{book.Fold(s.Name): s}
	for _, o := range list {
		if book.Fold(o.Name) != book.Fold(s.Name) {
			c.saved[book.Fold(o.Name)] = o
		}
	}
	_, err := c.segment(s.Name)
	return err
}

func checkName(name string) error {
	wrong := func(kind fault.Kind, reason, hint string) error {
		return &fault.Error{Kind: kind, Noun: "segment", Key: name, Reason: reason, Hint: hint}
	}
	switch {
	case name == "":
		return wrong(fault.Usage, "a segment needs a name", "")
	case strings.ContainsAny(name, "'\"(),;="):
		return wrong(fault.Usage, "a name has no quotes, brackets, commas, semicolons or =", "")
	case strings.Trim(name, "0123456789") == "" || strings.HasPrefix(name, "id:"):
		return wrong(fault.Usage, "a name is not a number, which would be taken for an id", "")
	case slices.ContainsFunc(rfmSegments(), func(n string) bool { return book.Fold(n) == book.Fold(name) }):
		return wrong(fault.Conflict, "that is a segment of RFM, which perla keeps by itself", "in a filter it is: rfm = "+book.Fold(name))
	}
	return nil
}

// Remove takes a saved segment away. While another is made of it, or a promotion, a rule of points, a campaign or an
// automation asks for it, that is a fault.Conflict that names them.
func Remove(tx *book.Tx, name string) (Saved, error) {
	list, err := List(tx.View)
	if err != nil {
		return Saved{}, err
	}
	s, err := find(list, name)
	if err != nil {
		return s, err
	}
	users, err := usersOf(tx.View, list, s)
	if err != nil {
		return s, err
	}
	if len(users) > 0 {
		return s, &fault.Error{Kind: fault.Conflict, Noun: "segment", Key: s.Name, Reason: "it is asked for by " + strings.Join(users, ", "), Hint: "change or end those first"}
	}
	_, err = tx.Exec(`DELETE FROM segments WHERE id = ?`, s.ID)
	return s, err
}

// usersOf names what asks for a segment today.
func usersOf(v *book.View, list []Saved, s Saved) (users []string, err error) {
	word := book.Fold(s.Name)
	refers := func(filter string) bool {
		tree, err := parse(filter)
		return err == nil && slices.ContainsFunc(tree.names(), func(n string) bool {
			return book.Fold(n) == word || n == fmt.Sprint(s.ID) || n == fmt.Sprintf("id:%d", s.ID)
		})
	}
	for _, o := range list {
		if o.ID != s.ID && refers(o.Filter) {
			users = append(users, "segment "+o.Name)
		}
	}
	type row struct{ what, name, filter string }
	rows, err := book.All(v, func(r book.Scanner) (w row, err error) {
		err = r.Scan(&w.what, &w.name, &w.filter)
		return w, err
	}, `SELECT 'promotion ' || code, ifnull(segment, ''), '' FROM promotions WHERE segment IS NOT NULL AND (until_on IS NULL OR until_on >= ?1)
		UNION ALL SELECT 'campaign ' || ref, ifnull(segment, ''), ifnull(filter, '') FROM campaigns WHERE launched_on IS NULL AND cancelled_on IS NULL
		UNION ALL SELECT 'campaign ' || ref, '', ifnull(exclude, '') FROM campaigns WHERE launched_on IS NULL AND cancelled_on IS NULL
		UNION ALL SELECT 'automation ' || code, '', ifnull(filter, '') FROM automations`, v.Today().String())
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if book.Fold(r.name) == word || r.filter != "" && refers(r.filter) {
			users = append(users, r.what)
		}
	}
	rules, err := scopedRules(v, word)
	return append(users, rules...), err
}

// names are the saved segments that a filter names.
func (e *either) names() (names []string) {
	for _, b := range e.Parts {
		for _, p := range b.Parts {
			names = append(names, p.names()...)
		}
	}
	return names
}

func (p *part) names() (names []string) {
	switch {
	case p.Not != nil:
		return p.Not.names()
	case p.Group != nil:
		return p.Group.names()
	case p.Condition.Segment != nil:
		for _, v := range p.Condition.Segment.Values {
			names = append(names, v.text())
		}
	}
	return names
}

// scopedRules names the rules of points, in force or to come, that ask for a segment.
func scopedRules(v *book.View, word string) (users []string, err error) {
	rules, err := loyalty.Rules(v, "", 0)
	for _, r := range rules {
		asks := slices.ContainsFunc(r.Scope.Words(loyalty.ScopeSegment), func(n string) bool { return book.Fold(n) == word })
		if asks && (r.Until == 0 || r.Until >= v.Today()) {
			users = append(users, "rule "+r.Code)
		}
	}
	return users, err
}
