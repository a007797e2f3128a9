//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// TestCustomersOnATerminal compares what a person sees at 80 and at 40 columns.
func TestCustomersOnATerminal(t *testing.T) {
	db := filepath.Join(t.TempDir(), "book.db")
	vars := map[string]string{"PERLA_DB": db, "NO_COLOR": "1", "TERM": "xterm", "PERLA_NOW": scriptNow}
	quiet, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, quiet.Close()) })
	for _, args := range [][]string{
		{"init", "--currency", "EUR", "--country", "ES", "--locale", "es"},
		{"customer", "add", "Ana García de la Torre", "--email", "ana.garcia@example.com", "--phone", "600 111 222", "--city", "Málaga", "--tag", "vip",
			"--notes", "Asked for samples of the new line and wants to be called after six", "--birthday", "--05-17"},
		{"customer", "add", "Bo\x1b[31m\u202e", "--city", "Lyon"},
	} {
		require.Zero(t, Main(t.Context(), testEnv(t, quiet, quiet, vars), args), args)
	}
	seen := func(width uint16, args ...string) string {
		user, program := openTerminal(t)
		require.NoError(t, pty.Setsize(program, &pty.Winsize{Rows: 24, Cols: width}))
		require.Zero(t, Main(t.Context(), testEnv(t, program, quiet, vars), args))
		return "\n" + readTerminal(t, user, program)
	}
	require.Equal(t, `
id  name                    email                   phone        city    tags
──  ──────────────────────  ──────────────────────  ───────────  ──────  ────
 1  Ana García de la Torre  ana.garcia@example.com  600 111 222  Málaga  vip
 2  Bo␛[31m                                                      Lyon
`, seen(80, "customer", "list"))
	require.Equal(t, `
id  name                    phone
──  ──────────────────────  ───────────
 1  Ana García de la Torre  600 111 222
 2  Bo␛[31m
`, seen(40, "customer", "list"))
	require.Contains(t, seen(80, "customer", "show", "ana"), `
notes       Asked for samples of the new line and wants to be called after six
`)
	require.Equal(t, `
Ana García de la Torre

id          1
kind        person
birthday    --05-17

Reach
─────
email       ana.garcia@example.com
phone       600 111 222
city        Málaga

About
─────
tags        vip
created_on  2026-11-22
notes       Asked for samples of the new
            line and wants to be called
            after six

Orders
──────
orders      0
spent       0,00 EUR
`, seen(40, "customer", "show", "ana"))
	require.Equal(t, `
Eva Sanz

id          3
kind        person

About
─────
created_on  2026-11-22

Orders
──────
orders      0
spent       0,00 EUR
`, seen(40, "customer", "add", "Eva Sanz"), "what was added is shown")

	require.Contains(t, seen(40, "customer", "edit", "ana", "--add-email", "work:ana.garcia.de.la.torre@long-name.example", "--attr", "skin=dry", "--attr", "skin=oily",
		"--link", "influences=eva", "--address", "Avenida de Andalucía 112, 3º izquierda"), `
Reach
─────
email       ana.garcia@example.com
            (preferred)
            ana.garcia.de.la.torre@long-
            name.example (work)
phone       600 111 222
address     Avenida de Andalucía 112, 3º
            izquierda
city        Málaga

About
─────
tags        vip
skin        dry; oily
created_on  2026-11-22
notes       Asked for samples of the new
            line and wants to be called
            after six

Links
─────
influences  Eva Sanz (id 3)
`)
	require.Contains(t, seen(80, "customer", "show", "eva"), `
Links
─────
influenced by  Ana García de la Torre (id 1)
`)
	require.Equal(t, `
id  name                    email                   phone        city    tags
──  ──────────────────────  ──────────────────────  ───────────  ──────  ────
 1  Ana García de la Torre  ana.garcia@example.com  600 111 222  Málaga  vip
 3  Eva Sanz                                                             vip
`, seen(80, "customer", "edit", "eva", "ana", "--tag", "vip", "--stage", "lead"), "several are listed")
}

// TestSelectorsFromATerminal holds that - never waits for somebody to type.
func TestSelectorsFromATerminal(t *testing.T) {
	_, program := openTerminal(t)
	a := newApp(t)
	a.env.In = program
	_, err := a.selectors([]string{"1", "-"})
	require.EqualError(t, err, "standard input is a terminal; needed is a file or a pipe")
	require.Equal(t, fault.Usage, fault.KindOf(err))
}
