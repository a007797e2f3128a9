package contacts

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

func TestMergeContradictions(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana", FieldBirthday, "1980-05-17"), customer(t, "Acme", FieldKind, "company", FieldBirthday, "1983-01-02"), customer(t, "Ana B", FieldBirthday, "--05-17"))
	try := func(x, y int64, o MergeOptions) (fields []MergedField, err error) {
		err = b.Update(context.Background(), "test", func(tx *book.Tx) error {
			fields, err = Merge(tx, x, y, o)
			return err
		})
		return fields, err
	}
	before := dump(t, b)
	fields, err := try(1, 2, MergeOptions{})
	require.Equal(t, &fault.Error{Kind: fault.Conflict, Noun: "customers", Key: "1 and 2", Reason: "they contradict each other in kind and birthday",
		Detail: []string{"kind: Ana is person, Acme is company", "birthday: Ana is 1980-05-17, Acme is 1983-01-02"},
		Hint:   "keep what the first one has with --yes, or take what the other has with --take kind,birthday"}, err)
	require.Contains(t, fields, MergedField{"birthday", "1980-05-17", "1983-01-02", "1980-05-17"}, "what would become of them is said all the same")
	_, err = try(1, 2, MergeOptions{Take: []string{"birthday"}})
	require.ErrorContains(t, err, "they contradict each other in kind")
	require.Equal(t, before, dump(t, b))
	require.Contains(t, merged(t, b, 1, 3, MergeOptions{}), "birthday: 1980-05-17 | --05-17 | 1980-05-17", "the same day without its year is no contradiction")
	require.Contains(t, merged(t, b, 1, 2, MergeOptions{Keep: true, Take: []string{"birthday", "name"}}), "birthday: 1980-05-17 | 1983-01-02 | 1983-01-02")
	require.Equal(t, "Acme person", ask(t, b, `SELECT name || ' ' || kind FROM customers`))
}

func TestMergeRefuses(t *testing.T) {
	b := newBook(t)
	add(t, b, Customer{Name: "Ana"}, Customer{Name: "Eva"}, Customer{Name: "Acme", Kind: "company"}, customer(t, "Luis", FieldCompany, "acme"), Customer{Name: "Gone"})
	update(t, b, func(tx *book.Tx) error {
		_, err := tx.Forget(book.Person{Table: "customers", IDs: []int64{5}, Marks: []book.Mark{{Kind: "name", Text: "gone"}}})
		return err
	})
	for _, c := range []struct {
		a, b int64
		o    MergeOptions
		kind fault.Kind
		text string
	}{
		{1, 1, MergeOptions{}, fault.Usage, "customer 1: she cannot be merged with herself; needed are two customers"},
		{1, 99, MergeOptions{}, fault.NotFound, "customer 99: there is no such customer"},
		{5, 1, MergeOptions{}, fault.Conflict, "customer 5: was erased on 2026-11-22"},
		{1, 5, MergeOptions{}, fault.Conflict, "customer 5: was erased on 2026-11-22"},
		{1, 2, MergeOptions{Take: []string{"birthdy"}}, fault.Usage, `--take: there is no field "birthdy"`},
		{1, 2, MergeOptions{Take: []string{"search"}}, fault.Usage, `--take: there is no field "search"`},
		{1, 2, MergeOptions{Take: []string{"birthday"}}, fault.Usage, "customer 2: birthday: there is nothing to take: she has none"},
		{1, 3, MergeOptions{Keep: true}, fault.Conflict, "customer 1: kind: customers who belong to it, 1, would belong to a person"},
	} {
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
			_, err := Merge(tx, c.a, c.b, c.o)
			return err
		})
		require.EqualError(t, err, c.text)
		require.Equal(t, c.kind, fault.KindOf(err))
	}
	merged(t, b, 1, 3, MergeOptions{Take: []string{"kind"}})
}

