package book

import (
	"database/sql/driver"
	"errors"
	"sync"

	sqlite "modernc.org/sqlite"
)

// Row is one row handed over by Each. It and its texts are valid only during the call.
type Row []driver.Value

// Int is column i as a whole number; 0 when it is NULL.
func (r Row) Int(i int) int64 {
	n, _ := r[i+1].(int64)
	return n
}

// Text is column i as text, valid only during the call; "" when it is NULL. Clone what is kept.
func (r Row) Text(i int) string {
	s, _ := r[i+1].(string)
	return s
}

// Null says whether column i is NULL.
func (r Row) Null(i int) bool { return r[i+1] == nil }

// sinks finds the function a running Each feeds; SQL names it by number.
var sinks = struct {
	sync.RWMutex
	next int64
	fns  map[int64]func(Row) error
}{fns: map[int64]func(Row) error{}}

func init() {
	sqlite.MustRegisterFunction("perla_sink", &sqlite.FunctionImpl{
		NArgs: -1, Deterministic: true, VolatileArgs: true,
		Scalar: func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			number, _ := args[0].(int64)
			sinks.RLock()
			fn := sinks.fns[number]
			sinks.RUnlock()
			if fn == nil {
				return nil, errors.New("perla_sink is for perla's own use")
			}
			return nil, fn(Row(args))
		},
	})
}

// errEnough ends an Each whose consumer wants no more rows.
var errEnough = errors.New("enough")

// Each calls fn with every row of SELECT columns FROM rest, in the order of rest's scan; an ORDER BY in rest must come
// with a LIMIT (-1 will do) to be kept. It hands rows from SQLite to Go without database/sql between, at a third of the
// cost, for exports and reports of a million rows. fn must not run SQL.
func (v *View) Each(fn func(Row) error, columns, rest string, args ...any) error {
	var failed error
	sinks.Lock()
	sinks.next++
	number := sinks.next
	sinks.fns[number] = func(r Row) error {
		if failed == nil {
			failed = fn(r)
		}
		return failed
	}
	sinks.Unlock()
	defer func() {
		sinks.Lock()
		delete(sinks.fns, number)
		sinks.Unlock()
	}()
	var n int64
	query := `SELECT count(perla_sink(?, ` + columns + `)) FROM ` + rest
	err := v.tx.QueryRowContext(v.ctx, query, append([]any{number}, args...)...).Scan(&n)
	if failed != nil {
		return failed
	}
	return v.book.explain(err)
}

// Stream is Each as a sequence: scan makes an item of each row.
func Stream[T any](v *View, scan func(Row) T, columns, rest string, args ...any) func(func(T, error) bool) {
	return func(yield func(T, error) bool) {
		err := v.Each(func(r Row) error {
			if !yield(scan(r), nil) {
				return errEnough
			}
			return nil
		}, columns, rest, args...)
		if err != nil && !errors.Is(err, errEnough) {
			var zero T
			yield(zero, err)
		}
	}
}
