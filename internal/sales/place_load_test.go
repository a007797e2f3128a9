package sales

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// randomOrders are n orders of all kinds; refs ascend when sorted, and one order has notes longer than a page when long.
func randomOrders(n int, sorted, long bool) []Row {
	rng := rand.New(rand.NewPCG(1, 2))
	var rows []Row
	for i, place := range rng.Perm(n) {
		if sorted {
			place = i
		}
		r := Row{Line: i + 2, Has: FieldRef | FieldCustomer | FieldDate | FieldTotal, Ref: fmt.Sprintf("o%06d", place),
			Customer: fmt.Sprint("c", rng.IntN(n/5+1)), Date: dates.Date(739000 + rng.IntN(900)), Total: money.Amount(rng.IntN(1e6) - 1e5)}
		if rng.IntN(3) == 0 {
			r.Has, r.Channel = r.Has|FieldChannel, "online"
		}
		if rng.IntN(4) == 0 {
			r.Has, r.Status = r.Has|FieldStatus, Status(1+rng.IntN(int(Returned)))
		}
		if rng.IntN(9) == 0 {
			r.Has, r.Shipping, r.Cost = r.Has|FieldShipping|FieldCost, 495, money.Amount(rng.IntN(3))
		}
		if rng.IntN(9) == 0 {
			r.Has, r.Campaign, r.Consultant = r.Has|FieldCampaign|FieldConsultant, "spring", "ana"
		}
		if long && i == n/2 {
			r.Has, r.Notes = r.Has|FieldNotes, strings.Repeat("long ", 2000)
		}
		rows = append(rows, r)
	}
	return rows
}

// Orders loaded page by page are those that SQL writes, and so are their indexes.
func TestPlaceLoad(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct{ sorted, long bool }{{true, false}, {false, false}, {true, true}} {
		var dumps [2][]string
		for i, expected := range []int{book.BulkRows, 0} {
			b := newBook(t)
			rows := randomOrders(3000, c.sorted, c.long)
			batches := slices.Chunk(rows, 700)
			require.NoError(t, b.UpdateBulk(ctx, "order import", func(tx *book.Tx) error {
				tally, err := PlaceAll(tx, batches, Options{Source: "csv", Rows: expected, Sorted: c.sorted}, func(p Problem) { t.Error(p) })
				require.Equal(t, int64(len(rows)), tally.Created)
				return err
			}))
			findings, err := b.Verify(ctx, nil)
			require.NoError(t, err)
			for _, f := range findings {
				require.Empty(t, f.Problem, f.Check)
			}
			dumps[i] = dumpOrders(t, b)
			_, err = b.Undo(ctx, 0)
			require.NoError(t, err)
			require.Empty(t, dumpOrders(t, b))
		}
		require.Equal(t, dumps[1], dumps[0])
	}
}

// dumpOrders writes every column of each order, and the entries of both indexes in their order.
func dumpOrders(t *testing.T, b *book.Book) (dump []string) {
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		for _, query := range []string{
			`SELECT json_array(id, ` + strings.Join(loadColumns, ", ") + `, net) FROM orders ORDER BY id`,
			`SELECT json_array(id, ` + strings.Join(salesColumns, ", ") + `) FROM orders INDEXED BY orders_sales ORDER BY ` + strings.Join(salesColumns, ", "),
			`SELECT json_array(id, ref, ref_source) FROM orders INDEXED BY orders_ref ORDER BY ref, ref_source`,
		} {
			list, err := book.All(v, book.Scalar[string], query)
			require.NoError(t, err)
			dump = append(dump, list...)
		}
		return nil
	}))
	return dump
}
