//go:build unix

package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheLastPoints has many processes at a time redeem the points of one client until long after the last: exactly what
// there is is spent, every other redemption is refused, and nobody is told that the book is busy. PERLA_RACE=500 has 16
// processes redeem so often each.
func TestTheLastPoints(t *testing.T) {
	spenders, each := 4, 6
	if n, err := strconv.Atoi(os.Getenv("PERLA_RACE")); err == nil {
		spenders, each = 16, n
	}
	points := spenders * each / 2
	dir := t.TempDir()
	home := filepath.Join(dir, ".home")
	require.NoError(t, os.Mkdir(home, 0o700))
	for _, args := range [][]string{{"init", "--currency", "EUR"}, {"customer", "add", "Ana"}, {"points", "rule", "add", "BASE", "--points", "1", "--per", "1"},
		{"points", "adjust", "ana", strconv.Itoa(points), "--reason", "a race"}} {
		inHome(t, dir, home, args...)
	}
	var wait sync.WaitGroup
	codes := make(chan int, spenders*each)
	for range spenders {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for range each {
				run := exec.Command("perla", "points", "redeem", "ana", "1", "--reason", "a coffee")
				run.Dir, run.Env = dir, append(os.Environ(), homeVars(home)...)
				var exit *exec.ExitError
				if err := run.Run(); errors.As(err, &exit) || err == nil {
					codes <- run.ProcessState.ExitCode()
				}
			}
		}()
	}
	wait.Wait()
	close(codes)
	count := map[int]int{}
	for code := range codes {
		count[code]++
	}
	require.Equal(t, map[int]int{0: points, 6: spenders*each - points}, count)
	out := exec.Command("perla", "points", "balance", "ana", "--columns", "usable,debt,ledger", "-o", "csv")
	out.Dir, out.Env = dir, append(os.Environ(), homeVars(home)...)
	text, err := out.Output()
	require.NoError(t, err)
	require.Equal(t, "usable,debt,ledger\n0,0,0\n", string(text))
}
