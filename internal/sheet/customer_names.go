package sheet

import "github.com/perla-crm/perla/internal/contacts"

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
}
