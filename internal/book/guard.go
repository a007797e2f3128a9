package book

// unguarded runs fn with the ledgers open: rows of append-only tables may be changed and removed. It is for undo, merge
// and erasure alone, which put a whole set of rows right; everyone else corrects a ledger by adding to it.
func (t *Tx) unguarded(fn func() error) error {
	if _, err := t.Exec(`UPDATE ledger_guard SET open = 1`); err != nil {
		return err
	}
	if err := fn(); err != nil {
		return err // and the guard goes back with the rest of the transaction
	}
	_, err := t.Exec(`UPDATE ledger_guard SET open = 0`)
	return err
}
