package contacts_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
)

func TestChecks(t *testing.T) {
	ctx := context.Background()
	settings, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(t, err)
	b, err := book.Create(ctx, filepath.Join(t.TempDir(), "book.db"), settings, func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) })
	require.NoError(t, err)
	defer func() { require.NoError(t, b.Close()) }()
	require.NoError(t, b.Update(ctx, "fill", func(tx *book.Tx) error {
		r, err := contacts.NewResolver(tx, "csv", false)
		require.NoError(t, err)
		_, err = r.Resolve([]string{"Ana García", "Luis.Peña@Example.com", "+34 600 11 12 22", "+34600333444"})
		return err
	}))
	problem := func() string {
		findings, err := b.Verify(ctx, contacts.Checks())
		require.NoError(t, err)
		for _, f := range findings {
			if f.Problem != "" {
				return f.Check + ": " + f.Problem
			}
		}
		return ""
	}
	require.Empty(t, problem(), "what an import makes is sound")
	for statement, want := range map[string]string{
		`UPDATE customers SET name_key = 'x' WHERE id = 1`:            `customer 1: name_key is "x", should be "ana garcia"`,
		`UPDATE customers SET search = 'x y z' WHERE id = 1`:          `customer 1: search is "x y z", should be "ana garcia"`,
		`UPDATE customers SET email = 'Ana@example.com' WHERE id = 1`: `customer 1: email is "Ana@example.com", should be "ana@example.com"`,
		`UPDATE customers SET name = 'Ana M. García' WHERE id = 1`:    `customer 1: name_key is "ana garcia", should be "ana m. garcia"`,
		`UPDATE customers SET phone = '600' WHERE id = 1`:             `customer 1: search is "ana garcia", should be "ana garcia 600"`,
	} {
		require.NoError(t, b.Update(ctx, "break", func(tx *book.Tx) error {
			_, err := tx.Exec(statement)
			return err
		}))
		require.Equal(t, "customers are found by what they are called: "+want, problem())
		_, err := b.Undo(ctx, 0)
		require.NoError(t, err)
	}
	require.Empty(t, problem())
}
