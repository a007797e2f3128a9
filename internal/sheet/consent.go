package sheet

import "github.com/perla-crm/perla/internal/contacts"

// Consents are the columns of what customers allow.
var Consents = []Column[contacts.Consent]{
	{Name: "customer_id", Kind: IntKind, Get: func(c *contacts.Consent) Value { return Int(c.CustomerID) }},
	{Name: "customer", Get: func(c *contacts.Consent) Value { return Text(c.Customer) }},
	{Name: "channel", Get: func(c *contacts.Consent) Value { return Text(c.Channel) }},
	{Name: "purpose", Get: func(c *contacts.Consent) Value { return Text(c.Purpose) }},
	{Name: "granted", Kind: BoolKind, Get: func(c *contacts.Consent) Value { return Bool(c.Granted) }},
	{Name: "since", Kind: DateKind, Get: func(c *contacts.Consent) Value { return Date(c.On) }},
	{Name: "basis", Get: func(c *contacts.Consent) Value { return Text(c.Basis) }},
	{Name: "source", Get: func(c *contacts.Consent) Value { return Text(c.Source) }},
	{Name: "text_version", Get: func(c *contacts.Consent) Value { return Text(c.TextVersion) }},
}

// ConsentsOfOne are the columns of what a single customer allows.
var ConsentsOfOne = Consents[2:]
