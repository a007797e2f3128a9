package sheet

import (
	"bytes"
	"fmt"
	"io"

	"github.com/perla-crm/perla/internal/fault"
)

const (
	bufferSize = 64 << 10
	maxRecord  = 16 << 20 // a record beyond this is a quote that was never closed, and must not fill the memory
	maxFields  = 16384    // as many columns as the widest spreadsheet has
)

// What breaks the rules of quoting.
const (
	bareQuote   = "a quote inside an unquoted field (quote the field and double the quote)"
	afterQuote  = "text after a closing quote (within quotes, a quote is doubled)"
	neverClosed = "the quote opened here is never closed"
)

// field is one field of a record: its value is text[from:to], and it begins at raw[at], its opening quote included.
type field struct{ from, to, at int32 }

// record is one record of the file. Its bytes belong to the tokenizer's buffer and last until the next one is asked for.
type record struct {
	line   int    // the physical line it begins on
	raw    []byte // as it stands in the file, in UTF-8, without its line end
	text   []byte // holds the values; the same bytes as raw unless a doubled quote had to become one
	fields []field
	bad    string // why it is no CSV; then fields are what stood before the trouble
	badAt  int    // where in raw the trouble is
	card   bool   // it is a card, with a field in each line
}

// value is the value of field i.
func (r *record) value(i int) []byte {
	f := r.fields[i]
	return r.text[f.from:f.to]
}

// tokenizer cuts UTF-8 text into CSV records as RFC 4180 has them: a field is either free of quotes or quoted as a whole, a quote
// within quotes is doubled, LF, CRLF or CR end a record. Lines with nothing but spaces are skipped. What breaks these rules
// is never guessed at: the record is marked bad, and reading goes on after the physical line of the trouble.
type tokenizer struct {
	src     io.Reader
	buf     []byte
	from    int // the first byte of buf not yet given out
	to      int // the end of what was read into buf
	eof     bool
	err     error // why reading stopped early
	file    string
	delim   byte
	blanks  bool        // fields stand between runs of spaces and tabs
	cards   *cardCutter // the records are vCards
	nul     bool        // the file holds NUL characters: look for them
	stop    [256]bool
	line    int // the physical line at buf[from]
	rec     record
	quoted  bool // the record has a quoted field
	doubled bool // and in it a doubled quote
	open    int  // offset of the quote now open, -1 when none is
	scratch []byte
}

// newTokenizer reads src, whose first line is number line.
func newTokenizer(src io.Reader, file string, d dialect, line int) *tokenizer {
	t := &tokenizer{src: src, file: file, delim: d.delim, blanks: d.blanks, line: line, buf: make([]byte, bufferSize)}
	t.stop['\n'], t.stop['\r'], t.stop['"'] = true, true, true
	if t.blanks {
		t.stop[' '], t.stop['\t'] = true, true
	} else {
		t.stop[t.delim] = true
	}
	return t
}

// next moves to the next record, in t.rec. It is false at the end of the file and when reading failed, which t.err tells.
func (t *tokenizer) next() bool {
	for {
		if !t.skipBlankLines() {
			return false
		}
		b := t.buf[t.from:t.to]
		t.quoted, t.doubled, t.open, t.rec.bad = false, false, -1, ""
		var n int
		var ok bool
		switch {
		case t.cards != nil:
			n, ok = t.scanCard(b)
		case t.blanks:
			n, ok = t.scanBlanks(b)
		default:
			n, ok = t.scan(b)
		}
		if !ok {
			if !t.fill() {
				return false
			}
			continue
		}
		t.rec.line = t.line
		t.from += n
		if t.quoted {
			t.line += lineEnds(b[:n])
		} else {
			t.line++
		}
		if t.finish() {
			return true
		}
	}
}

