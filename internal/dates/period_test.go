package dates

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sunday is the fixed today of these tests.
const sunday = "2026-11-22"

func TestParse(t *testing.T) {
	today := on(t, sunday)
	for _, c := range [][3]string{ // text, first day, last day
		{"2026-11-22", "2026-11-22", "2026-11-22"}, {" 2024-02-29 ", "2024-02-29", "2024-02-29"},
		{"2026-11", "2026-11-01", "2026-11-30"}, {"2024-02", "2024-02-01", "2024-02-29"}, {"2023-02", "2023-02-01", "2023-02-28"}, {"2026-12", "2026-12-01", "2026-12-31"},
		{"2026-W47", "2026-11-16", "2026-11-22"}, {"2026-w01", "2025-12-29", "2026-01-04"}, {"2026-W53", "2026-12-28", "2027-01-03"}, {"2020-W53", "2020-12-28", "2021-01-03"},
		{"2026-Q4", "2026-10-01", "2026-12-31"}, {"2024-q1", "2024-01-01", "2024-03-31"}, {"2026", "2026-01-01", "2026-12-31"}, {"0001", "0001-01-01", "0001-12-31"},
		{"9999-W52", "9999-12-27", "9999-12-31"}, {"0001-W01", "0001-01-01", "0001-01-07"},
		{"today", sunday, sunday}, {"TODAY", sunday, sunday}, {"hoy", sunday, sunday}, {"hoje", sunday, sunday}, {"aujourd'hui", sunday, sunday}, {"Aujourd\u2019hui", sunday, sunday},
		{"yesterday", "2026-11-21", "2026-11-21"}, {"ayer", "2026-11-21", "2026-11-21"}, {"ontem", "2026-11-21", "2026-11-21"}, {"hier", "2026-11-21", "2026-11-21"},
		{"tomorrow", "2026-11-23", "2026-11-23"}, {"mañana", "2026-11-23", "2026-11-23"}, {"man\u0303ana", "2026-11-23", "2026-11-23"}, {"MANANA", "2026-11-23", "2026-11-23"},
		{"amanhã", "2026-11-23", "2026-11-23"}, {"demain", "2026-11-23", "2026-11-23"},
		{"-30d", "2026-10-23", "2026-10-23"}, {"+2w", "2026-12-06", "2026-12-06"}, {"-3m", "2026-08-22", "2026-08-22"}, {"-1y", "2025-11-22", "2025-11-22"}, {"-0d", sunday, sunday}, {"+1D", "2026-11-23", "2026-11-23"},
		{"monday", "2026-11-16", "2026-11-16"}, {"saturday", "2026-11-21", "2026-11-21"}, {"sunday", sunday, sunday}, {"Mon", "2026-11-16", "2026-11-16"}, {"fri", "2026-11-20", "2026-11-20"},
		{"lunes", "2026-11-16", "2026-11-16"}, {"martes", "2026-11-17", "2026-11-17"}, {"miércoles", "2026-11-18", "2026-11-18"}, {"jueves", "2026-11-19", "2026-11-19"}, {"viernes", "2026-11-20", "2026-11-20"},
		{"sábado", "2026-11-21", "2026-11-21"}, {"domingo", sunday, sunday}, {"segunda", "2026-11-16", "2026-11-16"}, {"terça-feira", "2026-11-17", "2026-11-17"}, {"quarta feira", "2026-11-18", "2026-11-18"},
		{"quinta", "2026-11-19", "2026-11-19"}, {"sexta-feira", "2026-11-20", "2026-11-20"}, {"lundi", "2026-11-16", "2026-11-16"}, {"mardi", "2026-11-17", "2026-11-17"}, {"mercredi", "2026-11-18", "2026-11-18"},
		{"jeudi", "2026-11-19", "2026-11-19"}, {"vendredi", "2026-11-20", "2026-11-20"}, {"samedi", "2026-11-21", "2026-11-21"}, {"dimanche", sunday, sunday}, {"el lunes", "2026-11-16", "2026-11-16"},
		{"this week", "2026-11-16", "2026-11-22"}, {"this month", "2026-11-01", "2026-11-30"}, {"this quarter", "2026-10-01", "2026-12-31"}, {"this year", "2026-01-01", "2026-12-31"},
		{"last week", "2026-11-09", "2026-11-15"}, {"last month", "2026-10-01", "2026-10-31"}, {"Last  Quarter", "2026-07-01", "2026-09-30"}, {"last year", "2025-01-01", "2025-12-31"}, {"previous month", "2026-10-01", "2026-10-31"},
		{"este mes", "2026-11-01", "2026-11-30"}, {"esta semana", "2026-11-16", "2026-11-22"}, {"este año", "2026-01-01", "2026-12-31"}, {"este trimestre", "2026-10-01", "2026-12-31"},
		{"mes pasado", "2026-10-01", "2026-10-31"}, {"el mes pasado", "2026-10-01", "2026-10-31"}, {"la semana pasada", "2026-11-09", "2026-11-15"}, {"año pasado", "2025-01-01", "2025-12-31"}, {"trimestre pasado", "2026-07-01", "2026-09-30"},
		{"este mês", "2026-11-01", "2026-11-30"}, {"mês passado", "2026-10-01", "2026-10-31"}, {"a semana passada", "2026-11-09", "2026-11-15"}, {"ano passado", "2025-01-01", "2025-12-31"}, {"este ano", "2026-01-01", "2026-12-31"},
		{"ce mois", "2026-11-01", "2026-11-30"}, {"ce mois-ci", "2026-11-01", "2026-11-30"}, {"cette semaine", "2026-11-16", "2026-11-22"}, {"cette année", "2026-01-01", "2026-12-31"}, {"cet an", "2026-01-01", "2026-12-31"},
		{"le mois dernier", "2026-10-01", "2026-10-31"}, {"semaine dernière", "2026-11-09", "2026-11-15"}, {"l'année dernière", "2025-01-01", "2025-12-31"}, {"l’an dernier", "2025-01-01", "2025-12-31"}, {"mois passé", "2026-10-01", "2026-10-31"},
		{"last 30 days", "2026-10-24", sunday}, {"last 1 day", sunday, sunday}, {"the last 2 weeks", "2026-11-09", sunday}, {"last 3 months", "2026-08-23", sunday}, {"last 1 quarter", "2026-08-23", sunday},
		{"last 12 months", "2025-11-23", sunday}, {"past 2 years", "2024-11-23", sunday}, {"últimos 30 días", "2026-10-24", sunday}, {"los últimos 30 días", "2026-10-24", sunday}, {"últimas 2 semanas", "2026-11-09", sunday},
		{"últimos 30 dias", "2026-10-24", sunday}, {"os últimos 3 meses", "2026-08-23", sunday}, {"30 derniers jours", "2026-10-24", sunday}, {"les 3 derniers mois", "2026-08-23", sunday}, {"2 dernières semaines", "2026-11-09", sunday},
	} {
		from, err := Parse(c[0], today)
		require.NoError(t, err, c[0])
		require.Equal(t, c[1], from.String(), c[0])
		to, err := ParseEnd(c[0], today)
		require.NoError(t, err, c[0])
		require.Equal(t, c[2], to.String(), c[0])
		r, err := ParseRange(c[0], today)
		require.NoError(t, err, c[0])
		require.Equal(t, Range{from, to}, r, c[0])
	}
}

