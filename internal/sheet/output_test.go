package sheet

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

type thing struct {
	id    int64
	name  string
	total money.Amount
	share float64
	price money.Decimal
	day   dates.Date
	keep  bool
	notes string
}

var thingColumns = []Column[thing]{
	{Name: "id", Kind: IntKind, Get: func(t *thing) Value { return Int(t.id) }},
	{Name: "name", Get: func(t *thing) Value { return Text(t.name) }},
	{Name: "total", Kind: MoneyKind, Get: func(t *thing) Value { return Money(t.total) }},
	{Name: "share", Kind: NumberKind, Get: func(t *thing) Value { return Number(t.share) }},
	{Name: "unit_price", Kind: DecimalKind, Get: func(t *thing) Value { return Decimal(t.price) }},
	{Name: "day", Kind: DateKind, Get: func(t *thing) Value { return Date(t.day) }},
	{Name: "keep", Kind: BoolKind, Get: func(t *thing) Value { return Bool(t.keep) }},
	{Name: "notes", Wide: true, Get: func(t *thing) Value { return Text(t.notes) }},
	{Name: "secret", Set: func(*thing, *Cell) error { return nil }},
}

var euro = Setting{Currency: money.Currency{Code: "EUR", Decimals: 2}, Zone: time.UTC}

func day(t require.TestingT, s string) dates.Date {
	d, err := dates.ParseISO(s)
	require.NoError(t, err)
	return d
}

func seq[T any](rows ...T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func twoThings(t require.TestingT) iter.Seq2[thing, error] {
	return seq(
		thing{1, "Ana, \"la perla\"", 123456, 1.0 / 3, money.Decimal{Digits: 12500, Scale: 3}, day(t, "2026-11-22"), true, "a\nb|c\\d\te"},
		thing{id: 2, total: -5},
	)
}

func write(t require.TestingT, o Output, rows iter.Seq2[thing, error]) string {
	var out bytes.Buffer
	o.Setting = euro
	require.NoError(t, Write(&out, o, thingColumns, rows))
	return out.String()
}

func TestWriteEveryFormat(t *testing.T) {
	for _, c := range []struct {
		format Format
		want   string
	}{
		{CSV, "id,name,total,share,unit_price,day,keep,notes\n" +
			"1,\"Ana, \"\"la perla\"\"\",1234.56,0.333333,12.500,2026-11-22,true,\"a\nb|c\\d\te\"\n" +
			"2,,-0.05,0,0,,false,\n"},
		{TSV, "id\tname\ttotal\tshare\tunit_price\tday\tkeep\tnotes\n" +
			"1\tAna, \"la perla\"\t1234.56\t0.333333\t12.500\t2026-11-22\ttrue\ta\\nb|c\\\\d\\te\n" +
			"2\t\t-0.05\t0\t0\t\tfalse\t\n"},
		{JSON, "[\n" +
			`{"id":1,"name":"Ana, \"la perla\"","total":1234.56,"share":0.333333,"unit_price":12.500,"day":"2026-11-22","keep":true,"notes":"a\nb|c\\d\te"}` + ",\n" +
			`{"id":2,"name":null,"total":-0.05,"share":0,"unit_price":0,"day":null,"keep":false,"notes":null}` + "\n]\n"},
		{JSONLines, `{"id":1,"name":"Ana, \"la perla\"","total":1234.56,"share":0.333333,"unit_price":12.500,"day":"2026-11-22","keep":true,"notes":"a\nb|c\\d\te"}` + "\n" +
			`{"id":2,"name":null,"total":-0.05,"share":0,"unit_price":0,"day":null,"keep":false,"notes":null}` + "\n"},
		{Markdown, "| id | name | total | share | unit_price | day | keep | notes |\n" +
			"| ---: | --- | ---: | ---: | ---: | --- | --- | --- |\n" +
			"| 1 | Ana, \"la perla\" | 1234.56 | 0.333333 | 12.500 | 2026-11-22 | true | a<br>b\\|c\\\\d e |\n" +
			"| 2 |  | -0.05 | 0 | 0 |  | false |  |\n"},
		{IDs, "1\n2\n"},
	} {
		t.Run(string(c.format), func(t *testing.T) {
			require.Equal(t, c.want, write(t, Output{Format: c.format}, twoThings(t)))
		})
	}
}

func TestWriteNoRows(t *testing.T) {
	for format, want := range map[Format]string{
		CSV: "id\n", TSV: "id\n", JSON: "[]\n", JSONLines: "", Markdown: "| id |\n| ---: |\n", IDs: "",
	} {
		require.Equal(t, want, write(t, Output{Format: format, Columns: []string{"id"}}, seq[thing]()), format)
	}
	require.Equal(t, "[]\n", write(t, Output{JQ: "."}, seq[thing]()))
	require.Equal(t, "0", write(t, Output{Template: "{{len .}}"}, seq[thing]()))
}

func TestWriteIDsWhateverTheColumns(t *testing.T) {
	require.Equal(t, "1\n2\n", write(t, Output{Format: IDs, Columns: []string{"name"}}, twoThings(t)))
	err := Write(io.Discard, Output{Format: IDs}, thingColumns[1:], twoThings(t))
	require.Equal(t, fault.Usage, fault.KindOf(err))
	report := []Column[thing]{thingColumns[0]}
	report[0].Name = "customer_id"
	var out bytes.Buffer
	require.NoError(t, Write(&out, Output{Format: IDs}, report, twoThings(t)))
	require.Equal(t, "1\n2\n", out.String())
}

func TestWriteUnknownFormat(t *testing.T) {
	err := Write(io.Discard, Output{Format: "jsn"}, thingColumns, twoThings(t))
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.Contains(t, err.(*fault.Error).Hint, "did you mean json?")
}

func TestPick(t *testing.T) {
	names := func(cols []Column[thing]) (list []string) {
		for _, c := range cols {
			list = append(list, c.Name)
		}
		return list
	}
	all, err := Pick(thingColumns, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"id", "name", "total", "share", "unit_price", "day", "keep", "notes"}, names(all))
	require.Equal(t, []string{"id", "name", "total", "share", "unit_price", "day", "keep"}, names(Narrow(all)))
	some, err := Pick(thingColumns, []string{"total", " ID"})
	require.NoError(t, err)
	require.Equal(t, []string{"total", "id"}, names(some))

	const list = "columns: id,name,total,share,unit_price,day,keep,notes"
	for _, c := range []struct {
		names        []string
		reason, hint string
	}{
		{[]string{"nmae"}, `unknown column "nmae"`, "did you mean name? " + list},
		{[]string{"secret"}, `unknown column "secret"`, list},
		{[]string{""}, "--columns needs a name", list},
		{[]string{"id", "id"}, "column id is named twice", ""},
	} {
		_, err := Pick(thingColumns, c.names)
		require.Equal(t, &fault.Error{Kind: fault.Usage, Reason: c.reason, Hint: c.hint}, err)
	}
}

