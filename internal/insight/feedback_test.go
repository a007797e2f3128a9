package insight

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// TestNPSInterval holds the adjusted Wald interval against worked examples of the method and the published counts of a
// public data set of 5,000 answers.
func TestNPSInterval(t *testing.T) {
	for _, c := range []struct {
		promoters, passives, detractors int64
		nps, low, high                  string
	}{
		{250, 675, 75, "17.5", "14.1", "20.8"},
		{15, 5, 5, "40.0", "6.1", "65.4"},
		{2309, 972, 1719, "11.8", "9.3", "14.3"},
		{1, 0, 0, "100.0", "-48.5", "98.5"},
		{0, 0, 1, "-100.0", "-98.5", "48.5"},
		{0, 1, 0, "0.0", "-60.0", "60.0"},
	} {
		n := NewNPS(c.promoters, c.passives, c.detractors)
		require.Equal(t, []string{c.nps, c.low, c.high}, []string{fmt.Sprintf("%.1f", n.NPS), fmt.Sprintf("%.1f", n.Low), fmt.Sprintf("%.1f", n.High)}, "%+v", c)
	}
}

func TestNPSIntervalHoldsTheScoreOfItsMiddle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.Int64Range(0, 5000)
		p, q, d := count.Draw(t, "promoters"), count.Draw(t, "passives"), count.Draw(t, "detractors")
		if p+q+d == 0 {
			return
		}
		n, turned := NewNPS(p, q, d), NewNPS(d, q, p)
		require.True(t, -100 <= n.Low && n.Low < n.High && n.High <= 100, "%+v", n)
		require.InDelta(t, n.NPS, -turned.NPS, 1e-9)
		require.InDelta(t, n.Low, -turned.High, 1e-9, "who would and who would not are mirror images")
		low, high := Wilson(p, p+q+d)
		share := float64(p) / float64(p+q+d)
		require.True(t, 0 <= low && low <= share+1e-12 && share-1e-12 <= high && high <= 1 && !math.IsNaN(low+high))
	})
}

// feedbackBook is a small book: ana (1), Madrid, whose consultant changed; eva (2), Lyon; zoe (3), who did nothing.
func feedbackBook(t *testing.T) *book.Book {
	b := newBook(t, 3, nil, []order{{customer: 1, on: "2026-01-10", total: 5000}, {customer: 2, on: "2026-02-10", total: 900}})
	require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
		for _, q := range []string{
			`UPDATE customers SET city = CASE id WHEN 1 THEN 'Madrid' WHEN 2 THEN 'Lyon' END, created_on = '2026-03-01'`,
			`UPDATE orders SET channel = CASE customer_id WHEN 1 THEN 'web' ELSE 'store' END`,
			`INSERT INTO consultants (id, ref, name, status, joined_on) VALUES (1, 'K-1', 'Eva', 'active', '2025-01-01'), (2, 'K-2', 'Ada', 'active', '2025-01-01')`,
			`UPDATE customers SET consultant_id = 2 WHERE id = 1`,
			`INSERT INTO customer_consultants (customer_id, since_on, consultant_id) VALUES (1, '2025-01-01', 1), (1, '2026-04-15', 2)`,
			`INSERT INTO surveys (id, code, name, created_on) VALUES (1, 'care', 'Care', '2026-01-01')`,
			`INSERT INTO survey_questions (id, survey_id, position, kind, text) VALUES (1, 1, 1, 'nps', 'Likely?'), (2, 1, 2, 'effort', 'Easy?'), (3, 1, 3, 'text', 'Why?')`,
			`INSERT INTO survey_invitations (id, survey_id, wave, customer_id) VALUES (1, 1, 'a', 1), (2, 1, 'b', 1), (3, 1, 'a', 2)`,
			`INSERT INTO survey_answers (invitation_id, question_id, answered_on, score, text) VALUES (1, 1, '2026-04-01', 10, NULL), (1, 2, '2026-04-01', 5, NULL),
				(2, 1, '2026-05-01', 6, NULL), (2, 3, '2026-05-01', NULL, 'late'), (3, 1, '2026-04-20', 8, NULL), (3, 2, '2026-04-20', 4, NULL)`,
			`INSERT INTO customer_stages (customer_id, since_on, stage) VALUES (2, '2026-02-01', 'prospect'), (3, '2026-05-01', 'lead')`,
			`UPDATE customers SET stage = CASE id WHEN 2 THEN 'prospect' WHEN 3 THEN 'lead' END`,
			`INSERT INTO interactions (customer_id, happened_on, channel, direction, kind, reached) VALUES (1, '2026-01-01', 'call', 'in', 'interest', 1), (2, '2026-02-05', 'call', 'out', 'contact', 0)`,
			`INSERT INTO messages (id, customer_id, channel, purpose, queued_at) VALUES (1, 1, 'email', 'marketing', '2026-03-01T10:00:00Z')`,
			`INSERT INTO message_events (message_id, at, kind, ref, ref_source) VALUES (1, '2026-03-31T21:59:00Z', 'opened', 'a', 'x'), (1, '2026-03-31T22:30:00Z', 'opened', 'b', 'x'),
				(1, '2026-04-02T10:00:00Z', 'opened', 'c', 'x'), (1, '2026-04-02T10:00:01Z', 'clicked', 'd', 'x'), (1, '2026-04-03T10:00:01Z', 'bounced', 'e', 'x')`,
			`INSERT INTO visits (visited_on, channel, source, visits) VALUES ('2026-01-10', 'web', 'search', 6), ('2026-01-11', 'web', '', 2), ('2026-03-01', 'web', '', 0), ('2026-02-10', 'store', '', 3)`,
		} {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	}))
	return b
}

