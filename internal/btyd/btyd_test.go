package btyd

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// cdnow are the parameters of the CDNOW customers, in weeks, that Fader, Hardie and Lee (2005) print as .243, 4.414, .793,
// 2.426; one digit more gives the expectations as printed.
var cdnow = BGNBD{R: 0.2426, Alpha: 4.4136, A: 0.7929, B: 2.4259}

// cdnowSpending are those that Fader and Hardie (2013) print for what the same customers spend, in dollars.
var cdnowSpending = GammaGamma{P: 6.25, Q: 3.74, V: 15.44}

// simulate draws customers as the models say they are: purchases within a time of their own, days whole.
func simulate(n int, m BGNBD, g GammaGamma, seed uint64) (histories []History, spending []Spending) {
	random := rand.New(rand.NewPCG(seed, 1))
	for range n {
		rate := distuv.Gamma{Alpha: m.R, Beta: m.Alpha, Src: random}.Rand()
		leaving := distuv.Beta{Alpha: m.A, Beta: m.B, Src: random}.Rand()
		h := History{T: float64(100 + random.IntN(600))}
		for now := random.ExpFloat64() / rate; now < h.T; now += random.ExpFloat64() / rate {
			h.X, h.Tx = h.X+1, now
			if random.Float64() < leaving {
				break
			}
		}
		s := Spending{X: h.X}
		if h.X > 0 {
			scale := distuv.Gamma{Alpha: g.Q, Beta: g.V, Src: random}.Rand()
			s.Mean = distuv.Gamma{Alpha: g.P * float64(h.X), Beta: scale * float64(h.X), Src: random}.Rand()
		}
		histories, spending = append(histories, h), append(spending, s)
	}
	return histories, spending
}

func TestPublishedExpectations(t *testing.T) {
	h := History{X: 2, Tx: 30.43, T: 38.86} // customer 1 of CDNOW
	require.InDelta(t, 1.226, cdnow.Expected(h, 39), 0.0005)
	require.InDelta(t, 0.7266, cdnow.PAlive(h), 0.0002)
	require.InDelta(t, 1.444, cdnow.ExpectedOfNew(52), 0.0005)
	require.Equal(t, 1.0, cdnow.PAlive(History{T: 38.86}), "nobody leaves before a second purchase")
	require.InDelta(t, 0, cdnow.PAlive(History{X: 1000, Tx: 10, T: 100}), 1e-300)
	require.InDelta(t, 0, cdnow.Expected(History{X: 1000, Tx: 10, T: 100}, 39), 1e-300)

	require.InDelta(t, 35.22, cdnowSpending.Mean(), 0.005)
	require.InDelta(t, 24.66, cdnowSpending.Expected(Spending{X: 2, Mean: 22.35}), 0.005)
	require.Equal(t, cdnowSpending.Mean(), cdnowSpending.Expected(Spending{}))
}

// The paper's formula with 2F1, worked out to 40 digits with mpmath 1.3, where float64 has no hope of it.
func TestExpectationsAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		m       BGNBD
		x       int
		T, t    float64
		want    float64
		comment string
	}{
		{cdnow, 2, 38.86, 39, 1.68717170644966, "as published"},
		{cdnow, 1000, 100, 39, 328.1890188115, "2F1 overflows"},
		{BGNBD{R: .2, Alpha: 1, A: .3, B: .4}, 0, 0, 360, 12.152303618145, "a + b < 1"},
		{BGNBD{R: .2, Alpha: 1e-4, A: .3, B: .4}, 0, 0, 360, 7560.83842827267, "alpha near 0"},
		{BGNBD{R: .2, Alpha: 1e-7, A: 1.7, B: 2.4}, 3, 1e-3, 360, 8.71231645694301, "T near 0"},
		{BGNBD{R: 3, Alpha: .02, A: .001, B: .4}, 5, 0, 3600, 1423321.65937027, "a near 0"},
		{BGNBD{R: 3, Alpha: 2e-4, A: 900.5, B: 1200}, 5, 0, 3600, 2.3396331295164, "a and b large"},
		{BGNBD{R: .5, Alpha: 7, A: 1e-6, B: 1e-6}, 4, 30, 360, 43.78370109854, "a and b near 0"},
		{BGNBD{R: .5, Alpha: 7, A: 1.0000001, B: .5}, 0, 30, 360, 1.18650912164214, "a near 1"},
		{BGNBD{R: .5, Alpha: .001, A: 40.5, B: .01}, 0, 0, 3600, .999725916908108, "leaves at once"},
	} {
		require.InEpsilon(t, c.want, c.m.ExpectedAlive(c.x, c.T, c.t), 1e-9, c.comment)
	}
	require.InEpsilon(t, 2.5*360/7, BGNBD{R: 2.5, Alpha: 7, A: 1e-12, B: 1}.ExpectedAlive(0, 0, 360), 1e-9, "nobody leaves: r t / alpha")
	require.InEpsilon(t, cdnow.ExpectedAlive(0, 30, 39), BGNBD{R: .2426, Alpha: 4.4136, A: 1, B: 2.4259}.ExpectedAlive(0, 30, 39), 0.2, "a = 1")
	require.Zero(t, cdnow.ExpectedAlive(3, 10, 0))
}

