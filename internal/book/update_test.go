package book

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// logged is what the log keeps of an operation, a line for each change.
func logged(t testing.TB, b *Book, operation int64) []string {
	t.Helper()
	var lines []string
	require.NoError(t, b.View(context.Background(), func(v *View) (err error) {
		lines, err = All(v, Scalar[string], `SELECT kind || ' ' || table_name || ' ' || first_id || '-' || last_id || ifnull(' ' || old, '')
			FROM operation_changes WHERE operation_id = ? ORDER BY id`, operation)
		return err
	}))
	return lines
}

func TestRecorder(t *testing.T) {
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"), insertCustomer(2, "Bea"), insertCustomer(4, "Dora"),
		`INSERT INTO orders (customer_id, ordered_on, total, tax) VALUES (1, '2026-11-01', 9007199254740993, 3)`,
		`INSERT INTO customer_tags (customer_id, tag) VALUES (2, 'vip')`)
	require.Equal(t, []string{"insert customers 1-2", "insert customers 4-4", "insert orders 1-1", "insert customer_tags 1-1"}, logged(t, b, 1))
	update(t, b, `UPDATE orders SET total = total`, `UPDATE customers SET name = name`)
	require.Len(t, operations(t, b), 1, "a change that changes nothing is none")
	update(t, b, `UPDATE orders SET total = 5, notes = NULL`, `DELETE FROM customers WHERE id = 2`)
	require.Equal(t, []string{
		`update orders 1-1 {"id":1,"customer_id":1,"ordered_on":"2026-11-01","total":9007199254740993,"is_history":1,"shipping":0,"tax":3,"discount":0}`,
		`delete customers 2-2 {"id":2,"name":"Bea","kind":"person","created_on":"2026-11-22","name_key":"Bea","search":"Bea"}`,
		`delete customer_tags 1-1 {"id":1,"customer_id":2,"tag":"vip"}`,
	}, logged(t, b, 2), "computed columns are not kept, what a cascade did is")
	_, err := b.Undo(context.Background(), 0)
	require.NoError(t, err)
	require.Equal(t, int64(9007199254740993), ask[int64](t, b, `SELECT total FROM orders`))
	require.Equal(t, int64(9007199254740990), ask[int64](t, b, `SELECT net FROM orders`))

	update(t, b, `DELETE FROM orders`)
	require.Equal(t, "order 1 removed", operations(t, b)[0].Changes, "a table emptied at once is heard row by row")
}

func TestRecorderKnowsColumnsByTheirPlace(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	db, err := b.writer(ctx)
	require.NoError(t, err)
	_, err = db.Exec(`CREATE TABLE odd (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, twice TEXT GENERATED ALWAYS AS (a || a) VIRTUAL, b REAL,
		kept INTEGER GENERATED ALWAYS AS (id * 2) STORED, c TEXT) STRICT; ALTER TABLE odd ADD COLUMN d INTEGER NOT NULL DEFAULT 7`)
	require.NoError(t, err)
	update(t, b, `INSERT INTO odd (a, b, c) VALUES ('x', 0.1, 'y'), (NULL, 3, NULL), ('z', -1e300, '')`)
	before := ask[string](t, b, `SELECT group_concat(quote(a) || quote(twice) || quote(b) || quote(kept) || quote(c) || d, ' ') FROM odd`)
	update(t, b, `UPDATE odd SET c = 'changed', b = 5.5, a = 'q', d = 8`)
	require.Equal(t, `update odd 3-3 {"id":3,"a":"z","b":-1e+300,"c":"","d":7}`, logged(t, b, 2)[2])
	require.Equal(t, `update odd 2-2 {"id":2,"b":3.0,"d":7}`, logged(t, b, 2)[1])
	_, err = b.Undo(ctx, 0)
	require.NoError(t, err)
	require.Equal(t, before, ask[string](t, b, `SELECT group_concat(quote(a) || quote(twice) || quote(b) || quote(kept) || quote(c) || d, ' ') FROM odd`))
	_, err = db.Exec(`ALTER TABLE odd ADD COLUMN e INTEGER NOT NULL DEFAULT 9; ALTER TABLE odd ADD COLUMN f TEXT`)
	require.NoError(t, err)
	_, err = redo(b)
	require.NoError(t, err, "the log is older than the columns")
	require.EqualValues(t, 9, ask[int64](t, b, `SELECT max(e) FROM odd`))
	require.Equal(t, "changed", ask[string](t, b, `SELECT max(c) FROM odd`))
	_, err = db.Exec(`CREATE TABLE blobs (id INTEGER PRIMARY KEY AUTOINCREMENT, x BLOB)`)
	require.NoError(t, err)
	update(t, b, `INSERT INTO blobs (x) VALUES (x'00ff')`)
	for _, s := range []string{`UPDATE blobs SET x = x'01'`, `UPDATE odd SET id = 99 WHERE id = 3`} {
		err = b.Update(ctx, "refused", func(tx *Tx) error { return tx.run([]string{s}) })
		require.ErrorContains(t, err, "operation log: ", s)
	}
}

