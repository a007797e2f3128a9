// Package cli is the door of the house: commands by noun, each of which turns flags into input, runs one transaction and
// prints rows. It decides nothing of the trade itself.
//
// Standard output is data, standard error is talk. What the outside world is (streams, clock, environment) comes in as an
// Env, so that a test is a caller like any other.
package cli

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/perla-crm/perla/internal/fault"
)

// Env is all that perla knows of the outside world.
type Env struct {
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
	Now    func() time.Time
	Getenv func(string) string
	Random io.Reader // random bytes for codes that nobody is to guess; nil is the system's
}

// random is where codes that nobody is to guess come from.
func (e Env) random() io.Reader {
	if e.Random == nil {
		return rand.Reader
	}
	return e.Random
}

// clock is the instant of this run: PERLA_NOW when it is set, else the time at which the program was started.
func (e Env) clock() (func() time.Time, error) {
	text := e.Getenv("PERLA_NOW")
	if text == "" {
		return e.Now, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return e.Now, fault.New(fault.Usage, fmt.Sprintf("PERLA_NOW: %q is not an instant", text), "write it like 2026-11-22T09:30:00Z, or unset it")
	}
	if year := at.UTC().Year(); year < 2 || year > 9998 { // its day must be one of the calendar in every zone
		return e.Now, fault.New(fault.Usage, fmt.Sprintf("PERLA_NOW: %q is outside the years 2 to 9998", text), "write it like 2026-11-22T09:30:00Z, or unset it")
	}
	return func() time.Time { return at }, nil
}

// isTerminal says whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// output is standard output that remembers its first failure, so that no command needs to look at every write and a full
// disk or a closed pipe is never taken for success.
type output struct {
	w   io.Writer
	err error
}

// Write passes bytes on until a write fails; from then on it gives that failure.
func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	o.err = err
	return n, err
}
