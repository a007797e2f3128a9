package sheet

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// FuzzDecoder reads any bytes as a file of orders: it never fails but by a fault of the kinds that name a mistake of the file or the command
// line, reads as many records as it counted, and what the rejects file holds of them reads the same.
func FuzzDecoder(f *testing.F) {
	for _, s := range []string{"customer,date,total\nAna,2024-01-02,1.50\n", "ref;cliente;fecha;importe\n1;Ana;13/01/2024;1,50\n1;\"B\"\"o\";1.1.24;\n2\n",
		"\xff\xfec\x00,\x00\n\x00", "sep=|\ncustomer|date\n\"x|\n", "customer,date\nJos\xe9,5 ene 2024\n\x00,\n", "\"customer\",date\n\"a\nb\",c,d\n"} {
		f.Add([]byte(s), "", "")
		f.Add([]byte(s), ";", ",")
	}
	f.Fuzz(func(t *testing.T, content []byte, delimiter, decimal string) {
		in, err := OpenInput("-", bytes.NewReader(content), InputOptions{Delimiter: delimiter, Decimal: decimal, DateFormat: "dmy", Setting: euros, Key: "ref"})
		if err != nil {
			require.Contains(t, []fault.Kind{fault.Usage, fault.Rejected}, fault.KindOf(err), err)
			return
		}
		defer in.Close()
		columns := append([]Column[sale]{}, saleColumns...)
		columns[1].Required, columns[2].Required = false, false
		d, err := NewDecoder(in, columns)
		if err != nil {
			require.Contains(t, []fault.Kind{fault.Usage, fault.Rejected}, fault.KindOf(err), err)
			return
		}
		var out bytes.Buffer
		w := d.Rejects(&out)
		n := 0
		var cells [][]string
		for r := range d.Rows() {
			n++
			for _, f := range r.Faults {
				require.NotContains(t, f.Text("x"), "\n")
				require.Positive(t, f.Column)
				require.GreaterOrEqual(t, f.Line, r.Line)
			}
			if len(r.Raw) == len(in.header) {
				cells = append(cells, append([]string{}, r.Raw...))
				require.NoError(t, w.Write(r.Raw, r.Faults))
			}
			d.Scattered(r.Value.ref)
		}
		require.NoError(t, d.Err())
		require.Equal(t, d.Records(), n)
		require.NoError(t, w.Flush())
		if w.reason >= 0 || bytes.IndexByte(content, 0) >= 0 {
			return // the old reasons are left out; a NUL is refused again
		}
		back, err := OpenInput("-", &out, InputOptions{Delimiter: string(w.delim)})
		require.NoError(t, err)
		defer back.Close()
		b, err := NewDecoder(back, []Column[struct{}]{})
		require.NoError(t, err)
		i := 0
		for r := range b.Rows() {
			require.Empty(t, r.Faults)
			require.Equal(t, cells[i], r.Raw[:len(r.Raw)-1])
			i++
		}
		require.Equal(t, len(cells), i)
	})
}
