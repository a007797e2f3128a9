package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// A column of figures is written with one decimal mark and a column of dates in one order, and the cells must show which.
// The rule, the same for both:
//
//   - a cell that only one reading fits votes for it ("12,50", "13/05/2024"); a cell with one meaning in both votes for neither
//     ("12", "2024-05-13"); a cell with two meanings is a doubt ("1.234", "03/05/2024"); a cell that nothing fits is a bad cell, found
//     again when rows are read;
//   - votes for one reading only: the column has it, doubts included;
//   - no votes and no doubts: nothing depends on it;
//   - no votes but doubts: the column is refused;
//   - votes for both: with doubts the column is refused, for any row in doubt would be read by a guess. Without, no cell can be
//     misread; when the smaller side is at most a tenth, its cells are slips and become faults of their rows, else the column is refused.

// ballot counts what the cells of one column say about two readings.
type ballot struct {
	votes    [2]int
	doubts   int
	voter    [2]sample // the first vote for each
	doubtful sample    // the first doubt
}

// sample is a cell shown in a message.
type sample struct {
	text string
	line int
}

func (s sample) String() string {
	return fmt.Sprintf("%s on line %d", showValue(s.text), s.line)
}

// cast counts one cell that reads with the first, the second or both readings; differ tells that both give different values.
func (b *ballot) cast(first, second, differ bool, text string, line int) {
	switch {
	case first && second:
		if differ {
			if b.doubts++; b.doubts == 1 {
				b.doubtful = sample{strings.Clone(text), line}
			}
		}
	case first:
		b.vote(0, text, line)
	case second:
		b.vote(1, text, line)
	}
}

func (b *ballot) vote(side int, text string, line int) {
	if b.votes[side]++; b.votes[side] == 1 {
		b.voter[side] = sample{strings.Clone(text), line}
	}
}

// verdict is the outcome of a ballot.
type verdict int

const (
	noMatter verdict = iota
	firstWins
	secondWins
	inDoubt  // every telling cell has two meanings
	conflict // cells contradict each other
)

func (b *ballot) verdict() verdict {
	small, winner := b.votes[1], firstWins
	if b.votes[0] < b.votes[1] {
		small, winner = b.votes[0], secondWins
	}
	switch total := b.votes[0] + b.votes[1]; {
	case total == 0 && b.doubts == 0:
		return noMatter
	case total == 0:
		return inDoubt
	case small == 0 || b.doubts == 0 && small*10 <= total:
		return winner
	}
	return conflict
}

// question is a column whose decimal mark or date order the file must show.
type question struct {
	column string
	kind   Kind
	place  int // in the header
	step   int // in the decoder's plan
	ballot ballot
}

// look takes one cell into account.
func (q *question) look(cell []byte, line int) {
	if plainCell(cell, q.kind) || q.plainVote(cell) {
		return
	}
	s := trimCell(string(cell))
	if q.kind == DateKind {
		dmy, mdy, ok := dates.CellOrders(s)
		q.ballot.cast(ok && dmy, ok && mdy, ok && dmy && mdy && dates.AmbiguousCell(s), s, line)
		return
	}
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	dot, comma := Cell{Text: s, mark: '.'}, Cell{Text: s, mark: ','}
	if q.kind == IntKind {
		a, err := dot.Int()
		b, err2 := comma.Int()
		q.ballot.cast(err == nil, err2 == nil, a != b, s, line)
		return
	}
	a, err := dot.Decimal()
	b, err2 := comma.Decimal()
	q.ballot.cast(err == nil, err2 == nil, a != b, s, line)
}

