package book

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

func TestBackUp(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"))
	dir := filepath.Dir(b.Path())
	first, err := b.BackUp(ctx, "")
	require.NoError(t, err)
	require.Equal(t, b.Path()+".20261122T100000Z.bak", first.Path)
	info, err := os.Stat(first.Path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.Equal(t, info.Size(), first.Bytes)
	second, err := b.BackUp(ctx, dir)
	require.NoError(t, err)
	require.Equal(t, first.Path+".2", second.Path, "nothing is overwritten")
	named, err := b.BackUp(ctx, filepath.Join(dir, "copy.db"))
	require.NoError(t, err)

	copied, err := Open(ctx, named.Path, testNow)
	require.NoError(t, err)
	require.Equal(t, dump(t, b), dump(t, copied))
	sound(t, copied)
	require.NoError(t, copied.Close())
	for to, kind := range map[string]fault.Kind{
		named.Path:                         fault.Conflict,
		filepath.Join(dir, "none") + "/":   fault.IO,
		filepath.Join(dir, "none", "x.db"): fault.IO,
	} {
		_, err := b.BackUp(ctx, to)
		require.Equal(t, kind, fault.KindOf(err), to)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	_, err = b.BackUp(ended, filepath.Join(dir, "never.db"))
	require.ErrorIs(t, err, context.Canceled)
	for name := range files(t, dir) {
		require.False(t, strings.HasSuffix(name, partEnd) || strings.HasPrefix(name, "never"), name)
	}
	list, err := Backups(b.Path(), "")
	require.NoError(t, err)
	require.Equal(t, []string{first.Path, second.Path}, list)
}

func TestPruneBackups(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "book.db")
	for _, name := range []string{"book.db", "book.db.v1.bak", "book.db.20261120T000000Z.bak", "book.db.20261121T000000Z.bak", "book.db.20261121T000000Z.bak.2",
		"book.db.20261121T000000Z.bak.10", "other.db.20261120T000000Z.bak", "book.db.20261122T000000Z.bak.part", "book.db.bak"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600))
	}
	removed, err := PruneBackups(path, "", 2)
	require.NoError(t, err)
	require.Equal(t, []string{path + ".20261121T000000Z.bak", path + ".20261120T000000Z.bak"}, removed)
	require.Len(t, files(t, dir), 7)
	removed, err = PruneBackups(path, dir, 5)
	require.NoError(t, err)
	require.Empty(t, removed)
}

func TestInspect(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"))
	dir := filepath.Dir(b.Path())
	before := files(t, dir)
	found, err := Inspect(ctx, b.Path())
	require.NoError(t, err, "with a log beside it")
	require.Equal(t, testNow(), found.Last)
	require.NoError(t, b.Close())
	_, err = Inspect(ctx, b.Path())
	require.NoError(t, err)
	require.NotEqual(t, before, files(t, dir), "closing moved the log")
	require.Len(t, files(t, dir), 1, "looking leaves nothing")

	text, err := os.ReadFile(b.Path())
	require.NoError(t, err)
	for name, c := range map[string][]byte{
		"nothing": nil, "text": []byte("id,name\n"), "half": text[:len(text)/2/4096*4096],
		"newer": append(append([]byte(nil), text[:63]...), append([]byte{99}, text[64:]...)...),
	} {
		path := filepath.Join(dir, "bad.db")
		require.NoError(t, os.WriteFile(path, c, 0o600))
		_, err := Inspect(ctx, path)
		require.Equal(t, fault.BookUnusable, fault.KindOf(err), "%s: %v", name, err)
	}
	_, err = Inspect(ctx, filepath.Join(dir, "none.db"))
	require.Equal(t, fault.IO, fault.KindOf(err))
	_, err = Inspect(ctx, dir)
	require.Equal(t, fault.BookUnusable, fault.KindOf(err))
}