// asked prints the rows of a report about a book, a line each.
func asked[T any](t *testing.T, b *book.Book, report func(*book.View) ([]T, error), line func(T) string) []string {
	t.Helper()
	lines := []string{}
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		rows, err := report(v)
		for _, r := range rows {
			lines = append(lines, line(r))
		}
		return err
	}))
	return lines
}

func npsOf(t *testing.T, b *book.Book, o FeedbackOptions) []string {
	return asked(t, b, func(v *book.View) ([]NPS, error) { return ReportNPS(v, o) }, func(n NPS) string {
		return fmt.Sprintf("%s %d/%d/%d %.0f", n.Group, n.Promoters, n.Passives, n.Detractors, n.NPS)
	})
}

func TestReportNPS(t *testing.T) {
	b := feedbackBook(t)
	end := day("2026-12-31")
	for _, c := range []struct {
		o    FeedbackOptions
		want []string
	}{
		{FeedbackOptions{}, []string{"all 1/1/1 0"}},
		{FeedbackOptions{By: FeedbackQuestion}, []string{"care 1: Likely? 1/1/1 0"}},
		{FeedbackOptions{By: FeedbackWave}, []string{"a 1/1/0 50", "b 0/0/1 -100"}},
		{FeedbackOptions{By: FeedbackMonth}, []string{"2026-04 1/1/0 50", "2026-05 0/0/1 -100"}},
		{FeedbackOptions{By: FeedbackChannel}, []string{"store 0/1/0 0", "web 1/0/1 0"}},
		{FeedbackOptions{By: FeedbackConsultant}, []string{" 0/1/0 0", "K-1 1/0/0 100", "K-2 0/0/1 -100"}},
		{FeedbackOptions{By: FeedbackCity}, []string{"Lyon 0/1/0 0", "Madrid 1/0/1 0"}},
		{FeedbackOptions{AsOf: day("2026-04-10")}, []string{"all 1/0/0 100"}},
		{FeedbackOptions{Days: dates.Range{From: day("2026-04-10"), To: day("2026-04-30")}}, []string{"all 0/1/0 0"}},
		{FeedbackOptions{Where: book.Filter{SQL: "c.city = ?", Args: []any{"Madrid"}}, Wave: "b", Survey: 1}, []string{"all 0/0/1 -100"}},
		{FeedbackOptions{Survey: 2}, []string{}},
		{FeedbackOptions{AsOf: day("2000-01-01")}, []string{}},
	} {
		if c.o.AsOf == 0 {
			c.o.AsOf = end
		}
		require.Equal(t, c.want, npsOf(t, b, c.o), "%+v", c.o)
	}
	require.Len(t, npsOf(t, b, FeedbackOptions{By: FeedbackSegment, AsOf: end}), 2, "ana and eva bought differently")
	require.Equal(t, []string{"all effort 1/2 0.5 4.5"}, asked(t, b, func(v *book.View) ([]Satisfaction, error) { return ReportSatisfaction(v, FeedbackOptions{AsOf: end}) },
		func(s Satisfaction) string {
			return fmt.Sprintf("%s %s %d/%d %g %g", s.Group, s.Measure, s.Positive, s.Answers, s.Share, s.Mean)
		}))
}

func shown(x *float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf("%.4g", *x)
}

