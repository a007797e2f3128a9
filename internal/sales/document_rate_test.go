package sales

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/money"
)

func TestRateOf(t *testing.T) {
	for _, c := range []struct {
		net, tax money.Amount
		product  int64
		want     Rate
	}{
		{5538, 1163, 2100, Rate{2100, true}},
		{5538, 1163, 0, Rate{2100, true}},
		{-2769, -582, 2100, Rate{2100, true}}, // half of the line above: 5.8149, but 5.815 of what was paid
		{-2769, -581, 2100, Rate{2100, true}},
		{-2769, -582, 400, Rate{2100, true}}, // the product is taxed otherwise today
		{-2769, -583, 2100, Rate{2105, true}},
		{2769, 582, 2100, Rate{2102, true}}, // what is sold is never off
		{1000, 0, 2100, Rate{0, true}},
		{0, 100, 2100, Rate{}},
		{1000, -210, 2100, Rate{}},
		{100, 210, 2100, Rate{}},
		{1000, 55, 0, Rate{550, true}},
	} {
		require.Equal(t, c.want, rateOf(c.net, c.tax, c.product), "%v", c)
	}
}
