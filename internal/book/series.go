package book

import "context"

// Series is one operation that is made in several transactions: that of a command whose work leaves the house piece by
// piece, so that what has gone out is kept, piece by piece, before the next does. What it did so far is one operation,
// whenever it is stopped.
type Series struct {
	book *Book
	what string
	id   int64 // the operation; 0 until the first transaction that changed something
}

// NewSeries begins a series; what is as for Update.
func (b *Book) NewSeries(what string) *Series { return &Series{book: b, what: what} }

// Update runs fn in a transaction of its own and adds what it changed to the operation of the series.
func (s *Series) Update(ctx context.Context, fn func(*Tx) error) error {
	return s.book.write(ctx, operation{what: s.what, series: s}, fn)
}
