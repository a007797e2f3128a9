package book

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

func redo(b *Book) (op Operation, err error) {
	err = b.Update(context.Background(), "", func(tx *Tx) error {
		op, err = tx.Redo()
		return err
	})
	return op, err
}

func operations(t testing.TB, b *Book) []Operation {
	t.Helper()
	var list []Operation
	require.NoError(t, b.View(context.Background(), func(v *View) error {
		for op, err := range History(v, 0) {
			if err != nil {
				return err
			}
			list = append(list, op)
		}
		return nil
	}))
	return list
}

func TestUndoAndRedo(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	states := []string{dump(t, b)}
	for _, s := range []string{
		insertCustomer(1, "Ana García"),
		`UPDATE customers SET city = 'Lyon', search = 'ana garcia lyon' WHERE id = 1`,
		`UPDATE customers SET city = NULL, notes = 'a "quoted" <b> \ back
line ' || char(8232) || ' ñ 日本' WHERE id = 1`,
	} {
		update(t, b, s)
		states = append(states, dump(t, b))
	}
	for i := 2; i >= 0; i-- {
		op, err := b.Undo(ctx, 0)
		require.NoError(t, err)
		require.EqualValues(t, i+1, op.ID)
		require.Equal(t, states[i], dump(t, b))
		sound(t, b)
	}
	_, err := b.Undo(ctx, 0)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.ErrorContains(t, err, "nothing to undo")
	for i := 1; i <= 3; i++ {
		op, err := redo(b)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("undo %d", i), op.What)
		require.Equal(t, states[i], dump(t, b))
		sound(t, b)
	}
	_, err = redo(b)
	require.ErrorContains(t, err, "no undo to take back")
	op, err := b.Undo(ctx, 0)
	require.NoError(t, err, "what was redone can be undone again")
	require.EqualValues(t, 3, op.ID)
	update(t, b, insertCustomer(2, "Bea"))
	_, err = redo(b)
	require.ErrorContains(t, err, "no undo to take back", "something new was done since")

	ops := operations(t, b)
	require.Equal(t, "redo 3", ops[2].What)
	require.Equal(t, "undo 3", ops[1].What)
	require.EqualValues(t, 3, ops[1].Undoes)
	require.False(t, ops[1].Undone)
	require.Equal(t, "customer 1 changed", ops[1].Changes)
}

func TestUndoRefusals(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"), insertCustomer(2, "Bea")) // 1
	update(t, b, `UPDATE customers SET city = 'Lyon' WHERE id = 2`)  // 2
	before := dump(t, b)

	_, err := b.Undo(ctx, 1)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.ErrorContains(t, err, "later operations changed its rows or refer to them: operation 2 (test)")
	_, err = b.Undo(ctx, 99)
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	_, err = b.Undo(ctx, -1)
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	require.Equal(t, before, dump(t, b))

	_, err = b.Undo(ctx, 2) // 3
	require.NoError(t, err)
	_, err = b.Undo(ctx, 2)
	require.ErrorContains(t, err, "already undone")
	_, err = b.Undo(ctx, 3) // 4
	require.NoError(t, err, "an undo can be undone by its number")
	require.Equal(t, before, dump(t, b))
	_, err = b.Undo(ctx, 1)
	require.ErrorContains(t, err, "operation 2 (test)")
	_, err = b.Undo(ctx, 4) // 5
	require.NoError(t, err)
	_, err = b.Undo(ctx, 1) // 6
	require.NoError(t, err, "an operation and its undo cancel out")
	require.Zero(t, ask[int](t, b, `SELECT count(*) FROM customers`))
	_, err = b.Undo(ctx, 5)
	require.ErrorContains(t, err, "operation 6 (undo 1)", "the row it would change is gone")
	sound(t, b)
}

