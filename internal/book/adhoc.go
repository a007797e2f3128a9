package book

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	sqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/perla-crm/perla/internal/fault"
)

// AdHocLimits bound a query somebody typed.
type AdHocLimits struct {
	Time time.Duration
	Rows int
}

// AdHoc runs one read-only query, for `perla sql`, and calls header once with its columns and row with each row, whose
// values are nil, int64, float64, string or []byte. Opening the file read-only is not enough (ATTACH and VACUUM INTO
// would still write): an authorizer lets through reading and harmless functions, and nothing else.
func (b *Book) AdHoc(ctx context.Context, query string, limits AdHocLimits, header func([]string) error, row func([]any) error) error {
	db, err := b.reader(ctx)
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return b.explain(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.Raw(func(c any) error { return c.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(readOnly) }); err != nil {
		return err
	}
	defer func() {
		_ = conn.Raw(func(c any) error { return c.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(nil) })
	}()
	deadline, cancel := context.WithTimeout(ctx, limits.Time)
	defer cancel()
	err = runAdHoc(deadline, conn, query, limits, header, row)
	if ctx.Err() == nil && deadline.Err() != nil {
		return fault.New(fault.Cancelled, fmt.Sprintf("the query took longer than %s", limits.Time), "narrow it, or allow more with --timeout")
	}
	return b.explainQuery(err)
}

func runAdHoc(ctx context.Context, conn *sql.Conn, query string, limits AdHocLimits, header func([]string) error, row func([]any) error) error {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	if err := header(names); err != nil {
		return err
	}
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for n := 0; rows.Next(); n++ {
		if limits.Rows > 0 && n == limits.Rows {
			return fault.New(fault.Rejected, fmt.Sprintf("the query has more than %d rows", limits.Rows), "narrow it, or allow more with --limit (0 for all)")
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := row(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// explainQuery words the errors of a query somebody typed: they are about the query, not about the book.
func (b *Book) explainQuery(err error) error {
	switch primary(err) {
	case lib.SQLITE_AUTH:
		return fault.New(fault.Usage, "only reading is allowed: "+strings.TrimSpace(constraint(err)), "see the tables and views with: perla sql \"SELECT name FROM sqlite_schema\"")
	case lib.SQLITE_ERROR:
		return fault.New(fault.Usage, "the query is not valid: "+constraint(err), "see the views with: perla sql \"SELECT name, sql FROM sqlite_schema WHERE type = 'view'\"")
	}
	return b.explain(err)
}

// harmful are functions that reach outside the query.
var harmful = map[string]bool{"load_extension": true, "readfile": true, "writefile": true, "edit": true, "fts3_tokenizer": true, "perla_sink": true, "zeroblob": true, "randomblob": true}

// readOnly is the authorizer of ad-hoc queries.
func readOnly(action sqlite.AuthorizerActionCode, arg1, arg2, _, _ string) sqlite.AuthorizerReturnCode {
	switch action {
	case sqlite.AuthSelect, sqlite.AuthRead, sqlite.AuthRecursive:
		return sqlite.AuthorizerOK
	case sqlite.AuthFunction:
		if !harmful[strings.ToLower(arg2)] {
			return sqlite.AuthorizerOK
		}
	case sqlite.AuthPragma: // the table-valued readers of the schema
		switch strings.ToLower(arg1) {
		case "table_info", "table_xinfo", "index_list", "index_info", "foreign_key_list", "table_list":
			return sqlite.AuthorizerOK
		}
	}
	return sqlite.AuthorizerDeny
}
