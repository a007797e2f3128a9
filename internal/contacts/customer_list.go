package contacts

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// State says which customers a list holds.
type State uint8

// Those in use, those removed, all.
const (
	Active State = iota
	Archived
	Everyone
)

// sql is the condition on customers c.
func (s State) sql() string {
	return [...]string{"c.archived_on IS NULL", "c.archived_on IS NOT NULL", "1"}[s]
}

// ListOptions choose the customers of a list and their order. The zero value is all active ones by id.
type ListOptions struct {
	AsOf  dates.Date // the day whose stages, consultants and removals count; 0 is today
	Lean  bool       // Emails, Phones and Attributes stay empty, which is faster where they are not wanted
	State State
	Filter
	Sort  string // one of SortNames, behind "-" from the highest down; "" is by id, or by the day of the birthdays asked for
	Limit int    // at most so many; 0 is no limit
}

// sorts are what a list can be sorted by. Rows without a value come last in either direction.
var sorts = []struct{ name, sql string }{
	{"id", "c.id"}, {"ref", "c.ref"}, {"name", "c.name_key"}, {"kind", "c.kind"}, {"email", "c.email"}, {"birthday", "substr(c.birthday, -5)"},
	{"postcode", "c.postcode"}, {"city", "c.city COLLATE NOCASE"}, {"region", "c.region COLLATE NOCASE"}, {"country", "c.country"},
	{"sector", "c.sector COLLATE NOCASE"}, {"stage", "c.stage"}, {"source", "c.source"}, {"language", "c.language"},
	{"consultant", "(SELECT name FROM consultants WHERE id = c.consultant_id) COLLATE NOCASE"},
	{"company", "(SELECT name_key FROM customers WHERE id = c.company_id)"},
	{"potential_value", "c.potential_value"}, {"created_on", "c.created_on"}, {"archived_on", "c.archived_on"},
}

// SortNames are the columns a list can be sorted by.
var SortNames = func() (names []string) {
	for _, s := range sorts {
		names = append(names, s.name)
	}
	return names
}()

// List yields customers. An unknown sort name or a limit below 0 is a fault.Usage.
func List(v *book.View, o ListOptions) iter.Seq2[Customer, error] {
	ids, args, err := o.query(v)
	if err != nil {
		return func(yield func(Customer, error) bool) { yield(Customer{}, err) }
	}
	return reading{o.AsOf, o.Lean}.read(v, ids, args...)
}

// query is a SELECT of the ids of the list.
func (o ListOptions) query(v *book.View) (query string, args []any, err error) {
	day := o.AsOf
	if day.IsZero() {
		day = v.Today()
	}
	order := o.Filter.birthdaysFirst(day)
	if o.Sort != "" || order == "" {
		if order, err = orderBy(o.Sort); err != nil {
			return "", nil, err
		}
	}
	where, args, err := o.Filter.sql(v, day)
	if err != nil {
		return "", nil, err
	}
	where = append([]string{o.State.sql()}, where...)
	limit := o.Limit
	switch {
	case limit < 0:
		return "", nil, fault.New(fault.Usage, fmt.Sprintf("--limit: %d is less than 0", limit), "")
	case limit == 0:
		limit = -1
	}
	query = `SELECT c.id FROM customers c WHERE ` + strings.Join(where, " AND ") + order + ` LIMIT ?`
	return asOf(v, o.AsOf, query), append(args, limit), nil
}

func orderBy(sort string) (string, error) {
	name, descending := strings.CutPrefix(sort, "-")
	if name == "" {
		name = "id"
	}
	i := slices.IndexFunc(sorts, func(s struct{ name, sql string }) bool { return s.name == name })
	if i < 0 {
		return "", &fault.Error{Kind: fault.Usage, Field: "--sort", Reason: fmt.Sprintf("%q is not one of %s", name, strings.Join(SortNames, ", "))}
	}
	direction := ""
	if descending {
		direction = " DESC"
	}
	if sorts[i].sql == "c.id" {
		return ` ORDER BY c.id` + direction, nil
	}
	return fmt.Sprintf(` ORDER BY %[1]s IS NULL, %[1]s%[2]s, c.id`, sorts[i].sql, direction), nil
}

// marks are n question marks.
func marks(n int) string {
	if n == 0 {
		return ""
	}
	return "?" + strings.Repeat(", ?", n-1)
}
