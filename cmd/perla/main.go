// Command perla keeps a client book in one file. See the package comment at the top of the module for the map of the house.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/perla-crm/perla/internal/cli"
)

func main() {
	privateFiles()
	signal.Ignore(syscall.SIGPIPE) // a closed pipe is then an error of the write, which cli answers with exit code 141
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second ^C ends the program at once
	code := cli.Main(ctx, cli.Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Now: time.Now, Getenv: os.Getenv}, os.Args[1:])
	os.Exit(code)
}
