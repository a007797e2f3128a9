package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/perla-crm/perla/internal/fault"
)

// tidy walks the whole tree once and gives every command the manners that the library leaves out: a group refuses a
// verb it does not have and shows its help when given none, a command takes as many arguments as its usage line says,
// flags complete their words, nouns answer to their plural, list to ls, remove to rm.
func (a *app) tidy(cmd *cobra.Command) {
	if cmd.HasSubCommands() {
		a.tidyGroup(cmd)
	} else if cmd.Args == nil {
		cmd.Args = argumentsOf(cmd.Use)
	}
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(c *cobra.Command, args []string) error {
			a.begun = true
			return run(c, args)
		}
	}
	complete := func(f *pflag.Flag) {
		if e, ok := f.Value.(*enum); ok {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(e.words, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	cmd.DisableFlagsInUseLine = !cmd.Flags().HasAvailableFlags() // its own: those of its parents come when the line is read
	cmd.Flags().VisitAll(complete)
	cmd.PersistentFlags().VisitAll(complete)
	if !cmd.HasParent() {
		_ = cmd.RegisterFlagCompletionFunc("columns", completeColumns)
	}
	for _, c := range cmd.Commands() {
		a.tidy(c)
	}
}

func (a *app) tidyGroup(cmd *cobra.Command) {
	run := cmd.RunE
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case len(args) > 0 && args[0] == "help":
			return a.helpOf(c, args[1:])
		case len(args) > 0:
			return unknownVerb(c, args[0])
		case run != nil:
			return run(c, args)
		}
		return c.Help()
	}
	for _, c := range cmd.Commands() {
		switch c.Name() {
		case "list":
			c.Aliases = append(c.Aliases, "ls")
		case "remove":
			c.Aliases = append(c.Aliases, "rm")
		}
		if c.GroupID == groupNouns && c.HasSubCommands() && !strings.HasSuffix(c.Name(), "s") {
			c.Aliases = append(c.Aliases, plural(c.Name()))
		}
	}
}

// plural is the plural of an English noun that follows the rule.
func plural(noun string) string {
	stem, ok := strings.CutSuffix(noun, "y")
	switch {
	case ok && !strings.HasSuffix(stem, "a") && !strings.HasSuffix(stem, "e") && !strings.HasSuffix(stem, "o"):
		return stem + "ies"
	case strings.HasSuffix(noun, "s"), strings.HasSuffix(noun, "x"), strings.HasSuffix(noun, "ch"):
		return noun + "es"
	}
	return noun + "s"
}

// usage is a wrong command line, with the right one as its hint.
func usage(cmd *cobra.Command, reason string) *fault.Error {
	return fault.New(fault.Usage, reason, "usage: "+cmd.UseLine())
}

// unknownVerb refuses a word that names no command of a group: with the nearest that does, else with a command of that
// name elsewhere in the tree, else with where to look.
func unknownVerb(group *cobra.Command, word string) error {
	e := fault.New(fault.Usage, fmt.Sprintf("unknown command %q for %q", word, group.CommandPath()), "see: "+group.CommandPath()+" --help")
	names := map[string]string{}
	var words []string
	for _, c := range group.Commands() {
		if c.Hidden {
			continue
		}
		for _, name := range append([]string{c.Name()}, c.Aliases...) {
			words, names[name] = append(words, name), c.Name()
		}
	}
	meant := slices.IndexFunc(verbsMeant[word], func(verb string) bool { return names[verb] != "" })
	if meant >= 0 {
		e.Hint = "did you mean " + group.CommandPath() + " " + verbsMeant[word][meant] + "?"
	} else if near := fault.Nearest(word, words); near != "" {
		e.Hint = "did you mean " + group.CommandPath() + " " + names[near] + "?"
	} else if slices.Contains(topicNames(), word) {
		e.Hint = "did you mean perla help " + word + "?"
	} else if elsewhere := named(newRoot(&app{}), word); len(elsewhere) == 1 {
		e.Hint = "did you mean " + elsewhere[0].CommandPath() + "?"
	}
	return e
}

// verbsMeant are the verbs that do what people ask for with another word; of those that a group has, the first is meant.
var verbsMeant = map[string][]string{
	"new": {"add"}, "create": {"add"}, "add": {"receive"},
	"delete": {"remove", "cancel"}, "remove": {"cancel"}, "rm": {"cancel"},
}

// named lists the commands below c that have a name.
func named(c *cobra.Command, name string) (found []*cobra.Command) {
	for _, sub := range c.Commands() {
		if sub.Name() == name || sub.HasAlias(name) {
			found = append(found, sub)
		}
		found = append(found, named(sub, name)...)
	}
	return found
}

