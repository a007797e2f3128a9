package btyd

import "math"

// BGNBD are the parameters of the BG/NBD model, all above 0.
type BGNBD struct {
	R, Alpha      float64 // rate of buying: shape, and rate in units of time
	A, B          float64 // leaving after a purchase
	LogLikelihood float64 // of the histories it was fitted to; 0 when the parameters were given
}

// Valid says whether each parameter is a number above 0.
func (m BGNBD) Valid() bool { return positive(m.R, m.Alpha, m.A, m.B) }

// FitBGNBD finds the parameters under which the histories are likeliest. It fails with *TooFew or ErrNoMaximum.
func FitBGNBD(histories []History) (BGNBD, error) {
	repeat, span := 0, 0.0
	for _, h := range histories {
		if h.X > 0 {
			repeat++
		}
		span += h.T
	}
	if repeat < LeastRepeatBuyers {
		return BGNBD{}, &TooFew{repeat}
	}
	span /= float64(len(histories)) // its order of magnitude sets the unit of time
	l := newLikelihood(histories)
	starts := [][]float64{{0.5, span / 5, 1, 2.5}, {0.2, span / 20, 0.5, 5}, {2, span, 0.05, 1}, {1, span / 2, 2, 10}}
	at, err := climbTwice(starts, newLikelihood(sample(histories)).mean, l.mean)
	if err != nil {
		return BGNBD{}, err
	}
	return BGNBD{at[0], at[1], at[2], at[3], l.mean(at, make([]float64, 4)) * l.customers}, nil
}

// PAlive is the probability that she still buys. It is 1 without a second purchase: in this model nobody leaves before.
func (m BGNBD) PAlive(h History) float64 {
	if h.X == 0 {
		return 1
	}
	odds := math.Log(m.A) - math.Log(m.B+float64(h.X)-1) + (m.R+float64(h.X))*math.Log((m.Alpha+h.T)/(m.Alpha+h.Tx))
	return 1 / (1 + math.Exp(odds)) // an infinite exponential makes it 0
}

// Expected is the number of purchases to expect of her in a time to come: E[Y(t) | x, t_x, T] of the paper.
func (m BGNBD) Expected(h History, t float64) float64 {
	return m.PAlive(h) * m.ExpectedAlive(h.X, h.T, t)
}

// ExpectedOfNew is the number of purchases to expect of a new customer, after her first, in her first t: E[X(t)].
func (m BGNBD) ExpectedOfNew(t float64) float64 { return m.ExpectedAlive(0, 0, t) }
