package btyd

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// ExpectedAlive is the number of purchases in the time t to come of a customer who still buys, after x repeat purchases
// in a time T. It depends on no more of her past, so that many customers share it.
//
// The paper gives a difference of two terms of which one holds 2F1(r+x, b+x; a+b+x-1; t/(alpha+T+t)). It is 0/0 at a = 1,
// it has a pole where a+b+x = 1, and 2F1 overflows from some hundred purchases on. The same number is a sum without a
// minus: if she never left, her purchases in t would be negative binomial, and the k-th of them happens if she survived
// the k-1 before it:
//
//	E = sum over n >= 1 of NB(n; r+x, z) S(n),  S(n) = sum over k < n of (b+x)_k / (a+b+x)_k,  z = t/(alpha+T+t)
func (m BGNBD) ExpectedAlive(x int, T, t float64) float64 {
	return m.Forecast(x).Expected(T, t)
}

// Forecast is ExpectedAlive for customers with the same number of purchases, whose sums share their terms. One goroutine
// at a time may use it.
type Forecast struct {
	m        BGNBD
	shape    float64   // r+x
	stay     float64   // b+x
	survived []float64 // S(n)
	growth   []float64 // (shape+n-1)/n
	k        float64   // the last term of S
}

// Forecast begins one for customers with x repeat purchases.
func (m BGNBD) Forecast(x int) *Forecast {
	return &Forecast{m: m, shape: m.R + float64(x), stay: m.B + float64(x), survived: []float64{0}, growth: []float64{0}, k: 1}
}

// mostTerms is where the sum is left for an integral: it takes some 40 terms for each time that t exceeds alpha+T.
const mostTerms = 20_000

// Expected is the number of purchases in the time t after a time T, if she still buys.
func (f *Forecast) Expected(T, t float64) float64 {
	if !(t > 0) {
		return 0
	}
	ratio := t / (f.m.Alpha + T)
	if 40*(1+ratio)+2*f.shape*ratio > mostTerms {
		return f.integral(ratio)
	}
	return f.sum(ratio)
}

// fall is the power of two by which a sum that grew too large is scaled down, again and again.
const fall = 900

func (f *Forecast) sum(ratio float64) float64 {
	z := ratio / (1 + ratio)
	first := -f.shape * math.Log1p(ratio) // ln NB(0)
	weight, scale := 1.0, first           // a term is weight * exp(scale)
	if first > -600 {
		weight, scale = math.Exp(first), 0
	}
	mean, sum := f.shape*ratio, 0.0
	for n := 1; ; n++ {
		if n == len(f.survived) {
			f.extend()
		}
		weight *= f.growth[n] * z
		term := weight * f.survived[n]
		sum += term
		if sum > 1e280 {
			weight, sum, scale = math.Ldexp(weight, -fall), math.Ldexp(sum, -fall), scale+fall*math.Ln2
		}
		if float64(n) > mean && term*(1+ratio) <= 1e-14*sum {
			return sum * math.Exp(scale)
		}
	}
}

func (f *Forecast) extend() {
	n := len(f.survived)
	k := float64(n - 1)
	f.survived = append(f.survived, f.survived[n-1]+f.k)
	f.growth = append(f.growth, (f.shape+k)/float64(n))
	f.k *= (f.stay + k) / (f.m.A + f.stay + k)
}

// integral is the same as the mean of (1 - (1 + p ratio)^-(r+x)) / p over her chance p of leaving, which is beta
// distributed with a and b+x. Over the logit of p the integrand is smooth; beyond the ends of the integral it is a power.
func (f *Forecast) integral(ratio float64) float64 {
	a, stay := f.m.A, f.stay
	least, most := f.shape*ratio, -math.Expm1(-f.shape*math.Log1p(ratio)) // at p = 0 and at p = 1
	logBeta := logBeta(a, stay)
	density := func(logit float64) float64 {
		p := 1 / (1 + math.Exp(-logit))
		value := least
		if p*ratio*(1+f.shape) > 1e-15 {
			value = -math.Expm1(-f.shape*math.Log1p(p*ratio)) / p
		}
		return value * math.Exp(-a*softplus(-logit)-stay*softplus(logit)-logBeta)
	}
	// The density has its peak at ln(a/(b+x)) and falls off as e^(a logit) to the left and e^(-(b+x) logit) to the right.
	peak, width := math.Log(a/stay), math.Sqrt(1/a+1/stay)
	from, to, tails := -40-math.Log1p(ratio)-math.Log1p(f.shape), 40.0, 0.0
	if near := peak - 12*width - 40/a; near > from {
		from = near
	} else {
		tails += least * math.Exp(a*from-math.Log(a)-logBeta)
	}
	if near := peak + 12*width + 40/stay; near < to {
		to = near
	} else {
		tails += most * math.Exp(-stay*to-math.Log(stay)-logBeta)
	}
	panels := math.Ceil((to - from) / math.Min(width, 2))
	panel, sum := (to-from)/panels, 0.0
	for i := range int(panels) {
		left := from + float64(i)*panel
		sum += quad.Fixed(density, left, left+panel, 16, quad.Legendre{}, 0)
	}
	return sum + tails
}

// softplus is ln(1 + e^x).
func softplus(x float64) float64 {
	if x > 0 {
		return x + math.Log1p(math.Exp(-x))
	}
	return math.Log1p(math.Exp(x))
}

func logBeta(a, b float64) float64 {
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	return la + lb - lab
}
