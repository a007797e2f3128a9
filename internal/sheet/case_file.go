package sheet

import (
	"slices"
	"time"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
)

// CaseRows are the columns of a file of cases, in and out, in the order of contacts.CaseFieldNames. Instants are written as
// RFC 3339 has them, in UTC.
var CaseRows = []Column[contacts.CaseRow]{
	caseText(contacts.CaseRef),
	caseText(contacts.CaseRefSource),
	caseText(contacts.CaseCustomer),
	caseText(contacts.CaseConsultant),
	caseText(contacts.CaseKind),
	caseText(contacts.CaseTopic),
	caseText(contacts.CasePriority),
	caseText(contacts.CaseChannel),
	caseInstant(contacts.CaseOpened, func(r *contacts.CaseRow) *contacts.Instant { return &r.Opened }),
	caseText(contacts.CaseOrder),
	caseText(contacts.CaseProduct),
	caseText(contacts.CaseHandler),
	caseInstant(contacts.CaseResponded, func(r *contacts.CaseRow) *contacts.Instant { return &r.Responded }),
	caseText(contacts.CaseResponseText),
	caseInstant(contacts.CaseClosedAt, func(r *contacts.CaseRow) *contacts.Instant { return &r.Closed }),
	caseText(contacts.CaseNotes),
}

// CaseInput is CaseRows for an import, and the status, which must agree with the rest. Where new cases may be in it, a file
// must say what they are about and when they were opened.
func CaseInput(new bool) []Column[contacts.CaseRow] {
	status := caseText(contacts.CaseStatus)
	status.Get = nil
	columns := append(slices.Clone(CaseRows), status)
	for i := range columns {
		name := columns[i].Name
		columns[i].Required = new && (name == contacts.CaseTopic.Name() || name == contacts.CaseOpened.Name())
	}
	return columns
}

// caseSynonyms are what help desks, and people who write English, Spanish, Portuguese or French, call the fields.
var caseSynonyms = map[contacts.CaseFields][]string{
	contacts.CaseRef: {"ticket", "ticket id", "ticket number", "ticket no", "case id", "case number", "case no", "issue key", "key", "id", "number", "reference", "external id",
		"número", "número de ticket", "número de caso", "caso", "id ticket", "id caso", "referencia", "chamado", "número do chamado", "protocolo", "referência",
		"numéro", "numéro de ticket", "numéro du dossier", "dossier", "référence"},
	contacts.CaseRefSource: {"source system"},
	contacts.CaseCustomer: {"customer id", "customer ref", "customer name", "customer email", "client", "client id", "requester", "requester email", "requester name", "contact",
		"contact name", "contact email", "reporter", "account", "account name", "cliente", "clienta", "id cliente", "nombre del cliente", "solicitante", "contacto",
		"nome do cliente", "requerente", "contato", "cliente id", "nom du client", "demandeur", "client email"},
	contacts.CaseConsultant: {"consultant ref", "of consultant", "consultora", "consultor", "conseillère", "conseiller"},
	contacts.CaseKind: {"type", "ticket type", "case type", "issue type", "category", "tipo", "tipo de caso", "tipo de ticket", "categoría", "categoria", "genre", "catégorie",
		"nature"},
	contacts.CaseTopic:    {"subject", "title", "summary", "description", "what", "asunto", "tema", "título", "assunto", "objet", "sujet", "titre"},
	contacts.CasePriority: {"urgency", "severity", "prioridad", "urgencia", "prioridade", "urgência", "priorité", "urgence"},
	contacts.CaseChannel:  {"via", "ticket source", "case origin", "origin", "medium", "canal", "origen", "medio", "origem", "meio", "origine", "moyen"},
	contacts.CaseOpened: {"opened", "opened on", "open date", "created", "created at", "created on", "created date", "created time", "creation date", "date opened", "date created",
		"requested at", "date", "abierto", "abierto el", "fecha de apertura", "creado", "creado el", "fecha de creación", "fecha", "aberto", "aberto em",
		"data de abertura", "criado", "criado em", "data de criação", "data", "ouvert", "ouvert le", "date d'ouverture", "créé", "créé le", "date de création"},
	contacts.CaseOrder: {"order id", "order ref", "order number", "order no", "pedido", "número de pedido", "id pedido", "encomenda", "número do pedido", "commande",
		"numéro de commande"},
	contacts.CaseProduct: {"sku", "item", "product id", "product code", "producto", "artículo", "produto", "produit", "article"},
	contacts.CaseHandler: {"handled by", "assignee", "assignee name", "assigned to", "assigned agent", "agent", "owner", "case owner", "ticket owner", "responsible", "asignado",
		"asignado a", "asignada a", "agente", "responsable", "atribuído a", "responsável", "atendente", "assigné", "assigné à", "attribué à"},
	contacts.CaseResponded: {"responded", "first response at", "first response", "first response time", "first responded at", "first reply at", "initial response at",
		"respondido", "respondido el", "primera respuesta", "fecha de respuesta", "respondido em", "primeira resposta", "data de resposta", "répondu le",
		"première réponse", "date de réponse"},
	contacts.CaseResponseText: {"reply", "answer", "response text", "respuesta", "resposta", "réponse"},
	contacts.CaseClosedAt: {"closed", "closed on", "close date", "closed date", "closed time", "date closed", "date/time closed", "solved", "solved at", "resolved", "resolved at",
		"resolved time", "resolution date", "completed at", "cerrado", "cerrado el", "fecha de cierre", "resuelto", "resuelto el", "fecha de resolución", "fechado",
		"fechado em", "encerrado em", "data de fechamento", "data de encerramento", "resolvido em", "fermé", "fermé le", "clos le", "clôturé le", "date de clôture",
		"date de fermeture", "résolu le"},
	contacts.CaseNotes: {"note", "comment", "comments", "internal note", "internal notes", "private notes", "notas", "nota", "comentario", "comentarios", "observaciones",
		"comentário", "comentários", "observações", "remarque", "remarques", "commentaire", "commentaires"},
	contacts.CaseStatus: {"state", "ticket status", "case status", "estado", "estado del caso", "situação", "statut", "état"},
}

// caseText is the column of a text field; import sets it by the rule of the field.
func caseText(f contacts.CaseFields) Column[contacts.CaseRow] {
	return Column[contacts.CaseRow]{Name: f.Name(), Also: caseSynonyms[f],
		Get: func(r *contacts.CaseRow) Value { return Text(r.Get(f)) },
		Set: func(r *contacts.CaseRow, c *Cell) error { return r.Set(f, c.Text) }}
}

// caseInstant is the column of an instant.
func caseInstant(f contacts.CaseFields, at func(*contacts.CaseRow) *contacts.Instant) Column[contacts.CaseRow] {
	return Column[contacts.CaseRow]{Name: f.Name(), Kind: DateKind, Also: caseSynonyms[f],
		Get: func(r *contacts.CaseRow) Value {
			if i := at(r); !i.At.IsZero() {
				return Text(i.At.UTC().Format(time.RFC3339))
			}
			return Value{}
		},
		Set: func(r *contacts.CaseRow, c *Cell) error {
			if c.Text == "" {
				return nil
			}
			instant, timed, err := dates.CellInstant(c.Text, c.order, c.setting.Zone)
			*at(r) = contacts.Instant{At: instant, Day: !timed}
			return err
		}}
}