// finish makes the values of a scanned record ready. It is false for a line of spaces, which is no record.
func (t *tokenizer) finish() bool {
	r := &t.rec
	if t.cards != nil {
		return t.finishCard()
	}
	r.text = r.raw
	if len(r.fields) == 1 && !t.quoted && r.bad == "" && len(bytes.Trim(r.raw, " \t")) == 0 {
		return false
	}
	if t.doubled {
		t.halveQuotes()
	}
	t.refuseNUL()
	if len(r.fields) > maxFields && r.bad == "" {
		r.bad, r.badAt = fmt.Sprintf("more than %d fields", maxFields), int(r.fields[maxFields].at)
	}
	return true
}

// refuseNUL marks a record that holds a NUL character.
func (t *tokenizer) refuseNUL() {
	if t.nul && t.rec.bad == "" {
		if at := bytes.IndexByte(t.rec.raw, 0); at >= 0 {
			t.rec.bad, t.rec.badAt = "a NUL character", at
		}
	}
}

// fill reads more behind what is not yet given out. It is false when reading failed or the record is beyond bounds.
func (t *tokenizer) fill() bool {
	if t.from > 0 {
		t.to = copy(t.buf, t.buf[t.from:t.to])
		t.from = 0
	}
	if t.to >= maxRecord {
		t.err = t.tooLarge()
		return false
	}
	if t.to == len(t.buf) {
		t.buf = append(t.buf, make([]byte, len(t.buf))...)
	}
	n, err := io.ReadAtLeast(t.src, t.buf[t.to:], 1)
	t.to += n
	switch err {
	case nil:
	case io.EOF:
		t.eof = true
	default:
		t.err = err
		return false
	}
	return true
}

// tooLarge says which record passes the bound, by the quote that was left open if there is one.
func (t *tokenizer) tooLarge() error {
	e := &fault.Error{Kind: fault.Rejected, Key: t.file, Hint: "close the quote, or split the field"}
	if t.open >= 0 {
		lines, column := position(t.buf[:t.open])
		e.Reason = fmt.Sprintf("line %d, column %d: the quote opened here is not closed within %d MB", t.line+lines, column, maxRecord>>20)
	} else {
		e.Reason = fmt.Sprintf("line %d: a record of more than %d MB", t.line, maxRecord>>20)
	}
	return e
}

// skipBlankLines moves to the first byte of the next record; it is false when there is none.
func (t *tokenizer) skipBlankLines() bool {
	for {
		if t.from == t.to {
			if t.eof || !t.fill() {
				return false
			}
			continue
		}
		switch t.buf[t.from] {
		case '\n':
			t.from++
		case '\r':
			if t.from+1 == t.to && !t.eof {
				if !t.fill() {
					return false
				}
				continue
			}
			t.from++
			if t.from < t.to && t.buf[t.from] == '\n' {
				t.from++
			}
		default:
			return true
		}
		t.line++
	}
}

// scan cuts the record at the head of b into fields and gives its length with its line end. ok is false when b ends too early to tell.
func (t *tokenizer) scan(b []byte) (n int, ok bool) {
	fields := t.rec.fields[:0]
	delim, stop := t.delim, &t.stop
	for i := 0; ; i++ {
		at := i
		if i < len(b) && b[i] == '"' {
			end, status := t.closing(b, i)
			if status != closed {
				t.rec.fields = fields
				return t.leftOpen(b, at, status)
			}
			fields = append(fields, field{int32(at + 1), int32(end), int32(at)})
			i = end + 1
		} else {
			for i < len(b) && !stop[b[i]] {
				i++
			}
			if i == len(b) && !t.eof {
				return 0, false
			}
			fields = append(fields, field{int32(at), int32(i), int32(at)})
		}
		if i < len(b) && b[i] == delim {
			continue
		}
		t.rec.fields = fields
		if i < len(b) && !isLineEnd(b[i]) {
			return t.stray(b, at, i)
		}
		return t.end(b, i)
	}
}

