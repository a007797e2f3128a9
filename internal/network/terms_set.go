package network

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Terms of a book are rows anyone may change, each from a day on. SetTerms changes some, written KEY=VALUE; an empty value
// ends one, or makes it the default again. Without a day a term that there was none of holds ever since, and another from
// today. What cannot be is a fault.Usage.
func SetTerms(tx *book.Tx, pairs []string, since dates.Date) error {
	s := setter{tx: tx, since: since, given: since != 0, fresh: map[string]int64{}}
	if !s.given {
		s.since = tx.Today()
	}
	for _, pair := range pairs {
		if words := strings.SplitN(termKey(pair), ".", 3); len(words) == 3 && words[0] == "level" && words[2] == "name" {
			s.named = append(s.named, words[1])
		}
	}
	for _, pair := range pairs {
		_, value, found := strings.Cut(pair, "=")
		key, value := termKey(pair), strings.TrimSpace(value)
		if !found {
			return &fault.Error{Kind: fault.Usage, Noun: "term", Key: pair, Reason: "needed is KEY=VALUE", Hint: "see what there is: perla consultant terms"}
		}
		if err := s.set(key, value); err != nil {
			var known *fault.Error
			if errors.As(err, &known) {
				return err
			}
			return &fault.Error{Kind: fault.Usage, Noun: "term", Key: key, Err: fmt.Errorf("%q is %w", value, err)}
		}
	}
	return nil
}

// termKey is what stands before the = of a pair.
func termKey(pair string) string {
	key, _, _ := strings.Cut(pair, "=")
	return strings.ToLower(strings.TrimSpace(key))
}