func TestParseFromEndsOfMonths(t *testing.T) {
	for _, c := range [][3]string{ // today, text, first day
		{"2026-03-31", "-1m", "2026-02-28"}, {"2024-01-31", "+1m", "2024-02-29"}, {"2024-02-29", "-1y", "2023-02-28"}, {"2026-01-01", "last month", "2025-12-01"}, {"2026-01-01", "last week", "2025-12-22"},
		{"2026-05-31", "last 3 months", "2026-03-01"}, {"2026-11-16", "monday", "2026-11-16"}, {"2026-11-15", "monday", "2026-11-09"}, {"2026-01-01", "last quarter", "2025-10-01"},
	} {
		got, err := Parse(c[1], on(t, c[0]))
		require.NoError(t, err)
		require.Equal(t, c[2], got.String(), "%s on %s", c[1], c[0])
	}
}

func TestParseRange(t *testing.T) {
	for _, c := range [][3]string{ // text, from, to
		{"2026-01-01..2026-03-31", "2026-01-01", "2026-03-31"}, {"2026-01-01 .. 2026-03-31", "2026-01-01", "2026-03-31"}, {"2026..", "2026-01-01", ""}, {"..2026-Q3", "", "2026-09-30"},
		{"2026-Q1..2026-Q2", "2026-01-01", "2026-06-30"}, {"-30d..", "2026-10-23", ""}, {"-30d..today", "2026-10-23", sunday}, {"ayer..hoy", "2026-11-21", sunday}, {"last month..this month", "2026-10-01", "2026-11-30"},
		{"2026-11-22..2026-11-22", sunday, sunday}, {"2025..2026", "2025-01-01", "2026-12-31"},
	} {
		got, err := ParseRange(c[0], on(t, sunday))
		require.NoError(t, err, c[0])
		require.Equal(t, Range{on(t, c[1]), on(t, c[2])}, got, c[0])
	}
}

