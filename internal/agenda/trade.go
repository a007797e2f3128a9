package agenda

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/money"
)

// trade is what was sold up to the day: the orders that count then, as every report counts them.
type trade struct {
	orders []sale // by id
	back   []giving
	buyers *roster[buyer]
}

// sale is an order that counts. Once all are read a return stands on the day of its original, and on none where that does
// not count.
type sale struct {
	id    int64
	net   money.Amount
	buyer int32 // the place among the buyers
	on    dates.Date
}

// giving is a return: the place of its order, and its original.
type giving struct {
	at       int
	original int64
}

// buyer is what one customer bought.
type buyer struct {
	insight.Sold
	year      money.Amount // net revenue of the last twelve months
	lastOrder int64
	last      dates.Date // the day of the last order that took no money back; 0 for none
	head      int32      // the place of the last taking read
}

// taking is pieces of a product that a customer took on a day, or gave back.
type taking struct {
	product, pieces int64
	on              dates.Date
	before          int32 // the place of the one read before it of the same customer; chainEnd for none
}

// chainEnd is behind the first taking of a chain.
const chainEnd = -1

// cells are the columns of a row, walked or queried.
type cells interface {
	Int(column int) int64
	Null(column int) bool
	Text(column int) []byte
}

// dayIn is the day in a column; 0 for none. perla check proves the days of the book.
func dayIn(r cells, column int) dates.Date {
	on, _ := dates.ParseISO(string(r.Text(column)))
	return on
}

// queried is a row that SQL gives, its id first.
type queried struct{ book.Row }

func (r queried) Int(column int) int64   { return r.Row.Int(column + 1) }
func (r queried) Null(column int) bool   { return r.Row.Null(column + 1) }
func (r queried) Text(column int) []byte { return []byte(r.Row.Text(column + 1)) }

const (
	saleColumns = "customer_id,ordered_on,total,tax,shipping,original_id,is_history,confirmed_on,cancelled_on,returned_on,cost"
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
	saleCost
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
	orders, err := rowsOf(a.view, "orders")
	if err != nil {
		return nil, err
	}
	buyers, err := rowsOf(a.view, "customers")
	if err != nil {
		return nil, err
	}
	asOf := a.query.AsOf.String()
	t := &trade{}
	err = walk(a.view, "orders", saleColumns, "id", func(id int64, r cells) error { t.take(id, r, asOf); return nil },
		func() { *t = trade{orders: make([]sale, 0, orders), buyers: newRoster[buyer](buyers)} })
	if err != nil {
		return nil, err
	}
	t.settleReturns()
	for at, sum := range t.since(a.query.AsOf, 12) {
		t.buyers.list[at].year = sum
	}
	a.trade = t
	return t, nil
}

// rowsOf is about how many rows a table has, to make room for: ids may have gaps.
func rowsOf(v *book.View, table string) (int64, error) {
	const most = 1 << 20
	last, _, err := book.One(v, book.Scalar[int64], `SELECT ifnull(max(id), 0) FROM `+table)
	return min(max(last, 0), most), err
}

// take takes in an order that counts. Days compare as texts, here as in SQL.
func (t *trade) take(id int64, r cells, asOf string) {
	by := func(column int) bool { return !r.Null(column) && string(r.Text(column)) <= asOf }
	if !by(saleOn) || r.Int(saleHistory) != 1 && !by(saleConfirmed) || by(saleCancelled) || by(saleReturned) {
		return
	}
	customer := r.Int(saleCustomer)
	place := t.buyers.place(customer)
	if place < 0 {
		t.buyers.add(customer, buyer{Sold: insight.Sold{CustomerID: customer}, head: chainEnd})
		place = int32(len(t.buyers.list) - 1)
	}
	s := sale{id: id, buyer: place, on: dayIn(r, saleOn), net: money.Amount(r.Int(saleTotal) - r.Int(saleTax) - r.Int(saleShipping))}
	b := &t.buyers.list[place]
	if s.net >= 0 && s.on >= b.last {
		b.last, b.lastOrder = s.on, id
	}
	if original := r.Int(saleOriginal); original != 0 {
		t.back = append(t.back, giving{len(t.orders), original})
	}
	b.Add(s.net, money.Amount(r.Int(saleCost)), !r.Null(saleCost))
	t.orders = append(t.orders, s)
}

