package sales

import (
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// PromotionKind is what a promotion does.
type PromotionKind string

// A percentage off, an amount off, or pieces free with others.
const (
	PercentOff PromotionKind = "percent"
	AmountOff  PromotionKind = "amount"
	BuyGet     PromotionKind = "buy_get"
)

// PromotionKinds are the kinds, as a person writes them.
var PromotionKinds = []string{string(PercentOff), string(AmountOff), string(BuyGet)}

// Promotion lowers the price of an order that names its code. Empty fields do not limit it.
type Promotion struct {
	ID          int64
	Code        string // in capitals, without accents and blanks
	Name        string
	Kind        PromotionKind
	Percent     int64        // hundredths of a percent
	Amount      money.Amount // shared among the lines it is for
	Buy, Get    int64        // with each Buy pieces, Get more are free: the cheapest ones
	Product     int64
	SKU         string // of Product
	Category    string
	Brand       string
	Channel     string
	Segment     string
	MinTotal    money.Amount // of the lines it is for, after their own discounts
	From, Until dates.Date   // both included
	MaxUses     int64        // orders in all
	MaxUsesEach int64        // orders of one customer
	CreatedOn   dates.Date
	Uses        int64 // orders that used it so far
}

// Occasion is what a promotion is judged by.
type Occasion struct {
	Day        dates.Date
	Channel    string
	Segments   []string // those the customer was in the day before
	Uses, Hers int64    // orders that used it: of anybody, and of this customer
}

// Refuses says why a promotion does not hold for a cart whose lines have been reckoned, or "".
func (p *Promotion) Refuses(o Occasion, lines []CartLine) string {
	switch {
	case !p.From.IsZero() && o.Day < p.From:
		return fmt.Sprintf("begins on %s", p.From)
	case !p.Until.IsZero() && o.Day > p.Until:
		return fmt.Sprintf("ended on %s", p.Until)
	case p.Channel != "" && book.Fold(p.Channel) != book.Fold(o.Channel):
		return fmt.Sprintf("is for the channel %s", p.Channel)
	case p.Segment != "" && !slices.ContainsFunc(o.Segments, func(s string) bool { return book.Fold(s) == book.Fold(p.Segment) }):
		return fmt.Sprintf("is for the segment %s", p.Segment)
	case p.MaxUses > 0 && o.Uses >= p.MaxUses:
		return fmt.Sprintf("is used up (%d of %d)", o.Uses, p.MaxUses)
	case p.MaxUsesEach > 0 && o.Hers >= p.MaxUsesEach:
		return fmt.Sprintf("is used up for this customer (%d of %d)", o.Hers, p.MaxUsesEach)
	}
	var sum money.Amount
	covers := false
	for i := range lines {
		if p.covers(&lines[i]) {
			sum, covers = sum+lines[i].Net(), true
		}
	}
	switch {
	case !covers:
		return "is for none of these products"
	case sum < p.MinTotal:
		return "is for orders of a higher sum"
	case p.Kind == BuyGet && p.free(lines) == 0:
		return fmt.Sprintf("wants %d pieces at least", p.Buy+p.Get)
	}
	return ""
}

// covers says whether a promotion is for a line.
func (p *Promotion) covers(l *CartLine) bool {
	return l.Quantity > 0 && (p.Product == 0 || p.Product == l.Product) &&
		(p.Category == "" || book.Fold(p.Category) == book.Fold(l.Category)) && (p.Brand == "" || book.Fold(p.Brand) == book.Fold(l.Brand))
}

// apply adds what a promotion takes off to the discounts of the lines it is for. It never takes more than a line costs.
func (p *Promotion) apply(lines []CartLine) {
	off := make([]money.Amount, len(lines))
	switch p.Kind {
	case PercentOff:
		for i := range lines {
			if p.covers(&lines[i]) {
				off[i] = money.Amount(money.MulQuo(int64(lines[i].Net()), p.Percent, hundredPercent))
			}
		}
	case AmountOff:
		off = p.shareAmount(lines)
	case BuyGet:
		off = p.freePieces(lines)
	}
	for i := range lines {
		if off[i] != 0 {
			lines[i].Discount += off[i]
			lines[i].Promotion = p.ID
		}
	}
}

// shareAmount shares an amount in proportion to what the lines cost.
func (p *Promotion) shareAmount(lines []CartLine) []money.Amount {
	weights := make([]money.Amount, len(lines))
	var sum money.Amount
	for i := range lines {
		if p.covers(&lines[i]) {
			weights[i] = lines[i].Net()
			sum += weights[i]
		}
	}
	if sum == 0 {
		return weights
	}
	return money.Share(min(p.Amount, sum), weights)
}

// free is how many pieces a promotion gives away: Get of each Buy + Get.
func (p *Promotion) free(lines []CartLine) int64 {
	var pieces int64
	for i := range lines {
		if p.covers(&lines[i]) {
			pieces += lines[i].Quantity
		}
	}
	return pieces / (p.Buy + p.Get) * p.Get
}

// freePieces takes off what the cheapest pieces cost, after their lines' own discounts.
func (p *Promotion) freePieces(lines []CartLine) []money.Amount {
	off := make([]money.Amount, len(lines))
	var order []int
	for i := range lines {
		if p.covers(&lines[i]) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cheaper(&lines[a], &lines[b]) })
	left := p.free(lines)
	for _, i := range order {
		n := min(left, lines[i].Quantity)
		off[i] = money.Part(lines[i].Net(), 0, n, lines[i].Quantity)
		left -= n
	}
	return off
}

// cheaper compares what one piece of each line costs after its discount, to a thousandth of a minor unit.
func cheaper(a, b *CartLine) int {
	pieceA, pieceB := money.MulQuo(int64(a.Net()), 1_000, a.Quantity), money.MulQuo(int64(b.Net()), 1_000, b.Quantity)
	switch {
	case pieceA < pieceB:
		return -1
	case pieceA > pieceB:
		return 1
	}
	return 0
}
