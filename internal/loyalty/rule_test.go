package loyalty

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

func TestParseRule(t *testing.T) {
	today := theDay("2026-11-22")
	for _, text := range []string{one, double, "w event | event=Event Attended | points=5 | scope=weekday=mon; tier=GOLD", "B bonus | points=0 | scope=min_total=9.50 | cap=3 | cap_per=week | priority=0",
		"R rate | points=3 | per=7.50 | pending=14 | expiry=12m quarter | from=2026-01-01 | until=2026-12 | stacking=only | programme=consultants", "H multiplier | factor=0.25"} {
		r, problems := ParseRule(ruleOf(text), 2, today)
		require.Empty(t, problems, text)
		again, problems := ParseRule(r.Row(2), 2, today)
		require.Empty(t, problems, text)
		require.Equal(t, r, again, text)
	}
	row := ruleOf("A event | event=Event-Attended | points=5 | until=2026-02")
	row.Code = "Ünter Wegs"
	r, _ := ParseRule(row, 2, today)
	require.Equal(t, "UNTER-WEGS event_attended 2026-02-28", fmt.Sprint(r.Code, " ", r.Event, " ", r.Until))
	for _, c := range [][2]string{
		{" rate | points=1 | per=1", "code"}, {"A prize | points=1", "kind"}, {"A rate | per=1", "points"}, {"A rate | points=1", "per"}, {"A rate | points=1 | per=0", "per"}, {"A rate | points=1 | per=0.001", "per"},
		{"A rate | points=-1 | per=1", "points"}, {"A rate | points=1.5 | per=1", "points"}, {"A rate | points=1 | per=1 | factor=2", "factor"}, {"A multiplier", "factor"}, {"A multiplier | factor=2 | points=1", "points"},
		{"A multiplier | factor=1.234", "factor"}, {"A multiplier | factor=101", "factor"}, {"A multiplier | factor=-1", "factor"}, {"A bonus", "points"}, {"A bonus | points=1 | per=1", "per"}, {"A bonus | points=1 | event=welcome", "event"},
		{"A event | points=1", "event"}, {"A event | event=welcome | points=1 | scope=channel=web", "scope"}, {"A event | event=welcome | points=1 | scope=product=X", "scope"}, {"A bonus | points=1 | scope=colour=red", "scope"},
		{"A bonus | points=1 | cap=5", "cap"}, {"A bonus | points=1 | cap_per=day", "cap"}, {"A bonus | points=1 | cap=5 | cap_per=hour", "cap_per"}, {"A bonus | points=1 | cap=0 | cap_per=day", "cap"},
		{"A multiplier | factor=0.5 | cap=5 | cap_per=day", "cap"}, {"A bonus | points=1 | stacking=both", "stacking"}, {"A bonus | points=1 | priority=first", "priority"}, {"A bonus | points=1 | pending=-1", "pending_days"},
		{"A bonus | points=1 | expiry=soon", "expiry"}, {"A bonus | points=1 | from=2026-02-30", "from_on"}, {"A bonus | points=1 | from=2026-03-01 | until=2026-02-28", "until_on"}, {"A bonus | points=1 | programme=staff", "programme"},
	} {
		_, problems := ParseRule(ruleOf(c[0]), 2, today)
		require.Len(t, problems, 1, c[0])
		require.Equal(t, c[1], problems[0].Field, "%s: %s", c[0], problems[0].Reason)
	}
}

// rows is what of the rules is in the book, a line each.
func ruleRows(t testing.TB, b *book.Book) (rows []string) {
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		rules, err := Rules(v, "", 0)
		for _, r := range rules {
			rows = append(rows, fmt.Sprintf("%s %d %s..%s", r.Code, r.Points+r.Factor, r.From, r.Until))
		}
		return err
	}))
	return rows
}

