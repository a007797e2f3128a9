//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary be the program itself.
func TestMain(m *testing.M) {
	if os.Getenv("PERLA_TEST_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

// TestInterrupted stops commands that wait for what no signal reaches: one ^C is enough, the exit code is 130 and the
// book is as it was.
func TestInterrupted(t *testing.T) {
	db := filepath.Join(t.TempDir(), "book.db")
	program := func(args ...string) *exec.Cmd {
		cmd := exec.Command(os.Args[0], append(args, "--db", db)...)
		cmd.Env = append(os.Environ(), "PERLA_TEST_PROGRAM=1")
		return cmd
	}
	require.NoError(t, program("init", "--currency", "EUR").Run())
	require.NoError(t, program("customer", "add", "Ana").Run())
	before, err := os.ReadFile(db)
	require.NoError(t, err)
	for name, args := range map[string][]string{
		"standard input without end": {"customer", "import", "-"},
		"a query that never comes":   {"sql", "-"},
		"jq without end":             {"customer", "list", "--jq", "def f: f; f"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := program(args...)
			var talk bytes.Buffer
			cmd.Stderr = &talk
			_, err := cmd.StdinPipe() // stays open and brings nothing
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			time.Sleep(500 * time.Millisecond)
			require.NoError(t, cmd.Process.Signal(os.Interrupt))
			dead := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Signal(syscall.SIGKILL) })
			defer dead.Stop()
			_ = cmd.Wait()
			require.Equal(t, interrupted, cmd.ProcessState.ExitCode())
			require.Contains(t, talk.String(), "interrupted")
			after, err := os.ReadFile(db)
			require.NoError(t, err)
			require.Equal(t, before, after)
		})
	}
}
