package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Lot is what there is of a product in one lot. Pieces that came without a lot are in the one without a name.
type Lot struct {
	Product   int64
	Name      string
	ExpiresOn dates.Date // the last day it is good for; 0 when it keeps, or nobody has said
	Quantity  int64      // on hand
	free      int64      // what may leave on the day asked for: no later day would then be below zero
}

// Expired says whether a lot is past its day.
func (l *Lot) Expired(day dates.Date) bool { return !l.ExpiresOn.IsZero() && l.ExpiresOn < day }

// leavesBefore compares by who leaves first on a day: first expired first out, those that keep after those that do not,
// and expired ones at the end.
func (l *Lot) leavesBefore(other *Lot, day dates.Date) int {
	rank := func(l *Lot) int {
		switch {
		case l.Expired(day):
			return 2
		case l.ExpiresOn.IsZero():
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(rank(l), rank(other)), cmp.Compare(l.ExpiresOn, other.ExpiresOn), cmp.Compare(l.Name, other.Name))
}

// lotsOn reads the lots of products with what there is of each at the end of a day, by product and name, those without a
// piece too. more are the arguments of the selection.
func lotsOn(v *book.View, day dates.Date, s selection, more ...any) ([]Lot, error) {
	var lots []Lot
	running := int64(0) // of the last lot
	err := v.Each(func(r book.Row) error {
		product, name := r.Int(0), r.Text(1)
		if n := len(lots); n == 0 || lots[n-1].Product != product || lots[n-1].Name != name {
			lots, running = append(lots, Lot{Product: product, Name: strings.Clone(name)}), 0
		}
		l := &lots[len(lots)-1]
		if expires, err := dates.ParseISO(r.Text(2)); err == nil {
			l.ExpiresOn = expires
		}
		running += r.Int(4)
		if later := r.Text(3) != ""; !later {
			l.Quantity, l.free = running, running
		}
		l.free = min(l.free, running)
		return nil
	}, `product_id, lot, expires_on, later, pieces`, `(SELECT product_id, ifnull(lot, '') AS lot, max(expires_on) AS expires_on,
			CASE WHEN moved_on <= ?2 THEN '' ELSE moved_on END AS later, sum(quantity) AS pieces
		FROM stock_moves WHERE 1`+string(s)+` GROUP BY 1, 2, 4 ORDER BY 1, 2, 4 LIMIT -1)`, append([]any{day.String()}, more...)...)
	return lots, err
}

// Lots is what there is of a product at the end of a day, lot by lot, in the order in which they would leave on that day;
// 0 is today. Lots without a piece are left out.
func Lots(v *book.View, day dates.Date, product int64) ([]Lot, error) {
	if day.IsZero() {
		day = v.Today()
	}
	lots, err := lotsOn(v, day, given, jsonIDs([]int64{product}))
	slices.SortStableFunc(lots, func(a, b Lot) int { return a.leavesBefore(&b, day) })
	return slices.DeleteFunc(lots, func(l Lot) bool { return l.Quantity == 0 }), err
}

// ExpiringLot is a lot that is past its day or will be soon.
type ExpiringLot struct {
	SKU string
	Lot
	Value      money.Amount // of its pieces, at the average cost of the product
	ValueKnown bool
}

// Expiring lists the lots of active and archived products alike that have pieces at the end of a day and are good for no
// longer than until another: those past it already first.
func Expiring(v *book.View, day, until dates.Date) ([]ExpiringLot, error) {
	lots, err := lotsOn(v, day, all)
	if err != nil {
		return nil, err
	}
	lots = slices.DeleteFunc(lots, func(l Lot) bool { return l.Quantity == 0 || l.ExpiresOn.IsZero() || l.ExpiresOn > until })
	ids := make([]int64, len(lots))
	for i := range lots {
		ids[i] = lots[i].Product
	}
	ids = slices.Compact(ids)
	goods, err := GoodsOf(v, day, ids...)
	if err != nil {
		return nil, err
	}
	of := map[int64]*Goods{}
	for i := range goods {
		of[goods[i].ID] = &goods[i]
	}
	found := make([]ExpiringLot, len(lots))
	for i, l := range lots {
		g := of[l.Product]
		w := worth{pieces: g.OnHand, value: g.Value}
		found[i] = ExpiringLot{SKU: g.SKU, Lot: l, Value: w.part(l.Quantity), ValueKnown: g.ValueKnown}
	}
	slices.SortStableFunc(found, func(a, b ExpiringLot) int {
		return cmp.Or(cmp.Compare(a.ExpiresOn, b.ExpiresOn), cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Name, b.Name))
	})
	return found, nil
}
