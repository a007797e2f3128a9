package loyalty

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// The people of shelf.
var (
	ana = Account{Customer: 1}
	bea = Account{Customer: 2}
	eva = Account{Consultant: 1}
)

// shelf is a book of people, ten orders and a calendar that can be turned.
type shelf struct {
	*testing.T
	book  *book.Book
	today dates.Date
}

func newShelf(t *testing.T, today string) *shelf {
	s := &shelf{T: t, today: isoDay(t, today)}
	s.book = bookAt(t, func() time.Time { return time.Date(1, 1, 1, 10, 0, 0, 0, time.UTC).AddDate(0, 0, int(s.today)-1) })
	require.NoError(t, s.write(func(tx *book.Tx) error {
		for _, name := range []string{"ana", "bea"} {
			if _, err := tx.Insert(`INSERT INTO customers (name, name_key, search, created_on) VALUES (?1, ?1, ?1, '2020-01-01')`, name); err != nil {
				return err
			}
		}
		for range 10 {
			if _, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '2024-01-01', 1000)`); err != nil {
				return err
			}
		}
		_, err := tx.Insert(`INSERT INTO consultants (ref, name) VALUES ('eva', 'Eva')`)
		return err
	}))
	return s
}

func (s *shelf) write(fn func(*book.Tx) error) error {
	return s.book.Update(context.Background(), "points", fn)
}

func (s *shelf) day(text string) dates.Date { return isoDay(s, text) }

// set sets a key from the beginning of time on.
func (s *shelf) set(key, value string) {
	s.Helper()
	require.NoError(s, s.write(func(tx *book.Tx) error {
		for _, p := range Programmes {
			if err := Set(tx, p, key, value, 1); err != nil {
				return err
			}
		}
		return nil
	}))
}

// earn posts a lot of an order, usable from a day to another ("" is never), and gives its id.
func (s *shelf) earn(a Account, points, order int64, on, active, expires string) int64 {
	s.Helper()
	p := []Posting{{Account: a, Kind: EntryEarn, Points: points, On: s.day(on), ActiveFrom: s.day(active), Order: order}}
	if expires != "" {
		p[0].ExpiresOn = s.day(expires)
	}
	require.NoError(s, s.write(func(tx *book.Tx) error { return post(tx, p) }))
	return p[0].ID
}

// reverse takes back points of a lot.
func (s *shelf) reverse(a Account, points, order, lot int64, on string) error {
	return s.write(func(tx *book.Tx) error {
		return post(tx, []Posting{{Account: a, Kind: EntryReverseEarn, Points: -points, On: s.day(on), Order: order, Reverses: lot}})
	})
}

func (s *shelf) redeem(a Account, points, order int64, on string) error {
	return s.write(func(tx *book.Tx) error {
		_, err := Redeem(tx, a, points, s.day(on), order, "")
		return err
	})
}

func (s *shelf) giveBack(order, upTo int64, on string) {
	s.Helper()
	require.NoError(s, s.write(func(tx *book.Tx) error {
		_, err := GiveBack(tx, order, upTo, s.day(on))
		return err
	}))
}

func (s *shelf) expire(until string) (done Expired) {
	s.Helper()
	require.NoError(s, s.write(func(tx *book.Tx) (err error) {
		done, err = Expire(tx, s.day(until))
		return err
	}))
	return done
}

func (s *shelf) undo() error {
	_, err := s.book.Undo(context.Background(), 0)
	return err
}

// has is usable, pending and owed points on a day, and proves the ledger.
func (s *shelf) has(a Account, on string) (has [3]int64) {
	s.Helper()
	require.NoError(s, s.book.View(context.Background(), func(v *book.View) error {
		proveLedger(s, v)
		b, err := Balance(v, a, s.day(on))
		has = [3]int64{b.Usable, b.Pending, b.Debt}
		return err
	}))
	return has
}

// left is what is left in the lots of an account on a day, the first to be spent first.
func (s *shelf) left(a Account, on string) (left []int64) {
	s.Helper()
	require.NoError(s, s.book.View(context.Background(), func(v *book.View) error {
		lots, err := Lots(v, a, s.day(on))
		for _, l := range lots {
			left = append(left, l.Left)
		}
		return err
	}))
	return left
}
