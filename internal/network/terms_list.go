package network

import (
	"slices"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// ListTerms is every term that holds on a day, settings by their default too, as SetTerms takes it.
func ListTerms(v *book.View, day dates.Date) ([]Term, error) {
	t, err := ReadTerms(v, Period{Range: dates.Range{From: day, To: day}})
	if err != nil {
		return nil, err
	}
	list, err := listSettings(v, &t, day)
	if err != nil {
		return nil, err
	}
	currency := v.Settings().Currency
	read := func(columns, rest string, terms func(r book.Row) []Term) error {
		return v.Each(func(r book.Row) error {
			found := terms(r)
			for i := range found {
				found[i].Days.From, _ = dates.ParseISO(r.Text(0)) // perla check proves the days of the book
				found[i].Days.To, _ = dates.ParseISO(r.Text(1))
			}
			list = append(list, found...)
			return nil
		}, `x.from_on, x.until_on, `+columns, rest, day.String())
	}
	holding := func(table, order string) string {
		return `(SELECT * FROM ` + table + ` WHERE (from_on IS NULL OR from_on <= ?2) AND (until_on IS NULL OR until_on >= ?2) ORDER BY ` + order + ` LIMIT -1) x`
	}
	if err := read(`x.floor_amount, x.rate`, holding(`commission_brackets`, `floor_amount`), func(r book.Row) []Term {
		return []Term{{Key: "bracket." + currency.Format(money.Amount(r.Int(2))), Value: percentText(r.Int(3))}}
	}); err != nil {
		return nil, err
	}
	if err := read(`x.depth, x.rate`, holding(`commission_overrides`, `depth`), func(r book.Row) []Term {
		return []Term{{Key: "override." + strconv.FormatInt(r.Int(2), 10), Value: percentText(r.Int(3))}}
	}); err != nil {
		return nil, err
	}
	err = read(`x.code, x.name, x.rank, x.own_sales, x.group_sales, c.code, x.margin, x.commission_rate, x.payment_days`,
		holding(`levels`, `rank, id`)+` LEFT JOIN courses c ON c.id = x.course_id`, func(r book.Row) (terms []Term) {
			for i, k := range levelKeys {
				at := i + 3
				value := r.Text(at)
				switch k.kind {
				case "money":
					value = currency.Format(money.Amount(r.Int(at)))
				case "percent":
					value = percentText(r.Int(at))
				case "number":
					value = strconv.FormatInt(r.Int(at), 10)
				}
				if value != "" {
					terms = append(terms, Term{Key: "level." + r.Text(2) + "." + k.name, Value: string([]byte(value))})
				}
			}
			return terms
		})
	return list, err
}

// listSettings are the settings, each with the day since which it holds.
func listSettings(v *book.View, t *Terms, day dates.Date) ([]Term, error) {
	list := []Term{{Key: "commission", Value: "flat"}, {Key: "earn_at", Value: t.EarnAt}, {Key: "active_from", Value: v.Settings().Currency.Format(t.ActiveFrom)},
		{Key: "downgrade", Value: t.Downgrade.String()}, {Key: "ceiling"}}
	if t.Marginal {
		list[0].Value = "marginal"
	}
	if t.HasCeiling {
		list[4].Value = percentText(t.Ceiling)
	}
	err := v.Each(func(r book.Row) error {
		at := slices.IndexFunc(list, func(t Term) bool { return t.Key == r.Text(0) })
		if since, err := dates.ParseISO(r.Text(1)); at >= 0 && err == nil && since > 1 {
			list[at].Days.From = since
		}
		return nil
	}, `key, since_on`, `(SELECT key, max(since_on) AS since_on FROM network_settings WHERE since_on <= ? GROUP BY key)`, day.String())
	return list, err
}

// percentText writes hundredths of a percent as a percentage, without zeros at its end.
func percentText(rate int64) string {
	d := money.Decimal{Digits: rate, Scale: 2}
	for d.Scale > 0 && d.Digits%10 == 0 {
		d.Digits, d.Scale = d.Digits/10, d.Scale-1
	}
	return string(d.Append(nil)) + "%"
}
