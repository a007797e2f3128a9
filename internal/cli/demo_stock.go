package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
)

// demoProductFile and demoStockFile are the columns of the demo's files of goods; demoProductKeys are the attributes.
var (
	demoProductFile = []string{"sku", "name", "category", "brand", "price", "cost", "replenish_days", "reorder_at", "tags", "tax_rate", "limited_to", "packaging",
		"created_on", "launched_on", "discontinued_on", "attr.cause", "attr.refill", "attr.tier"}
	demoProductKeys = []string{"cause", "refill", "tier"}
	demoStockFile   = []string{"document", "product", "quantity", "unit_cost", "lot", "expires_on", "date"}
)

// demoNews are goods that nobody has bought yet: one that comes soon, and a limited edition for good customers.
var demoNews = []goods{
	{sku: "ALBA-SERUM-REFILL-30", name: "Renewing serum, refill 30 ml", category: "face", price: 2900, cost: 35, lasts: 55},
	{sku: "GIFT-BOX-ESTELA", name: "Gift box Estela, numbered", category: "gifts", price: 8900, cost: 40, present: true},
}

// demoCatalogue is what is known of all goods.
func demoCatalogue(orders []*demoOrder, today dates.Date) []catalog.Row {
	rows := make([]catalog.Row, 0, len(demoGoods)+len(demoNews))
	for _, g := range slices.Concat(demoGoods, demoNews) {
		p := catalog.Product{SKU: g.sku, Name: g.name, Category: g.category, Brand: g.brand(), Price: g.price, HasPrice: true, Cost: part(g.price, g.cost), HasCost: true,
			ReplenishDays: int64(g.lasts), TaxRate: 21_00, HasTaxRate: true, CreatedOn: demoYears(today)[0]}
		if sold := g.soldLately(orders, today); sold > 0 {
			p.ReorderAt, p.HasReorderAt = max(sold*14/90, 2), true // two weeks of what sells
		}
		switch p.Brand {
		case "Alba":
			p.Attributes = "cause=vegan"
		case "Brisa":
			p.Attributes = "cause=ocean; cause=vegan"
		case "Duna":
			p.Attributes = "cause=amazon"
		}
		switch g.category {
		case "body", "sun":
			p.Packaging = "recycled plastic"
		case "hair":
			p.Packaging = "aluminium"
		case "gifts":
			p.Packaging = "box of recycled card"
		}
		switch g.sku {
		case "ALBA-SERUM-30":
			p.Attributes, p.Tags, p.Packaging = p.Attributes+"; refill=ALBA-SERUM-REFILL-30", "bestseller", "glass, can be refilled"
		case "ALBA-DAY-CREAM-50":
			p.Tags = "bestseller"
		case "CORAL-NAIL-07":
			p.DiscontinuedOn = today.AddDays(-30)
		case demoNews[0].sku:
			p.LaunchedOn, p.Tags = today.AddDays(18), "new"
		case demoNews[1].sku:
			p.LimitedTo, p.Attributes = 60, "tier=gold; tier=platinum"
		}
		rows = append(rows, catalog.Row{Product: p})
	}
	return rows
}

// brand is the line a product belongs to, which its sku begins or ends with.
func (g *goods) brand() string {
	words := strings.Split(g.sku, "-")
	line := words[0]
	if line == "GIFT" {
		line = words[len(words)-1]
	}
	return line[:1] + strings.ToLower(line[1:])
}

// soldLately is how many pieces were sold in the last 90 days.
func (g *goods) soldLately(orders []*demoOrder, today dates.Date) (pieces int64) {
	for _, o := range orders {
		if o.day <= today.AddDays(-90) || o.status == sales.Quote || o.status == sales.Cancelled {
			continue
		}
		for _, l := range o.lines {
			if l.goods.sku == g.sku {
				pieces += l.quantity
			}
		}
	}
	return pieces
}

// promised is how many pieces are sold and have not left yet.
func (g *goods) promised(orders []*demoOrder) (pieces int64) {
	for _, o := range orders {
		for _, l := range o.lines {
			if (o.status == sales.Confirmed || o.status == sales.Invoiced) && l.goods.sku == g.sku {
				pieces += l.quantity
			}
		}
	}
	return pieces
}

// demoCover is how many days what there is of the goods lasts, in turn, beside what is promised.
var demoCover = []int64{60, 35, 9, 90, 45, 11, 120, 30}

