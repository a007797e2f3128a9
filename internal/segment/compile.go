package segment

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// clause is a filter that has been checked: a condition, or several joined.
type clause struct {
	join  join
	parts []*clause
	leaf  *leaf
}

type join byte

const (
	isLeaf join = iota
	all
	anyOf
	none // of its one part
)

// leaf is one condition in SQL.
type leaf struct {
	segment string // the saved segment that says it, "" for the text itself
	text    string // as somebody wrote it
	opposed bool   // it holds where sql does not
	expr           // true, false or NULL of customers c
	shows   shown
}

// expr is SQL with the values of its question marks.
type expr struct {
	sql  string
	args []any
}

func sql(text string, args ...any) expr { return expr{text, args} }

// shown is what a customer has of what a condition asks for.
type shown struct {
	expr                        // over customers c
	of    func(id int64) string // or worked out already
	money bool                  // the expression is an amount
}

// compiler turns one text into clauses, those of saved segments included.
type compiler struct {
	view       *book.View
	day        dates.Date
	text       string   // that is being read
	name       string   // of the saved segment it is, or ""
	within     []string // the names of the saved segments being read, the outermost first
	saved      map[string]Saved
	conditions int
	warnings   []string
	known      figures
}

func newCompiler(v *book.View, asOf dates.Date) *compiler {
	if asOf.IsZero() {
		asOf = v.Today()
	}
	return &compiler{view: v, day: asOf}
}

// read makes clauses of a text.
func (c *compiler) read(text string) (*clause, error) {
	tree, err := parse(text)
	if err != nil {
		return nil, err
	}
	was := c.text
	c.text = text
	defer func() { c.text = was }()
	return c.either(tree)
}

func (c *compiler) either(e *either) (*clause, error) {
	joined := &clause{join: anyOf}
	for _, p := range e.Parts {
		part, err := c.both(p)
		if err != nil {
			return nil, err
		}
		joined.parts = append(joined.parts, part)
	}
	return joined.alone(), nil
}

func (c *compiler) both(b *both) (*clause, error) {
	joined := &clause{join: all}
	for _, p := range b.Parts {
		part, err := c.part(p)
		if err != nil {
			return nil, err
		}
		joined.parts = append(joined.parts, part)
	}
	return joined.alone(), nil
}

// alone is the one part of a clause that has no other.
func (c *clause) alone() *clause {
	if len(c.parts) == 1 {
		return c.parts[0]
	}
	return c
}

func (c *compiler) part(p *part) (*clause, error) {
	switch {
	case p.Not != nil:
		part, err := c.part(p.Not)
		return &clause{join: none, parts: []*clause{part}}, err
	case p.Group != nil:
		return c.either(p.Group)
	}
	return c.condition(p.Condition)
}

func (c *compiler) condition(p *condition) (*clause, error) {
	if c.conditions++; c.conditions > mostConditions {
		return nil, c.problem(p.Pos, "", "the filter comes to more than %d conditions with the segments it names", mostConditions)
	}
	var l *leaf
	var err error
	switch {
	case p.Segment != nil:
		return c.segments(p.Segment)
	case p.Bought != nil:
		l, err = c.bought(p.Bought)
	case p.Campaign != nil:
		l, err = c.campaign(p.Campaign)
	default:
		l, err = c.field(p.Field)
	}
	if err != nil {
		return nil, err
	}
	l.segment = c.name
	l.text = oneLine(c.text[p.Pos.Offset:p.EndPos.Offset])
	return &clause{leaf: l}, nil
}

func (c *compiler) problem(at lexer.Position, hint, format string, args ...any) *fault.Error {
	e := problem(c.text, at, hint, format, args...)
	if c.name != "" {
		e.Noun, e.Key = "segment", c.name+" "+e.Key
	}
	return e
}

// missing is a problem with a value that names nothing.
func (c *compiler) missing(at lexer.Position, hint, format string, args ...any) *fault.Error {
	e := c.problem(at, hint, format, args...)
	e.Kind = fault.NotFound
	return e
}

func (c *compiler) warn(text string) { c.warnings = append(c.warnings, text) }

// finish is the whole filter in SQL.
func (c *compiler) finish(root *clause) *Compiled {
	e := root.render(false)
	return &Compiled{Filter: book.Filter{SQL: "(" + e.sql + ")", Args: e.args}, Warnings: c.warnings, root: root, day: c.day, view: c.view}
}

// render writes a clause, or its opposite, in SQL. A not is pushed down to the conditions, where NULL counts as false; so
// that above them NULL and false are the same, and SQLite still sees the conditions it has an index for.
func (c *clause) render(opposite bool) expr {
	switch c.join {
	case isLeaf:
		if opposite != c.leaf.opposed {
			return expr{"(" + c.leaf.sql + ") IS NOT TRUE", c.leaf.args}
		}
		return expr{"(" + c.leaf.sql + ")", c.leaf.args}
	case none:
		return c.parts[0].render(!opposite)
	}
	list := make([]expr, len(c.parts))
	for i, p := range c.parts {
		list[i] = p.render(opposite)
	}
	if (c.join == all) != opposite {
		return balanced(list, " AND ")
	}
	return balanced(list, " OR ")
}

// balanced joins expressions as a tree of equal halves, since SQLite limits how deep a tree may be.
func balanced(list []expr, by string) expr {
	if len(list) == 1 {
		return list[0]
	}
	a, b := balanced(list[:len(list)/2], by), balanced(list[len(list)/2:], by)
	return expr{"(" + a.sql + by + b.sql + ")", append(append([]any{}, a.args...), b.args...)}
}

// marks are n question marks.
func marks(n int) string {
	if n == 0 {
		return ""
	}
	return "?" + strings.Repeat(", ?", n-1)
}
