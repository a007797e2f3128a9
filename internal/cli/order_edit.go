package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func orderRepeat(a *app) *cobra.Command {
	var o orderFlags
	var last string
	var quote bool
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "repeat [ORDER]",
		Short: "Order the same again, at today's prices",
		Long: `Order the same again, for the same customer, at today's prices: what ORDER was
for, or with --last what a customer ordered last. --item adds to it.`,
		Example: `perla order add ana AB-100x2 --ref S-1
perla order repeat ref:S-1
perla order repeat --last ana --quote
perla order repeat ref:S-1 --item CR-30x2-10%`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if (last == "") == (len(args) == 0) {
				return usage(cmd, "name either an order, or a customer with --last")
			}
			if o.validUntil != "" && !quote {
				return usage(cmd, "--valid-until is for a quote: say --quote")
			}
			err := a.view(cmd.Context(), func(v *book.View) error { return o.like(v, args, last) })
			if err != nil {
				return err
			}
			return o.place(cmd.Context(), a, "order repeat", quote)
		},
	}, sheet.OrderLines))
	f := cmd.Flags()
	f.StringVar(&last, "last", "", "what `CUSTOMER` ordered last")
	f.BoolVar(&quote, "quote", false, "make a quote, not an order")
	completeFlag(cmd, "last", a.completeFrom(customerNames))
	o.register(a, cmd)
	o.registerBackorder(cmd)
	o.registerQuote(cmd)
	return cmd
}

// like takes customer and items from an earlier order.
func (o *orderFlags) like(v *book.View, args []string, last string) error {
	selector := ""
	if last != "" {
		c, err := contacts.Find(v, last)
		if err != nil {
			return err
		}
		id, err := sales.LastOrder(v, c.ID)
		if err != nil {
			return err
		}
		selector = fmt.Sprintf("id:%d", id)
	} else {
		selector = args[0]
	}
	order, err := sales.Find(v, selector, v.Today())
	if err != nil {
		return err
	}
	items, err := sales.ItemsOf(v, order.ID)
	if err != nil {
		return err
	}
	o.customer = fmt.Sprintf("id:%d", order.CustomerID)
	var again []string
	for _, i := range items {
		again = append(again, fmt.Sprintf("%sx%d", i.SKU, i.Quantity))
	}
	o.items = append(again, o.items...)
	if o.channel == "" {
		o.channel = order.Channel
	}
	return nil
}

func orderEdit(a *app) *cobra.Command {
	var o orderFlags
	var remove []string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit ORDER",
		Short: "Change a quote",
		Long: `Change a quote: --item takes the place of the line of its product, or is added;
the other lines keep their prices. An empty value clears a field.

` + itemHelp,
		Example: `perla order quote ana AB-100x2 --ref Q-7
perla order edit Q-7 --item AB-100x3 --valid-until +1m
perla order edit Q-7 --item CR-30@0 --remove-item AB-100`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !anyChanged(cmd) {
				return usage(cmd, "nothing to change: name an item or a field, such as --item AB-100x3")
			}
			id, err := a.orderID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			var page orderPage
			err = a.update(cmd.Context(), fmt.Sprintf("order edit %d", id), func(tx *book.Tx) error {
				e, err := o.edits(tx, cmd, id, remove)
				if err != nil {
					return err
				}
				if err := sales.Edit(tx, id, e); err != nil {
					return err
				}
				page, err = orderPageByID(tx.View, id)
				return err
			})
			if err != nil {
				return err
			}
			return page.show(a)
		},
	}, sheet.OrderLines))
	o.register(a, cmd)
	o.registerQuote(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&remove, "remove-item", nil, "take the line of the product `SKU` away")
	for _, name := range []string{"on", "campaign", "ref", "ref-source"} { // what a quote keeps
		f.Lookup(name).Hidden = true
	}
	return cmd
}

// edits are the changes that flags ask for.
func (o *orderFlags) edits(tx *book.Tx, cmd *cobra.Command, id int64, remove []string) (e sales.EditOrder, err error) {
	given := cmd.Flags().Changed
	for _, name := range []string{"on", "campaign", "ref", "ref-source"} {
		if given(name) {
			return e, usage(cmd, "a quote keeps its --"+name)
		}
	}
	e.Remove = remove
	if e.Items, err = sales.ParseItems(tx.View, o.items); err != nil {
		return e, err
	}
	for name, to := range map[string]**string{"channel": &e.Channel, "notes": &e.Notes, "code": &e.Code} {
		if given(name) {
			*to = map[string]*string{"channel": &o.channel, "notes": &o.notes, "code": &o.code}[name]
		}
	}
	if given("valid-until") {
		day, err := lastDayFlag(tx.View, "--valid-until", o.validUntil)
		if err != nil {
			return e, err
		}
		e.ValidUntil = &day
	}
	if given("consultant") {
		consultant, err := network.Consultants(tx).ID(o.consultant)
		if err != nil {
			return e, err
		}
		e.Consultant = &consultant
	}
	if given("shipping") {
		amount, err := typedAmount(orNothing(o.shipping), tx.Settings().Currency)
		if err != nil {
			return e, inFlag("--shipping", err)
		}
		e.Shipping = &amount
	}
	quote, err := sales.Find(tx.View, fmt.Sprintf("id:%d", id), tx.Today())
	if err != nil {
		return e, err
	}
	code, err := sales.CodeOf(tx.View, id)
	if err != nil {
		return e, err
	}
	if e.Code != nil {
		code = *e.Code
	}
	e.Segments, err = segmentsFor(tx.View, code, quote.CustomerID, quote.Date)
	return e, err
}

func orNothing(amount string) string {
	if amount == "" {
		return "0"
	}
	return amount
}
