package contacts

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// TestRandomErasures erases 200 people of a large book, ten one by one and the others nineteen at a time, which is what
// erasing somebody does who was merged from nineteen. After each no byte of any file tells of them; in the end every row of the
// others is as it was, and no sum has moved on the way.
func TestRandomErasures(t *testing.T) {
	people, single, batches := 5000, 10, 10
	if testing.Short() {
		people, single, batches = 400, 1, 2
	}
	ctx := context.Background()
	random := rand.New(rand.NewPCG(3, 7))
	b := newBook(t)
	c := newCrowd(people)
	populate(t, b, c, random)
	dir, before, sums := filepath.Dir(b.Path()), rowsOf(t, b), totals(t, b)
	erased := map[int]bool{}
	for i := range single + batches {
		if i == single+batches-2 {
			_, err := b.BackUp(ctx, "")
			require.NoError(t, err)
		}
		var ids []int
		for len(ids) == 0 || i >= single && len(ids) < 19 {
			if id := random.IntN(people) + 1; !erased[id] {
				erased[id], ids = true, append(ids, id)
			}
		}
		if i == 0 {
			require.NotEmpty(t, tellsOf(t, dir, c.telling(ids...)), "the scan finds who is there")
		}
		done := eraseAll(t, b, ids)
		require.Empty(t, done.Traces)
		require.Empty(t, done.Mentions)
		require.NoError(t, b.Close())
		require.Empty(t, tellsOf(t, dir, c.telling(ids...)), "customers %d", ids)
		require.Equal(t, sums, totals(t, b))
	}
	after := rowsOf(t, b)
	hers := holdingOf(t, b, erased)
	for row, was := range before {
		if !hers[row] && after[row] != was {
			// Open tasks and what was all hers is gone; nothing else may be.
			require.True(t, goneWithHer(t, row, was, erased), "%s was %s and is %q", row, was, after[row])
		}
	}
	require.NoError(t, b.Close())
	findings, err := b.Verify(ctx, Checks())
	require.NoError(t, err)
	for _, f := range findings {
		require.Empty(t, f.Problem, f.Check)
	}
}

// eraseAll erases customers in one erasure.
func eraseAll(t testing.TB, b *book.Book, ids []int) book.Erased {
	t.Helper()
	ctx := context.Background()
	plan, err := PlanErasure(ctx, b, int64(ids[0]), nil)
	require.NoError(t, err)
	for _, id := range ids[1:] {
		plan.person.IDs = append(plan.person.IDs, int64(id))
	}
	view(t, b, func(v *book.View) error {
		held, err := book.Held(v, people, plan.person.IDs...)
		plan.person.Marks = marksOf(held, "ES")
		return err
	})
	done, err := Erase(ctx, b, plan)
	require.NoError(t, err)
	if len(ids) == 1 {
		require.Equal(t, plan.Done, done.Done[:len(plan.Done)], "what was planned was done")
	}
	return done
}

// holdingOf are the rows that belong to the erased, as "table id".
func holdingOf(t testing.TB, b *book.Book, erased map[int]bool) map[string]bool {
	t.Helper()
	hers := map[string]bool{}
	var ids []int64
	for id := range erased {
		ids = append(ids, int64(id))
	}
	view(t, b, func(v *book.View) error {
		held, err := book.Held(v, people, ids...)
		for _, r := range held.Rows {
			hers[fmt.Sprintf("%s %d", r.Table, r.ID)] = true
		}
		return err
	})
	return hers
}

// goneWithHer says whether a row that is gone named one of the erased: its second column does, or for a link its third.
func goneWithHer(t testing.TB, row, was string, erased map[int]bool) bool {
	t.Helper()
	table, _, _ := strings.Cut(row, " ")
	if !slices.Contains([]string{"customer_tags", "customer_reaches", "customer_attributes", "customer_links", "tasks"}, table) {
		return false
	}
	for _, value := range strings.Split(was, "|")[1:3] {
		var id int
		if _, err := fmt.Sscan(value, &id); err == nil && erased[id] {
			return true
		}
	}
	return false
}

