//go:build unix

package book

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// TestReadOnlyFolder opens a book in a folder that cannot be written. Nothing is read-only to root, so that root runs
// the test as a user who is nobody: the test binary is the program.
func TestReadOnlyFolder(t *testing.T) {
	if dir := os.Getenv("BOOK_TEST_READONLY"); dir != "" {
		readOnlyFolder(t, dir)
		return
	}
	dir := t.TempDir()
	book := bookBytes(t)
	for _, name := range []string{"plain", "empty-log", "log", "journal", "sealed", "own"} {
		folder := filepath.Join(dir, name)
		require.NoError(t, os.Mkdir(folder, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "book.db"), book, 0o644))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "empty-log", "book.db-wal"), nil, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "log", "book.db-wal"), make([]byte, 4128), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "journal", "book.db-journal"), make([]byte, 512), 0o644))
	require.NoError(t, os.Chmod(filepath.Join(dir, "sealed", "book.db"), 0o000))
	program, err := os.ReadFile(os.Args[0])
	require.NoError(t, err)
	self := filepath.Join(dir, "book.test")
	require.NoError(t, os.WriteFile(self, program, 0o755))
	for at := dir; at != filepath.Dir(at) && at != os.TempDir(); at = filepath.Dir(at) {
		require.NoError(t, os.Chmod(at, 0o755))
	}
	for _, name := range []string{"plain", "empty-log", "log", "journal", "sealed"} {
		folder := filepath.Join(dir, name)
		require.NoError(t, os.Chmod(folder, 0o555))
		t.Cleanup(func() { _ = os.Chmod(folder, 0o755) })
	}
	cmd := exec.Command(self, "-test.run=^TestReadOnlyFolder$", "-test.v")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "BOOK_TEST_READONLY="+dir)
	if os.Getuid() == 0 {
		const nobody = 65534
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil && strings.Contains(err.Error(), "operation not permitted") {
		t.Skip("this root may not become another user, and to root nothing is read-only")
	}
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "--- PASS: TestReadOnlyFolder")
}

func readOnlyFolder(t *testing.T, dir string) {
	ctx := context.Background()
	for _, name := range []string{"plain", "empty-log"} {
		b, err := Open(ctx, filepath.Join(dir, name, "book.db"), testNow)
		require.NoError(t, err, name)
		require.Equal(t, "Ana", ask[string](t, b, `SELECT name FROM customers`))
		err = b.Update(ctx, "x", func(tx *Tx) error { _, err := addCustomer(tx, "Bea"); return err })
		require.Equal(t, fault.IO, fault.KindOf(err), "%v", err)
		findings, err := b.Verify(ctx, nil)
		require.NoError(t, err)
		require.Equal(t, "the book cannot be written here", findings[len(findings)-1].Skipped)
		require.NoError(t, b.Close())
	}
	for name, reason := range map[string]string{"log": "a write-ahead log is beside the book", "journal": "a write-ahead log is beside the book", "sealed": "cannot be opened"} {
		_, err := Open(ctx, filepath.Join(dir, name, "book.db"), testNow)
		require.Equal(t, fault.IO, fault.KindOf(err), "%s: %v", name, err)
		require.ErrorContains(t, err, reason)
	}
	_, err := Create(ctx, filepath.Join(dir, "plain", "new.db"), testSettings(t), testNow)
	require.Equal(t, fault.IO, fault.KindOf(err))
	list, err := os.ReadDir(filepath.Join(dir, "plain"))
	require.NoError(t, err)
	require.Len(t, list, 1)
}

// TestFullDisk lets files grow only so far, which is what a full disk is to SQLite.
func TestFullDisk(t *testing.T) {
	if path := os.Getenv("BOOK_TEST_FULL"); path != "" {
		fullDisk(t, path)
		return
	}
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"))
	before := dump(t, b)
	require.NoError(t, b.Close())
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "-test.run=^TestFullDisk$")
	cmd.Env = append(os.Environ(), "BOOK_TEST_FULL="+b.Path())
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	again, err := Open(context.Background(), b.Path(), testNow)
	require.NoError(t, err)
	require.Equal(t, before, dump(t, again))
	sound(t, again)
	require.NoError(t, again.Close())
}

func fullDisk(t *testing.T, path string) {
	ctx := context.Background()
	b, err := Open(ctx, path, testNow)
	require.NoError(t, err)
	const most = 400_000
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: most, Max: most}))
	err = b.Update(ctx, "x", func(tx *Tx) error {
		for range 3000 {
			if _, err := addCustomer(tx, strings.Repeat("somebody with a very long name ", 10)); err != nil {
				return err
			}
		}
		return nil
	})
	require.Equal(t, fault.IO, fault.KindOf(err), "%v", err)
	require.ErrorContains(t, err, "nothing was written")
}
