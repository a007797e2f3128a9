package loyalty

import (
	"bytes"
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// random is bytes that come the same again.
func random() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{5}) }

func (s *shelf) reward(r Reward) {
	s.Helper()
	r.Programme = Clients
	require.NoError(s, s.write(func(tx *book.Tx) error { _, err := AddReward(tx, r); return err }))
}

func (s *shelf) take(a Account, code, on string) (x Voucher, err error) {
	err = s.write(func(tx *book.Tx) error {
		var err error
		x, err = RedeemReward(tx, a, code, s.day(on), random())
		return err
	})
	return x, err
}

func (s *shelf) find(code, on string) (x Voucher, err error) {
	err = s.book.View(context.Background(), func(v *book.View) error {
		x, err = FindVoucher(v, code, s.day(on))
		return err
	})
	return x, err
}

func TestRewardIsTakenWhereItIsToBeHad(t *testing.T) {
	s := newShelf(t, "2024-06-10")
	s.earn(ana, 1000, 1, "2024-01-01", "2024-01-01", "")
	s.earn(bea, 400, 2, "2024-01-01", "2024-01-01", "")
	two := int64(2)
	require.NoError(t, s.write(func(tx *book.Tx) error {
		for code, threshold := range map[string]int64{"BASE": 400, "GOLD": 1000} {
			if _, err := AddTier(tx, Tier{Programme: Clients, Code: code, Threshold: threshold, Factor: 100}); err != nil {
				return err
			}
		}
		return nil
	}))
	s.reward(Reward{Code: "five", Kind: RewardAmount, Amount: 500, Points: 100, Available: &two, From: s.day("2024-06-01"), Until: s.day("2024-06-30"), VoucherDays: 20})
	s.reward(Reward{Code: "spa", Kind: RewardExperience, Points: 300, Tier: "gold"})
	for _, c := range []struct {
		who             Account
		code, on, wants string
	}{
		{ana, "five", "2024-05-31", "it can be taken from 2024-06-01 on, not on 2024-05-31"},
		{bea, "spa", "2024-06-10", "it is for the tier GOLD, and the account is in BASE on 2024-06-10"},
		{bea, "spa", "2023-12-31", "it is for the tier GOLD, and the account is in none on 2023-12-31"},
		{ana, "fives", "2024-06-10", "there is no such reward for clients"},
		{ana, "five", "2024-06-01", ""},
		{ana, "spa", "2024-06-10", ""},
		{bea, "five", "2024-06-10", ""},
		{bea, "five", "2024-06-10", "none is left of 2"},
	} {
		_, err := s.take(c.who, c.code, c.on)
		if c.wants == "" {
			require.NoError(t, err, "%v", c)
		} else {
			require.ErrorContains(t, err, c.wants)
		}
	}
	require.Equal(t, [3]int64{600}, s.has(ana, "2024-06-10"))
	s.today = s.day("2024-07-01")
	_, err := s.take(ana, "five", "2024-07-01")
	require.ErrorContains(t, err, "it could be taken until 2024-06-30")
}

func TestVoucherIsUsedOnce(t *testing.T) {
	s := newShelf(t, "2024-06-10")
	lot := s.earn(ana, 300, 1, "2024-01-01", "2024-01-01", "2024-06-30")
	s.reward(Reward{Code: "TEN", Kind: RewardPercent, Percent: 1000, Points: 100, VoucherDays: 20})
	x, err := s.take(ana, "ten", "2024-06-10")
	require.NoError(t, err)
	require.Len(t, x.Code, 10)
	require.Equal(t, "2024-06-30", x.ExpiresOn.String())
	use := func(order int64, on string) error {
		return s.write(func(tx *book.Tx) error {
			found, err := FindVoucher(tx.View, strings.ToLower(x.Code[:5]+"-"+x.Code[5:]), s.day(on))
			if err != nil {
				return err
			}
			return UseVoucher(tx, found, order, s.day(on))
		})
	}
	s.today = s.day("2024-07-01")
	require.ErrorContains(t, use(3, "2024-06-09"), "it was made on 2024-06-10")
	require.ErrorContains(t, use(3, "2024-07-01"), "it expired on 2024-06-30")
	require.NoError(t, use(3, "2024-06-30"))
	require.ErrorContains(t, use(4, "2024-06-30"), "order 3 used it on 2024-06-30")
	require.ErrorContains(t, s.write(func(tx *book.Tx) error { return UseVoucher(tx, x, 4, s.day("2024-06-30")) }), "meanwhile")
	require.ErrorContains(t, s.write(func(tx *book.Tx) error { _, err := CancelVoucher(tx, x.Code, 0); return err }), "order 3 used it")
	require.NoError(t, s.write(func(tx *book.Tx) error { return ReleaseVoucher(tx, 3) }))
	require.NoError(t, use(4, "2024-06-30"))
	require.NoError(t, s.write(func(tx *book.Tx) error { return ReleaseVoucher(tx, 4) }))

	require.Equal(t, []int64{200}, s.left(ana, "2024-07-01"))
	require.NoError(t, s.write(func(tx *book.Tx) error { _, err := CancelVoucher(tx, x.Code, s.day("2024-06-20")); return err }))
	require.Equal(t, []int64{300}, s.left(ana, "2024-07-01"), "the points are in lot %d again, past its day", lot)
	require.Equal(t, [3]int64{300}, s.has(ana, "2024-06-30"))
	require.Equal(t, [3]int64{}, s.has(ana, "2024-07-01"))
	require.ErrorContains(t, use(5, "2024-06-30"), "it was cancelled on 2024-06-20")
	_, err = s.find("NOSUCHCODE", "2024-06-30")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	_, err = s.find(x.Code, "2024-06-30")
	require.Equal(t, fault.Conflict, fault.KindOf(err))
}

