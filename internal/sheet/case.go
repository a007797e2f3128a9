package sheet

import (
	"time"

	"github.com/perla-crm/perla/internal/contacts"
)

// Cases are the columns of a list of cases. Hours are counted by the second; those of what has not happened are empty.
var Cases = keeping([]Column[contacts.Case]{
	{Name: "id", Kind: IntKind, Get: func(c *contacts.Case) Value { return Int(c.ID) }},
	{Name: "person", Get: func(c *contacts.Case) Value { return Text(c.Person) }},
	{Name: "kind", Get: func(c *contacts.Case) Value { return Text(c.Kind) }},
	{Name: "topic", Get: func(c *contacts.Case) Value { return Text(c.Topic) }},
	{Name: "priority", Get: func(c *contacts.Case) Value { return Text(c.Priority) }},
	{Name: "status", Get: func(c *contacts.Case) Value { return Text(c.Status) }},
	{Name: "opened_on", Kind: DateKind, Wide: true, Get: func(c *contacts.Case) Value { return Date(c.OpenedOn) }},
	{Name: "age_days", Kind: IntKind, Get: func(c *contacts.Case) Value { return Int(int64(c.AgeDays)) }},
	{Name: "first_response_hours", Kind: NumberKind, Wide: true, Get: func(c *contacts.Case) Value { return hours(c.FirstResponse()) }},
	{Name: "resolution_hours", Kind: NumberKind, Wide: true, Get: func(c *contacts.Case) Value { return hours(c.Resolution()) }},
	{Name: "handler", Get: func(c *contacts.Case) Value { return Text(c.Handler) }},
	{Name: "channel", Wide: true, Get: func(c *contacts.Case) Value { return Text(c.Channel) }},
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(c *contacts.Case) Value { return id(c.CustomerID) }},
	{Name: "consultant_id", Kind: IntKind, Wide: true, Get: func(c *contacts.Case) Value { return id(c.ConsultantID) }},
	{Name: "order_id", Kind: IntKind, Wide: true, Get: func(c *contacts.Case) Value { return id(c.OrderID) }},
	{Name: "product", Wide: true, Get: func(c *contacts.Case) Value { return Text(c.Product) }},
	{Name: "ref", Wide: true, Get: func(c *contacts.Case) Value { return Text(c.Ref) }},
	{Name: "ref_source", Wide: true, Get: func(c *contacts.Case) Value { return Text(c.RefSource) }},
}, "id", "person", "topic", "status", "priority", "kind", "age_days", "handler")

// CaseSteps are the columns of all that became of a case, behind its own; instant writes a moment.
func CaseSteps(instant func(time.Time) string) []Column[contacts.CaseStep] {
	return append(lift(Cases, func(s *contacts.CaseStep) *contacts.Case { return s.Case }), []Column[contacts.CaseStep]{
		{Name: "at", Get: func(s *contacts.CaseStep) Value { return Text(instant(s.At)) }},
		{Name: "event", Get: func(s *contacts.CaseStep) Value { return Text(s.Kind) }},
		{Name: "text", Get: func(s *contacts.CaseStep) Value { return Text(s.Text) }},
		{Name: "assigned_to", Get: func(s *contacts.CaseStep) Value { return Text(s.Handler) }},
	}...)
}

// id is a whole number that is empty for nobody.
func id(n int64) Value {
	if n == 0 {
		return Value{}
	}
	return Int(n)
}

// hours is a length of time as a figure; empty unless known.
func hours(d time.Duration, known bool) Value {
	if !known {
		return Value{}
	}
	return Number(d.Hours())
}
