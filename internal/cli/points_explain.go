package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func pointsExplain(a *app) *cobra.Command {
	var o pointsOf
	var person, every bool
	cmd := rowsOf(&cobra.Command{
		Use:   "explain [ORDER|CUSTOMER]",
		Short: "Say why points are what they are: rule by rule, lot by lot",
		Long: `Say what an order earns, rule by rule, and what the ledger says of it; or what
somebody has, lot by lot: where each came from, and where its points went. A
number, or the ref of an order, is an order; anything else, or with --person
everything, a customer. Lots that are used up are left out without --all.`,
		Example: `perla points explain 12
perla points explain ana
perla points explain --person 42 --all -o csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(sales.WithSegments(cmd.Context(), segmentsOf), func(v *book.View) error {
				word := strings.Join(args, "")
				if order, is, err := orderMeant(v, word, person || o.consultant != ""); err != nil {
					return err
				} else if is {
					return a.explainOrder(v, order)
				}
				account, err := o.person(cmd, v, word)
				if err != nil {
					return err
				}
				return a.explainAccount(v, account, every)
			})
		},
	}, sheet.PointsExplained)
	o.one(a, cmd)
	cmd.Flags().BoolVar(&person, "person", false, "a number is a customer's, not an order's")
	cmd.Flags().BoolVar(&every, "all", false, "lots that are used up too")
	return cmd
}

// orderMeant is the order that a word names, unless it is to be a person.
func orderMeant(v *book.View, word string, person bool) (order int64, is bool, err error) {
	if person || word == "" {
		return 0, false, nil
	}
	found, err := sales.Find(v, word, v.Today())
	if _, number := wholeNumber(word); number != nil && fault.KindOf(err) == fault.NotFound {
		return 0, false, nil // it is a name
	}
	return found.ID, err == nil, err
}

// explainOrder says what an order earns.
func (a *app) explainOrder(v *book.View, order int64) error {
	day, err := a.asOf(v)
	if err != nil {
		return err
	}
	rules, err := loyalty.Rules(v, "", 0)
	if err != nil {
		return err
	}
	about, err := sales.PointsAbout(v, rules)
	if err != nil {
		return err
	}
	lines, err := loyalty.ExplainOrder(v, order, day, about, a.wording())
	if err != nil {
		return err
	}
	if !a.forPeople() || a.askedForRows() {
		return emitSlice(a, sheet.PointsExplained, lines)
	}
	if len(lines) == 0 {
		a.hint("no programme has a rule; begin with: perla points rules --example")
		return nil
	}
	return a.writeLines(lines, func(e *loyalty.Explained) (line string, under bool) {
		switch e.Step {
		case "order":
			return fmt.Sprintf("Order %d of %s earns %s (%s): %s", e.Order, e.On, plainPoints(e.Points), e.Programme, e.Why), false
		case "entry":
			return fmt.Sprintf("%s  %s %s%s (entry %d)", e.On, signed(e.Points), e.Why, untilWords(e), e.Entry), true
		case "money":
			if e.Why != "" {
				return fmt.Sprintf("%s of it earns: %s", a.moneyText(*e.Money), e.Why), true
			}
			return a.moneyText(*e.Money) + " of it earns", true
		case "rounded":
			return fmt.Sprintf("= %s: %s", e.Points, e.Why), true
		}
		return fmt.Sprintf("%s %s: %s", signed(a.wording().Figure(e.Points)), strings.TrimSpace(e.Step+" "+e.Rule), e.Why), true
	})
}

// explainAccount says what somebody has.
func (a *app) explainAccount(v *book.View, account loyalty.Account, every bool) error {
	day, err := a.asOf(v)
	if err != nil {
		return err
	}
	lines, err := loyalty.ExplainAccount(v, account, day)
	if err != nil {
		return err
	}
	empty := map[int64]bool{}
	kept := lines[:0]
	for _, e := range lines {
		if e.Step == "lot" && *e.Left == 0 && !every {
			empty[e.Entry] = true
		}
		if !(e.Step == "lot" && empty[e.Entry] || e.Step == "use" && empty[e.Lot]) {
			kept = append(kept, e)
		}
	}
	if !a.forPeople() || a.askedForRows() {
		return emitSlice(a, sheet.PointsExplained, kept)
	}
	people, err := loyalty.People(v, account.Programme(), account.ID())
	if err != nil {
		return err
	}
	err = a.writeLines(kept, func(e *loyalty.Explained) (line string, under bool) {
		switch e.Step {
		case "balance":
			return fmt.Sprintf("%s on %s: %s", people[account.ID()].Name, e.On, e.Why), false
		case "lot":
			return fmt.Sprintf("%s  %d of %s left: %s%s (lot %d)", e.On, *e.Left, e.Points, e.Why, untilWords(e), e.Entry), false
		case "use":
			return fmt.Sprintf("%s  %s %s", e.On, signed(e.Points), e.Why), true
		}
		return fmt.Sprintf("%s owed: %s", strings.TrimPrefix(e.Points, "-"), e.Why), false
	})
	if len(empty) > 0 {
		a.hint("%s used up: perla points explain --person %s --all", counted(int64(len(empty)), "lot")+map[bool]string{true: " is", false: " are"}[len(empty) == 1], selectorOf(people[account.ID()]))
	}
	return err
}

// writeLines writes a line for each of some things, what belongs under another further in.
func (a *app) writeLines(lines []loyalty.Explained, say func(*loyalty.Explained) (line string, under bool)) error {
	return a.eachLine(func(line func(text string, under bool) error) error {
		for i := range lines {
			if err := line(say(&lines[i])); err != nil {
				return err
			}
		}
		return nil
	})
}

// signed is a figure with its sign.
func signed(points string) string {
	if strings.HasPrefix(points, "-") || points == "0" {
		return points
	}
	return "+" + points
}

// plainPoints is a number of points in words.
func plainPoints(points string) string {
	if points == "1" {
		return "1 point"
	}
	return points + " points"
}

// untilWords are until when a lot can be spent.
func untilWords(e *loyalty.Explained) string {
	if e.Until == 0 {
		return ""
	}
	return ", until " + e.Until.String()
}
