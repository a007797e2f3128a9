package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/sheet"
)

// consentFlags are what a consent is asked about, or told.
type consentFlags struct {
	grant, withdraw []string
	row             contacts.Consent // what all rows have in common
	on              string
	history         bool
}

func customerConsent(a *app) *cobra.Command {
	var o consentFlags
	var where whereFlag
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "consent [CUSTOMER...]",
		Short: "Show what customers allow, or record what they said",
		Long: `Show by which channels customers may be written to, and for which purpose, or
record what they said. What was never said is no consent. Nothing is ever
overwritten: each word of hers is a row with its day, basis and source, and the
last one holds. A consent taken back is given again only by a new opt-in, with
its --source.

With - selectors are read from standard input, a line each.`,
		Example: `perla customer consent ana --grant email --source "signed card"
perla customer consent ana
perla customer list --tag vip -o ids | perla customer consent - --grant sms
perla customer consent ana --withdraw all --on yesterday
perla customer consent ana --history -o json`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			writes := len(o.grant)+len(o.withdraw) > 0
			if err := o.check(cmd, writes); err != nil {
				return err
			}
			ids, err := where.customers(cmd.Context(), a, args)
			if err != nil {
				return err
			}
			if writes {
				return o.record(a, cmd, ids)
			}
			return o.show(a, cmd, ids)
		},
	}, sheet.Consents))
	delete(cmd.Annotations, markWrites) // it is a question too, which --as-of belongs to; check refuses it with the rest
	f := cmd.Flags()
	where.register(cmd)
	o.row.Purpose = contacts.ConsentPurposes[0]
	f.Var(wordsOf(&o.grant, contacts.ConsentChannels...), "grant", "she allows `CHANNEL,...`: "+strings.Join(contacts.ConsentChannels, ", "))
	f.Var(wordsOf(&o.withdraw, append(slices.Clone(contacts.ConsentChannels), "all")...), "withdraw", "she takes back `CHANNEL,...`, or all")
	f.Var(enumOf(&o.row.Purpose, contacts.ConsentPurposes...), "purpose", "for this `PURPOSE`: "+strings.Join(contacts.ConsentPurposes, ", "))
	f.Var(enumOf(&o.row.Basis, contacts.ConsentBases...), "basis", "the `BASIS` that makes it lawful: "+strings.Join(contacts.ConsentBases, ", "))
	f.StringVar(&o.row.Source, "source", "", "how it is known: `TEXT` such as \"signed card\"")
	f.StringVar(&o.row.TextVersion, "text-version", "", "the `VERSION` of the text she agreed to")
	f.StringVar(&o.on, "on", "", "the `DATE` it holds from (default today)")
	f.BoolVar(&o.history, "history", false, "all that was ever said, the oldest first")
	for _, name := range []string{"grant", "withdraw"} {
		_ = cmd.RegisterFlagCompletionFunc(name, f.Lookup(name).Value.(*wordList).complete)
	}
	cmd.MarkFlagsMutuallyExclusive("history", "grant")
	cmd.MarkFlagsMutuallyExclusive("history", "withdraw")
	return cmd
}

// check refuses flags that do not go together.
func (o *consentFlags) check(cmd *cobra.Command, writes bool) error {
	changed := cmd.Flags().Changed
	for _, name := range []string{"basis", "source", "text-version", "on", "dry-run"} {
		if changed(name) && !writes {
			return usage(cmd, "--"+name+" goes with --grant or --withdraw")
		}
	}
	for _, name := range []string{"basis", "text-version"} {
		if changed(name) && len(o.grant) == 0 {
			return usage(cmd, "--"+name+" goes with --grant")
		}
	}
	if writes && changed("as-of") {
		return usage(cmd, "--as-of is for questions; when she said it goes into --on")
	}
	if slices.Contains(o.withdraw, "all") {
		o.withdraw = slices.DeleteFunc(slices.Clone(contacts.ConsentChannels), func(c string) bool { return slices.Contains(o.grant, c) })
	}
	for _, channel := range o.grant {
		if slices.Contains(o.withdraw, channel) {
			return usage(cmd, channel+" is both granted and withdrawn")
		}
	}
	return nil
}

