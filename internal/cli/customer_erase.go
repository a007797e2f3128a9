package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

// forgottenColumns are the lines of what an erasure does: a table, the history, a file, a row that mentions her.
var forgottenColumns = []sheet.Column[book.Forgotten]{
	{Name: "place", Get: func(f *book.Forgotten) sheet.Value { return sheet.Text(f.Place) }},
	{Name: "rows", Kind: sheet.IntKind, Get: func(f *book.Forgotten) sheet.Value { return sheet.Int(f.Rows) }},
	{Name: "done", Get: func(f *book.Forgotten) sheet.Value { return sheet.Text(f.Done) }},
}

// eraser is one erasure as the command line asks for it.
type eraser struct {
	*app
	plan contacts.Erasure
}

func customerErase(a *app) *cobra.Command {
	var further []string
	cmd := a.asking(a.writing(rowsOf(&cobra.Command{
		Use:   "erase CUSTOMER",
		Short: "Erase what is known of a customer, for good",
		Long: `Erase a customer's personal data: from every table, the search index, the
history, the write-ahead log, and the backups beside the book. Her row stays
without a name, so that orders, payments and every total stay as they are. Open
tasks for her go, open cases are closed.

It cannot be undone, nor can what was done before with rows that held her: perla
history shows such operations as sealed. No other process may have the book open
(exit code 9). On a terminal you are asked to type her name; elsewhere --yes is
needed. --dry-run lists what would go.

Afterwards every byte of the files is read, and must hold neither her name, nor
an e-mail, nor a phone of hers, in any writing: "verified: 0 traces". Rows of
others that mention her (a namesake, a shared phone, a note) are listed and left
alone: they are for you to look at. Backups that cannot be opened and hold her
are deleted; copies you made yourself are only found where --backups names them.

An import that brings her ref again makes a new customer.`,
		Example: `perla customer erase ana --dry-run
perla customer erase ana --yes`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			e := eraser{app: a}
			if err := e.prepare(cmd.Context(), args[0], further); err != nil {
				return err
			}
			if a.flags.dryRun {
				return e.rehearse()
			}
			if err := e.confirm(cmd.Context()); err != nil {
				return err
			}
			erased, err := contacts.Erase(cmd.Context(), a.open, e.plan)
			if err != nil {
				return err
			}
			return e.report(erased)
		},
	}, forgottenColumns)))
	cmd.Flags().StringArrayVar(&further, "backups", nil, "clean further copies of the book: `FILE` or folder, as often as needed")
	return cmd
}

// prepare finds the customer and what there is to erase.
func (e *eraser) prepare(ctx context.Context, selector string, further []string) error {
	var id int64
	err := e.view(ctx, func(v *book.View) error {
		c, err := contacts.Find(v, selector)
		id = c.ID
		return err
	})
	if err != nil {
		return err
	}
	e.plan, err = contacts.PlanErasure(ctx, e.open, id, further)
	return err
}

// copies are the lines of the copies in which she is.
func (e *eraser) copies() (lines []book.Forgotten) {
	for _, h := range e.plan.Backups {
		lines = append(lines, book.Forgotten{Place: h.Path, Rows: 1, Done: h.Fate})
	}
	return lines
}

// rehearse prints what would be done.
func (e *eraser) rehearse() error {
	if err := emitSlice(e.app, forgottenColumns, append(e.plan.Done, e.copies()...)); err != nil {
		return err
	}
	for _, h := range e.plan.Backups {
		if h.Fate == book.FateLeft {
			e.hint("perla did not make %s, and would leave it with her in it; to clean it too: --backups %[1]s", h.Path)
		}
	}
	e.note("dry run: nothing was written")
	return nil
}

// confirm wants her name typed, since there is no way back.
func (e *eraser) confirm(ctx context.Context) error {
	if e.flags.yes {
		return nil
	}
	c := e.plan.Customer
	if !isTerminal(e.env.In) || !isTerminal(e.env.Err) {
		return fault.New(fault.Cancelled, fmt.Sprintf("erasing customer %d cannot be undone, and there is no terminal to ask on", c.ID),
			"see what would go with --dry-run; to do it without being asked: --yes")
	}
	fmt.Fprintf(e.env.Err, "This erases %s (id %d) for good:\n", printable(c.Name), c.ID)
	for _, line := range append(e.plan.Done, e.copies()...) {
		fmt.Fprintf(e.env.Err, "  %s: %s\n", printable(line.Place), printable(saidOf(line)))
	}
	fmt.Fprint(e.env.Err, "Type the name to go on: ")
	typed, err := e.answer(ctx)
	if err != nil {
		return err
	}
	if book.Fold(typed) != book.Fold(c.Name) {
		return fault.New(fault.Cancelled, "this is not the name; nothing was done", "")
	}
	return nil
}

// saidOf is what happens to a place, in words.
func saidOf(f book.Forgotten) string {
	switch f.Done {
	case book.FateRewritten, book.FateDeleted, book.FateLeft:
		return f.Done
	}
	return fmt.Sprintf("%d %s", f.Rows, f.Done)
}

// listedMentions is how many rows of others are named one by one.
const listedMentions = 100

// report prints what was done and what was found after it.
func (e *eraser) report(erased book.Erased) error {
	lines := erased.Done
	for i, m := range erased.Mentions {
		if i == listedMentions {
			lines = append(lines, book.Forgotten{Place: "other rows", Rows: int64(len(erased.Mentions) - i), Done: "mentions"})
			break
		}
		place := m.String()
		if m.File != e.open.Path() {
			place = filepath.Base(m.File) + ": " + place
		}
		lines = append(lines, book.Forgotten{Place: place, Rows: 1, Done: "mentions"})
	}
	var left int
	var where []string
	for _, t := range erased.Traces {
		lines = append(lines, book.Forgotten{Place: t.File, Rows: int64(t.Count), Done: "traces"})
		left += t.Count
		where = append(where, fmt.Sprintf("%s: %s", t.File, counted(int64(t.Count), "trace")))
	}
	last := book.Forgotten{Place: "files", Rows: int64(len(erased.Files)), Done: "verified: 0 traces"}
	switch {
	case left > 0:
		last.Done = "traces are left"
	case !e.plan.Words:
		last.Done = "made anew"
	}
	if err := emitSlice(e.app, forgottenColumns, append(lines, last)); err != nil {
		return err
	}
	e.comment(erased)
	if left == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Unexpected, Noun: "customer", Key: fmt.Sprint(e.plan.Customer.ID), Detail: where,
		Reason: fmt.Sprintf("her data are erased, but %s of her left among the bytes of the files", are(left, "trace")),
		Hint:   fmt.Sprintf("make the files anew with: perla customer erase %d --yes", e.plan.Customer.ID)}
}

// are counts things that are: 1 trace is, 2 traces are.
func are(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return counted(int64(n), noun) + " are"
}

// comment says what the lines do not.
func (e *eraser) comment(erased book.Erased) {
	c := e.plan.Customer
	for _, h := range e.plan.Backups {
		if h.Fate == book.FateLeft {
			e.warn("%s holds her still: perla did not make it; delete it yourself", h.Path)
		}
	}
	if n := len(erased.Mentions); n > 0 {
		e.note("rows of others in which her name, e-mail or phone stands: %d; they were left as they are", n)
	}
	if len(erased.Short) > 0 {
		e.note("too short to be told from chance among bytes, so looked for in the rows: her %s", strings.Join(erased.Short, ", "))
	}
	if !e.plan.Words {
		e.note("she was erased on %s already; there is no name left to look for", c.ErasedOn)
	}
}
