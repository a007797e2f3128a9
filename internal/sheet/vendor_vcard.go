package sheet

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
)

// vcards are the cards that phones and programs exchange, of versions 2.1, 3.0 and 4.0.
var vcards = Vendor{
	Name: "vcard",
	columns: func(header []string) []Column[Contact] {
		var columns []Column[Contact]
		for _, p := range cardProperties {
			for n := 1; n == 1 || cardRepeats[p.name]; n++ {
				name := p.name
				if n > 1 {
					name += " " + strconv.Itoa(n)
				}
				if !slices.Contains(header, name) {
					break
				}
				columns = append(columns, p.column(name, n-1))
			}
		}
		return columns
	},
	idle: []string{"VERSION", "PRODID", "PROFILE", "REV", "GENDER", cardReason},
}

// cardReason is the property in which a rejects file says why.
const cardReason = "X-PERLA-REASON"

// cardUID begins a UID that we have given: of whom another system has given a ref, or the book.
const cardUID = "perla:"

// cardRepeats are the properties that are read however often a card has them.
var cardRepeats = map[string]bool{"EMAIL": true, "TEL": true, "ADR": true, "URL": true, "NOTE": true, "CATEGORIES": true, "TITLE": true,
	"ROLE": true, "NICKNAME": true, "LANG": true, "X-ABLABEL": true}

// cardProperty is a property that is read; n counts from 0 how often it came before.
type cardProperty struct {
	name  string
	field contacts.Fields
	set   func(c *Contact, n int, l cardLine) error
}

// cardProperties are in the order of reading.
var cardProperties = []cardProperty{
	{"X-ABLABEL", contacts.FieldPhoneLabel, func(c *Contact, _ int, l cardLine) error {
		*c.labelOf(l.group) = plainLabel(strings.TrimSuffix(strings.TrimPrefix(l.text(), "_$!<"), ">!$_"))
		return nil
	}},
	{"FN", contacts.FieldName, func(c *Contact, _ int, l cardLine) error { c.names[0] = oneLine(l.text()); return nil }},
	{"N", contacts.FieldName, setCardName},
	{"NICKNAME", contacts.FieldAttributes, cardAttribute("nickname")},
	{"ORG", contacts.FieldCompany, func(c *Contact, _ int, l cardLine) error {
		parts := splitCard(l.value, ';')
		if c.organisation = oneLine(parts[0]); len(parts) > 1 {
			c.know("department", parts[1])
		}
		return nil
	}},
	{"KIND", contacts.FieldKind, setCardKind},
	{"X-ADDRESSBOOKSERVER-KIND", contacts.FieldKind, setCardKind},
	{"X-ABSHOWAS", contacts.FieldKind, func(c *Contact, _ int, l cardLine) error {
		if strings.EqualFold(l.text(), "COMPANY") {
			return c.take(contacts.FieldKind, contacts.Kinds[1])
		}
		return nil
	}},
	{"TITLE", contacts.FieldAttributes, cardAttribute("job_title")},
	{"ROLE", contacts.FieldAttributes, cardAttribute("role")},
	{"EMAIL", contacts.FieldEmail, func(c *Contact, n int, l cardLine) error {
		w := at(&c.emails, n)
		w.label, w.pref = c.cardLabel(l), l.pref
		return c.reach(&c.emails, n, contacts.FieldEmail, strings.TrimPrefix(l.text(), "mailto:"))
	}},
	{"TEL", contacts.FieldPhone, setCardPhone},
	{"ADR", contacts.FieldAddress, setCardAddress},
	{"BDAY", contacts.FieldBirthday, func(c *Contact, _ int, l cardLine) error {
		day, err := l.day()
		if err != nil {
			return err
		}
		if plain, err := contacts.ParseBirthday(day); err != nil || plain != day {
			c.know("birthday", day)
			return nil
		}
		return c.take(contacts.FieldBirthday, day)
	}},
	{"ANNIVERSARY", contacts.FieldAttributes, cardDay("anniversary")},
	{"X-ANNIVERSARY", contacts.FieldAttributes, cardDay("anniversary")},
	{"NOTE", contacts.FieldNotes, func(c *Contact, _ int, l cardLine) error {
		return c.take(contacts.FieldNotes, joined("\n", c.Notes, l.text()))
	}},
	{"CATEGORIES", contacts.FieldTags, func(c *Contact, _ int, l cardLine) error {
		words := []string{c.Tags}
		for _, word := range splitCard(l.value, ',') {
			words = append(words, strings.NewReplacer(",", " ", ";", " ").Replace(word))
		}
		return c.take(contacts.FieldTags, strings.Join(words, ", "))
	}},
	{"URL", contacts.FieldAttributes, cardAttribute("website")},
	{"LANG", contacts.FieldLanguage, setCardLanguage},
	{"UID", contacts.FieldRef, setCardUID},
}

// cardReads are the names of cardProperties.
var cardReads = func() map[string]bool {
	names := map[string]bool{}
	for _, p := range cardProperties {
		names[p.name] = true
	}
	return names
}()

