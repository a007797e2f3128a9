// Package sheet turns nouns into rows and rows into nouns: one list of typed columns per noun serves every format in and out.
//
// The out half writes rows as CSV, TSV, JSON, JSON lines, Markdown or ids, through jq and through templates, and gives the terminal
// its plain strings. The in half reads CSV of unknown dialect and fills values through the same columns.
package sheet

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Kind says what a column holds, which decides how a cell is read, written and aligned.
type Kind uint8

// The kinds of columns.
const (
	TextKind    Kind = iota
	IntKind          // a whole number: ids, quantities, points
	MoneyKind        // an amount in minor units of the book's currency
	NumberKind       // a floating figure, printed with 6 significant digits
	DateKind         // a civil day
	BoolKind         // true or false
	DecimalKind      // an exact decimal whose digits are kept as given: a unit price, a rate
)

// Value is one cell on its way out. The zero Value is the empty cell.
type Value struct {
	text  string
	num   int64 // the integer, minor units, float bits, day, 0 or 1, or decimal digits
	kind  Kind
	scale uint8 // decimals of a DecimalKind
	set   bool
}

// Text is a text cell; "" is the empty cell.
func Text(s string) Value { return Value{text: s, kind: TextKind, set: s != ""} }

// Int is a whole number.
func Int(n int64) Value { return Value{num: n, kind: IntKind, set: true} }

// Money is an amount in minor units of the book's currency; zero is a figure, not an empty cell.
func Money(a money.Amount) Value { return Value{num: int64(a), kind: MoneyKind, set: true} }

// Number is a floating figure. NaN and the infinities have no figure to print and become the empty cell.
func Number(x float64) Value {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Value{}
	}
	return Value{num: int64(math.Float64bits(x)), kind: NumberKind, set: true}
}

// Date is a civil day; no date is the empty cell.
func Date(d dates.Date) Value { return Value{num: int64(d), kind: DateKind, set: !d.IsZero()} }

// Bool is true or false; false is a value, not an empty cell.
func Bool(b bool) Value {
	v := Value{kind: BoolKind, set: true}
	if b {
		v.num = 1
	}
	return v
}

// Decimal is an exact decimal, printed with the scale it has.
func Decimal(d money.Decimal) Value {
	return Value{num: d.Digits, scale: uint8(d.Scale), kind: DecimalKind, set: true}
}

// IsEmpty says whether the cell holds nothing.
func (v Value) IsEmpty() bool { return !v.set }

// Setting is what the book decides about writing and reading figures.
type Setting struct {
	Currency money.Currency // of every amount
	Zone     *time.Location // of every civil day; nil is UTC
	Locale   string         // a BCP 47 tag, "es-ES"; decides the marks a person sees in tables and cards, nothing else
}

// Column describes one field of a noun T for every format in and out.
type Column[T any] struct {
	Name     string                // canonical: the CSV header, the JSON key, the word after --columns
	Kind     Kind                  // how cells are read, written and aligned
	Get      func(*T) Value        // nil: the column is only imported
	Set      func(*T, *Cell) error // nil: the column is only printed. Called for cells that hold something, or with Text "" under --clear
	Required bool                  // an imported header must have it
	Also     []string              // other header names; case, accents, spaces, underscores and hyphens do not count
	Wide     bool                  // left out of tables and cards unless named; always in the other formats
	Rank     int                   // a table that is too wide leaves columns out, those of the highest rank first, of equals the rightmost; one below 0 stays whole
	Verbatim bool                  // imported text keeps its outer spaces

	byMap bool   // only --map says which column of a file it is
	gives string // the column of ours that it gives, where it is one of another program's file
}

// keeping ranks columns: a table that is too wide keeps those of these names longest, the first of them of all.
func keeping[T any](columns []Column[T], names ...string) []Column[T] {
	ranked := slices.Clone(columns)
	for i := range ranked {
		if ranked[i].Rank = slices.Index(names, ranked[i].Name); ranked[i].Rank < 0 {
			ranked[i].Rank = len(names)
		}
	}
	return ranked
}

// whole has a table neither cut nor leave out the columns of these names: keys, that are typed back.
func whole[T any](columns []Column[T], names ...string) []Column[T] {
	for i := range columns {
		if slices.Contains(names, columns[i].Name) {
			columns[i].Rank = -1
		}
	}
	return columns
}

