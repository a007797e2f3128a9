package cli

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

func campaignCost(a *app) *cobra.Command {
	var what, on string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "cost CAMPAIGN AMOUNT",
		Short: "Add what a campaign cost",
		Long:  `Add a line to what a campaign cost; below 0 it takes from it.`,
		Example: exampleCampaign + `perla campaign cost spring 80 --what "mail service"
perla campaign cost spring 20.50 --what samples --on yesterday`,
		ValidArgsFunction: a.completeFrom(campaignRefs),
		RunE: func(cmd *cobra.Command, args []string) error {
			var line outreach.CostLine
			err := a.update(cmd.Context(), "campaign cost", func(tx *book.Tx) error {
				c, err := outreach.FindCampaign(tx.View, args[0])
				if err != nil {
					return err
				}
				line = outreach.CostLine{Campaign: c.Ref, What: what}
				if line.Amount, err = typedAmount(args[1], tx.Settings().Currency); err != nil {
					return err
				}
				if line.On, err = dayIn("--on", on, tx.Today()); err != nil {
					return err
				}
				line, err = outreach.AddCost(tx, c.ID, line)
				return err
			})
			if err != nil {
				return err
			}
			return emitAdded(a, sheet.CampaignCosts, line, line.ID)
		},
	}, sheet.CampaignCosts))
	cmd.Flags().StringVar(&what, "what", "", "for what: `TEXT`")
	cmd.Flags().StringVar(&on, "on", "", "the `DATE` it was spent (default today)")
	return cmd
}

func campaignCosts(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:               "costs CAMPAIGN",
		Short:             "List what a campaign cost",
		Example:           exampleCampaign + "perla campaign cost spring 80\nperla campaign costs spring",
		ValidArgsFunction: a.completeFrom(campaignRefs),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.askCampaign(cmd, args[0], func(v *book.View, c outreach.Campaign) error {
				lines, err := outreach.Costs(v, c.ID)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.CampaignCosts, lines)
			})
		},
	}, sheet.CampaignCosts)
}

func campaignRecord(a *app) *cobra.Command {
	var at, detail string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "record CAMPAIGN EVENT CUSTOMER",
		Short: "Record what came back of a message",
		Long: `Record what came back of the message of a campaign to a customer: opened,
clicked, replied, bounced, complained or unsubscribed. The same again changes
nothing. A bounce and a complaint close the address, a complaint and an
unsubscription take her consent for marketing by this channel back.`,
		Example: exampleCampaign + `perla campaign launch spring
perla campaign record spring replied ana --detail "asks for the price"`,
		ValidArgsFunction: a.completeFrom(campaignRefs),
		RunE: func(cmd *cobra.Command, args []string) error {
			var m outreach.Message
			var made bool
			err := a.update(cmd.Context(), "campaign record", func(tx *book.Tx) error {
				c, err := outreach.FindCampaign(tx.View, args[0])
				if err != nil {
					return err
				}
				customer, err := contacts.Find(tx.View, args[2])
				if err != nil {
					return err
				}
				if m, err = outreach.MessageTo(tx.View, c.ID, customer.ID); err != nil {
					return err
				}
				when, err := eventInstant(tx.View, at)
				if err != nil {
					return err
				}
				made, err = outreach.RecordEvent(tx, outreach.Event{MessageID: m.ID, Kind: args[1], At: when, Detail: detail})
				return err
			})
			if err != nil {
				return err
			}
			if !made {
				a.note("it was recorded before")
			}
			return emitOne(a, sheet.Outbox, m)
		},
	}, sheet.Outbox))
	cmd.Flags().StringVar(&at, "at", "", "when: `TIME` such as 2026-11-20 or 2026-11-20T18:30:00Z (default now)")
	cmd.Flags().StringVar(&detail, "detail", "", "what else is known: the link, the words: `TEXT`")
	return cmd
}

// eventInstant is a moment that was typed: a day, of which the noon is meant, or an instant; zero for "".
func eventInstant(v *book.View, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, timed, err := dates.CellInstant(text, dates.Order(0), v.Settings().Zone)
	if err != nil {
		day, wrong := dates.Parse(text, v.Today())
		if wrong != nil {
			return at, inFlag("--at", wrong)
		}
		y, m, d := day.Civil()
		at, timed = time.Date(y, m, d, 12, 0, 0, 0, v.Settings().Zone), false
	}
	if now := v.Now(); !timed && at.After(now) && dates.Of(at, v.Settings().Zone) == v.Today() {
		at = now
	}
	return at, nil
}

