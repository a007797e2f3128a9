package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func orderCommand(a *app) *cobra.Command {
	return noun("order", "What was sold: orders and their lines",
		`perla order import orders.csv
perla order list --since -30d`,
		orderList(a), orderShow(a), orderImport(a), orderExport(a))
}

// orderQuery are the flags that choose orders.
type orderQuery struct {
	span     *span
	customer string
	channel  string
	status   string
	sort     string
	limit    int
}

func (o *orderQuery) register(cmd *cobra.Command) {
	f := cmd.Flags()
	o.span = spanFlags(cmd)
	f.StringVar(&o.customer, "customer", "", "only those of `CUSTOMER` (see: perla help selectors)")
	f.StringVar(&o.channel, "channel", "", "only those by `CHANNEL`")
	f.Var(enumOf(&o.status, sales.StatusNames[1:]...), "status", "only those with `STATUS`")
	f.Var(sortBy(&o.sort, sales.SortNames), "sort", "sort by `COLUMN`, with - before it downwards: "+strings.Join(sales.SortNames, ", "))
	f.IntVar(&o.limit, "limit", 0, "at most `N` orders (0 is all)")
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
	return q, nil
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
	return rowsOf(&cobra.Command{
		Use:   "show ORDER",
		Short: "Show one order and its lines",
		Long: `Show one order, by its id or its ref, and its lines. As rows (-o csv, json, ...)
it is one row for each line, with the order's own columns before the line's.`,
		Example: `perla order show 1
perla order show 1 -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				order, err := sales.Find(v, args[0], day)
				if err != nil {
					return err
				}
				lines, err := orderLines(v, order)
				if err != nil {
					return err
				}
				if a.forPeople() && !a.columnsGiven {
					return a.write(func(w io.Writer) error { return drawOrder(a, w, order, lines) })
				}
				return emitSlice(a, sheet.OrderLines, lines)
			})
		},
	}, sheet.OrderLines)
}

// orderLines are the rows of one order: its lines, or itself when it has none.
func orderLines(v *book.View, order sales.Order) ([]sheet.OrderLine, error) {
	lines, err := sales.Lines(v, order.ID)
	if len(lines) == 0 {
		lines = []sales.Line{{}}
	}
	rows := make([]sheet.OrderLine, len(lines))
	for i, l := range lines {
		rows[i] = sheet.OrderLine{Order: order, Line: l}
	}
	return rows, err
}

// drawOrder draws an order for a person: a card, and a table of its lines.
func drawOrder(a *app, w io.Writer, order sales.Order, lines []sheet.OrderLine) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	heads, cells, _, err := sheet.Grid(sheet.Orders, oneRow(order), a.setting())
	if err != nil {
		return err
	}
	var pairs []render.Pair
	for i, head := range heads {
		switch head {
		case "id", "currency", "customer_id", "ref_source":
		case "total", "paid", "due":
			pairs = append(pairs, render.Pair{Label: head, Value: cells[0][i] + " " + order.Currency})
		default:
			pairs = append(pairs, render.Pair{Label: head, Value: cells[0][i]})
		}
	}
	title := fmt.Sprintf("Order %d", order.ID)
	if err := render.Card(w, style, title, []render.Section{{Pairs: pairs}}); err != nil || lines[0].SKU == "" {
		return err
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return err
	}
	heads, cells, right, err := sheet.Grid(sheet.Narrow(sheet.Lines), rowsIn(lines), a.setting())
	if err != nil {
		return err
	}
	note, err := render.Table(w, style, heads, cells, right)
	if note != "" && err == nil {
		a.note("%s", note)
	}
	return err
}
