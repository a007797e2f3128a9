package sheet

import (
	"io"
	"iter"
	"slices"
)

// writeMarkdown writes a table of GitHub's Markdown; figures are aligned right. What would end a cell or a line, or be taken for
// markup, is escaped, and a line end inside a cell becomes <br>.
func writeMarkdown(w io.Writer, o Output, cols []Column[any], rows iter.Seq2[any, error]) error {
	head, rule := []byte("|"), []byte("|")
	for _, c := range cols {
		head = append(appendMarkdown(append(head, ' '), c.Name), " |"...)
		if rightAligned(c.Kind) {
			rule = append(rule, " ---: |"...)
		} else {
			rule = append(rule, " --- |"...)
		}
	}
	head = append(append(append(head, '\n'), rule...), '\n')
	d := &delimited{text: appendMarkdown, clean: o.Clean, cur: o.Setting.Currency}
	gets := getters(cols)
	return stream(w, rows, head, func(b []byte, _ int, r *any) []byte {
		b = append(b, '|')
		for _, get := range gets {
			b = append(b, ' ')
			b = d.appendCell(b, get(r))
			b = append(b, " |"...)
		}
		return append(b, '\n')
	}, nil)
}

var markdownLetters = letters("\\|`*<\n\r\t")

func appendMarkdown(b []byte, s string) []byte {
	s, escape := scan(s, &markdownLetters)
	if !escape {
		return append(b, s...)
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\', '|', '`', '*', '<':
			b = append(b, '\\', c)
		case '\t':
			b = append(b, ' ')
		case '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
			b = append(b, "<br>"...)
		case '\n':
			b = append(b, "<br>"...)
		default:
			b = append(b, c)
		}
	}
	return b
}

// writeIDs writes what identifies each row, one a line, ready for xargs.
func writeIDs(w io.Writer, o Output, cols []Column[any], rows iter.Seq2[any, error]) error {
	var names []string
	for _, c := range cols {
		if c.Get != nil {
			names = append(names, c.Name)
		}
	}
	name := idColumn(names)
	if name == "" {
		return noIDs()
	}
	at := slices.IndexFunc(cols, func(c Column[any]) bool { return c.Name == name && c.Get != nil })
	d := &delimited{text: appendEscaped, clean: o.Clean, cur: o.Setting.Currency}
	return stream(w, rows, nil, func(b []byte, _ int, r *any) []byte {
		if v := cols[at].Get(r); !v.IsEmpty() { // a row about nobody names nobody
			b = append(d.appendCell(b, v), '\n')
		}
		return b
	}, nil)
}

func rightAligned(k Kind) bool {
	return k == IntKind || k == MoneyKind || k == NumberKind || k == DecimalKind
}
