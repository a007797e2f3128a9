package sheet

import (
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
)

// Promotions are the columns of promotions, as of a day.
func Promotions(day dates.Date, words money.Wording) []Column[sales.Promotion] {
	number := func(name string, of func(*sales.Promotion) int64) Column[sales.Promotion] {
		return Column[sales.Promotion]{Name: name, Kind: IntKind, Wide: true, Get: func(p *sales.Promotion) Value { return aboveZero(of(p)) }}
	}
	text := func(name string, of func(*sales.Promotion) string) Column[sales.Promotion] {
		return Column[sales.Promotion]{Name: name, Wide: true, Get: func(p *sales.Promotion) Value { return Text(of(p)) }}
	}
	return whole(keeping([]Column[sales.Promotion]{
		{Name: "code", Get: func(p *sales.Promotion) Value { return Text(p.Code) }},
		{Name: "name", Get: func(p *sales.Promotion) Value { return Text(p.Name) }},
		{Name: "state", Get: func(p *sales.Promotion) Value { return Text(p.State(day)) }},
		{Name: "off", Get: func(p *sales.Promotion) Value { return Text(p.Off(words)) }},
		text("product", func(p *sales.Promotion) string { return p.SKU }),
		text("category", func(p *sales.Promotion) string { return p.Category }),
		text("brand", func(p *sales.Promotion) string { return p.Brand }),
		text("channel", func(p *sales.Promotion) string { return p.Channel }),
		text("segment", func(p *sales.Promotion) string { return p.Segment }),
		{Name: "min_total", Kind: MoneyKind, Wide: true, Get: func(p *sales.Promotion) Value {
			if p.MinTotal == 0 {
				return Value{}
			}
			return Money(p.MinTotal)
		}},
		{Name: "from", Kind: DateKind, Get: func(p *sales.Promotion) Value { return Date(p.From) }},
		{Name: "until", Kind: DateKind, Get: func(p *sales.Promotion) Value { return Date(p.Until) }},
		number("max_uses", func(p *sales.Promotion) int64 { return p.MaxUses }),
		number("max_uses_each", func(p *sales.Promotion) int64 { return p.MaxUsesEach }),
		{Name: "uses", Kind: IntKind, Get: func(p *sales.Promotion) Value { return Int(p.Uses) }},
	}, "off", "state", "until", "uses", "from"), "code")
}

// aboveZero is a number, or the empty cell where there is none.
func aboveZero(n int64) Value {
	if n == 0 {
		return Value{}
	}
	return Int(n)
}

// ClientPrices are the columns of what a customer pays.
var ClientPrices = []Column[sales.ClientPrice]{
	{Name: "product", Get: func(p *sales.ClientPrice) Value { return Text(p.SKU) }},
	{Name: "price", Kind: MoneyKind, Get: func(p *sales.ClientPrice) Value {
		if p.Percent != 0 {
			return Value{}
		}
		return Money(p.Price)
	}},
	{Name: "percent", Kind: DecimalKind, Get: func(p *sales.ClientPrice) Value {
		if p.Percent == 0 {
			return Value{}
		}
		return Decimal(money.Decimal{Digits: p.Percent, Scale: 2})
	}},
	{Name: "from", Kind: DateKind, Get: func(p *sales.ClientPrice) Value { return Date(p.From) }},
	{Name: "until", Kind: DateKind, Get: func(p *sales.ClientPrice) Value { return Date(p.Until) }},
}