func TestParseRefuses(t *testing.T) {
	today := on(t, sunday)
	for _, s := range []string{
		"", " ", "-", "30d", "-d", "+", "-3x", "-1234567d", "--3d", "- 3d", "-3.5d", "2026/11/22", "20261122", "2026-1", "2026-11-2", "26-11-22", "2026-W4", "2026-W", "2026-Q5", "2026-Q0", "2026-Q",
		"202", "20266", "someday", "mar", "the", "last", "month", "this", "30 days", "last day", "this day", "last 0 days", "last -1 days", "-5 last days", "ce mois-la", "this 3 months", "previous 3 months", "past month", "últimos mes", "last last month",
		"last month month", "last 3 4 days", "a b c d", "last 30", "2026-11-22T10:00", "mes pasado 3", "\xff", "\x00", "２０２６", "...",
	} {
		for name, parse := range map[string]func(string, Date) (Date, error){"Parse": Parse, "ParseEnd": ParseEnd} {
			_, err := parse(s, today)
			require.ErrorContains(t, err, "2026-11-22, 2026-11,", "%s %q", name, s)
		}
		r, err := ParseRange(s, today)
		require.Error(t, err, "%q", s)
		require.Zero(t, r)
	}
	for text, want := range map[string]string{
		"2026-02-30": "no such day in the calendar", "2026-13": "no such day", "2026-00": "no such day", "0000": "no such day", "2026-W54": "no such day", "2025-W53": "no such day", "2026-W00": "no such day",
		"22/11/2026": "with the year first", "1.12.2026": "with the year first",
		"-999999d": "outside the years", "+9000y": "outside the years", "last 9999 years": "outside the years",
	} {
		_, err := Parse(text, today)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, fmt.Sprintf("%q", text))
	}
	for text, want := range map[string]string{
		"..": "A..B", "soon": "last 30 days", "2026..2025": "begins after its end", "today..yesterday": "begins after its end", "2026-01-01...2026-02-01": "not a date", "x..2026": "not a date", "2026..x": "not a date",
		"2026..2027..2028": "not a date",
	} {
		_, err := ParseRange(text, today)
		require.ErrorContains(t, err, want, text)
	}
	_, err := Parse("today", 0)
	require.ErrorIs(t, err, errRange)
	_, err = Parse(strings.Repeat("long ", 100), today)
	require.Less(t, len(err.Error()), 200)
	_, err = ParseRange(strings.Repeat("9", 100)+"..", today)
	require.Less(t, len(err.Error()), 300)
}

func TestWeeksAreISO(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Date(rapid.Int32Range(1, int32(last)).Draw(t, "day"))
		y, m, day := d.Civil()
		year, week := time.Date(y, m, day, 0, 0, 0, 0, time.UTC).ISOWeek()
		if year < 1 || year > 9999 {
			return
		}
		r, err := ParseRange(fmt.Sprintf("%04d-W%02d", year, week), 1)
		if err != nil || d < r.From || d > r.To || r.From.Weekday() != time.Monday || r.To != min(r.From+6, last) {
			t.Fatalf("%v in week %d-%d: %v..%v, %v", d, year, week, r.From, r.To, err)
		}
	})
}

func TestPeriodsHoldTodayOrEndBeforeIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		today := Date(rapid.Int32Range(1000, int32(last)-1000).Draw(t, "today"))
		unit := rapid.SampledFrom([]string{"week", "month", "quarter", "year"}).Draw(t, "unit")
		now, err := ParseRange("this "+unit, today)
		if err != nil || today < now.From || today > now.To {
			t.Fatalf("%v: %v %v", today, now, err)
		}
		before, err := ParseRange("last "+unit, today)
		if err != nil || before.To != now.From-1 || before.From > before.To {
			t.Fatalf("%v: %v before %v, %v", today, before, now, err)
		}
		n := rapid.IntRange(1, 900).Draw(t, "n")
		days, err := ParseRange(fmt.Sprintf("last %d days", n), today)
		if err != nil || days.To != today || int(days.To-days.From) != n-1 {
			t.Fatalf("last %d days of %v: %v, %v", n, today, days, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-11-22", "2026-W47", "-30d", "A..B", "..2026", "last 30 days", "l'an dernier", "aujourd’hui", "9999-W53", "0000", "+999999y", "\xff..", "mañana..", "last 999999 quarters"} {
		f.Add(s, int32(739942))
	}
	f.Fuzz(func(t *testing.T, s string, day int32) {
		today := Date(day)
		if today < 0 || today > last {
			today = 0
		}
		r, err := ParseRange(s, today)
		if err != nil {
			require.Zero(t, r)
			require.True(t, utf8.ValidString(err.Error()))
			return
		}
		require.True(t, r.From >= 0 && r.To >= 0 && r.From <= last && r.To <= last && r != Range{})
		require.True(t, r.From == 0 || r.To == 0 || r.From <= r.To, "%q", s)
		again, err := ParseRange(r.From.String()+".."+r.To.String(), 0)
		require.NoError(t, err)
		require.Equal(t, r, again)
		if from, err := Parse(s, today); err == nil {
			to, err := ParseEnd(s, today)
			require.NoError(t, err)
			require.Equal(t, r, Range{from, to})
		}
	})
}
