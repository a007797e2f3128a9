package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sheet"
)

func stockCommand(a *app) *cobra.Command {
	cmd := noun("stock", "What there is, came and went, by lot",
		`perla stock receive AB-100 24 --cost 9.10 --document DN-7
perla stock list`,
		stockList(a), stockReceive(a), stockImport(a), stockExpect(a), stockExpected(a), stockAdjust(a), stockCount(a), stockMoves(a), stockExpiring(a),
		stockExport(a))
	cmd.Long = `Every piece that came or went stands in a ledger that nothing changes; what
there is, and what it is worth at its weighted average cost, are its sums, on
any day. A product is tracked from its first piece on; until then it is never
short.`
	return cmd
}

// stockFlags are the flags of a command that moves pieces of one product.
type stockFlags struct{ document, lot, expires, on, cost, reason string }

func (o *stockFlags) register(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		switch name {
		case "document":
			cmd.Flags().StringVar(&o.document, name, "", "the `NUMBER` of the delivery note or order it belongs to")
		case "lot":
			cmd.Flags().StringVar(&o.lot, name, "", "the lot `NAME`")
		case "expires":
			cmd.Flags().StringVar(&o.expires, name, "", "the lot is good until `DATE`, of a month its last day")
		case "on":
			cmd.Flags().StringVar(&o.on, name, "", "the `DATE` it happened (default today)")
		case "cost":
			cmd.Flags().StringVar(&o.cost, name, "", "the `AMOUNT` a piece costs")
		case "reason":
			cmd.Flags().StringVar(&o.reason, name, "", "the `TEXT` of why")
		}
	}
}

// clean takes blanks and line ends out of the texts.
func (o *stockFlags) clean() error {
	for _, text := range []struct {
		flag string
		at   *string
	}{{"--document", &o.document}, {"--lot", &o.lot}, {"--reason", &o.reason}} {
		clean, err := catalog.Line(*text.at)
		if err != nil {
			return inFlag(text.flag, err)
		}
		*text.at = clean
	}
	return nil
}

// dayIn reads a day that a flag names; 0 for none.
func dayIn(flag, text string, today dates.Date) (day dates.Date, err error) {
	if text != "" {
		day, err = dates.Parse(text, today)
	}
	return day, inFlag(flag, err)
}

// pieces reads a number of pieces.
func pieces(text string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(text, "+"), 10, 64)
	if err != nil {
		return 0, fault.New(fault.Usage, fmt.Sprintf("%q is not a number of pieces", text), "")
	}
	return n, nil
}

// moveStock is how a command that moves pieces of one product goes: it finds the product, does what it does in one
// operation, and prints what there is of it then, with a warning where orders wait for more.
func (a *app) moveStock(ctx context.Context, verb, selector string, do func(*book.Tx, catalog.Product) error) error {
	ids, err := a.productIDs(ctx, []string{selector})
	if err != nil {
		return err
	}
	if len(ids) != 1 {
		return fault.New(fault.Usage, fmt.Sprintf("%s is about one product", verb), "")
	}
	var found []catalog.Stock
	var short []catalog.Shortage
	err = a.update(ctx, operationOnIDs(verb, ids), func(tx *book.Tx) error {
		p, err := catalog.Get(tx.View, 0, ids...)
		if err != nil {
			return err
		}
		if err := do(tx, p[0]); err != nil {
			return err
		}
		if found, err = catalog.StockOf(tx.View, 0, ids...); err != nil {
			return err
		}
		short, err = catalog.Shortages(tx.View, ids...)
		return err
	})
	if err != nil {
		return err
	}
	a.warnShort(short)
	return emitSlice(a, sheet.Stocks, found)
}

// ordersNamed is how many orders a warning names.
const ordersNamed = 10

// warnShort names the orders that wait for pieces which are not there.
func (a *app) warnShort(short []catalog.Shortage) {
	for _, s := range short {
		var orders []string
		for _, id := range s.Orders[:min(len(s.Orders), ordersNamed)] {
			orders = append(orders, strconv.FormatInt(id, 10))
		}
		if more := len(s.Orders) - ordersNamed; more > 0 {
			orders = append(orders, fmt.Sprintf("%d more", more))
		}
		a.warn("%s of %s missing for what orders have reserved: %s", counted(s.Pieces, "piece"), s.SKU, strings.Join(orders, ", "))
	}
}

func stockReceive(a *app) *cobra.Command {
	var o stockFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "receive PRODUCT PIECES",
		Short: "Book pieces that came in",
		Long: `Book pieces that came in, and print what there is then. Without --cost a piece
costs what was expected under the document, else the cost of the product.

With --document the same again is not booked twice; other pieces of the product
in the same lot under the same document are refused. What was expected under it
is waited for no longer. A whole delivery comes from a file: perla stock import.`,
		Example: `perla stock receive AB-100 24 --cost 9.10 --document DN-7
perla stock receive serum 12 --lot L1 --expires 2028-03-31 --on yesterday`,
		ValidArgsFunction: a.completeFrom(productNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := pieces(args[1])
			if err == nil && n < 1 {
				err = fault.New(fault.Usage, fmt.Sprintf("%d pieces did not come in", n), "what is gone: perla stock adjust")
			}
			if err == nil {
				err = o.clean()
			}
			if err != nil {
				return err
			}
			var r *catalog.Receiver
			var over []catalog.Overrun
			late := false
			err = a.moveStock(cmd.Context(), "stock receive", args[0], func(tx *book.Tx, p catalog.Product) error {
				d, err := o.delivery(tx, p, n)
				if err != nil {
					return err
				}
				late = !d.Expires.IsZero() && d.Expires < tx.Today()
				r = catalog.NewReceiver(tx)
				if err := receiveOne(r, d); err != nil {
					return err
				}
				over, err = r.Overruns()
				return err
			})
			if err != nil {
				return err
			}
			if r.Same > 0 {
				a.note("it was received before under %s: nothing has changed", o.document)
			}
			if late {
				a.warn("the lot is past its day already")
			}
			a.warnReceived(r, over)
			return nil
		},
	}, sheet.Stocks))
	o.register(cmd, "document", "cost", "lot", "expires", "on")
	return cmd
}

