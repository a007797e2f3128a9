package sheet

import (
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/outreach"
)

// Campaigns are the columns of campaigns.
var Campaigns = keeping([]Column[outreach.Campaign]{
	{Name: "id", Kind: IntKind, Wide: true, Get: func(c *outreach.Campaign) Value { return Int(c.ID) }},
	{Name: "ref", Get: func(c *outreach.Campaign) Value { return Text(c.Ref) }},
	{Name: "name", Get: func(c *outreach.Campaign) Value { return Text(c.Name) }},
	{Name: "status", Get: func(c *outreach.Campaign) Value { return Text(c.Status()) }},
	{Name: "channel", Get: func(c *outreach.Campaign) Value { return Text(c.Channel) }},
	campaignText("purpose", func(c *outreach.Campaign) string { return c.Purpose }),
	{Name: "template", Get: func(c *outreach.Campaign) Value { return Text(c.Template) }},
	campaignText("filter", func(c *outreach.Campaign) string { return c.Filter }),
	campaignText("segment", func(c *outreach.Campaign) string { return c.Segment }),
	campaignText("exclude", func(c *outreach.Campaign) string { return c.Exclude }),
	campaignText("cause", func(c *outreach.Campaign) string { return c.Cause }),
	campaignText("products", func(c *outreach.Campaign) string { return strings.Join(c.Products, ", ") }),
	campaignText("code", func(c *outreach.Campaign) string { return c.Code }),
	{Name: "planned", Kind: DateKind, Get: func(c *outreach.Campaign) Value { return Date(c.Planned) }},
	{Name: "launched", Kind: DateKind, Get: func(c *outreach.Campaign) Value { return Date(c.Launched) }},
	{Name: "recipients", Kind: IntKind, Get: func(c *outreach.Campaign) Value { return aboveZero(c.Recipient) }},
	{Name: "queued", Kind: IntKind, Get: func(c *outreach.Campaign) Value { return aboveZero(c.Queued) }},
	{Name: "sent", Kind: IntKind, Get: func(c *outreach.Campaign) Value { return aboveZero(c.Sent) }},
	{Name: "held_out", Kind: IntKind, Wide: true, Get: func(c *outreach.Campaign) Value { return aboveZero(c.HeldOut) }},
	{Name: "cost", Kind: MoneyKind, Get: func(c *outreach.Campaign) Value {
		if !c.HasCost {
			return Value{}
		}
		return Money(c.Cost)
	}},
	{Name: "holdout", Kind: DecimalKind, Wide: true, Get: func(c *outreach.Campaign) Value { return Decimal(money.Decimal{Digits: c.Holdout, Scale: 2}) }},
	{Name: "seed", Kind: IntKind, Wide: true, Get: func(c *outreach.Campaign) Value { return Int(c.Seed) }},
	{Name: "window", Kind: IntKind, Wide: true, Get: func(c *outreach.Campaign) Value { return Int(c.Window) }},
	{Name: "gap", Kind: IntKind, Wide: true, Get: func(c *outreach.Campaign) Value { return aboveZero(c.Gap) }},
	{Name: "cap", Kind: IntKind, Wide: true, Get: func(c *outreach.Campaign) Value { return aboveZero(c.Cap) }},
	{Name: "cap_days", Kind: IntKind, Wide: true, Get: func(c *outreach.Campaign) Value { return aboveZero(c.CapDays) }},
	campaignText("description", func(c *outreach.Campaign) string { return c.Description }),
	{Name: "created_on", Kind: DateKind, Wide: true, Get: func(c *outreach.Campaign) Value { return Date(c.CreatedOn) }},
}, "ref", "status", "sent", "recipients", "name", "launched", "channel", "planned")

func campaignText(name string, of func(*outreach.Campaign) string) Column[outreach.Campaign] {
	return Column[outreach.Campaign]{Name: name, Wide: true, Get: func(c *outreach.Campaign) Value { return Text(of(c)) }}
}

// AudienceCounts are the columns of the counts of an audience.
var AudienceCounts = []Column[outreach.AudienceCount]{
	{Name: "what", Get: func(n *outreach.AudienceCount) Value { return Text(n.What) }},
	{Name: "customers", Kind: IntKind, Get: func(n *outreach.AudienceCount) Value { return Int(n.Customers) }},
}

// Members are the columns of an audience, person by person.
var Members = []Column[outreach.Member]{
	{Name: "customer_id", Kind: IntKind, Get: func(m *outreach.Member) Value { return Int(m.Customer) }},
	{Name: "name", Get: func(m *outreach.Member) Value { return Text(m.Name) }},
	{Name: "language", Wide: true, Get: func(m *outreach.Member) Value { return Text(m.Language) }},
	{Name: "address", Get: func(m *outreach.Member) Value { return Text(m.Address) }},
	{Name: "reason", Get: func(m *outreach.Member) Value { return Text(m.Reason) }},
}

