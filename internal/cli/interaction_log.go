package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// shortNoun is what interactions are called every day: `perla log ana "called"` adds one.
const shortNoun = "log"

// expandShort writes the short form out: behind log, a word that is no verb is a customer, and add goes before it. Any
// other command line, and one that is being completed at that word, stays as it is.
func expandShort(root *cobra.Command, args []string) []string {
	from := 0
	typing := len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
	if typing {
		from = 1
	}
	at := firstWord(root, args, from)
	if at < 0 || args[at] != shortNoun {
		return args
	}
	group, rest, err := root.Find(args[from:])
	if err != nil || !group.HasSubCommands() {
		return args // a verb was found
	}
	word := slices.IndexFunc(rest, func(s string) bool { return !strings.HasPrefix(s, "-") })
	if word < 0 || rest[word] == "help" || typing && word == len(rest)-1 {
		return args
	}
	return slices.Insert(slices.Clone(args), at+1, "add")
}

// firstWord is the place of the first argument, from one on, that is no flag and no value of a flag; -1 when there is none.
func firstWord(root *cobra.Command, args []string, from int) int {
	for i := from; i < len(args); i++ {
		name, isFlag := strings.CutPrefix(args[i], "-")
		if !isFlag {
			return i
		}
		name, long := strings.CutPrefix(name, "-")
		f := root.PersistentFlags().Lookup(name)
		if !long && len(name) == 1 {
			f = root.PersistentFlags().ShorthandLookup(name)
		}
		if f != nil && f.NoOptDefVal == "" {
			i++
		}
	}
	return -1
}

// nearestVerb is the command of a group that a mistyped word most likely meant, or "" when none is near.
func nearestVerb(group *cobra.Command, word string) string {
	var words []string
	names := map[string]string{}
	for _, c := range group.Commands() {
		for _, name := range append([]string{c.Name()}, c.Aliases...) {
			words, names[name] = append(words, name), c.Name()
		}
	}
	return names[fault.Nearest(word, words)]
}

// completeShort completes the first word of the short form, and of nothing else.
func (a *app) completeShort(names func(*book.View, string) ([]cobra.Completion, error)) cobra.CompletionFunc {
	complete := a.completeFrom(names)
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if at := firstWord(cmd.Root(), a.args, 1); at < 0 || a.args[at] != shortNoun {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return complete(cmd, args, typed)
	}
}
