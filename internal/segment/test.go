package segment

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// text is a value as the text it stands for.
func (v *value) text() string {
	if v.Quoted == "" {
		return v.Word
	}
	quote := v.Quoted[:1]
	return strings.ReplaceAll(v.Quoted[1:len(v.Quoted)-1], quote+quote, quote)
}

// bare refuses the words that only days have.
func (c *compiler) bare(v *value) (string, error) {
	if v.Unit != "" || v.Ago {
		return "", c.problem(v.Pos, "", "%q is no day; a text or a number is needed here", oneLine(v.text()+" "+v.Unit))
	}
	return v.text(), nil
}

// opposed says whether a test asks for the opposite of what its values say.
func (t *test) opposed() bool { return t.Op == "!=" || t.Op == "<>" || t.Not }

// empty says whether the test is one for a value at all, and whether it must be missing.
func (t *test) empty() (is, missing bool) { return t.Is, !t.IsNot }

// values are the values of = and in; ok is false for another test.
func (t *test) values() (list []*value, ok bool) {
	switch {
	case t.In != nil:
		return t.In.Values, true
	case t.Value != nil && slices.Contains([]string{"=", "!=", "<>", ":"}, t.Op):
		return []*value{t.Value}, true
	}
	return nil, false
}

// wrong refuses a test that a field does not take.
func (c *compiler) wrong(at lexer.Position, name, takes string) error {
	return c.problem(at, "", "%s takes %s", name, takes)
}

// span is whole numbers from low to high, both included.
type span struct{ low, high int64 }

const (
	lowest  = -1 << 62
	highest = 1 << 62
)

func (s span) holds(n int64) bool { return s.low <= n && n <= s.high }

// spans are what a test of a number lets pass.
type spans []span

func (s spans) hold(n int64) bool {
	return slices.ContainsFunc(s, func(s span) bool { return s.holds(n) })
}

// sql is the test of an expression.
func (s spans) sql(of expr) expr {
	points := make([]any, 0, len(s))
	for _, sp := range s {
		if sp.low == sp.high {
			points = append(points, sp.low)
		}
	}
	if len(points) == len(s) {
		return expr{of.sql + ` IN (` + marks(len(points)) + `)`, append(slices.Clone(of.args), points...)}
	}
	var list []expr
	for _, sp := range s {
		switch {
		case sp.low > sp.high:
			list = append(list, sql("0"))
		case sp.low == lowest:
			list = append(list, expr{of.sql + " <= ?", append(slices.Clone(of.args), sp.high)})
		case sp.high == highest:
			list = append(list, expr{of.sql + " >= ?", append(slices.Clone(of.args), sp.low)})
		default:
			list = append(list, expr{of.sql + " BETWEEN ? AND ?", append(slices.Clone(of.args), sp.low, sp.high)})
		}
	}
	return balanced(list, " OR ")
}

const numberTests = "=, !=, <, <=, >, >=, in (...), between ... and ..."

// numbers reads a test of a number, which read makes of a value.
func (c *compiler) numbers(name string, t *test, read func(*value) (int64, error)) (spans, error) {
	if list, ok := t.values(); ok {
		var s spans
		for _, v := range list {
			n, err := read(v)
			if err != nil {
				return nil, err
			}
			s = append(s, span{n, n})
		}
		return s, nil
	}
	switch {
	case t.From != nil:
		low, err := read(t.From)
		if err != nil {
			return nil, err
		}
		high, err := read(t.To)
		return spans{{low, high}}, err
	case t.Value == nil:
		return nil, c.wrong(t.Pos, name, numberTests)
	}
	n, err := read(t.Value)
	if err != nil {
		return nil, err
	}
	s := map[string]span{"<": {lowest, n - 1}, "<=": {lowest, n}, ">": {n + 1, highest}, ">=": {n, highest}}
	return spans{s[t.Op]}, nil
}

// number reads a whole number.
func (c *compiler) number(v *value) (int64, error) {
	text, err := c.bare(v)
	if err != nil {
		return 0, err
	}
	d, err := money.ParseDecimal(text, '.')
	if err == nil && d.Scale == 0 {
		return d.Digits, nil
	}
	return 0, c.problem(v.Pos, "a number is written 3 or 1200", "%.40q is no whole number", text)
}

