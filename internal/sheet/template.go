package sheet

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"text/template"

	"github.com/perla-crm/perla/internal/fault"
)

// writeTemplate runs a text/template once over the array of rows:
//
//	{{range .}}{{.id}} {{upper .name}}{{"\n"}}{{end}}
//
// A row is a map by column name; an unknown name is an error. Whole numbers are integers, true and false are booleans, the empty
// cell is the empty string, everything else is text, so that figures keep their digits. Besides the built-in functions there are
//
//	join SEP LIST     the elements of a list in one text
//	pluck NAME LIST   one column of a list of rows, as a list
//	upper, lower      letter case
//	num FIGURE        a figure as a float, to compare or to printf
//
// The template decides the line ends; none is added.
func writeTemplate(w io.Writer, o Output, cols []Column[any], rows iter.Seq2[any, error]) error {
	t, err := parseTemplate(o.Template)
	if err != nil {
		return err
	}
	value := templateValue
	if o.Clean != nil {
		value = func(v Value, s Setting) any {
			if v.kind == TextKind {
				return o.Clean(v.text)
			}
			return templateValue(v, s)
		}
	}
	array := []map[string]any{}
	for r, err := range rows {
		if err != nil {
			return err
		}
		array = append(array, object(cols, &r, o.Setting, value))
	}
	out := &blockWriter{w: w}
	if err := t.Execute(out, array); err != nil && out.err == nil {
		return templateFault(err)
	}
	return out.flush()
}

func parseTemplate(text string) (*template.Template, error) {
	t, err := template.New("template").Option("missingkey=error").Funcs(templateFuncs).Parse(text)
	if err != nil {
		return nil, templateFault(err)
	}
	return t, nil
}

var templateFuncs = template.FuncMap{
	"join":  templateJoin,
	"pluck": templatePluck,
	"upper": strings.ToUpper,
	"lower": strings.ToLower,
	"num":   templateNum,
}

func templateValue(v Value, s Setting) any {
	switch {
	case !v.set:
		return ""
	case v.kind == TextKind:
		return strings.ToValidUTF8(v.text, "\uFFFD")
	case v.kind == IntKind:
		return v.num
	case v.kind == BoolKind:
		return v.num != 0
	}
	return string(v.appendFigure(nil, s.Currency))
}

func templateJoin(sep string, list []any) string {
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = fmt.Sprint(x)
	}
	return strings.Join(parts, sep)
}

func templatePluck(name string, rows []map[string]any) ([]any, error) {
	list := make([]any, 0, len(rows))
	for _, r := range rows {
		x, ok := r[name]
		if !ok {
			return nil, fmt.Errorf("no column %q", name)
		}
		list = append(list, x)
	}
	return list, nil
}

func templateNum(figure any) (float64, error) {
	switch x := figure.(type) {
	case int64:
		return float64(x), nil
	case string:
		if x == "" {
			return 0, nil
		}
		return strconv.ParseFloat(x, 64)
	}
	return 0, errors.New("not a figure")
}

// templateFault keeps the position text/template gives, without its made-up file name.
func templateFault(err error) error {
	text := strings.TrimPrefix(err.Error(), "template: template:")
	return fault.New(fault.Usage, "--template: "+text, `the rows are a list: {{range .}}{{.id}}{{"\n"}}{{end}}`)
}

// blockWriter gathers small writes and remembers the first failure of the writer below.
type blockWriter struct {
	w   io.Writer
	buf []byte
	err error
}

func (b *blockWriter) Write(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	b.buf = append(b.buf, p...)
	if len(b.buf) >= block {
		b.err = b.flush()
	}
	return len(p), b.err
}

func (b *blockWriter) flush() error {
	if b.err != nil || len(b.buf) == 0 {
		return b.err
	}
	_, b.err = b.w.Write(b.buf)
	b.buf = b.buf[:0]
	return b.err
}
