// Package btyd is the mathematics of buying till you die: from when customers bought it tells how likely each still buys,
// how often she will buy, and what she will spend. It knows nothing of books, orders or calendars.
//
// BG/NBD, for how often: P. Fader, B. Hardie and K. L. Lee, "Counting Your Customers the Easy Way", Marketing Science 24
// (2005). While she is a customer she buys at random at a rate of her own, gamma distributed over customers with shape r
// and rate alpha; after every purchase she leaves for good with a probability of her own, beta distributed with a and b.
//
// Gamma-Gamma, for what she spends: P. Fader and B. Hardie, "The Gamma-Gamma Model of Monetary Value" (2013). Her purchases
// scatter about a mean of her own, whatever their number; the means are spread over customers by p, q and v.
package btyd

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/optimize"
)

// History is what BG/NBD knows of a customer. The unit of time is the caller's, and alpha is in it.
type History struct {
	X  int     // purchases after the first
	Tx float64 // from the first purchase to the last: 0 when X is 0
	T  float64 // from the first purchase to the day she is looked at, at least Tx
}

// Spending is what Gamma-Gamma knows of a customer.
type Spending struct {
	X    int     // purchases after the first
	Mean float64 // their mean, in any unit of money; v is in it
}

// LeastRepeatBuyers is how many customers with a second purchase a fit needs: with fewer the parameters are noise.
const LeastRepeatBuyers = 50

// TooFew says that there are not enough repeat buyers for a fit.
type TooFew struct{ Repeat int }

func (e *TooFew) Error() string {
	return fmt.Sprintf("%d repeat buyers, where a fit needs %d", e.Repeat, LeastRepeatBuyers)
}

// The other reasons why there is no fit.
var (
	// ErrNoMaximum: the search ended where the likelihood still rises, as it does without end when all are alike.
	ErrNoMaximum = errors.New("the likelihood has no maximum that could be found")
	// ErrNoMean: q is 1 or less, and the mean of the Gamma-Gamma model is infinite.
	ErrNoMean = errors.New("spending varies so much between customers that the model has no mean (q <= 1)")
)

// far is how far a logarithm of a parameter may stray before it is drawn back. Parameters between 3e-7 and 3e6 are free.
const far = 15

// slope is the steepest the mean log likelihood may be, by the logarithm of a parameter, where a maximum is claimed.
const slope = 1e-5

// climb finds the parameters, all above 0, of the highest log likelihood. score gives the mean log likelihood of a
// customer at given parameters and writes its gradient. The search is by the logarithms of the parameters, from each of
// several starts, and once more from the best place found, which rids BFGS of what it remembers from afar.
func climb(starts [][]float64, score func(at, gradient []float64) float64) (best []float64, err error) {
	down := newDescent(len(starts[0]), score)
	lowest := math.Inf(1)
	for _, start := range starts {
		at := make([]float64, len(start))
		for i := range at {
			at[i] = math.Log(start[i])
		}
		if at, height := down.from(at); height < lowest {
			best, lowest = at, height
		}
	}
	if best == nil {
		return nil, ErrNoMaximum
	}
	if at, height := down.from(best); height <= lowest {
		best = at
	}
	gradient := make([]float64, len(best))
	down.gradient(gradient, best)
	for i := range best {
		if !(math.Abs(gradient[i]) <= slope) {
			return nil, ErrNoMaximum
		}
	}
	return exponentials(make([]float64, len(best)), best), nil
}

// sampleSize is how many customers are enough to tell which start leads to the highest place.
const sampleSize = 5000

// sample is every k-th of a list, no more than sampleSize of them.
func sample[T any](all []T) []T {
	step := (len(all) + sampleSize - 1) / sampleSize
	if step <= 1 {
		return all
	}
	some := make([]T, 0, sampleSize)
	for i := 0; i < len(all); i += step {
		some = append(some, all[i])
	}
	return some
}

// climbTwice climbs for a sample of customers, and for all from where that ended; from the starts where it ended nowhere.
func climbTwice(starts [][]float64, some, all func(at, gradient []float64) float64) ([]float64, error) {
	if best, err := climb(starts, some); err == nil {
		if best, err := climb([][]float64{best}, all); err == nil {
			return best, nil
		}
	}
	return climb(starts, all)
}

// descent is the function BFGS minimises: the negative mean log likelihood over logarithms of parameters, kept near.
type descent struct {
	score     func(at, gradient []float64) float64
	seen      []float64 // where value and slopes were taken last: BFGS asks for both at one place
	at        []float64
	value     float64
	slopes    []float64
	evaluated bool
}

func newDescent(parameters int, score func(at, gradient []float64) float64) *descent {
	list := func() []float64 { return make([]float64, parameters) }
	return &descent{score: score, seen: list(), at: list(), slopes: list()}
}

// from is where BFGS comes to rest, and how low that is; +Inf when it found nothing.
func (d *descent) from(start []float64) ([]float64, float64) {
	problem := optimize.Problem{Func: d.height, Grad: d.gradient}
	settings := &optimize.Settings{GradientThreshold: slope / 100, MajorIterations: 300,
		Converger: &optimize.FunctionConverge{Absolute: 1e-13, Relative: 1e-13, Iterations: 5}}
	result, err := optimize.Minimize(problem, start, settings, &optimize.BFGS{})
	if result == nil || math.IsNaN(result.F) || err != nil && len(result.X) == 0 { // a line search that cannot go on ends at the best place it knows
		return nil, math.Inf(1)
	}
	return result.X, result.F
}

func (d *descent) height(at []float64) float64 {
	d.evaluate(at)
	return d.value
}

func (d *descent) gradient(gradient, at []float64) {
	d.evaluate(at)
	copy(gradient, d.slopes)
}

func (d *descent) evaluate(at []float64) {
	if d.evaluated && same(at, d.seen) {
		return
	}
	d.evaluated = true
	copy(d.seen, at)
	d.value = -d.score(exponentials(d.at, at), d.slopes)
	for i, x := range at {
		d.slopes[i] *= -d.at[i]
		if beyond := math.Abs(x) - far; beyond > 0 {
			d.value += beyond * beyond
			d.slopes[i] += math.Copysign(2*beyond, x)
		}
	}
}

func same(a, b []float64) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// exponentials writes the parameters of their logarithms; what is out of all reach stays finite.
func exponentials(to, logs []float64) []float64 {
	for i, x := range logs {
		to[i] = math.Exp(math.Max(-2*far, math.Min(2*far, x)))
	}
	return to
}

func positive(parameters ...float64) bool {
	for _, p := range parameters {
		if !(p > 0) || math.IsInf(p, 1) {
			return false
		}
	}
	return true
}
