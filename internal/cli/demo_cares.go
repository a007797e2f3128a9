package cli

import (
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/network"
)

// demoTasks are what the consultants have written down to do, by the ref of whom it is for and the days from today.
var demoTasks = []struct {
	ref, what, every string
	due              int
}{
	{"C003", "bring samples of the night cream", "", -3},
	{"C007", "ask how the serum went", "", 0},
	{"C014", "call about the Christmas gift boxes", "", 2},
	{"C021", "send the refill offer", "", 5},
	{"C028", "coffee and a look at the new catalogue", "1m", 1},
	{"C035", "ask her daughter's skin type", "", -10},
	{"C042", "deliver the fair order", "", 0},
	{"C056", "invite to the December party", "", 6},
	{"C063", "quarterly order of the shop", "3m", 12},
	{"C077", "thank her for the referral", "", -1},
}

// demoCases are requests and complaints: who, what about, how many days ago, and what became of it after so many hours.
var demoCases = []struct {
	ref, kind, topic, priority, channel string
	ago                                 int
	events                              []demoCaseEvent
}{
	{"C005", "complaint", "the eau de parfum arrived broken", "high", "whatsapp", 2, nil},
	{"C011", "request", "invoice with the name of her firm", "normal", "email", 1, nil},
	{"C019", "complaint", "order came a week late", "normal", "call", 9, []demoCaseEvent{{20, contacts.CaseResponse, "apologised, looking into it"}}},
	{"C026", "request", "is the mascara vegan?", "low", "whatsapp", 30, []demoCaseEvent{{3, contacts.CaseClose, "it is, sent her the list"}}},
	{"C033", "complaint", "wrong shade of lipstick", "normal", "whatsapp", 45,
		[]demoCaseEvent{{5, contacts.CaseResponse, "offered to change it"}, {70, contacts.CaseClose, "changed at the next visit"}}},
	{"C048", "request", "gift boxes for twelve colleagues", "high", "email", 60,
		[]demoCaseEvent{{26, contacts.CaseResponse, "sent a quote"}, {98, contacts.CaseClose, "ordered"}}},
}

// demoCaseEvent is something that became of a case, so many hours after it was opened.
type demoCaseEvent struct {
	hours      int
	kind, text string
}

// demoLinks say who belongs together.
var demoLinks = []struct{ ref, link string }{
	{"C003", "friend=ref:C014"}, {"C007", "sibling=ref:C028"}, {"C021", "influences=ref:C035"}, {"C042", "household=ref:C056"},
}

// takeCare writes down what no file of the demo holds: tasks, cases and who belongs together. The first consultant
// handles the cases.
func takeCare(tx *book.Tx, today dates.Date) error {
	for _, d := range demoTasks {
		c, err := contacts.Find(tx.View, "ref:"+d.ref)
		if err != nil {
			return err
		}
		every, err := contacts.ParseRecurrence(d.every)
		if err != nil && d.every != "" {
			return err
		}
		task := contacts.Task{What: d.what, DueOn: today.AddDays(d.due), Every: every}
		task.Customer.ID = c.ID
		if _, err := contacts.AddTask(tx, task); err != nil {
			return err
		}
	}
	for _, d := range demoLinks {
		if err := demoLink(tx, d.ref, d.link); err != nil {
			return err
		}
	}
	handler, err := network.Consultants(tx).ID(demoCultures[0].consultants[0])
	if err != nil {
		return err
	}
	return openDemoCases(tx, handler)
}

func demoLink(tx *book.Tx, ref, link string) error {
	c, err := contacts.Find(tx.View, "ref:"+ref)
	if err != nil {
		return err
	}
	var change contacts.Change
	if err := change.Link(link); err != nil {
		return err
	}
	_, err = contacts.Edit(tx, []int64{c.ID}, &change)
	return err
}

func openDemoCases(tx *book.Tx, handler int64) error {
	for _, d := range demoCases {
		c, err := contacts.Find(tx.View, "ref:"+d.ref)
		if err != nil {
			return err
		}
		opened := tx.Now().AddDate(0, 0, -d.ago).Add(10 * time.Hour)
		events := []contacts.CaseEvent{{At: opened, Kind: contacts.CaseAssign, HandlerID: handler}}
		for _, e := range d.events {
			events = append(events, contacts.CaseEvent{At: opened.Add(time.Duration(e.hours) * time.Hour), Kind: e.kind, Text: e.text})
		}
		_, err = contacts.AddCase(tx, contacts.Case{CustomerID: c.ID, Kind: d.kind, Topic: d.topic, Priority: d.priority, Channel: d.channel, OpenedAt: opened}, events...)
		if err != nil {
			return err
		}
	}
	return nil
}
