package insight

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/perla-crm/perla/internal/btyd"
	"github.com/perla-crm/perla/internal/dates"
)

// The names of the models, and of what takes their places when there is no fit.
const (
	ModelBGNBD      = "bg_nbd"
	ModelGammaGamma = "gamma_gamma"
	ModelOwnGap     = "own_gap"  // buys on at her own mean gap, until she has been silent for three of them
	ModelOwnMean    = "own_mean" // spends on what her repeat purchases were worth
)

// CLVFit says what the predictions of a report stand on.
type CLVFit struct {
	Purchases   string // ModelBGNBD or ModelOwnGap
	Spending    string // ModelGammaGamma or ModelOwnMean
	BGNBD       btyd.BGNBD
	GammaGamma  btyd.GammaGamma
	Gap         *float64 // with ModelOwnGap: the mean gap in units, for whoever has no two of her own; nil when nobody came back
	Mean        *float64 // with ModelOwnMean: the mean repeat purchase in whole units of money; nil when there is none
	NoPurchases error    // why there is no fit of BG/NBD: *btyd.TooFew or btyd.ErrNoMaximum
	NoSpending  error    // why there is no fit of Gamma-Gamma: one of these or btyd.ErrNoMean
}

// CLVParameter is one row of what a fit found.
type CLVParameter struct {
	Model, Parameter string
	Value            float64
}

// Parameters are those of the fit. A log likelihood stands beside parameters that were fitted, not given.
func (f *CLVFit) Parameters() []CLVParameter {
	var list []CLVParameter
	add := func(model, parameter string, value float64) {
		list = append(list, CLVParameter{model, parameter, value})
	}
	if m := f.BGNBD; f.Purchases == ModelBGNBD {
		add(ModelBGNBD, "r", m.R)
		add(ModelBGNBD, "alpha", m.Alpha)
		add(ModelBGNBD, "a", m.A)
		add(ModelBGNBD, "b", m.B)
		if m.LogLikelihood != 0 {
			add(ModelBGNBD, "log_likelihood", m.LogLikelihood)
		}
	} else if f.Gap != nil {
		add(ModelOwnGap, "gap", *f.Gap)
	}
	if g := f.GammaGamma; f.Spending == ModelGammaGamma {
		add(ModelGammaGamma, "p", g.P)
		add(ModelGammaGamma, "q", g.Q)
		add(ModelGammaGamma, "v", g.V)
		if g.LogLikelihood != 0 {
			add(ModelGammaGamma, "log_likelihood", g.LogLikelihood)
		}
	} else if f.Mean != nil {
		add(ModelOwnMean, "mean", *f.Mean)
	}
	return list
}

// outlook predicts for customers from what all of them bought.
type outlook struct {
	o     CLVOptions
	fit   CLVFit
	minor float64 // minor units in a whole unit of money
}

// newOutlook fits the models to all who bought, or takes what o gives.
func newOutlook(all []buying, o CLVOptions, decimals int) *outlook {
	m := &outlook{o: o, minor: math.Pow10(decimals)}
	m.fitPurchases(all)
	m.fitSpending(all)
	return m
}

func (m *outlook) units(days dates.Date) float64 { return float64(days) / m.o.Unit.days() }

func (m *outlook) history(b *buying) btyd.History {
	return btyd.History{X: b.days - 1, Tx: m.units(b.last - b.first), T: m.units(m.o.AsOf - b.first)}
}

func (m *outlook) spending(b *buying) btyd.Spending {
	return btyd.Spending{X: b.days - 1, Mean: b.mean() / m.minor}
}

func (m *outlook) fitPurchases(all []buying) {
	m.fit.Purchases = ModelBGNBD
	if m.o.BGNBD != nil {
		m.fit.BGNBD = *m.o.BGNBD
		return
	}
	histories := make([]btyd.History, len(all))
	for i := range all {
		histories[i] = m.history(&all[i])
	}
	if m.fit.BGNBD, m.fit.NoPurchases = btyd.FitBGNBD(histories); m.fit.NoPurchases == nil {
		return
	}
	m.fit.Purchases = ModelOwnGap
	for _, least := range []int{2, 1} { // who came back twice has a rhythm; failing that, whoever came back
		time, gaps := 0.0, 0.0
		for _, h := range histories {
			if h.X >= least {
				time, gaps = time+h.Tx, gaps+float64(h.X)
			}
		}
		if gaps > 0 {
			gap := time / gaps
			m.fit.Gap = &gap
			return
		}
	}
}

