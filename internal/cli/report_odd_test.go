package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// oddBooks are books in which a figure may have nothing to be made of, by the orders a file brings into them.
var oddBooks = map[string]string{
	"empty":        "",
	"one customer": "",
	"one order":    "ref,customer,date,total\n1,ana,2026-11-02,12.50\n",
	"one day": "ref,customer,date,product,quantity,unit_price\n1,ana,2026-11-02,AB,1,12.50\n2,bea,2026-11-02,AB,2,12.50\n" +
		"2,bea,2026-11-02,CD,1,3\n3,ana,2026-11-02,CD,1,3\n",
	"only returns":  "ref,customer,date,total\n1,ana,2026-11-02,-12.50\n2,bea,2026-11-03,-1\n",
	"only for free": "ref,customer,date,total\n1,ana,2026-11-02,0\n2,ana,2026-11-09,0\n3,bea,2026-11-03,0\n",
}

// TestReportsOfOddBooks asks every report of books with next to nothing in them, today and as of a day before all of it:
// each answers, with figures or an empty list, and never with something that is no number.
func TestReportsOfOddBooks(t *testing.T) {
	for name, orders := range oddBooks {
		t.Run(name, func(t *testing.T) {
			vars := map[string]string{"HOME": t.TempDir(), "PERLA_DB": filepath.Join(t.TempDir(), "book.db")}
			ok := func(args ...string) string {
				code, out, talk := runPerla(t, vars, args...)
				require.Zero(t, code, "perla %s: %s", strings.Join(args, " "), talk)
				return out
			}
			ok("init", "--currency", "EUR")
			if name == "one customer" {
				ok("customer", "add", "Ana")
			}
			if orders != "" {
				file := filepath.Join(t.TempDir(), "orders.csv")
				require.NoError(t, os.WriteFile(file, []byte(orders), 0o600))
				ok("order", "import", file)
			}
			for _, report := range reportCommand(newApp(t)).Commands() {
				for _, asOf := range []string{"2026-11-22", "1990-01-01"} {
					out := ok("report", report.Name(), "--as-of", asOf, "-o", "json")
					var rows []map[string]any
					require.NoError(t, json.Unmarshal([]byte(out), &rows), "report %s as of %s: %s", report.Name(), asOf, out)
					ok("report", report.Name(), "--as-of", asOf, "-o", "table")
				}
				if report.Flags().Lookup("summary") != nil {
					ok("report", report.Name(), "--summary")
				}
			}
			ok("today", "--all")
		})
	}
}