func TestTextsThatCouldNotComeBackAreRefused(t *testing.T) {
	b := newBook(t)
	for _, text := range []string{"a\x00b", "\xff", "caf\xe9"} {
		err := b.Update(context.Background(), "add", func(tx *Tx) error {
			_, err := addCustomer(tx, text)
			return err
		})
		require.Equal(t, fault.Rejected, fault.KindOf(err))
	}
	require.Empty(t, operations(t, b))
}

func TestFlushInTheMiddle(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	require.NoError(t, b.Update(ctx, "fill", func(tx *Tx) error {
		for i := range 500 {
			if _, err := addCustomer(tx, fmt.Sprint("c", i)); err != nil {
				return err
			}
		}
		return nil
	}))
	before := dump(t, b)
	require.NoError(t, b.Update(ctx, "much", func(tx *Tx) error {
		for i := range 20 { // each changes five hundred rows
			if _, err := tx.Exec(`UPDATE customers SET city = ?`, fmt.Sprint(i)); err != nil {
				return err
			}
			require.Less(t, len(tx.log.changes), flushAt, "the log is written as it grows")
			require.True(t, tx.Changed())
		}
		_, err := addCustomer(tx, "last")
		return err
	}))
	require.Equal(t, "500 customers changed, customer 501 added", operations(t, b)[0].Changes)
	require.Equal(t, 500*20+1, ask[int](t, b, `SELECT count(*) FROM operation_changes WHERE operation_id = 2`))
	_, err := b.Undo(ctx, 0)
	require.NoError(t, err)
	require.Equal(t, before, dump(t, b))
	sound(t, b)
}

func TestNothingIsWrittenWhen(t *testing.T) {
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"))
	before := dump(t, b)
	boom := errors.New("boom")
	for name, c := range map[string]func(ctx context.Context, cancel func()) error{
		"fn fails": func(ctx context.Context, _ func()) error {
			return b.Update(ctx, "x", func(tx *Tx) error { _, _ = addCustomer(tx, "Bea"); return boom })
		},
		"fn panics": func(ctx context.Context, _ func()) (err error) {
			defer func() { err = recover().(error) }()
			return b.Update(ctx, "x", func(tx *Tx) error { _, _ = addCustomer(tx, "Bea"); panic(boom) })
		},
		"it is cancelled in the middle": func(ctx context.Context, cancel func()) error {
			return b.Update(ctx, "x", func(tx *Tx) error {
				if _, err := addCustomer(tx, "Bea"); err != nil {
					return err
				}
				cancel()
				_, err := addCustomer(tx, "Cleo")
				return err
			})
		},
		"it is cancelled at the end": func(ctx context.Context, cancel func()) error {
			return b.UpdateBulk(ctx, "x", func(tx *Tx) error {
				_, err := addCustomer(tx, "Bea")
				cancel()
				return err
			})
		},
		"it is cancelled within a statement": func(ctx context.Context, cancel func()) error {
			return b.Update(ctx, "x", func(tx *Tx) error {
				time.AfterFunc(50*time.Millisecond, cancel)
				_, err := tx.Exec(`INSERT INTO consultants (ref, name) WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x, x FROM c`)
				return err
			})
		},
		"it is rehearsed": func(ctx context.Context, _ func()) error {
			return errors.Join(boom, b.Rehearse(ctx, false, func(tx *Tx) error { _, err := addCustomer(tx, "Bea"); return err }))
		},
		"it is rehearsed in bulk": func(ctx context.Context, _ func()) error {
			return errors.Join(boom, b.Rehearse(ctx, true, func(tx *Tx) error { _, err := addCustomer(tx, "Bea"); return err }))
		},
		"a rule is broken": func(ctx context.Context, _ func()) error {
			err := b.Update(ctx, "x", func(tx *Tx) error {
				return tx.run([]string{`UPDATE customers SET city = 'x'`, `UPDATE customers SET kind = 'robot'`})
			})
			require.Equal(t, fault.Conflict, fault.KindOf(err))
			return boom
		},
		"it begins cancelled": func(ctx context.Context, cancel func()) error {
			cancel()
			return b.Update(ctx, "x", func(tx *Tx) error { _, err := addCustomer(tx, "Bea"); return err })
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			err := c(ctx, cancel)
			if ctx.Err() != nil {
				require.ErrorIs(t, err, context.Canceled)
			} else {
				require.ErrorIs(t, err, boom)
			}
			require.Equal(t, before, dump(t, b))
			require.Len(t, operations(t, b), 1)
			require.EqualValues(t, 1, ask[int](t, b, `SELECT seq FROM sqlite_sequence WHERE name = 'customers'`))
		})
	}
	sound(t, b)
}

func TestRehearsalLeavesTheFileAsItIs(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "book.db")
	b := newBookAt(t, path)
	update(t, b, insertCustomer(1, "Ana"))
	require.NoError(t, b.Close())
	before := files(t, filepath.Dir(path))
	for _, bulk := range []bool{false, true} {
		b, err := Open(ctx, path, testNow)
		require.NoError(t, err)
		require.NoError(t, b.Rehearse(ctx, bulk, func(tx *Tx) error {
			for i := range 2000 {
				if _, err := addCustomer(tx, fmt.Sprint("somebody with a long name ", i)); err != nil {
					return err
				}
			}
			return nil
		}))
		require.NoError(t, b.Close())
		require.Equal(t, before, files(t, filepath.Dir(path)))
	}
}

