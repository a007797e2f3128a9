package agenda

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/dates"
)

// Birthday is a birthday that is today or soon.
type Birthday struct {
	*Person
	On    dates.Date // 28 February of a common year for who was born on the 29th
	Turns int        // years; 0 when nobody knows the year of her birth
}

// bornOn takes in a birthday, 1984-02-29 or --02-29.
func (p *Person) bornOn(text string) {
	if len(text) < 5 {
		return
	}
	p.birthday = strings.Clone(text[len(text)-5:])
	if len(text) == 10 {
		p.year, _ = strconv.Atoi(text[:4])
	}
}

// nextBirthday is the first day from one on that a birthday, MM-DD, is shown on; 0 for what is none.
func nextBirthday(birthday string, from dates.Date) dates.Date {
	year, _, _ := from.Civil()
	for y := year; y <= year+1; y++ {
		text := strconv.Itoa(y)
		text = strings.Repeat("0", max(0, 4-len(text))) + text + "-"
		on, err := dates.ParseISO(text + birthday)
		if err != nil && birthday == "02-29" {
			on, err = dates.ParseISO(text + "02-28")
		}
		if err == nil && on >= from {
			return on
		}
	}
	return 0
}

// Birthdays are the birthdays from the day on up to the notice of them, the next first. Companies have none.
func (a *Agenda) Birthdays() ([]Birthday, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	last := a.horizon(a.rules.BirthdayNotice)
	var list []Birthday
	for _, p := range people {
		if p.birthday == "" {
			continue
		}
		on := nextBirthday(p.birthday, a.query.AsOf)
		if on.IsZero() || on > last {
			continue
		}
		if known, err := a.known(p); err != nil || !known {
			if err != nil {
				return nil, err
			}
			continue
		}
		b := Birthday{Person: p, On: on}
		if year, _, _ := on.Civil(); p.year != 0 && year >= p.year {
			b.Turns = year - p.year
		}
		list = append(list, b)
	}
	slices.SortFunc(list, func(x, y Birthday) int { return cmp.Or(cmp.Compare(x.On, y.On), cmp.Compare(x.ID, y.ID)) })
	return list, nil
}

// known says whether anything of her was known on the day: an imported customer may have bought before she was entered.
func (a *Agenda) known(p *Person) (bool, error) {
	if p.created <= a.query.AsOf || !p.LastContact.IsZero() {
		return true, nil
	}
	t, err := a.sold()
	return err == nil && t.buyers[p.ID] != nil, err
}
