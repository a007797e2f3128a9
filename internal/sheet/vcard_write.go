package sheet

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/perla-crm/perla/internal/contacts"
)

// CardVersions are the versions of vCards that can be written: the one that phones read, and the one of RFC 6350.
var CardVersions = []string{"3.0", "4.0"}

// WriteCards writes customers as vCards of one of CardVersions, in UTF-8, with lines of at most 75 bytes. Imported into a new
// book the cards make customers who are written as the same cards again.
//
// A card tells what a phone has a place for. Its UID is the ref of the customer; one without a ref has none, unless she has
// neither e-mail nor phone and the name of another such.
func WriteCards(w io.Writer, version string, rows iter.Seq2[contacts.Row, error]) error {
	c := &cardWriter{modern: version == CardVersions[1], seed: maphash.MakeSeed(), known: map[uint64]bool{}}
	for row, err := range rows {
		if err != nil {
			return err
		}
		c.card(version, &row)
		if c.b.Len() >= bufferSize {
			if _, err := io.WriteString(w, c.b.String()); err != nil {
				return err
			}
			c.b.Reset()
		}
	}
	_, err := io.WriteString(w, c.b.String())
	return err
}

// cardWriter writes cards.
type cardWriter struct {
	b      strings.Builder
	modern bool // version 4.0
	groups int  // of the card

	seed  maphash.Seed
	known map[uint64]bool // hashes of what the customers written so far are known by: a name, or a name and an e-mail
}

func (w *cardWriter) card(version string, r *contacts.Row) {
	w.groups = 0
	w.line("BEGIN", "VCARD")
	w.line("VERSION", version)
	name := cmp.Or(oneName(r.Name), "?")
	w.uid(r, strings.ToLower(name))
	company := r.Kind == contacts.Kinds[1]
	w.text("FN", name)
	if company {
		w.line("N", ";;;;")
		w.text("ORG", name)
		if w.modern {
			w.line("KIND", "org")
		} else {
			w.line("X-ABShowAs", "COMPANY")
		}
	} else {
		w.line("N", ";"+escapeCard(name)+";;;") // which of its words is the family name the book does not know
		w.organisation(r)
	}
	w.attribute(r, "NICKNAME", "nickname")
	w.attribute(r, "TITLE", "job_title")
	w.attribute(r, "ROLE", "role")
	w.reach("EMAIL", "INTERNET", r.Email, r.EmailLabel, r.Emails)
	w.reach("TEL", "", r.Phone, r.PhoneLabel, r.Phones)
	for _, number := range values(r, "fax") {
		w.text("TEL;TYPE="+w.word("FAX"), number)
	}
	w.address(r)
	w.days(r)
	if w.modern && r.Language != "" {
		w.text("LANG", r.Language)
	}
	w.urls(r)
	w.tags(r.Tags)
	w.text("NOTE", r.Notes)
	w.line("END", "VCARD")
}

// uid writes the key of a customer: what the cards of a phone brought is their own, any other names its system too, which
// tells her from all others. So does hers from a phone where another customer has her name and e-mail.
func (w *cardWriter) uid(r *contacts.Row, name string) {
	ref, source := r.Ref, r.RefSource
	if cleanCard(ref) != ref {
		ref = "" // another than it is would be somebody else's
	}
	ways := append(reaches(r.Email, r.EmailLabel, r.Emails), reaches(r.Phone, r.PhoneLabel, r.Phones)...)
	if ref == "" && len(ways) == 0 && w.met(name) {
		ref, source = fmt.Sprint(r.ID), strings.TrimSuffix(cardUID, ":")
	}
	plain := source == vcards.Name && !strings.HasPrefix(ref, cardUID)
	for _, way := range ways {
		if strings.Contains(way.value, "@") && w.met(name+"\n"+way.value) {
			plain = false
		}
	}
	if ref != "" && !plain {
		ref = cardUID + url.QueryEscape(source) + ":" + ref
	}
	w.text("UID", ref)
}

