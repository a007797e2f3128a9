package loyalty

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// defaults hold where nobody set anything.
var defaults = Settings{EarnAt: AtPaid, Shortfall: ShortfallDebt, MinRedeem: 1, TierBasis: TierByEarned, TierMonths: 12}

// mostPoints is more than any rule or redemption may name; an award is cut there too, so that sums of points stay whole
// numbers.
const mostPoints = 1e12

// setting is one key of point_settings. read puts a value as a person writes it into the settings; write gives the
// canonical text of what they hold.
type setting struct {
	key, want string
	read      func(s *Settings, value string, decimals int) bool
	write     func(s *Settings, decimals int) string
}

var settingKeys = []setting{
	{"earn_at", "confirmed, shipped, invoiced or paid", func(s *Settings, v string, _ int) bool {
		return oneOf(&s.EarnAt, v, AtConfirmed, AtShipped, AtInvoiced, AtPaid)
	}, func(s *Settings, _ int) string { return string(s.EarnAt) }},
	{"pending_days", "a number of days such as 14, or 0", func(s *Settings, v string, _ int) bool {
		return count(&s.PendingDays, v, 0, mostDays)
	}, func(s *Settings, _ int) string { return strconv.Itoa(s.PendingDays) }},
	{"expiry", "never, a time such as 90d or 12m, or one and the end to go on to: 12m month, quarter, half or year", func(s *Settings, v string, _ int) bool {
		e, err := ParseExpiry(v)
		s.Expiry = e
		return err == nil
	}, func(s *Settings, _ int) string { return s.Expiry.String() }},
	{"shortfall", "debt, clip or refuse", func(s *Settings, v string, _ int) bool {
		return oneOf(&s.Shortfall, v, ShortfallDebt, ShortfallClip, ShortfallRefuse)
	}, func(s *Settings, _ int) string { return string(s.Shortfall) }},
	{"point_value", "what a point pays, such as 0.01, or 0 when points pay no orders", func(s *Settings, v string, decimals int) bool {
		d, err := money.ParseDecimal(v, '.')
		if err == nil {
			s.PointValue, err = d.Minor(decimals)
		}
		back, _ := money.ParseDecimal(money.Currency{Decimals: decimals}.Format(s.PointValue), '.')
		return err == nil && s.PointValue >= 0 && s.PointValue <= mostPoints && same(d, back)
	}, func(s *Settings, decimals int) string { return money.Currency{Decimals: decimals}.Format(s.PointValue) }},
	{"min_redeem", "a number of points, 1 or more", func(s *Settings, v string, _ int) bool {
		return count(&s.MinRedeem, v, 1, mostPoints)
	}, func(s *Settings, _ int) string { return strconv.FormatInt(s.MinRedeem, 10) }},
	{"tier_basis", "earned or spent", func(s *Settings, v string, _ int) bool {
		return oneOf(&s.TierBasis, v, TierByEarned, TierBySpent)
	}, func(s *Settings, _ int) string { return string(s.TierBasis) }},
	{"tier_months", "a number of months, 1 or more", func(s *Settings, v string, _ int) bool {
		return count(&s.TierMonths, v, 1, mostMonths)
	}, func(s *Settings, _ int) string { return strconv.Itoa(s.TierMonths) }},
	{"tier_keep_months", "a number of months, 0 or more", func(s *Settings, v string, _ int) bool {
		return count(&s.TierKeepMonths, v, 0, mostMonths)
	}, func(s *Settings, _ int) string { return strconv.Itoa(s.TierKeepMonths) }},
}

// SettingKeys are the keys that Set takes, in the order a person reads them.
func SettingKeys() []string {
	keys := make([]string, len(settingKeys))
	for i, k := range settingKeys {
		keys[i] = k.key
	}
	return keys
}

// Value is the canonical text of what the settings hold under a key; "" for an unknown one.
func (s *Settings) Value(key string, decimals int) string {
	for _, k := range settingKeys {
		if k.key == key {
			return k.write(s, decimals)
		}
	}
	return ""
}

func oneOf[T ~string](to *T, value string, known ...T) bool {
	at := slices.Index(known, T(strings.ToLower(value)))
	if at >= 0 {
		*to = known[at]
	}
	return at >= 0
}

func count[T int | int64](to *T, value string, least, most int64) bool {
	n, err := strconv.ParseInt(value, 10, 64)
	*to = T(n)
	return err == nil && n >= least && n <= most
}

// same says whether two decimals are one number.
func same(a, b money.Decimal) bool {
	trim := func(d money.Decimal) money.Decimal {
		for d.Scale > 0 && d.Digits%10 == 0 {
			d = money.Decimal{Digits: d.Digits / 10, Scale: d.Scale - 1}
		}
		return d
	}
	return trim(a) == trim(b)
}

// dated is a row of point_settings.
type dated struct {
	key, value string
	since      dates.Date
}

// settingsOf are the settings that rows, in the order of their days, give for a day.
func settingsOf(rows []dated, day dates.Date, decimals int) Settings {
	s := defaults
	for _, row := range rows {
		if row.since > day {
			continue
		}
		for _, k := range settingKeys {
			if k.key == row.key {
				next := s
				if k.read(&next, row.value, decimals) {
					s = next
				}
			}
		}
	}
	return s
}

// readSettings reads all rows of a programme, in the order of their days.
func readSettings(v *book.View, programme string) ([]dated, error) {
	return book.All(v, func(row book.Scanner) (d dated, err error) {
		var since string
		err = row.Scan(&d.key, &d.value, &since)
		d.since, _ = dates.ParseISO(since)
		return d, err
	}, `SELECT key, value, since_on FROM point_settings WHERE programme = ? ORDER BY since_on, id`, programme)
}

// SettingsAt is how a programme works on a day.
func SettingsAt(v *book.View, programme string, day dates.Date) (Settings, error) {
	rows, err := readSettings(v, programme)
	return settingsOf(rows, day, v.Settings().Currency.Decimals), err
}

// Set makes a value of a setting hold from a day on, until a later row says otherwise. An unknown programme, key or value is
// a fault.Usage.
func Set(tx *book.Tx, programme, key, value string, since dates.Date) error {
	if err := checkProgramme(programme); err != nil {
		return err
	}
	at := slices.IndexFunc(settingKeys, func(k setting) bool { return k.key == strings.ToLower(key) })
	if at < 0 {
		e := &fault.Error{Kind: fault.Usage, Noun: "setting", Key: key, Reason: "there is no such setting", Hint: "there are " + strings.Join(SettingKeys(), ", ")}
		if near := fault.Nearest(key, SettingKeys()); near != "" {
			e.Hint = "did you mean " + near + "?"
		}
		return e
	}
	k, decimals := settingKeys[at], tx.Settings().Currency.Decimals
	var s Settings
	if !k.read(&s, strings.TrimSpace(value), decimals) {
		return &fault.Error{Kind: fault.Usage, Noun: "setting", Key: k.key, Reason: fmt.Sprintf("%.40q was found", value), Hint: "it takes " + k.want}
	}
	_, err := tx.Exec(`INSERT INTO point_settings (programme, key, value, since_on) VALUES (?, ?, ?, ?)
		ON CONFLICT (programme, key, since_on) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`, programme, k.key, k.write(&s, decimals), since.String())
	return err
}

func checkProgramme(programme string) error {
	if slices.Contains(Programmes, programme) {
		return nil
	}
	return &fault.Error{Kind: fault.Usage, Noun: "programme", Key: programme, Reason: "there is no such programme", Hint: "there are clients and consultants"}
}