// CampaignCosts are the columns of cost lines.
var CampaignCosts = []Column[outreach.CostLine]{
	{Name: "id", Kind: IntKind, Get: func(l *outreach.CostLine) Value { return Int(l.ID) }},
	{Name: "campaign", Get: func(l *outreach.CostLine) Value { return Text(l.Campaign) }},
	{Name: "date", Kind: DateKind, Get: func(l *outreach.CostLine) Value { return Date(l.On) }},
	{Name: "what", Get: func(l *outreach.CostLine) Value { return Text(l.What) }},
	{Name: "amount", Kind: MoneyKind, Get: func(l *outreach.CostLine) Value { return Money(l.Amount) }},
}

// Credits are the columns of credited orders.
var Credits = []Column[outreach.Credit]{
	{Name: "order_id", Kind: IntKind, Get: func(c *outreach.Credit) Value { return Int(c.OrderID) }},
	{Name: "ref", Get: func(c *outreach.Credit) Value { return Text(c.OrderRef) }},
	{Name: "date", Kind: DateKind, Get: func(c *outreach.Credit) Value { return Date(c.OrderedOn) }},
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(c *outreach.Credit) Value { return Int(c.CustomerID) }},
	{Name: "customer", Get: func(c *outreach.Credit) Value { return Text(c.Customer) }},
	{Name: "campaign", Get: func(c *outreach.Credit) Value { return Text(c.Campaign) }},
	{Name: "reason", Get: func(c *outreach.Credit) Value { return Text(c.Reason) }},
	{Name: "message_id", Kind: IntKind, Wide: true, Get: func(c *outreach.Credit) Value { return idIf(c.MessageID) }},
	{Name: "credited_on", Kind: DateKind, Get: func(c *outreach.Credit) Value { return Date(c.On) }},
}

// ReportCampaigns are the columns of the report of campaigns; the return on investment is by margin, or by revenue.
func ReportCampaigns(byRevenue bool) []Column[outreach.Result] {
	return keeping([]Column[outreach.Result]{
		{Name: "campaign", Get: func(r *outreach.Result) Value { return Text(r.Campaign.Ref) }},
		resultCount("sent", func(r *outreach.Result) int64 { return r.Sent }),
		resultCount("delivered", (*outreach.Result).Delivered),
		resultCount("opened", func(r *outreach.Result) int64 { return r.Opened }),
		resultCount("clicked", func(r *outreach.Result) int64 { return r.Clicked }),
		resultCount("converted", func(r *outreach.Result) int64 { return r.Converted }),
		{Name: "revenue", Kind: MoneyKind, Get: func(r *outreach.Result) Value { return Money(r.Revenue) }},
		{Name: "margin", Kind: MoneyKind, Get: resultMargin},
		{Name: "cost", Kind: MoneyKind, Get: func(r *outreach.Result) Value { return Money(r.Campaign.Cost) }},
		{Name: "roi_pct", Kind: NumberKind, Get: func(r *outreach.Result) Value { return Number(r.ROI(byRevenue)) }},
		{Name: "lift", Kind: NumberKind, Get: func(r *outreach.Result) Value { return Number(r.Lift.Difference) }},
	}, "campaign", "sent", "converted", "revenue", "roi_pct", "cost")
}

