package contacts

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// The pairs who are two: what they have in common is that of a house, a firm, or chance. Something in the records always
// tells them apart for who looks closely.

// relative is somebody else of the same house: the same home, landline and surname. Nobody calls one child Juan and the
// other Juan Carlos.
func (w *world) relative(h human) human {
	r := h
	for strings.Contains(h.given+" ", r.given+" ") || strings.Contains(r.given+" ", h.given+" ") {
		r.given = w.human().given
	}
	r.birthday, r.phone = w.day(1940, 2004), w.mobile()
	r.settle(w)
	return r
}

// atHome has both reached by the landline.
func (w *world) atHome(g, h human) (a, b record) {
	a, b = w.noted(g), w.noted(h)
	a.phone, b.phone = g.landline, w.rewritten(g.landline)
	return a, b
}

func (w *world) couple() (a, b record) {
	h := w.human()
	r := w.relative(h)
	if w.chance(50) {
		r.first, r.second = w.of(surnamesOfWorld), w.of(surnamesOfWorld)
		r.settle(w)
	}
	return w.atHome(h, r)
}

// junior has the name of his father; something tells them apart: the name, or both birthdays.
func (w *world) junior() (a, b record) {
	h := w.human()
	r := h
	h.birthday, r.birthday = w.day(1940, 1960), w.day(1970, 1995)
	r.phone = w.mobile()
	r.settle(w)
	a, b = w.atHome(h, r)
	switch w.IntN(3) {
	case 0:
		a.birthday, b.birthday = h.birthday, r.birthday
	case 1:
		b.name += w.of(" Jr., \x20Jr, \x20(hijo), \x20II, \x20Filho")
	default:
		a.name += w.of(" Sr., \x20(padre), \x20Sr")
		b.name += w.of(" Jr., \x20(hijo), \x20Jr")
	}
	return a, b
}

func (w *world) twins() (a, b record) {
	h := w.human()
	if w.chance(40) { // names that are alike
		names := strings.Split(w.of("Marta/María, Daniel/Daniela, Julia/Julio, Ana/Eva, Paula/Pablo, Carla/Carlos, Lucía/Lucas, Juan/Juana, Laura/Lara, Elena/Helena, Luis/Luisa, Mario/María"), "/")
		h.given = names[0]
		r := h
		r.given = names[1]
		return w.twinsOf(h, r)
	}
	return w.twinsOf(h, w.relative(h))
}

func (w *world) twinsOf(h, r human) (a, b record) {
	h.settle(w)
	r.settle(w)
	r.birthday = h.birthday
	a, b = w.atHome(h, r)
	if w.chance(70) {
		a.birthday, b.birthday = h.birthday, h.birthday
	}
	return a, b
}

func (w *world) siblings() (a, b record) {
	h := w.human()
	return w.atHome(h, w.relative(h))
}

// namesakes are two people of one name in one city.
func (w *world) namesakes() (a, b record) {
	g, h := w.human(), w.human()
	h.given, h.first, h.second, h.city = g.given, g.first, g.second, g.city
	h.settle(w)
	return w.noted(g), w.noted(h)
}

// colleagues are reached by the number of the house they work for.
func (w *world) colleagues() (a, b record) {
	firm := w.company()
	a, b = w.noted(w.human()), w.noted(w.human())
	a.company, b.company = firm.name, firm.name
	a.phone, b.phone = firm.phone, w.rewritten(firm.phone)
	if w.chance(30) { // one of them by the address of all
		a.email = firm.email
	}
	return a, b
}

// atWork is a firm, and somebody of it who is reached through it.
func (w *world) atWork() (a, b record) {
	firm := w.company()
	a, b = firm.record, w.noted(w.human())
	b.phone = w.rewritten(firm.phone)
	if w.chance(50) {
		b.email = firm.email
	}
	return a, b
}

