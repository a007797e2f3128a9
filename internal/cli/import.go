package cli

import (
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

// importFlags are the flags that every import takes.
type importFlags struct {
	source     string
	mode       string
	never      []string
	maps       []string
	columns    []string
	noHeader   bool
	delimiter  string
	decimal    string
	dateFormat string
	clear      bool
	strict     bool
	skipBad    bool
	rejects    string
}

// importModes are the words of --mode.
var importModes = []string{"upsert", "create", "update"}

// register gives a command the flags.
func (o *importFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	o.mode = importModes[0]
	f.StringVar(&o.source, "source", "csv", "the `NAME` of the system that refs come from")
	f.Var(enumOf(&o.mode, importModes...), "mode", "make and change, or only one of these: "+strings.Join(importModes, ", "))
	f.StringSliceVar(&o.never, "never", nil, "never overwrite the columns `NAME,...` of what is there")
	f.StringArrayVar(&o.maps, "map", nil, "which column of the file is which: `NAME=SOURCE,...`")
	f.StringSliceVar(&o.columns, "columns", nil, "the file's columns by position: `NAME,...`, - to leave one out")
	f.BoolVar(&o.noHeader, "no-header", false, "the first line is data; needs --columns")
	f.StringVar(&o.delimiter, "delimiter", "", "what parts fields: a `CHARACTER`, or comma, semicolon, tab, pipe, space")
	f.StringVar(&o.decimal, "decimal", "", "the decimal `MARK`, . or a comma; by column: total=,")
	f.StringVar(&o.dateFormat, "date-format", "", "the `ORDER` of dates: iso, dmy or mdy; by column: date=dmy")
	f.BoolVar(&o.clear, "clear", false, "let empty cells erase what the book has")
	f.BoolVar(&o.strict, "strict", false, "refuse a file with columns that mean nothing")
	f.BoolVar(&o.skipBad, "skip-bad", false, "import the good rows, leave out the bad ones")
	f.StringVar(&o.rejects, "rejects", "", "with --skip-bad: write the bad rows to `FILE`, with reasons")
	_ = cmd.MarkFlagFilename("rejects")
}

// input is what the flags say about the file.
func (o *importFlags) input(s sheet.Setting) (sheet.InputOptions, error) {
	if o.rejects != "" && !o.skipBad {
		return sheet.InputOptions{}, fault.New(fault.Usage, "--rejects is for the rows that --skip-bad leaves out", "add --skip-bad")
	}
	names, err := sheet.ParseMap(o.maps)
	return sheet.InputOptions{Delimiter: o.delimiter, NoHeader: o.noHeader, Columns: o.columns, Map: names, Decimal: o.decimal,
		DateFormat: o.dateFormat, Strict: o.strict, Clear: o.clear, Setting: s}, err
}

// neverColumns are the columns that --never names, by their canonical names.
func neverColumns[T any](o *importFlags, columns []sheet.Column[T]) (never []string, err error) {
	names := columnNames(columns)
	for _, given := range o.never {
		name := strings.ToLower(strings.TrimSpace(given))
		if !slices.Contains(names, name) {
			return nil, inFlag("--never", notAmong(given, names))
		}
		never = append(never, name)
	}
	return never, nil
}

// importer is how a noun is imported.
type importer[T any] struct {
	what    string // the operation: "customer import"
	columns []sheet.Column[T]
	key     string                                           // the column whose equal values hold rows together
	keyOf   func(*T) string                                  // what a row has in it
	stamp   func(row *T, line int, present uint64, bad bool) // tells a row where it stands, as Decoder.Batches does
	// place hands batches to the room and reports the rows it refuses.
	place func(tx *book.Tx, batches iter.Seq[[]T], size importSize, report func(rejection)) (sheet.Imported, error)
	whole bool         // the file is taken as one: there is no --skip-bad
	after func(a *app) // what is to be said at the end; may be nil
}

// importSize is what is known of a file before its rows are placed.
type importSize struct {
	rows   int
	sorted bool // the values of the key column ascend
}

// rejection is a row that a room refused, and why.
type rejection struct {
	line          int
	field, reason string
	along         bool // nothing is wrong with the row itself: it goes with others
	late          bool // it was written before it was refused: all must be taken back and done without it
}

// batchRows is how many rows go to a room at a time.
const batchRows = 8192

// runImport imports a file: all of it, or with --skip-bad its good rows, or with a bad row none. It prints the summary
// on standard output and every bad row on standard error.
func runImport[T any](a *app, cmd *cobra.Command, o *importFlags, file string, n importer[T]) error {
	j, err := openImport(cmd.Context(), a, o, file, n)
	if err != nil {
		return err
	}
	return j.finish(cmd)
}

// finish does an import that is ready, prints what came of it and closes the file.
func (j *importJob[T]) finish(cmd *cobra.Command) error {
	a := j.app
	defer func() { _ = j.input.Close() }()
	for _, note := range j.decoder.Notes() {
		a.note("%s", note)
	}
	summary, err := j.run(cmd.Context())
	if err != nil {
		return err
	}
	if err := emitOne(a, sheet.Imports, summary); err != nil {
		return err
	}
	if j.how.after != nil {
		j.how.after(a)
	}
	if summary.Rejected > 0 {
		return j.leftOut()
	}
	if a.forPeople() && !a.flags.dryRun {
		a.hint("see what the book has now: %s list", cmd.Parent().CommandPath())
	}
	return nil
}

// importJob is one import on its way.
type importJob[T any] struct {
	app     *app
	flags   *importFlags
	how     importer[T]
	input   *sheet.Input
	decoder *sheet.Decoder[T]

	late     map[int][]rejection // by line, of earlier attempts: these rows are bad from the start
	refused  map[int][]rejection // by line
	listing  []string            // a line for each thing that is wrong
	rejected int64
}

// openImport opens a file and finds out how it is written; the caller closes the job's input.
func openImport[T any](ctx context.Context, a *app, o *importFlags, file string, n importer[T]) (*importJob[T], error) {
	in, err := openInput(ctx, a, o, file, n.key, false)
	if err != nil {
		return nil, err
	}
	return newImport(a, o, in, n)
}

// newImport makes ready the import of a file that is open. Where it cannot be, the file is closed.
func newImport[T any](a *app, o *importFlags, in *sheet.Input, n importer[T]) (*importJob[T], error) {
	d, err := sheet.NewDecoder(in, n.columns)
	if err != nil {
		_ = in.Close()
		return nil, err
	}
	return &importJob[T]{app: a, flags: o, how: n, input: in, decoder: d, late: map[int][]rejection{}}, nil
}

// openInput opens a file, which may be one of vCards where cards is set. Rows with the same value in the column key are to
// be held together. The caller closes it.
func openInput(ctx context.Context, a *app, o *importFlags, file, key string, cards bool) (*sheet.Input, error) {
	if _, err := a.book(ctx); err != nil {
		return nil, err
	}
	options, err := o.input(a.setting())
	if err != nil {
		return nil, err
	}
	options.Key, options.Cards = key, cards
	stdin, err := a.stdin(file)
	if err != nil {
		return nil, err
	}
	return sheet.OpenInput(file, stdin, options)
}

// errAgain takes back an attempt that wrote rows which must be left out.
var errAgain = fault.New(fault.Rejected, "some rows must be left out", "")

// run imports in one transaction. A room may find only at the end that a row it has written must be left out: then all
// is taken back and done again without that row, as often as such rows are found.
func (j *importJob[T]) run(ctx context.Context) (summary sheet.Imported, err error) {
	change := j.app.update
	if j.decoder.Records() >= book.BulkRows {
		change = j.app.updateBulk
	}
	for {
		err = change(ctx, j.how.what, func(tx *book.Tx) error {
			if summary, err = j.attempt(ctx, tx); err != nil {
				return err
			}
			return j.settle(&summary)
		})
		if err != errAgain {
			return summary, err
		}
	}
}

// attempt hands the rows to the room.
func (j *importJob[T]) attempt(ctx context.Context, tx *book.Tx) (sheet.Imported, error) {
	j.refused = maps.Clone(j.late)
	bar := j.app.progress("importing "+j.input.Name(), j.decoder.Records())
	defer bar.done()
	batches := j.decoder.Batches(ctx, batchRows, j.how.keyOf, func(row *T, line int, present uint64, bad bool) {
		_, left := j.late[line]
		j.how.stamp(row, line, present, bad || left)
	})
	measured := func(yield func([]T) bool) {
		for batch := range batches {
			n := len(batch)
			if !yield(batch) {
				return
			}
			bar.add(n)
		}
	}
	summary, err := j.how.place(tx, measured, importSize{j.decoder.Records(), j.decoder.Ascending()}, func(r rejection) { j.refused[r.line] = append(j.refused[r.line], r) })
	if err == nil {
		err = j.decoder.Err()
	}
	return summary, err
}

// settle decides what becomes of the bad rows: without --skip-bad they take the whole import with them.
func (j *importJob[T]) settle(summary *sheet.Imported) error {
	if len(j.refused) == 0 && len(j.decoder.Faults()) == 0 {
		return nil
	}
	if j.flags.skipBad && j.foundLate() {
		return errAgain
	}
	write := func(fn func(io.Writer) error) error { return fn(io.Discard) }
	if j.flags.rejects != "" && !j.app.flags.dryRun {
		write = func(fn func(io.Writer) error) error { return writeFile(j.flags.rejects, fn) }
	}
	if err := write(j.reject); err != nil {
		return err
	}
	if !j.flags.skipBad {
		e := &fault.Error{Kind: fault.Rejected, Noun: j.input.Name(), Detail: j.listing,
			Reason: counted(j.rejected, "row") + " refused; nothing was written",
			Hint:   "mend the file, or leave bad rows out with --skip-bad --rejects FILE"}
		if j.how.whole {
			e.Hint = "mend the file"
		}
		return e
	}
	summary.Rejected = j.rejected
	return nil
}

// foundLate notes the rows refused after they were written, and says whether there are any that were not known before.
func (j *importJob[T]) foundLate() (found bool) {
	for line, list := range j.refused {
		if _, known := j.late[line]; !known && list[0].late {
			j.late[line], found = list, true
		}
	}
	return found
}

// reject reads the file once more, lists what is wrong with it and writes the bad rows out.
func (j *importJob[T]) reject(w io.Writer) error {
	j.listing, j.rejected = nil, 0
	out := j.decoder.Rejects(w)
	for row := range j.decoder.Rows() {
		faults := slices.Clone(row.Faults)
		for _, f := range row.Faults {
			j.listing = append(j.listing, f.Text(j.input.Name()))
		}
		for _, r := range j.refused[row.Line] {
			f := row.Fault(r.field, r.reason)
			if faults = append(faults, f); !r.along {
				j.listing = append(j.listing, f.Text(j.input.Name()))
			}
		}
		if len(faults) == 0 {
			continue
		}
		j.rejected++
		if err := out.Write(row.Raw, faults); err != nil {
			return err
		}
	}
	if err := j.decoder.Err(); err != nil {
		return err
	}
	return out.Flush()
}

// leftOut is how an import ends that left rows out.
func (j *importJob[T]) leftOut() error {
	e := &fault.Error{Kind: fault.Rejected, Noun: j.input.Name(), Detail: j.listing, Reason: counted(j.rejected, "row") + " left out"}
	if j.flags.rejects != "" && !j.app.flags.dryRun {
		e.Hint = "mend " + j.flags.rejects + " and import it"
	}
	return e
}

// counted puts a number before a noun.
func counted(n int64, noun string) string {
	if n != 1 {
		noun = plural(noun)
	}
	return fmt.Sprintf("%d %s", n, noun)
}
