package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func paymentCommand(a *app) *cobra.Command {
	cmd := noun("payment", "Money that came in and went back",
		`perla payment list --since -30d
perla payment due --until +7d
perla payment balance`,
		paymentAdd(a), paymentList(a), paymentDue(a), paymentBalance(a), paymentRefund(a), paymentImport(a), paymentExport(a))
	cmd.Long = `Every payment stands in a ledger that nothing changes. A payment for an order
(perla order pay) pays that first; what is left of it, and any other payment,
pays what is due longest, and what is left then is the customer's credit, which
pays what she orders next. What is paid and due is worked out when asked, as of
any day. An order is due on its day unless perla order terms says otherwise.`
	return cmd
}

// paymentFlags are the flags of money that comes or goes.
type paymentFlags struct{ method, on, ref, refSource, notes string }

func (o *paymentFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.method, "method", "", "how: `WORD` such as cash, card, transfer, bizum")
	f.StringVar(&o.on, "on", "", "the `DATE` of the payment (default today)")
	f.StringVar(&o.ref, "ref", "", "its `KEY` in another system")
	f.StringVar(&o.refSource, "ref-source", contacts.RefSource, "that `SYSTEM`")
	f.StringVar(&o.notes, "notes", "", "anything else: `TEXT`")
	completeFlag(cmd, "method", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return sales.PaymentMethods, cobra.ShellCompDirectiveNoFileComp
	})
}

// payment is what the flags say of a payment.
func (o *paymentFlags) payment(tx *book.Tx) (n sales.NewPayment, err error) {
	n = sales.NewPayment{Method: strings.TrimSpace(o.method), Ref: strings.TrimSpace(o.ref), Notes: o.notes}
	if n.Ref != "" {
		if n.RefSource = o.refSource; sales.Reserved(o.refSource) || o.refSource == "" {
			return n, inFlag("--ref-source", fault.New(fault.Usage, fmt.Sprintf("%q is not a system of yours", o.refSource), "choose another name"))
		}
	}
	n.Day, err = dayIn("--on", o.on, tx.Today())
	return n, err
}

// pay books a payment, prints it and says what is worth to know then: what became of it, and the credit of the customer.
func (a *app) pay(cmd *cobra.Command, what string, record func(*book.Tx) (int64, error), say func()) error {
	var p sales.Payment
	var hers []sales.Receivable
	err := a.update(cmd.Context(), what, func(tx *book.Tx) error {
		id, err := record(tx)
		if err != nil {
			return err
		}
		if p, err = sales.PaymentOf(tx.View, id); err != nil {
			return err
		}
		hers, err = sales.Receivables(tx.View, tx.Today(), p.CustomerID, true)
		return err
	})
	if err != nil {
		return err
	}
	say()
	if credit := hers[0].Credit; credit > 0 {
		a.note("%s is credit of %s now", a.moneyText(credit), p.Customer)
	}
	if a.flags.dryRun {
		return emitOne(a, sheet.Payments, p)
	}
	return emitAdded(a, sheet.Payments, p, p.ID)
}

func paymentAdd(a *app) *cobra.Command {
	var o paymentFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add CUSTOMER AMOUNT",
		Short: "Book money that came in for no order in particular",
		Long: `Book money that came in from a customer for no order in particular: it pays what
is due of hers, the oldest first, and what is left is her credit. Where standard
output is no terminal it gets the id of the payment. For one order: perla order
pay.`,
		Example:           `perla payment add ana 50 --method transfer --on yesterday`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.customer(cmd, args[0])
			if err != nil {
				return err
			}
			var due []sales.Receivable
			return a.pay(cmd, "payment add "+strconv.FormatInt(c.ID, 10), func(tx *book.Tx) (int64, error) {
				n, err := o.payment(tx)
				if err != nil {
					return 0, err
				}
				n.Customer = c.ID
				if n.Amount, err = amountAbove0(tx, args[1]); err != nil {
					return 0, err
				}
				id, err := sales.Pay(tx, n)
				if err == nil {
					due, err = sales.Receivables(tx.View, tx.Today(), c.ID, true)
				}
				return id, err
			}, func() {
				if still := due[0].Due(); still > 0 {
					a.note("%s of %s is still due", a.moneyText(still), c.Name)
				}
			})
		},
	}, sheet.Payments))
	o.register(cmd)
	return cmd
}

