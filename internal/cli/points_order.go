package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// withPoints has a change of the book heed the programmes: rules that ask for segments are answered, and whoever comes
// into the book by it is welcome.
func withPoints(ctx context.Context, change func(*book.Tx) error) (context.Context, func(*book.Tx) error) {
	return sales.WithSegments(ctx, segmentsOf), func(tx *book.Tx) error {
		return loyalty.Welcoming(tx, func() error { return change(tx) })
	}
}

// anyOf says whether one of some flags was given.
func anyOf(cmd *cobra.Command, names ...string) bool {
	for _, name := range names {
		if cmd.Flags().Changed(name) {
			return true
		}
	}
	return false
}

// pointsSection is what an order has to do with points, on its page.
func (p *orderPage) pointsSection(a *app) render.Section {
	s := render.Section{Title: "Points"}
	for _, part := range []struct {
		label  string
		points int64
	}{{"earned", p.points.Earned}, {"spent on it", p.points.Spent}} {
		if part.points != 0 {
			s.Pairs = append(s.Pairs, render.Pair{Label: part.label, Value: strconv.FormatInt(part.points, 10)})
		}
	}
	if back := p.points.Back; back.Points != 0 {
		s.Pairs = append(s.Pairs, render.Pair{Label: "given back", Value: fmt.Sprintf("%d, which had paid %s", back.Points, sheet.Plain(sheet.Money(back.Money), a.setting())+" "+a.setting().Currency.Code)})
	}
	s.Pairs = append(s.Pairs, render.Pair{Label: "voucher", Value: p.points.Voucher})
	return s
}

// sayPoints says which points a return moved, or would move.
func sayPoints(a *app, out sales.Return) {
	if out.Earned != 0 {
		a.note("%s that it had earned taken back", pointsText(out.Earned))
	}
	if out.Spent != 0 {
		a.note("%s that paid it given back", pointsText(out.Spent))
	}
}

// customerPoints is what a customer has in the programme of clients, and her tier.
type customerPoints struct {
	any      bool // she ever had some, or is in a tier
	standing loyalty.Standing
	rung     loyalty.Rung
}

func customerPointsOf(v *book.View, customer int64, day dates.Date) (p customerPoints, err error) {
	if p.any, err = loyalty.HasRules(v); err != nil || !p.any {
		return p, err
	}
	if p.standing, err = loyalty.Balance(v, loyalty.Account{Customer: customer}, day); err != nil {
		return p, err
	}
	rungs, err := loyalty.Rungs(v, loyalty.Clients, day, customer)
	p.rung = rungs[customer]
	return p, err
}

// points are what she has, when it lapses, and her tier.
func (p *customerPage) points() render.Section {
	s := render.Section{Title: "Points"}
	if !p.loyalty.any {
		return s
	}
	add := func(label, value string) { s.Pairs = append(s.Pairs, render.Pair{Label: label, Value: value}) }
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	has := &p.loyalty.standing
	if has.Usable != 0 || has.Ledger != 0 {
		add("usable", number(has.Usable))
	}
	if has.Pending != 0 {
		add("pending", fmt.Sprintf("%s (%s from %s)", number(has.Pending), number(has.Next), has.NextOn))
	}
	if has.Debt != 0 {
		add("owed", number(has.Debt))
	}
	if has.LapsesOn != 0 {
		add("lapse next", fmt.Sprintf("%s after %s", number(has.Lapses), has.LapsesOn))
	}
	if r := &p.loyalty.rung; r.Tier.ID != 0 {
		text := r.Tier.Name
		if r.Kept {
			text += ", kept until " + r.KeptUntil.String()
		}
		add("tier", text)
	}
	return s
}
