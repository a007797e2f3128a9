package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// customerFlags are the flags that change a customer.
type customerFlags struct {
	change    contacts.Change
	createdOn string
	potential *string // nil when it was not given
}

// changeFlag is a flag that tells a change something, as often as it is given.
type changeFlag struct {
	kind string // of its value, for help
	set  func(text string) error
}

// Set takes the value by the rule of what it changes.
func (f *changeFlag) Set(text string) error {
	err := f.set(text)
	if err == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Usage, Reason: fmt.Sprintf("%q: %v", text, err)}
}

// String is empty: nothing has a default.
func (f *changeFlag) String() string { return "" }

// Type names the kind of value.
func (f *changeFlag) Type() string { return f.kind }

// customerFieldFlags are the fields that have a flag, in the order help shows them.
var customerFieldFlags = []struct {
	field       contacts.Fields
	kind, usage string
}{
	{contacts.FieldName, "text", "her name"},
	{contacts.FieldKind, strings.Join(contacts.Kinds, "|"), "person or company"},
	{contacts.FieldEmail, "address", "e-mail address, the preferred one"},
	{contacts.FieldEmailLabel, "word", "what sort of e-mail that is: home, work"},
	{contacts.FieldPhone, "number", "phone number, the preferred one, in any writing"},
	{contacts.FieldPhoneLabel, "word", "what sort of phone that is: mobile, work"},
	{contacts.FieldBirthday, "day", "YYYY-MM-DD, or --MM-DD without the year"},
	{contacts.FieldAddress, "text", "street and number"},
	{contacts.FieldPostcode, "text", "postcode"},
	{contacts.FieldCity, "text", "city"},
	{contacts.FieldRegion, "text", "province, state or region"},
	{contacts.FieldCountry, "text", "country: a name or two letters"},
	{contacts.FieldSector, "text", "what she works in"},
	{contacts.FieldStage, strings.Join(contacts.Stages, "|"), "how far she has come, from today"},
	{contacts.FieldLifeMoment, "text", "what her life is about just now"},
	{contacts.FieldSource, "text", "where she came from"},
	{contacts.FieldLanguage, "text", "language to write in"},
	{contacts.FieldPreferredChannel, "text", "how she likes to be reached"},
	{contacts.FieldConsultant, "ref", "her consultant from today, made if unknown"},
	{contacts.FieldCompany, "customer", "the company she belongs to"},
	{contacts.FieldReferredBy, "customer", "who brought her"},
	{contacts.FieldContactEvery, "days", "speak to her again after so many days: 30, 2w, 3m"},
	{contacts.FieldContactWithin, "days", "and at the latest after so many"},
	{contacts.FieldNotes, "text", "anything else"},
	{contacts.FieldRef, "key", "her key in another system"},
	{contacts.FieldRefSource, "name", "that system (default " + contacts.RefSource + ")"},
}

// register gives a command the flags of the fields, but for some, and those that add a single element.
func (o *customerFlags) register(a *app, cmd *cobra.Command, but contacts.Fields) {
	mark(cmd, markAttributes, "true")
	for _, f := range customerFieldFlags {
		if f.field&but == 0 {
			o.flag(cmd, flagOf(f.field), f.kind, f.usage, func(text string) error { return o.change.Set(f.field, text) })
		}
	}
	o.flag(cmd, "potential-value", "amount", "what she could spend in a year", func(text string) error {
		o.potential = &text
		return nil
	})
	cmd.Flags().StringVar(&o.createdOn, flagOf(contacts.FieldCreatedOn), "", "known since `DATE` (default today)")
	o.element(cmd, "tag", "word", "add the tag WORD, or several: a,b", contacts.FieldTags, o.change.Add)
	o.element(cmd, "add-email", "[label:]address", "add a further e-mail", contacts.FieldEmails, o.change.Add)
	o.element(cmd, "add-phone", "[label:]number", "add a further phone", contacts.FieldPhones, o.change.Add)
	o.element(cmd, "attr", "key=value", "add an attribute; a key may have several values", contacts.FieldAttributes, o.change.Add)
	o.flag(cmd, "link", "kind=customer", "link her with another, who is her KIND: "+strings.Join(contacts.LinkKinds, ", "), o.change.Link)
	for name, words := range map[string][]string{"kind": contacts.Kinds, "stage": contacts.Stages} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	completeFlag(cmd, "company", a.completeFrom(customerNames))
	completeFlag(cmd, "referred-by", a.completeFrom(customerNames))
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
}

// registerEdits gives a command the flags that only a customer who is there already can heed.
func (o *customerFlags) registerEdits(cmd *cobra.Command) {
	o.element(cmd, "untag", "word", "take the tag WORD off, or several: a,b", contacts.FieldTags, o.change.Remove)
	o.element(cmd, "remove-email", "address", "take an e-mail away; the next one is preferred then", contacts.FieldEmails, o.change.Remove)
	o.element(cmd, "prefer-email", "address", "make one of her further e-mails the preferred one", contacts.FieldEmails, o.change.Prefer)
	o.element(cmd, "remove-phone", "number", "take a phone away; the next one is preferred then", contacts.FieldPhones, o.change.Remove)
	o.element(cmd, "prefer-phone", "number", "make one of her further phones the preferred one", contacts.FieldPhones, o.change.Prefer)
	o.element(cmd, "unattr", "key[=value]", "take an attribute away, or all of a key", contacts.FieldAttributes, o.change.Remove)
	o.flag(cmd, "unlink", "[kind=]customer", "take the links with another away", o.change.Unlink)
}

func (o *customerFlags) flag(cmd *cobra.Command, name, kind, usage string, set func(string) error) {
	cmd.Flags().Var(&changeFlag{kind, set}, name, usage)
}

func (o *customerFlags) element(cmd *cobra.Command, name, kind, usage string, f contacts.Fields, act func(contacts.Fields, string) error) {
	o.flag(cmd, name, kind, usage, func(text string) error { return act(f, text) })
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
	from := &o.change.From
	if o.createdOn != "" {
		if from.CreatedOn, err = dates.Parse(o.createdOn, tx.Today()); err != nil {
			return inFlag("--created-on", err)
		}
		o.change.Given |= contacts.FieldCreatedOn
	}
	if o.potential != nil {
		if err := o.judge(*o.potential, tx.Settings().Currency); err != nil {
			return &fault.Error{Kind: fault.Usage, Field: "--potential-value", Reason: fmt.Sprintf("%q: %v", *o.potential, err)}
		}
		o.change.Given |= contacts.FieldPotentialValue
	}
	if ref := from.Consultant.Key; ref != "" {
		from.Consultant.ID, err = network.Consultants(tx).ID(ref)
	}
	return err
}

// judge reads what she could spend in a year; nothing is that nobody knows.
func (o *customerFlags) judge(text string, currency money.Currency) error {
	if strings.TrimSpace(text) == "" {
		return o.change.From.SetPotential(0, false)
	}
	d, err := money.ParseDecimal(text, '.')
	if err != nil {
		return err
	}
	amount, err := d.Minor(currency.Decimals)
	if err != nil {
		return err
	}
	return o.change.From.SetPotential(amount, true)
}
