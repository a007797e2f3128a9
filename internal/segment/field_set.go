package segment

import (
	"errors"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
)

func hintOf(err error) string {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return ""
}

func reasonOf(err error) string {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Reason + ": " + e.Key
	}
	return err.Error()
}

// writings are the ways in which the book writes some folded texts, out of a column that an index keeps in order: each is
// looked at once, however many rows have it. Where a text is not there at all, whoever asked is warned.
func (c *compiler) writings(what string, t *test, table, column, where string, args ...any) ([]string, error) {
	words, err := c.words(what, t)
	if err != nil {
		return nil, err
	}
	next := func(from string) string {
		return `SELECT min(` + column + `) FROM ` + table + ` WHERE ` + where + from
	}
	query := `WITH RECURSIVE v (x) AS (` + next("") + ` UNION ALL SELECT (` + next(` AND `+column+` > x`) + `) FROM v WHERE x IS NOT NULL)
		SELECT x FROM v WHERE x IS NOT NULL`
	there, err := book.All(c.view, book.Scalar[string], query, append(slices.Clone(args), args...)...)
	if err != nil {
		return nil, err
	}
	found := []string{}
	met := make([]bool, len(words))
	for _, text := range there {
		if i := slices.Index(words, book.Fold(text)); i >= 0 {
			found, met[i] = append(found, text), true
		}
	}
	list, _ := t.values()
	for i, v := range list {
		if !met[i] {
			c.nobody(what, v.text(), there)
		}
	}
	return found, nil
}

// nobody warns that no customer has a text, which may be misspelt.
func (c *compiler) nobody(what, text string, there []string) {
	warning := what + " " + text + ": there is none in the book"
	if near := fault.Nearest(text, there); near != "" {
		warning += "; did you mean " + near + "?"
	}
	c.warn(warning)
}

// tagField tests the set of her tags.
func (c *compiler) tagField(f *field) (*leaf, error) {
	if err := c.plain(f); err != nil {
		return nil, err
	}
	shows := shown{expr: sql(`(SELECT group_concat(tag, ', ') FROM (SELECT tag FROM customer_tags t WHERE t.customer_id = c.id ORDER BY tag))`)}
	if is, missing := f.Test.empty(); is {
		return &leaf{opposed: missing, expr: sql(`c.id IN (SELECT customer_id FROM customer_tags)`), shows: shows}, nil
	}
	tags, err := c.writings("tag", f.Test, "customer_tags", "tag", "1")
	if err != nil {
		return nil, err
	}
	return &leaf{opposed: f.Test.opposed(), shows: shows,
		expr: expr{`c.id IN (SELECT customer_id FROM customer_tags WHERE tag IN (` + marks(len(tags)) + `))`, anys(tags)}}, nil
}

// attributeField tests the values of one of her attributes.
func (c *compiler) attributeField(f *field) (*leaf, error) {
	if err := c.plain(f); err != nil {
		return nil, err
	}
	key, err := contacts.ParseAttributeKey(strings.TrimPrefix(f.Name, "attr."))
	if err != nil {
		return nil, c.problem(f.Pos, "", "%v", err)
	}
	shows := shown{expr: sql(`(SELECT group_concat(value, ', ') FROM (SELECT value FROM customer_attributes a WHERE a.customer_id = c.id AND a.key = ? ORDER BY value))`, key)}
	const having = `c.id IN (SELECT customer_id FROM customer_attributes WHERE key = ?`
	t := f.Test
	switch is, missing := t.empty(); {
	case is:
		return &leaf{opposed: missing, expr: sql(having+`)`, key), shows: shows}, nil
	case t.Has != nil:
		text, err := c.bare(t.Has)
		return &leaf{expr: sql(having+` AND instr(perla_fold(value), ?) > 0)`, key, book.Fold(text)), shows: shows}, err
	}
	values, err := c.writings(f.Name, t, "customer_attributes", "value", "key = ?", key)
	if err != nil {
		return nil, err
	}
	return &leaf{opposed: t.opposed(), shows: shows,
		expr: expr{having + ` AND value IN (` + marks(len(values)) + `))`, append([]any{key}, anys(values)...)}}, nil
}

