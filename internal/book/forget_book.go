package book

import (
	"context"
	"database/sql"
	"fmt"

	lib "modernc.org/sqlite/lib"

	"github.com/perla-crm/perla/internal/fault"
)

// alonePragma is the recipe of the one connection that nobody else's may stand beside. It keeps its lock from the first
// read until it is closed. It does not set the journal mode: that would open the log before the lock is there.
var alonePragma = []string{"busy_timeout(2000)", "locking_mode(EXCLUSIVE)", "foreign_keys(1)", "synchronous(2)", "secure_delete(1)", "temp_store(2)"}

// alone calls fn with a connection while no other process has the book open, and none can open it. The Book's own
// connections are closed for it.
func (b *Book) alone(ctx context.Context, fn func(*sql.DB) error) error {
	if b.inView || b.inUpdate {
		return errNested
	}
	b.inView, b.inUpdate = true, true
	defer func() { b.inView, b.inUpdate = false, false }()
	// A file that came as a copy gets its write-ahead log first: in the other mode the old pages would be in a journal.
	if _, err := b.writer(ctx); err != nil {
		return err
	}
	if err := b.Close(); err != nil {
		return b.explain(err)
	}
	db, err := b.open(ctx, dsn(b.path, alonePragma, "mode", "rw", "_txlock", "immediate"))
	if err == nil {
		defer func() { _ = db.Close() }()
		_, err = db.ExecContext(ctx, `SELECT count(*) FROM sqlite_schema`)
	}
	if code := primary(err); code == lib.SQLITE_BUSY || code == lib.SQLITE_LOCKED {
		return &fault.Error{Kind: fault.Busy, Noun: "book", Key: b.path, Reason: "another process has it open; needed is the book for ourselves alone",
			Hint: "end what is using it, and try again"}
	}
	if err == nil {
		err = fn(db)
	}
	return b.explain(interrupted(ctx, err))
}

// Erased is what an erasure did and, where it was carried out, what was then still found.
type Erased struct {
	Done []Forgotten
	Verification
}

// Erase takes away what the book and its backups know of a person and proves it: prepare and Tx.Forget in one operation,
// the backups before that is committed, then the files are made anew and all their bytes read. It is for good. No other
// process may have the book open meanwhile: that is a fault.Busy, and nothing is done. Traces that are left are in what
// it returns, without an error.
func (b *Book) Erase(ctx context.Context, what string, p Person, backups []HeldBackup, prepare func(*Tx) error) (e Erased, err error) {
	look := &verifier{marks: p.Marks}
	defer look.close() // after the lock is gone
	err = b.alone(ctx, func(db *sql.DB) error {
		if err := b.transact(ctx, db, operation{what: what}, func(t *Tx) (err error) {
			if err = prepare(t); err == nil {
				e.Done, err = t.Forget(p)
			}
			// Before the commit: whoever is stopped here can begin again, and is told again what is to be done.
			for _, h := range backups {
				if err == nil {
					err = h.clean(ctx, b, what, p, prepare)
				}
				e.Done = append(e.Done, Forgotten{h.Path, 1, h.Fate})
			}
			return err
		}); err != nil {
			return err
		}
		return b.wipe(context.WithoutCancel(ctx), db, look, backups)
	})
	e.Verification = look.Verification
	return e, err
}

// wipe makes the file of a book anew, without its log, and looks through all bytes of it, of what is beside it, and of
// the backups.
func (b *Book) wipe(ctx context.Context, db *sql.DB, look *verifier, backups []HeldBackup) error {
	err := compact(ctx, db)
	if err == nil {
		err = look.book(b.path, func(fn func(*View) error) error { return b.viewThrough(ctx, db, fn) })
	}
	for _, h := range backups {
		if err != nil || h.Fate != FateRewritten {
			continue
		}
		other := &Book{path: h.Path, now: b.now}
		err = look.book(h.Path, func(fn func(*View) error) error {
			return other.look(ctx, func(db *sql.DB) error { return other.viewThrough(ctx, db, fn) })
		})
	}
	if err != nil {
		return &fault.Error{Kind: fault.KindOf(err), Noun: "book", Key: b.path, Err: err,
			Reason: "the erasure is done, but the file could not be cleaned and read to the end", Hint: "mend that, and give the same command again with the id"}
	}
	return nil
}

// compact writes the file anew and empties the log.
func compact(ctx context.Context, db *sql.DB) error {
	for _, statement := range []string{`PRAGMA wal_checkpoint(TRUNCATE)`, `VACUUM`, `PRAGMA wal_checkpoint(TRUNCATE)`} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	var free, secure int
	err := db.QueryRowContext(ctx, `SELECT (SELECT freelist_count FROM pragma_freelist_count), (SELECT secure_delete FROM pragma_secure_delete)`).Scan(&free, &secure)
	if err == nil && (free != 0 || secure != 1) {
		err = fmt.Errorf("the file has %d unused pages, and secure_delete is %d", free, secure)
	}
	return err
}

// viewThrough is a View through a connection of its own.
func (b *Book) viewThrough(ctx context.Context, db *sql.DB, fn func(*View) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	return fn(&View{ctx: ctx, book: b, tx: tx})
}
