package contacts

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
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
	State      State
	Tag        string // only with this tag
	City       string // only of this city; accents and case do not count
	Stage      string // only in this stage
	Consultant string // only of the consultant with this ref
	Sort       string // one of SortNames, behind "-" from the highest down; "" is by id
	Limit      int    // at most so many; 0 is no limit
}

// sorts are what a list can be sorted by. Rows without a value come last in either direction.
var sorts = []struct{ name, sql string }{
	{"id", "c.id"}, {"ref", "c.ref"}, {"name", "c.name_key"}, {"kind", "c.kind"}, {"email", "c.email"}, {"birthday", "substr(c.birthday, -5)"},
	{"city", "c.city COLLATE NOCASE"}, {"country", "c.country"}, {"sector", "c.sector COLLATE NOCASE"}, {"stage", "c.stage"},
	{"source", "c.source"}, {"language", "c.language"}, {"created_on", "c.created_on"}, {"archived_on", "c.archived_on"},
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
	return read(v, ids, args...)
}

// query is a SELECT of the ids of the list.
func (o ListOptions) query(v *book.View) (query string, args []any, err error) {
	order, err := orderBy(o.Sort)
	if err != nil {
		return "", nil, err
	}
	where := []string{o.State.sql()}
	add := func(given bool, condition string, arg any) {
		if given {
			where, args = append(where, condition), append(args, arg)
		}
	}
	add(o.Tag != "", `c.id IN (SELECT customer_id FROM customer_tags WHERE tag = ?)`, strings.ToLower(o.Tag))
	add(o.Stage != "", `c.stage = ?`, o.Stage)
	add(o.Consultant != "", `c.consultant_id = (SELECT id FROM consultants WHERE ref = ?)`, o.Consultant)
	if o.City != "" {
		cities, err := citiesLike(v, o.City)
		if err != nil {
			return "", nil, err
		}
		where, args = append(where, `c.city IN (`+marks(len(cities))+`)`), append(args, cities...)
	}
	limit := o.Limit
	switch {
	case limit < 0:
		return "", nil, fault.New(fault.Usage, fmt.Sprintf("--limit: %d is less than 0", limit), "")
	case limit == 0:
		limit = -1
	}
	return `SELECT c.id FROM customers c WHERE ` + strings.Join(where, " AND ") + order + ` LIMIT ?`, append(args, limit), nil
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

// citiesLike lists the ways in which the book writes a city.
func citiesLike(v *book.View, city string) ([]any, error) {
	folded := book.Fold(city)
	var found []any
	for name, err := range book.Query(v, book.Scalar[string], `SELECT DISTINCT city FROM customers WHERE city IS NOT NULL`) {
		if err != nil {
			return nil, err
		}
		if book.Fold(name) == folded {
			found = append(found, name)
		}
	}
	return found, nil
}

// marks are n question marks.
func marks(n int) string {
	if n == 0 {
		return ""
	}
	return "?" + strings.Repeat(", ?", n-1)
}

// Card is a customer with what her orders say.
type Card struct {
	Customer
	Orders    int64        // how many she placed; a negative order is no purchase
	Spent     money.Amount // net of tax, shipping and returns
	LastOrder dates.Date   // of a purchase; 0 when there was none
}

// CardOf adds to a customer what her orders say as of a day, inclusive.
func CardOf(v *book.View, c Customer, asOf dates.Date) (Card, error) {
	card, _, err := book.One(v, func(row book.Scanner) (card Card, err error) {
		card.Customer = c
		var last string
		if err = row.Scan(&card.Orders, &card.Spent, &last); err == nil && last != "" {
			card.LastOrder, err = dates.ParseISO(last)
		}
		return card, err
	}, `SELECT count(*) FILTER (WHERE net >= 0), ifnull(sum(net), 0), ifnull(max(ordered_on) FILTER (WHERE net >= 0), '')
		FROM orders WHERE customer_id = ?1 AND ordered_on <= ?2 AND (is_history = 1 OR confirmed_on <= ?2)
		AND (cancelled_on IS NULL OR cancelled_on > ?2) AND (returned_on IS NULL OR returned_on > ?2)`, c.ID, asOf.String())
	return card, err
}
