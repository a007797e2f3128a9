package agenda

import (
	"strconv"
	"time"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// basisWords say how it is known how long something lasts.
var basisWords = map[Basis]string{BasisOwn: "her own pace", BasisProduct: "the product", BasisCategory: "its category"}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// count is a number of things whose plural ends in s.
func count(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + one + "s"
}

func days(n int) string { return count(int64(n), "day") }

func pieces(n int64, product string) string {
	if n == 1 {
		return product
	}
	return number(n) + " " + product
}

func (a *Agenda) money(amount money.Amount) string { return a.query.Words.Sum(amount) }

// on names a day near enough to need no year, 30 November, else the whole of it.
func (a *Agenda) on(day dates.Date) string {
	y, m, d := day.Civil()
	if year, _, _ := a.query.AsOf.Civil(); y != year {
		return day.String()
	}
	return strconv.Itoa(d) + " " + m.String()
}

// when says how far away a day is.
func (a *Agenda) when(day dates.Date) string {
	switch n := int(day - a.query.AsOf); {
	case n == 0:
		return "today"
	case n == 1:
		return "tomorrow"
	case n == -1:
		return "yesterday"
	case n > 0 && n < 7:
		return "in " + days(n) + ", " + weekday(day)
	case n > 0:
		return "in " + days(n)
	default:
		return days(-n) + " ago"
	}
}

func weekday(day dates.Date) string { return time.Weekday(day.Weekday()).String() }

// lateness says how late something due on a day is, or when it will be due.
func (a *Agenda) lateness(day dates.Date) string {
	if n := int(a.query.AsOf - day); n > 0 {
		return days(n) + " late"
	}
	return "due " + a.when(day)
}

// usedUp says when something was or will be used up.
func (a *Agenda) usedUp(day dates.Date) string {
	if day < a.query.AsOf {
		return "used up " + a.when(day)
	}
	return "lasts until " + a.on(day)
}

// inStock says how many can be sold at once, where it is known.
func inStock(tracked bool, available int64) string {
	switch {
	case !tracked:
		return ""
	case available <= 0:
		return ", none in stock"
	}
	return ", " + number(available) + " in stock"
}

func caseWhy(c *contacts.Case) string {
	why := c.Kind
	if c.Priority == "high" || c.Priority == "urgent" {
		why = c.Priority + " " + c.Kind
	}
	if c.Status == contacts.CaseAnswered {
		why += ", answered"
	}
	switch c.AgeDays {
	case 0:
		why += " of today"
	case 1:
		why += " of yesterday"
	default:
		why += ", " + days(c.AgeDays)
	}
	return why + ": " + c.Topic
}

// command is what to type about something with a number.
func command(verb string, id int64) string { return "perla " + verb + " " + number(id) }

// textCommand is what to type for a message to somebody.
func textCommand(p *Person) string { return command("today -t", p.ID) }
