package sales

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// inBook runs fn as one operation.
func inBook(t require.TestingT, b *book.Book, fn func(tx *book.Tx) error) {
	require.NoError(t, b.Update(context.Background(), "test", fn))
}

// addCustomer makes a customer by the rows alone.
func addCustomer(tx *book.Tx, name string) (int64, error) {
	return tx.Insert(`INSERT INTO customers (name, created_on, name_key, search) VALUES (?, '2026-01-01', ?, ?)`, name, strings.ToLower(name), strings.ToLower(name))
}

// addOrder makes a live order without lines.
func addOrder(tx *book.Tx, customer int64, on dates.Date, total money.Amount) (int64, error) {
	return tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, is_history, confirmed_on) VALUES (?, ?, ?, 0, ?)`, customer, on.String(), int64(total), on.String())
}

// addReturn makes a return of a part of an order.
func addReturn(tx *book.Tx, customer, original int64, on dates.Date, total money.Amount) error {
	_, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, is_history, confirmed_on, shipped_on, original_id) VALUES (?1, ?2, ?3, 0, ?2, ?2, ?4)`,
		customer, on.String(), -int64(total), original)
	return err
}

func ordersOn(t require.TestingT, b *book.Book, q Query) (list []Order) {
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		for o, err := range List(v, q) {
			if err != nil {
				return err
			}
			list = append(list, o)
		}
		return nil
	}))
	return list
}

// TestPaidAndDue: what is paid and due of an order sums to what it comes to, what came in is either paid or credit, and
// no day's answer depends on what comes later.
func TestPaidAndDue(t *testing.T) {
	b := newBook(t)
	first := day(t, "2026-01-01")
	rapid.Check(t, func(t *rapid.T) {
		var customer int64
		var orders []int64
		total, back, came := map[int64]money.Amount{}, map[int64]money.Amount{}, money.Amount(0)
		state := func(on dates.Date) string {
			list := ordersOn(t, b, Query{AsOf: on, Customer: customer})
			var credit money.Amount
			require.NoError(t, b.View(context.Background(), func(v *book.View) error {
				s, err := settle(v, on, hers(customer))
				credit = s.credit[customer]
				return err
			}))
			text := fmt.Sprint(credit)
			for _, o := range list {
				text += fmt.Sprint(" ", o.ID, o.Paid(), o.Due(), o.Status)
			}
			return text
		}
		inBook(t, b, func(tx *book.Tx) (err error) {
			customer, err = addCustomer(tx, "C")
			return err
		})
		before := ""
		for on := first; on < first.AddDays(rapid.IntRange(1, 12).Draw(t, "days")); on = on.AddDays(1) {
			inBook(t, b, func(tx *book.Tx) error {
				switch what := rapid.IntRange(0, 4).Draw(t, "what"); {
				case what == 0 || len(orders) == 0:
					sum := money.Amount(rapid.Int64Range(0, 500).Draw(t, "total"))
					id, err := addOrder(tx, customer, on, sum)
					if err != nil {
						return err
					}
					orders, total[id] = append(orders, id), sum
					if sum > 3 && rapid.Bool().Draw(t, "instalments") {
						return setTerms(tx, id, Plan{Count: 3, From: on.AddDays(2), Days: 2}.Dues(id, sum))
					}
					return nil
				case what == 1:
					id := rapid.SampledFrom(orders).Draw(t, "back of")
					sum := money.Amount(rapid.Int64Range(0, int64(total[id]-back[id])).Draw(t, "back"))
					back[id] += sum
					return addReturn(tx, customer, id, on, sum)
				default:
					n := NewPayment{Customer: customer, Day: on, Amount: money.Amount(rapid.Int64Range(1, 400).Draw(t, "amount"))}
					if what == 2 {
						n.Order = rapid.SampledFrom(orders).Draw(t, "for")
					}
					came += n.Amount
					_, err := insertPayment(tx, n)
					return err
				}
			})
			var paid, credit money.Amount
			for _, o := range ordersOn(t, b, Query{AsOf: on, Customer: customer}) {
				if want, is := total[o.ID]; is {
					require.Equal(t, want-back[o.ID], o.Paid()+o.Due())
					require.GreaterOrEqual(t, o.Paid(), money.Amount(0))
					require.GreaterOrEqual(t, o.Due(), money.Amount(0))
					require.Equal(t, o.Due() == 0, o.Status == Paid)
					paid += o.Paid()
				}
			}
			require.NoError(t, b.View(context.Background(), func(v *book.View) (err error) {
				credit, err = creditOf(v, customer, v.Today())
				return err
			}))
			require.Equal(t, came, paid+credit)
			if before != "" {
				require.Equal(t, before, state(on.AddDays(-1)))
			}
			before = state(on)
		}
	})
}

