package book

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"github.com/perla-crm/perla/internal/dates"
)

// View reads one unchanging state of the book: everything asked of it sees the same snapshot.
type View struct {
	ctx       context.Context
	book      *Book
	tx        *sql.Tx
	streaming bool // Each is handing over rows: the connection is in use
	reader    bool // over the connection that only reads
}

// errNested says that the code itself is wrong: it would wait for itself for ever.
var errNested = errors.New("a defect of perla: the book is asked for something while it is answering")

// Scanner gives the columns of one row, as database/sql does.
type Scanner interface{ Scan(dest ...any) error }

// Filter is a condition over customer ids, made by the filter language and taken by lists and reports: SQL is an
// expression over c.id. The zero Filter lets everyone pass.
type Filter struct {
	SQL  string
	Args []any
}

// View calls fn with one snapshot of the book.
func (b *Book) View(ctx context.Context, fn func(*View) error) error {
	if b.inView {
		return errNested
	}
	b.inView = true
	defer func() { b.inView = false }()
	db, err := b.reader(ctx)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return b.explain(interrupted(ctx, err))
	}
	defer func() { _ = tx.Rollback() }()
	return b.explain(interrupted(ctx, fn(&View{ctx: ctx, book: b, tx: tx, reader: true})))
}

// Context is what the command may be cancelled through.
func (v *View) Context() context.Context { return v.ctx }

// Settings is what holds for the whole book.
func (v *View) Settings() Settings { return v.book.settings }

// Today is the civil day of now in the book's time zone.
func (v *View) Today() dates.Date { return v.book.Today() }

// Now is the instant of this command, in UTC.
func (v *View) Now() time.Time { return v.book.now().UTC() }

// Query yields what scan makes of each row of a query, one at a time. An error ends the sequence as its last element.
func Query[T any](v *View, scan func(Scanner) (T, error), query string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		if v.streaming {
			yield(zero, errNested)
			return
		}
		rows, err := v.tx.QueryContext(v.ctx, query, args...)
		if err != nil {
			yield(zero, v.book.explain(err))
			return
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			item, err := scan(rows)
			if err != nil {
				yield(zero, v.book.explain(err))
				return
			}
			if !yield(item, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(zero, v.book.explain(err))
		}
	}
}

// One is the first row of a query; ok is false when there is none.
func One[T any](v *View, scan func(Scanner) (T, error), query string, args ...any) (item T, ok bool, err error) {
	if v.streaming {
		return item, false, errNested
	}
	item, err = scan(v.tx.QueryRowContext(v.ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		var zero T
		return zero, false, nil
	}
	return item, err == nil, v.book.explain(err)
}

// All collects every row of a query.
func All[T any](v *View, scan func(Scanner) (T, error), query string, args ...any) ([]T, error) {
	var items []T
	for item, err := range Query(v, scan, query, args...) {
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// Scalar scans a row of one column.
func Scalar[T any](row Scanner) (v T, err error) {
	err = row.Scan(&v)
	return v, err
}
