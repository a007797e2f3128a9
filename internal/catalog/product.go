// Package catalog owns the goods: products with their dated prices and costs, and the ledger of every piece that came or
// went, by lot, from which what there is, its worth and what may be sold are worked out.
package catalog

import (
	"strings"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Product is what is sold. An empty text is an unknown field.
type Product struct {
	ID             int64
	SKU            string // stock-keeping unit: what everybody calls it by
	Name           string
	Brand          string
	Category       string
	Price          money.Amount // what a piece costs the buyer, before tax, on the day asked for
	HasPrice       bool         // there is a price on that day
	Cost           money.Amount // what a piece costs the house on that day, where the stock does not know better
	HasCost        bool
	TaxRate        int64 // hundredths of a percent on top of the price: 2100 is 21 %
	HasTaxRate     bool
	ReplenishDays  int64 // how long a piece lasts; 0 when nobody has said
	ReorderAt      int64 // at so many pieces available it is time to order more
	HasReorderAt   bool
	LimitedTo      int64 // how many pieces there will ever be; 0 for no limit
	Packaging      string
	Notes          string
	Tags           string // lower case, sorted, joined by ", "
	Attributes     string // what else is known of it: "cause=vegan; tier=gold"
	CreatedOn      dates.Date
	LaunchedOn     dates.Date // the day from which it is sold; 0 when nobody has said
	DiscontinuedOn dates.Date // the day it was given up: it is sold until none is left; 0 while it is made
	ArchivedOn     dates.Date // the day it was removed; 0 while it is active
}

// Tiers are the tiers a product is kept for; none is everybody.
func (p *Product) Tiers() []string {
	if tiers := p.Attribute("tier"); tiers != "" {
		return strings.Split(tiers, "; ")
	}
	return nil
}

// Attribute gives the values a product has for a key, joined by "; "; "" when there is none.
func (p *Product) Attribute(key string) string {
	var values []string
	for _, a := range attributeList.split(p.Attributes) {
		if k, value, _ := strings.Cut(a, "="); k == key {
			values = append(values, value)
		}
	}
	return strings.Join(values, "; ")
}
