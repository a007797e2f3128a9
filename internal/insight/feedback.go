package insight

import (
	"math"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// FeedbackBy is what answers to surveys are broken down by.
type FeedbackBy string

// All answers in one row, or by what they are part of, or by who gave them: the channel and consultant are those of the
// day of the answer, the segment that of report rfm.
const (
	FeedbackAll        FeedbackBy = "all"
	FeedbackQuestion   FeedbackBy = "question"
	FeedbackSurvey     FeedbackBy = "survey"
	FeedbackWave       FeedbackBy = "wave"
	FeedbackMonth      FeedbackBy = "month"
	FeedbackChannel    FeedbackBy = "channel"    // of the order it is about, else of her last order by then
	FeedbackConsultant FeedbackBy = "consultant" // by ref
	FeedbackSegment    FeedbackBy = "segment"
	FeedbackCountry    FeedbackBy = "country"
	FeedbackCity       FeedbackBy = "city"
	FeedbackSource     FeedbackBy = "source" // where she came from
)

// FeedbackBys are the values that an option takes, the default first.
var FeedbackBys = []FeedbackBy{FeedbackAll, FeedbackQuestion, FeedbackSurvey, FeedbackWave, FeedbackMonth, FeedbackChannel, FeedbackConsultant, FeedbackSegment,
	FeedbackCountry, FeedbackCity, FeedbackSource}

// FewAnswers is how many answers are too few to lean on.
const FewAnswers = 30

// FeedbackOptions are what a report of answers is asked. The zero value is about all that was answered by today.
type FeedbackOptions struct {
	By     FeedbackBy  // "": all
	AsOf   dates.Date  // answers up to this day; none: today
	Days   dates.Range // only answers of these days; either end 0 is open
	Survey int64       // only answers to this survey; 0: to all
	Wave   string      // only answers of this wave; "": of all
	Where  book.Filter // only answers of these customers
}

// feedbackKeys are the texts that answers a, of invitation i to question q of survey s by customer c, are grouped by.
var feedbackKeys = map[FeedbackBy]string{
	FeedbackAll:      `'all'`,
	FeedbackQuestion: `s.code || ' ' || q.position || ': ' || q.text`,
	FeedbackSurvey:   `s.code`,
	FeedbackWave:     `i.wave`,
	FeedbackMonth:    `substr(a.answered_on, 1, 7)`,
	FeedbackChannel: `coalesce((SELECT channel FROM orders WHERE id = i.order_id), (SELECT o.channel FROM orders o WHERE o.customer_id = i.customer_id AND o.ordered_on <= a.answered_on
		AND (o.is_history = 1 OR o.confirmed_on <= a.answered_on) AND o.net >= 0 ORDER BY o.ordered_on DESC, o.id DESC LIMIT 1), '')`,
	FeedbackConsultant: `ifnull((SELECT k.ref FROM customer_consultants h JOIN consultants k ON k.id = h.consultant_id WHERE h.customer_id = i.customer_id AND h.since_on <= a.answered_on
		ORDER BY h.since_on DESC LIMIT 1), '')`,
	FeedbackSegment: `i.customer_id`,
	FeedbackCountry: `ifnull(c.country, '')`,
	FeedbackCity:    `ifnull(c.city, '')`,
	FeedbackSource:  `ifnull(c.source, '')`,
}

// feedbackKey names a row of a report of answers.
type feedbackKey struct{ group, kind string }

// readFeedback counts the answers with each score by group and kind of question.
func readFeedback(v *book.View, o FeedbackOptions, kinds ...string) (map[feedbackKey]map[int64]int64, error) {
	if err := choose("--by", &o.By, FeedbackBys); err != nil {
		return nil, err
	}
	if o.AsOf == 0 {
		o.AsOf = v.Today()
	}
	until := o.AsOf
	if o.Days.To != 0 {
		until = min(until, o.Days.To)
	}
	segments := map[int64]string{}
	if o.By == FeedbackSegment {
		r, err := ReportRFM(v, RFMOptions{AsOf: o.AsOf})
		if err != nil {
			return nil, err
		}
		for i := range r.Rows {
			segments[r.Rows[i].CustomerID] = r.Rows[i].Segment
		}
	}
	where, args := `a.score IS NOT NULL AND a.answered_on <= ? AND a.answered_on >= ? AND ? IN (0, i.survey_id) AND ? IN ('', i.wave) AND q.kind IN ('`+strings.Join(kinds, `', '`)+`')`,
		[]any{until.String(), o.Days.From.String(), o.Survey, o.Wave}
	if o.Where.SQL != "" {
		where, args = where+` AND i.customer_id IN (SELECT c.id FROM customers c WHERE `+o.Where.SQL+`)`, append(args, o.Where.Args...)
	}
	counts := map[feedbackKey]map[int64]int64{}
	err := v.Each(func(r book.Row) error {
		key := feedbackKey{strings.Clone(r.Text(0)), strings.Clone(r.Text(1))}
		if o.By == FeedbackSegment {
			key.group = segments[r.Int(0)]
		}
		if counts[key] == nil {
			counts[key] = map[int64]int64{}
		}
		counts[key][r.Int(2)] += r.Int(3)
		return nil
	}, `g, kind, score, n`, `(SELECT `+feedbackKeys[o.By]+` AS g, q.kind, a.score, count(*) AS n FROM survey_answers a JOIN survey_questions q ON q.id = a.question_id
		JOIN survey_invitations i ON i.id = a.invitation_id JOIN surveys s ON s.id = i.survey_id JOIN customers c ON c.id = i.customer_id WHERE `+where+` GROUP BY 1, 2, 3 LIMIT -1)`, args...)
	return counts, err
}

// sorted are the keys of a report, by group and kind.
func sortedKeys(counts map[feedbackKey]map[int64]int64) []feedbackKey {
	keys := make([]feedbackKey, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b feedbackKey) int {
		if n := strings.Compare(a.group, b.group); n != 0 {
			return n
		}
		return strings.Compare(b.kind, a.kind) // satisfaction before effort
	})
	return keys
}