// days reads a number of days: 30, 30 days, 30d, 6w.
func (c *compiler) days(v *value) (int64, error) {
	text, times := v.text(), int64(1)
	switch {
	case v.Ago, strings.HasPrefix(v.Unit, "month"), strings.HasPrefix(v.Unit, "year"):
		return 0, c.problem(v.Pos, "", "a number of days is needed here, such as 30, 30d or 6w")
	case strings.HasPrefix(v.Unit, "week"):
		times = 7
	case v.Unit != "":
	case strings.HasSuffix(text, "d"):
		text = strings.TrimSuffix(text, "d")
	case strings.HasSuffix(text, "w"):
		text, times = strings.TrimSuffix(text, "w"), 7
	}
	n, err := c.number(&value{Pos: v.Pos, Word: text})
	if err == nil && (n < 0 || n > 1e6) {
		return 0, c.problem(v.Pos, "", "%d days is no stretch of time", n)
	}
	return n * times, err
}

// amount reads an amount of money.
func (c *compiler) amount(v *value) (int64, error) {
	text, err := c.bare(v)
	if err != nil {
		return 0, err
	}
	currency := c.view.Settings().Currency
	d, err := money.ParseDecimal(text, '.')
	if err == nil {
		var a money.Amount
		if a, err = d.Exact(currency); err == nil && (int64(a) <= lowest || int64(a) >= highest) {
			err = fmt.Errorf("it is too large")
		} else if err == nil {
			return int64(a), nil
		}
	}
	return 0, c.problem(v.Pos, "an amount is written "+currency.Format(money.Amount(1250)), "%.40q is no amount of %s", text, currency.Code)
}

// period is the day or days that a value names, counted from the as-of day.
func (c *compiler) period(v *value) (dates.Range, error) {
	text := v.text()
	switch {
	case v.Unit != "" && !v.Ago:
		return dates.Range{}, c.problem(v.Pos, "such as "+text+" "+v.Unit+" ago", "a day is needed here, not a stretch of time")
	case v.Unit != "":
		text = "-" + text + v.Unit[:1]
	case v.Ago:
		text = "-" + text
	}
	r, err := dates.ParseRange(text, c.day)
	if err != nil {
		hint := ""
		if _, e := dates.ParseRange("-"+text, c.day); e == nil && !v.Ago {
			hint = "did you mean " + text + " ago?"
		}
		return r, c.problem(v.Pos, hint, "%v", err)
	}
	return r, nil
}

// stretch is the days of a window.
func (c *compiler) stretch(w *window) (r dates.Range, err error) {
	if w.Near {
		days, err := c.away(w.Span, w.Which == "next")
		if w.Which == "next" {
			return dates.Range{From: c.day, To: days}, err
		}
		return dates.Range{From: days, To: c.day}, err
	}
	p, err := c.period(w.Value)
	if err != nil {
		return p, err
	}
	switch w.Word {
	case "since":
		p.To = 0
	case "until":
		p.From = 0
	case "before":
		p.From, p.To = 0, p.From.AddDays(-1)
	case "after":
		p.From, p.To = p.To.AddDays(1), 0
	}
	if p.From == 0 && p.To == 0 {
		return p, c.problem(w.Value.Pos, "", "there are no days there")
	}
	return p, nil
}

// away is the day at the other end of a stretch of time such as 7 days that begins at the as-of day.
func (c *compiler) away(v *value, ahead bool) (dates.Date, error) {
	text, sign := v.text(), "-"
	if ahead {
		sign = "+"
	}
	if v.Unit != "" {
		text += v.Unit[:1]
	}
	d, err := dates.Parse(sign+text, c.day)
	if v.Ago || err != nil || d.IsZero() || text == "" || text[0] < '0' || text[0] > '9' {
		return 0, c.problem(v.Pos, "", "a stretch of time is needed here, such as 7 days or 6w")
	}
	return d, nil
}

