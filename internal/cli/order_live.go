package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// orderFlags are the flags of a new order.
type orderFlags struct {
	customer   string
	items      []string
	on         string
	validUntil string
	channel    string
	consultant string
	campaign   string
	notes      string
	ref        string
	refSource  string
	code       string
	shipping   string
	backorder  bool
	redeem     int64
	voucher    string
	terms      termsFlags
}

// itemHelp says how items are written.
const itemHelp = `An item is SKU, SKUx2 for two, SKU@12.50 at a price of its own, SKU-10% with a
percentage off, or all of it: AB-100x2@12.50-10%. Without a price it costs what
the customer pays (see perla customer price), else the product's price that day.`

// register gives a command the flags.
func (o *orderFlags) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&o.items, "item", nil, "`ITEM` ordered: AB-100x2@12.50-10%; once for each")
	f.StringVar(&o.on, "on", "", "its `DATE` (default today)")
	f.StringVar(&o.channel, "channel", "", "`CHANNEL` it came by: online, direct, phone, ...")
	f.StringVar(&o.shipping, "shipping", "", "what the buyer pays for shipping: `AMOUNT`")
	f.StringVar(&o.code, "code", "", "`CODE` of a promotion")
	f.StringVar(&o.consultant, "consultant", "", "consultant by `REF`, made if unknown (default the customer's)")
	f.StringVar(&o.campaign, "campaign", "", "campaign by `REF`, made if unknown")
	f.StringVar(&o.notes, "notes", "", "anything else: `TEXT`")
	f.StringVar(&o.ref, "ref", "", "its `KEY` in another system")
	f.StringVar(&o.refSource, "ref-source", contacts.RefSource, "that `SYSTEM`")
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
	completeFlag(cmd, "item", a.completeFrom(productNames))
}

func (o *orderFlags) registerBackorder(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.backorder, "backorder", false, "let pieces that are not available wait for goods")
}

func (o *orderFlags) registerPoints(cmd *cobra.Command) {
	cmd.Flags().Int64Var(&o.redeem, "redeem", 0, "pay with `POINTS` of hers")
	cmd.Flags().StringVar(&o.voucher, "voucher", "", "`CODE` of a voucher, which this order uses up")
}

func (o *orderFlags) registerQuote(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.validUntil, "valid-until", "", "the last `DATE` on which the quote can be confirmed")
}

func (o *orderFlags) registerCustomer(a *app, cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.customer, "customer", "", "whose it is: `CUSTOMER` (see: perla help selectors)")
	completeFlag(cmd, "customer", a.completeFrom(customerNames))
	cmd.ValidArgsFunction = a.completeFrom(customerNames)
}

// take reads arguments: the customer, unless --customer names her, and items.
func (o *orderFlags) take(cmd *cobra.Command, args []string) error {
	if o.customer == "" {
		if len(args) == 0 {
			return usage(cmd, cmd.CommandPath()+" needs a customer, such as --customer ana")
		}
		o.customer, args = args[0], args[1:]
	}
	o.items = append(o.items, args...)
	if len(o.items) == 0 {
		return usage(cmd, cmd.CommandPath()+" needs an item, such as --item AB-100x2")
	}
	return nil
}

// order is the new order that the flags ask for.
func (o *orderFlags) order(tx *book.Tx, quote bool) (n sales.NewOrder, err error) {
	c, err := contacts.FindWritable(tx.View, o.customer)
	if err != nil {
		return n, err
	}
	n = sales.NewOrder{Customer: c.ID, Quote: quote, Channel: o.channel, Campaign: o.campaign, Notes: o.notes, Ref: o.ref, Code: o.code, Backorder: o.backorder,
		Redeem: o.redeem, Voucher: o.voucher}
	if o.ref != "" {
		if n.RefSource = o.refSource; sales.Reserved(o.refSource) || o.refSource == "" {
			return n, inFlag("--ref-source", fault.New(fault.Usage, fmt.Sprintf("%q is not a system of yours", o.refSource), "choose another name"))
		}
	}
	if n.Items, err = sales.ParseItems(tx.View, o.items); err != nil {
		return n, err
	}
	if n.Day, err = dayIn("--on", o.on, tx.Today()); err != nil {
		return n, err
	}
	if n.ValidUntil, err = lastDayFlag(tx.View, "--valid-until", o.validUntil); err != nil {
		return n, err
	}
	if o.shipping != "" {
		if n.Shipping, err = typedAmount(o.shipping, tx.Settings().Currency); err != nil {
			return n, inFlag("--shipping", err)
		}
	}
	if n.Consultant, err = network.Consultants(tx).ID(o.consultant); err != nil {
		return n, err
	}
	n.Segments, err = segmentsFor(tx.View, o.code, c.ID, n.Day)
	return n, err
}