// nasty draws text that breaks careless writers.
func nasty() *rapid.Generator[string] {
	parts := []string{",", ";", "\"", "\n", "\r", "\r\n", "\t", "|", "\\", "\\|", "\x00", "\x1b[31m", "\x7f", "\u009b2J", "\xff\xfe", "\u202e", "\u2028",
		"ana", "Ñandú", "日本", "👩‍👩‍👧", "=1+1", " ", "<b>", "`", "*", "\ufeff", "true", "null", "-0", "1e9"}
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 5), func(s []string) string { return strings.Join(s, "") })
}

// TestFormatsAgree proves that each format gives the same rows, and those that a library can read the same values too.
func TestFormatsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(nasty(), 0, 6).Draw(t, "names")
		columns := rapid.SampledFrom([][]string{nil, {"name"}, {"notes", "id"}, {"name", "notes"}}).Draw(t, "columns")
		rows := func(yield func(thing, error) bool) {
			for i, s := range names {
				if !yield(thing{id: int64(i), name: s, notes: s + "\r"}, nil) {
					return
				}
			}
		}
		out := func(o Output) string {
			o.Columns = columns
			s := write(t, o, rows)
			require.True(t, utf8.ValidString(s))
			return s
		}
		var objects []map[string]any
		require.NoError(t, json.Unmarshal([]byte(out(Output{Format: JSON})), &objects))
		require.Len(t, objects, len(names))

		records, err := csv.NewReader(strings.NewReader(out(Output{Format: CSV}))).ReadAll()
		require.NoError(t, err)
		require.Len(t, records, len(names)+1)
		for i, o := range objects {
			for j, head := range records[0] {
				want, _ := o[head].(string)
				if head == "name" || head == "notes" { // the reader of the standard library turns CRLF within quotes into LF
					require.Equal(t, strings.ReplaceAll(want, "\r\n", "\n"), records[i+1][j])
				}
			}
		}
		var lines []map[string]any
		for l := range strings.Lines(out(Output{Format: JSONLines})) {
			var o map[string]any
			require.NoError(t, json.Unmarshal([]byte(l), &o))
			lines = append(lines, o)
		}
		require.True(t, slices.EqualFunc(objects, lines, func(a, b map[string]any) bool { return a["name"] == b["name"] && a["notes"] == b["notes"] }))

		require.Equal(t, len(names)+1, strings.Count(out(Output{Format: TSV}), "\n"))
		for i, l := range strings.Split(strings.TrimSuffix(out(Output{Format: TSV}), "\n"), "\n") {
			require.Equal(t, len(records[0])-1, strings.Count(l, "\t"), "line %d", i)
			require.NotContains(t, l, "\r")
		}
		md := strings.Split(strings.TrimSuffix(out(Output{Format: Markdown}), "\n"), "\n")
		require.Len(t, md, len(names)+2)
		for _, l := range md {
			require.Equal(t, len(records[0])+1, borders(l), l)
			require.NotContains(t, l, "\r")
		}
		require.Equal(t, len(names), strings.Count(out(Output{Format: IDs}), "\n"))
		require.Equal(t, strconv.Itoa(len(names))+"\n", out(Output{JQ: "length"}))
		require.Equal(t, strconv.Itoa(len(names)), out(Output{Template: "{{len .}}"}))
		picked, err := Pick(thingColumns, columns)
		require.NoError(t, err)
		_, cells, _, err := Grid(picked, rows, euro)
		require.NoError(t, err)
		require.Len(t, cells, len(names))
	})
}

