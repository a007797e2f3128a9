package sheet

import (
	"time"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/outreach"
)

// Outbox are the columns of the outbox.
var Outbox = keeping([]Column[outreach.Message]{
	{Name: "id", Kind: IntKind, Get: func(m *outreach.Message) Value { return Int(m.ID) }},
	{Name: "campaign", Get: func(m *outreach.Message) Value { return Text(m.Campaign) }},
	{Name: "automation", Wide: true, Get: func(m *outreach.Message) Value { return Text(m.Automation) }},
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(m *outreach.Message) Value { return Int(m.CustomerID) }},
	{Name: "customer", Get: func(m *outreach.Message) Value { return Text(m.Customer) }},
	{Name: "channel", Get: func(m *outreach.Message) Value { return Text(m.Channel) }},
	{Name: "purpose", Wide: true, Get: func(m *outreach.Message) Value { return Text(m.Purpose) }},
	{Name: "address", Get: func(m *outreach.Message) Value { return Text(m.Address) }},
	{Name: "status", Get: func(m *outreach.Message) Value { return Text(m.Status) }},
	{Name: "at", Wide: true, Get: func(m *outreach.Message) Value { return moment(m.At) }},
	{Name: "reason", Get: func(m *outreach.Message) Value { return Text(m.Reason) }},
	{Name: "attempts", Kind: IntKind, Wide: true, Get: func(m *outreach.Message) Value { return Int(m.Attempts) }},
	{Name: "subject", Wide: true, Get: func(m *outreach.Message) Value { return Text(m.Subject) }},
	{Name: "text", Wide: true, Get: func(m *outreach.Message) Value { return Text(m.Text) }},
	{Name: "link", Wide: true, Get: func(m *outreach.Message) Value {
		if m.Channel != "whatsapp" || m.Address == "" {
			return Value{}
		}
		return Text(outreach.ChatLink(m.Address, m.Text))
	}},
	{Name: "queued_at", Wide: true, Get: func(m *outreach.Message) Value { return moment(m.QueuedAt) }},
	{Name: "send_after", Wide: true, Get: func(m *outreach.Message) Value { return moment(m.SendAfter) }},
	{Name: "token", Wide: true, Get: func(m *outreach.Message) Value { return Text(m.Token) }},
}, "id", "customer", "status", "address", "campaign", "channel")

// moment is an instant as RFC 3339 has it, in UTC; empty for none.
func moment(at time.Time) Value {
	if at.IsZero() {
		return Value{}
	}
	return Text(at.UTC().Format(time.RFC3339))
}

// instant reads the cell as an instant: a day, with a time behind it or without.
func (c *Cell) instant() (at time.Time, timed bool, err error) {
	zone := time.UTC
	if c.setting != nil && c.setting.Zone != nil {
		zone = c.setting.Zone
	}
	return dates.CellInstant(c.Text, c.order, zone)
}

// Suppressions are the columns of who and what nothing is sent to.
var Suppressions = []Column[outreach.Suppression]{
	{Name: "customer_id", Kind: IntKind, Get: func(s *outreach.Suppression) Value { return Int(s.CustomerID) }},
	{Name: "customer", Get: func(s *outreach.Suppression) Value { return Text(s.Customer) }},
	{Name: "channel", Get: func(s *outreach.Suppression) Value { return Text(s.Channel) }},
	{Name: "address", Get: func(s *outreach.Suppression) Value { return Text(s.Address) }},
	{Name: "reason", Get: func(s *outreach.Suppression) Value { return Text(s.Reason) }},
	{Name: "since", Kind: DateKind, Get: func(s *outreach.Suppression) Value { return Date(s.Since) }},
}
