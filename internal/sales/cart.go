package sales

import (
	"github.com/perla-crm/perla/internal/money"
)

// Cart is what is about to be ordered, priced. Its figures obey total = lines - discount + tax + shipping, to the minor
// unit.
type Cart struct {
	Lines    []CartLine
	Shipping money.Amount
}

// CartLine is one line of a cart.
type CartLine struct {
	Product  int64
	SKU      string
	Category string // as Brand, what a promotion may be limited to
	Brand    string
	Quantity int64
	Price    money.Decimal // of one piece, before tax
	Percent  money.Decimal // off the line, of its own or of its buyer
	Off      money.Amount  // off the line, beside the percentage: what was agreed as money
	TaxRate  int64         // hundredths of a percent

	Amount    money.Amount // quantity x price, rounded once, half to even
	Discount  money.Amount // of the line, with its part of a promotion
	Tax       money.Amount // of what is left
	Promotion int64        // which promotion lowered it; 0 for none
}

// Net is what the line costs without tax.
func (l *CartLine) Net() money.Amount { return l.Amount - l.Discount }

// hundredPercent in hundredths of a percent.
const hundredPercent = 100 * 100

// Reckon works out each line's amount, discount and tax. The discount of a line comes first, a promotion takes from what
// that leaves, and tax is on the rest: rate x (amount - discount), rounded half to even line by line. An amount beyond
// what can be kept is an error.
func (c *Cart) Reckon(p *Promotion, decimals int) error {
	for i := range c.Lines {
		l := &c.Lines[i]
		var err error
		if l.Amount, err = l.Price.Times(l.Quantity, decimals); err != nil {
			return err
		}
		if l.Discount, err = money.Off(l.Amount, l.Percent); err != nil {
			return err
		}
		l.Discount += l.Off
		l.Promotion = 0
	}
	if p != nil {
		p.apply(c.Lines)
	}
	c.tax()
	return nil
}

func (c *Cart) tax() {
	for i := range c.Lines {
		l := &c.Lines[i]
		l.Tax = money.Amount(money.MulQuo(int64(l.Net()), l.TaxRate, hundredPercent))
	}
}

// takeOff takes what a voucher is worth off what the lines cost by now: a sum, at most all of it, in proportion to what
// each costs, or a percentage in hundredths. Tax is on what that leaves.
func (c *Cart) takeOff(amount money.Amount, percent int64) {
	weights := make([]money.Amount, len(c.Lines))
	var sum money.Amount
	for i := range c.Lines {
		weights[i] = c.Lines[i].Net()
		sum += weights[i]
	}
	if sum <= 0 {
		return
	}
	for i, off := range money.Share(min(amount, sum), weights) {
		c.Lines[i].Discount += off + money.Amount(money.MulQuo(int64(weights[i]), percent, hundredPercent))
	}
	c.tax()
}

// Sums of a cart, in minor units.
type Sums struct{ Amount, Discount, Tax, Shipping, Total money.Amount }

// Sums adds the lines up.
func (c *Cart) Sums() Sums {
	s := Sums{Shipping: c.Shipping}
	for i := range c.Lines {
		l := &c.Lines[i]
		s.Amount, s.Discount, s.Tax = s.Amount+l.Amount, s.Discount+l.Discount, s.Tax+l.Tax
	}
	s.Total = s.Amount - s.Discount + s.Tax + s.Shipping
	return s
}
