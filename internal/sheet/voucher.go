package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
)

// Voucher is a voucher, and who took it.
type Voucher struct {
	Person  loyalty.Person
	Voucher loyalty.Voucher
}

// Vouchers are the columns of vouchers, as of a day.
func Vouchers(day dates.Date, words money.Wording) []Column[Voucher] {
	return whole(keeping(slices.Concat([]Column[Voucher]{
		{Name: "code", Get: func(x *Voucher) Value { return Text(x.Voucher.Code) }},
	}, holder(func(x *Voucher) *loyalty.Person { return &x.Person }), []Column[Voucher]{
		{Name: "reward", Get: func(x *Voucher) Value { return Text(x.Voucher.Reward.Code) }},
		{Name: "state", Get: func(x *Voucher) Value { return Text(string(x.Voucher.State(day))) }},
		{Name: "gives", Get: func(x *Voucher) Value { return Text(x.Voucher.Reward.Gives(words)) }},
		{Name: "points", Kind: IntKind, Get: func(x *Voucher) Value { return Int(x.Voucher.Points) }},
		{Name: "issued_on", Kind: DateKind, Get: func(x *Voucher) Value { return Date(x.Voucher.IssuedOn) }},
		{Name: "expires_on", Kind: DateKind, Get: func(x *Voucher) Value { return Date(x.Voucher.ExpiresOn) }},
		{Name: "order_id", Kind: IntKind, Get: func(x *Voucher) Value { return aboveZero(x.Voucher.Order) }},
		{Name: "used_on", Kind: DateKind, Wide: true, Get: func(x *Voucher) Value { return Date(x.Voucher.UsedOn) }},
		{Name: "cancelled_on", Kind: DateKind, Wide: true, Get: func(x *Voucher) Value { return Date(x.Voucher.CancelledOn) }},
		{Name: "entry_id", Kind: IntKind, Wide: true, Get: func(x *Voucher) Value { return Int(x.Voucher.Entry) }},
	}), "name", "gives", "state", "expires_on", "reward", "points"), "code")
}
