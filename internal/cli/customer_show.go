package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

func customerShow(a *app) *cobra.Command {
	var timeline bool
	var limit int
	cmd := rowsOf(rowsOf(&cobra.Command{
		Use:   "show CUSTOMER",
		Short: "Show one customer: who she is, how she is reached, what she did",
		Long: `Show one customer: who she is, how she is reached, what is known of her, with
whom she is linked, what is to be done, what was said last, what she allowed and
what her orders say; of a company also its contacts. --timeline lists everything
dated about her instead, the latest first. --as-of shows all of it as of a day.`,
		Example: `perla customer show ana
perla customer show ana@example.com -o json
perla customer show ana --timeline --limit 20
perla customer show "600 111 222" --as-of -1y`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			var page customerPage
			if limit != 0 && !timeline || limit < 0 {
				return usage(cmd, "--limit is a number of lines of --timeline")
			}
			err := a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				c, err := contacts.Find(v, args[0])
				if err != nil {
					return err
				}
				if timeline {
					return emitTimeline(a, v, c.ID, day, limit)
				}
				page, err = pageOf(v, c, day)
				return err
			})
			if err != nil || timeline {
				return err
			}
			return page.show(a)
		},
	}, sheet.CustomerCards), sheet.Timeline)
	cmd.Flags().BoolVar(&timeline, "timeline", false, "everything dated about her, the latest first")
	cmd.Flags().IntVar(&limit, "limit", 0, "at most `N` lines of the timeline (0 is all)")
	return cmd
}

// customerPage is all that is shown of one customer.
type customerPage struct {
	contacts.Card
	keys     []string            // of all attributes in the book
	contacts []contacts.Customer // the first who belong to her, when she is a company
	talk     customerTalk
	trade    customerTrade
	loyalty  customerPoints
	changed  bool              // she was added or edited just now
	cells    map[string]string // her columns, written for people; filled by draw
}

// contactsShown is how many contacts of a company are shown with it.
const contactsShown = 20

// pageOf gathers the page of a customer as of a day.
func pageOf(v *book.View, c contacts.Customer, day dates.Date) (p customerPage, err error) {
	if p.Card, err = contacts.CardOf(v, c, day); err != nil {
		return p, err
	}
	if p.talk, err = talkOf(v, c.ID, day); err != nil {
		return p, err
	}
	if p.trade, err = tradeOf(v, c.ID, day); err != nil {
		return p, err
	}
	if p.loyalty, err = customerPointsOf(v, c.ID, day); err != nil {
		return p, err
	}
	if p.keys, err = contacts.AttributeKeys(v); err != nil || p.Contacts == 0 {
		return p, err
	}
	for c, err := range contacts.List(v, contacts.ListOptions{Filter: contacts.Filter{Company: c.ID}, Sort: "name", Limit: contactsShown}) {
		if err != nil {
			return p, err
		}
		p.contacts = append(p.contacts, c)
	}
	return p, nil
}

// show prints the page: in sections to a person who did not choose the columns, else as one row.
func (p *customerPage) show(a *app) error {
	format, err := a.format(sheet.Card)
	if err != nil {
		return err
	}
	if format == sheet.Card && a.forPeople() && !a.columnsGiven {
		return a.write(func(w io.Writer) error { return p.draw(a, w) })
	}
	return emitOne(a, p.columns(a), p.Card)
}

// columns are those of every card, and where some are named also the attributes. A command that has changed the
// customer takes any attribute for one, as it is too late to refuse it.
func (p *customerPage) columns(a *app) []sheet.Column[contacts.Card] {
	if !a.columnsGiven {
		return sheet.CustomerCards
	}
	keys := p.keys
	if p.changed {
		keys = a.attributesNamed()
	}
	return slices.Concat(sheet.CustomerCards, sheet.CardAttributes(keys))
}

// cardSections are the parts of the page, under her name; what is empty is left out.
var cardSections = []func(*customerPage) render.Section{
	(*customerPage).identity, (*customerPage).reach, (*customerPage).about, (*customerPage).links, (*customerPage).people,
	(*customerPage).toDo, (*customerPage).conversations, (*customerPage).allowed, (*customerPage).orders,
	(*customerPage).lastOrders, (*customerPage).account, (*customerPage).points,
}

