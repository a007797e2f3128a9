package book

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"os"

	"github.com/perla-crm/perla"
	"github.com/perla-crm/perla/internal/fault"
)

// steps bring a book from one version to the next: steps[0] makes version 2 of version 1. A step is never changed once
// released; a test upgrades every frozen schema of testdata and compares the result with a fresh one.
var steps = []string{toVersion2}

//go:embed upgrades/v2.sql
var toVersion2 string

// migrate brings an older book up to date in one transaction, after copying it to a file beside itself.
func (b *Book) migrate(ctx context.Context, from int) error {
	if from < 1 {
		return &fault.Error{Kind: fault.BookUnusable, Noun: "book", Key: b.path, Reason: fmt.Sprintf("its format %d is not known", from)}
	}
	return b.explain(b.upgrade(ctx, perla.SchemaVersion, steps))
}

// upgrade runs the steps from the version of the file to another. Foreign keys are not enforced on the way, since a step
// may make a table anew, but proved at the end. Another process may have upgraded the file since its version was read,
// so that it is read again under the lock.
func (b *Book) upgrade(ctx context.Context, to int, steps []string) error {
	db, err := b.bulkWriter(ctx)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var from int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&from); err != nil || from >= to {
		return err
	}
	if err := b.backUp(ctx, fmt.Sprintf("%s.v%d.bak", b.path, from)); err != nil {
		return err
	}
	for version := from; version < to; version++ {
		if _, err := tx.ExecContext(ctx, steps[version-1]); err != nil {
			return fmt.Errorf("upgrade to format %d: %w", version+1, err)
		}
	}
	var dangling string
	err = tx.QueryRowContext(ctx, `SELECT "table" FROM pragma_foreign_key_check LIMIT 1`).Scan(&dangling)
	if !errors.Is(err, sql.ErrNoRows) {
		return errors.Join(err, fmt.Errorf("upgrade to format %d: a row of %s refers to one that is not there", to, dangling))
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, to)); err != nil {
		return err
	}
	return tx.Commit()
}

// backUp writes a copy of the book, readable by its owner alone. An earlier copy is never overwritten: the name gets a
// number then.
func (b *Book) backUp(ctx context.Context, name string) error {
	copied, err := newFile(name)
	if err != nil {
		return &fault.Error{Kind: fault.IO, Noun: "backup", Key: name, Err: err, Hint: "the book is in an older format; make its folder writable, so that it can be copied before it is changed"}
	}
	db, err := b.open(ctx, dsn(b.path, []string{"busy_timeout(5000)"}, "mode", "ro"))
	if err == nil {
		_, err = db.ExecContext(ctx, `VACUUM INTO ?`, copied)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		_ = os.Remove(copied)
	}
	return err
}

// newFile makes an empty file that its owner alone can read, called name or, where that is taken, name.2, name.3 ...
func newFile(name string) (string, error) {
	free := name
	for n := 2; ; n++ {
		f, err := os.OpenFile(free, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err == nil {
			return free, f.Close()
		}
		if !errors.Is(err, os.ErrExist) || n > 99 {
			return "", err
		}
		free = fmt.Sprintf("%s.%d", name, n)
	}
}
