package contacts

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// step is one call of a Change's methods: +email, -phone, !email for prefer, +attr, -attr, +tag, -tag.
func step(tb testing.TB, ch *Change, text string) {
	tb.Helper()
	require.NoError(tb, tryStep(ch, text), text)
}

func tryStep(ch *Change, text string) error {
	what, value, _ := strings.Cut(text, " ")
	field := map[string]Fields{"email": FieldEmails, "phone": FieldPhones, "attr": FieldAttributes, "tag": FieldTags}[what[1:]]
	switch what[0] {
	case '+':
		return ch.Add(field, value)
	case '-':
		return ch.Remove(field, value)
	}
	return ch.Prefer(field, value)
}

func TestChangeElements(t *testing.T) {
	ana := Customer{ID: 7, Name: "Ana", Email: "a@x.com", EmailLabel: "home", Emails: "work: b@x.com; c@x.com", Phone: "600 111 222",
		Attributes: "need=gift; need=sun; skin=dry", Tags: "vip"}
	cases := []struct {
		name, steps string
		want        string // email, label, emails | phone, label, phones | attributes | tags
		fault       string
	}{
		{"a further e-mail", "+email d@x.com", "a@x.com home work: b@x.com; c@x.com; d@x.com", ""},
		{"with a label", "+email Old  Job: D@X.com", "a@x.com home work: b@x.com; c@x.com; old job: d@x.com", ""},
		{"known already", "+email c@x.com", "a@x.com home work: b@x.com; c@x.com", ""},
		{"a label for one known", "+email school:c@x.com", "a@x.com home work: b@x.com; school: c@x.com", ""},
		{"a label for the preferred one", "+email club:a@x.com", "a@x.com club work: b@x.com; c@x.com", ""},
		{"prefer swaps", "!email b@x.com", "b@x.com work home: a@x.com; c@x.com", ""},
		{"prefer what is preferred", "!email a@x.com", "a@x.com home work: b@x.com; c@x.com", ""},
		{"remove a further one", "-email b@x.com", "a@x.com home c@x.com", ""},
		{"remove the preferred one", "-email A@x.com", "b@x.com work c@x.com", ""},
		{"remove all", "-email a@x.com|-email b@x.com|-email c@x.com", "  ", ""},
		{"prefer the unknown", "!email z@x.com", "", "customer 7: email: Ana has no e-mail z@x.com"},
		{"remove the unknown", "-email q@x.com", "", "customer 7: email: Ana has no e-mail q@x.com"},

		{"the same phone in another writing", "+phone +34600111222", "600 111 222 | ", ""},
		{"a further phone", "+phone mobile:+34 600 333 444", "600 111 222 | mobile: +34 600 333 444", ""},
		{"found in any writing", "+phone mobile:600333444|!phone +34 600-333-444", "600333444 mobile| 600 111 222", ""},
		{"one that cannot be read", "+phone ext. 12|-phone 12", "600 111 222 | ", ""},

		{"another value", "+attr skin=oily", "need=gift; need=sun; skin=dry; skin=oily", ""},
		{"several at once", "+attr Hair type=curly; long;cause=sea", "cause=sea; hair_type=curly; hair_type=long; need=gift; need=sun; skin=dry", ""},
		{"a value goes", "-attr need=SUN", "need=gift; skin=dry", ""},
		{"all of a key go", "-attr need", "skin=dry", ""},
		{"an unknown key", "-attr skn", "", "customer 7: attributes: Ana has no skn"},

		{"tags", "+tag Gold, new|-tag vip,other", "gold, new", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var ch Change
			for _, s := range strings.Split(c.steps, "|") {
				step(t, &ch, s)
			}
			got := ana
			err := ch.applyElements(&got, "ES", true)
			if c.fault != "" {
				require.EqualError(t, err, c.fault)
				require.Equal(t, fault.NotFound, fault.KindOf(err))
				return
			}
			require.NoError(t, err)
			switch {
			case strings.Contains(c.steps, "email"):
				require.Equal(t, c.want, got.Email+" "+got.EmailLabel+" "+got.Emails)
			case strings.Contains(c.steps, "phone"):
				require.Equal(t, c.want, got.Phone+" "+got.PhoneLabel+"| "+got.Phones)
			case strings.Contains(c.steps, "attr"):
				require.Equal(t, c.want, got.Attributes)
			default:
				require.Equal(t, c.want, got.Tags)
			}
		})
	}
}