// z95 is the quantile of the normal distribution that an interval of 95 % takes.
const z95 = 1.959963984540054

// NPS is one row of report nps: who would recommend us. The figures from NPS on are in points from -100 to 100.
type NPS struct {
	Group                           string
	Answers                         int64
	Promoters, Passives, Detractors int64 // gave 9 and 10, 7 and 8, 0 to 6
	NPS, Low, High                  float64
}

// NewNPS is the net promoter score, 100 (promoters - detractors) / answers, with its interval of 95 %: adjusted Wald, as
// for a difference of two shares of the same sample. With n' = n + 3, p = (promoters + 3/4) / n', d = (detractors + 3/4) / n'
// and e = p - d it is e +- z sqrt((p + d - e^2) / n'). After B. Rocks, Interval estimation for the net promoter score, The
// American Statistician 70 (2016). There is at least one answer.
func NewNPS(promoters, passives, detractors int64) NPS {
	n := float64(promoters + passives + detractors)
	p, d := (float64(promoters)+0.75)/(n+3), (float64(detractors)+0.75)/(n+3)
	e := p - d
	half := z95 * math.Sqrt((p+d-e*e)/(n+3))
	return NPS{Answers: int64(n), Promoters: promoters, Passives: passives, Detractors: detractors,
		NPS: 100 * float64(promoters-detractors) / n, Low: max(-100, 100*(e-half)), High: min(100, 100*(e+half))}
}

// ReportNPS counts who would recommend us, by group. A group without answers has no row.
func ReportNPS(v *book.View, o FeedbackOptions) ([]NPS, error) {
	counts, err := readFeedback(v, o, "nps")
	if err != nil {
		return nil, err
	}
	var rows []NPS
	for _, key := range sortedKeys(counts) {
		var promoters, passives, detractors int64
		for score, n := range counts[key] {
			switch {
			case score >= 9:
				promoters += n
			case score >= 7:
				passives += n
			default:
				detractors += n
			}
		}
		row := NewNPS(promoters, passives, detractors)
		row.Group = key.group
		rows = append(rows, row)
	}
	return rows, nil
}

// Satisfaction is one row of report satisfaction: who is content (gave 4 or 5 of 5), or found it easy (5 to 7 of 7).
type Satisfaction struct {
	Group            string
	Measure          string // satisfaction or effort
	Answers          int64
	Positive         int64
	Share, Low, High float64 // of Positive, with the score interval of Wilson, 95 %
	Mean             float64 // of the scores
}

// ReportSatisfaction counts who is content and who found it easy, by group. A group without answers has no row.
func ReportSatisfaction(v *book.View, o FeedbackOptions) ([]Satisfaction, error) {
	counts, err := readFeedback(v, o, "satisfaction", "effort")
	if err != nil {
		return nil, err
	}
	var rows []Satisfaction
	for _, key := range sortedKeys(counts) {
		row := Satisfaction{Group: key.group, Measure: key.kind}
		least := int64(4)
		if key.kind == "effort" {
			least = 5
		}
		sum := int64(0)
		for score, n := range counts[key] {
			row.Answers += n
			sum += n * score
			if score >= least {
				row.Positive += n
			}
		}
		row.Mean = float64(sum) / float64(row.Answers)
		row.Share = float64(row.Positive) / float64(row.Answers)
		row.Low, row.High = Wilson(row.Positive, row.Answers)
		rows = append(rows, row)
	}
	return rows, nil
}

// Wilson is the score interval of 95 % of a share, positive of so many answers, of which there is one at least: E. B.
// Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
func Wilson(positive, answers int64) (low, high float64) {
	n := float64(answers)
	p, z2 := float64(positive)/n, z95*z95
	middle, half := (p+z2/(2*n))/(1+z2/n), z95*math.Sqrt(p*(1-p)/n+z2/(4*n*n))/(1+z2/n)
	return max(0, middle-half), min(1, middle+half)
}
