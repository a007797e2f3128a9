package btyd

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// GammaGamma are the parameters of the Gamma-Gamma model, all above 0.
type GammaGamma struct {
	P, Q, V       float64
	LogLikelihood float64 // of the spending it was fitted to; 0 when the parameters were given
}

// Valid says whether each parameter is a number above 0, and q above 1.
func (g GammaGamma) Valid() bool { return positive(g.P, g.Q, g.V) && g.Q > 1 }

// FitGammaGamma finds the parameters under which what repeat buyers spend is likeliest; who has no second purchase, or a
// mean that is not above 0, is left out. It fails with *TooFew, ErrNoMaximum or ErrNoMean.
func FitGammaGamma(all []Spending) (GammaGamma, error) {
	l := newSpent(all)
	if len(l.buyers) < LeastRepeatBuyers {
		return GammaGamma{}, &TooFew{len(l.buyers)}
	}
	mean := l.total / float64(len(l.buyers))
	starts := [][]float64{{5, 4, mean * 3 / 5}, {1, 3, 2 * mean}, {20, 10, mean * 9 / 20}, {2, 1.5, mean / 4}}
	at, err := climbTwice(starts, newSpent(sample(l.buyers)).mean, l.mean)
	if err != nil {
		return GammaGamma{}, err
	}
	g := GammaGamma{at[0], at[1], at[2], l.mean(at, make([]float64, 3)) * float64(len(l.buyers))}
	if g.Q <= 1 {
		return GammaGamma{}, ErrNoMean
	}
	return g, nil
}

// Mean is what a purchase of any customer is worth in the mean: p v / (q-1).
func (g GammaGamma) Mean() float64 { return g.P * g.V / (g.Q - 1) }

// Expected is what a purchase of hers will be worth in the mean: between the mean of all and her own, the nearer to hers
// the more she bought. Without repeat purchases it is the mean of all; a mean below 0 counts as 0.
func (g GammaGamma) Expected(s Spending) float64 {
	bought := g.P * float64(s.X)
	return (g.P*g.V + bought*math.Max(s.Mean, 0)) / (bought + g.Q - 1)
}

// spent is the log likelihood of Gamma-Gamma over repeat buyers.
type spent struct {
	buyers []Spending
	logs   []float64 // ln of each x times its mean
	total  float64   // of the means
	fixed  float64   // the sum of -ln of the means, which no parameter changes
	counts []int     // how many buyers have x purchases, by x
	byX    []gammas
}

// gammas is what depends on x alone: lnG(px+q) - lnG(px), and psi of both.
type gammas struct{ log, psiBoth, psiBought float64 }

func newSpent(all []Spending) *spent {
	l := &spent{}
	for _, s := range all {
		if s.X == 0 || !(s.Mean > 0) {
			continue
		}
		l.buyers = append(l.buyers, s)
		l.logs = append(l.logs, math.Log(float64(s.X)*s.Mean))
		l.total += s.Mean
		l.fixed -= math.Log(s.Mean)
		for len(l.counts) <= s.X {
			l.counts = append(l.counts, 0)
		}
		l.counts[s.X]++
	}
	l.byX = make([]gammas, len(l.counts))
	return l
}

// mean is the mean log likelihood of a buyer at p, q, v, and its gradient.
func (l *spent) mean(at, gradient []float64) float64 {
	p, q, v := at[0], at[1], at[2]
	for x, n := range l.counts {
		if n > 0 {
			bought := p * float64(x)
			l.byX[x] = gammas{logRising(bought, q), mathext.Digamma(bought + q), mathext.Digamma(bought)}
		}
	}
	logQ, _ := math.Lgamma(q)
	logV, psiQ := math.Log(v), mathext.Digamma(q)
	sum, byP, byQ, byV := l.fixed, 0.0, 0.0, 0.0
	for i := range l.buyers {
		x := float64(l.buyers[i].X)
		c, all := &l.byX[l.buyers[i].X], v+x*l.buyers[i].Mean
		logAll := math.Log(all)
		share := l.logs[i] - logAll // ln of xm/(v+xm)
		sum += c.log - logQ + q*(logV-logAll) + p*x*share
		byP += x * (c.psiBoth - c.psiBought + share)
		byQ += c.psiBoth - psiQ + logV - logAll
		byV += q/v - (p*x+q)/all
	}
	n := float64(len(l.buyers))
	gradient[0], gradient[1], gradient[2] = byP/n, byQ/n, byV/n
	return sum / n
}

// logRising is lnG(z+q) - lnG(z).
func logRising(z, q float64) float64 {
	both, _ := math.Lgamma(z + q)
	one, _ := math.Lgamma(z)
	return both - one
}
