package catalog

import (
	"cmp"
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Expected is what was ordered from the maker, and how much of it has come under the same document.
type Expected struct {
	Product  int64
	SKU      string
	Name     string
	Document string
	Quantity int64
	Received int64
	Left     int64        // to come; 0 once it is closed
	Cost     money.Amount // of a piece
	HasCost  bool
	On       dates.Date // the day it should come; 0 when nobody has said
	ClosedOn dates.Date // the day it was said that no more will come; 0 before
}

// Expect books what is to come of a product under a document, in place of what was to come under it before.
func Expect(tx *book.Tx, e Expected) error {
	if e.Quantity < 1 {
		return fault.New(fault.Usage, fmt.Sprintf("%d pieces: needed is 1 or more", e.Quantity), "to expect no more of it: --close")
	}
	args := []any{e.Quantity, knownOr(int64(e.Cost), e.HasCost), dayOrNull(e.On), e.Product, e.Document}
	n, err := tx.Exec(`UPDATE stock_expected SET quantity = ?1, unit_cost = ?2, expected_on = ?3, closed_on = NULL
		WHERE product_id = ?4 AND document = ?5 AND (quantity, unit_cost, expected_on, closed_on) IS NOT (?1, ?2, ?3, NULL)`, args...)
	if err != nil || n > 0 {
		return err
	}
	_, err = tx.Exec(`INSERT INTO stock_expected (quantity, unit_cost, expected_on, product_id, document)
		SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM stock_expected WHERE product_id = ?4 AND document = ?5)`, args...)
	return err
}

// CloseExpected says that no more of a product will come under a document. One that was never expected is a
// fault.NotFound.
func CloseExpected(tx *book.Tx, product int64, document string) error {
	n, err := tx.Exec(`UPDATE stock_expected SET closed_on = ? WHERE product_id = ? AND document = ? AND closed_on IS NULL`, tx.Today().String(), product, document)
	if err != nil || n > 0 {
		return err
	}
	_, known, err := book.One(tx.View, book.Scalar[int64], `SELECT 1 FROM stock_expected WHERE product_id = ? AND document = ?`, product, document)
	if err == nil && !known {
		err = &fault.Error{Kind: fault.NotFound, Noun: "document", Key: document, Reason: "nothing of the product is expected under it", Hint: "see: perla stock expected"}
	}
	return err
}

// ExpectedOf is what was expected of a product under a document; with product 0 of all, with document "" under all: what
// is still to come on a day, the soonest first, and with every also what has come or was closed. A day of 0 is today.
func ExpectedOf(v *book.View, day dates.Date, product int64, document string, every bool) ([]Expected, error) {
	day = cmp.Or(day, v.Today())
	return book.All(v, func(row book.Scanner) (e Expected, err error) {
		var cost *int64
		var on, closed string
		if err = row.Scan(&e.Product, &e.SKU, &e.Name, &e.Document, &e.Quantity, &e.Received, &e.Left, &cost, &on, &closed); err != nil {
			return e, err
		}
		if cost != nil {
			e.Cost, e.HasCost = money.Amount(*cost), true
		}
		e.On, _ = dates.ParseISO(on)
		e.ClosedOn, _ = dates.ParseISO(closed)
		return e, nil
	}, `SELECT product_id, sku, name, document, quantity, received, left_over, unit_cost, ifnull(expected_on, ''), ifnull(closed_on, '') FROM (
			SELECT *, CASE WHEN closed_on IS NULL THEN max(quantity - received, 0) ELSE 0 END AS left_over FROM (
				SELECT e.id, e.product_id, p.sku, p.name, e.document, e.quantity, e.unit_cost, e.expected_on, CASE WHEN e.closed_on <= ?1 THEN e.closed_on END AS closed_on,
					ifnull((SELECT sum(m.quantity) FROM stock_moves m WHERE m.document = e.document AND m.product_id = e.product_id AND m.kind = 'receive' AND m.moved_on <= ?1), 0) AS received
				FROM stock_expected e JOIN products p ON p.id = e.product_id
				WHERE ?2 IN (0, e.product_id) AND ?3 IN ('', e.document)))
		WHERE ?4 OR left_over > 0 ORDER BY expected_on IS NULL, expected_on, document, sku`, day.String(), product, document, every)
}
