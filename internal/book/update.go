package book

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	lib "modernc.org/sqlite/lib"

	"github.com/perla-crm/perla/internal/fault"
)

// Tx is a View that can also write. All its writes become one operation, or none of them is kept.
type Tx struct {
	*View
	conn  *sql.Conn
	log   *recorder
	op    operation
	feeds []*Feed   // tables made by NewFeed, to be dropped before the commit
	pages *pageFile // nil until it is needed

	changes *Feed // through which many changes reach the log
}

// operation is what is known of the operation a transaction makes before its first change.
type operation struct {
	what      string
	undoes    int64
	bulk      bool
	rehearsal bool
	series    *Series // whose transaction this is one of, or nil
}

// Update runs fn in one transaction and records what it changed as one operation named what: a verb and ids, never
// values. When fn fails, nothing is written; when it changed nothing, no operation is recorded.
func (b *Book) Update(ctx context.Context, what string, fn func(*Tx) error) error {
	return b.write(ctx, operation{what: what}, fn)
}

// UpdateBulk is Update for loads of very many rows: foreign keys are proved once before the commit instead of row by
// row, and fn may use Tx.WithoutIndexes. What a removal would do to other rows is not done for it.
func (b *Book) UpdateBulk(ctx context.Context, what string, fn func(*Tx) error) error {
	return b.write(ctx, operation{what: what, bulk: true}, fn)
}

// Rehearse runs fn as Update would, or as UpdateBulk would, and takes everything back, so that a dry run says what the
// real one will do. The file stays as it is, byte for byte.
func (b *Book) Rehearse(ctx context.Context, bulk bool, fn func(*Tx) error) error {
	return b.write(ctx, operation{bulk: bulk, rehearsal: true}, fn)
}

func (b *Book) write(ctx context.Context, op operation, fn func(*Tx) error) error {
	if b.inUpdate {
		return errNested
	}
	b.inUpdate = true
	defer func() { b.inUpdate = false }()
	open := b.writer
	if op.bulk {
		open = b.bulkWriter
	}
	db, err := open(ctx)
	if err == nil {
		err = b.transact(ctx, db, op, fn)
	}
	return b.explain(interrupted(ctx, err))
}

// transact is one transaction from BEGIN to COMMIT.
func (b *Book) transact(ctx context.Context, db *sql.DB, op operation, fn func(*Tx) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	tx, err := begin(ctx, conn)
	if tx != nil {
		defer func() { _ = tx.Rollback() }()
	}
	if err != nil {
		return err
	}
	t := &Tx{View: &View{ctx: ctx, book: b, tx: tx}, conn: conn, op: op}
	defer func() {
		for _, f := range t.feeds {
			f.forget()
		}
	}()
	if err := t.listen(); err != nil {
		return err
	}
	defer t.log.deafen(conn)
	if op.series != nil {
		t.log.operation = op.series.id
	}
	if err := fn(t); err != nil {
		return err
	}
	if err := t.finish(); err != nil {
		return err
	}
	if op.rehearsal || t.log.operation == 0 {
		return nil
	}
	if err := tx.Commit(); err != nil || op.series == nil {
		return err
	}
	op.series.id = t.log.operation
	return nil
}

// begin takes the lock of writers. The longer SQLite waits the less often it tries, so that among many who come and go
// those who came first would be served last: it is let wait for short turns, each of which begins anew. As long as others
// write while this one waits, it goes on waiting; it gives up when nobody wrote anything for several times as long as a busy
// connection waits, since then one command holds the book. Those who hold the lock may also give it back and write nothing.
func begin(ctx context.Context, conn *sql.Conn) (*sql.Tx, error) {
	const turn, patience = 50, 6 // milliseconds; times as long as the connection waits
	var timeout int64
	if err := conn.QueryRowContext(ctx, `PRAGMA busy_timeout`).Scan(&timeout); err != nil {
		return nil, err
	}
	if err := waitFor(ctx, conn, turn); err != nil {
		return nil, err
	}
	version, err := dataVersion(ctx, conn)
	for news := time.Now(); err == nil; {
		tx, busy := conn.BeginTx(ctx, nil)
		if primary(busy) != lib.SQLITE_BUSY || time.Since(news).Milliseconds() > patience*timeout {
			return tx, cmp.Or(busy, waitFor(ctx, conn, timeout))
		}
		before := version
		if version, err = dataVersion(ctx, conn); version != before {
			news = time.Now()
		}
	}
	return nil, err
}

// waitFor says for how many milliseconds the connection tries again a statement that finds the book busy.
func waitFor(ctx context.Context, conn *sql.Conn, milliseconds int64) error {
	_, err := conn.ExecContext(ctx, `PRAGMA busy_timeout = `+strconv.FormatInt(milliseconds, 10))
	return err
}

