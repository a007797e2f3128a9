package contacts

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// datedBook is a book whose day a test sets.
type datedBook struct {
	*book.Book
	now time.Time
}

func newDatedBook(t *testing.T) *datedBook {
	t.Helper()
	d := &datedBook{now: testNow()}
	s, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(t, err)
	d.Book, err = book.Create(context.Background(), filepath.Join(t.TempDir(), "book.db"), s, func() time.Time { return d.now })
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d
}

func (d *datedBook) to(t *testing.T, day string) {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	require.NoError(t, err)
	d.now = at.Add(12 * time.Hour)
}

// sinceWhen are the rows of a history: "2026-11-22 lead".
func sinceWhen(t *testing.T, b *book.Book, query string) (rows []string) {
	t.Helper()
	view(t, b, func(v *book.View) (err error) {
		rows, err = book.All(v, book.Scalar[string], query)
		return err
	})
	return rows
}

const stageRows = `SELECT since_on || ' ' || ifnull(stage, '-') FROM customer_stages ORDER BY since_on`

func TestStagesAreWrittenDown(t *testing.T) {
	d := newDatedBook(t)
	day, err := dates.ParseISO("2025-03-01")
	require.NoError(t, err)
	ana := customer(t, "Ana", FieldStage, "lead")
	ana.CreatedOn = day
	eva := customer(t, "Eva")
	eva.CreatedOn = day.AddYears(10) // she will be known one day
	add(t, d.Book, ana, eva)
	turn := func(stage string) {
		edited(t, d.Book, &Change{From: customer(t, "", FieldStage, stage), Given: FieldStage}, 1)
	}
	require.Equal(t, []string{"2025-03-01 lead"}, sinceWhen(t, d.Book, stageRows), "since she is known")
	turn("prospect")
	turn("customer")
	require.Equal(t, []string{"2025-03-01 lead", "2026-11-22 customer"}, sinceWhen(t, d.Book, stageRows), "one change a day")
	turn("lead")
	require.Equal(t, []string{"2025-03-01 lead"}, sinceWhen(t, d.Book, stageRows), "back to what she was")
	d.to(t, "2026-12-01")
	turn("lost")
	d.to(t, "2026-12-05")
	turn("")
	require.Equal(t, []string{"2025-03-01 lead", "2026-12-01 lost", "2026-12-05 -"}, sinceWhen(t, d.Book, stageRows))

	at := func(asOf, stage string) string {
		var then dates.Date
		if asOf != "" {
			then, err = dates.ParseISO(asOf)
			require.NoError(t, err)
		}
		var all []string
		view(t, d.Book, func(v *book.View) error {
			for c, err := range List(v, ListOptions{AsOf: then, Filter: Filter{Stage: stage}}) {
				require.NoError(t, err)
				all = append(all, c.Name+":"+c.Stage)
			}
			return nil
		})
		return strings.Join(all, " ")
	}
	require.Equal(t, "Ana: Eva:", at("", ""))
	require.Equal(t, "Ana:lost Eva:", at("2026-12-04", ""))
	require.Equal(t, "Ana:lead Eva:", at("2026-11-30", ""))
	require.Equal(t, "Ana: Eva:", at("2025-02-28", ""))
	require.Equal(t, "Ana:lost", at("2026-12-01", "lost"))
	require.Empty(t, at("2026-12-05", "lost"))
	require.Equal(t, "Ana: Eva:", at("2030-01-01", ""), "a day to come is today")

	d.to(t, "2026-11-25") // a clock that was wrong, and is set back
	turn("customer")
	require.Equal(t, []string{"2025-03-01 lead", "2026-11-25 customer"}, sinceWhen(t, d.Book, stageRows), "today's is the last")
}

func TestConsultantsAndRemovalsAsOfADay(t *testing.T) {
	d := newDatedBook(t)
	var kim, lee int64
	update(t, d.Book, func(tx *book.Tx) (err error) {
		if kim, err = tx.Insert(`INSERT INTO consultants (ref, name) VALUES ('K', 'Kim')`); err == nil {
			lee, err = tx.Insert(`INSERT INTO consultants (ref, name) VALUES ('L', 'Lee')`)
		}
		return err
	})
	add(t, d.Book, Customer{Name: "Ana", Consultant: Link{ID: kim}}, Customer{Name: "Eva"})
	d.to(t, "2026-12-01")
	edited(t, d.Book, &Change{From: Customer{Consultant: Link{ID: lee}}, Given: FieldConsultant}, 1, 2)
	d.to(t, "2026-12-10")
	update(t, d.Book, func(tx *book.Tx) error { _, err := Archive(tx, 1); return err })
	d.to(t, "2026-12-20")
	at := func(asOf string, o ListOptions) (all string) {
		day, err := dates.ParseISO(asOf)
		require.NoError(t, err)
		o.AsOf = day
		view(t, d.Book, func(v *book.View) error {
			for c, err := range List(v, o) {
				require.NoError(t, err)
				all += " " + c.Name + ":" + c.Consultant.Key
				if !c.ArchivedOn.IsZero() {
					all += "(gone)"
				}
			}
			return nil
		})
		return strings.TrimSpace(all)
	}
	require.Equal(t, "Eva:L", at("2026-12-20", ListOptions{}))
	require.Equal(t, "Ana:L Eva:L", at("2026-12-09", ListOptions{}))
	require.Equal(t, "Ana:L(gone) Eva:L", at("2026-12-10", ListOptions{State: Everyone}))
	require.Empty(t, at("2026-12-09", ListOptions{State: Archived}))
	require.Equal(t, "Ana:K Eva:", at("2026-11-30", ListOptions{}))
	require.Equal(t, "Ana:K", at("2026-11-30", ListOptions{Filter: Filter{Consultant: "K"}}))
	require.Equal(t, "Eva:", at("2026-11-30", ListOptions{Filter: Filter{NoConsultant: true}, Sort: "consultant"}))
	view(t, d.Book, func(v *book.View) error {
		c, err := Get(v, 1)
		require.NoError(t, err)
		card, err := CardOf(v, c, c.CreatedOn)
		require.NoError(t, err)
		require.Equal(t, "Kim", card.Consultant.Name)
		require.Zero(t, card.ArchivedOn)
		return nil
	})
}
