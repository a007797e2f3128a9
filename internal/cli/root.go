package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/sheet"
)

// The groups in which the first help page lists the commands.
const (
	groupNouns   = "nouns"
	groupReports = "reports"
	groupBook    = "book"
	groupMachine = "machine"
)

// newRoot builds the tree of commands. Nothing is opened or read while it is built.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "perla",
		Short: "A client book in one file: customers, orders and what they tell you",
		Example: `perla demo && cd perla-demo                  # a shop to play with
perla init --currency EUR --country ES       # or a book of your own
perla order import orders.csv                # say what was sold
perla report rfm --summary                   # ask who matters`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: a.beforeRun,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	version := root.Flags().Bool("version", false, "say which perla this is")
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if *version {
			return a.printVersion()
		}
		return cmd.Help()
	}
	root.SetOut(a.out)
	root.SetErr(a.env.Err)
	root.SetHelpFunc(a.help)
	root.SetFlagErrorFunc(flagError)
	a.globalFlags(root)
	help := helpCommand(a)
	addNouns(a, root, help)
	root.SetHelpCommand(help)
	a.tidy(root)
	return root
}

// addNouns hangs every command into its group.
func addNouns(a *app, root, help *cobra.Command) {
	root.AddGroup(
		&cobra.Group{ID: groupNouns, Title: "The trade"},
		&cobra.Group{ID: groupReports, Title: "Answers"},
		&cobra.Group{ID: groupBook, Title: "The book"},
		&cobra.Group{ID: groupMachine, Title: "This machine"},
	)
	root.AddCommand(in(groupNouns, nounCommands(a)...)...)
	root.AddCommand(in(groupReports,
		todayCommand(a),
		reportCommand(a),
		recommendCommand(a),
		explainCommand(a),
	)...)
	root.AddCommand(in(groupBook,
		initCommand(a),
		demoCommand(a),
		historyCommand(a),
		undoCommand(a),
		checkCommand(a),
		backupCommand(a),
		restoreCommand(a),
		sqlCommand(a),
		whereCommand(a),
	)...)
	root.AddCommand(in(groupMachine,
		configCommand(a),
		completionCommand(a),
		help,
		versionCommand(a),
	)...)
}

// nouns are the commands of the trade, in the order in which help lists them.
var nouns = []struct {
	name  string
	build func(*app) *cobra.Command
}{
	{"customer", customerCommand},
	{"interaction", interactionCommand},
	{"task", taskCommand},
	{"case", caseCommand},
	{"product", productCommand},
	{"stock", stockCommand},
	{"order", orderCommand},
	{"invoice", invoiceCommand},
	{"payment", paymentCommand},
	{"segment", segmentCommand},
	{"promotion", promotionCommand},
	{"points", pointsCommand},
	{"reward", rewardCommand},
	{"tier", tierCommand},
	{"consultant", consultantCommand},
	{"training", trainingCommand},
	{"event", eventCommand},
	{"template", templateCommand},
	{"campaign", campaignCommand},
	{"automation", automationCommand},
	{"outbox", outboxCommand},
	{"survey", surveyCommand},
	{"visit", visitCommand},
}

// nounCommands are all nouns, or the one alone that the line begins with: all their verbs and flags take a tenth of a short
// command's time to build.
func nounCommands(a *app) (list []*cobra.Command) {
	for _, n := range nouns {
		if len(a.args) > 0 && n.name == a.args[0] {
			return []*cobra.Command{n.build(a)}
		}
	}
	for _, n := range nouns {
		list = append(list, n.build(a))
	}
	return list
}

func in(group string, commands ...*cobra.Command) []*cobra.Command {
	for _, c := range commands {
		c.GroupID = group
	}
	return commands
}

func (a *app) globalFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&a.flags.db, "db", "", "use the book in `FILE` (see perla where)")
	f.VarP(enumOf(&a.flags.output, sheet.Formats()...), "output", "o", "print as `FORMAT`: "+strings.Join(sheet.Formats(), ", "))
	f.StringVar(&a.flags.columns, "columns", "", "print the columns `NAME,...`, in that order")
	f.StringVar(&a.flags.jq, "jq", "", "pass JSON through the jq filter `EXPR`")
	f.StringVar(&a.flags.template, "template", "", "pass the rows through the Go template `TEXT`")
	f.StringVar(&a.flags.out, "out", "", "write the rows to `FILE`")
	f.Var(enumOf(&a.flags.color, "auto", "always", "never"), "color", "colour `WHEN`: auto, always, never")
	f.StringVar(&a.flags.asOf, "as-of", "", "answer as of the end of `DATE` (default today)")
	f.BoolP("help", "h", false, "explain the command")
	_ = root.MarkPersistentFlagFilename("db", "db")
	_ = root.MarkPersistentFlagFilename("out")
}

// noun is a command that only holds verbs. Its plural, `ls` for list and `rm` for remove are made by tidy.
func noun(name, short, example string, verbs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: name, Short: short, Example: example}
	cmd.AddCommand(verbs...)
	return cmd
}

// What a command is, kept on the command itself for help, completion and the checks before it runs.
const (
	markColumns = "columns" // the columns of its rows, joined by commas; present on every command that prints rows
	markWrites  = "writes"

	markAttributes = "attributes" // beside these columns it has any attr.KEY
)

// rowsOf says that a command prints rows, and which columns there are to choose from.
func rowsOf[T any](cmd *cobra.Command, columns []sheet.Column[T]) *cobra.Command {
	names := columnsOf(cmd)
	for _, c := range columns {
		if c.Get != nil {
			names = append(names, c.Name)
		}
	}
	mark(cmd, markColumns, strings.Join(names, ","))
	return cmd
}

// writing says that a command changes the book: it takes --dry-run and refuses --as-of.
func (a *app) writing(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&a.flags.dryRun, "dry-run", false, "say what would happen, write nothing")
	mark(cmd, markWrites, "true")
	return cmd
}

// asking says that a command asks before it acts: it takes --yes, which confirm heeds.
func (a *app) asking(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVarP(&a.flags.yes, "yes", "y", false, "do not ask")
	return cmd
}

func mark(cmd *cobra.Command, key, value string) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[key] = value
}

func columnsOf(cmd *cobra.Command) []string {
	if names := cmd.Annotations[markColumns]; names != "" {
		return strings.Split(names, ",")
	}
	return nil
}

// heeds says whether a global flag means anything to a command: the flags of output to one that prints rows, --as-of to
// a question about the trade.
func heeds(cmd *cobra.Command, flag string) bool {
	switch flag {
	case "output", "columns", "jq", "template", "out":
		_, rows := cmd.Annotations[markColumns]
		return rows
	case "as-of":
		top := cmd
		for top.HasParent() && top.Parent().HasParent() {
			top = top.Parent()
		}
		return cmd.Annotations[markWrites] == "" && (top.GroupID == groupNouns || top.GroupID == groupReports)
	}
	return true
}
