package book

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/perla-crm/perla"
	"github.com/perla-crm/perla/internal/fault"
)

// What becomes of a backup that holds somebody who is erased.
const (
	FateRewritten = "rewritten" // without her, in the present format
	FateDeleted   = "deleted"   // it cannot be opened or was never finished, and her marks are in it
	FateLeft      = "left"      // perla did not make it, and nobody named it
)

// HeldBackup is a copy of the book that holds a person.
type HeldBackup struct {
	Path string
	Fate string
}

// BackupsOf finds the copies of the book that hold a person: the backups beside it, those that further names (files, or
// folders with backups of it), and what a backup that was cut off left behind. Other files called after the book in
// which she is found are in the list, too, to be left: they are not perla's.
func (b *Book) BackupsOf(ctx context.Context, p Person, further []string) ([]HeldBackup, error) {
	ours, err := b.copies(further)
	if err != nil {
		return nil, err
	}
	var held []HeldBackup
	for _, name := range ours {
		fate, err := b.fate(ctx, name, p)
		if err != nil {
			return nil, err
		}
		if fate != "" {
			held = append(held, HeldBackup{name, fate})
		}
	}
	others, err := b.others(ours)
	if err != nil {
		return nil, err
	}
	for _, name := range others {
		found, err := holdsMarks(name, p.Marks)
		if err != nil {
			return nil, err
		}
		fate := FateLeft
		if unfinished().MatchString(strings.TrimPrefix(filepath.Base(name), filepath.Base(b.path))) {
			fate = FateDeleted
		}
		if found {
			held = append(held, HeldBackup{name, fate})
		}
	}
	return held, nil
}

// newEnd ends the name of a file that is being made to take the place of another.
const newEnd = ".new"

