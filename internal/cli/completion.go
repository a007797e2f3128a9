package cli

import (
	"io"

	"github.com/spf13/cobra"
)

// shells are the shells that can complete perla's commands, with what writes the script of each.
var shells = []struct {
	name  string
	write func(root *cobra.Command, w io.Writer) error
}{
	{"bash", func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
	{"fish", func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
	{"powershell", func(root *cobra.Command, w io.Writer) error { return root.GenPowerShellCompletionWithDesc(w) }},
	{"zsh", func(root *cobra.Command, w io.Writer) error { return root.GenZshCompletion(w) }},
}

func completionCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the script by which a shell completes perla's commands",
		Long: `Shells: bash, fish, powershell, zsh. Where the script belongs:

bash        ~/.local/share/bash-completion/completions/perla
fish        ~/.config/fish/completions/perla.fish
powershell  at the end of the file $PROFILE
zsh         _perla, in a folder of $fpath

The same scripts lie in the folder completions of perla's source.`,
		Example: `perla completion bash > perla.bash
perla completion zsh > _perla`,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, s := range shells {
				if s.name == args[0] {
					return s.write(cmd.Root(), a.out)
				}
			}
			return nil
		},
	}
	for _, s := range shells {
		cmd.ValidArgs = append(cmd.ValidArgs, s.name)
	}
	return cmd
}
