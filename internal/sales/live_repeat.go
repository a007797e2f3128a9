package sales

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// ItemsOf is what an order was for, without its prices: the items of another like it. Pieces that an order took back are
// none of them.
func ItemsOf(v *book.View, order int64) ([]Item, error) {
	items, err := book.All(v, func(row book.Scanner) (i Item, err error) {
		err = row.Scan(&i.SKU, &i.Quantity)
		return i, err
	}, `SELECT p.sku, l.quantity FROM order_lines l JOIN products p ON p.id = l.product_id WHERE l.order_id = ? AND l.quantity > 0 ORDER BY l.id`, order)
	if err == nil && len(items) == 0 {
		err = &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(order), Reason: "names no products that could be ordered again"}
	}
	return items, err
}

// LastOrder is a customer's last order that was for products and is neither a return nor cancelled.
func LastOrder(v *book.View, customer int64) (int64, error) {
	id, found, err := book.One(v, book.Scalar[int64], `SELECT id FROM orders o WHERE customer_id = ? AND cancelled_on IS NULL AND (is_history OR confirmed_on IS NOT NULL)
		AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.quantity > 0) ORDER BY ordered_on DESC, id DESC LIMIT 1`, customer)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "she has no order that names products", "list hers with: perla order list --customer NAME")
	}
	return id, err
}
