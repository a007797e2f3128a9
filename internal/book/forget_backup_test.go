package book

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// copies makes every kind of copy of a book that there is, beside it and in another folder.
func copies(t *testing.T, b *Book, elsewhere string) {
	t.Helper()
	ctx := context.Background()
	copyTo := func(name string) {
		text, err := os.ReadFile(b.Path() + ".20261122T100000Z.bak")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name, text, 0o600))
	}
	_, err := b.BackUp(ctx, "")
	require.NoError(t, err)
	_, err = b.BackUp(ctx, elsewhere)
	require.NoError(t, err)
	copyTo(filepath.Join(elsewhere, "named.db"))
	copyTo(b.Path() + ".mine")
	copyTo(b.Path() + ".20261122T090000Z.bak.part")
	text, err := os.ReadFile(b.Path() + ".mine")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(b.Path()+".20261122T080000Z.bak", append([]byte("damaged"), text...), 0o600))
	require.NoError(t, os.WriteFile(b.Path()+".20261122T070000Z.bak", []byte("damaged, and not with her"), 0o600))
	// One of the first format, where she has her name; and one of a book that was here before, with somebody else of the id.
	for name, statement := range map[string]string{
		".v1.bak": `UPDATE customers SET id = 7, name = 'SECRET customers.name of 7', name_key = 'secret customers.name of 7', search = 'secret customers.name of 7'`,
		".v2.bak": `UPDATE customers SET id = 7, name = 'Olga', name_key = 'olga', search = 'olga'`,
	} {
		old := bookOf(t, frozen(t, 1))
		other := &Book{path: old, now: testNow}
		db, err := other.writer(ctx)
		require.NoError(t, err)
		_, err = db.Exec(`DELETE FROM customer_tags; ` + statement)
		require.NoError(t, err)
		require.NoError(t, other.Close())
		require.NoError(t, os.Rename(old, b.Path()+name))
	}
}

// TestEraseReachesBackups wants her gone from the copies that are perla's, the others told, and everybody else where they
// were.
func TestEraseReachesBackups(t *testing.T) {
	ctx := context.Background()
	b, p, texts := filled(t)
	dir, elsewhere := filepath.Dir(b.Path()), t.TempDir()
	copies(t, b, elsewhere)
	held, err := b.BackupsOf(ctx, p, []string{elsewhere, filepath.Join(elsewhere, "named.db")})
	require.NoError(t, err)
	fates := map[string]string{}
	for _, h := range held {
		fates[filepath.Base(h.Path)] = h.Fate
	}
	require.Equal(t, map[string]string{
		"book.db.20261122T100000Z.bak": FateRewritten, "named.db": FateRewritten, "book.db.v1.bak": FateRewritten,
		"book.db.20261122T080000Z.bak": FateDeleted, "book.db.20261122T090000Z.bak.part": FateDeleted, "book.db.mine": FateLeft,
	}, fates)
	require.Len(t, held, 7, "one of the name stands in each folder")
	untouched := files(t, dir)

	e, err := b.Erase(ctx, "customer erase 7", p, held, nothingFirst)
	require.NoError(t, err)
	require.Empty(t, e.Traces)
	require.NoError(t, os.Remove(b.Path()+".mine"))
	for _, folder := range []string{dir, elsewhere} {
		require.Empty(t, found(t, folder, map[string]string{"name": texts["customers.name"], "e-mail": texts["customers.email"], "note": texts["case_events.text"]}))
	}
	for _, name := range []string{"book.db.v2.bak", "book.db.20261122T070000Z.bak"} {
		require.Equal(t, untouched[name], files(t, dir)[name])
	}
	for _, name := range []string{filepath.Join(elsewhere, "named.db"), b.Path() + ".20261122T100000Z.bak"} {
		copied, err := Open(ctx, name, testNow)
		require.NoError(t, err)
		require.Equal(t, "Nina Sol", ask[string](t, copied, `SELECT name FROM customers WHERE id = 9`))
		require.Equal(t, dump(t, b), dump(t, copied))
		sound(t, copied)
		require.NoError(t, copied.Close())
	}
	again, err := b.BackupsOf(ctx, p, []string{elsewhere})
	require.NoError(t, err)
	require.Empty(t, again)

	_, err = b.BackupsOf(ctx, p, []string{b.Path()})
	require.Equal(t, fault.Usage, fault.KindOf(err))
	_, err = b.BackupsOf(ctx, p, []string{filepath.Join(dir, "none")})
	require.Equal(t, fault.IO, fault.KindOf(err))
}

// A copy is one copy, by whatever name it is given, and nothing is left beside it.
func TestEraseTakesEachCopyOnce(t *testing.T) {
	ctx := context.Background()
	b, p, _ := filled(t)
	dir := filepath.Dir(b.Path())
	require.NoError(t, b.Close())
	text, err := os.ReadFile(b.Path())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(b.Path()+".old", text, 0o600))
	t.Chdir(dir)
	held, err := b.BackupsOf(ctx, p, []string{"book.db.old", b.Path() + ".old", "./book.db.old"})
	require.NoError(t, err)
	require.Equal(t, []HeldBackup{{"book.db.old", FateRewritten}}, held)
	e, err := b.Erase(ctx, "customer erase 7", p, held, nothingFirst)
	require.NoError(t, err)
	require.Empty(t, e.Traces)
	require.NoError(t, b.Close())
	require.Len(t, files(t, dir), 2)
}

// A backup that somebody opened as a book has a log beside it, with what was done there.
func TestEraseReachesTheLogOfABackup(t *testing.T) {
	ctx := context.Background()
	b, p, _ := filled(t)
	kept, err := b.BackUp(ctx, "")
	require.NoError(t, err)
	opened, err := Open(ctx, kept.Path, testNow)
	require.NoError(t, err)
	update(t, opened, `UPDATE customers SET notes = 'secret of the log' WHERE id = 7`)
	for _, name := range append(SideFiles(kept.Path), kept.Path) { // as after a kill
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name+".saved", text, 0o600))
	}
	require.NoError(t, opened.Close())
	for _, name := range append(SideFiles(kept.Path), kept.Path) {
		require.NoError(t, os.Rename(name+".saved", name))
	}
	require.NotEmpty(t, found(t, filepath.Dir(b.Path()), map[string]string{"log": "secret of the log"}))
	erase(t, b, p)
	require.Empty(t, found(t, filepath.Dir(b.Path()), map[string]string{"log": "secret of the log"}))
}
