package contacts

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// profile is what tells whether a customer is another one: values alone, each in the form in which it is compared.
type profile struct {
	id       int64
	label    string // her name as it is written
	company  bool
	name     personName
	crowd    int // how many customers have this name
	emails   []reachSeen
	phones   []reachSeen
	birthday string
	address  string // folded
	postcode string
	city     string
	works    int64 // id of her company; 0 for none
}

// reachSeen is an e-mail or phone with what the book tells of it.
type reachSeen struct {
	key    string
	owners int  // how many customers have it
	house  bool // it is that of her company, or info@, which everyone of a house reads
}

// likeness is how likely it is that two customers are one, and why.
type likeness struct {
	score   float64 // 0 to 0.99, in hundredths
	strong  bool    // the same e-mail or phone, and nothing that speaks against it
	reasons []string
}

// The weights of what speaks for and against two customers being one, in bits, as Fellegi and Sunter have them (A Theory
// for Record Linkage, Journal of the American Statistical Association 64, 1969, p. 1183): each is the binary logarithm of
// how much oftener a thing agrees, or differs, among records of one person than among those of two. They are judgements,
// rounded to half a bit.
const (
	bitsBefore = -7 // two records that have something in common at all

	bitsEmail     = 10  // that nobody else has
	bitsGmail     = 8.5 // that reaches the same mailbox, as far as one can tell from outside
	bitsLocalPart = 3
	bitsPhone     = 8
	bitsHouse     = 4 // e-mail or phone of a company
	bitsName      = 6
	bitsNameless  = 4   // one of them is called by an address or a number: made on the way by an import
	bitsLooseName = 2.5 // of the given name there is but an initial, or one of two: others of the house may have it, too
	bitsNamePart  = 2
	bitsGivenName = 1 // with another surname: perhaps she married
	bitsBirthday  = 5
	bitsYearless  = 3
	bitsHint      = 1 // a birthday that forms put in, or with a slip; the home of those who share a phone
	bitsAddress   = 4
	bitsPostcode  = 2
	bitsCity      = 1
	bitsWorkplace = 2

	bitsOtherName       = -6
	bitsKin             = -2.5 // the same given name and half of the surname, as mother and daughter, or two cousins
	bitsOtherBirthday   = -6
	bitsOtherGeneration = -8
	bitsOtherKind       = -6
	bitsOtherReach      = -0.5
)

const (
	strongScore     = 0.9  // the least of a strong suggestion
	unmarkedScore   = 0.25 // the most of two who have no more than a name in common
	generationYears = 15   // who are so far apart by their birthdays are two, not one and a slip of the pen
)

// evidence adds up weights.
type evidence struct {
	bits    float64
	marked  bool // something besides the names agrees
	reasons []string
	doubts  []string
}

// mark counts something besides the names that agrees.
func (e *evidence) mark(bits float64, reason string) {
	e.bits += bits
	e.marked = true
	e.reasons = append(e.reasons, reason)
}

func (e *evidence) doubt(bits float64, doubt string) {
	e.bits += bits
	e.doubts = append(e.doubts, doubt)
}

// score is the probability that the weights come to, in hundredths. It is never 1: nobody is sure of it.
func (e *evidence) score() float64 {
	score := min(math.Round(100/(1+math.Exp2(-e.bits)))/100, 0.99)
	if !e.marked {
		score = min(score, unmarkedScore)
	}
	return score
}

// contact is what e-mail or phone two customers have in common.
type contact uint8

const (
	noContact contact = iota
	ofHouse           // those of one house have it: a phone, info@
	personal
)

// compare weighs two profiles.
func compare(a, b *profile) likeness {
	e := evidence{bits: bitsBefore}
	names := compareNames(&a.name, &b.name, a.company || b.company)
	birthdays := compareBirthdays(a.birthday, b.birthday)
	// People of one house have its phone and its address in common, and twins their birthday: that counts for nothing
	// where they are known to be two.
	apart := names.given == differs || a.name.generation*b.name.generation != 0 && a.name.generation != b.name.generation ||
		birthdays == differs && yearsBetween(a.birthday, b.birthday) >= generationYears
	reached := e.weighEmails(a, b)
	e.weighNames(a, b, names)
	if !apart {
		reached = max(reached, e.weighPhones(a, b))
		e.weighBirthdays(a, b, birthdays)
		e.weighPlaces(a, b, reached != noContact)
	}
	e.weighDoubts(a, b, birthdays)
	l := likeness{score: e.score(), reasons: e.reasons}
	l.strong = l.score >= strongScore && !apart && len(e.doubts) == 0 && (reached == ofHouse && sameNames(a, b, names) ||
		reached == personal && (names.given == same || names.family != differs))
	if names.family == differs && (names.given == same || names.given == near) && !l.strong {
		e.doubts = append(e.doubts, "another surname")
	}
	if len(e.doubts) > 0 {
		doubts := strings.Join(e.doubts, " and ")
		if len(l.reasons) > 0 {
			doubts = "but " + doubts
		}
		l.reasons = append(l.reasons, doubts)
	}
	return l
}

// sameNames says whether two names are those of one person, beyond what the people of one house have in common: the given
// name must be the very same one. No name at all will do, since nobody of the house is named.
func sameNames(a, b *profile, l nameLikeness) bool {
	switch {
	case len(a.name.words) == 0 || len(b.name.words) == 0:
		return true
	case a.company:
		return l.family != differs
	}
	return l.given == same && !l.loose && l.family != differs
}

