package catalog

import (
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// withSKU selects the id of the product with a stock-keeping unit, ?1. Spaces after a unit are kept as the file that first
// named it wrote them, since a unit is a key of somebody else's system, but they make no other product of it.
const withSKU = `SELECT id FROM products WHERE sku = ?1
	UNION ALL SELECT id FROM products WHERE sku = rtrim(?1)
	UNION ALL SELECT id FROM products WHERE sku >= rtrim(?1) || ' ' AND sku < rtrim(?1) || '!' AND rtrim(sku) = rtrim(?1)
	LIMIT 1`

// Products finds products by their stock-keeping unit and makes an unknown one with the unit as its name, for imports.
func Products(tx *book.Tx) *book.Names {
	today := tx.Today().String()
	return book.NewNames(tx, withSKU, `INSERT INTO products (sku, name, created_on) VALUES (?, ?, ?)`,
		func(sku string) []any { return []any{sku, strings.TrimRight(sku, " "), today} })
}

// KeepSKU is a stock-keeping unit as a file writes it: with the spaces that follow it.
func KeepSKU(cell string) string {
	unit := strings.TrimSpace(cell)
	if kept := strings.TrimLeft(cell, " "); strings.TrimRight(kept, " ") == unit {
		return kept
	}
	return unit
}

// respell gives rows of a file the unit as the book writes it, where only spaces after it differ.
func (im *importer) respell(rows []*Row) error {
	if !im.padded {
		padded, _, err := book.One(im.tx.View, book.Scalar[bool], `SELECT EXISTS (SELECT 1 FROM products WHERE sku <> rtrim(sku))`)
		if err != nil {
			return err
		}
		im.padded = padded
	}
	for _, r := range rows {
		if !im.padded && !strings.HasSuffix(r.SKU, " ") {
			continue
		}
		sku, known, err := book.One(im.tx.View, book.Scalar[string], `SELECT sku FROM products WHERE id = (`+withSKU+`)`, r.SKU)
		if err != nil {
			return err
		}
		if known {
			r.SKU = sku
		}
	}
	return nil
}
