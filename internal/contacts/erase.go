package contacts

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
)

// people is the table of customers, whose rows the book can forget.
const people = "customers"

// Erasure is what there is to erase of one customer: found before anybody is asked, carried out by Erase.
type Erasure struct {
	Customer Customer
	Done     []book.Forgotten  // what happens to which table
	Backups  []book.HeldBackup // copies of the book in which she is
	Words    bool              // she has a name, e-mail or phone by which files can be looked through

	person book.Person
}

// PlanErasure finds out what erasing a customer would do, without doing it. further names copies of the book that do not
// stand beside it, files or folders.
func PlanErasure(ctx context.Context, b *book.Book, id int64, further []string) (e Erasure, err error) {
	err = b.View(ctx, func(v *book.View) error {
		if e.Customer, err = Get(v, id); err != nil {
			return err
		}
		ids, err := identities(v, id)
		if err != nil {
			return err
		}
		held, err := book.Held(v, people, ids...)
		if err != nil {
			return err
		}
		e.person = book.Person{Table: people, IDs: ids, Marks: marksOf(held, v.Settings().Country)}
		e.Words = len(e.person.Marks) > 0
		return nil
	})
	if err != nil {
		return e, err
	}
	err = b.Rehearse(ctx, false, func(tx *book.Tx) error {
		if err := e.settle(tx); err != nil {
			return err
		}
		e.Done, err = tx.Forget(e.person)
		return err
	})
	if err != nil {
		return e, err
	}
	e.Backups, err = b.BackupsOf(ctx, e.person, further)
	return e, err
}

// identities are the ids of a customer: hers, and those of customers who were merged into her and are gone. The history
// keeps them, since it names what was merged.
func identities(v *book.View, id int64) ([]int64, error) {
	ids := []int64{id}
	merges, err := book.All(v, book.Scalar[string], `SELECT what FROM operations WHERE what LIKE 'customer merge %' ORDER BY id DESC`)
	for _, what := range merges {
		var into int64
		for i, word := range strings.Fields(what)[2:] {
			named, bad := strconv.ParseInt(word, 10, 64)
			switch {
			case bad != nil:
			case i == 0:
				into = named
			case slices.Contains(ids, into) && !slices.Contains(ids, named):
				_, there, failed := book.One(v, book.Scalar[int64], `SELECT id FROM customers WHERE id = ?`, named)
				if err == nil {
					err = failed
				}
				if !there {
					ids = append(ids, named)
				}
			}
		}
	}
	return ids, err
}

// Erase carries an erasure out: personal data are gone from the tables, the full-text index, the history, the log and
// the backups; money, quantities and days stay under her id. It is for good, and it proves itself by reading all bytes
// of the files. Another process that has the book open is a fault.Busy, and then nothing is done.
func Erase(ctx context.Context, b *book.Book, e Erasure) (book.Erased, error) {
	return b.Erase(ctx, fmt.Sprintf("customer erase %d", e.Customer.ID), e.person, e.Backups, e.settle)
}

// settle ends what was still to be done for her: open tasks go, open cases are closed, so that nobody is asked to act
// for nobody.
func (e Erasure) settle(tx *book.Tx) error {
	for _, id := range e.person.IDs {
		if _, err := tx.Exec(`DELETE FROM tasks WHERE customer_id = ? AND done_on IS NULL`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO case_events (case_id, at, kind) SELECT c.id, ?, 'close' FROM cases c WHERE c.customer_id = ?
			AND ifnull((SELECT e.kind FROM case_events e WHERE e.case_id = c.id AND e.kind IN ('close', 'reopen') ORDER BY e.at DESC, e.id DESC LIMIT 1), '') <> 'close'`,
			tx.Now().Truncate(time.Second).Format(time.RFC3339), id); err != nil {
			return err
		}
	}
	return nil
}

// The kinds of marks, for messages.
const (
	nameMark  = "name"
	emailMark = "e-mail"
	phoneMark = "phone"
)

// marksOf are the texts by which a customer can be told: every name, e-mail and phone she has or ever had.
func marksOf(held book.Holding, country string) []book.Mark {
	var marks []book.Mark
	add := func(kind, text string) {
		if m := (book.Mark{Kind: kind, Text: text}); text != "" && !slices.Contains(marks, m) {
			marks = append(marks, m)
		}
	}
	for _, r := range slices.Concat(held.Rows, held.Past) {
		var emails, phones []string
		switch r.Table {
		case people:
			if name := r.Text("name"); name != book.Neutral {
				for _, order := range nameOrders(book.Fold(name)) {
					add(nameMark, order)
				}
			}
			emails, phones = []string{r.Text("email")}, []string{r.Text("phone"), r.Text("phone_e164")}
		case "customer_reaches":
			if r.Text("kind") == emailReach {
				emails = []string{r.Text("value"), r.Text("key")}
			} else {
				phones = []string{r.Text("value"), r.Text("key")}
			}
		}
		for _, e := range emails {
			add(emailMark, book.Fold(e))
		}
		for _, p := range phones {
			for _, writing := range phoneWritings(p, country) {
				add(phoneMark, writing)
			}
		}
	}
	return marks
}

// nameOrders are the orders in which people write a name: as it is, and with the last words first, with a comma or not.
func nameOrders(name string) []string {
	orders := []string{name}
	words := strings.Fields(name)
	for i := 1; i < len(words); i++ {
		first, last := strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		orders = append(orders, last+" "+first, last+", "+first)
	}
	return orders
}

// phoneWritings are the digits of a phone as it is written, with its calling code and without.
func phoneWritings(phone, country string) []string {
	writings := []string{digits(phone)}
	if full := digits(E164(phone, country)); full != "" {
		writings = append(writings, full)
		if r, national := splitCode(full); r != nil {
			writings = append(writings, national)
		}
	}
	return writings
}
