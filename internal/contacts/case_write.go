package contacts

import (
	"fmt"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// AddCase opens a case of a client or of a consultant, at c.OpenedAt or now, with events of the same instant. The kind,
// when there is none, is a request, and the priority normal. An unknown product is a fault.NotFound, an
// erased client a fault.Conflict.
func AddCase(tx *book.Tx, c Case, events ...CaseEvent) (Case, error) {
	if c.Kind == "" {
		c.Kind = CaseKinds[0]
	}
	if c.Priority == "" {
		c.Priority = CasePriorities[1]
	}
	opened, err := pastInstant(tx, c.OpenedAt)
	if err != nil {
		return c, err
	}
	topic, err := caseText("topic", c.Topic, true)
	if err != nil {
		return c, err
	}
	product, err := productID(tx.View, c.Product)
	if err != nil {
		return c, err
	}
	if err := RefuseErased(tx.View, c.CustomerID); err != nil {
		return c, err
	}
	c.Topic, c.OpenedAt = topic, opened
	ref, err := ownRef(tx.View, c)
	if err != nil {
		return c, err
	}
	id, err := tx.Insert(`INSERT INTO cases (ref, ref_source, customer_id, consultant_id, kind, topic, priority, channel, opened_at, order_id, product_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, ref, contentRef, idOrNull(c.CustomerID), idOrNull(c.ConsultantID), c.Kind, topic, c.Priority, orNull(c.Channel),
		instantText(opened), idOrNull(c.OrderID), idOrNull(product))
	if err != nil {
		return c, err
	}
	for _, e := range events {
		e.At = opened
		if err := writeCaseEvent(tx, id, e); err != nil {
			return c, err
		}
	}
	return caseNow(tx, id)
}

// ownRef makes the ref of a case that a hand writes, of what it says, so that a file of it read again finds it.
func ownRef(v *book.View, c Case) (string, error) {
	key, _, err := book.One(v, book.Scalar[string], `SELECT `+KeySQL("c")+` FROM customers c WHERE c.id = ?`, c.CustomerID)
	if err != nil {
		return "", err
	}
	ref, _, err := book.One(v, book.Scalar[string], `SELECT ref FROM consultants WHERE id = ?`, c.ConsultantID)
	if err != nil {
		return "", err
	}
	c.customerKey, c.consultantRef = key, ref
	return freeContentRef(v, "cases", c.content())
}

// AddCaseEvent writes what became of a case, at e.At or now, and gives the case as it then is. What its status does not
// allow is a fault.Conflict, an instant before its opening or to come a fault.Usage. A note and a response need a text.
func AddCaseEvent(tx *book.Tx, id int64, e CaseEvent) (Case, error) {
	c, err := FindCase(tx.View, id, 0)
	if err == nil {
		err = RefuseErased(tx.View, c.CustomerID)
	}
	if err != nil {
		return c, err
	}
	if e.Kind == CaseAssign && e.HandlerID == 0 {
		return c, fault.New(fault.Usage, "who is to handle the case is not named", "name a consultant by ref")
	}
	if e.At, err = pastInstant(tx, e.At); err != nil {
		return c, err
	}
	if err := c.refuse(e); err != nil {
		return c, err
	}
	if err := writeCaseEvent(tx, id, e); err != nil {
		return c, err
	}
	return caseNow(tx, id)
}

func writeCaseEvent(tx *book.Tx, id int64, e CaseEvent) error {
	text, err := caseText(e.Kind, e.Text, e.Kind == CaseNote || e.Kind == CaseResponse)
	if err != nil {
		return err
	}
	_, err = tx.Insert(`INSERT INTO case_events (case_id, at, kind, text, handler_id) VALUES (?, ?, ?, ?, ?)`,
		id, instantText(e.At), e.Kind, orNull(text), idOrNull(e.HandlerID))
	return err
}

// EditCase writes the kind, topic, priority, channel, order and product of a case where they differ from those of the book,
// and gives it as it then is.
func EditCase(tx *book.Tx, c Case) (Case, error) {
	before, err := FindCase(tx.View, c.ID, 0)
	if err != nil {
		return c, err
	}
	if c.Topic, err = caseText("topic", c.Topic, true); err != nil {
		return c, err
	}
	about := func(c Case) [6]any { return [6]any{c.Kind, c.Topic, c.Priority, c.Channel, c.OrderID, c.Product} }
	if about(c) != about(before) {
		if err := RefuseErased(tx.View, c.CustomerID); err != nil {
			return c, err
		}
		product, err := productID(tx.View, c.Product)
		if err != nil {
			return c, err
		}
		if _, err := tx.Exec(`UPDATE cases SET kind = ?, topic = ?, priority = ?, channel = ?, order_id = ?, product_id = ? WHERE id = ?`,
			c.Kind, c.Topic, c.Priority, orNull(c.Channel), idOrNull(c.OrderID), idOrNull(product), c.ID); err != nil {
			return c, err
		}
	}
	return caseNow(tx, c.ID)
}

// caseNow is a case with all that became of it up to today.
func caseNow(tx *book.Tx, id int64) (Case, error) {
	return FindCase(tx.View, id, tx.Today())
}

// caseText is a text as it is stored.
func caseText(field, text string, needed bool) (string, error) {
	clean, err := cleanText(text)
	switch {
	case err != nil:
		return "", fault.New(fault.Usage, fmt.Sprintf("%s: %q %v", field, text, err), "")
	case needed && clean == "":
		return "", fault.New(fault.Usage, "the "+field+" of a case cannot be empty", "")
	}
	return clean, nil
}

// pastInstant is an instant to the second, now for none. One to come is refused.
func pastInstant(tx *book.Tx, at time.Time) (time.Time, error) {
	now := tx.Now().Truncate(time.Second)
	switch {
	case at.IsZero():
		return now, nil
	case at.After(now):
		return at, &fault.Error{Kind: fault.Usage, Field: "--at", Reason: at.In(tx.Settings().Zone).Format(clockForm) + " lies in the future", Hint: "leave --at out for now"}
	}
	return at.Truncate(time.Second), nil
}

func instantText(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// productID is the id of the product with a sku, 0 for none.
func productID(v *book.View, sku string) (int64, error) {
	if sku == "" {
		return 0, nil
	}
	product, err := productNamed(v, sku)
	return product.ID, err
}