// column is the column of a property under the name it has in the table.
func (p cardProperty) column(name string, n int) Column[Contact] {
	return cellOf(name, p.field, func(c *Contact, cell *Cell) error {
		l, err := parseCardLine(cell.Text)
		if err != nil || l.text() == "" {
			return err
		}
		return p.set(c, n, l)
	})
}

func cardAttribute(key string) func(*Contact, int, cardLine) error {
	return func(c *Contact, _ int, l cardLine) error {
		c.know(key, l.text())
		return nil
	}
}

func cardDay(key string) func(*Contact, int, cardLine) error {
	return func(c *Contact, _ int, l cardLine) error {
		day, err := l.day()
		c.know(key, day)
		return err
	}
}

// cardLabel is what sort of thing a line is about: as its group says, else its types, without those that say only what
// every e-mail, phone or address is.
func (c *Contact) cardLabel(l cardLine) string {
	if l.group != "" {
		if label := *c.labelOf(l.group); label != "" {
			return label
		}
	}
	var words []string
	for _, t := range l.types {
		switch t {
		case "cell":
			words = append(words, "mobile")
		case "internet", "x400", "voice", "msg", "text", "video", "textphone", "dom", "intl", "postal", "parcel", "fax", "pager":
		default:
			words = append(words, strings.TrimPrefix(t, "x-"))
		}
	}
	return plainLabel(strings.Join(words, " "))
}

// setCardName takes the parts of a name where it does not stand whole in FN: family; given; additional; prefixes; suffixes.
func setCardName(c *Contact, _ int, l cardLine) error {
	parts := append(splitCard(l.value, ';'), "", "")
	for i := range parts {
		parts[i] = strings.ReplaceAll(parts[i], ",", " ")
	}
	if c.person = parts[0]+parts[1]+parts[2] != ""; c.names[0] == "" {
		c.names = [3]string{parts[1], parts[2], parts[0]}
	}
	return nil
}

func setCardKind(c *Contact, _ int, l cardLine) error {
	switch strings.ToLower(l.text()) {
	case "group":
		return errors.New("a list of contacts, not a contact")
	case "org":
		return c.take(contacts.FieldKind, contacts.Kinds[1])
	}
	return nil
}

// setCardPhone takes a phone; fax and pager numbers are no way to talk to her.
func setCardPhone(c *Contact, n int, l cardLine) error {
	for _, other := range []string{"fax", "pager"} {
		if slices.Contains(l.types, other) {
			c.know(other, l.phone())
			return nil
		}
	}
	w := at(&c.phones, n)
	w.label, w.pref = c.cardLabel(l), l.pref
	return c.reach(&c.phones, n, contacts.FieldPhone, l.phone())
}

func setCardAddress(c *Contact, n int, l cardLine) error {
	p := at(&c.places, n)
	*p = place{label: c.cardLabel(l), pref: l.pref}
	into := []*string{&p.box, &p.extended, &p.street, &p.city, &p.region, &p.postcode, &p.country}
	for i, part := range splitCard(l.value, ';') {
		if i < len(into) {
			*into[i] = oneLine(part)
		}
	}
	return nil
}

// setCardLanguage takes the most preferred language.
func setCardLanguage(c *Contact, n int, l cardLine) error {
	if n > 0 && l.pref >= c.languagePref {
		return nil
	}
	c.languagePref = l.pref
	return c.take(contacts.FieldLanguage, l.text())
}

// setCardUID takes the key of a card; one that we have given tells the system it is from.
func setCardUID(c *Contact, _ int, l cardLine) error {
	ref := l.text()
	if source, inner, ok := strings.Cut(strings.TrimPrefix(ref, cardUID), ":"); ok && strings.HasPrefix(ref, cardUID) {
		if plain, err := url.QueryUnescape(source); err == nil && plain != "" && inner != "" {
			if err := c.take(contacts.FieldRefSource, plain); err != nil {
				return err
			}
			ref = inner
		}
	}
	return c.take(contacts.FieldRef, ref)
}

// day reads a date of a card: 1985-04-21, 19850421, --0421 without the year, with a time or without; as it is written where
// it is text, or no whole day: 1985, 1985-04.
func (l cardLine) day() (string, error) {
	text := l.text()
	if l.plain {
		return text, nil
	}
	day, _, _ := strings.Cut(strings.ToUpper(text), "T")
	digits := strings.ReplaceAll(day, "-", "")
	if strings.Trim(digits, "0123456789") != "" {
		day, digits = text, ""
	}
	switch {
	case strings.HasPrefix(day, "--") && len(digits) == 4:
		return contacts.ParseBirthday("--" + digits[:2] + "-" + digits[2:])
	case strings.HasPrefix(day, "---") && len(digits) == 2, len(digits) == 4 && len(day) == 4, len(digits) == 6 && len(day) == 7:
		return day, nil
	case l.omit != "" && strings.HasPrefix(digits, l.omit) && len(digits) == 8:
		return contacts.ParseBirthday("--" + digits[4:6] + "-" + digits[6:])
	}
	d, err := dates.Cell(day, dates.YMD, nil)
	if err != nil {
		return "", errors.New("not a date of a vCard, such as 1985-04-21, or --04-21 without the year")
	}
	return d.String(), nil
}
