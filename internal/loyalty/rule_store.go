package loyalty

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

const ruleColumns = `id, programme, code, kind, ifnull(event, ''), ifnull(points, 0), ifnull(per, 0), ifnull(factor, 0), ifnull(scope, ''), priority, stacking = 'only',
	ifnull(cap, 0), ifnull(cap_per, ''), pending_days, expiry, ifnull(from_on, ''), ifnull(until_on, '')`

// scanRule reads a row of ruleColumns. A scope that cannot be read holds for nothing the owner could have meant, so it is
// an error.
func scanRule(decimals int) func(book.Scanner) (Rule, error) {
	return func(row book.Scanner) (r Rule, err error) {
		var scope, from, until string
		var expiry *string
		if err = row.Scan(&r.ID, &r.Programme, &r.Code, &r.Kind, &r.Event, &r.Points, &r.Per, &r.Factor, &scope, &r.Priority, &r.Only,
			&r.Cap, &r.CapPer, &r.PendingDays, &expiry, &from, &until); err != nil {
			return r, err
		}
		r.From, r.Until = dayOf(from), dayOf(until)
		if expiry != nil {
			e, err := ParseExpiry(*expiry)
			if err != nil {
				return r, err
			}
			r.Expiry = &e
		}
		r.Scope, err = ParseScope(scope, decimals)
		return r, err
	}
}

// Rules are the rules of a programme that are in force on a day, or with day 0 all there ever were, by code and first day.
// The empty programme is both.
func Rules(v *book.View, programme string, day dates.Date) ([]Rule, error) {
	on := day.String()
	return book.All(v, scanRule(v.Settings().Currency.Decimals), `SELECT `+ruleColumns+` FROM point_rules
		WHERE (?1 = '' OR programme = ?1) AND (?2 = '' OR ifnull(from_on, ?2) <= ?2 AND ifnull(until_on, ?2) >= ?2) ORDER BY programme, code, from_on`, programme, on)
}

// ruleNamed are all rows of a code, by their first day. None is a fault.NotFound.
func ruleNamed(v *book.View, programme, code string) ([]Rule, error) {
	if err := checkProgramme(programme); err != nil {
		return nil, err
	}
	rules, err := Rules(v, programme, 0)
	if err != nil {
		return nil, err
	}
	var found []Rule
	var codes []string
	for _, r := range rules {
		if codes = append(codes, r.Code); r.Code == codeOf(code) {
			found = append(found, r)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: "rule", Key: code, Reason: "there is no such rule for " + programme, Hint: "list them with: perla points rules --programme " + programme}
	if near := fault.Nearest(codeOf(code), codes); near != "" {
		e.Hint = "did you mean " + near + "?"
	}
	return nil, e
}

// FindRule is the row of a code that is in force on a day, else the next one to begin, else the last.
func FindRule(v *book.View, programme, code string, day dates.Date) (Rule, error) {
	rows, err := ruleNamed(v, programme, code)
	if err != nil {
		return Rule{}, err
	}
	for _, r := range rows {
		if r.Until == 0 || day <= r.Until {
			return r, nil
		}
	}
	return rows[len(rows)-1], nil
}

// AddRule makes a rule and gives it with its id. One whose days overlap a row of the same code is a fault.Conflict.
func AddRule(tx *book.Tx, r Rule) (Rule, error) {
	if err := r.proved(tx); err != nil {
		return r, err
	}
	rules, err := Rules(tx.View, r.Programme, 0)
	if err != nil {
		return r, err
	}
	for i := range rules {
		if rules[i].Code == r.Code && overlap(&rules[i], &r) {
			return r, &fault.Error{Kind: fault.Conflict, Noun: "rule", Key: r.Code, Reason: fmt.Sprintf("there is one with this code, in force %s", period(&rules[i])),
				Hint: "change it with: perla points rule edit " + r.Code}
		}
	}
	r.ID, err = insertRule(tx, &r)
	return r, err
}

// proved checks a rule as if a file said it.
func (r *Rule) proved(tx *book.Tx) error {
	decimals := tx.Settings().Currency.Decimals
	again, problems := ParseRule(r.Row(decimals), decimals, tx.Today())
	if len(problems) > 0 {
		return &fault.Error{Kind: fault.Usage, Noun: "rule", Key: r.Code, Field: problems[0].Field, Reason: problems[0].Reason}
	}
	again.ID = r.ID
	*r = again
	return nil
}

// cells are the columns of a rule but for its id, in the order of insertRule.
func (r *Rule) cells() []any {
	when := func(n int64, holds bool) any {
		if !holds {
			return nil
		}
		return n
	}
	var pending, expiry any
	if r.PendingDays != nil {
		pending = int64(*r.PendingDays)
	}
	if r.Expiry != nil {
		expiry = r.Expiry.String()
	}
	return []any{r.Programme, r.Code, string(r.Kind), textOrNil(r.Event), when(r.Points, r.Kind != Multiplier), when(int64(r.Per), r.Kind == Rate), when(r.Factor, r.Kind == Multiplier),
		textOrNil(r.Scope.String()), r.Priority, stacking(r.Only), when(r.Cap, r.Cap > 0), textOrNil(string(r.CapPer)), pending, expiry, dayOrNil(r.From), dayOrNil(r.Until)}
}

const writtenColumns = `programme, code, kind, event, points, per, factor, scope, priority, stacking, cap, cap_per, pending_days, expiry, from_on, until_on`

func insertRule(tx *book.Tx, r *Rule) (int64, error) {
	return tx.Insert(`INSERT INTO point_rules (`+writtenColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.cells()...)
}

// updateRule writes a row anew, where that changes it.
func updateRule(tx *book.Tx, id int64, r *Rule) (bool, error) {
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(r.cells())), ", ")
	args := append(r.cells(), id)
	n, err := tx.Exec(`UPDATE point_rules SET (`+writtenColumns+`) = (`+marks+`) WHERE id = ? AND (`+writtenColumns+`) IS NOT (`+marks+`)`, append(args, r.cells()...)...)
	return n > 0, err
}

