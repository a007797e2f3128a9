package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// ConsultantRows are the columns of a consultant file, in and out. Their places are the bits of network.Fields.
var ConsultantRows = lift([]Column[network.Consultant]{
	consultantText(network.FieldRef), consultantText(network.FieldName), consultantText(network.FieldEmail), consultantText(network.FieldPhone),
	consultantText(network.FieldBirthday), consultantText(network.FieldAddress), consultantText(network.FieldCity), consultantText(network.FieldCountry),
	consultantText(network.FieldLanguage), consultantText(network.FieldSponsor), consultantText(network.FieldStatus), consultantText(network.FieldCustomer),
	consultantText(network.FieldNotes), consultantDay(network.FieldJoinedOn), consultantDay(network.FieldArchivedOn),
}, func(r *network.Row) *network.Consultant { return &r.Consultant })

// Consultants are the columns of a list of consultants.
var Consultants = keeping([]Column[network.Consultant]{
	{Name: "id", Kind: IntKind, Get: func(k *network.Consultant) Value { return Int(k.ID) }},
	shownText(network.FieldRef), shownText(network.FieldName), shownText(network.FieldEmail), shownText(network.FieldPhone),
	wide(shownText(network.FieldBirthday)), wide(shownText(network.FieldAddress)), shownText(network.FieldCity), wide(shownText(network.FieldCountry)),
	wide(shownText(network.FieldLanguage)), shownText(network.FieldSponsor), shownText(network.FieldStatus),
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(k *network.Consultant) Value { return idOrEmpty(k.Customer.ID) }},
	wide(shownText(network.FieldNotes)), shownDay(network.FieldJoinedOn), wide(shownDay(network.FieldArchivedOn)),
}, "name", "phone", "status", "sponsor", "city", "email", "id")

// ConsultantInput are the columns that a consultant import reads: ConsultantRows, and what a list has beside them, which is
// passed over.
var ConsultantInput = append(slices.Clone(ConsultantRows), Column[network.Row]{Name: "id"}, Column[network.Row]{Name: "customer_id"})

func idOrEmpty(id int64) Value {
	if id == 0 {
		return Value{}
	}
	return Int(id)
}

func shownText(f network.Fields) Column[network.Consultant] {
	return Column[network.Consultant]{Name: f.Name(), Get: func(k *network.Consultant) Value { return Text(k.Text(f)) }}
}

func shownDay(f network.Fields) Column[network.Consultant] {
	return Column[network.Consultant]{Name: f.Name(), Kind: DateKind, Get: func(k *network.Consultant) Value { return Date(k.Day(f)) }}
}

// consultantText is the column of a text field; import sets it by the rule of the field.
func consultantText(f network.Fields) Column[network.Consultant] {
	c := shownText(f)
	c.Also, c.Required = consultantSynonyms[f], f == network.FieldRef
	c.Set = func(k *network.Consultant, cell *Cell) error {
		if cell.Text == "" && f == network.FieldName {
			return nil // a consultant always has a name
		}
		return k.Set(f, cell.Text)
	}
	return c
}

// consultantDay is the column of a day; import leaves it at none for an empty cell.
func consultantDay(f network.Fields) Column[network.Consultant] {
	c := shownDay(f)
	c.Also = consultantSynonyms[f]
	c.Set = func(k *network.Consultant, cell *Cell) error {
		if cell.Text == "" {
			k.SetDay(f, 0)
			return nil
		}
		day, err := cell.Date()
		if err == nil {
			k.SetDay(f, day)
		}
		return err
	}
	return c
}

