package cli

import (
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// emit prints rows, one at a time, in the format that was asked for: a table on a terminal, CSV elsewhere, unless
// --output or the settings say otherwise. Called inside view, it streams what the query yields.
func emit[T any](a *app, columns []sheet.Column[T], rows iter.Seq2[T, error]) error {
	return emitAs(a, sheet.Table, columns, rows)
}

// emitOne prints one row, as a card on a terminal.
func emitOne[T any](a *app, columns []sheet.Column[T], row T) error {
	return emitAs(a, sheet.Card, columns, oneRow(row))
}

// emitAdded prints what was just added: the card on a terminal, else its id alone, unless a format was asked for.
func emitAdded[T any](a *app, columns []sheet.Column[T], row T, id int64) error {
	if a.askedForRows() || isTerminal(a.env.Out) {
		return emitOne(a, columns, row)
	}
	_, err := io.WriteString(a.out, strconv.FormatInt(id, 10)+"\n")
	return err
}

// emitSlice prints rows that are all at hand.
func emitSlice[T any](a *app, columns []sheet.Column[T], rows []T) error {
	return emit(a, columns, rowsIn(rows))
}

// rowsIn is a slice as a sequence of rows.
func rowsIn[T any](rows []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func oneRow[T any](row T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) { yield(row, nil) }
}

// askedForRows says whether the command line asks for a form of rows, so that a shortened answer would be wrong.
func (a *app) askedForRows() bool {
	f := a.flags
	return f.output != "" || f.columns != "" || f.jq != "" || f.template != "" || f.out != ""
}

// asked is the form of rows that the command line asks for, but for the format, which depends on who reads them.
func (a *app) asked() sheet.Output {
	o := sheet.Output{JQ: a.flags.jq, Template: a.flags.template}
	if a.columnsGiven {
		o.Columns = strings.Split(a.flags.columns, ",")
	}
	return o
}

// forPeople says whether the rows go to a person: only then may a command print more than its rows.
func (a *app) forPeople() bool {
	f, err := a.format(sheet.Table)
	return err == nil && a.flags.jq == "" && a.flags.template == "" && (f == sheet.Table || f == sheet.Card)
}

// format is what --output says, else the name given to --out, else the settings, else human on a terminal and CSV anywhere else.
func (a *app) format(human sheet.Format) (sheet.Format, error) {
	c, err := a.settings()
	word := strings.ToLower(strings.TrimPrefix(filepath.Ext(a.flags.out), "."))
	switch {
	case err != nil:
		return "", err
	case a.flags.output == "" && slices.Contains([]string{"csv", "tsv", "json", "jsonl", "md"}, word):
		return sheet.Format(word), nil
	case c.Output != "auto":
		return sheet.Format(c.Output), nil
	case a.flags.out == "" && isTerminal(a.env.Out):
		return human, nil
	}
	return sheet.CSV, nil
}

func emitAs[T any](a *app, human sheet.Format, columns []sheet.Column[T], rows iter.Seq2[T, error]) error {
	untyped, all := sheet.Untyped(columns, rows)
	return emitUntyped(a, human, untyped, all)
}

func emitUntyped(a *app, human sheet.Format, columns []sheet.Column[any], rows iter.Seq2[any, error]) error {
	format, err := a.format(human)
	if err != nil {
		return err
	}
	o := a.asked()
	o.Format, o.Setting = format, a.setting()
	if isTerminal(a.env.Out) && a.flags.out == "" {
		o.Clean = render.Clean
	}
	if o.JQ == "" && o.Template == "" && (format == sheet.Table || format == sheet.Card) {
		return a.write(func(w io.Writer) error { return draw(a, w, o, columns, rows) })
	}
	return a.write(func(w io.Writer) error { return sheet.Write(w, o, columns, rows) })
}

// setting is what the open book decides about figures; without a book there is no money to print.
func (a *app) setting() sheet.Setting {
	if a.open == nil {
		return sheet.Setting{}
	}
	s := a.open.Settings()
	return sheet.Setting{Currency: s.Currency, Zone: s.Zone, Locale: s.Locale}
}

// write lets fn write to standard output, or to the file that --out names.
func (a *app) write(fn func(io.Writer) error) error {
	if a.flags.out == "" {
		return fn(a.out)
	}
	return writeFile(a.flags.out, fn)
}

// writeFile writes a file that only its owner can read, through a neighbour and a rename: the file is there whole or not
// at all. A name that is no regular file, such as /dev/stderr, is written to as it is.
func writeFile(name string, fn func(io.Writer) error) (err error) {
	defer func() {
		var known *fault.Error
		if err != nil && !errors.As(err, &known) {
			err = &fault.Error{Kind: fault.IO, Noun: "file", Key: name, Err: cause(err)}
		}
	}()
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	info, statErr := os.Stat(name)
	if statErr == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(fn(f), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err = errors.Join(fn(f), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
