package sheet

import (
	"errors"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/network"
)

// Events are the columns of a list of events; at writes the moment one begins.
func Events(at func(*network.Event) string) []Column[network.Event] {
	text := func(name string, of func(*network.Event) string) Column[network.Event] {
		return Column[network.Event]{Name: name, Get: func(e *network.Event) Value { return Text(of(e)) }}
	}
	count := func(name string, of func(*network.GuestCounts) int64) Column[network.Event] {
		return Column[network.Event]{Name: name, Kind: IntKind, Get: func(e *network.Event) Value { return Int(of(&e.Guests)) }}
	}
	return keeping([]Column[network.Event]{
		{Name: "id", Kind: IntKind, Get: func(e *network.Event) Value { return Int(e.ID) }},
		text("code", func(e *network.Event) string { return e.Code }),
		text("name", func(e *network.Event) string { return e.Name }),
		text("kind", func(e *network.Event) string { return e.Kind }),
		text("course", func(e *network.Event) string { return e.CourseCode }),
		{Name: "held_on", Kind: DateKind, Get: func(e *network.Event) Value { return Date(e.HeldOn) }},
		text("held_at", at),
		wide(text("place", func(e *network.Event) string { return e.Place })),
		wide(text("channel", func(e *network.Event) string { return e.Channel })),
		{Name: "places", Kind: IntKind, Get: func(e *network.Event) Value { return aboveZero(e.Places) }},
		count("invited", func(g *network.GuestCounts) int64 { return g.Invited }),
		count("registered", func(g *network.GuestCounts) int64 { return g.Registered }),
		wide(count("declined", func(g *network.GuestCounts) int64 { return g.Declined })),
		count("attended", func(g *network.GuestCounts) int64 { return g.Attended }),
		wide(count("missed", func(g *network.GuestCounts) int64 { return g.Missed })),
		{Name: "cost", Kind: MoneyKind, Wide: true, Get: eventCost},
		wide(text("notes", func(e *network.Event) string { return e.Notes })),
		{Name: "cancelled_on", Kind: DateKind, Wide: true, Get: func(e *network.Event) Value { return Date(e.CancelledOn) }},
	}, "code", "name", "held_on", "held_at", "places", "registered", "attended", "invited", "kind", "course")
}

func eventCost(e *network.Event) Value {
	if !e.HasCost {
		return Value{}
	}
	return Money(e.Cost)
}

// EventRows are the columns of an event file, in and out. Their places are the bits of network.EventFields.
var EventRows = lift([]Column[network.Event]{
	eventText("code", func(e *network.Event) string { return e.Code }),
	eventText("name", func(e *network.Event) string { return e.Name }),
	eventText("kind", func(e *network.Event) string { return e.Kind }),
	eventText("course", func(e *network.Event) string { return e.CourseCode }),
	eventDay("held_on", func(e *network.Event) *dates.Date { return &e.HeldOn }),
	eventText("held_at", func(e *network.Event) string { return e.HeldAt }),
	eventText("place", func(e *network.Event) string { return e.Place }),
	eventText("channel", func(e *network.Event) string { return e.Channel }),
	{Name: "places", Kind: IntKind, Also: eventSynonyms["places"], Get: func(e *network.Event) Value { return aboveZero(e.Places) }, Set: func(e *network.Event, c *Cell) (err error) {
		if e.Places = 0; c.Text == "" {
			return nil
		}
		if e.Places, err = c.Int(); err == nil && e.Places < 1 {
			err = errors.New("needed is a number of places above 0, or nothing for any number")
		}
		return err
	}},
	{Name: "cost", Kind: MoneyKind, Also: eventSynonyms["cost"], Get: eventCost, Set: func(e *network.Event, c *Cell) (err error) {
		if e.Cost, e.HasCost = 0, c.Text != ""; e.HasCost {
			e.Cost, err = c.Money()
		}
		return err
	}},
	eventText("notes", func(e *network.Event) string { return e.Notes }),
	eventDay("cancelled_on", func(e *network.Event) *dates.Date { return &e.CancelledOn }),
}, func(r *network.EventRow) *network.Event { return &r.Event })

