package insight

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// What is read of an order and of a line: the walk and SQL give the columns in this order.
var (
	basketOrderColumns = []string{"customer_id", "ordered_on", "original_id", "is_history", "confirmed_on", "cancelled_on", "returned_on"}
	basketLineColumns  = []string{"order_id", "product_id", "quantity"}
)

const (
	basketCustomer = iota
	basketOrdered
	basketOriginal
	basketHistory
	basketConfirmed
	basketCancelled
	basketReturned
)

const (
	basketLineOrder = iota
	basketLineProduct
	basketLineQuantity
)

// basketReader gathers lines under the basket they belong to.
type basketReader struct {
	o         BasketOptions
	asOf      string
	days      dates.Range
	who       chosen
	orders    []basketOrder // that count, by id
	at        int           // where in orders the line before belonged
	customers map[int64]int32
	lines     []basketLine
	places    map[int64]int32 // of products in the order they were met
	products  []int64
}

// basketOrder is an order that counts, or a return, which belongs to the basket of its original.
type basketOrder struct {
	id, original int64
	basket       int32 // noBasket: not asked about
}

const noBasket = -1

// basketLine is so many pieces of a product in a basket.
type basketLine struct {
	basket, product int32
	quantity        int64
}

// readBaskets reads the orders asked about and then their lines.
func readBaskets(v *book.View, o BasketOptions) (*baskets, error) {
	r := &basketReader{o: o, asOf: o.AsOf.String(), days: o.Days, places: map[int64]int32{}}
	if r.days.To.IsZero() || r.days.To > o.AsOf {
		r.days.To = o.AsOf
	}
	var err error
	if r.who, err = choice(v, o.Where); err != nil {
		return nil, err
	}
	if err := r.readOrders(v); err != nil {
		return nil, err
	}
	r.settleReturns()
	if err := r.readLines(v); err != nil {
		return nil, err
	}
	return r.baskets(), nil
}

// readOrders takes the orders asked about, and returns, from the pages of their table.
func (r *basketReader) readOrders(v *book.View) error {
	r.customers = map[int64]int32{}
	err := v.WalkTable("orders", basketOrderColumns, func(row *book.TableRow) error { return r.takeOrder(row.ID, row) })
	if !errors.Is(err, book.ErrUnwalkable) {
		return err
	}
	r.orders, r.customers = nil, map[int64]int32{}
	return r.queryOrders(v)
}

// queryOrders is the same by SQL.
func (r *basketReader) queryOrders(v *book.View) error {
	columns := "id, " + strings.Join(basketOrderColumns, ", ")
	return v.Each(func(row book.Row) error { return r.takeOrder(row.Int(0), queriedCells{row}) }, columns,
		"(SELECT "+columns+" FROM orders ORDER BY id LIMIT -1)")
}

// takeOrder takes an order if it counts at the as-of day: see countedOrders. Ids ascend.
func (r *basketReader) takeOrder(id int64, row soldCells) error {
	by := func(column int) bool { return !row.Null(column) && string(row.Text(column)) <= r.asOf }
	if !by(basketOrdered) || row.Int(basketHistory) != 1 && !by(basketConfirmed) || by(basketCancelled) || by(basketReturned) {
		return nil
	}
	day, err := dates.ParseISO(string(row.Text(basketOrdered)))
	if err != nil {
		return damaged(fmt.Sprintf("order %d is dated %q, which is no day", id, row.Text(basketOrdered)))
	}
	original := int64(0)
	if !row.Null(basketOriginal) {
		original = row.Int(basketOriginal)
	}
	customer := row.Int(basketCustomer)
	o := basketOrder{id: id, original: original, basket: noBasket}
	switch {
	case original != 0:
	case !within(r.days, day) || !r.who.has(customer):
		return nil
	case r.o.By == BasketByCustomer:
		basket, known := r.customers[customer]
		if !known {
			basket = int32(len(r.customers))
			r.customers[customer] = basket
		}
		o.basket = basket
	default:
		o.basket = int32(len(r.orders))
	}
	if len(r.orders) == math.MaxInt32 {
		return errTooManyLines
	}
	r.orders = append(r.orders, o)
	return nil
}

var errTooManyLines = &fault.Error{Kind: fault.Rejected, Noun: "report", Reason: "there are more lines than it can hold",
	Hint: "ask about a part of the time with --period"}

// settleReturns puts each return into the basket of its original.
func (r *basketReader) settleReturns() {
	for i := range r.orders {
		if o := &r.orders[i]; o.original != 0 {
			if at, found := r.search(o.original); found {
				o.basket = r.orders[at].basket
			}
		}
	}
}

