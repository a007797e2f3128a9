package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// shelf is the stock of one product as anybody would keep it: so many in each lot, worth so much together.
type shelf struct {
	lots    map[string]int64
	value   int64
	unknown bool
	sold    map[int64]map[string]int64 // by order line: what left from which lot
	worth   map[int64]int64            // by order line: what it was worth
}

// expiry of the lots of the model; "" and keeps have none.
var expiry = map[string]string{"old": "2026-11-01", "soon": "2026-11-30", "late": "2027-11-30"}

// leaving is the order in which the lots leave on 2026-11-22.
var leaving = []string{"soon", "late", "", "keeps", "old"}

func (s *shelf) pieces() (n int64) {
	for _, q := range s.lots {
		n += q
	}
	return n
}

// share is value x part / whole, half to even.
func share(value, part, whole int64) int64 {
	r := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(value), big.NewInt(part)), big.NewInt(whole))
	floor := new(big.Int).Div(r.Num(), r.Denom())
	rest := new(big.Rat).Sub(r, new(big.Rat).SetInt(floor))
	n := floor.Int64()
	if c := rest.Cmp(big.NewRat(1, 2)); c > 0 || c == 0 && n%2 != 0 {
		n++
	}
	return n
}

// remove takes pieces away, first expired first, or of one lot, and says how many of which.
func (s *shelf) remove(n int64, lots ...string) map[string]int64 {
	gone := map[string]int64{}
	all := s.pieces()
	if s.unknown {
		if n == all {
			s.value = 0
		}
	} else {
		s.value -= share(s.value, n, all)
	}
	for _, lot := range lots {
		if q := min(n, s.lots[lot]); q > 0 {
			s.lots[lot] -= q
			gone[lot], n = q, n-q
		}
	}
	s.settle()
	return gone
}

func (s *shelf) settle() {
	if s.pieces() == 0 {
		s.unknown = false
	}
}

// TestStockIsWhatAShelfHolds drives the ledger and a shelf with the same random moves of one day.
func TestStockIsWhatAShelfHolds(t *testing.T) {
	b := newBook(t)
	exec(t, b, `INSERT INTO customers (name, created_on, name_key, search) VALUES ('Ana', '2026-01-01', 'ana', 'ana')`)
	product := int64(0)
	rapid.Check(t, func(t *rapid.T) {
		product++
		cost := rapid.SampledFrom([]int64{-1, 250}).Draw(t, "cost")
		s := &shelf{lots: map[string]int64{}, sold: map[int64]map[string]int64{}, worth: map[int64]int64{}}
		require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
			_, err := tx.Exec(`INSERT INTO products (sku, name, created_on) VALUES (?, 'x', '2026-01-01')`, fmt.Sprintf("P%d", product))
			if err == nil && cost >= 0 {
				_, err = tx.Exec(`INSERT INTO product_prices (product_id, kind, since_on, amount) VALUES (?, 'cost', '2026-01-01', ?)`, product, cost)
			}
			for range rapid.IntRange(1, 20).Draw(t, "moves") {
				require.NoError(t, err)
				err = s.move(t, tx, product, cost)
				require.NoError(t, s.compare(t, tx.View, product))
			}
			return err
		}))
	})
	view(t, b, func(v *book.View) error {
		for _, c := range Checks() {
			problem, _, err := book.One(v, book.Scalar[string], c.Query)
			require.NoError(t, err)
			require.Empty(t, problem, c.Name)
		}
		return nil
	})
}

// move makes a random move.
func (s *shelf) move(t *rapid.T, tx *book.Tx, product, cost int64) error {
	switch rapid.SampledFrom([]string{"receive", "receive", "ship", "ship", "return", "adjust", "count"}).Draw(t, "move") {
	case "receive":
		return s.receive(t, tx, product, cost)
	case "ship":
		return s.ship(t, tx, product, cost)
	case "return":
		return s.takeBack(t, tx, product)
	case "adjust":
		return s.adjust(t, tx, product, cost)
	}
	return s.count(t, tx, product, cost)
}

func (s *shelf) compare(t *rapid.T, v *book.View, product int64) error {
	levels, err := Levels(v, 0, product)
	require.NoError(t, err)
	require.Equal(t, s.pieces(), levels[product].OnHand)
	if levels[product].Tracked {
		require.Equal(t, !s.unknown, levels[product].ValueKnown)
		require.Equal(t, money.Amount(s.value), levels[product].Value)
	}
	lots, err := Lots(v, 0, product)
	have := map[string]int64{}
	for _, l := range lots {
		have[l.Name] = l.Quantity
	}
	for lot, n := range s.lots {
		require.Equal(t, n, have[lot], "lot %q", lot)
	}
	return err
}

