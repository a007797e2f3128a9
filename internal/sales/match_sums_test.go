package sales

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/money"
)

// TestSumsWithoutLines holds that a file which gives no lines cannot make an order with lines another than they add up to.
func TestSumsWithoutLines(t *testing.T) {
	b := newBook(t)
	lines := Row{Line: 2, Has: FieldRef | FieldCustomer | FieldDate | FieldProduct | FieldQuantity | FieldUnitPrice, Ref: "A", Customer: "Ana",
		Date: day(t, "2026-01-02"), Product: "P", Quantity: 2, UnitPrice: money.Decimal{Digits: 5}}
	_, problems := placeRows(t, b, Options{}, lines)
	require.Empty(t, problems)
	header := func(total, shipping, tax, discount, cost int64, has Fields) Row {
		return Row{Line: 2, Has: FieldRef | FieldCustomer | FieldDate | FieldTotal | has, Ref: "A", Customer: "Ana", Date: day(t, "2026-01-02"),
			Total: money.Amount(total), Shipping: money.Amount(shipping), Tax: money.Amount(tax), Discount: money.Amount(discount), Cost: money.Amount(cost)}
	}
	for _, c := range []struct {
		name  string
		row   Row
		never Fields
		field string // refused for it; "" for none
		want  Tally
	}{
		{"the same total", header(1000, 0, 0, 0, 0, 0), 0, "", Tally{Unchanged: 1}},
		{"another total", header(1100, 0, 0, 0, 0, 0), 0, "total", Tally{Rejected: 1}},
		{"another total that is never taken", header(1100, 0, 0, 0, 0, 0), FieldTotal, "", Tally{Unchanged: 1}},
		{"tax the lines do not have", header(1100, 0, 100, 0, 0, FieldTax), 0, "tax", Tally{Rejected: 1}},
		{"a discount the lines do not have", header(900, 0, 0, 100, 0, FieldDiscount), 0, "discount", Tally{Rejected: 1}},
		{"a cost no line has", header(1000, 0, 0, 0, 400, FieldCost), 0, "cost", Tally{Rejected: 1}},
		{"shipping without the total", header(1000, 300, 0, 0, 0, FieldShipping), FieldTotal, "shipping", Tally{Rejected: 1}},
		{"shipping that the total counts", header(1300, 300, 0, 0, 0, FieldShipping), 0, "", Tally{Updated: 1}},
	} {
		tally, problems := placeRows(t, b, Options{Never: c.never}, c.row)
		require.Equal(t, c.want, tally, c.name)
		if c.field == "" {
			require.Empty(t, problems, c.name)
		} else {
			require.Equal(t, []Problem{{Line: 2, Field: c.field, Reason: "order 1 has lines, which make it another: give its lines as well"}}, problems, c.name)
		}
		findings, err := b.Verify(context.Background(), Checks())
		require.NoError(t, err)
		for _, f := range findings {
			require.Empty(t, f.Problem, c.name)
		}
	}
}
