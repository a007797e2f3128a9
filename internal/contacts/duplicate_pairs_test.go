package contacts

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// labelledPairs is a set of pairs, as many as asked for, half of them one person. Each sort of pair has its share.
func labelledPairs(seed uint64, n int) []pair {
	w := newWorld(seed)
	same := []struct {
		sort string
		make func() (a, b record)
	}{
		{"typo", w.typo}, {"typo", w.typo}, {"swapped", w.swapped}, {"accents", w.accents}, {"accents", w.accents}, {"initial", w.initial},
		{"shortened", w.shortened}, {"shortened", w.shortened}, {"married", w.married}, {"moved", w.moved}, {"moved", w.moved},
		{"provider", w.provider}, {"nickname", w.nickname}, {"stub", w.stub}, {"further", w.further}, {"firm", w.firm},
		{"messy", w.messy}, {"messy", w.messy}, {"middle", w.middle}, {"remark", w.remark}, {"misdialled", w.misdialled},
	}
	other := []struct {
		sort string
		make func() (a, b record)
	}{
		{"couple", w.couple}, {"couple", w.couple}, {"junior", w.junior}, {"junior", w.junior}, {"twins", w.twins}, {"twins", w.twins}, {"siblings", w.siblings},
		{"namesakes", w.namesakes}, {"namesakes", w.namesakes}, {"colleagues", w.colleagues}, {"colleagues", w.colleagues}, {"at work", w.atWork},
		{"neighbours", w.neighbours}, {"mailbox", w.mailbox}, {"mother", w.mother}, {"reassigned", w.reassigned}, {"strangers", w.strangers},
		{"initials", w.initials}, {"alike", w.alike}, {"half names", w.halfNames}, {"branches", w.branches},
	}
	var list []pair
	for len(list) < n {
		s, o := same[len(list)/2%len(same)], other[len(list)/2%len(other)]
		a, b := s.make()
		list = append(list, pair{s.sort, a, b, true})
		a, b = o.make()
		list = append(list, pair{o.sort, a, b, false})
	}
	return list
}

// twice is somebody written down twice, so that something besides the name says that it is she.
func (w *world) twice(h human) (a, b record) {
	for {
		a, b = w.noted(h), w.noted(h)
		if a.email != "" && a.email == b.email || a.phone != "" && a.phone == b.phone ||
			a.address != "" && a.address == b.address || len(a.birthday) == 10 && a.birthday == b.birthday {
			b.phone = w.rewritten(b.phone)
			return a, b
		}
	}
}

func (w *world) typo() (a, b record) {
	h := w.human()
	a, b = w.twice(h)
	b.name = w.misspell(b.name)
	return a, b
}

func (w *world) swapped() (a, b record) {
	h := w.human()
	a, b = w.twice(h)
	b.name = strings.TrimSpace(h.first+" "+h.second) + w.of("\x20, \x2c\x20")
	b.name = strings.TrimRight(b.name, " ") + " " + h.given
	return a, b
}

func (w *world) accents() (a, b record) {
	h := w.human()
	a, b = w.twice(h)
	b.name = book.Fold(b.name)
	if w.chance(50) {
		b.name = strings.ToUpper(b.name)
	}
	b.address = strings.ToLower(b.address)
	return a, b
}

func (w *world) initial() (a, b record) {
	h := w.human()
	a, b = w.twice(h)
	b.name = string([]rune(h.given)[:1]) + w.of(". , \x20") + h.first
	return a, b
}

func (w *world) shortened() (a, b record) {
	h := w.human()
	for h.second == "" && !strings.Contains(h.given, " ") {
		h = w.human()
	}
	a, b = w.twice(h)
	if b.name = h.given + " " + h.first; h.second == "" {
		b.name = strings.Fields(h.given)[0] + " " + h.first
	}
	return a, b
}

// married takes another surname, and keeps her phone or her address.
func (w *world) married() (a, b record) {
	h := w.human()
	a, b = w.twice(h)
	b.name = h.given + " " + w.of(surnamesOfWorld)
	switch w.IntN(3) {
	case 0:
		a.phone, b.phone = h.phone, h.phone
		a.birthday, b.birthday = h.birthday, h.birthday
	default:
		a.email, b.email = h.email, h.email
	}
	return a, b
}

// moved has a new number, and perhaps a new home.
func (w *world) moved() (a, b record) {
	h := w.human()
	a, b = w.noted(h), w.noted(h)
	a.phone, b.phone = h.phone, w.mobile()
	if w.chance(50) {
		a.email, b.email = h.email, h.email
	} else {
		a.birthday, b.birthday = h.birthday, h.birthday
	}
	if w.chance(50) {
		b.address, b.postcode = fmt.Sprintf("%s %d", w.of(streetsOfWorld), 1+w.IntN(120)), fmt.Sprintf("28%03d", w.IntN(40))
	}
	return a, b
}

// provider has the same name at another house of mail.
func (w *world) provider() (a, b record) {
	h := w.human()
	a, b = w.noted(h), w.noted(h)
	local := w.local(h.given, h.first)
	a.email, b.email = local+"@example.com", local+"@correo.example"
	if w.chance(50) {
		b.phone = ""
	}
	return a, b
}

