package cli

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/segment"
	"github.com/perla-crm/perla/internal/sheet"
)

func campaignCommand(a *app) *cobra.Command {
	cmd := noun("campaign", "Something said to many, and what came of it",
		exampleCampaign+`perla campaign audience spring
perla campaign launch spring
perla campaign send spring`,
		campaignCreate(a), campaignList(a), campaignShow(a), campaignEdit(a), campaignAudience(a), campaignPreview(a), campaignLaunch(a), campaignSend(a),
		campaignPause(a), campaignResume(a), campaignCancel(a), campaignCost(a), campaignCosts(a), campaignRecord(a), campaignImport(a), campaignCredit(a),
		campaignResults(a), campaignCalendar(a))
	cmd.Long = `A campaign says the same to many, each by her channel, once. First who it is
for and which words are chosen; launch freezes both, person by person; send
lets the messages go out. It can be stopped at any moment and goes on where it
was.`
	return cmd
}

// exampleCampaign makes the campaign that examples speak of.
const exampleCampaign = exampleTemplate + `perla customer consent ana --grant email --source "web form"
perla campaign create spring --template hello --where "tag:vip"
`

// campaignFlags are the flags that set the fields of a campaign.
type campaignFlags struct {
	c                   outreach.Campaign
	holdout, cap, start string
	products            []string
}

func (o *campaignFlags) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.c.Name, "name", "", "what it is called: `TEXT`")
	f.StringVar(&o.c.Description, "description", "", "what it is about: `TEXT`")
	f.Var(enumOf(&o.c.Channel, outreach.Channels...), "channel", "by which `CHANNEL`, where the template does not say: "+strings.Join(outreach.Channels, ", "))
	f.Var(enumOf(&o.c.Purpose, outreach.Purposes...), "purpose", "what she must have allowed: "+strings.Join(outreach.Purposes, ", "))
	f.StringVar(&o.c.Template, "template", "", "the words: the template `CODE`")
	f.StringVar(&o.c.Filter, "where", "", "who it is for: `FILTER` (perla help filters)")
	f.StringVar(&o.c.Segment, "segment", "", "and is in the saved `SEGMENT`")
	f.StringVar(&o.c.Exclude, "exclude", "", "who it is not for: `FILTER`")
	f.StringVar(&o.c.Cause, "cause", "", "and cares for `CAUSE`; its products are taken")
	f.StringSliceVar(&o.products, "product", nil, "what it is about: `PRODUCT,...`")
	f.StringVar(&o.c.Code, "code", "", "what a buyer names: `CODE`, of a promotion too")
	f.StringVar(&o.start, "on", "", "the `DATE` it is planned for")
	f.StringVar(&o.holdout, "holdout", "", "leave `PERCENT` of them alone, to compare with")
	f.Int64Var(&o.c.Seed, "seed", 0, "draw them by `NUMBER`")
	f.Int64Var(&o.c.Window, "window", 30, "credit orders within so many `DAYS` after a message")
	f.Int64Var(&o.c.Gap, "gap", 0, "not to who heard from us less than so many `DAYS` ago")
	f.StringVar(&o.cap, "cap", "", "not to who had `N/DAYS` messages: 2/30")
	completeFlag(cmd, "template", a.completeFrom(templateCodes))
	completeFlag(cmd, "product", a.completeFrom(productNames))
}

// read takes over what the flags say.
func (o *campaignFlags) read(v *book.View, cmd *cobra.Command, c *outreach.Campaign) (err error) {
	given := cmd.Flags().Changed
	for _, f := range []struct {
		name     string
		from, to *string
	}{{"name", &o.c.Name, &c.Name}, {"description", &o.c.Description, &c.Description}, {"channel", &o.c.Channel, &c.Channel}, {"purpose", &o.c.Purpose, &c.Purpose},
		{"template", &o.c.Template, &c.Template}, {"where", &o.c.Filter, &c.Filter}, {"segment", &o.c.Segment, &c.Segment}, {"exclude", &o.c.Exclude, &c.Exclude},
		{"cause", &o.c.Cause, &c.Cause}, {"code", &o.c.Code, &c.Code}} {
		if given(f.name) {
			*f.to = *f.from
		}
	}
	for _, f := range []struct {
		name     string
		from, to *int64
	}{{"seed", &o.c.Seed, &c.Seed}, {"window", &o.c.Window, &c.Window}, {"gap", &o.c.Gap, &c.Gap}} {
		if given(f.name) {
			*f.to = *f.from
		}
	}
	if given("on") {
		if c.Planned, err = plannedFor(o.start, v.Today()); err != nil {
			return err
		}
	}
	if given("holdout") {
		if c.Holdout, err = holdoutShare(o.holdout); err != nil {
			return err
		}
	}
	if given("cap") {
		if c.Cap, c.CapDays, err = messageCap(o.cap); err != nil {
			return err
		}
	}
	if given("product") {
		c.Products = nil
		for _, selector := range o.products {
			p, err := catalog.FindProduct(v, selector)
			if err != nil {
				return err
			}
			c.Products = append(c.Products, p.SKU)
		}
	}
	for _, f := range []struct{ flag, text string }{{"--where", c.Filter}, {"--exclude", c.Exclude}} {
		if f.text != "" {
			if _, err := segment.Compile(v, f.text, 0); err != nil {
				return err
			}
		}
	}
	if c.Segment != "" {
		_, err = segment.CompileSegment(v, c.Segment, 0)
	}
	return err
}

