package book

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/perla-crm/perla"
	"github.com/perla-crm/perla/internal/fault"
)

// Backups stand beside the book unless somebody says where, and are called after it: by the instant, perla.db.20261122T100000Z.bak,
// or, made before an upgrade, by the old format, perla.db.v1.bak. Another of the same name gets a number at its end. One
// that is being written ends in .part, so that what has the name of a backup is a whole one.
var (
	datedBackup = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\.\d{8}T\d{6}Z\.bak(\.\d+)?$`) })
	anyBackup   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\.(\d{8}T\d{6}Z|v\d+)\.bak(\.\d+)?$`) })
)

const partEnd = ".part"

// Backup is a copy of a book in a file of its own.
type Backup struct {
	Path  string
	Bytes int64
}

// BackUp copies the book, as it is at this instant, into a new file that its owner alone can read, and proves the copy
// sound. to names the file, or a folder in which it is called after the book and the instant; "" is the book's own
// folder. A file that is already there is a fault.Conflict.
func (b *Book) BackUp(ctx context.Context, to string) (Backup, error) {
	name, err := b.backupName(to)
	if err != nil {
		return Backup{}, err
	}
	if err := b.copyTo(ctx, name); err != nil {
		return Backup{}, hinted(err, "name another place: perla backup FOLDER")
	}
	info, err := os.Stat(name)
	if err != nil {
		return Backup{}, &fault.Error{Kind: fault.IO, Noun: "backup", Key: name, Err: err}
	}
	return Backup{name, info.Size()}, nil
}

// backupName is the file that a backup is to be.
func (b *Book) backupName(to string) (string, error) {
	dir := filepath.Dir(b.path)
	if to != "" {
		info, err := os.Stat(to)
		switch {
		case err == nil && !info.IsDir():
			return "", &fault.Error{Kind: fault.Conflict, Noun: "backup", Key: to, Reason: "a file is already there", Hint: "choose another name, or name a folder"}
		case err != nil && !strings.HasSuffix(to, string(filepath.Separator)):
			return to, nil
		case err != nil:
			return "", &fault.Error{Kind: fault.IO, Noun: "folder", Key: to, Reason: "there is no such folder", Hint: "make it first: mkdir " + to}
		}
		dir = to
	}
	return freeName(filepath.Join(dir, filepath.Base(b.path)+"."+b.now().UTC().Format("20060102T150405Z")+".bak")), nil
}

// freeName is a name, or where that is taken, name.2, name.3 ...
func freeName(name string) string {
	free := name
	for n := 2; ; n++ {
		if _, err := os.Lstat(free); err != nil {
			return free
		}
		free = fmt.Sprintf("%s.%d", name, n)
	}
}

// copier is a connection that can copy the book: VACUUM INTO is refused to one that is query_only.
func (b *Book) copier(ctx context.Context) (*sql.DB, error) {
	db, err := b.open(ctx, dsn(b.path, []string{"busy_timeout(5000)"}, "mode", "ro"))
	if err != nil {
		return nil, err
	}
	if _, err = db.ExecContext(ctx, `SELECT 1 FROM sqlite_schema LIMIT 1`); err == nil {
		return db, nil
	}
	_ = db.Close()
	if !cannotOpen(err) || b.hasLog() {
		return nil, err
	}
	return b.open(ctx, dsn(b.path, nil, "mode", "ro", "immutable", "1")) // the folder takes no side files
}

// copyTo writes a copy of the book to a file, in the place of any that is there.
func (b *Book) copyTo(ctx context.Context, name string) error {
	db, err := b.copier(ctx)
	if err == nil {
		// Open until the copy has its name: an erasure, which looks for backups, waits for that.
		defer func() { _ = db.Close() }()
		err = copyInto(ctx, db, name)
	}
	return b.explain(interrupted(ctx, err))
}

// copyInto writes a copy of the book that a connection has open, proves it sound and gives it its name. What is not yet
// proved is called name.part.
func copyInto(ctx context.Context, db *sql.DB, name string) (err error) {
	part := name + partEnd
	defer func() {
		if err != nil {
			_ = os.Remove(part)
		}
	}()
	failed := func(err error) error {
		return &fault.Error{Kind: fault.IO, Noun: "backup", Key: name, Err: plain(err)}
	}
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return failed(err)
	}
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return failed(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, part); err != nil {
		return err
	}
	if _, err := Inspect(ctx, part); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return failed(err)
	}
	if err := os.Rename(part, name); err != nil {
		return failed(err)
	}
	return nil
}