// scanBlanks is scan for fields between runs of blanks; blanks at either end of the line count for nothing.
func (t *tokenizer) scanBlanks(b []byte) (n int, ok bool) {
	t.rec.fields = t.rec.fields[:0]
	for i := 0; ; {
		for i < len(b) && isBlank(b[i]) {
			i++
		}
		if i == len(b) && !t.eof {
			return 0, false
		}
		at := i
		if i == len(b) || isLineEnd(b[i]) {
			if len(t.rec.fields) == 0 { // one empty field: the line of blanks that finish drops
				t.rec.fields = append(t.rec.fields, field{int32(i), int32(i), int32(i)})
			}
			return t.end(b, i)
		}
		if b[i] == '"' {
			end, status := t.closing(b, i)
			if status != closed {
				return t.leftOpen(b, at, status)
			}
			t.rec.fields = append(t.rec.fields, field{int32(at + 1), int32(end), int32(at)})
			i = end + 1
		} else {
			for i < len(b) && !t.stop[b[i]] {
				i++
			}
			t.rec.fields = append(t.rec.fields, field{int32(at), int32(i), int32(at)})
		}
		if i < len(b) && !isBlank(b[i]) && !isLineEnd(b[i]) {
			return t.stray(b, at, i)
		}
	}
}

// quoteStatus tells how the search for a closing quote ended.
type quoteStatus int

const (
	closed   quoteStatus = iota
	wantMore             // the buffer ends before it can be told
	unclosed             // the file ends
)

// closing finds the quote that closes the one at b[open].
func (t *tokenizer) closing(b []byte, open int) (end int, s quoteStatus) {
	t.quoted, t.open = true, open
	for j := open + 1; ; j += 2 {
		k := bytes.IndexByte(b[j:], '"')
		if k < 0 {
			break
		}
		j += k
		if j+1 == len(b) && !t.eof {
			break
		}
		if j+1 == len(b) || b[j+1] != '"' {
			t.open = -1
			return j, closed
		}
		t.doubled = true
	}
	if t.eof {
		return 0, unclosed
	}
	return 0, wantMore
}

// leftOpen deals with the quote at b[at] that nothing in b closes.
func (t *tokenizer) leftOpen(b []byte, at int, s quoteStatus) (n int, ok bool) {
	if s == wantMore {
		return 0, false
	}
	return t.reject(b, at, len(b), neverClosed)
}

// stray deals with the character at b[i] that may not follow the field that began at b[at].
func (t *tokenizer) stray(b []byte, at, i int) (n int, ok bool) {
	if b[at] == '"' {
		return t.reject(b, i, i, afterQuote)
	}
	return t.reject(b, i, i, bareQuote)
}

// end finishes the record whose last field ends at b[i], where a line end or the end of the file stands.
func (t *tokenizer) end(b []byte, i int) (n int, ok bool) {
	if i == len(b) {
		t.rec.raw = b
		return i, t.eof
	}
	n = i + 1
	if b[i] == '\r' {
		if n == len(b) && !t.eof {
			return 0, false
		}
		if n < len(b) && b[n] == '\n' {
			n++
		}
	}
	t.rec.raw = b[:i]
	return n, true
}

// reject marks the record bad for the trouble at b[at]. The record ends with the physical line that holds b[i]: what stands
// on later lines is read as records of its own. A quote never closed is the exception: whether data or text follows it cannot be told.
func (t *tokenizer) reject(b []byte, at, i int, reason string) (n int, ok bool) {
	for i < len(b) && !isLineEnd(b[i]) {
		i++
	}
	n, ok = t.end(b, i)
	t.rec.bad, t.rec.badAt = reason, at
	t.doubled = false
	return n, ok
}

// halveQuotes writes the values of the record anew with one quote for each doubled one.
func (t *tokenizer) halveQuotes() {
	r, s := &t.rec, t.scratch[:0]
	for i := range r.fields {
		f := &r.fields[i]
		v, from := r.raw[f.from:f.to], len(s)
		if f.from > f.at {
			for k := bytes.IndexByte(v, '"'); k >= 0; k = bytes.IndexByte(v, '"') {
				s = append(s, v[:k+1]...)
				v = v[k+2:]
			}
		}
		s = append(s, v...)
		f.from, f.to = int32(from), int32(len(s))
	}
	r.text, t.scratch = s, s
}