// TestEraseKilled kills an erasure at any moment: either she is there with all that is hers, or she is gone; nobody else
// has lost anything, and the erasure can be given again.
func TestEraseKilled(t *testing.T) {
	ctx := context.Background()
	if path := os.Getenv("CONTACTS_TEST_ERASE"); path != "" {
		b, err := book.Open(ctx, path, testNow)
		require.NoError(t, err)
		plan, err := PlanErasure(ctx, b, 7, nil)
		require.NoError(t, err)
		_, err = Erase(ctx, b, plan)
		require.NoError(t, err)
		return
	}
	original := newBook(t)
	c := newCrowd(300)
	populate(t, original, c, rand.New(rand.NewPCG(3, 7)))
	_, err := original.BackUp(ctx, "")
	require.NoError(t, err)
	whole := rowsOf(t, original)
	require.NoError(t, original.Update(ctx, "nothing", func(*book.Tx) error { return nil })) // a connection that writes takes the log away
	require.NoError(t, original.Close())
	steps := 12
	if testing.Short() {
		steps = 4
	}
	killed := 0
	for step := range steps {
		path := filepath.Join(t.TempDir(), "book.db")
		for _, suffix := range []string{"", ".20261122T100000Z.bak"} {
			text, err := os.ReadFile(original.Path() + suffix)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path+suffix, text, 0o600))
		}
		cmd := eraseElsewhere(t, path)
		require.NoError(t, cmd.Start())
		time.AfterFunc(time.Duration(step*step)*time.Duration(432/steps/steps)*time.Millisecond, func() { _ = cmd.Process.Kill() })
		if cmd.Wait() != nil {
			killed++
		}
		if now := rowsIn(t, path); !strings.Contains(now["customers 7"], "(erased)") {
			require.Equal(t, whole, now, "killed before the commit: nothing is lost")
		}
		out, err := eraseElsewhere(t, path).CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Empty(t, tellsOf(t, filepath.Dir(path), c.telling(7)), "killed after %d steps, and begun again", step)
		again := rowsIn(t, path)
		for _, row := range []string{"customers 8", "orders 9", "interactions 8"} {
			require.Equal(t, whole[row], again[row])
		}
	}
	require.NotZero(t, killed)
}

// eraseElsewhere is a process that erases customer 7.
func eraseElsewhere(t testing.TB, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "-test.run=^TestEraseKilled$")
	cmd.Env = append(os.Environ(), "CONTACTS_TEST_ERASE="+path)
	return cmd
}

// rowsIn is rowsOf of a file.
func rowsIn(t testing.TB, path string) map[string]string {
	t.Helper()
	b, err := book.Open(context.Background(), path, testNow)
	require.NoError(t, err)
	defer func() { require.NoError(t, b.Close()) }()
	return rowsOf(t, b)
}

func TestEraseEndsWhatWasToDo(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	c := newCrowd(40)
	populate(t, b, c, rand.New(rand.NewPCG(3, 7)))
	for _, id := range []int64{10, 20} {
		plan, err := PlanErasure(ctx, b, id, nil)
		require.NoError(t, err)
		_, err = Erase(ctx, b, plan)
		require.NoError(t, err)
	}
	view(t, b, func(v *book.View) error {
		found, err := book.All(v, book.Scalar[string], `SELECT what FROM tasks WHERE customer_id IN (10, 20) ORDER BY id`)
		require.NoError(t, err)
		require.Equal(t, []string{book.Neutral}, found, "what was done stays, without its text; what was to do goes")
		kinds, err := book.All(v, book.Scalar[string], `SELECT e.kind || ifnull(' ' || e.text, '') FROM case_events e JOIN cases c ON c.id = e.case_id WHERE c.customer_id = 10`)
		require.NoError(t, err)
		require.Equal(t, []string{"note", "close"}, kinds)
		for _, old := range []string{c.names[10], c.emails[10], c.phones[10], "ref:R-00010", home(10)} {
			_, err := Find(v, old)
			require.Equal(t, fault.NotFound, fault.KindOf(err), old)
		}
		return nil
	})
	_, err := PlanErasure(ctx, b, 999, nil)
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}

// TestEraseTellsNamesakesApart wants rows of others found and left alone: who has her name, who shares her phone, who
// speaks of her.
func TestEraseTellsNamesakesApart(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	require.NoError(t, b.Update(ctx, "add", func(tx *book.Tx) error {
		for _, c := range []struct{ name, email, phone, notes string }{
			{"Ana García Ruiz", "ana@mail.example", "600 111 222", ""},
			{"ANA GARCIA RUIZ", "other@mail.example", "", ""},
			{"Luis Pérez", "", "+34 600-111-222", ""},
			{"Bea Luz", "", "", "sister of García Ruiz, Ana; write to Ana@Mail.Example"},
			{"Mariana Garcia-Ruiz", "", "600 111 223", ""},
		} {
			e164 := E164(c.phone, "ES")
			if _, err := tx.Insert(`INSERT INTO customers (name, email, phone, phone_e164, notes, created_on, name_key, search) VALUES (?, ?, ?, ?, ?, '2026-01-01', ?, ?)`,
				c.name, orNull(c.email), orNull(c.phone), orNull(e164), orNull(c.notes), book.Fold(c.name), SearchText(c.name, c.email, c.phone, e164)); err != nil {
				return err
			}
		}
		return nil
	}))
	before := rowsOf(t, b)
	plan, err := PlanErasure(ctx, b, 1, nil)
	require.NoError(t, err)
	done, err := Erase(ctx, b, plan)
	require.NoError(t, err)
	require.Empty(t, done.Traces)
	var mentions []string
	for _, m := range done.Mentions {
		mentions = append(mentions, m.String())
	}
	require.Equal(t, []string{"customer 2 (name, name_key, search)", "customer 3 (phone, phone_e164, search)", "customer 4 (notes)"}, mentions)
	after := rowsOf(t, b)
	for id := 2; id <= 5; id++ {
		row := fmt.Sprintf("customers %d", id)
		require.Equal(t, before[row], after[row])
	}
}

