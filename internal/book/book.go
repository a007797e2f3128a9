// Package book is the SQLite file and the only room that opens it: create, open, migrate, read (View), write (Update),
// the operation log with undo, and the checks that prove the file sound.
//
// One command is one transaction is one operation. A reader holds a *View and cannot write; a writer holds a *Tx, which
// is a View that can. Every row a Tx inserts, changes or deletes is recorded by the driver's pre-update hook, so that no
// room has to remember to log what it does.
package book

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	lib "modernc.org/sqlite/lib"

	"github.com/perla-crm/perla"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// applicationID marks a SQLite file as a book of perla's: "prla" in ASCII, as schema.sql sets it.
const applicationID = 0x70726C61

// Book is one open book. It is not safe for use by several goroutines at once: a command is one goroutine.
type Book struct {
	path     string
	now      func() time.Time
	settings Settings
	reading  *sql.DB // opened by the first View
	writing  *sql.DB // opened by the first Update
	loading  *sql.DB // opened by the first UpdateBulk

	inView, inUpdate bool // a function is running there: one within another would wait for itself for ever
}

// Create makes a new book at path with the given settings, readable by its owner alone, and opens it. A file that is
// already there is a fault.Conflict and is left as it is. On any failure no file remains.
func Create(ctx context.Context, path string, s Settings, now func() time.Time) (*Book, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, &fault.Error{Kind: fault.IO, Noun: "book", Key: path, Err: err}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, &fault.Error{Kind: fault.Conflict, Noun: "book", Key: path, Reason: "a file is already there",
			Hint: "choose another name with --db FILE, or use the book that is there"}
	}
	if err != nil {
		return nil, &fault.Error{Kind: fault.IO, Noun: "book", Key: path, Err: err}
	}
	if err := f.Close(); err != nil {
		return nil, &fault.Error{Kind: fault.IO, Noun: "book", Key: path, Err: err}
	}
	b := &Book{path: path, now: now, settings: s}
	if err := b.build(ctx); err != nil {
		_ = b.Close()
		for _, name := range append(SideFiles(path), path) {
			_ = os.Remove(name)
		}
		return nil, interrupted(ctx, err)
	}
	return b, nil
}

// build writes the schema and the settings into an empty file, in one transaction.
func (b *Book) build(ctx context.Context) error {
	db, err := b.writer(ctx)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return b.explain(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, perla.Schema); err != nil {
		return b.explain(err)
	}
	for _, kv := range b.settings.pairs() {
		if _, err := tx.ExecContext(ctx, `INSERT INTO settings (key, value) VALUES (?, ?)`, kv[0], kv[1]); err != nil {
			return b.explain(err)
		}
	}
	return b.explain(tx.Commit())
}

// Open opens the book at path, migrating it first when it was written by an older perla. A missing, foreign, damaged or
// newer file is a fault.BookUnusable and stays untouched.
func Open(ctx context.Context, path string, now func() time.Time) (*Book, error) {
	info, err := os.Stat(path)
	unusable := &fault.Error{Kind: fault.BookUnusable, Noun: "book", Key: path, Hint: "name the right file with --db FILE, or make a new book with: perla init"}
	switch {
	case errors.Is(err, os.ErrNotExist):
		unusable.Reason, unusable.Hint = "there is no such file", "make a new book with: perla init, or name another with --db FILE"
	case err != nil:
		return nil, &fault.Error{Kind: fault.IO, Noun: "book", Key: path, Err: err}
	case info.IsDir():
		unusable.Reason = "this is a folder, not a book"
	case !info.Mode().IsRegular():
		unusable.Reason = "this is a device, not a book"
	case info.Size() == 0:
		unusable.Reason = "the file is empty"
	}
	if unusable.Reason != "" {
		return nil, unusable
	}
	b := &Book{path: path, now: now}
	if err := b.admit(ctx); err != nil {
		_ = b.Close()
		return nil, interrupted(ctx, err)
	}
	return b, nil
}

// admit reads what kind of file this is, brings an older one up to date, and reads the settings.
func (b *Book) admit(ctx context.Context) error {
	app, version, err := b.probe(ctx)
	if err == nil && app != applicationID {
		err = &fault.Error{Kind: fault.BookUnusable, Noun: "book", Key: b.path, Reason: "this SQLite file is not a book of perla's",
			Hint: "name the right file with --db FILE, or make a new book with: perla init"}
	}
	switch {
	case err != nil:
		return err
	case version > perla.SchemaVersion:
		return &fault.Error{Kind: fault.BookUnusable, Noun: "book", Key: b.path,
			Reason: fmt.Sprintf("written by a newer perla (format %d, this program knows up to %d)", version, perla.SchemaVersion),
			Hint:   "install the newer perla; the book was not touched"}
	case version < perla.SchemaVersion:
		if err := b.migrate(ctx, version); err != nil {
			return err
		}
	}
	db, err := b.reader(ctx)
	if err != nil {
		return err
	}
	b.settings, err = readSettings(ctx, db, b.path)
	return b.explain(err)
}

// probe reads application_id and user_version. It reads them past the write-ahead log first, which leaves no side files
// beside a file that is none of ours; only where there is such a log, whose commits may say otherwise, or where that
// failed, does it open the file as a View does. (Reading the header without SQLite would be simpler, and closing that
// descriptor would drop the locks of every connection this process has to the file.)
func (b *Book) probe(ctx context.Context) (app, version int, err error) {
	if !b.hasLog() {
		db, err := connect(dsn(b.path, nil, "mode", "ro", "immutable", "1"))
		if err != nil {
			return 0, 0, b.explain(err)
		}
		app, version, err = header(ctx, db) // which reads no more than the first page
		_ = db.Close()
		if err == nil || primary(err) == lib.SQLITE_NOTADB {
			return app, version, b.explain(err)
		}
	}
	db, err := b.reader(ctx)
	if err != nil {
		return 0, 0, err
	}
	app, version, err = header(ctx, db)
	return app, version, b.explain(err)
}

func header(ctx context.Context, db *sql.DB) (app, version int, err error) {
	if err = db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&app); err == nil {
		err = db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version)
	}
	return app, version, err
}

// hasLog says whether commits may lie beside the file instead of in it.
func (b *Book) hasLog() bool {
	for _, name := range []string{b.path + "-wal", b.path + "-journal"} {
		if info, err := os.Stat(name); err == nil && info.Size() > 0 {
			return true
		}
	}
	return false
}

// Close closes the file, the reading connection first: the last one to close moves the write-ahead log into the file
// and removes it, and only a writing one can.
func (b *Book) Close() error {
	var errs []error
	for _, db := range []*sql.DB{b.reading, b.writing, b.loading} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	b.reading, b.writing, b.loading = nil, nil, nil
	return errors.Join(errs...)
}

// Path is the file's name as it was given.
func (b *Book) Path() string { return b.path }

// Settings is what holds for the whole book.
func (b *Book) Settings() Settings { return b.settings }

// Today is the civil day of now in the book's time zone.
func (b *Book) Today() dates.Date { return dates.Of(b.now(), b.settings.Zone) }

// SideFiles names the files SQLite keeps beside a book while it is open, and sometimes after: its write-ahead log and
// the index of that.
func SideFiles(path string) []string { return []string{path + "-wal", path + "-shm"} }
