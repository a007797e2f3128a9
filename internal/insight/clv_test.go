package insight

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/btyd"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

func view(t testing.TB, b *book.Book, fn func(v *book.View) error) {
	t.Helper()
	require.NoError(t, b.View(context.Background(), fn))
}

func clvOf(t testing.TB, b *book.Book, o CLVOptions) (r *CLVReport) {
	t.Helper()
	view(t, b, func(v *book.View) (err error) {
		r, err = ReportCLV(v, o)
		return err
	})
	return r
}

// loyalBook has enough who come back for a fit: purchases at random within 2026, some customers leaving early.
func loyalBook(t testing.TB, customers int) *book.Book {
	random := rand.New(rand.NewPCG(11, 4))
	var orders []order
	for id := range int64(customers) {
		on, gap := day("2026-01-01").AddDays(random.IntN(150)), 10+random.IntN(60)
		for on <= day("2026-11-22") {
			orders = append(orders, order{customer: id + 1, on: on.String(), total: 500 + random.Int64N(4000)})
			if random.Float64() < 0.2 {
				break
			}
			on = on.AddDays(1 + random.IntN(2*gap))
		}
	}
	return newBook(t, customers+2, nil, orders)
}

func TestBuyingByDays(t *testing.T) {
	b := newBook(t, 8, []int64{7}, []order{
		{customer: 1, on: "2026-01-10", total: 100}, {customer: 1, on: "2026-01-10", total: 250}, // one day
		{customer: 1, on: "2026-01-20", total: 300}, {customer: 1, on: "2026-01-20", total: -40}, // less on its day
		{customer: 1, on: "2026-02-01", total: 0},                                        // a gift is a purchase
		{customer: 1, on: "2026-02-05", total: -20},                                      // lowers what came before
		{customer: 2, on: "2026-01-05", total: -50},                                      // before the first purchase: of no purchase
		{customer: 2, on: "2026-01-10", total: 1210, tax: 210, ship: 100},                //
		{customer: 3, on: "2026-01-10", total: -50},                                      // gave back only
		{customer: 4, on: "2026-01-10", total: 900, live: true},                          // a quote
		{customer: 5, on: "2026-12-01", total: 900},                                      // to come
		{customer: 6, on: "2026-01-10", total: 500, returned: "2026-01-30"},              // back by then: her first day is the next
		{customer: 6, on: "2026-02-10", total: 500},                                      //
		{customer: 7, on: "2026-01-01", total: 100},                                      // archived since
		{customer: 8, on: "2026-01-01", total: 100},                                      // 15
		{customer: 8, on: "2026-01-02", total: 700},                                      // 16
		{customer: 8, on: "2026-01-03", total: -60, live: true, confirmed: "2026-01-03"}, // 17: of 15, her first
		{customer: 8, on: "2026-01-04", total: -80, live: true, confirmed: "2026-01-04"}, // 18: of 16
	})
	require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
		_, err := tx.Exec(`UPDATE orders SET original_id = id - 2 WHERE id IN (17, 18)`)
		return err
	}))
	want := []buying{
		{1, 3, day("2026-01-10"), day("2026-02-01"), 240, 590},
		{2, 1, day("2026-01-10"), day("2026-01-10"), 0, 850},
		{6, 1, day("2026-02-10"), day("2026-02-10"), 0, 500},
		{7, 1, day("2026-01-01"), day("2026-01-01"), 0, 100},
		{8, 2, day("2026-01-01"), day("2026-01-02"), 620, 660},
	}
	view(t, b, func(v *book.View) error {
		got, err := readBuying(v, day("2026-11-22"), 0)
		require.NoError(t, err)
		require.Equal(t, want, got)

		since, err := readBuying(v, day("2026-11-22"), day("2026-01-19"))
		require.NoError(t, err)
		require.Len(t, since, 2, "1 and 6")
		require.Equal(t, 2, since[0].days)
		return nil
	})
	rows := clvOf(t, b, CLVOptions{Unit: CLVWeek}).Rows
	require.Len(t, rows, 5)
	require.Equal(t, 2, rows[0].X)
	require.InDelta(t, 22.0/7, rows[0].Tx, 1e-12)
	require.Equal(t, "c7", rows[3].Name)
	early := clvOf(t, b, CLVOptions{AsOf: day("2026-01-15")}).Rows
	require.Equal(t, []int{0, 0, 0, 0, 1}, []int{early[0].X, early[1].X, early[2].X, early[3].X, early[4].X}, "6 bought, and had not yet sent it back")
}

