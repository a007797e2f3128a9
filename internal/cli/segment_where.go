package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/segment"
)

// whereFlag is the filter over customers that --where gives a command:
//
//	var where whereFlag
//	where.register(cmd)
//	wanted, err := where.chooser(a, v) // wanted(id) says whether a customer fits; everybody does without --where
type whereFlag struct {
	text string
	cmd  *cobra.Command
}

func (w *whereFlag) register(cmd *cobra.Command) {
	w.cmd = cmd
	cmd.Flags().StringVar(&w.text, "where", "", "only customers who meet `FILTER` (see: perla help filters)")
}

// given says whether there is a filter. An empty one is a filter too, and a mistake: an unset variable of a script's.
func (w *whereFlag) given() bool { return w.cmd != nil && w.cmd.Flags().Changed("where") }

// on is the filter as of a day, with warnings about what nobody can meet said; nil without one.
func (w *whereFlag) on(a *app, v *book.View, day dates.Date) (*segment.Compiled, error) {
	if !w.given() {
		return nil, nil
	}
	f, err := segment.Compile(v, w.text, day)
	if err != nil {
		return nil, err
	}
	for _, warning := range f.Warnings {
		a.warn("%s", warning)
	}
	return f, nil
}

// scope is what most reports are asked: as of which day, about which days, if they have any, and of which customers.
func (a *app) scope(v *book.View, days *span, where *whereFlag) (asOf dates.Date, of dates.Range, who book.Filter, err error) {
	if asOf, err = a.asOf(v); err != nil {
		return asOf, of, who, err
	}
	if days != nil {
		if of, err = days.days(v.Today()); err != nil {
			return asOf, of, who, err
		}
	}
	who, err = where.filter(a, v)
	return asOf, of, who, err
}

// filter is the filter as of the day asked about, for lists that take one into their SQL.
func (w *whereFlag) filter(a *app, v *book.View) (book.Filter, error) {
	day, err := a.asOf(v)
	if err != nil {
		return book.Filter{}, err
	}
	f, err := w.on(a, v, day)
	if f == nil {
		return book.Filter{}, err
	}
	return f.Filter, nil
}

// chooser says of customer ids whether they fit on the day asked about, for lists that are made in Go.
func (w *whereFlag) chooser(a *app, v *book.View) (wanted func(id int64) bool, err error) {
	day, err := a.asOf(v)
	if err != nil {
		return nil, err
	}
	f, err := w.on(a, v, day)
	if f == nil {
		return func(int64) bool { return true }, err
	}
	ids, err := f.IDs()
	return func(id int64) bool {
		_, found := slices.BinarySearch(ids, id)
		return found
	}, err
}

// customers are the ids of those whom selectors name or the filter finds, who are not archived: one or the other.
func (w *whereFlag) customers(ctx context.Context, a *app, args []string) (ids []int64, err error) {
	switch {
	case w.cmd != nil && !w.given() && len(args) == 0:
		return nil, usage(w.cmd, w.cmd.CommandPath()+" needs a customer, or --where for all who meet a filter")
	case !w.given():
		return a.customerIDs(ctx, args)
	case len(args) > 0:
		return nil, usage(w.cmd, "customers are named, and --where finds them; use one of the two")
	}
	err = a.view(ctx, func(v *book.View) error {
		f, err := w.on(a, v, v.Today())
		if err != nil {
			return err
		}
		ids, err = f.Members()
		return err
	})
	if err == nil && len(ids) == 0 {
		err = fault.New(fault.NotFound, "no customer meets the filter", "")
	}
	return ids, err
}

// members is chooser for a programme of points, whose members are customers only in that of clients.
func (w *whereFlag) members(a *app, v *book.View, programme string) (wanted func(id int64) bool, err error) {
	if w.given() && programme != loyalty.Clients {
		return nil, usage(w.cmd, "--where is about customers; leave it out for the programme of "+programme)
	}
	return w.chooser(a, v)
}
