package sales

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Move is something that can happen to an order.
type Move string

// The moves, in the order an order mostly goes through them.
const (
	EditMove    Move = "edit"
	ConfirmMove Move = "confirm"
	ShipMove    Move = "ship"
	InvoiceMove Move = "invoice"
	PayMove     Move = "pay"
	CancelMove  Move = "cancel"
	ReturnMove  Move = "return"
)

// Standing is where an order stands: what happened to it so far, all days together. From it follows what may happen next.
type Standing struct {
	Order     int64
	History   bool // imported as it was: shipped, invoiced and paid in full
	Return    bool // it takes back another order
	Confirmed bool // else it is a quote
	Cancelled bool
	Invoiced  bool
	Pieces    int64 // ordered, over all lines; 0 for an order without lines
	Shipped   int64
	Returned  int64 // pieces, of those shipped
	Whole     bool  // all of it came back
}

// moves is the one table of what is legal when. Shipping, invoicing and paying do not wait for each other.
var moves = []struct {
	move  Move
	when  string // as help says it
	legal func(Standing) bool
}{
	{EditMove, "a quote", func(s Standing) bool { return !s.Confirmed }},
	{ConfirmMove, "a quote", func(s Standing) bool { return !s.Confirmed }},
	{ShipMove, "confirmed, with pieces left to ship", func(s Standing) bool { return s.Confirmed && s.Shipped < s.Pieces }},
	{InvoiceMove, "confirmed, not invoiced yet", func(s Standing) bool { return s.Confirmed && !s.Invoiced }},
	{PayMove, "confirmed", func(s Standing) bool { return s.Confirmed }},
	{CancelMove, "a quote, or confirmed with nothing shipped or invoiced", func(s Standing) bool { return s.Shipped == 0 && !s.Invoiced }},
	{ReturnMove, "shipped, in whole or in part", func(s Standing) bool { return s.Shipped > s.Returned }},
}

// legal says whether a move is. A cancelled order, one that came back whole, and a return have no moves left; a
// historical one can only come back.
func (s Standing) legal(move Move) bool {
	if s.Cancelled || s.Return || s.Whole {
		return false
	}
	if s.History {
		return move == ReturnMove
	}
	for _, m := range moves {
		if m.move == move {
			return m.legal(s)
		}
	}
	return false
}

// Legal lists what may happen next.
func (s Standing) Legal() []Move {
	var next []Move
	for _, m := range moves {
		if s.legal(m.move) {
			next = append(next, m.move)
		}
	}
	return next
}

// Allow is nil when a move is legal, else a fault.Conflict that says where the order stands and which moves are.
func (s Standing) Allow(move Move) error {
	if s.legal(move) {
		return nil
	}
	e := &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(s.Order), Reason: fmt.Sprintf("is %s: %s is not possible", s, move)}
	if next := s.Legal(); len(next) > 0 {
		e.Hint = fmt.Sprintf("possible now: %s", joinMoves(next))
	} else {
		e.Hint = "nothing more can happen to it"
	}
	return e
}

// String says where the order stands.
func (s Standing) String() string {
	switch {
	case s.Cancelled:
		return "cancelled"
	case s.Return:
		return "a return"
	case s.Whole:
		return "returned"
	case s.History:
		return "history, shipped and paid"
	case !s.Confirmed:
		return "a quote"
	}
	words := []string{"confirmed"}
	switch {
	case s.Shipped == 0:
	case s.Shipped < s.Pieces:
		words = append(words, fmt.Sprintf("shipped in part (%d of %d)", s.Shipped, s.Pieces))
	default:
		words = append(words, "shipped")
	}
	if s.Invoiced {
		words = append(words, "invoiced")
	}
	if s.Returned > 0 {
		words = append(words, fmt.Sprintf("returned in part (%d of %d)", s.Returned, s.Pieces))
	}
	return strings.Join(words, ", ")
}

func joinMoves(list []Move) string {
	words := make([]string, len(list))
	for i, m := range list {
		words[i] = string(m)
	}
	return strings.Join(words, ", ")
}

// MoveTable is the table of moves as help prints it: each move and when it is legal.
func MoveTable() [][2]string {
	var rows [][2]string
	for _, m := range moves {
		rows = append(rows, [2]string{string(m.move), m.when})
	}
	return rows
}

// StandingOf reads where an order stands. One that does not exist is a fault.NotFound.
func StandingOf(v *book.View, order int64) (Standing, error) {
	s, found, err := book.One(v, func(row book.Scanner) (s Standing, err error) {
		err = row.Scan(&s.Order, &s.History, &s.Return, &s.Confirmed, &s.Cancelled, &s.Whole, &s.Invoiced, &s.Pieces, &s.Shipped, &s.Returned)
		return s, err
	}, `SELECT o.id, o.is_history, o.original_id IS NOT NULL OR o.total < 0, o.is_history OR o.confirmed_on IS NOT NULL, o.cancelled_on IS NOT NULL,
			o.returned_on IS NOT NULL, o.is_history OR o.invoiced_on IS NOT NULL,
			(SELECT ifnull(sum(max(quantity, 0)), 0) FROM order_lines l WHERE l.order_id = o.id) AS pieces,
			CASE WHEN o.is_history OR o.shipped_on IS NOT NULL THEN (SELECT ifnull(sum(max(quantity, 0)), 0) FROM order_lines l WHERE l.order_id = o.id)
				ELSE (SELECT ifnull(sum(s.quantity), 0) FROM order_lines l JOIN shipment_lines s ON s.order_line_id = l.id WHERE l.order_id = o.id) END,
			(SELECT ifnull(-sum(r.quantity), 0) FROM order_lines l JOIN order_lines r ON r.original_line_id = l.id WHERE l.order_id = o.id)
		FROM orders o WHERE o.id = ?`, order)
	if err == nil && !found {
		err = &fault.Error{Kind: fault.NotFound, Noun: "order", Key: fmt.Sprint(order), Reason: "there is no such order", Hint: "list them with: perla order list"}
	}
	return s, err
}
