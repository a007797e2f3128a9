package render

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(key string) string { return m[key] }
}

func TestDetectColour(t *testing.T) {
	terminal, tty, err := pty.Open()
	require.NoError(t, err)
	defer terminal.Close()
	defer tty.Close()
	for _, c := range []struct {
		name string
		out  io.Writer
		flag string
		env  func(string) string
		want bool
	}{
		{"pipe", io.Discard, "auto", env("TERM", "xterm"), false},
		{"terminal", tty, "", env("TERM", "xterm"), true},
		{"dumb terminal", tty, "auto", env("TERM", "dumb"), false},
		{"NO_COLOR over terminal", tty, "auto", env("TERM", "xterm", "NO_COLOR", "1"), false},
		{"NO_COLOR over CLICOLOR_FORCE", tty, "auto", env("TERM", "xterm", "NO_COLOR", "1", "CLICOLOR_FORCE", "1"), false},
		{"CLICOLOR_FORCE over pipe", io.Discard, "auto", env("CLICOLOR_FORCE", "1"), true},
		{"CLICOLOR_FORCE over dumb", tty, "auto", env("TERM", "dumb", "CLICOLOR_FORCE", "1"), true},
		{"CLICOLOR_FORCE off", io.Discard, "auto", env("CLICOLOR_FORCE", "0"), false},
		{"flag over NO_COLOR", io.Discard, "always", env("NO_COLOR", "1"), true},
		{"flag over CLICOLOR_FORCE", tty, "never", env("TERM", "xterm", "CLICOLOR_FORCE", "1"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Detect(c.out, c.flag, c.env)
			require.NoError(t, err)
			require.Equal(t, c.want, s.Color)
			require.Equal(t, c.want, s.head("x") != "x")
		})
	}
	_, err = Detect(io.Discard, "alway", env())
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.Contains(t, err.(*fault.Error).Hint, "did you mean always?")
}

func TestDetectWidth(t *testing.T) {
	terminal, tty, err := pty.Open()
	require.NoError(t, err)
	defer terminal.Close()
	defer tty.Close()
	require.NoError(t, pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: 132}))
	for _, c := range []struct {
		out      io.Writer
		columns  string
		width    int
		terminal bool
	}{
		{tty, "50", 132, true}, {io.Discard, "50", 50, false}, {io.Discard, "", 80, false}, {io.Discard, "-3", 80, false}, {io.Discard, "wide", 80, false},
	} {
		s, err := Detect(c.out, "", env("COLUMNS", c.columns))
		require.NoError(t, err)
		require.Equal(t, c.width, s.Width)
		require.Equal(t, c.terminal, s.Terminal)
	}
}

// TestAMuteTerminalIsNeverAsked draws in colour on a terminal that answers nothing: only what was drawn may reach it.
func TestAMuteTerminalIsNeverAsked(t *testing.T) {
	terminal, tty, err := pty.Open()
	require.NoError(t, err)
	defer terminal.Close()
	defer tty.Close()
	require.NoError(t, pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: 80}))
	s, err := Detect(tty, "auto", env("TERM", "xterm-256color"))
	require.NoError(t, err)
	var drawn bytes.Buffer
	require.NoError(t, Card(&drawn, s, "Ana", person[:1]))
	want := bytes.ReplaceAll(drawn.Bytes(), []byte("\n"), []byte("\r\n"))
	require.NoError(t, Card(tty, s, "Ana", person[:1]))
	got := make([]byte, len(want)+64)
	n := 0
	require.NoError(t, terminal.SetReadDeadline(time.Now().Add(5*time.Second)))
	for n < len(want) {
		k, err := terminal.Read(got[n:])
		require.NoError(t, err)
		n += k
	}
	require.Equal(t, string(want), string(got[:n]))
}
