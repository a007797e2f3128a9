package sheet

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/outreach"
)

// Automations are the columns of automations.
var Automations = keeping([]Column[outreach.Automation]{
	{Name: "id", Kind: IntKind, Wide: true, Get: func(a *outreach.Automation) Value { return Int(a.ID) }},
	{Name: "code", Get: func(a *outreach.Automation) Value { return Text(a.Code) }},
	{Name: "name", Wide: true, Get: func(a *outreach.Automation) Value { return Text(a.Name) }},
	{Name: "trigger", Get: func(a *outreach.Automation) Value { return Text(a.Trigger) }},
	{Name: "days", Kind: IntKind, Get: automationDays},
	{Name: "template", Get: func(a *outreach.Automation) Value { return Text(a.Template) }},
	{Name: "channel", Get: func(a *outreach.Automation) Value { return Text(a.Channel) }},
	{Name: "survey", Wide: true, Get: func(a *outreach.Automation) Value { return Text(a.Survey) }},
	{Name: "product", Wide: true, Get: func(a *outreach.Automation) Value { return Text(a.Product) }},
	{Name: "delay", Kind: IntKind, Wide: true, Get: func(a *outreach.Automation) Value { return aboveZero(a.Delay) }},
	{Name: "quiet", Wide: true, Get: automationQuiet},
	{Name: "cap", Wide: true, Get: automationCap},
	{Name: "filter", Wide: true, Get: func(a *outreach.Automation) Value { return Text(a.Filter) }},
	{Name: "status", Get: func(a *outreach.Automation) Value { return Text(a.Status) }},
	{Name: "active_from", Kind: DateKind, Get: func(a *outreach.Automation) Value { return Date(a.ActiveFrom) }},
	{Name: "paused", Kind: DateKind, Wide: true, Get: func(a *outreach.Automation) Value { return Date(a.Paused) }},
	{Name: "noted", Kind: IntKind, Get: func(a *outreach.Automation) Value { return aboveZero(a.Noted) }},
	{Name: "queued", Kind: IntKind, Get: func(a *outreach.Automation) Value { return aboveZero(a.Queued) }},
	{Name: "created_on", Kind: DateKind, Wide: true, Get: func(a *outreach.Automation) Value { return Date(a.CreatedOn) }},
}, "code", "trigger", "status", "queued", "template", "noted", "days", "channel", "active_from")

func automationDays(a *outreach.Automation) Value {
	for _, t := range outreach.Triggers {
		if t.Name == a.Trigger && t.CountsDays() {
			return Int(a.Days)
		}
	}
	return Value{}
}

func automationQuiet(a *outreach.Automation) Value {
	if a.QuietFrom == "" {
		return Value{}
	}
	return Text(a.QuietFrom + "-" + a.QuietUntil)
}

func automationCap(a *outreach.Automation) Value {
	if a.Cap == 0 {
		return Value{}
	}
	return Text(fmt.Sprintf("%d/%d", a.Cap, a.CapDays))
}

