package book

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Mention is a row, not hers, in which a mark of a person stands: a namesake, who shares her phone, a note about her. Such
// rows are never changed; they are for the owner to look at.
type Mention struct {
	File    string // the book, or the backup
	Table   string
	ID      int64 // 0 where the table has none
	Columns []string
}

// String names the row and where in it: customer 7 (notes).
func (m Mention) String() string {
	what := singular(m.Table)
	if m.ID != 0 {
		what += fmt.Sprintf(" %d", m.ID)
	}
	return fmt.Sprintf("%s (%s)", what, strings.Join(m.Columns, ", "))
}

// Trace is a place where marks of a person are left that no row accounts for.
type Trace struct {
	File  string
	Count int
}

// Verification is what a look through all the bytes of some files found.
type Verification struct {
	Files    []string // that were read
	Traces   []Trace
	Mentions []Mention
	Short    []string // kinds of marks too short to be told from chance among bytes: they were looked for in the rows
}

// sideFilesOf are the files SQLite may keep beside one, and any journal.
func sideFilesOf(path string) []string { return append(SideFiles(path), path+"-journal") }

// verifier looks for marks in files.
type verifier struct {
	marks []Mark
	Verification
	open []io.Closer // files that stay open: closing one drops the locks this process has on it
}

func (f *verifier) close() {
	for _, c := range f.open {
		_ = c.Close()
	}
}

// book looks through a book's file and those beside it. What it finds in the file must be accounted for by rows, which
// view reads; anything more is a trace.
func (f *verifier) book(path string, view func(func(*View) error) error) error {
	found, err := f.file(path)
	if err != nil {
		return err
	}
	for _, name := range sideFilesOf(path) {
		beside, err := f.file(name)
		if err != nil {
			return err
		}
		f.trace(name, sum(beside))
	}
	if sum(found) == 0 && !slices.ContainsFunc(f.marks, Mark.short) {
		return nil
	}
	for _, m := range f.marks {
		if m.short() && !slices.Contains(f.Short, m.Kind) {
			f.Short = append(f.Short, m.Kind)
		}
	}
	return view(func(v *View) error {
		expected, mentions, err := mentionsOf(v, path, f.marks)
		if err != nil {
			return err
		}
		f.Mentions = append(f.Mentions, mentions...)
		left := 0
		for i := range found {
			left += max(0, found[i]-expected[i])
		}
		f.trace(path, left)
		return nil
	})
}

func (f *verifier) trace(name string, n int) {
	if n > 0 {
		f.Traces = append(f.Traces, Trace{name, n})
	}
}

// file counts the marks among the bytes of a file; one that is not there has none.
func (f *verifier) file(name string) ([]int, error) {
	t := newTracer(f.marks, true)
	file, err := os.Open(name)
	if os.IsNotExist(err) {
		return t.counts(), nil
	}
	if err != nil {
		return nil, err
	}
	f.open = append(f.open, file)
	f.Files = append(f.Files, name)
	err = t.countFile(file)
	return t.counts(), err
}

func sum(counts []int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// mentionsOf are the rows of a book in which marks stand, and how often each pattern of a tracer is therefore to be
// expected in its file: in the table, and in each index that holds the column.
func mentionsOf(v *View, file string, marks []Mark) (expected []int, found []Mention, err error) {
	t := newTracer(marks, false)
	expected = make([]int, len(t.counts()))
	tables, err := All(v, Scalar[string], `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY rowid`)
	for _, name := range append(tables, "sqlite_schema") {
		var more []Mention
		if err == nil {
			more, err = t.table(v, name, marks, expected)
		}
		for _, m := range more {
			m.File = file
			found = append(found, m)
		}
	}
	return expected, found, err
}

// table finds the rows of a table in which marks stand and adds up what to expect.
func (t *tracer) table(v *View, name string, marks []Mark, expected []int) (found []Mention, err error) {
	type held struct {
		name   string
		copies int
	}
	columns, err := All(v, func(row Scanner) (c held, err error) {
		err = row.Scan(&c.name, &c.copies)
		return c, err
	}, `SELECT x.name, 1 + (SELECT count(*) FROM pragma_index_list(?1) l, pragma_index_xinfo(l.name) i WHERE i.name = x.name)
	    FROM pragma_table_xinfo(?1) x WHERE x.hidden = 0`, name)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, c := range columns {
		list = append(list, `iif(typeof("`+c.name+`") IN ('text', 'blob'), "`+c.name+`", NULL)`)
	}
	id := "NULL"
	if slices.ContainsFunc(columns, func(c held) bool { return c.name == "id" }) {
		id = "id"
	}
	extra := ", NULL, NULL"
	if name == "operation_changes" {
		extra = ", table_name, first_id"
	}
	err = v.Each(func(r Row) error {
		m := Mention{Table: name, ID: r.Int(len(columns))}
		for i, c := range columns {
			if t.value(r, i, c.copies, marks, expected) {
				m.Columns = append(m.Columns, c.name)
			}
		}
		switch {
		case m.Columns == nil:
			return nil
		case name == "operation_changes":
			m = Mention{Table: strings.Clone(r.Text(len(columns) + 1)), ID: r.Int(len(columns) + 2), Columns: []string{"history"}}
			if slices.ContainsFunc(found, func(o Mention) bool { return o.Table == m.Table && o.ID == m.ID }) {
				return nil
			}
		}
		found = append(found, m)
		return nil
	}, strings.Join(list, ", ")+", "+id+extra, `"`+name+`"`)
	return found, err
}

// value adds what stands in a column of a row to what is expected, and says whether a mark stands there as a whole.
func (t *tracer) value(r Row, i, copies int, marks []Mark, expected []int) bool {
	value, _ := r[i+1].([]byte)
	text, isText := r[i+1].(string)
	if isText {
		value = []byte(text)
	}
	if len(value) == 0 {
		return false
	}
	any := false
	for n, count := range t.countValue(value) {
		expected[n] += count * copies
		any = any || count > 0
	}
	return isText && slices.ContainsFunc(marks, func(m Mark) bool { return (any || m.short()) && m.standsIn(text) })
}
