package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/sheet"
)

// rfm explains a score of recency, frequency and money.
func (x *explainer) rfm(customer int64) error {
	e, err := insight.ExplainRFM(x.v, customer, x.day)
	if err != nil {
		return err
	}
	x.title("RFM")
	if !e.RFM.Scored() {
		x.add("rfm", "segment", sheet.Text(e.Segment), "has no purchase that counts, so there is no score")
		return nil
	}
	x.add("rfm", "score", sheet.Int(int64(e.Score)), "%s, which is %s", e.Segment, e.Cells)
	of := counted(int64(e.Scored), "buyer")
	days, times := wholeRange(e.Bins[len(e.Bins)-e.R].RecencyLower, e.Bins[len(e.Bins)-e.R].RecencyUpper, "day"),
		wholeRange(e.Bins[e.F-1].FrequencyLower, e.Bins[e.F-1].FrequencyUpper, "order")
	x.add("rfm", "recency_days", sheet.Int(int64(e.RecencyDays)), "R %d, last order on %s; %d of %s bought more lately; R %d is %s", e.R, e.LastOrder, e.Later, of, e.R, days)
	x.add("rfm", "frequency", sheet.Int(int64(e.Frequency)), "F %d; %d of %s bought less often; F %d is %s", e.F, e.Seldomer, of, e.F, times)
	bin := e.Bins[e.M-1]
	amounts := ""
	if bin.MonetaryLower != nil && bin.MonetaryUpper != nil {
		amounts = x.money(*bin.MonetaryLower)
		if *bin.MonetaryUpper != *bin.MonetaryLower {
			amounts += " to " + x.money(*bin.MonetaryUpper)
		}
	}
	x.add("rfm", "monetary", sheet.Money(e.Monetary), "M %d; %d of %s brought less; M %d is %s", e.M, e.Less, of, e.M, amounts)
	return nil
}

// wholeRange is what a bin holds, in words.
func wholeRange(lower, upper *float64, unit string) string {
	switch {
	case lower == nil || upper == nil:
		return "held by nobody"
	case *lower == *upper:
		return counted(int64(*lower), unit)
	}
	return fmt.Sprintf("%.0f to %s", *lower, counted(int64(*upper), unit))
}

// explainDiscount is a month's discount in an explained lifetime value: what report clv takes where nothing is said.
const explainDiscount = 0.01

// clv explains a lifetime value.
func (x *explainer) clv(customer int64) error {
	e, err := insight.ExplainCLV(x.v, customer, x.day, explainDiscount)
	if err != nil {
		return err
	}
	x.title("Lifetime value")
	if !e.Bought {
		x.add("clv", "clv", sheet.Value{}, "has no purchase that counts, so there is nothing to foretell")
		return nil
	}
	rank := "nothing is known of how often anybody buys"
	if e.Rank > 0 {
		rank = fmt.Sprintf("rank %d of %d; in %d months of 30 days, discounted by %s%% a month", e.Rank, e.Of, e.Horizon, x.figure(100*e.Discount))
	}
	x.add("clv", "clv", amountIf(e.CLV.CLV), "%s", rank)
	x.add("clv", "x", sheet.Int(int64(e.X)), "purchases after the first; all orders of a day are one")
	x.add("clv", "t_x", sheet.Number(e.Tx), "days from her first purchase to her last")
	x.add("clv", "T", sheet.Number(e.T), "days from her first purchase to this day")
	if e.Mean != nil {
		x.add("clv", "m", sheet.Money(*e.Mean), "what a purchase after the first was worth, in the mean")
	}
	fit := e.Fit
	if fit.Purchases == insight.ModelBGNBD {
		why := "she still buys, by BG/NBD with r %s, alpha %s, a %s, b %s"
		if e.X == 0 {
			why = "in this model nobody leaves before a second purchase: BG/NBD with r %s, alpha %s, a %s, b %s"
		}
		x.add("clv", "p_alive", x.part(e.PAlive), why, x.figure(fit.BGNBD.R), x.figure(fit.BGNBD.Alpha), x.figure(fit.BGNBD.A), x.figure(fit.BGNBD.B))
	} else {
		x.add("clv", "p_alive", sheet.Value{}, "no fit of BG/NBD, %s; she buys on at her own mean gap until silent for three of them", insight.Reason(fit.NoPurchases))
	}
	x.add("clv", "expected_purchases", figureIf(e.Expected), "in these months")
	if fit.Spending == insight.ModelGammaGamma {
		x.add("clv", "expected_value", amountIf(e.CLV.Value), "of one, between hers and that of all, by Gamma-Gamma with p %s, q %s, v %s",
			x.figure(fit.GammaGamma.P), x.figure(fit.GammaGamma.Q), x.figure(fit.GammaGamma.V))
	} else {
		x.add("clv", "expected_value", amountIf(e.CLV.Value), "of one; no fit of Gamma-Gamma, %s", insight.Reason(fit.NoSpending))
	}
	return nil
}

