package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sales"
)

func undoCommand(a *app) *cobra.Command {
	var redo bool
	columns := operationColumns(a)
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "undo [OPERATION]",
		Short: "Take back what was done",
		Long: `Take back the last operation that stands, or the one with this number in perla
history, and say which it was. What later operations changed is never lost: when
one of them touched the same rows, the undo is refused and names it. So is one
that would leave less stock than nothing, or than orders have reserved, or less
credit or fewer points than were spent, and that of an invoice, which is out of
the house. An erasure cannot be undone, nor what it sealed: what had changed
rows of hers.

An undo is an operation, too. --redo takes back the last undo.`,
		Example: `perla undo --dry-run
perla undo
perla undo --redo
perla undo $(perla history --limit 1 -o ids)`,
		ValidArgsFunction: a.completeFrom(completeOperations),
		RunE: func(cmd *cobra.Command, args []string) error {
			take := (*book.Tx).Redo
			if !redo {
				id, err := operationNumber(cmd, args)
				if err != nil {
					return err
				}
				take = func(tx *book.Tx) (book.Operation, error) { return tx.Undo(id) }
			} else if len(args) > 0 {
				return usage(cmd, "--redo brings back the last undo; to take back another one, name it without --redo")
			}
			var op book.Operation
			err := a.update(cmd.Context(), "", func(tx *book.Tx) (err error) {
				op, err = takeWatched(tx, take)
				return err
			})
			if err != nil {
				return err
			}
			op.Undone = !a.flags.dryRun
			if err := emitOne(a, columns, op); err != nil {
				return err
			}
			a.note("%s", tookBack(op, redo, a.flags.dryRun))
			return nil
		},
	}, columns))
	cmd.Flags().BoolVar(&redo, "redo", false, "take back the last undo")
	return cmd
}

// takeWatched takes an operation back, or brings it back, and refuses what would leave a ledger below zero or concerns what
// left the house. Each room says so of its own.
func takeWatched(tx *book.Tx, take func(*book.Tx) (book.Operation, error)) (op book.Operation, err error) {
	stock, err := catalog.Watch(tx.View)
	if err != nil {
		return op, err
	}
	credit, err := sales.Watch(tx.View)
	if err != nil {
		return op, err
	}
	house, err := outreach.Watch(tx.View)
	if err != nil {
		return op, err
	}
	if op, err = take(tx); err != nil {
		return op, err
	}
	if err := credit.Refuse(tx.View, op); err != nil {
		return op, err
	}
	if err := house.Refuse(tx.View, op); err != nil {
		return op, err
	}
	if err := loyalty.RefuseUndo(tx.View, op); err != nil {
		return op, err
	}
	return op, stock.Refuse(tx.View, op.ID)
}

// operationNumber is the operation that the arguments name, 0 when there are none.
func operationNumber(cmd *cobra.Command, args []string) (int64, error) {
	if len(args) == 0 {
		return 0, nil
	}
	id, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil || id < 1 {
		return 0, fault.New(fault.Usage, fmt.Sprintf("%q is not the number of an operation", args[0]), "list them with: perla history")
	}
	return id, nil
}

// tookBack says what an undo or a redo did, or would do.
func tookBack(op book.Operation, redo, dry bool) string {
	switch {
	case redo && dry:
		return fmt.Sprintf("would bring back operation %d, which %d undid", op.Undoes, op.ID)
	case redo:
		return fmt.Sprintf("brought back operation %d, which %d undid", op.Undoes, op.ID)
	case dry:
		return fmt.Sprintf("would take back operation %d (%s): %s", op.ID, op.What, op.Changes)
	}
	return fmt.Sprintf("took back operation %d (%s): %s; perla undo --redo brings it back", op.ID, op.What, op.Changes)
}

func completeOperations(v *book.View, _ string) ([]cobra.Completion, error) {
	var list []cobra.Completion
	for op, err := range book.History(v, 0) {
		if err != nil || len(list) == 20 {
			return list, err
		}
		if !op.Undone {
			list = append(list, cobra.CompletionWithDesc(strconv.FormatInt(op.ID, 10), op.What+": "+op.Changes))
		}
	}
	return list, nil
}
