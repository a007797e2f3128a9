// Package sales owns orders and their lines.
package sales

import (
	"math/bits"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Fields is a set of the fields of an order row, one bit each.
type Fields uint32

// The fields of an order row, in the order of the columns of an order file.
const (
	FieldRef Fields = 1 << iota
	FieldRefSource
	FieldCustomer
	FieldDate
	FieldTotal
	FieldChannel
	FieldStatus
	FieldConsultant
	FieldCampaign
	FieldProduct
	FieldQuantity
	FieldUnitPrice
	FieldCost
	FieldDiscount
	FieldShipping
	FieldTax
	FieldCurrency
	FieldNotes
)

// fieldNames are the column names of the fields, by bit.
var fieldNames = []string{"ref", "ref_source", "customer", "date", "total", "channel", "status", "consultant", "campaign",
	"product", "quantity", "unit_price", "cost", "discount", "shipping", "tax", "currency", "notes"}

// number is the position of a single field.
func (f Fields) number() byte { return byte(bits.TrailingZeros32(uint32(f))) }

// name is the column name of a single field.
func (f Fields) name() string { return fieldNames[f.number()] }

// Row is one row of an order file: one line of an order, or a whole order that has no lines. Rows with the same Ref are
// one order. Amounts are in minor units of the book's currency unless Currency names another.
type Row struct {
	Line   int    // of the file, for messages
	Bad    bool   // a cell of it could not be read: it spoils its order
	Has    Fields // which fields hold something
	Clears Fields // which fields the file asks to erase

	CustomerID int64 // of an export; 0 in a file

	Ref        string // the order's key in the system it comes from; "" when it has none
	RefSource  string // that system, when the file says it row by row
	Customer   string
	Date       dates.Date
	Total      money.Amount // of the whole order, as Shipping
	Channel    string
	Status     Status
	Consultant string
	Campaign   string
	Product    string // stock-keeping unit; "" for an order with a total only
	Quantity   int64
	UnitPrice  money.Decimal
	Cost       money.Amount  // of the whole line, as Discount and Tax
	Discount   money.Amount  // unless IsPercent
	Percent    money.Decimal // the discount in per cent of quantity x unit price, when IsPercent
	IsPercent  bool
	Shipping   money.Amount
	Tax        money.Amount
	Currency   string
	Notes      string
}

// Problem is a row that was refused, and why.
type Problem struct {
	Line   int
	Field  string // "" when it concerns the whole row
	Value  string
	Reason string
	Along  bool // nothing is wrong with the row itself: it goes with its order
}

// Status is how far an order has come, as a word of a file or a list. It is computed from dated facts, never stored.
type Status uint8

// The statuses, in the order an order passes through them.
const (
	NoStatus Status = iota
	Quote
	Confirmed
	Shipped
	Invoiced
	Paid
	Cancelled
	Returned
)

// StatusNames are the words for the statuses; the first is empty.
var StatusNames = []string{"", "quote", "confirmed", "shipped", "invoiced", "paid", "cancelled", "returned"}

func (s Status) String() string { return StatusNames[s] }

// facts are the dated facts an imported status stands for, all on the order's own day. No status, and paid, is history:
// confirmed, shipped, invoiced and paid in full that day.
type facts struct {
	history                                           bool
	confirmed, shipped, invoiced, cancelled, returned bool
}

func (s Status) facts() facts {
	switch s {
	case Quote:
		return facts{}
	case Confirmed:
		return facts{confirmed: true}
	case Shipped:
		return facts{confirmed: true, shipped: true}
	case Invoiced:
		return facts{confirmed: true, invoiced: true}
	case Cancelled:
		return facts{confirmed: true, cancelled: true}
	case Returned:
		return facts{history: true, returned: true}
	}
	return facts{history: true}
}

// FieldNamed is the field of a column name; 0 when there is none.
func FieldNamed(name string) Fields {
	for i, have := range fieldNames {
		if have == name {
			return 1 << i
		}
	}
	return 0
}

// Reserved says whether a source name is perla's own: that of orders which came without a ref.
func Reserved(source string) bool { return source == contentSource }
