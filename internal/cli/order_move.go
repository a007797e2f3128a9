package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func orderConfirm(a *app) *cobra.Command {
	var backorder bool
	cmd := orderMoving(a, &cobra.Command{
		Use:   "confirm ORDER...",
		Short: "Make orders of quotes: their pieces are reserved",
		Example: `perla order quote ana AB-100 --ref Q-8
perla order confirm Q-8`,
	}, func(tx *book.Tx, id int64, day dates.Date) error { return sales.Confirm(tx, id, day, backorder) })
	cmd.Flags().BoolVar(&backorder, "backorder", false, "let pieces that are not available wait for goods")
	return cmd
}

func orderCancel(a *app) *cobra.Command {
	return orderMoving(a, &cobra.Command{
		Use:   "cancel ORDER...",
		Short: "Call orders off before anything is shipped",
		Long: `Call orders off before anything is shipped or invoiced: nothing is reserved for
them any more. What was shipped is taken back with perla order return.`,
		Example: `perla order quote ana AB-100 --ref Q-9
perla order cancel Q-9 --dry-run
perla order cancel Q-9`,
	}, sales.Cancel)
}

// orderMoving completes a command that moves several orders, all or none, and prints them.
func orderMoving(a *app, cmd *cobra.Command, move func(*book.Tx, int64, dates.Date) error) *cobra.Command {
	var on string
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ids, err := a.orderIDs(cmd.Context(), args)
		if err != nil {
			return err
		}
		var moved []sales.Order
		err = a.update(cmd.Context(), operationOnIDs("order "+cmd.Name(), ids), func(tx *book.Tx) error {
			day, err := dayIn("--on", on, tx.Today())
			if err != nil {
				return err
			}
			for _, id := range ids {
				if err := move(tx, id, day); err != nil {
					return err
				}
				order, err := sales.Find(tx.View, fmt.Sprintf("id:%d", id), tx.Today())
				if err != nil {
					return err
				}
				moved = append(moved, order)
			}
			return nil
		})
		if err != nil {
			return err
		}
		return emitSlice(a, sheet.Orders, moved)
	}
	a.writing(rowsOf(cmd, sheet.Orders))
	cmd.Flags().StringVar(&on, "on", "", "the `DATE` it happened (default today)")
	return cmd
}

func orderShip(a *app) *cobra.Command {
	var on, carrier, tracking string
	var items []string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "ship ORDER...",
		Short: "Send orders, or some pieces of one: they leave the stock",
		Long: `Send orders, or with --item some pieces of one: they leave the stock, those lots
first that expire first, and what they cost is frozen on the order. Without
--item all goes that is left, but for pieces that still wait for goods. Of
several orders all are sent or none.`,
		Example: `perla order add ana AB-100x3 --ref S-7
perla order ship S-7 --item AB-100x1 --carrier Correos --tracking PK-44
perla order ship S-7 --on today`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := a.orderIDs(cmd.Context(), args)
			if err != nil {
				return err
			}
			if len(ids) > 1 && len(items) > 0 {
				return usage(cmd, "--item is for one order")
			}
			var pages []orderPage
			var sent []sales.Dispatch
			err = a.update(cmd.Context(), operationOnIDs("order ship", ids), func(tx *book.Tx) error {
				n := sales.NewShipment{Carrier: carrier, Tracking: tracking}
				if n.Day, err = dayIn("--on", on, tx.Today()); err != nil {
					return err
				}
				if n.Items, err = sales.ParseItems(tx.View, items); err != nil {
					return err
				}
				sent, pages, err = shipAll(tx, n, ids)
				return err
			})
			if err != nil {
				return err
			}
			a.sayShipped(sent, len(items) == 0)
			if len(pages) == 1 {
				return pages[0].show(a)
			}
			orders := make([]sales.Order, len(pages))
			for i := range pages {
				orders[i] = pages[i].order
			}
			return emitSlice(a, sheet.Orders, orders)
		},
	}, sheet.OrderLines))
	f := cmd.Flags()
	f.StringArrayVar(&items, "item", nil, "only this `ITEM`, such as AB-100x1; once for each")
	f.StringVar(&on, "on", "", "the `DATE` it left (default today)")
	f.StringVar(&carrier, "carrier", "", "who carries it: `TEXT`")
	f.StringVar(&tracking, "tracking", "", "`CODE` to follow it by")
	return cmd
}

