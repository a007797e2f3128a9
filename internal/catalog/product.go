// Package catalog owns the products.
package catalog

import "github.com/perla-crm/perla/internal/book"

// Products finds products by their stock-keeping unit and makes an unknown one with the unit as its name, for imports.
func Products(tx *book.Tx) *book.Names {
	today := tx.Today().String()
	return book.NewNames(tx, `SELECT id FROM products WHERE sku = ?`,
		`INSERT INTO products (sku, name, created_on) VALUES (?, ?, ?)`,
		func(sku string) []any { return []any{sku, sku, today} })
}
