package network

import (
	"math/bits"

	"github.com/perla-crm/perla/internal/money"
)

// The kinds of commission.
const (
	Own       = "own"       // on her own sale
	Override  = "override"  // on that of somebody under her
	Bonus     = "incentive" // for what an incentive asks
	Reversed  = "reversal"  // of one of these, after a return
	wholeRate = 100_00      // 100 % in hundredths of a percent
)

// Line is what one consultant earns by one order, or by an incentive.
type Line struct {
	Consultant int32 // place of who earns it
	Kind       string
	Order      int64 // 0 for an incentive
	Seller     int32 // place of who sold it
	Incentive  int64
	Depth      int64        // of an override: 1 for the sponsor, counted without those passed over
	Base       money.Amount // what it was worked out on; of an incentive the sales, clients or pieces
	Rate       int64        // hundredths of a percent
	HasRate    bool         // it has one rate: no marginal commission has
	Amount     money.Amount
}

// Commissions works out what sales earn: a line for each order for who sold it, be it nothing, and one for each sponsor
// who earns by it. nearest is for each place the next sponsor who counts. It costs a few steps for each order, however
// deep the tree is.
//
// Flat, a line is the rate of the seller's level on the order. Marginal, the commission on all she sold is worked out by
// brackets and cut among her orders in proportion, so that they sum to it. All lines are rounded half to even, and those
// of one order are together never above the ceiling: what is too much is taken from the farthest sponsor first.
func (t *Terms) Commissions(sales []Sale, standings []Standing, nearest []int32) []Line {
	var m marginal
	if t.Marginal {
		m = t.marginal(sales, len(standings))
	}
	lines := make([]Line, 0, len(sales)*(1+len(t.Overrides)))
	for _, s := range sales {
		own := Line{Consultant: s.Seller, Kind: Own, Order: s.Order, Seller: s.Seller, Base: s.Net}
		if t.Marginal {
			own.Amount = m.next(s)
		} else {
			own.HasRate = true
			if level := standings[s.Seller].Level; level >= 0 {
				own.Rate = t.Levels[level].CommissionRate
			}
			own.Amount = part(s.Net, own.Rate)
		}
		left := t.most(s.Net)
		own.Amount = left.take(own.Amount)
		lines = append(lines, own)
		sponsor := s.Seller
		for i, rate := range t.Overrides {
			if sponsor = nearest[sponsor]; sponsor < 0 {
				break
			}
			if amount := left.take(part(s.Net, rate)); amount != 0 {
				lines = append(lines, Line{Consultant: sponsor, Kind: Override, Order: s.Order, Seller: s.Seller, Depth: int64(i + 1), Base: s.Net,
					Rate: rate, HasRate: true, Amount: amount})
			}
		}
	}
	return lines
}

// part is a percentage, in hundredths of a percent, of an amount, rounded half to even.
func part(a money.Amount, rate int64) money.Amount {
	return money.Amount(money.MulQuo(int64(a), rate, wholeRate))
}

// room is how much may still be earned by an order.
type room struct {
	left   money.Amount // below 0, or 0, for an order that takes money back
	back   bool         // it is such an order
	always bool         // there is no ceiling
}

// most is the room that a sale begins with.
func (t *Terms) most(net money.Amount) room {
	if !t.HasCeiling {
		return room{always: true}
	}
	hi, lo := bits.Mul64(uint64(max(net, -net)), uint64(t.Ceiling))
	q, _ := bits.Div64(hi, lo, wholeRate) // a ceiling is at most 100 %, so that this fits
	if net < 0 {
		return room{left: -money.Amount(q), back: true}
	}
	return room{left: money.Amount(q)}
}

// take gives as much of an amount as there is room for.
func (r *room) take(a money.Amount) money.Amount {
	switch {
	case r.always:
		return a
	case r.back:
		a = max(a, r.left)
	default:
		a = min(a, r.left)
	}
	r.left -= a
	return a
}

// Marginal is the commission on the sales of a period by brackets: each rate on what is above its floor, up to the next
// one's. What is below the lowest floor earns nothing; less than nothing sold takes back at the lowest rate.
func Marginal(brackets []Bracket, sales money.Amount) (total money.Amount) {
	if len(brackets) == 0 {
		return 0
	}
	if sales < 0 {
		return part(sales, brackets[0].Rate)
	}
	for i, b := range brackets {
		top := sales
		if i+1 < len(brackets) {
			top = min(top, brackets[i+1].Floor)
		}
		if top > b.Floor {
			total += part(top-b.Floor, b.Rate)
		}
	}
	return total
}

// marginal cuts the marginal commission of each seller among her orders.
type marginal struct{ base, total, at []money.Amount }

func (t *Terms) marginal(sales []Sale, n int) marginal {
	m := marginal{make([]money.Amount, n), make([]money.Amount, n), make([]money.Amount, n)}
	for _, s := range sales {
		m.base[s.Seller] += s.Net
	}
	for place, base := range m.base {
		m.total[place] = Marginal(t.Brackets, base)
	}
	return m
}

// next is what falls on the next sale of a seller.
func (m *marginal) next(s Sale) money.Amount {
	base, total, from := m.base[s.Seller], m.total[s.Seller], m.at[s.Seller]
	to := from + s.Net
	m.at[s.Seller] = to
	switch {
	case base == 0:
		return 0
	case base < 0:
		base, from, to = -base, -from, -to
	}
	return money.Part(total, int64(from), int64(to), int64(base))
}