// customer is the one a selector names.
func (a *app) customer(cmd *cobra.Command, selector string) (c contacts.Customer, err error) {
	err = a.view(cmd.Context(), func(v *book.View) error {
		c, err = contacts.Find(v, selector)
		return err
	})
	return c, err
}

func paymentRefund(a *app) *cobra.Command {
	var o paymentFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "refund CUSTOMER [AMOUNT]",
		Short: "Book money that went back: all of a customer's credit, or a part",
		Long: `Book money that went back to a customer: all she has to her credit, or AMOUNT of
it, and no more. Credit comes from paying too much, and from returning what was
paid: see perla payment balance.`,
		Example: `perla payment add ana 50
perla payment refund ana 20 --method card
perla payment refund ana`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.customer(cmd, args[0])
			if err != nil {
				return err
			}
			return a.pay(cmd, "payment refund "+strconv.FormatInt(c.ID, 10), func(tx *book.Tx) (int64, error) {
				n, err := o.payment(tx)
				if err != nil {
					return 0, err
				}
				if n.Customer = c.ID; len(args) > 1 {
					if n.Amount, err = amountAbove0(tx, args[1]); err != nil {
						return 0, err
					}
				}
				id, _, err := sales.Refund(tx, n)
				return id, err
			}, func() {})
		},
	}, sheet.Payments))
	o.register(cmd)
	return cmd
}

// paymentQuery are the flags that choose payments.
type paymentQuery struct {
	span          *span
	order, method string
	limit         int
}

func (o *paymentQuery) register(cmd *cobra.Command) {
	o.span = spanFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.order, "order", "", "only those that name `ORDER`")
	f.StringVar(&o.method, "method", "", "only those by `METHOD`")
	f.IntVar(&o.limit, "limit", 0, "the last `N` payments (0 is all)")
}

// query is what the flags and the argument choose, as of the day asked about.
func (o *paymentQuery) query(a *app, v *book.View, args []string) (q sales.PaymentQuery, err error) {
	q = sales.PaymentQuery{Method: o.method, Limit: o.limit}
	if q.AsOf, err = a.asOf(v); err != nil {
		return q, err
	}
	if q.Days, err = o.span.days(v.Today()); err != nil {
		return q, err
	}
	if len(args) > 0 {
		c, err := contacts.Find(v, args[0])
		if err != nil {
			return q, err
		}
		q.Customer = c.ID
	}
	if o.order != "" {
		order, err := sales.Find(v, o.order, q.AsOf)
		if err != nil {
			return q, err
		}
		q.Order = order.ID
	}
	return q, nil
}

func paymentList(a *app) *cobra.Command {
	var o paymentQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list [CUSTOMER]",
		Short: "List payments, by day",
		Long: `List what came in and, below 0, what went back, by day. What is still due, and
who has credit: perla payment balance.`,
		Example: `perla payment list --since -30d
perla payment list ana --method cash -o json`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.query(a, v, args)
				if err != nil {
					return err
				}
				return emit(a, sheet.Payments, sales.Payments(v, q))
			})
		},
	}, sheet.Payments)
	o.register(cmd)
	return cmd
}

func paymentBalance(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "balance [CUSTOMER]",
		Short: "Say what customers owe and have to their credit",
		Long: `Say what a customer owes, how much of it is overdue, and what she has to her
credit; without CUSTOMER, everybody who owes or has something. By age: perla
report receivables.`,
		Example: `perla payment balance
perla payment balance ana --as-of 2026-06-30`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				var c contacts.Customer
				if len(args) > 0 {
					if c, err = contacts.Find(v, args[0]); err != nil {
						return err
					}
				}
				list, err := sales.Receivables(v, day, c.ID, true)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Balances, list)
			})
		},
	}, sheet.Balances)
}
