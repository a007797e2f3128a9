//go:build unix

package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExampleScripts runs every script of the examples folder, each of which checks what it shows and leaves nothing in
// the folder for temporary files.
func TestExampleScripts(t *testing.T) {
	scripts, err := filepath.Glob("../../examples/*.sh")
	require.NoError(t, err)
	require.NotEmpty(t, scripts)
	for _, script := range scripts {
		t.Run(filepath.Base(script), func(t *testing.T) {
			t.Parallel()
			out := runExampleScript(t, script)
			require.NotEmpty(t, out)
		})
	}
}

// TestBenchCompare runs the comparison with the sqlite3 shell at its smallest: every job of it works and makes a row.
func TestBenchCompare(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	if _, err := exec.LookPath("sqlite3"); err != nil {
		t.Skip("there is no sqlite3 shell to compare with")
	}
	program, err := exec.LookPath("perla")
	require.NoError(t, err)
	// Go is asked to build, and keeps what it built at home.
	out := runExampleScript(t, "../../examples/bench/compare.sh", "HOME="+os.Getenv("HOME"), "PERLA="+program, "PAIRS=1", "PAIRS_LONG=1", "TIMES=1")
	rows := 0
	for _, line := range strings.Split(strings.TrimSpace(out), "\n")[2:] {
		require.Regexp(t, `^\|.*\|$`, line)
		require.Equal(t, 8, strings.Count(line, "|"), line)
		rows++
	}
	require.Equal(t, 2+15, rows, out)
}

// runExampleScript runs a script in a world of its own and gives what it prints.
func runExampleScript(t *testing.T, script string, vars ...string) string {
	t.Helper()
	home, scratch := t.TempDir(), t.TempDir()
	args := []string{script}
	if filepath.Base(script) == "compare.sh" {
		args = append(args, "1000", "100")
	}
	run := exec.Command("sh", args...)
	run.Env = append(append(os.Environ(), homeVars(home)...), append(vars, "TMPDIR="+scratch)...)
	var talk strings.Builder
	run.Stderr = &talk
	out, err := run.Output()
	require.NoError(t, err, "%s%s", out, talk.String())
	left, err := os.ReadDir(scratch)
	require.NoError(t, err)
	require.Empty(t, left, "%s leaves files behind", script)
	return string(out)
}
