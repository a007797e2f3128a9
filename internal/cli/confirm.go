package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// confirm asks before what cannot be taken back. --yes answers it, and so does --dry-run, which does nothing to regret.
// A question is asked only of a terminal; elsewhere the answer is no, with a hint at --yes.
func (a *app) confirm(ctx context.Context, question string) error {
	if a.flags.yes || a.flags.dryRun {
		return nil
	}
	if !isTerminal(a.env.In) || !isTerminal(a.env.Err) {
		return fault.New(fault.Cancelled, "this cannot be undone, and there is no terminal to ask on", "to do it without being asked: --yes")
	}
	fmt.Fprintf(a.env.Err, "%s [y/N] ", printable(question))
	word, err := a.answer(ctx)
	if word = strings.ToLower(word); err != nil || word == "y" || word == "yes" {
		return err
	}
	return fault.New(fault.Cancelled, "nothing was done", "")
}

// answer is the line that is typed next, without the blanks around it.
func (a *app) answer(ctx context.Context) (string, error) {
	typed := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.env.In).ReadString('\n')
		typed <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.env.Err)
		return "", ctx.Err()
	case line := <-typed:
		return line, nil
	}
}
