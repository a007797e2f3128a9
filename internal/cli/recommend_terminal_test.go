//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRecommendOnATerminal: a person reads the whole reason, at any width.
func TestRecommendOnATerminal(t *testing.T) {
	orders := filepath.Join(t.TempDir(), "orders.csv")
	require.NoError(t, os.WriteFile(orders, []byte("ref,customer,date,product,quantity,unit_price\n1,Ana,2026-03-01,Serum,1,20\n"+
		"2,Bea,2026-03-02,Serum,1,20\n2,Bea,2026-03-02,Crème de nuit,1,12\n3,Eva,2026-03-03,Serum,1,20\n3,Eva,2026-03-03,Crème de nuit,1,12\n4,Zoe,2026-03-04,Soap,1,3\n"), 0o600))
	seen := onTerminal(t, [][]string{{"init", "--currency", "EUR", "--country", "ES", "--locale", "en"}, {"order", "import", orders}})
	require.Equal(t, `
Crème de nuit  Crème de nuit
  2 of 2 who bought Serum also bought it, 1.5 times as often as all
`, seen(80, "recommend", "ana"))
	require.Equal(t, `
Crème de nuit  Crème de nuit
  2 of 2 who bought Serum also bought
    it, 1.5 times as often as all
`, seen(40, "recommend", "ana"))
	require.Contains(t, seen(40, "recommend", "ana", "-o", "table"), "reason\n")
}
