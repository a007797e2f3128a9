package cli

import (
	"fmt"
	"io"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// shownLots is how many lots a card names; what is behind them is told in a line.
const shownLots = 5

// showBalance draws what somebody has for a person: the figures, the lots that go first, and the tier.
func (a *app) showBalance(v *book.View, b *sheet.PointBalance, settings loyalty.Settings) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	lots, err := loyalty.Lots(v, b.Standing.Account, b.Standing.AsOf)
	if err != nil {
		return err
	}
	sections := []render.Section{a.standingSection(b), lotSection(lots, b), a.tierSection(b, settings), rewardSection(b)}
	title := fmt.Sprintf("%s: %s", b.Person.Name, pointsText(b.Standing.Usable))
	return a.write(func(w io.Writer) error { return render.Card(w, style, title, sections) })
}

// pointsText is a number of points in words.
func pointsText(n int64) string { return counted(n, "point") }

// standingSection is what there is.
func (a *app) standingSection(b *sheet.PointBalance) render.Section {
	s := &b.Standing
	pairs := []render.Pair{{Label: "as of", Value: s.AsOf.String()}, {Label: "usable", Value: strconv.FormatInt(s.Usable, 10)}}
	if b.Worth != 0 {
		pairs = append(pairs, render.Pair{Label: "worth", Value: a.moneyText(b.Worth)})
	}
	if s.Pending > 0 {
		text := strconv.FormatInt(s.Pending, 10)
		if s.Next < s.Pending {
			text += ", " + strconv.FormatInt(s.Next, 10) + " of them"
		}
		pairs = append(pairs, render.Pair{Label: "pending", Value: text + " until " + s.NextOn.String()})
	}
	if s.Debt > 0 {
		pairs = append(pairs, render.Pair{Label: "debt", Value: strconv.FormatInt(s.Debt, 10) + ", which the next points pay"})
	}
	return render.Section{Pairs: pairs}
}

// lotSection is which points are spent first, and until when they can be.
func lotSection(lots []loyalty.Lot, b *sheet.PointBalance) render.Section {
	section := render.Section{Title: "First to go"}
	more, points := int64(0), int64(0)
	for _, l := range lots {
		switch {
		case l.Left == 0 || !l.Usable:
		case len(section.Pairs) == shownLots:
			more++
			points += l.Left
		default:
			until := "never expires"
			if l.Entry.ExpiresOn != 0 {
				until = "until " + l.Entry.ExpiresOn.String()
			}
			section.Pairs = append(section.Pairs, render.Pair{Label: until, Value: fmt.Sprintf("%d of %d: %s", l.Left, l.Entry.Points, cameBy(&l.Entry))})
		}
	}
	if more > 0 {
		section.Pairs = append(section.Pairs, render.Pair{Label: "and", Value: fmt.Sprintf("%d in %s: perla points lots %s", points, counted(more, "more lot"), selectorOf(b.Person))})
	}
	return section
}

// selectorOf is how a command line names somebody.
func selectorOf(p loyalty.Person) string {
	if p.Account.Consultant != 0 {
		return "--consultant " + p.Ref
	}
	return strconv.FormatInt(p.Account.Customer, 10)
}

// cameBy says why points came in.
func cameBy(e *loyalty.Entry) string {
	s := string(e.Kind)
	switch {
	case e.Reason != "":
		s = e.Reason
	case e.RuleCode != "" && e.Subject != "":
		s = e.RuleCode + " (" + e.Subject + ")"
	case e.RuleCode != "":
		s = e.RuleCode
	case e.Kind == loyalty.EntryEarn:
		s = "earned"
	}
	if e.Order != 0 {
		s += fmt.Sprintf(" by order %d", e.Order)
	}
	return s + ", " + e.On.String()
}

// rewardSection is what the points buy, and what they nearly do.
func rewardSection(b *sheet.PointBalance) render.Section {
	section := render.Section{Title: "Rewards"}
	if b.Has.Code != "" {
		section.Pairs = append(section.Pairs, render.Pair{Label: "can take", Value: fmt.Sprintf("%s: %s, for %s", b.Has.Code, b.Has.Name, pointsText(b.Has.Points))})
	}
	if b.Next.Code != "" {
		section.Pairs = append(section.Pairs, render.Pair{Label: "next", Value: fmt.Sprintf("%s: %s, for %s: %d to go", b.Next.Code, b.Next.Name, pointsText(b.Next.Points), b.Next.Points-b.Standing.Usable)})
	}
	return section
}

// tierSection is where somebody stands among the tiers.
func (a *app) tierSection(b *sheet.PointBalance, settings loyalty.Settings) render.Section {
	r := &b.Rung
	if r.Tier.Code == "" && r.Next.Code == "" {
		return render.Section{}
	}
	amount := func(n int64) string { return pointsText(n) }
	did := "earned"
	if settings.TierBasis == loyalty.TierBySpent {
		amount, did = func(n int64) string { return a.moneyText(money.Amount(n)) }, "spent"
	}
	tier := "none yet"
	if r.Tier.Code != "" {
		tier = r.Tier.Name
	}
	if r.KeptUntil != 0 {
		tier += ", kept until " + r.KeptUntil.String()
	}
	pairs := []render.Pair{{Label: "now", Value: tier}, {Label: "benefits", Value: r.Tier.Benefits},
		{Label: did, Value: amount(r.Value) + " in the last " + counted(int64(settings.TierMonths), "month")}}
	if r.Next.Code != "" {
		pairs = append(pairs, render.Pair{Label: "next", Value: fmt.Sprintf("%s at %s: %s to go", r.Next.Name, amount(r.Next.Threshold), amount(r.Missing))})
	}
	return render.Section{Title: "Tier", Pairs: pairs}
}