// borders counts the pipes of a Markdown line that no backslash escapes.
func borders(line string) (n int) {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '|':
			n++
		}
	}
	return n
}

func TestCleanReachesEveryFormat(t *testing.T) {
	shout := func(s string) string { return strings.ReplaceAll(s, "\x1b", "ESC") }
	row := func() iter.Seq2[thing, error] { return seq(thing{name: "a\x1bb"}) }
	for _, o := range []Output{{Format: CSV}, {Format: TSV}, {Format: Markdown}, {JQ: ".[].name"}, {Template: "{{(index . 0).name}}"}} {
		o.Columns = []string{"name"}
		require.Contains(t, write(t, o, row()), "a\x1bb")
		o.Clean = shout
		require.Contains(t, write(t, o, row()), "aESCb")
	}
	require.Contains(t, write(t, Output{Format: JSON}, row()), `a\u001bb`)
}

// failing accepts some bytes and then fails, like a full disk.
type failing struct{ left int }

var errFull = errors.New("disk full")

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestErrorsSurface(t *testing.T) {
	many := func(yield func(thing, error) bool) {
		for i := range 10000 {
			if !yield(thing{id: int64(i), name: "some name or other"}, nil) {
				return
			}
		}
	}
	errRow := errors.New("row lost")
	broken := func(yield func(thing, error) bool) {
		if yield(thing{}, nil) {
			yield(thing{}, errRow)
		}
	}
	outputs := []Output{{JQ: ".[]"}, {Template: "{{range .}}{{.id}}{{.name}}{{end}}"}}
	for _, f := range Formats()[2:] {
		outputs = append(outputs, Output{Format: Format(f)})
	}
	for _, o := range outputs {
		require.ErrorIs(t, Write(&failing{left: 30000}, o, thingColumns, many), errFull, o)
		require.ErrorIs(t, Write(&failing{left: 1}, o, thingColumns, twoThings(t)), errFull, o)
		require.ErrorIs(t, Write(io.Discard, o, thingColumns, broken), errRow, o)
	}
	_, _, _, err := Grid(thingColumns[:1], broken, euro)
	require.ErrorIs(t, err, errRow)
}