// dataVersion is a number that changes whenever another connection has written to the book.
func dataVersion(ctx context.Context, conn *sql.Conn) (n int64, err error) {
	err = conn.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&n)
	return n, err
}

// listen attaches a recorder to the transaction.
func (t *Tx) listen() error {
	tables, err := recordedTables(t.View)
	if err != nil {
		return err
	}
	t.log = &recorder{tables: tables, write: t.record}
	return t.log.listen(t.conn)
}

// finish writes what is left of the log, proves what the connection did not prove on the way, and clears away the feeds.
func (t *Tx) finish() error {
	if err := t.log.flush(); err != nil {
		return err
	}
	if t.op.bulk {
		if err := t.proveReferences(); err != nil {
			return err
		}
	}
	for _, f := range t.feeds {
		if _, err := t.tx.ExecContext(t.ctx, `DROP TABLE temp.`+f.Name); err != nil {
			return err
		}
	}
	return nil
}

// record is how the recorder writes what it heard: the operation's row before its first change.
func (t *Tx) record(changes []change) error {
	if t.log.operation == 0 {
		var undoes any
		if t.op.undoes != 0 {
			undoes = t.op.undoes
		}
		at := t.Now().Truncate(time.Second).Format(time.RFC3339)
		res, err := t.tx.ExecContext(t.ctx, `INSERT INTO operations (at, what, undoes_id) VALUES (?, ?, ?)`, at, t.op.what, undoes)
		if err != nil {
			return err
		}
		if t.log.operation, err = res.LastInsertId(); err != nil {
			return err
		}
	}
	return t.writeLog(changes)
}

// manyChanges is from how many on it pays to hand changes over as a table.
const manyChanges = 64

// writeLog writes changes into the log.
func (t *Tx) writeLog(changes []change) error {
	const columns = `(operation_id, table_name, kind, first_id, last_id, old)`
	if len(changes) < manyChanges {
		for _, c := range changes {
			if _, err := t.tx.ExecContext(t.ctx, `INSERT INTO operation_changes `+columns+` VALUES (?, ?, ?, ?, ?, nullif(?, ''))`,
				t.log.operation, c.table, c.kind, c.first, c.last, c.old); err != nil {
				return err
			}
		}
		return nil
	}
	if t.changes == nil {
		var err error
		if t.changes, err = t.NewFeed("name", "kind", "first", "last", "old"); err != nil {
			return err
		}
	}
	t.changes.Load(len(changes), func(row, column int) any { return changes[row].value(column) })
	_, err := t.tx.ExecContext(t.ctx, `INSERT INTO operation_changes `+columns+` SELECT ?, name, kind, first, last, old FROM temp.`+t.changes.Name, t.log.operation)
	t.changes.Load(0, nil)
	return err
}

// Exec runs one statement and says how many rows it inserted, changed or deleted.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	res, err := t.exec(query, args)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return n, t.book.explain(err)
}

// Insert runs one INSERT and gives the id of the new row.
func (t *Tx) Insert(query string, args ...any) (int64, error) {
	res, err := t.exec(query, args)
	if err != nil {
		return 0, err
	}
	id, err := res.LastInsertId()
	return id, t.book.explain(err)
}

func (t *Tx) exec(query string, args []any) (sql.Result, error) {
	if t.streaming {
		return nil, errNested
	}
	for _, arg := range args {
		if err := writable(arg); err != nil {
			return nil, err
		}
	}
	res, err := t.tx.ExecContext(t.ctx, query, args...)
	if err == nil {
		err = t.log.flushFull()
	}
	return res, t.book.explain(err)
}

// writable refuses a text that the book could not give back as it was: the log keeps old rows as JSON, which has no
// place for bytes that are no UTF-8, and the hook that hears of them ends a text at NUL.
func writable(arg any) error {
	text, ok := arg.(string)
	if !ok || utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Rejected, Reason: fmt.Sprintf("%q is no readable text (UTF-8 without NUL)", text)}
}

// Append runs an INSERT that leaves the ids of a table's new rows to SQLite, which is faster than giving them, and makes
// sure that the last one is what the caller counted on.
func (t *Tx) Append(table string, last int64, query string, args ...any) error {
	id, err := t.Insert(query, args...)
	if err == nil && id != last {
		err = fmt.Errorf("%s: the last new row has id %d instead of %d", table, id, last)
	}
	return err
}

// Changed says whether the transaction has inserted, changed or deleted anything so far.
func (t *Tx) Changed() bool { return t.log.operation != 0 || len(t.log.changes) > 0 }

// NextID is the id the next row of a table will get, for writers that give ids themselves. Ids are never used twice.
func (t *Tx) NextID(table string) (int64, error) {
	id, _, err := One(t.View, Scalar[int64], `SELECT seq FROM sqlite_sequence WHERE name = ?`, table)
	return id + 1, err
}