func (s *shelf) receive(t *rapid.T, tx *book.Tx, product, cost int64) error {
	lot := rapid.SampledFrom(leaving).Draw(t, "lot")
	n := rapid.Int64Range(1, 9).Draw(t, "pieces")
	d := Delivery{SKU: fmt.Sprintf("P%d", product), Quantity: n, Lot: lot}
	d.Expires, _ = dates.ParseISO(expiry[lot])
	each := cost
	if d.HasCost = rapid.Bool().Draw(t, "costs"); d.HasCost {
		each = rapid.Int64Range(0, 1000).Draw(t, "cost of a piece")
		d.Cost = money.Decimal{Digits: each, Scale: 2}
	}
	s.lots[lot] += n
	if each >= 0 {
		s.value += each * n
	} else {
		s.unknown = true
	}
	return NewReceiver(tx).Receive([]Delivery{d}, func(p Problem) { t.Fatalf("refused: %+v", p) })
}

func (s *shelf) ship(t *rapid.T, tx *book.Tx, product, cost int64) error {
	n := rapid.Int64Range(1, 9).Draw(t, "pieces")
	id, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, is_history, confirmed_on, shipped_on) VALUES (1, ?, 0, 0, ?, ?)`, today, today, today)
	require.NoError(t, err)
	line, err := tx.Insert(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (?, ?, ?, 0, 0)`, id, product, n)
	require.NoError(t, err)
	all, tracked := s.pieces(), len(s.lots) > 0
	out, err := Issue(tx, line, product, n, tx.Today())
	if tracked && n > all {
		require.Equal(t, fault.Conflict, fault.KindOf(err))
		return nil
	}
	require.NoError(t, err)
	want, known := share(s.value, n, max(all, 1)), tracked
	if !tracked || s.unknown {
		want, known = cost*n, cost >= 0
	}
	require.Equal(t, known, out.Known)
	if known {
		require.Equal(t, money.Amount(want), out.Cost)
		_, err = tx.Exec(`UPDATE order_lines SET cost = ? WHERE id = ?`, int64(out.Cost), line)
		require.NoError(t, err)
	}
	if tracked {
		before := s.value
		s.sold[line] = s.remove(n, leaving...)
		s.worth[line] = before - s.value
	}
	return nil
}

// takeBack returns all of a line, in two parts, if its worth is known: the sum must be what it left with.
func (s *shelf) takeBack(t *rapid.T, tx *book.Tx, product int64) error {
	var lines []int64
	for line := range s.sold {
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return nil
	}
	slices.Sort(lines)
	line := rapid.SampledFrom(lines).Draw(t, "line")
	moved, _, err := book.One(tx.View, book.Scalar[int64], `SELECT count(value) = count(*) FROM stock_moves WHERE order_line_id = ?`, line)
	require.NoError(t, err)
	if moved == 0 {
		return nil
	}
	total := int64(0)
	for lot, n := range s.sold[line] {
		s.lots[lot] += n
		total += n
	}
	s.value += s.worth[line]
	delete(s.sold, line)
	first := rapid.Int64Range(0, total).Draw(t, "first")
	for _, n := range []int64{first, total - first} {
		if n == 0 {
			continue
		}
		id, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, is_history) VALUES (1, ?, 0, 0)`, today)
		require.NoError(t, err)
		back, err := tx.Insert(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount, original_line_id) VALUES (?, ?, ?, 0, 0, ?)`, id, product, -n, line)
		require.NoError(t, err)
		require.NoError(t, TakeBack(tx, back, product, n, tx.Today()))
	}
	return nil
}

func (s *shelf) adjust(t *rapid.T, tx *book.Tx, product, cost int64) error {
	n := rapid.Int64Range(-9, 9).Filter(func(n int64) bool { return n != 0 }).Draw(t, "pieces")
	a := Adjustment{Product: product, Pieces: n, Reason: "r"}
	lots := leaving
	if lot := rapid.SampledFrom(leaving).Draw(t, "lot"); rapid.Bool().Draw(t, "of a lot") && lot != "" {
		a.Lot, lots = lot, []string{lot}
	}
	err := Adjust(tx, a)
	if _, has := s.lots[a.Lot]; a.Lot != "" && !has {
		require.Equal(t, fault.NotFound, fault.KindOf(err))
		return nil
	}
	if n > 0 {
		s.found(a.Lot, n, cost)
		return err
	}
	have := int64(0)
	for _, lot := range lots {
		have += s.lots[lot]
	}
	if have < -n {
		require.Equal(t, fault.Conflict, fault.KindOf(err))
		return nil
	}
	s.remove(-n, lots...)
	return err
}

