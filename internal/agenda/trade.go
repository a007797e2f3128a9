package agenda

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// trade is what was sold up to the day: the orders that count then, as every report counts them.
type trade struct {
	orders []sale // by id
	buyers map[int64]*buyer
}

// sale is an order that counts.
type sale struct {
	id       int64
	buyer    *buyer
	on       dates.Date
	original int64 // the order a return takes back; 0 for any other
	net      money.Amount
}

// buyer is what one customer bought.
type buyer struct {
	id        int64
	purchases int        // orders that took no money back
	last      dates.Date // the day of the last of these; 0 for none
	lastOrder int64
	year      money.Amount // net revenue of the last twelve months; a return belongs to its original
	bought    []bought     // by product, once lines are read
}

// bought is one product that a customer bought.
type bought struct {
	product int64
	head    int32 // the place of the last taking read
	count   int32
}

// taking is pieces of a product that a customer took on a day, or gave back.
type taking struct {
	on     dates.Date
	pieces int64
	before int32 // the place of the one read before it; chainEnd for none
}

// cells are the columns of a row, walked or queried.
type cells interface {
	Int(column int) int64
	Null(column int) bool
	Text(column int) []byte
}

// queried is a row that SQL gives, its id first.
type queried struct{ book.Row }

func (r queried) Int(column int) int64   { return r.Row.Int(column + 1) }
func (r queried) Null(column int) bool   { return r.Row.Null(column + 1) }
func (r queried) Text(column int) []byte { return []byte(r.Row.Text(column + 1)) }

const (
	saleColumns = "customer_id,ordered_on,total,tax,shipping,original_id,is_history,confirmed_on,cancelled_on,returned_on"
	lineColumns = "order_id,product_id,quantity"
)

const (
	saleCustomer = iota
	saleOn
	saleTotal
	saleTax
	saleShipping
	saleOriginal
	saleHistory
	saleConfirmed
	saleCancelled
	saleReturned
)

// monthsFrom is the first day of so many months that end with a day.
func monthsFrom(day dates.Date, months int) dates.Date {
	before := day.AddMonths(-months)
	if before.IsZero() {
		return 1
	}
	return before + 1
}

// sold reads the orders that count on the day.
func (a *Agenda) sold() (*trade, error) {
	if a.trade != nil {
		return a.trade, nil
	}
	t := &trade{buyers: map[int64]*buyer{}}
	asOf := a.query.AsOf.String()
	room, err := rowsOf(a.view, "orders")
	if err != nil {
		return nil, err
	}
	t.orders = make([]sale, 0, room)
	err = walk(a.view, "orders", saleColumns, "id", func(id int64, r cells) error { t.take(id, r, asOf); return nil }, func() { *t = trade{buyers: map[int64]*buyer{}} })
	if err != nil {
		return nil, err
	}
	for id, sum := range t.since(a.query.AsOf, 12) {
		t.buyers[id].year = sum
	}
	a.trade = t
	return t, nil
}

// rowsOf is about how many rows a table has, to make room for: ids may have gaps.
func rowsOf(v *book.View, table string) (int64, error) {
	const most = 1 << 22
	last, _, err := book.One(v, book.Scalar[int64], `SELECT ifnull(max(id), 0) FROM `+table)
	return min(max(last, 0), most), err
}

// take takes in an order that counts. Days compare as texts, here as in SQL.
func (t *trade) take(id int64, r cells, asOf string) {
	by := func(column int) bool { return !r.Null(column) && string(r.Text(column)) <= asOf }
	if !by(saleOn) || r.Int(saleHistory) != 1 && !by(saleConfirmed) || by(saleCancelled) || by(saleReturned) {
		return
	}
	s := sale{id: id, original: r.Int(saleOriginal), net: money.Amount(r.Int(saleTotal) - r.Int(saleTax) - r.Int(saleShipping))}
	s.on, _ = dates.ParseISO(string(r.Text(saleOn))) // perla check proves the days of the book
	customer := r.Int(saleCustomer)
	if s.buyer = t.buyers[customer]; s.buyer == nil {
		s.buyer = &buyer{id: customer}
		t.buyers[customer] = s.buyer
	}
	if b := s.buyer; s.net >= 0 {
		b.purchases++
		if s.on >= b.last {
			b.last, b.lastOrder = s.on, id
		}
	}
	t.orders = append(t.orders, s)
}

// belongs is the day whose revenue an order is: a return belongs to its original.
func (t *trade) belongs(s *sale) dates.Date {
	if s.original != 0 {
		if at, found := t.find(s.original, len(t.orders)); found {
			return t.orders[at].on
		}
	}
	return s.on
}

// find is the place of an order that counts, which is looked for first at a place and behind it; false for one that does
// not.
func (t *trade) find(id int64, at int) (int, bool) {
	for ; at < len(t.orders) && t.orders[at].id <= id; at++ {
		if t.orders[at].id == id {
			return at, true
		}
		if t.orders[at].id+2 < id {
			break
		}
	}
	return slices.BinarySearchFunc(t.orders, id, func(s sale, id int64) int { return cmp.Compare(s.id, id) })
}

// chainEnd is behind the first taking of a chain.
const chainEnd = -1

// readTakings reads which pieces the people chosen took and when, into the bought of each. What came back counts against
// the day on which it was bought.
func (a *Agenda) readTakings(t *trade, people map[int64]*Person) (list []taking, err error) {
	reset := func() {
		list = list[:0]
		for _, b := range t.buyers {
			b.bought = nil
		}
	}
	var last struct { // the order of the line before
		id      int64
		at      int
		buyer   *buyer // nil: its lines do not matter
		started dates.Date
	}
	room, err := rowsOf(a.view, "order_lines")
	if err != nil {
		return nil, err
	}
	list = make([]taking, 0, room)
	err = walk(a.view, "order_lines", lineColumns, "order_id", func(_ int64, r cells) error {
		if id := r.Int(0); id != last.id {
			last.id, last.buyer = id, nil
			at, counts := t.find(id, last.at)
			last.at = at
			if !counts {
				return nil
			}
			s := &t.orders[at]
			if people[s.buyer.id] == nil {
				return nil
			}
			last.buyer, last.started = s.buyer, t.belongs(s)
		}
		if last.buyer != nil {
			b := last.buyer.of(r.Int(1))
			list = append(list, taking{on: last.started, pieces: r.Int(2), before: b.head})
			b.head = int32(len(list) - 1)
			b.count++
		}
		return nil
	}, reset)
	return list, err
}

// of is what she bought of a product.
func (b *buyer) of(product int64) *bought {
	for i := range b.bought {
		if b.bought[i].product == product {
			return &b.bought[i]
		}
	}
	b.bought = append(b.bought, bought{product: product, head: chainEnd})
	return &b.bought[len(b.bought)-1]
}

// walk gives the columns of every row of a table: from its pages where they can be walked, else by SQL, after a reset.
func walk(v *book.View, table, columns, order string, fn func(id int64, r cells) error, reset func()) error {
	err := v.WalkTable(table, strings.Split(columns, ","), func(r *book.TableRow) error { return fn(r.ID, r) })
	if !errors.Is(err, book.ErrUnwalkable) {
		return err
	}
	reset()
	return v.Each(func(r book.Row) error { return fn(r.Int(0), queried{r}) }, "id,"+columns,
		"(SELECT id,"+columns+" FROM "+table+" ORDER BY "+order+" LIMIT -1)")
}