func (p *customerPage) draw(a *app, w io.Writer) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	heads, cells, _, err := sheet.Grid(sheet.CustomerCards, oneRow(p.Card), a.setting())
	if err != nil {
		return err
	}
	p.cells = map[string]string{}
	for i, head := range heads {
		p.cells[head] = cells[0][i]
	}
	for _, money := range []string{"spent", "potential_value"} {
		if p.cells[money] != "" {
			p.cells[money] += " " + a.setting().Currency.Code
		}
	}
	var sections []render.Section
	for _, section := range cardSections {
		sections = append(sections, section(p))
	}
	return render.Card(w, style, p.Name, sections)
}

// pairs are columns with their names.
func (p *customerPage) pairs(columns ...string) (pairs []render.Pair) {
	for _, name := range columns {
		pairs = append(pairs, render.Pair{Label: name, Value: p.cells[name]})
	}
	return pairs
}

func (p *customerPage) identity() render.Section {
	pairs := p.pairs("id", "ref", "ref_source", "refs", "kind", "company", "birthday", "sector", "archived_on", "erased_on")
	return render.Section{Pairs: pairs}
}

// reach is how and where she is reached: the preferred e-mail and phone with the further ones below them.
func (p *customerPage) reach() render.Section {
	pairs := reachPairs("email", p.Email, p.EmailLabel, p.Emails)
	pairs = append(pairs, reachPairs("phone", p.Phone, p.PhoneLabel, p.Phones)...)
	return render.Section{Title: "Reach", Pairs: append(pairs, p.pairs("address", "postcode", "city", "region", "country", "language", "preferred_channel")...)}
}

// reachPairs are a line for each e-mail, or phone, with its label; of several it is said which one is preferred.
func reachPairs(name, preferred, label, further string) (pairs []render.Pair) {
	if preferred != "" {
		var notes []string
		if label != "" {
			notes = append(notes, label)
		}
		if further != "" {
			notes = append(notes, "preferred")
		}
		if notes != nil {
			preferred += " (" + strings.Join(notes, ", ") + ")"
		}
		pairs, name = append(pairs, render.Pair{Label: name, Value: preferred}), ""
	}
	for _, r := range contacts.Reaches(further) {
		value := r.Value
		if r.Label != "" {
			value += " (" + r.Label + ")"
		}
		pairs, name = append(pairs, render.Pair{Label: name, Value: value}), ""
	}
	return pairs
}

// about is what is known of her, her attributes by their keys among it.
func (p *customerPage) about() render.Section {
	pairs := p.pairs("stage", "life_moment", "source", "consultant", "referred_by", "tags")
	for _, key := range p.keys {
		pairs = append(pairs, render.Pair{Label: key, Value: p.Attribute(key)})
	}
	pairs = append(pairs, p.pairs("potential_value")...)
	for _, c := range []struct {
		name string
		days int64
	}{{"contact_every", p.ContactEvery}, {"contact_within", p.ContactWithin}} {
		if c.days > 0 {
			pairs = append(pairs, render.Pair{Label: c.name, Value: counted(c.days, "day")})
		}
	}
	return render.Section{Title: "About", Pairs: append(pairs, p.pairs("created_on", "notes")...)}
}

func (p *customerPage) links() render.Section {
	s := render.Section{Title: "Links"}
	for _, l := range p.Links {
		s.Pairs = append(s.Pairs, render.Pair{Label: l.Kind, Value: fmt.Sprintf("%s (id %d)", l.Other.Name, l.Other.ID)})
	}
	return s
}

// people are the contacts of a company.
func (p *customerPage) people() render.Section {
	s := render.Section{Title: "Contacts"}
	for _, c := range p.contacts {
		line := c.Name
		for _, more := range []string{c.Email, c.Phone} {
			if more != "" {
				line += "  " + more
			}
		}
		s.Pairs = append(s.Pairs, render.Pair{Label: fmt.Sprint(c.ID), Value: line})
	}
	if more := p.Contacts - int64(len(p.contacts)); more > 0 {
		s.Pairs = append(s.Pairs, render.Pair{Label: "and", Value: fmt.Sprintf("%d more: perla customer list --company %d", more, p.ID)})
	}
	return s
}

func (p *customerPage) orders() render.Section {
	return render.Section{Title: "Orders", Pairs: p.pairs("orders", "spent", "last_order")}
}
