package sheet

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// TestCheckSaysWhatWriteWould compares what is refused before there are rows with what is refused when they are written.
func TestCheckSaysWhatWriteWould(t *testing.T) {
	var known []string
	for _, c := range thingColumns {
		if c.Get != nil {
			known = append(known, c.Name)
		}
	}
	noID := thingColumns[1:]
	for _, c := range []struct {
		o    Output
		want string // "" for nothing
	}{
		{Output{Format: CSV}, ""},
		{Output{Format: IDs}, ""},
		{Output{Format: CSV, Columns: []string{" NAME ", "id"}}, ""},
		{Output{Format: CSV, JQ: ".[].id"}, ""},
		{Output{Format: CSV, Template: "{{range .}}{{.id}}{{end}}"}, ""},
		{Output{Format: CSV, Columns: []string{"nmae"}}, `unknown column "nmae"`},
		{Output{Format: CSV, Columns: []string{"secret"}}, `unknown column "secret"`},
		{Output{Format: CSV, Columns: []string{"id", "ID"}}, "column id is named twice"},
		{Output{Format: CSV, Columns: []string{""}}, "--columns needs a name"},
		{Output{Format: CSV, JQ: ".["}, "--jq: unexpected EOF at character 3"},
		{Output{Format: CSV, JQ: "nosuch"}, "--jq: function not defined: nosuch/0"},
		{Output{Format: CSV, Template: "{{range}}"}, "--template: 1: missing value for range"},
		{Output{Format: CSV, JQ: ".", Template: "x"}, "--jq and --template exclude each other"},
	} {
		early, late := c.o.Check(known), Write(io.Discard, c.o, thingColumns, seq[thing]())
		require.Equal(t, late, early, "%+v", c.o)
		if c.want == "" {
			require.NoError(t, early)
		} else {
			require.EqualError(t, early, c.want)
			require.Equal(t, fault.Usage, fault.KindOf(early))
		}
	}
	ids := Output{Format: IDs}
	require.EqualError(t, ids.Check(known[1:]), "these rows have no id to print")
	require.Equal(t, Write(io.Discard, ids, noID, seq[thing]()), ids.Check(known[1:]))
	ids.JQ = "."
	require.NoError(t, ids.Check(known[1:]), "a filter goes before the format")
}