// met says whether an earlier customer was known by something, and remembers it.
func (w *cardWriter) met(key string) bool {
	h := maphash.String(w.seed, key)
	before := w.known[h]
	w.known[h] = true
	return before
}

// organisation writes whom a person works for: her company in the book, else what is known of it.
func (w *cardWriter) organisation(r *contacts.Row) {
	name := r.Company.Name
	for _, known := range values(r, "company") {
		if name == "" || strings.EqualFold(name, known) { // as the card that told it has it
			name = known
		}
	}
	var department string
	if known := values(r, "department"); len(known) > 0 {
		department = ";" + escapeCard(known[0])
	}
	name = strings.ReplaceAll(name, ";", ",") // which an attribute of that name could not hold
	if name = escapeCard(oneName(name)); name+department != "" {
		w.line("ORG", name+department)
	}
}

// reach writes the preferred e-mail or phone and the further ones.
func (w *cardWriter) reach(name, always, value, label, further string) {
	ways := reaches(value, label, further)
	for i, each := range ways {
		w.way(name, always, each, i == 0 && len(ways) > 1)
	}
}

// reaches are the preferred e-mail or phone and the further ones, as the fields have them.
func reaches(value, label, further string) (ways []way) {
	if value != "" {
		ways = append(ways, way{value: value, label: label})
	}
	for _, text := range strings.Split(further, "; ") {
		label, value, labelled := strings.Cut(text, ": ")
		if !labelled {
			label, value = "", text
		}
		if value != "" {
			ways = append(ways, way{value: value, label: label})
		}
	}
	return ways
}

// cardTypes are the labels that are types of a card; others stand in a line of their own, as Apple has it and others read it.
var cardTypes = map[string]string{"home": "HOME", "work": "WORK", "mobile": "CELL", "main": "MAIN", "other": "OTHER"}

// way writes an e-mail or phone; always is the type that each has in version 3.0.
func (w *cardWriter) way(name, always string, each way, preferred bool) {
	var types []string
	if always != "" && !w.modern {
		types = append(types, always)
	}
	label := oneName(each.label)
	words := strings.Fields(label)
	own := slices.ContainsFunc(words, func(word string) bool { return cardTypes[word] == "" })
	if !own {
		for _, word := range words {
			types = append(types, w.word(cardTypes[word]))
		}
	}
	params := ""
	switch {
	case preferred && w.modern:
		params = ";PREF=1"
	case preferred:
		types = append(types, "PREF")
	}
	if len(types) == 1 {
		params += ";TYPE=" + types[0]
	} else if len(types) > 1 && w.modern {
		params += `;TYPE="` + strings.Join(types, ",") + `"`
	} else if len(types) > 1 {
		params += ";TYPE=" + strings.Join(types, ",")
	}
	if !own {
		w.text(name+params, each.value)
		return
	}
	w.groups++
	group := fmt.Sprintf("item%d.", w.groups)
	w.text(group+name+params, each.value)
	w.text(group+"X-ABLabel", label)
}

// word writes a type as the version does.
func (w *cardWriter) word(s string) string {
	if w.modern {
		return strings.ToLower(s)
	}
	return s
}

func (w *cardWriter) address(r *contacts.Row) {
	parts := []string{"", "", r.Address, r.City, r.Region, r.Postcode, r.Country}
	for i := range parts {
		parts[i] = escapeCard(oneLine(cleanCard(parts[i])))
	}
	if joined("", parts...) != "" {
		w.line("ADR", strings.Join(parts, ";"))
	}
}

// days writes the birthday, which may lack its year, and the anniversary.
func (w *cardWriter) days(r *contacts.Row) {
	w.day("BDAY", r.Birthday)
	name := "X-ANNIVERSARY"
	if w.modern {
		name = "ANNIVERSARY"
	}
	for _, day := range values(r, "anniversary") {
		if plain, err := contacts.ParseBirthday(day); err == nil && plain == day {
			w.day(name, day)
			return
		}
	}
}

