package cli

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

// lotSource is the system of lots that an export names and that came without a ref of their own.
const lotSource = "lot"

func pointsImport(a *app) *cobra.Command {
	var o importFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Read the points people bring along from a CSV file, or from -",
		Long: `Read the points that people bring along from another system, each row a lot.
Columns, by these names or by others in common use, or by --map:
` + indent(wrap(columnNames(sheet.OpeningRows), helpWidth-2)) + `

Needed are points and whose they are: a customer, named as in an order file, or
a consultant, by ref; both are there before. Without earned_on they are of
today, without expires_on they expire as the programme has it, without a reason
they are an opening balance.

The file may be read again: a lot is known by its ref within --source, one
without a ref by whose it is and its days, so that a second time changes
nothing. Entries are never changed: other points under a ref are refused.`,
		Example: `perla points import balances.csv --dry-run
perla points import balances.csv --source oldshop
perla points import balances.csv --skip-bad --rejects rejects.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.source == lotSource {
				return inFlag("--source", fault.New(fault.Usage, lotSource+" is what perla calls points without a ref", "choose another name"))
			}
			return runImport(a, cmd, &o, args[0], openingImporter(o.source))
		},
	}, sheet.Imports))
	o.registerSome(cmd, append([]string{"columns", "source"}, importOnly...)...)
	return cmd
}

// openingImporter is how opening balances are imported.
func openingImporter(source string) importer[sheet.OpeningRow] {
	return importer[sheet.OpeningRow]{
		what: "points import", columns: sheet.OpeningRows,
		stamp: func(r *sheet.OpeningRow, line int, _ uint64, bad bool) { r.Line, r.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]sheet.OpeningRow], _ importSize, report func(rejection)) (done sheet.Imported, err error) {
			p := openingPlacer{tx: tx, source: source, report: report, consultants: map[string]int64{}}
			if err := p.begin(); err != nil {
				return done, err
			}
			for batch := range batches {
				opened, err := p.place(batch)
				if err != nil {
					return done, err
				}
				done.Created += int64(opened.Added)
				done.Unchanged += int64(opened.Unchanged) + p.own
				p.own = 0
			}
			return done, nil
		},
	}
}

// openingPlacer finds whose points rows are and posts them.
type openingPlacer struct {
	tx          *book.Tx
	source      string
	report      func(rejection)
	customers   []*contacts.Resolver // by refs of the source, and of the usual one
	consultants map[string]int64     // by ref
	own         int64                // rows of a batch that are lots of this very book
}

func (p *openingPlacer) begin() error {
	for _, of := range []string{p.source, contacts.RefSource} {
		found, err := contacts.NewResolver(p.tx, of, true)
		if err != nil {
			return err
		}
		p.customers = append(p.customers, found)
	}
	for c, err := range network.List(p.tx.View, network.ListOptions{All: true}) {
		if err != nil {
			return err
		}
		p.consultants[c.Ref] = c.ID
	}
	return nil
}

// place posts the rows of a batch.
func (p *openingPlacer) place(rows []sheet.OpeningRow) (loyalty.Opened, error) {
	accounts, err := p.accounts(rows)
	if err != nil {
		return loyalty.Opened{}, err
	}
	var list []loyalty.Opening
	for i, r := range rows {
		if accounts[i] == (loyalty.Account{}) {
			continue
		}
		if r.Ref != "" && r.RefSource != "" { // as exports write it
			same, err := p.isOwn(&r, accounts[i])
			if err != nil {
				return loyalty.Opened{}, err
			}
			if same {
				p.own++
				continue
			}
		}
		if r.RefSource == "" {
			r.RefSource = p.source
		}
		list = append(list, loyalty.Opening{Line: r.Line, Account: accounts[i], Points: r.Points, On: r.EarnedOn, ExpiresOn: r.ExpiresOn,
			Ref: r.Ref, RefSource: r.RefSource, Reason: r.Reason})
	}
	return loyalty.Open(p.tx, list, func(bad loyalty.OpeningProblem) {
		p.report(rejection{line: bad.Opening.Line, field: bad.Field, reason: bad.Reason})
	})
}

// accounts are whose points rows are; nobody's where a row is refused.
func (p *openingPlacer) accounts(rows []sheet.OpeningRow) ([]loyalty.Account, error) {
	accounts, cells := make([]loyalty.Account, len(rows)), make([]string, len(rows))
	for i := range rows {
		switch r := &rows[i]; {
		case r.Bad:
		case (r.Customer == "") == (r.Consultant == ""):
			p.report(rejection{line: r.Line, field: "customer", reason: "needed is a customer or a consultant, and not both"})
		case r.Consultant == "":
			cells[i] = r.Customer
		case p.consultants[r.Consultant] == 0:
			p.report(rejection{line: r.Line, field: "consultant", reason: "there is no consultant with this ref"})
		default:
			accounts[i].Consultant = p.consultants[r.Consultant]
		}
	}
	for _, resolver := range p.customers {
		ids, err := resolver.Resolve(cells)
		if err != nil {
			return nil, err
		}
		for i, id := range ids {
			if id != 0 {
				accounts[i].Customer, cells[i] = id, ""
			}
		}
	}
	for i, cell := range cells {
		if cell != "" {
			p.report(rejection{line: rows[i].Line, field: "customer", reason: strings.TrimSuffix(p.customers[0].Problem(cell), " (--known-customers)")})
		}
	}
	return accounts, nil
}

// isOwn says whether a row is what an export wrote of a lot of this book, which has it already.
func (p *openingPlacer) isOwn(r *sheet.OpeningRow, account loyalty.Account) (bool, error) {
	lots, err := loyalty.Lots(p.tx.View, account, p.tx.Today())
	return slices.ContainsFunc(lots, func(l loyalty.Lot) bool {
		return l.Left == r.Points && (r.RefSource == lotSource && lotRef(&l.Entry) == r.Ref || l.Entry.Ref == r.Ref && l.Entry.RefSource == r.RefSource)
	}), err
}

// lotRef names a lot without a ref so that it is known again: by its number and what it says.
func lotRef(e *loyalty.Entry) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %s %s %s", e.Kind, e.Points, e.On, e.ActiveFrom, e.ExpiresOn))
	return fmt.Sprintf("%d-%x", e.ID, sum[:5])
}

func pointsExport(a *app) *cobra.Command {
	var o pointsOf
	cmd := rowsOf(&cobra.Command{
		Use:   "export [CUSTOMER]",
		Short: "Write what people can spend as a file that points import reads",
		Long: `Write what people have left and can spend, or will, today or with --as-of at the
end of that day, as a file that perla points import reads: a row for each lot,
with the day it came and its last one. Lots without a ref have one made of what
they say and the ref_source lot, so that importing the file again changes
nothing. What is owed, and that points are pending, no such file can say.`,
		Example: `perla points export --out points-copy.csv
perla points export --programme consultants --out points-copy.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				account, err := o.account(cmd, v, strings.Join(args, ""))
				if err != nil {
					return err
				}
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				return a.exportPoints(v, o.programme, account, day)
			})
		},
	}, sheet.OpeningRows)
	o.one(a, cmd)
	o.all(cmd)
	return cmd
}

