//go:build unix

package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheLastPieces has eight processes at a time sell a product piece by piece until long after the last: exactly what
// there is is sold, every other order is refused for want of stock, and nobody is told that the book is busy.
func TestTheLastPieces(t *testing.T) {
	const sellers, each, stock = 8, 12, "60"
	dir := t.TempDir()
	home := filepath.Join(dir, ".home")
	require.NoError(t, os.Mkdir(home, 0o700))
	for _, args := range [][]string{{"init", "--currency", "EUR"}, {"customer", "add", "Ana"}, {"product", "add", "AB-100", "--price", "24.90"},
		{"stock", "receive", "AB-100", stock, "--cost", "8"}} {
		inHome(t, dir, home, args...)
	}
	count := race(t, dir, home, sellers, each, func(int) []string { return []string{"order", "add", "ana", "AB-100"} })
	require.Equal(t, map[int]int{0: 60, 6: sellers*each - 60}, count)
	require.Equal(t, "on_hand,reserved,available\n60,60,0\n", outputOf(t, dir, home, "stock", "list", "--columns", "on_hand,reserved,available"))
}

// race runs perla in as many processes at a time as there are sellers, each so many times over with what args says, and
// counts the exit codes.
func race(t *testing.T, dir, home string, sellers, each int, args func(seller int) []string) map[int]int {
	var wait sync.WaitGroup
	codes := make(chan int, sellers*each)
	for seller := range sellers {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for range each {
				run := exec.Command("perla", args(seller)...)
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
	return count
}

// outputOf is what perla prints on standard output.
func outputOf(t *testing.T, dir, home string, args ...string) string {
	run := exec.Command("perla", args...)
	run.Dir, run.Env = dir, append(os.Environ(), homeVars(home)...)
	text, err := run.Output()
	require.NoError(t, err)
	return string(text)
}
