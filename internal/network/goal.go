package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// GoalKinds are what a consultant may aim at: money of sales, or a number.
var GoalKinds = []string{"sales", "group_sales", "orders", "new_clients", "new_consultants"}

// Goal is what a consultant wants to reach in a period.
type Goal struct {
	Consultant int64
	Ref, Name  string // of her
	From       dates.Date
	Kind       string
	Target     int64 // minor units of money for sales and group_sales
}

// IsMoney says whether the target is an amount of money.
func (g *Goal) IsMoney() bool { return strings.HasSuffix(g.Kind, "sales") }

// Goals are those of a consultant in the period that begins on a day, in the order of GoalKinds.
func Goals(v *book.View, consultant int64, from dates.Date) ([]Goal, error) {
	list, err := book.All(v, func(row book.Scanner) (g Goal, err error) {
		g.From = from
		err = row.Scan(&g.Consultant, &g.Ref, &g.Name, &g.Kind, &g.Target)
		return g, err
	}, `SELECT k.id, k.ref, k.name, g.kind, g.target FROM consultant_goals g JOIN consultants k ON k.id = g.consultant_id WHERE k.id = ? AND g.from_on = ?`, consultant, from.String())
	slices.SortFunc(list, func(a, b Goal) int { return slices.Index(GoalKinds, a.Kind) - slices.Index(GoalKinds, b.Kind) })
	return list, err
}

// SetGoals writes goals of a consultant, KIND=TARGET, for the period that begins on a day; an empty target takes one away.
func SetGoals(tx *book.Tx, consultant int64, from dates.Date, pairs []string) error {
	s := setter{tx: tx}
	for _, pair := range pairs {
		kind, text, found := strings.Cut(pair, "=")
		kind, text = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(kind)), "-", "_"), strings.TrimSpace(text)
		g := Goal{Kind: kind}
		if !found || !slices.Contains(GoalKinds, kind) {
			e := &fault.Error{Kind: fault.Usage, Noun: "goal", Key: pair, Reason: "needed is KIND=TARGET with one of " + strings.Join(GoalKinds, ", ")}
			if near := fault.Nearest(kind, GoalKinds); near != "" {
				e.Hint = "did you mean " + near + "?"
			}
			return e
		}
		if text == "" {
			if _, err := tx.Exec(`DELETE FROM consultant_goals WHERE consultant_id = ? AND from_on = ? AND kind = ?`, consultant, from.String(), kind); err != nil {
				return err
			}
			continue
		}
		var err error
		if g.IsMoney() {
			amount, wrong := s.money(text)
			g.Target, err = int64(amount), wrong
		} else {
			g.Target, err = wholeNumber(text, 1, 1_000_000)
		}
		if err == nil && g.Target == 0 {
			err = fmt.Errorf("nothing to aim at")
		}
		if err != nil {
			return &fault.Error{Kind: fault.Usage, Noun: "goal", Key: kind, Err: fmt.Errorf("%q is %w", text, err)}
		}
		if _, err := tx.Exec(`INSERT INTO consultant_goals (consultant_id, from_on, kind, target) VALUES (?, ?, ?, ?)
			ON CONFLICT (consultant_id, from_on, kind) DO UPDATE SET target = excluded.target WHERE target <> excluded.target`, consultant, from.String(), kind, g.Target); err != nil {
			return err
		}
	}
	return nil
}