// EventInput are the columns that an event import reads: EventRows, and what a list has beside them, which is passed over.
var EventInput = append(EventRows[:len(EventRows):len(EventRows)], Column[network.EventRow]{Name: "id"}, Column[network.EventRow]{Name: "invited"},
	Column[network.EventRow]{Name: "registered"}, Column[network.EventRow]{Name: "declined"}, Column[network.EventRow]{Name: "attended"}, Column[network.EventRow]{Name: "missed"})

// eventText is the column of a text field; import sets it by the rule of the field.
func eventText(name string, get func(*network.Event) string) Column[network.Event] {
	f := network.EventFieldNamed(name)
	return Column[network.Event]{Name: name, Also: eventSynonyms[name], Required: f == network.EventCode,
		Get: func(e *network.Event) Value { return Text(get(e)) },
		Set: func(e *network.Event, c *Cell) error {
			if c.Text == "" && f == network.EventName {
				return nil // an event always has a name
			}
			return e.Set(f, c.Text)
		}}
}

func eventDay(name string, of func(*network.Event) *dates.Date) Column[network.Event] {
	return Column[network.Event]{Name: name, Kind: DateKind, Also: eventSynonyms[name],
		Get: func(e *network.Event) Value { return Date(*of(e)) },
		Set: func(e *network.Event, c *Cell) (err error) {
			*of(e), err = cellDay(c)
			return err
		}}
}

// cellDay reads a cell as a day; an empty one is none.
func cellDay(c *Cell) (dates.Date, error) {
	if c.Text == "" {
		return 0, nil
	}
	return c.Date()
}

// eventSynonyms are what people who write English, Spanish, Portuguese or French call the fields of an event.
var eventSynonyms = map[string][]string{
	"code":         {"event", "event code", "event id", "código", "evento", "código de evento", "código do evento", "événement", "code événement"},
	"name":         {"title", "event name", "nombre", "título", "nome", "nom", "titre", "intitulé"},
	"kind":         {"type", "event type", "tipo", "tipo de evento"},
	"course":       {"course code", "training", "curso", "formación", "formação", "cours", "formation"},
	"held_on":      {"date", "day", "event date", "start date", "fecha", "día", "data", "dia", "jour", "date de l'événement"},
	"held_at":      {"time", "start", "starts at", "start time", "hora", "inicio", "hora de inicio", "início", "heure", "début"},
	"place":        {"venue", "location", "where", "lugar", "sala", "sitio", "local", "lieu", "salle"},
	"channel":      {"canal"},
	"places":       {"seats", "capacity", "plazas", "aforo", "cupo", "lugares", "vagas", "capacité"},
	"cost":         {"budget", "expense", "coste", "costo", "gasto", "custo", "coût"},
	"notes":        {"note", "description", "comments", "notas", "descripción", "observaciones", "descrição", "observações", "remarques"},
	"cancelled_on": {"cancelled", "cancelled at", "cancelado", "cancelada", "fecha de cancelación", "annulé", "date d'annulation"},
}

// Guests are the columns of the guests of an event, with their statuses on a day.
func Guests(day dates.Date) []Column[network.Guest] {
	text := func(name string, of func(*network.Guest) string) Column[network.Guest] {
		return Column[network.Guest]{Name: name, Get: func(g *network.Guest) Value { return Text(of(g)) }}
	}
	columns := []Column[network.Guest]{
		{Name: "id", Kind: IntKind, Get: func(g *network.Guest) Value { return Int(g.Person.ID) }},
		text("who", func(g *network.Guest) string {
			if g.Person.Consultant {
				return "consultant"
			}
			return "customer"
		}),
		text("name", func(g *network.Guest) string { return g.Name }),
		wide(text("email", func(g *network.Guest) string { return g.Email })),
		wide(text("phone", func(g *network.Guest) string { return g.Phone })),
		wide(text("event", func(g *network.Guest) string { return g.EventCode })),
		text("status", func(g *network.Guest) string { return g.Status(day) }),
	}
	for f := network.GuestInvitedOn; f <= network.GuestMissedOn; f <<= 1 {
		columns = append(columns, guestDay(f))
	}
	return keeping(columns, "name", "status", "who", "id")
}

func guestDay(f network.GuestFields) Column[network.Guest] {
	name := f.Name()
	return Column[network.Guest]{Name: name, Kind: DateKind, Also: guestSynonyms[name],
		Get: func(g *network.Guest) Value { return Date(*g.Day(f)) },
		Set: func(g *network.Guest, c *Cell) (err error) {
			*g.Day(f), err = cellDay(c)
			return err
		}}
}

