package sheet

import (
	"errors"
	"slices"

	"github.com/perla-crm/perla/internal/contacts"
)

// Interactions are the columns of a list of interactions. Links show the name of whom they name, products their
// stock-keeping unit.
var Interactions = []Column[contacts.Interaction]{
	{Name: "id", Kind: IntKind, Get: func(i *contacts.Interaction) Value { return Int(i.ID) }},
	interactionDate(),
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(i *contacts.Interaction) Value { return Int(i.Customer.ID) }},
	interactionText(contacts.InteractionCustomer, func(i *contacts.Interaction) string { return i.Customer.Name }),
	interactionText(contacts.InteractionSummary, func(i *contacts.Interaction) string { return i.Summary }),
	interactionText(contacts.InteractionChannel, func(i *contacts.Interaction) string { return i.Channel }),
	interactionText(contacts.InteractionOutcome, func(i *contacts.Interaction) string { return i.Outcome }),
	interactionText(contacts.InteractionKind, func(i *contacts.Interaction) string { return i.Kind }),
	wide(interactionText(contacts.InteractionDirection, func(i *contacts.Interaction) string { return i.Direction })),
	interactionNoAnswer(),
	wide(interactionMinutes()),
	wide(interactionText(contacts.InteractionConsultant, func(i *contacts.Interaction) string { return i.Consultant.Name })),
	wide(interactionText(contacts.InteractionProduct, func(i *contacts.Interaction) string { return i.Product.Key })),
	{Name: contacts.InteractionCase.Name(), Kind: IntKind, Wide: true, Get: func(i *contacts.Interaction) Value { return idOrNothing(i.Case) }},
	wide(interactionText(contacts.InteractionRef, func(i *contacts.Interaction) string { return i.Ref })),
	wide(interactionText(contacts.InteractionRefSource, func(i *contacts.Interaction) string { return i.RefSource })),
}

// InteractionRows are the columns of a file of interactions, in and out, in the order of contacts.InteractionFieldNames:
// links by their keys.
var InteractionRows = lift([]Column[contacts.Interaction]{
	interactionText(contacts.InteractionRef, func(i *contacts.Interaction) string { return i.Ref }),
	interactionText(contacts.InteractionRefSource, func(i *contacts.Interaction) string { return i.RefSource }),
	interactionText(contacts.InteractionCustomer, func(i *contacts.Interaction) string { return i.Customer.Key }),
	interactionDate(),
	interactionText(contacts.InteractionChannel, func(i *contacts.Interaction) string { return i.Channel }),
	interactionText(contacts.InteractionDirection, func(i *contacts.Interaction) string { return i.Direction }),
	interactionText(contacts.InteractionKind, func(i *contacts.Interaction) string { return i.Kind }),
	interactionText(contacts.InteractionSummary, func(i *contacts.Interaction) string { return i.Summary }),
	interactionText(contacts.InteractionOutcome, func(i *contacts.Interaction) string { return i.Outcome }),
	interactionMinutes(),
	interactionText(contacts.InteractionConsultant, func(i *contacts.Interaction) string { return i.Consultant.Key }),
	interactionText(contacts.InteractionProduct, func(i *contacts.Interaction) string { return i.Product.Key }),
	interactionNoAnswer(),
}, func(r *contacts.InteractionRow) *contacts.Interaction { return &r.Interaction })

// InteractionInput is InteractionRows for an import. Where new interactions may be in it, a file must say who and when.
func InteractionInput(new bool) []Column[contacts.InteractionRow] {
	columns := slices.Clone(InteractionRows)
	for i := range columns {
		name := columns[i].Name
		columns[i].Required = new && (name == contacts.InteractionCustomer.Name() || name == contacts.InteractionDate.Name())
	}
	return columns
}

