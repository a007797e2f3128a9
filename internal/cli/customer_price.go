package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// clientPriceFlags are what a customer is to pay, as it was typed.
type clientPriceFlags struct {
	percent, from, until string
	remove               bool
}

func customerPrice(a *app) *cobra.Command {
	var o clientPriceFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "price CUSTOMER [PRODUCT] [PRICE]",
		Short: "What one customer pays: her own price, or a percentage off",
		Long: `Say what one customer pays: a price of her own for a product, or a percentage
off a product, or off all of them. New orders of hers begin with it; what an
item says (AB-100@12.50-10%) comes before it. The last that began holds. What
she pays is printed; without PRODUCT and --percent nothing is changed.`,
		Example: `perla customer price ana AB-100 19.90
perla customer price ana AB-100 --percent 15 --until 2026-12-31
perla customer price ana --percent 5
perla customer price ana
perla customer price ana AB-100 --remove`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd, args); err != nil {
				return err
			}
			var customer contacts.Customer
			if err := a.view(cmd.Context(), func(v *book.View) (err error) {
				customer, err = contacts.Find(v, args[0])
				return err
			}); err != nil {
				return err
			}
			var list []sales.ClientPrice
			read := func(v *book.View) (err error) {
				list, err = sales.ClientPrices(v, customer.ID)
				return err
			}
			var err error
			if len(args) == 1 && o.percent == "" && !o.remove {
				err = a.view(cmd.Context(), read)
			} else {
				err = a.update(cmd.Context(), operationOn("customer price", []contacts.Customer{customer}), func(tx *book.Tx) error {
					if err := o.set(tx, customer.ID, args[1:]); err != nil {
						return err
					}
					return read(tx.View)
				})
			}
			if err != nil {
				return err
			}
			return emitSlice(a, sheet.ClientPrices, list)
		},
	}, sheet.ClientPrices))
	f := cmd.Flags()
	f.StringVar(&o.percent, "percent", "", "`PERCENT` off the product, or off all: 10")
	f.StringVar(&o.from, "from", "", "from `DATE` on")
	f.StringVar(&o.until, "until", "", "until `DATE`, that day too")
	f.BoolVar(&o.remove, "remove", false, "take away what she pays for the product, or for all")
	cmd.MarkFlagsMutuallyExclusive("percent", "remove")
	return cmd
}

// check refuses what does not go together.
func (o *clientPriceFlags) check(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 3 && (o.percent != "" || o.remove):
		return usage(cmd, "a price goes neither with --percent nor with --remove")
	case len(args) == 2 && o.percent == "" && !o.remove:
		return usage(cmd, "needed is a price, --percent or --remove")
	case len(args) == 1 && o.percent == "" && (o.from != "" || o.until != ""):
		return usage(cmd, "--from and --until are for a price or a percentage")
	}
	return nil
}

// set writes what the flags and arguments say.
func (o *clientPriceFlags) set(tx *book.Tx, customer int64, args []string) (err error) {
	p := sales.ClientPrice{Customer: customer}
	if len(args) > 0 {
		found, err := catalog.FindProduct(tx.View, args[0])
		if err != nil {
			return err
		}
		p.Product = found.ID
	}
	if o.remove {
		return sales.RemoveClientPrices(tx, customer, p.Product)
	}
	if o.percent != "" {
		if p.Percent, err = typedPercent(o.percent); err != nil {
			return inFlag("--percent", err)
		}
	} else if p.Price, err = typedAmount(args[1], tx.Settings().Currency); err != nil {
		return fmt.Errorf("price: %w", err)
	} else if p.Price < 0 {
		return noNumber(fmt.Sprintf("%q is below 0", args[1]))
	}
	if p.From, err = dayIn("--from", o.from, tx.Today()); err != nil {
		return err
	}
	if p.Until, err = lastDayFlag(tx.View, "--until", o.until); err != nil {
		return err
	}
	return sales.SetClientPrice(tx, p)
}
