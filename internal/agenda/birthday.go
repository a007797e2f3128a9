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

// monthDay is her birthday, MM-DD; "" for unknown.
func (p *Person) monthDay() string { return p.birthday[max(0, len(p.birthday)-5):] }

// born is the year of her birth; 0 when nobody knows.
func (p *Person) born() int {
	if len(p.birthday) != len("1984-02-29") {
		return 0
	}
	year, _ := strconv.Atoi(p.birthday[:4])
	return year
}

// birthdaysFrom are the birthdays, MM-DD, that may be shown on some days: all others need no second look.
func birthdaysFrom(first, last dates.Date) map[string]bool {
	near := map[string]bool{"02-29": true}
	for day := first; day <= last && day-first < 366; day++ {
		if text := day.String(); text != "" {
			near[text[5:]] = true
		}
	}
	return near
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
func (a *Agenda) Birthdays() ([]Birthday, error) { return a.BirthdaysSince(a.query.AsOf) }

// BirthdaysSince are the birthdays from an earlier day on, up to the notice: of those that have passed, of who was in the
// book by then, and of those to come the next.
func (a *Agenda) BirthdaysSince(from dates.Date) ([]Birthday, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	last := a.horizon(a.rules.BirthdayNotice)
	var list []Birthday
	near := birthdaysFrom(from, last)
	for i := range people.list {
		p := &people.list[i]
		birthday := p.monthDay()
		if !near[birthday] {
			continue
		}
		for on := nextBirthday(birthday, from); !on.IsZero() && on <= last; on = nextBirthday(birthday, on+1) {
			known, err := a.known(p)
			if err != nil {
				return nil, err
			}
			if !known {
				break
			}
			past := on < a.query.AsOf
			if past && p.created > on {
				continue
			}
			b := Birthday{Person: p, On: on}
			if year, _, _ := on.Civil(); p.born() > 0 {
				b.Turns = max(0, year-p.born())
			}
			if list = append(list, b); !past {
				break
			}
		}
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
	return err == nil && t.buyers.of(p.ID) != nil, err
}
