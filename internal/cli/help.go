package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/perla-crm/perla/internal/fault"
)

// helpWidth is the width of every help page.
const helpWidth = 80

// helpCommand is perla help: of a command, or of a topic that belongs to none.
func helpCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "help [TOPIC...]",
		Short: "Explain a command or a topic",
		Long:  wrap(strings.Fields("Topics: "+strings.Join(topicNames(), ", ")+"."), helpWidth),
		Example: `perla help dates
perla help report`,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return helpWords(cmd.Root()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Root().Help()
			}
			for _, t := range topics() {
				if len(args) == 1 && t.name == args[0] {
					_, err := a.out.Write([]byte(t.text))
					return err
				}
			}
			return a.helpOf(cmd.Root(), args)
		},
	}
}

// helpOf prints the page of the command that words name.
func (a *app) helpOf(root *cobra.Command, words []string) error {
	at := root
	for _, word := range words {
		i := slices.IndexFunc(at.Commands(), func(c *cobra.Command) bool { return c.Name() == word || c.HasAlias(word) })
		if i >= 0 {
			at = at.Commands()[i]
			continue
		}
		if at.HasParent() {
			return unknownVerb(at, word)
		}
		hint := didYouMean("perla help ", word, helpWords(root))
		if hint == "" {
			hint = "topics: " + strings.Join(topicNames(), ", ")
		}
		return fault.New(fault.Usage, fmt.Sprintf("there is no help on %q", word), hint)
	}
	return at.Help()
}

func helpWords(root *cobra.Command) []string {
	words := topicNames()
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			words = append(words, c.Name())
		}
	}
	return words
}

// help prints the page of a command: what it does, examples, usage, verbs, flags. A verb that does not exist is a
// mistake with --help as without.
func (a *app) help(cmd *cobra.Command, _ []string) {
	if word := cmd.Flags().Arg(0); word != "" && word != "help" && cmd.HasSubCommands() {
		a.failed = unknownVerb(cmd, word)
		return
	}
	var b strings.Builder
	b.WriteString(cmd.Short + "\n")
	section(&b, "Examples", indent(cmd.Example))
	if cmd.Long != "" {
		b.WriteString("\n" + cmd.Long + "\n")
	}
	section(&b, "Usage", indent(useLine(cmd)))
	commandList(&b, cmd)
	if len(cmd.Aliases) > 0 {
		section(&b, "Also called", indent(strings.Join(cmd.Aliases, ", ")))
	}
	if names := columnsOf(cmd); len(names) > 0 {
		section(&b, "Columns", indent(wrap(names, helpWidth-2)))
	}
	section(&b, "Flags", flagList(cmd.LocalNonPersistentFlags()))
	if !cmd.HasParent() {
		section(&b, "Common flags", flagList(cmd.PersistentFlags()))
		section(&b, "Topics", indent(wrap(strings.Fields("perla help "+strings.Join(topicNames(), " | ")), helpWidth-2)))
	} else if !cmd.HasSubCommands() || columnsOf(cmd) != nil {
		heeded := pflag.NewFlagSet("", pflag.ContinueOnError)
		cmd.InheritedFlags().VisitAll(func(f *pflag.Flag) {
			if heeds(cmd, f.Name) {
				heeded.AddFlag(f)
			}
		})
		section(&b, "Common flags", flagList(heeded))
	}
	_, _ = a.out.Write([]byte(b.String())) // a.out keeps the failure
}

func useLine(cmd *cobra.Command) string {
	if cmd.HasSubCommands() {
		return cmd.CommandPath() + " COMMAND [flags]"
	}
	return cmd.UseLine()
}

// commandList lists the commands of a group, the root's by kind.
func commandList(b *strings.Builder, cmd *cobra.Command) {
	pad := 0
	for _, c := range cmd.Commands() {
		pad = max(pad, len(c.Name()))
	}
	list := func(group string) string {
		var lines []string
		for _, c := range cmd.Commands() {
			if c.GroupID == group && !c.Hidden {
				lines = append(lines, fmt.Sprintf("%-*s  %s", pad, c.Name(), c.Short))
			}
		}
		return indent(strings.Join(lines, "\n"))
	}
	for _, g := range cmd.Groups() {
		section(b, g.Title, list(g.ID))
	}
	section(b, "Commands", list(""))
}

func flagList(flags *pflag.FlagSet) string {
	return strings.TrimRight(flags.FlagUsagesWrapped(helpWidth), "\n")
}

func section(b *strings.Builder, title, text string) {
	if strings.TrimSpace(text) != "" {
		b.WriteString("\n" + title + ":\n" + text + "\n")
	}
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}

// wrap sets words in lines of a width.
func wrap(words []string, width int) string {
	var b strings.Builder
	column := 0
	for i, word := range words {
		switch {
		case i == 0:
		case column+1+len(word) > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
