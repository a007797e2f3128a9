package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// The kinds of moves.
const (
	moveReceive = "receive"
	moveAdjust  = "adjust"
	moveCount   = "count"
	moveShip    = "ship"
	moveReturn  = "return"
)

// move is a row of the ledger.
type move struct {
	product   int64
	on        dates.Date
	kind      string
	quantity  int64
	value     money.Amount
	known     bool // of the value
	lot       string
	expiresOn dates.Date
	document  string
	reason    string
	line      int64 // of an order; 0 for none
}

// moveColumns are the columns of stock_moves, in the order of move.column.
const moveColumns = `product_id, moved_on, kind, quantity, value, lot, expires_on, document, reason, order_line_id`

func (m *move) column(n int) any {
	return [...]func() any{
		func() any { return m.product },
		func() any { return m.on.String() },
		func() any { return m.kind },
		func() any { return m.quantity },
		func() any { return knownOr(int64(m.value), m.known) },
		func() any { return orNull(m.lot) },
		func() any { return dayOrNull(m.expiresOn) },
		func() any { return orNull(m.document) },
		func() any { return orNull(m.reason) },
		func() any { return knownOr(m.line, m.line != 0) },
	}[n]()
}

// writeMoves adds moves to the ledger.
func writeMoves(tx *book.Tx, moves []move) error {
	if len(moves) == 0 {
		return nil
	}
	t, err := newSaver(tx).table("moves", strings.Split(moveColumns, ", "), len(moves), func(row, column int) any { return moves[row].column(column) })
	if err != nil {
		return err
	}
	return t.exec(`INSERT INTO stock_moves (` + moveColumns + `) SELECT ` + moveColumns + ` FROM %[1]s`)
}

// stock is what the ledger says of one product, and what moves that are about to be written make of it.
type stock struct {
	product int64
	tracked bool
	sum     worth // of the whole ledger: what leaves takes its value from what there is now
	lots    []Lot // as of a day, in the order in which they leave on it
	day     dates.Date
}

// stocks reads what the ledger says of some products, for moves on a day.
func stocks(v *book.View, day dates.Date, products ...int64) (map[int64]*stock, error) {
	all := make(map[int64]*stock, len(products))
	for _, p := range products {
		all[p] = &stock{product: p, day: day}
	}
	err := given.worths(v, []any{lastDay, jsonIDs(products)}, func(product int64, w worth) {
		all[product].sum, all[product].tracked = w, true
	})
	if err != nil {
		return nil, err
	}
	lots, err := lotsOn(v, day, given, jsonIDs(products))
	if err != nil {
		return nil, err
	}
	for _, l := range lots {
		s := all[l.Product]
		s.lots = append(s.lots, l)
	}
	for _, s := range all {
		slices.SortStableFunc(s.lots, func(a, b Lot) int { return a.leavesBefore(&b, day) })
	}
	return all, nil
}

// lastDay is after every day of the book.
const lastDay = "9999-12-31"

// free is how many pieces of some lots may leave on the day of the stock: none would be below zero then, or on a later day.
func (s *stock) free(only func(*Lot) bool) (n int64) {
	for i := range s.lots {
		if only(&s.lots[i]) {
			n += s.lots[i].free
		}
	}
	return n
}

// anyLot and lotNamed say from which lots pieces may leave.
func anyLot(*Lot) bool { return true }

func lotNamed(name string) func(*Lot) bool { return func(l *Lot) bool { return l.Name == name } }

// leave makes the moves by which pieces leave, one a lot, first expired first out, and gives the lots with what each
// gives. All of m but quantity, value and lot is the moves'. There must be so many free.
func (s *stock) leave(m move, pieces int64, only func(*Lot) bool) (moves []move, taken []Lot) {
	total, known := s.sum.leaves(pieces)
	var gone int64
	for i := range s.lots {
		l := &s.lots[i]
		n := min(pieces-gone, l.free)
		if n <= 0 || !only(l) {
			continue
		}
		m.quantity, m.lot, m.expiresOn = -n, l.Name, l.ExpiresOn
		m.value, m.known = -money.Part(total, gone, gone+n, pieces), known
		moves, taken = append(moves, m), append(taken, Lot{Product: s.product, Name: l.Name, ExpiresOn: l.ExpiresOn, Quantity: n})
		l.Quantity, l.free, gone = l.Quantity-n, l.free-n, gone+n
	}
	for _, m := range moves {
		s.sum.add(m.quantity, m.value, m.known)
	}
	return moves, taken
}

// come makes the move by which pieces come that nobody paid for just now: at the average cost of those there are, else
// at a cost of each, where that is known.
func (s *stock) come(m move, pieces int64, each money.Amount, eachKnown bool) (move, error) {
	m.quantity = pieces
	switch {
	case s.sum.pieces > 0 && s.sum.known():
		value, err := money.Decimal{Digits: int64(s.sum.value)}.Times(pieces, 0)
		if err != nil {
			return m, err
		}
		m.value, m.known = money.Amount(money.QuoRound(int64(value), s.sum.pieces)), true
	case eachKnown:
		value, err := money.Decimal{Digits: int64(each)}.Times(pieces, 0)
		if err != nil {
			return m, err
		}
		m.value, m.known = value, true
	}
	s.sum.add(m.quantity, m.value, m.known)
	s.tracked = true
	return m, nil
}

// leaves is the value that some of the pieces take with them: their part of the average, all there is with the last one.
// Where the value of what there is is not known they take nothing that is, until the last piece takes what is left.
func (w *worth) leaves(pieces int64) (total money.Amount, known bool) {
	if w.known() || pieces == w.pieces && w.value != 0 {
		return w.part(pieces), true
	}
	return 0, false
}

// part is what some of the pieces on hand are worth: all there is when it is all of them.
func (w *worth) part(pieces int64) money.Amount {
	if w.pieces <= 0 || pieces > w.pieces {
		return 0
	}
	return money.Amount(money.MulQuo(int64(w.value), pieces, w.pieces))
}

// notEnough says that fewer pieces can leave than are wanted.
func (s *stock) notEnough(v *book.View, of string, have, need int64) error {
	sku, err := skuOf(v, s.product)
	if err != nil {
		return err
	}
	when := ""
	if s.day < v.Today() {
		when = " on " + s.day.String() + " and since"
	}
	return fault.New(fault.Conflict, fmt.Sprintf("not enough stock of %s%s%s (have %d, need %d)", sku, of, when, have, need),
		"see what came and went with: perla stock moves "+shellWord(sku))
}

// checkDay refuses a day that has not come yet.
func checkDay(v *book.View, day dates.Date) error {
	if day <= v.Today() {
		return nil
	}
	return fault.New(fault.Usage, day.String()+" has not come yet", "what is still to come is told with: perla stock expect")
}
