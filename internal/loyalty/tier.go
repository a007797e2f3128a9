package loyalty

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Tier is a step of a programme between two days; see tiers in the schema.
type Tier struct {
	ID          int64
	Programme   string
	Code        string
	Name        string
	Threshold   int64 // in points earned or, in minor units, money spent, as the programme says
	Factor      int64 // hundredths of what rules give
	Benefits    string
	From, Until dates.Date // both included; 0 is open
}

// Covers says whether the tier is there on a day.
func (t *Tier) Covers(day dates.Date) bool { return t.From <= day && day <= lapse(t.Until) }

// Tiers are the tiers of a programme on a day, the lowest first; with day 0 all there ever were.
func Tiers(v *book.View, programme string, day dates.Date) ([]Tier, error) {
	all, err := book.All(v, scanTier, `SELECT id, programme, code, name, threshold, factor, ifnull(benefits, ''), ifnull(from_on, ''), ifnull(until_on, '')
		FROM tiers WHERE programme = ? ORDER BY threshold, code, ifnull(from_on, '')`, programme)
	if day != 0 {
		all = slices.DeleteFunc(all, func(t Tier) bool { return !t.Covers(day) })
	}
	return all, err
}

func scanTier(row book.Scanner) (t Tier, err error) {
	var from, until string
	err = row.Scan(&t.ID, &t.Programme, &t.Code, &t.Name, &t.Threshold, &t.Factor, &t.Benefits, &from, &until)
	t.From, t.Until = dayOf(from), dayOf(until)
	return t, err
}

// AddTier makes a tier. A code that is there in those days, or another with its threshold, is a fault.Conflict.
func AddTier(tx *book.Tx, t Tier) (Tier, error) {
	if err := t.check(tx); err != nil {
		return t, err
	}
	id, err := tx.Insert(`INSERT INTO tiers (programme, code, name, threshold, factor, benefits, from_on, until_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		t.Programme, t.Code, t.Name, t.Threshold, t.Factor, textOrNil(t.Benefits), dayOrNil(t.From), dayOrNil(t.Until))
	t.ID = id
	return t, err
}

// check cleans a tier and refuses what cannot be.
func (t *Tier) check(tx *book.Tx) error {
	t.Code, t.Name, t.Benefits = codeOf(t.Code), strings.TrimSpace(t.Name), strings.TrimSpace(t.Benefits)
	if t.Name == "" {
		t.Name = t.Code
	}
	wrong := func(field, reason string) error {
		return &fault.Error{Kind: fault.Usage, Noun: "tier", Key: t.Code, Field: field, Reason: reason}
	}
	if err := checkProgramme(t.Programme); err != nil {
		return err
	}
	switch {
	case t.Code == "":
		return wrong("code", "a tier needs a code")
	case t.Threshold < 0 || t.Threshold > mostPoints:
		reach, err := t.reach(tx.View)
		if err != nil {
			return err
		}
		return wrong("threshold", reach(t.Threshold)+" was found; it takes 0 to "+reach(mostPoints))
	case t.Factor < 0 || t.Factor > mostFactor:
		return wrong("factor", fmt.Sprintf("%d hundredths were found; it takes 0 to %d", t.Factor, int64(mostFactor)))
	case t.Until != 0 && t.Until < t.From:
		return wrong("until", fmt.Sprintf("%s is before %s, its first day", t.Until, t.From))
	}
	others, err := Tiers(tx.View, t.Programme, 0)
	for _, o := range others {
		if o.ID == t.ID || o.From > lapse(t.Until) || t.From > lapse(o.Until) {
			continue
		}
		if o.Code == t.Code || o.Threshold == t.Threshold {
			reach, err := t.reach(tx.View)
			if err != nil {
				return err
			}
			return &fault.Error{Kind: fault.Conflict, Noun: "tier", Key: t.Code, Reason: "tier " + o.Code + " has the threshold " + reach(o.Threshold) + " in those days",
				Hint: "change that one with: perla tier edit " + o.Code}
		}
	}
	return err
}

// reach writes thresholds as the programme counts: money or points.
func (t *Tier) reach(v *book.View) (func(n int64) string, error) {
	s, err := SettingsAt(v, t.Programme, max(t.From, v.Today()))
	return func(n int64) string {
		if s.TierBasis == TierBySpent {
			return v.Settings().Currency.Format(money.Amount(n))
		}
		return strconv.FormatInt(n, 10)
	}, err
}

// tierOn is the tier with a code on a day.
func tierOn(v *book.View, programme, code string, day dates.Date) (Tier, error) {
	if err := checkProgramme(programme); err != nil {
		return Tier{}, err
	}
	tiers, err := Tiers(v, programme, day)
	if err != nil {
		return Tier{}, err
	}
	var codes []string
	for _, t := range tiers {
		if t.Code == codeOf(code) {
			return t, nil
		}
		codes = append(codes, t.Code)
	}
	hint := "list them with: perla tier list"
	if near := fault.Nearest(code, codes); near != "" {
		hint = "did you mean " + near + "?"
	}
	return Tier{}, &fault.Error{Kind: fault.NotFound, Noun: "tier", Key: code, Reason: fmt.Sprintf("the programme of %s has no such tier on %s", programme, day), Hint: hint}
}

// EditTier changes a tier from a day on; before that day it stays as it was.
func EditTier(tx *book.Tx, programme, code string, since dates.Date, edit func(*Tier) error) (Tier, error) {
	old, err := tierOn(tx.View, programme, code, since)
	if err != nil {
		return old, err
	}
	t := old
	if err := edit(&t); err != nil {
		return t, err
	}
	t.ID, t.Programme, t.Code, t.From = old.ID, old.Programme, old.Code, old.From
	if err := t.check(tx); err != nil || t == old {
		return t, err
	}
	if old.From >= since {
		_, err := tx.Exec(`UPDATE tiers SET name = ?, threshold = ?, factor = ?, benefits = ?, until_on = ? WHERE id = ?`,
			t.Name, t.Threshold, t.Factor, textOrNil(t.Benefits), dayOrNil(t.Until), t.ID)
		return t, err
	}
	if _, err := tx.Exec(`UPDATE tiers SET until_on = ? WHERE id = ?`, since.AddDays(-1).String(), old.ID); err != nil {
		return t, err
	}
	t.From = since
	return AddTier(tx, t)
}

// EndTier makes a day the last of a tier, whatever was to become of it later.
func EndTier(tx *book.Tx, programme, code string, last dates.Date) (Tier, error) {
	t, err := tierOn(tx.View, programme, code, last)
	if err != nil {
		return t, err
	}
	t.Until = last
	if _, err := tx.Exec(`DELETE FROM tiers WHERE programme = ? AND code = ? AND from_on > ?`, programme, t.Code, last.String()); err != nil {
		return t, err
	}
	_, err = tx.Exec(`UPDATE tiers SET until_on = ? WHERE id = ?`, last.String(), t.ID)
	return t, err
}

// higher orders tiers by their thresholds.
func higher(a, b Tier) int {
	return cmp.Or(cmp.Compare(a.Threshold, b.Threshold), cmp.Compare(a.Code, b.Code))
}
