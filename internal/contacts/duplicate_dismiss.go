package contacts

import (
	"fmt"
	"iter"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Dismissal says of two customers that they are not the same, although they look alike.
type Dismissal struct {
	ID   int64
	A, B Party      // A has the lower id
	On   dates.Date // the day somebody said so
}

// Dismiss says that two customers are not the same. Said already, or of an erased one, it is a fault.Conflict; of one
// customer twice a fault.Usage.
func Dismiss(tx *book.Tx, a, b int64) (Dismissal, error) {
	d, known, err := dismissalOf(tx.View, a, b)
	switch {
	case err != nil:
		return d, err
	case known:
		return d, &fault.Error{Kind: fault.Conflict, Noun: "customers", Key: fmt.Sprintf("%d and %d", d.A.ID, d.B.ID),
			Reason: fmt.Sprintf("the pair is dismissed already, since %s", d.On), Hint: fmt.Sprintf("to see it again: perla customer duplicates --undismiss %d %d", d.A.ID, d.B.ID)}
	}
	if err := RefuseErased(tx.View, a, b); err != nil {
		return d, err
	}
	if _, err := tx.Exec(`INSERT INTO duplicate_dismissals (customer_id, other_id, dismissed_on) VALUES (?, ?, ?)`, min(a, b), max(a, b), tx.Today().String()); err != nil {
		return d, err
	}
	d, _, err = dismissalOf(tx.View, a, b)
	return d, err
}

// Undismiss takes a dismissal back and gives it; a fault.Conflict when there is none.
func Undismiss(tx *book.Tx, a, b int64) (Dismissal, error) {
	d, known, err := dismissalOf(tx.View, a, b)
	if err != nil {
		return d, err
	}
	if !known {
		return d, &fault.Error{Kind: fault.Conflict, Noun: "customers", Key: fmt.Sprintf("%d and %d", min(a, b), max(a, b)),
			Reason: "the pair is not dismissed", Hint: "see which are with: perla customer duplicates --dismissed"}
	}
	_, err = tx.Exec(`DELETE FROM duplicate_dismissals WHERE id = ?`, d.ID)
	return d, err
}

// Dismissals are all dismissals, or those of one customer, in order of the ids.
func Dismissals(v *book.View, of int64) iter.Seq2[Dismissal, error] {
	return dismissals(v, `? IN (0, d.customer_id, d.other_id)`, of)
}

func dismissals(v *book.View, where string, args ...any) iter.Seq2[Dismissal, error] {
	return book.Query(v, func(row book.Scanner) (d Dismissal, err error) {
		var day string
		if err = row.Scan(&d.ID, &d.A.ID, &d.A.Name, &d.B.ID, &d.B.Name, &day); err == nil {
			d.On, err = dates.ParseISO(day)
		}
		return d, err
	}, `SELECT d.id, a.id, a.name, b.id, b.name, d.dismissed_on FROM duplicate_dismissals d
		JOIN customers a ON a.id = d.customer_id JOIN customers b ON b.id = d.other_id WHERE `+where+` ORDER BY a.id, b.id`, args...)
}

func dismissalOf(v *book.View, a, b int64) (d Dismissal, known bool, err error) {
	if a == b {
		return d, false, &fault.Error{Kind: fault.Usage, Noun: "customer", Key: fmt.Sprint(a), Reason: "named twice; needed are two customers"}
	}
	for d, err := range dismissals(v, `(d.customer_id, d.other_id) = (?, ?)`, min(a, b), max(a, b)) {
		return d, err == nil, err
	}
	return d, false, nil
}

// dismissedPairs are the pairs that are not to be found again, by their ids, the lower first.
func dismissedPairs(v *book.View) (map[[2]int64]bool, error) {
	pairs := map[[2]int64]bool{}
	for d, err := range Dismissals(v, 0) {
		if err != nil {
			return nil, err
		}
		pairs[[2]int64{d.A.ID, d.B.ID}] = true
	}
	return pairs, nil
}
