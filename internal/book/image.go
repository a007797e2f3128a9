package book

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	sqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// The old image of a row is a JSON object of its stored columns, without those that were NULL. JSON keeps every value of
// a book exactly: whole numbers, floats, and texts, which are UTF-8 without NUL. There are no BLOBs.

// table is what the operation log knows of a table, and of what the transaction did to it.
type table struct {
	columns   []column // the stored ones, in order
	width     int      // how many columns the hook hands over, generated ones too
	low, high int64    // ids of rows inserted or changed by the transaction are among these; low is 0 when there are none
	removed   bool     // the transaction removed rows
	old, new  []any    // room for one row
}

// column is a stored column.
type column struct {
	name    string
	at      int  // its place among all columns of its table
	notNull bool // it cannot have been NULL
}

// touch remembers where rows were changed.
func (t *table) touch(c change) {
	if c.kind == "delete" {
		t.removed = true
		return
	}
	if t.low == 0 || c.first < t.low {
		t.low = c.first
	}
	t.high = max(t.high, c.last)
}

// image is the old row of a change, and whether the change leaves every column as it was.
func (t *table) image(d *sqlite.SQLitePreUpdateData) (old string, same bool, err error) {
	if t.old == nil {
		t.old, t.new = make([]any, t.width), make([]any, t.width)
	}
	if err := d.Old(t.old...); err != nil {
		return "", false, err
	}
	if d.Op == lib.SQLITE_UPDATE {
		if err := d.New(t.new...); err != nil {
			return "", false, err
		}
		if same = t.unchanged(); same {
			return "", true, nil
		}
	}
	b := []byte{'{'}
	for _, c := range t.columns {
		if v := t.old[c.at]; v != nil {
			if b, err = appendValue(append(strconv.AppendQuote(b, c.name), ':'), v); err != nil {
				return "", false, fmt.Errorf("%s: %w", c.name, err)
			}
			b = append(b, ',')
		}
	}
	b[len(b)-1] = '}' // every row has an id, so there is a comma
	return string(b), false, nil
}

func (t *table) unchanged() bool {
	for _, c := range t.columns {
		if _, blob := t.old[c.at].([]byte); blob || t.old[c.at] != t.new[c.at] {
			return false
		}
	}
	return true
}

// appendValue appends a value of a row as JSON.
func appendValue(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case float64:
		if math.IsInf(v, 0) {
			return b, errors.New("an infinite number cannot be kept in the operation log")
		}
		figure := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(figure, ".e") {
			figure += ".0" // keeps it a float
		}
		return append(b, figure...), nil
	case string:
		return appendText(b, v)
	}
	return b, fmt.Errorf("a value of type %T cannot be kept in the operation log", v)
}

// appendText appends a text as a JSON string.
func appendText(b []byte, s string) ([]byte, error) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			quoted, err := json.Marshal(s)
			return append(b, quoted...), err
		}
	}
	return append(append(append(b, '"'), s...), '"'), nil
}

// parseImage reads an old image back: the values of the stored columns of a table. A column that is not in it was NULL;
// one that cannot be NULL has come to the table since, and is left out.
func (t *table) parseImage(old string) (names []string, values []any, err error) {
	image := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(old))
	decoder.UseNumber()
	if err := decoder.Decode(&image); err != nil {
		return nil, nil, err
	}
	for _, c := range t.columns {
		value, kept := image[c.name]
		if !kept && c.notNull {
			continue
		}
		if n, ok := value.(json.Number); ok {
			if value, err = parseNumber(n.String()); err != nil {
				return nil, nil, err
			}
		}
		names, values = append(names, c.name), append(values, value)
	}
	return names, values, nil
}

func parseNumber(s string) (any, error) {
	if strings.ContainsAny(s, ".eE") {
		return strconv.ParseFloat(s, 64)
	}
	return strconv.ParseInt(s, 10, 64)
}
