package cli

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

var backupColumns = []sheet.Column[book.Backup]{
	{Name: "path", Get: func(b *book.Backup) sheet.Value { return sheet.Text(b.Path) }},
	{Name: "bytes", Kind: sheet.IntKind, Get: func(b *book.Backup) sheet.Value { return sheet.Int(b.Bytes) }},
}

func backupCommand(a *app) *cobra.Command {
	var keep int
	cmd := rowsOf(&cobra.Command{
		Use:   "backup [FILE|DIR]",
		Short: "Copy the book into a file, and prove the copy sound",
		Long: `Copy the book as it is at this moment, while others may use it, into a file that
only you can read. Without a name the copy stands beside the book and is called
after it and the instant; a folder gets one of that name. A file that is already
there is left as it is (exit code 6). The copy has its name only once it is
whole and was found sound.

perla restore puts a backup back. perla customer erase cleans the backups beside
the book; tell it of others with --backups.`,
		Example: `perla backup
perla backup --keep 7
perla backup copy.db`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var to string
			if len(args) > 0 {
				if to = args[0]; to == "" {
					return usage(cmd, "the name of the backup is empty")
				}
			}
			if cmd.Flags().Changed("keep") && keep < 1 {
				return usage(cmd, "--keep is a number of backups, 1 or more")
			}
			if info, err := os.Stat(to); keep > 0 && to != "" && (err != nil || !info.IsDir()) {
				return usage(cmd, "--keep goes with backups that are called after the book: name a folder, or nothing")
			}
			b, err := a.book(cmd.Context())
			if err != nil {
				return err
			}
			made, err := b.BackUp(cmd.Context(), to)
			if err != nil {
				return err
			}
			if err := emitOne(a, backupColumns, made); err != nil || keep == 0 {
				return err
			}
			removed, err := book.PruneBackups(b.Path(), filepath.Dir(made.Path), keep)
			for _, name := range removed {
				a.note("removed the older backup %s", name)
			}
			return err
		},
	}, backupColumns)
	cmd.Flags().IntVar(&keep, "keep", 0, "keep the `N` newest backups in that folder, remove older ones")
	return cmd
}

// restored is what perla restore answers.
type restored struct {
	path, from string
	book.Restored
}

func restoredColumns(a *app) []sheet.Column[restored] {
	return []sheet.Column[restored]{
		{Name: "path", Get: func(r *restored) sheet.Value { return sheet.Text(r.path) }},
		{Name: "from", Get: func(r *restored) sheet.Value { return sheet.Text(r.from) }},
		{Name: "last_change", Get: func(r *restored) sheet.Value {
			if r.Last.IsZero() {
				return sheet.Value{}
			}
			return sheet.Text(a.instant(r.Last))
		}},
		{Name: "backup", Get: func(r *restored) sheet.Value { return sheet.Text(r.Kept) }},
	}
}

func restoreCommand(a *app) *cobra.Command {
	columns := restoredColumns(a)
	return a.asking(a.writing(rowsOf(&cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the book",
		Long: `Put a copy of a book in the place of the book that perla where names. FILE must
be a sound book, and not of a newer perla; it is copied and stays. The book that
is there is backed up first, and that backup is named; one that cannot be read
is given the name of a backup. Without a book there it is made.

No other process may have the book open (exit code 9). On a terminal you are
asked; elsewhere --yes is needed. What was done since the backup is only in the
backup of the present book: to go back, restore that one.`,
		Example: `perla backup copy.db && perla restore copy.db --yes
perla restore copy.db --dry-run`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			c, err := a.settings()
			if err != nil {
				return err
			}
			r := restored{path: c.DB, from: args[0]}
			if r.Inspection, err = book.Inspect(ctx, r.from); err != nil {
				var known *fault.Error
				if errors.As(err, &known) && known.Kind == fault.BookUnusable {
					known.Noun, known.Hint = "file", "name a file that perla backup made; the book was not touched"
				}
				return err
			}
			if err := a.confirm(ctx, "Put "+r.from+" in the place of the book "+r.path+"? The present one is backed up first."); err != nil {
				return err
			}
			if r.Restored, err = book.Restore(ctx, r.from, r.path, a.now, a.flags.dryRun); err != nil {
				return err
			}
			if !a.flags.dryRun {
				if _, err := a.book(ctx); err != nil { // which brings an older one up to date
					return err
				}
			}
			if err := emitOne(a, columns, r); err != nil {
				return err
			}
			if r.Kept == "" {
				a.note("there was no book at %s", r.path)
			}
			if a.flags.dryRun {
				a.note("dry run: nothing was written")
			}
			return nil
		},
	}, columns)))
}
