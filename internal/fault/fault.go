// Package fault is the one error type of the house: what kind of thing went wrong, with which noun and key, and what mends it.
// Every room returns it; cli alone turns a Kind into an exit code and prints it.
package fault

import (
	"errors"
	"strings"
)

// Kind says what sort of failure an error is. cli maps each to one exit code.
type Kind int

// The kinds, in the order of their exit codes.
const (
	Unexpected   Kind = iota // a defect of perla or of the machine
	Usage                    // the command line is not what the command takes
	NotFound                 // a selector names nothing
	Ambiguous                // a selector names more than one thing
	Rejected                 // data refused: bad rows, ambiguous columns
	Conflict                 // duplicate, wrong state, file exists
	Cancelled                // the user said no, or --yes is missing
	BookUnusable             // the book is missing, foreign, newer or damaged
	Busy                     // another process holds the book
	IO                       // reading or writing a file failed
	Outside                  // the outside world failed; the command can be resumed
	Interrupted              // a signal ended the command
	ClosedPipe               // the reader of standard output has gone
)

// Error is a failure a user can act on. Reason is lower case without a full stop: what was found, what was needed.
// Hint, when there is one, is the command or the change that mends it.
type Error struct {
	Kind   Kind
	Noun   string   // the thing concerned: "customer", "order", "book"
	Key    string   // which one: an id, a ref, a file name
	Field  string   // which field of it
	Reason string   // what is wrong
	Hint   string   // what to do
	Detail []string // further lines for a person: candidates, bad rows
	Err    error    // the cause, if any
}

// Error joins the parts into one line: noun key: field: reason: cause.
func (e *Error) Error() string {
	var parts []string
	if head := strings.TrimSpace(e.Noun + " " + e.Key); head != "" {
		parts = append(parts, head)
	}
	if e.Field != "" {
		parts = append(parts, e.Field)
	}
	if e.Reason != "" {
		parts = append(parts, e.Reason)
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the Kind of err, or Unexpected when no Error is in its chain.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unexpected
}

// New makes an Error of a kind from a reason and a hint; hint may be empty.
func New(kind Kind, reason, hint string) *Error {
	return &Error{Kind: kind, Reason: reason, Hint: hint}
}
