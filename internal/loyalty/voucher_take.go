package loyalty

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// voucherColumns are those of a voucher x, in the order of scanVoucher; ?1 is the day that its reward asks for.
const (
	voucherColumns = `x.id, x.code, ifnull(e.customer_id, 0), ifnull(e.consultant_id, 0), e.id, -e.points, x.issued_on, ifnull(x.expires_on, ''), ifnull(x.order_id, 0),
	ifnull(x.used_on, ''), ifnull(x.cancelled_on, ''), ` + rewardColumns
	voucherTables = ` FROM vouchers x JOIN point_entries e ON e.id = x.entry_id JOIN rewards r ON r.id = x.reward_id LEFT JOIN products s ON s.id = r.product_id `
)

func scanVoucher(row book.Scanner) (x Voucher, err error) {
	var issued, expires, used, cancelled string
	cells, done := x.Reward.cells()
	err = row.Scan(append([]any{&x.ID, &x.Code, &x.Account.Customer, &x.Account.Consultant, &x.Entry, &x.Points, &issued, &expires, &x.Order, &used, &cancelled}, cells...)...)
	done()
	x.IssuedOn, x.ExpiresOn, x.UsedOn, x.CancelledOn = dayOf(issued), dayOf(expires), dayOf(used), dayOf(cancelled)
	return x, err
}

// VoucherQuery says which vouchers are wanted; the zero one all.
type VoucherQuery struct {
	Account Account      // who took it
	Reward  string       // its code
	State   VoucherState // on the day AsOf
	AsOf    dates.Date   // those made later are left out
}

// Vouchers yields vouchers, the latest first.
func Vouchers(v *book.View, q VoucherQuery) iter.Seq2[Voucher, error] {
	return func(yield func(Voucher, error) bool) {
		list, err := book.All(v, scanVoucher, `SELECT `+voucherColumns+voucherTables+`WHERE x.issued_on <= ?1 AND (?2 = 0 OR e.customer_id = ?2) AND (?3 = 0 OR e.consultant_id = ?3)
			AND (?4 = '' OR r.code = ?4) ORDER BY x.issued_on DESC, x.id DESC`, q.AsOf.String(), q.Account.Customer, q.Account.Consultant, codeOf(q.Reward))
		for _, x := range list {
			if (q.State == "" || x.State(q.AsOf) == q.State) && !yield(x, nil) {
				return
			}
		}
		if err != nil {
			yield(Voucher{}, err)
		}
	}
}

// RedeemReward spends an account's points on a reward on a day, 0 for today, and makes its voucher, with a code out of a
// source of random bytes. What is an experience is used at once. A reward that is not to be had, on that day, by her, or at
// all any more, and points that are not there are a fault.Conflict.
func RedeemReward(tx *book.Tx, a Account, code string, on dates.Date, random io.Reader) (Voucher, error) {
	on, err := pastDay(tx, on)
	if err != nil {
		return Voucher{}, err
	}
	r, err := FindReward(tx.View, a.Programme(), code, tx.Today())
	if err != nil {
		return Voucher{}, err
	}
	if err := r.refuses(tx.View, a, on); err != nil {
		return Voucher{}, err
	}
	e, err := redeem(tx, a, r.Points, on, 0, "reward "+r.Code)
	if err != nil {
		return Voucher{}, err
	}
	secret, err := unusedCode(tx.View, random)
	if err != nil {
		return Voucher{}, err
	}
	var expires, used dates.Date
	switch {
	case r.Kind == RewardExperience:
		used = on
	case r.VoucherDays > 0:
		expires = on.AddDays(r.VoucherDays)
	}
	if _, err := tx.Insert(`INSERT INTO vouchers (code, reward_id, entry_id, issued_on, expires_on, used_on) VALUES (?, ?, ?, ?, ?, ?)`,
		secret, r.ID, e.ID, on.String(), dayOrNil(expires), dayOrNil(used)); err != nil {
		return Voucher{}, err
	}
	return VoucherOf(tx.View, secret)
}