// noYear is the year that phones read as none.
const noYear = "1604"

func (w *cardWriter) day(name, day string) {
	switch {
	case day == "":
	case w.modern && strings.HasPrefix(day, "--"):
		w.line(name, "--"+strings.ReplaceAll(day[2:], "-", ""))
	case w.modern:
		w.line(name, strings.ReplaceAll(day, "-", ""))
	case strings.HasPrefix(day, "--"):
		w.line(name+";X-APPLE-OMIT-YEAR="+noYear, noYear+day[1:])
	default:
		w.line(name, day)
	}
}

// urls writes addresses of pages, in which no comma needs a backslash.
func (w *cardWriter) urls(r *contacts.Row) {
	pages := values(r, "website")
	for i := range pages {
		pages[i] = strings.ReplaceAll(pages[i], `\`, "%5C")
	}
	slices.Sort(pages)
	for _, page := range slices.Compact(pages) {
		w.line("URL", page)
	}
}

func (w *cardWriter) tags(text string) {
	if text, _ = contacts.ParseTags(cleanCard(text)); text == "" {
		return
	}
	tags := strings.Split(text, ", ")
	for i := range tags {
		tags[i] = escapeCard(tags[i])
	}
	w.line("CATEGORIES", strings.Join(tags, ","))
}

// attribute writes the values of a key as one property each.
func (w *cardWriter) attribute(r *contacts.Row, name, key string) {
	for _, value := range values(r, key) {
		w.text(name, value)
	}
}

// values are the values a customer has for a key, as a card can hold them: in one line each, each once, in order.
func values(r *contacts.Row, key string) (list []string) {
	for _, value := range strings.Split(r.Attribute(key), "; ") {
		if value = oneName(value); value != "" {
			list = append(list, value)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// text writes a property that is plain text, unless there is none.
func (w *cardWriter) text(name, value string) {
	if value = escapeCard(value); value != "" {
		w.line(name, value)
	}
}

// maxCardLine is how many bytes a line of a card may have.
const maxCardLine = 75

// line writes a content line, folded where it is too long, but never within a character.
func (w *cardWriter) line(name, value string) {
	rest, room := name+":"+value, maxCardLine
	for len(rest) > room {
		cut := room
		for cut > 0 && !utf8.RuneStart(rest[cut]) {
			cut--
		}
		w.b.WriteString(rest[:cut] + "\r\n ")
		rest, room = rest[cut:], maxCardLine-1
	}
	w.b.WriteString(rest + "\r\n")
}

// escapeCard is a text as the value of a property has it.
func escapeCard(s string) string {
	return escapes.Replace(cleanCard(s))
}

var escapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, ",", `\,`, ";", `\;`)

// cleanCard is a text without control characters but line ends.
func cleanCard(s string) string {
	s = plainLines.Replace(s)
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s))
}

// oneName is a name in one line.
func oneName(s string) string { return strings.Join(strings.Fields(cleanCard(s)), " ") }

// rejectedCard is a card of a rejects file: as it was, with the reason in a property that an import passes over.
func rejectedCard(card, reason string) string {
	w := &cardWriter{}
	w.text(cardReason, reason)
	head, rest, _ := strings.Cut(card, "\n")
	if !isMark([]byte(strings.TrimRight(head, "\r")), "BEGIN") {
		return card + "\r\n"
	}
	if strings.HasPrefix(strings.ToUpper(rest), cardReason+":") { // that of an earlier import
		_, rest, _ = strings.Cut(rest, "\n")
		for strings.HasPrefix(rest, " ") {
			_, rest, _ = strings.Cut(rest, "\n")
		}
	}
	if rest != "" && isBlank(rest[0]) {
		w.b.WriteString("\r\n") // what follows is no part of the reason
	}
	return strings.TrimRight(head, "\r") + "\r\n" + w.b.String() + rest + "\r\n"
}
