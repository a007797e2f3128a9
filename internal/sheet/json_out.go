package sheet

import (
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/perla-crm/perla/internal/money"
)

// writeJSON writes an array with one object a line, keys in column order; no rows are [].
func writeJSON(w io.Writer, o Output, cols []Column[any], rows iter.Seq2[any, error]) error {
	object := objects(cols, o.Setting.Currency)
	row := func(b []byte, i int, r *any) []byte {
		if i == 0 {
			b = append(b, "[\n"...)
		} else {
			b = append(b, ",\n"...)
		}
		return object(b, r)
	}
	return stream(w, rows, nil, row, func(b []byte, n int) []byte {
		if n == 0 {
			return append(b, "[]\n"...)
		}
		return append(b, "\n]\n"...)
	})
}

// writeJSONLines writes one object a line and nothing else.
func writeJSONLines(w io.Writer, o Output, cols []Column[any], rows iter.Seq2[any, error]) error {
	object := objects(cols, o.Setting.Currency)
	return stream(w, rows, nil, func(b []byte, _ int, r *any) []byte {
		return append(object(b, r), '\n')
	}, nil)
}

// objects makes the writer of one row as a JSON object. Figures are JSON numbers, days are strings, the empty cell is null.
func objects(cols []Column[any], cur money.Currency) func(b []byte, r *any) []byte {
	keys := make([][]byte, len(cols))
	for i, c := range cols {
		if i > 0 {
			keys[i] = append(keys[i], ',')
		}
		keys[i] = append(appendString(keys[i], c.Name), ':')
	}
	gets := getters(cols)
	return func(b []byte, r *any) []byte {
		b = append(b, '{')
		for i, get := range gets {
			b = append(b, keys[i]...)
			b = appendJSON(b, get(r), cur)
		}
		return append(b, '}')
	}
}

func appendJSON(b []byte, v Value, cur money.Currency) []byte {
	switch {
	case !v.set:
		return append(b, "null"...)
	case v.kind == TextKind:
		return appendString(b, v.text)
	case v.kind == DateKind:
		b = append(b, '"')
		b = v.appendFigure(b, cur)
		return append(b, '"')
	}
	return v.appendFigure(b, cur)
}

const hexDigits = "0123456789abcdef"

// appendString writes a JSON string that is also harmless on a terminal: besides what JSON demands, DEL, the C1 controls, the line
// and paragraph separators and the marks that reorder text are escaped. Bytes that are no UTF-8 become U+FFFD.
func appendString(b []byte, s string) []byte {
	open := len(b)
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 0x20 && c != '"' && c != '\\' && c != 0x7F {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			b = appendEscape(b, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			return appendString(b[:open], strings.ToValidUTF8(s, "\uFFFD"))
		}
		if troublesome(r) {
			b = append(b, s[start:i]...)
			b = append(b, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
			start = i + size
		}
		i += size
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// troublesome names the runes beyond ASCII that control a terminal, break lines or reorder text.
func troublesome(r rune) bool {
	switch {
	case r < 0x80, r > 0x2069:
		return false
	case r < 0xA0, r == 0x061C, r >= 0x200E && r <= 0x200F, r >= 0x2028 && r <= 0x202E, r >= 0x2066:
		return true
	}
	return false
}