// lastDayFlag reads the last day of what a flag says.
func lastDayFlag(v *book.View, flag, text string) (dates.Date, error) {
	if text == "" {
		return 0, nil
	}
	d, err := dates.ParseEnd(text, v.Today())
	return d, inFlag(flag, err)
}

// place makes the order that the flags ask for and prints it.
func (o *orderFlags) place(ctx context.Context, a *app, what string, quote bool) error {
	var page orderPage
	err := a.update(ctx, what, func(tx *book.Tx) error {
		n, err := o.order(tx, quote)
		if err != nil {
			return err
		}
		id, err := sales.Place(tx, n)
		if err != nil {
			return err
		}
		if o.terms.given {
			if _, err := sales.Agree(tx, id, o.terms.plan); err != nil {
				return err
			}
		}
		page, err = orderPageByID(tx.View, id)
		return err
	})
	if err != nil {
		return err
	}
	page.sayWaiting(a)
	return page.showAdded(a)
}

// sayWaiting names what waits for goods.
func (p *orderPage) sayWaiting(a *app) {
	for _, l := range p.lines {
		if l.Backordered > 0 {
			a.note("%s of %s %s for goods", counted(l.Backordered, "piece"), l.SKU, waits(l.Backordered))
		}
	}
}

func waits(n int64) string {
	if n == 1 {
		return "waits"
	}
	return "wait"
}

func orderAdd(a *app) *cobra.Command {
	var o orderFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add [CUSTOMER] [ITEM...]",
		Short: "Sell: an order that is confirmed at once",
		Long: `Sell: an order that is confirmed at once, which reserves its pieces. More than
is available is refused, unless with --backorder the rest waits for goods. It is
due on its day, unless --due or --instalments say otherwise: perla order terms.

` + itemHelp + `

With --redeem points pay, at what the programme says a point is worth, and what
is left stays due. A voucher comes off what the lines cost, after a promotion
and before tax, or is a line at no price: see perla help points.

Where standard output is no terminal it gets the new id alone.`,
		Example: `perla order add ana AB-100x2
perla order add --customer ana --item AB-100x2@19.90-10% --shipping 4.90
perla order add ana AB-100x3 --instalments 3 --every 1m
perla order add ana AB-100 --on today --dry-run -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.take(cmd, args); err != nil {
				return err
			}
			if err := o.terms.check(cmd); err != nil {
				return err
			}
			if cmd.Flags().Changed("redeem") && o.redeem < 1 {
				return usage(cmd, "--redeem takes a number of points above 0")
			}
			return o.place(cmd.Context(), a, "order add", false)
		},
	}, sheet.OrderLines))
	o.registerCustomer(a, cmd)
	o.register(a, cmd)
	o.terms.register(cmd)
	o.registerBackorder(cmd)
	o.registerPoints(cmd)
	return cmd
}

func orderQuote(a *app) *cobra.Command {
	var o orderFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "quote [CUSTOMER] [ITEM...]",
		Short: "Offer: an order that waits to be confirmed",
		Long: `Offer: an order that waits to be confirmed. It keeps its prices, and reserves
nothing.

` + itemHelp,
		Example: `perla order quote ana AB-100x2 --valid-until +2w
perla order quote --customer ana --item AB-100x5-10% --notes 'for the wedding'
perla order quote ana AB-100x3 --due +30d`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.take(cmd, args); err != nil {
				return err
			}
			if err := o.terms.check(cmd); err != nil {
				return err
			}
			return o.place(cmd.Context(), a, "order quote", true)
		},
	}, sheet.OrderLines))
	o.registerCustomer(a, cmd)
	o.register(a, cmd)
	o.registerQuote(cmd)
	o.terms.register(cmd)
	return cmd
}

// orderID is the id of the order that a selector names.
func (a *app) orderID(ctx context.Context, selector string) (id int64, err error) {
	ids, err := a.orderIDs(ctx, []string{selector})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// orderIDs are the ids of the orders that selectors name, each once; - stands for those on standard input, a line each.
func (a *app) orderIDs(ctx context.Context, args []string) (ids []int64, err error) {
	list, err := a.selectors(args)
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	err = a.view(ctx, func(v *book.View) error {
		for _, p := range list {
			order, err := sales.Find(v, p.selector, v.Today())
			if err != nil {
				return p.locate(err)
			}
			if !seen[order.ID] {
				seen[order.ID], ids = true, append(ids, order.ID)
			}
		}
		if len(ids) == 0 {
			return fault.New(fault.Usage, "no order was named", "pipe ids: perla order list -o ids")
		}
		return nil
	})
	return ids, err
}
