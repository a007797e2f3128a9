package book

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	sqlite "modernc.org/sqlite"

	"github.com/perla-crm/perla/internal/fault"
)

// Restored is what a restore did.
type Restored struct {
	Inspection        // of the copy
	Kept       string // the backup of what was there before; "" when there was nothing
}

// Restore puts a copy of a book in the place of the book at path. The copy must be sound and no newer than this perla.
// What is at path is backed up first: as a backup of its own or, where it cannot be read, by being given another name.
// A file that is not perla's is refused. No other process may have the book open: that is a fault.Busy. A rehearsal
// says what would be done and writes nothing.
func Restore(ctx context.Context, from, path string, now func() time.Time, rehearsal bool) (r Restored, err error) {
	if r.Inspection, err = Inspect(ctx, from); err != nil {
		return r, err
	}
	b, source := &Book{path: path, now: now}, &Book{path: from, now: now}
	defer func() { err = errors.Join(err, b.Close()) }()
	present, err := b.present(ctx, from)
	if err == nil && present != nothing {
		r.Kept, err = b.backupName("")
	}
	if err != nil || rehearsal {
		return r, err
	}
	// A copy of the copy, so that what is in its log is in it, and nothing is that is in no row.
	fresh := path + newEnd
	defer func() { _ = os.Remove(fresh) }()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return r, &fault.Error{Kind: fault.IO, Noun: "book", Key: path, Err: plain(err)}
	}
	if err := source.copyTo(ctx, fresh); err != nil {
		return r, err
	}
	if present == legible {
		err := b.alone(ctx, func(db *sql.DB) error {
			if err := copyInto(ctx, db, r.Kept); err != nil {
				return err
			}
			return overwrite(ctx, db, fresh)
		})
		if fault.KindOf(err) != fault.BookUnusable {
			return r, err
		}
	}
	if err := b.setAside(r.Kept); err != nil {
		return r, err
	}
	if err := os.Rename(fresh, path); err != nil {
		return r, &fault.Error{Kind: fault.IO, Noun: "book", Key: path, Err: plain(err)}
	}
	return r, nil
}

// presence is what is at the place of a book.
type presence int

const (
	nothing presence = iota
	legible
	illegible // damaged beyond being known as a book
)

// present says what is there to be replaced, and refuses what must not be.
func (b *Book) present(ctx context.Context, from string) (presence, error) {
	info, err := os.Stat(b.path)
	if errors.Is(err, os.ErrNotExist) {
		return nothing, nil
	}
	if err != nil {
		return nothing, &fault.Error{Kind: fault.IO, Noun: "book", Key: b.path, Err: plain(err)}
	}
	if source, err := os.Stat(from); err == nil && os.SameFile(info, source) {
		return nothing, &fault.Error{Kind: fault.Usage, Noun: "file", Key: from, Reason: "this is the book itself", Hint: "name a copy of it"}
	}
	foreign := &fault.Error{Kind: fault.BookUnusable, Noun: "book", Key: b.path, Reason: "what is there is not a book of perla's",
		Hint: "name the right file with --db FILE, or move this one away"}
	if !info.Mode().IsRegular() || info.Size() > 0 && !beginsAsBook(b.path) {
		return nothing, foreign
	}
	app, _, err := b.probe(ctx)
	switch {
	case fault.KindOf(err) == fault.BookUnusable || info.Size() == 0:
		return illegible, nil
	case err != nil:
		return nothing, err
	case app != applicationID:
		return nothing, foreign
	}
	return legible, nil
}

// beginsAsBook says whether a file begins as every SQLite file does. It is to be asked before a connection is open.
func beginsAsBook(path string) bool {
	const magic = "SQLite format 3\x00"
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	begin := make([]byte, len(magic))
	_, err = io.ReadFull(f, begin)
	return err == nil && string(begin) == magic
}

// overwrite puts all pages of a file in the place of those of an open book, in one transaction.
func overwrite(ctx context.Context, db *sql.DB, fresh string) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return conn.Raw(func(c any) error {
		to, ok := c.(interface {
			NewRestore(string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("the driver has no restore")
		}
		copying, err := to.NewRestore(dsn(fresh, nil, "mode", "ro", "immutable", "1"))
		if err != nil {
			return err
		}
		more, err := copying.Step(-1)
		if more && err == nil {
			err = fmt.Errorf("not all pages of %s could be copied", fresh)
		}
		return errors.Join(err, copying.Finish())
	})
}

// setAside gives the files of a book that cannot be read another name, and clears away what is left of a log whose book
// is gone.
func (b *Book) setAside(name string) error {
	for _, side := range append([]string{""}, "-wal", "-journal", "-shm") {
		var err error
		if name != "" {
			err = os.Rename(b.path+side, name+side)
		} else {
			err = os.Remove(b.path + side)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return &fault.Error{Kind: fault.IO, Noun: "book", Key: b.path + side, Err: plain(err)}
		}
	}
	return nil
}
