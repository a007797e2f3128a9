//go:build unix

package cli

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// openTerminal gives both ends of a terminal: the user's and the program's.
func openTerminal(t *testing.T) (user, program *os.File) {
	t.Helper()
	user, program, err := pty.Open()
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = user.Close(), program.Close() })
	return user, program
}

// readTerminal is all that was written to a terminal: it may come to its reader in parts.
func readTerminal(t *testing.T, user, program *os.File) (seen string) {
	t.Helper()
	const end = "\x03"
	_, err := program.WriteString(end)
	require.NoError(t, err)
	buf := make([]byte, 1<<16)
	for !strings.HasSuffix(seen, end) {
		n, err := user.Read(buf)
		require.NoError(t, err)
		seen += string(buf[:n])
	}
	return strings.ReplaceAll(strings.TrimSuffix(seen, end), "\r\n", "\n")
}

func TestConfirm(t *testing.T) {
	const question = "Erase Ana?"
	require.Equal(t, fault.Cancelled, fault.KindOf(newApp(t).confirm(t.Context(), question)), "nobody to ask")
	a := newApp(t)
	a.flags.yes = true
	require.NoError(t, a.confirm(t.Context(), question))

	for answer, want := range map[string]fault.Kind{"y\n": -1, " YES \n": -1, "n\n": fault.Cancelled, "\n": fault.Cancelled, "\x04": fault.Cancelled} {
		user, program := openTerminal(t)
		a := newApp(t)
		a.env.In, a.env.Err = program, program
		_, err := user.WriteString(answer)
		require.NoError(t, err)
		err = a.confirm(t.Context(), question)
		if want < 0 {
			require.NoError(t, err, "%q", answer)
			continue
		}
		require.Equal(t, want, fault.KindOf(err), "%q", answer)
	}

	_, program := openTerminal(t)
	a = newApp(t)
	a.env.In, a.env.Err = program, program
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, a.confirm(ctx, question), context.DeadlineExceeded, "a signal ends the wait")
}

func TestStandardInputIsNoTerminal(t *testing.T) {
	_, program := openTerminal(t)
	a := newApp(t)
	a.env.In = program
	_, err := a.stdin("-")
	require.Equal(t, fault.Usage, fault.KindOf(err))
	_, err = a.stdin("orders.csv")
	require.NoError(t, err)
}

func TestRowsOnATerminal(t *testing.T) {
	user, program := openTerminal(t)
	require.NoError(t, pty.Setsize(program, &pty.Winsize{Rows: 24, Cols: 60}))
	env := testEnv(t, program, program, map[string]string{"NO_COLOR": "1", "TERM": "xterm"})
	require.Zero(t, Main(t.Context(), env, []string{"config", "list", "--columns", "key,origin"}))
	require.Regexp(t, `^key +origin\n─+  ─+\n`, readTerminal(t, user, program))
}
