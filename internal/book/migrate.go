package book

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"

	"github.com/perla-crm/perla"
	"github.com/perla-crm/perla/internal/fault"
)

// steps bring a book from one version to the next: steps[0] makes version 2 of version 1. A step is never changed once
// released; a test upgrades every frozen schema of testdata and compares the result with a fresh one.
var steps = []string{toVersion2, toVersion3, toVersion4, toVersion5, toVersion6}

var (
	//go:embed upgrades/v2.sql
	toVersion2 string
	//go:embed upgrades/v3.sql
	toVersion3 string
	//go:embed upgrades/v4.sql
	toVersion4 string
	//go:embed upgrades/v5.sql
	toVersion5 string
	//go:embed upgrades/v6.sql
	toVersion6 string
)

// migrate brings an older book up to date in one transaction, after copying it to a file beside itself.
func (b *Book) migrate(ctx context.Context, from int) error {
	if from < 1 {
		return &fault.Error{Kind: fault.BookUnusable, Noun: "book", Key: b.path, Reason: fmt.Sprintf("its format %d is not known", from)}
	}
	return b.explain(b.upgrade(ctx, perla.SchemaVersion, steps))
}

// upgrade brings the file from its version to another. Another process may have upgraded it since its version was read,
// so that it is read again under the lock.
func (b *Book) upgrade(ctx context.Context, to int, steps []string) error {
	return b.climb(ctx, to, steps, func(from int) error {
		err := b.copyTo(ctx, freeName(fmt.Sprintf("%s.v%d.bak", b.path, from)))
		return hinted(err, "the book is in an older format; make its folder writable, so that it can be copied before it is changed")
	})
}

// climb runs the steps, in one transaction, after calling before with the version of the file. Foreign keys are not
// enforced on the way, since a step may make a table anew, but proved at the end.
func (b *Book) climb(ctx context.Context, to int, steps []string, before func(from int) error) error {
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
	if err := before(from); err != nil {
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
