package sheet

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// dialect is how the fields of a file are parted.
type dialect struct {
	delim  byte
	blanks bool // runs of spaces and tabs; delim then has no meaning
	cards  bool // the records are vCards; delim has no meaning either
}

// delimiterNames are the words --delimiter takes beside a single character.
var delimiterNames = []string{"comma", "semicolon", "tab", "pipe", "space"}

// String names the dialect in a sentence.
func (d dialect) String() string {
	switch {
	case d.blanks:
		return "blanks"
	case d.delim == ',':
		return "comma"
	case d.delim == ';':
		return "semicolon"
	case d.delim == '\t':
		return "tab"
	case d.delim == '|':
		return "pipe"
	}
	return fmt.Sprintf("%q", d.delim)
}

// parseDelimiter reads the value of --delimiter.
func parseDelimiter(s string) (dialect, error) {
	switch strings.ToLower(s) {
	case "comma":
		return dialect{delim: ','}, nil
	case "semicolon":
		return dialect{delim: ';'}, nil
	case "tab", `\t`:
		return dialect{delim: '\t'}, nil
	case "pipe":
		return dialect{delim: '|'}, nil
	case "space", " ":
		return dialect{blanks: true}, nil
	}
	if len(s) == 1 && delimits(s[0]) {
		return dialect{delim: s[0]}, nil
	}
	hint := "one character, or " + strings.Join(delimiterNames, ", ")
	if near := fault.Nearest(s, delimiterNames); near != "" {
		hint = fmt.Sprintf("did you mean %s? It takes %s", near, hint)
	}
	return dialect{}, &fault.Error{Kind: fault.Usage, Reason: fmt.Sprintf("--delimiter %q is no delimiter", s), Hint: hint}
}

// delimits tells the characters that may part fields: what is no part of words, numbers or quoting.
func delimits(c byte) bool {
	switch c {
	case '\t':
		return true
	case '"', '\'', '.', '-', '+', '_':
		return false
	}
	return c > ' ' && c < 0x7f && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}

// sepLine reads a first line "sep=;", which spreadsheets write and obey; n is the length of the line with its end, 0 when there is none.
func sepLine(sample []byte) (d dialect, n int) {
	end := bytes.IndexAny(sample, "\r\n")
	if end < 0 {
		return dialect{}, 0
	}
	line := strings.Trim(string(sample[:end]), `"`)
	if len(line) != 5 || !strings.EqualFold(line[:4], "sep=") || !delimits(line[4]) {
		return dialect{}, 0
	}
	n = end + 1
	if sample[end] == '\r' && n < len(sample) && sample[n] == '\n' {
		n++
	}
	return dialect{delim: line[4]}, n
}

const (
	sampleSize    = 64 << 10
	sampleRecords = 1000
)

// candidates are the delimiters sniffed for. Of two that fit a file equally well the earlier wins: commas also stand in
// amounts and names, the others hardly do.
var candidates = []byte{'\t', ';', '|', ','}

// sniff finds the delimiter of a sample by cutting it with each candidate: the right one gives every record as many fields as the first.
// A sample that none parts is one column, and takes the comma. complete tells that the sample is the whole file; width,
// when not 0, is the number of columns the user named.
func sniff(sample []byte, complete bool, width int) dialect {
	best, bestScore := dialect{delim: ','}, 0.0
	for _, c := range candidates {
		d := dialect{delim: c}
		if s := consistency(sample, complete, d, width); s > bestScore {
			best, bestScore = d, s
		}
	}
	return best
}

// consistency scores a delimiter: beyond four records in five that agree, a few ragged rows say little, and the wider reading is the
// right one; below, the one that agrees more often is. 0 means that it does not part the first record at all.
func consistency(sample []byte, complete bool, d dialect, width int) float64 {
	t := newTokenizer(bytes.NewReader(sample), "", d, 1)
	agree, total, first := 0, 0, 0
	for total < sampleRecords && t.next() {
		if !complete && t.eof && t.from == t.to && total > 0 {
			break // the end of the sample cuts this one
		}
		n := len(t.rec.fields)
		if total == 0 {
			first = n
			if width > 1 {
				first = width
			} else if n < 2 || t.rec.bad != "" {
				return 0
			}
		}
		if n == first && t.rec.bad == "" {
			agree++
		}
		total++
	}
	if total == 0 || agree == 0 {
		return 0
	}
	share := float64(agree) / float64(total)
	if share >= 0.8 {
		return 1 + float64(first)
	}
	return share
}

// settle decides the dialect of a file from what the user said and from the head of the file. skip is the length of a sep= line.
func settle(sample []byte, complete bool, o InputOptions) (d dialect, skip int, err error) {
	said, skip := sepLine(sample)
	switch {
	case o.Delimiter != "":
		d, err = parseDelimiter(o.Delimiter)
	case skip > 0:
		d = said
	default:
		d = sniff(sample, complete, len(o.Columns))
	}
	return d, skip, err
}

// readSample gives up to sampleSize bytes of r; complete tells that there were no more.
func readSample(r io.Reader) (sample []byte, complete bool, err error) {
	sample = make([]byte, sampleSize)
	n, err := io.ReadFull(r, sample)
	sample = slices.Clip(sample[:n])
	switch err {
	case nil:
		return sample, false, nil
	case io.EOF, io.ErrUnexpectedEOF:
		return sample, true, nil
	}
	return nil, false, err
}