// The walk over the index says what SQL says.
func TestBuyingIsSQLs(t *testing.T) {
	b := randomBook(t)
	view(t, b, func(v *book.View) error {
		for _, after := range []string{"", "2026-01-08"} {
			w, s := &buyingWalk{}, &buyingWalk{}
			asOf := day("2026-01-15")
			w.asOf, _ = dayOf(asOf.Append(nil))
			if after != "" {
				w.after, _ = dayOf([]byte(after))
			}
			s.after = w.after
			walked, err := w.byIndex(v)
			require.NoError(t, err)
			asked, err := s.bySQL(v, asOf)
			require.NoError(t, err)
			require.NotEmpty(t, walked)
			require.Equal(t, asked, walked)
		}
		return nil
	})
}

// The parameters that Fader, Hardie and Lee (2005) and Fader and Hardie (2013) print for CDNOW, on a customer like its
// first: 2 repeat days, the last after 30 of 38 weeks.
func TestCLVWithGivenParameters(t *testing.T) {
	b := newBook(t, 2, nil, []order{
		{customer: 1, on: "2026-01-01", total: 2933}, {customer: 1, on: "2026-01-18", total: 2974}, {customer: 1, on: "2026-08-02", total: 1496},
		{customer: 2, on: "2026-01-01", total: 1000},
	})
	m, g, err := ParseCLVParams("r=.2426,alpha=4.4136,a=.7929,b=2.4259,p=6.25,q=3.74,v=15.44")
	require.NoError(t, err)
	o := CLVOptions{AsOf: day("2026-09-30"), Unit: CLVWeek, BGNBD: m, GammaGamma: g, Horizon: 3, Discount: 0.01, Margin: 0.5}
	r := clvOf(t, b, o)
	c := r.Rows[0]
	require.InDelta(t, 0.7266, *c.PAlive, 0.0002)
	require.Equal(t, money.Amount(2466), *c.Value)
	h := btyd.History{X: 2, Tx: 213.0 / 7, T: 272.0 / 7}
	worth, before := 0.0, 0.0
	for i := 1; i <= 3; i++ {
		now := m.Expected(h, float64(30*i)/7)
		worth += 0.5 * g.Expected(btyd.Spending{X: 2, Mean: 22.35}) * (now - before) / math.Pow(1.01, float64(i))
		before = now
	}
	require.InDelta(t, before, *c.Expected, 1e-9)
	require.Equal(t, money.Amount(math.RoundToEven(100*worth)), *c.CLV)
	require.Equal(t, 1.0, *r.Rows[1].PAlive, "bought once")
	require.Equal(t, money.Amount(math.Round(100*g.Mean())), *r.Rows[1].Value)
	require.Equal(t, []CLVParameter{{"bg_nbd", "r", .2426}, {"bg_nbd", "alpha", 4.4136}, {"bg_nbd", "a", .7929}, {"bg_nbd", "b", 2.4259},
		{"gamma_gamma", "p", 6.25}, {"gamma_gamma", "q", 3.74}, {"gamma_gamma", "v", 15.44}}, r.Fit.Parameters())

	only := clvOf(t, b, CLVOptions{AsOf: day("2026-09-30"), BGNBD: m, GammaGamma: g, Where: book.Filter{SQL: "c.name = ?", Args: []any{"c2"}}})
	require.Len(t, only.Rows, 1)
	require.Equal(t, int64(2), only.Rows[0].CustomerID)
}