// buying is who may be spoken to, and what everybody bought.
func (a *Agenda) buying() (*people, *trade, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, nil, err
	}
	t, err := a.sold()
	return people, t, err
}

// settleReturns puts each return on the day whose revenue it lessens: that of its original.
func (t *trade) settleReturns() {
	for _, r := range t.back {
		s := &t.orders[r.at]
		s.on = 0
		if at, found := t.find(r.original, 0); found {
			s.on = t.orders[at].on
		}
	}
}

// find is the place of an order that counts, which is looked for first at a place and behind it; false for one that does
// not.
func (t *trade) find(id int64, at int) (int, bool) {
	const near = 8
	for range near {
		if at == len(t.orders) || t.orders[at].id > id {
			break
		}
		if t.orders[at].id == id {
			return at, true
		}
		at++
	}
	return slices.BinarySearchFunc(t.orders, id, func(s sale, id int64) int { return cmp.Compare(s.id, id) })
}

// since is the net revenue of each buyer, by place, in the months that end with a day.
func (t *trade) since(day dates.Date, months int) []money.Amount {
	from := monthsFrom(day, months)
	sums := make([]money.Amount, len(t.buyers.list))
	for i := range t.orders {
		if s := &t.orders[i]; s.on >= from {
			sums[s.buyer] += s.net
		}
	}
	return sums
}

// takings reads which pieces the people chosen took and when, of the products that can be had on the day: a chain for each
// buyer, the last read first. What came back counts against the day on which it was bought.
func (a *Agenda) takings() ([]taking, error) {
	if a.taken != nil {
		return a.taken, nil
	}
	people, t, err := a.buying()
	if err != nil {
		return nil, err
	}
	products, err := a.products()
	if err != nil {
		return nil, err
	}
	room, err := rowsOf(a.view, "order_lines")
	if err != nil {
		return nil, err
	}
	var list []taking
	var order struct { // that of the line before
		id    int64
		at    int
		buyer *buyer // nil: its lines do not matter
		on    dates.Date
	}
	err = walk(a.view, "order_lines", lineColumns, "order_id", func(_ int64, r cells) error {
		if id := r.Int(0); id != order.id {
			at, counts := t.find(id, order.at)
			order.id, order.at, order.buyer = id, at, nil
			if !counts {
				return nil
			}
			s := &t.orders[at]
			if b := &t.buyers.list[s.buyer]; !s.on.IsZero() && people.place(b.CustomerID) >= 0 {
				order.buyer, order.on = b, s.on
			}
		}
		if order.buyer == nil {
			return nil
		}
		product := r.Int(1)
		if g := products.of(product); g == nil || !g.had {
			return nil
		}
		list = append(list, taking{product: product, pieces: r.Int(2), on: order.on, before: order.buyer.head})
		order.buyer.head = int32(len(list) - 1)
		return nil
	}, func() {
		list, order.id = make([]taking, 0, room), 0
		for i := range t.buyers.list {
			t.buyers.list[i].head = chainEnd
		}
	})
	a.taken = list
	return list, err
}

// walk gives the columns of every row of a table, after a reset: from its pages where they can be walked, else by SQL, after
// another one.
func walk(v *book.View, table, columns, order string, fn func(id int64, r cells) error, reset func()) error {
	reset()
	err := v.WalkTable(table, strings.Split(columns, ","), func(r *book.TableRow) error { return fn(r.ID, r) })
	if !errors.Is(err, book.ErrUnwalkable) {
		return err
	}
	reset()
	return v.Each(func(r book.Row) error { return fn(r.Int(0), queried{r}) }, "id,"+columns,
		"(SELECT id,"+columns+" FROM "+table+" ORDER BY "+order+" LIMIT -1)")
}
