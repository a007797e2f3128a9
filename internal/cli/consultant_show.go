package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

func consultantShow(a *app) *cobra.Command {
	var period, page string
	cmd := rowsOf(&cobra.Command{
		Use:   "show CONSULTANT",
		Short: "Show one consultant: her sales, goals, clients, level and team",
		Long: `Show one consultant: who she is, and in the period of today, of --as-of, or
--period her sales, goals, level and what is missing to the next.

  before           her own sales of the period before; while the period goes on,
                   of as many days of it, as known then
  margin           what she keeps of her sales, by the margin of her level
  clients          hers who are not archived
  active_clients   bought in the last 90 days, of whoever
  at_risk_clients  bought in the 90 days before those, and not since
  points           hers, of the consultants' programme, that can be spent
  expiring_points  of these, those that can be spent until points_expire_on
  span, team       consultants right under her; all under her, however deep
  declining        of these, while active: sold less than before
  emerging         sold more than before
  first_sale       sold something, for the first time ever
  no_sale          sold nothing in the period

With --html all of it is one page for her, in her language where that is
English, Spanish, Portuguese or French, to read on a phone or a screen.`,
		Example: `perla consultant show ada
perla consultant show K-2 --period 2026-10 -o json
perla consultant show eva --html eva.html`,
		ValidArgsFunction: a.completeFrom(consultantNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if page != "" && a.askedForRows() {
				return fault.New(fault.Usage, "--html writes a page of its own", "leave out -o, --columns, --jq, --template and --out")
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				d, err := a.readDashboard(v, args[0], period)
				switch {
				case err != nil:
					return err
				case page != "":
					return writeFile(page, (&dashboardWriter{d, a.setting(), "", nil}).page().HTML)
				case !a.forPeople() || a.columnsGiven:
					return emitOne(a, sheet.ConsultantCards, *d)
				}
				return a.showDashboard(d)
			})
		},
	}, sheet.ConsultantCards)
	cmd.Flags().StringVar(&period, "period", "", "in `PERIOD`: 2026-10, the code of a cycle")
	cmd.Flags().StringVar(&page, "html", "", "write it as one HTML page to `FILE`")
	_ = cmd.MarkFlagFilename("html", "html")
	return cmd
}

// readDashboard reads the dashboard of the consultant a selector names.
func (a *app) readDashboard(v *book.View, selector, period string) (*insight.Dashboard, error) {
	day, err := a.asOf(v)
	if err != nil {
		return nil, err
	}
	k, err := network.Find(v, selector, contacts.E164)
	if err != nil {
		return nil, err
	}
	calendar, p, err := periodAt(v, period, day)
	if err != nil {
		return nil, err
	}
	return insight.ReadDashboard(v, calendar, p, day, k.ID)
}

// showDashboard draws the card of a consultant for a person.
func (a *app) showDashboard(d *insight.Dashboard) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	about, err := a.pairsOf(sheet.Consultants, d.Consultant, "name")
	if err != nil {
		return err
	}
	heads, cells, _, err := sheet.Grid(sheet.ConsultantCards, oneRow(*d), a.setting())
	if err != nil {
		return err
	}
	value := map[string]string{}
	for i, head := range heads {
		value[head] = cells[0][i]
	}
	pick := func(names ...string) (pairs []render.Pair) {
		for _, name := range names {
			pairs = append(pairs, render.Pair{Label: name, Value: value[name]})
		}
		return pairs
	}
	value["before"] += " in " + d.Earlier.Code
	var goals []render.Pair
	for i := range d.Goals {
		g := &d.Goals[i]
		goals = append(goals, render.Pair{Label: g.Kind, Value: fmt.Sprintf("%s of %s (%d %%)", a.goalText(g, g.Done), a.goalText(g, g.Target), g.Percent())})
	}
	sections := []render.Section{{Pairs: about}, {Title: "Sales in " + d.Period.Code, Pairs: pick("own_sales", "before", "trend", "group_sales", "margin", "commission", "orders", "new_clients")},
		{Title: "Goals", Pairs: goals}, {Title: "Level", Pairs: pick("level", "next", "missing_own", "missing_group", "missing_course")},
		{Title: "Clients", Pairs: pick("clients", "active_clients", "at_risk_clients")}}
	if d.Points.Usable != 0 || d.Points.Pending != 0 {
		sections = append(sections, render.Section{Title: "Points", Pairs: pick("points", "pending_points", "expiring_points", "points_expire_on")})
	}
	if d.Team > 0 {
		sections = append(sections, render.Section{Title: "Team", Pairs: pick("span", "team", "new_consultants", "declining", "emerging", "first_sale", "no_sale")})
	}
	return a.write(func(w io.Writer) error { return render.Card(w, style, d.Name, sections) })
}

// goalText is a figure in the unit of a goal.
func (a *app) goalText(g *insight.GoalProgress, n int64) string {
	return sheet.Plain(sheet.GoalFigure(&g.Goal, n), a.setting())
}

// dashboardWriter writes the figures of a dashboard as its reader does.
type dashboardWriter struct {
	*insight.Dashboard
	setting  sheet.Setting
	language string
	words    map[string]string
}