func (r *basketReader) search(id int64) (int, bool) {
	return slices.BinarySearchFunc(r.orders, id, func(o basketOrder, id int64) int { return cmp.Compare(o.id, id) })
}

// readLines takes the lines of those orders.
func (r *basketReader) readLines(v *book.View) error {
	r.lines = make([]basketLine, 0, 2*len(r.orders))
	err := v.WalkTable("order_lines", basketLineColumns, func(row *book.TableRow) error { return r.takeLine(row) })
	if !errors.Is(err, book.ErrUnwalkable) {
		return err
	}
	r.lines, r.products, r.places = r.lines[:0], nil, map[int64]int32{}
	return r.queryLines(v)
}

// queryLines is the same by SQL.
func (r *basketReader) queryLines(v *book.View) error {
	columns := "id, " + strings.Join(basketLineColumns, ", ")
	return v.Each(func(row book.Row) error { return r.takeLine(queriedCells{row}) }, columns,
		"(SELECT "+columns+" FROM order_lines ORDER BY id LIMIT -1)")
}

// takeLine takes a line if its order is asked about. Lines come mostly in the order of their orders.
func (r *basketReader) takeLine(row soldCells) error {
	id := row.Int(basketLineOrder)
	for near := 8; near > 0 && r.at < len(r.orders) && r.orders[r.at].id < id; near-- {
		r.at++
	}
	passed := r.at == 0 || r.orders[r.at-1].id < id
	if !passed || r.at < len(r.orders) && r.orders[r.at].id < id {
		r.at, _ = r.search(id)
	}
	if r.at == len(r.orders) || r.orders[r.at].id != id || r.orders[r.at].basket == noBasket {
		return nil
	}
	if len(r.lines) == math.MaxInt32 {
		return errTooManyLines
	}
	product := row.Int(basketLineProduct)
	place, known := r.places[product]
	if !known {
		place = int32(len(r.products))
		r.places[product] = place
		r.products = append(r.products, product)
	}
	r.lines = append(r.lines, basketLine{r.orders[r.at].basket, place, row.Int(basketLineQuantity)})
	return nil
}

// baskets adds up the lines: what came back whole is not in a basket, and what has nothing in it is none.
func (r *basketReader) baskets() *baskets {
	compare := func(a, b basketLine) int {
		return cmp.Or(cmp.Compare(a.basket, b.basket), cmp.Compare(a.product, b.product))
	}
	if !slices.IsSortedFunc(r.lines, compare) {
		slices.SortFunc(r.lines, compare)
	}
	var b baskets
	b.items = make([]int32, 0, len(r.lines))
	bought := make([]bool, len(r.products))
	open := int32(noBasket)
	for i := 0; i < len(r.lines); {
		first, pieces := r.lines[i], int64(0)
		for ; i < len(r.lines) && compare(r.lines[i], first) == 0; i++ {
			pieces += r.lines[i].quantity
		}
		if pieces <= 0 {
			continue
		}
		if first.basket != open {
			open = first.basket
			b.starts = append(b.starts, int32(len(b.items)))
		}
		b.items = append(b.items, first.product)
		bought[first.product] = true
	}
	if open != noBasket {
		b.starts = append(b.starts, int32(len(b.items)))
	}
	r.renumber(&b, bought)
	return &b
}

// renumber gives the products that are in a basket their places by id.
func (r *basketReader) renumber(b *baskets, bought []bool) {
	for p, id := range r.products {
		if bought[p] {
			b.products = append(b.products, id)
		}
	}
	slices.Sort(b.products)
	places := make([]int32, len(r.products))
	for p, id := range r.products {
		at, _ := slices.BinarySearch(b.products, id)
		places[p] = int32(at)
	}
	for i, p := range b.items {
		b.items[i] = places[p]
	}
	for i := range int32(b.count()) {
		slices.Sort(b.of(i))
	}
}

// bookItem is a product as it stands in the book.
type bookItem struct {
	BasketItem
	offered bool // on the day asked about it is out, and neither discontinued nor archived
}

// readItems are all products by id.
func readItems(v *book.View, asOf dates.Date) (map[int64]bookItem, error) {
	items := map[int64]bookItem{}
	err := v.Each(func(r book.Row) error {
		item := bookItem{BasketItem: BasketItem{r.Int(0), strings.Clone(r.Text(1)), strings.Clone(r.Text(2))}, offered: r.Int(3) != 0}
		items[item.ID] = item
		return nil
	}, `id, sku, name, ifnull(launched_on, '') <= ?2 AND ifnull(discontinued_on > ?2, 1) AND ifnull(archived_on > ?2, 1)`,
		"products", asOf.String())
	return items, err
}
