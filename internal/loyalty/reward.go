package loyalty

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Reward is what points buy; see rewards in the schema.
type Reward struct {
	ID          int64
	Programme   string
	Code        string
	Name        string
	Kind        RewardKind
	Points      int64         // what it costs
	Amount      money.Amount  // off an order, of the kind amount
	Percent     int64         // off an order, in hundredths of a percent, of the kind percent
	Product     int64         // that is given, of the kind product
	SKU         string        // of that product
	Cost        *money.Amount // what giving it costs the house; nil is unknown
	Available   *int64        // how many there are in all; nil is no limit
	Tier        string        // the code of the lowest tier it is for; "" is everybody
	VoucherDays int           // so many days its vouchers hold, that of taking it not counted; 0 is for ever
	From, Until dates.Date    // when it can be taken, both included; 0 is open
	Taken       int64         // how many were taken and not cancelled
}

// RewardKind is what a reward gives.
type RewardKind string

// The kinds: money or a percentage off an order, a product, something to live, which is no order's.
const (
	RewardAmount     RewardKind = "amount"
	RewardPercent    RewardKind = "percent"
	RewardProduct    RewardKind = "product"
	RewardExperience RewardKind = "experience"
)

// RewardState says what a reward is on a day.
type RewardState string

// The states: before its days, in them, with none left, past them.
const (
	RewardPlanned RewardState = "planned"
	RewardOpen    RewardState = "open"
	RewardTaken   RewardState = "all taken"
	RewardEnded   RewardState = "ended"
)

// State says what the reward is on a day.
func (r *Reward) State(day dates.Date) RewardState {
	left, limited := r.Left()
	switch {
	case day > lapse(r.Until):
		return RewardEnded
	case day < r.From:
		return RewardPlanned
	case limited && left <= 0:
		return RewardTaken
	}
	return RewardOpen
}

// Left is how many can still be taken, where that is limited.
func (r *Reward) Left() (left int64, limited bool) {
	if r.Available == nil {
		return 0, false
	}
	return max(0, *r.Available-r.Taken), true
}

// Gives is what it gives, in words: 5.00 EUR, 10 %, a SERUM-MINI, or its name.
func (r *Reward) Gives(w money.Wording) string {
	switch r.Kind {
	case RewardAmount:
		return w.Money(r.Amount)
	case RewardPercent:
		return w.Figure(percentText(r.Percent)) + " %"
	case RewardProduct:
		return r.SKU
	}
	return r.Name
}

// percentText is hundredths of a percent as a number of percent: 12.5.
func percentText(percent int64) string {
	number := money.Currency{Decimals: 2}.Format(money.Amount(percent))
	return strings.TrimSuffix(strings.TrimRight(number, "0"), ".")
}

// mostPercent is all of it, in hundredths of a percent.
const mostPercent = 100_00

// mostVoucherDays keeps the last day of a voucher within the calendar.
const mostVoucherDays = 36_500

// check cleans a reward and refuses what cannot be.
func (r *Reward) check(v *book.View) error {
	r.Code, r.Name, r.Tier = codeOf(r.Code), strings.TrimSpace(r.Name), codeOf(r.Tier)
	if r.Name == "" {
		r.Name = r.Code
	}
	if err := checkProgramme(r.Programme); err != nil {
		return err
	}
	wrong := func(field, reason string) error {
		return &fault.Error{Kind: fault.Usage, Noun: "reward", Key: r.Code, Field: field, Reason: reason}
	}
	switch {
	case r.Code == "" || r.Code == "-":
		return wrong("code", "a reward needs a code")
	case r.Points < 1 || r.Points > mostPoints:
		return wrong("points", fmt.Sprintf("%d was found; it costs 1 to %d", r.Points, int64(mostPoints)))
	case r.Kind == RewardAmount && (r.Amount < 1 || r.Amount > mostPoints):
		return wrong("amount", "an amount off is above 0")
	case r.Kind == RewardPercent && (r.Percent < 1 || r.Percent > mostPercent):
		return wrong("percent", "a percentage off is above 0 and at most 100")
	case r.Kind == RewardProduct && r.Product == 0:
		return wrong("product", "it needs the product that is given")
	case r.Kind == "":
		return wrong("kind", "it gives nothing; needed is an amount, a percent, a product, or the kind experience")
	case r.Kind != RewardAmount && r.Kind != RewardPercent && r.Kind != RewardProduct && r.Kind != RewardExperience:
		return wrong("kind", fmt.Sprintf("%q is no kind; there are amount, percent, product and experience", string(r.Kind)))
	case r.Cost != nil && *r.Cost < 0:
		return wrong("cost", "a cost is not below 0")
	case r.Available != nil && (*r.Available < 0 || *r.Available > mostPoints):
		return wrong("available", "there are 0 or more of it")
	case r.VoucherDays < 0 || r.VoucherDays > mostVoucherDays:
		return wrong("voucher_days", fmt.Sprintf("%d was found; vouchers hold 1 to %d days", r.VoucherDays, mostVoucherDays))
	case r.Until != 0 && r.Until < r.From:
		return wrong("until", fmt.Sprintf("%s is before %s, its first day", r.Until, r.From))
	}
	r.keepKind()
	return r.checkTier(v)
}

// keepKind leaves what a reward of its kind has no use for.
func (r *Reward) keepKind() {
	if r.Kind != RewardAmount {
		r.Amount = 0
	}
	if r.Kind != RewardPercent {
		r.Percent = 0
	}
	if r.Kind != RewardProduct {
		r.Product = 0
	}
}

// checkTier refuses a tier that there never was.
func (r *Reward) checkTier(v *book.View) error {
	if r.Tier == "" {
		return nil
	}
	tiers, err := Tiers(v, r.Programme, 0)
	if err != nil {
		return err
	}
	var codes []string
	for _, t := range tiers {
		if t.Code == r.Tier {
			return nil
		}
		codes = append(codes, t.Code)
	}
	reason := fmt.Sprintf("the programme of %s has no tier %s", r.Programme, r.Tier)
	if near := fault.Nearest(r.Tier, codes); near != "" {
		reason += ", did you mean " + near + "?"
	}
	return &fault.Error{Kind: fault.Usage, Noun: "reward", Key: r.Code, Field: "tier", Reason: reason}
}