func TestChangeElementsRefuse(t *testing.T) {
	for text, want := range map[string]string{
		"+email ana":         "not an e-mail address",
		"+email work:":       "an e-mail address is needed",
		"+phone home:":       "a phone number is needed",
		"+email a;b: a@x.es": "a label has no : or ;",
		"+attr skin":         "needed is key=value, such as skin=dry",
		"+attr skin=":        "needed is key=value, such as skin=dry",
		"+attr":              "needed is key=value, such as skin=dry",
		"+attr a,b=c":        `"a,b" is no key of an attribute; it has no = ; or comma`,
		"-attr":              "an attribute needs a key, such as skin in skin=dry",
	} {
		require.EqualError(t, tryStep(&Change{}, text), want, text)
	}
}

// Whatever is added, removed and preferred, what a customer has can be written down and read back, each e-mail stands
// once, and there is a preferred one as long as there is any.
func TestReachesStayWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		emails := []string{"a@x.com", "b@x.com", "work:c@x.com", "home: A@x.com", "d@x.com"}
		phones := []string{"600 111 222", "+34600111222", "mobile:0034 600111222", "ext: 12;3", "+351 912 345 678", "12"}
		c := Customer{Name: "Ana", Phone: rapid.SampledFrom([]string{"", "600;111", "a:1"}).Draw(t, "phone")}
		c.complete("ES")
		for i := range rapid.IntRange(1, 12).Draw(t, "steps") {
			var ch Change
			what := rapid.SampledFrom([]string{"+", "-", "!"}).Draw(t, "what")
			text := what + "email " + rapid.SampledFrom(emails).Draw(t, "email")
			if i%2 == 1 {
				text = what + "phone " + rapid.SampledFrom(phones).Draw(t, "phone")
			}
			if tryStep(&ch, text) != nil {
				continue
			}
			before := c
			if ch.applyElements(&c, "ES", true) != nil {
				c = before
			}
			again := c
			again.search = ""
			again.complete("ES")
			require.Equal(t, c, again, "canonical")
			require.NoError(t, again.Set(FieldEmails, c.Emails))
			require.NoError(t, again.Set(FieldPhones, c.Phones))
			again.complete("ES")
			require.Equal(t, []string{c.Emails, c.Phones}, []string{again.Emails, again.Phones}, "read back")
			require.False(t, c.Email == "" && c.Emails != "" || c.Phone == "" && c.Phones != "", "one is preferred")
			seen := map[string]bool{}
			for _, r := range append(c.reaches("ES"), reach{kind: emailReach, key: c.Email}, reach{kind: phoneReach, key: c.phoneKey()}) {
				require.False(t, r.key != "" && seen[r.kind+r.key], "%s twice", r.key)
				seen[r.kind+r.key] = true
			}
		}
	})
}

func TestTakeOfAnotherEmailTakesItsLabel(t *testing.T) {
	c := Customer{Name: "Ana", Email: "a@x.com", EmailLabel: "home", Emails: "work: b@x.com"}
	require.Equal(t, FieldEmail, c.take(&Customer{Email: "b@x.com"}, FieldEmail))
	c.complete("ES")
	require.Equal(t, [3]string{"b@x.com", "work", ""}, [3]string{c.Email, c.EmailLabel, c.Emails}, "it is no further one any more")
	c.take(&Customer{Email: "z@x.com"}, FieldEmail)
	require.Empty(t, c.EmailLabel, "nobody said what sort the new one is")

	require.Zero(t, c.take(&Customer{Emails: "z@x.com"}, FieldEmails), "what is preferred already is no news")
}

