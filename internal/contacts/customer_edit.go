package contacts

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Add writes a new customer, made with Set, and gives her as the book has her. A ref that another customer of the same
// source has is a fault.Conflict. The consultant comes with its id; company and referrer may come with a selector as
// their key.
func Add(tx *book.Tx, c Customer) (Customer, error) { return Create(tx, &Change{From: c}) }

// Create is Add for a customer with single elements and links beside her fields.
func Create(tx *book.Tx, ch *Change) (Customer, error) {
	if err := ch.resolve(tx); err != nil {
		return Customer{}, err
	}
	c := ch.From
	if c.Kind == "" {
		c.Kind = Kinds[0]
	}
	if c.CreatedOn.IsZero() {
		c.CreatedOn = tx.Today()
	}
	if err := ch.applyElements(&c, tx.Settings().Country, true); err != nil {
		return c, err
	}
	if err := ch.settle(tx, &c, &Customer{}); err != nil {
		return c, err
	}
	var err error
	if c.ID, err = tx.NextID("customers"); err != nil {
		return c, err
	}
	if err := newSaver(tx).insert([]Customer{c}); err != nil {
		return c, err
	}
	if _, err := ch.writeLinks(tx, []int64{c.ID}); err != nil {
		return c, err
	}
	return Get(tx.View, c.ID)
}

// editedAtOnce is how many customers are read, changed and written in one go.
const editedAtOnce = 5000

// Edit makes a change of the customers with some ids, each given once, and gives those of them that were changed by it,
// as the book then has them. What is the same already is not written. What can be only one's own (name, ref, e-mails,
// phones) is a fault.Usage for several.
func Edit(tx *book.Tx, ids []int64, ch *Change) ([]Customer, error) {
	if only := ch.fields() & onlyOne; len(ids) > 1 && only != 0 {
		f := only & -only
		return nil, &fault.Error{Kind: fault.Usage, Noun: strconv.Itoa(len(ids)), Key: "customers", Field: f.Name(), Reason: "they cannot all have the same", Hint: "change it one by one"}
	}
	if err := ch.resolve(tx); err != nil {
		return nil, err
	}
	s := newSaver(tx)
	var touched []int64
	for part := range slices.Chunk(ids, editedAtOnce) {
		done, err := ch.edit(tx, s, part, len(ids) == 1)
		if err != nil {
			return nil, err
		}
		touched = append(touched, done...)
	}
	linked, err := ch.writeLinks(tx, ids)
	if err != nil {
		return nil, err
	}
	touched = append(touched, linked...)
	slices.Sort(touched)
	return GetAll(tx.View, slices.Compact(touched))
}

// edit changes the fields of some customers and gives the ids of those that changed.
func (ch *Change) edit(tx *book.Tx, s *saver, ids []int64, alone bool) (done []int64, err error) {
	found, err := GetAll(tx.View, ids)
	if err != nil {
		return nil, err
	}
	if len(found) < len(ids) {
		return nil, notThere(ids, found)
	}
	var changes []changed
	for i := range found {
		old, c := &found[i], found[i]
		if !old.ErasedOn.IsZero() {
			return nil, wasErased(old.ID, old.ErasedOn)
		}
		c.take(&ch.From, ch.Given)
		if err := ch.applyElements(&c, tx.Settings().Country, alone); err != nil {
			return nil, err
		}
		if err := ch.settle(tx, &c, old); err != nil {
			return nil, err
		}
		if differ(old, &c) != 0 || !foldsAlike(old, &c) || sidesDiffer(old, &c) {
			changes, done = append(changes, changed{*old, c}), append(done, c.ID)
		}
	}
	return done, s.update(changes)
}

// jsonIDs writes ids for json_each, so that one statement can be about any number of them.
func jsonIDs(ids []int64) string {
	b := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(append(b, ']'))
}

// notThere says which of some ids nobody has.
func notThere(ids []int64, found []Customer) error {
	for _, id := range ids {
		if !slices.ContainsFunc(found, func(c Customer) bool { return c.ID == id }) {
			return noCustomer(strconv.FormatInt(id, 10))
		}
	}
	return fmt.Errorf("%d customers were asked for and %d found", len(ids), len(found))
}

func noCustomer(key string) *fault.Error {
	return &fault.Error{Kind: fault.NotFound, Noun: "customer", Key: key, Reason: "there is no such customer"}
}

// resolve looks up, once, whom the links of a change name.
func (ch *Change) resolve(tx *book.Tx) error {
	company, err := resolveLink(tx, &ch.From.Company, FieldCompany)
	if err != nil {
		return err
	}
	if company.ID != 0 && company.Kind != Kinds[1] {
		return &fault.Error{Kind: fault.Conflict, Noun: "customer", Key: fmt.Sprint(company.ID), Reason: company.Name + " is a person, not a company",
			Hint: fmt.Sprintf("if it is a company after all: perla customer edit %d --kind company", company.ID)}
	}
	if _, err := resolveLink(tx, &ch.From.ReferredBy, FieldReferredBy); err != nil {
		return err
	}
	return ch.resolveLinks(tx)
}