// TestSettlingWays: however orders are chosen, they show the same money and status, and the status that they show is
// the one they are chosen by.
func TestSettlingWays(t *testing.T) {
	b := newBook(t)
	on := day(t, "2026-03-01")
	inBook(t, b, func(tx *book.Tx) error {
		for n := range 12 {
			customer, err := addCustomer(tx, fmt.Sprint("C", n%5))
			if err != nil {
				return err
			}
			for range 3 {
				id, err := addOrder(tx, customer, on.AddDays(n), money.Amount(100*n))
				if err != nil {
					return err
				}
				if n%3 == 0 {
					if _, err := insertPayment(tx, NewPayment{Customer: customer, Order: id, Day: on.AddDays(n + 1), Amount: 150}); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	asOf := day(t, "2026-04-01")
	all := ordersOn(t, b, Query{AsOf: asOf})
	require.Len(t, all, 36)
	for _, status := range []Status{Confirmed, Paid} {
		want := slices.DeleteFunc(slices.Clone(all), func(o Order) bool { return o.Status != status })
		require.Equal(t, want, ordersOn(t, b, Query{AsOf: asOf, Status: status}))
		require.Equal(t, want, ordersOn(t, b, Query{AsOf: asOf, Status: status, Sort: "id"}))
	}
	require.Equal(t, all[:7], ordersOn(t, b, Query{AsOf: asOf, Sort: "id", Limit: 7}))
	for _, o := range all[:5] {
		require.Equal(t, []Order{o}, ordersOn(t, b, Query{AsOf: asOf, only: o.ID}))
	}
	paid := slices.DeleteFunc(slices.Clone(all), func(o Order) bool { return o.Status != Paid })
	require.NotEmpty(t, paid)
	require.Less(t, len(paid), len(all))
}

func TestReturnOfHistoryIsCredit(t *testing.T) {
	b := newBook(t)
	on := day(t, "2026-03-01")
	inBook(t, b, func(tx *book.Tx) error {
		customer, err := addCustomer(tx, "Ana")
		if err != nil {
			return err
		}
		order, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total) VALUES (?, ?, 500)`, customer, on.String())
		if err != nil {
			return err
		}
		if err := addReturn(tx, customer, order, on.AddDays(1), 200); err != nil {
			return err
		}
		credit, err := creditOf(tx.View, customer, tx.Today())
		require.Equal(t, money.Amount(200), credit)
		if err != nil {
			return err
		}
		_, _, err = Refund(tx, NewPayment{Customer: customer, Amount: 201})
		require.Equal(t, fault.Conflict, fault.KindOf(err))
		require.ErrorContains(t, err, "not enough credit (have 2.00, need 2.01)")
		_, _, err = Refund(tx, NewPayment{Customer: customer, Day: on})
		require.ErrorContains(t, err, "has no credit", "it came a day later")
		_, back, err := Refund(tx, NewPayment{Customer: customer})
		require.Equal(t, money.Amount(200), back)
		if err != nil {
			return err
		}
		_, _, err = Refund(tx, NewPayment{Customer: customer})
		require.ErrorContains(t, err, "has no credit")
		return nil
	})
}

func TestDuesOf(t *testing.T) {
	agreed := []Due{{1, 10, 30}, {1, 20, 30}, {1, 30, 40}}
	for name, c := range map[string]struct {
		total    money.Amount
		agreed   []Due
		returned money.Amount
		want     []Due
		rest     money.Amount
	}{
		"on its day":              {100, nil, 0, []Due{{1, 5, 100}}, 0},
		"as agreed":               {100, agreed, 0, agreed, 0},
		"less from the last":      {100, agreed, 50, []Due{{1, 10, 30}, {1, 20, 20}}, 0},
		"all back":                {100, agreed, 100, []Due{}, 0},
		"more back than there is": {100, agreed, 120, []Due{}, 20},
		"agreed on less":          {110, agreed, 0, []Due{{1, 10, 30}, {1, 20, 30}, {1, 30, 50}}, 0},
		"agreed on more":          {70, agreed, 0, []Due{{1, 10, 30}, {1, 20, 30}, {1, 30, 10}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dues, rest := duesOf(1, c.total, 5, c.agreed, c.returned)
			require.Equal(t, c.want, dues)
			require.Equal(t, c.rest, rest)
		})
	}
	require.Equal(t, money.Amount(30), agreed[0].Amount, "what was agreed stays")
}

func TestImportPayments(t *testing.T) {
	b := newBook(t)
	on := day(t, "2026-03-01")
	inBook(t, b, func(tx *book.Tx) error {
		customer, err := addCustomer(tx, "Ana")
		if err != nil {
			return err
		}
		_, err = tx.Insert(`INSERT INTO orders (ref, ref_source, customer_id, ordered_on, total, is_history, confirmed_on) VALUES ('7', 'csv', ?1, ?2, 900, 0, ?2)`, customer, on.String())
		if err != nil {
			return err
		}
		_, err = tx.Insert(`INSERT INTO orders (ref, ref_source, customer_id, ordered_on, total) VALUES ('8', 'shop', ?1, ?2, 900)`, customer, on.String())
		return err
	})
	rows := []PaymentRow{
		{Line: 2, Ref: "P1", Customer: "Ana", Order: "7", Date: on, Amount: 300, Method: "cash"},
		{Line: 3, Customer: "Ana", Date: on, Amount: 50},
		{Line: 4, Customer: "Ana", Date: on, Amount: 50},
		{Line: 5, Order: "id:1", Date: on.AddDays(1), Amount: -20},
	}
	load := func(rows ...PaymentRow) (tally PaymentTally, problems []string) {
		inBook(t, b, func(tx *book.Tx) (err error) {
			tally, err = ImportPayments(tx, slices.Values([][]PaymentRow{slices.Clone(rows)}), "csv", func(p Problem) {
				problems = append(problems, fmt.Sprint(p.Line, " ", p.Field, " ", p.Reason))
			})
			return err
		})
		return tally, problems
	}
	tally, problems := load(rows...)
	require.Empty(t, problems)
	require.Equal(t, PaymentTally{Created: 4}, tally)
	tally, problems = load(rows...)
	require.Empty(t, problems)
	require.Equal(t, PaymentTally{Unchanged: 4}, tally)

	_, problems = load(
		PaymentRow{Line: 2, Ref: "P1", Customer: "Ana", Order: "7", Date: on, Amount: 301},
		PaymentRow{Line: 3, Ref: "P2", Customer: "Nobody", Date: on, Amount: 1},
		PaymentRow{Line: 4, Ref: "P3", Date: on, Amount: 1},
		PaymentRow{Line: 5, Ref: "P4", Customer: "Ana", Date: on, Amount: 0},
		PaymentRow{Line: 6, Ref: "P5", Customer: "Ana", Amount: 1},
		PaymentRow{Line: 7, Ref: "P6", Order: "shop:8", Date: on, Amount: 1},
		PaymentRow{Line: 8, Ref: "P7", Order: "9", Date: on, Amount: 1},
		PaymentRow{Line: 9, Ref: "P8", Customer: "Ana", Date: day(t, "2027-01-01"), Amount: 1},
	)
	slices.Sort(problems)
	require.Equal(t, []string{
		"2 ref the book has it as 3.00 on 2026-03-01, and a payment is never changed",
		"3 customer there is no such customer",
		"4 customer a payment needs a customer or an order",
		"5 amount a payment of nothing",
		"6 date a payment needs a date",
		"7 order is history, which was paid in full on its day",
		"8 order no order has this ref; the number of an order is written id:9",
		"9 date has not come yet",
	}, problems)

	var exported []PaymentRow
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		for p, err := range ExportPayments(v, PaymentQuery{AsOf: v.Today()}) {
			if err != nil {
				return err
			}
			exported = append(exported, p)
		}
		return nil
	}))
	require.Len(t, exported, 4)
	tally, problems = load(exported...)
	require.Empty(t, problems)
	require.Equal(t, PaymentTally{Unchanged: 4}, tally)
}
