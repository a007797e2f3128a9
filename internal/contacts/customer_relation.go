package contacts

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// LinkKinds are what one customer can be to another.
var LinkKinds = []string{"household", "partner", "parent", "child", "sibling", "friend", "colleague", "influences"}

// influenced is what one is whom the other influences.
const influenced = "influenced by"

// seenBack is a kind of link seen from the other end: whose parent she is, is her child.
func seenBack(kind string) string {
	switch kind {
	case "parent":
		return "child"
	case "child":
		return "parent"
	case "influences":
		return influenced
	}
	return kind
}

// Relation is one link of a customer with another, as seen from her: a parent is hers.
type Relation struct {
	Kind  string // one of LinkKinds, or "influenced by"
	Other Link
}

// Relations lists the links of a customer, from either end, each once.
func Relations(v *book.View, id int64) ([]Relation, error) {
	list, err := book.All(v, func(row book.Scanner) (r Relation, err error) {
		var back bool
		if err = row.Scan(&r.Kind, &back, &r.Other.ID, &r.Other.Name, &r.Other.Key); back {
			r.Kind = seenBack(r.Kind)
		}
		return r, err
	}, `SELECT l.kind, l.back, c.id, c.name, coalesce(c.ref, c.email, c.name) FROM (
			SELECT kind, 0 AS back, other_id FROM customer_links WHERE customer_id = ?1
			UNION ALL SELECT kind, 1, customer_id FROM customer_links WHERE other_id = ?1) l
		JOIN customers c ON c.id = l.other_id ORDER BY c.name_key, c.id`, id)
	if err != nil {
		return nil, err
	}
	order := append(slices.Clone(LinkKinds), influenced)
	rank := func(r Relation) int { return slices.Index(order, r.Kind) }
	slices.SortStableFunc(list, func(a, b Relation) int { return rank(a) - rank(b) })
	var once []Relation
	for _, r := range list {
		if !slices.Contains(once, r) {
			once = append(once, r)
		}
	}
	return once, nil
}

// linkChange is a link that is to come or to go.
type linkChange struct {
	remove   bool
	kind     string // "" for any, to go
	selector string
	other    Customer
}

// Link links customers with another: partner=luis says that Luis is her partner, parent=luis that he is her parent,
// influences=luis that she influences him.
func (ch *Change) Link(text string) error {
	kind, selector, ok := strings.Cut(text, "=")
	if !ok {
		return errors.New("needed is KIND=CUSTOMER, such as partner=luis")
	}
	kind, err := parseWord(kind, LinkKinds)
	if err == nil && strings.TrimSpace(selector) == "" {
		err = errors.New("whom to link with is missing: " + kind + "=CUSTOMER")
	}
	ch.links = append(ch.links, linkChange{kind: kind, selector: selector})
	return err
}

// Unlink takes the links with another away: all, or with KIND=CUSTOMER one.
func (ch *Change) Unlink(text string) error {
	l := linkChange{remove: true, selector: text}
	if kind, selector, ok := strings.Cut(text, "="); ok {
		kind, err := parseWord(kind, LinkKinds)
		if err != nil {
			return err
		}
		l.kind, l.selector = kind, selector
	}
	if strings.TrimSpace(l.selector) == "" {
		return errors.New("whom to unlink from is missing")
	}
	ch.links = append(ch.links, l)
	return nil
}

func (ch *Change) resolveLinks(tx *book.Tx) (err error) {
	for i := range ch.links {
		if ch.links[i].other, err = FindWritable(tx.View, ch.links[i].selector); err != nil {
			return inField("links", err)
		}
	}
	return nil
}

// writeLinks links and unlinks customers and gives the ids of those for whom that was new.
func (ch *Change) writeLinks(tx *book.Tx, ids []int64) (done []int64, err error) {
	for _, l := range ch.links {
		write := l.add
		if l.remove {
			write = l.take
		} else if slices.Contains(ids, l.other.ID) {
			return nil, &fault.Error{Kind: fault.Usage, Noun: "customer", Key: strconv.FormatInt(l.other.ID, 10), Field: "links", Reason: l.other.Name + " cannot be linked with herself"}
		}
		some, err := write(tx, ids)
		if err != nil {
			return nil, err
		}
		done = append(done, some...)
	}
	return done, nil
}

// add links those who are not linked so yet, from either end.
func (l linkChange) add(tx *book.Tx, ids []int64) ([]int64, error) {
	done, err := book.All(tx.View, book.Scalar[int64], `SELECT j.value FROM json_each(?1) j
		WHERE NOT EXISTS (SELECT 1 FROM customer_links WHERE customer_id = j.value AND other_id = ?2 AND kind = ?3)
		AND NOT EXISTS (SELECT 1 FROM customer_links WHERE customer_id = ?2 AND other_id = j.value AND kind = ?4)`,
		jsonIDs(ids), l.other.ID, l.kind, seenBack(l.kind))
	if err != nil || len(done) == 0 {
		return nil, err
	}
	_, err = tx.Exec(`INSERT INTO customer_links (customer_id, other_id, kind) SELECT value, ?, ? FROM json_each(?)`, l.other.ID, l.kind, jsonIDs(done))
	return done, err
}

// take unlinks. One customer alone must have had such a link.
func (l linkChange) take(tx *book.Tx, ids []int64) ([]int64, error) {
	const from = `SELECT id, customer_id AS mine FROM customer_links WHERE other_id = ?2 AND (?3 = '' OR kind = ?3) AND customer_id IN (SELECT value FROM json_each(?1))
		UNION ALL SELECT id, other_id FROM customer_links WHERE customer_id = ?2 AND (?3 = '' OR kind = ?4) AND other_id IN (SELECT value FROM json_each(?1))`
	args := []any{jsonIDs(ids), l.other.ID, l.kind, seenBack(l.kind)}
	done, err := book.All(tx.View, book.Scalar[int64], `SELECT mine FROM (`+from+`)`, args...)
	if err != nil {
		return nil, err
	}
	if len(done) == 0 && len(ids) == 1 {
		what := "link"
		if l.kind != "" {
			what = l.kind
		}
		return nil, &fault.Error{Kind: fault.NotFound, Noun: "customer", Key: strconv.FormatInt(ids[0], 10), Field: "links",
			Reason: fmt.Sprintf("there is no %s with %s (id %d)", what, l.other.Name, l.other.ID), Hint: fmt.Sprintf("see: perla customer show %d", ids[0])}
	}
	_, err = tx.Exec(`DELETE FROM customer_links WHERE id IN (SELECT id FROM (`+from+`))`, args...)
	return done, err
}