func TestRestore(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"))
	kept, err := b.BackUp(ctx, "")
	require.NoError(t, err)
	was := dump(t, b)
	update(t, b, insertCustomer(2, "Bea"))
	lost := dump(t, b)

	later := func() time.Time { return testNow().Add(time.Hour) }
	r, err := Restore(ctx, kept.Path, b.Path(), later, false)
	require.Equal(t, fault.Busy, fault.KindOf(err), "our own Book has it open: %v", err)
	require.NoError(t, b.Close())
	r, err = Restore(ctx, kept.Path, b.Path(), later, false)
	require.NoError(t, err)
	require.Equal(t, b.Path()+".20261122T110000Z.bak", r.Kept)
	require.Equal(t, was, dump(t, b))
	sound(t, b)
	update(t, b, insertCustomer(2, "Cleo"))
	require.NoError(t, b.Close())

	// And back, from what was kept.
	_, err = Restore(ctx, r.Kept, b.Path(), later, false)
	require.NoError(t, err)
	require.Equal(t, lost, dump(t, b))
	require.NoError(t, b.Close())
	for name := range files(t, filepath.Dir(b.Path())) {
		require.False(t, strings.Contains(name, newEnd), name)
	}

	_, err = Restore(ctx, b.Path(), b.Path(), later, false)
	require.Equal(t, fault.Usage, fault.KindOf(err))
	_, err = Restore(ctx, filepath.Join(t.TempDir(), "none"), b.Path(), later, false)
	require.Equal(t, fault.IO, fault.KindOf(err))
}

func TestRestoreWhereTheBookIsNotWhole(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"))
	kept, err := b.BackUp(ctx, filepath.Join(t.TempDir(), "copy.db"))
	require.NoError(t, err)
	was := dump(t, b)
	require.NoError(t, b.Close())
	text, err := os.ReadFile(b.Path())
	require.NoError(t, err)
	middle := append([]byte(nil), text...)
	for i := 5 * 4096; i < len(middle); i++ {
		middle[i] = 'x'
	}
	for name, c := range map[string]struct {
		text []byte
		log  string
	}{
		"nothing":         {nil, ""},
		"only a log":      {nil, "the log of a book that is gone"},
		"empty":           {[]byte{}, ""},
		"only a header":   {text[:100], ""},
		"half":            {text[:len(text)/2], ""},
		"damaged inside":  {middle, ""},
		"with a log, too": {text[:len(text)/2], "noise"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "folder", "book.db")
			require.NoError(t, os.Mkdir(filepath.Dir(path), 0o700))
			if c.text != nil {
				require.NoError(t, os.WriteFile(path, c.text, 0o600))
			}
			if c.log != "" {
				require.NoError(t, os.WriteFile(path+"-wal", []byte(c.log), 0o600))
			}
			r, err := Restore(ctx, kept.Path, path, testNow, false)
			require.NoError(t, err)
			require.Equal(t, c.text != nil, r.Kept != "")
			if c.text != nil {
				aside, err := os.ReadFile(r.Kept)
				require.NoError(t, err)
				require.Equal(t, c.text, aside, "what was there is still there")
			}
			restored, err := Open(ctx, path, testNow)
			require.NoError(t, err)
			require.Equal(t, was, dump(t, restored))
			sound(t, restored)
			require.NoError(t, restored.Close())
		})
	}
}

// What is not perla's is never replaced.
func TestRestoreOverSomethingElse(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	kept, err := b.BackUp(ctx, filepath.Join(t.TempDir(), "copy.db"))
	require.NoError(t, err)
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	db, err := sql.Open("sqlite", foreign)
	require.NoError(t, err)
	_, err = db.Exec(`CREATE TABLE t (x)`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	noise := filepath.Join(filepath.Dir(foreign), "noise.db")
	require.NoError(t, os.WriteFile(noise, []byte(strings.Repeat("noise", 5000)), 0o600))
	before := files(t, filepath.Dir(foreign))
	for _, path := range []string{foreign, noise, filepath.Dir(foreign)} {
		_, err = Restore(ctx, kept.Path, path, testNow, false)
		require.Equal(t, fault.BookUnusable, fault.KindOf(err), path)
		require.Equal(t, before, files(t, filepath.Dir(foreign)))
	}
}

// An older copy is restored as it is, and upgraded when it is opened.
func TestRestoreOfAnOlderFormat(t *testing.T) {
	ctx := context.Background()
	old := bookOf(t, frozen(t, 1))
	path := filepath.Join(t.TempDir(), "book.db")
	r, err := Restore(ctx, old, path, testNow, false)
	require.NoError(t, err)
	require.Equal(t, 1, r.Format)
	b, err := Open(ctx, path, testNow)
	require.NoError(t, err)
	require.Equal(t, "Ana", ask[string](t, b, `SELECT name FROM customers`))
	require.NoError(t, b.Close())
}