// resolveLink finds whom a link names, when it came as a selector.
func resolveLink(tx *book.Tx, link *Link, f Fields) (other Customer, err error) {
	if link.ID != 0 || link.Key == "" {
		return other, nil
	}
	if other, err = FindWritable(tx.View, link.Key); err != nil {
		return other, inField(f.Name(), err)
	}
	link.ID = other.ID
	return other, nil
}

// inField names the field in which something was not found.
func inField(field string, err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		known.Field = field
	}
	return err
}

// settle proves that a completed customer may be written in place of what she was.
func (ch *Change) settle(tx *book.Tx, c, old *Customer) error {
	refuse := func(f Fields, reason string) error {
		e := &fault.Error{Kind: fault.Usage, Noun: "customer", Field: f.Name(), Reason: reason}
		if c.ID != 0 {
			e.Key = strconv.FormatInt(c.ID, 10)
		}
		return e
	}
	switch {
	case c.Name == "":
		return refuse(FieldName, "a name is needed")
	case c.ID != 0 && c.Company.ID == c.ID:
		return refuse(FieldCompany, "she cannot be her own")
	case c.ID != 0 && c.ReferredBy.ID == c.ID:
		return refuse(FieldReferredBy, "she cannot be her own")
	case c.Email == "" && ch.From.EmailLabel != "":
		return refuse(FieldEmailLabel, "there is no e-mail to label")
	case c.Phone == "" && ch.From.PhoneLabel != "":
		return refuse(FieldPhoneLabel, "there is no phone to label")
	}
	if err := c.checkDays(tx.Today()); err != nil {
		return refuse(FieldBirthday, fmt.Sprintf("%s %v", c.Birthday, err))
	}
	if err := c.checkCadence(); err != nil {
		return refuse(FieldContactWithin, err.Error())
	}
	switch {
	case c.Ref == "":
		c.RefSource = ""
		return nil
	case c.RefSource == "":
		c.RefSource = RefSource
	}
	if c.Ref == old.Ref && c.RefSource == old.RefSource {
		return nil
	}
	return c.checkRef(tx)
}

// checkRef refuses a ref that names another customer.
func (c *Customer) checkRef(tx *book.Tx) error {
	others, err := readAll(tx.View, `SELECT id FROM customers WHERE ref = ? AND ref_source = ? AND id <> ?
		UNION SELECT customer_id FROM customer_refs WHERE ref = ? AND ref_source = ?`, c.Ref, c.RefSource, c.ID, c.Ref, c.RefSource)
	if err != nil || len(others) == 0 {
		return err
	}
	o := others[0]
	if o.ID == c.ID {
		return &fault.Error{Kind: fault.Conflict, Noun: "customer", Key: fmt.Sprint(c.ID), Field: "ref",
			Reason: fmt.Sprintf("%q of source %s is one of her further refs already", c.Ref, c.RefSource)}
	}
	return &fault.Error{Kind: fault.Conflict, Noun: "customer", Field: "ref",
		Reason: fmt.Sprintf("%q of source %s is the ref of %s (id %d) already", c.Ref, c.RefSource, o.Name, o.ID),
		Hint:   fmt.Sprintf("change that customer with: perla customer edit %d, or name another source with --ref-source", o.ID)}
}

// Archive removes customers from the lists as of today; their rows, and all that refers to them, stay. One archived
// already is a fault.Conflict.
func Archive(tx *book.Tx, ids ...int64) ([]Customer, error) {
	return setArchived(tx, ids, tx.Today())
}

// Restore brings archived customers back; one who is not archived, or was erased, is a fault.Conflict.
func Restore(tx *book.Tx, ids ...int64) ([]Customer, error) { return setArchived(tx, ids, 0) }

func setArchived(tx *book.Tx, ids []int64, day dates.Date) ([]Customer, error) {
	found, err := GetAll(tx.View, ids)
	if err != nil {
		return nil, err
	}
	if len(found) < len(ids) {
		return nil, notThere(ids, found)
	}
	for i := range found {
		c := &found[i]
		reason := ""
		switch {
		case !c.ErasedOn.IsZero():
			return nil, wasErased(c.ID, c.ErasedOn)
		case c.ArchivedOn.IsZero() && day.IsZero():
			reason = c.Name + " is not archived"
		case !c.ArchivedOn.IsZero() && !day.IsZero():
			reason = fmt.Sprintf("%s is archived already, since %s", c.Name, c.ArchivedOn)
		}
		if reason != "" {
			return nil, &fault.Error{Kind: fault.Conflict, Noun: "customer", Key: fmt.Sprint(c.ID), Reason: reason}
		}
		c.ArchivedOn = day
	}
	_, err = tx.Exec(`UPDATE customers SET archived_on = ? WHERE id IN (SELECT value FROM json_each(?))`, orNull(dayText(day)), jsonIDs(ids))
	return found, err
}
