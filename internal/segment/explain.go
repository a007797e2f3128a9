package segment

import (
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Condition is one condition of a filter and what it says of one customer.
type Condition struct {
	Segment string // the saved segment that asks it, "" for the filter itself
	Text    string // as somebody wrote it
	Holds   bool
	Value   string // what she has of what it asks for, "" for nothing; money with a point, days as 2026-11-22
}

// Explain says of every condition of a filter, in the order of its text, whether it holds of a customer, and whether all
// of it does, so that she is a member. The first condition is that she is not archived, which every member meets.
func (f *Compiled) Explain(customer int64) (list []Condition, member bool, err error) {
	row, ok, err := book.One(f.view, func(r book.Scanner) (c Condition, err error) {
		err = r.Scan(&c.Holds, &c.Value)
		return c, err
	}, `SELECT `+f.active()+`, ifnull(c.archived_on, '') FROM customers c WHERE c.id = ?`, customer)
	if err != nil {
		return nil, false, err
	}
	if !ok {
		return nil, false, &fault.Error{Kind: fault.NotFound, Noun: "customer", Key: strconv.FormatInt(customer, 10), Reason: "there is no such customer"}
	}
	row.Text = "not archived"
	e := &explaining{Compiled: f, customer: customer, list: []Condition{row}}
	holds := e.clause(f.root)
	return e.list, holds && row.Holds, e.err
}

// explaining is one Explain.
type explaining struct {
	*Compiled
	customer int64
	list     []Condition
	err      error
}

// clause says whether a clause holds of her. Every condition of it is asked, whatever the others say.
func (e *explaining) clause(c *clause) bool {
	switch c.join {
	case isLeaf:
		return e.leaf(c.leaf)
	case none:
		return !e.clause(c.parts[0])
	}
	met := 0
	for _, p := range c.parts {
		if e.clause(p) {
			met++
		}
	}
	return met == len(c.parts) || c.join == anyOf && met > 0
}

func (e *explaining) leaf(l *leaf) bool {
	if e.err != nil {
		return false
	}
	c := Condition{Segment: l.segment, Text: l.text}
	shows, args := "NULL", append([]any{}, l.args...)
	if l.shows.of == nil && l.shows.sql != "" {
		shows, args = l.shows.sql, append(args, l.shows.args...)
	}
	var value *string
	_, _, e.err = book.One(e.view, func(r book.Scanner) (struct{}, error) {
		return struct{}{}, r.Scan(&c.Holds, &value)
	}, `SELECT (`+l.sql+`) IS TRUE, CAST((`+shows+`) AS TEXT) FROM customers c WHERE c.id = ?`, append(args, e.customer)...)
	c.Holds = c.Holds != l.opposed
	switch {
	case l.shows.of != nil:
		c.Value = l.shows.of(e.customer)
	case value != nil && l.shows.money:
		if n, err := strconv.ParseInt(*value, 10, 64); err == nil {
			c.Value = e.view.Settings().Currency.Format(money.Amount(n))
		}
	case value != nil:
		c.Value = *value
	}
	e.list = append(e.list, c)
	return c.Holds
}
