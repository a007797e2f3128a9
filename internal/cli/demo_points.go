package cli

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/sales"
)

// demoRules are those of the demo's programme, for clients.
var demoRules = []loyalty.RuleRow{
	{Code: "BASE", Kind: "rate", Points: "1", Per: "1.00"},
	{Code: "OCEAN", Kind: "multiplier", Factor: "1.5", Scope: "cause=ocean"},
	{Code: "BIRTHDAY", Kind: "multiplier", Factor: "2", Scope: "birthday_month=yes"},
	{Code: "BASKET", Kind: "bonus", Points: "20", Scope: "min_total=120.00", Cap: "40", CapPer: "month"},
	{Code: "FIRST", Kind: "event", Event: "first_purchase", Points: "25"},
	{Code: "REFERRER", Kind: "event", Event: "referral_referrer", Points: "60", Cap: "300", CapPer: "year"},
	{Code: "REFERRED", Kind: "event", Event: "referral_referred", Points: "30"},
	{Code: "REVIEW", Kind: "event", Event: "review", Points: "15", Cap: "45", CapPer: "month"},
}

// demoSettings say how it works.
var demoSettings = []struct{ key, value string }{
	{"expiry", "18m month"}, {"point_value", "0.03"}, {"min_redeem", "50"}, {"tier_basis", "spent"},
}

// demoTiers are its tiers, by what was spent in a year.
var demoTiers = []loyalty.Tier{
	{Code: "SILVER", Name: "Silver", Threshold: 200_00, Factor: 110, Benefits: "samples with each order"},
	{Code: "GOLD", Name: "Gold", Threshold: 500_00, Factor: 125, Benefits: "a present on her birthday"},
	{Code: "PLATINUM", Name: "Platinum", Threshold: 1000_00, Factor: 150, Benefits: "an evening with the consultant"},
}

// beginProgramme begins the demo's programme on the first day of its trade, before any order is there.
func beginProgramme(tx *book.Tx, today dates.Date) error {
	since := demoYears(today)[0]
	for _, s := range demoSettings {
		if err := loyalty.Set(tx, loyalty.Clients, s.key, s.value, since); err != nil {
			return err
		}
	}
	for _, t := range demoTiers {
		t.Programme = loyalty.Clients
		if _, err := loyalty.AddTier(tx, t); err != nil {
			return err
		}
	}
	for _, row := range demoRules {
		rule, problems := loyalty.ParseRule(row, tx.Settings().Currency.Decimals, today)
		if len(problems) > 0 {
			return fmt.Errorf("rule %s of the demo: %s", row.Code, problems[0].Reason)
		}
		if _, err := loyalty.AddRule(tx, rule); err != nil {
			return err
		}
	}
	return nil
}

// demoReviews are products that customers reviewed: who, what, and how many days ago.
var demoReviews = []struct {
	ref, sku string
	ago      int
}{
	{"C003", "ALBA-SERUM-30", 40}, {"C007", "ALBA-SERUM-30", 33}, {"C014", "BRISA-AFTER-SUN-200", 90}, {"C021", "ALBA-DAY-CREAM-50", 12}, {"C028", "ESTELA-EDP-50", 5},
}

// usePoints has points come and go in the demo: rewards to choose from, reviews, an order that points helped to pay, and
// what has lapsed.
func usePoints(tx *book.Tx, today dates.Date) error {
	for _, d := range demoReviews {
		c, err := contacts.Find(tx.View, "ref:"+d.ref)
		if err != nil {
			return err
		}
		if _, err := loyalty.Happened(tx, loyalty.Account{Customer: c.ID}, "review", d.sku, today.AddDays(-d.ago)); err != nil {
			return err
		}
	}
	if err := demoRewards(tx, today); err != nil {
		return err
	}
	if _, err := loyalty.Expire(tx, today.AddMonths(-2)); err != nil {
		return err
	}
	return payByPoints(tx, today)
}

// demoRewards fills the catalogue.
func demoRewards(tx *book.Tx, today dates.Date) error {
	mini, err := catalog.FindProduct(tx.View, "ALBA-SERUM-30")
	if err != nil {
		return err
	}
	since := demoYears(today)[0]
	for _, r := range []loyalty.Reward{
		{Code: "FIVE", Name: "5.00 off an order", Kind: loyalty.RewardAmount, Points: 150, Amount: 500, VoucherDays: 90, From: since},
		{Code: "TENTH", Name: "10% off an order", Kind: loyalty.RewardPercent, Points: 300, Percent: 10_00, VoucherDays: 60, From: since},
		{Code: "SERUM", Name: "Renewing serum", Kind: loyalty.RewardProduct, Points: 800, Product: mini.ID, VoucherDays: 90, From: since},
		{Code: "EVENING", Name: "An evening of skin care", Kind: loyalty.RewardExperience, Points: 600, Tier: "GOLD", VoucherDays: 180, From: since},
	} {
		r.Programme = loyalty.Clients
		if _, err := loyalty.AddReward(tx, r); err != nil {
			return err
		}
	}
	return nil
}

// payByPoints has the client with most points pay a part of her latest order that is open with them.
func payByPoints(tx *book.Tx, today dates.Date) error {
	has := map[int64]int64{}
	for s, err := range loyalty.Balances(tx.View, loyalty.Clients, today) {
		if err != nil {
			return err
		}
		has[s.Account.Customer] = s.Usable
	}
	var best sales.OpenDue
	dues, err := sales.OpenDues(tx.View, today, 0, 0)
	if err != nil {
		return err
	}
	for _, d := range dues {
		if has[d.CustomerID] > has[best.CustomerID] {
			best = d
		}
	}
	points := min(has[best.CustomerID], int64(best.Amount)/(2*3)) / 50 * 50 // half of it, at 0.03 each
	if points == 0 {
		return nil
	}
	_, err = sales.Redeem(tx, sales.Redemption{Order: best.Order, Points: points, Day: today})
	return err
}
