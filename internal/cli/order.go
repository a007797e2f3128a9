package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func orderCommand(a *app) *cobra.Command {
	cmd := noun("order", "What was sold: from a quote to the return",
		`perla order list --since -30d
perla order show 1`,
		orderQuote(a), orderAdd(a), orderEdit(a), orderConfirm(a), orderShip(a), orderInvoice(a), orderTerms(a), orderPay(a), orderCancel(a), orderReturn(a), orderRepeat(a),
		orderList(a), orderShow(a), orderImport(a), orderExport(a))
	cmd.Long = `An order is named by its id, or by its ref. It is a quote until it is confirmed,
which reserves its pieces; they leave the stock when it is shipped. What may
happen to an order, and when:

` + moveTable()
	return cmd
}

// moveTable is the table of moves, for help.
func moveTable() string {
	var b strings.Builder
	for _, row := range sales.MoveTable() {
		fmt.Fprintf(&b, "  %-9s%s\n", row[0], row[1])
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// orderQuery are the flags that choose orders.
type orderQuery struct {
	span     *span
	customer string
	channel  string
	status   string
	sort     string
	limit    int
	where    whereFlag
}

func (o *orderQuery) register(cmd *cobra.Command) {
	f := cmd.Flags()
	o.span = spanFlags(cmd)
	f.StringVar(&o.customer, "customer", "", "only those of `CUSTOMER` (see: perla help selectors)")
	f.StringVar(&o.channel, "channel", "", "only those by `CHANNEL`")
	f.Var(enumOf(&o.status, sales.StatusNames[1:]...), "status", "only those with `STATUS`: "+strings.Join(sales.StatusNames[1:], ", "))
	f.Var(sortBy(&o.sort, sales.SortNames), "sort", "sort by `COLUMN`, with - before it downwards: "+strings.Join(sales.SortNames, ", "))
	f.IntVar(&o.limit, "limit", 0, "at most `N` orders (0 is all)")
	o.where.register(cmd)
}

// query is what the flags choose, as of the day asked about.
func (o *orderQuery) query(a *app, v *book.View) (q sales.Query, err error) {
	q = sales.Query{Channel: o.channel, Sort: o.sort, Limit: o.limit}
	if q.AsOf, err = a.asOf(v); err != nil {
		return q, err
	}
	if q.Days, err = o.span.days(v.Today()); err != nil {
		return q, err
	}
	if o.status != "" {
		if q.Status, err = sheet.ParseStatus(o.status); err != nil {
			return q, err
		}
	}
	if o.customer != "" {
		c, err := contacts.Find(v, o.customer)
		if err != nil {
			return q, err
		}
		q.Customer = c.ID
	}
	q.Where, err = o.where.filter(a, v)
	return q, err
}

func orderList(a *app) *cobra.Command {
	var o orderQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List orders",
		Example: `perla order list --since -30d
perla order list --sort -total --limit 10
perla order list --channel online -o json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.query(a, v)
				if err != nil {
					return err
				}
				return emit(a, sheet.Orders, sales.List(v, q))
			})
		},
	}, sheet.Orders)
	o.register(cmd)
	return cmd
}

func orderExport(a *app) *cobra.Command {
	var o orderQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "export",
		Short: "Write orders as a file that order import reads",
		Long: `Write orders as a file that order import reads: a row for each line, or for an
order without lines. Orders that came without a ref have one made of their
values and the ref_source content, so that importing the file again changes
nothing.`,
		Example: `perla order export --out orders-copy.csv
perla order export --period 2026 | head -3`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.query(a, v)
				if err != nil {
					return err
				}
				return emit(a, sheet.OrderRows, sales.Export(v, q))
			})
		},
	}, sheet.OrderRows)
	o.register(cmd)
	return cmd
}

func orderShow(a *app) *cobra.Command {
	var document documentFlags
	cmd := rowsOf(&cobra.Command{
		Use:   "show ORDER",
		Short: "Show one order and its lines",
		Long: `Show one order, by its id or its ref, and its lines. As rows (-o csv, json, ...)
it is one row for each line, with the order's own columns before the line's.

With --document it is a quote, an invoice or a receipt for the customer, in her
language where that is English, Spanish, Portuguese or French: with -o html, or
a FILE.html for --out, one page to print or send; else Markdown. Who sells is a
setting of the book: perla config set seller_name NAME.`,
		Example: `perla order show 1
perla order show 1 -o json
perla order show 1 --document receipt --out receipt.html`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := document.take(a); err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				order, err := sales.Find(v, args[0], day)
				if err != nil {
					return err
				}
				if document.kind != "" {
					return a.showDocument(v, order, &document, day)
				}
				page, err := orderPageOf(v, order, day)
				if err != nil {
					return err
				}
				return page.show(a)
			})
		},
	}, sheet.OrderLines)
	document.register(cmd)
	return cmd
}