// delivery is what the flags say of pieces of a product that came in.
func (o *stockFlags) delivery(tx *book.Tx, p catalog.Product, pieces int64) (d catalog.Delivery, err error) {
	d = catalog.Delivery{SKU: p.SKU, Quantity: pieces, Document: o.document, Lot: o.lot}
	if d.On, err = dayIn("--on", o.on, tx.Today()); err != nil {
		return d, err
	}
	if d.Expires, err = lastDayFlag(tx.View, "--expires", o.expires); err != nil || o.cost == "" {
		return d, err
	}
	currency := tx.Settings().Currency
	each, err := typedAmount(o.cost, currency)
	d.Cost, d.HasCost = money.Decimal{Digits: int64(each), Scale: currency.Decimals}, true
	return d, inFlag("--cost", err)
}

// receiveOne books one delivery; why it is refused is an error.
func receiveOne(r *catalog.Receiver, d catalog.Delivery) (err error) {
	var refused *fault.Error
	err = r.Receive([]catalog.Delivery{d}, func(p catalog.Problem) {
		refused = fault.New(fault.Conflict, p.Reason, p.Hint)
		switch {
		case p.Field == "date":
			refused = fault.New(fault.Usage, "--on: "+p.Reason, p.Hint)
		case p.Field == "unit_cost" && p.Hint == "":
			refused = fault.New(fault.Usage, "--cost: "+p.Reason, "")
		}
	})
	if err == nil && refused != nil {
		return refused
	}
	return err
}

// warnReceived says what is worth a second look: pieces of unknown cost, and documents under which more came than was
// expected.
func (a *app) warnReceived(r *catalog.Receiver, over []catalog.Overrun) {
	if r.Costless > 0 {
		a.warn("%s without a cost: what there is of the product is worth an unknown sum until all of it has gone", counted(r.Costless, "delivery"))
	}
	for _, o := range over {
		a.warn("%s: %s of %s received, %d expected", o.Document, counted(o.Received, "piece"), o.SKU, o.Expected)
	}
}

func stockAdjust(a *app) *cobra.Command {
	var o stockFlags
	var minus digits
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "adjust PRODUCT PIECES",
		Short: "Book pieces that broke, were given away or were found",
		Long: `Book pieces that are gone (-2) or turned up (+2) otherwise than by a delivery or
a sale, with the reason, and print what there is then. What is gone comes out of
the lot that expires first, or of --lot. More than there is cannot be gone; what
orders have reserved can, with a warning that names them.`,
		Example: `perla stock receive AB-100 24
perla stock adjust AB-100 -2 --reason broken
perla stock adjust AB-100 +1 --reason "found behind the shelf" --on yesterday`,
		ValidArgsFunction: a.completeFrom(productNames),
		Args: func(cmd *cobra.Command, args []string) error {
			if minus != "" && !slices.Contains(a.args, minus.number()) {
				return usage(cmd, "several numbers are given; needed is one")
			}
			return argumentsOf(cmd.Use)(cmd, minus.join(args))
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := pieces(minus.join(args)[1])
			switch {
			case err != nil:
				return err
			case n == 0:
				return usage(cmd, "0 pieces change nothing")
			}
			if err := o.clean(); err != nil {
				return err
			}
			if o.reason == "" {
				return usage(cmd, "--reason is needed: what became of them")
			}
			return a.moveStock(cmd.Context(), "stock adjust", args[0], func(tx *book.Tx, p catalog.Product) error {
				day, err := dayIn("--on", o.on, tx.Today())
				if err != nil {
					return err
				}
				return catalog.Adjust(tx, catalog.Adjustment{Product: p.ID, Pieces: n, Lot: o.lot, Reason: o.reason, On: day})
			})
		},
	}, sheet.Stocks))
	o.register(cmd, "reason", "lot", "on")
	minus.register(cmd)
	return cmd
}

// digits gathers the digits of an argument like -25, which a shell gives as it is and a parser of flags takes for
// flags: each digit is one, and all of them are the number.
type digits string

func (d *digits) register(cmd *cobra.Command) {
	for n := range 10 {
		name := strconv.Itoa(n)
		f := cmd.Flags().VarPF(&digit{d, name}, "digit-"+name, name, "the digit "+name+" of a number below zero")
		f.NoOptDefVal, f.Hidden = name, true
	}
}

// number is the argument that the digits were.
func (d *digits) number() string { return "-" + string(*d) }

// join puts the number, if there is one, behind the arguments.
func (d *digits) join(args []string) []string {
	if *d == "" {
		return args
	}
	return append(slices.Clip(args), d.number())
}

// digit is the flag of one digit.
type digit struct {
	all  *digits
	name string
}

// Set adds the digit.
func (d *digit) Set(string) error {
	*d.all += digits(d.name)
	return nil
}

// String is empty: nothing has a default.
func (d *digit) String() string { return "" }

// Type names the kind of value.
func (d *digit) Type() string { return "digit" }
