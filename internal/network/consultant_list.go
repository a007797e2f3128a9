package network

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// consultantColumns is what a consultant is read from, in the order of scanConsultant; %s stands for sponsor and status.
// A customer is written as order files write her: her ref (with its source before it unless that is csv), else her
// e-mail, else her phone, else her name.
const consultantColumns = `k.id, k.ref, k.name, k.email, k.phone, k.phone_e164, k.birthday, k.address, k.city, k.country, k.language,
	k.customer_id, CASE WHEN x.ref_source = 'csv' THEN x.ref WHEN x.ref IS NOT NULL THEN x.ref_source || ':' || x.ref ELSE coalesce(x.email, x.phone_e164, x.name) END, x.name,
	s.id, s.ref, s.name, k.status, k.notes, k.joined_on, k.archived_on`

func scanConsultant(row book.Row) (k Consultant) {
	next := -1
	text := func() string {
		next++
		return strings.Clone(row.Text(next))
	}
	number := func() int64 {
		next++
		return row.Int(next)
	}
	day := func() dates.Date {
		d, _ := dates.ParseISO(text()) // perla check proves the days of the book
		return d
	}
	link := func() Link { return Link{ID: number(), Key: text(), Name: text()} }
	k.ID, k.Ref, k.Name, k.Email, k.Phone, k.E164, k.Birthday = number(), text(), text(), text(), text(), text(), text()
	k.Address, k.City, k.Country, k.Language = text(), text(), text(), text()
	k.Customer, k.Sponsor = link(), link()
	k.Status, k.Notes, k.JoinedOn, k.ArchivedOn = text(), text(), day(), day()
	return k
}

// asOfDay is the table of consultants k with sponsor and status as they were on a day.
func asOfDay(day dates.Date) string {
	last := func(table, column string) string {
		return `(SELECT h.` + column + ` FROM ` + table + ` h WHERE h.consultant_id = c.id AND h.since_on <= '` + day.String() + `' ORDER BY h.since_on DESC LIMIT 1)`
	}
	return `(SELECT c.id, c.ref, c.name, c.email, c.phone, c.phone_e164, c.birthday, c.address, c.city, c.country, c.language, c.customer_id,
		` + last("consultant_sponsors", "sponsor_id") + ` AS sponsor_id, ifnull(` + last("consultant_statuses", "status") + `, 'active') AS status,
		c.notes, c.joined_on, CASE WHEN c.archived_on <= '` + day.String() + `' THEN c.archived_on END AS archived_on FROM consultants c)`
}

// readConsultants yields those consultants k that a condition lets pass, with sponsor and status as of a day, 0 for those
// that stand with the consultant.
func readConsultants(v *book.View, day dates.Date, where, order string, args ...any) iter.Seq2[Consultant, error] {
	table := "consultants"
	if !day.IsZero() {
		table = asOfDay(day)
	}
	return book.Stream(v, scanConsultant, consultantColumns, `(SELECT * FROM `+table+` k WHERE `+where+` ORDER BY `+order+` LIMIT -1) k
		LEFT JOIN consultants s ON s.id = k.sponsor_id LEFT JOIN customers x ON x.id = k.customer_id`, args...)
}

// ListOptions choose consultants.
type ListOptions struct {
	AsOf     dates.Date // sponsor, status and archived ones as of that day; 0 is today
	Status   string     // "" for any
	Sponsor  int64      // only those right under her; 0 for any
	Archived bool       // the archived ones
	All      bool       // archived ones or not
}

// List yields the consultants that some options choose, by ref.
func List(v *book.View, o ListOptions) iter.Seq2[Consultant, error] {
	if o.AsOf >= v.Today() {
		o.AsOf = 0
	}
	where, args := []string{`true`}, []any(nil)
	add := func(on bool, condition string, more ...any) {
		if on {
			where, args = append(where, condition), append(args, more...)
		}
	}
	add(!o.All && o.Archived, `k.archived_on IS NOT NULL`)
	add(!o.All && !o.Archived, `k.archived_on IS NULL`)
	add(o.Status != "", `k.status = ?`, o.Status)
	add(o.Sponsor != 0, `k.sponsor_id = ?`, o.Sponsor)
	return readConsultants(v, o.AsOf, strings.Join(where, " AND "), "k.ref", args...)
}

// Get is the consultant with an id, as of a day; 0 is today. Nobody is a fault.NotFound.
func Get(v *book.View, id int64, day dates.Date) (Consultant, error) {
	if day >= v.Today() {
		day = 0
	}
	for k, err := range readConsultants(v, day, `k.id = ?`, `k.id`, id) {
		return k, err
	}
	return Consultant{}, noConsultant("id:" + strconv.FormatInt(id, 10))
}

// getAll are the consultants with some ids, in their order.
func getAll(v *book.View, ids []int64) ([]Consultant, error) {
	list := make([]Consultant, len(ids))
	for i, id := range ids {
		var err error
		if list[i], err = Get(v, id, 0); err != nil {
			return nil, err
		}
	}
	return slices.Clip(list), nil
}

func noConsultant(key string) *fault.Error {
	return &fault.Error{Kind: fault.NotFound, Noun: "consultant", Key: key, Reason: "there is no such consultant"}
}
