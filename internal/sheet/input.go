package sheet

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// InputOptions is what the user said about a CSV file. The zero value lets everything be found out.
type InputOptions struct {
	Delimiter  string            // one character, or comma, semicolon, tab, pipe, space (runs of blanks)
	NoHeader   bool              // the first record is data; Columns names the columns
	Columns    []string          // names by position, in place of the header's; "-" leaves a column out
	Map        map[string]string // canonical name to header name; an empty header name leaves the column unmapped
	Decimal    string            // the decimal mark, "." or ",", or per column "total=,"
	DateFormat string            // the date order: iso, ymd, dmy or mdy, or per column "date=dmy"
	Key        string            // the column whose scattered values Decoder.Scattered tells; "" for none
	Strict     bool              // columns that mean nothing are refused
	Clear      bool              // empty cells count as cells, and erase
	Cards      bool              // a file of vCards is welcome
	Setting    Setting           // the book's currency and time zone
}

// Input is an open CSV file of which the encoding, the delimiter and the header are known.
type Input struct {
	name    string
	file    *os.File
	spool   string // the temporary file to remove on Close, where it could not be removed at once
	size    int64
	options InputOptions
	marks   perColumn
	orders  perColumn
	script  script
	dialect dialect
	skip    int      // bytes of a first line sep=
	header  []string // the names by position, as written
	cards   *cardCutter
	vendor  *Vendor // whose export it is; nil for nobody's
}

// OpenInput opens the CSV file called name, or reads standard input when it is "-", and finds out how it is written. What cannot be
// read twice is spooled to a file that only this process can see. A folder, a missing or an unreadable file is fault.IO;
// a file that is empty or no text is fault.Rejected; an option that means nothing is fault.Usage.
func OpenInput(name string, stdin io.Reader, o InputOptions) (*Input, error) {
	in := &Input{name: name, options: o}
	if name == "-" {
		in.name = "stdin"
	}
	if err := in.readOptions(); err != nil {
		return nil, err
	}
	if err := in.open(name, stdin); err != nil {
		in.Close()
		return nil, err
	}
	if err := in.recognise(); err != nil {
		in.Close()
		return nil, err
	}
	return in, nil
}

// Close frees the file.
func (in *Input) Close() error {
	if in.file == nil {
		return nil
	}
	err := in.file.Close()
	if in.spool != "" {
		err = errors.Join(err, os.Remove(in.spool))
	}
	in.file = nil
	return err
}

// Name is the file's name for messages.
func (in *Input) Name() string { return in.name }

// Header gives the column names by position, as the file or --columns writes them.
func (in *Input) Header() []string { return in.header }

func (in *Input) readOptions() (err error) {
	if in.options.NoHeader && len(in.options.Columns) == 0 {
		return fault.New(fault.Usage, "--no-header needs the names of the columns", "name them in order: --columns ref,customer,date,total")
	}
	if in.marks, err = parsePerColumn("--decimal", in.options.Decimal, decimalMark); err != nil {
		return err
	}
	in.orders, err = parsePerColumn("--date-format", in.options.DateFormat, dateOrder)
	return err
}

// checkOptions refuses options for columns that do not exist.
func (in *Input) checkOptions(targets []target) error {
	var names []string
	for _, t := range targets {
		if t.settable {
			names = append(names, t.name)
		}
	}
	if err := in.marks.check("--decimal", names, in.header); err != nil {
		return err
	}
	return in.orders.check("--date-format", names, in.header)
}

