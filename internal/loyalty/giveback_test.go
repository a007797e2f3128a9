package loyalty

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSpentPointsGoBackIntoTheirLots(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	s.earn(ana, 30, 1, "2024-01-01", "2024-01-01", "2024-05-31")
	s.earn(ana, 30, 2, "2024-01-01", "2024-01-01", "2024-12-31")
	require.NoError(t, s.redeem(ana, 50, 3, "2024-05-01"))
	require.Equal(t, []int64{0, 10}, s.left(ana, "2024-06-01"))
	s.giveBack(3, 25, "2024-06-01")
	require.Equal(t, []int64{5, 30}, s.left(ana, "2024-06-01"), "the last taken first")
	require.Equal(t, [3]int64{30}, s.has(ana, "2024-06-01"), "what is past its day stays so")
	require.Equal(t, [3]int64{10}, s.has(ana, "2024-05-31"), "and before that day they were spent")
	s.giveBack(3, 25, "2024-06-01")
	require.Equal(t, []int64{5, 30}, s.left(ana, "2024-06-01"), "a running total")
	s.giveBack(3, 1000, "2024-06-01")
	require.Equal(t, []int64{30, 30}, s.left(ana, "2024-06-01"), "never more than was spent")
	require.Equal(t, Expired{1, 30}, s.expire("2024-06-01"))
	require.Equal(t, []int64{0, 30}, s.left(ana, "2024-06-01"))
	require.Equal(t, [3]int64{30}, s.has(ana, "2024-06-01"))
}

func TestWhatComesBackAfterTheJobLapsesAgain(t *testing.T) {
	s := newShelf(t, "2024-08-01")
	s.earn(ana, 30, 1, "2024-01-01", "2024-01-01", "2024-05-31")
	require.NoError(t, s.redeem(ana, 20, 3, "2024-05-01"))
	require.Equal(t, Expired{1, 10}, s.expire("2024-06-01"))
	s.giveBack(3, 15, "2024-07-01")
	require.Equal(t, Expired{1, 15}, s.expire("2024-08-01"))
	require.Equal(t, Expired{}, s.expire("2024-08-01"))
	require.Equal(t, [3]int64{}, s.has(ana, "2024-08-01"))
}

// What an order earned is taken back from its own lots, even when they are pending or past their day, expired by the job
// or not.
func TestAReturnTakesItsOwnPoints(t *testing.T) {
	for _, job := range []bool{false, true} {
		s := newShelf(t, "2024-08-01")
		s.earn(ana, 40, 1, "2024-01-01", "2024-01-01", "2024-05-31")
		own := s.earn(ana, 20, 2, "2024-01-01", "2024-01-01", "2024-05-31")
		s.earn(ana, 50, 3, "2024-01-01", "2024-01-01", "")
		if job {
			require.Equal(t, Expired{1, 60}, s.expire("2024-07-01"))
		}
		require.NoError(t, s.reverse(ana, 20, 2, own, "2024-07-15"))
		require.Equal(t, [3]int64{50, 0, 0}, s.has(ana, "2024-08-01"), "job %v", job)
		s.expire("2024-08-01")
		require.Equal(t, [3]int64{50, 0, 0}, s.has(ana, "2024-08-01"), "job %v", job)

		pending := s.earn(ana, 10, 4, "2024-07-01", "2024-09-01", "")
		require.Equal(t, [3]int64{50, 10, 0}, s.has(ana, "2024-08-01"))
		require.NoError(t, s.reverse(ana, 10, 4, pending, "2024-07-20"))
		require.Equal(t, [3]int64{50, 0, 0}, s.has(ana, "2024-08-01"))
		require.NoError(t, s.redeem(ana, 30, 5, "2024-05-20"), "entered late: the 40 were there then")
		require.Equal(t, [3]int64{50, 0, 0}, s.has(ana, "2024-08-01"), "job %v", job)
	}
}
