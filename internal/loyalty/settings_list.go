package loyalty

import (
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// SettingRow is a value of a setting and from when it holds.
type SettingRow struct {
	Programme, Key, Value string
	Since                 dates.Date // 0: as perla has it
}

// SettingRows are the settings of a programme as they are on a day, one row for each key; with day 0 every value they ever
// were given, by key and day.
func SettingRows(v *book.View, programme string, day dates.Date) ([]SettingRow, error) {
	rows, err := readSettings(v, programme)
	if err != nil {
		return nil, err
	}
	decimals := v.Settings().Currency.Decimals
	var list []SettingRow
	for _, k := range settingKeys {
		of := []SettingRow{{Programme: programme, Key: k.key, Value: k.write(&defaults, decimals)}}
		for _, r := range rows {
			if r.key == k.key && (day == 0 || r.since <= day) {
				of = append(of, SettingRow{programme, r.key, r.value, r.since})
			}
		}
		if day != 0 {
			of = of[len(of)-1:]
		}
		list = append(list, of...)
	}
	return list, nil
}

// SettingWants says what values a key takes; "" for an unknown one.
func SettingWants(key string) string {
	at := slices.IndexFunc(settingKeys, func(k setting) bool { return k.key == key })
	if at < 0 {
		return ""
	}
	return settingKeys[at].want
}

// Words say what the value of a setting means.
func (r *SettingRow) Words(w money.Wording) string {
	s := defaults
	at := slices.IndexFunc(settingKeys, func(k setting) bool { return k.key == r.Key })
	if at < 0 || !settingKeys[at].read(&s, r.Value, w.Decimals) {
		return ""
	}
	switch r.Key {
	case "earn_at":
		return "an order earns once it is " + string(s.EarnAt)
	case "pending_days":
		if s.PendingDays == 0 {
			return "points can be spent at once"
		}
		return fmt.Sprintf("points can be spent after %d days", s.PendingDays)
	case "expiry":
		return "points " + s.Expiry.Words()
	case "shortfall":
		return map[Shortfall]string{ShortfallDebt: "points taken back that are spent are owed", ShortfallClip: "points taken back that are spent are forgiven",
			ShortfallRefuse: "what takes back points that are spent is refused"}[s.Shortfall]
	case "point_value":
		if s.PointValue == 0 {
			return "points pay no orders"
		}
		return "a point pays " + w.Money(s.PointValue)
	case "min_redeem":
		return fmt.Sprintf("%d or more are spent at once", s.MinRedeem)
	case "tier_basis":
		return map[TierBasis]string{TierByEarned: "tiers count points earned", TierBySpent: "tiers count money spent"}[s.TierBasis]
	case "tier_months":
		return fmt.Sprintf("tiers look back %d months", s.TierMonths)
	}
	if s.TierKeepMonths == 0 {
		return "a tier is lost the day it is met no more"
	}
	return fmt.Sprintf("a tier is kept %d months longer", s.TierKeepMonths)
}
