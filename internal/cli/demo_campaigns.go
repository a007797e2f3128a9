package cli

import (
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/segment"
)

// demoClock is the time in the demo's book: the first instant of its day, but while something is done as of a day before.
type demoClock struct{ at time.Time }

func (c *demoClock) now() time.Time { return c.at }

// back does something at ten in the morning, so many days before.
func (c *demoClock) back(days int, do func() error) error {
	at := c.at
	c.at = at.AddDate(0, 0, -days).Add(10 * time.Hour)
	defer func() { c.at = at }()
	return do()
}

// demoEcho is how many in a hundred of those who were written to open a message, of these click, and of all reply.
type demoEcho struct{ opened, clicked, replied int }

// demoCampaigns are what the shop said to many, and how many days ago.
var demoCampaigns = []struct {
	outreach.Campaign
	cost outreach.CostLine
	ago  int
	echo demoEcho
}{
	{Campaign: outreach.Campaign{Ref: "novelties", Name: "What is new", Template: "season", Filter: "orders > 0", Holdout: 15_00, Seed: 7, Window: 30,
		Products: []string{"ALBA-EYE-CREAM-15", "CORAL-PALETTE-12", "ESTELA-CANDLE"}},
		cost: outreach.CostLine{What: "photographs", Amount: 90 * demoEuro}, ago: 72, echo: demoEcho{opened: 46, clicked: 30, replied: 2}},
	{Campaign: outreach.Campaign{Ref: "come-back", Name: "We miss you", Template: "miss-you", Filter: "last_order < 45d ago", Exclude: "stage = lost", Holdout: 20_00, Seed: 11, Window: 30},
		cost: outreach.CostLine{What: "samples", Amount: 120 * demoEuro}, ago: 36, echo: demoEcho{opened: 88, replied: 34}},
}

// runCampaigns has the shop write to many: whoever allowed it, in her language, and some left alone to compare with.
// Nothing leaves the house: the messages are marked as sent. Orders are credited as of today.
func runCampaigns(tx *book.Tx, clock *demoClock) error {
	if err := signCards(tx); err != nil {
		return err
	}
	random := rand.NewChaCha8([32]byte{demoCampaignPart})
	for i, d := range demoCampaigns {
		var c outreach.Campaign
		if err := clock.back(d.ago, func() (err error) { c, err = sendDemo(tx, d.Campaign, d.cost, random); return err }); err != nil {
			return err
		}
		r := demoRand(demoCampaignPart, uint64(i))
		for m, err := range outreach.Messages(tx.View, outreach.MessageQuery{Campaign: c.ID}) {
			if err != nil {
				return err
			}
			if err := d.echo.come(tx, r, m); err != nil {
				return err
			}
		}
	}
	_, err := outreach.CreditOrders(tx)
	return err
}

// signCards dates back what customers allowed: to the day each came into the book.
func signCards(tx *book.Tx) error {
	came, ids := map[int64]demoClient{}, []int64(nil)
	clients, err := demoClients(tx, tx.Today())
	for _, c := range clients {
		came[c.id], ids = c, append(ids, c.id)
	}
	if err != nil {
		return err
	}
	ledger, err := contacts.ConsentLedger(tx.View, ids, tx.Today())
	if err != nil {
		return err
	}
	for i := range ledger {
		ledger[i].On, ledger[i].Source = came[ledger[i].CustomerID].since, "signed card"
	}
	w, err := contacts.NewConsentWriter(tx)
	if err != nil {
		return err
	}
	_, err = w.Record(ledger)
	return err
}

// sendDemo launches a campaign and marks all of it as sent.
func sendDemo(tx *book.Tx, c outreach.Campaign, cost outreach.CostLine, random io.Reader) (outreach.Campaign, error) {
	c, err := outreach.CreateCampaign(tx, c)
	if err != nil {
		return c, err
	}
	if _, err := outreach.AddCost(tx, c.ID, cost); err != nil {
		return c, err
	}
	var choice outreach.Choice
	for filter, into := range map[string]*book.Filter{c.Filter: &choice.Where, c.Exclude: &choice.Exclude} {
		if filter == "" {
			continue
		}
		f, err := segment.Compile(tx.View, filter, 0)
		if err != nil {
			return c, err
		}
		*into = f.Filter
	}
	if c, err = outreach.Launch(tx, c, choice, random); err != nil {
		return c, err
	}
	list, err := outreach.Waiting(tx.View, outreach.MessageQuery{Campaign: c.ID})
	if err != nil {
		return c, err
	}
	return c, outreach.Resolve(tx, list, "sent")
}

// come is what comes back of a message within a few days.
func (e demoEcho) come(tx *book.Tx, r *rand.Rand, m outreach.Message) error {
	at := m.At.Add(time.Duration(between(r, 5, 60*30)) * time.Minute)
	var kinds []string
	switch {
	case m.Channel == "email" && chance(r, 2):
		kinds = []string{"bounced"}
	case chance(r, e.opened):
		kinds = []string{"opened"}
		if chance(r, e.clicked) {
			kinds = append(kinds, "clicked")
		}
	}
	if slices.Contains(kinds, "opened") && chance(r, e.replied) {
		kinds = append(kinds, "replied")
	}
	for i, kind := range kinds {
		event := outreach.Event{MessageID: m.ID, Kind: kind, At: at.Add(time.Duration(i*7) * time.Minute)}
		if _, err := outreach.RecordEvent(tx, event); err != nil {
			return err
		}
	}
	return nil
}
