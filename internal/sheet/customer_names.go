package sheet

import (
	"maps"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/contacts"
)

// customerSynonyms are what other programs, and people who write English, Spanish, Portuguese or French, call the fields.
var customerSynonyms = map[contacts.Fields][]string{
	contacts.FieldRef: {"customer id", "customer ref", "customer number", "client id", "contact id", "reference", "external id", "code",
		"referencia", "código", "código cliente", "id cliente", "nº cliente", "número de cliente", "codigo do cliente", "référence", "code client", "id client", "numéro client"},
	contacts.FieldName: {"full name", "customer", "customer name", "client", "client name", "contact", "contact name", "display name",
		"nombre", "nombre completo", "cliente", "nombre y apellidos", "razón social", "nome", "nome completo", "nome do cliente", "nom", "nom complet", "nom et prénom", "nom du client"},
	contacts.FieldKind:     {"type", "customer type", "tipo", "tipo de cliente", "type de client"},
	contacts.FieldEmail:    {"e-mail", "mail", "email address", "e-mail address", "correo", "correo electrónico", "dirección de correo", "endereço de e-mail", "courriel", "adresse e-mail", "adresse électronique"},
	contacts.FieldPhone:    {"phone number", "telephone", "tel", "mobile", "mobile phone", "cell", "cell phone", "teléfono", "móvil", "celular", "telefone", "telemóvel", "téléphone", "portable", "numéro de téléphone"},
	contacts.FieldBirthday: {"birth date", "date of birth", "birthdate", "dob", "cumpleaños", "fecha de nacimiento", "nacimiento", "aniversário", "data de nascimento", "nascimento", "anniversaire", "date de naissance", "naissance"},
	contacts.FieldCity:     {"town", "ciudad", "población", "localidad", "cidade", "município", "ville", "localité"},
	contacts.FieldCountry:  {"país", "pais", "pays"},
	contacts.FieldSector:   {"industry", "line of business", "industria", "indústria", "setor", "ramo", "secteur", "secteur d'activité"},
	contacts.FieldStage:    {"lifecycle stage", "lead status", "etapa", "fase", "estágio", "étape"},
	contacts.FieldSource:   {"lead source", "origin", "origen", "fuente", "origem", "fonte", "origine", "provenance"},
	contacts.FieldLanguage: {"lang", "idioma", "lengua", "língua", "langue"},
	contacts.FieldPreferredChannel: {"channel", "preferred contact", "canal", "canal preferido", "canal preferencial", "canal de contacto",
		"canal préféré", "canal de contact"},
	contacts.FieldConsultant: {"owner", "account manager", "salesperson", "sales rep", "consultor", "consultora", "vendedor", "vendedora", "asesor", "asesora", "conseiller", "conseillère", "vendeur", "vendeuse"},
	contacts.FieldCompany:    {"organization", "organisation", "employer", "company name", "empresa", "organización", "compañía", "organização", "société", "entreprise"},
	contacts.FieldReferredBy: {"referrer", "referred", "recommended by", "referido por", "recomendado por", "indicado por", "recommandé par", "parrain"},
	contacts.FieldTags:       {"tag", "labels", "label", "groups", "etiquetas", "grupos", "marcadores", "étiquettes", "groupes"},
	contacts.FieldNotes:      {"note", "comment", "comments", "remarks", "notas", "observaciones", "comentarios", "observações", "comentários", "remarques", "commentaires"},
	contacts.FieldCreatedOn:  {"created", "created at", "customer since", "client since", "create date", "fecha de alta", "alta", "creado", "data de cadastro", "cliente desde", "criado em", "date de création", "créé le", "client depuis"},
	contacts.FieldRefSource:  {"reference source"},
	contacts.FieldArchivedOn: {"archived", "archived at"},
	contacts.FieldEmailLabel: {"email type", "e-mail type", "email label", "etiqueta de correo", "tipo de correo", "etiqueta do e-mail", "tipo de e-mail", "type d'e-mail", "libellé e-mail"},
	contacts.FieldPhoneLabel: {"phone type", "phone label", "etiqueta de teléfono", "tipo de teléfono", "etiqueta do telefone", "tipo de telefone", "type de téléphone", "libellé téléphone"},
	contacts.FieldEmails:     {"other emails", "further emails", "additional emails", "otros correos", "outros e-mails", "autres e-mails", "autres courriels"},
	contacts.FieldPhones:     {"other phones", "further phones", "additional phones", "otros teléfonos", "outros telefones", "autres téléphones"},
	contacts.FieldAddress: {"street", "street address", "address line 1", "postal address", "dirección", "domicilio", "calle", "dirección postal", "endereço", "morada", "rua",
		"adresse", "adresse postale", "rue"},
	contacts.FieldPostcode: {"postal code", "zip", "zip code", "post code", "código postal", "cp", "cep", "code postal"},
	contacts.FieldRegion: {"state", "province", "county", "state/region", "provincia", "comunidad autónoma", "región", "estado", "uf", "distrito", "província",
		"região", "région", "département"},
	contacts.FieldLifeMoment:     {"moment of life", "life event", "life stage", "momento de vida", "momento vital", "evento de vida", "moment de vie", "événement de vie"},
	contacts.FieldPotentialValue: {"potential", "potential spend", "valor potencial", "potencial", "valeur potentielle", "potentiel"},
	contacts.FieldContactEvery: {"contact cadence", "contact every days", "ideal cadence", "contactar cada", "cadencia de contacto", "frecuencia de contacto", "contatar a cada",
		"contactar a cada", "cadência de contato", "frequência de contato", "contacter tous les", "fréquence de contact"},
	contacts.FieldContactWithin: {"contact at least every", "maximum cadence", "contactar como máximo cada", "cadencia máxima", "contatar no máximo a cada", "cadência máxima",
		"contacter au plus tard tous les", "cadence maximale"},
}

