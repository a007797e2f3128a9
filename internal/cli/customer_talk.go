package cli

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// customerTalk is what was said to a customer, what is to be done for her, and what she allowed.
type customerTalk struct {
	asOf     dates.Date
	next     contacts.DueContact
	cadence  bool // she has one of her own
	last     []contacts.Interaction
	tasks    []contacts.Task
	cases    []contacts.Case
	consents []contacts.Consent
}

// lastShown is how many of the last interactions are shown.
const lastShown = 5

// talkOf gathers the conversation with a customer as of a day.
func talkOf(v *book.View, customer int64, asOf dates.Date) (t customerTalk, err error) {
	t.asOf = asOf
	if t.next, t.cadence, err = contacts.NextContactOf(v, customer, asOf); err != nil {
		return t, err
	}
	if t.last, err = contacts.LastInteractions(v, customer, asOf, lastShown); err != nil {
		return t, err
	}
	if t.tasks, err = contacts.OpenTasks(v, customer, asOf); err != nil {
		return t, err
	}
	if t.cases, err = contacts.OpenCases(v, customer, asOf); err != nil {
		return t, err
	}
	t.consents, err = contacts.Consents(v, customer, asOf)
	return t, err
}

// toDo is when she is to be spoken to, and her open tasks and cases.
func (p *customerPage) toDo() render.Section {
	s := render.Section{Title: "To do"}
	add := func(label, value string) { s.Pairs = append(s.Pairs, render.Pair{Label: label, Value: value}) }
	if p.talk.cadence && !p.talk.next.On.IsZero() {
		value := p.talk.next.On.String()
		if n := p.talk.next.Overdue; n > 0 {
			value += fmt.Sprintf(" (%s overdue)", counted(n, "day"))
		}
		add("contact", value)
	}
	for _, t := range p.talk.tasks {
		value := t.What
		if days, _ := t.Overdue(p.talk.asOf); days > 0 {
			value += fmt.Sprintf(" (%s overdue)", counted(days, "day"))
		}
		add(t.DueOn.String(), fmt.Sprintf("%s (task %d)", value, t.ID))
	}
	for _, c := range p.talk.cases {
		add(c.Kind, fmt.Sprintf("%s (case %d, %s, %s)", c.Topic, c.ID, c.Status, c.Priority))
	}
	return s
}

// conversations are the last of them, the latest first.
func (p *customerPage) conversations() render.Section {
	s := render.Section{Title: "Last contacts"}
	for _, i := range p.talk.last {
		words := []string{i.Channel + " " + i.Direction}
		if i.Kind != "contact" {
			words = append(words, i.Kind)
		}
		if i.NoAnswer {
			words = append(words, "no answer")
		}
		value := strings.Join(words, ", ")
		for _, more := range []string{i.Product.Key, i.Summary, i.Outcome} {
			if more != "" && more != "no answer" {
				value += "; " + more
			}
		}
		s.Pairs = append(s.Pairs, render.Pair{Label: i.Date.String(), Value: value})
	}
	return s
}

// allowed is what she said of each channel. What she never spoke of is not allowed, and not shown.
func (p *customerPage) allowed() render.Section {
	s := render.Section{Title: "Consent"}
	for _, c := range p.talk.consents {
		label, value := c.Channel, "no"
		if c.Purpose != contacts.ConsentPurposes[0] {
			label += " (" + c.Purpose + ")"
		}
		if c.Granted {
			value = "yes"
		}
		s.Pairs = append(s.Pairs, render.Pair{Label: label, Value: fmt.Sprintf("%s, since %s", value, c.On)})
	}
	return s
}

// emitTimeline prints everything dated about a customer.
func emitTimeline(a *app, v *book.View, customer int64, asOf dates.Date, limit int) error {
	moments, err := contacts.Timeline(v, customer, asOf)
	if err != nil {
		return err
	}
	if limit > 0 && len(moments) > limit {
		moments = moments[:limit]
	}
	return emitSlice(a, sheet.Timeline, moments)
}
