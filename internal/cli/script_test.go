package cli

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// scriptNow is the instant at which every script and example runs.
const scriptNow = "2026-11-22T10:00:00Z"

// TestMain lets the test binary stand in for the program: scripts and examples find it on PATH as perla.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"perla": func() {
		signal.Ignore(syscall.SIGPIPE)
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		os.Exit(Main(ctx, Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Now: time.Now, Getenv: os.Getenv, Random: rand.NewChaCha8([32]byte{})}, os.Args[1:]))
	}})
}

// TestScripts runs every script of testdata: one for each noun, which is its specification. Each has a home of its own.
// Beside the usual commands there is `exits CODE COMMAND ...`, which wants that exit code, and whose output can be
// compared like that of exec.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			e.Vars = append(e.Vars, homeVars(home)...)
			return os.Mkdir(home, 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// homeVars is the environment of a user who has set up nothing.
func homeVars(home string) []string {
	return []string{"HOME=" + home, "XDG_CONFIG_HOME=", "XDG_DATA_HOME=", "PERLA_DB=", "PERLA_OUTPUT=", "PERLA_COLOR=",
		"PERLA_NOW=" + scriptNow, "TERM=dumb", "TZ=UTC"}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGUMENT...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var failed *exec.ExitError
		if !errors.As(err, &failed) {
			ts.Fatalf("%v", err)
		}
		got = failed.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// TestEveryCommandHasAScript holds that nothing under perla goes without its specification.
func TestEveryCommandHasAScript(t *testing.T) {
	for _, c := range newRoot(newApp(t)).Commands() {
		_, err := os.Stat(filepath.Join("testdata", c.Name()+".txtar"))
		require.NotErrorIs(t, err, fs.ErrNotExist, "perla %s has no script", c.Name())
	}
	scripts, err := filepath.Glob("testdata/*")
	require.NoError(t, err)
	for _, name := range scripts {
		require.True(t, strings.HasSuffix(name, ".txtar"), "%s is no script: nothing would run it", name)
	}
}
