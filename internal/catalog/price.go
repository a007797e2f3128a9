package catalog

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// What a dated price is: what the buyer pays, or what the house does.
const (
	kindPrice = "price"
	kindCost  = "cost"
)

// PriceAt is what a piece of some products costs the buyer on a day, before tax, by product id. Those without a price on
// that day are left out.
func PriceAt(v *book.View, ids []int64, day dates.Date) (map[int64]money.Amount, error) {
	return amountsAt(v, kindPrice, ids, day)
}

// CostAt is what a piece of some products costs the house on a day by its dated cost, by product id. Those without one on
// that day are left out.
func CostAt(v *book.View, ids []int64, day dates.Date) (map[int64]money.Amount, error) {
	return amountsAt(v, kindCost, ids, day)
}

func amountsAt(v *book.View, kind string, ids []int64, day dates.Date) (map[int64]money.Amount, error) {
	amounts := make(map[int64]money.Amount, len(ids))
	err := v.Each(func(r book.Row) error {
		if !r.Null(1) {
			amounts[r.Int(0)] = money.Amount(r.Int(1))
		}
		return nil
	}, `value, (SELECT amount FROM product_prices h WHERE h.product_id = value AND h.kind = '`+kind+`' AND h.since_on <= ? ORDER BY h.since_on DESC LIMIT 1)`,
		`json_each(?)`, day.String(), jsonIDs(ids))
	return amounts, err
}

// DatedPrice is a price or a cost with the day from which it holds.
type DatedPrice struct {
	Kind    string // price or cost
	SinceOn dates.Date
	Amount  money.Amount
}

// Prices is the history of what a product costs, oldest first, with what is to come.
func Prices(v *book.View, product int64) ([]DatedPrice, error) {
	return book.All(v, func(row book.Scanner) (p DatedPrice, err error) {
		var since string
		if err = row.Scan(&p.Kind, &since, &p.Amount); err == nil {
			p.SinceOn, err = dates.ParseISO(since)
		}
		return p, err
	}, `SELECT kind, since_on, amount FROM product_prices WHERE product_id = ? ORDER BY since_on, kind DESC`, product)
}
