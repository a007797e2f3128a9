// Package segment is the filter language over customers: a text such as
//
//	city = 'Lyon' and (last_order < 60d ago or not bought 'SERUM') and tag:vip and spent > 300 since 2026-01-01
//
// is parsed (grammar.go), checked field by field (field.go and its neighbours) and compiled to an expression of SQL over
// customers c, as of any day (compile.go). A condition is true or false of everybody: what is not known of a customer
// passes no test, and its opposite does. Filters that are kept under a name are segments (saved.go); nothing of their
// members is stored.
package segment

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Compiled is a filter ready to be asked.
type Compiled struct {
	book.Filter          // holds of customers c who fit, archived ones too
	Warnings    []string // what no customer can meet: a tag that nobody has, with the nearest that somebody has

	root *clause
	day  dates.Date
	view *book.View
}

// Check reads a filter without a book: its grammar, its fields and how they may be tested.
func Check(text string) error {
	_, err := parse(text)
	return err
}

// Compile makes an expression of SQL of a filter, as of a day (0 is today): days such as "60d ago" are counted from it, and
// what is dated is taken as it was then. It reads what it needs of the book, figures that SQL cannot work out among them,
// so that the answer holds for this view. What it cannot read is a fault.Usage that names the place; a product, campaign
// or segment that is not there a fault.NotFound.
func Compile(v *book.View, text string, asOf dates.Date) (*Compiled, error) {
	c := newCompiler(v, asOf)
	root, err := c.read(text)
	if err != nil {
		return nil, err
	}
	return c.finish(root), nil
}

// CompileSegment is Compile of a saved segment.
func CompileSegment(v *book.View, name string, asOf dates.Date) (*Compiled, error) {
	c := newCompiler(v, asOf)
	root, err := c.segment(name)
	if err != nil {
		return nil, err
	}
	return c.finish(root), nil
}

// Members are the ids of the customers who fit and were not archived on the day, in order.
func (f *Compiled) Members() ([]int64, error) {
	return f.ids(f.active())
}

// IDs are the ids of all customers who fit, archived ones too, in order.
func (f *Compiled) IDs() ([]int64, error) { return f.ids("1") }

func (f *Compiled) ids(also string) ([]int64, error) {
	var ids []int64
	err := f.view.Each(func(r book.Row) error {
		ids = append(ids, r.Int(0))
		return nil
	}, "c.id", `customers c WHERE `+also+` AND `+f.SQL, f.Args...)
	slices.Sort(ids)
	return ids, err
}

// Size is how many members there are, and how many customers were not archived on the day.
func (f *Compiled) Size() (members, customers int64, err error) {
	ids, err := f.Members()
	if err != nil {
		return 0, 0, err
	}
	customers, _, err = book.One(f.view, book.Scalar[int64], `SELECT count(*) FROM customers c WHERE `+f.active())
	return int64(len(ids)), customers, err
}

// active is that customers c were not archived on the day.
func (f *Compiled) active() string { return activeOn(f.day) }

func activeOn(day dates.Date) string {
	return `(c.archived_on IS NULL OR c.archived_on > '` + day.String() + `')`
}

// Change is a customer who was a member of a segment on one of two days and not on the other.
type Change struct {
	CustomerID int64
	Came       bool // or left
}

// Diff are those who came to a filter, or left it, between the end of a day and that of a later one, by id. The filter is
// the same on both; what it says of relative days is counted from either.
func Diff(from, to *Compiled) ([]Change, error) {
	was, err := from.Members()
	if err != nil {
		return nil, err
	}
	is, err := to.Members()
	if err != nil {
		return nil, err
	}
	var changes []Change
	for _, id := range is {
		if _, found := slices.BinarySearch(was, id); !found {
			changes = append(changes, Change{CustomerID: id, Came: true})
		}
	}
	for _, id := range was {
		if _, found := slices.BinarySearch(is, id); !found {
			changes = append(changes, Change{CustomerID: id})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Compare(a.CustomerID, b.CustomerID) })
	return changes, nil
}

// Field is a field of the language, for help.
type Field struct{ Name, Help string }

// Fields are the fields of the language, in the order of help.
func Fields() []Field {
	var list []Field
	for _, f := range fields() {
		list = append(list, Field{f.name, f.help})
	}
	return list
}

// oneLine is a filter with its blanks and line breaks as single spaces, but for those in quotes.
func oneLine(text string) string {
	var b strings.Builder
	var quote rune
	blank := false
	for _, r := range text {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"':
			quote = r
		case r == ' ' || r == '\n' || r == '\t' || r == '\r':
			blank = b.Len() > 0
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
