package sheet

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

var orderTargets = []target{
	{name: "id"},
	{name: "ref", also: []string{"order", "pedido", "número"}, settable: true},
	{name: "customer", also: []string{"client", "cliente", "e-mail"}, required: true, settable: true},
	{name: "date", also: []string{"order date", "fecha"}, required: true, settable: true},
	{name: "unit_price", also: []string{"prix unitaire"}, settable: true},
}

func TestMapHeader(t *testing.T) {
	for name, c := range map[string]struct {
		header  []string
		pairs   map[string]string
		want    []int // ref, customer, date, unit_price
		unknown []string
	}{
		"canonical":                  {[]string{"ref", "customer", "date", "unit_price"}, nil, []int{0, 1, 2, 3}, nil},
		"any order, some missing":    {[]string{"date", "customer"}, nil, []int{-1, 1, 0, -1}, nil},
		"case, accents, marks":       {[]string{"NUMERO *", "Cliente:", "Fecha", "Prix-Unitaire"}, nil, []int{0, 1, 2, 3}, nil},
		"spaces and underscores":     {[]string{" order ", "CLIENT", "Order_Date", "Unit Price"}, nil, []int{0, 1, 2, 3}, nil},
		"decomposed accents":         {[]string{"nu\u0301mero", "e-mail", "date"}, nil, []int{0, 1, 2, -1}, nil},
		"unknown, twice":             {[]string{"x", "customer", "x", "date", ""}, nil, []int{-1, 1, 3, -1}, []string{"x", "x"}},
		"canonical beats synonym":    {[]string{"cliente", "client", "Customer", "date"}, nil, []int{-1, 2, 3, -1}, []string{"cliente", "client"}},
		"exact beats folded":         {[]string{"Date", "date", "customer"}, nil, []int{-1, 2, 1, -1}, []string{"Date"}},
		"printed only, and reasons":  {[]string{"id", "customer", "date", "perla_reason"}, nil, []int{-1, 1, 2, -1}, nil},
		"mapped":                     {[]string{"a", "b c", "d"}, map[string]string{"customer": "b c", "date": "d"}, []int{-1, 1, 2, -1}, []string{"a"}},
		"mapped, tolerant":           {[]string{"Ártículo x", "b"}, map[string]string{"Customer": "articulo_X", "DATE": "b"}, []int{-1, 0, 1, -1}, nil},
		"map settles a clash":        {[]string{"client", "cliente", "date"}, map[string]string{"customer": "cliente"}, []int{-1, 1, 2, -1}, []string{"client"}},
		"map takes a name away":      {[]string{"ref", "date"}, map[string]string{"customer": "ref"}, []int{-1, 0, 1, -1}, nil},
		"one source twice":           {[]string{"ref", "date"}, map[string]string{"customer": "ref", "ref": "ref"}, []int{0, 0, 1, -1}, nil},
		"unmapped":                   {[]string{"ref", "customer", "date"}, map[string]string{"ref": ""}, []int{-1, 1, 2, -1}, []string{"ref"}},
		"exact source before folded": {[]string{"X", "x", "date"}, map[string]string{"customer": "x"}, []int{-1, 1, 2, -1}, []string{"X"}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := mapHeader("in.csv", c.header, orderTargets, c.pairs)
			require.NoError(t, err)
			require.Equal(t, append([]int{-1}, c.want...), m.source)
			require.Equal(t, c.unknown, m.unknown)
		})
	}
}

func TestMapHeaderRefused(t *testing.T) {
	for name, c := range map[string]struct {
		header []string
		pairs  map[string]string
		kind   fault.Kind
		want   string
		hint   string
	}{
		"two synonyms": {[]string{"client", "cliente", "date"}, nil, fault.Rejected,
			"in.csv: customer: column 1 client and column 2 cliente both fit", "--map customer=client or --map customer=cliente"},
		"canonical twice":  {[]string{"customer", "customer", "date"}, nil, fault.Rejected, "column 1 customer and column 2 customer both fit", "rename one of them in the file"},
		"a very long name": {[]string{strings.Repeat("x", 1000), "date"}, nil, fault.Rejected, "it has \"" + strings.Repeat("x", 60) + "…\", date", ""},
		"missing": {[]string{"customer_id", "day"}, nil, fault.Rejected,
			"in.csv: the header has no column for customer, date; it has customer_id, day", "--map customer=customer_id,date="},
		"missing, one column":   {[]string{"customer date"}, nil, fault.Rejected, `it has "customer date"`, "--delimiter"},
		"missing by unmapping":  {[]string{"customer", "date"}, map[string]string{"date": ""}, fault.Rejected, "no column for date", ""},
		"map, unknown column":   {[]string{"customer", "date"}, map[string]string{"custommer": "customer"}, fault.Usage, "no column custommer can be imported", "did you mean customer?"},
		"map, printed only":     {[]string{"customer", "date"}, map[string]string{"id": "customer"}, fault.Usage, "no column id can be imported", "ref, customer, date, unit_price"},
		"map, absent source":    {[]string{"Client name", "date"}, map[string]string{"customer": "Clint name"}, fault.Usage, `the file has no column "Clint name"`, `did you mean "Client name"?`},
		"map, source twice":     {[]string{"x", "x", "date"}, map[string]string{"customer": "x"}, fault.Usage, "columns 1 and 2 both have this name", ""},
		"map, escape in source": {[]string{"a\x1b[1m", "date"}, map[string]string{"customer": "b"}, fault.Usage, "the file has no column b", `"a\x1b[1m"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := mapHeader("in.csv", c.header, orderTargets, c.pairs)
			require.ErrorContains(t, err, c.want)
			var f *fault.Error
			require.ErrorAs(t, err, &f)
			require.Equal(t, c.kind, f.Kind)
			require.Contains(t, f.Hint, c.hint)
		})
	}
}

func TestFoldName(t *testing.T) {
	for in, want := range map[string]string{"Order_Date": "orderdate", "E-Mail *": "email", " Société : ": "societe", "Nº": "no", "attr.Size": "attr.size", "No.": "no", "": ""} {
		require.Equal(t, want, foldName(in), in)
	}
}