func TestRulesAreDated(t *testing.T) {
	b := todayBook(t)
	ctx := context.Background()
	add := func(text string) error {
		return b.Update(ctx, "test", func(tx *book.Tx) error {
			_, err := AddRule(tx, rulesOf(t, text)[0])
			return err
		})
	}
	edit := func(code, since string, change func(*Rule)) error {
		return b.Update(ctx, "test", func(tx *book.Tx) error {
			_, err := EditRule(tx, Clients, code, theDay(since), func(r *Rule) error { change(r); return nil })
			return err
		})
	}
	end := func(code, last string) error {
		return b.Update(ctx, "test", func(tx *book.Tx) error {
			_, err := EndRule(tx, Clients, code, theDay(last))
			return err
		})
	}
	require.NoError(t, add("BASE rate | points=1 | per=1.00"))
	require.Equal(t, fault.Conflict, fault.KindOf(add("BASE rate | points=2 | per=1.00 | from=2026-06-01")))
	require.NoError(t, add("base rate | points=2 | per=1.00 | programme=consultants"))
	require.NoError(t, edit("base", "2026-06-01", func(r *Rule) { r.Points = 2 }))
	require.NoError(t, edit("BASE", "2026-07-01", func(r *Rule) { r.Points = 2 }))
	require.Equal(t, []string{"BASE 1 ..2026-05-31", "BASE 2 2026-06-01..", "BASE 2 .."}, ruleRows(t, b))
	require.NoError(t, edit("BASE", "2026-06-01", func(r *Rule) { r.Points = 3 }))
	require.NoError(t, edit("BASE", "2026-05-01", func(r *Rule) { r.Points = 9 }))
	require.Equal(t, []string{"BASE 1 ..2026-04-30", "BASE 9 2026-05-01..2026-05-31", "BASE 3 2026-06-01..", "BASE 2 .."}, ruleRows(t, b))
	require.Equal(t, fault.Conflict, fault.KindOf(edit("BASE", "2026-05-01", func(r *Rule) { r.Until = 0 })))
	require.Equal(t, fault.Usage, fault.KindOf(edit("BASE", "2026-06-01", func(r *Rule) { r.Per = 0 })))
	require.Equal(t, fault.Usage, fault.KindOf(edit("BASE", "2026-06-01", func(r *Rule) { r.Code = "OTHER" })))
	require.NoError(t, end("BASE", "2026-05-15"))
	require.Equal(t, []string{"BASE 1 ..2026-04-30", "BASE 9 2026-05-01..2026-05-15", "BASE 2 .."}, ruleRows(t, b))
	require.Equal(t, fault.Conflict, fault.KindOf(edit("BASE", "2026-06-01", func(r *Rule) { r.Points = 2 })))
	require.NoError(t, add("BASE rate | points=4 | per=1.00 | from=2026-05-16"))
	err := end("BASIS", "2026-05-15")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	require.Equal(t, "did you mean BASE?", err.(*fault.Error).Hint)
}

func TestReadRules(t *testing.T) {
	b := todayBook(t)
	write(t, b, func(tx *book.Tx) error {
		_, err := tx.Exec(`INSERT INTO products (sku, name, category, created_on) VALUES ('SERUM', 'Serum', 'Skin care', '2026-01-01')`)
		return err
	})
	for _, c := range []struct {
		rules []string
		want  []string
	}{
		{[]string{one, double}, nil},
		{[]string{one, "BASE rate | points=2 | per=1.00 | from=2026-01-01"}, []string{"3 false BASE holds always and from 2026-01-01 on: one day, one rule of a code"}},
		{[]string{one + " | until=2025-12-31", "BASE rate | points=2 | per=1.00 | from=2026-01-01"}, nil},
		{[]string{one, "BASE rate | points=2 | per=1.00 | programme=consultants"}, nil},
		{[]string{double}, []string{"2 true no rate holds always, so there is nothing to multiply"}},
		{[]string{one + " | stacking=only | priority=1", "MORE rate | points=2 | per=1.00"}, []string{"3 true it never holds: BASE is in front of it, for everything, and keeps out the others"}},
		{[]string{one + " | stacking=only", "MORE rate | points=2 | per=1.00 | priority=1"}, nil},
		{[]string{"S rate | points=1 | per=1 | scope=product=SERUMM,serum; category=skin care"}, []string{`2 true the book has no product "SERUMM", did you mean "SERUM"?`}},
		{[]string{"S rate | points=1 | per=1 | scope=tier=GOLD; cause=vegan"}, []string{`2 true the book has no cause "vegan"`, `2 true the book has no tier "GOLD"`}},
		{[]string{"S rate | points=x | per=1", double}, []string{`2 false "x" was found, it takes a whole number from 0 to 1000000000000`, "3 true no rate holds always, so there is nothing to multiply"}},
	} {
		var rows []RuleRow
		for i, text := range c.rules {
			row := ruleOf(text)
			row.Line = i + 2
			rows = append(rows, row)
		}
		var got []string
		require.NoError(t, b.View(context.Background(), func(v *book.View) error {
			_, problems, err := ReadRules(v, rows)
			for _, p := range problems {
				got = append(got, fmt.Sprint(p.Line, " ", p.Warning, " ", p.Reason))
			}
			return err
		}))
		require.Equal(t, c.want, got, "%v", c.rules)
	}
}

func TestReplaceRules(t *testing.T) {
	b := todayBook(t)
	replace := func(texts ...string) (done Replaced) {
		write(t, b, func(tx *book.Tx) (err error) {
			done, err = ReplaceRules(tx, rulesOf(t, texts...))
			return err
		})
		return done
	}
	require.Equal(t, Replaced{Added: 3}, replace(one, double, "NEXT bonus | points=5 | from=2027-01-01"))
	require.Equal(t, Replaced{Unchanged: 3}, replace(one, double, "NEXT bonus | points=5 | from=2027-01-01"))
	require.Equal(t, Replaced{Changed: 1, Ended: 1, Removed: 1}, replace("BASE rate | points=2 | per=1.00"))
	require.Equal(t, []string{"BASE 2 ..", "DOUBLE 200 ..2026-11-21"}, ruleRows(t, b))
	require.Equal(t, Replaced{Added: 1}, replace("C rate | points=2 | per=1.00 | programme=consultants"))
	require.Equal(t, Replaced{Added: 1, Unchanged: 2}, replace("BASE rate | points=2 | per=1.00", "DOUBLE multiplier | factor=3 | from=2026-11-22"))
}