// plannedFor reads the day a campaign is planned for; "" is none.
func plannedFor(text string, today dates.Date) (dates.Date, error) {
	if text == "" {
		return 0, nil
	}
	day, err := dates.ParseComing(text, today)
	return day, inFlag("--on", err)
}

// holdoutShare reads a percentage, 0 among them, as hundredths of a percent.
func holdoutShare(text string) (int64, error) {
	if n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64); err == nil && n == 0 {
		return 0, nil
	}
	share, err := typedPercent(text)
	return share, inFlag("--holdout", err)
}

// messageCap reads N/DAYS; "" is none.
func messageCap(text string) (n, days int64, err error) {
	if text == "" {
		return 0, 0, nil
	}
	left, right, _ := strings.Cut(text, "/")
	n, err = strconv.ParseInt(strings.TrimSpace(left), 10, 32)
	if err == nil {
		days, err = strconv.ParseInt(strings.TrimSpace(right), 10, 32)
	}
	if err != nil || n < 1 || days < 1 {
		return 0, 0, fault.New(fault.Usage, fmt.Sprintf("--cap: %q is not N/DAYS", text), "such as --cap 2/30: two messages in 30 days")
	}
	return n, days, nil
}

// choice is who a campaign means, made of its filters.
func (a *app) choice(v *book.View, c outreach.Campaign) (choice outreach.Choice, err error) {
	var parts []string
	take := func(f *segment.Compiled, err error) error {
		if err != nil {
			return err
		}
		for _, w := range f.Warnings {
			a.warn("%s", w)
		}
		parts = append(parts, "("+f.SQL+")")
		choice.Where.Args = append(choice.Where.Args, f.Args...)
		return nil
	}
	if c.Filter != "" {
		if err := take(segment.Compile(v, c.Filter, 0)); err != nil {
			return choice, err
		}
	}
	if c.Segment != "" {
		if err := take(segment.CompileSegment(v, c.Segment, 0)); err != nil {
			return choice, err
		}
	}
	choice.Where.SQL = strings.Join(parts, " AND ")
	if c.Exclude != "" {
		f, err := segment.Compile(v, c.Exclude, 0)
		if err != nil {
			return choice, err
		}
		choice.Exclude = f.Filter
	}
	return choice, nil
}

func campaignCreate(a *app) *cobra.Command {
	var o campaignFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "create REF",
		Short: "Create a campaign",
		Long: `Create a campaign and say how many it would reach. Nothing is sent: launch it
first. With --cause it is for those who care for it (attribute cause=...) and
about the products that carry it, by the same attribute or a tag. A holdout is
drawn by a seed and left alone, so that the results say what the campaign was
worth.`,
		Example: exampleTemplate + `perla campaign create spring --template hello --where "tag:vip" --holdout 10
perla campaign create forest --cause amazon --template hello --gap 7
perla campaign create calls --channel phone --where "city = 'Madrid'" --on +7d`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var c outreach.Campaign
			var counts []outreach.AudienceCount
			err := a.update(cmd.Context(), "campaign create", func(tx *book.Tx) (err error) {
				c = outreach.Campaign{Ref: args[0], Window: 30}
				if err := o.read(tx.View, cmd, &c); err != nil {
					return err
				}
				if c, err = outreach.CreateCampaign(tx, c); err != nil || c.Channel == "" {
					return err
				}
				counts, err = a.countAudience(tx.View, c)
				return err
			})
			if err != nil {
				return err
			}
			if c.Cause != "" && len(counts) > 0 {
				a.note("cause %s: cared for by %s, carried by %s", c.Cause, counted(counts[0].Customers, "customer"), counted(int64(len(c.Products)), "product"))
			}
			a.sayAudience(counts)
			if err := emitAdded(a, narrow(sheet.Campaigns), c, c.ID); err != nil || !a.forPeople() {
				return err
			}
			a.hint("who hears of it: perla campaign audience %s; what they read: perla campaign preview %s; then: perla campaign launch %s", c.Ref, c.Ref, c.Ref)
			return nil
		},
	}, sheet.Campaigns))
	o.register(a, cmd)
	return cmd
}

func (a *app) countAudience(v *book.View, c outreach.Campaign) ([]outreach.AudienceCount, error) {
	choice, err := a.choice(v, c)
	if err != nil {
		return nil, err
	}
	members, err := outreach.Audience(v, c, choice)
	return outreach.CountAudience(members), err
}