// The sum and the integral are two ways to one number.
func TestSumIsIntegral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		power := func(name string, low, high float64) float64 {
			return math.Pow(10, rapid.Float64Range(low, high).Draw(t, name))
		}
		m := BGNBD{R: power("r", -2, 2), Alpha: 1, A: power("a", -4, 3), B: power("b", -3, 3)}
		f, ratio := m.Forecast(rapid.IntRange(0, 60).Draw(t, "x")), power("ratio", -3, 2)
		require.InEpsilon(t, f.integral(ratio), f.sum(ratio), 1e-8)
	})
}

// More time brings more purchases; whoever was silent for longer is likelier gone.
func TestExpectationsAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figure := func(name string) float64 { return math.Exp(rapid.Float64Range(-12, 12).Draw(t, name)) }
		m := BGNBD{R: figure("r"), Alpha: figure("alpha"), A: figure("a"), B: figure("b")}
		h := History{X: rapid.IntRange(1, 2000).Draw(t, "x"), Tx: rapid.Float64Range(0, 5000).Draw(t, "t_x")}
		h.T = h.Tx + rapid.Float64Range(0, 5000).Draw(t, "silent")
		later := History{h.X, h.Tx, h.T + 10}
		alive := m.PAlive(h)
		require.True(t, alive >= 0 && alive <= 1)
		require.LessOrEqual(t, m.PAlive(later), alive)
		soon, far := m.Expected(h, 30), m.Expected(h, 360)
		require.True(t, soon >= 0 && far >= soon*(1-1e-9) && !math.IsInf(far, 1), "%v %v", soon, far)
	})
}

func TestGradients(t *testing.T) {
	histories, spending := simulate(300, BGNBD{R: .6, Alpha: 30, A: .7, B: 3}, cdnowSpending, 1)
	for name, score := range map[string]func(at, gradient []float64) float64{
		"bg/nbd": newLikelihood(histories).mean, "gamma-gamma": newSpent(spending).mean,
	} {
		n := map[string]int{"bg/nbd": 4, "gamma-gamma": 3}[name]
		random := rand.New(rand.NewPCG(3, 3))
		for range 20 {
			at, gradient, none := make([]float64, n), make([]float64, n), make([]float64, n)
			for i := range at {
				at[i] = math.Exp(3 * random.NormFloat64())
			}
			score(at, gradient)
			for i, x := range at {
				step := 1e-5 * x
				at[i] = x + step
				up := score(at, none)
				at[i] = x - step
				down := score(at, none)
				at[i] = x
				require.InDelta(t, (up-down)/(2*step)*x, gradient[i]*x, 1e-5*(1+math.Abs(gradient[i]*x)), "%s, parameter %d at %v", name, i, at)
			}
		}
	}
}

// The likelihood is the paper's, worked out customer by customer with lnG.
func TestLikelihoodIsThePapers(t *testing.T) {
	histories, _ := simulate(200, BGNBD{R: .6, Alpha: 30, A: .7, B: 3}, cdnowSpending, 2)
	m := BGNBD{R: .5, Alpha: 20, A: .9, B: 2}
	lg := func(x float64) float64 { l, _ := math.Lgamma(x); return l }
	want := 0.0
	for _, h := range histories {
		x := float64(h.X)
		a1 := lg(m.R+x) - lg(m.R) + m.R*math.Log(m.Alpha)
		a2 := lg(m.A+m.B) + lg(m.B+x) - lg(m.B) - lg(m.A+m.B+x)
		last := math.Pow(m.Alpha+h.T, -(m.R + x))
		if h.X > 0 {
			last += m.A / (m.B + x - 1) * math.Pow(m.Alpha+h.Tx, -(m.R+x))
		}
		want += a1 + a2 + math.Log(last)
	}
	l := newLikelihood(append(histories, histories...))
	require.InEpsilon(t, want/200, l.mean([]float64{m.R, m.Alpha, m.A, m.B}, make([]float64, 4)), 1e-10)
	require.Less(t, len(l.kinds), 201, "equal histories are one kind")
}

