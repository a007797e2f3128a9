package insight

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/perla-crm/perla/internal/fault"
)

// largestMap is more than any map of segments needs, in bytes: a book given by mistake is not read whole.
const largestMap = 1 << 20

// mapColumns are the columns of a file of segments. The order may be left out, ranges then stand as the file has them;
// so may the two of money, the range then holds every score of it.
var mapColumns = []string{"order", "segment", "r_lo", "r_hi", "f_lo", "f_hi", "m_lo", "m_hi"}

var optionalColumns = []string{"order", "m_lo", "m_hi"}

// ReadRFMSegments reads a map of segments for that many bins (2..10) from CSV: a header of order, segment, r_lo, r_hi,
// f_lo, f_hi, m_lo, m_hi in any order, then one range a row, both ends included, and the first range in order wins. Comma,
// semicolon or tab separates; other columns are passed over. name is what errors call the file. A file that cannot be
// read is a fault.IO; a bad one is a fault.Rejected that names the line and the field.
func ReadRFMSegments(r io.Reader, name string, bins int) (*RFMSegments, error) {
	if err := checkBins(bins); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, largestMap+1))
	if err != nil {
		var path *fs.PathError // which says the name once more
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, &fault.Error{Kind: fault.IO, Noun: "segments file", Key: name, Err: err}
	}
	if len(data) > largestMap {
		return nil, mapFault(name, 0, "", "too large for a map of segments")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) { // what spreadsheets write on Windows; every byte has a meaning there
		data, _ = charmap.Windows1252.NewDecoder().Bytes(data)
	}
	f := &mapFile{name: name, bins: bins, rows: csv.NewReader(bytes.NewReader(data))}
	f.rows.Comma = separator(data)
	if err := f.header(); err != nil {
		return nil, err
	}
	ranges, err := f.ranges()
	if err != nil {
		return nil, err
	}
	return newSegments(ranges, bins), nil
}

// separator is the mark the header line is cut by.
func separator(data []byte) rune {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	mark := ','
	for _, other := range []rune{';', '\t'} {
		if bytes.ContainsRune(line, other) && !bytes.ContainsRune(line, ',') {
			mark = other
		}
	}
	return mark
}

// mapFile is a file of segments being read.
type mapFile struct {
	name string
	bins int
	rows *csv.Reader
	at   map[string]int // place of each column
	row  []string
	line int
}

func (f *mapFile) header() error {
	head, err := f.rows.Read()
	if errors.Is(err, io.EOF) {
		return mapFault(f.name, 1, "", "the file is empty, a header was needed: "+strings.Join(mapColumns, ","))
	}
	if err != nil {
		return f.broken(err)
	}
	f.at = map[string]int{}
	for i, cell := range head {
		column := strings.ToLower(strings.TrimSpace(cell))
		if _, twice := f.at[column]; twice && slices.Contains(mapColumns, column) {
			return mapFault(f.name, 1, column, "the header has this column twice")
		}
		f.at[column] = i
	}
	for _, column := range mapColumns {
		if _, there := f.at[column]; !there && !slices.Contains(optionalColumns, column) {
			return mapFault(f.name, 1, column, "the header lacks this column, it has "+strings.Join(head, ","))
		}
	}
	return nil
}

// ranges reads the rows and puts them in their order; rows of equal order stay as they stand in the file.
func (f *mapFile) ranges() ([]cellRange, error) {
	type ordered struct {
		order int
		cellRange
	}
	var found []ordered
	for {
		row, err := f.rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, f.broken(err)
		}
		f.row = row
		f.line, _ = f.rows.FieldPos(0)
		rg, err := f.read()
		if err != nil {
			return nil, err
		}
		order := len(found)
		if _, there := f.at["order"]; there {
			if order, err = f.number("order"); err != nil {
				return nil, err
			}
		}
		found = append(found, ordered{order, rg})
	}
	if len(found) == 0 {
		return nil, mapFault(f.name, 0, "", "the file has a header and no segments")
	}
	slices.SortStableFunc(found, func(a, b ordered) int { return a.order - b.order })
	ranges := make([]cellRange, len(found))
	for i, o := range found {
		ranges[i] = o.cellRange
	}
	return ranges, nil
}

func (f *mapFile) read() (rg cellRange, err error) {
	if rg.segment = f.text("segment"); rg.segment == "" {
		return rg, mapFault(f.name, f.line, "segment", "a name was needed")
	}
	for _, m := range []struct {
		to        *scoreRange
		low, high string
	}{{&rg.r, "r_lo", "r_hi"}, {&rg.f, "f_lo", "f_hi"}, {&rg.m, "m_lo", "m_hi"}} {
		if m.to.low, err = f.score(m.low, 1); err != nil {
			return rg, err
		}
		if m.to.high, err = f.score(m.high, f.bins); err != nil {
			return rg, err
		}
		if m.to.low > m.to.high {
			return rg, mapFault(f.name, f.line, m.high, fmt.Sprintf("%d is below %s, which is %d", m.to.high, m.low, m.to.low))
		}
	}
	return rg, nil
}

// score reads one end of a range; a column the file leaves out has the end that holds every score.
func (f *mapFile) score(column string, open int) (int, error) {
	if _, there := f.at[column]; !there {
		return open, nil
	}
	n, err := f.number(column)
	if err == nil && (n < 1 || n > f.bins) {
		err = mapFault(f.name, f.line, column, fmt.Sprintf("%d is no score, they are 1 to %d", n, f.bins))
	}
	return n, err
}

func (f *mapFile) number(column string) (int, error) {
	n, err := strconv.Atoi(f.text(column))
	if err != nil {
		return 0, mapFault(f.name, f.line, column, fmt.Sprintf("%q is not a whole number", f.text(column)))
	}
	return n, nil
}

func (f *mapFile) text(column string) string { return strings.TrimSpace(f.row[f.at[column]]) }

// broken is a row that is no CSV, or one with more or fewer cells than the header.
func (f *mapFile) broken(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return mapFault(f.name, parse.Line, "", parse.Err.Error())
	}
	return &fault.Error{Kind: fault.IO, Noun: "segments file", Key: f.name, Err: err}
}

func mapFault(name string, line int, field, reason string) error {
	if line > 0 {
		name = fmt.Sprintf("%s:%d", name, line)
	}
	return &fault.Error{Kind: fault.Rejected, Noun: "segments file", Key: name, Field: field, Reason: reason}
}
