package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/agenda"
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func demoCommand(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "demo [DIR]",
		Short: "Make a book full of made-up trade, to play with",
		Long: `Make the folder DIR, ./perla-demo unless you name one, with a book of 200
made-up customers of a cosmetics consultant, three years of their orders, up to
today, the products she sells with their stock, what was said and is to be done,
what was written to many (nothing of it was really sent) and what they answered.
The CSV files the book was imported from lie beside it, customers.csv,
products.csv, stock.csv, orders.csv and interactions.csv, and one that is left
for you to import: pedidos-feria.csv, noted down at a fair, with semicolons and
decimal commas. Made again on the same day, the demo is the same.`,
		Example: `perla demo
perla demo --columns segment,customers,revenue another-demo`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.flags.db != "" {
				return usage(cmd, "perla demo makes a book of its own, DIR/perla.db: leave out --db")
			}
			dir := "perla-demo"
			if len(args) > 0 {
				dir = args[0]
			}
			return makeDemo(cmd.Context(), a, filepath.Clean(dir))
		},
	}, sheet.RFMSummary)
}

// makeDemo makes the folder under another name and renames it last, so that it is there whole or not at all.
func makeDemo(ctx context.Context, a *app, dir string) (err error) {
	switch _, err := os.Lstat(dir); {
	case err == nil:
		return &fault.Error{Kind: fault.Conflict, Noun: "demo", Key: dir, Reason: "something of this name is already there",
			Hint: "name another folder: perla demo DIR"}
	case !errors.Is(err, fs.ErrNotExist):
		return demoFault(dir, err)
	}
	making, err := os.MkdirTemp(filepath.Dir(dir), ".perla-demo-*")
	if err != nil {
		return demoFault(dir, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(making))
		}
	}()
	made, err := fillDemo(ctx, a, making)
	err = errors.Join(err, a.closeDemo())
	if err != nil {
		return err
	}
	if err := os.Rename(making, dir); err != nil {
		return demoFault(dir, err)
	}
	a.note("made %s: %s, %s", filepath.Join(dir, "perla.db"), counted(made.customers, "customer"), counted(made.orders, "order"))
	a.hint("go on with\n%s", strings.Join([]string{
		"cd " + shellWord(dir),
		`export PERLA_DB="$PWD/perla.db"`,
		"perla customer search garcía",
		"perla today",
		"perla report rfm --sort -monetary",
		"perla stock list --low",
		"perla points balance",
		"perla order import pedidos-feria.csv",
	}, "\n"))
	return nil
}

func demoFault(dir string, err error) error {
	return &fault.Error{Kind: fault.IO, Noun: "demo", Key: dir, Err: cause(err)}
}

// closeDemo closes the book of the demo, whose folder is about to move.
func (a *app) closeDemo() error {
	if a.open == nil {
		return nil
	}
	b := a.open
	a.open = nil
	return b.Close()
}

// demoMade is how much trade a demo holds.
type demoMade struct{ customers, orders int64 }

