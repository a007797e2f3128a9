package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
)

// interactionFlags are the flags that set the fields of an interaction.
type interactionFlags struct {
	cmd         *cobra.Command
	interaction contacts.Interaction
	given       contacts.InteractionFields
	in, out     bool
	on          string
	consultant  string
	staff       staff
}

// interactionFlag is the flag of one field.
type interactionFlag struct {
	flags *interactionFlags
	field contacts.InteractionFields
	kind  string // of its value, for help
}

// Set takes the value by the rule of the field.
func (f *interactionFlag) Set(text string) error {
	if f.field == contacts.InteractionMinutes {
		n, err := strconv.ParseInt(text, 10, 32)
		if text != "" && (err != nil || n < 0) {
			return fault.New(fault.Usage, fmt.Sprintf("%q is not a whole number from 0", text), "")
		}
		f.flags.interaction.Minutes, f.flags.interaction.Timed = n, text != ""
	} else if err := f.flags.interaction.Set(f.field, text); err != nil {
		return fault.New(fault.Usage, fmt.Sprintf("%q: %v", text, err), "")
	}
	f.flags.given |= f.field
	return nil
}

// String is empty: no field has a default.
func (f *interactionFlag) String() string { return "" }

// Type names the kind of value.
func (f *interactionFlag) Type() string { return f.kind }

// register gives a command the flags of the fields, but for customer and summary.
func (o *interactionFlags) register(a *app, cmd *cobra.Command) {
	o.cmd = cmd
	f := cmd.Flags()
	f.Var(enumOf(&o.interaction.Channel, contacts.InteractionChannels...), "channel", "by `CHANNEL`: "+strings.Join(contacts.InteractionChannels, ", ")+" (default call)")
	f.BoolVar(&o.in, "in", false, "she began")
	f.BoolVar(&o.out, "out", false, "we began (default)")
	f.Var(enumOf(&o.interaction.Kind, contacts.InteractionKinds...), "kind", "it was a `KIND`: "+strings.Join(contacts.InteractionKinds, ", ")+" (default contact)")
	f.Var(&interactionFlag{o, contacts.InteractionProduct, "sku"}, "product", "it was about the product `SKU`: an interest, unless --kind says otherwise")
	f.Var(&interactionFlag{o, contacts.InteractionOutcome, "text"}, "outcome", "what came of it: `TEXT`")
	f.Var(&interactionFlag{o, contacts.InteractionMinutes, "number"}, "minutes", "it took `N` minutes")
	f.StringVar(&o.on, "on", "", "it was on `DATE` (default today)")
	f.StringVar(&o.consultant, "consultant", "", "who spoke with her: `REF`, made if unknown")
	f.Int64Var(&o.interaction.Case, "case", 0, "it belongs to the request or complaint `ID`")
	f.BoolVar(&o.interaction.NoAnswer, "no-answer", false, "she was not reached: it does not count as contact")
	cmd.MarkFlagsMutuallyExclusive("in", "out")
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
}

// resolve completes what the flags give with what only the book knows.
func (o *interactionFlags) resolve(tx *book.Tx) (err error) {
	for name, field := range map[string]contacts.InteractionFields{"channel": contacts.InteractionChannel, "kind": contacts.InteractionKind,
		"in": contacts.InteractionDirection, "out": contacts.InteractionDirection, "on": contacts.InteractionDate,
		"consultant": contacts.InteractionConsultant, "case": contacts.InteractionCase, "no-answer": contacts.InteractionNoAnswer} {
		if o.cmd.Flags().Changed(name) {
			o.given |= field
		}
	}
	switch {
	case o.in:
		o.interaction.Direction = "in"
	case o.out:
		o.interaction.Direction = "out"
	}
	if o.given&contacts.InteractionDate != 0 {
		if o.interaction.Date, err = dates.Parse(o.on, tx.Today()); err != nil {
			return inFlag("--on", err)
		}
	}
	o.interaction.Consultant, err = o.staff.named(tx, o.consultant)
	return err
}

// staff finds consultants by their ref and makes unknown ones, for a command that names some.
type staff struct{ made []string }

// named is the consultant with a ref, made if unknown; nobody for "".
func (s *staff) named(tx *book.Tx, ref string) (contacts.Link, error) {
	names := network.Consultants(tx)
	ref = strings.TrimSpace(ref)
	id, err := names.ID(ref)
	if names.Made > 0 {
		s.made = append(s.made, ref)
	}
	return contacts.Link{ID: id, Key: ref}, err
}

// tell says who was made: a slip of the pen makes somebody, too.
func (s *staff) tell(a *app) {
	for _, ref := range s.made {
		a.note("%s is a new consultant", ref)
	}
}