// SetLevels writes levels that hold ever since. A code that there is already is a fault.Conflict.
func SetLevels(tx *book.Tx, levels []Level) error {
	for _, l := range levels {
		_, taken, err := book.One(tx.View, book.Scalar[int64], `SELECT id FROM levels WHERE code = ?`, l.Code)
		if err != nil {
			return err
		}
		if taken {
			return &fault.Error{Kind: fault.Conflict, Noun: "level", Key: l.Code, Reason: "there is one already", Hint: "change it with: perla consultant set level." + l.Code + ".own_sales=500"}
		}
		if _, err := tx.Insert(`INSERT INTO levels (code, name, rank, own_sales, group_sales, margin, commission_rate, payment_days) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			l.Code, l.Name, l.Rank, int64(l.OwnSales), int64(l.GroupSales), l.Margin, l.CommissionRate, l.PaymentDays); err != nil {
			return err
		}
	}
	return nil
}

// setter is the state of one SetTerms.
type setter struct {
	tx    *book.Tx
	since dates.Date
	given bool             // the day was named
	named []string         // codes of the levels that are given a name
	fresh map[string]int64 // rows that hold from since on, by table and what names them
}

func (s *setter) set(key, value string) error {
	words := strings.SplitN(key, ".", 3)
	switch {
	case slices.Contains(settingKeys, key):
		return s.setting(key, value)
	case words[0] == "bracket" && len(words) > 1: // an amount may have a point
		floor, err := s.money(strings.TrimPrefix(key, "bracket."))
		if err != nil {
			return err
		}
		return s.rate(datedTable{"commission_brackets", "floor_amount", []string{"rate"}}, int64(floor), value)
	case words[0] == "override" && len(words) == 2:
		depth, err := wholeNumber(words[1], 1, deepestOverride)
		if err != nil {
			return fmt.Errorf("for a depth that is %w", err)
		}
		return s.rate(datedTable{"commission_overrides", "depth", []string{"rate"}}, depth, value)
	case words[0] == "level" && len(words) > 1 && words[1] != "":
		return s.level(words[1:], value)
	}
	e := &fault.Error{Kind: fault.Usage, Noun: "term", Key: key, Reason: "there is no such term; needed is one of " + strings.Join(keysKnown(), ", ")}
	if near := fault.Nearest(key, settingKeys); near != "" {
		e.Hint = "did you mean " + near + "?"
	}
	return e
}

// setting writes one of settingKeys as the book keeps it.
func (s *setter) setting(key, value string) (err error) {
	value = strings.ToLower(value)
	switch key {
	case "commission":
		value, err = oneOf(value, "flat", "marginal")
	case "earn_at":
		value, err = oneOf(value, EarnAts...)
	case "active_from":
		amount := money.Amount(1)
		if value != "" {
			amount, err = s.money(value)
		}
		value = strconv.FormatInt(int64(amount), 10)
	case "downgrade":
		var d Downgrade
		if value != "" {
			d, err = parseDowngrade(value)
		}
		value = d.String()
	case "ceiling":
		if value != "" {
			var rate int64
			rate, err = percent(value)
			value = strconv.FormatInt(rate, 10)
		}
	}
	if err != nil {
		return err
	}
	since := s.since
	if !s.given {
		_, any, err := book.One(s.tx.View, book.Scalar[int64], `SELECT 1 FROM network_settings WHERE key = ?`, key)
		if err != nil {
			return err
		}
		if !any {
			since = 1
		}
	}
	_, err = s.tx.Exec(`INSERT INTO network_settings (key, value, since_on) VALUES (?, ?, ?) ON CONFLICT (key, since_on) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`,
		key, value, since.String())
	return err
}

func oneOf(value string, words ...string) (string, error) {
	switch {
	case value == "":
		return words[0], nil
	case slices.Contains(words, value):
		return value, nil
	}
	return "", errors.New("not one of " + strings.Join(words, ", "))
}

func (s *setter) money(text string) (money.Amount, error) {
	d, err := money.ParseTyped(text)
	if err == nil {
		var amount money.Amount
		if amount, err = d.Minor(s.tx.Settings().Currency.Decimals); err == nil && amount >= 0 {
			return amount, nil
		}
	}
	if errors.Is(err, money.ErrAmbiguous) {
		return 0, errors.New("no amount: it could be read in two ways, write it like 2500 or 2500.50")
	}
	return 0, errors.New("no amount of 0 or more, such as 2500 or 2500.50")
}

// percent reads a percentage, with or without its sign, as hundredths of a percent.
func percent(text string) (int64, error) {
	d, err := money.ParseTyped(strings.TrimSpace(strings.TrimSuffix(text, "%")))
	if err == nil {
		var rate money.Amount
		if rate, err = d.Minor(2); err == nil && rate >= 0 && rate <= wholeRate && d.Scale <= 2 {
			return int64(rate), nil
		}
	}
	return 0, errors.New("no percentage from 0 to 100, with two decimals at most")
}

func wholeNumber(text string, least, most int64) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("no whole number from %d to %d", least, most)
	}
	return n, nil
}

// datedTable is a table of rows that hold between two days; of those with one name at most one does on any day.
type datedTable struct {
	table, name string
	columns     []string
}

// rate sets the rate of a row; "" ends it.
func (s *setter) rate(t datedTable, name int64, value string) error {
	if value == "" {
		return s.end(t, name)
	}
	rate, err := percent(value)
	if err != nil {
		return err
	}
	return s.put(t, name, "rate", rate, func(from, until any) (int64, error) {
		return s.tx.Insert(`INSERT INTO `+t.table+` (`+t.name+`, rate, from_on, until_on) VALUES (?, ?, ?, ?)`, name, rate, from, until)
	})
}

// level sets a field of a level, which it makes if there is none; level.CODE= ends it.
func (s *setter) level(words []string, value string) error {
	code := words[0]
	t := datedTable{table: "levels", name: "code"}
	for _, k := range levelKeys {
		t.columns = append(t.columns, k.column)
	}
	if len(words) == 1 {
		if value != "" {
			return errors.New("no field of a level; needed is level." + code + ".own_sales=500, or nothing to end it")
		}
		return s.end(t, code)
	}
	at := slices.IndexFunc(levelKeys, func(k struct{ name, column, kind string }) bool { return k.name == words[1] })
	if at < 0 {
		return &fault.Error{Kind: fault.Usage, Noun: "term", Key: "level." + code + "." + words[1], Reason: "there is no such field of a level; needed is one of " + strings.Join(keysKnown()[len(settingKeys)+2:], ", ")}
	}
	v, err := s.levelValue(levelKeys[at].kind, value)
	if err != nil {
		return err
	}
	if err := s.notMistyped(code); err != nil {
		return err
	}
	return s.put(t, code, levelKeys[at].column, v, func(from, until any) (int64, error) {
		name := strings.ToUpper(code[:1]) + code[1:]
		id, err := s.tx.Insert(`INSERT INTO levels (code, name, rank, margin, commission_rate, payment_days, from_on, until_on)
			SELECT ?, ?, 1 + ifnull(max(rank), 0), 0, 0, 0, ?, ? FROM levels`, code, name, from, until)
		if err == nil {
			_, err = s.tx.Exec(`UPDATE levels SET `+levelKeys[at].column+` = ? WHERE id = ?`, v, id)
		}
		return id, err
	})
}

// notMistyped refuses the code of a level that there never was and that looks like another one's, unless it is given a name too:
// a new level would lift everybody who reaches it.
func (s *setter) notMistyped(code string) error {
	if slices.Contains(s.named, code) {
		return nil
	}
	var codes []string
	for c, err := range book.Query(s.tx.View, book.Scalar[string], `SELECT DISTINCT code FROM levels ORDER BY rank`) {
		if err != nil || c == code {
			return err
		}
		codes = append(codes, c)
	}
	near := fault.Nearest(code, codes)
	if near == "" {
		return nil
	}
	return &fault.Error{Kind: fault.NotFound, Noun: "level", Key: code, Reason: "there is no such level",
		Hint: "did you mean " + near + "? to make a new one give it a name too: " + shellWord("level."+code+".name=NAME")}
}

func (s *setter) levelValue(kind, value string) (any, error) {
	switch kind {
	case "money":
		amount, err := s.money(value)
		return int64(amount), err
	case "percent":
		return percent(value)
	case "number":
		return wholeNumber(value, 0, 10_000)
	case "course":
		if value == "" {
			return nil, nil
		}
		id, found, err := book.One(s.tx.View, book.Scalar[int64], `SELECT id FROM courses WHERE code = ?`, value)
		if err == nil && !found {
			err = &fault.Error{Kind: fault.NotFound, Noun: "course", Key: value, Reason: "there is no such course"}
		}
		return id, err
	}
	return parseName(value)
}

// heldRow is a row of a dated table.
type heldRow struct {
	id          int64
	from, until dates.Date
}

// rows are those of one name: the one that holds on the day, 0 for none, the first day of the next one, 0 for none, and
// whether there is any.
func (s *setter) rows(t datedTable, name any) (now heldRow, next dates.Date, any bool, err error) {
	for row, err := range book.Query(s.tx.View, func(row book.Scanner) (h heldRow, err error) {
		var from, until string
		err = row.Scan(&h.id, &from, &until)
		h.from, _ = dates.ParseISO(from)
		h.until, _ = dates.ParseISO(until)
		return h, err
	}, `SELECT id, ifnull(from_on, ''), ifnull(until_on, '') FROM `+t.table+` WHERE `+t.name+` = ? ORDER BY ifnull(from_on, '') DESC`, name) {
		if err != nil {
			return now, next, any, err
		}
		switch any = true; {
		case row.from > s.since:
			next = row.from
		case row.until == 0 || row.until >= s.since:
			now = row
		}
	}
	return now, next, any, nil
}

// put makes a column of a row another one from the day on: in the row that begins that day, in a copy of the one that
// holds then, or in a new one.
func (s *setter) put(t datedTable, name any, column string, value any, insert func(from, until any) (int64, error)) error {
	key := fmt.Sprint(t.table, " ", name)
	if id := s.fresh[key]; id != 0 {
		_, err := s.tx.Exec(`UPDATE `+t.table+` SET `+column+` = ? WHERE id = ?`, value, id)
		return err
	}
	now, next, any, err := s.rows(t, name)
	if err != nil {
		return err
	}
	switch {
	case now.id == 0:
		var from dates.Date
		if s.given || any {
			from = s.since
		}
		s.fresh[key], err = insert(dayOrNull(from), dayOrNull(next.AddDays(-1)))
		return err
	case now.from != s.since:
		names := t.name + ", " + strings.Join(t.columns, ", ")
		id, err := s.tx.Insert(`INSERT INTO `+t.table+` (`+names+`, from_on, until_on) SELECT `+names+`, ?, until_on FROM `+t.table+` WHERE id = ?`, s.since.String(), now.id)
		if err != nil {
			return err
		}
		if _, err := s.tx.Exec(`UPDATE `+t.table+` SET until_on = ? WHERE id = ?`, s.since.AddDays(-1).String(), now.id); err != nil {
			return err
		}
		now.id = id
	}
	s.fresh[key] = now.id
	_, err = s.tx.Exec(`UPDATE `+t.table+` SET `+column+` = ? WHERE id = ?`, value, now.id)
	return err
}

// end makes a row hold no longer from the day on.
func (s *setter) end(t datedTable, name any) error {
	now, _, _, err := s.rows(t, name)
	switch {
	case err != nil:
		return err
	case now.id == 0:
		return &fault.Error{Kind: fault.NotFound, Noun: "term", Key: fmt.Sprint(t.name, " ", name), Reason: "there is none on " + s.since.String()}
	case now.from == s.since:
		_, err = s.tx.Exec(`DELETE FROM `+t.table+` WHERE id = ?`, now.id)
	default:
		_, err = s.tx.Exec(`UPDATE `+t.table+` SET until_on = ? WHERE id = ?`, s.since.AddDays(-1).String(), now.id)
	}
	return err
}