// GuestRows are the columns of a guest file, in and out. Their places are the bits of network.GuestFields.
var GuestRows = append([]Column[network.GuestRow]{
	guestText("event", func(r *network.GuestRow) *string { return &r.EventCode }),
	guestText("customer", func(r *network.GuestRow) *string { return &r.Customer }),
	guestText("consultant", func(r *network.GuestRow) *string { return &r.Consultant }),
}, lift([]Column[network.Guest]{guestDay(network.GuestInvitedOn), guestDay(network.GuestRegisteredOn), guestDay(network.GuestDeclinedOn),
	guestDay(network.GuestAttendedOn), guestDay(network.GuestMissedOn)}, func(r *network.GuestRow) *network.Guest { return &r.Guest })...)

func guestText(name string, of func(*network.GuestRow) *string) Column[network.GuestRow] {
	return Column[network.GuestRow]{Name: name, Also: guestSynonyms[name], Required: name == "event",
		Get: func(r *network.GuestRow) Value { return Text(*of(r)) },
		Set: func(r *network.GuestRow, c *Cell) error {
			*of(r) = c.Text
			return nil
		}}
}

// guestSynonyms are what people who write English, Spanish, Portuguese or French call the columns of a guest file.
var guestSynonyms = map[string][]string{
	"event":         {"event code", "session", "evento", "código de evento", "sesión", "sessão", "événement"},
	"customer":      {"customer ref", "customer email", "client", "guest", "attendee", "email", "cliente", "clienta", "invitada", "asistente", "convidada", "cliente id"},
	"consultant":    {"consultant ref", "consultora", "consultor", "conseillère", "conseiller"},
	"invited_on":    {"invited", "invited at", "invitada el", "fecha de invitación", "convidada em", "invitée le"},
	"registered_on": {"registered", "registered at", "registration date", "inscrita el", "fecha de inscripción", "inscrita em", "inscrite le"},
	"declined_on":   {"declined", "declined at", "rechazada el", "recusada em", "refusée le"},
	"attended_on":   {"attended", "attended at", "checked in at", "asistió el", "fecha de asistencia", "compareceu em", "présente le"},
	"missed_on":     {"missed", "no show", "no_show", "faltó el", "faltou em", "absente le"},
}

// EventResults are the columns of what came of events.
var EventResults = keeping([]Column[network.Results]{
	{Name: "event", Get: func(r *network.Results) Value { return Text(r.Code) }},
	{Name: "name", Get: func(r *network.Results) Value { return Text(r.Name) }},
	{Name: "held_on", Kind: DateKind, Get: func(r *network.Results) Value { return Date(r.HeldOn) }},
	{Name: "invited", Kind: IntKind, Get: func(r *network.Results) Value { return Int(r.Guests.Invited) }},
	{Name: "registered", Kind: IntKind, Get: func(r *network.Results) Value { return Int(r.Guests.Registered) }},
	{Name: "attended", Kind: IntKind, Get: func(r *network.Results) Value { return Int(r.Guests.Attended) }},
	{Name: "no_show", Kind: IntKind, Get: func(r *network.Results) Value { return Int(r.Guests.Missed) }},
	{Name: "cost", Kind: MoneyKind, Get: func(r *network.Results) Value { return eventCost(&r.Event) }},
	{Name: "until", Kind: DateKind, Wide: true, Get: func(r *network.Results) Value { return Date(r.Until) }},
	{Name: "buyers", Kind: IntKind, Get: func(r *network.Results) Value { return Int(r.Buyers) }},
	{Name: "orders", Kind: IntKind, Get: func(r *network.Results) Value { return Int(r.Orders) }},
	{Name: "revenue", Kind: MoneyKind, Get: func(r *network.Results) Value { return Money(r.Revenue) }},
	{Name: "orders_per_attendee", Kind: NumberKind, Wide: true, Get: func(r *network.Results) Value { return Number(float64(r.Orders) / float64(r.Guests.Attended)) }},
	{Name: "revenue_per_attendee", Kind: MoneyKind, Get: func(r *network.Results) Value {
		if r.Guests.Attended == 0 {
			return Value{}
		}
		return Money(r.RevenuePerAttendee())
	}},
}, "event", "name", "held_on", "attended", "revenue", "cost", "orders", "buyers", "revenue_per_attendee", "registered", "no_show", "invited")
