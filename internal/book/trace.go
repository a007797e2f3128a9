package book

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Mark is one text by which a person could be told: her name in one order, an e-mail, a phone number.
type Mark struct {
	Kind string // what it is, for messages: "name", "e-mail", "phone"
	Text string // folded; of a phone its digits
}

// phoneMark is the Kind of marks that are looked for among digits alone, in any writing.
const phoneMark = "phone"

// The shortest marks that are looked for among the bytes of a file, where anything short is found by chance. Shorter
// ones are looked for in the rows: a word of a text, or all of a number.
const (
	shortestText   = 6
	shortestDigits = 7
)

func (m Mark) short() bool {
	if m.Kind == phoneMark {
		return len(m.Text) < shortestDigits
	}
	return len(m.Text) < shortestText
}

// within says whether a text has the mark in it.
func (m Mark) within(text string) bool {
	switch {
	case m.Kind == phoneMark && m.short():
		return digitsOf(text) == m.Text
	case m.Kind == phoneMark:
		return strings.Contains(digitsOf(text), m.Text)
	case m.short():
		words := strings.FieldsFunc(Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		return strings.Contains(" "+strings.Join(words, " ")+" ", " "+m.Text+" ")
	}
	return strings.Contains(Fold(text), m.Text)
}

// standsIn says whether a text has the mark in it as a whole: not as part of a longer word.
func (m Mark) standsIn(text string) bool {
	if m.Kind == phoneMark || m.short() {
		return m.within(text)
	}
	text = Fold(text)
	for at := 0; ; at++ {
		i := strings.Index(text[at:], m.Text)
		if i < 0 {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(m.Text):])
		if !partOfWord(before) && !partOfWord(after) {
			return true
		}
	}
}

func partOfWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// is says whether a text is the mark and nothing else.
func (m Mark) is(text string) bool {
	return m.Text != "" && (m.Kind == phoneMark && digitsOf(text) == m.Text || m.Kind != phoneMark && Fold(text) == m.Text)
}

// names says whether a text has one of the marks in it.
func names(marks []Mark, text string) bool {
	return text != "" && slices.ContainsFunc(marks, func(m Mark) bool { return m.within(text) })
}

// digitsOf are the digits of a text as a tracer sees them: what people write between the digits of a number is passed
// over, anything else parts two numbers.
func digitsOf(text string) string {
	t := newTracer(nil, false)
	t.read([]byte(text), len(text))
	return strings.Trim(string(t.digits.text), string(rune(parted)))
}

// tracer counts marks among bytes that are given to it in pieces: in texts in any case, with and without accents,
// composed and decomposed, plain and as JSON writes them; in numbers however they are set out.
type tracer struct {
	texts, digits stream
	folds         []string
	dates         bool   // pass over days of the calendar, whose digits make up numbers with their neighbours'
	rest          []byte // the end of what came, until it is known how it goes on
}

// stream is one view of the bytes, and how often each pattern was seen in it.
type stream struct {
	patterns [][]byte
	found    []int
	heads    [1 << 10]uint64 // a bit for the hash of how each pattern begins
	longest  int
	text     []byte
	searched int // how much of text was there before
}

// headLength is how many bytes of a pattern its head is; every pattern has more.
const headLength = 4

// headHash is the bit of a head in heads.
func headHash(head uint32) uint32 { return head * 2654435761 >> 16 }

// parted stands between two numbers.
const parted = 0

// newTracer makes a tracer of the marks that are long enough.
func newTracer(marks []Mark, dates bool) *tracer {
	t := &tracer{dates: dates, folds: latinFolds()}
	for _, m := range marks {
		switch {
		case m.short():
		case m.Kind == phoneMark:
			t.digits.add(m.Text)
		default:
			t.texts.add(m.Text)
			if quoted, err := json.Marshal(m.Text); err == nil {
				t.texts.add(strings.Trim(string(quoted), `"`))
			}
		}
	}
	return t
}

func (s *stream) add(pattern string) {
	if !slices.ContainsFunc(s.patterns, func(p []byte) bool { return string(p) == pattern }) {
		s.patterns, s.found = append(s.patterns, []byte(pattern)), append(s.found, 0)
		s.longest = max(s.longest, len(pattern))
		bit := headHash(binary.BigEndian.Uint32([]byte(pattern)))
		s.heads[bit>>6] |= 1 << (bit & 63)
	}
}

// counts are how often each pattern was seen.
func (t *tracer) counts() []int { return slices.Concat(t.texts.found, t.digits.found) }

