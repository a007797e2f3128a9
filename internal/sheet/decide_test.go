package sheet

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// readSales gives the good rows as "customer date total" and the bad ones as their fault lines.
func readSales(t *testing.T, in *Input) []string {
	t.Helper()
	d, err := NewDecoder(in, saleColumns)
	require.NoError(t, err)
	var rows []string
	for r := range d.Rows() {
		for _, f := range r.Faults {
			rows = append(rows, f.Text("in.csv"))
		}
		if len(r.Faults) == 0 {
			rows = append(rows, fmt.Sprintf("%s %s %s", r.Value.customer, r.Value.date, euros.Currency.Format(r.Value.total)))
		}
	}
	require.NoError(t, d.Err())
	return rows
}

// column writes a file of one customer with the given cells in one column.
func column(name string, cells ...string) string {
	other := "date"
	if name == "date" {
		other = "total"
	}
	s := "customer;" + name + ";" + other + "\n"
	for _, c := range cells {
		filler := "2024-01-02"
		if name == "date" {
			filler = "1"
		}
		s += "Ana;" + c + ";" + filler + "\n"
	}
	return s
}

func TestDecideMark(t *testing.T) {
	for name, c := range map[string]struct {
		cells []string
		want  []string // the amounts
		note  string
	}{
		"plain":                    {[]string{"12", "1234", "-5", ""}, []string{"12.00", "1234.00", "-5.00", "0.00"}, ""},
		"point":                    {[]string{"12.50", "1"}, []string{"12.50", "1.00"}, "total: decimal point"},
		"comma":                    {[]string{"12,50", "1"}, []string{"12,50", "1"}, "total: decimal comma"},
		"comma settles the dots":   {[]string{"1.234", "12,50", "1.234,56"}, []string{"1234.00", "12.50", "1234.56"}, "total: decimal comma"},
		"point settles the commas": {[]string{"1,234", "12.50"}, []string{"1234.00", "12.50"}, "total: decimal point"},
		"two groups":               {[]string{"1.234.567", "1.234"}, []string{"1234567.00", "1234.00"}, "total: decimal comma"},
		"leading zero":             {[]string{"0.125", "1.234"}, []string{"0.12", "1.23"}, "total: decimal point"},
		"currency and spaces":      {[]string{"€ 1 234,50", "2,00 EUR"}, []string{"1234.50", "2.00"}, "total: decimal comma"},
		"last row decides":         {[]string{"1.234", "2.345", "3.4"}, []string{"1.23", "2.34", "3.40"}, "total: decimal point"},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t, column("total", c.cells...), InputOptions{})
			var want []string
			for _, w := range c.want {
				if k := strings.ReplaceAll(w, ",", "."); !strings.Contains(k, ".") {
					w = k + ".00"
				} else {
					w = k
				}
				want = append(want, "Ana 2024-01-02 "+w)
			}
			require.Equal(t, want, readSales(t, in))
			d, err := NewDecoder(in, saleColumns)
			require.NoError(t, err)
			require.Equal(t, c.note, strings.Join(d.Notes()[1:], ""))
		})
	}
}

func TestDecideMarkRefused(t *testing.T) {
	for name, c := range map[string]struct {
		cells []string
		want  string
	}{
		"doubt only":            {[]string{"12", "1.234", "5.678"}, `in.csv: total: the decimal mark may be a dot or a comma: "1.234" on line 3 is 1.234 or 1234`},
		"doubt with currency":   {[]string{"$1,234"}, `"$1,234" on line 2 is 1234 or 1.234`},
		"contradiction":         {[]string{"12.50", "12,50"}, `in.csv: total: decimal marks contradict each other: "12.50" on line 2 has a dot, "12,50" on line 3 a comma`},
		"contradiction, doubts": {append(slicesOf("12.50", 30), "12,50", "1.234"), "decimal marks contradict each other"},
		"too many slips":        {append(slicesOf("12.50", 8), "12,50"), `"12,50" on line 10 a comma`},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t, column("total", c.cells...), InputOptions{})
			in.name = "in.csv"
			_, err := NewDecoder(in, saleColumns)
			require.ErrorContains(t, err, c.want)
			var f *fault.Error
			require.ErrorAs(t, err, &f)
			require.Equal(t, fault.Rejected, f.Kind)
			require.Contains(t, f.Hint, "--decimal , or --decimal .")
			require.NotEmpty(t, readSales(t, input(t, column("total", c.cells...), InputOptions{Decimal: "."})))
		})
	}
}

// slicesOf repeats a cell.
func slicesOf(cell string, n int) []string {
	s := make([]string, n)
	for i := range s {
		s[i] = cell
	}
	return s
}

func TestDecideSlips(t *testing.T) {
	rows := readSales(t, input(t, column("total", append(slicesOf("12.50", 30), "12,50")...), InputOptions{}))
	require.Len(t, rows, 31)
	require.Equal(t, "Ana 2024-01-02 12.50", rows[29])
	require.Equal(t, `in.csv:32:5  total  "12,50"  not a number`, rows[30])
}

