package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func orderPay(a *app) *cobra.Command {
	var o paymentFlags
	var redeem int64
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "pay ORDER [AMOUNT]",
		Short: "Book money that came in for an order: all that is due, or a part",
		Long: `Book money that came in for an order: all that is due of it, or AMOUNT. It pays
that order first, the oldest instalment first; what is left pays what else is
due of the customer, the oldest first, and what is left then is her credit:
perla payment balance. With --redeem it is paid with points of hers, never
beyond what is due. Where standard output is no terminal it gets the id of the
payment.`,
		Example: `perla order add ana AB-100x3 --ref S-9
perla order pay S-9 20 --method cash
perla order pay S-9 --method transfer --on today`,
		RunE: func(cmd *cobra.Command, args []string) error {
			byPoints := cmd.Flags().Changed("redeem")
			switch {
			case byPoints && redeem < 1:
				return usage(cmd, "--redeem takes a number of points above 0")
			case byPoints && (len(args) > 1 || anyOf(cmd, "method", "ref", "notes")):
				return usage(cmd, "points alone, or money alone: book the other with a second command")
			}
			id, err := a.orderID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			var order sales.Order
			return a.pay(cmd, "order pay "+strconv.FormatInt(id, 10), func(tx *book.Tx) (made int64, err error) {
				n, err := o.payment(tx)
				if err != nil {
					return 0, err
				}
				if n.Order = id; len(args) > 1 {
					if n.Amount, err = amountAbove0(tx, args[1]); err != nil {
						return 0, err
					}
				}
				if byPoints {
					made, err = sales.Redeem(tx, sales.Redemption{Order: id, Points: redeem, Day: n.Day})
				} else {
					made, err = sales.Pay(tx, n)
				}
				if err != nil {
					return 0, err
				}
				order, err = sales.Find(tx.View, fmt.Sprintf("id:%d", id), tx.Today())
				return made, err
			}, func() {
				if order.Due() > 0 {
					a.note("%s of order %d is still due", a.moneyText(order.Due()), id)
				}
			})
		},
	}, sheet.Payments))
	o.register(cmd)
	cmd.Flags().Int64Var(&redeem, "redeem", 0, "pay with `POINTS` of hers")
	return cmd
}

// termsFlags say when an order is to be paid: by a day, or in parts.
type termsFlags struct {
	instalments       int
	every, first, due string
	given             bool // they say anything
}

// register gives a command the flags.
func (o *termsFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.IntVar(&o.instalments, "instalments", 0, "to be paid in `N` parts")
	f.StringVar(&o.every, "every", "1m", "how far the parts are from each other: `INTERVAL` such as 1m, 2w or 10d")
	f.StringVar(&o.first, "first", "", "the `DATE` of the first part; +15d counts from the day of the order")
	f.StringVar(&o.due, "due", "", "all of it is due on `DATE`; +30d counts from the day of the order")
	cmd.MarkFlagsMutuallyExclusive("due", "instalments")
}

// check refuses what does not go together, and notes whether anything is agreed.
func (o *termsFlags) check(cmd *cobra.Command) error {
	parts := cmd.Flags().Changed("instalments")
	if o.given = o.due != "" || parts; !parts && anyOf(cmd, "every", "first") {
		return usage(cmd, "--every and --first are for --instalments")
	}
	return nil
}

// plan is what they say for an order of a day.
func (o *termsFlags) plan(day dates.Date) (p sales.Plan, err error) {
	if o.due != "" {
		p.Count = 1
		p.From, err = dayFrom("--due", o.due, day)
		return p, err
	}
	p.Count = o.instalments
	if p.Months, p.Days, err = interval(o.every); err != nil {
		return p, inFlag("--every", err)
	}
	if p.From, p.Later = day, o.first == ""; !p.Later {
		p.From, err = dayFrom("--first", o.first, day)
	}
	return p, err
}

func orderTerms(a *app) *cobra.Command {
	var o termsFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "terms ORDER",
		Short: "Agree when an order is to be paid: by a day, or in instalments",
		Long: `Agree when an order is to be paid, in place of what was agreed before, and print
the dues. Without terms all of it is due on its day. Instalments are equal to
the cent, with the odd cents on the last one; the first is due on --first, else
one interval after the day of the order. What comes back later comes off the
last one.`,
		Example: `perla order add ana AB-100x3 --ref S-10
perla order terms S-10 --instalments 3 --every 1m
perla order terms S-10 --due +30d`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			if !o.given {
				return usage(cmd, "say when it is due: --due +30d, or --instalments 3 --every 1m")
			}
			id, err := a.orderID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			var dues []sales.Instalment
			err = a.update(cmd.Context(), fmt.Sprintf("order terms %d", id), func(tx *book.Tx) error {
				dues, err = sales.Agree(tx, id, o.plan)
				return err
			})
			if err != nil {
				return err
			}
			return emitSlice(a, sheet.Instalments, dues)
		},
	}, sheet.Instalments))
	o.register(cmd)
	return cmd
}

