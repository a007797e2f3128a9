package cli

import (
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/outreach"
)

// business is the state of the business on a day: what several reports say, each in short.
type business struct {
	day       dates.Date
	seller    string
	sales     []insight.Sales // of the last twelve months, compared with the year before
	total     insight.Sales   // of all of them
	rfm       *insight.RFMReport
	active    int // customers who bought in the last activeDays
	cohorts   *insight.CohortReport
	top       []insight.Sales // the customers who brought most in the twelve months
	stock     []catalog.Stock // tracked, those that last the shortest time first
	low       map[int64]bool  // which products are at their reorder level or below it
	campaigns []outreach.Result
	nps       []insight.NPS // of the twelve months: no row or one
	period    network.Period
	levels    []insight.NetworkGroup
}

// The state of the business is about so many months, clients, and campaigns.
const (
	stateMonths    = 12
	stateTop       = 10
	stateCampaigns = 6
)

func reportDashboard(a *app) *cobra.Command {
	var page string
	cmd := rowsOf(&cobra.Command{
		Use:   "dashboard",
		Short: "The state of the business on one screen, or one page",
		Long: `The state of the business on one screen: what report sales, rfm, cohort, stock,
campaigns, nps and network say, each in short. Elsewhere than on a terminal, and
with -o, every figure is a row: section, key, name, figure, value.

  sales      of the last 12 months, the present one up to the as-of day, beside
             the same days a year before
  customers  by recency and frequency; active: bought in the last 90 days
  cohorts    of the last 12 months: the part that came back m1, m2 ... months
             after the first purchase
  clients    who brought most in the 12 months
  stock      low: at their reorder level or below it
  campaigns  the last 6 of which anything came
  nps        of the answers of the 12 months
  levels     of the consultants, in the present period

With --html all of it is one page without scripts that needs no other file, to
read on a phone or a screen, light or dark, and to print on A4. It names the
best clients, so only you can read the file.`,
		Example: `perla report dashboard
perla report dashboard --html state.html
perla report dashboard --as-of 2026-06-30 -o json
perla report dashboard --jq '.[] | select(.section == "nps")'`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if page != "" && a.askedForRows() {
				return fault.New(fault.Usage, "--html writes a page of its own", "leave out -o, --columns, --jq, --template and --out")
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				b, err := a.readBusiness(v)
				switch {
				case err != nil:
					return err
				case page != "":
					if err := writeFile(page, b.page(a).HTML); err != nil {
						return err
					}
					a.note("the page is in %s", page)
					return nil
				case !a.forPeople() || a.columnsGiven:
					return emitSlice(a, stateColumns, b.figures())
				}
				style, err := a.style()
				if err != nil {
					return err
				}
				screen := b.screen(a)
				return a.write(func(w io.Writer) error { return screen.Draw(w, style) })
			})
		},
	}, stateColumns)
	cmd.Flags().StringVar(&page, "html", "", "write it as one HTML page to `FILE`")
	_ = cmd.MarkFlagFilename("html", "html")
	return cmd
}

// readBusiness reads the state of the business on the day asked about.
func (a *app) readBusiness(v *book.View) (b *business, err error) {
	b = &business{}
	if b.day, err = a.asOf(v); err != nil {
		return nil, err
	}
	seller, err := book.SellerOf(v)
	if err != nil {
		return nil, err
	}
	b.seller = seller.Name
	_, _, inMonth := b.day.Civil()
	year := dates.Range{From: b.day.AddDays(1 - inMonth).AddMonths(1 - stateMonths), To: b.day}
	for _, read := range []func(*book.View, dates.Range) error{b.readSales, b.readCustomers, b.readStock, b.readPeople} {
		if err := read(v, year); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (b *business) readSales(v *book.View, year dates.Range) (err error) {
	asked := insight.SalesOptions{AsOf: b.day, Days: year, Previous: insight.SalesYearBefore}
	if b.sales, err = insight.ReportSales(v, asked); err != nil {
		return err
	}
	if b.total, err = insight.TotalSales(v, asked); err != nil {
		return err
	}
	asked.By = insight.SalesByCustomer
	top, err := insight.ReportSales(v, asked)
	top = slices.DeleteFunc(top, func(s insight.Sales) bool { return s.Revenue <= 0 })
	b.top = top[:min(len(top), stateTop)]
	return err
}

func (b *business) readCustomers(v *book.View, year dates.Range) (err error) {
	if b.rfm, err = insight.ReportRFM(v, insight.RFMOptions{AsOf: b.day}); err != nil {
		return err
	}
	for i := range b.rfm.Rows {
		if r := &b.rfm.Rows[i]; r.Scored() && r.RecencyDays < network.ActiveDays {
			b.active++
		}
	}
	b.cohorts, err = insight.ReportCohorts(v, insight.CohortOptions{AsOf: b.day, Days: year})
	return err
}

func (b *business) readStock(v *book.View, _ dates.Range) (err error) {
	options := catalog.ListOptions{AsOf: b.day, Sort: "days_of_cover"}
	if b.stock, err = catalog.StockList(v, options); err != nil {
		return err
	}
	b.stock = slices.DeleteFunc(b.stock, func(s catalog.Stock) bool { return !s.Tracked })
	options.Low = true
	low, err := catalog.StockList(v, options)
	b.low = map[int64]bool{}
	for i := range low {
		b.low[low[i].ID] = true
	}
	slices.SortStableFunc(b.stock, func(x, y catalog.Stock) int {
		switch {
		case b.low[x.ID] == b.low[y.ID]:
			return 0
		case b.low[x.ID]:
			return -1
		}
		return 1
	})
	return err
}

func (b *business) readPeople(v *book.View, year dates.Range) (err error) {
	if b.campaigns, err = campaignResultsAll(v, b.day); err != nil {
		return err
	}
	b.campaigns = b.campaigns[:min(len(b.campaigns), stateCampaigns)]
	if b.nps, err = insight.ReportNPS(v, insight.FeedbackOptions{AsOf: b.day, Days: year}); err != nil {
		return err
	}
	calendar, p, err := periodAt(v, "", b.day)
	if err != nil {
		return err
	}
	b.period = p
	n, err := insight.ReadNetwork(v, calendar, p, b.day)
	if err != nil {
		return err
	}
	b.levels = n.By("level")
	return nil
}

// worth is what the stock is worth; known is false where the cost of a piece of it is not, and low how many products are.
func (b *business) worth() (sum money.Amount, known bool, low int64) {
	known = true
	for i := range b.stock {
		s := &b.stock[i]
		sum += s.Value
		known = known && s.ValueKnown
		if b.low[s.ID] {
			low++
		}
	}
	return sum, known, low
}

// customers are how many there are who are not prospects, and how many prospects.
func (b *business) customers() (buyers, prospects int) {
	for i := range b.rfm.Rows {
		if b.rfm.Rows[i].Scored() {
			buyers++
		}
	}
	return buyers, len(b.rfm.Rows) - buyers
}
