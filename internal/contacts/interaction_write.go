package contacts

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// AddInteraction writes a new interaction, made with Set, and gives it as the book has it. Customer and consultant come
// with their ids; a product may come with its key alone, and an unknown one is a fault.NotFound. An erased customer is a
// fault.Conflict. Without a day it happened today.
func AddInteraction(tx *book.Tx, i Interaction) (Interaction, error) {
	if i.Date.IsZero() {
		i.Date = tx.Today()
	}
	if err := settleInteraction(tx, &i); err != nil {
		return i, err
	}
	key, _, err := book.One(tx.View, book.Scalar[string], `SELECT `+KeySQL("c")+` FROM customers c WHERE c.id = ?`, i.Customer.ID)
	if err != nil {
		return i, err
	}
	i.Customer.Key = key
	ref, err := freeContentRef(tx.View, "interactions", i.content(nil))
	if err != nil {
		return i, err
	}
	names, values := []string{"ref", "ref_source"}, []any{ref, contentRef}
	for _, s := range storedInteraction {
		names, values = append(names, s.name), append(values, s.value(&i))
	}
	id, err := tx.Insert(`INSERT INTO interactions (`+strings.Join(names, ", ")+`) VALUES (`+marks(len(names))+`)`, values...)
	if err != nil {
		return i, err
	}
	return GetInteraction(tx.View, id)
}

// EditInteraction takes the given fields from an interaction made with Set and gives the interaction as the book then
// has it. What is the same already is not written.
func EditInteraction(tx *book.Tx, id int64, from Interaction, given InteractionFields) (Interaction, error) {
	old, err := GetInteraction(tx.View, id)
	if err != nil {
		return old, err
	}
	i := old
	for _, s := range storedInteraction {
		if given&s.field != 0 {
			s.take(&i, &from)
		}
	}
	if given&(InteractionProduct|InteractionKind) == InteractionProduct && i.Kind == InteractionKinds[0] {
		i.Kind = "" // to follow from the product
	}
	if err := settleInteraction(tx, &i); err != nil {
		return old, err
	}
	var sets []string
	var values []any
	for _, s := range storedInteraction {
		if value := s.value(&i); value != s.value(&old) {
			sets, values = append(sets, s.name+" = ?"), append(values, value)
		}
	}
	if len(sets) == 0 {
		return old, nil
	}
	if _, err := tx.Exec(`UPDATE interactions SET `+strings.Join(sets, ", ")+` WHERE id = ?`, append(values, id)...); err != nil {
		return old, err
	}
	return GetInteraction(tx.View, id)
}

// RemoveInteraction deletes an interaction and gives it as it was. Tasks that came of it stay, and forget where they came
// from.
func RemoveInteraction(tx *book.Tx, id int64) (Interaction, error) {
	i, err := GetInteraction(tx.View, id)
	if err != nil {
		return i, err
	}
	if _, err := tx.Exec(`UPDATE tasks SET interaction_id = NULL WHERE interaction_id = ?`, id); err != nil {
		return i, err
	}
	_, err = tx.Exec(`DELETE FROM interactions WHERE id = ?`, id)
	return i, err
}

// settleInteraction completes an interaction before it is written and refuses what cannot be.
func settleInteraction(tx *book.Tx, i *Interaction) (err error) {
	if i.Date > tx.Today() {
		return &fault.Error{Kind: fault.Usage, Noun: "interaction", Field: InteractionDate.Name(),
			Reason: fmt.Sprintf("%s lies in the future", i.Date), Hint: "plan what is to come with: perla task add"}
	}
	if i.Product.ID == 0 && i.Product.Key != "" {
		if i.Product, err = productNamed(tx.View, i.Product.Key); err != nil {
			return err
		}
	}
	i.complete()
	if err := RefuseErased(tx.View, i.Customer.ID); err != nil {
		return err
	}
	return checkCase(tx.View, i.Case, i.Customer.ID, 0)
}

// checkCase refuses a case that is not there, or is somebody else's: of neither this customer nor this consultant. No
// case is no mistake.
func checkCase(v *book.View, id, customer, consultant int64) error {
	if id == 0 {
		return nil
	}
	type owner struct {
		customer, consultant int64
		name                 string
	}
	of, found, err := book.One(v, func(row book.Scanner) (o owner, err error) {
		err = row.Scan(&o.customer, &o.consultant, &o.name)
		return o, err
	}, `SELECT ifnull(s.customer_id, 0), ifnull(s.consultant_id, 0), coalesce(c.name, k.name) FROM cases s
		LEFT JOIN customers c ON c.id = s.customer_id LEFT JOIN consultants k ON k.id = s.consultant_id WHERE s.id = ?`, id)
	switch {
	case err != nil:
		return err
	case !found:
		return &fault.Error{Kind: fault.NotFound, Noun: "case", Key: fmt.Sprint(id), Reason: "there is no such case", Hint: "list them with: perla case list"}
	case of.customer != customer || of.consultant != consultant:
		return &fault.Error{Kind: fault.Usage, Noun: "case", Key: fmt.Sprint(id), Reason: "it is a case of " + of.name, Hint: "list cases with: perla case list"}
	}
	return nil
}

// productNamed is the product with a stock-keeping unit; a fault.NotFound with the nearest when there is none.
func productNamed(v *book.View, sku string) (Link, error) {
	link, found, err := book.One(v, func(row book.Scanner) (l Link, err error) {
		err = row.Scan(&l.ID, &l.Name, &l.Key)
		return l, err
	}, `SELECT id, name, sku FROM products WHERE sku = ?`, sku)
	if err != nil || found {
		return link, err
	}
	known, err := book.All(v, book.Scalar[string], `SELECT sku FROM products`)
	if err != nil {
		return link, err
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: "product", Key: sku, Reason: "there is no such product"}
	if near := fault.Nearest(sku, known); near != "" {
		e.Hint = "did you mean " + near + "?"
	}
	return link, e
}
