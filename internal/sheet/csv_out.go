package sheet

import (
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/perla-crm/perla/internal/money"
)

// A letter is what a byte means to a writer of delimited text.
type letter byte

const (
	marked letter = 1 << iota // needs quoting or escaping
	high                      // part of a rune beyond ASCII: check the encoding
)

// letters is the meaning of each byte for one format: marked ones are listed, those of 0x80 and above are high.
func letters(marks string) (t [256]letter) {
	for i := 0x80; i < 0x100; i++ {
		t[i] = high
	}
	for i := range len(marks) {
		t[marks[i]] = marked
	}
	return t
}

// scan tells whether s holds a marked byte, and gives s back as valid UTF-8.
func scan(s string, t *[256]letter) (text string, found bool) {
	var seen letter // gathered without a branch: nearly every byte is plain
	for i := range len(s) {
		seen |= t[s[i]]
	}
	if seen&high != 0 && !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return s, seen&marked != 0
}

// delimited is a format of one line a record.
type delimited struct {
	comma byte
	text  func(b []byte, s string) []byte
	clean func(string) string
	cur   money.Currency
}

func (d *delimited) appendCell(b []byte, v Value) []byte {
	switch {
	case !v.set:
		return b
	case v.kind != TextKind:
		return v.appendFigure(b, d.cur)
	case d.clean != nil:
		return d.text(b, d.clean(v.text))
	}
	return d.text(b, v.text)
}

// writeCSV writes RFC 4180 text with LF line ends, quoted only where needed.
//
// Values that a spreadsheet would take for a formula (=, +, -, @ first) stay as they are: what is exported must come back
// unchanged by import, and a guard character would become part of the name.
func writeCSV(w io.Writer, o Output, cols []Column[any], rows iter.Seq2[any, error]) error {
	d := &delimited{comma: ',', text: appendQuoted, clean: o.Clean, cur: o.Setting.Currency}
	return writeDelimited(w, d, cols, rows)
}

// writeTSV writes tab-separated text where a tab, line feed, carriage return or backslash in a cell stands as \t \n \r \\,
// so that each record is one line and each tab a border.
func writeTSV(w io.Writer, o Output, cols []Column[any], rows iter.Seq2[any, error]) error {
	d := &delimited{comma: '\t', text: appendEscaped, clean: o.Clean, cur: o.Setting.Currency}
	return writeDelimited(w, d, cols, rows)
}

func writeDelimited(w io.Writer, d *delimited, cols []Column[any], rows iter.Seq2[any, error]) error {
	var head []byte
	for i, c := range cols {
		if i > 0 {
			head = append(head, d.comma)
		}
		head = d.text(head, c.Name)
	}
	head = append(head, '\n')
	gets := getters(cols)
	return stream(w, rows, head, func(b []byte, _ int, r *any) []byte {
		start := len(b)
		for i, get := range gets {
			if i > 0 {
				b = append(b, d.comma)
			}
			if v := get(r); v.set { // most cells of an order file are empty
				b = d.appendCell(b, v)
			}
		}
		if len(b) == start && d.comma == ',' {
			b = append(b, `""`...) // readers skip an empty line; a quoted empty cell stays a record
		}
		return append(b, '\n')
	}, nil)
}

var csvLetters = letters(",\"\n\r")

func appendQuoted(b []byte, s string) []byte {
	s, quote := scan(s, &csvLetters)
	if !quote {
		return append(b, s...)
	}
	b = append(b, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		b = append(b, s[:i]...)
		b = append(b, `""`...)
		s = s[i+1:]
	}
	b = append(b, s...)
	return append(b, '"')
}

var tsvLetters = letters("\t\n\r\\")

func appendEscaped(b []byte, s string) []byte {
	s, escape := scan(s, &tsvLetters)
	if !escape {
		return append(b, s...)
	}
	for i := range len(s) {
		switch c := s[i]; c {
		case '\t':
			b = append(b, `\t`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\\':
			b = append(b, `\\`...)
		default:
			b = append(b, c)
		}
	}
	return b
}
