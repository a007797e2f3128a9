package cli

import (
	"math/rand/v2"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/outreach"
)

// demoClient is a customer as the parts of the demo that come after the imports see her.
type demoClient struct {
	id            int64
	ref, language string
	since         dates.Date
	bought        bool // in the four months before
}

// demoClients are the people among the customers who are in the book on a day.
func demoClients(tx *book.Tx, day dates.Date) ([]demoClient, error) {
	return book.All(tx.View, func(row book.Scanner) (c demoClient, err error) {
		var since string
		if err := row.Scan(&c.id, &c.ref, &c.language, &since, &c.bought); err != nil {
			return c, err
		}
		c.since, err = dates.ParseISO(since)
		return c, err
	}, `SELECT c.id, c.ref, c.language, c.created_on, EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.ordered_on BETWEEN ?2 AND ?1)
		FROM customers c WHERE c.kind = 'person' AND c.created_on <= ?1 ORDER BY c.id`, day.String(), day.AddMonths(-4).String())
}

// demoQuestions are what the shop asks twice a year, and demoWaves how many days ago it did.
var (
	demoQuestions = []string{"nps!:How likely are you to recommend us to a friend?", "satisfaction:How content are you with your last order?", "text:What could we do better?"}
	demoWaves     = []int{229, 46}
)

// demoScores are the answers to the first question, each as likely: more who would recommend the shop than who would not.
var demoScores = []int64{10, 10, 10, 10, 9, 9, 9, 9, 8, 8, 8, 7, 7, 6, 5, 3}

// demoComments are what they say, by language: who would not recommend the shop, and who would.
var demoComments = map[string][2][]string{
	"es": {{"El pedido tardó demasiado", "El bote llegó medio vacío", "Los gastos de envío son muy altos"}, {"Me encanta el trato", "Más muestras, por favor", "El sérum es una maravilla"}},
	"pt": {{"A entrega demorou muito", "O perfume é fraco"}, {"Atendimento impecável", "Gostava de recargas do champô"}},
	"fr": {{"Le colis est arrivé abîmé", "Trop d'emballage"}, {"Toujours de bons conseils", "J'attends la crème en recharge"}},
	"en": {{"Delivery to the UK takes ages"}, {"Lovely people"}},
}

// askClients asks those who bought lately how the shop does; about half of them answer within days.
func askClients(tx *book.Tx, today dates.Date) error {
	s := outreach.Survey{Code: "nps", Name: "How are we doing?"}
	for _, text := range demoQuestions {
		q, err := outreach.ParseQuestion(text)
		if err != nil {
			return err
		}
		s.Questions = append(s.Questions, q)
	}
	s, err := outreach.AddSurvey(tx, s)
	if err != nil {
		return err
	}
	ids := map[string]int64{}
	var rows []outreach.ReplyRow
	for i, ago := range demoWaves {
		asked := today.AddDays(-ago)
		clients, err := demoClients(tx, asked)
		if err != nil {
			return err
		}
		r := demoRand(demoSurveyPart, uint64(i))
		for _, c := range clients {
			if c.bought && chance(r, 75) {
				ids[c.ref] = c.id
				rows = append(rows, demoReply(r, c, asked))
			}
		}
	}
	_, err = outreach.ImportReplies(tx, s, slices.Values([][]outreach.ReplyRow{rows}), outreach.ReplyImport{
		Tasks: outreach.RecentTasks,
		Customers: func(refs []string) (found []int64, problem func(string) string, err error) {
			for _, ref := range refs {
				found = append(found, ids[ref])
			}
			return found, nil, nil
		},
		Erased: func(int64) bool { return false },
	}, func(int, string, string) {})
	return err
}

// demoReply is what one customer answers, or that she was asked.
func demoReply(r *rand.Rand, c demoClient, asked dates.Date) outreach.ReplyRow {
	row := outreach.ReplyRow{Reply: outreach.Reply{Key: c.ref, InvitedOn: asked, Wave: asked.String()[:len("2026-11")], Answers: make([]outreach.Answer, len(demoQuestions))},
		Has: outreach.ReplyCustomer | outreach.ReplyWave | outreach.ReplyInvitedOn}
	if !chance(r, 55) {
		return row
	}
	score := pick(r, demoScores)
	said := 1
	if score <= 6 {
		said = 0
	}
	row.AnsweredOn = asked.AddDays(between(r, 0, 9))
	row.Has |= outreach.ReplyAnsweredOn
	give := func(i int, a outreach.Answer) {
		a.Given = true
		row.Answers[i] = a
		row.Has |= outreach.ReplySuggestion << (i + 1)
	}
	give(0, outreach.Answer{Score: score})
	give(1, outreach.Answer{Score: max(1, min(5, (score+1)/2-int64(r.IntN(2))))})
	if chance(r, 30) {
		give(2, outreach.Answer{Text: pick(r, demoComments[c.language][said])})
	}
	return row
}