func TestMergeTakes(t *testing.T) {
	b := newBook(t)
	run(t, b, `INSERT INTO consultants (ref, name) VALUES ('K1', 'Kim'), ('K2', 'Lou')`)
	x := customer(t, "Ana", FieldRef, "1", FieldEmail, "a@x.com", FieldPhone, "600111222", FieldStage, "customer", FieldEmails, "b@x.com")
	y := customer(t, "Anna", FieldRef, "2", FieldEmail, "b@x.com", FieldPhone, "600 333 444", FieldPhoneLabel, "home", FieldStage, "lost")
	x.Consultant.ID, y.Consultant.ID = 1, 2
	x.PotentialKnown, x.PotentialValue, y.PotentialKnown, y.PotentialValue = true, 1000, true, 2550
	add(t, b, x, y)
	run(t, b, `UPDATE customer_stages SET since_on = '2025-01-01' WHERE customer_id = 1`, `UPDATE customer_stages SET since_on = '2026-01-01' WHERE customer_id = 2`)
	lines := merged(t, b, 1, 2, MergeOptions{Take: []string{"name", "email", "phone", "ref", "stage", "consultant", "potential_value"}})
	for _, line := range []string{"ref: 1 | 2 | 2", "refs:  |  | csv:1", "email: a@x.com | b@x.com | b@x.com", "emails: b@x.com |  | a@x.com",
		"phone: 600111222 | 600 333 444 | 600 333 444", "phone_label:  | home | home", "phones:  |  | 600111222", "stage: customer | lost | lost",
		"consultant: Kim | Lou | Lou", "potential_value: 10.00 | 25.50 | 25.50", "name: Ana | Anna | Anna"} {
		require.Contains(t, lines, line)
	}
	require.Equal(t, "2025-01-01 customer | 2026-01-01 lost", ask(t, b, `SELECT since_on || ' ' || stage FROM customer_stages ORDER BY since_on`))
}

func TestUniteHistories(t *testing.T) {
	rows := func(pairs ...any) (list []datedRow) {
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, datedRow{since: pairs[i].(string), value: pairs[i+1]})
		}
		return list
	}
	for _, c := range []struct{ a, b, want []datedRow }{
		{nil, nil, nil},
		{rows("1", "lead"), nil, rows("1", "lead")},
		{nil, rows("1", "lead"), rows("1", "lead")},
		{rows("2", "customer"), rows("1", "lead"), rows("1", "lead", "2", "customer")},
		{rows("2", "customer"), rows("1", "lead", "3", "lost"), rows("1", "lead", "2", "customer")},
		{rows("2", "customer", "4", nil), rows("1", "lead", "3", "lost"), rows("1", "lead", "2", "customer", "4", "lost")},
		{rows("2", "lead"), rows("1", "lead"), rows("1", "lead")},
		{rows("1", "lead", "3", nil), rows("1", "lost", "2", nil), rows("1", "lead", "3", nil)},
	} {
		require.Equal(t, c.want, uniteHistories(c.a, c.b))
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) (list []datedRow) {
			days := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"1", "2", "3", "4", "5"}), 0, 4, rapid.ID).Draw(t, name)
			slices.Sort(days)
			for _, day := range days {
				list = append(list, datedRow{since: day, value: rapid.SampledFrom([]any{nil, "lead", "lost"}).Draw(t, "value")})
			}
			return list
		}
		a, b := draw("a"), draw("b")
		united := uniteHistories(a, b)
		for _, day := range []string{"0", "1", "2", "3", "4", "5", "6"} {
			want := valueOn(a, day)
			if want == nil {
				want = valueOn(b, day)
			}
			require.Equal(t, want, valueOn(united, day), day)
		}
	})
}

// TestMergeOfALabelledSet merges people who were written down twice in the ways people are.
func TestMergeOfALabelledSet(t *testing.T) {
	b := newBook(t)
	var people []Customer
	for _, p := range labelledPairs(3, 60) {
		for _, r := range []record{p.a, p.b} {
			people = append(people, customer(t, r.name, FieldKind, r.kind, FieldEmail, r.email, FieldEmails, r.further, FieldPhone, r.phone, FieldBirthday, r.birthday,
				FieldAddress, r.address, FieldPostcode, r.postcode, FieldCity, r.city, FieldTags, r.city, FieldStage, Stages[len(people)%4]))
		}
	}
	add(t, b, people...)
	run(t, b, `INSERT INTO customer_links (customer_id, other_id, kind) SELECT id, id % 120 + 1, 'friend' FROM customers UNION SELECT id, (id + 6) % 120 + 1, 'parent' FROM customers`,
		`INSERT INTO duplicate_dismissals (customer_id, other_id, dismissed_on) SELECT id, id + 3, date('2026-01-01', id || ' days') FROM customers WHERE id <= 117`,
		`UPDATE customers SET referred_by_id = id % 7 + 1 WHERE id > 8`)
	for id := int64(1); id < 120; id += 16 {
		merged(t, b, id+1, id, MergeOptions{Keep: true})
	}
}
