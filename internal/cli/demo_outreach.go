package cli

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/outreach"
)

// demoWords are the words the demo's shop sends, by code and language; those without one are for everyone else. What has no
// subject is for WhatsApp.
var demoWords = []struct{ code, language, name, subject, body string }{
	{"welcome", "", "Welcome", "Welcome, {{default \"dear customer\" .first_name}}",
		"Hello {{default \"and welcome\" .first_name}},\n\nit is good to have you with us. **Write to us** whenever you have a question about your skin or our products.\n"},
	{"welcome", "es", "Bienvenida", "Te damos la bienvenida{{if .first_name}}, {{.first_name}}{{end}}",
		"Hola{{if .first_name}}, {{.first_name}}{{end}}:\n\nnos alegra tenerte con nosotras. **Escríbenos** cuando tengas una pregunta sobre tu piel o nuestros productos.\n"},
	{"welcome", "pt", "Boas-vindas", "Boas-vindas{{if .first_name}}, {{.first_name}}{{end}}",
		"Olá{{if .first_name}}, {{.first_name}}{{end}}!\n\nQue bom ter você conosco. **Escreva para nós** sempre que tiver uma dúvida sobre a sua pele ou os nossos produtos.\n"},
	{"welcome", "fr", "Bienvenue", "Bienvenue{{if .first_name}}, {{.first_name}}{{end}}",
		"Bonjour{{if .first_name}} {{.first_name}}{{end}},\n\nnous sommes ravies de vous compter parmi nous. **Écrivez-nous** dès que vous avez une question sur votre peau ou nos produits.\n"},
	{"birthday", "", "Birthday wishes", "Happy birthday{{if .first_name}}, {{.first_name}}{{end}}!",
		"Happy birthday{{if .first_name}}, {{.first_name}}{{end}}!\n\nA little something waits for you with your next order.\n"},
	{"birthday", "es", "Felicitación", "¡Feliz cumpleaños{{if .first_name}}, {{.first_name}}{{end}}!",
		"¡Feliz cumpleaños{{if .first_name}}, {{.first_name}}{{end}}!\n\nCon tu próximo pedido te espera un detalle.\n"},
	{"birthday", "pt", "Parabéns", "Parabéns{{if .first_name}}, {{.first_name}}{{end}}!",
		"Parabéns{{if .first_name}}, {{.first_name}}{{end}}!\n\nUm mimo espera por você no seu próximo pedido.\n"},
	{"birthday", "fr", "Anniversaire", "Joyeux anniversaire{{if .first_name}}, {{.first_name}}{{end}} !",
		"Joyeux anniversaire{{if .first_name}}, {{.first_name}}{{end}} !\n\nUne petite attention vous attend avec votre prochaine commande.\n"},
	{"season", "", "What is new", "What is new this season",
		"Hello{{if .first_name}} {{.first_name}}{{end}},\n\nthis is what is new:\n\n{{range .products}}- {{.name}}: {{.price}}\n{{end}}\n"},
	{"season", "es", "Novedades", "Las novedades de la temporada",
		"Hola{{if .first_name}}, {{.first_name}}{{end}}:\n\nestas son las novedades:\n\n{{range .products}}- {{.name}}: {{.price}}\n{{end}}\n"},
	{"season", "pt", "Novidades", "As novidades da estação",
		"Olá{{if .first_name}}, {{.first_name}}{{end}}!\n\nEstas são as novidades:\n\n{{range .products}}- {{.name}}: {{.price}}\n{{end}}\n"},
	{"season", "fr", "Nouveautés", "Les nouveautés de la saison",
		"Bonjour{{if .first_name}} {{.first_name}}{{end}},\n\nvoici les nouveautés :\n\n{{range .products}}- {{.name}} : {{.price}}\n{{end}}\n"},
	{"miss-you", "", "We miss you", "", "Hello{{if .first_name}} {{.first_name}}{{end}}, it has been a while! Shall I put some samples aside for you?"},
	{"miss-you", "es", "Te echamos de menos", "", "Hola{{if .first_name}}, {{.first_name}}{{end}}: ¡cuánto tiempo! ¿Te guardo unas muestras?"},
	{"miss-you", "pt", "Sentimos a sua falta", "", "Olá{{if .first_name}}, {{.first_name}}{{end}}! Há quanto tempo! Guardo umas amostras para si?"},
	{"miss-you", "fr", "Vous nous manquez", "", "Bonjour{{if .first_name}} {{.first_name}}{{end}}, cela fait longtemps ! Je vous mets des échantillons de côté ?"},
}

// findWords gives the demo its words, and lets it welcome who is new and wish who has her birthday well. Nothing is
// queued: that takes a run, and goes to those alone who allow it.
func findWords(tx *book.Tx) error {
	for _, w := range demoWords {
		t := outreach.Template{Code: w.code, Language: w.language, Name: w.name, Channel: "email", Purpose: "marketing", Format: "markdown", Subject: w.subject, Body: w.body}
		if w.subject == "" {
			t.Channel, t.Format = "whatsapp", "text"
		}
		if _, err := outreach.AddTemplate(tx, t); err != nil {
			return err
		}
	}
	for _, a := range []outreach.Automation{
		{Code: "welcome", Name: "Welcome", Trigger: "welcome", Template: "welcome", Delay: 1, QuietFrom: "21:00", QuietUntil: "09:00"},
		{Code: "birthday", Name: "Birthday wishes", Trigger: "birthday", Template: "birthday", QuietFrom: "21:00", QuietUntil: "09:00", Cap: 2, CapDays: 7},
	} {
		a.ActiveFrom = tx.Today().AddDays(-7)
		if _, err := outreach.AddAutomation(tx, a); err != nil {
			return err
		}
	}
	return nil
}
