package contacts

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
)

// profileOf makes a profile of pairs such as name=Ana García. An e-mail or phone is that of two customers, 1*9 that of nine,
// and with ! at its end that of a house.
func profileOf(text string) *profile {
	p := &profile{crowd: 1}
	for _, pair := range strings.Split(text, ";") {
		key, value, _ := strings.Cut(pair, "=")
		reach := reachSeen{house: strings.HasSuffix(value, "!")}
		number, owners, _ := strings.Cut(strings.TrimSuffix(value, "!"), "*")
		reach.key = number
		if reach.owners, _ = strconv.Atoi(owners); owners == "" {
			reach.owners = 2
		}
		switch key {
		case "name":
			p.name = parsePersonName(book.Fold(value))
		case "company":
			p.company, p.name = true, parseCompanyName(book.Fold(value))
		case "email", "phone":
			list := map[string]*[]reachSeen{"email": &p.emails, "phone": &p.phones}[key]
			if value != "" {
				*list = append(*list, reach)
			}
		case "birthday":
			p.birthday = value
		case "address":
			p.address = value
		case "postcode":
			p.postcode = value
		case "city":
			p.city = value
		case "works":
			p.works = int64(len(value))
		case "crowd":
			p.crowd = len(value)
		}
	}
	p.name.known = len(p.name.words) > 0 && givenNames[p.name.words[0]]
	return p
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		a, b    string
		verdict string // strong, possible (from LikelyScore on) or no
		reasons string
	}{
		{"name=Ana García;email=a@x.com", "name=Ana Garcia;email=a@x.com", "strong", "same e-mail, same name"},
		{"name=Ana García;phone=1", "name=García, Ana;phone=1", "strong", "same name, same phone"},
		{"name=Ana García;email=a@x.com", "name=Ana Dupont;email=a@x.com", "strong", "same e-mail, same given name"},
		{"name=Ana García;phone=1", "name=Ana Dupont;phone=1", "possible", "same given name, same phone, but another surname"},
		{"name=Ana García;email=a@x.com", "name=a@x.com;email=a@x.com", "strong", "same e-mail"},
		{"name=Ana García;phone=1*3", "name=;phone=1*3", "possible", "same phone"},
		{"name=Ana García;email=ana.g@gmail.com", "name=Ana García;email=anag+shop@gmail.com", "possible", "same Gmail mailbox, same name"},

		// What the people of one house have in common.
		{"name=Ana García;phone=1;address=x 1", "name=Luis García;phone=1;address=x 1", "no", "another given name"},
		{"name=Ana García;email=f@x.com;phone=1", "name=Luis García;email=f@x.com;phone=1", "no", "same e-mail, but another given name"},
		{"name=Ana Ruiz;phone=1;birthday=1990-02-03;address=x 1", "name=Eva Ruiz;phone=1;birthday=1990-02-03;address=x 1", "no", "another given name"},
		{"name=Marta Ruiz;phone=1;birthday=1990-02-03", "name=María Ruiz;phone=1;birthday=1990-02-03", "no", "another given name"},
		{"name=Juan Gil Sr.;phone=1;address=x 1", "name=Juan Gil Jr.;phone=1;address=x 1", "no", "same name, but junior or senior"},
		{"name=Juan Gil;phone=1", "name=Juan Gil Jr.;phone=1", "no", "same name, same phone, but junior or senior"},
		{"name=Juan Gil;phone=1;birthday=1950-01-02;address=x 1", "name=Juan Gil;phone=1;birthday=1980-03-04;address=x 1", "no", "same name, but another birthday"},
		{"name=Ana Gil Ruiz;phone=1;address=x 1", "name=Ana Gil Soto;phone=1;address=x 1", "no", "part of the name, same phone, same address, but another surname"},
		{"name=Antonio Gil;phone=1", "name=A. Gil;phone=1", "possible", "similar name 0.96, same phone"},
		{"name=Pepe Gil;phone=1", "name=José Gil;phone=1", "possible", "similar name 0.97, same phone"},

		// Of companies, and of those who work there.
		{"name=Ana Gil;phone=1!;works=a", "name=Ana Soto;phone=1!;works=a", "no", "same given name, same phone, same company, but another surname"},
		{"name=Ana Gil;phone=1*9", "name=Ana Soto;phone=1*9", "no", "same given name, same phone, but another surname"},
		{"company=Bosque SL;phone=1", "company=Bosque;phone=1", "strong", "same name, same phone"},
		{"company=Ana Gil;phone=1", "name=Ana Gil;phone=1", "possible", "same name, same phone, but one is a company"},
		{"company=Bosque SL;email=info@b.com!", "company=Bosque;email=info@b.com!", "strong", "same e-mail, same name"},
		{"company=Bosque SL;phone=1;address=x 1", "company=Olivar SL;phone=1;address=x 1", "no", "same phone, same address, but another name"},
		{"company=Bosque SL;phone=1;email=info@b.com!", "name=Ana Gil;phone=1;email=info@b.com!", "no", "same e-mail, same phone, but another name and one is a company"},

		// A name alone is no reason; a second thing is.
		{"name=Ana García;city=vigo", "name=Ana García;city=vigo", "no", "same name, same city"},
		{"name=Ana García;birthday=1990-02-03", "name=Garcia Ana;birthday=1990-02-03", "possible", "same name, same birthday"},
		{"name=Ana García;birthday=--02-03", "name=Ana García;birthday=1990-02-03", "possible", "same name, same birthday"},
		{"name=Ana García;birthday=1990-01-01", "name=Ana García;birthday=1990-01-01", "possible", "same name, same birthday"},
		{"name=Ana García;crowd=aaaaaaaaa;birthday=1990-01-01", "name=Ana García;crowd=aaaaaaaaa;birthday=1990-01-01", "no", "same name, same birthday"},
		{"name=Ana García;postcode=28001;city=madrid", "name=Ana García;postcode=28001;city=madrid", "possible", "same name, same postcode, same city"},
		{"name=Ana García;postcode=28001;city=madrid", "name=Ana García;postcode=28001;city=lima", "no", "same name"},
		{"name=Ana García;email=ana.garcia@x.com", "name=Ana García;email=ana.garcia@y.com", "possible", "same e-mail name, same name"},
		{"name=Ana García;works=a", "name=Ana García;works=a", "possible", "same name, same company"},
		{"name=Ana García;birthday=1990-02-03", "name=Eva Pérez;birthday=1990-02-03", "no", "another given name"},
	} {
		for _, l := range []likeness{compare(profileOf(c.a), profileOf(c.b)), compare(profileOf(c.b), profileOf(c.a))} {
			verdict := "no"
			if l.strong {
				verdict = "strong"
			} else if l.score >= LikelyScore {
				verdict = "possible"
			}
			require.Equal(t, []string{c.verdict, c.reasons}, []string{verdict, strings.Join(l.reasons, ", ")}, "%s\n%s\n%+v", c.a, c.b, l)
		}
	}
}

