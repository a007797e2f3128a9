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
		_, err = tx.Exec(`INSERT INTO consultants (ref, name) VALUES ('K', 'Kim')`)
		require.NoError(t, err)
		_, err = r.Resolve([]string{"Ana García", "Luis.Peña@Example.com", "+34 600 11 12 22", "+34600333444"})
		require.NoError(t, err)
		ch := &contacts.Change{From: contacts.Customer{Name: "Eva", Email: "eva@x.com", Phone: "600 999 888", Ref: "E1", Stage: "lead"}}
		require.NoError(t, ch.Add(contacts.FieldEmails, "work:eva@work.example"))
		require.NoError(t, ch.Add(contacts.FieldPhones, "91 123 45 67"))
		eva, err := contacts.Create(tx, ch)
		require.NoError(t, err)
		require.EqualValues(t, 5, eva.ID)
		_, err = tx.Exec(`INSERT INTO customer_refs (customer_id, ref, ref_source) VALUES (1, 'E2', 'csv')`)
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
	const (
		called = "customers are found by what they are called: "
		reach  = "further e-mails and phones are what they are compared by: "
		staged = "stages are the last ones written down: "
	)
	for statement, want := range map[string]string{
		`UPDATE customers SET name_key = 'x' WHERE id = 1`:                                                                    called + `customer 1: name_key is "x", should be "ana garcia"`,
		`UPDATE customers SET search = 'x y z' WHERE id = 1`:                                                                  called + `customer 1: search is "x y z", should be "ana garcia"`,
		`UPDATE customers SET email = 'Ana@example.com' WHERE id = 1`:                                                         called + `customer 1: email is "Ana@example.com", should be "ana@example.com"`,
		`UPDATE customers SET name = 'Ana M. García' WHERE id = 1`:                                                            called + `customer 1: name_key is "ana garcia", should be "ana m. garcia"`,
		`UPDATE customers SET phone = '600' WHERE id = 1`:                                                                     called + `customer 1: search is "ana garcia", should be "ana garcia 600"`,
		`UPDATE customer_reaches SET key = 'x' WHERE kind = 'phone'`:                                                          reach + `customer 5: the key of 91 123 45 67 is "x", should be "+34911234567"`,
		`UPDATE customer_reaches SET value = 'eva@x.com', key = 'eva@x.com' WHERE kind = 'email'`:                             called,
		`DELETE FROM customer_reaches WHERE kind = 'email'`:                                                                   called,
		`UPDATE customer_reaches SET value = 'a;b' WHERE kind = 'phone'`:                                                      called,
		`UPDATE customer_refs SET ref = 'E1'`:                                                                                 `a ref names one customer of its source: ref E1 of source csv is that of customer 5 and a further one of customer 1`,
		`UPDATE customers SET stage = 'lost' WHERE id = 5`:                                                                    staged + `customer 5: stage is lost, the last one written down is lead`,
		`UPDATE customers SET stage = 'lost' WHERE id = 1`:                                                                    staged + `customer 1: stage is lost, the last one written down is none`,
		`UPDATE customers SET stage = NULL WHERE id = 5`:                                                                      staged + `customer 5: stage is none, the last one written down is lead`,
		`INSERT INTO customer_consultants (customer_id, since_on, consultant_id) SELECT 1, '2026-11-22', id FROM consultants`: `consultants are the last ones written down: customer 1: consultant_id is none, the last one written down is 1`,
	} {
		require.NoError(t, b.Update(ctx, "break", func(tx *book.Tx) error {
			_, err := tx.Exec(statement)
			return err
		}))
		require.Contains(t, problem(), want, statement)
		_, err := b.Undo(ctx, 0)
		require.NoError(t, err)
	}
	require.Empty(t, problem())
}
