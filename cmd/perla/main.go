// Command perla keeps a client book in one file. See the package comment at the top of the module for the map of the house.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/perla-crm/perla/internal/cli"
)

// A command that is stopped takes back what it began and ends by itself. One that waits for what no signal reaches, a pipe
// that brings nothing or takes nothing, or a jq expression without end, is ended after the grace: the book is safe by the
// database's own log, as in a power cut.
const (
	grace       = 3 * time.Second
	interrupted = 130
)

func main() {
	// Memory that is never touched costs none, but counts: garbage is looked for only when there is twice as much. What a short
	// command makes is a fraction of it, and looking through that was a twentieth of its time.
	defer runtime.KeepAlive(make([]byte, 16<<20))
	privateFiles()
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is then an error of the write, which cli answers with exit code 141
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() {
		stop() // a second ^C ends the program at once
		time.Sleep(grace)
		fmt.Fprintln(os.Stderr, "perla: error: interrupted")
		os.Exit(interrupted)
	})
	code := cli.Main(ctx, cli.Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Now: time.Now, Getenv: os.Getenv}, os.Args[1:])
	os.Exit(code)
}
