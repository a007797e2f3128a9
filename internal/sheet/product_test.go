package sheet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/catalog"
)

// TestProductRowsStandAtTheBitsOfTheirFields holds what tells an import which fields a row has.
func TestProductRowsStandAtTheBitsOfTheirFields(t *testing.T) {
	for i, c := range ProductRows {
		require.Equal(t, (catalog.Fields(1) << i).Name(), c.Name)
	}
	require.Equal(t, catalog.FieldAttributes, catalog.Fields(1)<<len(ProductRows))
}

// onlyOnce proves that no header name means two columns.
func onlyOnce[T any](t *testing.T, columns []Column[T]) {
	t.Helper()
	of := map[string]string{}
	for _, c := range columns {
		for _, name := range append([]string{c.Name}, c.Also...) {
			if other, taken := of[foldName(name)]; taken && other != c.Name {
				t.Errorf("%q means both %s and %s", name, other, c.Name)
			}
			of[foldName(name)] = c.Name
		}
	}
}

func TestNamesOfGoodsMeanOneColumn(t *testing.T) {
	onlyOnce(t, ProductInput([]string{"attr.skin", "Attr.Skin", "attr.cause"}))
	onlyOnce(t, Deliveries)
	onlyOnce(t, Counts)
}

func TestProductColumns(t *testing.T) {
	columns := map[string]Column[catalog.Row]{}
	for _, c := range ProductInput([]string{"attr.skin"}) {
		columns[c.Name] = c
	}
	var r catalog.Row
	for _, c := range []struct{ column, text, want string }{
		{"sku", " AB ", "AB "}, {"name", "Crème", "Crème"}, {"tax_rate", "21%", "21"}, {"tax_rate", "5.50 %", "5.5"}, {"tax_rate", "", ""},
		{"replenish_days", "60", "60"}, {"replenish_days", "", ""}, {"reorder_at", "0", "0"}, {"limited_to", "200", "200"}, {"attr.skin", "dry; oily", "dry; oily"},
		{"launched_on", "2026-12-01", "2026-12-01"}, {"launched_on", "", ""}, {"tags", "B,a", "a, b"}, {"price", "", ""}, {"name", "", "Crème"},
	} {
		column := columns[c.column]
		require.NoError(t, column.Set(&r, &Cell{Text: c.text}), "%s %q", c.column, c.text)
		v := column.Get(&r)
		got := v.text
		if v.kind != TextKind {
			got = string(v.appendFigure(nil, euros.Currency))
		}
		require.Equal(t, c.want, got, "%s %q", c.column, c.text)
	}
	for column, text := range map[string]string{"sku": "a\nb", "tax_rate": "101", "replenish_days": "0", "price": "-1", "reorder_at": "1.5", "limited_to": "0", "attr.skin": "a\x00"} {
		c := columns[column]
		require.Error(t, c.Set(&r, &Cell{Text: text}), "%s %q", column, text)
	}
}
