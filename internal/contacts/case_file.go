package contacts

import (
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// CaseFields is a set of the columns of a file of cases, one bit each.
type CaseFields uint64

// The columns, in the order of a file. The last one is only read: what it says must agree with the rest.
const (
	CaseRef CaseFields = 1 << iota
	CaseRefSource
	CaseCustomer
	CaseConsultant
	CaseKind
	CaseTopic
	CasePriority
	CaseChannel
	CaseOpened
	CaseOrder
	CaseProduct
	CaseHandler
	CaseResponded
	CaseResponseText
	CaseClosedAt
	CaseNotes
	CaseStatus
)

// CaseFieldNames are the column names of the fields, by bit.
var CaseFieldNames = []string{"ref", "ref_source", "customer", "consultant", "kind", "topic", "priority", "channel", "opened_at", "order",
	"product", "handler", "responded_at", "response", "closed_at", "notes", "status"}

// Name is the column name of a single field.
func (f CaseFields) Name() string { return CaseFieldNames[bits.TrailingZeros64(uint64(f))] }

// Instant is an instant as a file tells it; the zero Instant is none.
type Instant struct {
	At  time.Time
	Day bool // only the day was told: At is its noon by the book's clock
}

// is says whether an instant of the book may be the one the file tells.
func (m Instant) is(at time.Time, zone *time.Location) bool {
	return m.At.Equal(at) || m.Day && dates.Of(m.At, zone) == dates.Of(at, zone)
}

// CaseRow is one row of a file of cases: a case, and in short what became of it.
type CaseRow struct {
	Ref        string // its key in another system; "" when it came without one
	RefSource  string // that system, or contentRef
	Customer   string // as a Resolver reads it; "" for a consultant's case
	Consultant string // the ref of the consultant it is about; "" for a client's
	Kind       string // one of CaseKinds
	Topic      string
	Priority   string // one of CasePriorities
	Channel    string // one of InteractionChannels
	Opened     Instant
	Order      string  // a ref of the import's source, SOURCE:REF, the only order with a ref, id:42 or 42
	Product    string  // its stock-keeping unit
	Handler    string  // the ref of who handles it
	Responded  Instant // the first response
	Response   string  // what was said in response, joined by line ends
	Closed     Instant // its last end; none while it is not closed
	Notes      string  // what was noted, also as it was closed and reopened, joined by line ends
	Status     string  // CaseOpen or CaseClosed, as the file says; "" when it does not

	Line int        // of the file, for messages
	Has  CaseFields // which fields the file gives; one given and empty is to be erased
	Bad  bool       // a cell of it could not be read

	customer int64 // ids that the row names
	order    int64
}

// Place tells a row where it stands in its file and what the file gives. What a case cannot be without is not erased, and
// neither is what became of it.
func (r *CaseRow) Place(line int, has CaseFields, bad bool) {
	for _, kept := range [...]struct {
		field CaseFields
		empty bool
	}{{CaseCustomer, r.Customer == ""}, {CaseConsultant, r.Consultant == ""}, {CaseKind, r.Kind == ""}, {CaseTopic, r.Topic == ""},
		{CasePriority, r.Priority == ""}, {CaseOpened, r.Opened == Instant{}}, {CaseHandler, r.Handler == ""},
		{CaseResponded, r.Responded == Instant{}}, {CaseResponseText, r.Response == ""}, {CaseClosedAt, r.Closed == Instant{}},
		{CaseNotes, r.Notes == ""}, {CaseStatus, r.Status == ""}} {
		if kept.empty {
			has &^= kept.field
		}
	}
	r.Line, r.Has, r.Bad = line, has, bad
}

// caseWords are what help desks, and people who write English, Spanish, Portuguese or French, call kinds, priorities,
// channels and statuses, folded.
var caseWords = map[CaseFields]map[string]string{
	CaseKind: wordsFor(map[string]string{
		"request":   "question, task, service request, inquiry, enquiry, solicitud, peticion, consulta, pregunta, pedido, solicitacao, duvida, demande",
		"complaint": "incident, problem, issue, bug, queja, reclamo, reclamacion, incidencia, problema, queixa, reclamacao, incidente, plainte, reclamation, probleme",
	}),
	CasePriority: wordsFor(map[string]string{
		"low":    "lowest, minor, trivial, p4, baja, baixa, basse, faible",
		"normal": "medium, standard, p3, media, normale, moyenne",
		"high":   "major, p2, alta, haute, elevee",
		"urgent": "highest, critical, blocker, p1, urgente, critica, critique",
	}),
	CaseChannel: wordsFor(map[string]string{ // beside those of interactions
		"call": "voice, voicemail, phone inbound", "chat": "live chat, messaging, messenger", "social": "social media, twitter, facebook messenger",
		"web": "web form, webform, form, portal, widget, web widget, help center, api, formulario, formulaire", "visit": "in person, shop, store, tienda, loja, boutique",
	}),
	CaseStatus: wordsFor(map[string]string{
		CaseOpen: "new, pending, hold, on hold, on-hold, waiting, in progress, reopened, assigned, answered, abierto, abierta, nuevo, nueva, pendiente, en curso, " +
			"en proceso, respondido, respondida, aberto, aberta, novo, nova, pendente, em andamento, em aberto, ouvert, ouverte, nouveau, nouvelle, en attente, en cours",
		CaseClosed: "solved, resolved, done, completed, cerrado, cerrada, resuelto, resuelta, solucionado, solucionada, fechado, fechada, resolvido, resolvida, " +
			"encerrado, encerrada, concluido, concluida, ferme, fermee, resolu, resolue, clos, close, cloture, termine",
	}),
}

// wordsFor turns lists of words around.
func wordsFor(lists map[string]string) map[string]string {
	words := map[string]string{}
	for word, list := range lists {
		for _, w := range strings.Split(list, ", ") {
			words[w] = word
		}
	}
	return words
}

// caseWord reads one of the words a field is limited to; "" is none.
func caseWord(f CaseFields, text string, words []string) (string, error) {
	if word := caseWords[f][book.Fold(text)]; word != "" || text == "" {
		return word, nil
	}
	return parseWord(text, words)
}

// Set gives a text field the value that a file writes, after the rule of that field. Moments are not set here.
func (r *CaseRow) Set(f CaseFields, text string) error {
	text, err := cleanText(text)
	if err != nil {
		return err
	}
	switch f {
	case CaseKind:
		text, err = caseWord(f, text, CaseKinds)
	case CasePriority:
		text, err = caseWord(f, text, CasePriorities)
	case CaseStatus:
		text, err = caseWord(f, text, []string{CaseOpen, CaseClosed})
	case CaseChannel:
		if word := caseWords[f][book.Fold(text)]; word != "" {
			text = word
		} else {
			text, err = interactionWord(InteractionChannel, text, InteractionChannels)
		}
	}
	*r.text(f) = text
	return err
}

// text is where a row keeps a text.
func (r *CaseRow) text(f CaseFields) *string {
	switch f {
	case CaseRef:
		return &r.Ref
	case CaseRefSource:
		return &r.RefSource
	case CaseCustomer:
		return &r.Customer
	case CaseConsultant:
		return &r.Consultant
	case CaseKind:
		return &r.Kind
	case CaseTopic:
		return &r.Topic
	case CasePriority:
		return &r.Priority
	case CaseChannel:
		return &r.Channel
	case CaseOrder:
		return &r.Order
	case CaseProduct:
		return &r.Product
	case CaseHandler:
		return &r.Handler
	case CaseResponseText:
		return &r.Response
	case CaseNotes:
		return &r.Notes
	}
	return &r.Status
}

// Get is a text field as a file has it.
func (r *CaseRow) Get(f CaseFields) string { return *r.text(f) }

// ExportCases gives cases as the rows of a file of which ImportCases makes the same again, but for the moments of what is
// joined in one cell. A case without a ref has one made of what it says.
func ExportCases(v *book.View, q CaseQuery) ([]CaseRow, error) {
	list, err := q.list(v)
	if err != nil {
		return nil, err
	}
	nameless, err := namelessCases(v)
	if err != nil {
		return nil, err
	}
	rows := make([]CaseRow, len(list))
	for i := range list {
		c := &list[i]
		rows[i] = CaseRow{Ref: c.Ref, RefSource: c.RefSource, Customer: c.customerKey, Consultant: c.consultantRef, Kind: c.Kind, Topic: c.Topic,
			Priority: c.Priority, Channel: c.Channel, Opened: Instant{At: c.OpenedAt}, Order: c.orderKey, Product: c.Product, Handler: c.HandlerRef,
			Response: strings.Join(c.said(responses), "\n"), Closed: Instant{At: c.ClosedAt}, Notes: strings.Join(c.said(remarks), "\n")}
		if c.Ref == "" {
			rows[i].Ref, rows[i].RefSource = nameless[c.ID], contentRef
		}
		if at := slices.IndexFunc(c.Events, func(e CaseEvent) bool { return e.Kind == CaseResponse }); at >= 0 {
			rows[i].Responded.At = c.Events[at].At
		}
	}
	return rows, nil
}

// What a file joins in one cell.
var (
	responses = []string{CaseResponse}
	remarks   = []string{CaseNote, CaseClose, CaseReopen}
)

// said are the texts of events of some kinds, as they happened.
func (c *Case) said(kinds []string) (texts []string) {
	for _, e := range c.Events {
		if e.Text != "" && slices.Contains(kinds, e.Kind) {
			texts = append(texts, e.Text)
		}
	}
	return texts
}
