package catalog

import (
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Move is one entry of the stock ledger.
type Move struct {
	ID         int64
	On         dates.Date
	SKU        string
	Kind       string       // one of MoveKinds
	Quantity   int64        // below 0 for what left
	Value      money.Amount // by which it changed what the stock is worth
	ValueKnown bool
	Lot        string
	ExpiresOn  dates.Date
	Document   string
	Reason     string
	Order      int64 // 0 for none
}

// MoveKinds are the kinds of moves.
var MoveKinds = []string{moveReceive, moveShip, moveReturn, moveAdjust, moveCount}

// MoveOptions choose moves. The zero value is all of them.
type MoveOptions struct {
	Product  int64 // 0 for all
	Kind     string
	Document string
	Lot      string
	Days     dates.Range
	Limit    int // the last so many; 0 is no limit
}

// Moves yields moves by their day, oldest first.
func Moves(v *book.View, o MoveOptions) iter.Seq2[Move, error] {
	where := []string{"1"}
	var args []any
	for _, c := range []struct {
		given     bool
		condition string
		value     any
	}{
		{o.Product != 0, `m.product_id = ?`, o.Product},
		{o.Kind != "", `m.kind = ?`, o.Kind},
		{o.Document != "", `m.document = ?`, o.Document},
		{o.Lot != "", `m.lot = ?`, o.Lot},
		{!o.Days.From.IsZero(), `m.moved_on >= ?`, o.Days.From.String()},
		{!o.Days.To.IsZero(), `m.moved_on <= ?`, o.Days.To.String()},
	} {
		if c.given {
			where, args = append(where, c.condition), append(args, c.value)
		}
	}
	last := -1
	if o.Limit > 0 {
		last = o.Limit
	}
	return book.Stream(v, func(r book.Row) Move {
		text := func(i int) string { return strings.Clone(r.Text(i)) }
		on, _ := dates.ParseISO(r.Text(1)) // perla check proves the days of the book
		expires, _ := dates.ParseISO(r.Text(7))
		return Move{ID: r.Int(0), On: on, SKU: text(2), Kind: text(3), Quantity: r.Int(4), Value: money.Amount(r.Int(5)), ValueKnown: !r.Null(5),
			Lot: text(6), ExpiresOn: expires, Document: text(8), Reason: text(9), Order: r.Int(10)}
	}, `id, moved_on, sku, kind, quantity, value, lot, expires_on, document, reason, order_id`, `(SELECT * FROM (
			SELECT m.id, m.moved_on, p.sku, m.kind, m.quantity, m.value, m.lot, m.expires_on, m.document, m.reason, l.order_id
			FROM stock_moves m JOIN products p ON p.id = m.product_id LEFT JOIN order_lines l ON l.id = m.order_line_id
			WHERE `+strings.Join(where, " AND ")+` ORDER BY m.moved_on DESC, m.id DESC LIMIT ?) ORDER BY moved_on, id LIMIT -1)`, append(args, last)...)
}
