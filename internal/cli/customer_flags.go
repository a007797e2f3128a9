package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
)

// customerFlags are the flags that set the fields of a customer.
type customerFlags struct {
	customer  contacts.Customer
	given     contacts.Fields
	createdOn string
	tag       []string
	untag     []string
}

// customerFlag is the flag of one text field.
type customerFlag struct {
	flags *customerFlags
	field contacts.Fields
	kind  string // of its value, for help
}

// Set takes the value by the rule of the field.
func (f *customerFlag) Set(text string) error {
	if err := f.flags.customer.Set(f.field, text); err != nil {
		return fault.New(fault.Usage, fmt.Sprintf("%q: %v", text, err), "")
	}
	f.flags.given |= f.field
	return nil
}

// String is empty: no field has a default.
func (f *customerFlag) String() string { return "" }

// Type names the kind of value.
func (f *customerFlag) Type() string { return f.kind }

// customerFieldFlags are the fields that have a flag, in the order help shows them.
var customerFieldFlags = []struct {
	field       contacts.Fields
	kind, usage string
}{
	{contacts.FieldName, "text", "her name"},
	{contacts.FieldKind, strings.Join(contacts.Kinds, "|"), "person or company"},
	{contacts.FieldEmail, "address", "e-mail address"},
	{contacts.FieldPhone, "number", "phone number, in any writing"},
	{contacts.FieldBirthday, "day", "YYYY-MM-DD, or --MM-DD without the year"},
	{contacts.FieldCity, "text", "city"},
	{contacts.FieldCountry, "text", "country: a name or two letters"},
	{contacts.FieldSector, "text", "what she works in"},
	{contacts.FieldStage, strings.Join(contacts.Stages, "|"), "how far she has come"},
	{contacts.FieldSource, "text", "where she came from"},
	{contacts.FieldLanguage, "text", "language to write in"},
	{contacts.FieldPreferredChannel, "text", "how she likes to be reached"},
	{contacts.FieldConsultant, "ref", "her consultant, made if unknown"},
	{contacts.FieldCompany, "customer", "the company she belongs to"},
	{contacts.FieldReferredBy, "customer", "who brought her"},
	{contacts.FieldNotes, "text", "anything else"},
	{contacts.FieldRef, "key", "her key in another system"},
	{contacts.FieldRefSource, "name", "that system (default " + contacts.RefSource + ")"},
}

// register gives a command the flags of the fields, but for some.
func (o *customerFlags) register(a *app, cmd *cobra.Command, but contacts.Fields) {
	for _, f := range customerFieldFlags {
		if f.field&but == 0 {
			cmd.Flags().Var(&customerFlag{o, f.field, f.kind}, flagOf(f.field), f.usage)
		}
	}
	cmd.Flags().StringVar(&o.createdOn, flagOf(contacts.FieldCreatedOn), "", "known since `DATE` (default today)")
	cmd.Flags().StringSliceVar(&o.tag, "tag", nil, "add the tag `WORD`, or several: a,b")
	for name, words := range map[string][]string{"kind": contacts.Kinds, "stage": contacts.Stages} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	completeFlag(cmd, "company", a.completeFrom(customerNames))
	completeFlag(cmd, "referred-by", a.completeFrom(customerNames))
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
}

// flagOf is the flag of a field.
func flagOf(f contacts.Fields) string { return strings.ReplaceAll(f.Name(), "_", "-") }

// completeFlag completes a flag as if its value were the first argument.
func completeFlag(cmd *cobra.Command, name string, complete cobra.CompletionFunc) {
	_ = cmd.RegisterFlagCompletionFunc(name, func(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return complete(cmd, nil, typed)
	})
}

// resolve completes what the flags give with what only the book knows.
func (o *customerFlags) resolve(tx *book.Tx) (err error) {
	if o.createdOn != "" {
		if o.customer.CreatedOn, err = dates.Parse(o.createdOn, tx.Today()); err != nil {
			return inFlag("--created-on", err)
		}
		o.given |= contacts.FieldCreatedOn
	}
	for _, tags := range []*[]string{&o.tag, &o.untag} {
		joined, err := contacts.ParseTags(strings.Join(*tags, ","))
		if err != nil {
			return inFlag("--tag", err)
		}
		if *tags = nil; joined != "" {
			*tags = strings.Split(joined, ", ")
		}
	}
	if ref := o.customer.Consultant.Key; ref != "" {
		o.customer.Consultant.ID, err = network.Consultants(tx).ID(ref)
	}
	return err
}
