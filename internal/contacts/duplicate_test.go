package contacts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
)

func TestJaroWinklerAsPublished(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{ // as printed by Winkler, to three or four places
		{"MARTHA", "MARHTA", 0.9611}, {"DWAYNE", "DUANE", 0.8400}, {"DIXON", "DICKSONX", 0.8133},
		{"SHACKLEFORD", "SHACKELFORD", 0.982}, {"DUNNINGHAM", "CUNNIGHAM", 0.896}, {"NICHLESON", "NICHULSON", 0.956},
		{"JONES", "JOHNSON", 0.832}, {"MASSEY", "MASSIE", 0.933}, {"ABROMS", "ABRAMS", 0.922}, {"JERALDINE", "GERALDINE", 0.926},
		{"MICHELLE", "MICHAEL", 0.921}, {"JULIES", "JULIUS", 0.933}, {"TANYA", "TONYA", 0.880}, {"SEAN", "SUSAN", 0.805}, {"JON", "JOHN", 0.933},
		{"", "", 1}, {"", "A", 0}, {"ABC", "XYZ", 0}, {"ΜΑΡΘΑ", "ΜΑΡΘΑ", 1}, {"ΜΑΡΘΑ", "ΜΑΡΑΘ", 0.9533},
	} {
		require.InDelta(t, c.want, jaroWinkler(c.a, c.b), 0.0005, "%s %s", c.a, c.b)
		require.InDelta(t, c.want, jaroWinkler(c.b, c.a), 0.0005, "%s %s", c.b, c.a)
	}
	require.Zero(t, testing.AllocsPerRun(100, func() { jaroWinkler("shackleford", "shackelford") }))
}

func TestJaroWinklerOfAnyWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("abcé")), 0, 80, -1)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		like := jaroWinkler(a, b)
		require.True(t, like >= 0 && like <= 1, like)
		require.Equal(t, 1.0, jaroWinkler(a, a))
		if len([]rune(a)) <= longestWord && len([]rune(b)) <= longestWord {
			require.Equal(t, a == b, like == 1)
		}
	})
}

func TestCompareNames(t *testing.T) {
	for _, c := range []struct {
		a, b          string
		given, family relation
		similar       bool
	}{
		{"Ana García", "ana garcia", same, same, true},
		{"Ana García López", "García López, Ana", same, same, true},
		{"Ana García López", "Garcia Ana", same, same, true},
		{"Ana García López", "Ana Garcia", same, same, true},
		{"Ana de la Fuente", "Ana Fuente", same, same, true},
		{"Dña. Ana García", "Ana García", same, same, true},
		{"Mari Carmen Gil", "Maricarmen Gil", same, same, true},
		{"Siân O'Dwyer", "Sian ODwyer", same, same, true},
		{"A. García", "Ana García", near, same, true},
		{"Jose Smythe-Rowe", "José Smythe Rowe", same, same, true},
		{"Pepe Gil", "José Gil", near, same, true},
		{"Fran Gil", "Francisco Gil", near, same, true},
		{"Estíbaliz Zúñiga", "Estibalz Zuñiga", near, same, true},
		{"Ana Etxeberria", "Ana Etxeverria", same, near, true},
		{"Pyula Llewelyn", "Paula Llewelyn", near, same, true},
		{"María José García", "José García", same, same, true},
		{"Ana García", "Luis García", differs, same, false},
		{"García Ana", "Luis García", differs, same, false},
		{"Marta Ruiz Gil", "María Ruiz Gil", differs, same, false},
		{"Daniel Ruiz", "Daniela Ruiz", differs, same, false},
		{"Ana García", "Ana Dupont", same, differs, false},
		{"Ana García López", "Ana García Pérez", same, differs, false},
		{"Ana García", "García", unknown, unknown, false},
		{"Ana García", "Ana", same, unknown, false},
		{"Ana García", "Eva Pérez", differs, differs, false},
		{"Ana García", "ana@example.com", unknown, unknown, false},
		{"Ana García", "600 111 222", unknown, unknown, false},
		{"李 小龍", "李 小龍", same, same, true},
	} {
		a, b := parsePersonName(book.Fold(c.a)), parsePersonName(book.Fold(c.b))
		for _, n := range []*personName{&a, &b} {
			n.known = len(n.words) > 0 && givenNames[n.words[0]]
		}
		for _, l := range []nameLikeness{compareNames(&a, &b, false), compareNames(&b, &a, false)} {
			require.Equal(t, []any{c.given, c.family, c.similar}, []any{l.given, l.family, l.similarity >= similarNames}, "%s, %s: %+v", c.a, c.b, l)
		}
	}
}

func TestCompareCompanyNames(t *testing.T) {
	for _, c := range []struct {
		a, b    string
		similar bool
	}{
		{"Bosque SL", "Bosque, S.L.", true}, {"Bosque S. L.", "BOSQUE", true}, {"Hotel Mirador S.A.", "Hotel Mirador Ltd", true},
		{"Talleres Monte Alto", "Taleres Monte Alto", true}, {"Talleres Monte Alto", "Talleres El Olivar", false}, {"Bosque SL", "Bosco SL", false}, {"Hotel", "Hotel Mirador", false}, {"Mesa 4", "Mesa 5", false}, {"Mesa 41", "Mesa 41", true}, {"C & A", "C&A", true},
	} {
		a, b := parseCompanyName(book.Fold(c.a)), parseCompanyName(book.Fold(c.b))
		l := compareNames(&a, &b, true)
		require.Equal(t, c.similar, l.similarity >= similarNames, "%s, %s: %+v", c.a, c.b, l)
		require.Equal(t, unknown, l.given)
	}
}

func TestParsePersonName(t *testing.T) {
	for text, want := range map[string]personName{
		"Juan Pérez Sr.":        {words: []string{"juan", "perez"}, generation: 1},
		"Juan Pérez (hijo)":     {words: []string{"juan", "perez"}, generation: 2},
		"Pérez, Jr., Juan":      {words: []string{"jr", "juan", "perez"}},
		"Juan Pérez, Jr.":       {words: []string{"juan", "perez"}, generation: 2},
		"Sr. Juan Pérez":        {words: []string{"juan", "perez"}},
		"Don":                   {words: []string{"don"}},
		"Pérez de la Torre, Mª": {words: []string{"ma", "perez", "torre"}},
		"Neto":                  {words: []string{"neto"}},
		"Ana 2 (VIP)":           {words: []string{"ana", "2", "vip"}},
		"a@x.com":               {},
		"  ":                    {},
	} {
		have := parsePersonName(book.Fold(text))
		require.Equal(t, want.words, have.words, text)
		require.Equal(t, want.generation, have.generation, text)
	}
	require.Len(t, parsePersonName(strings.Repeat("a b ", 1<<14)).words, mostWords)
}

func TestCompareBirthdays(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want relation
	}{
		{"", "1980-05-17", unknown}, {"1980-05-17", "1980-05-17", same}, {"--05-17", "1980-05-17", same}, {"--05-17", "--05-17", same},
		{"--05-18", "1980-05-17", differs}, {"1980-05-07", "1980-07-05", near}, {"1980-05-17", "1981-05-17", near}, {"1980-05-17", "1980-05-19", near},
		{"1950-05-17", "1980-05-17", differs}, {"1980-05-17", "1981-06-17", differs},
	} {
		require.Equal(t, c.want, compareBirthdays(c.a, c.b), "%s %s", c.a, c.b)
		require.Equal(t, c.want, compareBirthdays(c.b, c.a), "%s %s", c.a, c.b)
	}
}
