package cli

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// customerTrade is what a customer ordered last, what she owes, and what she has to her credit.
type customerTrade struct {
	setting sheet.Setting
	last    []sales.Order // the latest first
	dues    []sales.OpenDue
	balance sales.Receivable
}

// tradeOf reads it as of a day.
func tradeOf(v *book.View, customer int64, day dates.Date) (t customerTrade, err error) {
	settings := v.Settings()
	t.setting = sheet.Setting{Currency: settings.Currency, Locale: settings.Locale}
	for o, err := range sales.List(v, sales.Query{AsOf: day, Customer: customer, Sort: "-date", Limit: lastShown}) {
		if err != nil {
			return t, err
		}
		t.last = append(t.last, o)
	}
	if t.dues, err = sales.OpenDues(v, day, 0, customer); err != nil {
		return t, err
	}
	balances, err := sales.Receivables(v, day, customer, true)
	if err == nil {
		t.balance = balances[0]
	}
	return t, err
}

func (t *customerTrade) amount(a money.Amount) string {
	return sheet.Plain(sheet.Money(a), t.setting) + " " + t.setting.Currency.Code
}

// lastOrders are the last of them, the latest first, with what they came to and where they stand.
func (p *customerPage) lastOrders() render.Section {
	s := render.Section{Title: "Last orders"}
	t := &p.trade
	for _, o := range t.last {
		text := fmt.Sprintf("%s, %s", t.amount(o.Total), o.Status)
		switch due := o.Due(); {
		case due > 0 && o.Paid() == 0:
			text += ", not paid"
		case due > 0:
			text += ", " + t.amount(due) + " of it not paid"
		}
		name := fmt.Sprintf("order %d", o.ID)
		if o.Ref != "" {
			name += ", " + o.Ref
		}
		s.Pairs = append(s.Pairs, render.Pair{Label: o.Date.String(), Value: fmt.Sprintf("%s (%s)", text, name)})
	}
	return s
}

// account is what she owes and since when, what is due next, and her credit.
func (p *customerPage) account() render.Section {
	s := render.Section{Title: "Account"}
	t := &p.trade
	add := func(label, value string) { s.Pairs = append(s.Pairs, render.Pair{Label: label, Value: value}) }
	if due := t.balance.Due(); due > 0 {
		add("owes", t.amount(due))
	}
	if overdue := t.balance.Overdue(); overdue > 0 {
		first := t.dues[0]
		add("overdue", t.amount(overdue))
		add("since", fmt.Sprintf("%s (%s)", first.On, counted(int64(first.DaysOverdue), "day")))
	}
	for _, d := range t.dues {
		if d.DaysOverdue == 0 {
			add("due next", fmt.Sprintf("%s on %s (order %d)", t.amount(d.Amount), d.On, d.Order))
			break
		}
	}
	if t.balance.Credit > 0 {
		add("credit", t.amount(t.balance.Credit))
	}
	return s
}
