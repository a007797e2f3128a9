package book

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	sqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/perla-crm/perla/internal/fault"
)

// AdHocLimits bound a query somebody typed.
type AdHocLimits struct {
	Time time.Duration // that SQLite may think; what fn takes to use the rows does not count. 0: no limit
	Rows int           // that are handed over; 0: no limit
}

// longest is how many bytes a text or a row of a typed query may have, so that one function call does not take all memory.
const longest = 64 << 20

// AdHoc runs one read-only query somebody typed and hands fn the names of its columns and its rows, whose values are
// nil, int64, float64, string or []byte, valid only until the next row. It says whether the query had more rows than
// the limit. fn must run through the rows and must not use the book.
//
// Opening the file read-only is not enough to keep a query from writing (ATTACH and VACUUM INTO would still do it): an
// authorizer lets through reading and harmless functions, and nothing else. A query of another kind, or one that is not
// valid, is a fault.Usage; one that takes too long a fault.Cancelled.
func (b *Book) AdHoc(ctx context.Context, query string, limits AdHocLimits, fn func(names []string, rows iter.Seq2[[]any, error]) error) (more bool, err error) {
	if query, err = oneStatement(query); err != nil {
		return false, err
	}
	if b.inView {
		return false, errNested
	}
	b.inView = true
	defer func() { b.inView = false }()
	db, err := b.reader(ctx)
	if err != nil {
		return false, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return false, b.explain(err)
	}
	defer func() { _ = conn.Close() }()
	was, err := sqlite.Limit(conn, lib.SQLITE_LIMIT_LENGTH, longest)
	if err != nil {
		return false, err
	}
	defer func() { _, _ = sqlite.Limit(conn, lib.SQLITE_LIMIT_LENGTH, was) }()
	defer func() { _ = authorize(conn, nil) }()
	a := &adHoc{conn: conn, query: query, limits: limits}
	err = b.explainQuery(interrupted(ctx, a.run(ctx, fn)))
	return a.more, err
}

// adHoc is one query that somebody typed.
type adHoc struct {
	conn   *sql.Conn
	query  string
	limits AdHocLimits
	more   bool // there were more rows than the limit
}

func authorize(conn *sql.Conn, policy sqlite.AuthorizerFn) error {
	return conn.Raw(func(c any) error { return c.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(policy) })
}

func (a *adHoc) run(ctx context.Context, fn func([]string, iter.Seq2[[]any, error]) error) error {
	if err := authorize(a.conn, readOnly); err != nil {
		return err
	}
	names, err := a.columns(ctx)
	if err != nil {
		return err
	}
	// The query was found harmless as it stands; now it is run within one of ours.
	if err := authorize(a.conn, readOnlyAndSink); err != nil {
		return err
	}
	values := make([]any, len(names))
	return fn(names, func(yield func([]any, error) bool) {
		err := a.rows(ctx, len(names), func(r Row) bool {
			for i := range values {
				values[i] = r[i+1] // the first is the number of the sink
			}
			return yield(values, nil)
		})
		if err != nil {
			yield(nil, err)
		}
	})
}

// columns names the columns of the query, after SQLite has said what it thinks of it as it was typed.
func (a *adHoc) columns(ctx context.Context) ([]string, error) {
	typed, err := a.conn.PrepareContext(ctx, a.query)
	if err != nil {
		return nil, err
	}
	if err := typed.Close(); err != nil {
		return nil, err
	}
	rows, err := a.conn.QueryContext(ctx, "SELECT * FROM (\n"+a.query+"\n) LIMIT 0")
	if code := primary(err); err != nil && ctx.Err() == nil && (code == lib.SQLITE_ERROR || code < 0) {
		return nil, fault.New(fault.Usage, "only SELECT, WITH and VALUES can be asked, without parameters", "")
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	return names, errors.Join(err, rows.Err())
}

// rows calls yield with each row until it says no. The rows come through a sink, so that all of the query is one call,
// which a deadline can end: one that waits between two rows cannot be.
func (a *adHoc) rows(ctx context.Context, width int, yield func(Row) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	clock := newStopwatch(a.limits.Time, cancel)
	defer clock.stop()
	n := 0
	number, done := newSink(func(r Row) error {
		clock.stop()
		defer clock.start()
		if a.limits.Rows > 0 && n == a.limits.Rows {
			a.more = true
			return errEnough
		}
		if n++; !yield(r) {
			return errEnough
		}
		return nil
	})
	columns := make([]string, width)
	for i := range columns {
		columns[i] = fmt.Sprintf("c%d", i)
	}
	list := strings.Join(columns, ", ")
	clock.start()
	var count int64
	err := a.conn.QueryRowContext(ctx, "WITH perla_query ("+list+") AS (\n"+a.query+"\n) SELECT count(perla_sink(?, "+list+")) FROM (SELECT * FROM perla_query LIMIT -1)", number).Scan(&count)
	switch failed := done(); {
	case errors.Is(failed, errEnough):
		return nil
	case failed != nil:
		return failed
	case clock.rung.Load():
		return fault.New(fault.Cancelled, fmt.Sprintf("the query took longer than %s", a.limits.Time), "narrow it, or allow more with --timeout")
	}
	return err
}

// explainQuery words the errors of a query somebody typed: they are about the query, not about the book.
func (b *Book) explainQuery(err error) error {
	const views = "see the views with: perla sql \"SELECT name, sql FROM sqlite_schema WHERE type = 'view'\""
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	switch primary(err) {
	case lib.SQLITE_AUTH:
		reason := "only reading is allowed"
		if text := said(err); text != "not authorized" {
			reason += ": " + text
		}
		return fault.New(fault.Usage, reason, "write with perla's own commands")
	case lib.SQLITE_ERROR:
		return fault.New(fault.Usage, "the query is not valid: "+said(err), views)
	case lib.SQLITE_TOOBIG:
		return fault.New(fault.Usage, "the query makes too long a text", "")
	}
	if primary(err) < 0 {
		return err // of the one who used the rows
	}
	return b.explain(err)
}

// harmless are the pragmas that only describe the file; full-text search asks for data_version itself.
var harmless = []string{"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list", "data_version"}

// readOnly is the authorizer of queries somebody typed.
func readOnly(action sqlite.AuthorizerActionCode, arg1, arg2, _, _ string) sqlite.AuthorizerReturnCode {
	switch action {
	case sqlite.AuthSelect, sqlite.AuthRead, sqlite.AuthRecursive:
		return sqlite.AuthorizerOK
	case sqlite.AuthFunction:
		if name := strings.ToLower(arg2); name != "load_extension" && name != "perla_sink" {
			return sqlite.AuthorizerOK
		}
	case sqlite.AuthPragma:
		if slices.Contains(harmless, strings.ToLower(arg1)) {
			return sqlite.AuthorizerOK
		}
	}
	return sqlite.AuthorizerDeny
}

// readOnlyAndSink is readOnly for the query around the typed one.
func readOnlyAndSink(action sqlite.AuthorizerActionCode, arg1, arg2, schema, trigger string) sqlite.AuthorizerReturnCode {
	if action == sqlite.AuthFunction && arg2 == "perla_sink" {
		return sqlite.AuthorizerOK
	}
	return readOnly(action, arg1, arg2, schema, trigger)
}
