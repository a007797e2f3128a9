package insight

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Survival tells how likely customers still buy.
type Survival struct {
	Method string // ModelBGNBD, or "" when there is no fit
	NoFit  error  // then why: *btyd.TooFew or btyd.ErrNoMaximum
	buyers []survivor
}

type survivor struct {
	id    int64
	alive float64
}

// Alive fits BG/NBD to all purchases by a day, as ReportCLV does, and tells of each customer with one how likely she still
// buys. The work is one walk over the index of orders and one fit: some tens of milliseconds for 10,000 customers.
func Alive(v *book.View, asOf dates.Date) (*Survival, error) {
	fit, err := ReadAlive(v, asOf)
	if err != nil {
		return nil, err
	}
	return fit(), nil
}

// ReadAlive is the walk of Alive. The fit asks nothing of the book: it may run beside what else is read.
func ReadAlive(v *book.View, asOf dates.Date) (fit func() *Survival, err error) {
	all, err := readBuying(v, asOf, 0)
	return func() *Survival { return survivalOf(all, asOf) }, err
}

func survivalOf(all []buying, asOf dates.Date) *Survival {
	m := &outlook{o: CLVOptions{AsOf: asOf, Unit: CLVDay}, minor: 1}
	if m.fitPurchases(all); m.fit.NoPurchases != nil {
		return &Survival{NoFit: m.fit.NoPurchases}
	}
	s := &Survival{Method: ModelBGNBD, buyers: make([]survivor, len(all))}
	for i := range all {
		s.buyers[i] = survivor{all[i].id, m.fit.BGNBD.PAlive(m.history(&all[i]))}
	}
	return s
}

// Of is the probability that a customer still buys; ok is false when there is no fit or she never bought. It is 1 for
// whoever bought on one day only, by the making of the model.
func (s *Survival) Of(customer int64) (alive float64, ok bool) {
	at, ok := slices.BinarySearchFunc(s.buyers, customer, func(b survivor, id int64) int { return cmp.Compare(b.id, id) })
	if !ok {
		return 0, false
	}
	return s.buyers[at].alive, true
}
