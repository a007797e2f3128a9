package cli

import (
	"fmt"
	"math"
	"strconv"

	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sheet"
)

// stateFigure is one figure of the state of the business.
type stateFigure struct {
	section, key, name, figure string
	value                      sheet.Value
}

// stateColumns are the columns of the figures; the value is of the kind of the figure.
var stateColumns = []sheet.Column[stateFigure]{
	{Name: "section", Get: func(f *stateFigure) sheet.Value { return sheet.Text(f.section) }},
	{Name: "key", Get: func(f *stateFigure) sheet.Value { return sheet.Text(f.key) }},
	{Name: "name", Get: func(f *stateFigure) sheet.Value { return sheet.Text(f.name) }},
	{Name: "figure", Get: func(f *stateFigure) sheet.Value { return sheet.Text(f.figure) }},
	{Name: "value", Kind: sheet.NumberKind, Get: func(f *stateFigure) sheet.Value { return f.value }},
}

// stateFigures gathers figures.
type stateFigures []stateFigure

// add adds the figures of one thing: pairs of a name and a value. Values are int64, int, float64, money, or pointers to the
// last two; what is not known is an empty value.
func (l *stateFigures) add(section, key, name string, pairs ...any) {
	for i := 0; i < len(pairs); i += 2 {
		*l = append(*l, stateFigure{section, key, name, pairs[i].(string), stateValue(pairs[i+1])})
	}
}

func stateValue(x any) sheet.Value {
	switch x := x.(type) {
	case int:
		return sheet.Int(int64(x))
	case int64:
		return sheet.Int(x)
	case float64:
		if math.IsNaN(x) {
			return sheet.Value{}
		}
		return sheet.Number(x)
	case money.Amount:
		return sheet.Money(x)
	case *money.Amount:
		if x != nil {
			return sheet.Money(*x)
		}
	case *float64:
		if x != nil {
			return sheet.Number(*x)
		}
	}
	return sheet.Value{}
}

// figures are all of them, in a fixed order.
func (b *business) figures() []stateFigure {
	var l stateFigures
	buyers, prospects := b.customers()
	for _, s := range b.sales {
		l.add("sales", s.Key, "", "orders", s.Orders, "revenue", s.Revenue, "margin", s.Margin, "previous", s.Previous, "change_pct", s.ChangePct)
	}
	l.add("sales", "total", "", "orders", b.total.Orders, "revenue", b.total.Revenue, "margin", b.total.Margin, "previous", b.total.Previous, "change_pct", b.total.ChangePct)
	l.add("customers", "total", "", "buyers", buyers, "active", b.active, "prospects", prospects)
	for _, s := range b.rfm.Summary() {
		l.add("customers", s.Segment, "", "customers", s.Customers, "revenue", s.Revenue)
	}
	for r, row := range b.rfm.Grid() {
		for f, n := range row {
			l.add("rfm", fmt.Sprintf("R%dF%d", r+1, f+1), "", "customers", n)
		}
	}
	for _, c := range b.cohorts.Rows {
		l.add("cohorts", c.Month, "", "customers", c.Size)
		for k := 1; k < len(c.Cells); k++ {
			share, _ := c.Retention(k)
			l.add("cohorts", c.Month, "", "m"+strconv.Itoa(k), share)
		}
	}
	for _, s := range b.top {
		l.add("clients", s.Key, s.Name, "orders", s.Orders, "revenue", s.Revenue)
	}
	b.further(&l)
	return l
}

// further adds the figures of stock, campaigns, answers and levels.
func (b *business) further(l *stateFigures) {
	value, known, low := b.worth()
	worth := &value
	if !known {
		worth = nil
	}
	l.add("stock", "total", "", "products", len(b.stock), "low", low, "value", worth)
	for i := range b.stock {
		s := &b.stock[i]
		if !b.low[s.ID] {
			break
		}
		l.add("stock", s.SKU, s.Name, "available", s.Available, "incoming", s.Incoming)
	}
	for i := range b.campaigns {
		r := &b.campaigns[i]
		l.add("campaigns", r.Campaign.Ref, r.Campaign.Name, "sent", r.Sent, "converted", r.Converted, "orders", r.Orders, "revenue", r.Revenue, "cost", r.Campaign.Cost, "roi_pct", r.ROI(false))
	}
	for _, n := range b.nps {
		l.add("nps", "total", "", "answers", n.Answers, "promoters", n.Promoters, "passives", n.Passives, "detractors", n.Detractors, "nps", n.NPS, "low", n.Low, "high", n.High)
	}
	for i := range b.levels {
		g := &b.levels[i]
		l.add("levels", g.Key, "", "consultants", g.Consultants, "selling", g.Selling, "own_sales", g.Own)
	}
}
