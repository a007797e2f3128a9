package btyd

import "math"

// likelihood is the log likelihood of BG/NBD over histories, each kind of them once. What depends on x, on t_x or on T
// alone is worked out once a call, for there are far fewer of those than of kinds; a kind costs one exponential and one
// logarithm.
type likelihood struct {
	kinds     []kind
	customers float64
	times     []float64 // every t_x and T that occurs
	most      int       // the largest x

	byTime []timed
	byX    []counted
}

// kind is all customers of the same history.
type kind struct {
	x, tx, t int     // tx and t are places in times
	n        float64 // how many they are
}

// timed is what depends on a time alone.
type timed struct{ log, inverse float64 } // of alpha + time

// counted is what depends on x alone.
type counted struct {
	a1, a2, left   float64 // A1 without r ln alpha; A2; A4 without its last term
	byR            float64 // d A1 / dr without ln alpha
	byA, byB, last float64 // d A2 / da, d A2 / db, 1/(b+x-1)
}

func newLikelihood(histories []History) *likelihood {
	l := &likelihood{customers: float64(len(histories))}
	places, kinds := map[float64]int{}, map[[3]int]int{}
	place := func(time float64) int {
		at, ok := places[time]
		if !ok {
			at = len(l.times)
			places[time] = at
			l.times = append(l.times, time)
		}
		return at
	}
	for _, h := range histories {
		key := [3]int{h.X, place(h.Tx), place(h.T)}
		at, ok := kinds[key]
		if !ok {
			at = len(l.kinds)
			kinds[key] = at
			l.kinds = append(l.kinds, kind{x: key[0], tx: key[1], t: key[2]})
		}
		l.kinds[at].n++
		l.most = max(l.most, h.X)
	}
	l.byTime, l.byX = make([]timed, len(l.times)), make([]counted, l.most+1)
	return l
}

// mean is the mean log likelihood of a customer at r, alpha, a, b, and its gradient.
func (l *likelihood) mean(at, gradient []float64) float64 {
	r, alpha, a, b := at[0], at[1], at[2], at[3]
	l.prepare(r, alpha, a, b)
	logAlpha := math.Log(alpha)
	var sum, byR, byAlpha, byA, byB float64
	for i := range l.kinds {
		k := &l.kinds[i]
		c, now, last := &l.byX[k.x], &l.byTime[k.t], &l.byTime[k.tx]
		s := r + float64(k.x)
		alive := -s * now.log
		term, weight := alive, 0.0 // ln(e^A3 + [x>0] e^A4), and the share of e^A4 in it
		if k.x > 0 {
			left := c.left - s*last.log
			if left > alive {
				e := math.Exp(alive - left)
				term, weight = left+math.Log1p(e), 1/(1+e)
			} else {
				e := math.Exp(left - alive)
				term, weight = alive+math.Log1p(e), e/(1+e)
			}
		}
		sum += k.n * (c.a1 + r*logAlpha + c.a2 + term)
		byR += k.n * (c.byR + logAlpha - (1-weight)*now.log - weight*last.log)
		byAlpha += k.n * (r/alpha - s*((1-weight)*now.inverse+weight*last.inverse))
		byA += k.n * (c.byA + weight/a)
		byB += k.n * (c.byB - weight*c.last)
	}
	gradient[0], gradient[1], gradient[2], gradient[3] = byR/l.customers, byAlpha/l.customers, byA/l.customers, byB/l.customers
	return sum / l.customers
}

// prepare works out what depends on one of x, t_x and T. Ratios of gamma functions that are x apart are products of x
// factors: summed as logarithms they lose nothing where a or b is tiny or huge, as differences of two lnG would.
func (l *likelihood) prepare(r, alpha, a, b float64) {
	for i, time := range l.times {
		l.byTime[i] = timed{math.Log(alpha + time), 1 / (alpha + time)}
	}
	logA := math.Log(a)
	l.byX[0] = counted{}
	for x := 1; x <= l.most; x++ {
		before, j := &l.byX[x-1], float64(x-1)
		l.byX[x] = counted{
			a1:   before.a1 + math.Log(r+j),
			a2:   before.a2 - math.Log1p(a/(b+j)),
			byR:  before.byR + 1/(r+j),
			byA:  before.byA - 1/(a+b+j),
			byB:  before.byB + a/((b+j)*(a+b+j)),
			left: logA - math.Log(b+j),
			last: 1 / (b + j),
		}
	}
}
