package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/perla-crm/perla/internal/fault"
)

// encoding is how the characters of a file are written.
type encoding string

const (
	utf8Plain   encoding = "UTF-8"
	utf8Marked  encoding = "UTF-8 with a byte-order mark"
	utf16LE     encoding = "UTF-16 LE"
	utf16BE     encoding = "UTF-16 BE"
	windows1252 encoding = "Windows-1252"
)

// script is what the bytes of a file tell about its characters.
type script struct {
	encoding encoding
	mark     int64 // length of the byte-order mark
	nul      bool  // NUL characters occur
}

// survey looks at every byte of a file. It refuses files that are no text, and texts that no encoding fits from end to end.
func survey(f io.ReaderAt, size int64, name string) (script, error) {
	head := make([]byte, min(size, 4096))
	if _, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return script{}, readFault(name, err)
	}
	if what := binaryKind(head); what != "" {
		return script{}, &fault.Error{Kind: fault.Rejected, Key: name, Reason: "this is " + what + ", not a CSV file", Hint: "save it as CSV first"}
	}
	s := guessMark(head)
	body := io.NewSectionReader(f, s.mark, size-s.mark)
	var err error
	if s.encoding == utf8Plain || s.encoding == utf8Marked {
		var valid bool
		if valid, s.nul, err = validUTF8(body); err != nil {
			return script{}, readFault(name, err)
		}
		if valid {
			return s, nil
		}
		if err := s.notUTF8(io.NewSectionReader(f, s.mark, size-s.mark), name); err != nil {
			return script{}, err
		}
		s.encoding = windows1252
		body = io.NewSectionReader(f, 0, size)
	}
	_, s.nul, err = validUTF8(newTranscoder(body, s.encoding, name))
	return s, err
}

// binaryKind names the formats that people mistake for CSV, by their first bytes.
func binaryKind(head []byte) string {
	for _, k := range []struct{ magic, name string }{
		{"PK\x03\x04", "a workbook or a ZIP archive"},
		{"\xd0\xcf\x11\xe0", "an old Excel workbook"},
		{"\x1f\x8b", "a gzip archive"},
		{"%PDF-", "a PDF document"},
		{"SQLite format 3\x00", "a SQLite database"},
	} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.name
		}
	}
	return ""
}

// guessMark reads the byte-order mark. Without one, two bytes a character show in the zeros that stand in every second byte of
// Western text and hardly ever elsewhere.
func guessMark(head []byte) script {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return script{encoding: utf8Marked, mark: 3}
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return script{encoding: utf16LE, mark: 2}
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return script{encoding: utf16BE, mark: 2}
	}
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch half := len(head) / 4; {
	case zeros[1] > half && zeros[0] < zeros[1]/4:
		return script{encoding: utf16LE}
	case zeros[0] > half && zeros[1] < zeros[0]/4:
		return script{encoding: utf16BE}
	}
	return script{encoding: utf8Plain}
}

// validUTF8 reads r to its end.
func validUTF8(r io.Reader) (valid, nul bool, err error) {
	buf := make([]byte, bufferSize)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		b := buf[:kept+n]
		end := len(b)
		if err == nil {
			end = wholeRunes(b)
		}
		nul = nul || bytes.IndexByte(b[:end], 0) >= 0
		if !utf8.Valid(b[:end]) {
			return false, nul, nil
		}
		if err == io.EOF {
			return true, nul, nil
		}
		if err != nil {
			return false, nul, err
		}
		kept = copy(buf, b[end:])
	}
}

// wholeRunes is the length of b without a character that its end cuts.
func wholeRunes(b []byte) int {
	for i := len(b) - 1; i >= 0 && i > len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if utf8.FullRune(b[i:]) {
				return len(b)
			}
			return i
		}
	}
	return len(b)
}

