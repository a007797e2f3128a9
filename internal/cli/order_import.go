package cli

import (
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func orderImport(a *app) *cobra.Command {
	var o importFlags
	var known, live bool
	var rates []string
	var as string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Read orders from a CSV file, or from standard input (-)",
		Long: `Read orders from a CSV file: one row is one line of an order, or an order that
has only a total; rows with the same ref are one order. Customers and products
the book does not know are made on the way. The file may be read again: an order
is known by its ref within --source, one without a ref by what it says, so that
a second time changes nothing.

Columns, by these names or by theirs in Spanish, Portuguese and French, or by
--map:
` + indent(wrap(columnNames(sheet.OrderRows), helpWidth-2)) + `

A total that is not what the lines come to is refused. Negative totals or
quantities are returns. An order without a status is history: shipped, invoiced
and paid on its day. With --live it is booked like perla order add: it reserves
its pieces, is refused where there are too few, and has the price and tax of the
product where the file gives none.

Exports of orders from Shopify and WooCommerce are recognised. What was paid
back is an order of its own, REF refund; who has neither e-mail, phone nor name
is the customer Guest.`,
		Example: `perla order import orders.csv
perla order import export.csv --map customer=client_id,total=revenue --dry-run
cat orders.csv | perla order import - --skip-bad --rejects bad.csv
perla order import online.csv --live --dry-run`,
		RunE: func(cmd *cobra.Command, args []string) error {
			options, err := orderOptions(&o, known, rates)
			if err != nil {
				return err
			}
			if options.Live = live; live && options.Mode == sales.UpdateOnly {
				return usage(cmd, "--live books new orders, and --mode update none")
			}
			return importOrders(a, cmd, &o, as, args[0], options)
		},
	}, sheet.Imports))
	o.register(cmd)
	cmd.Flags().BoolVar(&known, "known-customers", false, "refuse customers the book does not know")
	cmd.Flags().BoolVar(&live, "live", false, "book them like perla order add, not as history")
	cmd.Flags().Var(enumOf(&as, append(sheet.OrderVendorNames(), generic)...), "as",
		"read the file as the export of `PROGRAM`: "+strings.Join(sheet.OrderVendorNames(), ", ")+"; "+generic+" is nobody's")
	cmd.Flags().StringArrayVar(&rates, "rate", nil, "what another currency is worth in the book's: `USD=0.92`")
	return cmd
}

// orderOptions reads the flags into what sales takes.
func orderOptions(o *importFlags, known bool, rates []string) (sales.Options, error) {
	options := sales.Options{Source: o.source, Known: known, Rates: map[string]money.Decimal{},
		Mode: map[string]sales.Mode{"upsert": sales.Upsert, "create": sales.CreateOnly, "update": sales.UpdateOnly}[o.mode]}
	if sales.Reserved(o.source) {
		return options, inFlag("--source", fault.New(fault.Usage, o.source+" is what perla calls orders without a ref", "choose another name"))
	}
	never, err := neverColumns(o, sheet.OrderRows)
	if err != nil {
		return options, err
	}
	for _, name := range never {
		options.Never |= sales.FieldNamed(name)
	}
	for _, pair := range rates {
		code, rate, _ := strings.Cut(pair, "=")
		currency, err := money.Lookup(code)
		if err != nil {
			return options, inFlag("--rate", err)
		}
		if options.Rates[currency.Code], err = money.ParseDecimal(rate, '.'); err != nil || options.Rates[currency.Code].Digits <= 0 {
			return options, inFlag("--rate", fault.New(fault.Usage, "a rate is written USD=0.92: what 1 of it is worth in the book's currency", ""))
		}
	}
	return options, nil
}

// orderImporter is how orders are imported.
func orderImporter(options sales.Options) importer[sales.Row] {
	return importer[sales.Row]{
		what: "order import", columns: sheet.OrderRows, key: "ref", keyOf: func(r *sales.Row) string { return r.Ref },
		stamp: func(r *sales.Row, line int, _ uint64, bad bool) { r.Line, r.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]sales.Row], size importSize, report func(rejection)) (sheet.Imported, error) {
			options.Rows, options.Sorted = size.rows, size.sorted
			tally, err := sales.PlaceAll(tx, batches, options, func(p sales.Problem) {
				report(rejection{line: p.Line, field: p.Field, reason: p.Reason, along: p.Along})
			})
			return sheet.Imported(tally), err
		},
	}
}

// columnNames are the names of columns, for help.
func columnNames[T any](columns []sheet.Column[T]) []string {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return names
}
