package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// simulateFlags say what is simulated.
type simulateFlags struct {
	pointsOf
	input       importFlags
	rules, from string
	top         int
	summary     bool
}

func pointsSimulate(a *app) *cobra.Command {
	var o simulateFlags
	cmd := rowsOf(rowsOf(&cobra.Command{
		Use:   "simulate",
		Short: "Say what orders would have earned by other rules",
		Long: `Reckon the orders from a day on by the rules of the book and by those of a file,
and say what the difference costs, who wins and who loses. Nothing is written.
Tiers and caps follow from what the orders earn either way; points of events
stay as they are. Rows are all who earn anything, or with --summary the sums.`,
		Example: `perla points rules --example > programme.csv
perla points simulate --rules programme.csv --from 2025-01-01
perla points simulate --rules programme.csv --from 2025-01 --summary -o json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := sales.WithSegments(cmd.Context(), segmentsOf)
			rows, err := a.readRules(ctx, &o.input, o.rules)
			if err != nil {
				return err
			}
			return a.view(ctx, func(v *book.View) error {
				rules, err := a.provenRules(v, rows, o.rules)
				if err != nil {
					return err
				}
				from, err := dayIn("--from", o.from, v.Today())
				if err != nil {
					return err
				}
				return o.simulate(a, v, rules, from)
			})
		},
	}, sheet.PointsSimulated), sheet.Simulations)
	f := cmd.Flags()
	f.StringVar(&o.rules, "rules", "", "the other rules: a `FILE` as perla points rules export writes it, or -")
	f.StringVar(&o.from, "from", "", "the orders from `DATE` on (default all)")
	f.IntVar(&o.top, "top", 5, "on a terminal, show the `N` who win and lose most")
	f.BoolVar(&o.summary, "summary", false, "the sums alone, as one row")
	o.all(cmd)
	o.input.registerSome(cmd, ruleFileFlags...)
	_ = cmd.MarkFlagRequired("rules")
	_ = cmd.MarkFlagFilename("rules")
	return cmd
}

// readRules reads the rows of a file of rules.
func (a *app) readRules(ctx context.Context, o *importFlags, file string) ([]loyalty.RuleRow, error) {
	in, err := openInput(ctx, a, o, file, "", false)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	d, err := sheet.NewDecoder(in, sheet.PointRuleRows)
	if err != nil {
		return nil, err
	}
	var rows []loyalty.RuleRow
	var wrong []string
	for row := range d.Rows() {
		for _, f := range row.Faults {
			wrong = append(wrong, f.Text(in.Name()))
		}
		row.Value.Line = row.Line
		rows = append(rows, row.Value)
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	if len(wrong) > 0 {
		return nil, unreadRules(in.Name(), wrong)
	}
	return rows, nil
}

// unreadRules is the refusal of a file of rules, with what is wrong with it.
func unreadRules(file string, wrong []string) error {
	return &fault.Error{Kind: fault.Rejected, Noun: file, Detail: wrong, Reason: "these are no rules", Hint: "prove it with: perla points rules import " + file + " --check"}
}

// provenRules are the rules that rows say, which are proved together.
func (a *app) provenRules(v *book.View, rows []loyalty.RuleRow, file string) ([]loyalty.Rule, error) {
	rules, problems, err := loyalty.ReadRules(v, rows)
	if err != nil {
		return nil, err
	}
	var wrong []string
	for _, p := range problems {
		text := fmt.Sprintf("line %d: rule %s: %s: %s", p.Line, p.Code, p.Field, p.Reason)
		if p.Warning {
			a.warn("%s", text)
		} else {
			wrong = append(wrong, text)
		}
	}
	if len(wrong) > 0 {
		return nil, unreadRules(file, wrong)
	}
	return rules, nil
}

// simulate reckons by rules and prints what comes of it.
func (o *simulateFlags) simulate(a *app, v *book.View, rules []loyalty.Rule, from dates.Date) error {
	held, err := loyalty.Rules(v, o.programme, 0)
	if err != nil {
		return err
	}
	about, err := sales.PointsAbout(v, append(held, rules...))
	if err != nil {
		return err
	}
	s, err := loyalty.Simulate(v, o.programme, rules, from, about)
	if err != nil {
		return err
	}
	if o.summary {
		return emitOne(a, sheet.Simulations, s)
	}
	people, err := loyalty.People(v, o.programme)
	if err != nil {
		return err
	}
	rows := make([]sheet.SimulatedPoints, len(s.Accounts))
	for i, x := range s.Accounts {
		rows[i] = sheet.SimulatedPoints{Person: people[x.Account.ID()], Simulated: x}
	}
	if !a.forPeople() || a.askedForRows() {
		return emitSlice(a, sheet.PointsSimulated, rows)
	}
	return o.draw(a, &s, rows)
}

// draw shows the sums, and who wins and loses most.
func (o *simulateFlags) draw(a *app, s *loyalty.Simulation, rows []sheet.SimulatedPoints) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	since := "all orders"
	if s.From != 0 {
		since = "orders from " + s.From.String() + " on"
	}
	pairs := []render.Pair{
		{Label: "orders", Value: fmt.Sprint(s.Orders)},
		{Label: "rules of the book", Value: pointsText(s.Was)},
		{Label: "other rules", Value: fmt.Sprintf("%s (%+d)", pointsText(s.Now), s.Now-s.Was)},
	}
	switch {
	case s.Value == 0:
		pairs = append(pairs, render.Pair{Label: "cost", Value: "unknown: points pay nothing yet"})
	case s.Cost() < 0:
		pairs = append(pairs, render.Pair{Label: "saves", Value: a.moneyText(-s.Cost())})
	default:
		pairs = append(pairs, render.Pair{Label: "costs more", Value: a.moneyText(s.Cost())})
	}
	pairs = append(pairs, render.Pair{Label: "people", Value: fmt.Sprintf("%d win, %d lose, %d as before", s.Won(), s.Lost(), int64(len(s.Accounts))-s.Won()-s.Lost())})
	won := rows[:min(int64(max(o.top, 0)), s.Won())]
	var lost []sheet.SimulatedPoints
	for i := len(rows) - 1; i >= 0 && len(lost) < o.top && rows[i].Simulated.Change() < 0; i-- {
		lost = append(lost, rows[i])
	}
	sections := []render.Section{{Pairs: pairs}, change("Win most", won), change("Lose most", lost)}
	return a.write(func(w io.Writer) error { return render.Card(w, style, "Points of "+s.Programme+": "+since, sections) })
}

// change is what some people win or lose.
func change(title string, rows []sheet.SimulatedPoints) render.Section {
	section := render.Section{Title: title}
	for _, r := range rows {
		x := &r.Simulated
		section.Pairs = append(section.Pairs, render.Pair{Label: r.Person.Name, Value: fmt.Sprintf("%+d: %d, was %d, in %s", x.Change(), x.Now, x.Was, counted(x.Orders, "order"))})
	}
	return section
}
