package book

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	sqlite "modernc.org/sqlite"

	"github.com/perla-crm/perla/internal/fault"
)

// The connection recipes. busy_timeout comes first, because the others may have to wait for a lock. Writers begin
// IMMEDIATE, so that sixteen of them queue instead of failing halfway, and sync FULL, because NORMAL may lose a commit
// that was acknowledged when the power goes. Triggers are recursive, without which a REPLACE would pass by those that keep
// the ledgers.
//
// A bulk load differs in two pragmas that SQLite lets nobody change inside a transaction: foreign keys are proved once
// at the end instead of row by row, and temporary storage is in files, where index building sorts fastest. And it is not
// defensive: a Load writes pages, which SQLite refuses a defensive connection.
var (
	guards      = []string{"trusted_schema(0)", "cell_size_check(1)"}
	writePragma = []string{"busy_timeout(5000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(2)", "secure_delete(1)", "recursive_triggers(1)", "temp_store(2)"}
	bulkPragma  = []string{"busy_timeout(5000)", "foreign_keys(0)", "journal_mode(WAL)", "synchronous(2)", "secure_delete(1)", "recursive_triggers(1)", "temp_store(1)"}
	readPragma  = []string{"busy_timeout(5000)", "foreign_keys(1)", "query_only(1)", "temp_store(2)", "cache_size(" + readCache + ")"}
)

// Of the pages that a query may come back to a reader keeps 32 MiB. A walk reads each of its pages once: with few in the
// cache SQLite puts one in the place of another instead of asking for memory a page.
const (
	readCache = "-32768"
	walkCache = "-1024"
)

// dsn writes the data source name of a path: escaped, since a file may be called anything.
func dsn(path string, pragmas []string, params ...string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	abs = filepath.ToSlash(abs)
	if !strings.HasPrefix(abs, "/") {
		abs = "/" + abs
	}
	q := url.Values{"_dqs": {"0"}, "_defensive": {"1"}}
	for _, p := range slices.Concat(pragmas, guards) {
		q.Add("_pragma", p)
	}
	for i := 0; i+1 < len(params); i += 2 {
		q.Set(params[i], params[i+1])
	}
	return (&url.URL{Scheme: "file", Path: abs, RawQuery: q.Encode()}).String()
}

// open opens one connection and no more: a command is one goroutine, and a second connection would not see its work.
func (b *Book) open(ctx context.Context, name string) (*sql.DB, error) {
	db, err := connect(name)
	if err != nil {
		return nil, b.explain(err)
	}
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// connect is open without a look at the file.
func connect(name string) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(name)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	return db, nil
}

// reader is the connection Views read through: read-only, and immutable where the folder takes no side files.
func (b *Book) reader(ctx context.Context) (*sql.DB, error) {
	if b.reading != nil {
		return b.reading, nil
	}
	db, err := b.open(ctx, dsn(b.path, readPragma, "mode", "ro"))
	if err == nil {
		_, err = db.ExecContext(ctx, `SELECT 1 FROM sqlite_schema LIMIT 1`)
	}
	if err != nil && db != nil {
		_ = db.Close()
	}
	if cannotOpen(err) {
		db, err = b.immutable(ctx)
	}
	if err != nil {
		return nil, b.explain(err)
	}
	b.reading = db
	return db, nil
}

// immutable opens a book in a folder that cannot be written. A log beside it may hold commits that only a writable
// folder lets us read, so its presence is refused rather than passed over.
func (b *Book) immutable(ctx context.Context) (*sql.DB, error) {
	if b.hasLog() {
		return nil, &fault.Error{Kind: fault.IO, Noun: "book", Key: b.path,
			Reason: "the folder cannot be written and a write-ahead log is beside the book",
			Hint:   "copy the book together with its -wal file into a folder of your own"}
	}
	return b.open(ctx, dsn(b.path, readPragma, "mode", "ro", "immutable", "1"))
}

// writer is the connection Updates write through.
func (b *Book) writer(ctx context.Context) (*sql.DB, error) {
	return b.openOnce(ctx, &b.writing, writePragma, "1")
}

// bulkWriter is the connection UpdateBulk writes through.
func (b *Book) bulkWriter(ctx context.Context) (*sql.DB, error) {
	return b.openOnce(ctx, &b.loading, bulkPragma, "0")
}

func (b *Book) openOnce(ctx context.Context, db **sql.DB, pragmas []string, defensive string) (*sql.DB, error) {
	if *db == nil {
		opened, err := b.open(ctx, dsn(b.path, pragmas, "mode", "rw", "_txlock", "immediate", "_defensive", defensive))
		if err != nil {
			return nil, b.explain(err)
		}
		*db = opened
	}
	return *db, nil
}