func TestMarksOf(t *testing.T) {
	b := newBook(t)
	require.NoError(t, b.Update(context.Background(), "add", func(tx *book.Tx) error {
		_, err := tx.Exec(`INSERT INTO customers (name, email, phone, phone_e164, created_on, name_key, search) VALUES ('Ana García', 'ana@x.example', '600 111 222', '+34600111222', '2026-01-01', 'ana garcia', 'x')`)
		return err
	}))
	require.NoError(t, b.Update(context.Background(), "edit", func(tx *book.Tx) error {
		_, err := tx.Exec(`UPDATE customers SET name = 'Ana Ruiz', phone = '930 123 456', phone_e164 = NULL`)
		return err
	}))
	view(t, b, func(v *book.View) error {
		held, err := book.Held(v, people, 1)
		require.NoError(t, err)
		var marks []string
		for _, m := range marksOf(held, "ES") {
			marks = append(marks, m.Kind+" "+m.Text)
		}
		require.Equal(t, []string{"name ana ruiz", "name ruiz ana", "name ruiz, ana", "e-mail ana@x.example", "phone 930123456", "phone 34930123456",
			"name ana garcia", "name garcia ana", "name garcia, ana", "phone 600111222", "phone 34600111222"}, marks, "those she had before, too")
		return nil
	})
}

// TestEraseReachesWhoWasMerged erases one who took in another, who had taken in a third: their data are hers, in the
// history and in a backup from before. Somebody else's merging, which changed her row as well, is none of hers.
func TestEraseReachesWhoWasMerged(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	people := add(t, b, customer(t, "Ana García Ruiz", FieldEmail, "ana@mail.example"), customer(t, "Anita Ruiz Gómez", FieldPhone, "600 111 222"),
		customer(t, "A. G. Ruiz Gómez", FieldRef, "Z-1"), customer(t, "Dora Prieto Sanz"), customer(t, "Dorita Prieto Sanz", FieldCity, "Lugo"))
	require.NoError(t, b.Update(ctx, "customer edit 1", func(tx *book.Tx) error {
		_, err := tx.Exec(`UPDATE customers SET referred_by_id = ? WHERE id = ?`, people[4].ID, people[0].ID)
		return err
	}))
	_, err := b.BackUp(ctx, "")
	require.NoError(t, err)
	for _, pair := range [][2]int64{{2, 3}, {1, 2}, {4, 5}} {
		require.NoError(t, b.Update(ctx, fmt.Sprintf("customer merge %d %d", pair[0], pair[1]), func(tx *book.Tx) error {
			_, err := Merge(tx, pair[0], pair[1], MergeOptions{Keep: true})
			return err
		}))
	}
	dora := rowsOf(t, b)["customers 4"]
	plan, err := PlanErasure(ctx, b, 1, nil)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 2, 3}, plan.person.IDs)
	done, err := Erase(ctx, b, plan)
	require.NoError(t, err)
	require.Empty(t, done.Traces)
	require.Empty(t, done.Mentions)
	require.Equal(t, dora, rowsOf(t, b)["customers 4"])
	require.NoError(t, b.Close())
	require.Empty(t, tellsOf(t, filepath.Dir(b.Path()), [][]byte{[]byte("ruiz"), []byte("600111222"), []byte("600 111 222"), []byte("z-1")}))
	kept, err := book.Open(ctx, b.Path()+".20261122T100000Z.bak", testNow)
	require.NoError(t, err)
	defer func() { require.NoError(t, kept.Close()) }()
	view(t, kept, func(v *book.View) error {
		names, err := book.All(v, book.Scalar[string], `SELECT name FROM customers ORDER BY id`)
		require.Equal(t, []string{"(erased)", "(erased)", "(erased)", "Dora Prieto Sanz", "Dorita Prieto Sanz"}, names)
		return err
	})
}
