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
	// VolatileArgs hands over texts and BLOBs where SQLite has them, without a copy.
	sqlite.MustRegisterFunction("perla_sink", &sqlite.FunctionImpl{
		NArgs: -1, VolatileArgs: true,
		Scalar: func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			if len(args) == 0 {
				return nil, errSink
			}
			number, _ := args[0].(int64)
			sinks.RLock()
			fn := sinks.fns[number]
			sinks.RUnlock()
			if fn == nil {
				return nil, errSink
			}
			return nil, fn(Row(args))
		},
	})
}

var (
	errSink   = errors.New("perla_sink is for perla's own use")
	errEnough = errors.New("enough") // the consumer wants no more rows
)

// newSink makes fn known to SQL under a number, until done is called. After its first error fn is not called again. A
// panic in fn passes SQLite as an error, which leaves the connection in order, and goes on from there in done.
func newSink(fn func(Row) error) (number int64, done func() error) {
	var failed error
	var panicked any
	once := func(r Row) (err error) {
		defer func() {
			if p := recover(); p != nil {
				panicked, failed = p, errEnough
				err = failed
			}
		}()
		if failed == nil {
			failed = fn(r)
		}
		return failed
	}
	sinks.Lock()
	sinks.next++
	number = sinks.next
	sinks.fns[number] = once
	sinks.Unlock()
	return number, func() error {
		sinks.Lock()
		delete(sinks.fns, number)
		sinks.Unlock()
		if panicked != nil {
			panic(panicked)
		}
		return failed
	}
}

// Each calls fn with every row of SELECT columns FROM rest. It hands rows from SQLite to Go without database/sql
// between, at a third of the cost, for exports and reports of a million rows. The order is that of the scan; to have
// another, rest is a subquery with ORDER BY and LIMIT -1, without which SQLite would drop the ORDER BY. fn must not run
// SQL: the connection is in use.
func (v *View) Each(fn func(Row) error, columns, rest string, args ...any) error {
	if v.streaming {
		return errNested
	}
	v.streaming = true
	defer func() { v.streaming = false }()
	return v.each(fn, columns, rest, args...)
}

// each is Each for who has marked the view as streaming.
func (v *View) each(fn func(Row) error, columns, rest string, args ...any) error {
	number, done := newSink(fn)
	var n int64
	err := v.tx.QueryRowContext(v.ctx, `SELECT count(perla_sink(?, `+columns+`)) FROM `+rest, append([]any{number}, args...)...).Scan(&n)
	if failed := done(); failed != nil {
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
