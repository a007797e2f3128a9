package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// What a screen of 24 lines has room for, and what is said where there is nothing.
const (
	screenMonths    = 6
	screenTop       = 5
	screenCohorts   = 3
	screenStock     = 3
	screenCampaigns = 2
	noSales         = "no sales in the last 12 months"
	noCohorts       = "no new customers in the last 12 months"
	noStock         = "no product is tracked"
	noCampaigns     = "no campaign yet"
	noAnswers       = "no answers in the last 12 months"
	noConsultants   = "no consultants"
)

// whole is an amount without the cents, which a glance does not need.
func (a *app) whole(amount money.Amount) string {
	return sheet.Plain(sheet.Number(math.RoundToEven(major(amount, a.setting()))), a.setting())
}

// summed is a sum of sales with its change.
func (a *app) summed(s insight.Sales) (value, note string) {
	value = a.moneyText(s.Revenue)
	if change := changeForPeople(s.ChangePct); change != "" {
		note = change + " on a year before"
	}
	return value, note
}

// present is what the present month has brought so far.
func (b *business) present() insight.Sales {
	if len(b.sales) == 0 {
		return insight.Sales{}
	}
	return b.sales[len(b.sales)-1]
}

func (b *business) title() string {
	if b.seller == "" {
		return "State of the business"
	}
	return b.seller
}

// screen is the state of the business for a terminal.
func (b *business) screen(a *app) render.Dashboard {
	buyers, prospects := b.customers()
	return render.Dashboard{Title: b.title() + ", " + b.day.String(),
		Heads: []render.Pair{{Label: "This month", Value: a.glance(b.present())}, {Label: "12 months", Value: a.glance(b.total)}, {Label: "Customers", Value: strconv.Itoa(buyers)},
			{Label: "active", Value: strconv.Itoa(b.active)}, {Label: "prospects", Value: strconv.Itoa(prospects)}},
		Left:  []render.Panel{b.salesPanel(a), b.topPanel(a), b.stockPanel(), b.npsPanel()},
		Right: []render.Panel{b.rfmPanel(), b.cohortPanel(), b.campaignPanel(a), b.levelPanel(a)}}
}

// glance is a sum of sales with its change, for a line of many figures.
func (a *app) glance(s insight.Sales) string {
	text := a.whole(s.Revenue) + " " + a.setting().Currency.Code
	if change := changeForPeople(s.ChangePct); change != "" {
		text += " (" + change + ")"
	}
	return text
}

// bare is an amount without its currency, for a table that has one currency.
func (a *app) bare(amount money.Amount) string {
	return sheet.Plain(sheet.Money(amount), a.setting())
}

func (b *business) salesPanel(a *app) render.Panel {
	p := render.Panel{Title: "Sales by month, " + a.setting().Currency.Code, Empty: noSales}
	if !b.sold() {
		return p
	}
	for _, s := range b.sales[max(0, len(b.sales)-screenMonths):] {
		p.Rows = append(p.Rows, []string{s.Key, a.whole(s.Revenue), changeForPeople(s.ChangePct)})
		p.Bars = append(p.Bars, max(0, float64(s.Revenue)))
	}
	return p
}

// sold says whether anything was sold in the months, or the year before.
func (b *business) sold() bool {
	return slices.ContainsFunc(b.sales, func(s insight.Sales) bool {
		return s.Orders != 0 || s.Revenue != 0 || s.Previous != nil && *s.Previous != 0
	})
}

func (b *business) topPanel(a *app) render.Panel {
	p := render.Panel{Title: "Top clients, 12 months, " + a.setting().Currency.Code, Empty: noSales}
	for _, s := range b.top[:min(len(b.top), screenTop)] {
		p.Rows = append(p.Rows, []string{s.Name, a.bare(s.Revenue)})
	}
	return p
}

func (b *business) stockPanel() render.Panel {
	_, _, low := b.worth()
	p := render.Panel{Title: fmt.Sprintf("Stock: %d low of %d", low, len(b.stock)), Empty: noStock}
	if len(b.stock) == 0 {
		p.Title = "Stock"
		return p
	}
	for i := range b.stock[:min(len(b.stock), screenStock)] {
		s := &b.stock[i]
		p.Rows = append(p.Rows, []string{s.SKU + " " + s.Name, strconv.FormatInt(s.Available, 10), cover(s.DaysOfCover())})
	}
	return p
}

