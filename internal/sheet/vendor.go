package sheet

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
)

// Vendor is a program whose exports of contacts are known by their header: Google Contacts, Outlook, and vCards of any.
type Vendor struct {
	Name    string                                  // what --as calls it, and the ref_source of its ids
	title   string                                  // what a person calls one of its files
	signs   [][]string                              // a header with all names of one of them is the vendor's
	columns func(header []string) []Column[Contact] // what is read, in the order of reading
	idle    []string                                // columns in which nothing of worth stands, in no need of a word
	secret  []string                                // columns that must not be kept
}

// vendors are the programs that are recognised.
var vendors = []*Vendor{&googleContacts, &outlookContacts, &hubspotContacts, &stripeCustomers, &shopifyCustomers, &vcards}

// VendorNames are the words that Recognise takes for vendors.
func VendorNames() (names []string) {
	for _, v := range vendors {
		names = append(names, v.Name)
	}
	return names
}

// Recognise says whose export a file of contacts is, nil for nobody's: by the name of the vendor, one of VendorNames, or
// with "" by the header. What a person named by --columns is nobody's. From then on the file is read as that vendor's. A
// vendor whose columns the file does not have is fault.Rejected.
func (in *Input) Recognise(name string) (*Vendor, error) {
	for _, v := range vendors {
		switch {
		case name != "" && name != v.Name:
			continue
		case name == "" && !v.signed(in):
			continue
		case (v == &vcards) != (in.cards != nil), v != &vcards && !v.reads(in.header):
			return nil, &fault.Error{Kind: fault.Rejected, Key: in.name, Reason: "not an export of " + v.Name + ": it has none of its columns",
				Hint: "leave --as out, or name another: " + strings.Join(VendorNames(), ", ")}
		}
		in.vendor = v
		return v, nil
	}
	return nil, nil
}

// signed tells whether a file is certainly the vendor's.
func (v *Vendor) signed(in *Input) bool {
	if in.cards != nil || v == &vcards {
		return in.cards != nil && v == &vcards
	}
	return len(in.options.Columns) == 0 && slices.ContainsFunc(v.signs, func(names []string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(in.header, name) })
	})
}

// reads tells whether the vendor's list knows a column of a header.
func (v *Vendor) reads(header []string) bool {
	return slices.ContainsFunc(v.columns(header), func(c Column[Contact]) bool { return slices.Contains(header, c.Name) })
}

// Columns are the columns of a vendor's file, and behind them those of ours, which only --map gives a place in it.
func (v *Vendor) Columns(in *Input) []Column[Contact] {
	columns := v.columns(in.header)
	for _, name := range v.idle {
		columns = append(columns, Column[Contact]{Name: name})
	}
	ours := CustomerInput(false, slices.Sorted(maps.Keys(in.options.Map)))
	for i, c := range lift(ours, func(c *Contact) *contacts.Row { return &c.Row }) {
		var f contacts.Fields // none for what is not one column of a file
		if i < len(CustomerRows) {
			f = 1 << i
		}
		name, set := c.Name, c.Set
		c.byMap = true
		c.Set = func(row *Contact, cell *Cell) error {
			row.mapped |= f
			row.Has |= f
			row.mappedNames = append(row.mappedNames, name)
			plain := *cell
			if in.cards != nil && cell.Text != "" {
				line, err := parseCardLine(cell.Text)
				if err != nil {
					return err
				}
				plain.Text = line.text()
			}
			return set(row, &plain)
		}
		columns = append(columns, c)
	}
	return columns
}

// check refuses to keep what must not be kept.
func (v *Vendor) check(in *Input, m mapping) error {
	if v == nil {
		return nil
	}
	for _, place := range m.source {
		if place >= 0 && slices.Contains(v.secret, in.header[place]) {
			return fault.New(fault.Usage, fmt.Sprintf("--map: %s is never kept", quoteName(in.header[place])), "a book of clients is no place for card numbers")
		}
	}
	return nil
}

// hidden are the places of what a rejects file must not spread.
func (v *Vendor) hidden(in *Input) (places []int) {
	for i, name := range in.header {
		if v != nil && slices.Contains(v.secret, name) {
			places = append(places, i)
		}
	}
	return places
}

// unusedColumns are the columns of a vendor's file that mean nothing to us. Only those that hold something are named.
type unusedColumns struct {
	open []int // places not yet seen to hold anything
	held []bool
	file *Input
}

// unused begins to look at them; nil for a file of no vendor, of which all are named.
func (v *Vendor) unused(in *Input, m *mapping) *unusedColumns {
	if v == nil {
		return nil
	}
	u := &unusedColumns{file: in, held: make([]bool, len(in.header))}
	for i, name := range in.header {
		if slices.Contains(m.unknown, name) {
			u.open = append(u.open, i)
		}
	}
	return u
}

func (u *unusedColumns) look(r *record) {
	if u == nil {
		return
	}
	u.open = slices.DeleteFunc(u.open, func(place int) bool {
		if len(trimCell(string(r.value(place)))) > 0 {
			u.held[place] = true
		}
		return u.held[place]
	})
}

func (u *unusedColumns) settle(m *mapping) {
	if u == nil {
		return
	}
	m.unknown = nil
	for i, held := range u.held {
		if held {
			m.unknown = append(m.unknown, u.file.header[i])
		}
	}
}