// With too few who come back each buys on at her own mean gap.
func TestCLVByOwnGap(t *testing.T) {
	b := newBook(t, 5, nil, []order{
		{customer: 1, on: "2026-08-01", total: 1000}, {customer: 1, on: "2026-08-31", total: 2000}, {customer: 1, on: "2026-09-30", total: 4000}, // gap 30
		{customer: 2, on: "2026-01-01", total: 1000}, {customer: 2, on: "2026-01-06", total: 1000}, {customer: 2, on: "2026-01-11", total: 1000}, // silent since
		{customer: 3, on: "2026-09-01", total: 500}, // once: the mean gap of all, 70 days in 4
		{customer: 4, on: "2026-09-01", total: 500}, {customer: 4, on: "2026-09-02", total: 700},
	})
	r := clvOf(t, b, CLVOptions{AsOf: day("2026-10-01")})
	require.Equal(t, ModelOwnGap, r.Fit.Purchases)
	require.Equal(t, ModelOwnMean, r.Fit.Spending)
	var few *btyd.TooFew
	require.ErrorAs(t, r.Fit.NoPurchases, &few)
	require.Equal(t, "3 repeat buyers, where a fit needs 50", Reason(r.Fit.NoPurchases))
	for i, want := range []struct {
		purchases, value, clv float64
	}{{12, 30, 360}, {0, 10, 0}, {360 / 17.5, 17.40, 357.94}, {360 / 17.5, 7, 144}} {
		c := r.Rows[i]
		require.Nil(t, c.PAlive)
		require.InDelta(t, want.purchases, *c.Expected, 1e-9)
		require.InDelta(t, 100*want.value, float64(*c.Value), 0.5)
		require.InDelta(t, 100*want.clv, float64(*c.CLV), 1)
	}
	require.Equal(t, []CLVParameter{{"own_gap", "gap", 17.5}, {"own_mean", "mean", 17.4}}, r.Fit.Parameters())
	require.Equal(t, []string{"active", "silent", "once"}, outlooksOf(r))
	view(t, b, func(v *book.View) error {
		s, err := Alive(v, day("2026-10-01"))
		require.NoError(t, err)
		require.Empty(t, s.Method)
		require.ErrorAs(t, s.NoFit, &few)
		_, ok := s.Of(1)
		require.False(t, ok)
		return nil
	})
}

func outlooksOf(r *CLVReport) (list []string) {
	for _, s := range r.Summary() {
		list = append(list, s.Outlook)
	}
	return list
}

func TestCLVOfSmallBooks(t *testing.T) {
	empty := newBook(t, 1, nil, nil)
	one := newBook(t, 1, nil, []order{{customer: 1, on: "2026-01-10", total: 100}})
	var same []order
	for id := range int64(100) {
		same = append(same, order{customer: id + 1, on: "2026-11-22", total: 100}, order{customer: id + 1, on: "2026-11-22", total: 50})
	}
	oneDay := newBook(t, 100, nil, same)
	free := newBook(t, 1, nil, []order{{customer: 1, on: "2026-01-10", total: 0}, {customer: 1, on: "2026-01-11", total: -100}, {customer: 1, on: "2026-01-12", total: 0}})
	require.Empty(t, clvOf(t, empty, CLVOptions{}).Rows)
	require.Empty(t, clvOf(t, empty, CLVOptions{}).Summary())
	require.Empty(t, clvOf(t, empty, CLVOptions{}).Fit.Parameters())
	require.Empty(t, clvOf(t, one, CLVOptions{AsOf: day("2026-01-09")}).Rows)
	for _, b := range []*book.Book{one, oneDay} {
		r := clvOf(t, b, CLVOptions{})
		require.NotEmpty(t, r.Rows)
		for _, c := range r.Rows {
			require.Nil(t, c.PAlive)
			require.Nil(t, c.Expected, "nobody ever came back")
			require.Nil(t, c.CLV)
			require.Positive(t, *c.Value)
		}
		require.Equal(t, []string{"once"}, outlooksOf(r))
		require.Nil(t, r.Summary()[0].CLV)
		view(t, b, func(v *book.View) error {
			_, rows, err := CalibrateCLV(v, CLVOptions{}, day("2026-11-21"))
			require.NoError(t, err)
			for _, c := range rows {
				require.Nil(t, c.Predicted)
			}
			return nil
		})
	}
	c := clvOf(t, free, CLVOptions{}).Rows[0]
	require.Equal(t, money.Amount(0), *c.Value, "she gave back more than she paid")
	m, g, err := ParseCLVParams("r=.24,alpha=4,a=.79,b=2.4,p=6,q=3.7,v=15")
	require.NoError(t, err)
	c = clvOf(t, one, CLVOptions{AsOf: day("2026-01-10"), BGNBD: m, GammaGamma: g}).Rows[0]
	require.Zero(t, c.T)
	require.Positive(t, *c.CLV)
}

