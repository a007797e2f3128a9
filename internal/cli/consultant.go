package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

func consultantCommand(a *app) *cobra.Command {
	cmd := noun("consultant", "Who sells: the tree, levels, commissions",
		`perla consultant add K-7 "Carmen Aldana" --email carmen@example.com
perla consultant add K-8 "Lucía Robledo" --sponsor K-7
perla consultant tree`,
		consultantAdd(a), consultantList(a), consultantShow(a), consultantEdit(a), consultantRemove(a), consultantRestore(a),
		consultantImport(a), consultantExport(a), consultantTree(a), consultantLevel(a), consultantStatement(a), consultantPay(a),
		consultantTerms(a), consultantSet(a), consultantCycle(a), consultantIncentive(a), consultantGoal(a), consultantTransfer(a), consultantHandOver(a))
	cmd.Long = `A consultant is named by her ref, by id:42, e-mail, phone, name, or by the
beginnings of the words of her name. Her sponsor and her status have days, so
that any question can be asked as of another day. An order is the sale of the
consultant it names, else of whose client the customer was on its day, whatever
the channel.`
	return cmd
}

// consultantFlags are the flags that change a consultant.
type consultantFlags struct {
	change   network.Change
	customer string
	joined   string
	from     string
}

// consultantFieldFlags are the fields that have a flag, in the order help shows them.
var consultantFieldFlags = []struct {
	field       network.Fields
	kind, usage string
}{
	{network.FieldRef, "ref", "what she is called by"},
	{network.FieldName, "text", "her name"},
	{network.FieldEmail, "address", "e-mail address"},
	{network.FieldPhone, "number", "phone number, in any writing"},
	{network.FieldBirthday, "day", "YYYY-MM-DD, or --MM-DD without the year"},
	{network.FieldAddress, "text", "street and number"},
	{network.FieldCity, "text", "city"},
	{network.FieldCountry, "text", "country: a name or two letters"},
	{network.FieldLanguage, "text", "language to write in"},
	{network.FieldSponsor, "consultant", "who brought her; empty for nobody"},
	{network.FieldStatus, strings.Join(network.Statuses, "|"), "whether she sells just now"},
	{network.FieldNotes, "text", "anything else"},
}

// register gives a command the flags of the fields, but for some.
func (o *consultantFlags) register(a *app, cmd *cobra.Command, but network.Fields) {
	o.change.Phone = contacts.E164
	for _, f := range consultantFieldFlags {
		if f.field&but == 0 {
			cmd.Flags().Var(&changeFlag{f.kind, func(text string) error { return o.change.Set(f.field, text) }}, f.field.Name(), f.usage)
		}
	}
	cmd.Flags().Var(&changeFlag{"customer", func(text string) error {
		o.customer = text
		return o.change.Set(network.FieldCustomer, text)
	}}, "customer", "her own record as a customer; empty for none")
	cmd.Flags().StringVar(&o.joined, "joined", "", "with you since `DATE` (default today)")
	cmd.Flags().StringVar(&o.from, "from", "", "sponsor and status hold from `DATE` on (default today)")
	completeFlag(cmd, "sponsor", a.completeFrom(consultantNames))
	completeFlag(cmd, "customer", a.completeFrom(customerNames))
	completeFlag(cmd, "status", cobra.FixedCompletions(network.Statuses, cobra.ShellCompDirectiveNoFileComp))
}

// resolve completes what the flags give with what only the book knows.
func (o *consultantFlags) resolve(tx *book.Tx) (err error) {
	if o.customer != "" {
		c, err := contacts.FindWritable(tx.View, o.customer)
		if err != nil {
			return err
		}
		o.change.From.Customer.ID = c.ID
	}
	if o.joined != "" {
		day, err := dayIn("--joined", o.joined, tx.Today())
		if err != nil {
			return err
		}
		o.change.SetDay(network.FieldJoinedOn, day)
	}
	if o.from != "" && o.change.Given&(network.FieldSponsor|network.FieldStatus) == 0 {
		return fault.New(fault.Usage, "--from: neither --sponsor nor --status is given that could hold from then on", "")
	}
	o.change.Since, err = dayIn("--from", o.from, tx.Today())
	return err
}

func consultantAdd(a *app) *cobra.Command {
	var o consultantFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add REF [NAME]",
		Short: "Add a consultant",
		Long: `Add a consultant. Her sponsor holds since the day she joined, or --from another.
Where standard output is no terminal it gets the new id alone.`,
		Example: `perla consultant add K-7 "Carmen Aldana" --joined 2025-03-01
perla consultant add K-8 "Lucía Robledo" --sponsor carmen --status paused`,
		RunE: func(cmd *cobra.Command, args []string) error {
			for i, f := range []network.Fields{network.FieldRef, network.FieldName} {
				if i < len(args) {
					if err := o.change.Set(f, args[i]); err != nil {
						return fault.New(fault.Usage, fmt.Sprintf("%s %q: %v", f.Name(), args[i], err), "")
					}
				}
			}
			var k network.Consultant
			err := a.update(cmd.Context(), "consultant add", func(tx *book.Tx) error {
				if err := o.resolve(tx); err != nil {
					return err
				}
				var err error
				k, err = network.Create(tx, &o.change)
				return err
			})
			if err != nil {
				return err
			}
			return emitAdded(a, sheet.Consultants, k, k.ID)
		},
	}, sheet.Consultants))
	o.register(a, cmd, network.FieldRef|network.FieldName)
	return cmd
}

