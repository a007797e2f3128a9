package sales

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

func invoicesOf(t *testing.T, b *book.Book) (list []Invoice) {
	t.Helper()
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		for i, err := range Invoices(v, InvoiceQuery{AsOf: v.Today()}) {
			if err != nil {
				return err
			}
			list = append(list, i)
		}
		return nil
	}))
	return list
}

// TestInvoicesWithoutGaps: eight writers at once, each with its own connection, leave no number out and give none twice,
// though every third attempt fails after it has taken its number.
func TestInvoicesWithoutGaps(t *testing.T) {
	b := newBook(t)
	const writers, each = 8, 9
	inBook(t, b, func(tx *book.Tx) error {
		customer, err := addCustomer(tx, "Ana")
		for range writers * each {
			if err == nil {
				_, err = addOrder(tx, customer, tx.Today().AddDays(-3), 100)
			}
		}
		return err
	})
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			own, err := book.Open(context.Background(), b.Path(), func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) })
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = own.Close() }()
			for n := range each {
				err := own.Update(context.Background(), "order invoice", func(tx *book.Tx) error {
					_, err := IssueInvoice(tx, int64(w*each+n+1), 0)
					if err == nil && n%3 == 2 {
						return fault.New(fault.Conflict, "given up", "")
					}
					return err
				})
				if err != nil && n%3 != 2 {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	list := invoicesOf(t, b)
	require.Len(t, list, writers*each*2/3)
	for i, invoice := range list {
		require.Equal(t, fmt.Sprintf("2026-%04d", i+1), invoice.Number())
	}
}

func TestInvoiceDays(t *testing.T) {
	b := newBook(t)
	inBook(t, b, func(tx *book.Tx) error {
		customer, err := addCustomer(tx, "Ana")
		for range 5 {
			if err == nil {
				_, err = addOrder(tx, customer, day(t, "2025-12-01"), 100)
			}
		}
		return err
	})
	issue := func(order int64, on string) (err error) {
		return b.Update(context.Background(), "order invoice", func(tx *book.Tx) error {
			_, err := IssueInvoice(tx, order, day(t, on))
			return err
		})
	}
	require.NoError(t, issue(1, "2026-01-02"))
	require.NoError(t, issue(2, "2025-12-31"), "each year has a series of its own")
	require.NoError(t, issue(3, "2026-01-02"))
	err := issue(4, "2026-01-01")
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.ErrorContains(t, err, "invoice 2026-0003: cannot be of 2026-01-01: 2026-0002 is of 2026-01-02, and numbers go with the days")
	require.ErrorContains(t, issue(4, "2025-11-30"), "is before its day")
	require.Equal(t, fault.Usage, fault.KindOf(issue(4, "2027-01-01")))
	require.ErrorContains(t, issue(1, "2026-01-03"), "invoice is not possible")

	inBook(t, b, func(tx *book.Tx) error {
		if err := addReturn(tx, 1, 4, day(t, "2026-01-05"), 30); err != nil {
			return err
		}
		_, err := IssueInvoice(tx, 4, day(t, "2026-01-06"))
		return err
	})
	list := invoicesOf(t, b)
	require.Equal(t, "CN-2026-0001", list[len(list)-1].Number(), "what came back before is credited with the invoice")
	require.Equal(t, "2026-0003", list[len(list)-1].Corrects)
	require.EqualValues(t, -30, list[len(list)-1].Total)
	inBook(t, b, func(tx *book.Tx) error {
		id, err := CreditNote(tx, 5, 6, day(t, "2026-01-05"))
		require.Zero(t, id, "without an invoice there is nothing to correct")
		return err
	})
}