func TestCreateWithEverything(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Acme SL", FieldKind, "company"), customer(t, "Luis"))
	ch := &Change{From: customer(t, "Ana García", FieldEmail, "ana@x.com", FieldEmailLabel, "home", FieldPhone, "600 111 222", FieldCompany, "acme",
		FieldAddress, "Calle Mayor 1", FieldPostcode, "28001", FieldRegion, "Madrid", FieldLifeMoment, "first child", FieldContactEvery, "3m", FieldContactWithin, "100")}
	require.NoError(t, ch.From.SetPotential(0, true))
	for _, s := range []string{"+email work:ana@acme.example", "+phone landline:91 123 45 67", "+attr skin=dry", "+tag vip"} {
		step(t, ch, s)
	}
	require.NoError(t, ch.Link("partner=luis"))
	var ana Customer
	update(t, b, func(tx *book.Tx) (err error) {
		ana, err = Create(tx, ch)
		return err
	})
	require.Equal(t, []string{"work: ana@acme.example", "landline: 91 123 45 67", "skin=dry", "vip", "28001", "first child"},
		[]string{ana.Emails, ana.Phones, ana.Attributes, ana.Tags, ana.Postcode, ana.LifeMoment})
	require.Equal(t, [2]int64{90, 100}, [2]int64{ana.ContactEvery, ana.ContactWithin})
	require.True(t, ana.PotentialKnown, "nothing is what somebody may judge, too")
	view(t, b, func(v *book.View) error {
		for _, selector := range []string{"ana@acme.example", "ANA@acme.example", "+34 91 1234567", "911234567"} {
			found, err := Find(v, selector)
			require.NoError(t, err, selector)
			require.Equal(t, ana, found, selector)
		}
		for _, text := range []string{"acme.exam", "911234"} {
			n := 0
			for c := range Search(v, text, Active, 0) {
				require.Equal(t, ana, c, text)
				n++
			}
			require.Equal(t, 1, n, text)
		}
		same, err := SameReach(v, Customer{Email: "ana@acme.example", Phone: "0034911234567", E164: "+34911234567"})
		require.NoError(t, err)
		require.Equal(t, []Customer{ana}, same)
		require.Equal(t, "e-mail and phone", SharedReach(ana, Customer{Email: "ana@acme.example", Phones: "91 1234567"}, "ES"))
		return nil
	})
}