// shipAll sends orders, all in the way of one, and gives them as they then are.
func shipAll(tx *book.Tx, n sales.NewShipment, ids []int64) (sent []sales.Dispatch, pages []orderPage, err error) {
	for _, n.Order = range ids {
		out, err := sales.Ship(tx, n)
		if err != nil {
			return nil, nil, err
		}
		page, err := orderPageByID(tx.View, n.Order)
		if err != nil {
			return nil, nil, err
		}
		sent, pages = append(sent, out), append(pages, page)
	}
	return sent, pages, nil
}

// sayShipped warns of lots past their day, and says what of each order is left; all tells that all of it was to go.
func (a *app) sayShipped(sent []sales.Dispatch, all bool) {
	for _, out := range sent {
		for _, lot := range out.Expired {
			a.warn("%s came from lot %s, which was good until %s", counted(lot.Quantity, "piece"), lot.Name, lot.ExpiresOn)
		}
		if out.Left > 0 && (a.forPeople() || all) {
			a.note("%s shipped; %d left to ship", counted(out.Pieces, "piece"), out.Left)
		}
	}
}

// returnFlags are the flags of order return.
type returnFlags struct {
	on, notes          string
	items              []string
	restock, noRestock bool
}

// take takes an order back as the flags say.
func (o *returnFlags) take(tx *book.Tx, order int64) (out sales.Return, err error) {
	n := sales.NewReturn{Order: order, Notes: o.notes, Restock: o.restock}
	if !o.restock && !o.noRestock {
		if n.Restock, err = movedStock(tx.View, order); err != nil {
			return out, err
		}
	}
	if n.Day, err = dayIn("--on", o.on, tx.Today()); err != nil {
		return out, err
	}
	if n.Items, err = sales.ParseItems(tx.View, o.items); err != nil {
		return out, err
	}
	return sales.TakeBack(tx, n)
}

func orderReturn(a *app) *cobra.Command {
	var o returnFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "return ORDER",
		Short: "Take an order back, or some of its pieces: money and stock",
		Long: `Take an order back, or with --item some of its pieces. In one go it makes an
order of negative lines that names the one it takes back, with its part of
discount, tax and shipping to the cent, and puts the pieces back into the lots
they left from. What comes back damaged stays out of the stock with
--no-restock. An order from before the book, which moved no stock, is put into
it only with --restock.

Where standard output is no terminal it gets the id of the new order alone; with
--dry-run it gets the lines that would be booked.`,
		Example: `perla order add ana AB-100x3 --ref S-8 && perla order ship S-8
perla order return S-8 --item AB-100x1 --dry-run
perla order return S-8 --item AB-100x1 --no-restock --notes 'broken pump'
perla order return S-8`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.orderID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			var page orderPage
			var out sales.Return
			err = a.update(cmd.Context(), fmt.Sprintf("order return %d", id), func(tx *book.Tx) error {
				if out, err = o.take(tx, id); err != nil {
					return err
				}
				page, err = orderPageByID(tx.View, out.ID)
				return err
			})
			if err != nil {
				return err
			}
			sayReturn(a, out)
			if a.flags.dryRun {
				return page.show(a)
			}
			return page.showAdded(a)
		},
	}, sheet.OrderLines))
	f := cmd.Flags()
	f.StringArrayVar(&o.items, "item", nil, "only this `ITEM`, such as AB-100x1; once for each")
	f.StringVar(&o.on, "on", "", "the `DATE` it came back (default today)")
	f.StringVar(&o.notes, "notes", "", "why, or anything else: `TEXT`")
	f.BoolVar(&o.restock, "restock", false, "put the pieces back into the stock, those of an old order too")
	f.BoolVar(&o.noRestock, "no-restock", false, "leave the pieces out of the stock")
	cmd.MarkFlagsMutuallyExclusive("restock", "no-restock")
	return cmd
}

// movedStock says whether an order took its pieces out of the stock: one from before the book did not.
func movedStock(v *book.View, order int64) (bool, error) {
	standing, err := sales.StandingOf(v, order)
	return err == nil && !standing.History, err
}

// sayReturn says what a return did, or would do.
func sayReturn(a *app, out sales.Return) {
	whole := ""
	defer sayPoints(a, out)
	if out.Whole {
		whole = "; all of the order is back"
	}
	a.note("%s back, %s of them into the stock; the order costs %s less%s", counted(out.Pieces, "piece"), fmt.Sprint(out.Restocked), a.moneyText(out.Refund), whole)
}