func TestDecideOrder(t *testing.T) {
	for name, c := range map[string]struct {
		cells []string
		o     InputOptions
		want  []string
		note  string
	}{
		"iso":             {[]string{"2024-03-05", "20240306", "2024-03-07 10:00"}, InputOptions{}, []string{"2024-03-05", "2024-03-06", "2024-03-07"}, ""},
		"day first":       {[]string{"05/03/2024", "13/03/2024"}, InputOptions{}, []string{"2024-03-05", "2024-03-13"}, "date: day before month"},
		"month first":     {[]string{"05/03/2024", "03/13/2024"}, InputOptions{}, []string{"2024-05-03", "2024-03-13"}, "date: month before day"},
		"the same":        {[]string{"05/05/2024", "2024-03-05"}, InputOptions{}, []string{"2024-05-05", "2024-03-05"}, ""},
		"said, dmy":       {[]string{"05/03/2024"}, InputOptions{DateFormat: "dmy"}, []string{"2024-03-05"}, ""},
		"said, mdy":       {[]string{"05/03/2024"}, InputOptions{DateFormat: "date=mdy"}, []string{"2024-05-03"}, ""},
		"names of months": {[]string{"5 Mar 2024", "13-abr-2024"}, InputOptions{}, []string{"2024-03-05", "2024-04-13"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var want []string
			for _, w := range c.want {
				want = append(want, "Ana "+w+" 1.00")
			}
			require.Equal(t, want, readSales(t, input(t, column("date", c.cells...), c.o)))
			d, err := NewDecoder(input(t, column("date", c.cells...), c.o), saleColumns)
			require.NoError(t, err)
			require.Equal(t, c.note, strings.Join(d.Notes()[1:], ""))
		})
	}
	for want, cells := range map[string][]string{
		`date: every date may be day/month or month/day: "05/03/2024" on line 3 is 2024-03-05 or 2024-05-03`:            {"2024-01-01", "05/03/2024"},
		`date: dates contradict each other: "13/03/2024" on line 2 has the day first, "03/13/2024" on line 3 the month`: {"13/03/2024", "03/13/2024"},
	} {
		_, err := NewDecoder(input(t, column("date", cells...), InputOptions{}), saleColumns)
		require.ErrorContains(t, err, want)
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		require.Equal(t, fault.Rejected, f.Kind)
		require.Contains(t, f.Hint, "--date-format dmy or --date-format mdy")
	}
}

// A whole number settles its column too: "1,234" cannot be a fraction, but "2,000" may be two.
func TestDecideWholeNumbers(t *testing.T) {
	type line struct{ quantity int64 }
	columns := []Column[line]{{Name: "quantity", Kind: IntKind, Set: func(l *line, c *Cell) (err error) { l.quantity, err = c.Int(); return err }}}
	read := func(content string) (got []int64, err error) {
		d, err := NewDecoder(input(t, content, InputOptions{}), columns)
		if err != nil {
			return nil, err
		}
		for r := range d.Rows() {
			require.Empty(t, r.Faults)
			got = append(got, r.Value.quantity)
		}
		return got, nil
	}
	got, err := read("quantity\n5\n\"1,234\"\n\"2,000\"\n")
	require.NoError(t, err)
	require.Equal(t, []int64{5, 1234, 2000}, got)
	_, err = read("quantity\n5\n\"2,000\"\n")
	require.ErrorContains(t, err, `"2,000" on line 3 is 2000 or 2.000`)
}

// Amounts written with one mark are read back to the cent, or their column is refused; they are never misread.
func TestDecideProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mark := rapid.SampledFrom([]byte{'.', ','}).Draw(t, "mark")
		group := map[byte]string{'.': ",", ',': "."}[mark]
		cents := rapid.SliceOfN(rapid.Int64Range(-5_000_000_000, 5_000_000_000), 1, 12).Draw(t, "cents")
		decimals := rapid.SampledFrom([]int{0, 2, 3}).Draw(t, "decimals written")
		var cells []string
		for _, c := range cents {
			if decimals == 0 {
				c -= c % 100
			}
			cells = append(cells, grouped(c, decimals, mark, group))
		}
		in, err := OpenInput("-", strings.NewReader(column("total", cells...)), InputOptions{Setting: euros})
		require.NoError(t, err)
		defer in.Close()
		d, err := NewDecoder(in, saleColumns)
		if err != nil {
			require.ErrorContains(t, err, "the decimal mark may be a dot or a comma")
			return
		}
		i := 0
		for r := range d.Rows() {
			want := cents[i]
			if decimals == 0 {
				want -= want % 100
			}
			require.Empty(t, r.Faults)
			require.Equal(t, want, int64(r.Value.total), cells[i])
			i++
		}
	})
}

// grouped writes an amount with thousands marks.
func grouped(cents int64, decimals int, mark byte, group string) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	whole := fmt.Sprint(cents / 100)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	if decimals == 0 {
		return sign + whole
	}
	return sign + whole + string(mark) + fmt.Sprintf("%02d", cents%100) + strings.Repeat("0", decimals-2)
}

// The quick look at a cell says what the careful one says.
func TestPlainVoteAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`-?[0-9]{0,4}([.,][0-9]{3}){0,2}[.,]?[0-9]{0,4}`).Draw(t, "cell")
		slow, quick := &question{kind: MoneyKind}, &question{kind: MoneyKind}
		quick.ballot.votes = [2]int{1, 1}
		slow.look([]byte(cell), 2)
		quick.look([]byte(cell), 2)
		require.Equal(t, slow.ballot.votes, [2]int{quick.ballot.votes[0] - 1, quick.ballot.votes[1] - 1}, cell)
		require.Equal(t, slow.ballot.doubts, quick.ballot.doubts, cell)
	})
}

func TestCellKeepsOrder(t *testing.T) {
	q := question{kind: DateKind, column: "date"}
	q.look([]byte("13/03/2024"), 2)
	var c Cell
	_, err := q.settle("in.csv", &c)
	require.NoError(t, err)
	require.Equal(t, dates.DMY, c.order)
}
