package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/config"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

// app is one run of perla: the outside world, what was asked, and what has been opened for it.
type app struct {
	env   Env
	args  []string
	out   *output
	now   func() time.Time
	flags globals

	config config.Config // read by settings
	loaded bool          // config has been read
	open   *book.Book    // opened by the first view or update
	begun  bool          // a command's own code has begun: what fails from here on is no matter of usage
	failed error         // of a help page, which has no other way to say so

	columnsGiven bool // --columns was given, be it empty
	changed      bool // a change of the book is written
}

// globals are the flags every command takes.
type globals struct {
	db       string
	output   string
	columns  string
	jq       string
	template string
	out      string
	color    string
	asOf     string
	dryRun   bool
	yes      bool
}

// Main runs one command line, without the program's name, and gives the exit code.
func Main(ctx context.Context, env Env, args []string) int {
	a := &app{env: env, args: args, out: &output{w: env.Out}, now: env.Now}
	err := a.run(ctx)
	if a.open != nil {
		err = errors.Join(err, a.open.Close())
	}
	return a.report(a.verdict(ctx, err))
}

func (a *app) run(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = explainPanic(p, panicPlace())
		}
	}()
	if a.now, err = a.env.clock(); err != nil {
		return err
	}
	root := newRoot(a)
	root.SetArgs(append([]string{}, expandShort(root, joinPlot(a.args))...)) // never nil, which would mean os.Args
	err = root.ExecuteContext(ctx)
	if err == nil {
		err = a.failed
	}
	var known *fault.Error
	if err != nil && !a.begun && !errors.As(err, &known) {
		return &fault.Error{Kind: fault.Usage, Err: err}
	}
	return err
}

// panicPlace is the file and line of the house that panicked.
func panicPlace() string {
	pc := make([]uintptr, 64)
	frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
	for past := false; ; {
		f, more := frames.Next()
		if past && strings.Contains(f.Function, "perla-crm/perla") {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
		past = past || f.Function == "runtime.gopanic"
		if !more {
			return "an unknown place"
		}
	}
}

// settings resolves the settings of this machine, once.
func (a *app) settings() (config.Config, error) {
	if a.loaded {
		return a.config, nil
	}
	c, err := config.Load(a.configSource())
	if err != nil {
		return c, err
	}
	a.config, a.loaded = c, true
	return c, nil
}

func (a *app) configSource() config.Source {
	given := map[string]string{}
	for key, value := range map[string]string{"db": a.flags.db, "color": a.flags.color, "output": a.flags.output} {
		if value != "" {
			given[key] = value
		}
	}
	return config.Source{Getenv: a.env.Getenv, Flags: given, Formats: sheet.Formats()}
}

// book opens the book, once.
func (a *app) book(ctx context.Context) (*book.Book, error) {
	if a.open != nil {
		return a.open, nil
	}
	c, err := a.settings()
	if err != nil {
		return nil, err
	}
	a.open, err = book.Open(ctx, c.DB, a.now)
	return a.open, err
}

// view reads one snapshot of the book. Rows are emitted inside fn, while they are read.
func (a *app) view(ctx context.Context, fn func(*book.View) error) error {
	b, err := a.book(ctx)
	if err != nil {
		return err
	}
	return b.View(ctx, fn)
}

// update is one operation on the book, all or nothing; what is its verb and ids, never values. With --dry-run the same
// is done and taken back. Rows are emitted after it, when it is known to hold.
func (a *app) update(ctx context.Context, what string, fn func(*book.Tx) error) error {
	return a.change(ctx, what, false, fn)
}

// updateBulk is update for an import, which may be faster at very many rows.
func (a *app) updateBulk(ctx context.Context, what string, fn func(*book.Tx) error) error {
	return a.change(ctx, what, true, fn)
}

func (a *app) change(ctx context.Context, what string, bulk bool, fn func(*book.Tx) error) error {
	b, err := a.book(ctx)
	if err != nil {
		return err
	}
	ctx, fn = withPoints(ctx, fn)
	switch {
	case a.flags.dryRun:
		if err := b.Rehearse(ctx, bulk, fn); err != nil {
			return err
		}
		a.note("dry run: nothing was written")
		return nil
	case bulk:
		err = b.UpdateBulk(ctx, what, fn)
	default:
		err = b.Update(ctx, what, fn)
	}
	a.changed = a.changed || err == nil
	return err
}

// stdin is what a command reads when the file named is "-": standard input, which must not be a terminal then.
func (a *app) stdin(name string) (io.Reader, error) {
	if name == "-" && isTerminal(a.env.In) {
		return nil, fault.New(fault.Usage, "standard input is a terminal; needed is a file or a pipe", "name a file, or pipe one in")
	}
	return a.env.In, nil
}

// beforeRun refuses flags that the command would not heed, and flags that do not go together.
func (a *app) beforeRun(cmd *cobra.Command, _ []string) error {
	if cmd.HasSubCommands() && columnsOf(cmd) == nil {
		return nil // a word too many is the first mistake, and help heeds no flags
	}
	global := cmd.Root().PersistentFlags()
	for _, name := range []string{"output", "columns", "jq", "template", "out", "as-of"} {
		if global.Changed(name) && !heeds(cmd, name) {
			return usage(cmd, fmt.Sprintf("%s takes no --%s", cmd.CommandPath(), name))
		}
	}
	if err := a.checkGlobals(global); err != nil {
		return err
	}
	a.columnsGiven = global.Changed("columns")
	if err := a.checkOutput(cmd); err != nil {
		return err
	}
	return flagRules(cmd)
}

// checkGlobals refuses a global flag with nothing in it, which a script's unset variable leaves, rather than take it for
// one that was not given, and a day that is none even for a question that has no use for it.
func (a *app) checkGlobals(global *pflag.FlagSet) error {
	for _, name := range []string{"db", "output", "jq", "template", "out", "color", "as-of"} {
		if f := global.Lookup(name); f.Changed && f.Value.String() == "" {
			return fault.New(fault.Usage, "--"+name+" needs a value", "leave --"+name+" out, or say which")
		}
	}
	switch ending := strings.ToLower(filepath.Ext(a.flags.out)); ending {
	case ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ods", ".odt": // with rows in it, no program would open it
		return fault.New(fault.Usage, "perla does not write "+ending+" files", "documents are written as .html, which a browser prints; rows as .csv, which a spreadsheet opens")
	}
	if a.flags.asOf == "" {
		return nil
	}
	_, err := dates.ParseEnd(a.flags.asOf, dates.Of(a.now(), time.UTC))
	return inFlag("--as-of", err)
}
