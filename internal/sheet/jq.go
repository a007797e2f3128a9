package sheet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/itchyny/gojq"

	"github.com/perla-crm/perla/internal/fault"
)

// writeJQ runs a jq expression over the whole array of rows. Strings print raw, other results as compact JSON, one a line.
// Figures that pass through keep their digits (1234.50); arithmetic is jq's. The expression sees no environment and no files.
func writeJQ(w io.Writer, o Output, cols []Column[any], rows iter.Seq2[any, error]) error {
	code, err := compileJQ(o.JQ)
	if err != nil {
		return err
	}
	array := []any{}
	for r, err := range rows {
		if err != nil {
			return err
		}
		array = append(array, object(cols, &r, o.Setting, jqValue))
	}
	results := code.Run(array)
	return stream(w, func(yield func(any, error) bool) {
		for {
			result, more := results.Next()
			if !more {
				return
			}
			err, failed := result.(error)
			var halt *gojq.HaltError
			if failed && errors.As(err, &halt) && halt.Value() == nil {
				return // the expression itself said halt
			}
			if failed {
				err = fault.New(fault.Usage, "--jq: "+err.Error(), "the rows are an array of objects: .[] gives each")
				yield(nil, err)
				return
			}
			if !yield(result, nil) {
				return
			}
		}
	}, nil, func(b []byte, _ int, result *any) []byte {
		text, isText := (*result).(string)
		if !isText {
			encoded, _ := gojq.Marshal(*result) // cannot fail on what gojq itself gives
			text = string(encoded)
		}
		if o.Clean != nil {
			text = cleanLines(text, o.Clean)
		}
		return append(append(b, text...), '\n')
	}, nil)
}

// cleanLines cleans each line by itself: the line ends are the expression's own.
func cleanLines(s string, clean func(string) string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = clean(l)
	}
	return strings.Join(lines, "\n")
}

func compileJQ(expr string) (*gojq.Code, error) {
	query, err := gojq.Parse(expr)
	if err != nil {
		e := fault.New(fault.Usage, "--jq: "+err.Error(), "")
		var at *gojq.ParseError
		if errors.As(err, &at) {
			column := len([]rune(expr[:max(0, at.Offset-len(at.Token))])) + 1
			e.Reason = fmt.Sprintf("--jq: %s at character %d", err.Error(), column)
			if !strings.ContainsAny(expr, "\n\t") {
				e.Detail = []string{expr, strings.Repeat(" ", column-1) + "^"}
			}
		}
		return nil, e
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return nil, fault.New(fault.Usage, "--jq: "+err.Error(), "")
	}
	return code, nil
}

// object is one row as a map by column name.
func object(cols []Column[any], r *any, s Setting, value func(Value, Setting) any) map[string]any {
	m := make(map[string]any, len(cols))
	for i := range cols {
		m[cols[i].Name] = value(cols[i].Get(r), s)
	}
	return m
}

func jqValue(v Value, s Setting) any {
	switch {
	case !v.set:
		return nil
	case v.kind == TextKind:
		return strings.ToValidUTF8(v.text, "\uFFFD")
	case v.kind == IntKind:
		return int(v.num)
	case v.kind == BoolKind:
		return v.num != 0
	}
	text := string(v.appendFigure(nil, s.Currency))
	if v.kind == DateKind {
		return text
	}
	return json.Number(text)
}