// cover is how long something lasts.
func cover(days float64, known bool) string {
	if !known {
		return ""
	}
	return strconv.Itoa(int(days)) + " d"
}

func (b *business) npsPanel() render.Panel {
	p := render.Panel{Title: "NPS, 12 months", Empty: noAnswers}
	for _, n := range b.nps {
		p.Rows = append(p.Rows, []string{fmt.Sprintf("%+.0f (%+.0f to %+.0f)", n.NPS, n.Low, n.High), counted(n.Answers, "answer")})
	}
	return p
}

func (b *business) rfmPanel() render.Panel {
	p := render.Panel{Title: "Customers by recency and frequency", Empty: "nobody has bought yet"}
	if buyers, _ := b.customers(); buyers == 0 {
		return p
	}
	grid := b.rfm.Grid()
	p.Heads = []string{""}
	for i := range grid {
		p.Heads = append(p.Heads, "F"+strconv.Itoa(i+1))
		r := len(grid) - i
		row := []string{"R" + strconv.Itoa(r)}
		for _, n := range grid[r-1] {
			row = append(row, dotted(n))
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

func dotted(n int) string {
	if n == 0 {
		return "·"
	}
	return strconv.Itoa(n)
}

// cohortPanel shows the last cohorts of which a month after the first is over: the others have nothing to say yet.
func (b *business) cohortPanel() render.Panel {
	p := render.Panel{Title: "Cohorts: who came back", Empty: "no month after the first is over"}
	rows := slices.DeleteFunc(slices.Clone(b.cohorts.Rows), func(c insight.Cohort) bool { return len(c.Cells) < 2 })
	if len(rows) == 0 {
		return p
	}
	const months = 4
	p.Heads = []string{"", "new", "m1", "m2", "m3", "m4"}
	for _, c := range rows[max(0, len(rows)-screenCohorts):] {
		row := []string{c.Month, strconv.Itoa(c.Size)}
		for k := 1; k <= months; k++ {
			text := ""
			if share, over := c.Retention(k); over {
				text = percent(&share)
			}
			row = append(row, text)
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

func (b *business) campaignPanel(a *app) render.Panel {
	p := render.Panel{Title: "Campaigns", Empty: noCampaigns}
	for i := range b.campaigns[:min(len(b.campaigns), screenCampaigns)] {
		if p.Heads == nil {
			p.Heads = []string{"", "sent", "bought", "revenue"}
		}
		r := &b.campaigns[i]
		p.Rows = append(p.Rows, []string{r.Campaign.Name, strconv.FormatInt(r.Sent, 10), strconv.FormatInt(r.Converted, 10), a.whole(r.Revenue)})
	}
	return p
}

// levelPanel is two lines: how many consultants are of each level, and what all of them sold.
func (b *business) levelPanel(a *app) render.Panel {
	p := render.Panel{Title: "Levels, " + b.period.Code, Empty: noConsultants}
	if len(b.levels) == 0 {
		return p
	}
	var names []string
	all, sales := int64(0), money.Amount(0)
	for i := range b.levels {
		g := &b.levels[i]
		names = append(names, fmt.Sprintf("%s %d", levelName(g), g.Consultants))
		all, sales = all+g.Consultants, sales+g.Own
	}
	p.Rows = [][]string{{strings.Join(names, ", ")}, {counted(all, "consultant") + " sold " + a.moneyText(sales)}}
	return p
}

// levelName is the name of a level, or what is said where a consultant has none.
func levelName(g *insight.NetworkGroup) string {
	if g.Key == "" {
		return "none"
	}
	return g.Key
}

// page is the state of the business as a page.
func (b *business) page(a *app) *render.Page {
	p := b.pageHead(a)
	sales := render.PageSection{Title: "Sales by month", Empty: noSales}
	if b.sold() {
		request := salesRequest{by: string(insight.SalesByMonth), previous: string(insight.SalesYearBefore)}
		sales = render.PageSection{Figure: request.drawing(a, b.sales, nil)}
	}
	rfm := render.PageSection{Title: "Customers by recency and frequency", Empty: "nobody has bought yet"}
	if buyers, _ := b.customers(); buyers > 0 {
		rfm = render.PageSection{Figure: rfmHeat(b.rfm)}
	}
	cohorts := render.PageSection{Title: "Cohorts", Empty: noCohorts}
	if len(b.cohorts.Rows) > 0 {
		request := cohortRequest{value: "retention"}
		cohorts = render.PageSection{Figure: request.matrix(a, b.cohorts)}
	}
	p.Sections = []render.PageSection{sales, rfm, cohorts, b.topPart(a), b.stockPart(a), b.campaignPart(a), b.npsPart(), b.levelPart(a)}
	return p
}

// pageHead is the page with what stands out.
func (b *business) pageHead(a *app) *render.Page {
	month, monthNote := a.summed(b.present())
	year, yearNote := a.summed(b.total)
	buyers, prospects := b.customers()
	p := &render.Page{Language: "en", Title: b.title(), Facts: []render.Pair{{Label: "As of", Value: b.day.String()}, {Label: "Amounts in", Value: a.setting().Currency.Code}}}
	if b.seller != "" {
		p.Subtitle = "State of the business"
	}
	p.Figures = []render.Figure{{Label: "Sales this month", Value: month, Note: monthNote}, {Label: "Sales, 12 months", Value: year, Note: yearNote},
		{Label: "Customers", Value: strconv.Itoa(buyers), Note: fmt.Sprintf("%d active, %s", b.active, counted(int64(prospects), "prospect"))}}
	for _, n := range b.nps {
		p.Figures = append(p.Figures, render.Figure{Label: "NPS", Value: fmt.Sprintf("%+.1f", n.NPS),
			Note: fmt.Sprintf("%+.0f to %+.0f, %s", n.Low, n.High, counted(n.Answers, "answer"))})
	}
	return p
}

func (b *business) topPart(a *app) render.PageSection {
	part := render.PageSection{Title: "Top clients, 12 months", Empty: noSales, Heads: []string{"Name", "Orders", "Revenue", "A year before"}, Right: []bool{false, true, true, true}}
	for _, s := range b.top {
		before := ""
		if s.Previous != nil {
			before = a.bare(*s.Previous)
		}
		part.Rows = append(part.Rows, []string{s.Name, count(s.Orders), a.bare(s.Revenue), before})
	}
	return part
}

// stockPart shows what runs short first.
func (b *business) stockPart(a *app) render.PageSection {
	part := render.PageSection{Title: "Stock", Empty: noStock, Heads: []string{"Product", "Available", "Incoming", "Days of cover", ""}, Right: []bool{false, true, true, true, false}}
	value, known, low := b.worth()
	if len(b.stock) > 0 {
		part.Title = fmt.Sprintf("Stock: %d of %s low", low, counted(int64(len(b.stock)), "product"))
		if known {
			part.Title += ", worth " + a.moneyText(value)
		}
	}
	for i := range b.stock[:min(len(b.stock), stateTop)] {
		s := &b.stock[i]
		note := ""
		if b.low[s.ID] {
			note = "low"
		}
		part.Rows = append(part.Rows, []string{s.SKU + " " + s.Name, count(s.Available), count(s.Incoming), cover(s.DaysOfCover()), note})
	}
	return part
}

func (b *business) campaignPart(a *app) render.PageSection {
	part := render.PageSection{Title: "Campaigns", Empty: noCampaigns, Heads: []string{"Campaign", "Sent", "Converted", "Orders", "Revenue", "Cost"},
		Right: []bool{false, true, true, true, true, true}}
	for i := range b.campaigns {
		r := &b.campaigns[i]
		part.Rows = append(part.Rows, []string{r.Campaign.Name, count(r.Sent), count(r.Converted), count(r.Orders), a.bare(r.Revenue), a.bare(r.Campaign.Cost)})
	}
	return part
}

func (b *business) npsPart() render.PageSection {
	part := render.PageSection{Title: "NPS, 12 months", Empty: noAnswers, Heads: []string{"Gave", "", "Answers"}, Right: []bool{false, false, true}}
	for _, n := range b.nps {
		part.Rows = [][]string{{"9 and 10", "promoters", count(n.Promoters)}, {"7 and 8", "passives", count(n.Passives)}, {"0 to 6", "detractors", count(n.Detractors)}}
	}
	return part
}

func (b *business) levelPart(a *app) render.PageSection {
	part := render.PageSection{Title: "Levels of the consultants, " + b.period.Code, Empty: noConsultants, Heads: []string{"Level", "Consultants", "Selling", "Own sales"},
		Right: []bool{false, true, true, true}}
	for i := range b.levels {
		g := &b.levels[i]
		part.Rows = append(part.Rows, []string{levelName(g), count(g.Consultants), count(g.Selling), a.bare(g.Own)})
	}
	return part
}