// consultantSynonyms are what other programs, and people who write English, Spanish, Portuguese or French, call the fields.
var consultantSynonyms = map[network.Fields][]string{
	network.FieldRef: {"consultant", "consultant_id", "code", "employee_id", "agent", "number", "referencia", "código", "consultora", "código de consultora", "número",
		"referência", "código da consultora", "référence", "code conseillère", "numéro"},
	network.FieldName:     {"full_name", "consultant_name", "nombre", "nombre completo", "nome", "nome completo", "nom", "nom complet"},
	network.FieldEmail:    {"e-mail", "mail", "email_address", "correo", "correo electrónico", "courriel", "adresse e-mail"},
	network.FieldPhone:    {"telephone", "mobile", "phone_number", "teléfono", "móvil", "telefone", "telemóvel", "celular", "téléphone", "portable"},
	network.FieldBirthday: {"birth_date", "birthdate", "date_of_birth", "fecha de nacimiento", "cumpleaños", "nacimiento", "data de nascimento", "aniversário", "date de naissance", "anniversaire"},
	network.FieldAddress:  {"street", "dirección", "domicilio", "calle", "endereço", "morada", "adresse"},
	network.FieldCity:     {"town", "ciudad", "población", "localidad", "cidade", "localidade", "ville"},
	network.FieldCountry:  {"país", "pays"},
	network.FieldLanguage: {"idioma", "lengua", "língua", "langue"},
	network.FieldSponsor: {"sponsor_id", "sponsor_ref", "upline", "reports_to", "manager", "leader", "patrocinadora", "patrocinador", "líder", "jefa",
		"patrocinadora id", "parrain", "marraine", "responsable"},
	network.FieldStatus:   {"state", "estado", "situação", "statut"},
	network.FieldCustomer: {"own_customer", "cliente", "client", "cliente propia"},
	network.FieldNotes:    {"note", "comment", "comments", "notas", "observaciones", "comentarios", "observações", "remarques", "commentaires"},
	network.FieldJoinedOn: {"joined", "joined_at", "hire_date", "start_date", "since", "fecha de alta", "alta", "fecha de ingreso", "incorporación", "data de entrada",
		"data de admissão", "date d'entrée", "date d'adhésion"},
	network.FieldArchivedOn: {"archived", "archived_at"},
}

// TreeRow is a consultant where she stands in the tree.
type TreeRow struct {
	network.Member
	Sponsor string // her sponsor's ref
	Depth   int    // below whoever the tree begins with
	Level   string
	Own     money.Amount
	Group   money.Amount
}

// TreeRows are the columns of a tree.
var TreeRows = keeping([]Column[TreeRow]{
	{Name: "id", Kind: IntKind, Get: func(r *TreeRow) Value { return Int(r.ID) }},
	{Name: "ref", Get: func(r *TreeRow) Value { return Text(r.Ref) }},
	{Name: "name", Get: func(r *TreeRow) Value { return Text(r.Name) }},
	{Name: "sponsor", Get: func(r *TreeRow) Value { return Text(r.Sponsor) }},
	{Name: "depth", Kind: IntKind, Get: func(r *TreeRow) Value { return Int(int64(r.Depth)) }},
	{Name: "level", Get: func(r *TreeRow) Value { return Text(r.Level) }},
	{Name: "own_sales", Kind: MoneyKind, Get: func(r *TreeRow) Value { return Money(r.Own) }},
	{Name: "group_sales", Kind: MoneyKind, Get: func(r *TreeRow) Value { return Money(r.Group) }},
}, "name", "level", "group_sales", "own_sales", "sponsor")

// ConsultantGoals are the columns of goals.
var ConsultantGoals = []Column[network.Goal]{
	{Name: "ref", Get: func(g *network.Goal) Value { return Text(g.Ref) }},
	{Name: "name", Get: func(g *network.Goal) Value { return Text(g.Name) }},
	{Name: "from_on", Kind: DateKind, Get: func(g *network.Goal) Value { return Date(g.From) }},
	{Name: "kind", Get: func(g *network.Goal) Value { return Text(g.Kind) }},
	{Name: "target", Kind: MoneyKind, Get: func(g *network.Goal) Value {
		if g.IsMoney() {
			return Money(money.Amount(g.Target))
		}
		return Int(g.Target)
	}},
}