// open opens a regular file as it is, and spools everything else.
func (in *Input) open(name string, stdin io.Reader) error {
	if name == "-" {
		return in.spoolFrom(stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return &fault.Error{Kind: fault.IO, Key: name, Reason: "cannot be opened", Err: cause(err)}
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		f.Close()
		return readFault(name, err)
	case info.IsDir():
		f.Close()
		return &fault.Error{Kind: fault.IO, Key: name, Reason: "this is a folder, not a CSV file"}
	case info.Mode()&os.ModeDevice != 0 && name != os.DevNull && name != "/dev/stdin":
		f.Close() // /dev/zero and its like never end
		return &fault.Error{Kind: fault.IO, Key: name, Reason: "this is a device, not a CSV file"}
	case !info.Mode().IsRegular():
		defer f.Close()
		return in.spoolFrom(f)
	}
	in.file, in.size = f, info.Size()
	return nil
}

// cause strips the operation and the path off a file error: the message names the file already.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// spoolFrom copies r to a temporary file of mode 0600 that has no name any more.
func (in *Input) spoolFrom(r io.Reader) error {
	f, err := os.CreateTemp("", "perla-*.csv")
	if err != nil {
		return &fault.Error{Kind: fault.IO, Key: in.name, Reason: "no temporary file to keep it in", Err: err}
	}
	in.file = f
	if err := os.Remove(f.Name()); err != nil {
		in.spool = f.Name() // some systems keep open files; it goes on Close
	}
	if in.size, err = io.Copy(f, r); err != nil {
		return &fault.Error{Kind: fault.IO, Key: in.name, Reason: "cannot be copied to a temporary file", Err: err}
	}
	return nil
}

// recognise finds encoding, delimiter and header.
func (in *Input) recognise() (err error) {
	if in.script, err = survey(in.file, in.size, in.name); err != nil {
		return err
	}
	sample, complete, err := readSample(in.text())
	if err != nil {
		return readFault(in.name, err)
	}
	if isCards(sample) {
		return in.recogniseCards()
	}
	if in.dialect, in.skip, err = settle(sample, complete, in.options); err != nil {
		return err
	}
	return in.readHeader()
}

// text reads the file as UTF-8 from its first character.
func (in *Input) text() io.Reader {
	body := io.NewSectionReader(in.file, in.script.mark, in.size-in.script.mark)
	if in.script.encoding == utf8Plain || in.script.encoding == utf8Marked {
		return body
	}
	return newTranscoder(body, in.script.encoding, in.name)
}

// begin gives a tokenizer at the first record, the header included.
func (in *Input) begin() (*tokenizer, error) {
	src, line := in.text(), 1
	if in.skip > 0 {
		if _, err := io.CopyN(io.Discard, src, int64(in.skip)); err != nil {
			return nil, readFault(in.name, err)
		}
		line++
	}
	t := newTokenizer(src, in.name, in.dialect, line)
	t.nul, t.cards = in.script.nul, in.cards
	return t, nil
}

// records gives a tokenizer at the first data record.
func (in *Input) records() (*tokenizer, error) {
	t, err := in.begin()
	if err == nil && !in.options.NoHeader && in.cards == nil {
		t.next()
		err = t.err
	}
	return t, err
}

func (in *Input) readHeader() error {
	t, err := in.begin()
	if err != nil {
		return err
	}
	if !t.next() {
		if t.err != nil {
			return t.err
		}
		return &fault.Error{Kind: fault.Rejected, Key: in.name, Reason: "the file is empty: a header was needed"}
	}
	r := &t.rec
	if r.bad != "" && !in.options.NoHeader {
		lines, column := position(r.raw[:r.badAt])
		return &fault.Error{Kind: fault.Rejected, Key: in.name, Reason: fmt.Sprintf("line %d, column %d, in the header: %s", r.line+lines, column, r.bad)}
	}
	if n := len(in.options.Columns); n > 0 {
		if n != len(r.fields) && r.bad == "" {
			return &fault.Error{Kind: fault.Usage, Key: in.name, Reason: fmt.Sprintf("--columns names %d columns, line %d has %d", n, r.line, len(r.fields)),
				Hint: "name every column in its place, - for one to leave out; or say what parts the fields with --delimiter"}
		}
		for _, c := range in.options.Columns {
			in.header = append(in.header, strings.TrimSpace(c))
		}
		return nil
	}
	for i := range r.fields {
		in.header = append(in.header, string(r.value(i)))
	}
	return nil
}
