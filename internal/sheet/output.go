package sheet

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// Format names a way of writing rows.
type Format string

// The formats. Table and Card are drawn by render from the strings of Grid; Write writes the others.
const (
	Table     Format = "table"
	Card      Format = "card"
	CSV       Format = "csv"
	TSV       Format = "tsv"
	JSON      Format = "json"
	JSONLines Format = "jsonl"
	Markdown  Format = "md"
	IDs       Format = "ids"
)

// Formats lists the words --output takes, in the order help prints them.
func Formats() []string {
	return []string{"table", "card", "csv", "tsv", "json", "jsonl", "md", "ids"}
}

// Output is what a command was asked to write.
type Output struct {
	Format   Format
	Columns  []string // as in Pick; empty means every printable column
	JQ       string   // a jq expression over the array of rows; implies JSON whatever the Format
	Template string   // a text/template over the array of rows; goes before the Format
	Setting  Setting
	// Clean makes text safe for whoever reads it; nil leaves text as it is. A terminal gets render.Clean, so that data
	// cannot send it control sequences in any format; a pipe gets the text untouched.
	Clean func(string) string
}

// Pick chooses and orders columns by name, case ignored. No names at all means every column that can be printed.
// An unknown or repeated name, or an empty list of names ([""]), is a usage fault whose hint lists the names.
func Pick[T any](all []Column[T], names []string) ([]Column[T], error) {
	var printable []Column[T]
	var known []string
	for _, c := range all {
		if c.Get != nil {
			printable, known = append(printable, c), append(known, c.Name)
		}
	}
	places, err := pickNames(known, names)
	if err != nil {
		return nil, err
	}
	picked := make([]Column[T], len(places))
	for i, at := range places {
		picked[i] = printable[at]
	}
	return picked, nil
}

func columnHint(near string, known []string) string {
	list := "columns: " + strings.Join(known, ",")
	if near == "" {
		return list
	}
	return fmt.Sprintf("did you mean %s? %s", near, list)
}

// Narrow leaves out the Wide columns: what a table or card shows when no column was named.
func Narrow[T any](cols []Column[T]) []Column[T] {
	var kept []Column[T]
	for _, c := range cols {
		if !c.Wide {
			kept = append(kept, c)
		}
	}
	return kept
}

// Write writes rows in the asked format, one at a time, and stops at the first error of the rows or of w, which it returns.
//
// Figures and dates never depend on the locale: 1234.56, 2026-11-22. The formats are csv and tsv with a header, json (an array,
// one object a line, [] when there are no rows), jsonl, md, and ids: the sku column, else id or customer_id, one a line, whatever
// the asked columns. Text is UTF-8 in every format: bytes that are not become U+FFFD, so that one bad cell cannot change how a
// whole file is read. Table and card are no formats of Write.
func Write[T any](w io.Writer, o Output, cols []Column[T], rows iter.Seq2[T, error]) error {
	columns, untyped := Untyped(cols, rows)
	return writeRows(w, o, columns, untyped)
}

func writeRows(w io.Writer, o Output, cols []Column[any], rows iter.Seq2[any, error]) error {
	picked, err := Pick(cols, o.Columns)
	if err != nil {
		return err
	}
	if err := o.CheckFilters(); err != nil {
		return err
	}
	switch {
	case o.JQ != "":
		return writeJQ(w, o, picked, rows)
	case o.Template != "":
		return writeTemplate(w, o, picked, rows)
	}
	switch o.Format {
	case CSV:
		return writeCSV(w, o, picked, rows)
	case TSV:
		return writeTSV(w, o, picked, rows)
	case JSON:
		return writeJSON(w, o, picked, rows)
	case JSONLines:
		return writeJSONLines(w, o, picked, rows)
	case Markdown:
		return writeMarkdown(w, o, picked, rows)
	case IDs:
		return writeIDs(w, o, cols, rows)
	}
	e := fault.New(fault.Usage, fmt.Sprintf("unknown output format %q", string(o.Format)), "formats: "+strings.Join(Formats(), ","))
	if near := fault.Nearest(string(o.Format), Formats()); near != "" && near != string(o.Format) {
		e.Hint = fmt.Sprintf("did you mean %s? %s", near, e.Hint)
	}
	return e
}

// Untyped gives rows of any noun one type, a pointer to the noun: what writes them is then compiled once and not for each
// of the hundred nouns there are. The pointer is the same for every row: a row is done with before the next is asked for.
func Untyped[T any](cols []Column[T], rows iter.Seq2[T, error]) ([]Column[any], iter.Seq2[any, error]) {
	if columns, are := any(cols).([]Column[any]); are {
		return columns, any(rows).(iter.Seq2[any, error])
	}
	columns := make([]Column[any], len(cols))
	for i, c := range cols {
		columns[i] = Column[any]{Name: c.Name, Kind: c.Kind, Wide: c.Wide, Rank: c.Rank}
		if get := c.Get; get != nil {
			columns[i].Get = func(row *any) Value { return get((*row).(*T)) }
		}
	}
	return columns, func(yield func(any, error) bool) {
		var current T
		for row, err := range rows {
			current = row
			if !yield(&current, err) {
				return
			}
		}
	}
}

// getters gathers what fills the cells, close together for the inner loops.
func getters(cols []Column[any]) []func(*any) Value {
	gets := make([]func(*any) Value, len(cols))
	for i, c := range cols {
		gets[i] = c.Get
	}
	return gets
}

// block is how much output is gathered before it is handed to the writer.
const block = 64 << 10

// stream appends each row to one buffer and hands it to w in blocks. head opens the output; tail, told the number of rows, closes
// it. Rows are copied into one variable: its address goes to every Get, so nothing is allocated per row.
func stream(w io.Writer, rows iter.Seq2[any, error], head []byte, row func(b []byte, i int, r *any) []byte, tail func(b []byte, n int) []byte) error {
	buf := make([]byte, 0, block+block/4)
	buf = append(buf, head...)
	var current any
	n := 0
	for r, err := range rows {
		if err != nil {
			return err
		}
		current = r
		buf = row(buf, n, &current)
		n++
		if len(buf) >= block {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
	if tail != nil {
		buf = tail(buf, n)
	}
	if len(buf) == 0 {
		return nil
	}
	_, err := w.Write(buf)
	return err
}