func consultantEdit(a *app) *cobra.Command {
	var o consultantFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit CONSULTANT...",
		Short: "Change a consultant, or many in one go",
		Long: `Change the fields that flags name; an empty value clears one. Sponsor and status
hold from today, or --from another day, and nobody may work under herself on any
day. Several consultants, or - for refs from standard input, a line each, are
changed in one operation: all or none.`,
		Example: `perla consultant edit K-2 --city Vigo --email ada@example.com
perla consultant edit ada --status paused --from 2026-11-01
perla consultant list -o ids | perla consultant edit - --country ES`,
		ValidArgsFunction: a.completeFrom(consultantNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !anyChanged(cmd) {
				return usage(cmd, "nothing to change: name a field, such as --city Vigo")
			}
			ids, err := a.consultantIDs(cmd.Context(), args)
			if err != nil {
				return err
			}
			var changed []network.Consultant
			err = a.update(cmd.Context(), operationOnIDs("consultant edit", ids), func(tx *book.Tx) error {
				if err := o.resolve(tx); err != nil {
					return err
				}
				changed, err = network.Edit(tx, ids, &o.change)
				return err
			})
			if err != nil {
				return err
			}
			if left := len(ids) - len(changed); left > 0 {
				a.note("%s changed; %d had it already", counted(int64(len(changed)), "consultant"), left)
			}
			return emitSlice(a, sheet.Consultants, changed)
		},
	}, sheet.Consultants))
	o.register(a, cmd, 0)
	return cmd
}

// consultantIDs gives the ids of the consultants that selectors name.
func (a *app) consultantIDs(ctx context.Context, args []string) ([]int64, error) {
	return a.idsNamed(ctx, args, func(v *book.View, selectors []string) ([]int64, int, error) {
		return network.FindAll(v, selectors, contacts.E164)
	})
}

func consultantRemove(a *app) *cobra.Command {
	return consultantArchiving(a, network.Archive, &cobra.Command{
		Use:   "remove CONSULTANT...",
		Short: "Archive consultants: they leave the lists, and nothing is lost",
		Long: `Archive consultants: they leave the lists, and nothing is lost. They keep their
place in the tree; say what became of one who left with --status left.`,
		Example: `perla consultant remove ada`,
	})
}

func consultantRestore(a *app) *cobra.Command {
	return consultantArchiving(a, network.Restore, &cobra.Command{
		Use:     "restore CONSULTANT...",
		Short:   "Bring archived consultants back",
		Example: `perla consultant remove K-2 && perla consultant restore K-2`,
	})
}

// consultantArchiving completes a command that archives or restores several consultants, all or none, and prints them.
func consultantArchiving(a *app, change func(*book.Tx, ...int64) ([]network.Consultant, error), cmd *cobra.Command) *cobra.Command {
	verb, _, _ := strings.Cut(cmd.Use, " ")
	cmd.ValidArgsFunction = a.completeFrom(consultantNames)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ids, err := a.consultantIDs(cmd.Context(), args)
		if err != nil {
			return err
		}
		var changed []network.Consultant
		clients := map[string]int64{}
		err = a.update(cmd.Context(), operationOnIDs("consultant "+verb, ids), func(tx *book.Tx) error {
			if changed, err = change(tx, ids...); err != nil {
				return err
			}
			for _, k := range changed {
				if clients[k.Ref], err = network.CountClients(tx.View, k.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, k := range changed {
			if n := clients[k.Ref]; n > 0 && !k.ArchivedOn.IsZero() {
				a.note("%s keeps %s; hand them over with: perla consultant transfer %d CONSULTANT", k.Name, counted(n, "client"), k.ID)
			}
		}
		return emitSlice(a, sheet.Consultants, changed)
	}
	return a.writing(rowsOf(cmd, sheet.Consultants))
}

// monthOf works out the period that --period names, else that of the day asked about, as known on that day.
func (a *app) monthOf(v *book.View, text string, day dates.Date) (*network.Month, error) {
	calendar, err := network.ReadCalendar(v)
	if err != nil {
		return nil, err
	}
	p, err := periodNamed(calendar, text, day)
	if err != nil {
		return nil, err
	}
	if p.From > day {
		return nil, fault.New(fault.Usage, fmt.Sprintf("period %s begins on %s, after the day asked about", p.Code, p.From), "")
	}
	return network.ReadMonth(v, calendar, p, day, paidBy)
}

// periodNamed is the period that a flag names, else that of a day.
func periodNamed(calendar network.Calendar, text string, day dates.Date) (network.Period, error) {
	if text == "" {
		return calendar.At(day), nil
	}
	p, err := calendar.Find(text, day)
	return p, inFlag("--period", err)
}
