package network

import (
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Clients count the clients of a consultant by when they bought last.
type Clients struct {
	All    int64
	Active int64 // in the last ActiveDays
	AtRisk int64 // in as many days before those, and not since
}

// ActiveDays is for how many days somebody who bought is an active client.
const ActiveDays = 90

// ReadClients counts whose clients who is not archived was on a day, by place: those of one consultant, or with 0 of all.
// A purchase is an order that counts and takes no money back, whoever sold it.
func ReadClients(v *book.View, team *Team, consultant int64, day dates.Date) ([]Clients, error) {
	list := make([]Clients, len(team.Members))
	active, risk := (day - ActiveDays).String(), (day - 2*ActiveDays).String() // bought after it
	hers, args := `IS NOT NULL`, []any{day.String()}
	if consultant != 0 {
		hers, args = `= ?3`, append(args, consultant)
	}
	err := v.Each(func(r book.Row) error {
		place, ok := team.Place(r.Int(0))
		if !ok {
			return nil
		}
		c := &list[place]
		c.All++
		switch last := r.Text(1); {
		case last > active:
			c.Active++
		case last > risk:
			c.AtRisk++
		}
		return nil
	}, `h.consultant_id, (SELECT o.ordered_on FROM orders o WHERE o.customer_id = h.customer_id AND o.net >= 0 AND `+counts("o", day)+` ORDER BY o.ordered_on DESC LIMIT 1)`,
		`customer_consultants h JOIN customers c ON c.id = h.customer_id WHERE h.since_on <= ?2 AND h.consultant_id `+hers+`
			AND (c.archived_on IS NULL OR c.archived_on > ?2) AND c.erased_on IS NULL
			AND NOT EXISTS (SELECT 1 FROM customer_consultants l WHERE l.customer_id = h.customer_id AND l.since_on > h.since_on AND l.since_on <= ?2)`, args...)
	return list, err
}

// Selling is when each consultant sold something, by place.
type Selling struct {
	First  []dates.Date // the day of her first sale; 0 for none
	months [][]int32    // the calendar months with a sale, ascending
}

// ReadSelling reads when everybody sold something, as known on a day. An order that takes money back is no sale.
func ReadSelling(v *book.View, team *Team, day dates.Date) (*Selling, error) {
	s := &Selling{First: make([]dates.Date, len(team.Members)), months: make([][]int32, len(team.Members))}
	err := v.Each(func(r book.Row) error {
		place, ok := team.Place(r.Int(0))
		if !ok {
			return nil
		}
		on, _ := dates.ParseISO(r.Text(1)) // perla check proves the days of the book
		if s.First[place] == 0 || on < s.First[place] {
			s.First[place] = on
		}
		month := MonthNumber(on)
		if at, found := slices.BinarySearch(s.months[place], month); !found {
			s.months[place] = slices.Insert(s.months[place], at, month)
		}
		return nil
	}, seller+`, o.ordered_on`, `orders o WHERE o.original_id IS NULL AND o.net > 0 AND `+counts("o", day))
	return s, err
}

// In says whether the consultant at a place sold something in a calendar month, by its number.
func (s *Selling) In(place, month int32) bool {
	_, found := slices.BinarySearch(s.months[place], month)
	return found
}

// MonthNumber counts calendar months: the one after has the next number.
func MonthNumber(day dates.Date) int32 {
	y, m, _ := day.Civil()
	return int32(y)*12 + int32(m) - 1
}

// Achieved is what a consultant did in a period that is no money.
type Achieved struct {
	Orders         int64 // hers, those that take money back left out
	NewClients     int64 // who bought for the first time ever, of her
	NewConsultants int64 // who joined right under her
}

// Of is the figure that a kind of goal is about, one that is no money.
func (a *Achieved) Of(kind string) int64 {
	switch kind {
	case "orders":
		return a.Orders
	case "new_clients":
		return a.NewClients
	}
	return a.NewConsultants
}

// ReadAchieved counts what a consultant did in a period.
func ReadAchieved(v *book.View, m *Month, consultant int64) (a Achieved, err error) {
	from, to := m.From.String(), min(m.To, m.day).String()
	a.Orders, _, err = book.One(v, book.Scalar[int64], `SELECT count(*) FROM orders o WHERE o.ordered_on BETWEEN ? AND ? AND o.original_id IS NULL AND o.net >= 0
		AND `+counts("o", m.day)+` AND `+seller+` = ?`, from, to, consultant)
	if err != nil {
		return a, err
	}
	a.NewClients, _, err = book.One(v, book.Scalar[int64], `SELECT count(*) FROM orders o WHERE `+firstPurchase(m.day)+` AND `+seller+` = ?`, from, to, consultant)
	if err != nil {
		return a, err
	}
	a.NewConsultants, _, err = book.One(v, book.Scalar[int64], `SELECT count(*) FROM consultants k WHERE k.joined_on BETWEEN ? AND ?2
		AND (SELECT h.sponsor_id FROM consultant_sponsors h WHERE h.consultant_id = k.id AND h.since_on <= ?2 ORDER BY h.since_on DESC LIMIT 1) = ?3`, from, to, consultant)
	return a, err
}

// CountClients counts the customers of a consultant who are in the lists.
func CountClients(v *book.View, consultant int64) (int64, error) {
	n, _, err := book.One(v, book.Scalar[int64], `SELECT count(*) FROM customers WHERE consultant_id = ? AND archived_on IS NULL`, consultant)
	return n, err
}
