package outreach

import (
	"errors"
	"fmt"
	"io"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Problem is a recipient for whom a template cannot be filled in, and why.
type Problem struct {
	Customer int64
	Name     string
	Template string
	Field    string
	Reason   string
}

// chunk is how many recipients are filled in at a time.
const chunk = 2000

// compose fills in the words of a template code for customers, each in her language, and hands them on in order. Whoever
// lacks what is needed becomes a problem instead.
func compose(v *book.View, code string, campaign *Campaign, members []Member, take func(Member, Words, *Prepared) error) (problems []Problem, err error) {
	languages, err := languagesOf(v, code)
	if err != nil {
		return nil, err
	}
	prepared, uses := map[int64]*Prepared{}, map[string]bool{}
	for _, t := range languages {
		if prepared[t.ID], err = t.Prepare(); err != nil {
			return nil, err
		}
		for field := range prepared[t.ID].Uses {
			uses[field] = true
		}
	}
	for len(members) > 0 {
		some := members[:min(chunk, len(members))]
		members = members[len(some):]
		ids := make([]int64, len(some))
		for i := range some {
			ids[i] = some[i].Customer
		}
		data, err := DataOf(v, ids, uses, campaign)
		if err != nil {
			return nil, err
		}
		for i, d := range data {
			t, ok := forLanguage(languages, some[i].Language)
			if !ok {
				problems = append(problems, Problem{d.Customer, d.Name, code, "language", fmt.Sprintf("there are no words in %q, nor for everyone", some[i].Language)})
				continue
			}
			words, err := prepared[t.ID].Fill(d)
			var known *fault.Error
			switch {
			case errors.As(err, &known):
				problems = append(problems, Problem{d.Customer, d.Name, t.Code, known.Field, known.Reason})
			case err != nil:
				return nil, err
			default:
				if err := take(some[i], words, prepared[t.ID]); err != nil {
					return nil, err
				}
			}
		}
	}
	return problems, nil
}

// Lint fills a template in for customers and gives those for whom it cannot be.
func Lint(v *book.View, code string, campaign *Campaign, members []Member) ([]Problem, error) {
	return compose(v, code, campaign, members, func(Member, Words, *Prepared) error { return nil })
}

// Preview is what one customer would read.
func Preview(v *book.View, code string, campaign *Campaign, m Member) (w Words, err error) {
	problems, err := compose(v, code, campaign, []Member{m}, func(_ Member, words Words, _ *Prepared) error {
		w = words
		return nil
	})
	if err == nil && len(problems) > 0 {
		p := problems[0]
		err = &fault.Error{Kind: fault.Rejected, Noun: "customer", Key: fmt.Sprintf("%d %s", p.Customer, p.Name), Field: p.Field, Reason: p.Reason,
			Hint: fmt.Sprintf("say what stands there else: perla template edit %s --default %s=TEXT", p.Template, p.Field)}
	}
	return w, err
}

// Recipients are the members that nothing keeps from a campaign, in the language each reads.
func Recipients(members []Member) (list []Member) {
	for _, m := range members {
		if m.Reason == "" {
			list = append(list, m)
		}
	}
	return list
}

// Launch freezes a campaign: who hears of it, where, and in which words. From then on messages wait in the outbox. All
// recipients must have what the template needs; those for whom it is lacking are named, and nothing is written.
func Launch(tx *book.Tx, c Campaign, choice Choice, random io.Reader) (Campaign, error) {
	wrong := func(reason, hint string) error {
		return &fault.Error{Kind: fault.Conflict, Noun: "campaign", Key: c.Ref, Reason: reason, Hint: hint}
	}
	switch {
	case !c.Cancelled.IsZero():
		return c, wrong(fmt.Sprintf("was cancelled on %s", c.Cancelled), "")
	case !c.Launched.IsZero():
		return c, wrong(fmt.Sprintf("was launched on %s", c.Launched), "send what waits with: perla campaign send "+c.Ref)
	case c.Template == "":
		return c, wrong("has no template yet", "say which words: perla campaign edit "+c.Ref+" --template CODE")
	}
	members, err := Audience(tx.View, c, choice)
	if err != nil {
		return c, err
	}
	list := Recipients(members)
	if len(list) == 0 {
		return c, wrong("nobody would hear of it", "see why: perla campaign audience "+c.Ref)
	}
	type frozen struct {
		Member
		Words
	}
	var messages []frozen
	problems, err := compose(tx.View, c.Template, &c, list, func(m Member, w Words, _ *Prepared) error {
		messages = append(messages, frozen{m, w})
		return nil
	})
	if err != nil {
		return c, err
	}
	if len(problems) > 0 {
		return c, notFilled(c, problems)
	}
	for _, m := range messages {
		if _, err := Queue(tx, random, Message{CampaignID: c.ID, CustomerID: m.Customer, Channel: c.Channel, Purpose: c.Purpose, Address: m.Address, Words: m.Words}); err != nil {
			return c, err
		}
	}
	for _, m := range members {
		if m.Reason != HeldOut {
			continue
		}
		if _, err := Queue(tx, random, Message{CampaignID: c.ID, CustomerID: m.Customer, Channel: c.Channel, Purpose: c.Purpose, Holdout: true}); err != nil {
			return c, err
		}
	}
	if _, err := tx.Exec(`UPDATE campaigns SET launched_on = ? WHERE id = ?`, tx.Today().String(), c.ID); err != nil {
		return c, err
	}
	return GetCampaign(tx.View, c.ID)
}

// notFilled names those for whom a campaign's words cannot be filled in.
func notFilled(c Campaign, problems []Problem) error {
	const named = 20
	e := &fault.Error{Kind: fault.Rejected, Noun: "campaign", Key: c.Ref, Reason: fmt.Sprintf("its words cannot be filled in for %d of its recipients", len(problems)),
		Hint: "see all with: perla template lint " + c.Template + " --campaign " + c.Ref}
	for i, p := range problems {
		if i == named {
			e.Detail = append(e.Detail, fmt.Sprintf("and %d more", len(problems)-named))
			break
		}
		e.Detail = append(e.Detail, fmt.Sprintf("%d  %s  %s: %s", p.Customer, p.Name, p.Field, p.Reason))
	}
	return e
}

// Pause holds what waits; Resume lets it go on; Cancel holds it for good. What went out stays out.
func Pause(tx *book.Tx, c Campaign) (Campaign, error) {
	return c.turn(tx, "paused_on", !c.Launched.IsZero() && c.Paused.IsZero(), "is not under way")
}

// Resume takes a pause back.
func Resume(tx *book.Tx, c Campaign) (Campaign, error) {
	if c.Paused.IsZero() || !c.Cancelled.IsZero() {
		return c, &fault.Error{Kind: fault.Conflict, Noun: "campaign", Key: c.Ref, Reason: "is " + c.Status() + ", not paused"}
	}
	if _, err := tx.Exec(`UPDATE campaigns SET paused_on = NULL WHERE id = ?`, c.ID); err != nil {
		return c, err
	}
	return GetCampaign(tx.View, c.ID)
}

// Cancel ends a campaign: what waits is never sent.
func Cancel(tx *book.Tx, c Campaign) (Campaign, error) {
	return c.turn(tx, "cancelled_on", true, "")
}

func (c *Campaign) turn(tx *book.Tx, column string, may bool, why string) (Campaign, error) {
	if !c.Cancelled.IsZero() {
		may, why = false, fmt.Sprintf("was cancelled on %s", c.Cancelled)
	}
	if !may {
		return *c, &fault.Error{Kind: fault.Conflict, Noun: "campaign", Key: c.Ref, Reason: why, Hint: "it is " + c.Status()}
	}
	if _, err := tx.Exec(`UPDATE campaigns SET `+column+` = ? WHERE id = ?`, tx.Today().String(), c.ID); err != nil {
		return *c, err
	}
	return GetCampaign(tx.View, c.ID)
}