// neighbours are two firms under one roof.
func (w *world) neighbours() (a, b record) {
	g, h := w.company(), w.company()
	for g.name == h.name {
		h = w.company()
	}
	h.phone, h.address, h.postcode, h.city = g.phone, g.address, g.postcode, g.city
	return g.record, h.record
}

// mailbox is an address that a couple shares.
func (w *world) mailbox() (a, b record) {
	h := w.human()
	r := w.relative(h)
	if w.chance(50) {
		r.first = w.of(surnamesOfWorld)
		r.settle(w)
	}
	a, b = w.noted(h), w.noted(r)
	a.email = w.mail(fmt.Sprintf("familia%d", w.numbers))
	b.email = a.email
	return a, b
}

// mother gave her daughter her name, with another second surname, and lives with her.
func (w *world) mother() (a, b record) {
	h := w.human()
	for h.second == "" {
		h = w.human()
	}
	r := h
	for r.second == h.second {
		r.second = w.of(surnamesOfWorld)
	}
	h.birthday, r.birthday = w.day(1940, 1955), w.day(1965, 1985)
	r.phone = w.mobile()
	r.settle(w)
	return w.atHome(h, r)
}

// reassigned is a number that was somebody else's before.
func (w *world) reassigned() (a, b record) {
	g, h := w.human(), w.human()
	a, b = w.noted(g), w.noted(h)
	a.phone, b.phone = g.phone, g.phone
	return a, b
}

func (w *world) strangers() (a, b record) {
	g, h := w.human(), w.human()
	h.given = g.given
	h.settle(w)
	return w.noted(g), w.noted(h)
}

// initials are two of one house of whom one is written with an initial that fits the other.
func (w *world) initials() (a, b record) {
	h := w.human()
	r := w.relative(h)
	for book.Fold(r.given)[0] != book.Fold(h.given)[0] {
		h = w.human()
		r = w.relative(h)
	}
	a, b = w.atHome(h, r)
	b.name = string([]rune(r.given)[:1]) + ". " + strings.TrimSpace(r.first+" "+r.second)
	if a.birthday == b.birthday && a.birthday != "" {
		b.birthday = ""
	}
	return a, b
}

// alike are brothers and sisters whose names are nearly one.
func (w *world) alike() (a, b record) {
	names := strings.Split(w.of("Marina/Mariana, Ariana/Adriana, Martina/Marina, Elisa/Elsa, Luisa/Lucía, Joana/Johana, Sara/Sandra, Andrea/Andrés, Jaime/Javier, "+
		"Rosa/Rosalía, Noelia/Noemí, Carolina/Catalina, Manuel/Manuela, Fernando/Fernanda, Michel/Michelle, Louis/Louise, Erik/Erika, Claudia/Claudio"), "/")
	h := w.human()
	h.given = names[0]
	r := w.relative(h)
	r.given = names[1]
	h.settle(w)
	r.settle(w)
	return w.atHome(h, r)
}

// halfNames are a mother and a daughter of whom the one has half of the other's given name.
func (w *world) halfNames() (a, b record) {
	h := w.human()
	names := strings.Split(w.of("Ana/Ana Belén, María/María José, Rosa/Rosa María, José/José Antonio, Juan/Juan Carlos"), "/")
	h.given = names[0]
	r := w.relative(h)
	r.given, h.birthday, r.birthday = names[1], w.day(1940, 1955), w.day(1972, 1990)
	h.settle(w)
	r.settle(w)
	a, b = w.atHome(h, r)
	a.birthday, b.birthday = h.birthday, r.birthday
	return a, b
}

// branches are two shops of one house in two cities, each with its number, reached by the address of the house.
func (w *world) branches() (a, b record) {
	g, h := w.company(), w.company()
	for g.city == h.city {
		h = w.company()
	}
	h.email = g.email
	g.name, h.name = g.name+" "+g.city, g.name+" "+h.city
	return g.record, h.record
}
