//go:build unix

package cli

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheLastUses has eight processes at a time sell with a promotion until long after its last use, to one customer who
// may use it twice and to others who may too: it is used just as often as it may be, and every other order is refused.
func TestTheLastUses(t *testing.T) {
	const sellers, each = 8, 4
	dir := t.TempDir()
	home := dir + "/.home"
	require.NoError(t, os.Mkdir(home, 0o700))
	for _, args := range [][]string{{"init", "--currency", "EUR"}, {"product", "add", "AB-100", "--price", "24.90"},
		{"promotion", "add", "FALL", "--percent", "10", "--max-uses", "7", "--max-uses-each", "2"}} {
		inHome(t, dir, home, args...)
	}
	names := []string{"Ana", "Bea", "Cleo", "Dora"}
	for _, name := range names {
		inHome(t, dir, home, "customer", "add", name)
	}
	count := race(t, dir, home, sellers, each, func(seller int) []string {
		return []string{"order", "add", names[seller%len(names)], "AB-100", "--code", "FALL"}
	})
	require.Equal(t, map[int]int{0: 7, 6: sellers*each - 7}, count)
	text := outputOf(t, dir, home, "sql", `SELECT sum(hers) AS uses, count(*) AS customers, max(hers) AS most
		FROM (SELECT count(*) AS hers FROM orders WHERE promotion_id IS NOT NULL GROUP BY customer_id)`)
	require.Equal(t, "uses,customers,most\n7,4,2\n", text)
}