// refuses says why an account cannot take the reward on a day, whatever points it has.
func (r *Reward) refuses(v *book.View, a Account, on dates.Date) error {
	conflict := func(reason, hint string) error {
		return &fault.Error{Kind: fault.Conflict, Noun: "reward", Key: r.Code, Reason: reason, Hint: hint}
	}
	change := "change it with: perla reward edit " + r.Code
	switch r.State(on) {
	case RewardPlanned:
		return conflict(fmt.Sprintf("it can be taken from %s on, not on %s", r.From, on), change)
	case RewardEnded:
		return conflict(fmt.Sprintf("it could be taken until %s, not on %s", r.Until, on), change)
	case RewardTaken:
		return conflict(fmt.Sprintf("none is left of %d", *r.Available), "make more available with: perla reward edit "+r.Code+" --available N")
	}
	if r.Tier == "" {
		return nil
	}
	wanted, err := tierOn(v, r.Programme, r.Tier, on)
	if fault.KindOf(err) == fault.NotFound {
		return conflict(fmt.Sprintf("it is for the tier %s, which is not there on %s", r.Tier, on), change)
	}
	if err != nil {
		return err
	}
	tiers, err := TierAt(v, r.Programme, on, a.id())
	if err != nil {
		return err
	}
	hers, in := tiers[a.id()]
	switch {
	case !in:
		return conflict(fmt.Sprintf("it is for the tier %s, and the account is in none on %s", r.Tier, on), "see how far it is with: perla points balance "+a.selector())
	case higher(hers, wanted) < 0:
		return conflict(fmt.Sprintf("it is for the tier %s, and the account is in %s on %s", r.Tier, hers.Code, on), "see how far it is with: perla points balance "+a.selector())
	}
	return nil
}

// unusedCode is a code for a voucher that no other has.
func unusedCode(v *book.View, random io.Reader) (string, error) {
	const tries = 10_000 // with fair bytes the first one is free
	for range tries {
		code, err := Secret(random, voucherLetters)
		if err != nil {
			return "", err
		}
		if _, used, err := book.One(v, book.Scalar[int64], `SELECT 1 FROM vouchers WHERE code = ?`, code); err != nil || !used {
			return code, err
		}
	}
	return "", errors.New("the source of random bytes repeats itself")
}

// CancelVoucher takes a voucher back on a day, 0 for today: its points go into the lots they came from. One that an order
// used is a fault.Conflict; of an experience it says that it did not take place.
func CancelVoucher(tx *book.Tx, code string, on dates.Date) (Voucher, error) {
	on, err := pastDay(tx, on)
	if err != nil {
		return Voucher{}, err
	}
	x, err := VoucherOf(tx.View, code)
	if err != nil {
		return x, err
	}
	conflict := func(reason, hint string) error {
		return &fault.Error{Kind: fault.Conflict, Noun: "voucher", Key: x.Code, Reason: reason, Hint: hint}
	}
	switch {
	case x.CancelledOn != 0:
		return x, conflict(fmt.Sprintf("it was cancelled on %s", x.CancelledOn), "")
	case x.Order != 0:
		return x, conflict(fmt.Sprintf("order %d used it on %s", x.Order, x.UsedOn), fmt.Sprintf("cancel the order first: perla order cancel %d", x.Order))
	case on < x.IssuedOn:
		return x, conflict(fmt.Sprintf("it was made on %s, after %s", x.IssuedOn, on), "")
	}
	if _, err := giveBackEntry(tx, x.Entry, x.Points, on); err != nil {
		return x, err
	}
	if _, err := tx.Exec(`UPDATE vouchers SET cancelled_on = ?, used_on = NULL WHERE id = ?`, on.String(), x.ID); err != nil {
		return x, err
	}
	return VoucherOf(tx.View, x.Code)
}
