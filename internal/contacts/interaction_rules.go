package contacts

import (
	"errors"

	"github.com/perla-crm/perla/internal/book"
)

// interactionWords are what other programs, and people who write English, Spanish, Portuguese or French, call channels,
// directions and kinds, folded.
var interactionWords = map[InteractionFields]map[string]string{
	InteractionChannel: {
		"phone": "call", "phone call": "call", "telephone": "call", "llamada": "call", "telefono": "call", "ligacao": "call", "chamada": "call",
		"telefone": "call", "appel": "call", "e-mail": "email", "mail": "email", "correo": "email", "courriel": "email", "reunion": "meeting",
		"reuniao": "meeting", "visita": "visit", "visite": "visit", "text": "sms", "text message": "sms", "wa": "whatsapp",
		"instagram": "social", "facebook": "social", "website": "web",
	},
	InteractionDirection: {
		"inbound": "in", "incoming": "in", "received": "in", "entrante": "in", "recibida": "in", "recebida": "in", "entrant": "in",
		"outbound": "out", "outgoing": "out", "sent": "out", "saliente": "out", "enviada": "out", "realizada": "out", "sortant": "out",
	},
	InteractionKind: {
		"contacto": "contact", "contato": "contact", "queja": "complaint", "reclamacion": "complaint", "reclamacao": "complaint",
		"plainte": "complaint", "reclamation": "complaint", "sugerencia": "suggestion", "sugestao": "suggestion", "comentario": "comment",
		"commentaire": "comment", "interes": "interest", "interesse": "interest", "interet": "interest",
	},
}

// Set gives a field the value that a person or a file writes, after the rule of that field; "" empties it. Customer,
// consultant and product take it as their Key, to be looked up when the interaction is written. The day and the minutes
// are not set here: they are typed.
func (i *Interaction) Set(f InteractionFields, text string) error {
	text, err := cleanText(text)
	if err != nil {
		return err
	}
	switch f {
	case InteractionRef:
		i.Ref = text
	case InteractionRefSource:
		i.RefSource = text
	case InteractionCustomer:
		i.Customer = Link{Key: text}
	case InteractionChannel:
		i.Channel, err = interactionWord(f, text, InteractionChannels)
	case InteractionDirection:
		i.Direction, err = interactionWord(f, text, InteractionDirections)
	case InteractionKind:
		i.Kind, err = interactionWord(f, text, InteractionKinds)
	case InteractionSummary:
		i.Summary = text
	case InteractionOutcome:
		i.Outcome = text
	case InteractionConsultant:
		i.Consultant = Link{Key: text}
	case InteractionProduct:
		i.Product = Link{Key: text}
	case InteractionNoAnswer:
		i.NoAnswer, err = parseYes(text)
	}
	return err
}

func interactionWord(f InteractionFields, text string, words []string) (string, error) {
	if text == "" {
		return "", nil
	}
	if word := interactionWords[f][book.Fold(text)]; word != "" {
		return word, nil
	}
	return parseWord(text, words)
}

// parseYes reads yes or no as files write it; nothing is no.
func parseYes(text string) (bool, error) {
	switch book.Fold(text) {
	case "yes", "y", "true", "t", "1", "x", "si", "s", "sim", "oui", "o", "verdadero", "verdadeiro", "vrai":
		return true, nil
	case "", "no", "n", "false", "f", "0", "nao", "non", "falso", "faux":
		return false, nil
	}
	return false, errors.New("not yes or no")
}
