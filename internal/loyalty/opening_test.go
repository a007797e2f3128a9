package loyalty

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

func TestOpeningBalances(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	s.set("expiry", "12m")
	rows := []Opening{
		{Line: 2, Account: ana, Points: 100, On: s.day("2024-01-31")},
		{Line: 3, Account: ana, Points: 50, On: s.day("2024-01-31"), ExpiresOn: s.day("2024-12-31")},
		{Line: 4, Account: bea, Points: 10, On: s.day("2024-01-31"), Ref: "B-1", RefSource: "old"},
		{Line: 5, Account: eva, Points: 7, On: s.day("2024-01-31")},
		{Line: 6, Account: bea, Points: 0},
		{Line: 7, Account: bea, Points: 5, On: s.day("2024-06-02")},
		{Line: 8, Account: bea, Points: 5, On: s.day("2024-06-01"), ExpiresOn: s.day("2024-05-31")},
	}
	load := func(rows []Opening) (done Opened, problems []string) {
		require.NoError(t, s.write(func(tx *book.Tx) (err error) {
			done, err = Open(tx, rows, func(p OpeningProblem) { problems = append(problems, fmt.Sprint(p.Opening.Line, " ", p.Reason)) })
			return err
		}))
		return done, problems
	}
	done, problems := load(rows)
	require.Equal(t, Opened{Added: 4, Points: 167}, done)
	wrong := []string{"6 0 points; there must be 1 to 1000000000000", "7 2024-06-02 has not come yet", "8 expires on 2024-05-31, before its day 2024-06-01"}
	require.Equal(t, wrong, problems)
	require.Equal(t, [3]int64{150}, s.has(ana, "2024-06-01"))
	require.Equal(t, [3]int64{100}, s.has(ana, "2025-01-31"))
	require.Equal(t, [3]int64{}, s.has(ana, "2025-02-01"))
	require.Equal(t, [3]int64{7}, s.has(eva, "2024-06-01"))

	done, problems = load(rows)
	require.Equal(t, Opened{Unchanged: 4}, done)
	require.Equal(t, wrong, problems)
	rows[2].Points = 11
	done, problems = load(rows[2:3])
	require.Equal(t, Opened{}, done)
	require.Equal(t, []string{"4 the ref B-1 stands for 10 points of 2024-01-31 of customer 2 already: adjust the points"}, problems)
}
