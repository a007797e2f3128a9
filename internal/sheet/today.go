package sheet

import (
	"github.com/perla-crm/perla/internal/agenda"
	"github.com/perla-crm/perla/internal/dates"
)

// Today are the columns of the lines of an agenda for a day.
func Today(day dates.Date) []Column[agenda.Line] {
	text := func(name string, wide bool, get func(*agenda.Line) string) Column[agenda.Line] {
		return Column[agenda.Line]{Name: name, Wide: wide, Get: func(l *agenda.Line) Value { return Text(get(l)) }}
	}
	id := func(name string, get func(*agenda.Line) int64) Column[agenda.Line] {
		return Column[agenda.Line]{Name: name, Kind: IntKind, Wide: true, Get: func(l *agenda.Line) Value { return idOrNothing(get(l)) }}
	}
	return keeping([]Column[agenda.Line]{
		{Name: "day", Kind: DateKind, Wide: true, Get: func(*agenda.Line) Value { return Date(day) }},
		text("kind", false, func(l *agenda.Line) string { return string(l.Kind) }),
		{Name: "priority", Kind: IntKind, Get: func(l *agenda.Line) Value { return Int(int64(l.Priority)) }},
		id("customer_id", func(l *agenda.Line) int64 { return l.Person.ID }),
		text("customer", false, func(l *agenda.Line) string { return l.Person.Name }),
		text("why", false, func(l *agenda.Line) string { return l.Why }),
		text("next", false, func(l *agenda.Line) string { return l.Next }),
		{Name: "money", Kind: MoneyKind, Get: func(l *agenda.Line) Value {
			if !l.HasMoney {
				return Value{}
			}
			return Money(l.Money)
		}},
		{Name: "due_on", Kind: DateKind, Get: func(l *agenda.Line) Value { return Date(l.DueOn) }},
		{Name: "overdue_days", Kind: IntKind, Wide: true, Get: func(l *agenda.Line) Value { return Int(int64(l.Overdue(day))) }},
		text("detail", true, func(l *agenda.Line) string { return l.Detail }),
		text("sku", true, func(l *agenda.Line) string { return l.SKU }),
		text("product", true, func(l *agenda.Line) string { return l.Product }),
		id("quantity", func(l *agenda.Line) int64 { return l.Quantity }),
		{Name: "available", Kind: IntKind, Wide: true, Get: func(l *agenda.Line) Value {
			if !l.HasStock {
				return Value{}
			}
			return Int(l.Stock)
		}},
		id("points", func(l *agenda.Line) int64 { return l.Points }),
		text("goal", true, func(l *agenda.Line) string { return l.Goal }),
		id("order_id", func(l *agenda.Line) int64 { return l.OrderID }),
		id("task_id", func(l *agenda.Line) int64 { return l.TaskID }),
		id("case_id", func(l *agenda.Line) int64 { return l.CaseID }),
		{Name: "last_contact", Kind: DateKind, Wide: true, Get: func(l *agenda.Line) Value { return Date(l.Person.LastContact) }},
		text("phone", true, func(l *agenda.Line) string { return l.Person.Phone }),
		text("email", true, func(l *agenda.Line) string { return l.Person.Email }),
		text("language", true, func(l *agenda.Line) string { return l.Person.Language }),
		text("ref", true, func(l *agenda.Line) string { return l.Person.Ref }),
	}, "kind", "customer", "why", "next", "money", "due_on", "priority")
}

// Rules are the columns of the rules of an agenda.
var Rules = whole(keeping([]Column[agenda.Rule]{
	{Name: "key", Get: func(r *agenda.Rule) Value { return Text(r.Key) }},
	{Name: "value", Kind: IntKind, Get: func(r *agenda.Rule) Value { return Int(int64(r.Value)) }},
	{Name: "default", Kind: IntKind, Get: func(r *agenda.Rule) Value { return Int(int64(r.Default)) }},
	{Name: "meaning", Get: func(r *agenda.Rule) Value { return Text(r.Meaning) }},
}, "value", "meaning"), "key")

// TodayMessages are the columns of a message to somebody.
var TodayMessages = []Column[TodayMessage]{
	{Name: "customer_id", Kind: IntKind, Get: func(m *TodayMessage) Value { return Int(m.Person.ID) }},
	{Name: "customer", Get: func(m *TodayMessage) Value { return Text(m.Person.Name) }},
	{Name: "kind", Get: func(m *TodayMessage) Value { return Text(string(m.Kind)) }},
	{Name: "language", Get: func(m *TodayMessage) Value { return Text(m.Language) }},
	{Name: "phone", Get: func(m *TodayMessage) Value { return Text(m.Person.Phone) }},
	{Name: "text", Get: func(m *TodayMessage) Value { return Text(m.Text) }},
	{Name: "link", Get: func(m *TodayMessage) Value { return Text(m.Link) }},
}

// TodayMessage is what to write to somebody about something.
type TodayMessage struct {
	Person   *agenda.Person
	Kind     agenda.Kind
	Language string // en, es, pt or fr
	Text     string
	Link     string // opens WhatsApp with it; "" where no phone is known
}
