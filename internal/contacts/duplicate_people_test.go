package contacts

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"

	"github.com/perla-crm/perla/internal/book"
)

// A labelled set of pairs of records: of each pair it is known whether both are one person. The people are made up from a
// seed, and so is what goes wrong when somebody is written down twice. Nothing here knows how the scoring works.

// record is one customer as somebody wrote her down.
type record struct {
	name, kind, email, further, phone, birthday string
	address, postcode, city, company            string
}

// pair is two records and the truth about them.
type pair struct {
	sort string // how it was made
	a, b record
	same bool
}

// world draws people and what happens to their records.
type world struct {
	*rand.Rand
	numbers int
}

func newWorld(seed uint64) *world { return &world{Rand: rand.New(rand.NewPCG(seed, 1))} }

func (w *world) chance(percent int) bool { return w.IntN(100) < percent }

func (w *world) of(words string) string {
	list := strings.Split(words, ", ")
	return list[w.IntN(len(list))]
}

// The names are of several languages, common ones and rare ones.
const (
	womenOfWorld = "Ana, María, Carmen, Lucía, Marta, Laura, Cristina, Elena, Paula, Sara, Irene, Rocío, Pilar, Nuria, Begoña, Iratxe, Aitana, Estíbaliz, " +
		"María José, Ana Belén, María del Mar, Rosa María, Joana, Inês, Catarina, Beatriz, Filipa, Leonor, Mafalda, Conceição, Chloé, Hélène, Aurélie, Zoé, " +
		"Solène, Gaëlle, Anne-Sophie, Emma, Olivia, Charlotte, Harriet, Siân, Bronwen, Kateryna, Agnieszka, Małgorzata, Ingrid, Xiomara, Yamileth, Oihane"
	menOfWorld = "José, Juan, Antonio, Manuel, Javier, Carlos, Luis, Pablo, Sergio, Jorge, Álvaro, Íñigo, Jordi, Xoán, Unai, Juan Carlos, José Antonio, " +
		"João, Tiago, Rui, Nuno, André, Gonçalo, Jean-Luc, Benoît, Jérôme, Rémi, Loïc, Thierry, James, Owen, Callum, Edward, Piotr, Łukasz, Bjørn, Mateus, Adán"
	surnamesOfWorld = "García, Martínez, López, Sánchez, Pérez, Gómez, Fernández, González, Rodríguez, Ruiz, Díaz, Moreno, Muñoz, Álvarez, Romero, Alonso, " +
		"Navarro, Torres, Domínguez, Vázquez, Ramos, Gil, Serrano, Blanco, Molina, Ortega, Delgado, Castro, Ortiz, Rubio, Marín, Sanz, Núñez, Iglesias, Medina, " +
		"Zubizarreta, Etxeberria, Quiñones, Puigdevall, Bustamante, Echeverría, de la Fuente, del Valle, Yáñez, Ferreira, Gonçalves, Carvalho, Magalhães, Teixeira, " +
		"dos Santos, Queirós, Lefèvre, Dubois, Marchand, Delaître, Noël, Rousseau, Chevalier, Ashdown, Fairweather, Llewelyn, O'Dwyer, MacAulay, Smythe-Rowe, " +
		"Thackray, Kowalczyk, Nowak, Lindqvist, Østergaard, Schreiber, Weiß, Bianchi, Esposito"
	citiesOfWorld  = "Madrid, Madrid, Madrid, Sevilla, Bilbao, Vigo, Lisboa, Porto, Lyon, Bordeaux, London, Cardiff"
	streetsOfWorld = "Calle Mayor, Calle del Sol, Avenida de la Paz, Rua Augusta, Rua das Flores, Rue Victor Hugo, Place Carnot, High Street, Station Road, Calle Nueva"
	mailsOfWorld   = "example.com, example.org, example.net, mail.example, correo.example, post.example"
	tradesOfWorld  = "Peluquería, Farmacia, Hotel, Clínica, Estudio, Academia, Salão, Institut, Talleres, Floristería"
	housesOfWorld  = "La Marina, Doña Pilar, Mirador, Puente Viejo, Alegría, Onda Morena, Azur, Tres Ríos, El Olivar, Monte Alto, San Telmo, Las Cumbres"
)

// human is somebody as she is: everything of hers is known.
type human struct {
	given, first, second string // second is empty where people have one surname
	record
	landline string
}

