package book

import (
	"context"
	"database/sql"
	"fmt"
	"os"

	"github.com/perla-crm/perla"
	"github.com/perla-crm/perla/internal/fault"
)

// steps bring a book from one version to the next: steps[0] makes version 2 of version 1. A step is never changed once
// released; a test upgrades every frozen schema of testdata and compares the result with a fresh one.
var steps []string

// migrate brings an older book up to date in one transaction, after copying it to a file beside itself.
func (b *Book) migrate(ctx context.Context, from int) error {
	if from < 1 {
		return &fault.Error{Kind: fault.BookUnusable, Noun: "book", Key: b.path, Reason: fmt.Sprintf("its format %d is not known", from)}
	}
	db, err := b.writer(ctx)
	if err != nil {
		return err
	}
	if err := b.backUp(ctx, db, fmt.Sprintf("%s.v%d.bak", b.path, from)); err != nil {
		return err
	}
	return b.explain(upgrade(ctx, db, from, perla.SchemaVersion, steps))
}

// upgrade runs the steps from one version to another in one transaction.
func upgrade(ctx context.Context, db *sql.DB, from, to int, steps []string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for version := from; version < to; version++ {
		if _, err := tx.ExecContext(ctx, steps[version-1]); err != nil {
			return fmt.Errorf("migration to format %d: %w", version+1, err)
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, to)); err != nil {
		return err
	}
	return tx.Commit()
}

// backUp writes a copy of the book, readable by its owner alone. An earlier copy of the same name is never overwritten.
func (b *Book) backUp(ctx context.Context, db *sql.DB, name string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return &fault.Error{Kind: fault.IO, Noun: "backup", Key: name, Err: err, Hint: "move the old backup away and try again"}
	}
	if err := f.Close(); err != nil {
		return &fault.Error{Kind: fault.IO, Noun: "backup", Key: name, Err: err}
	}
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, name); err != nil {
		_ = os.Remove(name)
		return b.explain(err)
	}
	return nil
}
