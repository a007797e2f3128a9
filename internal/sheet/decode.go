package sheet

import (
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Decoder reads the rows of a CSV file as values of T. Making one reads the whole file once and decides everything that a row alone
// cannot tell; Rows then reads it again.
type Decoder[T any] struct {
	in      *Input
	columns []Column[T]
	mapping mapping
	plan    []step
	sets    []func(*T, *Cell) error // by step
	count   int
	notes   []string
	keys    *scatter
	faults  []CellFault // what the last reading through Batches could not read
	err     error
}

// step is one cell of a row to be read.
type step struct {
	column   int // in the list of columns
	place    int // in the record
	verbatim bool
	cell     Cell
}

// Row is one record of the file. It is good until the next one: copy what is to be kept. Strings in Value and Raw may be kept as they are.
type Row[T any] struct {
	Line    int         // the physical line the record begins on
	Value   T           // what the good cells say; nothing when the record as a whole is bad
	Present uint64      // bit i: column i of the decoder's list had a cell with text, or any cell under Clear. Columns beyond 63 have no bit
	Faults  []CellFault // what is wrong with the record; empty for a good one
	Raw     []string    // the cells as they stand in the file
	record  *record
	places  func(column string) (name string, place int)
}

// CellFault is a cell, or a record, that cannot be read.
type CellFault struct {
	Line   int    // the physical line the record begins on; for broken quoting that of the trouble itself
	Column int    // the 1-based place in characters of the field, counted from the start of the record; for broken quoting that of the trouble
	Field  string // the column's canonical name; "" when the record as a whole is bad
	Value  string // the cell
	Reason string // what is wrong
}

// Text is the line that names the fault: file:line:column  field  "value"  reason. The value is cut at 40 characters, and what a terminal
// would not show is escaped.
func (f CellFault) Text(file string) string {
	s := fmt.Sprintf("%s:%d:%d  ", file, f.Line, f.Column)
	if f.Field != "" || f.Value != "" {
		if f.Field != "" {
			s += f.Field + "  "
		}
		s += showValue(f.Value) + "  "
	}
	return s + f.Reason
}

// showValue quotes a cell for a message.
func showValue(s string) string {
	n := 0
	for i := range s {
		if n == 40 {
			return strconv.Quote(s[:i] + "…")
		}
		n++
	}
	return strconv.Quote(s)
}

// NewDecoder maps the header to columns and reads the whole file once: it counts the records and decides decimal marks and date
// orders. A column that could be read in two ways, two header names for one column and a required column that is missing are
// fault.Rejected, a --map that fits no column is fault.Usage.
func NewDecoder[T any](in *Input, columns []Column[T]) (*Decoder[T], error) {
	targets := make([]target, len(columns))
	for i, c := range columns {
		targets[i] = target{name: c.Name, also: c.Also, required: c.Required, settable: c.Set != nil,
			byMap: c.byMap, foreign: in.vendor != nil && !c.byMap}
	}
	if err := in.checkOptions(targets); err != nil {
		return nil, err
	}
	m, err := mapHeader(in.name, in.names(), targets, in.options.Map)
	if err != nil {
		return nil, err
	}
	if err := in.vendor.check(in, m); err != nil {
		return nil, err
	}
	d := &Decoder[T]{in: in, columns: columns, mapping: m}
	var ask []*question
	for i, c := range columns {
		if m.source[i] < 0 {
			continue
		}
		s := step{column: i, place: m.source[i], verbatim: c.Verbatim, cell: Cell{setting: &in.options.Setting}}
		if q := in.question(c.Name, c.Kind, len(d.plan), &s); q != nil {
			ask = append(ask, q)
		}
		d.plan = append(d.plan, s)
		d.sets = append(d.sets, c.Set)
	}
	if err := d.survey(ask); err != nil {
		return nil, err
	}
	if in.options.Strict && len(d.mapping.unknown) > 0 {
		return nil, &fault.Error{Kind: fault.Rejected, Key: in.name, Reason: "--strict: columns that mean nothing here: " + nameList(d.mapping.unknown),
			Hint: "map them with --map canonical=Source, or take them out of the file"}
	}
	return d, nil
}

// question is what must be found out about a column for step n of the plan; nil when the user or the kind settles it.
func (in *Input) question(column string, k Kind, n int, s *step) *question {
	source := in.header[s.place]
	switch k {
	case MoneyKind, NumberKind, DecimalKind, IntKind:
		s.cell.mark = in.marks.of(column, source)
		if s.cell.mark != 0 {
			return nil
		}
	case DateKind:
		s.cell.order = dates.Order(in.orders.of(column, source))
		if s.cell.order != dates.Any {
			return nil
		}
	default:
		return nil
	}
	return &question{column: column, kind: k, place: s.place, step: n}
}

// survey is pass one.
func (d *Decoder[T]) survey(ask []*question) error {
	key := -1
	if d.in.options.Key != "" {
		if _, key = d.place(d.in.options.Key); key >= 0 {
			d.keys = newScatter()
		}
	}
	t, err := d.in.records()
	if err != nil {
		return err
	}
	width := len(d.in.header)
	unused := d.in.vendor.unused(d.in, &d.mapping)
	for t.next() {
		d.count++
		if r := &t.rec; r.bad == "" && len(r.fields) == width {
			for _, q := range ask {
				q.look(r.value(q.place), r.line)
			}
			if key >= 0 {
				d.keys.add(r.value(key))
			}
			unused.look(r)
		}
	}
	if t.err != nil {
		return readFault(d.in.name, t.err)
	}
	unused.settle(&d.mapping)
	if d.keys != nil {
		d.keys.finish()
	}
	return d.settle(ask)
}

// settle answers the questions, and says what was found.
func (d *Decoder[T]) settle(ask []*question) error {
	var said []string
	for _, q := range ask {
		note, err := q.settle(d.in.name, &d.plan[q.step].cell)
		if err != nil {
			return err
		}
		if note != "" {
			said = append(said, note)
		}
	}
	d.notes = append(d.notes, d.in.describe())
	if v := d.in.vendor; v != nil && v.title != "" {
		d.notes = append(d.notes, "recognised "+v.title)
	}
	if said != nil {
		d.notes = append(d.notes, strings.Join(said, ", "))
	}
	what := "columns"
	if d.in.cards != nil {
		what = "properties"
	}
	if len(d.mapping.unknown) > 0 {
		d.notes = append(d.notes, what+" not used: "+nameList(d.mapping.unknown))
	}
	return nil
}

// describe says how the file is written.
func (in *Input) describe() string {
	if in.cards != nil {
		return fmt.Sprintf("%s: %s, vCards", in.name, in.script.encoding)
	}
	return fmt.Sprintf("%s: %s, fields separated by %s", in.name, in.script.encoding, in.dialect)
}

// place gives where a column stands in the records, -1 for a column the file does not have. In the file of another
// program it may stand under another name.
func (d *Decoder[T]) place(column string) (name string, place int) {
	for i := range d.columns {
		if c := &d.columns[i]; (c.Name == column || column != "" && c.gives == column) && d.mapping.source[i] >= 0 {
			return c.Name, d.mapping.source[i]
		}
	}
	return column, -1
}

// Notes says how the file was read, a line each: encoding and delimiter, then decimal marks and date orders where cells showed them, then
// the columns that mean nothing.
func (d *Decoder[T]) Notes() []string { return d.notes }

// Records is the number of records in the file, bad ones included.
func (d *Decoder[T]) Records() int { return d.count }

// Mapped gives the names of the columns that the file has, in the order of the decoder's list.
func (d *Decoder[T]) Mapped() []string {
	var names []string
	for _, s := range d.plan {
		names = append(names, d.columns[s.column].Name)
	}
	return names
}

// Unknown gives the header names that mean nothing, as written.
func (d *Decoder[T]) Unknown() []string { return d.mapping.unknown }

// Scattered tells whether rows with this value in the column InputOptions.Key are parted by rows with another. One in 2^64 may be
// called scattered that is not.
func (d *Decoder[T]) Scattered(key string) bool { return d.keys.has(key) }

// Err is why Rows ended before the end of the file, nil when it did not.
func (d *Decoder[T]) Err() error { return d.err }

// Rows reads the records in file order, from the first one each time it is called. The Row is reused.
func (d *Decoder[T]) Rows() iter.Seq[*Row[T]] {
	return func(yield func(*Row[T]) bool) {
		t, err := d.in.records()
		if d.err = err; err != nil {
			return
		}
		row := &Row[T]{record: &t.rec, places: d.place}
		for n := 0; t.next(); n++ {
			d.read(row, &t.rec)
			if !yield(row) {
				return
			}
			if n+1 == d.count {
				return
			}
		}
		if t.err != nil {
			d.err = readFault(d.in.name, t.err)
		} else if d.count > 0 {
			d.err = &fault.Error{Kind: fault.IO, Key: d.in.name, Reason: "the file changed while it was read"}
		}
	}
}

// read fills row from a record.
func (d *Decoder[T]) read(row *Row[T], r *record) {
	var zero T
	row.Line, row.Value, row.Present, row.Faults = r.line, zero, 0, row.Faults[:0]
	if r.bad != "" || len(r.fields) != len(d.in.header) {
		d.readBad(row, r)
		return
	}
	text, raw := string(r.text), row.Raw[:0] // the one allocation of a record: its cells are parts of text
	for _, f := range r.fields {
		raw = append(raw, text[f.from:f.to])
	}
	row.Raw = raw
	clear := d.in.options.Clear
	for i := range d.plan {
		s := &d.plan[i]
		cell := raw[s.place]
		if trimmed := trimCell(cell); !s.verbatim || trimmed == "" {
			cell = trimmed
		}
		if cell == "" && !clear {
			continue
		}
		row.Present |= 1 << s.column
		s.cell.Text = cell
		if err := d.sets[i](&row.Value, &s.cell); err != nil {
			line, column := r.where(s.place)
			row.Faults = append(row.Faults, CellFault{Line: line, Column: column, Field: d.columns[s.column].Name, Value: cell, Reason: reason(err)})
		}
	}
}

// readBad tells what is wrong with a record that has no readable cells.
func (d *Decoder[T]) readBad(row *Row[T], r *record) {
	f := CellFault{Line: r.line, Reason: r.bad}
	if r.bad != "" {
		lines, column := position(r.raw[:r.badAt])
		f.Line, f.Column = r.line+lines, column
		row.Raw = looseCells(r.raw, d.in.dialect)
	} else {
		row.Raw = row.Raw[:0]
		for i := range r.fields {
			row.Raw = append(row.Raw, string(r.value(i)))
		}
		found, needed := len(r.fields), len(d.in.header)
		f.Reason = fmt.Sprintf("%d %s found, %d needed", found, plural(found, "field"), needed)
		if f.Column = utf8.RuneCount(r.raw) + 1; found > needed {
			_, f.Column = r.where(needed)
			f.Value = row.Raw[needed]
		}
	}
	row.Faults = append(row.Faults, f)
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// reason is the text of an error without the parts that a fault line says already.
func reason(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Reason != "" {
		return f.Reason
	}
	return err.Error()
}

// plainEdge tells the bytes at the end of a cell that show there is nothing to trim.
var plainEdge = func() (t [256]bool) {
	for c := ' ' + 1; c < utf8.RuneSelf; c++ {
		t[c] = true
	}
	return t
}()

// trimCell takes the outer spaces off, at once when there are none.
func trimCell(s string) string {
	if s == "" || plainEdge[s[0]] && plainEdge[s[len(s)-1]] {
		return s
	}
	return strings.TrimSpace(s)
}

// where is the place of field i: the line of its record, and the 1-based place in characters from the beginning of the
// record; in a card its own line, and the place there.
func (r *record) where(i int) (line, column int) {
	head := r.raw[:r.fields[i].at]
	if !r.card {
		return r.line, utf8.RuneCount(head) + 1
	}
	lines, column := position(head)
	return r.line + lines, column
}

// Fault makes the fault of a cell that only the caller can judge: a customer that does not exist, a date in the future. It places the
// column by its canonical name, and works while the row is the current one.
func (r *Row[T]) Fault(column, reason string) CellFault {
	name, i := r.places(column)
	f := CellFault{Line: r.Line, Column: 1, Field: name, Reason: reason}
	if i >= 0 && i < len(r.Raw) && i < len(r.record.fields) {
		f.Line, f.Column = r.record.where(i)
		f.Value = trimCell(r.Raw[i])
	}
	return f
}