func TestEditMany(t *testing.T) {
	b := newBook(t)
	list := add(t, b, customer(t, "Acme SL", FieldKind, "company"), customer(t, "Ana", FieldTags, "vip"), customer(t, "Eva"), customer(t, "Luis", FieldCity, "Lyon"))
	dump := customerDump(t, b)
	ch := &Change{From: customer(t, "", FieldCity, "Lyon", FieldCompany, "acme"), Given: FieldCity | FieldCompany}
	step(t, ch, "+tag vip")
	step(t, ch, "-attr skin")
	require.NoError(t, ch.Link("household=1"))
	changed := edited(t, b, ch, list[1].ID, list[2].ID, list[3].ID)
	require.Len(t, changed, 3)
	for _, c := range changed {
		require.Equal(t, []string{"Lyon", "vip", "Acme SL"}, []string{c.City, c.Tags, c.Company.Name})
	}
	require.Empty(t, edited(t, b, ch, 2, 3, 4), "nothing is new")
	_, err := b.Undo(context.Background(), 0)
	require.NoError(t, err)
	require.Equal(t, dump, customerDump(t, b), "one operation, one undo")

	for name, c := range map[string]struct {
		ch   func(*Change)
		kind fault.Kind
		text string
	}{
		"a name for all":         {func(ch *Change) { require.NoError(t, ch.Set(FieldName, "X")) }, fault.Usage, "2 customers: name: they cannot all have the same"},
		"an e-mail for all":      {func(ch *Change) { step(t, ch, "+email a@x.com") }, fault.Usage, "2 customers: emails: they cannot all have the same"},
		"her own company":        {func(ch *Change) { require.NoError(t, ch.Set(FieldCompany, "acme")) }, fault.Usage, "customer 1: company: she cannot be her own"},
		"a person for a company": {func(ch *Change) { require.NoError(t, ch.Set(FieldCompany, "eva")) }, fault.Conflict, "customer 3: Eva is a person, not a company"},
		"linked with herself":    {func(ch *Change) { require.NoError(t, ch.Link("friend=ana")) }, fault.Usage, "customer 2: links: Ana cannot be linked with herself"},
		"a deadline before its day": {func(ch *Change) {
			require.NoError(t, ch.Set(FieldContactEvery, "30"))
			require.NoError(t, ch.Set(FieldContactWithin, "20"))
		}, fault.Usage, "customer 1: contact_within: 20 days are less than the 30 of contact_every"},
		"nobody": {func(ch *Change) { require.NoError(t, ch.Set(FieldReferredBy, "nobody")) }, fault.NotFound, "customer nobody: referred_by: there is no such customer"},
	} {
		var ch Change
		c.ch(&ch)
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error { _, err := Edit(tx, []int64{1, 2}, &ch); return err })
		require.EqualError(t, err, c.text, name)
		require.Equal(t, c.kind, fault.KindOf(err), name)
	}
	err = b.Update(context.Background(), "test", func(tx *book.Tx) error { _, err := Edit(tx, []int64{1, 99}, &Change{}); return err })
	require.EqualError(t, err, "customer 99: there is no such customer")
}

func TestEditOfTheErased(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana"))
	update(t, b, func(tx *book.Tx) error {
		_, err := tx.Exec(`UPDATE customers SET erased_on = '2026-11-20', archived_on = '2026-11-20'`)
		return err
	})
	for name, try := range map[string]func(tx *book.Tx) error{
		"edit": func(tx *book.Tx) error {
			_, err := Edit(tx, []int64{1}, &Change{From: customer(t, "Eva"), Given: FieldName})
			return err
		},
		"restore": func(tx *book.Tx) error { _, err := Restore(tx, 1); return err },
	} {
		err := b.Update(context.Background(), "test", try)
		require.EqualError(t, err, "customer 1: was erased on 2026-11-20", name)
		require.Equal(t, fault.Conflict, fault.KindOf(err))
	}
}

// customerDump are the rows of every table a customer stands in, without their ids.
func customerDump(tb testing.TB, b *book.Book) (rows []string) {
	tb.Helper()
	view(tb, b, func(v *book.View) error {
		for _, query := range []string{
			`SELECT id || ' ' || name || ' ' || ifnull(city, '') || ' ' || ifnull(company_id, '') || ' ' || ifnull(stage, '') || search FROM customers ORDER BY id`,
			`SELECT customer_id || ' ' || tag FROM customer_tags ORDER BY 1`,
			`SELECT customer_id || ' ' || kind || ' ' || key || ' ' || value || ' ' || ifnull(label, '') FROM customer_reaches ORDER BY 1`,
			`SELECT customer_id || ' ' || key || ' ' || value FROM customer_attributes ORDER BY 1`,
			`SELECT customer_id || ' ' || other_id || ' ' || kind FROM customer_links ORDER BY 1`,
			`SELECT customer_id || ' ' || since_on || ' ' || ifnull(stage, '') FROM customer_stages ORDER BY 1`,
		} {
			found, err := book.All(v, book.Scalar[string], query)
			require.NoError(tb, err)
			rows = append(rows, found...)
		}
		return nil
	})
	return rows
}
