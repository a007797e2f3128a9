package insight

import (
	"math"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Risks tells how likely customers buy no more: 1 - P(alive) where BG/NBD can be fitted, else the part of all buyers who
// bought more lately.
type Risks struct {
	Survival *Survival
	recency  map[int64]float64
}

// ReadRisks works out the risks of a day.
func ReadRisks(v *book.View, asOf dates.Date) (*Risks, error) {
	buyers, err := readBuyers(v, RFMOptions{AsOf: asOf})
	if err != nil {
		return nil, err
	}
	return risksOf(v, asOf, bought(buyers))
}

func risksOf(v *book.View, asOf dates.Date, buyers []buyer) (*Risks, error) {
	survival, err := Alive(v, asOf)
	if err != nil {
		return nil, err
	}
	return &Risks{survival, recencyPercentiles(buyers)}, nil
}

// recencyPercentiles are for each buyer the part of all of them who bought more lately than she.
func recencyPercentiles(buyers []buyer) map[int64]float64 {
	lasts := make([]dates.Date, len(buyers))
	for i := range buyers {
		lasts[i] = -buyers[i].last
	}
	slices.Sort(lasts)
	parts := make(map[int64]float64, len(buyers))
	for i := range buyers {
		later, _ := slices.BinarySearch(lasts, -buyers[i].last)
		parts[buyers[i].id] = float64(later) / float64(len(buyers))
	}
	return parts
}

// Of is the risk of a customer; ok is false when she never bought.
func (r *Risks) Of(customer int64) (risk float64, ok bool) {
	if alive, ok := r.Survival.Of(customer); ok {
		return 1 - alive, true
	}
	risk, ok = r.recency[customer]
	return risk, ok
}

// atRisk is risk x what somebody brought in the last twelve months, and nothing where that is no revenue.
func atRisk(risk float64, year money.Amount) money.Amount {
	return money.Amount(math.RoundToEven(risk * float64(max(year, 0))))
}
