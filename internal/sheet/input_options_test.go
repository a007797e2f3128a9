package sheet

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

func TestParseMap(t *testing.T) {
	for in, want := range map[string]map[string]string{
		"":                              {},
		"a=B":                           {"a": "B"},
		"a=B,c=D e":                     {"a": "B", "c": "D e"},
		" a = B , c = D ":               {"a": "B", "c": "D"},
		`total="Amount, net",ref="a=b"`: {"total": "Amount, net", "ref": "a=b"},
		`ref="say ""x""" , date=y`:      {"ref": `say "x"`, "date": "y"},
		"ref=":                          {"ref": ""},
		"ref=,date=d":                   {"ref": "", "date": "d"},
		"a=b=c":                         {"a": "b=c"},
		`name=in "quotes"`:              {"name": `in "quotes"`},
		`a=B,`:                          {"a": "B"},
	} {
		got, err := ParseMap([]string{in})
		require.NoError(t, err, in)
		require.Equal(t, want, got, in)
	}
	got, err := ParseMap([]string{"a=B", "c=D", "a=B"})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a": "B", "c": "D"}, got)
	for _, in := range []string{"a", "=b", `a="b`, `a="b"c`, "a=b,c", ",", "a=b,a=c"} {
		_, err := ParseMap([]string{in})
		require.Equal(t, fault.Usage, fault.KindOf(err), "%q: %v", in, err)
	}
}

// Whatever a header name holds, the pair that a hint prints is read back.
func TestParseMapProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.StringMatching(`[a-z ,="]{1,8}`).Draw(t, "source")
		got, err := ParseMap([]string{"total=" + mapName(source) + ",ref=x"})
		require.NoError(t, err)
		require.Equal(t, map[string]string{"total": source, "ref": "x"}, got)
	})
}

func TestPerColumn(t *testing.T) {
	for in, want := range map[string]perColumn{
		"":                         {},
		",":                        {"": ','},
		"dot":                      {"": '.'},
		"total=,":                  {"total": ','},
		"total=,,cost=.":           {"total": ',', "cost": '.'},
		".,Unit Price=,; cost=dot": {"": '.', "unitprice": ',', "cost": '.'},
		",,total=.":                {"": ',', "total": '.'},
	} {
		got, err := parsePerColumn("--decimal", in, decimalMark)
		require.NoError(t, err, in)
		require.Equal(t, want, got, in)
	}
	for _, in := range []string{"x", "=,", "total=", "total=x", "..", "total=,cost"} {
		_, err := parsePerColumn("--decimal", in, decimalMark)
		require.Equal(t, fault.Usage, fault.KindOf(err), "%q: %v", in, err)
	}
	for in, want := range map[string]dates.Order{"iso": dates.YMD, "ymd": dates.YMD, "DMY": dates.DMY, "mdy": dates.MDY, "dd/mm/yyyy": dates.DMY, "m-d-yy": dates.MDY} {
		got, err := parsePerColumn("--date-format", in, dateOrder)
		require.NoError(t, err, in)
		require.Equal(t, perColumn{"": byte(want)}, got, in)
	}
	for _, in := range []string{"ydm", "d", "iso8601x"} {
		_, err := parsePerColumn("--date-format", in, dateOrder)
		require.Equal(t, fault.Usage, fault.KindOf(err), "%q: %v", in, err)
	}
}

func TestPerColumnChecked(t *testing.T) {
	const content = "client,fecha,importe\nAna,2024-01-02,\"1,234\"\n"
	for _, decimal := range []string{",", "total=,", "Importe=,"} {
		require.Equal(t, []string{"Ana 2024-01-02 1.23"}, readSales(t, input(t, content, InputOptions{Decimal: decimal})))
	}
	_, err := NewDecoder(input(t, content, InputOptions{Decimal: "totl=,"}), saleColumns)
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.ErrorContains(t, err, "--decimal: no column totl")
	_, err = NewDecoder(input(t, content, InputOptions{DateFormat: "day=dmy"}), saleColumns)
	require.ErrorContains(t, err, "--date-format: no column day")
}
