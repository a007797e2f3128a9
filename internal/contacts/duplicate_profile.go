package contacts

import (
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// longestName is how many bytes of a name are compared.
const longestName = 256

// oftenEnough is how many customers must bear a first word for it to be a given name, not a slip of the pen.
const oftenEnough = 3

// profiles reads what tells customers apart, in order of their ids: of the active ones, and of one more.
func profiles(v *book.View, more int64) ([]profile, error) {
	const (
		id = iota
		name
		company
		key
		email
		e164
		phone
		birthday
		address
		postcode
		city
		works
	)
	var people []profile
	at := map[int64]int{}
	err := v.Each(func(r book.Row) error {
		p := profile{id: r.Int(id), label: strings.Clone(r.Text(name)), company: r.Int(company) != 0, birthday: strings.Clone(r.Text(birthday)),
			address: plainAddress(r.Text(address)), postcode: book.Fold(strings.Clone(r.Text(postcode))), city: book.Fold(strings.Clone(r.Text(city))), works: r.Int(works)}
		folded := strings.ToValidUTF8(strings.Clone(r.Text(key)[:min(len(r.Text(key)), longestName)]), "")
		if p.name = parsePersonName(folded); p.company {
			p.name = parseCompanyName(folded)
		}
		p.addReach(emailReach, r.Text(email))
		if number := r.Text(e164); number != "" {
			p.addReach(phoneReach, number)
		} else {
			p.addReach(phoneReach, digits(r.Text(phone)))
		}
		at[p.id] = len(people)
		people = append(people, p)
		return nil
	}, `id, name, kind = 'company', name_key, email, phone_e164, phone, birthday, address, postcode, city, company_id`,
		`(SELECT * FROM customers WHERE erased_on IS NULL AND (archived_on IS NULL OR id = ?) ORDER BY id LIMIT -1)`, more)
	if err != nil {
		return nil, err
	}
	err = v.Each(func(r book.Row) error {
		if i, known := at[r.Int(0)]; known {
			people[i].addReach(r.Text(1), r.Text(2))
		}
		return nil
	}, `customer_id, kind, key`, `customer_reaches`)
	countShared(people)
	for i := range people {
		if firm, known := at[people[i].works]; known {
			people[i].shareWith(&people[firm])
		}
	}
	return people, err
}

// addReach adds an e-mail or phone, unless it can belong to nobody.
func (p *profile) addReach(kind, key string) {
	list := &p.emails
	if kind == phoneReach {
		list = &p.phones
		if !tellingPhone(key) {
			return
		}
	}
	if key != "" {
		*list = append(*list, reachSeen{key: strings.Clone(key), house: kind == emailReach && roleMailboxes[localPart(key)]})
	}
}

// shareWith marks what a customer is reached by as that of her company.
func (p *profile) shareWith(firm *profile) {
	for _, lists := range [][2][]reachSeen{{p.emails, firm.emails}, {p.phones, firm.phones}} {
		for i, own := range lists[0] {
			if slices.ContainsFunc(lists[1], func(r reachSeen) bool { return r.key == own.key }) {
				lists[0][i].house = true
			}
		}
	}
}

// plainAddress is an address without what two writings of it may differ in.
func plainAddress(address string) string {
	return strings.Join(strings.FieldsFunc(book.Fold(strings.Clone(address)), func(r rune) bool { return strings.ContainsRune(" ,.;:/-ºª#", r) }), " ")
}

// countShared works out how many customers have each name, e-mail and phone, and which first words are given names.
func countShared(people []profile) {
	names, firsts, reaches := map[string]int{}, map[string]int{}, map[string]int{}
	for i := range people {
		p := &people[i]
		names[p.name.sorted]++
		if len(p.name.words) > 0 && !p.company {
			firsts[p.name.words[0]]++
		}
		for _, list := range [][]reachSeen{p.emails, p.phones} {
			for _, r := range list {
				reaches[r.key]++
			}
		}
	}
	for i := range people {
		p := &people[i]
		p.crowd = names[p.name.sorted]
		if len(p.name.words) > 0 {
			first := p.name.words[0]
			p.name.known = givenNames[first] || firsts[first] >= oftenEnough
		}
		for _, list := range [][]reachSeen{p.emails, p.phones} {
			for j := range list {
				list[j].owners = reaches[list[j].key]
			}
		}
	}
}