// consultantField tests whose client she is on the day. Consultants are few: they are read and folded.
func (c *compiler) consultantField(f *field) (*leaf, error) {
	if err := c.plain(f); err != nil {
		return nil, err
	}
	of := c.dated("customer_consultants", "consultant_id")
	shows := shown{expr: expr{`(SELECT k.name || ' (' || k.ref || ')' FROM consultants k WHERE k.id = ` + of.sql + `)`, of.args}}
	if is, _ := f.Test.empty(); is {
		return given(of, f.Test, shows), nil
	}
	words, err := c.words(f.Name, f.Test)
	if err != nil {
		return nil, err
	}
	ids := make([][]int64, len(words))
	var names []string
	err = c.view.Each(func(r book.Row) error {
		ref, name := r.Text(1), r.Text(2)
		for i, w := range words {
			if book.Fold(ref) == w || book.Fold(name) == w {
				ids[i] = append(ids[i], r.Int(0))
			}
		}
		names = append(names, strings.Clone(ref), strings.Clone(name))
		return nil
	}, "id, ref, name", "consultants")
	if err != nil {
		return nil, err
	}
	list, _ := f.Test.values()
	for i, v := range list {
		if len(ids[i]) == 0 {
			return nil, c.missing(v.Pos, namedHint(v.text(), names, "perla consultant list"), "there is no consultant %.40q", v.text())
		}
	}
	found := slices.Concat(ids...)
	return &leaf{opposed: f.Test.opposed(), shows: shows,
		expr: expr{of.sql + ` IN (` + marks(len(found)) + `)`, append(slices.Clone(of.args), anys(found)...)}}, nil
}

// relativeField tests who another customer is that she belongs to, by her name.
func relativeField(column string) func(*compiler, *field) (*leaf, error) {
	return func(c *compiler, f *field) (*leaf, error) {
		if err := c.plain(f); err != nil {
			return nil, err
		}
		shows := shown{expr: sql(`(SELECT r.name FROM customers r WHERE r.id = ` + column + `)`)}
		if is, _ := f.Test.empty(); is {
			return given(sql(column), f.Test, shows), nil
		}
		words, err := c.words(f.Name, f.Test)
		if err != nil {
			return nil, err
		}
		return &leaf{opposed: f.Test.opposed(), shows: shows,
			expr: expr{column + ` IN (SELECT r.id FROM customers r WHERE r.name_key IN (` + marks(len(words)) + `))`, anys(words)}}, nil
	}
}

// consentField tests the channels that she allows for a purpose at the end of the day.
func consentField(purpose string) func(*compiler, *field) (*leaf, error) {
	return func(c *compiler, f *field) (*leaf, error) {
		if err := c.plain(f); err != nil {
			return nil, err
		}
		allowed := func(channel string) expr {
			return sql(`ifnull((SELECT s.granted FROM consents s WHERE s.customer_id = c.id AND s.channel = ? AND s.purpose = ? AND s.given_on <= ?
				ORDER BY s.given_on DESC, s.id DESC LIMIT 1), 0)`, channel, purpose, c.day.String())
		}
		all := make([]expr, len(contacts.ConsentChannels))
		show := expr{sql: `nullif(trim(''`}
		for i, channel := range contacts.ConsentChannels {
			all[i] = allowed(channel)
			show.sql += ` || iif(` + all[i].sql + `, '` + channel + ` ', '')`
			show.args = append(show.args, all[i].args...)
		}
		show.sql += `), '')`
		l := &leaf{shows: shown{expr: show}}
		if is, missing := f.Test.empty(); is {
			l.opposed, l.expr = missing, balanced(all, " OR ")
			return l, nil
		}
		channels, err := c.oneOf(f.Name, f.Test, contacts.ConsentChannels)
		if err != nil {
			return nil, err
		}
		asked := make([]expr, len(channels))
		for i, channel := range channels {
			asked[i] = allowed(channel)
		}
		l.opposed, l.expr = f.Test.opposed(), balanced(asked, " OR ")
		return l, nil
	}
}