// windows is the days that several windows leave; open ends are 0.
func (c *compiler) windows(list []*window) (r dates.Range, err error) {
	for _, w := range list {
		more, err := c.stretch(w)
		if err != nil {
			return r, err
		}
		r.From = max(r.From, more.From)
		if r.To == 0 || more.To != 0 && more.To < r.To {
			r.To = more.To
		}
		if r.To != 0 && r.From > r.To {
			return r, c.problem(w.Pos, "", "no day is left: it would have to be from %s and until %s", r.From, r.To)
		}
	}
	return r, nil
}

const dayTests = "=, !=, <, <=, >, >=, since, until, before, after, during, within 7 days, between ... and ..., is empty"

// periods reads a test of a day: the days that pass it.
func (c *compiler) periods(name string, t *test, more []*window, ahead bool) ([]dates.Range, error) {
	if t.Windows != nil {
		if ahead && t.Windows.Near && t.Windows.Which == "" {
			t.Windows.Which = "next"
		}
		r, err := c.windows(append([]*window{t.Windows}, more...))
		return []dates.Range{r}, err
	}
	if len(more) > 0 {
		return nil, c.wrong(more[0].Pos, name, "one test of a day, or since ... until ...")
	}
	if list, ok := t.values(); ok {
		var days []dates.Range
		for _, v := range list {
			r, err := c.period(v)
			if err != nil {
				return nil, err
			}
			days = append(days, r)
		}
		return days, nil
	}
	if t.From != nil {
		from, err := c.period(t.From)
		if err != nil {
			return nil, err
		}
		to, err := c.period(t.To)
		return []dates.Range{{From: from.From, To: to.To}}, err
	}
	if t.Value == nil {
		return nil, c.wrong(t.Pos, name, dayTests)
	}
	word := map[string]string{"<": "before", "<=": "until", ">": "after", ">=": "since"}[t.Op]
	r, err := c.stretch(&window{Pos: t.Pos, Word: word, Value: t.Value})
	return []dates.Range{r}, err
}

// within is the test that a day, an expression, is one of some.
func within(of expr, days []dates.Range) expr {
	var list []expr
	for _, r := range days {
		switch {
		case r.To == 0:
			list = append(list, expr{of.sql + " >= ?", append(slices.Clone(of.args), r.From.String())})
		case r.From == 0:
			list = append(list, expr{of.sql + " <= ?", append(slices.Clone(of.args), r.To.String())})
		default:
			list = append(list, expr{of.sql + " BETWEEN ? AND ?", append(slices.Clone(of.args), r.From.String(), r.To.String())})
		}
	}
	return balanced(list, " OR ")
}

// words are the folded texts of a test for texts.
func (c *compiler) words(name string, t *test) ([]string, error) {
	list, ok := t.values()
	if !ok {
		return nil, c.wrong(t.Pos, name, "=, !=, in (...), is empty")
	}
	var folded []string
	for _, v := range list {
		text, err := c.bare(v)
		if err != nil {
			return nil, err
		}
		folded = append(folded, book.Fold(text))
	}
	return folded, nil
}

// oneOf reads values of a fixed list; another is refused with the nearest.
func (c *compiler) oneOf(name string, t *test, allowed []string) ([]string, error) {
	if _, err := c.words(name, t); err != nil {
		return nil, err
	}
	list, _ := t.values()
	var found []string
	for _, v := range list {
		i := slices.IndexFunc(allowed, func(a string) bool { return book.Fold(a) == book.Fold(v.text()) })
		if i < 0 {
			return nil, c.problem(v.Pos, nearestHint(v.text(), allowed), "%.40q is not one of %s", v.text(), strings.Join(allowed, ", "))
		}
		found = append(found, allowed[i])
	}
	return found, nil
}

func nearestHint(word string, of []string) string {
	if near := fault.Nearest(word, of); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}

// namedHint is nearestHint among names, of which one word may be meant; where none is near it says what lists them.
func namedHint(word string, names []string, list string) string {
	if hint := nearestHint(word, names); hint != "" {
		return hint
	}
	for _, name := range names {
		if fault.Nearest(word, strings.Fields(name)) != "" {
			return "did you mean '" + strings.ReplaceAll(name, "'", "''") + "'?"
		}
	}
	return "see: " + list
}

// listOf is a list of texts or ids for json_each.
func listOf[T any](list []T) string {
	if list == nil {
		return "[]"
	}
	b, _ := json.Marshal(list) // texts and numbers always are
	return string(b)
}