func TestBulkProvesReferences(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"), insertCustomer(2, "Bea"), `INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '2026-11-01', 1)`)
	before := dump(t, b)
	for _, s := range []string{
		`INSERT INTO orders (customer_id, ordered_on, total) VALUES (99, '2026-11-01', 1)`,
		`UPDATE orders SET consultant_id = 5`,
		`DELETE FROM customers WHERE id = 1`,
		`UPDATE customers SET company_id = 77 WHERE id = 2`,
	} {
		err := b.UpdateBulk(ctx, "bulk", func(tx *Tx) error { return tx.run([]string{s}) })
		require.ErrorContains(t, err, "which does not exist", s)
		require.Equal(t, before, dump(t, b))
	}
	require.NoError(t, b.UpdateBulk(ctx, "bulk", func(tx *Tx) error {
		return tx.run([]string{`INSERT INTO orders (customer_id, ordered_on, total) VALUES (2, '2026-11-01', 1)`, `DELETE FROM orders WHERE id = 1`, `DELETE FROM customers WHERE id = 1`})
	}))
	sound(t, b)
	require.NoError(t, b.Close())
	require.Len(t, files(t, filepath.Dir(b.Path())), 1, "a bulk load, too, leaves no log behind")
}

func TestNestedUseIsRefused(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"))
	nothing := func(*Tx) error { return nil }
	require.NoError(t, b.View(ctx, func(v *View) error {
		n, _, err := One(v, Scalar[int], `SELECT count(*) FROM customers`)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.ErrorIs(t, b.View(ctx, func(*View) error { return nil }), errNested)
		_, err = b.AdHoc(ctx, `SELECT 1`, AdHocLimits{}, nil)
		require.ErrorIs(t, err, errNested)
		require.NoError(t, b.Update(ctx, "within a view", func(tx *Tx) error {
			require.ErrorIs(t, b.Update(ctx, "x", nothing), errNested)
			require.ErrorIs(t, b.UpdateBulk(ctx, "x", nothing), errNested)
			_, err := addCustomer(tx, "Bea")
			return err
		}))
		n, _, err = One(v, Scalar[int], `SELECT count(*) FROM customers`)
		require.Equal(t, 1, n, "the view still sees its own state")
		return err
	}))
	require.Equal(t, 2, ask[int](t, b, `SELECT count(*) FROM customers`))
}

func TestBusy(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	other, err := Open(ctx, b.Path(), testNow)
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close()) }()
	db, err := other.writer(ctx)
	require.NoError(t, err)
	_, err = db.Exec(`PRAGMA busy_timeout = 300`)
	require.NoError(t, err)
	require.NoError(t, b.Update(ctx, "slow", func(tx *Tx) error {
		if _, err := addCustomer(tx, "Ana"); err != nil {
			return err
		}
		started := time.Now()
		err := other.Update(ctx, "refused", func(tx *Tx) error { return nil })
		require.Equal(t, fault.Busy, fault.KindOf(err))
		require.GreaterOrEqual(t, time.Since(started), 200*time.Millisecond, "it waits before it gives up")
		require.Equal(t, 0, ask[int](t, other, `SELECT count(*) FROM customers`), "who reads does not wait")
		return nil
	}))
	released := make(chan error)
	require.NoError(t, b.Update(ctx, "quick", func(*Tx) error {
		go func() {
			released <- other.Update(ctx, "waits", func(tx *Tx) error { _, err := addCustomer(tx, "Bea"); return err })
		}()
		time.Sleep(50 * time.Millisecond)
		return nil
	}))
	require.NoError(t, <-released)
}

// TestWriters lets sixteen processes write at once; the test binary is the program they run.
func TestWriters(t *testing.T) {
	const writers, each = 16, 5
	if path := os.Getenv("BOOK_TEST_WRITER"); path != "" {
		for range each {
			b, err := Open(context.Background(), path, testNow)
			require.NoError(t, err)
			require.NoError(t, b.Update(context.Background(), "add", func(tx *Tx) error { _, err := addCustomer(tx, "Ana"); return err }))
			require.NoError(t, b.Close())
		}
		return
	}
	b := newBook(t)
	self, err := os.Executable()
	require.NoError(t, err)
	done := make(chan error)
	for range writers {
		go func() {
			cmd := exec.Command(self, "-test.run=^TestWriters$")
			cmd.Env = append(os.Environ(), "BOOK_TEST_WRITER="+b.Path())
			out, err := cmd.CombinedOutput()
			if err != nil {
				err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(out)))
			}
			done <- err
		}()
	}
	for range writers {
		require.NoError(t, <-done)
	}
	require.Equal(t, writers*each, ask[int](t, b, `SELECT count(*) FROM customers`))
	require.Len(t, operations(t, b), writers*each)
	sound(t, b)
}