// interactionSynonyms are what other programs, and people who write English, Spanish, Portuguese or French, call the
// fields.
var interactionSynonyms = map[contacts.InteractionFields][]string{
	contacts.InteractionRef: {"interaction id", "activity id", "call id", "reference", "external id", "referencia", "référence"},
	contacts.InteractionCustomer: {"customer id", "customer ref", "customer name", "customer email", "client", "client id", "contact", "contact name",
		"with", "cliente", "id cliente", "nombre del cliente", "clienta", "contacto", "nome do cliente", "contato", "nom du client"},
	contacts.InteractionDate: {"day", "happened on", "activity date", "call date", "contact date", "created at", "timestamp", "fecha", "fecha de contacto",
		"data", "data do contato", "jour", "date de contact"},
	contacts.InteractionChannel:   {"type", "activity type", "interaction type", "medium", "canal", "tipo", "medio", "meio", "moyen"},
	contacts.InteractionDirection: {"in or out", "call direction", "dirección", "sentido", "direção", "sens", "direction de l'appel"},
	contacts.InteractionKind:      {"category", "reason", "motivo", "categoría", "categoria", "motif", "catégorie"},
	contacts.InteractionSummary: {"subject", "notes", "note", "description", "comment", "comments", "text", "body", "message", "resumen", "asunto", "notas",
		"nota", "descripción", "comentarios", "resumo", "assunto", "descrição", "observações", "résumé", "objet", "sujet", "remarques"},
	contacts.InteractionOutcome: {"result", "disposition", "call outcome", "resultado", "résultat", "issue"},
	contacts.InteractionMinutes: {"duration", "duration min", "duration minutes", "min", "duración", "minutos", "duração", "durée"},
	contacts.InteractionConsultant: {"owner", "agent", "user", "assigned to", "salesperson", "sales rep", "employee", "consultora", "consultor", "vendedor",
		"vendedora", "agente", "conseillère", "conseiller", "vendeur", "vendeuse"},
	contacts.InteractionProduct:  {"sku", "item", "product id", "product code", "producto", "artículo", "produto", "produit", "article"},
	contacts.InteractionNoAnswer: {"unanswered", "missed", "not reached", "no response", "sin respuesta", "no contesta", "sem resposta", "sans réponse"},
}

// interactionText is the column of a text field; import sets it by the rule of the field.
func interactionText(f contacts.InteractionFields, get func(*contacts.Interaction) string) Column[contacts.Interaction] {
	return Column[contacts.Interaction]{Name: f.Name(), Also: interactionSynonyms[f],
		Get: func(i *contacts.Interaction) Value { return Text(get(i)) },
		Set: func(i *contacts.Interaction, c *Cell) error { return i.Set(f, c.Text) }}
}

func interactionNoAnswer() Column[contacts.Interaction] {
	c := interactionText(contacts.InteractionNoAnswer, nil)
	c.Kind = BoolKind
	c.Get = func(i *contacts.Interaction) Value { return Bool(i.NoAnswer) }
	return c
}

func interactionDate() Column[contacts.Interaction] {
	return Column[contacts.Interaction]{Name: contacts.InteractionDate.Name(), Kind: DateKind, Also: interactionSynonyms[contacts.InteractionDate],
		Get: func(i *contacts.Interaction) Value { return Date(i.Date) },
		Set: func(i *contacts.Interaction, c *Cell) (err error) {
			if i.Date = 0; c.Text != "" {
				i.Date, err = c.Date()
			}
			return err
		}}
}

func interactionMinutes() Column[contacts.Interaction] {
	return Column[contacts.Interaction]{Name: contacts.InteractionMinutes.Name(), Kind: IntKind, Also: interactionSynonyms[contacts.InteractionMinutes],
		Get: func(i *contacts.Interaction) Value {
			if !i.Timed {
				return Value{}
			}
			return Int(i.Minutes)
		},
		Set: func(i *contacts.Interaction, c *Cell) (err error) {
			if i.Minutes, i.Timed = 0, c.Text != ""; i.Timed {
				i.Minutes, err = c.Int()
			}
			if i.Minutes < 0 {
				return errors.New("less than no time")
			}
			return err
		}}
}

// idOrNothing is an id, or the empty cell for 0.
func idOrNothing(id int64) Value {
	if id == 0 {
		return Value{}
	}
	return Int(id)
}

// DueContacts are the columns of a list of who is to be spoken to next.
var DueContacts = []Column[contacts.DueContact]{
	{Name: "customer_id", Kind: IntKind, Get: func(d *contacts.DueContact) Value { return Int(d.CustomerID) }},
	{Name: "ref", Wide: true, Get: func(d *contacts.DueContact) Value { return Text(d.Ref) }},
	{Name: "name", Get: func(d *contacts.DueContact) Value { return Text(d.Name) }},
	{Name: "last_contact", Kind: DateKind, Get: func(d *contacts.DueContact) Value { return Date(d.LastContact) }},
	{Name: "next_contact", Kind: DateKind, Get: func(d *contacts.DueContact) Value { return Date(d.On) }},
	{Name: "overdue_days", Kind: IntKind, Get: func(d *contacts.DueContact) Value { return Int(d.Overdue) }},
	{Name: "late", Kind: BoolKind, Get: func(d *contacts.DueContact) Value { return Bool(d.Late) }},
	{Name: "preferred_channel", Get: func(d *contacts.DueContact) Value { return Text(d.PreferredChannel) }},
}