// notUTF8 decides about a text with bytes that are no UTF-8. Windows-1252 text is next to never UTF-8 by chance, so a text with a mark, or
// in which the well-formed characters beyond ASCII outnumber the stray bytes, is a damaged one: reading it as Windows-1252 would spoil
// every name that is now right. It is refused with the place of the first stray byte.
func (s script) notUTF8(r io.Reader, name string) error {
	in := bufio.NewReaderSize(r, bufferSize)
	line, first, wellFormed, stray := 1, 0, 0, 0
	for {
		c, width, err := in.ReadRune()
		if err == io.EOF {
			break
		}
		if err != nil {
			return readFault(name, err)
		}
		switch {
		case c == utf8.RuneError && width == 1:
			if stray++; stray == 1 {
				first = line
			}
		case width > 1:
			wellFormed++
		case c == '\n':
			line++
		}
	}
	if s.encoding == utf8Marked || wellFormed > stray {
		return &fault.Error{Kind: fault.Rejected, Key: name, Reason: fmt.Sprintf("line %d: a byte that is not UTF-8, though the rest of the file is", first),
			Hint: "mend the line, or save the file as UTF-8 again"}
	}
	return nil
}

// transcoder reads UTF-16 or Windows-1252 and gives UTF-8. What the encoding has no character for is an error with its line.
type transcoder struct {
	src  *bufio.Reader
	enc  encoding
	name string
	line int
}

func newTranscoder(r io.Reader, e encoding, name string) io.Reader {
	t := &transcoder{src: bufio.NewReaderSize(r, 64<<10), enc: e, name: name, line: 1}
	return bufio.NewReaderSize(t, 64<<10) // so that t is never asked for less than a character
}

// Read implements io.Reader for buffers that hold at least one character.
func (t *transcoder) Read(p []byte) (int, error) {
	out := p[:0]
	for len(out)+utf8.UTFMax <= len(p) {
		r, err := t.rune()
		if err != nil {
			if len(out) > 0 && err == io.EOF {
				return len(out), nil
			}
			return len(out), err
		}
		if r == '\n' {
			t.line++
		}
		out = utf8.AppendRune(out, r)
	}
	return len(out), nil
}

func (t *transcoder) rune() (rune, error) {
	if t.enc == windows1252 {
		b, err := t.src.ReadByte()
		if err != nil {
			return 0, t.readError(err)
		}
		r := charmap.Windows1252.DecodeByte(b)
		if r == utf8.RuneError {
			return 0, t.refuse(fmt.Sprintf("the byte 0x%02X, which is neither UTF-8 nor Windows-1252", b))
		}
		return r, nil
	}
	u, err := t.unit()
	if err != nil || !utf16.IsSurrogate(rune(u)) {
		return rune(u), err
	}
	low, err := t.unit()
	if err != nil && err != io.EOF {
		return 0, err
	}
	r := utf16.DecodeRune(rune(u), rune(low))
	if r == utf8.RuneError {
		return 0, t.refuse("half a UTF-16 character")
	}
	return r, nil
}

// unit reads one 16-bit unit.
func (t *transcoder) unit() (uint16, error) {
	first, err := t.src.ReadByte()
	if err != nil {
		return 0, t.readError(err)
	}
	second, err := t.src.ReadByte()
	if err == io.EOF {
		return 0, t.refuse("half a UTF-16 character")
	}
	if err != nil {
		return 0, t.readError(err)
	}
	if t.enc == utf16LE {
		first, second = second, first
	}
	return uint16(first)<<8 | uint16(second), nil
}

func (t *transcoder) readError(err error) error {
	if err == io.EOF {
		return err
	}
	return readFault(t.name, err)
}

func (t *transcoder) refuse(reason string) error {
	return &fault.Error{Kind: fault.Rejected, Key: t.name, Reason: fmt.Sprintf("line %d: %s", t.line, reason), Hint: "save the file as UTF-8"}
}

// readFault is a failure to read the file called name; an error that is a fault already stays what it is.
func readFault(name string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return &fault.Error{Kind: fault.IO, Key: name, Reason: "cannot be read", Err: cause(err)}
}