func TestFitFindsWhatWasSimulated(t *testing.T) {
	m, g := BGNBD{R: .6, Alpha: 30, A: .7, B: 3}, GammaGamma{P: 6.25, Q: 3.74, V: 15.44}
	histories, spending := simulate(12_000, m, g, 5)
	fit, err := FitBGNBD(histories)
	require.NoError(t, err)
	l := newLikelihood(histories)
	require.Greater(t, fit.LogLikelihood, l.customers*l.mean([]float64{m.R, m.Alpha, m.A, m.B}, make([]float64, 4)), "the truth is no likelier")
	require.InEpsilon(t, m.R, fit.R, 0.1)
	require.InEpsilon(t, m.Alpha, fit.Alpha, 0.1)
	for _, h := range []History{{0, 0, 200}, {1, 40, 200}, {5, 300, 400}} {
		require.InDelta(t, m.PAlive(h), fit.PAlive(h), 0.03)
		require.InEpsilon(t, m.Expected(h, 180), fit.Expected(h, 180), 0.06)
	}
	spent, err := FitGammaGamma(spending)
	require.NoError(t, err)
	require.InEpsilon(t, g.Mean(), spent.Mean(), 0.04)
	require.InEpsilon(t, g.P, spent.P, 0.25)
	require.InEpsilon(t, g.Q, spent.Q, 0.1)
	for _, s := range []Spending{{1, 30}, {3, 12}, {9, 80}} {
		require.InEpsilon(t, g.Expected(s), spent.Expected(s), 0.05)
	}
}

// The unit of time changes alpha and nothing else.
func TestFitKnowsNoUnit(t *testing.T) {
	days, _ := simulate(600, BGNBD{R: .6, Alpha: 30, A: .7, B: 3}, cdnowSpending, 6)
	var weeks []History
	for _, h := range days {
		weeks = append(weeks, History{h.X, h.Tx / 7, h.T / 7})
	}
	inDays, err := FitBGNBD(days)
	require.NoError(t, err)
	inWeeks, err := FitBGNBD(weeks)
	require.NoError(t, err)
	require.InEpsilon(t, inDays.R, inWeeks.R, 1e-4)
	require.InEpsilon(t, inDays.Alpha/7, inWeeks.Alpha, 1e-4)
	for i := range days[:50] {
		require.InDelta(t, inDays.PAlive(days[i]), inWeeks.PAlive(weeks[i]), 1e-4)
		require.InDelta(t, inDays.Expected(days[i], 360), inWeeks.Expected(weeks[i], 360.0/7), 1e-3)
	}
}

func TestFitRefuses(t *testing.T) {
	var few *TooFew
	_, err := FitBGNBD(nil)
	require.ErrorAs(t, err, &few)
	histories := make([]History, 1000)
	for i := range 49 {
		histories[i] = History{X: 1, Tx: 10, T: 30}
	}
	_, err = FitBGNBD(histories)
	require.ErrorAs(t, err, &few)
	require.Equal(t, 49, few.Repeat)
	_, err = FitGammaGamma(make([]Spending, 100))
	require.ErrorAs(t, err, &few)
	require.EqualError(t, err, "0 repeat buyers, where a fit needs 50")
}

// Customers who are all alike, who never leave, or who all leave: a fit with finite figures, or a refusal.
func TestFitOfOddBooks(t *testing.T) {
	neverLeaves, _ := simulate(500, BGNBD{R: 2, Alpha: 30, A: 1e-9, B: 1}, cdnowSpending, 7)
	var allAlike, allLeave, same, loud []History
	for i := range 200 {
		allAlike = append(allAlike, History{X: 5, Tx: 100, T: 100})
		allLeave = append(allLeave, History{X: 1, Tx: float64(1 + i%3), T: 300})
		same = append(same, History{X: 3, Tx: 50, T: 90})
		loud = append(loud, History{X: 300 + i%5, Tx: 360, T: 365})
	}
	for name, histories := range map[string][]History{"never leaves": neverLeaves, "all alike": allAlike, "all leave": allLeave, "same": same, "loud": loud} {
		m, err := FitBGNBD(histories)
		if err != nil {
			require.ErrorIs(t, err, ErrNoMaximum, name)
			continue
		}
		require.True(t, m.Valid(), name)
		for _, h := range histories[:50] {
			alive, expected := m.PAlive(h), m.Expected(h, 360)
			require.True(t, alive >= 0 && alive <= 1, name)
			require.True(t, expected >= 0 && expected < 1e5, "%s: %v expects %v of %v", name, m, expected, h)
		}
	}
	m, err := FitBGNBD(neverLeaves)
	require.NoError(t, err)
	require.InDelta(t, 1, m.PAlive(History{X: 10, Tx: 295, T: 300}), 0.02)
	require.InEpsilon(t, 12.0/330*30, m.Expected(History{X: 10, Tx: 295, T: 300}, 30), 0.1, "(r+x)/(alpha+T) t")

	equal := make([]Spending, 100)
	for i := range equal {
		equal[i] = Spending{X: 1 + i%3, Mean: 20}
	}
	g, err := FitGammaGamma(equal)
	if err == nil {
		require.InEpsilon(t, 20, g.Mean(), 0.01)
	} else {
		require.ErrorIs(t, err, ErrNoMaximum)
	}
	_, wild := simulate(500, BGNBD{R: 2, Alpha: 30, A: .1, B: 1}, GammaGamma{P: 6, Q: .7, V: 15}, 8)
	_, err = FitGammaGamma(wild)
	require.ErrorIs(t, err, ErrNoMean)
}
