package sheet

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// A file of vCards is read as a table: a card is a record, a property a column. A property that a card may hold several
// times (cardRepeats) has a column for each time: TEL, TEL 2, TEL 3. Its cell is the whole content line, unfolded. The
// last column, which has no name, is the card as it stands in the file.

// What makes a card bad.
const (
	outsideCard  = "text outside of a card (needed is BEGIN:VCARD)"
	neverEnded   = "the card that begins here has no END:VCARD"
	noProperty   = "a line without NAME: in a card"
	tooManyTimes = "a property more often than a card may have it"
)

// These bound the table of a file of cards, so that one monstrous card does not make every other a wide record.
const (
	maxCardRepeats = 100  // of a property that is read; a card that has it more often is bad
	maxCardColumns = 1000 // beyond these, properties that mean nothing have no columns
)

// cardCutter cuts records of cards for a tokenizer.
type cardCutter struct {
	names  []string       // the columns
	places map[string]int // their places
	learn  bool           // names that are new become columns

	lines []cardSpan
	text  []byte         // the unfolded lines
	times map[string]int // how often the card has had each property
	depth int            // of cards within a card
	old   bool           // the card is of version 2.1, where a fold keeps its blank
	open  folding
}

// cardSpan is a content line: text[from:to], and where it begins in the card.
type cardSpan struct {
	name         string
	from, to, at int
}

// folding is how the last content line may go on.
type folding int

const (
	foldNot    folding = iota
	foldBlank          // in lines that begin with a blank
	foldQuoted         // also behind a = at its end: quoted-printable
	foldBase64         // also in lines without a colon
)

// isCards tells whether text begins as a file of vCards does.
func isCards(text []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(text, " \t\r\n\ufeff"), []byte{'\n'})
	line, _, _ = bytes.Cut(line, []byte{'\r'})
	return isMark(line, "BEGIN")
}

// isMark tells the line that begins or ends a card.
func isMark(line []byte, word string) bool {
	name, what, ok := bytes.Cut(bytes.Trim(line, " \t\ufeff"), []byte{':'})
	return ok && strings.EqualFold(string(bytes.TrimSpace(name)), word) && strings.EqualFold(string(bytes.TrimSpace(what)), "VCARD")
}

// scanCard cuts the card at the head of b and gives its length with its line end. ok is false when b ends too early to
// tell. Text that is no card is a bad record up to the next line that begins one.
func (t *tokenizer) scanCard(b []byte) (n int, ok bool) {
	c := t.cards
	c.lines, c.text, c.depth, c.old, c.open = c.lines[:0], c.text[:0], 0, false, foldNot
	t.quoted = true // a card has many lines: count them
	for i := 0; ; {
		end, next, ok := physicalLine(b, i, t.eof)
		if !ok {
			return 0, false
		}
		line := b[i:end]
		begins := isMark(line, "BEGIN")
		switch {
		case i == 0 && begins:
		case i == 0:
			return t.scanJunk(b)
		case i == len(b):
			return t.badCard(b, i, 0, neverEnded)
		case begins && !c.nested():
			return t.badCard(b, i, 0, neverEnded)
		case begins:
			c.depth++
		case isMark(line, "END") && c.depth == 0:
			t.rec.raw = b[:end]
			return next, true
		case isMark(line, "END"):
			c.depth--
		case c.depth == 0:
			if !c.add(line, i) {
				return t.badRest(b, i)
			}
		}
		i = next
	}
}

// nested tells whether a card may begin here: as the agent of the one that is open (version 2.1).
func (c *cardCutter) nested() bool {
	if c.depth > 0 || len(c.lines) == 0 {
		return c.depth > 0
	}
	last := c.lines[len(c.lines)-1]
	return last.name == "AGENT" && bytes.HasSuffix(bytes.TrimSpace(c.text[last.from:last.to]), []byte{':'})
}

// add takes one physical line of a card; it is false for one that is no part of any property.
func (c *cardCutter) add(line []byte, at int) bool {
	if len(bytes.TrimSpace(line)) == 0 {
		c.open = foldNot
		return true
	}
	if c.open != foldNot {
		last := &c.lines[len(c.lines)-1]
		soft := c.open == foldQuoted && len(c.text) > last.from && c.text[len(c.text)-1] == '='
		if soft {
			c.text = c.text[:len(c.text)-1]
		}
		if folded := isBlank(line[0]); soft || folded || c.open == foldBase64 && bytes.IndexByte(line, ':') < 0 {
			if folded && !soft && !c.old {
				line = line[1:]
			}
			c.text = append(c.text, line...)
			last.to = len(c.text)
			return true
		}
	}
	name, rest, ok := cutCardName(line)
	if !ok {
		return false
	}
	from := len(c.text)
	c.text = append(c.text, line...)
	c.lines = append(c.lines, cardSpan{name, from, len(c.text), at})
	c.open = foldBlank
	switch head, value, _ := strings.Cut(strings.ToUpper(rest), ":"); {
	case strings.Contains(head, "QUOTED-PRINTABLE"):
		c.open = foldQuoted
	case strings.Contains(head, "BASE64") || strings.Contains(head, "ENCODING=B"):
		c.open = foldBase64
	case name == "VERSION":
		c.old = strings.TrimSpace(value) == "2.1"
	}
	return true
}