// demoDeliveries are two deliveries that have made the stock what it is, the older one a little cheaper. What does not
// keep is in lots: most are good for long, some only for weeks, and one is past its day.
func demoDeliveries(orders []*demoOrder, today dates.Date) (rows []catalog.Delivery) {
	days := []dates.Date{today.AddDays(-70), today.AddDays(-21)}
	for n, on := range days {
		for i, g := range slices.Concat(demoGoods, demoNews[1:]) {
			pieces := max(g.soldLately(orders, today)*demoCover[i%len(demoCover)]/90, 3) + g.promised(orders)
			cost := part(part(g.price, g.cost), 97)
			quantity := pieces / 3
			if n == 1 {
				cost, quantity = part(g.price, g.cost), pieces-quantity
			}
			y, m, d := on.Civil()
			row := catalog.Delivery{Document: fmt.Sprintf("ALB-%d-%02d%02d", y, m, d), SKU: g.sku, Quantity: quantity, On: on,
				Cost: money.Decimal{Digits: int64(cost), Scale: 2}, HasCost: true}
			if g.category != "home" && g.category != "gifts" {
				row.Lot, row.Expires = fmt.Sprintf("L%02d%02d", y%100, m), on.AddMonths(30)
				switch {
				case n == 0 && i%6 == 0:
					row.Expires = today.AddDays(25)
				case n == 0 && i%6 == 3:
					row.Expires = today.AddDays(52)
				case n == 0 && g.sku == "BRISA-AFTER-SUN-200":
					row.Expires = today.AddDays(-12)
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// demoYears are the first days of the years in which the demo trades, the first one first.
func demoYears(today dates.Date) (years []dates.Date) {
	y, _, _ := today.Civil()
	for back := 3; back >= 0; back-- {
		first, _ := dates.New(y-back, time.January, 1) // the demo is made in our days
		years = append(years, first)
	}
	return years
}

// demoPrices says what everything cost in the years before.
func demoPrices(tx *book.Tx, today dates.Date) error {
	years := demoYears(today)
	for _, since := range years[:len(years)-1] {
		var rows []catalog.Row
		for _, g := range demoGoods {
			price := g.priceAt(since, today)
			r := catalog.Row{Product: catalog.Product{SKU: g.sku, Price: price, HasPrice: true, Cost: part(price, g.cost), HasCost: true}}
			r.Place(0, catalog.FieldPrice|catalog.FieldCost, false)
			rows = append(rows, r)
		}
		one := func(yield func([]catalog.Row) bool) { yield(rows) }
		if _, err := catalog.Import(tx, one, catalog.ImportOptions{Since: since}, func(catalog.Problem) {}); err != nil {
			return err
		}
	}
	return nil
}

// demoLosses are pieces that did not leave as sales: of what, how many, how many days ago and why.
var demoLosses = []struct {
	sku    string
	pieces int64
	ago    int
	reason string
}{
	{"ESTELA-EDP-50", -1, 2, "arrived broken"},
	{"ALBA-SERUM-30", -2, 12, "testers for the fair"},
	{"GIFT-BOX-BRISA", 1, 5, "found in the sample case"},
}

// keepStock writes down what no file of the demo holds: what goods cost before, what was lost and counted, and what is to
// come of those that run short.
func keepStock(tx *book.Tx, today dates.Date) error {
	if err := demoPrices(tx, today); err != nil {
		return err
	}
	for _, d := range demoLosses {
		p, err := catalog.FindProduct(tx.View, d.sku)
		if err != nil {
			return err
		}
		if err := catalog.Adjust(tx, catalog.Adjustment{Product: p.ID, Pieces: d.pieces, Reason: d.reason, On: today.AddDays(-d.ago)}); err != nil {
			return err
		}
	}
	candle, err := catalog.FindProduct(tx.View, "ESTELA-CANDLE")
	if err != nil {
		return err
	}
	levels, err := catalog.Levels(tx.View, 0, candle.ID)
	if err != nil {
		return err
	}
	counted := []catalog.Count{{Given: true, Product: candle.ID, Counted: levels[candle.ID].OnHand - 1}}
	if _, err := catalog.CountStock(tx, counted, catalog.CountOptions{Reason: "monthly count"}, func(catalog.Problem) {}); err != nil {
		return err
	}
	low, err := catalog.StockList(tx.View, catalog.ListOptions{Low: true})
	if err != nil {
		return err
	}
	for i, s := range low {
		if i%3 == 2 || !s.DiscontinuedOn.IsZero() {
			continue // nobody has thought of it yet, or it is made no longer
		}
		e := catalog.Expected{Product: s.ID, Document: "PO-31", Quantity: 6 * (1 + s.Sold/18), Cost: s.Cost, HasCost: true, On: today.AddDays(9)}
		if err := catalog.Expect(tx, e); err != nil {
			return err
		}
	}
	return nil
}