// Cell is one cell on its way in: its text, and how its column writes figures and dates.
type Cell struct {
	Text    string // as it stands in the file, outer spaces removed unless the column is Verbatim
	mark    byte   // the column's decimal mark, '.' or ','; 0 means '.'
	order   dates.Order
	setting *Setting // nil: no currency, UTC
}

var (
	errNotWhole = errors.New("not a whole number")
	errTooLarge = errors.New("too large a number")
)

// Decimal reads the cell as an exact decimal with the column's decimal mark.
func (c *Cell) Decimal() (money.Decimal, error) {
	mark := c.mark
	if mark == 0 {
		mark = '.'
	}
	d, err := money.ParseDecimal(c.Text, mark)
	if err == nil {
		err = c.foreign()
	}
	return d, err
}

// Money reads the cell as an amount of the book's currency, in minor units, rounded half to even.
func (c *Cell) Money() (money.Amount, error) {
	d, err := c.Decimal()
	if err != nil {
		return 0, err
	}
	decimals := 0
	if c.setting != nil {
		decimals = c.setting.Currency.Decimals
	}
	return d.Minor(decimals)
}

// Exact reads the cell as Money does, but refuses one with more decimals than the currency has: a price, a cost.
func (c *Cell) Exact() (money.Amount, error) {
	d, err := c.Decimal()
	if err != nil {
		return 0, err
	}
	var currency money.Currency
	if c.setting != nil {
		currency = c.setting.Currency
	}
	return d.Exact(currency)
}

// dollars are the currencies that people write with a bare $.
const dollars = "USD AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD XCD ARS CLP COP CUP DOP MXN UYU"

// foreign refuses an amount that names another currency than the book's: "12 USD" is not 12 EUR. A currency column, where
// there is one, is judged by the noun.
func (c *Cell) foreign() error {
	if n := len(c.Text); n == 0 || plainEnd(c.Text[0]) && plainEnd(c.Text[n-1]) || c.setting == nil {
		return nil
	}
	book := c.setting.Currency.Code
	for symbol, codes := range map[string]string{"€": "EUR", "£": "GBP", "R$": "BRL", "¥": "JPY CNY"} {
		if strings.Contains(c.Text, symbol) {
			return belongs(symbol, codes, book)
		}
	}
	if strings.Contains(c.Text, "$") {
		return belongs("$", dollars, book)
	}
	word := strings.ToUpper(strings.TrimFunc(c.Text, func(r rune) bool { return !unicode.IsLetter(r) }))
	if currency, err := money.Lookup(word); err == nil && currency.Code != book {
		return belongs(word, word, book)
	}
	return nil
}

// belongs says whether a sign may stand for the book's currency.
func belongs(sign, codes, book string) error {
	if strings.Contains(codes, book) {
		return nil
	}
	return fmt.Errorf("%s is not the currency of the book, %s", sign, book)
}

func plainEnd(c byte) bool { return c-'0' <= 9 || c == '-' || c == '+' || c == '(' || c == ')' }

// Int reads the cell as a whole number; thousands marks and a fraction of zeros ("2.00") are accepted.
func (c *Cell) Int() (int64, error) {
	d, err := c.Decimal()
	if err != nil {
		return 0, err
	}
	for ; d.Scale > 0; d.Scale-- {
		if d.Digits%10 != 0 {
			return 0, errNotWhole
		}
		d.Digits /= 10
	}
	for ; d.Scale < 0; d.Scale++ {
		if d.Digits > math.MaxInt64/10 || d.Digits < math.MinInt64/10 {
			return 0, errTooLarge
		}
		d.Digits *= 10
	}
	return d.Digits, nil
}

// Date reads the cell as a civil day, in the date order decided for the column; a time with an offset is moved into the book's zone.
func (c *Cell) Date() (dates.Date, error) { return dates.Cell(c.Text, c.order, c.zone()) }

// LastDay reads the cell as Date does, and a month alone as its last day.
func (c *Cell) LastDay() (dates.Date, error) { return dates.CellEnd(c.Text, c.order, c.zone()) }

func (c *Cell) zone() *time.Location {
	if c.setting != nil && c.setting.Zone != nil {
		return c.setting.Zone
	}
	return time.UTC
}