func (w *world) human() human {
	h := human{given: w.of(womenOfWorld), first: w.of(surnamesOfWorld)}
	if w.chance(35) {
		h.given = w.of(menOfWorld)
	}
	if w.chance(55) {
		h.second = w.of(surnamesOfWorld)
	}
	h.kind = "person"
	h.birthday = w.day(1940, 2004)
	h.settle(w)
	h.address, h.city = fmt.Sprintf("%s %d", w.of(streetsOfWorld), 1+w.IntN(120)), w.of(citiesOfWorld)
	h.postcode = fmt.Sprintf("%d%03d", 28+len(h.city), w.IntN(40))
	h.phone, h.landline = w.mobile(), w.fixed()
	return h
}

// settle writes the name and makes an address of it.
func (h *human) settle(w *world) {
	h.name = strings.TrimSpace(h.given + " " + h.first + " " + h.second)
	h.email = w.mail(w.local(h.given, h.first))
}

func (w *world) day(from, to int) string {
	return fmt.Sprintf("%d-%02d-%02d", from+w.IntN(to-from), 1+w.IntN(12), 1+w.IntN(28))
}

func (w *world) mobile() string {
	w.numbers++
	return fmt.Sprintf("6%02d %03d %03d", w.IntN(90)+10, w.numbers/1000, w.numbers%1000)
}

func (w *world) fixed() string {
	w.numbers++
	return fmt.Sprintf("91 %03d %02d %02d", 200+w.numbers/10000, w.numbers/100%100, w.numbers%100)
}

// local is what stands before the @, of which people have several habits.
func (w *world) local(given, first string) string {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return r
			}
			return -1
		}, book.Fold(s))
	}
	g, f := letters(strings.Fields(given)[0]), letters(first)
	w.numbers++
	switch w.IntN(5) {
	case 0:
		return fmt.Sprintf("%s.%s%d", g, f, w.numbers)
	case 1:
		return fmt.Sprintf("%s%s%02d", g[:1], f, w.numbers)
	case 2:
		return fmt.Sprintf("%s%d", g, w.numbers)
	case 3:
		return fmt.Sprintf("%s_%s_%d", f, g, w.numbers)
	}
	return fmt.Sprintf("%s%d", w.of("luna, estrella, sunny, mimosa, golondrina, tulipe, brisa"), w.numbers)
}

func (w *world) mail(local string) string { return local + "@" + w.of(mailsOfWorld) }

// noted is what a shop writes down of somebody: seldom everything.
func (w *world) noted(h human) record {
	r := h.record
	drop := func(percent int, field *string) {
		if w.chance(percent) {
			*field = ""
		}
	}
	drop(35, &r.email)
	drop(20, &r.phone)
	drop(40, &r.birthday)
	if w.chance(45) {
		r.address, r.postcode = "", ""
	}
	drop(20, &r.city)
	if r.birthday != "" && w.chance(15) {
		r.birthday = "-" + r.birthday[4:]
	}
	return r
}

// misspell makes one slip of a typist: two letters swapped, one left out, one doubled, one hit beside.
func (w *world) misspell(s string) string {
	letters := []rune(s)
	for {
		i := w.IntN(len(letters) - 1)
		if !unicode.IsLetter(letters[i]) || !unicode.IsLetter(letters[i+1]) || letters[i] == letters[i+1] {
			continue
		}
		switch w.IntN(4) {
		case 0:
			letters[i], letters[i+1] = letters[i+1], letters[i]
			return string(letters)
		case 1:
			return string(letters[:i]) + string(letters[i+1:])
		case 2:
			return string(letters[:i+1]) + string(letters[i:])
		}
		letters[i] = rune("qwertyuiopasdfghjklzxcvbnm"[w.IntN(26)])
		if string(letters) != s {
			return string(letters)
		}
	}
}

// rewritten is a phone number in another writing.
func (w *world) rewritten(phone string) string {
	bare := strings.ReplaceAll(phone, " ", "")
	if len(bare) != 9 {
		return phone
	}
	switch w.IntN(4) {
	case 0:
		return "+34" + bare
	case 1:
		return "0034 " + bare
	case 2:
		return bare[:3] + "-" + bare[3:6] + "-" + bare[6:]
	}
	return bare
}