func TestReportFunnel(t *testing.T) {
	b := feedbackBook(t)
	for _, c := range []struct {
		o    FunnelOptions
		want []string
	}{
		// Ana asked about a product on 1 January and bought on the 10th; eva was a prospect on 1 February and bought nine days
		// later; zoe is known since 1 March, a lead since 1 May.
		{FunnelOptions{AsOf: day("2026-12-31")}, []string{"interest 3 - -", "lead 3 1 9", "decision 2 0.6667 0", "sale 2 1 4.5"}},
		{FunnelOptions{AsOf: day("2026-04-30")}, []string{"interest 3 - -", "lead 2 0.6667 4.5", "decision 2 1 0", "sale 2 1 4.5"}},
		{FunnelOptions{AsOf: day("2026-12-31"), Days: dates.Range{From: day("2026-02-01"), To: day("2026-02-28")}}, []string{"interest 1 - -", "lead 1 1 0", "decision 1 1 0", "sale 1 1 9"}},
		{FunnelOptions{AsOf: day("2026-12-31"), Where: book.Filter{SQL: "c.id = 3"}}, []string{"interest 1 - -", "lead 1 1 61", "decision 0 0 -", "sale 0 - -"}},
		{FunnelOptions{AsOf: day("2000-01-01")}, []string{"interest 0 - -", "lead 0 - -", "decision 0 - -", "sale 0 - -"}},
	} {
		require.Equal(t, c.want, asked(t, b, func(v *book.View) ([]Funnel, error) { return ReportFunnel(v, c.o) }, func(f Funnel) string {
			return fmt.Sprintf("%s %d %s %s", f.Stage, f.Customers, shown(f.Rate), shown(f.MedianDays))
		}), "%+v", c.o)
	}
}

func TestReportEngagement(t *testing.T) {
	b := feedbackBook(t)
	ask := func(o EngagementOptions) []string {
		return asked(t, b, func(v *book.View) ([]Engagement, error) { return ReportEngagement(v, o) }, func(e Engagement) string {
			return fmt.Sprintf("%s %d %d %d %d %d", e.Period, e.Interactions, e.Opens, e.Clicks, e.Replies, e.Orders)
		})
	}
	require.Equal(t, []string{"2026-01 1 0 0 0 1", "2026-02 0 0 0 0 1", "2026-03 0 1 0 0 0", "2026-04 0 1 1 0 0"}, ask(EngagementOptions{AsOf: day("2026-12-31")}),
		"an attempt is no contact; a message counts once a month, by the clock of the book")
	require.Equal(t, []string{"2026 0 0 0 0 1"}, ask(EngagementOptions{AsOf: day("2026-12-31"), By: StepYear, Where: book.Filter{SQL: "c.id = 2"}}))
	require.Equal(t, []string{"2026-W05 0 0 0 0 0", "2026-W06 0 0 0 0 0", "2026-W07 0 0 0 0 1"},
		ask(EngagementOptions{AsOf: day("2026-12-31"), By: StepWeek, Days: dates.Range{From: day("2026-02-01"), To: day("2026-02-28")}}))
	require.Empty(t, ask(EngagementOptions{AsOf: day("2000-01-01")}))
}

func TestReportVisits(t *testing.T) {
	b := feedbackBook(t)
	convert := func(o FootfallOptions) []string {
		return asked(t, b, func(v *book.View) ([]Conversion, error) { return ReportConversion(v, o) }, func(c Conversion) string {
			return fmt.Sprintf("%s %s %d %d %s", c.Period, c.Channel, c.Visits, c.Orders, shown(c.Rate))
		})
	}
	end := day("2026-12-31")
	require.Equal(t, []string{"2026-01 web 8 1 0.125", "2026-02 store 3 1 0.3333", "2026-03 web 0 0 -"}, convert(FootfallOptions{AsOf: end}))
	require.Equal(t, []string{"2026-01-10 web 6 1 0.1667", "2026-01-11 web 2 0 0", "2026-03-01 web 0 0 -"}, convert(FootfallOptions{AsOf: end, By: StepDay, Channel: "web"}))
	require.Equal(t, []string{"2026-02 store 3 1 0.3333"}, convert(FootfallOptions{AsOf: end, Days: dates.Range{From: day("2026-02-01"), To: day("2026-02-28")}}))
	require.Empty(t, convert(FootfallOptions{AsOf: day("2000-01-01")}))
	require.Equal(t, []string{"2026 store 3", "2026 web 8"}, asked(t, b, func(v *book.View) ([]Footfall, error) {
		return ReportFootfall(v, FootfallOptions{AsOf: end, By: StepYear})
	},
		func(f Footfall) string { return fmt.Sprintf("%s %s %d", f.Period, f.Channel, f.Visits) }))
}

func TestReportsOfAnEmptyBook(t *testing.T) {
	b := newBook(t, 0, nil, nil)
	require.Empty(t, npsOf(t, b, FeedbackOptions{By: FeedbackSegment}))
	require.Equal(t, []string{"0 - -", "0 - -", "0 - -", "0 - -"}, asked(t, b, func(v *book.View) ([]Funnel, error) { return ReportFunnel(v, FunnelOptions{}) }, func(f Funnel) string {
		return fmt.Sprintf("%d %s %s", f.Customers, shown(f.Rate), shown(f.MedianDays))
	}))
}