func (e *evidence) weighEmails(a, b *profile) contact {
	switch email, found := shared(a.emails, b.emails); {
	case found && email.house && !(a.company && b.company):
		e.mark(among(bitsHouse, email.owners), "same e-mail")
		return ofHouse
	case found:
		e.mark(among(bitsEmail, email.owners), "same e-mail")
		return personal
	case sameGmail(a.emails, b.emails):
		e.mark(bitsGmail, "same Gmail mailbox")
	case sameLocalPart(a.emails, b.emails):
		e.mark(bitsLocalPart, "same e-mail name")
	case len(a.emails) > 0 && len(b.emails) > 0:
		e.bits += bitsOtherReach
	}
	return noContact
}

func (e *evidence) weighPhones(a, b *profile) contact {
	switch phone, found := shared(a.phones, b.phones); {
	case found && phone.house:
		e.mark(among(bitsHouse, phone.owners), "same phone")
		return ofHouse
	case found:
		e.mark(among(bitsPhone, phone.owners), "same phone")
		return ofHouse
	case len(a.phones) > 0 && len(b.phones) > 0:
		e.bits += bitsOtherReach
	}
	return noContact
}

// among is the weight of something that so many customers have: the more there are, the less it says.
func among(bits float64, owners int) float64 {
	return max(bits-2*math.Log2(float64(max(owners-1, 1))), 0)
}

func (e *evidence) weighNames(a, b *profile, l nameLikeness) {
	bits, reason := 0.0, ""
	switch {
	case len(a.name.words) == 0 || len(b.name.words) == 0:
		bits = bitsNameless
	case l.similarity >= similarNames && l.loose:
		bits, reason = bitsLooseName, fmt.Sprintf("similar name %.2f", l.similarity)
	case l.similarity >= similarNames:
		// Of a name that many have, few are the same person.
		bits, reason = bitsName-math.Log2(float64(max(min(a.crowd, b.crowd)-1, 1))), "same name"
		if l.similarity < 1 {
			reason = fmt.Sprintf("similar name %.2f", l.similarity)
		}
	case l.given == differs:
		e.doubt(bitsOtherName, "another given name")
	case l.family == differs && l.given == unknown:
		e.doubt(bitsOtherName, "another name")
	case l.kin:
		bits, reason = bitsKin, "part of the name"
	case l.family == differs:
		bits, reason = bitsGivenName, "same given name"
	default:
		bits, reason = bitsNamePart, "part of the name"
	}
	if e.bits += bits; reason != "" {
		e.reasons = append(e.reasons, reason)
	}
}

func (e *evidence) weighBirthdays(a, b *profile, r relation) {
	switch {
	case r == same && strings.HasSuffix(a.birthday, "-01-01"): // what forms put in where nobody answers
		e.mark(bitsHint, "same birthday")
	case r == same && len(a.birthday) == 10 && len(b.birthday) == 10:
		e.mark(bitsBirthday, "same birthday")
	case r == same:
		e.mark(bitsYearless, "same birthday")
	case r == near:
		e.bits += bitsHint
		e.reasons = append(e.reasons, "similar birthday")
	}
}

// weighPlaces weighs where they live and work. Who shares a phone most often shares these too.
func (e *evidence) weighPlaces(a, b *profile, reached bool) {
	city := a.city != "" && a.city == b.city
	moved := a.city != "" && b.city != "" && !city
	weigh := func(bits float64, reason string) {
		if reached {
			bits = bitsHint
		}
		e.mark(bits, reason)
	}
	switch {
	case a.address != "" && a.address == b.address && !moved:
		weigh(bitsAddress, "same address")
	case a.postcode != "" && a.postcode == b.postcode && !moved:
		weigh(bitsPostcode, "same postcode")
	}
	if a.works != 0 && a.works == b.works {
		weigh(bitsWorkplace, "same company")
	}
	if city && !reached {
		e.bits += bitsCity
		e.reasons = append(e.reasons, "same city")
	}
}

func (e *evidence) weighDoubts(a, b *profile, birthdays relation) {
	if birthdays == differs {
		e.doubt(bitsOtherBirthday, "another birthday")
	}
	if a.name.generation != b.name.generation {
		e.doubt(bitsOtherGeneration, "junior or senior")
	}
	if a.company != b.company {
		e.doubt(bitsOtherKind, "one is a company")
	}
}

// compareBirthdays compares two days of which one, or both, may lack the year.
func compareBirthdays(a, b string) relation {
	switch {
	case a == "" || b == "":
		return unknown
	case a == b, (len(a) < 10 || len(b) < 10) && a[len(a)-5:] == b[len(b)-5:]:
		return same
	case len(a) < 10 || len(b) < 10:
		return differs
	case a[:4] == b[:4] && a[5:7] == b[8:] && a[8:] == b[5:7]: // month and day changed places
		return near
	}
	wrong := 0
	for i := range a {
		if a[i] != b[i] {
			wrong++
		}
	}
	if wrong == 1 && yearsBetween(a, b) < generationYears {
		return near
	}
	return differs
}

// yearsBetween is how many years lie between two birthdays; 0 where one has none.
func yearsBetween(a, b string) int {
	if len(a) < 10 || len(b) < 10 {
		return 0
	}
	x, _ := strconv.Atoi(a[:4])
	y, _ := strconv.Atoi(b[:4])
	return max(x-y, y-x)
}
