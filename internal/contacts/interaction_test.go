package contacts

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// goods puts products and consultants into a book.
func goods(tb testing.TB, b *book.Book) {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) error {
		for _, statement := range []string{
			`INSERT INTO products (sku, name, created_on) VALUES ('SER-30', 'Serum', '2026-01-01'), ('CRE-50', 'Cream', '2026-01-01')`,
			`INSERT INTO consultants (ref, name) VALUES ('K1', 'Karla')`,
			`INSERT INTO cases (consultant_id, kind, topic, opened_at) VALUES (1, 'request', 'training', '2026-01-01T00:00:00Z')`,
		} {
			if _, err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestAddInteraction(t *testing.T) {
	b := newBook(t)
	goods(t, b)
	ana := add(t, b, customer(t, "Ana García", FieldEmail, "ana@example.com"))[0]
	with := Link{ana.ID, "Ana García", "ana@example.com"}
	require.Equal(t, Interaction{ID: 1, Customer: with, Date: on(t, "2026-11-22"), Channel: "call", Direction: "out", Kind: "contact"},
		spoken(t, b, ana, ""))
	got := spoken(t, b, ana, "2026-11-02", func(i *Interaction) {
		i.Product, i.Consultant, i.Minutes, i.Timed = Link{Key: "SER-30"}, Link{ID: 1}, 0, true
		require.NoError(t, i.Set(InteractionSummary, " asked for it\n"))
		require.NoError(t, i.Set(InteractionChannel, "WhatsApp"))
		require.NoError(t, i.Set(InteractionDirection, "entrante"))
	})
	require.Equal(t, Interaction{ID: 2, Customer: with, Date: on(t, "2026-11-02"), Channel: "whatsapp", Direction: "in", Kind: "interest",
		Summary: "asked for it", Timed: true, Consultant: Link{1, "Karla", "K1"}, Product: Link{1, "Serum", "SER-30"}}, got)
	require.Equal(t, "comment", spoken(t, b, ana, "", func(i *Interaction) { i.Product, i.Kind = Link{Key: "SER-30"}, "comment" }).Kind)

	for reason, change := range map[string]func(*Interaction){
		"product SER-3O: there is no such product": func(i *Interaction) { i.Product = Link{Key: "SER-3O"} },
		"2026-11-23 lies in the future":            func(i *Interaction) { i.Date = on(t, "2026-11-23") },
		"case 9: there is no such case":            func(i *Interaction) { i.Case = 9 },
		"case 1: it is a case of Karla":            func(i *Interaction) { i.Case = 1 },
	} {
		err := b.Update(t.Context(), "test", func(tx *book.Tx) error {
			i := Interaction{Customer: Link{ID: ana.ID}}
			change(&i)
			_, err := AddInteraction(tx, i)
			return err
		})
		require.ErrorContains(t, err, reason)
		require.NotEqual(t, fault.Unexpected, fault.KindOf(err))
	}
}

func TestSetRefusesOtherWords(t *testing.T) {
	var i Interaction
	require.ErrorContains(t, i.Set(InteractionChannel, "emial"), "did you mean email?")
	require.ErrorContains(t, i.Set(InteractionKind, "complain"), "did you mean complaint?")
	require.ErrorContains(t, i.Set(InteractionDirection, "sideways"), "not one of out, in")
	require.ErrorContains(t, i.Set(InteractionNoAnswer, "perhaps"), "not yes or no")
	require.ErrorContains(t, i.Set(InteractionSummary, "a\x00b"), "NUL")
	require.NoError(t, i.Set(InteractionNoAnswer, "Sí"))
	require.True(t, i.NoAnswer)
	for f, words := range interactionWords {
		for word, means := range words {
			require.Equal(t, book.Fold(word), word, "compared folded")
			require.NoError(t, i.Set(f, word))
			require.NoError(t, i.Set(f, means))
		}
	}
}

func TestEditInteraction(t *testing.T) {
	b := newBook(t)
	goods(t, b)
	people := add(t, b, Customer{Name: "Ana"}, Customer{Name: "Bea"})
	old := spoken(t, b, people[0], "2026-11-02", func(i *Interaction) { i.Summary, i.Outcome = "asked", "bought" })
	edit := func(from Interaction, given InteractionFields) (got Interaction) {
		update(t, b, func(tx *book.Tx) (err error) {
			got, err = EditInteraction(tx, old.ID, from, given)
			return err
		})
		return got
	}
	history := func() (n int) {
		view(t, b, func(v *book.View) error {
			for _, err := range book.History(v, 0) {
				require.NoError(t, err)
				n++
			}
			return nil
		})
		return n
	}
	before := history()
	require.Equal(t, old, edit(Interaction{Summary: "asked"}, InteractionSummary))
	require.Equal(t, before, history(), "what is the same already is no operation")

	got := edit(Interaction{Customer: Link{ID: people[1].ID}, Product: Link{Key: "CRE-50"}}, InteractionCustomer|InteractionProduct|InteractionOutcome)
	want := old
	want.Customer, want.Product, want.Outcome, want.Kind = Link{2, "Bea", "Bea"}, Link{2, "Cream", "CRE-50"}, "", "interest"
	require.Equal(t, want, got)
	require.Equal(t, "interest", edit(Interaction{}, InteractionProduct).Kind, "taking the product off says nothing of the kind")
}

// TestInteractionsUndone holds that each write, taken back, leaves the book as it was, and that a follow-up goes with its
// interaction.
func TestInteractionsUndone(t *testing.T) {
	b := newBook(t)
	goods(t, b)
	ana := add(t, b, Customer{Name: "Ana"})[0]
	talk := spoken(t, b, ana, "2026-11-02")
	task := addTask(t, b, Task{Customer: Link{ID: ana.ID}, What: "ask", DueOn: on(t, "2026-11-30"), Every: recurrence(t, "1m"), Interaction: talk.ID})
	before := tables(t, b)
	for name, write := range map[string]func(tx *book.Tx) error{
		"add with a follow-up": func(tx *book.Tx) error {
			i, err := AddInteraction(tx, Interaction{Customer: Link{ID: ana.ID}})
			require.NoError(t, err)
			_, err = AddTask(tx, Task{Customer: Link{ID: ana.ID}, What: "ask again", DueOn: tx.Today(), Interaction: i.ID})
			return err
		},
		"edit": func(tx *book.Tx) error {
			_, err := EditInteraction(tx, talk.ID, Interaction{Outcome: "x"}, InteractionOutcome)
			return err
		},
		"remove": func(tx *book.Tx) error { _, err := RemoveInteraction(tx, talk.ID); return err },
		"done":   func(tx *book.Tx) error { _, _, err := FinishTask(tx, task.ID, tx.Today(), "y"); return err },
		"snooze": func(tx *book.Tx) error {
			_, err := SnoozeTask(tx, task.ID, func(due dates.Date) (dates.Date, error) { return due + 1, nil })
			return err
		},
		"remove a task": func(tx *book.Tx) error { _, err := RemoveTask(tx, task.ID); return err },
		"edit a task":   func(tx *book.Tx) error { _, err := EditTask(tx, task.ID, func(t *Task) { t.What = "z" }); return err },
	} {
		t.Run(name, func(t *testing.T) {
			update(t, b, write)
			require.NotEqual(t, before, tables(t, b))
			_, err := b.Undo(context.Background(), 0)
			require.NoError(t, err)
			require.Equal(t, before, tables(t, b))
		})
	}
}

// tables is all that the book holds of interactions and tasks.
func tables(tb testing.TB, b *book.Book) (rows []string) {
	tb.Helper()
	view(tb, b, func(v *book.View) (err error) {
		for _, query := range []string{
			`SELECT json_array(id, ref, ref_source, customer_id, happened_on, channel, direction, kind, reached, summary, outcome, minutes,
				consultant_id, product_id, case_id) FROM interactions ORDER BY id`,
			`SELECT json_array(id, customer_id, consultant_id, what, due_on, every, first_due_on, created_on, done_on, outcome, handler_id,
				interaction_id, case_id) FROM tasks ORDER BY id`,
		} {
			found, err := book.All(v, book.Scalar[string], query)
			require.NoError(tb, err)
			rows = append(rows, found...)
		}
		return nil
	})
	return rows
}

// TestDoingAndUndoingTasks draws histories of tasks and takes them back, the last first: every state on the way comes back.
func TestDoingAndUndoingTasks(t *testing.T) {
	b := newBook(t)
	ana := add(t, b, Customer{Name: "Ana"})[0]
	rapid.Check(t, func(rt *rapid.T) {
		var states [][]string
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			before := tables(t, b)
			err := b.Update(t.Context(), "test", func(tx *book.Tx) error {
				var open []Task
				for task, err := range Tasks(tx.View, TaskQuery{AsOf: tx.Today()}) {
					require.NoError(rt, err)
					open = append(open, task)
				}
				if len(open) == 0 || rapid.Bool().Draw(rt, "add") {
					_, err := AddTask(tx, Task{Customer: Link{ID: ana.ID}, What: "call", DueOn: tx.Today().AddDays(rapid.IntRange(-90, 90).Draw(rt, "due")),
						Every: Recurrence{rapid.IntRange(0, 3).Draw(rt, "n"), rapid.SampledFrom([]byte("dwmy")).Draw(rt, "unit")}})
					return err
				}
				_, _, err := FinishTask(tx, rapid.SampledFrom(open).Draw(rt, "task").ID, tx.Today()-dates.Date(rapid.IntRange(0, 60).Draw(rt, "ago")), "done")
				return err
			})
			require.NoError(rt, err)
			states = append(states, before)
		}
		for _, want := range slices.Backward(states) {
			_, err := b.Undo(t.Context(), 0)
			require.NoError(rt, err)
			require.Equal(rt, want, tables(t, b))
		}
	})
}

func TestInteractionsChosen(t *testing.T) {
	b := newBook(t)
	goods(t, b)
	people := add(t, b, Customer{Name: "Ana"}, Customer{Name: "Bea"})
	spoken(t, b, people[0], "2026-11-02", func(i *Interaction) { i.Channel, i.Consultant = "visit", Link{ID: 1} })
	spoken(t, b, people[1], "2026-11-03", func(i *Interaction) { i.Kind, i.Minutes, i.Timed = "complaint", 5, true })
	spoken(t, b, people[0], "2026-11-01", missed)
	spoken(t, b, people[0], "2026-11-22")
	ids := func(q InteractionQuery) (list string) {
		if q.AsOf == 0 {
			q.AsOf = on(t, "2026-11-22")
		}
		view(t, b, func(v *book.View) error {
			for i, err := range Interactions(v, q) {
				require.NoError(t, err)
				require.Empty(t, i.Ref+i.RefSource)
				list += fmt.Sprint(i.ID)
			}
			return nil
		})
		return list
	}
	require.Equal(t, "4213", ids(InteractionQuery{}), "the newest first")
	require.Equal(t, "1234", ids(InteractionQuery{Sort: "id"}))
	require.Equal(t, "2431", ids(InteractionQuery{Sort: "-customer"}))
	require.Equal(t, "2431", ids(InteractionQuery{Sort: "-minutes"}), "those without come last")
	require.Equal(t, "41", ids(InteractionQuery{Customer: 1, Limit: 2}))
	require.Equal(t, "1", ids(InteractionQuery{Channel: "visit"}))
	require.Equal(t, "1", ids(InteractionQuery{Consultant: 1}))
	require.Equal(t, "2", ids(InteractionQuery{Kind: "complaint"}))
	require.Equal(t, "13", ids(InteractionQuery{AsOf: on(t, "2026-11-02")}))
	q := InteractionQuery{}
	q.Days.From, q.Days.To = on(t, "2026-11-02"), on(t, "2026-11-03")
	require.Equal(t, "21", ids(q))
	view(t, b, func(v *book.View) error {
		last, err := LastInteractions(v, 1, on(t, "2026-11-20"), 1)
		require.Len(t, last, 1)
		require.EqualValues(t, 1, last[0].ID)
		_, none := GetInteraction(v, 9)
		require.Equal(t, fault.NotFound, fault.KindOf(none))
		return err
	})
}

func TestConversation(t *testing.T) {
	b := newBook(t)
	people := add(t, b, Customer{Name: "Ana"}, Customer{Name: "Bea"})
	talk := spoken(t, b, people[0], "2026-11-02", func(i *Interaction) { i.Summary, i.Outcome = "asked", "bought" })
	spoken(t, b, people[0], "2026-11-03", func(i *Interaction) { i.Kind, i.NoAnswer = "complaint", true })
	spoken(t, b, people[1], "2026-11-03")
	task := addTask(t, b, Task{Customer: Link{ID: people[0].ID}, What: "ask", DueOn: on(t, "2026-11-30"), Interaction: talk.ID})
	finish(t, b, task.ID, "2026-11-22", "two more")
	lines := func(asOf string) (list []string) {
		view(t, b, func(v *book.View) error {
			for m, err := range Conversation(v, people[0].ID, on(t, asOf)) {
				require.NoError(t, err)
				list = append(list, fmt.Sprintf("%s %s %d: %s", m.On, m.Kind, m.ID, m.Text))
			}
			return nil
		})
		return list
	}
	require.Equal(t, []string{"2026-11-22 task done 1: ask; two more", "2026-11-22 task 1: ask; due 2026-11-30",
		"2026-11-03 interaction 2: call out, complaint, no answer", "2026-11-02 interaction 1: call out: asked; bought"}, lines("2026-11-22"))
	require.Equal(t, []string{"2026-11-02 interaction 1: call out: asked; bought"}, lines("2026-11-02"))
}
