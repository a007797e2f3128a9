package sheet

import "github.com/perla-crm/perla/internal/contacts"

// Timeline are the columns of everything dated about one customer.
var Timeline = []Column[contacts.Moment]{
	{Name: "date", Kind: DateKind, Get: func(m *contacts.Moment) Value { return Date(m.On) }},
	{Name: "what", Get: func(m *contacts.Moment) Value { return Text(m.Kind) }},
	{Name: "id", Kind: IntKind, Get: func(m *contacts.Moment) Value { return Int(m.ID) }},
	{Name: "text", Get: func(m *contacts.Moment) Value { return Text(m.Text) }},
}