// gapsShown is how many of her gaps an explanation names.
const gapsShown = 8

// churn explains what the definitions of inactivity say.
func (x *explainer) churn(customer int64) error {
	report, err := insight.ReportChurn(x.v, insight.ChurnOptions{AsOf: x.day})
	if err != nil {
		return err
	}
	x.title("Inactivity")
	at := slices.IndexFunc(report.Rows, func(c insight.Churn) bool { return c.CustomerID == customer })
	if at < 0 {
		x.add("churn", "recency_days", sheet.Value{}, "has no purchase that counts, so cannot leave")
		return nil
	}
	c := &report.Rows[at]
	x.add("churn", "recency_days", sheet.Int(int64(c.RecencyDays)), "last purchase on %s, %s in all", c.LastOrder, counted(int64(c.Purchases), "day")+" with one")
	x.add("churn", "fixed", sheet.Text(string(c.Fixed)), "inactive above %d days", report.Days)
	x.gaps(c)
	if c.Gap == nil {
		x.add("churn", "rhythm", sheet.Value{}, "nobody has bought on three days, so there is no rhythm")
	} else {
		x.add("churn", "rhythm", sheet.Text(string(c.Rhythm)), "at risk above %s days, inactive above %s: two and three gaps", x.figure(2**c.Gap), x.figure(3**c.Gap))
	}
	risk := fmt.Sprintf("%s of all buyers bought more lately", percent(&c.Risk))
	if c.PAlive != nil {
		risk = "1 - p_alive"
		x.add("churn", "p_alive", x.part(c.PAlive), "by BG/NBD; %s, as below 0.5 is gone", c.Model)
	} else {
		x.add("churn", "p_alive", sheet.Value{}, "no fit of BG/NBD: %s", insight.Reason(report.Survival.NoFit))
	}
	x.add("churn", "risk", x.part(&c.Risk), "%s", risk)
	x.add("churn", "money_at_risk", sheet.Money(c.MoneyAtRisk), "risk x %s, her revenue of the last twelve months", x.money(c.Year))
	return nil
}

// gaps says what her rhythm is, and where it comes from.
func (x *explainer) gaps(c *insight.Churn) {
	if c.OwnGap == nil {
		if c.Gap != nil {
			x.add("churn", "own_gap", sheet.Value{}, "fewer than 3 days with a purchase; %s days is the median of those who have them", x.figure(*c.Gap))
		}
		return
	}
	list, shown := c.Gaps, ""
	if len(list) > gapsShown {
		list, shown = list[len(list)-gapsShown:], "..., "
	}
	words := make([]string, len(list))
	for i, gap := range list {
		words[i] = fmt.Sprint(gap)
	}
	x.add("churn", "own_gap", sheet.Number(*c.OwnGap), "the median of %s days between purchases", shown+strings.Join(words, ", "))
}
