package sales

import (
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Order is one order as a list shows it, as of some day. Amounts are in minor units of the book's currency.
type Order struct {
	ID         int64
	Ref        string // "" when it came without one
	RefSource  string
	CustomerID int64
	Customer   string // her name
	Date       dates.Date
	Status     Status
	Channel    string
	Consultant string // the consultant's name
	Campaign   string // the campaign's name
	Total      money.Amount
	Currency   string

	Shipping, Tax, Discount money.Amount // parts of Total, the discount already taken off
	Notes                   string

	paid, due money.Amount
}

// Paid is how much of the order is paid: all of a historical one, nothing of a quote, nor of what was cancelled or came
// back. Paid and due sum to the total, less what came back of it.
func (o *Order) Paid() money.Amount { return o.paid }

// Due is what is still to be paid, whenever that is due.
func (o *Order) Due() money.Amount { return o.due }

// Line is one line of an order, or what an order without lines comes to (then SKU is empty).
type Line struct {
	SKU       string
	Product   string // its name
	Quantity  int64
	UnitPrice money.Decimal // exact: quantity x unit price rounds to Amount
	Amount    money.Amount  // quantity x unit price
	Discount  money.Amount
	Tax       money.Amount
	Cost      money.Amount
	CostKnown bool
	Promotion string // the code of the promotion that lowered it

	Shipped     int64 // pieces that left
	Returned    int64 // of them, pieces that came back
	Backordered int64 // pieces that wait for goods
}

// Total is what the line adds to its order.
func (l *Line) Total() money.Amount { return l.Amount - l.Discount + l.Tax }

// exactPrice is a unit price from which quantity x price rounds to amount: the rounded price where that is so, else one
// with more decimals.
func exactPrice(price, amount money.Amount, quantity int64, decimals int) money.Decimal {
	if int64(price)*quantity == int64(amount) || quantity == 0 {
		return money.Decimal{Digits: int64(price), Scale: decimals}
	}
	const more = 6
	return money.Decimal{Digits: money.QuoRound(int64(amount)*1_000_000, quantity), Scale: decimals + more}
}