// CustomerInput are the columns that a customer import reads from a file with names in its header: CustomerRows, the
// consents, and the attributes that it names. Where new customers may be in it, a file needs names of people.
func CustomerInput(nameNeeded bool, names []string) []Column[contacts.Row] {
	columns := slices.Clone(CustomerRows)
	for i := range columns {
		columns[i].Required = nameNeeded && columns[i].Name == contacts.FieldName.Name()
	}
	columns = append(columns, customerAttributes)
	for _, purpose := range contacts.ConsentPurposes {
		for _, channel := range contacts.ConsentChannels {
			columns = append(columns, customerConsent(channel, purpose))
		}
	}
	columns = append(columns, customerRefs)
	for _, name := range names {
		c, ok := customerAttribute(name)
		if !ok {
			continue
		}
		if at := slices.IndexFunc(columns, func(o Column[contacts.Row]) bool { return o.Name == c.Name }); at >= 0 {
			columns[at].Also = append(columns[at].Also, name)
			continue
		}
		columns = append(columns, c)
	}
	return columns
}

// Names are the names of columns that a file has, or that --map gives them.
func (in *Input) Names() []string {
	return append(slices.Sorted(maps.Keys(in.options.Map)), in.header...)
}

// UnreadConsent is the name of a column that may hold consents and is not read; "" where there is none. A yes in such a
// column may have been given for something else, so that somebody must say by name what it is for.
func (in *Input) UnreadConsent() string {
	used := slices.Collect(maps.Values(in.options.Map))
	for _, c := range CustomerInput(false, nil) {
		used = append(append(used, c.Name), c.Also...)
	}
	for _, name := range in.header {
		same := func(other string) bool { return foldName(other) == foldName(name) }
		if !slices.ContainsFunc(used, same) && (slices.ContainsFunc(looksLikeConsent, same) || strings.HasPrefix(foldName(name), "consent.")) {
			return name
		}
	}
	return ""
}

// MapName is a name as --map takes it behind the equals sign.
func MapName(name string) string { return mapName(name) }

// CustomerExport are the columns of a file of customers: CustomerRows, and those that contacts.FurtherColumns names.
func CustomerExport(further []string) []Column[contacts.Row] {
	columns := slices.Clone(CustomerRows)
	for _, c := range CustomerInput(false, further) {
		if slices.Contains(further, c.Name) {
			columns = append(columns, c)
		}
	}
	return columns
}

// customerAttributes is the column of several attributes: need=sun; skin=dry.
var customerAttributes = Column[contacts.Row]{Name: contacts.FieldAttributes.Name(), Also: []string{"atributos", "attributs"},
	Get: func(r *contacts.Row) Value { return Text(r.Attributes) },
	Set: func(r *contacts.Row, cell *Cell) error { return r.SetAttributes(cell.Text) }}

// customerAttribute is the column of one attribute, if that is what a name in a header says: attr.skin.
func customerAttribute(name string) (Column[contacts.Row], bool) {
	before, word, _ := strings.Cut(strings.TrimSpace(name), ".")
	key, err := contacts.ParseAttributeKey(word)
	if foldName(before) != "attr" || err != nil {
		return Column[contacts.Row]{}, false
	}
	return Column[contacts.Row]{Name: "attr." + key, Also: []string{name},
		Get: func(r *contacts.Row) Value { return Text(r.Attribute(key)) },
		Set: func(r *contacts.Row, cell *Cell) error { return r.SetAttribute(key, cell.Text) }}, true
}

// customerConsent is the column of one consent: yes, no, or nothing that is known.
func customerConsent(channel, purpose string) Column[contacts.Row] {
	long := "consent." + channel + "." + purpose
	c := Column[contacts.Row]{Name: long,
		Get: func(r *contacts.Row) Value { return Text(r.Consent(channel, purpose)) },
		Set: func(r *contacts.Row, cell *Cell) error { return r.SetConsent(channel, purpose, cell.Text) }}
	if purpose == contacts.ConsentPurposes[0] {
		c.Name, c.Also = "consent."+channel, []string{long}
	}
	return c
}

// customerRefs is the column of her keys in further systems: SOURCE:REF, several parted by semicolons.
var customerRefs = Column[contacts.Row]{Name: "refs",
	Get: func(r *contacts.Row) Value { return Text(r.Refs) },
	Set: func(r *contacts.Row, cell *Cell) error { return r.SetRefs(cell.Text) }}

// looksLikeConsent are names of columns that may hold consents.
var looksLikeConsent = []string{"consent", "consents", "opt in", "optin", "opted in", "newsletter", "marketing", "email marketing", "email opt in", "sms opt in",
	"accepts marketing", "accepts email marketing", "accepts sms marketing", "marketing consent", "email consent", "subscribed", "subscriber", "gdpr", "rgpd", "lgpd",
	"consentimiento", "acepta publicidad", "acepta marketing", "boletín", "suscrito", "consentimento", "aceita marketing", "aceita receber e-mails", "boletim", "inscrito",
	"consentement", "accepte le marketing", "lettre d'information", "infolettre", "abonné"}
