package network

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Find is the one consultant a selector names. In this order, the first that names any decides: 42 or id:42, ref:X or an
// exact ref, an e-mail, a phone in any writing, an exact name, beginnings of the words of a name. Archived consultants
// count only where no active one is named. More than one is a fault.Ambiguous that lists them, none a fault.NotFound.
func Find(v *book.View, selector string, phone PhoneReader) (Consultant, error) {
	f := finder{view: v, phone: phone}
	id, err := f.find(selector)
	if err != nil {
		return Consultant{}, err
	}
	return Get(v, id, 0)
}

// FindAll is the ids of the consultants that several selectors name, each once, in the order they were named. An error
// comes with the place of the selector it is about.
func FindAll(v *book.View, selectors []string, phone PhoneReader) (ids []int64, at int, err error) {
	f := finder{view: v, phone: phone}
	seen := make(map[int64]bool, len(selectors))
	for i, s := range selectors {
		id, err := f.find(s)
		if err != nil {
			return nil, i, err
		}
		if !seen[id] {
			seen[id], ids = true, append(ids, id)
		}
	}
	return ids, 0, nil
}

// finder finds consultants by what people type. They are few enough to be read and folded once.
type finder struct {
	view  *book.View
	phone PhoneReader
	known []known // nil until it is needed
}

// known is a consultant as she is found.
type known struct {
	id                                     int64
	ref, name, foldRef, folded, email, tel string
	e164                                   string
	active                                 bool
}

func (f *finder) read() error {
	if f.known != nil {
		return nil
	}
	f.known = []known{}
	return f.view.Each(func(r book.Row) error {
		k := known{id: r.Int(0), ref: strings.Clone(r.Text(1)), name: strings.Clone(r.Text(2)), email: strings.Clone(r.Text(3)), tel: digits(r.Text(4)),
			e164: strings.Clone(r.Text(5)), active: r.Null(6)}
		k.foldRef, k.folded = book.Fold(k.ref), book.Fold(k.name)
		f.known = append(f.known, k)
		return nil
	}, `id, ref, name, email, phone, phone_e164, archived_on`, `consultants`)
}

// phoneLike is what a person may write for a phone number.
var phoneLike = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\+?[\d\s().\-/\x{a0}]+$`) })

const fewestPhoneDigits = 5

func (f *finder) find(selector string) (int64, error) {
	selector = strings.TrimSpace(selector)
	if selector == "" {
		return 0, &fault.Error{Kind: fault.Usage, Noun: "consultant", Reason: "the selector is empty", Hint: "name her by ref, id:42, e-mail, phone or name"}
	}
	if err := f.read(); err != nil {
		return 0, err
	}
	ref, byRef := strings.CutPrefix(selector, "ref:")
	number, byID := strings.CutPrefix(selector, "id:")
	wanted, err := strconv.ParseInt(number, 10, 64)
	isNumber := err == nil
	folded, email := book.Fold(selector), foldEmail(selector)
	words := strings.Fields(folded)
	bare, e164 := "", ""
	if phoneLike().MatchString(selector) && len(digits(selector)) >= fewestPhoneDigits {
		bare, e164 = digits(selector), f.phone(selector, f.view.Settings().Country)
	}
	ways := []func(*known) bool{
		func(k *known) bool { return isNumber && k.id == wanted },
		func(k *known) bool { return k.ref == ref },
	}
	switch {
	case byID:
		ways = ways[:1]
	case byRef:
		ways = ways[1:]
	default:
		ways = append(ways, func(k *known) bool { return k.foldRef == folded },
			func(k *known) bool { return k.email != "" && k.email == email },
			func(k *known) bool { return e164 != "" && k.e164 == e164 || bare != "" && k.tel == bare },
			func(k *known) bool { return k.folded == folded },
			func(k *known) bool { return beginWords(words, k.folded) })
	}
	for _, means := range ways {
		switch hits := f.preferActive(means); len(hits) {
		case 0:
		case 1:
			return hits[0].id, nil
		default:
			return 0, ambiguous(selector, hits)
		}
	}
	return 0, f.nothing(selector, folded)
}

// preferActive are the consultants that a test lets pass: the active ones, or else the archived ones.
func (f *finder) preferActive(means func(*known) bool) (hits []*known) {
	var archived []*known
	for i := range f.known {
		switch k := &f.known[i]; {
		case !means(k):
		case k.active:
			hits = append(hits, k)
		default:
			archived = append(archived, k)
		}
	}
	if hits == nil {
		return archived
	}
	return hits
}

// beginWords says whether each of some beginnings begins a word of a folded name.
func beginWords(beginnings []string, name string) bool {
	for _, b := range beginnings {
		if !strings.HasPrefix(name, b) && !strings.Contains(name, " "+b) {
			return false
		}
	}
	return len(beginnings) > 0
}

// listed is how many candidates an error names.
const listed = 20

func ambiguous(selector string, hits []*known) error {
	e := &fault.Error{Kind: fault.Ambiguous, Noun: "consultant", Key: selector, Reason: fmt.Sprintf("%d consultants are meant", len(hits)),
		Hint: "name one by her ref, such as " + shellWord("ref:"+hits[0].ref)}
	for i, k := range hits {
		if i == listed {
			e.Detail = append(e.Detail, fmt.Sprintf("and %d more", len(hits)-listed))
			break
		}
		line := k.ref
		if k.name != k.ref {
			line += "  " + k.name
		}
		e.Detail = append(e.Detail, line)
	}
	return e
}

// nothing says that there is no such consultant, and names the nearest.
func (f *finder) nothing(selector, folded string) error {
	e := noConsultant(selector)
	e.Hint = "list them with: perla consultant list"
	called := map[string]*known{}
	var names []string
	for i := range f.known {
		k := &f.known[i]
		for _, name := range append([]string{k.foldRef, k.folded}, strings.Fields(k.folded)...) {
			if k.active && called[name] == nil {
				called[name], names = k, append(names, name)
			}
		}
	}
	if near := fault.Nearest(folded, names); near != "" {
		k := called[near]
		if e.Hint = "did you mean " + shellWord(k.ref); k.ref != k.name {
			e.Hint += ", " + k.name
		}
		e.Hint += "?"
	}
	return e
}

// plainWord is a text that a shell takes as it is.
var plainWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\w@.+:/-]+$`) })

// shellWord writes a text as a shell takes it.
func shellWord(s string) string {
	if plainWord().MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
