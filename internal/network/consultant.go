// Package network owns the consultants.
package network

import "github.com/perla-crm/perla/internal/book"

// Consultants finds consultants by their ref and makes an unknown one with the ref as its name, for imports.
func Consultants(tx *book.Tx) *book.Names {
	return book.NewNames(tx, `SELECT id FROM consultants WHERE ref = ?`, `INSERT INTO consultants (ref, name) VALUES (?, ?)`,
		func(ref string) []any { return []any{ref, ref} })
}
