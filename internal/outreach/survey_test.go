package outreach

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// surveyBook is a book of nine customers and a survey with a question of each kind.
func surveyBook(t *testing.T) (*book.Book, Survey) {
	b := newBook(t, clock)
	var s Survey
	require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) (err error) {
		for i := range 9 {
			if _, err := tx.Insert(`INSERT INTO customers (name, created_on, name_key, search) VALUES (?, '2026-01-01', ?, ?)`, fmt.Sprintf("C%d", i+1), fmt.Sprintf("c%d", i+1), ""); err != nil {
				return err
			}
		}
		s = Survey{Code: "Care"}
		for _, kind := range QuestionKinds {
			q, err := ParseQuestion(kind + ": " + kind + "?")
			if err != nil {
				return err
			}
			s.Questions = append(s.Questions, q)
		}
		s, err = AddSurvey(tx, s)
		return err
	}))
	require.Equal(t, "care", s.Code)
	return b, s
}

func TestParseQuestion(t *testing.T) {
	q, err := ParseQuestion(" NPS! : How  likely? ")
	require.NoError(t, err)
	require.Equal(t, Question{Kind: "nps", Text: "How likely?", Required: true}, q)
	for _, bad := range []string{"", "nps", "nps:", "mood:How?", ":How?"} {
		_, err := ParseQuestion(bad)
		require.Equal(t, fault.Usage, fault.KindOf(err), bad)
	}
	for kind, scale := range map[string][2]int64{"nps": {0, 10}, "satisfaction": {1, 5}, "effort": {1, 7}} {
		q := Question{Kind: kind}
		for score := int64(-1); score <= 11; score++ {
			require.Equal(t, score >= scale[0] && score <= scale[1], q.Check(score) == nil, "%s %d", kind, score)
		}
	}
}

// TestImportOfRepliesIsIdempotent imports made-up files: what comes of a file is what it says, once a person and wave; the
// same file again changes nothing; and of each reply with a detractor there is one task, however often it comes.
func TestImportOfRepliesIsIdempotent(t *testing.T) {
	b, s := surveyBook(t)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ReplyRow {
			r := ReplyRow{Has: 1<<(len(ReplyColumns)+len(s.Questions)) - 1}
			r.CustomerID, r.Wave = rapid.Int64Range(1, 9).Draw(t, "customer"), rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "wave")
			r.AnsweredOn = dates.Date(rapid.Int64Range(0, 40).Draw(t, "day")) + mustDay("2026-10-10")
			r.Answers = make([]Answer, len(s.Questions))
			r.Answers[0] = Answer{Given: true, Score: rapid.Int64Range(0, 10).Draw(t, "nps")}
			if rapid.Bool().Draw(t, "spoke") {
				r.Answers[3] = Answer{Given: true, Text: "because"}
			}
			return r
		}), 1, 12).Draw(t, "rows")
		for i := range rows {
			rows[i].Line, rows[i].Key = i+2, fmt.Sprint(rows[i].CustomerID)
		}
		load := func(tx *book.Tx) (tally ReplyTally, refused int64) {
			tally, err := ImportReplies(tx, s, slices.Values([][]ReplyRow{slices.Clone(rows)}), ReplyImport{Tasks: AllTasks,
				Customers: func(cells []string) ([]int64, func(string) string, error) {
					ids := make([]int64, len(cells))
					for i := range ids {
						ids[i] = rows[i].CustomerID
					}
					return ids, nil, nil
				}, Erased: func(int64) bool { return false }}, func(int, string, string) { refused++ })
			require.NoError(t, err)
			return tally, refused
		}
		require.NoError(t, b.Rehearse(context.Background(), false, func(tx *book.Tx) error {
			first, refused := load(tx)
			require.Equal(t, int64(len(rows)), first.Created+refused)
			second, again := load(tx)
			require.Equal(t, ReplyTally{Unchanged: first.Created}, second)
			require.Equal(t, refused, again)
			list, err := Replies(tx.View, s, ReplyQuery{AsOf: tx.Today()})
			require.NoError(t, err)
			require.Len(t, list, int(first.Created))
			var detractors int64
			for _, r := range list {
				if r.Answers[0].Score <= mostDetractor {
					detractors++
				}
			}
			tasks, _, err := book.One(tx.View, book.Scalar[int64], `SELECT count(*) FROM tasks`)
			require.NoError(t, err)
			require.Equal(t, detractors, tasks)
			return nil
		}))
	})
}

func mustDay(s string) dates.Date {
	d, err := dates.ParseISO(s)
	if err != nil {
		panic(err)
	}
	return d
}

// TestDetractorsAreOneTask corrects an answer to and fro: one task stays one.
func TestDetractorsAreOneTask(t *testing.T) {
	b, s := surveyBook(t)
	for i, score := range []int64{9, 3, 10, 0} {
		require.NoError(t, b.Update(context.Background(), "answer", func(tx *book.Tx) error {
			r := Reply{CustomerID: 1, Wave: "w", Answers: make([]Answer, len(s.Questions))}
			r.Answers[0] = Answer{Given: true, Score: score}
			_, _, err := AnswerSurvey(tx, s, r, i > 0, RecentTasks)
			return err
		}))
	}
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		what, err := book.All(v, book.Scalar[string], `SELECT what FROM tasks`)
		require.Equal(t, []string{"Ask what went wrong: survey care, w, score 3"}, what)
		return err
	}))
}
