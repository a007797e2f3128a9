package sales

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/money"
)

func TestParseItem(t *testing.T) {
	dec := func(digits int64, scale int) *money.Decimal { return &money.Decimal{Digits: digits, Scale: scale} }
	skus := []string{"AB-100", "BOX", "BOXx6", "TEN-10%", "A@B", "x2"}
	known := func(sku string) (bool, error) { return slices.Contains(skus, sku), nil }
	for text, want := range map[string]Item{
		"AB-100":             {SKU: "AB-100", Quantity: 1},
		" AB-100 ":           {SKU: "AB-100", Quantity: 1},
		"AB-100x2":           {SKU: "AB-100", Quantity: 2},
		"AB-100x2@12.50-10%": {SKU: "AB-100", Quantity: 2, Price: dec(1250, 2), Percent: dec(10, 0)},
		"AB-100x2@12,50":     {SKU: "AB-100", Quantity: 2, Price: dec(1250, 2)},
		"AB-100@0":           {SKU: "AB-100", Quantity: 1, Price: dec(0, 0)},
		"AB-100-12.5%":       {SKU: "AB-100", Quantity: 1, Percent: dec(125, 1)},
		"AB-100x2-100%":      {SKU: "AB-100", Quantity: 2, Percent: dec(100, 0)},
		"BOXx6":              {SKU: "BOXx6", Quantity: 1},
		"BOXx6x2":            {SKU: "BOXx6", Quantity: 2},
		"BOXx7":              {SKU: "BOX", Quantity: 7},
		"BOXx6@3":            {SKU: "BOXx6", Quantity: 1, Price: dec(3, 0)},
		"TEN-10%":            {SKU: "TEN-10%", Quantity: 1},
		"TEN-10%-5%":         {SKU: "TEN-10%", Quantity: 1, Percent: dec(5, 0)},
		"A@B":                {SKU: "A@B", Quantity: 1},
		"x2":                 {SKU: "x2", Quantity: 1},
		"NEWx3":              {SKU: "NEW", Quantity: 3},
	} {
		got, err := ParseItem(text, known)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for text, reason := range map[string]string{
		"":                 "names no product",
		"AB-100x0":         "0 pieces",
		"AB-100x9999999":   "9999999 pieces",
		"AB-100x2@":        `"" is no price`,
		"AB-100x2@-3":      `"-3" is no price`,
		"AB-100@1.234":     `"1.234" could be read in two ways`,
		"AB-100x2@1-101%":  `"101" is no percentage`,
		"AB-100x2@1--5%":   `"1-" is`,
		"AB-100-ten%":      `"ten" is no percentage`,
		"@5":               "names no product",
		"AB-100@99999e999": "is no price",
	} {
		_, err := ParseItem(text, known)
		require.ErrorContains(t, err, reason, text)
	}
	_, err := ParseItem("AB", func(string) (bool, error) { return false, errors.New("disk") })
	require.ErrorContains(t, err, "disk")
}

func FuzzParseItem(f *testing.F) {
	for _, seed := range []string{"AB-100x2@12.50-10%", "x", "@-%", "BOXx6", "-5%", "Ax@1,5-5%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		item, err := ParseItem(text, func(string) (bool, error) { return false, nil })
		if err != nil {
			return
		}
		if item.SKU == "" || item.Quantity < 1 || !strings.HasPrefix(strings.TrimSpace(text), item.SKU) {
			t.Fatalf("%q gives %+v", text, item)
		}
	})
}