func TestUndoSeesReferences(t *testing.T) {
	ctx := context.Background()
	order := `INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '2026-11-01', 100)`
	for name, c := range map[string]struct {
		first, later string
		entangled    bool
	}{
		"an order of hers":               {insertCustomer(1, "A"), order, true},
		"a tag of hers, which cascades":  {insertCustomer(1, "A"), `INSERT INTO customer_tags (customer_id, tag) VALUES (1, 'vip')`, true},
		"her company, a new row":         {insertCustomer(1, "A"), `INSERT INTO customers (name, company_id, created_on, name_key, search) VALUES ('B', 1, '2026-11-22', 'b', 'b')`, true},
		"her company, a row that was":    {insertCustomer(1, "A"), `UPDATE customers SET company_id = 1 WHERE id = 9`, true},
		"someone else's":                 {insertCustomer(1, "A"), `UPDATE customers SET city = 'x' WHERE id = 9`, false},
		"a neighbour that came after":    {insertCustomer(1, "A"), insertCustomer(2, "B"), false},
		"an order of somebody who stays": {`UPDATE customers SET city = 'x' WHERE id = 9`, `INSERT INTO orders (customer_id, ordered_on, total) VALUES (9, '2026-11-01', 100)`, false},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			update(t, b, insertCustomer(9, "Nina"))
			update(t, b, c.first)
			update(t, b, c.later)
			after := dump(t, b)
			_, err := b.Undo(ctx, 2)
			if c.entangled {
				require.ErrorContains(t, err, "operation 3 (test)")
				require.Equal(t, after, dump(t, b))
			} else {
				require.NoError(t, err)
			}
			sound(t, b)
		})
	}
}

// What no footprint shows: the undone row itself no longer fits.
func TestUndoThatNoLongerFits(t *testing.T) {
	ctx := context.Background()
	company := `UPDATE customers SET company_id = 2 WHERE id = 1`
	for name, c := range map[string][]string{
		"its company is gone":     {company, `UPDATE customers SET company_id = NULL WHERE id = 1`, `DELETE FROM customers WHERE id = 2`},
		"its ref was given again": {`UPDATE customers SET ref = 'a', ref_source = 'csv' WHERE id = 1`, `UPDATE customers SET ref = 'b' WHERE id = 1`, `UPDATE customers SET ref = 'a', ref_source = 'csv' WHERE id = 2`},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			update(t, b, insertCustomer(1, "Ana"), insertCustomer(2, "Bea S.A."))
			for _, s := range c {
				update(t, b, s)
			}
			after := dump(t, b)
			err := b.Rehearse(ctx, false, func(tx *Tx) error {
				_, err := tx.Undo(3)
				return err
			})
			require.Equal(t, fault.Conflict, fault.KindOf(err), "the rehearsal says so, too: %v", err)
			_, err = b.Undo(ctx, 3)
			require.ErrorContains(t, err, "clash with what was done since")
			require.Equal(t, after, dump(t, b))
			require.Len(t, operations(t, b), 4)
		})
	}
}

func TestUndoOfManyKindsAtOnce(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"), insertCustomer(2, "Bea"), insertCustomer(3, "Cleo"),
		`INSERT INTO customer_tags (customer_id, tag) VALUES (1, 'vip'), (1, 'old'), (2, 'vip')`,
		`INSERT INTO products (sku, name, created_on) VALUES ('p', 'P', '2026-01-01')`,
		`INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '2026-11-01', 100), (1, '2026-11-02', -5), (3, '2026-11-02', 7)`,
		`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (1, 1, 1, 100, 100), (2, 1, -1, 5, -5)`,
		`UPDATE customers SET ref = 'r' || id, ref_source = 'csv'`)
	before := dump(t, b)
	update(t, b,
		`DELETE FROM orders WHERE id = 1`, // takes its line with it
		`UPDATE customers SET company_id = 2 WHERE id = 1`,
		`UPDATE customers SET referred_by_id = 1, company_id = 1 WHERE id = 2`, // the two refer to each other
		`UPDATE customers SET city = 'Lyon' WHERE id = 1`,                      // changed twice
		`DELETE FROM customer_tags`,
		`INSERT INTO customer_tags (customer_id, tag) VALUES (1, 'vip')`, // the same words under new ids
		`UPDATE customers SET ref = 'x' WHERE id = 1`,                    // two refs swapped
		`UPDATE customers SET ref = 'r1' WHERE id = 2`,
		`UPDATE customers SET ref = 'r2' WHERE id = 1`,
		insertCustomer(10, "Dora"), `UPDATE customers SET company_id = 10 WHERE id = 3`, `DELETE FROM orders WHERE customer_id = 3`,
		insertCustomer(11, "Ed"), `DELETE FROM customers WHERE id = 11`, // came and went
		`INSERT OR REPLACE INTO products (id, sku, name, created_on) VALUES (2, 'q', 'Q', '2026-01-01'), (2, 'q', 'Q again', '2026-01-01')`,
	)
	after := dump(t, b)
	sound(t, b)
	_, err := b.Undo(ctx, 0)
	require.NoError(t, err)
	require.Equal(t, before, dump(t, b))
	sound(t, b)
	_, err = redo(b)
	require.NoError(t, err)
	require.Equal(t, after, dump(t, b))
	sound(t, b)
	ids := ask[int64](t, b, `SELECT max(id) FROM customers`)
	var id int64
	require.NoError(t, b.Update(ctx, "add", func(tx *Tx) (err error) {
		id, err = addCustomer(tx, "Fay")
		return err
	}))
	require.Equal(t, int64(12), id, "the id of Ed, gone from %d, is not given again", ids)
}