func (w *dashboardWriter) page() *render.Page {
	w.language = render.DocumentLanguage(w.Language, w.setting.Locale)
	w.words = render.PageWords(w.language)
	p := &render.Page{Language: w.language, Title: w.Name, Subtitle: w.word("status_" + w.Status)}
	if w.Ref != w.Name {
		p.Subtitle = w.Ref + ", " + p.Subtitle
	}
	level := w.words["no_level"]
	if w.Level != nil {
		level = w.Level.Name
	}
	p.Facts = w.pairs("period", w.Period.Code+": "+w.Period.From.String()+" – "+w.Period.To.String(), "level", level, "sponsor", w.Sponsor.Name)
	p.Figures = []render.Figure{
		{Label: w.words["own_sales"], Value: w.sum(w.Own), Note: w.words["before"] + ": " + w.sum(w.Before) + " (" + w.Earlier.Code + ")"},
		{Label: w.words["group_sales"], Value: w.sum(w.Group)},
		{Label: w.words["margin"], Value: w.sum(w.Margin)},
		{Label: w.words["commission"], Value: w.sum(w.Commission)},
	}
	w.parts(p)
	return p
}

// parts writes the sections that have something to say.
func (w *dashboardWriter) parts(p *render.Page) {
	if len(w.Goals) > 0 {
		goals := render.PageSection{Title: w.words["goals"]}
		for i := range w.Goals {
			g := &w.Goals[i]
			text := func(n int64) string { return sheet.Plain(sheet.GoalFigure(&g.Goal, n), w.setting) }
			goals.Bars = append(goals.Bars, render.Figure{Label: w.words["goal_"+g.Kind], Bar: true, Percent: g.Percent(),
				Value: fmt.Sprintf("%s %s %s (%d %%)", text(g.Done), w.words["of"], text(g.Target), g.Percent())})
		}
		p.Sections = append(p.Sections, goals)
	}
	if w.Level != nil || w.Next != nil {
		p.Sections = append(p.Sections, w.levelPart())
	}
	p.Sections = append(p.Sections, render.PageSection{Title: w.words["clients"], Pairs: w.pairs("all_clients", count(w.Clients.All),
		"active_clients", count(w.Clients.Active), "at_risk_clients", count(w.Clients.AtRisk))})
	if w.Points.Usable != 0 || w.Points.Pending != 0 {
		p.Sections = append(p.Sections, w.pointsPart())
	}
	if w.Team == 0 {
		return
	}
	p.Sections = append(p.Sections, render.PageSection{Title: w.words["team"], Pairs: w.pairs("span", count(w.Span), "all_team", count(w.Team),
		"emerging", count(w.Emerging), "first_sale", count(w.FirstSale), "declining", count(w.Declining), "no_sale", count(w.NoSale))})
	under := render.PageSection{Title: w.words["under"], Heads: []string{w.words["name"], w.words["level"], w.words["own_sales"], w.words["group_sales"], w.words["trend"]},
		Right: []bool{false, false, true, true, false}}
	for i := range w.Under {
		m := &w.Under[i]
		level := ""
		if m.Level != nil {
			level = m.Level.Name
		}
		trend := w.words[string(m.Trend)]
		if !m.Sells() {
			trend = w.word("status_" + m.Status)
		}
		under.Rows = append(under.Rows, []string{m.Name, level, w.amount(m.Own), w.amount(m.Group), trend})
	}
	p.Sections = append(p.Sections, under)
}

// levelPart writes what is missing to the next level, with a bar for each threshold.
func (w *dashboardWriter) levelPart() render.PageSection {
	part := render.PageSection{Title: w.words["next"]}
	if w.Next == nil {
		part.Pairs = w.pairs("level", w.Level.Name+" ("+w.words["highest"]+")")
		return part
	}
	part.Title += ": " + w.Next.Name
	bar := func(word string, have, want, missing money.Amount) {
		if want > 0 {
			part.Bars = append(part.Bars, render.Figure{Label: w.words[word], Bar: true, Percent: money.MulQuo(int64(have), 100, int64(want)), Value: w.amount(missing)})
		}
	}
	bar("missing_own", w.Own, w.Next.OwnSales, w.Standing.MissingOwn)
	bar("missing_group", w.Group, w.Next.GroupSales, w.Standing.MissingGroup)
	if w.Standing.MissingCourse {
		part.Bars = append(part.Bars, render.Figure{Label: w.words["missing_course"], Value: w.Next.CourseCode})
	}
	return part
}

// pointsPart writes her points, and those that she is about to lose.
func (w *dashboardWriter) pointsPart() render.PageSection {
	part := render.PageSection{Title: w.words["points"], Pairs: w.pairs("points_usable", count(w.Points.Usable))}
	if w.Points.Pending != 0 {
		part.Pairs = append(part.Pairs, w.pairs("points_pending", count(w.Points.Pending))...)
	}
	if w.Points.Lapses != 0 {
		part.Pairs = append(part.Pairs, w.pairs("points_expiring", count(w.Points.Lapses)+" ("+w.Points.LapsesOn.String()+")")...)
	}
	return part
}

// pairs are words with their values, those that have one.
func (w *dashboardWriter) pairs(list ...string) (pairs []render.Pair) {
	for i := 0; i < len(list); i += 2 {
		if list[i+1] != "" {
			pairs = append(pairs, render.Pair{Label: w.words[list[i]], Value: list[i+1]})
		}
	}
	return pairs
}

// word is a word for something of the book, itself where there is none.
func (w *dashboardWriter) word(name string) string {
	if word := w.words[name]; word != "" {
		return word
	}
	return strings.TrimPrefix(name, "status_")
}

func (w *dashboardWriter) amount(a money.Amount) string {
	return sheet.Plain(sheet.Money(a), w.setting)
}

// sum is an amount with the currency.
func (w *dashboardWriter) sum(a money.Amount) string {
	return w.amount(a) + " " + w.setting.Currency.Code
}

func count(n int64) string { return fmt.Sprint(n) }