func campaignImport(a *app) *cobra.Command {
	var o importFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import CAMPAIGN FILE",
		Short: "Read what came back of messages from a CSV file, or from -",
		Long: `Read what came back of the messages of a campaign from a CSV file, as the usual
mail services export it: one row is one event. Columns, by these names or by
those of the services, or by --map:` + indent(wrap(columnNames(sheet.MessageEventRows), helpWidth-2)) + `

Whose it is goes by the Message-ID, else by the address. Words such as open,
Click, hard bounce, spam report are understood; that a mail was delivered is no
news. The file may be read again: an event is known by its ref, one without by
what it says. With - as the campaign the messages of any are meant.`,
		Example: exampleCampaign + `printf 'event,email,date\ndelivered,ana@example.com,2026-11-21\n' > events.csv
perla campaign import spring events.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var id int64
			if args[0] != "-" {
				err := a.view(cmd.Context(), func(v *book.View) error {
					c, err := outreach.FindCampaign(v, args[0])
					id = c.ID
					return err
				})
				if err != nil {
					return err
				}
			}
			return runImport(a, cmd, &o, args[1], importer[outreach.EventRow]{
				what: "campaign import", columns: sheet.MessageEventRows,
				stamp: func(r *outreach.EventRow, line int, _ uint64, bad bool) { r.Line, r.Bad = line, bad },
				place: func(tx *book.Tx, batches iter.Seq[[]outreach.EventRow], _ importSize, report func(rejection)) (sheet.Imported, error) {
					t, err := outreach.ImportEvents(tx, batches, id, o.source, func(line int, field, reason string) {
						report(rejection{line: line, field: field, reason: reason})
					})
					return sheet.Imported{Created: t.Created, Unchanged: t.Unchanged}, err
				},
			})
		},
	}, sheet.Imports))
	scratch := &cobra.Command{}
	o.register(scratch)
	for _, name := range append([]string{"columns", "source"}, importOnly...) {
		cmd.Flags().AddFlag(scratch.Flags().Lookup(name))
	}
	return cmd
}

func campaignResults(a *app) *cobra.Command {
	var orders bool
	cmd := rowsOf(rowsOf(&cobra.Command{
		Use:   "results CAMPAIGN",
		Short: "What came of a campaign",
		Long: `What came of a campaign. Delivered is sent less bounced; the rates are of that,
each customer counted once; a conversion is a recipient with a credited order
in the window. Revenue and margin are of all credited orders, net of what came
back. The return on investment is 100 * (gain - cost) / cost, by margin and by
revenue, and empty without a cost.

Lift is how many more of those written to bought in the window than of those
held out, from lift_low to lift_high 95 times in 100 (Newcombe's interval).`,
		Example: exampleCampaign + `perla campaign results spring
perla campaign results spring --orders`,
		ValidArgsFunction: a.completeFrom(campaignRefs),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.askCampaign(cmd, args[0], func(v *book.View, c outreach.Campaign) error {
				if orders {
					credits, err := outreach.Credits(v, c.ID)
					if err != nil {
						return err
					}
					return emitSlice(a, sheet.Credits, credits)
				}
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				r, err := outreach.Results(v, c, day)
				if err != nil {
					return err
				}
				if err := a.sayUncredited(v); err != nil {
					return err
				}
				return emitOne(a, sheet.CampaignResults, r)
			})
		},
	}, sheet.CampaignResults), sheet.Credits)
	cmd.Flags().BoolVar(&orders, "orders", false, "the orders credited to it instead")
	return cmd
}

// sayUncredited says that there are orders to be credited, when there are.
func (a *app) sayUncredited(v *book.View) error {
	open, err := outreach.Creditable(v)
	if err == nil && len(open) > 0 {
		a.hint("%s to be credited yet: perla campaign credit", counted(int64(len(open)), "order"))
	}
	return err
}

// calendarEntry is a day on which something is about a campaign.
type calendarEntry struct {
	on       dates.Date
	what     string
	campaign outreach.Campaign
}

var calendarColumns = []sheet.Column[calendarEntry]{
	{Name: "date", Kind: sheet.DateKind, Get: func(e *calendarEntry) sheet.Value { return sheet.Date(e.on) }},
	{Name: "what", Get: func(e *calendarEntry) sheet.Value { return sheet.Text(e.what) }},
	{Name: "campaign", Get: func(e *calendarEntry) sheet.Value { return sheet.Text(e.campaign.Ref) }},
	{Name: "name", Get: func(e *calendarEntry) sheet.Value { return sheet.Text(e.campaign.Name) }},
	{Name: "channel", Get: func(e *calendarEntry) sheet.Value { return sheet.Text(e.campaign.Channel) }},
	{Name: "status", Get: func(e *calendarEntry) sheet.Value { return sheet.Text(e.campaign.Status()) }},
}

func campaignCalendar(a *app) *cobra.Command {
	var s *span
	cmd := rowsOf(&cobra.Command{
		Use:     "calendar",
		Short:   "When campaigns are planned and launched, and their windows close",
		Example: exampleCampaign + "perla campaign calendar\nperla campaign calendar --since 2026-11 --until 2026-12",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				days, err := s.days(v.Today())
				if err != nil {
					return err
				}
				list, err := outreach.Campaigns(v)
				if err != nil {
					return err
				}
				return emitSlice(a, calendarColumns, calendar(list, days))
			})
		},
	}, calendarColumns)
	s = spanFlags(cmd)
	return cmd
}

// calendar are the days of campaigns within a stretch of time, in order.
func calendar(list []outreach.Campaign, days dates.Range) (entries []calendarEntry) {
	for _, c := range list {
		add := func(on dates.Date, what string) {
			if on != 0 && (days.From == 0 || on >= days.From) && (days.To == 0 || on <= days.To) {
				entries = append(entries, calendarEntry{on, what, c})
			}
		}
		if c.Launched.IsZero() {
			add(c.Planned, "planned")
		} else {
			add(c.Launched, "launched")
			add(c.Launched.AddDays(int(c.Window)), "window closes")
		}
		add(c.Cancelled, "cancelled")
	}
	slices.SortStableFunc(entries, func(a, b calendarEntry) int { return cmp.Compare(a.on, b.on) })
	return entries
}