// cutCardName parts the name of a property, in capitals and without its group, from what follows it; ok is false for a
// line that has none or no value.
func cutCardName(line []byte) (name, rest string, ok bool) {
	k := bytes.IndexAny(line, ";:")
	if k <= 0 || bytes.IndexByte(line[k:], ':') < 0 {
		return "", "", false
	}
	word := bytes.TrimSpace(line[:k])
	word = word[bytes.LastIndexByte(word, '.')+1:]
	for _, c := range word {
		if !(c == '-' || c == '_' || c == '/' || '0' <= c && c <= '9' || 'A' <= c&^0x20 && c&^0x20 <= 'Z') {
			return "", "", false
		}
	}
	return strings.ToUpper(string(word)), string(line[k:]), len(word) > 0
}

// physicalLine gives where the line that begins at b[i] ends, and where the next one begins.
func physicalLine(b []byte, i int, eof bool) (end, next int, ok bool) {
	k := bytes.IndexAny(b[i:], "\r\n")
	if k < 0 {
		return len(b), len(b), eof
	}
	end, next = i+k, i+k+1
	if b[end] == '\r' {
		if next == len(b) && !eof {
			return 0, 0, false
		}
		if next < len(b) && b[next] == '\n' {
			next++
		}
	}
	return end, next, true
}

// scanJunk makes a bad record of what stands before the next card.
func (t *tokenizer) scanJunk(b []byte) (n int, ok bool) {
	for i := 0; i < len(b); {
		end, next, ok := physicalLine(b, i, t.eof)
		if !ok {
			return 0, false
		}
		if isMark(b[i:end], "BEGIN") {
			return t.badCard(b, i, 0, outsideCard)
		}
		i = next
	}
	if !t.eof {
		return 0, false
	}
	return t.badCard(b, len(b), 0, outsideCard)
}

// badRest makes a bad record of a card with a bad line at b[at]: all of it up to its end, or to the next card.
func (t *tokenizer) badRest(b []byte, at int) (n int, ok bool) {
	for i := at; ; {
		end, next, ok := physicalLine(b, i, t.eof)
		switch {
		case !ok:
			return 0, false
		case i == len(b), isMark(b[i:end], "BEGIN"):
			return t.badCard(b, i, at, noProperty)
		case isMark(b[i:end], "END"):
			return t.badCard(b, next, at, noProperty)
		}
		i = next
	}
}

// badCard makes b[:n] a bad record, for the trouble at b[at].
func (t *tokenizer) badCard(b []byte, n, at int, reason string) (int, bool) {
	t.rec.raw, t.rec.fields = bytes.TrimRight(b[:n], "\r\n"), t.rec.fields[:0]
	t.rec.bad, t.rec.badAt = reason, at
	return n, true
}

// finishCard makes the values of a card ready. It is false for blank lines between cards.
func (t *tokenizer) finishCard() bool {
	r := &t.rec
	r.card = true
	if r.bad == outsideCard && len(bytes.Trim(r.raw, " \t\r\n\ufeff")) == 0 {
		return false
	}
	t.refuseNUL()
	if r.bad == "" {
		t.cardFields()
	}
	return true
}

// cardFields puts each content line of a card into its column.
func (t *tokenizer) cardFields() {
	c, r := t.cards, &t.rec
	clear(c.times)
	r.fields = append(r.fields[:0], make([]field, len(c.names)+1)...)
	for _, l := range c.lines {
		name := c.column(l.name)
		if c.times[l.name] > maxCardRepeats && cardRepeats[l.name] {
			r.bad, r.badAt = tooManyTimes, l.at
			return
		}
		place, known := c.places[name]
		if !known && c.learn && name != "" && (len(c.names) < maxCardColumns || cardReads[l.name]) {
			place, known = len(c.names), true
			c.names, c.places[name] = append(c.names, name), place
			r.fields = append(r.fields, field{})
		}
		if known {
			r.fields[place] = field{int32(l.from), int32(l.to), int32(l.at)}
		}
	}
	from := len(c.text)
	c.text = append(c.text, r.raw...)
	r.fields[len(c.names)] = field{int32(from), int32(len(c.text)), 0}
	r.text = c.text
}

// column is the column of the next property of a name; "" for one that has had its only column.
func (c *cardCutter) column(name string) string {
	c.times[name]++
	switch n := c.times[name]; {
	case n == 1:
		return name
	case cardRepeats[name]:
		return name + " " + strconv.Itoa(n)
	}
	return ""
}

// names are the names of the columns, without that of the whole card, which has none.
func (in *Input) names() []string {
	if in.cards != nil {
		return in.cards.names
	}
	return in.header
}

// recogniseCards reads all cards and makes a column of every property that occurs.
func (in *Input) recogniseCards() error {
	if !in.options.Cards {
		return &fault.Error{Kind: fault.Rejected, Key: in.name, Reason: "this is a file of vCards, not a CSV file", Hint: "perla customer import reads vCards"}
	}
	if o := in.options; o.Delimiter != "" || o.NoHeader || len(o.Columns) > 0 {
		return fault.New(fault.Usage, "this is a file of vCards: --delimiter, --no-header and --columns are for CSV files", "")
	}
	in.dialect.cards = true
	in.cards = &cardCutter{places: map[string]int{}, times: map[string]int{}, learn: true}
	t, err := in.begin()
	if err != nil {
		return err
	}
	for t.next() { // cardFields learns
	}
	in.cards.learn = false
	in.header = append(in.cards.names, "")
	return t.err
}