// CampaignResults are all the figures of one campaign.
var CampaignResults = []Column[outreach.Result]{
	{Name: "campaign", Get: func(r *outreach.Result) Value { return Text(r.Campaign.Ref) }},
	{Name: "status", Get: func(r *outreach.Result) Value { return Text(r.Campaign.Status()) }},
	{Name: "launched", Kind: DateKind, Get: func(r *outreach.Result) Value { return Date(r.Campaign.Launched) }},
	resultCount("sent", func(r *outreach.Result) int64 { return r.Sent }),
	resultCount("bounced", func(r *outreach.Result) int64 { return r.Bounced }),
	resultCount("delivered", (*outreach.Result).Delivered),
	resultCount("opened", func(r *outreach.Result) int64 { return r.Opened }),
	resultRate("open_rate", func(r *outreach.Result) int64 { return r.Opened }),
	resultCount("clicked", func(r *outreach.Result) int64 { return r.Clicked }),
	resultRate("click_rate", func(r *outreach.Result) int64 { return r.Clicked }),
	{Name: "click_to_open", Kind: NumberKind, Get: func(r *outreach.Result) Value {
		if r.Opened == 0 {
			return Value{}
		}
		return Number(float64(r.Clicked) / float64(r.Opened))
	}},
	resultCount("replied", func(r *outreach.Result) int64 { return r.Replied }),
	resultCount("unsubscribed", func(r *outreach.Result) int64 { return r.Unsubscribed }),
	resultRate("unsubscribe_rate", func(r *outreach.Result) int64 { return r.Unsubscribed }),
	resultCount("orders", func(r *outreach.Result) int64 { return r.Orders }),
	resultCount("converted", func(r *outreach.Result) int64 { return r.Converted }),
	resultRate("conversion_rate", func(r *outreach.Result) int64 { return r.Converted }),
	{Name: "revenue", Kind: MoneyKind, Get: func(r *outreach.Result) Value { return Money(r.Revenue) }},
	{Name: "margin", Kind: MoneyKind, Get: resultMargin},
	{Name: "cost", Kind: MoneyKind, Get: func(r *outreach.Result) Value { return Money(r.Campaign.Cost) }},
	{Name: "roi_pct", Kind: NumberKind, Get: func(r *outreach.Result) Value { return Number(r.ROI(false)) }},
	{Name: "roi_revenue_pct", Kind: NumberKind, Get: func(r *outreach.Result) Value { return Number(r.ROI(true)) }},
	resultCount("written_to", func(r *outreach.Result) int64 { return r.Lift.Treated }),
	resultCount("of_these_bought", func(r *outreach.Result) int64 { return r.Lift.TreatedBought }),
	resultCount("held_out", func(r *outreach.Result) int64 { return r.Lift.Held }),
	resultCount("of_those_bought", func(r *outreach.Result) int64 { return r.Lift.HeldBought }),
	{Name: "lift", Kind: NumberKind, Get: func(r *outreach.Result) Value { return Number(r.Lift.Difference) }},
	{Name: "lift_low", Kind: NumberKind, Get: func(r *outreach.Result) Value { return Number(r.Lift.Low) }},
	{Name: "lift_high", Kind: NumberKind, Get: func(r *outreach.Result) Value { return Number(r.Lift.High) }},
}

func resultCount(name string, of func(*outreach.Result) int64) Column[outreach.Result] {
	return Column[outreach.Result]{Name: name, Kind: IntKind, Get: func(r *outreach.Result) Value { return Int(of(r)) }}
}

func resultRate(name string, of func(*outreach.Result) int64) Column[outreach.Result] {
	return Column[outreach.Result]{Name: name, Kind: NumberKind, Get: func(r *outreach.Result) Value { return Number(r.Rate(of(r))) }}
}

func resultMargin(r *outreach.Result) Value {
	if margin, known := r.Margin(); known {
		return Money(margin)
	}
	return Value{}
}

// MessageEventRows are the columns of a file of what came back of messages.
var MessageEventRows = []Column[outreach.EventRow]{
	{Name: "event", Required: true, Also: []string{"event type", "type", "status", "action", "activity", "event name", "evento", "tipo", "acción", "estado", "événement", "action type"},
		Get: func(r *outreach.EventRow) Value { return Text(r.Kind) },
		Set: func(r *outreach.EventRow, c *Cell) (err error) {
			r.Kind, err = outreach.EventKind(c.Text)
			return err
		}},
	{Name: "email", Also: []string{"address", "recipient", "email address", "to", "subscriber", "rcpt", "correo", "correo electrónico", "destinatario", "e-mail", "phone", "número", "teléfono"},
		Get: func(r *outreach.EventRow) Value { return Text(r.Address) },
		Set: func(r *outreach.EventRow, c *Cell) error { r.Address = c.Text; return nil }},
	{Name: "at", Also: []string{"date", "time", "timestamp", "event time", "event date", "created at", "occurred at", "processed", "datetime", "fecha", "fecha y hora", "data", "hora", "date et heure"},
		Get: func(r *outreach.EventRow) Value { return Text(r.At.UTC().Format(time.RFC3339)) },
		Set: func(r *outreach.EventRow, c *Cell) (err error) {
			if r.Told = c.Text != ""; r.Told {
				r.At, r.Timed, err = c.instant()
			}
			return err
		}},
	{Name: "message_id", Also: []string{"token", "smtp id", "msg id", "message-id", "message uuid"},
		Get: func(r *outreach.EventRow) Value { return Text(r.Token) },
		Set: func(r *outreach.EventRow, c *Cell) error { r.Token = c.Text; return nil }},
	{Name: "detail", Also: []string{"url", "link", "clicked url", "click url", "reason", "response", "description", "enlace", "motivo", "lien"},
		Get: func(r *outreach.EventRow) Value { return Text(r.Detail) },
		Set: func(r *outreach.EventRow, c *Cell) error { r.Detail = c.Text; return nil }},
	{Name: "ref", Also: []string{"event id", "sg event id", "id", "uuid", "id evento"},
		Get: func(r *outreach.EventRow) Value { return Text(r.Ref) },
		Set: func(r *outreach.EventRow, c *Cell) error { r.Ref = c.Text; return nil }},
}