// AutomationRows are the columns of a file of automations, in and out.
var AutomationRows = []Column[outreach.AutomationRow]{
	automationText("code", func(a *outreach.Automation) *string { return &a.Code }),
	automationText("name", func(a *outreach.Automation) *string { return &a.Name }),
	automationText("trigger", func(a *outreach.Automation) *string { return &a.Trigger }),
	automationText("template", func(a *outreach.Automation) *string { return &a.Template }),
	automationText("survey", func(a *outreach.Automation) *string { return &a.Survey }),
	automationText("product", func(a *outreach.Automation) *string { return &a.Product }),
	automationText("channel", func(a *outreach.Automation) *string { return &a.Channel }),
	{Name: "days", Kind: IntKind, Get: func(r *outreach.AutomationRow) Value { return automationDays(&r.Automation) },
		Set: func(r *outreach.AutomationRow, c *Cell) (err error) {
			if r.DaysGiven = c.Text != ""; r.DaysGiven {
				r.Days, err = c.Int()
			}
			return err
		}},
	{Name: "delay", Kind: IntKind, Get: func(r *outreach.AutomationRow) Value { return aboveZero(r.Delay) },
		Set: func(r *outreach.AutomationRow, c *Cell) (err error) {
			if c.Text != "" {
				r.Delay, err = c.Int()
			}
			return err
		}},
	{Name: "quiet", Get: func(r *outreach.AutomationRow) Value { return automationQuiet(&r.Automation) },
		Set: func(r *outreach.AutomationRow, c *Cell) error {
			r.QuietFrom, r.QuietUntil, _ = strings.Cut(c.Text, "-")
			return nil
		}},
	{Name: "cap", Get: func(r *outreach.AutomationRow) Value { return automationCap(&r.Automation) },
		Set: func(r *outreach.AutomationRow, c *Cell) error {
			if c.Text == "" {
				return nil
			}
			n, days, _ := strings.Cut(c.Text, "/")
			var first, second error
			r.Cap, first = strconv.ParseInt(n, 10, 32)
			if r.CapDays, second = strconv.ParseInt(days, 10, 32); first != nil || second != nil {
				return errors.New("it is not as 2/30: two messages in 30 days")
			}
			return nil
		}},
	automationText("filter", func(a *outreach.Automation) *string { return &a.Filter }),
	{Name: "active_from", Kind: DateKind, Get: func(r *outreach.AutomationRow) Value { return Date(r.ActiveFrom) },
		Set: func(r *outreach.AutomationRow, c *Cell) (err error) {
			if c.Text != "" {
				r.ActiveFrom, err = c.Date()
			}
			return err
		}},
	{Name: "paused", Kind: DateKind, Get: func(r *outreach.AutomationRow) Value { return Date(r.Paused) },
		Set: func(r *outreach.AutomationRow, c *Cell) (err error) {
			if c.Text != "" {
				r.Paused, err = c.Date()
			}
			return err
		}},
}

func automationText(name string, at func(*outreach.Automation) *string) Column[outreach.AutomationRow] {
	return Column[outreach.AutomationRow]{Name: name, Required: name == "code" || name == "trigger" || name == "template",
		Get: func(r *outreach.AutomationRow) Value { return Text(*at(&r.Automation)) },
		Set: func(r *outreach.AutomationRow, c *Cell) error { *at(&r.Automation) = c.Text; return nil }}
}

// Occasions are the columns of what automations have noted.
var Occasions = keeping([]Column[outreach.Occasion]{
	{Name: "id", Kind: IntKind, Wide: true, Get: func(o *outreach.Occasion) Value { return aboveZero(o.ID) }},
	{Name: "automation", Get: func(o *outreach.Occasion) Value { return Text(o.Automation) }},
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(o *outreach.Occasion) Value { return Int(o.CustomerID) }},
	{Name: "customer", Get: func(o *outreach.Occasion) Value { return Text(o.Customer) }},
	{Name: "occasion", Get: func(o *outreach.Occasion) Value { return Text(o.Key) }},
	{Name: "due_on", Kind: DateKind, Get: func(o *outreach.Occasion) Value { return Date(o.DueOn) }},
	{Name: "outcome", Get: func(o *outreach.Occasion) Value {
		if o.Reason != "" {
			return Text(o.Reason)
		}
		return Text("queued")
	}},
	{Name: "channel", Wide: true, Get: func(o *outreach.Occasion) Value { return Text(o.Channel) }},
	{Name: "address", Get: func(o *outreach.Occasion) Value { return Text(o.Address) }},
	{Name: "subject", Wide: true, Get: func(o *outreach.Occasion) Value { return Text(o.Subject) }},
	{Name: "send_after", Wide: true, Get: func(o *outreach.Occasion) Value { return moment(o.SendAfter) }},
	{Name: "noted_on", Kind: DateKind, Wide: true, Get: func(o *outreach.Occasion) Value { return Date(o.NotedOn) }},
	{Name: "message", Kind: IntKind, Wide: true, Get: func(o *outreach.Occasion) Value { return aboveZero(o.MessageID) }},
}, "automation", "customer", "outcome", "occasion", "due_on", "address")
