package cli

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
)

// TestDemoIsAliveAllYear makes the demo on days with different seasons behind them: each segment of the report has
// someone in it, and the last order is of the day itself.
func TestDemoIsAliveAllYear(t *testing.T) {
	segments := "champions loyal potential_loyalist new promising need_attention about_to_sleep cant_lose at_risk hibernating prospect"
	for _, day := range []string{"2026-01-01", "2026-03-01", "2026-05-06", "2026-08-31", "2026-12-24", "2028-02-29"} {
		t.Run(day, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "demo")
			code, out, talk := runPerla(t, map[string]string{"PERLA_NOW": day + "T10:00:00Z"}, "demo", dir, "--columns", "segment")
			require.Zero(t, code, talk)
			require.Equal(t, "segment "+segments, strings.Join(strings.Fields(out), " "))
			last := demoRecords(t, dir, "orders.csv")
			require.Equal(t, day, last[len(last)-1][2])
		})
	}
}

func demoRecords(t *testing.T, dir, name string) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	require.NoError(t, err)
	return records
}

// TestDemoPeople holds that nobody in the demo can be reached: numbers are of ranges not given out, addresses under domains
// kept for examples; and that names, numbers and addresses are each had by one.
func TestDemoPeople(t *testing.T) {
	today, err := dates.ParseISO("2026-11-22")
	require.NoError(t, err)
	people := demoPeople(today)
	require.Len(t, people, 200)
	seen := map[string]bool{}
	once := func(what string) {
		require.False(t, seen[what], "%s is there twice", what)
		seen[what] = what != ""
	}
	for _, p := range people {
		once(p.Name)
		once(p.Email)
		number := contacts.E164(p.Phone, "ES")
		once(number)
		require.NotEmpty(t, p.Email+p.Phone)
		if p.Phone != "" {
			require.Regexp(t, `^(\+3475000\d{4}|\+351940000\d{3}|\+33639980\d{3}|\+447700900\d{3})$`, number, p.Phone)
		}
		if p.Email != "" {
			require.Regexp(t, `^[a-z0-9.'-]+@([a-z-]+\.)?example\.(com|org|net)$`, p.Email)
		}
	}
}

// TestDemoFairIsReadable: on any day at least one day of the fair is no month, so that the order of its dates is certain.
func TestDemoFairIsReadable(t *testing.T) {
	first, err := dates.ParseISO("2026-01-01")
	require.NoError(t, err)
	for n := range 400 {
		today := first.AddDays(n)
		people := demoPeople(today)
		demoAssign(people, newDemoShelves())
		var file bytes.Buffer
		require.NoError(t, writeDemoFair(&file, people, today))
		in := csv.NewReader(&file)
		in.Comma = ';'
		records, err := in.ReadAll()
		require.NoError(t, err)
		certain := false
		for _, record := range records[1:] {
			day, _, _ := strings.Cut(record[2], "/")
			number, err := strconv.Atoi(day)
			require.NoError(t, err)
			certain = certain || number > 12
		}
		require.True(t, certain, today)
	}
}