// hinted gives a fault of the file system a hint.
func hinted(err error, hint string) error {
	var known *fault.Error
	if errors.As(err, &known) && known.Kind == fault.IO && known.Hint == "" {
		known.Hint = hint
	}
	return err
}

// plain is what the system said, without the name of the call and of the file.
func plain(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}

// Inspection is what is known of a file that was found to be a sound book.
type Inspection struct {
	Format int // its user_version
	Bytes  int64
	Last   time.Time // of its last operation; zero when it has none
}

// Inspect reads the whole of a file, without writing anything, and proves that it is a sound book that this perla can
// open. Anything else is a fault.BookUnusable.
func Inspect(ctx context.Context, path string) (Inspection, error) {
	b := &Book{path: path, now: time.Now}
	defer func() { _ = b.Close() }()
	info, err := os.Stat(path)
	if err != nil {
		return Inspection{}, &fault.Error{Kind: fault.IO, Noun: "file", Key: path, Err: plain(err)}
	}
	unusable := func(reason string) error {
		return &fault.Error{Kind: fault.BookUnusable, Noun: "file", Key: path, Reason: reason}
	}
	if !info.Mode().IsRegular() || info.Size() == 0 {
		return Inspection{}, unusable("this is not a book of perla's")
	}
	app, version, err := b.probe(ctx)
	switch {
	case err != nil:
		return Inspection{}, err
	case app != applicationID || version < 1:
		return Inspection{}, unusable("this is not a book of perla's")
	case version > perla.SchemaVersion:
		return Inspection{}, unusable(fmt.Sprintf("written by a newer perla (format %d, this program knows up to %d)", version, perla.SchemaVersion))
	}
	found := Inspection{Format: version, Bytes: info.Size()}
	err = b.look(ctx, func(db *sql.DB) error {
		var said string
		if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&said); err != nil || said != "ok" {
			return errors.Join(err, unusable("the file is damaged"))
		}
		if _, err := readSettings(ctx, db, path); err != nil {
			return err
		}
		var at string
		err := db.QueryRowContext(ctx, `SELECT ifnull((SELECT at FROM operations ORDER BY id DESC LIMIT 1), '')`).Scan(&at)
		found.Last, _ = time.Parse(time.RFC3339, at)
		return err
	})
	return found, b.explain(interrupted(ctx, err))
}

// look reads a book, if it can be, without leaving side files beside it.
func (b *Book) look(ctx context.Context, fn func(*sql.DB) error) error {
	params := []string{"mode", "ro"}
	if !b.hasLog() {
		params = append(params, "immutable", "1")
	}
	db, err := b.open(ctx, dsn(b.path, readPragma, params...))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return fn(db)
}

// Backups are the backups beside a book that perla made and that are called after it, the oldest format and instant
// first; where in is not "", those in another folder.
func Backups(path, in string) ([]string, error) { return siblings(path, in, anyBackup()) }

// siblings are the files in a folder whose names are the book's and then match.
func siblings(path, in string, match *regexp.Regexp) ([]string, error) {
	if in == "" {
		in = filepath.Dir(path)
	}
	list, err := os.ReadDir(in)
	if err != nil {
		return nil, &fault.Error{Kind: fault.IO, Noun: "folder", Key: in, Err: plain(err)}
	}
	var found []string
	for _, f := range list {
		if rest, ok := strings.CutPrefix(f.Name(), filepath.Base(path)); ok && f.Type().IsRegular() && match.MatchString(rest) {
			found = append(found, filepath.Join(in, f.Name()))
		}
	}
	return found, nil
}

// PruneBackups removes all but the newest backups of a book in a folder that are called after an instant, and names what
// it removed.
func PruneBackups(path, in string, keep int) (removed []string, err error) {
	dated, err := siblings(path, in, datedBackup())
	if err != nil {
		return nil, err
	}
	slices.SortFunc(dated, newerBackup)
	for _, name := range dated[min(keep, len(dated)):] {
		if err := os.Remove(name); err != nil {
			return removed, &fault.Error{Kind: fault.IO, Noun: "backup", Key: name, Err: plain(err)}
		}
		removed = append(removed, name)
	}
	return removed, nil
}

// newerBackup puts the newest first: by the instant, then by the number at the end.
func newerBackup(a, b string) int {
	instant := func(name string) (string, int) {
		end, n := strings.LastIndex(name, ".bak"), 1
		_, _ = fmt.Sscanf(name[end:], ".bak.%d", &n)
		return name[:end], n
	}
	atA, nA := instant(a)
	atB, nB := instant(b)
	if atA != atB {
		return strings.Compare(atB, atA)
	}
	return nB - nA
}
