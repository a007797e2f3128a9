package insight

import (
	"errors"
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// What is read of an order, and of a line: the walk and SQL give the columns in this order.
var (
	soldOrderColumns = []string{"customer_id", "ordered_on", "total", "tax", "shipping", "cost", "channel", "consultant_id", "original_id",
		"is_history", "confirmed_on", "cancelled_on", "returned_on"}
	soldLineColumns = []string{"order_id", "product_id", "quantity", "amount", "discount", "cost"}
)

const (
	soldCustomer = iota
	soldOrdered
	soldTotal
	soldTax
	soldShipping
	soldCost
	soldChannel
	soldConsultant
	soldOriginal
	soldHistory
	soldConfirmed
	soldCancelled
	soldReturned
)

const (
	lineOrder = iota
	lineProduct
	lineQuantity
	lineAmount
	lineDiscount
	lineCost
)

// soldCells are the columns of a row, walked or queried.
type soldCells interface {
	Int(column int) int64
	Null(column int) bool
	Text(column int) []byte
}

// queriedCells is a row that SQL gives, its id first.
type queriedCells struct{ book.Row }

func (r queriedCells) Int(column int) int64   { return r.Row.Int(column + 1) }
func (r queriedCells) Null(column int) bool   { return r.Row.Null(column + 1) }
func (r queriedCells) Text(column int) []byte { return []byte(r.Row.Text(column + 1)) }

// readOrders takes every order that counts at the as-of day: see countedOrders.
func (s *salesSum) readOrders(v *book.View) error {
	last, _, err := book.One(v, book.Scalar[int64], `SELECT ifnull(max(id), 0) FROM orders`)
	if err != nil {
		return err
	}
	const most = 1 << 22 // ids may have gaps
	s.orders = make([]soldOrder, 0, min(max(last, 0), most))
	err = v.WalkTable("orders", soldOrderColumns, func(r *book.TableRow) error { return s.takeOrder(r.ID, r) })
	if !errors.Is(err, book.ErrUnwalkable) {
		return err
	}
	who := s.who
	*s = *newSalesSum(s.by)
	s.who = who
	return s.queryOrders(v)
}

// queryOrders is the same by SQL.
func (s *salesSum) queryOrders(v *book.View) error {
	columns := "id, " + strings.Join(soldOrderColumns, ", ")
	return v.Each(func(r book.Row) error { return s.takeOrder(r.Int(0), queriedCells{r}) }, columns,
		"(SELECT "+columns+" FROM orders ORDER BY id LIMIT -1)")
}

func (s *salesSum) takeOrder(id int64, r soldCells) error {
	if !counted(r, s.asOf) || !s.who.has(r.Int(soldCustomer)) {
		return nil
	}
	day, err := dates.ParseISO(string(r.Text(soldOrdered)))
	if err != nil {
		return damaged(fmt.Sprintf("order %d is dated %q, which is no day", id, r.Text(soldOrdered)))
	}
	s.row = soldRow{id: id, original: r.Int(soldOriginal), customer: r.Int(soldCustomer), consultant: r.Int(soldConsultant), channel: r.Text(soldChannel),
		day: day, net: money.Amount(r.Int(soldTotal) - r.Int(soldTax) - r.Int(soldShipping)), cost: money.Amount(r.Int(soldCost)), costKnown: !r.Null(soldCost)}
	s.order(&s.row)
	return nil
}

// counted says whether an order counts at a day, in text. Days compare as texts, here as in SQL.
func counted(r soldCells, asOf string) bool {
	by := func(column int) bool { return !r.Null(column) && string(r.Text(column)) <= asOf }
	return by(soldOrdered) && (r.Int(soldHistory) == 1 || by(soldConfirmed)) && !by(soldCancelled) && !by(soldReturned)
}

// readLines takes every line. Where lines say the group, those of one order must follow each other; in their table they
// do, but for orders that were changed later.
func (s *salesSum) readLines(v *book.View) error {
	err := v.WalkTable("order_lines", soldLineColumns, func(r *book.TableRow) error { return s.takeLine(r) })
	if !errors.Is(err, book.ErrUnwalkable) {
		return err
	}
	s.forgetLines()
	return s.queryLines(v)
}

// queryLines is the same by SQL, in the order of their orders.
func (s *salesSum) queryLines(v *book.View) error {
	columns := "id, " + strings.Join(soldLineColumns, ", ")
	return v.Each(func(r book.Row) error { return s.takeLine(queriedCells{r}) }, columns,
		"(SELECT "+columns+" FROM order_lines ORDER BY order_id LIMIT -1)")
}

func (s *salesSum) takeLine(r soldCells) error {
	order := r.Int(lineOrder)
	if s.byLine && order < s.open.order {
		return book.ErrUnwalkable
	}
	s.open = soldLine{order: order, product: r.Int(lineProduct), quantity: r.Int(lineQuantity),
		net: money.Amount(r.Int(lineAmount) - r.Int(lineDiscount)), cost: money.Amount(r.Int(lineCost)), costKnown: !r.Null(lineCost)}
	s.line(&s.open)
	return nil
}

// readCategories says which category each product is of.
func (s *salesSum) readCategories(v *book.View) error {
	return v.Each(func(r book.Row) error {
		s.placed[r.Int(0)] = s.groupNamed([]byte(r.Text(1)))
		return nil
	}, "id, category", "products")
}
