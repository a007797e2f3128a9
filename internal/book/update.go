package book

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/perla-crm/perla/internal/fault"
)

// Tx is a View that can also write. All its writes become one operation, or none of them is kept.
type Tx struct {
	*View
	conn *sql.Conn
	log  *recorder
	feed int // how many feeds were made, to name the next
}

// Update runs fn in one transaction and records what it changed as one operation named what: a verb and ids, never
// values. When fn fails, nothing is written; when it changed nothing, no operation is recorded.
func (b *Book) Update(ctx context.Context, what string, fn func(*Tx) error) error {
	db, err := b.writer(ctx)
	if err != nil {
		return err
	}
	return b.explain(b.write(ctx, db, operation{what: what}, fn))
}

// UpdateBulk is Update for loads of very many rows: foreign keys are proved once before the commit instead of row by
// row, and fn may use Tx.WithoutIndexes.
func (b *Book) UpdateBulk(ctx context.Context, what string, fn func(*Tx) error) error {
	db, err := b.bulkWriter(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return b.explain(b.write(ctx, db, operation{what: what, bulk: true}, fn))
}

// Rehearse runs fn as Update would and takes everything back, so that a dry run says what the real one will do. The
// file stays as it is, byte for byte.
func (b *Book) Rehearse(ctx context.Context, bulk bool, fn func(*Tx) error) error {
	open := b.writer
	if bulk {
		open = b.bulkWriter
	}
	db, err := open(ctx)
	if err != nil {
		return err
	}
	if bulk {
		defer func() { _ = db.Close() }()
	}
	return b.explain(b.write(ctx, db, operation{bulk: bulk, rehearsal: true}, fn))
}

// operation is what write needs to know of the operation it makes.
type operation struct {
	what      string
	undoes    int64
	bulk      bool
	rehearsal bool
}

func (b *Book) write(ctx context.Context, db *sql.DB, op operation, fn func(*Tx) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	t := &Tx{View: &View{ctx: ctx, book: b, tx: tx}, conn: conn}
	if t.log, err = t.listen(op); err != nil {
		return err
	}
	defer t.log.deafen(conn)
	if err := fn(t); err != nil {
		return err
	}
	if err := t.log.flush(); err != nil {
		return err
	}
	if op.bulk {
		if err := t.proveReferences(); err != nil {
			return err
		}
	}
	if op.rehearsal || t.log.operation == 0 {
		return nil
	}
	return tx.Commit()
}

// listen makes the recorder of this transaction and attaches it to the connection.
func (t *Tx) listen(op operation) (*recorder, error) {
	tables, err := storedColumns(t.View)
	if err != nil {
		return nil, err
	}
	log := &recorder{tables: tables, write: t.record(op)}
	return log, log.listen(t.conn)
}

// record is how the recorder writes what it heard: the operation's row before its first change.
func (t *Tx) record(op operation) func([]change) error {
	return func(changes []change) error {
		if t.log.operation == 0 {
			var undoes any
			if op.undoes != 0 {
				undoes = op.undoes
			}
			at := t.Now().Truncate(time.Second).Format(time.RFC3339)
			res, err := t.tx.ExecContext(t.ctx, `INSERT INTO operations (at, what, undoes_id) VALUES (?, ?, ?)`, at, op.what, undoes)
			if err != nil {
				return err
			}
			if t.log.operation, err = res.LastInsertId(); err != nil {
				return err
			}
		}
		insert, err := t.tx.PrepareContext(t.ctx, `INSERT INTO operation_changes (operation_id, table_name, kind, first_id, last_id, old) VALUES (?, ?, ?, ?, ?, ?)`)
		if err != nil {
			return err
		}
		defer func() { _ = insert.Close() }()
		for _, c := range changes {
			var old any
			if c.old != "" {
				old = c.old
			}
			if _, err := insert.ExecContext(t.ctx, t.log.operation, c.table, c.kind, c.first, c.last, old); err != nil {
				return err
			}
		}
		return nil
	}
}

// Exec runs one statement and says how many rows it inserted, changed or deleted.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	res, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, t.book.explain(err)
	}
	if err := t.log.flushFull(); err != nil {
		return 0, t.book.explain(err)
	}
	n, err := res.RowsAffected()
	return n, t.book.explain(err)
}

// Insert runs one INSERT and gives the id of the new row.
func (t *Tx) Insert(query string, args ...any) (int64, error) {
	res, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, t.book.explain(err)
	}
	if err := t.log.flushFull(); err != nil {
		return 0, t.book.explain(err)
	}
	id, err := res.LastInsertId()
	return id, t.book.explain(err)
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

// proveReferences checks every foreign key of the tables the transaction touched, for writers that ran without row by
// row checks.
func (t *Tx) proveReferences() error {
	for name, table := range t.log.tables {
		if !table.touched {
			continue
		}
		keys, err := foreignKeys(t.View, name)
		if err != nil {
			return err
		}
		for _, k := range keys {
			dangling := fmt.Sprintf(`SELECT %[1]s FROM %[2]s WHERE %[1]s IS NOT NULL AND %[1]s NOT IN (SELECT id FROM %[3]s) LIMIT 1`,
				k.column, name, k.parent)
			id, found, err := One(t.View, Scalar[int64], dangling)
			if err != nil {
				return err
			}
			if found {
				return &fault.Error{Kind: fault.Unexpected, Noun: name, Field: k.column, Reason: fmt.Sprintf("refers to %s %d, which does not exist", k.parent, id)}
			}
		}
	}
	return nil
}
