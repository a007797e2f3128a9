package contacts

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Card is a customer with what other tables say of her.
type Card struct {
	Customer
	Refs      []string   // her keys in further systems: source:ref
	Links     []Relation // with others
	Contacts  int64      // of a company: how many active customers belong to it
	Orders    int64      // how many she placed; a negative order is no purchase
	Spent     money.Amount
	LastOrder dates.Date // of a purchase; 0 when there was none
}

// CardOf adds to a customer what there is to say of her as of a day, inclusive: her stage, consultant and removal are
// those of that day, and so are her orders; Spent is net of tax, shipping and returns.
func CardOf(v *book.View, c Customer, asOf dates.Date) (Card, error) {
	if asOf < v.Today() {
		past := reading{asOf: asOf}
		for then, err := range past.read(v, `SELECT ? AS id`, c.ID) {
			if err != nil {
				return Card{}, err
			}
			c = then
		}
	}
	card, _, err := book.One(v, func(row book.Scanner) (card Card, err error) {
		card.Customer = c
		var last string
		if err = row.Scan(&card.Orders, &card.Spent, &last); err == nil && last != "" {
			card.LastOrder, err = dates.ParseISO(last)
		}
		return card, err
	}, `SELECT count(*) FILTER (WHERE net >= 0), ifnull(sum(net), 0), ifnull(max(ordered_on) FILTER (WHERE net >= 0), '')
		FROM orders WHERE customer_id = ?1 AND ordered_on <= ?2 AND (is_history = 1 OR confirmed_on <= ?2)
		AND (cancelled_on IS NULL OR cancelled_on > ?2) AND (returned_on IS NULL OR returned_on > ?2)`, c.ID, asOf.String())
	if err != nil {
		return card, err
	}
	if card.Refs, err = book.All(v, book.Scalar[string], `SELECT ref_source || ':' || ref FROM customer_refs WHERE customer_id = ? ORDER BY ref_source, ref`, c.ID); err != nil {
		return card, err
	}
	if card.Contacts, _, err = book.One(v, book.Scalar[int64], `SELECT count(*) FROM customers WHERE company_id = ? AND archived_on IS NULL`, c.ID); err != nil {
		return card, err
	}
	card.Links, err = Relations(v, c.ID)
	return card, err
}