func TestUndoIsAnOperationOfItsOwn(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"))
	err := b.Update(ctx, "mixed", func(tx *Tx) error {
		if _, err := addCustomer(tx, "Bea"); err != nil {
			return err
		}
		_, err := tx.Undo(1)
		return err
	})
	require.ErrorContains(t, err, "an operation of its own")
	before := dump(t, b)
	require.NoError(t, b.Rehearse(ctx, false, func(tx *Tx) error {
		op, err := tx.Undo(0)
		require.EqualValues(t, 1, op.ID)
		require.Equal(t, "customer 1 added", op.Changes)
		return err
	}))
	require.Equal(t, before, dump(t, b))
	require.Len(t, operations(t, b), 1)
}

// TestUndoAtRandom does and undoes at random: whatever is refused changes nothing, whatever is undone can be redone,
// and when everything is undone the book is as it was.
func TestUndoAtRandom(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 7))
		b := newBook(t)
		empty := dump(t, b)
		one := func(id int) string {
			return fmt.Sprintf(`(SELECT id FROM customers ORDER BY abs(id - %d) LIMIT 1)`, id)
		}
		for range 60 {
			n := random.IntN(9)
			s := []string{
				insertCustomer(0, fmt.Sprint("c", random.IntN(1000))),
				fmt.Sprintf(`UPDATE customers SET city = 'c%d' WHERE id = %d`, random.IntN(9), n),
				fmt.Sprintf(`UPDATE customers SET company_id = nullif(%s, id) WHERE id = %d`, one(random.IntN(9)), n),
				fmt.Sprintf(`INSERT INTO customer_tags (customer_id, tag) SELECT id, 't%d' FROM customers WHERE id = %d`, random.IntN(999), n),
				fmt.Sprintf(`DELETE FROM customer_tags WHERE customer_id = %d`, n),
				fmt.Sprintf(`DELETE FROM customers WHERE id = %d`, n),
				fmt.Sprintf(`INSERT INTO orders (customer_id, ordered_on, total) SELECT id, '2026-11-01', 5 FROM customers WHERE id = %d`, n),
				fmt.Sprintf(`DELETE FROM orders WHERE customer_id = %d`, n),
			}
			before := dump(t, b)
			var err error
			switch pick := random.IntN(12); {
			case pick < len(s):
				statement := s[pick]
				if pick == 0 {
					statement = fmt.Sprintf(`INSERT INTO customers (name, created_on, name_key, search) VALUES ('c%d', '2026-11-22', 'c', 'abc%[1]d')`, random.IntN(1000))
				}
				err = b.Update(ctx, "random", func(tx *Tx) error { return tx.run([]string{statement}) })
			case pick == 8:
				_, err = redo(b)
			default:
				id := int64(0)
				if ops := operations(t, b); pick > 9 && len(ops) > 0 {
					id = ops[random.IntN(len(ops))].ID
				}
				_, err = b.Undo(ctx, id)
			}
			if err != nil {
				require.Equal(t, fault.Conflict, fault.KindOf(err), "seed %d: %v", seed, err)
				require.Equal(t, before, dump(t, b))
			}
		}
		sound(t, b)
		for {
			if _, err := b.Undo(ctx, 0); err != nil {
				require.ErrorContains(t, err, "nothing to undo", "seed %d", seed)
				break
			}
		}
		require.Equal(t, empty, dump(t, b), "seed %d", seed)
		sound(t, b)
	}
}