// plainCell tells quickly the cells that mean the same in every reading: plain digits, ISO dates, nothing.
func plainCell(cell []byte, k Kind) bool {
	if k == DateKind && len(cell) >= 10 && cell[4] == '-' && cell[7] == '-' {
		return true
	}
	for _, c := range cell {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}

// plainVote counts "12.50", "1.234,56" and their like quickly, once there is an example to show.
func (q *question) plainVote(cell []byte) bool {
	if q.kind == DateKind || q.kind == IntKind {
		return false
	}
	mark := decimalVote(cell)
	if mark == 0 {
		return false
	}
	side := 0
	if mark == ',' {
		side = 1
	}
	if q.ballot.votes[side] == 0 {
		return false
	}
	q.ballot.votes[side]++
	return true
}

// decimalVote is the mark that alone can be the decimal mark of digits and marks, 0 when a closer look is needed: the last one, behind groups
// of three parted by the other, or with a number of digits after it that makes no group.
func decimalVote(cell []byte) byte {
	cell = bytes.TrimPrefix(cell, []byte{'-'})
	last := len(cell) - 1
	for last >= 0 && cell[last]-'0' <= 9 {
		last--
	}
	decimals := len(cell) - 1 - last
	if last < 1 || decimals == 0 || len(cell) > 18 {
		return 0
	}
	mark, other := cell[last], byte('.'+','-cell[last])
	if mark != '.' && mark != ',' {
		return 0
	}
	run, groups := 0, false
	for i := last - 1; i >= 0; i-- {
		switch c := cell[i]; {
		case c-'0' <= 9:
			run++
		case c == other && run == 3:
			run, groups = 0, true
		default:
			return 0
		}
	}
	switch {
	case groups && run >= 1 && run <= 3 && cell[0] != '0':
		return mark
	case !groups && decimals != 3:
		return mark
	}
	return 0
}

// settle writes the answer into the cell through which the column will be read, or refuses the column. note is what to tell the user.
func (q *question) settle(file string, c *Cell) (note string, err error) {
	v := q.ballot.verdict()
	switch v {
	case inDoubt, conflict:
		return "", q.refuse(file, v)
	case noMatter:
		return "", nil
	}
	first := v == firstWins
	if q.kind == DateKind {
		if c.order = dates.MDY; first {
			c.order = dates.DMY
		}
		return fmt.Sprintf("%s: %s", q.column, orderName(c.order)), nil
	}
	if c.mark = ','; first {
		c.mark = '.'
	}
	return fmt.Sprintf("%s: %s", q.column, markName(c.mark)), nil
}

func orderName(o dates.Order) string {
	if o == dates.DMY {
		return "day before month"
	}
	return "month before day"
}

func markName(mark byte) string {
	if mark == ',' {
		return "decimal comma"
	}
	return "decimal point"
}

// refuse says why the column cannot be read, and which flag decides.
func (q *question) refuse(file string, v verdict) error {
	e := &fault.Error{Kind: fault.Rejected, Key: file, Field: q.column}
	b := &q.ballot
	if q.kind == DateKind {
		e.Hint = fmt.Sprintf("say how dates are written: --date-format dmy or --date-format mdy, for this column alone %s=dmy", q.column)
		if v == inDoubt {
			e.Reason = fmt.Sprintf("every date may be day/month or month/day: %s is %s or %s", b.doubtful,
				readDate(b.doubtful.text, dates.DMY), readDate(b.doubtful.text, dates.MDY))
		} else {
			e.Reason = fmt.Sprintf("dates contradict each other: %s has the day first, %s the month", b.voter[0], b.voter[1])
		}
		return e
	}
	e.Hint = fmt.Sprintf("say which decimal mark it is: --decimal , or --decimal . , for this column alone %s=,", q.column)
	if v == inDoubt {
		e.Reason = fmt.Sprintf("the decimal mark may be a dot or a comma: %s is %s or %s", b.doubtful,
			readNumber(b.doubtful.text, '.'), readNumber(b.doubtful.text, ','))
	} else {
		e.Reason = fmt.Sprintf("decimal marks contradict each other: %s has a dot, %s a comma", b.voter[0], b.voter[1])
	}
	return e
}

func readDate(s string, o dates.Order) string {
	d, err := dates.Cell(s, o, time.UTC)
	if err != nil {
		return "no date"
	}
	return d.String()
}

func readNumber(s string, mark byte) string {
	c := Cell{Text: s, mark: mark}
	d, err := c.Decimal()
	if err != nil {
		return "no number"
	}
	return d.String()
}
