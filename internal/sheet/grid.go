package sheet

import (
	"iter"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"github.com/perla-crm/perla/internal/money"
)

// Grid gives rows as text for people: figures with the marks of the book's locale, yes and no, days as 2026-11-22 (the form the
// program also takes). Whole numbers carry no thousands marks, for most of them are ids that a person types back. right says which
// columns are figures. Text is as it stands in the book: render cleans it. It holds all rows: it is for a terminal.
func Grid[T any](cols []Column[T], rows iter.Seq2[T, error], s Setting) (heads []string, cells [][]string, right []bool, err error) {
	columns, untyped := Untyped(cols, rows)
	return grid(columns, untyped, s)
}

func grid(cols []Column[any], rows iter.Seq2[any, error], s Setting) (heads []string, cells [][]string, right []bool, err error) {
	heads, right = make([]string, len(cols)), make([]bool, len(cols))
	for i, c := range cols {
		heads[i], right[i] = c.Name, rightAligned(c.Kind)
	}
	m := marksOf(s.Locale)
	var buf []byte
	for r, err := range rows {
		if err != nil {
			return nil, nil, nil, err
		}
		line := make([]string, len(cols))
		for i := range cols {
			v := cols[i].Get(&r)
			if v.kind == TextKind {
				line[i] = v.text
				continue
			}
			buf = v.appendHuman(buf[:0], s, m)
			line[i] = string(buf)
		}
		cells = append(cells, line)
	}
	return heads, cells, right, nil
}

// Plain is one cell as Grid writes it.
func Plain(v Value, s Setting) string {
	if v.kind == TextKind {
		return v.text
	}
	return string(v.appendHuman(nil, s, marksOf(s.Locale)))
}

func (v Value) appendHuman(b []byte, s Setting, m marks) []byte {
	switch {
	case !v.set:
		return b
	case v.kind == BoolKind && v.num != 0:
		return append(b, "yes"...)
	case v.kind == BoolKind:
		return append(b, "no"...)
	case v.kind == MoneyKind || v.kind == NumberKind || v.kind == DecimalKind:
		var scratch [48]byte
		return m.appendMarked(b, string(v.appendFigure(scratch[:0], s.Currency)))
	}
	return v.appendFigure(b, s.Currency)
}

// Wording is how people read figures within sentences of the book.
func (s Setting) Wording() money.Wording {
	m := marksOf(s.Locale)
	return money.Wording{Currency: s.Currency, Mark: func(plain string) string { return string(m.appendMarked(nil, plain)) }}
}

// marks are what a locale puts between groups of digits and before the decimals.
type marks struct {
	group, decimal string
	indian         bool // groups of two digits above the thousand
}

// marksOf asks the locale data how it writes a figure; an unknown or empty locale writes 1,234.56.
func marksOf(locale string) marks {
	m := marks{group: ",", decimal: "."}
	if locale == "" {
		return m
	}
	tag, err := language.Parse(locale)
	if err != nil {
		return m
	}
	if latin, err := tag.SetTypeForKey("nu", "latn"); err == nil {
		tag = latin
	}
	sample := message.NewPrinter(tag).Sprint(number.Decimal(12345678.5))
	point := strings.LastIndex(sample, "678")
	if point < 0 || !strings.HasSuffix(sample, "5") {
		return m
	}
	m.decimal = sample[point+3 : len(sample)-1]
	whole := sample[:point]
	switch {
	case strings.HasPrefix(whole, "12") && strings.Contains(whole, "345"):
		m.group = whole[strings.Index(whole, "345")+3:]
	case strings.HasPrefix(whole, "1"):
		m.group, m.indian = whole[strings.LastIndex(whole, "45")+2:], true
	}
	return m
}

// appendMarked puts the marks into a plain figure such as -1234.56.
func (m marks) appendMarked(b []byte, figure string) []byte {
	whole, fraction, hasFraction := strings.Cut(figure, ".")
	if strings.HasPrefix(whole, "-") {
		b = append(b, '-')
		whole = whole[1:]
	}
	for i := range len(whole) {
		left := len(whole) - i
		if i > 0 && (left == 3 || left > 3 && (!m.indian && left%3 == 0 || m.indian && left%2 == 1)) {
			b = append(b, m.group...)
		}
		b = append(b, whole[i])
	}
	if hasFraction {
		b = append(b, m.decimal...)
		b = append(b, fraction...)
	}
	return b
}

// Ranks are the ranks of columns, in their order.
func Ranks[T any](cols []Column[T]) []int {
	ranks := make([]int, len(cols))
	for i, c := range cols {
		ranks[i] = c.Rank
	}
	return ranks
}