// EditRule changes a rule from a day on: the row in force the day before ends then, and one with what edit makes of it
// begins, to end when the old one would have. A row that begins on that day or later is changed itself.
func EditRule(tx *book.Tx, programme, code string, since dates.Date, edit func(*Rule) error) (Rule, error) {
	old, err := FindRule(tx.View, programme, code, since)
	if err != nil {
		return old, err
	}
	if old.Until != 0 && old.Until < since {
		return old, &fault.Error{Kind: fault.Conflict, Noun: "rule", Key: old.Code, Reason: fmt.Sprintf("it ended on %s", old.Until), Hint: "make it anew with: perla points rule add " + old.Code}
	}
	r := old
	if err := edit(&r); err != nil {
		return r, err
	}
	if old.From < since && r.From == old.From {
		r.From = since
	}
	if err := r.proved(tx); err != nil {
		return r, err
	}
	if r.Programme != old.Programme || r.Code != old.Code {
		return r, fault.New(fault.Usage, "a rule keeps its programme and its code", "end it and add another")
	}
	if r.From < since && r.From != old.From {
		return r, fault.New(fault.Usage, fmt.Sprintf("the change would begin on %s, before %s", r.From, since), "name its first day with --since")
	}
	rows, err := ruleNamed(tx.View, programme, code)
	if err != nil {
		return r, err
	}
	for i := range rows {
		if rows[i].ID != old.ID && overlap(&rows[i], &r) {
			return r, &fault.Error{Kind: fault.Conflict, Noun: "rule", Key: r.Code, Reason: fmt.Sprintf("it is in force %s already", period(&rows[i])), Hint: "end it before that day"}
		}
	}
	same := old
	same.From = r.From
	if old.From >= since {
		_, err = updateRule(tx, old.ID, &r)
		return r, err
	}
	if fmt.Sprint(same.cells()...) == fmt.Sprint(r.cells()...) {
		return old, nil
	}
	if _, err := tx.Exec(`UPDATE point_rules SET until_on = ? WHERE id = ?`, since.AddDays(-1).String(), old.ID); err != nil {
		return r, err
	}
	r.ID, err = insertRule(tx, &r)
	return r, err
}

// EndRule makes a day the last one on which a rule holds. Rows that would begin later are given up.
func EndRule(tx *book.Tx, programme, code string, last dates.Date) (Rule, error) {
	rows, err := ruleNamed(tx.View, programme, code)
	if err != nil {
		return Rule{}, err
	}
	ended := rows[0]
	for _, r := range rows {
		switch {
		case r.From > last:
			_, err = tx.Exec(`DELETE FROM point_rules WHERE id = ?`, r.ID)
		case r.Until == 0 || r.Until > last:
			ended = r
			ended.Until = last
			_, err = tx.Exec(`UPDATE point_rules SET until_on = ? WHERE id = ?`, last.String(), r.ID)
		default:
			ended = r
		}
		if fault.KindOf(err) == fault.Conflict {
			return r, &fault.Error{Kind: fault.Conflict, Noun: "rule", Key: r.Code, Reason: fmt.Sprintf("points were earned by it from %s on", r.From), Hint: "end it on a later day"}
		}
		if err != nil {
			return r, err
		}
	}
	return ended, nil
}

// overlap says whether the days of two rows have one in common.
func overlap(a, b *Rule) bool {
	return (a.Until == 0 || b.From <= a.Until) && (b.Until == 0 || a.From <= b.Until)
}

// period is when a rule holds, in words.
func period(r *Rule) string {
	switch {
	case r.From == 0 && r.Until == 0:
		return "always"
	case r.Until == 0:
		return fmt.Sprintf("from %s on", r.From)
	case r.From == 0:
		return fmt.Sprintf("until %s", r.Until)
	}
	return fmt.Sprintf("from %s to %s", r.From, r.Until)
}