// TestCompareAny holds what must be so of any two: the order does not matter, the score is a probability, and a strong
// suggestion a likely one.
func TestCompareAny(t *testing.T) {
	w := newWorld(9)
	pairs := labelledPairs(9, 200)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) *profile {
			p := rapid.SampledFrom(pairs).Draw(t, label)
			r := rapid.SampledFrom([]record{p.a, p.b}).Draw(t, label)
			name := rapid.SampledFrom([]string{r.name, w.misspell("Ana María López"), "José", ""}).Draw(t, label)
			return profileOf(fmt.Sprintf("name=%s;email=%s;phone=%s;birthday=%s;city=%s", name, r.email, digits(r.phone), r.birthday, r.city))
		}
		a, b := draw("a"), draw("b")
		l := compare(a, b)
		require.True(t, l.score >= 0 && l.score < 1)
		require.True(t, !l.strong || l.score >= strongScore)
		require.Equal(t, l.score, compare(b, a).score)
		require.Equal(t, l.strong, compare(b, a).strong)
	})
}

func TestDuplicates(t *testing.T) {
	b := newBook(t)
	firm := add(t, b, customer(t, "Bosque SL", FieldKind, "company", FieldPhone, "91 200 30 40"))[0]
	var people []Customer
	for i := range 300 { // the numbers of a switchboard, where two are the same
		name := strings.Split(womenOfWorld, ", ")[i%40] + " " + strings.Split(surnamesOfWorld, ", ")[i/40*9+i%9]
		c := customer(t, name, FieldPhone, "91 200 30 40")
		c.Company.ID = firm.ID
		people = append(people, c)
	}
	people[150].Name, people[20].Name = "Iratxe Zubizarreta", "Zubizarreta, Iratxe"
	add(t, b, people...)
	add(t, b, customer(t, "Luz Soto", FieldPhone, "999999999"), customer(t, "Luz Soto", FieldPhone, "999999999"),
		customer(t, "Sol Rey", FieldEmail, "sol@x.com"), customer(t, "S. Rey", FieldEmails, "sol@x.com"))
	pairs := func(o DuplicateOptions) (found []string) {
		view(t, b, func(v *book.View) error {
			list, err := Duplicates(v, o)
			for _, d := range list {
				found = append(found, fmt.Sprintf("%d %d %v", d.A.ID, d.B.ID, d.Strong))
			}
			return err
		})
		return found
	}
	require.Equal(t, []string{"304 305 true", "22 152 false"}, pairs(DuplicateOptions{MinScore: LikelyScore}),
		"a number nobody has makes no pair, and what 301 share makes none strong")
	require.Equal(t, []string{"304 305 true"}, pairs(DuplicateOptions{Limit: 1}))
	require.Equal(t, []string{"304 305 true"}, pairs(DuplicateOptions{Strong: true}))
	require.Equal(t, []string{"304 305 true"}, pairs(DuplicateOptions{Of: 305, MinScore: LikelyScore}))
	require.Len(t, pairs(DuplicateOptions{Of: 2}), 300, "who asks about one gets all there is")
	update(t, b, func(tx *book.Tx) error {
		_, err := Dismiss(tx, 305, 304)
		return err
	})
	require.Equal(t, []string{"22 152 false"}, pairs(DuplicateOptions{MinScore: LikelyScore}))
	require.NotContains(t, pairs(DuplicateOptions{Of: 305}), "304 305 true")
}

