//go:build unix

package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// erasable is a book of two people and the environment to speak of it.
func erasable(t *testing.T) (vars map[string]string, quiet *os.File) {
	t.Helper()
	vars = map[string]string{"PERLA_DB": filepath.Join(t.TempDir(), "book.db"), "NO_COLOR": "1", "TERM": "xterm", "PERLA_NOW": scriptNow}
	quiet, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, quiet.Close()) })
	for _, args := range [][]string{
		{"init", "--currency", "EUR", "--country", "ES"},
		{"customer", "add", "Ana García Ruiz", "--email", "ana@example.com", "--attr", "skin=dry"},
		{"customer", "add", "Bo\x1b[31mris", "--city", "Lyon"},
	} {
		require.Zero(t, Main(t.Context(), testEnv(t, quiet, quiet, vars), args), args)
	}
	return vars, quiet
}

// TestEraseOnATerminal types the name, and something else.
func TestEraseOnATerminal(t *testing.T) {
	vars, quiet := erasable(t)
	ask := func(typed string, args ...string) (code int, seen string) {
		user, program := openTerminal(t)
		env := testEnv(t, quiet, program, vars)
		env.In, env.Err = program, program
		_, err := user.WriteString(typed + "\n")
		require.NoError(t, err)
		code = Main(t.Context(), env, append([]string{"customer", "erase"}, args...))
		return code, readTerminal(t, user, program)
	}
	code, seen := ask("Ana Garcia", "ana")
	require.Equal(t, 7, code)
	require.Contains(t, seen, `This erases Ana García Ruiz (id 1) for good:
  customers: 1 cleared
  customer_attributes: 1 removed
  operations: 1 sealed
Type the name to go on: `)
	require.Contains(t, seen, "perla: error: this is not the name; nothing was done\n")
	code, _ = ask("", "ana")
	require.Equal(t, 7, code)
	code, seen = ask("ana garcia ruiz", "ana")
	require.Zero(t, code, seen)
	code, seen = ask("no", "2")
	require.Equal(t, 7, code)
	require.Contains(t, seen, `This erases Bo\u001b[31mris (id 2)`)
}

// TestEraseNeedsTheBookAlone holds the book in another hand.
func TestEraseNeedsTheBookAlone(t *testing.T) {
	vars, quiet := erasable(t)
	before, err := os.ReadFile(vars["PERLA_DB"])
	require.NoError(t, err)
	other, err := book.Open(context.Background(), vars["PERLA_DB"], time.Now)
	require.NoError(t, err)
	var said strings.Builder
	env := testEnv(t, quiet, &said, vars)
	require.Equal(t, 9, Main(t.Context(), env, []string{"customer", "erase", "ana", "--yes"}))
	copied := filepath.Join(t.TempDir(), "copy.db")
	require.Zero(t, Main(t.Context(), env, []string{"backup", copied}), "a backup needs no more than to read")
	require.Equal(t, 9, Main(t.Context(), env, []string{"restore", copied, "--yes"}))
	require.NoError(t, other.Close())
	require.Equal(t, 2, strings.Count(said.String(), "another process has it open; needed is the book for ourselves alone"))
	after, err := os.ReadFile(vars["PERLA_DB"])
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Zero(t, Main(t.Context(), env, []string{"customer", "erase", "ana", "--yes"}))
}