// dayFrom reads a day, relative ones counted from another than today.
func dayFrom(flag, text string, from dates.Date) (dates.Date, error) {
	d, err := dates.Parse(text, from)
	return d, inFlag(flag, err)
}

// interval reads a stretch of time such as 1m, 2w, 10d or 1y.
func interval(text string) (months, days int, err error) {
	word := strings.ToLower(strings.TrimSpace(text))
	if len(word) > 1 {
		n, bad := strconv.Atoi(word[:len(word)-1])
		if bad == nil && n > 0 && n < 1000 {
			switch word[len(word)-1] {
			case 'd':
				return 0, n, nil
			case 'w':
				return 0, 7 * n, nil
			case 'm':
				return n, 0, nil
			case 'y':
				return 12 * n, 0, nil
			}
		}
	}
	return 0, 0, fault.New(fault.Usage, fmt.Sprintf("%q is no interval", text), "write it like 1m, 2w or 10d")
}

// amountAbove0 reads an amount that is given as an argument.
func amountAbove0(tx *book.Tx, text string) (money.Amount, error) {
	amount, err := typedAmount(text, tx.Settings().Currency)
	if err == nil && amount <= 0 {
		err = fault.New(fault.Usage, fmt.Sprintf("the amount is %s, and is to be above 0", text), "money that goes back: perla payment refund")
	}
	return amount, err
}

// orderMoney is what the page of an order says of its money: when it is due, and what came in for it.
type orderMoney struct {
	dues   []sales.Instalment // where they say more than the order itself
	events []sales.Event
}

// orderMoneyOf reads it as of a day.
func orderMoneyOf(v *book.View, order sales.Order, day dates.Date) (m orderMoney, err error) {
	if m.dues, err = sales.InstalmentsOf(v, order.ID, day); err != nil {
		return m, err
	}
	if len(m.dues) == 1 && m.dues[0].On == order.Date {
		m.dues = nil
	}
	for i, err := range sales.Invoices(v, sales.InvoiceQuery{AsOf: day, Order: order.ID}) {
		if err != nil {
			return m, err
		}
		m.events = append(m.events, sales.Event{On: i.Date, What: strings.ReplaceAll(string(i.Kind), "_", " ") + " " + i.Number()})
	}
	settings := v.Settings()
	setting := sheet.Setting{Currency: settings.Currency, Locale: settings.Locale}
	for p, err := range sales.Payments(v, sales.PaymentQuery{AsOf: day, Order: order.ID}) {
		if err != nil {
			return m, err
		}
		what := sheet.Plain(sheet.Money(p.Amount), setting) + " " + setting.Currency.Code + " paid"
		if p.Method != "" {
			what += " by " + p.Method
		}
		m.events = append(m.events, sales.Event{On: p.Date, What: what})
	}
	return m, nil
}

// in puts what came in, and the invoices by their numbers, into the story of the order.
func (m *orderMoney) in(story []sales.Event) []sales.Event {
	if len(m.events) == 0 {
		return story
	}
	story = slices.DeleteFunc(story, func(e sales.Event) bool {
		return e.What == "invoiced" && slices.ContainsFunc(m.events, func(own sales.Event) bool {
			return strings.HasPrefix(own.What, "invoice ") || strings.HasPrefix(own.What, "credit note ")
		})
	})
	story = append(story, m.events...)
	slices.SortStableFunc(story, func(a, b sales.Event) int { return cmp.Compare(a.On, b.On) })
	return story
}

// section is how the dues stand on the page.
func (m *orderMoney) section(a *app) render.Section {
	s := render.Section{Title: "Due"}
	for _, d := range m.dues {
		text := a.moneyText(d.Amount)
		switch {
		case d.Paid == d.Amount:
			text += ", paid"
		case d.Paid > 0:
			text += ", " + a.moneyText(d.Open()) + " of it open"
		}
		s.Pairs = append(s.Pairs, render.Pair{Label: d.On.String(), Value: text})
	}
	return s
}
