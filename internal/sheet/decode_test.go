package sheet

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

func TestRows(t *testing.T) {
	in := input(t, "Ref,Client,Order Date,Importe,Colour\n\nA1, Ana ,2024-01-02,12.5,red\n,Bo,2024-01-03,,\n", InputOptions{})
	d, err := NewDecoder(in, saleColumns)
	require.NoError(t, err)
	require.Equal(t, 2, d.Records())
	require.Equal(t, []string{"ref", "customer", "date", "total"}, d.Mapped())
	require.Equal(t, []string{"Colour"}, d.Unknown())
	require.Equal(t, []string{"stdin: UTF-8, fields separated by comma", "total: decimal point", "columns not used: Colour"}, d.Notes())
	for range 2 { // the file can be read as often as needed
		var rows []Row[sale]
		for r := range d.Rows() {
			rows = append(rows, Row[sale]{Line: r.Line, Value: r.Value, Present: r.Present})
		}
		require.NoError(t, d.Err())
		require.Equal(t, []Row[sale]{
			{Line: 3, Value: sale{ref: "A1", customer: "Ana", date: rows[0].Value.date, total: 1250}, Present: 0b1111},
			{Line: 4, Value: sale{customer: "Bo", date: rows[1].Value.date}, Present: 0b0110},
		}, rows)
	}
}

func TestRowsClear(t *testing.T) {
	type person struct{ name, city string }
	calls := 0
	columns := []Column[person]{
		{Name: "name", Set: func(p *person, c *Cell) error { p.name = c.Text; return nil }},
		{Name: "city", Set: func(p *person, c *Cell) error { calls++; p.city = c.Text; return nil }},
	}
	for _, clear := range []bool{false, true} {
		calls = 0
		d, err := NewDecoder(input(t, "name,city\nAna,\n", InputOptions{Clear: clear}), columns)
		require.NoError(t, err)
		for r := range d.Rows() {
			require.Equal(t, map[bool]uint64{false: 0b01, true: 0b11}[clear], r.Present)
		}
		require.Equal(t, map[bool]int{false: 0, true: 1}[clear], calls)
	}
}

func TestRowsVerbatim(t *testing.T) {
	type note struct{ a, b string }
	columns := []Column[note]{
		{Name: "a", Set: func(n *note, c *Cell) error { n.a = c.Text; return nil }},
		{Name: "b", Verbatim: true, Set: func(n *note, c *Cell) error { n.b = c.Text; return nil }},
	}
	d, err := NewDecoder(input(t, "a,b\n\u00a0 x\t, y \n", InputOptions{}), columns)
	require.NoError(t, err)
	for r := range d.Rows() {
		require.Equal(t, note{"x", " y "}, r.Value)
	}
}

func TestRowFaults(t *testing.T) {
	const content = "ref,customer,date,total\n" +
		"1,Ána,soon,much\n" +
		"2,\"Bo\nBo\",2024-01-02,1x\n" +
		"3,Cy\n" +
		"4,Di,2024-01-02,1,more,x\n" +
		"5,E\"y,2024-01-02,1\n" +
		"6,\"F\nF\"y,2024-01-02,1\n" +
		"7,Gus,2024-01-02,1\n" +
		"8,\"Hal,2024-01-02,1\n9,Ida,2024-01-02,1\n"
	d, err := NewDecoder(input(t, content, InputOptions{}), saleColumns)
	require.NoError(t, err)
	require.Equal(t, 8, d.Records())
	var faults []string
	good := 0
	for r := range d.Rows() {
		for _, f := range r.Faults {
			faults = append(faults, f.Text("o.csv"))
		}
		if len(r.Faults) == 0 {
			good++
			require.Equal(t, "Gus", r.Value.customer)
		}
	}
	require.NoError(t, d.Err())
	require.Equal(t, 1, good)
	require.Len(t, faults, 8)
	require.Regexp(t, `^o.csv:2:7  date  "soon"  `, faults[0])
	require.Equal(t, `o.csv:2:12  total  "much"  not a number`, faults[1])
	require.Equal(t, `o.csv:3:22  total  "1x"  not a number`, faults[2])
	require.Equal(t, []string{
		`o.csv:5:5  2 fields found, 4 needed`,
		`o.csv:6:19  "more"  6 fields found, 4 needed`,
		`o.csv:7:4  ` + bareQuote,
		`o.csv:9:3  ` + afterQuote,
		`o.csv:11:3  ` + neverClosed,
	}, faults[3:])
}