func TestExperienceIsUsedAtOnce(t *testing.T) {
	s := newShelf(t, "2024-06-10")
	s.earn(ana, 300, 1, "2024-01-01", "2024-01-01", "")
	s.reward(Reward{Code: "SPA", Kind: RewardExperience, Points: 300, VoucherDays: 5})
	x, err := s.take(ana, "spa", "2024-06-10")
	require.NoError(t, err)
	require.Equal(t, VoucherUsed, x.State(s.today))
	_, err = s.find(x.Code, "2024-06-10")
	require.ErrorContains(t, err, "is not taken off an order")
	require.NoError(t, s.write(func(tx *book.Tx) error { _, err := CancelVoucher(tx, x.Code, 0); return err }))
	require.Equal(t, [3]int64{300}, s.has(ana, "2024-06-10"))
}

func TestWhatAVoucherPromisesStays(t *testing.T) {
	s := newShelf(t, "2024-06-10")
	s.earn(ana, 300, 1, "2024-01-01", "2024-01-01", "")
	s.reward(Reward{Code: "FIVE", Kind: RewardAmount, Amount: 500, Points: 100})
	edit := func(change func(*Reward)) error {
		return s.write(func(tx *book.Tx) error {
			_, err := EditReward(tx, Clients, "five", func(r *Reward) error { change(r); return nil })
			return err
		})
	}
	require.NoError(t, edit(func(r *Reward) { r.Amount = 600 }))
	_, err := s.take(ana, "five", "2024-06-10")
	require.NoError(t, err)
	require.ErrorContains(t, edit(func(r *Reward) { r.Amount = 700 }), "its vouchers promise 6.00")
	require.NoError(t, edit(func(r *Reward) { r.Points = 150 }))
}

func TestSecretsAreFair(t *testing.T) {
	seen := map[rune]int{}
	word, err := Secret(random(), 31_000)
	require.NoError(t, err)
	for _, r := range word {
		seen[r]++
	}
	require.Len(t, seen, len(codeLetters))
	for r, n := range seen {
		require.InDelta(t, 1000, n, 200, "%c", r)
	}
	_, err = Secret(bytes.NewReader(nil), 1)
	require.ErrorContains(t, err, "no random bytes")
}

func TestRewardsOfAFile(t *testing.T) {
	s := newShelf(t, "2024-06-10")
	var done RewardTally
	var told []string
	read := func(rows ...RewardRow) {
		told = nil
		require.NoError(t, s.write(func(tx *book.Tx) (err error) {
			done, err = ImportRewards(tx, rows, func(_ int, field, reason string) { told = append(told, field+": "+reason) })
			return err
		}))
	}
	five := Reward{Code: "five", Amount: 500, Points: 100}
	read(RewardRow{Line: 2, Reward: five}, RewardRow{Line: 3, Reward: five}, RewardRow{Line: 4, Reward: Reward{Code: "serum", SKU: "NOPE", Points: 1}},
		RewardRow{Line: 5, Reward: Reward{Code: "spa", Kind: RewardExperience, Points: 1, Tier: "GOLD"}}, RewardRow{Line: 6, Bad: true})
	require.Equal(t, RewardTally{Created: 1}, done)
	require.Equal(t, []string{"code: FIVE is on line 2 already", `product: the book has no product "NOPE"`, "tier: the programme of clients has no tier GOLD"}, told)
	read(RewardRow{Line: 2, Reward: five})
	require.Equal(t, RewardTally{Unchanged: 1}, done)
	five.Points = 90
	read(RewardRow{Line: 2, Reward: five})
	require.Equal(t, RewardTally{Updated: 1}, done)
}
