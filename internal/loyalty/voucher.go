package loyalty

import (
	"fmt"
	"io"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Voucher is a reward that somebody took: a code that one order uses once. It holds for whoever names it, so that it can be
// given away.
type Voucher struct {
	ID          int64
	Code        string
	Reward      Reward
	Account     Account // who took it
	Entry       int64   // the redeem entry that paid it
	Points      int64   // what it cost
	IssuedOn    dates.Date
	ExpiresOn   dates.Date // its last day; 0 is never
	Order       int64      // that used it; 0 is none
	UsedOn      dates.Date // 0 while it is not; of an experience the day it was taken
	CancelledOn dates.Date // 0 while it is not
}

// VoucherState says what a voucher is on a day.
type VoucherState string

// The states.
const (
	VoucherOpen      VoucherState = "open"
	VoucherUsed      VoucherState = "used"
	VoucherExpired   VoucherState = "expired"
	VoucherCancelled VoucherState = "cancelled"
)

// State says what the voucher is on a day.
func (x *Voucher) State(day dates.Date) VoucherState {
	switch {
	case x.CancelledOn != 0 && x.CancelledOn <= day:
		return VoucherCancelled
	case x.UsedOn != 0 && x.UsedOn <= day:
		return VoucherUsed
	case day > lapse(x.ExpiresOn):
		return VoucherExpired
	}
	return VoucherOpen
}

// codeLetters are those of codes: none of them looks like another, read or heard.
const codeLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// voucherLetters is how long the code of a voucher is: about 50 bits, which nobody guesses before it is used.
const voucherLetters = 10

// Secret makes a word of so many letters and digits that nobody guesses, about 5 bits each, from a source of random bytes.
func Secret(random io.Reader, letters int) (string, error) {
	code := make([]byte, 0, letters)
	var b [1]byte
	for len(code) < letters {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", fmt.Errorf("no random bytes: %w", err)
		}
		if n := int(b[0] & 31); n < len(codeLetters) { // 5 of its bits, all but one of whose 32 values stand for a letter
			code = append(code, codeLetters[n])
		}
	}
	return string(code), nil
}

// voucherCode is a code as it is kept, however it was written.
func voucherCode(text string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, text))
}

// FindVoucher is the voucher of a code that an order can use on a day. An unknown code is a fault.NotFound, one that is
// used, expired or cancelled, or not of an order, a fault.Conflict that says which.
func FindVoucher(v *book.View, code string, day dates.Date) (Voucher, error) {
	x, err := VoucherOf(v, code)
	if err != nil {
		return x, err
	}
	return x, x.refusal(day)
}

// VoucherOf is the voucher of a code, whatever became of it. An unknown code is a fault.NotFound.
func VoucherOf(v *book.View, code string) (Voucher, error) {
	x, found, err := book.One(v, scanVoucher, `SELECT `+voucherColumns+voucherTables+`WHERE x.code = ?2`, v.Today().String(), voucherCode(code))
	if err == nil && !found {
		err = &fault.Error{Kind: fault.NotFound, Noun: "voucher", Key: code, Reason: "there is no such code", Hint: "list them with: perla reward vouchers"}
	}
	return x, err
}

// refusal says why no order can use the voucher on a day.
func (x *Voucher) refusal(day dates.Date) error {
	reason, hint := "", "see: perla reward vouchers --code "+x.Code
	switch {
	case x.CancelledOn != 0:
		reason = fmt.Sprintf("it was cancelled on %s", x.CancelledOn)
	case x.Reward.Kind == RewardExperience:
		reason = x.Reward.Name + " is not taken off an order"
	case x.Order != 0:
		reason = fmt.Sprintf("order %d used it on %s", x.Order, x.UsedOn)
	case x.UsedOn != 0:
		reason = fmt.Sprintf("it was used on %s", x.UsedOn)
	case day < x.IssuedOn:
		reason = fmt.Sprintf("it was made on %s, after %s", x.IssuedOn, day)
	case day > lapse(x.ExpiresOn):
		reason = fmt.Sprintf("it expired on %s", x.ExpiresOn)
	default:
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Noun: "voucher", Key: x.Code, Reason: reason, Hint: hint}
}

// UseVoucher notes that an order uses a voucher on a day; FindVoucher says whether it can.
func UseVoucher(tx *book.Tx, x Voucher, order int64, day dates.Date) error {
	if err := x.refusal(day); err != nil {
		return err
	}
	n, err := tx.Exec(`UPDATE vouchers SET order_id = ?, used_on = ? WHERE id = ? AND used_on IS NULL AND cancelled_on IS NULL`, order, day.String(), x.ID)
	if err == nil && n == 0 {
		err = &fault.Error{Kind: fault.Conflict, Noun: "voucher", Key: x.Code, Reason: "it was used or cancelled meanwhile", Hint: "see: perla reward vouchers --code " + x.Code}
	}
	return err
}

// ReleaseVoucher makes the voucher that an order used one to be used again, as when the order is cancelled. Its last day
// stays.
func ReleaseVoucher(tx *book.Tx, order int64) error {
	_, err := tx.Exec(`UPDATE vouchers SET order_id = NULL, used_on = NULL WHERE order_id = ?`, order)
	return err
}

// VoucherUsedBy is the voucher that an order used.
func VoucherUsedBy(v *book.View, order int64) (x Voucher, found bool, err error) {
	return book.One(v, scanVoucher, `SELECT `+voucherColumns+voucherTables+`WHERE x.order_id = ?2`, v.Today().String(), order)
}