func TestFaultText(t *testing.T) {
	f := CellFault{Line: 3, Column: 14, Field: "total", Value: strings.Repeat("é", 41), Reason: "not a number"}
	require.Equal(t, `in.csv:3:14  total  "`+strings.Repeat("é", 40)+`…"  not a number`, f.Text("in.csv"))
	f.Value = "a\x1b[2J\u202e\n"
	require.Equal(t, `in.csv:3:14  total  "a\x1b[2J\u202e\n"  not a number`, f.Text("in.csv"))
	f.Value = strings.Repeat("x", 40)
	require.Contains(t, f.Text("in.csv"), `"`+f.Value+`"`)
}

func TestRowFaultOfCaller(t *testing.T) {
	d, err := NewDecoder(input(t, "é,customer,date\n€,\" Ana \",2024-01-02\n", InputOptions{}), saleColumns)
	require.NoError(t, err)
	for r := range d.Rows() {
		require.Equal(t, CellFault{Line: 2, Column: 3, Field: "customer", Value: "Ana", Reason: "no such customer"}, r.Fault("customer", "no such customer"))
		require.Equal(t, CellFault{Line: 2, Column: 1, Field: "total", Reason: "is missing"}, r.Fault("total", "is missing"))
	}
}

func TestReasonOfHouseErrors(t *testing.T) {
	require.Equal(t, "no such stage", reason(fmt.Errorf("x: %w", &fault.Error{Noun: "customer", Reason: "no such stage"})))
	require.Equal(t, "plain", reason(errors.New("plain")))
}

func TestStrict(t *testing.T) {
	_, err := NewDecoder(input(t, "customer,date,Colour,perla_reason\n", InputOptions{Strict: true}), saleColumns)
	require.Equal(t, fault.Rejected, fault.KindOf(err))
	require.ErrorContains(t, err, "columns that mean nothing here: Colour")
	_, err = NewDecoder(input(t, "customer,date,perla_reason\n", InputOptions{Strict: true}), saleColumns)
	require.NoError(t, err)
}

func TestFileChangesWhileRead(t *testing.T) {
	name := saveFile(t, manySales(1000))
	in, err := OpenInput(name, nil, InputOptions{Setting: euros})
	require.NoError(t, err)
	defer in.Close()
	d, err := NewDecoder(in, saleColumns)
	require.NoError(t, err)
	require.NoError(t, os.Truncate(name, 10_000))
	n := 0
	for range d.Rows() {
		n++
	}
	require.Less(t, n, 1000)
	require.Equal(t, fault.IO, fault.KindOf(d.Err()))
}

func TestRowsStopEarly(t *testing.T) {
	d, err := NewDecoder(input(t, string(manySales(100)), InputOptions{}), saleColumns)
	require.NoError(t, err)
	for r := range d.Rows() {
		if r.Line == 5 {
			break
		}
	}
	require.NoError(t, d.Err())
}

// One string a record is all that reading allocates, beyond what a file costs once.
func TestRowsAllocations(t *testing.T) {
	const n = 5000
	in, err := OpenInput(saveFile(t, manySales(n)), nil, InputOptions{Setting: euros})
	require.NoError(t, err)
	defer in.Close()
	d, err := NewDecoder(in, saleColumns)
	require.NoError(t, err)
	allocs := testing.AllocsPerRun(3, func() {
		for r := range d.Rows() {
			if len(r.Faults) > 0 {
				t.Error(r.Faults)
			}
		}
	})
	require.Less(t, allocs, float64(n+50))
}