// TestDuplicatesOfOneAreAmongAll asks about each customer of a labelled set: her pairs are those of the whole list that
// name her.
func TestDuplicatesOfOneAreAmongAll(t *testing.T) {
	b := newBook(t)
	var people []Customer
	for _, p := range labelledPairs(4, 40) {
		people = append(people, customer(t, p.a.name, FieldEmail, p.a.email, FieldPhone, p.a.phone, FieldBirthday, p.a.birthday),
			customer(t, p.b.name, FieldEmail, p.b.email, FieldPhone, p.b.phone, FieldBirthday, p.b.birthday))
	}
	add(t, b, people...)
	view(t, b, func(v *book.View) error {
		all, err := Duplicates(v, DuplicateOptions{MinScore: LikelyScore})
		require.NoError(t, err)
		require.NotEmpty(t, all)
		for id := int64(1); id <= int64(len(people)); id++ {
			of, err := Duplicates(v, DuplicateOptions{MinScore: LikelyScore, Of: id})
			require.NoError(t, err)
			want := slices.DeleteFunc(slices.Clone(all), func(d Duplicate) bool { return d.A.ID != id && d.B.ID != id })
			require.Equal(t, len(want), len(of))
			require.ElementsMatch(t, want, of)
		}
		return nil
	})
}

// BenchmarkDuplicates50k looks for duplicates among 50,000 people of few names, which makes wide blocks.
func BenchmarkDuplicates50k(b *testing.B) {
	w := newWorld(7)
	file := newBook(b)
	update(b, file, func(tx *book.Tx) error {
		for i := range 50_000 {
			h := w.human()
			if i%20 == 0 {
				h = w.company()
			}
			r := w.noted(h)
			if _, err := tx.Insert(`INSERT INTO customers (name, kind, email, phone, phone_e164, birthday, address, postcode, city, created_on, name_key, search)
				VALUES (?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), '2026-01-01', ?, '')`,
				r.name, r.kind, r.email, r.phone, E164(r.phone, "ES"), r.birthday, r.address, r.postcode, r.city, book.Fold(r.name)); err != nil {
				return err
			}
		}
		return nil
	})
	b.ReportAllocs()
	for b.Loop() {
		view(b, file, func(v *book.View) error {
			_, err := Duplicates(v, DuplicateOptions{MinScore: LikelyScore})
			return err
		})
	}
}