// found puts pieces on the shelf that nobody paid for.
func (s *shelf) found(lot string, n, cost int64) {
	switch all := s.pieces(); {
	case all > 0 && !s.unknown:
		s.value += share(s.value, n, all)
	case cost >= 0:
		s.value += cost * n
	default:
		s.unknown = true
	}
	s.lots[lot] += n
	s.settle()
}

func (s *shelf) count(t *rapid.T, tx *book.Tx, product, cost int64) error {
	var lots []string
	for lot, n := range s.lots {
		if n > 0 {
			lots = append(lots, lot)
		}
	}
	slices.Sort(lots)
	n := rapid.Int64Range(0, 15).Draw(t, "counted")
	c := Count{Given: true, Product: product, Counted: n}
	if len(lots) > 1 || len(lots) == 1 && rapid.Bool().Draw(t, "by lot") {
		c.Lot = rapid.SampledFrom(lots).Draw(t, "lot")
	}
	var refused []Problem
	done, err := CountStock(tx, []Count{c}, CountOptions{}, func(p Problem) { refused = append(refused, p) })
	require.NoError(t, err)
	lot := c.Lot
	switch {
	case lot == "" && len(lots) > 1:
		if have := s.pieces(); have != n {
			require.Len(t, refused, 1)
		}
		return nil
	case lot == "" && len(lots) == 1:
		lot = lots[0]
	}
	require.Empty(t, refused)
	diff := n - s.lots[lot]
	require.Equal(t, cmp.Compare(diff, 0) != 0, done.Changed == 1)
	switch {
	case diff > 0:
		s.found(lot, diff, cost)
	case diff < 0:
		s.remove(-diff, lot)
	}
	return nil
}

// TestNoDayIsEverBelowZero moves pieces on random days: whatever is refused, what is written adds up on every day.
func TestNoDayIsEverBelowZero(t *testing.T) {
	b := newBook(t)
	exec(t, b, `INSERT INTO customers (name, created_on, name_key, search) VALUES ('Ana', '2026-01-01', 'ana', 'ana')`)
	product := int64(0)
	last := day(t, today)
	rapid.Check(t, func(t *rapid.T) {
		product++
		require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
			if _, err := tx.Exec(`INSERT INTO products (sku, name, created_on) VALUES (?, 'x', '2026-01-01')`, fmt.Sprintf("P%d", product)); err != nil {
				return err
			}
			for range rapid.IntRange(1, 20).Draw(t, "moves") {
				err := moveOnSomeDay(t, tx, product, last.AddDays(-rapid.IntRange(0, 5).Draw(t, "days ago")))
				var known *fault.Error
				require.True(t, err == nil || errors.As(err, &known) && known.Kind == fault.Conflict, "%v", err)
			}
			return nil
		}))
	})
	view(t, b, func(v *book.View) error {
		for _, c := range Checks() {
			problem, _, err := book.One(v, book.Scalar[string], c.Query)
			require.NoError(t, err)
			require.Empty(t, problem, c.Name)
		}
		return nil
	})
}

func moveOnSomeDay(t *rapid.T, tx *book.Tx, product int64, on dates.Date) error {
	n := rapid.Int64Range(1, 5).Draw(t, "pieces")
	switch rapid.SampledFrom([]string{"receive", "ship", "adjust", "count"}).Draw(t, "move") {
	case "receive":
		d := Delivery{SKU: fmt.Sprintf("P%d", product), Quantity: n, On: on, Lot: rapid.SampledFrom([]string{"", "a"}).Draw(t, "lot"), Cost: money.Decimal{Digits: n}, HasCost: true}
		return NewReceiver(tx).Receive([]Delivery{d}, func(p Problem) { t.Fatalf("refused: %+v", p) })
	case "ship":
		id, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, is_history, confirmed_on) VALUES (1, ?, 0, 0, ?)`, today, today)
		if err != nil {
			return err
		}
		line, err := tx.Insert(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (?, ?, ?, 0, 0)`, id, product, n)
		if err != nil {
			return err
		}
		_, err = Issue(tx, line, product, n, on)
		return err
	case "adjust":
		return Adjust(tx, Adjustment{Product: product, Pieces: rapid.SampledFrom([]int64{-n, n}).Draw(t, "sign"), Reason: "r", On: on})
	}
	_, err := CountStock(tx, []Count{{Given: true, Product: product, Counted: n}}, CountOptions{On: on}, func(Problem) {})
	return err
}