func (w *world) nickname() (a, b record) {
	h := w.human()
	names := strings.Split(w.of("Francisco/Paco, José/Pepe, Dolores/Lola, Isabel/Isa, Manuel/Manolo, Rafael/Rafa, Elizabeth/Liz, William/Bill, Robert/Bob, Margaret/Maggie, "+
		"Consuelo/Chelo, Enrique/Quique, Ignacio/Nacho, Mercedes/Merche, Francisca/Paqui, Thomas/Tom, Alejandra/Ale, Cristina/Cris"), "/")
	h.given = names[0]
	h.settle(w)
	a, b = w.twice(h)
	for a.email != b.email && a.phone == "" {
		a, b = w.twice(h)
	}
	a.phone, b.phone = h.phone, w.rewritten(h.phone)
	b.name = names[1] + " " + h.first
	return a, b
}

// stub is what an import of orders makes of a buyer of whom it knows an address or a number.
func (w *world) stub() (a, b record) {
	h := w.human()
	a = w.noted(h)
	b.kind = "person"
	if w.chance(50) {
		a.email, b.email = h.email, h.email
		b.name = h.email
		return a, b
	}
	a.phone, b.phone = h.phone, w.rewritten(h.phone)
	b.name = b.phone
	return a, b
}

// further has the one's only address as a further one of the other.
func (w *world) further() (a, b record) {
	h := w.human()
	a, b = w.noted(h), w.noted(h)
	a.email, b.email = h.email, w.mail(w.local(h.given, h.first))
	b.further = h.email
	b.phone = ""
	return a, b
}

// messy has several things wrong at once.
func (w *world) messy() (a, b record) {
	h := w.human()
	a, b = w.twice(h)
	for range 2 {
		switch w.IntN(6) {
		case 0:
			b.name = w.misspell(b.name)
		case 1:
			b.name = book.Fold(b.name)
		case 2:
			words := strings.Fields(b.name)
			b.name = strings.Join(append(words[1:], words[0]), " ")
		case 3:
			b.name = h.given + " " + h.first
		case 4:
			if len(b.birthday) == 10 {
				b.birthday = b.birthday[:5] + b.birthday[8:] + "-" + b.birthday[5:7]
				if b.birthday[5:7] > "12" {
					b.birthday = h.birthday[:9] + fmt.Sprint(w.IntN(9))
				}
				if strings.HasSuffix(b.birthday, "00") {
					b.birthday = ""
				}
			}
		default:
			b.phone, b.city = "", ""
			a.email, b.email = h.email, h.email
		}
	}
	return a, b
}

// middle goes by her second given name, or by the first of two alone.
func (w *world) middle() (a, b record) {
	h := w.human()
	for !strings.Contains(h.given, " ") {
		h = w.human()
	}
	a, b = w.twice(h)
	words := strings.Fields(h.given)
	if b.name = words[len(words)-1] + " " + h.first; w.chance(50) {
		b.name = words[0] + " " + h.first
	}
	return a, b
}

// remark has a word in the name that is no name.
func (w *world) remark() (a, b record) {
	h := w.human()
	a, b = w.twice(h)
	if b.name += w.of(" (peluquería), \x20- no llamar, \x20amiga de Pili, \x20*VIP*, \x20(hermana)"); w.chance(40) {
		b.name = w.of("Sra. , Dra. , Mme ") + " " + h.name
	}
	return a, b
}

// misdialled has one digit of her number wrong.
func (w *world) misdialled() (a, b record) {
	h := w.human()
	a, b = w.noted(h), w.noted(h)
	a.phone = h.phone
	digit := []byte(h.phone)
	for at := 1 + w.IntN(len(digit)-1); string(digit) == h.phone; at = 1 + w.IntN(len(digit)-1) {
		if digit[at] != ' ' {
			digit[at] = byte('0' + w.IntN(10))
		}
	}
	b.phone = string(digit)
	if w.chance(50) {
		a.birthday, b.birthday = h.birthday, h.birthday
	} else {
		a.address, b.address, a.city, b.city = h.address, h.address, h.city, h.city
	}
	return a, b
}

func (w *world) company() human {
	h := human{given: w.of(tradesOfWorld) + " " + w.of(housesOfWorld)}
	h.kind, h.name, h.city = "company", h.given, w.of(citiesOfWorld)
	w.numbers++
	h.phone, h.email = w.fixed(), w.of("info, contacto, hola, ventas, geral")+fmt.Sprintf("@casa%d.example", w.numbers)
	h.address, h.postcode = fmt.Sprintf("%s %d", w.of(streetsOfWorld), 1+w.IntN(120)), fmt.Sprintf("28%03d", w.IntN(40))
	return h
}

func (w *world) firm() (a, b record) {
	h := w.company()
	a, b = w.twice(h)
	a.name += w.of(" SL, \x20S.L., \x20SA, \x20Lda, \x20Ltd")
	if w.chance(30) {
		b.name = w.misspell(b.name)
	}
	return a, b
}
