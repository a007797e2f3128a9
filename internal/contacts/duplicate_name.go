package contacts

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// personName is a name taken apart for comparing, every word folded.
type personName struct {
	words      []string // the given name first; without titles, particles, generation or form of a company
	sorted     string   // the words in alphabetical order, which is the same however a name is written
	joined     string   // the words without blanks: Mari Carmen is Maricarmen
	generation int      // 1 for the elder of a name, 2 for the younger, and so on; 0 when nothing is said
	petNameOf  string   // the names, each between blanks, that the first word may be a pet name of
	known      bool     // the first word is seen often enough to be a given name, and no slip of the pen
}

// mostWords is how many words of a name are compared.
const mostWords = 8

// words that stand in names and do not tell people apart, or tell apart two of one name.
var (
	titles      = wordSet("sr sra srta mr mrs ms miss dr dra don dona dna prof herr frau mme mlle monsieur madame senhor senhora")
	particles   = wordSet("de del la las los da do das dos di du des van von der den y e und et")
	legalForms  = wordSet("sl slu slp sll sa sau sas sarl eurl srl spa snc sc scp cb coop ltd limited llc llp inc corp co plc gmbh ag kg ug bv nv lda ltda eireli oy ab as aps")
	generations = map[string]int{"sr": 1, "senior": 1, "padre": 1, "madre": 1, "pai": 1, "mae": 1, "pere": 1, "jr": 2, "junior": 2, "hijo": 2, "hija": 2,
		"filho": 2, "filha": 2, "fils": 2, "fille": 2, "ii": 2, "2nd": 2, "iii": 3, "3rd": 3, "neto": 3, "nieto": 3, "iv": 4}
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// parsePersonName takes a folded name of a person apart. A name that is an address or a number says nothing.
func parsePersonName(folded string) (n personName) {
	if strings.Contains(folded, "@") {
		return n
	}
	// What follows a comma is the given name, unless it is the generation.
	if family, given, ok := strings.Cut(folded, ","); ok && generations[strings.Trim(given, " .")] == 0 {
		folded = given + " " + family
	}
	words := nameWords(folded)
	if last := len(words) - 1; last >= 2 && generations[words[last]] != 0 {
		n.generation = generations[words[last]]
		words = words[:last]
	}
	if len(words) > 1 && titles[words[0]] {
		words = words[1:]
	}
	for i, w := range words {
		if i == 0 || !particles[w] {
			n.words = append(n.words, w)
		}
	}
	n.finish()
	return n
}

// parseCompanyName takes a folded name of a company apart: its words without the form of company.
func parseCompanyName(folded string) (n personName) {
	var words []string
	letters := false
	for _, w := range nameWords(strings.ReplaceAll(folded, ".", "")) {
		if letters && isInitial(w) { // S. L. is SL
			words[len(words)-1] += w
			continue
		}
		words, letters = append(words, w), isInitial(w)
	}
	for i, w := range words {
		if i == 0 || !legalForms[w] && !particles[w] {
			n.words = append(n.words, w)
		}
	}
	n.finish()
	return n
}

// finish works out what follows from the words.
func (n *personName) finish() {
	if len(n.words) == 0 {
		return
	}
	n.words = n.words[:min(len(n.words), mostWords)]
	n.petNameOf = petNames[n.words[0]]
	sorted := slices.Clone(n.words)
	slices.Sort(sorted)
	n.sorted, n.joined = strings.Join(sorted, " "), strings.Join(n.words, "")
}

// nameWords are the words of a folded name, numbers too: they tell shops of one name apart. An apostrophe parts no words. A
// name without any letter, such as a phone number, has none.
func nameWords(folded string) []string {
	if strings.ContainsAny(folded, "'’`´") {
		folded = strings.NewReplacer("'", "", "’", "", "`", "", "´", "").Replace(folded)
	}
	if strings.IndexFunc(folded, unicode.IsLetter) < 0 {
		return nil
	}
	return strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// relation is how two parts of names go together.
type relation uint8

const (
	unknown relation = iota // one of them is not there
	same
	near    // a slip of the pen, an initial, a pet name
	differs // two names
)

// nameLikeness is what two names say about each other.
type nameLikeness struct {
	similarity float64  // 0 to 1; similarNames or more only when each word of the shorter name has its counterpart
	given      relation // the given names
	family     relation // the surnames
	kin        bool     // the surnames differ, but have a part in common
	loose      bool     // one given name is but an initial of the other, or a later part of it
}

// similarNames is from where on names are taken for the same one, written in two ways.
const similarNames = 0.93

// likeWords is from where on two words are counterparts.
const likeWords = 0.90

// How alike words are where Jaro-Winkler has no say.
const (
	likeInitial   = 0.94 // A and Ana
	likePetName   = 0.95 // Pepe and José
	likeBeginning = 0.93 // Fran and Francisco
	likeSlip      = 0.90 // one slip of the pen, which Jaro-Winkler holds against short words too much
)

// compareNames finds for each word of the one name its counterpart in the other, wherever it stands. Those of companies
// have no given name.
func compareNames(a, b *personName, companies bool) (l nameLikeness) {
	if len(a.words) == 0 || len(b.words) == 0 {
		return l
	}
	if a.sorted == b.sorted || a.joined == b.joined {
		l = nameLikeness{similarity: 1, given: same, family: same}
		if companies || len(a.words) == 1 && len(b.words) == 1 {
			l.family = unknown
		}
	} else {
		m := align(a, b)
		l.given = m.given(a, b)
		l.loose = isInitial(a.words[0]) || isInitial(b.words[0]) || m.ofA[0] < 0 || m.ofB[0] < 0
		l.family, l.kin = m.family(a, b)
		if l.similarity = m.similarity(a, b); l.given == differs {
			l.similarity = min(l.similarity, similarNames-0.01)
		}
	}
	if companies {
		l.given, l.family = unknown, differs
		if l.similarity >= similarNames {
			l.family = near
		}
	}
	return l
}

// alignment pairs the words of two names.
type alignment struct {
	ofA, ofB     [mostWords]int8    // the counterpart of each word; -1 for none
	like         [mostWords]float64 // how alike they are, by the word of a
	slip         [mostWords]bool    // by their letters, not as a pet name or an initial
	restA, restB int                // how many have none
}

func align(x, y *personName) (m alignment) {
	for i := range mostWords {
		m.ofA[i], m.ofB[i] = -1, -1
	}
	m.restA, m.restB = len(x.words), len(y.words)
	for i, a := range x.words {
		for j, b := range y.words {
			if m.ofA[i] < 0 && m.ofB[j] < 0 && a == b {
				m.pair(i, j, 1, false)
			}
		}
	}
	for m.restA > 0 && m.restB > 0 { // the most alike first
		i, j, like, slip := m.closest(x, y)
		if like < likeWords {
			break
		}
		m.pair(i, j, like, slip)
	}
	return m
}

func (m *alignment) pair(i, j int, like float64, slip bool) {
	m.ofA[i], m.ofB[j], m.like[i], m.slip[i] = int8(j), int8(i), like, slip
	m.restA--
	m.restB--
}

// closest are the two words most alike of those that have no counterpart yet.
func (m *alignment) closest(x, y *personName) (atA, atB int, best float64, slip bool) {
	for i, a := range x.words {
		for j, b := range y.words {
			if m.ofA[i] >= 0 || m.ofB[j] >= 0 {
				continue
			}
			like, letters := compareWords(a, b)
			if i == 0 && j == 0 {
				switch {
				case x.mayBe(b) || y.mayBe(a):
					like, letters = likePetName, false
				case like < likeBeginning && beginning(a, b):
					like, letters = likeBeginning, true
				}
			}
			if like > best {
				atA, atB, best, slip = i, j, like, letters
			}
		}
	}
	return atA, atB, best, slip
}

// mayBe says whether the given name is a pet name of another.
func (n *personName) mayBe(name string) bool {
	return n.petNameOf != "" && strings.Contains(n.petNameOf, " "+name+" ")
}

// beginning says whether one given name is the beginning of the other.
func beginning(a, b string) bool {
	return min(len(a), len(b)) >= 3 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// compareWords is how alike two different words are, and whether that is a matter of their letters.
func compareWords(a, b string) (like float64, letters bool) {
	if len(a) > len(b) {
		a, b = b, a
	}
	if isInitial(a) {
		if strings.HasPrefix(b, a) {
			return likeInitial, false
		}
		return 0, false
	}
	// Winkler thinks too much of a common beginning: Marín is no slip of Martínez.
	if len(b)-len(a) > 1 && utf8.RuneCountInString(b)-utf8.RuneCountInString(a) > 1 {
		return 0, false
	}
	like = jaroWinkler(a, b)
	if like < likeSlip && len(a) >= 3 && oneSlip(a, b) {
		like = likeSlip
	}
	if like >= likeSlip && strings.ContainsAny(a+b, "0123456789") { // room 12 is no slip of room 13
		return 0, false
	}
	return like, true
}

// oneSlip says whether one letter was left out, hit beside, or changed places with the next.
func oneSlip(a, b string) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return utf8.RuneCountInString(a) <= 1 && utf8.RuneCountInString(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

func isInitial(word string) bool { return utf8.RuneCountInString(word) == 1 }

// given is how the given names go together. They differ when one of them has no counterpart although the other name has
// a word to spare, and when they are alike and yet two names of their own: Marta and María.
func (m *alignment) given(a, b *personName) relation {
	restBoth := m.restA > 0 && m.restB > 0
	at := int(m.ofA[0])
	switch {
	case restBoth && (at < 0 || m.ofB[0] < 0):
		return differs
	case at < 0 && len(b.words) == 1, m.ofB[0] < 0 && len(a.words) == 1:
		return unknown // a surname alone
	case at < 0:
		return relationOf(m.like[m.ofB[0]])
	}
	if m.slip[0] && at == 0 && a.known && b.known {
		return differs
	}
	return relationOf(m.like[0])
}

func relationOf(like float64) relation {
	if like == 1 {
		return same
	}
	return near
}

// family is how the other words go together; kin says that some of them do where others differ.
func (m *alignment) family(a, b *personName) (r relation, kin bool) {
	if len(a.words) == 1 || len(b.words) == 1 {
		return unknown, false
	}
	restA, restB := m.restA, m.restB
	if m.ofA[0] < 0 {
		restA--
	}
	if m.ofB[0] < 0 {
		restB--
	}
	for i := range a.words {
		if j := m.ofA[i]; j >= 0 && (i > 0 || j > 0) {
			r = max(r, relationOf(m.like[i]))
		}
	}
	if restA > 0 && restB > 0 {
		return differs, r != unknown
	}
	return r, false
}

// similarity is how alike two names are: where each word of the shorter has a counterpart, how alike these are by their
// length, a little less for each word that has none; else how alike the names are as a whole, but less than similarNames.
func (m *alignment) similarity(a, b *personName) float64 {
	if m.restA > 0 && m.restB > 0 {
		return min(jaroWinkler(a.sorted, b.sorted), similarNames-0.01)
	}
	sum, letters := 0.0, 0
	for i, w := range a.words {
		if j := m.ofA[i]; j >= 0 {
			n := max(len(w), len(b.words[j]))
			sum += m.like[i] * float64(n)
			letters += n
		}
	}
	like := sum / float64(letters)
	if len(a.words) != len(b.words) && min(len(a.words), len(b.words)) == 1 {
		return min(like, similarNames-0.01) // one word of several is not enough
	}
	return like - 0.01*float64(m.restA+m.restB)
}
