package cli

import (
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// customerQuery are the flags that choose customers.
type customerQuery struct {
	options  contacts.ListOptions
	archived bool
	all      bool
}

// register gives a command the flags; with states also those for archived customers.
func (o *customerQuery) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.options.Tag, "tag", "", "only those with the tag `WORD`")
	f.StringVar(&o.options.City, "city", "", "only those of `CITY`, accents and case ignored")
	f.StringVar(&o.options.Consultant, "consultant", "", "only those of the consultant `REF`")
	f.Var(enumOf(&o.options.Stage, contacts.Stages...), "stage", "only those in this stage: "+strings.Join(contacts.Stages, ", "))
	f.BoolVar(&o.archived, "archived", false, "only the archived ones")
	f.Var(sortBy(&o.options.Sort, contacts.SortNames), "sort", "sort by `COLUMN`, with - before it downwards: "+strings.Join(contacts.SortNames, ", "))
	f.IntVar(&o.options.Limit, "limit", 0, "at most `N` customers (0 is all)")
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
}

// choose is what the flags choose.
func (o *customerQuery) choose() contacts.ListOptions {
	switch {
	case o.all:
		o.options.State = contacts.Everyone
	case o.archived:
		o.options.State = contacts.Archived
	}
	return o.options
}

func customerList(a *app) *cobra.Command {
	var o customerQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List customers",
		Example: `perla customer list --city lyon --sort name
perla customer list --tag vip -o ids
perla customer list --sort -created_on --limit 10 --columns id,name,created_on`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				return emit(a, sheet.Customers, contacts.List(v, o.choose()))
			})
		},
	}, sheet.Customers)
	o.register(a, cmd)
	cmd.Flags().BoolVar(&o.all, "all", false, "the archived ones too")
	cmd.MarkFlagsMutuallyExclusive("all", "archived")
	return cmd
}

func customerExport(a *app) *cobra.Command {
	o := customerQuery{all: true}
	cmd := rowsOf(&cobra.Command{
		Use:   "export",
		Short: "Write customers as a file that customer import reads",
		Long: `Write customers, archived ones too, as a file that customer import reads.
Companies and referrers are written as their ref, else their e-mail, else their
name. Importing the file into a new book makes the same customers.`,
		Example: `perla customer export --out customers-copy.csv
perla customer export --tag vip --columns name,email,phone`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.all = !o.archived
			return a.view(cmd.Context(), func(v *book.View) error {
				return emit(a, sheet.CustomerRows, contacts.Export(v, o.choose()))
			})
		},
	}, sheet.CustomerRows)
	o.register(a, cmd)
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
				return emit(a, sheet.Customers, contacts.Search(v, strings.Join(args, " "), state, limit))
			})
		},
	}, sheet.Customers)
	cmd.Flags().BoolVar(&all, "all", false, "the archived ones too")
	cmd.Flags().IntVar(&limit, "limit", 0, "at most `N` customers (0 is all)")
	return cmd
}

func customerShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "show CUSTOMER",
		Short: "Show one customer, with what her orders say",
		Example: `perla customer show ana
perla customer show ana@example.com -o json
perla customer show "600 111 222" --as-of -1y`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			var card contacts.Card
			err := a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				c, err := contacts.Find(v, args[0])
				if err != nil {
					return err
				}
				card, err = contacts.CardOf(v, c, day)
				return err
			})
			if err != nil {
				return err
			}
			return showCustomer(a, card)
		},
	}, sheet.CustomerCards)
}

// cardSections part the card of a customer; her name is its title.
var cardSections = []struct {
	title   string
	columns []string
}{
	{"", []string{"id", "ref", "ref_source", "kind", "company", "birthday", "sector", "archived_on"}},
	{"Reach", []string{"email", "phone", "city", "country", "language", "preferred_channel"}},
	{"About", []string{"stage", "source", "consultant", "referred_by", "tags", "created_on", "notes"}},
	{"Orders", []string{"orders", "spent", "last_order"}},
}

// showCustomer prints one customer: as a card in sections to a person who did not choose the columns.
func showCustomer(a *app, card contacts.Card) error {
	format, err := a.format(sheet.Card)
	if err != nil {
		return err
	}
	if format != sheet.Card || !a.forPeople() || a.columnsGiven {
		return emitOne(a, sheet.CustomerCards, card)
	}
	return a.write(func(w io.Writer) error { return drawCustomer(a, w, card) })
}

func drawCustomer(a *app, w io.Writer, card contacts.Card) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	heads, cells, _, err := sheet.Grid(sheet.CustomerCards, oneRow(card), a.setting())
	if err != nil {
		return err
	}
	value := map[string]string{}
	for i, head := range heads {
		value[head] = cells[0][i]
	}
	value["spent"] += " " + a.setting().Currency.Code
	sections := make([]render.Section, len(cardSections))
	for i, s := range cardSections {
		sections[i].Title = s.title
		for _, name := range s.columns {
			sections[i].Pairs = append(sections[i].Pairs, render.Pair{Label: name, Value: value[name]})
		}
	}
	return render.Card(w, style, card.Name, sections)
}

// completed is how many names a shell is offered.
const completed = 50

// customerNames completes a selector of a customer: by id, with her name beside it, and once letters are typed by the
// rest of her name or e-mail, since a shell drops what does not begin as typed.
func customerNames(v *book.View, typed string) (words []cobra.Completion, err error) {
	letters := book.Fold(typed)
	rows := contacts.List(v, contacts.ListOptions{Sort: "name", Limit: completed})
	if letters != "" {
		rows = contacts.Search(v, typed, contacts.Active, 20*completed)
	}
	for c, err := range rows {
		if err != nil {
			return nil, err
		}
		switch name, id := book.Fold(c.Name), strconv.FormatInt(c.ID, 10); {
		case strings.HasPrefix(id, letters):
			words = append(words, cobra.CompletionWithDesc(id, c.Name))
		case strings.HasPrefix(name, letters):
			words = append(words, cobra.CompletionWithDesc(strings.TrimRight(typed, " ")+name[len(letters):], c.City))
		case strings.HasPrefix(c.Email, letters):
			words = append(words, cobra.CompletionWithDesc(c.Email, c.Name))
		}
		if len(words) == completed {
			break
		}
	}
	return words, nil
}

// consultantNames completes the ref of a consultant.
func consultantNames(v *book.View, typed string) (words []cobra.Completion, err error) {
	for c, err := range network.List(v) {
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(c.Ref, typed) && len(words) < completed {
			words = append(words, cobra.CompletionWithDesc(c.Ref, c.Name))
		}
	}
	return words, nil
}