// exportPoints writes the lots of a programme, or of one account.
func (a *app) exportPoints(v *book.View, programme string, account loyalty.Account, day dates.Date) error {
	keys, err := contacts.Keys(v)
	if err != nil {
		return err
	}
	people, err := loyalty.People(v, programme)
	if err != nil {
		return err
	}
	owed, pending := int64(0), int64(0)
	rows := func(yield func(sheet.OpeningRow, error) bool) {
		for s, err := range loyalty.Balances(v, programme, day) {
			if err != nil {
				yield(sheet.OpeningRow{}, err)
				return
			}
			if account != (loyalty.Account{}) && s.Account != account {
				continue
			}
			owed, pending = owed+s.Debt, pending+s.Pending
			if s.Usable+s.Pending == 0 {
				continue
			}
			lots, err := loyalty.Lots(v, s.Account, day)
			if err != nil {
				yield(sheet.OpeningRow{}, err)
				return
			}
			for l := range lotsThatCount(lots, day, false) {
				r := sheet.OpeningRow{Ref: l.Entry.Ref, RefSource: l.Entry.RefSource, Points: l.Left, EarnedOn: l.Entry.On, ExpiresOn: l.Entry.ExpiresOn, Reason: l.Entry.Reason}
				if r.Reason == "" {
					r.Reason = "opening balance" // as it comes in
				}
				if r.Ref == "" {
					r.Ref, r.RefSource = lotRef(&l.Entry), lotSource
				}
				if r.Customer = keys[s.Account.Customer]; s.Account.Consultant != 0 {
					r.Customer, r.Consultant = "", people[s.Account.Consultant].Ref
				}
				if !yield(r, nil) {
					return
				}
			}
		}
	}
	if err := emit(a, sheet.OpeningRows, rows); err != nil {
		return err
	}
	if pending > 0 {
		a.warn("%s pending go out as points that can be spent", pointsText(pending))
	}
	if owed > 0 {
		a.warn("%s that people owe do not go out", pointsText(owed))
	}
	return nil
}