// fillDemo makes the files and the book of the demo in a folder, and prints the summary of the RFM report.
func fillDemo(ctx context.Context, a *app, dir string) (made demoMade, err error) {
	settings, err := book.NewSettings("EUR", "ES", "en", "Europe/Madrid")
	if err != nil {
		return made, err
	}
	// The book is made at the first instant of its day: on one day, every demo is the same to the byte.
	today := dates.Of(a.now(), settings.Zone)
	y, m, d := today.Civil()
	clock := &demoClock{time.Date(y, m, d, 0, 0, 0, 0, settings.Zone)}
	if a.open, err = book.Create(ctx, filepath.Join(dir, "perla.db"), settings, clock.now); err != nil {
		return made, err
	}
	if err := writeDemoFiles(dir, today, a.setting()); err != nil {
		return made, err
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	made.customers, err = importDemoNamed(ctx, a, file("customers.csv"), contacts.FieldRef.Name(), func(in *sheet.Input) (importer[contacts.Row], error) {
		return customersIn(in, contacts.ImportOptions{Source: contacts.RefSource}), nil
	})
	if err != nil {
		return made, err
	}
	years := demoYears(today)
	_, err = importDemoNamed(ctx, a, file("products.csv"), catalog.FieldSKU.Name(), func(in *sheet.Input) (importer[catalog.Row], error) {
		return productsIn(&importFlags{mode: importModes[0]}, in, years[len(years)-1].String())
	})
	if err != nil {
		return made, err
	}
	if _, err := importDemo(ctx, a, file("stock.csv"), deliveryImporter(&stockFlags{})); err != nil {
		return made, err
	}
	if err := a.open.Update(ctx, "demo", func(tx *book.Tx) error { return beginProgramme(tx, today) }); err != nil {
		return made, err
	}
	if made.orders, err = importDemo(ctx, a, file("orders.csv"), orderImporter(sales.Options{Source: contacts.RefSource})); err != nil {
		return made, err
	}
	if _, err := importDemo(ctx, a, file("interactions.csv"), interactionImporter(contacts.InteractionOptions{Source: contacts.RefSource})); err != nil {
		return made, err
	}
	if err := a.open.Update(ctx, "demo", func(tx *book.Tx) error { return liveDemo(tx, today, clock) }); err != nil {
		return made, err
	}
	return made, a.view(ctx, func(v *book.View) error {
		report, err := insight.ReportRFM(v, insight.RFMOptions{})
		if err != nil {
			return err
		}
		if err := new(rfmRequest).emitSummary(a, report); err != nil || a.columnsGiven || !a.forPeople() {
			return err
		}
		return demoToday(a, v)
	})
}

// liveDemo does what no file of the demo holds.
func liveDemo(tx *book.Tx, today dates.Date, clock *demoClock) error {
	if err := takeCare(tx, today); err != nil {
		return err
	}
	if err := keepStock(tx, today); err != nil {
		return err
	}
	if err := buildTeam(tx, today); err != nil {
		return err
	}
	if err := findWords(tx); err != nil {
		return err
	}
	if err := runCampaigns(tx, clock); err != nil {
		return err
	}
	if err := askClients(tx, today); err != nil {
		return err
	}
	return usePoints(tx, today)
}

// demoToday tells below the summary what deserves attention.
func demoToday(a *app, v *book.View) error {
	day, err := agenda.New(v, agenda.Query{Within: agenda.AsTheRulesSay, Words: a.wording()})
	if err != nil {
		return err
	}
	lines, err := day.Lines()
	if err != nil {
		return err
	}
	if a.flags.out != "" {
		return nil // the file holds the summary
	}
	if err := a.write(func(w io.Writer) error { _, err := io.WriteString(w, "\n"); return err }); err != nil {
		return err
	}
	return drawToday(a, day.Day(), lines, len(agenda.Kinds))
}

// importDemoNamed is importDemo for a file whose header decides what is read, for it names attributes.
func importDemoNamed[T any](ctx context.Context, a *app, file, key string, how func(*sheet.Input) (importer[T], error)) (int64, error) {
	in, err := openInput(ctx, a, &importFlags{}, file, key, false)
	if err != nil {
		return 0, err
	}
	defer func() { _ = in.Close() }()
	n, err := how(in)
	if err != nil {
		return 0, err
	}
	job, err := newImport(a, &importFlags{}, in, n)
	if err != nil {
		return 0, err
	}
	summary, err := job.run(ctx)
	return summary.Created, err
}

// importDemo imports a file as perla NOUN import does, but for what it says, and tells how many rows are new in the book.
func importDemo[T any](ctx context.Context, a *app, file string, n importer[T]) (int64, error) {
	job, err := openImport(ctx, a, &importFlags{}, file, n)
	if err != nil {
		return 0, err
	}
	defer func() { _ = job.input.Close() }()
	summary, err := job.run(ctx)
	return summary.Created, err
}

// shellWord is a name as a shell takes it for one word.
func shellWord(name string) string {
	plain := func(r rune) bool {
		return r == '/' || r == '.' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	if name != "" && name[0] != '-' && strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) < 0 {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
