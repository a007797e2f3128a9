package sheet

import (
	"strings"

	"github.com/perla-crm/perla/internal/contacts"
)

// The columns that the vendors' lists are made of. Each has the name it has in the file and says which field of ours it
// gives, so that a row refused for that field is shown its cell.

// cellOf is a column of which set takes the cells that hold something; others come only under --clear.
func cellOf(name string, f contacts.Fields, set func(*Contact, *Cell) error) Column[Contact] {
	return Column[Contact]{Name: name, gives: f.Name(), Set: func(c *Contact, cell *Cell) error {
		if cell.Text == "" {
			c.erased |= f
			return nil
		}
		return set(c, cell)
	}}
}

// dayOf is a column of days; 0/0/00 is how some write none.
func dayOf(name string, f contacts.Fields, set func(*Contact, *Cell) error) Column[Contact] {
	c := cellOf(name, f, func(c *Contact, cell *Cell) error {
		if strings.Trim(cell.Text, "0/-.") == "" {
			return nil
		}
		return set(c, cell)
	})
	c.Kind = DateKind
	return c
}

// own is a column that is a field of ours as it is.
func own(name string, f contacts.Fields) Column[Contact] {
	return cellOf(name, f, func(c *Contact, cell *Cell) error { return c.take(f, cell.Text) })
}

// take sets a field that one cell gives alone.
func (c *Contact) take(f contacts.Fields, value string) error {
	if c.mapped&f != 0 {
		return nil
	}
	err := c.Set(f, value)
	if err == nil {
		c.Has |= f
	}
	return err
}

// namePart is a part of a person's name: 0 the first, 1 the middle, 2 the last.
func namePart(name string, n int) Column[Contact] {
	return cellOf(name, contacts.FieldName, func(c *Contact, cell *Cell) error {
		c.names[n], c.person = cell.Text, true
		return nil
	})
}

// wholeName is a name in one cell, for want of its parts, which come before.
func wholeName(name string) Column[Contact] {
	return cellOf(name, contacts.FieldName, func(c *Contact, cell *Cell) error {
		if c.names == [3]string{} {
			c.names[0] = cell.Text
		}
		return nil
	})
}

// organisation is whom a person works for, or the name of one who is no person.
func organisation(name string) Column[Contact] {
	return cellOf(name, contacts.FieldCompany, func(c *Contact, cell *Cell) error {
		if c.organisation == "" {
			c.organisation = oneLine(cell.Text)
		}
		return nil
	})
}

// email is the n-th e-mail, or several.
func email(name string, n int) Column[Contact] {
	return cellOf(name, contacts.FieldEmail, func(c *Contact, cell *Cell) error { return c.reach(&c.emails, n, contacts.FieldEmail, cell.Text) })
}

// phone is the n-th phone, or several.
func phone(name string, n int, label string) Column[Contact] {
	return cellOf(name, contacts.FieldPhone, func(c *Contact, cell *Cell) error {
		if label != "" {
			at(&c.phones, n).label = label
		}
		return c.reach(&c.phones, n, contacts.FieldPhone, cell.Text)
	})
}

// several is what parts values that Google writes into one cell.
const several = ":::"

// reach takes the n-th e-mail or phone, judged by the rule of the field. Several in a cell are of one label.
func (c *Contact) reach(list *[]way, n int, f contacts.Fields, text string) error {
	w := at(list, n)
	for i, part := range strings.Split(text, several) {
		var judged contacts.Customer
		if err := judged.Set(f, part); err != nil {
			return err
		}
		value := judged.Email + judged.Phone
		if i == 0 {
			w.value = value
		} else {
			w.more = append(w.more, value)
		}
	}
	return nil
}

// labelOf says what sort of thing something is; a star before it marks the preferred one: * Work.
func labelOf(name string, of func(*Contact) (label *string, pref *int)) Column[Contact] {
	return Column[Contact]{Name: name, Set: func(c *Contact, cell *Cell) error {
		label, pref := of(c)
		text, starred := strings.CutPrefix(cell.Text, "*")
		if starred {
			*pref = 1
		}
		*label = plainLabel(text)
		return nil
	}}
}

// plainLabel is a label in the one writing we have, without the marks that part it from what it is of.
func plainLabel(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.NewReplacer(":", " ", ";", " ").Replace(s)), " "))
}

// attribute keeps cells as values of a key.
func attribute(name, key string) Column[Contact] {
	return Column[Contact]{Name: name, gives: "attr." + key, Set: func(c *Contact, cell *Cell) error {
		c.know(key, cell.Text)
		return nil
	}}
}

// attributeDay keeps days as values of a key.
func attributeDay(name, key string) Column[Contact] {
	return dayOf(name, contacts.FieldAttributes, func(c *Contact, cell *Cell) error {
		text := cell.Text
		if day, err := cell.Date(); err == nil {
			text = day.String()
		}
		c.know(key, text)
		return nil
	})
}

// birthday is a day with or without its year.
func birthday(name string) Column[Contact] {
	ours := customerBirthday()
	return dayOf(name, contacts.FieldBirthday, func(c *Contact, cell *Cell) error {
		if c.mapped&contacts.FieldBirthday != 0 {
			return nil
		}
		err := ours.Set(&c.Customer, cell)
		if err == nil {
			c.Has |= contacts.FieldBirthday
		}
		return err
	})
}

// createdOn is the day somebody became known; in UTC where the name of the column says so.
func createdOn(name string) Column[Contact] {
	return dayOf(name, contacts.FieldCreatedOn, func(c *Contact, cell *Cell) error {
		if c.mapped&contacts.FieldCreatedOn != 0 {
			return nil
		}
		if strings.Contains(name, "(UTC)") {
			utc := *cell
			utc.Text += " UTC"
			if day, err := utc.Date(); err == nil { // a time of day stands before it, and no zone of its own
				c.CreatedOn, c.Has = day, c.Has|contacts.FieldCreatedOn
				return nil
			}
		}
		day, err := cell.Date()
		if err == nil {
			c.CreatedOn, c.Has = day, c.Has|contacts.FieldCreatedOn
		}
		return err
	})
}

// tags are words parted by sep; those that drop tells are left out.
func tags(name, sep string, drop func(string) bool) Column[Contact] {
	return cellOf(name, contacts.FieldTags, func(c *Contact, cell *Cell) error {
		var words []string
		for _, word := range strings.Split(cell.Text, sep) {
			if word = strings.TrimSpace(word); drop == nil || !drop(word) {
				words = append(words, strings.NewReplacer(",", " ", ";", " ").Replace(word))
			}
		}
		if len(words) == 0 {
			return nil
		}
		return c.take(contacts.FieldTags, strings.Join(words, ", "))
	})
}

// part is a part of the n-th address.
func part(name string, n int, f contacts.Fields, of func(*place) *string) Column[Contact] {
	return cellOf(name, f, func(c *Contact, cell *Cell) error {
		p := of(at(&c.places, n))
		*p = joined(", ", *p, oneLine(cell.Text))
		return nil
	})
}
