package book

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

func TestCreate(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "new folder", "book.db")
	b := newBookAt(t, path)
	require.Equal(t, path, b.Path())
	require.Equal(t, "2026-11-22", b.Today().String())
	update(t, b, insertCustomer(1, "Ana"))
	if runtime.GOOS != "windows" {
		for _, name := range append(SideFiles(path), path) {
			info, err := os.Stat(name)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
		}
	}
	_, err := Create(ctx, path, testSettings(t), testNow)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.NoError(t, b.Close())
	require.Len(t, files(t, filepath.Dir(path)), 1, "the last connection to close takes the side files with it")

	again, err := Open(ctx, path, testNow)
	require.NoError(t, err)
	require.Equal(t, testSettings(t), again.Settings())
	require.Equal(t, "Ana", ask[string](t, again, `SELECT name FROM customers`))
	require.NoError(t, again.Close())
}

func TestCreateOverAStaleLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "book.db")
	old := newBookAt(t, path)
	update(t, old, insertCustomer(1, "Ana"))
	log, err := os.ReadFile(path + "-wal")
	require.NoError(t, err)
	require.NoError(t, old.Close())
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.WriteFile(path+"-wal", log, 0o600))
	b := newBookAt(t, path)
	require.Zero(t, ask[int](t, b, `SELECT count(*) FROM customers`), "the log of a book that was deleted says nothing of a new one")
	sound(t, b)
}

func TestCreateLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Create(ended, filepath.Join(dir, "a.db"), testSettings(t), testNow)
	require.ErrorIs(t, err, context.Canceled)
	_, err = Create(context.Background(), filepath.Join(dir, "b.db"), Settings{Country: "ZZZ", Locale: "en"}, testNow)
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), []byte("x"), 0o600))
	_, err = Create(context.Background(), filepath.Join(dir, "file", "c.db"), testSettings(t), testNow)
	require.Equal(t, fault.IO, fault.KindOf(err))
	require.Len(t, files(t, dir), 1)
}

// bookBytes is the content of a small book.
func bookBytes(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.db")
	b := newBookAt(t, path)
	update(t, b, insertCustomer(1, "Ana"))
	require.NoError(t, b.Close())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return text
}

func TestOpenRefuses(t *testing.T) {
	book := bookBytes(t)
	noise := make([]byte, 20_000)
	for i := range noise {
		noise[i] = byte(rand.IntN(256))
	}
	with := func(at int, bytes ...byte) []byte {
		text := append([]byte(nil), book...)
		copy(text[at:], bytes)
		return text
	}
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	db, err := sql.Open("sqlite", foreign)
	require.NoError(t, err)
	_, err = db.Exec(`PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	other, err := os.ReadFile(foreign)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		text   []byte
		reason string
	}{
		"empty":            {nil, "the file is empty"},
		"one byte":         {[]byte("x"), "not a book"},
		"random bytes":     {noise, "not a book"},
		"text":             {[]byte("id,name\n1,Ana\n"), "not a book"},
		"foreign":          {other, "not a book"},
		"newer":            {with(63, 99), "newer perla (format 99"},
		"format 0":         {with(63, 0), "format 0 is not known"},
		"header only":      {book[:100], "damaged"},
		"one page":         {book[:4096], "damaged"},
		"half":             {book[:len(book)/2/4096*4096], "damaged"},
		"half a page less": {book[:len(book)-2048], "damaged"},
		"broken schema":    {with(100, noise[:3996]...), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "book.db")
			require.NoError(t, os.WriteFile(path, c.text, 0o600))
			before := files(t, dir)
			b, err := Open(context.Background(), path, testNow)
			require.Equal(t, fault.BookUnusable, fault.KindOf(err), "%v", err)
			require.ErrorContains(t, err, c.reason)
			require.Nil(t, b)
			after := files(t, dir)
			require.Equal(t, before["book.db"], after["book.db"])
			if c.reason != "damaged" {
				require.Len(t, after, 1, "nothing is left beside a file that is none of ours")
			}
		})
	}
	for name, path := range map[string]string{"missing": filepath.Join(t.TempDir(), "none.db"), "folder": t.TempDir(), "device": os.DevNull} {
		_, err := Open(context.Background(), path, testNow)
		require.Equal(t, fault.BookUnusable, fault.KindOf(err), name)
	}
	_, err = os.Stat(filepath.Join(t.TempDir(), "none.db"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Settings that somebody took out or put wrong make a book unusable; they are no mistake of the command line.
func TestOpenRefusesBrokenSettings(t *testing.T) {
	for name, c := range map[string]struct{ change, reason string }{
		"none":             {`DELETE FROM settings`, "its settings are missing"},
		"unknown currency": {`UPDATE settings SET value = 'ZZZ' WHERE key = 'currency'`, "currency"},
		"unknown zone":     {`UPDATE settings SET value = 'Moon/Sea' WHERE key = 'timezone'`, "timezone"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "book.db")
			require.NoError(t, os.WriteFile(path, bookBytes(t), 0o600))
			db, err := sql.Open("sqlite", path)
			require.NoError(t, err)
			_, err = db.Exec(c.change)
			require.NoError(t, err)
			require.NoError(t, db.Close())
			_, err = Open(context.Background(), path, testNow)
			require.Equal(t, fault.BookUnusable, fault.KindOf(err), "%v", err)
			require.ErrorContains(t, err, path)
			require.ErrorContains(t, err, c.reason)
		})
	}
}

// A kill right after a new book was made leaves its header in the log alone.
func TestOpenReadsTheHeaderThroughTheLog(t *testing.T) {
	ctx := context.Background()
	from := newBook(t)
	dir := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		text, err := os.ReadFile(from.Path() + suffix)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "book.db"+suffix), text, 0o600))
	}
	b, err := Open(ctx, filepath.Join(dir, "book.db"), testNow)
	require.NoError(t, err)
	require.Equal(t, from.Settings(), b.Settings())
	sound(t, b)
	require.NoError(t, b.Close())
}

func TestDamageInTheMiddle(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "book.db")
	b := newBookAt(t, path)
	require.NoError(t, b.Update(ctx, "fill", func(tx *Tx) error {
		for range 2000 {
			if _, err := addCustomer(tx, "Ana García, a name that fills its page"); err != nil {
				return err
			}
		}
		return nil
	}))
	page := ask[int](t, b, `SELECT rootpage FROM sqlite_schema WHERE name = 'customers'`)
	require.NoError(t, b.Close())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := (page - 1) * 4096; i < page*4096; i++ {
		text[i] = byte(rand.IntN(256))
	}
	require.NoError(t, os.WriteFile(path, text, 0o600))

	b, err = Open(ctx, path, testNow)
	require.NoError(t, err, "the settings can still be read")
	err = b.View(ctx, func(v *View) error {
		_, err := All(v, Scalar[string], `SELECT name FROM customers NOT INDEXED`)
		return err
	})
	require.Equal(t, fault.BookUnusable, fault.KindOf(err))
	findings, err := b.Verify(ctx, nil)
	require.NoError(t, err)
	require.NotEmpty(t, findings[0].Problem, "check goes on through damage and names it")
	require.NoError(t, b.Close())
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, text, after)
}