func (m *outlook) fitSpending(all []buying) {
	m.fit.Spending = ModelGammaGamma
	if m.o.GammaGamma != nil {
		m.fit.GammaGamma = *m.o.GammaGamma
		return
	}
	spending := make([]btyd.Spending, len(all))
	for i := range all {
		spending[i] = m.spending(&all[i])
	}
	if m.fit.GammaGamma, m.fit.NoSpending = btyd.FitGammaGamma(spending); m.fit.NoSpending == nil {
		return
	}
	m.fit.Spending = ModelOwnMean
	sum, n := 0.0, 0.0
	for _, s := range spending {
		sum, n = sum+float64(s.X)*s.Mean, n+float64(s.X)
	}
	if n > 0 {
		mean := math.Max(sum/n, 0)
		m.fit.Mean = &mean
	}
}

// value is what a purchase of hers will be worth in the mean, in whole units of money.
func (m *outlook) value(b *buying) float64 {
	switch s := m.spending(b); {
	case m.fit.Spending == ModelGammaGamma:
		return m.fit.GammaGamma.Expected(s)
	case s.X > 0:
		return math.Max(s.Mean, 0)
	case m.fit.Mean != nil:
		return *m.fit.Mean
	}
	return math.Max(float64(b.all)/m.minor, 0) // her one purchase
}

// foresight is what is predicted for a customer.
type foresight struct {
	alive     *float64  // none by ModelOwnGap
	purchases []float64 // to expect by each of the times asked about; nil when nobody ever came back
}

// foresee predicts for customers until each of some times. By BG/NBD those with the same x and T share the work, in order
// of x so that the sums of one x are held at a time.
func (m *outlook) foresee(all []buying, until []float64) []foresight {
	list := make([]foresight, len(all))
	if m.fit.Purchases == ModelOwnGap {
		for i := range all {
			list[i].purchases = m.atOwnGap(&all[i], until)
		}
		return list
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(all[i].days, all[j].days), cmp.Compare(all[i].first, all[j].first))
	})
	var forecast *btyd.Forecast
	var shared []float64
	for n, i := range order {
		b, h := &all[i], m.history(&all[i])
		sameX := n > 0 && all[order[n-1]].days == b.days
		if !sameX {
			forecast = m.fit.BGNBD.Forecast(h.X)
		}
		if !sameX || all[order[n-1]].first != b.first {
			shared = make([]float64, len(until))
			for k, t := range until {
				shared[k] = forecast.Expected(h.T, t)
			}
		}
		alive := m.fit.BGNBD.PAlive(h)
		purchases := make([]float64, len(until))
		for k := range purchases {
			purchases[k] = alive * shared[k]
		}
		list[i] = foresight{&alive, purchases}
	}
	return list
}

// silence is how many of her gaps a customer may be silent for until she counts as gone, by ModelOwnGap.
const silence = 3

func (m *outlook) atOwnGap(b *buying, until []float64) []float64 {
	if m.fit.Gap == nil {
		return nil
	}
	h, gap := m.history(b), *m.fit.Gap
	if h.X >= 2 {
		gap = h.Tx / float64(h.X)
	}
	purchases := make([]float64, len(until))
	if h.T-h.Tx > silence*gap {
		return purchases
	}
	for i, t := range until {
		purchases[i] = t / gap
	}
	return purchases
}

// Reason says why a model gave no fit, in words for a person.
func Reason(err error) string {
	var few *btyd.TooFew
	if errors.As(err, &few) && few.Repeat == 1 {
		return "1 repeat buyer, where a fit needs 50"
	}
	return err.Error()
}
