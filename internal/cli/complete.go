package cli

import (
	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
)

// completeFrom completes the first argument of a command from the book; what follows it is completed with nothing. A book
// that cannot be read completes nothing and says nothing: the shell has no place for talk.
//
//	cmd.ValidArgsFunction = a.completeFrom(func(v *book.View, typed string) ([]cobra.Completion, error) { ... })
func (a *app) completeFrom(fn func(v *book.View, typed string) ([]cobra.Completion, error)) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) (found []cobra.Completion, _ cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		_ = a.view(cmd.Context(), func(v *book.View) (err error) {
			found, err = fn(v, typed)
			return err
		})
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}
