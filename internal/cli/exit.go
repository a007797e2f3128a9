package cli

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/perla-crm/perla/internal/fault"
)

// outcome is one way in which a command can end.
type outcome struct {
	kind    fault.Kind
	code    int
	name    string // in JSON errors
	meaning string // in perla help exit-codes
}

// outcomes is the contract with scripts: each kind of failure has one exit code, for good.
var outcomes = []outcome{
	{fault.Unexpected, 1, "unexpected", "something perla did not foresee"},
	{fault.Usage, 2, "usage", "the command line or a setting is wrong"},
	{fault.NotFound, 3, "not-found", "a selector names nothing"},
	{fault.Ambiguous, 4, "ambiguous", "a selector names more than one thing"},
	{fault.Rejected, 5, "rejected", "data refused: bad rows, ambiguous columns"},
	{fault.Conflict, 6, "conflict", "duplicate, wrong state, file already there"},
	{fault.Cancelled, 7, "cancelled", "answered no, or --yes is needed"},
	{fault.BookUnusable, 8, "book-unusable", "the book is missing, foreign, newer or damaged"},
	{fault.Busy, 9, "busy", "another process is writing to the book"},
	{fault.IO, 10, "io", "a file cannot be read or written: disk full, read-only"},
	{fault.Outside, 11, "outside", "the outside world failed; the command can be run again"},
	{fault.Interrupted, 130, "interrupted", "stopped by a signal"},
	{fault.ClosedPipe, 141, "closed-pipe", "the reader of standard output went away; nothing is said"},
}

func outcomeOf(kind fault.Kind) outcome {
	for _, o := range outcomes {
		if o.kind == kind {
			return o
		}
	}
	return outcomes[0]
}

// verdict is the error a command really ended with: what happened to standard output counts before what the command
// said of it, and a signal before both.
func (a *app) verdict(ctx context.Context, err error) error {
	switch {
	case errors.Is(a.out.err, syscall.EPIPE):
		return fault.New(fault.ClosedPipe, "the reader of standard output went away", "")
	case err != nil && (ctx.Err() != nil || errors.Is(err, context.Canceled)):
		return fault.New(fault.Interrupted, "interrupted", "")
	case a.out.err != nil:
		return &fault.Error{Kind: fault.IO, Noun: "standard output", Err: cause(a.out.err)}
	}
	return err
}

// cause is what the system said, without the name of the call and of the stream.
func cause(err error) error {
	var sys syscall.Errno
	if errors.As(err, &sys) {
		return sys
	}
	return err
}

// explainPanic makes an error of a defect, with the place where it happened instead of a page of frames.
func explainPanic(p any, place string) error {
	return &fault.Error{Kind: fault.Unexpected, Reason: fmt.Sprintf("a defect of perla: %v", p), Detail: []string{"at " + place},
		Hint: "please report it, with the command you ran; the book was left as it was"}
}
