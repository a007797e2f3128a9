package agenda

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// goods is a product as it is on the day.
type goods struct {
	catalog.Level
	id                               int64
	sku, name, category              string
	lasts                            int // days a piece lasts; 0 when nobody has said
	ofCategory                       int // the median of what pieces of its category last; 0 when nobody has said
	price                            money.Amount
	launched, discontinued, archived dates.Date
	received                         dates.Date // the last day on which some came; 0 for never
	had                              bool       // it can be had on the day: see sells
}

// products reads the products of the book, with what there is of them on the day.
func (a *Agenda) products() (*roster[goods], error) {
	if a.goods != nil {
		return a.goods, nil
	}
	day := a.query.AsOf.String()
	room, err := rowsOf(a.view, "products")
	if err != nil {
		return nil, err
	}
	list, categories := newRoster[goods](room), map[string][]float64{}
	err = a.view.Each(func(r book.Row) error {
		g := goods{id: r.Int(0), sku: strings.Clone(r.Text(1)), name: strings.Clone(r.Text(2)), category: strings.Clone(r.Text(3)), lasts: int(r.Int(4)),
			price: money.Amount(r.Int(8))}
		for i, d := range []*dates.Date{&g.launched, &g.discontinued, &g.archived} {
			*d, _ = dates.ParseISO(r.Text(5 + i)) // perla check proves the days of the book
		}
		if g.lasts > 0 {
			categories[g.category] = append(categories[g.category], float64(g.lasts))
		}
		list.add(g.id, g)
		return nil
	}, `p.id, p.sku, p.name, p.category, p.replenish_days, p.launched_on, p.discontinued_on, p.archived_on,
		(SELECT amount FROM product_prices x WHERE x.product_id = p.id AND x.kind = 'price' AND x.since_on <= ? ORDER BY since_on DESC LIMIT 1)`, `products p`, day)
	if err != nil {
		return nil, err
	}
	levels, err := catalog.Levels(a.view, a.query.AsOf)
	if err != nil {
		return nil, err
	}
	for id, l := range levels {
		list.of(id).Level = l
	}
	for i := range list.list {
		g := &list.list[i]
		g.had = g.sells(a.query.AsOf)
		if g.category != "" {
			g.ofCategory = int(median(categories[g.category]) + 0.5)
		}
	}
	a.goods = list
	return list, a.view.Each(func(r book.Row) error {
		list.of(r.Int(0)).received, _ = dates.ParseISO(r.Text(1))
		return nil
	}, `product_id, last_on`, `(SELECT product_id, max(moved_on) AS last_on FROM stock_moves WHERE kind = 'receive' AND moved_on <= ? GROUP BY product_id)`, day)
}

// sells says whether the product can be had on a day at all: it is not removed, has been launched, and more of it comes
// or some are left.
func (g *goods) sells(day dates.Date) bool {
	gone := !g.archived.IsZero() && g.archived <= day
	ended := !g.discontinued.IsZero() && g.discontinued <= day && g.Tracked && g.Available <= 0
	return !gone && !ended && g.launched <= day
}

// atHand says whether pieces can be sold at once.
func (g *goods) atHand() bool { return !g.Tracked || g.Available > 0 }

// median is the middle of some figures, or the mean of the two in the middle; 0 of none. It sorts them.
func median(figures []float64) float64 {
	n := len(figures)
	if n == 0 {
		return 0
	}
	slices.SortFunc(figures, cmp.Compare[float64])
	return (figures[(n-1)/2] + figures[n/2]) / 2
}
