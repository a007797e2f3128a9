package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

// customerQuery are the flags that choose customers.
type customerQuery struct {
	options      contacts.ListOptions
	company      string
	createdSince string
	createdUntil string
	birthdays    int
	archived     bool
	all          bool
	where        whereFlag
}

// register gives a command the flags.
func (o *customerQuery) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringSliceVar(&o.options.Tags, "tag", nil, "only those with the tag `WORD`; with several, those who have all")
	f.Var(enumOf(&o.options.Stage, contacts.Stages...), "stage", "only those in this stage: "+strings.Join(contacts.Stages, ", "))
	f.Var(enumOf(&o.options.Kind, contacts.Kinds...), "kind", "only these: "+strings.Join(contacts.Kinds, ", "))
	f.StringVar(&o.options.City, "city", "", "only those of `CITY`, accents and case ignored")
	f.StringVar(&o.options.Country, "country", "", "only those of `COUNTRY`, as it is written in the book")
	f.StringVar(&o.options.Sector, "sector", "", "only those who work in `SECTOR`")
	f.StringVar(&o.options.Language, "language", "", "only those who are written to in `LANGUAGE`")
	f.StringVar(&o.options.Consultant, "consultant", "", "only those of the consultant `REF`")
	f.BoolVar(&o.options.NoConsultant, "no-consultant", false, "only those without a consultant")
	f.StringVar(&o.company, "company", "", "only those who belong to the company `CUSTOMER`")
	f.StringArrayVar(&o.options.Attributes, "attr", nil, "only those with the attribute `KEY=VALUE`, or KEY for any value")
	f.IntVar(&o.birthdays, "birthday-within", 0, "only those whose birthday is within `DAYS`, today included, the next one first")
	f.StringVar(&o.createdSince, "created-since", "", "only those known since a `DATE` or later")
	f.StringVar(&o.createdUntil, "created-until", "", "only those known since a `DATE` or earlier")
	f.BoolVar(&o.archived, "archived", false, "only the archived ones")
	f.Var(sortBy(&o.options.Sort, contacts.SortNames), "sort", "sort by `COLUMN`, with - before it downwards: "+strings.Join(contacts.SortNames, ", "))
	f.IntVar(&o.options.Limit, "limit", 0, "at most `N` customers (0 is all)")
	o.where.register(cmd)
	cmd.MarkFlagsMutuallyExclusive("consultant", "no-consultant")
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
	completeFlag(cmd, "company", a.completeFrom(customerNames))
}

// choose is what the flags choose, as of the day asked about.
func (o *customerQuery) choose(a *app, cmd *cobra.Command, v *book.View) (options contacts.ListOptions, err error) {
	options = o.options
	if options.AsOf, err = a.asOf(v); err != nil {
		return options, err
	}
	switch {
	case o.all:
		options.State = contacts.Everyone
	case o.archived:
		options.State = contacts.Archived
	}
	if cmd.Flags().Changed("birthday-within") {
		if o.birthdays < 0 {
			return options, fault.New(fault.Usage, fmt.Sprintf("--birthday-within: %d is less than 0", o.birthdays), "")
		}
		options.Birthdays = &o.birthdays
	}
	if o.company != "" {
		company, err := contacts.Find(v, o.company)
		if err != nil {
			return options, err
		}
		options.Company = company.ID
	}
	if o.createdSince != "" {
		if options.Created.From, err = dates.Parse(o.createdSince, v.Today()); err != nil {
			return options, inFlag("--created-since", err)
		}
	}
	if o.createdUntil != "" {
		if options.Created.To, err = dates.ParseEnd(o.createdUntil, v.Today()); err != nil {
			return options, inFlag("--created-until", err)
		}
	}
	options.Where, err = o.where.filter(a, v)
	return options, err
}