// countFile counts what is in a file, to its end.
func (t *tracer) countFile(r io.Reader) error {
	buf := make([]byte, 1<<20)
	for {
		n, err := r.Read(buf)
		data, end := append(t.rest, buf[:n]...), 0
		if err == nil {
			end = len(data) - longestUnit
		} else {
			end = len(data)
		}
		done := t.read(data, end)
		t.rest = append([]byte(nil), data[done:]...)
		t.texts.search()
		t.digits.search()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// countValue counts what is in one value and says whether anything was.
func (t *tracer) countValue(value []byte) []int {
	for _, s := range []*stream{&t.texts, &t.digits} {
		s.text, s.searched = s.text[:0], 0
		clear(s.found)
	}
	t.read(value, len(value))
	t.texts.search()
	t.digits.search()
	return t.counts()
}

// longestUnit is how many bytes must be at hand to read what begins at one of them: a day.
const longestUnit = len("2026-11-22")

// read takes bytes up to where end lies in a character, and says where it stopped.
func (t *tracer) read(data []byte, end int) int {
	texts, digits := t.texts.text, t.digits.text
	i := 0
	for i < end {
		c := data[i]
		switch {
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(data[i:])
			folded := t.foldRune(r)
			if n := len(texts); folded != " " || n == 0 || texts[n-1] != ' ' {
				texts = append(texts, folded...)
			}
			digits = breakNumber(digits, folded)
			i += size
			continue
		case c >= '0' && c <= '9':
			if t.dates && isDay(data[i:]) {
				texts, digits = append(texts, data[i:i+longestUnit]...), breakNumber(digits, "x")
				i += longestUnit
				continue
			}
			texts, digits = append(texts, c), append(digits, c)
		case asciiFold[c] != ' ':
			texts = append(texts, asciiFold[c])
			if c != '-' && c != '.' && c != '/' && c != '(' && c != ')' {
				digits = breakNumber(digits, "x")
			}
		default:
			if n := len(texts); n == 0 || texts[n-1] != ' ' { // of several blanks one is enough
				texts = append(texts, ' ')
			}
			if c != ' ' {
				digits = breakNumber(digits, "x")
			}
		}
		i++
	}
	t.texts.text, t.digits.text = texts, digits
	return i
}

// breakNumber ends a number, unless what came is a blank or a digit of another script, or shows nothing.
func breakNumber(digits []byte, folded string) []byte {
	switch {
	case folded == "" || folded == " " || folded == "\u2010" || folded == "\u2013":
		return digits
	case len(folded) == 1 && folded[0] >= '0' && folded[0] <= '9':
		return append(digits, folded[0])
	case len(digits) > 0 && digits[len(digits)-1] == parted:
		return digits
	}
	return append(digits, parted)
}

// foldRune is what Fold makes of one character within a text; of a byte that is none, a byte that stands in no mark.
func (t *tracer) foldRune(r rune) string {
	switch {
	case r == utf8.RuneError:
		return "\xff"
	case int(r) < len(t.folds):
		return t.folds[r]
	}
	return foldOne(r)
}

// latinFolds are the folds of the Latin letters.
var latinFolds = sync.OnceValue(func() []string {
	table := make([]string, 0x250)
	for r := range table {
		table[r] = foldOne(rune(r))
	}
	return table
})

func foldOne(r rune) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(string(r)) {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Cf):
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			r = unicode.ToLower(r)
			if plain, ok := plainLetters[r]; ok {
				b.WriteString(plain)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// search counts the patterns that end in what is new, and lets go of all that cannot be the beginning of one.
func (s *stream) search() {
	if len(s.patterns) > 0 {
		var head uint32
		for i, c := range s.text[max(0, s.searched-s.longest):] {
			head = head<<8 | uint32(c)
			if bit := headHash(head); s.heads[bit>>6]&(1<<(bit&63)) != 0 {
				s.match(max(0, s.searched-s.longest) + i - headLength + 1)
			}
		}
	}
	s.text = append(s.text[:0], s.text[max(0, len(s.text)-s.longest):]...)
	s.searched = len(s.text)
}

// match counts the patterns that stand at a place.
func (s *stream) match(at int) {
	for i, p := range s.patterns {
		if at >= 0 && at+len(p) > s.searched && bytes.HasPrefix(s.text[at:], p) {
			s.found[i]++
		}
	}
}

// asciiFold is the folded form of each ASCII character: lower case, every blank a space.
var asciiFold = func() (table [utf8.RuneSelf]byte) {
	for c := range table {
		table[c] = byte(c)
		switch {
		case c >= 'A' && c <= 'Z':
			table[c] += 'a' - 'A'
		case c >= '\t' && c <= '\r':
			table[c] = ' '
		}
	}
	return table
}()

// isDay says whether bytes begin with a day as the book writes it.
func isDay(b []byte) bool {
	if len(b) < longestUnit || b[4] != '-' || b[7] != '-' || (b[0] != '1' || b[1] != '9') && (b[0] != '2' || b[1] != '0') {
		return false
	}
	for _, i := range []int{2, 3, 5, 6, 8, 9} {
		if b[i] < '0' || b[i] > '9' {
			return false
		}
	}
	return b[5] <= '1' && b[8] <= '3'
}
