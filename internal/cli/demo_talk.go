package cli

import (
	"cmp"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
)

// demoInteractionFile are the columns of the demo's interactions.
var demoInteractionFile = []string{"customer", "date", "channel", "direction", "kind", "summary", "outcome", "minutes", "consultant", "product", "no_answer"}

// demoFurther are the columns of the demo's customers beyond those that every export has.
var demoFurther = []string{"attr.cause", "attr.need", "attr.skin", "consent.email", "consent.whatsapp"}

// demoCharacters says what the customers care about, what they allow, and how often they like to be spoken to.
func demoCharacters(people []*demoPerson) error {
	for i, p := range people {
		if p.Kind == "company" {
			continue
		}
		r := demoRand(demoCharacterPart, uint64(i))
		if err := p.Set(contacts.FieldAttributes, demoAttributes(r)); err != nil {
			return err
		}
		p.Consents = demoConsents(r, p)
		switch {
		case strings.Contains(p.Tags, "vip"):
			p.ContactEvery, p.ContactWithin = 21, 30
		case chance(r, 25):
			p.ContactEvery, p.ContactWithin = 45, 60
		}
	}
	return nil
}

// demoAttributes is what somebody's skin is like, what she looks for and what she cares about.
func demoAttributes(r *rand.Rand) string {
	var known []string
	for _, a := range []struct {
		percent int
		key     string
		values  []string
	}{
		{25, "cause", []string{"amazon", "refill", "vegan", "women-producers"}},
		{35, "need", []string{"anti-ageing", "hydration", "sun care", "hair repair", "gifts"}},
		{45, "skin", []string{"dry", "oily", "combination", "sensitive", "mature"}},
	} {
		if chance(r, a.percent) {
			known = append(known, a.key+"="+pick(r, a.values))
		}
	}
	return strings.Join(known, "; ")
}

// demoConsents is what somebody allowed by the channels she can be reached by; of most it is known.
func demoConsents(r *rand.Rand, p *demoPerson) string {
	var said []string
	ask := func(channel string, reached bool, percent int) {
		if !reached || chance(r, 12) {
			return
		}
		answer := "no"
		if chance(r, percent) {
			answer = "yes"
		}
		said = append(said, channel+".marketing="+answer)
	}
	ask("email", p.Email != "", 65)
	ask("whatsapp", p.Phone != "", 80)
	return strings.Join(said, "; ")
}

// demoTalk are the conversations of the last eighteen months, oldest first: some after an order, some between, and a few
// that did not come about.
func demoTalk(people []*demoPerson, orders []*demoOrder, today dates.Date) []contacts.Interaction {
	var talk []contacts.Interaction
	last := map[*demoPerson]dates.Date{}
	for i, o := range orders {
		last[o.person] = max(last[o.person], o.day)
		r := demoRand(demoTalkPart, uint64(i))
		if day := o.day.AddDays(between(r, 4, 9)); o.undoes == nil && day <= today && day > today.AddDays(-540) && chance(r, 18) {
			talk = append(talk, demoAfterOrder(r, o, day))
		}
	}
	for i, p := range people {
		r := demoRand(demoTalkPart, uint64(len(orders)+i))
		for day := today.AddDays(-between(r, 5, 200)); day > today.AddDays(-400); day = day.AddDays(-between(r, 60, 240)) {
			if day >= p.CreatedOn {
				talk = append(talk, demoChat(r, p, day))
			}
		}
	}
	slices.SortStableFunc(talk, func(a, b contacts.Interaction) int { return cmp.Compare(a.Date, b.Date) })
	return talk
}

// demoAfterOrder asks how she likes what she bought.
func demoAfterOrder(r *rand.Rand, o *demoOrder, day dates.Date) contacts.Interaction {
	said := pick(r, []struct{ kind, summary, outcome string }{
		{"contact", "asked how she likes it", "delighted"},
		{"contact", "asked how she likes it", "happy, wants samples next time"},
		{"contact", "explained how to use it", ""},
		{"comment", "says the scent is lovely", ""},
		{"suggestion", "would like a refill for it", "told the brand"},
		{"complaint", "the pump does not work", "sent a new one"},
	})
	i := demoSpoken(r, o.person, day)
	i.Kind, i.Summary, i.Outcome, i.Product.Key = said.kind, said.summary, said.outcome, pick(r, o.lines).goods.sku
	return i
}

// demoChat is a conversation about nothing she has bought lately.
func demoChat(r *rand.Rand, p *demoPerson, day dates.Date) contacts.Interaction {
	i := demoSpoken(r, p, day)
	switch n := r.IntN(100); {
	case n < 15:
		i.Direction, i.NoAnswer, i.Summary = "out", true, "no answer"
	case n < 40:
		g := pick(r, demoGoods)
		i.Kind, i.Direction, i.Product.Key = "interest", "in", g.sku
		i.Summary = pick(r, []string{"asked about it", "saw it at a friend's", "would like to try it"})
	default:
		i.Summary = pick(r, []string{"sent the new catalogue", "wished her a good summer", "asked about the family", "told her of the offer of the month", "arranged a visit"})
	}
	return i
}

// demoSpoken is who spoke with whom, when and how.
func demoSpoken(r *rand.Rand, p *demoPerson, day dates.Date) contacts.Interaction {
	i := contacts.Interaction{Date: day, Channel: "whatsapp", Direction: pick(r, []string{"out", "out", "in"}), Kind: "contact"}
	i.Customer.Key, i.Consultant.Key = p.Ref, p.Consultant.Key
	switch {
	case p.PreferredChannel == "email" && p.Email != "":
		i.Channel = "email"
	case chance(r, 35):
		i.Channel, i.Minutes, i.Timed = pick(r, []string{"call", "call", "visit"}), int64(between(r, 3, 25)), true
	}
	return i
}

func demoInteractionRows(talk []contacts.Interaction) iter.Seq2[contacts.InteractionRow, error] {
	return func(yield func(contacts.InteractionRow, error) bool) {
		for _, i := range talk {
			if !yield(contacts.InteractionRow{Interaction: i}, nil) {
				return
			}
		}
	}
}
