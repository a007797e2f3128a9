package sheet

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

func TestJQ(t *testing.T) {
	for _, c := range []struct{ expr, want string }{
		{".[].id", "1\n2\n"},
		{".[].name", "Ana, \"la perla\"\nnull\n"}, // text raw, the empty cell null
		{".[0] | {total, unit_price}", `{"total":1234.56,"unit_price":12.500}` + "\n"}, // digits kept
		{"map(.total) | add", "1234.51\n"},
		{".[] | select(.keep) | [.day, .keep]", `["2026-11-22",true]` + "\n"},
		{"empty", ""},
		{"length, (.[1] | .share)", "2\n0\n"},
		{"env | length", "0\n"}, // nothing of the surroundings is seen
		{"1, halt, 2", "1\n"},
	} {
		require.Equal(t, c.want, write(t, Output{Format: CSV, JQ: c.expr}, twoThings(t)), c.expr)
	}
}

func TestJQFaults(t *testing.T) {
	for _, c := range []struct {
		expr, reason string
		detail       []string
	}{
		{".[] | }", `--jq: unexpected token "}" at character 7`, []string{".[] | }", "      ^"}},
		{".[", "--jq: unexpected EOF at character 3", []string{".[", "  ^"}},
		{`"ñ" + ]`, `--jq: unexpected token "]" at character 7`, []string{`"ñ" + ]`, "      ^"}},
		{"nothing(1)", "--jq: function not defined: nothing/1", nil},
		{".id", `--jq: expected an object but got: array ([{"day":"2026-11-22","id" ...])`, nil},
	} {
		err := Write(io.Discard, Output{JQ: c.expr, Setting: euro}, thingColumns, twoThings(t))
		require.Equal(t, fault.Usage, fault.KindOf(err), c.expr)
		require.Equal(t, c.reason, err.(*fault.Error).Reason)
		require.Equal(t, c.detail, err.(*fault.Error).Detail)
	}
	err := Write(io.Discard, Output{JQ: ".", Template: "x"}, thingColumns, twoThings(t))
	require.Equal(t, fault.Usage, fault.KindOf(err))
}

func TestTemplate(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{{range .}}{{.id}} {{upper .name}}|{{end}}`, `1 ANA, "LA PERLA"|2 |`},
		{`{{range .}}{{.total}} {{.unit_price}} {{.day}} {{.keep}};{{end}}`, "1234.56 12.500 2026-11-22 true;-0.05 0  false;"},
		{`{{range .}}{{if gt (num .total) 100.0}}{{printf "%.1f %03d" (num .total) .id}}{{end}}{{end}}`, "1234.6 001"},
		{`{{join "+" (pluck "id" .)}} {{lower "ÑO"}} {{num ""}}`, "1+2 ño 0"},
		{`{{len .}}`, "2"},
	} {
		require.Equal(t, c.want, write(t, Output{Template: c.text}, twoThings(t)), c.text)
	}
}

func TestTemplateFaults(t *testing.T) {
	for text, reason := range map[string]string{
		"{{range .}}":                `--template: 1: unexpected EOF`,
		"{{range .}}{{.nme}}{{end}}": `--template: 1:13: executing "template" at <.nme>: map has no entry for key "nme"`,
		`{{pluck "nme" .}}`:          `--template: 1:2: executing "template" at <pluck "nme" .>: error calling pluck: no column "nme"`,
		"{{num true}}":               `--template: 1:2: executing "template" at <num true>: error calling num: not a figure`,
	} {
		err := Write(io.Discard, Output{Template: text, Setting: euro}, thingColumns, twoThings(t))
		require.Equal(t, fault.Usage, fault.KindOf(err), text)
		require.Equal(t, reason, err.(*fault.Error).Reason)
	}
}
