package cli

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
)

// demoSeed makes the demo the same every day but for its dates. Each part of it draws from a stream of its own, so that a
// change to one leaves the others as they were.
const demoSeed = 20240229

const (
	demoPeoplePart = iota
	demoHabitPart
	demoOrderPart
	demoStatusPart
	demoCharacterPart
	demoTalkPart
	demoCampaignPart
	demoSurveyPart
)

// demoRand is the stream of one part, or of one customer within a part.
func demoRand(part, n uint64) *rand.Rand { return rand.New(rand.NewPCG(demoSeed, part<<32|n)) }

// pick is one of a list, each as likely.
func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// chance is true so many times in a hundred.
func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

// between is a whole number from low to high, both included.
func between(r *rand.Rand, low, high int) int { return low + r.IntN(high-low+1) }

// demoPerson is a customer of the demo and how she buys.
type demoPerson struct {
	contacts.Customer
	culture *demoCulture
	habit   *demoHabit
	channel string   // where she mostly buys
	routine []*goods // what she buys again and again
}

// demoCrowd makes customers, no two with the same name, e-mail or phone.
type demoCrowd struct {
	*rand.Rand
	today  dates.Date
	taken  map[string]bool
	phones map[string]int // how many numbers were given out, by country
}

// demoPeople makes the customers with all but what follows from their orders.
func demoPeople(today dates.Date) []*demoPerson {
	crowd := &demoCrowd{Rand: demoRand(demoPeoplePart, 0), today: today, taken: map[string]bool{}, phones: map[string]int{}}
	var people []*demoPerson
	for i := range demoCultures {
		c := &demoCultures[i]
		for range c.people {
			people = append(people, crowd.person(c))
		}
	}
	crowd.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	for i, c := range demoCompanies {
		people[11+27*i] = crowd.company(c) // among the people, so that those after it can work there
	}
	for i, p := range people {
		p.Ref, p.RefSource = fmt.Sprintf("C%03d", i+1), "csv"
		crowd.relate(people[:i], p)
	}
	return people
}

func (c *demoCrowd) person(from *demoCulture) *demoPerson {
	p := &demoPerson{culture: from}
	p.Name, p.Kind = c.name(from), "person"
	p.City, p.Country, p.Language = pick(c.Rand, from.cities), from.country, from.language
	p.Consultant.Key = pick(c.Rand, from.consultants)
	p.PreferredChannel = pick(c.Rand, []string{"whatsapp", "whatsapp", "whatsapp", "email", "email", "phone"})
	p.Source = pick(c.Rand, []string{"party", "party", "instagram", "web", "fair", "walk-in", "flyer"})
	if chance(c.Rand, 40) {
		p.Sector = pick(c.Rand, []string{"health", "education", "hospitality", "retail", "administration", "beauty", "culture"})
	}
	if chance(c.Rand, 88) {
		p.Phone = c.phone(from)
	}
	if p.Phone == "" || chance(c.Rand, 86) {
		p.Email = c.email(p.Name)
	}
	p.Birthday = c.birthday()
	p.Tags = c.tags()
	if chance(c.Rand, 9) {
		p.Notes = pick(c.Rand, from.notes)
	}
	return p
}

func (c *demoCrowd) company(from demoCompany) *demoPerson {
	p := &demoPerson{}
	for i := range demoCultures {
		if demoCultures[i].country == from.country {
			p.culture = &demoCultures[i]
		}
	}
	p.Name, p.Kind, p.City, p.Country, p.Language, p.Sector = from.name, "company", from.city, from.country, p.culture.language, from.sector
	p.Email, p.Phone = from.email, c.phone(p.culture)
	p.Consultant.Key = p.culture.consultants[0]
	p.PreferredChannel, p.Source, p.Tags, p.Notes = "email", "visit", "wholesale", from.notes
	return p
}

// name is a full name that nobody has yet.
func (c *demoCrowd) name(from *demoCulture) string {
	for {
		given := pick(c.Rand, from.women)
		if chance(c.Rand, 14) {
			given = pick(c.Rand, from.men)
		}
		name := given + " " + pick(c.Rand, from.surnames)
		if second := pick(c.Rand, from.surnames); from.twoSurnames && !strings.HasSuffix(name, second) {
			name += " " + second
		}
		if !c.taken[name] {
			c.taken[name] = true
			return name
		}
	}
}

// phone is the next number of a country.
func (c *demoCrowd) phone(from *demoCulture) string {
	c.phones[from.country]++
	return from.phone(c.phones[from.country])
}

// email is an address under a domain that is kept for examples.
func (c *demoCrowd) email(name string) string {
	words := strings.Fields(book.Fold(name))
	local := words[0] + "." + words[len(words)-1]
	domain := pick(c.Rand, []string{"example.com", "example.com", "example.org", "example.net"})
	address := local + "@" + domain
	for n := 2; c.taken[address]; n++ {
		address = fmt.Sprintf("%s%d@%s", local, n, domain)
	}
	c.taken[address] = true
	return address
}

// birthday is a day, sometimes without its year, sometimes unknown. Most ages lie between 30 and 60.
func (c *demoCrowd) birthday() string {
	if chance(c.Rand, 24) {
		return ""
	}
	age := 18 + c.IntN(31) + c.IntN(31)
	day := c.today.AddYears(-age).AddDays(-c.IntN(365)).String()
	if chance(c.Rand, 18) {
		return "--" + day[5:]
	}
	return day
}

func (c *demoCrowd) tags() string {
	var tags []string
	for _, t := range []struct {
		percent int
		tag     string
	}{{9, "fragrance-free"}, {12, "gift-buyer"}, {8, "hostess"}, {14, "sensitive-skin"}, {7, "vegan"}, {6, "vip"}} {
		if chance(c.Rand, t.percent) {
			tags = append(tags, t.tag)
		}
	}
	return strings.Join(tags, ", ")
}

// relate says who referred a person and where she works, among the customers before her.
func (c *demoCrowd) relate(before []*demoPerson, p *demoPerson) {
	if p.Kind == "company" || len(before) < 20 {
		return
	}
	if by := pick(c.Rand, before); chance(c.Rand, 30) && by.Kind == "person" && by.culture == p.culture {
		p.ReferredBy.Key, p.Source = by.Ref, "referral"
	}
	for _, at := range before {
		if at.Kind == "company" && at.culture == p.culture && chance(c.Rand, 4) {
			p.Company.Key, p.Sector = at.Ref, at.Sector
		}
	}
}