// show prints what customers allow, or all they ever said.
func (o *consentFlags) show(a *app, cmd *cobra.Command, ids []int64) error {
	return a.view(cmd.Context(), func(v *book.View) error {
		day, err := a.asOf(v)
		if err != nil {
			return err
		}
		rows, err := contacts.ConsentLedger(v, ids, day)
		if err != nil {
			return err
		}
		if !o.history {
			rows = contacts.ConsentsAt(rows, day)
		}
		if cmd.Flags().Changed("purpose") {
			rows = slices.DeleteFunc(rows, func(c contacts.Consent) bool { return c.Purpose != o.row.Purpose })
		}
		if err := a.emitConsents(rows, len(ids)); err != nil {
			return err
		}
		if len(rows) == 0 && a.forPeople() {
			a.hint("what was never said is no consent; record one with --grant")
		}
		return nil
	})
}

// emitConsents prints the consents of so many customers; those of one go without her id and name.
func (a *app) emitConsents(rows []contacts.Consent, customers int) error {
	format, err := a.format(sheet.Table)
	if err != nil {
		return err
	}
	if customers == 1 && !a.columnsGiven && format != sheet.IDs {
		return emitSlice(a, sheet.ConsentsOfOne, rows)
	}
	return emitSlice(a, sheet.Consents, rows)
}

// record writes what customers said and prints what they now allow.
func (o *consentFlags) record(a *app, cmd *cobra.Command, ids []int64) error {
	var now []contacts.Consent
	err := a.update(cmd.Context(), operationOnIDs("customer consent", ids), func(tx *book.Tx) (err error) {
		if o.on != "" {
			if o.row.On, err = dates.Parse(o.on, tx.Today()); err != nil {
				return inFlag("--on", err)
			}
		}
		ledger, err := contacts.NewConsentWriter(tx)
		if err != nil {
			return err
		}
		if _, err := ledger.Record(o.rows(ids)); err != nil {
			return err
		}
		now, err = contacts.ConsentLedger(tx.View, ids, tx.Today())
		now = contacts.ConsentsAt(now, tx.Today())
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range now {
		if o.row.On != 0 && c.On > o.row.On && c.Granted != slices.Contains(o.grant, c.Channel) && o.speaksOf(&c) {
			a.warn("%s: %s said otherwise on %s, which holds from then on", c.Channel, c.Customer, c.On)
		}
	}
	return a.emitConsents(now, len(ids))
}

// speaksOf says whether the flags are about what a consent is about.
func (o *consentFlags) speaksOf(c *contacts.Consent) bool {
	return c.Purpose == o.row.Purpose && (slices.Contains(o.grant, c.Channel) || slices.Contains(o.withdraw, c.Channel))
}

// rows are what the flags say of each customer.
func (o *consentFlags) rows(ids []int64) []contacts.Consent {
	var rows []contacts.Consent
	for _, id := range ids {
		row := o.row
		row.CustomerID = id
		for _, row.Channel = range o.grant {
			row.Granted = true
			rows = append(rows, row)
		}
		row.Granted, row.Basis, row.TextVersion = false, "", ""
		for _, row.Channel = range o.withdraw {
			rows = append(rows, row)
		}
	}
	return rows
}

// wordList is the value of a flag that takes several of a few words, joined by commas.
type wordList struct {
	value *[]string
	words []string
}

// wordsOf is a flag value that writes into p.
func wordsOf(p *[]string, words ...string) *wordList { return &wordList{p, words} }

// String is the present value.
func (l *wordList) String() string { return strings.Join(*l.value, ",") }

// Set adds words, each once, or refuses one with the nearest.
func (l *wordList) Set(s string) error {
	for _, word := range strings.Split(s, ",") {
		if word = strings.TrimSpace(word); !slices.Contains(l.words, word) {
			return notAmong(word, l.words)
		}
		if !slices.Contains(*l.value, word) {
			*l.value = append(*l.value, word)
		}
	}
	return nil
}

// Type is what help shows for the value.
func (l *wordList) Type() string { return strings.Join(l.words, "|") }

// complete completes the last of several words.
func (l *wordList) complete(_ *cobra.Command, _ []string, typed string) (words []cobra.Completion, _ cobra.ShellCompDirective) {
	done := typed[:strings.LastIndex(typed, ",")+1]
	for _, word := range l.words {
		words = append(words, done+word)
	}
	return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
