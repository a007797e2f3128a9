//go:build unix

package cli

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestProgress holds that a bar comes only to a terminal, and only once a work has taken its time.
func TestProgress(t *testing.T) {
	user, program := openTerminal(t)
	now := time.Now()
	a := newApp(t)
	a.env.Err, a.env.Now = program, func() time.Time { return now }
	p := a.progress("importing a\x1bb.csv", 100)
	p.add(10)
	require.Nil(t, p.drawn)
	now = now.Add(patience)
	p.add(40)
	require.NotNil(t, p.drawn)
	buf := make([]byte, 4096)
	n, err := user.Read(buf)
	require.NoError(t, err)
	require.Contains(t, string(buf[:n]), `importing a\u001bb.csv`)
	require.Contains(t, string(buf[:n]), "50%")
	p.done()

	a = newApp(t)
	a.env.Now = func() time.Time { return now }
	p = a.progress("importing", 100)
	now = now.Add(time.Hour)
	p.add(50)
	require.Nil(t, p.drawn, "nobody looks")
	p.done()
}