// sayAudience says in one line who hears of a campaign, and why others do not.
func (a *app) sayAudience(counts []outreach.AudienceCount) {
	if len(counts) == 0 {
		return
	}
	var out []string
	for _, n := range counts[1 : len(counts)-1] {
		if n.Customers > 0 {
			out = append(out, fmt.Sprintf("%d %s", n.Customers, n.What))
		}
	}
	text := fmt.Sprintf("%s of %d hear of it", counted(counts[len(counts)-1].Customers, "customer"), counts[0].Customers)
	if len(out) > 0 {
		text += "; not: " + strings.Join(out, ", ")
	}
	a.note("%s", text)
}

func campaignList(a *app) *cobra.Command {
	var status string
	statuses := []string{"draft", "planned", "sending", "paused", "done", "cancelled"}
	cmd := rowsOf(&cobra.Command{
		Use:     "list",
		Short:   "List campaigns, with how far they have come",
		Example: exampleCampaign + "perla campaign list\nperla campaign list --status draft --columns ref,filter",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := outreach.Campaigns(v)
				if err != nil {
					return err
				}
				var rows []outreach.Campaign
				for _, c := range list {
					if status == "" || c.Status() == status {
						rows = append(rows, c)
					}
				}
				return emitSlice(a, sheet.Campaigns, rows)
			})
		},
	}, sheet.Campaigns)
	cmd.Flags().Var(enumOf(&status, statuses...), "status", "only those that are `STATUS`: "+strings.Join(statuses, ", "))
	return cmd
}

func campaignShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:               "show CAMPAIGN",
		Short:             "Show a campaign",
		Long:              `Show a campaign, named by its ref, its code or its name.`,
		Example:           exampleCampaign + `perla campaign show spring`,
		ValidArgsFunction: a.completeFrom(campaignRefs),
		RunE: func(cmd *cobra.Command, args []string) error {
			return showOne(a, cmd, args[0], sheet.Campaigns, outreach.FindCampaign)
		},
	}, sheet.Campaigns)
}

func campaignEdit(a *app) *cobra.Command {
	var o campaignFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit CAMPAIGN",
		Short: "Change a campaign",
		Long: `Change a campaign. An empty text empties what was said: --segment "". Once it
is launched, who hears of it and in which words is settled.`,
		Example: exampleCampaign + `perla campaign edit spring --where "tag:vip and city = 'Madrid'" --holdout 5
perla campaign edit spring --code SPRING26 --on +3d`,
		ValidArgsFunction: a.completeFrom(campaignRefs),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.turnCampaign(cmd, "campaign edit", args[0], func(tx *book.Tx, c outreach.Campaign) (outreach.Campaign, error) {
				template := c.Template
				if err := o.read(tx.View, cmd, &c); err != nil {
					return c, err
				}
				if c.Template != template && !cmd.Flags().Changed("channel") {
					c.Channel = ""
				}
				if !cmd.Flags().Changed("purpose") && c.Template != template {
					c.Purpose = ""
				}
				return outreach.EditCampaign(tx, c)
			})
		},
	}, sheet.Campaigns))
	o.register(a, cmd)
	return cmd
}

// askCampaign finds a campaign and answers about it.
func (a *app) askCampaign(cmd *cobra.Command, selector string, answer func(*book.View, outreach.Campaign) error) error {
	return a.view(cmd.Context(), func(v *book.View) error {
		c, err := outreach.FindCampaign(v, selector)
		if err != nil {
			return err
		}
		return answer(v, c)
	})
}

// turnCampaign finds a campaign, changes it in one operation and prints it.
func (a *app) turnCampaign(cmd *cobra.Command, what, selector string, turn func(*book.Tx, outreach.Campaign) (outreach.Campaign, error)) error {
	return turnOne(a, cmd, what, selector, sheet.Campaigns, outreach.FindCampaign, turn)
}

// showOne finds what a selector names and prints it.
func showOne[T any](a *app, cmd *cobra.Command, selector string, columns []sheet.Column[T], find func(*book.View, string) (T, error)) error {
	return a.view(cmd.Context(), func(v *book.View) error {
		one, err := find(v, selector)
		if err != nil {
			return err
		}
		return emitOne(a, narrow(columns), one)
	})
}

// turnOne finds what a selector names, changes it in one operation and prints it.
func turnOne[T any](a *app, cmd *cobra.Command, what, selector string, columns []sheet.Column[T],
	find func(*book.View, string) (T, error), turn func(*book.Tx, T) (T, error)) error {
	var one T
	err := a.update(cmd.Context(), what, func(tx *book.Tx) (err error) {
		if one, err = find(tx.View, selector); err != nil {
			return err
		}
		one, err = turn(tx, one)
		return err
	})
	if err != nil {
		return err
	}
	return emitOne(a, narrow(columns), one)
}

// campaignRefs completes the ref of a campaign.
func campaignRefs(v *book.View, _ string) (words []cobra.Completion, err error) {
	list, err := outreach.Campaigns(v)
	for _, c := range list {
		words = append(words, cobra.CompletionWithDesc(c.Ref, cmp.Or(c.Name, c.Ref)+", "+c.Status()))
	}
	return words, err
}
