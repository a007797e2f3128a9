package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// brokenWriter fails as a full disk or a closed pipe does.
type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "/dev/stdout", Err: w.err}
}

func TestFailingStandardOutput(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"config", "--help"}, {"help", "dates"}, {"version"}, {"completion", "zsh"}, {"config", "list"},
		{"config", "list", "-o", "table"}, {"config", "list", "-o", "json"}, {"config", "list", "--jq", ".[].key"}, {"where", "-o", "card"}} {
		var talk bytes.Buffer
		code := Main(context.Background(), testEnv(t, brokenWriter{syscall.ENOSPC}, &talk, nil), args)
		require.Equal(t, 10, code, args)
		require.Contains(t, talk.String(), "standard output: no space left on device")

		talk.Reset()
		code = Main(context.Background(), testEnv(t, brokenWriter{syscall.EPIPE}, &talk, nil), args)
		require.Equal(t, 141, code, args)
		require.NotContains(t, talk.String(), "error")
	}
}

func TestEveryKindHasOneExitCode(t *testing.T) {
	codes := map[int]bool{0: true}
	for kind := fault.Unexpected; kind <= fault.ClosedPipe; kind++ {
		o := outcomeOf(kind)
		require.Equal(t, kind, o.kind)
		require.False(t, codes[o.code], "exit code %d is given twice", o.code)
		codes[o.code] = true
	}
	require.Len(t, outcomes, len(codes)-1)
}

func TestReport(t *testing.T) {
	err := &fault.Error{Kind: fault.Ambiguous, Noun: "customer", Key: "ana\x1b[31m", Reason: "fits 2", Hint: "use id:1", Detail: []string{"1  Ana\x07", "2  Ana"}}
	for _, c := range []struct {
		flags globals
		want  string
	}{
		{globals{}, `perla: error: customer ana\u001b[31m: fits 2
  1  Ana\u0007
  2  Ana
perla: hint: use id:1
`},
		{globals{output: "json"}, `{"error":{"kind":"ambiguous","exit":4,"message":"customer ana\u001b[31m: fits 2","noun":"customer","key":"ana\u001b[31m","hint":"use id:1","detail":["1  Ana\u0007","2  Ana"]}}
`},
	} {
		var talk bytes.Buffer
		a := &app{env: testEnv(t, io.Discard, &talk, nil), flags: c.flags}
		require.Equal(t, 4, a.report(err))
		require.Equal(t, c.want, talk.String())
	}
}

func TestTalkIsJSONWhenRowsAre(t *testing.T) {
	for _, args := range [][]string{
		{"where", "-o", "json", "--bogus"}, {"where", "--bogus", "-ojson"}, {"where", "--output=jsonl", "--bogus"}, {"wher", "--jq", "."}, {"--jq=.", "wher"},
	} {
		code, out, talk := runPerla(t, nil, args...)
		require.Equal(t, 2, code)
		require.Empty(t, out)
		var got struct {
			Error struct {
				Kind, Message string
				Exit          int
			}
		}
		require.NoError(t, json.Unmarshal([]byte(talk), &got), talk)
		require.Equal(t, "usage", got.Error.Kind)
		require.Equal(t, 2, got.Error.Exit)
	}
}

func TestSignalAndPanic(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a := newApp(t)
	require.Equal(t, fault.Interrupted, fault.KindOf(a.verdict(ctx, errors.New("half done"))))
	require.Equal(t, fault.Interrupted, fault.KindOf(a.verdict(context.Background(), context.Canceled)))
	require.NoError(t, a.verdict(ctx, nil), "what is done is done")

	env := testEnv(t, io.Discard, io.Discard, nil)
	env.Getenv = func(string) string { panic("no environment") }
	var talk bytes.Buffer
	env.Err = &talk
	require.Equal(t, 1, Main(context.Background(), env, []string{"where"}))
	require.Contains(t, talk.String(), "perla: error: a defect of perla: no environment")
	require.Contains(t, talk.String(), "at app_test.go:")
	require.NotContains(t, talk.String(), "goroutine")
}

func TestClock(t *testing.T) {
	code, out, talk := runPerla(t, map[string]string{"PERLA_NOW": "yesterday"}, "version")
	require.Equal(t, 2, code)
	require.Empty(t, out)
	require.Contains(t, talk, `PERLA_NOW: "yesterday" is not an instant`)
	for _, at := range []string{"0000-01-01T00:00:00Z", "0001-12-31T23:00:00Z", "9999-12-31T23:59:59Z"} {
		code, _, talk = runPerla(t, map[string]string{"PERLA_NOW": at}, "version")
		require.Equal(t, 2, code, at)
		require.Contains(t, talk, "outside the years 2 to 9998", at)
	}
}

func TestArgumentsOf(t *testing.T) {
	for use, allowed := range map[string]string{
		"list":            "0",
		"show ORDER":      "1",
		"undo [ID]":       "0 1",
		"set KEY VALUE":   "2",
		"tag WHO TAG...":  "2 3 4 5",
		"help [TOPIC...]": "0 1 2 3 4 5",
		"sql QUERY [X]":   "1 2",
	} {
		cmd := &cobra.Command{Use: use, Run: func(*cobra.Command, []string) {}}
		for n := range 6 {
			err := argumentsOf(use)(cmd, make([]string, n))
			if strings.Contains(allowed, string(rune('0'+n))) {
				require.NoError(t, err, "%s with %d", use, n)
			} else {
				require.Equal(t, fault.Usage, fault.KindOf(err), "%s with %d", use, n)
			}
		}
	}
}

func TestFlagRules(t *testing.T) {
	build := func() *cobra.Command {
		cmd := &cobra.Command{Use: "try"}
		cmd.Flags().Bool("one", false, "")
		cmd.Flags().Bool("two", false, "")
		cmd.Flags().Bool("must", false, "")
		cmd.MarkFlagsMutuallyExclusive("one", "two")
		require.NoError(t, cmd.MarkFlagRequired("must"))
		return cmd
	}
	for line, want := range map[string]string{
		"--must --one":       "",
		"--one":              "--must is needed",
		"--must --one --two": "--one and --two exclude each other",
	} {
		cmd := build()
		require.NoError(t, cmd.ParseFlags(strings.Fields(line)))
		err := flagRules(cmd)
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, want)
	}
}

func TestPlural(t *testing.T) {
	for noun, want := range map[string]string{"customer": "customers", "company": "companies", "survey": "surveys", "outbox": "outboxes", "task": "tasks"} {
		require.Equal(t, want, plural(noun))
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "rows.csv")
	hello := func(w io.Writer) error { _, err := io.WriteString(w, "hello"); return err }
	require.NoError(t, os.WriteFile(name, []byte("before"), 0o644))

	require.ErrorContains(t, writeFile(name, func(w io.Writer) error { return errors.Join(hello(w), errors.New("half")) }), "half")
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "before", string(text), "a failed write changes nothing")

	link := filepath.Join(dir, "link.csv")
	require.NoError(t, os.Symlink(name, link))
	require.NoError(t, writeFile(link, hello))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink, "a link stays a link")
	info, err = os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	text, err = os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "hello", string(text))

	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 2, "nothing is left beside the file")
	require.Equal(t, fault.IO, fault.KindOf(writeFile(filepath.Join(dir, "none", "x"), hello)))
	require.Equal(t, fault.IO, fault.KindOf(writeFile(dir, hello)))
	require.NoError(t, writeFile(os.DevNull, hello))
	info, err = os.Stat(os.DevNull)
	require.NoError(t, err)
	require.False(t, info.Mode().IsRegular(), "a device is written to, not replaced")
}
