package network

import (
	"fmt"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Change is what a command makes of consultants. The zero value changes nothing.
type Change struct {
	From  Consultant // the values of Given
	Given Fields
	Since dates.Date  // the day from which sponsor and status hold; 0 is today, of a new consultant the day she joined
	Phone PhoneReader // reads phone numbers and must be given
}

// OnlyOne are the fields whose values make no sense for more than one consultant.
const OnlyOne = FieldRef | FieldName | FieldEmail | FieldPhone | FieldCustomer

// Set gives a text field a value by its rule; "" empties it.
func (ch *Change) Set(f Fields, text string) error {
	ch.Given |= f
	return ch.From.Set(f, text)
}

// SetDay gives a field of days its value.
func (ch *Change) SetDay(f Fields, day dates.Date) {
	ch.Given |= f
	ch.From.SetDay(f, day)
}

// Create writes a new consultant and gives her as the book has her. A ref that another has is a fault.Conflict. Without a
// name she is called by her ref. A sponsor comes with a selector as her key, a customer with her id.
func Create(tx *book.Tx, ch *Change) (Consultant, error) {
	var k Consultant
	if err := ch.resolve(tx.View); err != nil {
		return k, err
	}
	k.take(&ch.From, ch.Given)
	if k.Name == "" {
		k.Name = k.Ref
	}
	if k.Status == "" {
		k.Status = Statuses[0]
	}
	if ch.Given&FieldJoinedOn == 0 {
		k.JoinedOn = tx.Today()
	}
	if err := mayWrite(tx, &k, ch.Phone); err != nil {
		return k, err
	}
	var err error
	if k.ID, err = tx.NextID("consultants"); err != nil {
		return k, err
	}
	w := writer{tx: tx}
	if err := w.insert(&k); err != nil {
		return k, err
	}
	if err := w.history(&Consultant{}, &k, since(ch.Since, &k, tx.Today())); err != nil {
		return k, err
	}
	return Get(tx.View, k.ID, 0)
}

// since is the day from which sponsor and status of a new consultant hold.
func since(asked dates.Date, k *Consultant, today dates.Date) dates.Date {
	switch {
	case !asked.IsZero():
		return asked
	case !k.JoinedOn.IsZero() && k.JoinedOn < today:
		return k.JoinedOn
	}
	return today
}

// Edit makes a change of the consultants with some ids, each given once, and gives those of them that it changed. What is
// the same already is not written. A sponsor who would be under herself on any day is a fault.Conflict.
func Edit(tx *book.Tx, ids []int64, ch *Change) ([]Consultant, error) {
	if only := ch.Given & OnlyOne; len(ids) > 1 && only != 0 {
		f := only & -only
		return nil, &fault.Error{Kind: fault.Usage, Noun: strconv.Itoa(len(ids)), Key: "consultants", Field: f.Name(), Reason: "they cannot all have the same", Hint: "change it one by one"}
	}
	if err := ch.resolve(tx.View); err != nil {
		return nil, err
	}
	day := ch.Since
	if day.IsZero() {
		day = tx.Today()
	}
	w := writer{tx: tx}
	var touched []int64
	for _, id := range ids {
		old, err := Get(tx.View, id, 0)
		if err != nil {
			return nil, err
		}
		then := old
		if day != tx.Today() {
			if then, err = Get(tx.View, id, day); err != nil {
				return nil, err
			}
		}
		k := old
		k.take(&ch.From, ch.Given)
		if err := mayWrite(tx, &k, ch.Phone); err != nil {
			return nil, err
		}
		changed := k != old
		if ch.Given&dated != 0 && (k.Sponsor.ID != then.Sponsor.ID && ch.Given&FieldSponsor != 0 || k.Status != then.Status && ch.Given&FieldStatus != 0) {
			changed = true
			if ch.Given&FieldSponsor == 0 {
				then.Sponsor = k.Sponsor
			}
			if ch.Given&FieldStatus == 0 {
				then.Status = k.Status
			}
			if err := w.history(&then, &k, day); err != nil {
				return nil, err
			}
		}
		if !changed {
			continue
		}
		if err := w.update(&old, &k); err != nil {
			return nil, err
		}
		touched = append(touched, id)
	}
	return getAll(tx.View, touched)
}

// resolve looks up the sponsor that a change names, and refuses days that cannot be.
func (ch *Change) resolve(v *book.View) error {
	if ch.Since > v.Today() {
		return &fault.Error{Kind: fault.Usage, Noun: "consultant", Reason: ch.Since.String() + " is in the future; a sponsor or status holds from today on at the latest"}
	}
	if ch.From.Sponsor.Key == "" || ch.From.Sponsor.ID != 0 {
		return nil
	}
	k, err := Find(v, ch.From.Sponsor.Key, ch.Phone)
	ch.From.Sponsor = Link{ID: k.ID, Key: k.Ref, Name: k.Name}
	return inField(FieldSponsor.Name(), err)
}

// mayWrite completes a consultant and proves that she may be written.
func mayWrite(tx *book.Tx, k *Consultant, phone PhoneReader) error {
	if err := settle(tx, k, phone); err != nil {
		return err
	}
	other, taken, err := book.One(tx.View, book.Scalar[string], `SELECT printf('%s (id %d)', name, id) FROM consultants WHERE ref = ? AND id <> ?`, k.Ref, k.ID)
	if err == nil && taken {
		return &fault.Error{Kind: fault.Conflict, Noun: "consultant", Key: k.Ref, Reason: fmt.Sprintf("there is one already, %s", other),
			Hint: "change her with: perla consultant edit " + shellWord("ref:"+k.Ref)}
	}
	return err
}

// settle completes a consultant and proves that what is said of her goes together.
func settle(tx *book.Tx, k *Consultant, phone PhoneReader) error {
	refuse := func(f Fields, reason string) error {
		return &fault.Error{Kind: fault.Usage, Noun: "consultant", Key: k.Ref, Field: f.Name(), Reason: reason}
	}
	k.E164 = ""
	if k.Phone != "" {
		k.E164 = phone(k.Phone, tx.Settings().Country)
	}
	switch {
	case k.ID != 0 && k.Sponsor.ID == k.ID:
		return &fault.Error{Kind: fault.Conflict, Noun: "consultant", Key: k.Ref, Field: FieldSponsor.Name(), Reason: "she cannot be her own sponsor"}
	case len(k.Birthday) == 10 && k.Birthday > tx.Today().String():
		return refuse(FieldBirthday, k.Birthday+" lies in the future")
	}
	return nil
}

// Archive removes consultants from the lists as of today; their rows, and all that refers to them, stay. One archived
// already is a fault.Conflict.
func Archive(tx *book.Tx, ids ...int64) ([]Consultant, error) {
	return setArchived(tx, ids, tx.Today())
}

// Restore brings archived consultants back; one that is not archived is a fault.Conflict.
func Restore(tx *book.Tx, ids ...int64) ([]Consultant, error) { return setArchived(tx, ids, 0) }

func setArchived(tx *book.Tx, ids []int64, day dates.Date) ([]Consultant, error) {
	found, err := getAll(tx.View, ids)
	if err != nil {
		return nil, err
	}
	for i := range found {
		k := &found[i]
		reason := ""
		switch {
		case k.ArchivedOn.IsZero() && day.IsZero():
			reason = "is not archived"
		case !k.ArchivedOn.IsZero() && !day.IsZero():
			reason = "is archived already, since " + k.ArchivedOn.String()
		}
		if reason != "" {
			return nil, &fault.Error{Kind: fault.Conflict, Noun: "consultant", Key: k.Ref, Reason: reason}
		}
		k.ArchivedOn = day
		if _, err := tx.Exec(`UPDATE consultants SET archived_on = ? WHERE id = ?`, dayOrNull(day), k.ID); err != nil {
			return nil, err
		}
	}
	return found, nil
}
