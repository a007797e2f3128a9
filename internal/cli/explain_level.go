package cli

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/sheet"
)

// serviceLevel explains the service level of a client.
func (x *explainer) serviceLevel(customer int64) error {
	e, err := insight.ExplainValue(x.v, customer, x.day)
	if err != nil {
		return err
	}
	x.title("Service level")
	if !e.Known {
		x.add("level", "service_level", sheet.Value{}, "is archived and brought nothing")
		return nil
	}
	by := "actual value"
	if e.ByRevenue {
		by = "revenue, since the cost of some goods is not known"
	}
	x.add("level", "service_level", sheet.Text(e.Level), "rank %d of %d by %s; those before bring %s: A under 80%%, B under 95%%, else C, and so is who brings nothing", e.Rank, e.Of, by, percent(&e.Before))
	if e.Actual == nil {
		x.add("level", "actual", sheet.Value{}, "the cost of some goods is not known")
	} else {
		x.add("level", "actual", sheet.Money(*e.Actual), "revenue %s - cost %s - points %s - service %s", x.money(e.Ever.Revenue), x.money(*e.Ever.Cost), x.money(e.Ever.Points), x.money(e.Ever.Service))
	}
	switch {
	case e.Entered:
		x.add("level", "potential", sheet.Money(*e.Potential), "as entered")
	case e.Potential != nil:
		x.add("level", "potential", sheet.Money(*e.Potential), "the 90th percentile of the margins of level %s in twelve months", e.Level)
	default:
		x.add("level", "potential", sheet.Value{}, "nobody of level %s has a known margin", e.Level)
	}
	x.add("level", "year_margin", amountIf(e.YearMargin), "hers of the last twelve months")
	x.add("level", "share", x.part(e.Share), "year margin / potential")
	x.add("level", "growth", amountIf(e.Growth), "potential - actual")
	x.add("level", "strategic", sheet.Int(int64(e.Strategic())), "%s, %s, %s who bought for %s", counted(int64(e.Complaints), "complaint"), counted(int64(e.Suggestions), "suggestion"),
		counted(int64(e.Referrals), "referral"), x.money(e.ReferralsBuy))
	x.add("level", "risk", x.part(e.Risk), "that she buys no more: perla explain %s churn", shellWord(x.word))
	return nil
}

// consultantLevel explains the level a consultant has reached in the period of the day.
func (x *explainer) consultantLevel(consultant int64) error {
	month, err := x.a.monthOf(x.v, "", x.day)
	if err != nil {
		return err
	}
	place, ok := month.Team.Place(consultant)
	if !ok {
		return fault.New(fault.NotFound, fmt.Sprintf("%s had not joined by %s", x.of, x.day), "ask for a later day with --as-of")
	}
	x.title("Level")
	s, level, next := &month.Standings[place], month.Level(place), month.Next(place)
	switch {
	case len(month.Terms.Levels) == 0:
		x.add("level", "level", sheet.Value{}, "there are no levels yet: perla consultant level --defaults")
	case level == nil:
		x.add("level", "level", sheet.Value{}, "below the lowest in %s", month.Code)
	case s.Own < level.OwnSales || s.Group < level.GroupSales:
		x.add("level", "level", sheet.Text(level.Name), "reached in an earlier period and kept in %s, as the term downgrade says", month.Code)
	default:
		x.add("level", "level", sheet.Text(level.Name), "the highest whose thresholds are both met in %s", month.Code)
	}
	own, group := "", ""
	if level != nil {
		own, group = fmt.Sprintf("%s needs %s", level.Name, x.money(level.OwnSales)), fmt.Sprintf("%s needs %s", level.Name, x.money(level.GroupSales))
	}
	if next != nil {
		own = joined(own, fmt.Sprintf("%s needs %s", next.Name, x.money(next.OwnSales)))
		group = joined(group, fmt.Sprintf("%s needs %s", next.Name, x.money(next.GroupSales)))
	}
	x.add("level", "own_sales", sheet.Money(s.Own), "%s", own)
	x.add("level", "group_sales", sheet.Money(s.Group), "%s", group)
	if next == nil {
		return nil
	}
	var missing []string
	if s.MissingOwn > 0 {
		missing = append(missing, x.money(s.MissingOwn)+" of her own")
	}
	if s.MissingGroup > 0 {
		missing = append(missing, x.money(s.MissingGroup)+" of her group")
	}
	if s.MissingCourse {
		missing = append(missing, "the course "+next.CourseCode)
	}
	x.add("level", "next", sheet.Text(next.Name), "missing are %s", strings.Join(missing, ", "))
	return nil
}

// joined puts two sayings together, of which the first may be empty.
func joined(first, second string) string {
	if first == "" {
		return second
	}
	return first + "; " + second
}
