package sheet

import (
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// Terms are the columns of the terms of commissions.
var Terms = whole([]Column[network.Term]{
	{Name: "key", Get: func(t *network.Term) Value { return Text(t.Key) }},
	{Name: "value", Get: func(t *network.Term) Value { return Text(t.Value) }},
	{Name: "from_on", Kind: DateKind, Get: func(t *network.Term) Value { return Date(t.Days.From) }},
	{Name: "until_on", Kind: DateKind, Get: func(t *network.Term) Value { return Date(t.Days.To) }},
}, "key", "value")

// Cycles are the columns of cycles.
var Cycles = []Column[network.Period]{
	{Name: "code", Get: func(p *network.Period) Value { return Text(p.Code) }},
	{Name: "from_on", Kind: DateKind, Get: func(p *network.Period) Value { return Date(p.From) }},
	{Name: "until_on", Kind: DateKind, Get: func(p *network.Period) Value { return Date(p.To) }},
}

// Incentives are the columns of incentives.
var Incentives = []Column[network.Incentive]{
	{Name: "code", Get: func(i *network.Incentive) Value { return Text(i.Code) }},
	{Name: "name", Get: func(i *network.Incentive) Value { return Text(i.Name) }},
	{Name: "kind", Get: func(i *network.Incentive) Value { return Text(i.Kind) }},
	{Name: "target", Kind: IntKind, Get: func(i *network.Incentive) Value { return idOrEmpty(i.Target) }},
	{Name: "winners", Kind: IntKind, Get: func(i *network.Incentive) Value { return idOrEmpty(i.Winners) }},
	{Name: "product", Get: func(i *network.Incentive) Value { return Text(i.SKU) }},
	{Name: "amount", Kind: MoneyKind, Get: func(i *network.Incentive) Value { return Money(i.Amount) }},
	{Name: "from_on", Kind: DateKind, Get: func(i *network.Incentive) Value { return Date(i.Days.From) }},
	{Name: "until_on", Kind: DateKind, Get: func(i *network.Incentive) Value { return Date(i.Days.To) }},
}

// StatementLines are the columns of a statement. The base of an incentive for clients or pieces is a number.
var StatementLines = keeping([]Column[network.StatementLine]{
	{Name: "kind", Get: func(l *network.StatementLine) Value { return Text(l.Kind) }},
	{Name: "order_id", Kind: IntKind, Get: func(l *network.StatementLine) Value { return idOrEmpty(l.Order) }},
	{Name: "ref", Get: func(l *network.StatementLine) Value { return Text(l.Ref) }},
	{Name: "date", Kind: DateKind, Get: func(l *network.StatementLine) Value { return Date(l.OrderedOn) }},
	{Name: "customer", Get: func(l *network.StatementLine) Value { return Text(l.Customer) }},
	{Name: "seller", Get: func(l *network.StatementLine) Value { return Text(l.Seller) }},
	{Name: "depth", Kind: IntKind, Wide: true, Get: func(l *network.StatementLine) Value { return idOrEmpty(l.Depth) }},
	{Name: "base", Kind: MoneyKind, Get: func(l *network.StatementLine) Value {
		if l.IsCount {
			return Int(l.Base)
		}
		return Money(money.Amount(l.Base))
	}},
	{Name: "rate", Kind: DecimalKind, Get: func(l *network.StatementLine) Value {
		if !l.HasRate {
			return Value{}
		}
		return Decimal(percentOf(l.Rate))
	}},
	{Name: "amount", Kind: MoneyKind, Get: func(l *network.StatementLine) Value { return Money(l.Amount) }},
	{Name: "posted_on", Kind: DateKind, Get: func(l *network.StatementLine) Value { return Date(l.PostedOn) }},
}, "kind", "amount", "customer", "date", "base", "rate", "seller", "ref")

// Payouts are the columns of payouts.
var Payouts = keeping([]Column[network.Payout]{
	{Name: "id", Kind: IntKind, Get: func(p *network.Payout) Value { return Int(p.ID) }},
	{Name: "ref", Get: func(p *network.Payout) Value { return Text(p.Consultant.Ref) }},
	{Name: "name", Get: func(p *network.Payout) Value { return Text(p.Consultant.Name) }},
	{Name: "from_on", Kind: DateKind, Get: func(p *network.Payout) Value { return Date(p.Days.From) }},
	{Name: "until_on", Kind: DateKind, Get: func(p *network.Payout) Value { return Date(p.Days.To) }},
	{Name: "paid_on", Kind: DateKind, Get: func(p *network.Payout) Value { return Date(p.PaidOn) }},
	{Name: "lines", Kind: IntKind, Get: func(p *network.Payout) Value { return Int(p.Lines) }},
	{Name: "amount", Kind: MoneyKind, Get: func(p *network.Payout) Value { return Money(p.Amount) }},
	{Name: "method", Get: func(p *network.Payout) Value { return Text(p.Method) }},
}, "name", "amount", "paid_on", "from_on", "until_on")