// unfinished is what follows the name of a book in those of files that perla was stopped from finishing.
var unfinished = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(\.(\d{8}T\d{6}Z|v\d+)\.bak(\.\d+)?)?(\.new|\.part|\.new\.part|\.new-wal|\.new-shm|\.new-journal)$`)
})

// copies are the backups that perla made, and those somebody names.
func (b *Book) copies(further []string) ([]string, error) {
	list, err := Backups(b.path, "")
	if err != nil {
		return nil, err
	}
	for _, name := range further {
		info, err := os.Stat(name)
		if err != nil {
			return nil, &fault.Error{Kind: fault.IO, Noun: "backup", Key: name, Err: plain(err)}
		}
		if isOneOf(name, []string{b.path}) {
			return nil, &fault.Error{Kind: fault.Usage, Noun: "backup", Key: name, Reason: "this is the book itself"}
		}
		more := []string{name}
		if info.IsDir() {
			if more, err = Backups(b.path, name); err != nil {
				return nil, err
			}
		}
		for _, name := range more {
			if !isOneOf(name, list) {
				list = append(list, name)
			}
		}
	}
	return list, nil
}

// isOneOf says whether a name means the same file as one of others.
func isOneOf(name string, others []string) bool {
	info, err := os.Stat(name)
	return err == nil && slices.ContainsFunc(others, func(other string) bool {
		same, err := os.Stat(other)
		return err == nil && os.SameFile(info, same)
	})
}

// others are the files beside the book that are called after it and not known to be copies of it.
func (b *Book) others(ours []string) ([]string, error) {
	known := append(sideFilesOf(b.path), b.path)
	for _, name := range ours {
		known = append(append(known, name), sideFilesOf(name)...)
	}
	dir := filepath.Dir(b.path)
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, &fault.Error{Kind: fault.IO, Noun: "folder", Key: dir, Err: plain(err)}
	}
	var found []string
	for _, f := range list {
		name := filepath.Join(dir, f.Name())
		if strings.HasPrefix(f.Name(), filepath.Base(b.path)) && f.Type().IsRegular() && !isOneOf(name, known) {
			found = append(found, name)
		}
	}
	return found, nil
}

func holdsMarks(name string, marks []Mark) (bool, error) {
	look := &verifier{marks: marks}
	defer look.close()
	found, err := look.file(name)
	if err != nil {
		return false, &fault.Error{Kind: fault.IO, Noun: "file", Key: name, Err: plain(err)}
	}
	return sum(found) > 0, nil
}

// fate is what is to become of a backup; "" when it does not hold her.
func (b *Book) fate(ctx context.Context, name string, p Person) (string, error) {
	if _, err := Inspect(ctx, name); err != nil {
		if ctx.Err() != nil || fault.KindOf(err) == fault.IO {
			return "", err
		}
		found, err := holdsMarks(name, p.Marks)
		if found {
			return FateDeleted, err
		}
		return "", err
	}
	other := &Book{path: name, now: b.now}
	var hers bool
	err := other.look(ctx, func(db *sql.DB) error {
		return other.viewThrough(ctx, db, func(v *View) (err error) {
			hers, err = holds(v, p)
			return err
		})
	})
	if hers {
		return FateRewritten, b.explain(err)
	}
	return "", b.explain(err)
}

// holds says whether the person is in a copy: under an id of hers, by a name, e-mail or phone of hers. The id alone would
// not do: the copy may be of another book that had the name before.
func holds(v *View, p Person) (bool, error) {
	held, err := Held(v, p.Table, p.IDs...)
	for _, r := range slices.Concat(held.Rows, held.Past) {
		for _, value := range r.Values {
			text, _ := value.(string)
			if r.Table == p.Table && slices.ContainsFunc(p.Marks, func(m Mark) bool { return m.is(text) }) {
				return true, err
			}
		}
	}
	return false, err
}

// clean makes of a backup one that does not hold her, or deletes it.
func (h HeldBackup) clean(ctx context.Context, of *Book, what string, p Person, prepare func(*Tx) error) (err error) {
	switch h.Fate {
	case FateDeleted:
		for _, name := range append(sideFilesOf(h.Path), h.Path) {
			if removed := os.Remove(name); err == nil && !errors.Is(removed, os.ErrNotExist) { // rewriting clears up, too
				err = removed
			}
		}
	case FateRewritten:
		err = h.rewrite(ctx, of, what, p, prepare)
	}
	var known *fault.Error
	if err != nil && !errors.As(err, &known) {
		err = &fault.Error{Kind: fault.IO, Noun: "backup", Key: h.Path, Err: plain(err)}
	}
	return err
}

// rewrite copies a backup, brings the copy to the present format, takes her out of it, and puts a copy of that, in which
// nothing is that is in no row, in the place of the first.
func (h HeldBackup) rewrite(ctx context.Context, of *Book, what string, p Person, prepare func(*Tx) error) (err error) {
	old, fresh := &Book{path: h.Path, now: of.now}, &Book{path: h.Path + newEnd, now: of.now}
	defer func() {
		err = errors.Join(err, fresh.Close())
		for _, name := range append(sideFilesOf(fresh.path), fresh.path) {
			_ = os.Remove(name)
		}
	}()
	if old.hasLog() { // it was opened as a book; its log goes into it and is gone
		_, err := old.writer(ctx)
		if err = errors.Join(err, old.Close()); err != nil {
			return old.explain(err)
		}
	}
	still, err := old.open(ctx, dsn(old.path, nil, "mode", "ro", "immutable", "1")) // which leaves nothing beside it
	if err == nil {
		err = errors.Join(copyInto(ctx, still, fresh.path), still.Close())
	}
	if err != nil {
		return old.explain(interrupted(ctx, err))
	}
	if err := fresh.climb(ctx, perla.SchemaVersion, steps, func(int) error { return nil }); err != nil {
		return fresh.explain(err)
	}
	if err := fresh.admit(ctx); err != nil {
		return err
	}
	err = fresh.Update(ctx, what, func(t *Tx) error {
		if err := prepare(t); err != nil {
			return err
		}
		_, err := t.Forget(p)
		return err
	})
	if err != nil {
		return err
	}
	if err := fresh.Close(); err != nil {
		return err
	}
	return fresh.copyTo(ctx, h.Path)
}