// customerColumns are the columns of a list of customers: those of every list, or where some are named all that can be,
// the attributes there are as attr.KEY among them.
func customerColumns(v *book.View, a *app) ([]sheet.Column[contacts.Customer], error) {
	if !a.columnsGiven {
		return sheet.Customers, nil
	}
	keys, err := contacts.AttributeKeys(v)
	columns := slices.Clone(sheet.CustomersNamed)
	for _, key := range keys {
		columns = append(columns, sheet.CustomerAttribute(key))
	}
	return columns, err
}

func customerList(a *app) *cobra.Command {
	var o customerQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List customers",
		Long: `List customers. --as-of shows stages, consultants and who was archived as of a
day. With --columns more can be shown than the list does by itself: addresses,
further e-mails and phones, and any attribute as attr.KEY.`,
		Example: `perla customer list --city lyon --sort name
perla customer list --tag vip -o ids
perla customer list --birthday-within 14 --columns id,name,birthday,phone
perla customer list --stage lead --no-consultant
perla customer list --sort -created_on --limit 10 --columns id,name,created_on`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				options, err := o.choose(a, cmd, v)
				if err != nil {
					return err
				}
				options.Lean = !a.columnsGiven
				columns, err := customerColumns(v, a)
				if err != nil {
					return err
				}
				return emit(a, columns, contacts.List(v, options))
			})
		},
	}, sheet.CustomersNamed)
	o.register(a, cmd)
	cmd.Flags().BoolVar(&o.all, "all", false, "the archived ones too")
	cmd.MarkFlagsMutuallyExclusive("all", "archived")
	return cmd
}

func customerExport(a *app) *cobra.Command {
	o := customerQuery{all: true}
	var vcard string
	cmd := rowsOf(&cobra.Command{
		Use:   "export",
		Short: "Write customers as a file that customer import reads",
		Long: `Write customers, archived ones too, as a file that customer import reads.
Companies and referrers are written as their ref, else their e-mail, else their
name; each attribute has a column attr.KEY, each consent consent.CHANNEL.
Importing the file into a new book makes the same customers.

With --vcard, or --out NAME.vcf, those who are not archived are written as
vCards for a phone.`,
		Example: `perla customer export --out customers-copy.csv
perla customer export --tag vip --columns name,email,phone
perla customer export --tag vip --vcard 3.0 --out vips.vcf`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			version, err := a.cardVersion(cmd, vcard)
			if err != nil {
				return err
			}
			o.all = !o.archived && version == ""
			return a.view(cmd.Context(), func(v *book.View) error {
				options, err := o.choose(a, cmd, v)
				if err != nil {
					return err
				}
				if version != "" {
					return a.writeCards(v, version, options)
				}
				further, err := contacts.FurtherColumns(v, options)
				if err != nil {
					return err
				}
				columns := sheet.CustomerExport(further)
				if a.columnsGiven {
					columns = sheet.CustomerInput(false, further)
				}
				return emit(a, columns, contacts.Export(v, options))
			})
		},
	}, sheet.CustomerRows)
	o.register(a, cmd)
	cmd.Flags().Var(enumOf(&vcard, sheet.CardVersions...), "vcard", "write vCards of this `VERSION`: "+strings.Join(sheet.CardVersions, ", "))
	return cmd
}

func customerSearch(a *app) *cobra.Command {
	var all bool
	var limit int
	cmd := rowsOf(&cobra.Command{
		Use:   "search TEXT...",
		Short: "Search customers by any part of a name, e-mail or phone",
		Long: `Search customers by any part of a name, e-mail or phone. Every word must be
found somewhere; accents and case do not count.`,
		Example: `perla customer search garcia
perla customer search "600 111"
perla customer search ana example.com --all`,
		RunE: func(cmd *cobra.Command, args []string) error {
			state := contacts.Active
			if all {
				state = contacts.Everyone
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				columns, err := customerColumns(v, a)
				if err != nil {
					return err
				}
				return emit(a, columns, contacts.Search(v, strings.Join(args, " "), state, limit))
			})
		},
	}, sheet.CustomersNamed)
	cmd.Flags().BoolVar(&all, "all", false, "the archived ones too")
	cmd.Flags().IntVar(&limit, "limit", 0, "at most `N` customers (0 is all)")
	return cmd
}
