package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/agenda"
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/sheet"
)

func todayRules(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "rules",
		Short: "List the rules that perla today goes by",
		Example: `perla today rules
perla today rules --columns key,value -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				r, err := agenda.ReadRules(v)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Rules, r.List())
			})
		},
	}, sheet.Rules)
}

func todaySet(a *app) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:   "set RULE VALUE",
		Short: "Change a rule that perla today goes by",
		Long: `Change a rule that perla today goes by; perla today rules lists them. They
belong to the book. An empty value goes back to the default; perla undo takes it
back.`,
		Example: `perla today set contact_a 21
perla today set reconnect 90
perla today set reconnect ""`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var words []cobra.Completion
			for _, r := range agenda.DefaultRules().List() {
				words = append(words, cobra.CompletionWithDesc(r.Key, r.Meaning))
			}
			return words, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var list []agenda.Rule
			err := a.update(cmd.Context(), "today set", func(tx *book.Tx) error {
				if err := agenda.SetRule(tx, args[0], args[1]); err != nil {
					return err
				}
				r, err := agenda.ReadRules(tx.View)
				for _, rule := range r.List() {
					if strings.EqualFold(rule.Key, strings.TrimSpace(args[0])) {
						list = append(list, rule)
					}
				}
				return err
			})
			if err != nil {
				return err
			}
			return emitSlice(a, sheet.Rules, list)
		},
	}, sheet.Rules))
}
