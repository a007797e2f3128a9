package sheet

import (
	"bytes"
	"io"
	"slices"
	"strings"
)

// RejectWriter writes the records an import refused: the header and the cells of the file, and why in a last column that an import
// passes over. Once mended the file can be imported with the options of the first import, without --columns and --no-header.
type RejectWriter struct {
	w      io.Writer
	delim  byte
	width  int   // columns of the file
	reason int   // the place of an earlier run's reasons in the file, -1 for none
	hidden []int // places of columns that are not written out
	cards  bool
	buf    []byte
}

// Rejects begins a rejects file on w with its header, in UTF-8 and with the delimiter of the file read; fields that blanks
// parted are parted by commas. Cards are written as cards. The caller writes and then flushes.
func (d *Decoder[T]) Rejects(w io.Writer) *RejectWriter {
	r := &RejectWriter{w: w, delim: d.in.dialect.delim, width: len(d.in.header), reason: -1, cards: d.in.cards != nil}
	if r.cards {
		return r
	}
	r.hidden = d.in.vendor.hidden(d.in)
	if d.in.dialect.blanks {
		r.delim = ','
	}
	for i, name := range d.in.header {
		if foldName(name) == foldName(reasonColumn) {
			r.reason = i
		}
	}
	r.record(d.in.header, reasonColumn)
	return r
}

// Write adds a record from its cells, Row.Raw, and the reasons that it was refused for. Cells beyond the header follow the reasons.
func (r *RejectWriter) Write(raw []string, faults []CellFault) error {
	reasons := make([]string, len(faults))
	for i, f := range faults {
		if reasons[i] = f.Reason; f.Field != "" {
			reasons[i] = f.Field + ": " + f.Reason
		}
	}
	if r.cards {
		r.buf = append(r.buf, rejectedCard(raw[len(raw)-1], strings.Join(reasons, "; "))...)
	} else {
		r.record(raw, strings.Join(reasons, "; "))
	}
	if len(r.buf) < bufferSize {
		return nil
	}
	return r.Flush()
}

// Flush writes what is still held back.
func (r *RejectWriter) Flush() error {
	_, err := r.w.Write(r.buf)
	r.buf = r.buf[:0]
	return err
}

func (r *RejectWriter) record(cells []string, reason string) {
	for i := range r.width {
		switch {
		case i == r.reason:
			continue
		case slices.Contains(r.hidden, i):
		case i < len(cells):
			r.cell(cells[i])
		}
		r.buf = append(r.buf, r.delim)
	}
	r.cell(reason)
	for i := r.width; i < len(cells); i++ {
		r.buf = append(r.buf, r.delim)
		r.cell(cells[i])
	}
	r.buf = append(r.buf, '\n')
}

// cell adds a cell, quoted when it must be.
func (r *RejectWriter) cell(s string) {
	if strings.IndexByte(s, r.delim) < 0 && !strings.ContainsAny(s, "\"\r\n") {
		r.buf = append(r.buf, s...)
		return
	}
	r.buf = append(r.buf, '"')
	for k := strings.IndexByte(s, '"'); k >= 0; k = strings.IndexByte(s, '"') {
		r.buf = append(r.buf, s[:k+1]...)
		r.buf = append(r.buf, '"')
		s = s[k+1:]
	}
	r.buf = append(r.buf, s...)
	r.buf = append(r.buf, '"')
}

// looseCells cuts a bad record the way that loses nothing: a quote that breaks the rules is taken as a character. It serves the rejects
// file, never an import.
func looseCells(raw []byte, d dialect) []string {
	if d.cards {
		return []string{string(raw)}
	}
	if d.blanks {
		return fieldStrings(bytes.Fields(raw))
	}
	var cells [][]byte
	for {
		cell, rest, more := looseCell(raw, d.delim)
		cells = append(cells, cell)
		if !more {
			return fieldStrings(cells)
		}
		raw = rest
	}
}

// looseCell cuts one cell off raw; more tells whether a delimiter followed.
func looseCell(raw []byte, delim byte) (cell, rest []byte, more bool) {
	if len(raw) > 0 && raw[0] == '"' {
		for i := 1; i < len(raw); i++ {
			if raw[i] != '"' {
				continue
			}
			if i+1 < len(raw) && raw[i+1] == '"' {
				i++
				continue
			}
			if i+1 == len(raw) || raw[i+1] == delim {
				cell = bytes.ReplaceAll(raw[1:i], []byte(`""`), []byte(`"`))
				if i+1 == len(raw) {
					return cell, nil, false
				}
				return cell, raw[i+2:], true
			}
		}
	}
	k := bytes.IndexByte(raw, delim)
	if k < 0 {
		return raw, nil, false
	}
	return raw[:k], raw[k+1:], true
}

func fieldStrings(cells [][]byte) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = string(c)
	}
	return out
}