func TestCLVFits(t *testing.T) {
	b := loyalBook(t, 400)
	days, weeks := clvOf(t, b, CLVOptions{Discount: 0.01}), clvOf(t, b, CLVOptions{Unit: CLVWeek, Discount: 0.01})
	require.NoError(t, days.Fit.NoPurchases)
	require.NoError(t, days.Fit.NoSpending)
	require.Len(t, days.Fit.Parameters(), 9)
	require.Len(t, days.Rows, 400)
	for i, c := range days.Rows {
		require.True(t, *c.PAlive >= 0 && *c.PAlive <= 1)
		require.InDelta(t, *weeks.Rows[i].PAlive, *c.PAlive, 1e-4)
		require.InDelta(t, *weeks.Rows[i].Expected, *c.Expected, 1e-3)
		require.InEpsilon(t, float64(*weeks.Rows[i].CLV)+1, float64(*c.CLV)+1, 0.01)
	}
	require.Equal(t, days, clvOf(t, b, CLVOptions{Discount: 0.01}), "the same book gives the same report")
	var sum money.Amount
	customers := 0
	for _, s := range days.Summary() {
		sum, customers = sum+*s.CLV, customers+s.Customers
	}
	require.Equal(t, 400, customers)
	for _, c := range days.Rows {
		sum -= *c.CLV
	}
	require.Zero(t, sum)

	view(t, b, func(v *book.View) error {
		s, err := Alive(v, day("2026-11-22"))
		require.NoError(t, err)
		require.Equal(t, ModelBGNBD, s.Method)
		for _, c := range days.Rows {
			alive, ok := s.Of(c.CustomerID)
			require.True(t, ok)
			require.Equal(t, *c.PAlive, alive)
		}
		_, ok := s.Of(401)
		require.False(t, ok, "she bought nothing")
		return nil
	})
}

func TestCLVHoldout(t *testing.T) {
	b := loyalBook(t, 400)
	view(t, b, func(v *book.View) error {
		at := day("2026-08-31")
		fit, rows, err := CalibrateCLV(v, CLVOptions{}, at)
		require.NoError(t, err)
		require.NoError(t, fit.NoPurchases)
		require.Equal(t, "0", rows[0].Repeats)
		all := rows[len(rows)-1]
		require.Equal(t, "all", all.Repeats)
		require.Equal(t, 400, all.Customers)
		var actual float64
		require.NoError(t, v.Each(func(r book.Row) error {
			actual = float64(r.Int(0))
			return nil
		}, "n", `(SELECT count(DISTINCT ordered_on || ' ' || customer_id) AS n FROM orders WHERE ordered_on > '2026-08-31')`))
		require.InDelta(t, actual/400, all.Actual, 1e-9)
		require.InEpsilon(t, all.Actual, *all.Predicted, 0.25)
		require.InDelta(t, *all.Predicted-all.Actual, *all.Error, 1e-9)
		require.GreaterOrEqual(t, *all.AbsError, math.Abs(*all.Error))
		customers := 0
		for _, c := range rows[:len(rows)-1] {
			customers += c.Customers
		}
		require.Equal(t, 400, customers)

		_, rows, err = CalibrateCLV(v, CLVOptions{}, day("2025-01-01"))
		require.NoError(t, err)
		require.Empty(t, rows, "nobody had bought")
		return nil
	})
}

func TestCLVRefuses(t *testing.T) {
	b := newBook(t, 1, nil, nil)
	for _, o := range []CLVOptions{
		{Horizon: -1}, {Horizon: 121}, {Discount: -0.1}, {Discount: 1}, {Discount: math.NaN()}, {Margin: -1}, {Margin: 1.1}, {Margin: math.NaN()},
		{Unit: "month"}, {BGNBD: &btyd.BGNBD{R: 1, Alpha: 1, A: 0, B: 1}}, {GammaGamma: &btyd.GammaGamma{P: 1, Q: 1, V: 1}},
	} {
		view(t, b, func(v *book.View) error {
			_, err := ReportCLV(v, o)
			require.Equal(t, fault.Usage, fault.KindOf(err), fmt.Sprint(o))
			return nil
		})
	}
	view(t, b, func(v *book.View) error {
		_, _, err := CalibrateCLV(v, CLVOptions{}, day("2026-11-22"))
		require.ErrorContains(t, err, "2026-11-22 is not before the as-of day 2026-11-22")
		return nil
	})
	for text, want := range map[string]string{
		"":                  "is none of r, alpha",
		"alfa=1":            "is none of",
		"r=1,r=2":           "r is given twice",
		"r=x":               `"x" is no number`,
		"r=1,alpha=2":       "without a, b there is no model",
		"p=1":               "without q, v there is no model",
		"r=1,alpha=2,a=1,b": `"" is no number`,
	} {
		_, _, err := ParseCLVParams(text)
		require.ErrorContains(t, err, want, text)
	}
	m, g, err := ParseCLVParams(" r=1, alpha=2 ,a=1e-3,b=4")
	require.NoError(t, err)
	require.Nil(t, g)
	require.Equal(t, &btyd.BGNBD{R: 1, Alpha: 2, A: .001, B: 4}, m)
}
