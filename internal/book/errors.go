package book

import (
	"context"
	"errors"
	"strings"

	sqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/perla-crm/perla/internal/fault"
)

// explain turns an error of the driver into a fault by its code; nobody matches the text of a message. Faults and nil
// pass through.
func (b *Book) explain(err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	e := &fault.Error{Noun: "book", Key: b.path, Err: err}
	switch primary(err) {
	case lib.SQLITE_NOTADB:
		e.Kind, e.Reason, e.Err = fault.BookUnusable, "this file is not a book of perla's", nil
		e.Hint = "name the right file with --db FILE, or make a new book with: perla init"
	case lib.SQLITE_CORRUPT:
		e.Kind, e.Reason, e.Err = fault.BookUnusable, "the file is damaged", nil
		e.Hint = "run: perla check, and go back to a copy made before the damage"
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		e.Kind, e.Reason, e.Err = fault.Busy, "another process is writing to it", nil
		e.Hint = "try again when the other command has ended"
	case lib.SQLITE_READONLY, lib.SQLITE_PERM:
		e.Kind, e.Reason, e.Err = fault.IO, "the book cannot be written", nil
		e.Hint = "make the file and its folder writable, or copy the book elsewhere"
	case lib.SQLITE_CANTOPEN:
		e.Kind, e.Reason, e.Err = fault.IO, "the file cannot be opened", nil
	case lib.SQLITE_FULL:
		e.Kind, e.Reason, e.Err = fault.IO, "the disk is full; nothing was written", nil
	case lib.SQLITE_IOERR:
		e.Kind, e.Reason = fault.IO, "reading or writing the disk failed; nothing was written"
	case lib.SQLITE_CONSTRAINT:
		e.Kind, e.Reason = fault.Conflict, "a rule of the book was broken"
	case lib.SQLITE_INTERRUPT:
		return context.Canceled
	default:
		e.Kind = fault.Unexpected
	}
	return e
}

// interrupted is why ctx ended, when it did: what failed then failed for that reason, whatever it says of itself.
func interrupted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// primary is the primary result code of a driver error, or -1.
func primary(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return -1
	}
	return e.Code() & 0xff
}

// cannotOpen says whether err is what SQLite gives for a write-ahead-logged file in a folder that takes no side files.
func cannotOpen(err error) bool {
	code := primary(err)
	return code == lib.SQLITE_CANTOPEN || code == lib.SQLITE_READONLY
}

// said is what SQLite had to say, without the driver's words before and the code after it. It serves messages, never
// decisions.
func said(err error) string {
	text := err.Error()
	if _, after, found := strings.Cut(text, ": "); found {
		text = after
	}
	if i := strings.LastIndex(text, " ("); i > 0 {
		text = text[:i]
	}
	return text
}

// Duplicate says whether err is the breach of a unique index.
func Duplicate(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == lib.SQLITE_CONSTRAINT_UNIQUE
}
