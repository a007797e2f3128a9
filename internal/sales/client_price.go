package sales

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// ClientPrice is what one customer pays: a price of her own for a product, or a percentage off one product or all.
type ClientPrice struct {
	ID       int64
	Customer int64
	Product  int64 // 0 for all
	SKU      string
	Price    money.Amount // of a piece, before tax; unless Percent
	Percent  int64        // hundredths of a percent off; 0 where it is a price
	From     dates.Date   // 0 for always
	Until    dates.Date   // 0 for ever
}

// terms are what one customer pays on a day.
type terms struct {
	price map[int64]money.Amount // by product
	off   map[int64]int64        // hundredths of a percent, by product; 0 is all of them
}

// percent is what is taken off a product that she has no price for.
func (t terms) percent(product int64) money.Decimal {
	off, has := t.off[product]
	if !has {
		off = t.off[0]
	}
	return money.Decimal{Digits: off, Scale: 2}
}

// termsOf reads what a customer pays on a day. Of several that hold, the one that began last does; what is said of a
// product comes before what is said of all.
func termsOf(v *book.View, customer int64, day dates.Date) (terms, error) {
	t := terms{price: map[int64]money.Amount{}, off: map[int64]int64{}}
	list, err := ClientPrices(v, customer)
	for _, p := range list {
		if p.From > day || p.Until != 0 && p.Until < day {
			continue
		}
		if p.Percent > 0 { // they come by their first day, so that a later one takes the place of an earlier one
			t.off[p.Product] = p.Percent
			delete(t.price, p.Product)
		} else {
			t.price[p.Product] = p.Price
			delete(t.off, p.Product)
		}
	}
	return t, err
}

// ClientPrices are the terms of a customer, by product and first day; those for all products come first.
func ClientPrices(v *book.View, customer int64) ([]ClientPrice, error) {
	return book.All(v, func(row book.Scanner) (p ClientPrice, err error) {
		var from, until string
		if err = row.Scan(&p.ID, &p.Customer, &p.Product, &p.SKU, &p.Price, &p.Percent, &from, &until); err != nil {
			return p, err
		}
		p.From, _ = dates.ParseISO(from)
		p.Until, _ = dates.ParseISO(until)
		return p, nil
	}, `SELECT t.id, t.customer_id, ifnull(t.product_id, 0), ifnull(p.sku, ''), ifnull(t.price, 0), ifnull(t.percent, 0), ifnull(t.from_on, ''), ifnull(t.until_on, '')
		FROM customer_prices t LEFT JOIN products p ON p.id = t.product_id WHERE t.customer_id = ? ORDER BY p.sku, t.from_on, t.id`, customer)
}

// SetClientPrice says what a customer pays, in place of what was said of the same product from the same day on.
func SetClientPrice(tx *book.Tx, p ClientPrice) error {
	if err := contacts.RefuseErased(tx.View, p.Customer); err != nil {
		return err
	}
	switch {
	case p.Percent == 0 && p.Product == 0:
		return fault.New(fault.Usage, "a price of her own is for a product", "name it, or take a percentage off all: --percent 10")
	case p.From != 0 && p.Until != 0 && p.Until < p.From:
		return fault.New(fault.Usage, fmt.Sprintf("%s is before %s", p.Until, p.From), "")
	}
	price, percent := known(int64(p.Price), p.Percent == 0), known(p.Percent, p.Percent != 0)
	values := []any{p.Customer, known(p.Product, p.Product != 0), dayOrNull(p.From), price, percent, dayOrNull(p.Until)}
	id, found, err := book.One(tx.View, book.Scalar[int64], `SELECT id FROM customer_prices WHERE customer_id = ? AND product_id IS ? AND from_on IS ?`, values[:3]...)
	switch {
	case err != nil:
		return err
	case found:
		_, err = tx.Exec(`UPDATE customer_prices SET price = ?, percent = ?, until_on = ? WHERE id = ? AND (price, percent, until_on) IS NOT (?, ?, ?)`,
			price, percent, values[5], id, price, percent, values[5])
		return err
	}
	_, err = tx.Insert(`INSERT INTO customer_prices (customer_id, product_id, from_on, price, percent, until_on) VALUES (?, ?, ?, ?, ?, ?)`, values...)
	return err
}

// RemoveClientPrices takes away what a customer pays for a product, or for all where it is 0, whatever its days.
func RemoveClientPrices(tx *book.Tx, customer, product int64) error {
	n, err := tx.Exec(`DELETE FROM customer_prices WHERE customer_id = ? AND product_id IS ?`, customer, known(product, product != 0))
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "she has no price of her own for that", "list them with: perla customer price CUSTOMER")
	}
	return err
}
