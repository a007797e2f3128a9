package insight

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// LevelsOf are the service levels of everybody whom the report of values tells of on a day, by id.
func LevelsOf(v *book.View, asOf dates.Date) (map[int64]string, error) {
	r := &ValueReport{AsOf: asOf}
	if err := r.read(v); err != nil {
		return nil, err
	}
	r.rank()
	of := make(map[int64]string, len(r.Rows))
	for i := range r.Rows {
		of[r.Rows[i].CustomerID] = r.Rows[i].Level
	}
	return of, nil
}

// Sold is what the orders of one customer come to that count on a day.
type Sold struct {
	CustomerID    int64
	Revenue, Cost money.Amount
	CostUnknown   bool // of one order at least
}

// Add adds an order.
func (s *Sold) Add(net, cost money.Amount, known bool) {
	s.Revenue += net
	s.Cost += cost
	s.CostUnknown = s.CostUnknown || !known
}

// Levels are the service levels of some customers on a day, those that report value gives them, for who has read all orders
// and points already: sold is everybody with an order that counts, spent the entries by which clients spent points or had
// them back.
func Levels(v *book.View, asOf dates.Date, sold []Sold, spent []int64) ([]string, error) {
	type worth struct {
		id    int64
		value money.Amount
		at    int // in sold; -1 for who is not there
	}
	byRevenue := slices.ContainsFunc(sold, func(s Sold) bool { return s.CostUnknown })
	list := make([]worth, len(sold))
	for i, s := range sold {
		list[i] = worth{s.CustomerID, s.Revenue, i}
	}
	if !byRevenue {
		text, err := json.Marshal(append([]int64{}, spent...))
		if err != nil {
			return nil, err
		}
		y := &yields{v: v, asOf: asOf, days: dates.Range{From: 1, To: asOf}, of: map[int64]*Yield{}, spent: string(text)}
		for _, read := range []func() error{y.readPoints, y.readService} {
			if err := read(); err != nil {
				return nil, err
			}
		}
		for i, s := range sold {
			list[i].value -= s.Cost
			if one := y.of[s.CustomerID]; one != nil {
				list[i].value -= one.Points + one.Service
				delete(y.of, s.CustomerID)
			}
		}
		for id, one := range y.of {
			list = append(list, worth{id, -one.Points - one.Service, -1})
		}
	}
	slices.SortFunc(list, func(x, y worth) int { return cmp.Compare(x.id, y.id) })
	values := make([]money.Amount, len(list))
	for i := range list {
		values[i] = list[i].value
	}
	levels := make([]string, len(sold))
	for i, level := range ServiceLevels(values) {
		if at := list[i].at; at >= 0 {
			levels[at] = level
		}
	}
	return levels, nil
}