// argumentsOf reads from a usage line how many arguments a command takes: WORD is one, [WORD] at most one, and three
// dots make it any number. The line that help shows is so the rule itself.
func argumentsOf(use string) cobra.PositionalArgs {
	var needed []string
	most := 0
	for _, word := range strings.Fields(use)[1:] {
		if !strings.HasPrefix(word, "[") {
			needed = append(needed, strings.TrimSuffix(word, "..."))
		}
		if strings.Contains(word, "...") {
			most = -1
		} else if most >= 0 {
			most++
		}
	}
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(needed) {
			return usage(cmd, fmt.Sprintf("%s needs %s", cmd.CommandPath(), strings.Join(needed[len(args):], " and ")))
		}
		if most >= 0 && len(args) > most {
			e := usage(cmd, fmt.Sprintf("unexpected argument %q", args[most]))
			if most > 0 {
				e.Hint += "; a name of several words goes in quotes"
			}
			return e
		}
		for _, arg := range args {
			if len(cmd.ValidArgs) > 0 && !slices.Contains(cmd.ValidArgs, arg) {
				return notAmong(arg, cmd.ValidArgs)
			}
		}
		return nil
	}
}

// flagRules checks which flags go together, by the marks that MarkFlagsMutuallyExclusive and MarkFlagRequired leave.
func flagRules(cmd *cobra.Command) (err error) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if err != nil {
			return
		}
		if !f.Changed && f.Annotations[cobra.BashCompOneRequiredFlag] != nil {
			err = usage(cmd, fmt.Sprintf("--%s is needed", f.Name))
			return
		}
		for _, group := range f.Annotations["cobra_annotation_mutually_exclusive"] {
			for _, other := range strings.Fields(group) {
				if f.Changed && other != f.Name && cmd.Flags().Changed(other) {
					err = usage(cmd, fmt.Sprintf("--%s and --%s exclude each other", f.Name, other))
				}
			}
		}
	})
	return err
}

// flagError puts what is wrong with a flag into perla's voice, with the nearest flag or value there is.
func flagError(cmd *cobra.Command, err error) error {
	if word := cmd.Flags().Arg(0); word != "" && cmd.HasSubCommands() {
		return unknownVerb(cmd, word) // the flag is of a verb that does not exist, which is the first mistake
	}
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &bare) && bare.GetFlag() == cmd.Root().PersistentFlags().Lookup("columns"):
		return bareColumns(cmd)
	case errors.As(err, &bare):
		e := usage(cmd, fmt.Sprintf("--%s needs a value", bare.GetFlag().Name))
		if enum, ok := bare.GetFlag().Value.(*enum); ok {
			e.Hint = "one of " + strings.Join(enum.words, ", ")
		}
		return e
	case errors.As(err, &invalid):
		return invalidValue(invalid)
	}
	return fault.New(fault.Usage, err.Error(), "see: "+cmd.CommandPath()+" --help")
}

func unknownFlag(cmd *cobra.Command, err *pflag.NotExistError) error {
	var flags []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && (cmd.HasSubCommands() || heeds(cmd, f.Name)) {
			flags = append(flags, "--"+f.Name)
		}
	})
	given := "--" + err.GetSpecifiedName()
	if short := err.GetSpecifiedShortnames(); short != "" {
		given = "-" + short
	}
	e := fault.New(fault.Usage, fmt.Sprintf("unknown flag %s for %q", given, cmd.CommandPath()), didYouMean("", "--"+strings.TrimLeft(given, "-"), flags))
	switch {
	case given[1] >= '0' && given[1] <= '9':
		e.Hint = "what begins with a hyphen goes behind --, after all flags: " + cmd.CommandPath() + " ... -- " + given
	case e.Hint == "":
		e.Hint = "see: " + cmd.CommandPath() + " --help"
	}
	return e
}

func invalidValue(err *pflag.InvalidValueError) error {
	f := err.GetFlag()
	e := &fault.Error{Kind: fault.Usage, Field: "--" + f.Name}
	var known *fault.Error
	if errors.As(err, &known) {
		e.Reason, e.Hint = known.Reason, known.Hint
		return e
	}
	want := map[string]string{"int": "a whole number", "int64": "a whole number", "uint": "a whole number from 0", "float64": "a number",
		"bool": "true or false", "duration": "a duration such as 30s or 5m"}[f.Value.Type()]
	if want == "" {
		e.Reason = fmt.Sprintf("%q: %v", err.GetValue(), err.Unwrap())
		return e
	}
	e.Reason = fmt.Sprintf("%q is not %s", err.GetValue(), want)
	return e
}

// bareColumns answers --columns without a value by naming them.
func bareColumns(cmd *cobra.Command) error {
	names := columnsOf(cmd)
	if len(names) == 0 {
		return usage(cmd, "--columns needs a value")
	}
	return &fault.Error{Kind: fault.Usage, Reason: "--columns needs a name", Hint: "columns: " + strings.Join(names, ",")}
}

// completeColumns completes the last of several columns joined by commas.
func completeColumns(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	done := typed[:strings.LastIndex(typed, ",")+1]
	var words []cobra.Completion
	for _, name := range columnsOf(cmd) {
		words = append(words, done+name)
	}
	return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
