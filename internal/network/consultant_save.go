package network

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// stored are the columns of consultants that are written, and what a consultant has in them.
var stored = []struct {
	name  string
	value func(*Consultant) any
}{
	{"ref", func(k *Consultant) any { return k.Ref }},
	{"name", func(k *Consultant) any { return k.Name }},
	{"email", func(k *Consultant) any { return orNull(k.Email) }},
	{"phone", func(k *Consultant) any { return orNull(k.Phone) }},
	{"phone_e164", func(k *Consultant) any { return orNull(k.E164) }},
	{"birthday", func(k *Consultant) any { return orNull(k.Birthday) }},
	{"address", func(k *Consultant) any { return orNull(k.Address) }},
	{"city", func(k *Consultant) any { return orNull(k.City) }},
	{"country", func(k *Consultant) any { return orNull(k.Country) }},
	{"language", func(k *Consultant) any { return orNull(k.Language) }},
	{"customer_id", func(k *Consultant) any { return idOrNull(k.Customer.ID) }},
	{"notes", func(k *Consultant) any { return orNull(k.Notes) }},
	{"joined_on", func(k *Consultant) any { return dayOrNull(k.JoinedOn) }},
	{"archived_on", func(k *Consultant) any { return dayOrNull(k.ArchivedOn) }},
}

// writer writes consultants.
type writer struct{ tx *book.Tx }

// insert writes new consultants, whose ids ascend.
func (w *writer) insert(news ...*Consultant) error {
	if len(news) == 0 {
		return nil
	}
	names := []string{"id"}
	for _, c := range stored {
		names = append(names, c.name)
	}
	f, err := w.tx.NewFeed(names...)
	if err != nil {
		return err
	}
	f.Load(len(news), func(row, column int) any {
		if column == 0 {
			return news[row].ID
		}
		return stored[column-1].value(news[row])
	})
	columns := strings.Join(names, ", ")
	_, err = w.tx.Exec(`INSERT INTO consultants (` + columns + `) SELECT ` + columns + ` FROM temp.` + f.Name)
	return err
}

func (w *writer) update(old, k *Consultant) error {
	var sets []string
	var args []any
	for _, c := range stored {
		if v := c.value(k); v != c.value(old) {
			sets, args = append(sets, c.name+" = ?"), append(args, v)
		}
	}
	if len(sets) == 0 {
		return nil
	}
	_, err := w.tx.Exec(`UPDATE consultants SET `+strings.Join(sets, ", ")+` WHERE id = ?`, append(args, k.ID)...)
	return err
}

// history writes that sponsor or status are others from a day on, where they are, and what then holds today.
func (w *writer) history(old, k *Consultant, day dates.Date) error {
	if k.Sponsor.ID != old.Sponsor.ID {
		if err := w.since("consultant_sponsors", "sponsor_id", k.ID, day, idOrNull(k.Sponsor.ID)); err != nil {
			return err
		}
		if err := w.acyclic(k, day); err != nil {
			return err
		}
	}
	if k.Status == old.Status || old.Status == "" && k.Status == Statuses[0] {
		return nil
	}
	return w.since("consultant_statuses", "status", k.ID, day, k.Status)
}

// since writes a dated fact of a consultant, and what holds today of it beside her name.
func (w *writer) since(table, column string, id int64, day dates.Date, value any) error {
	if _, err := w.tx.Exec(`INSERT INTO `+table+` (consultant_id, since_on, `+column+`) VALUES (?, ?, ?)
		ON CONFLICT (consultant_id, since_on) DO UPDATE SET `+column+` = excluded.`+column, id, day.String(), value); err != nil {
		return err
	}
	_, err := w.tx.Exec(`UPDATE consultants SET `+column+` = h.`+column+` FROM (SELECT `+column+` FROM `+table+` WHERE consultant_id = ?1 ORDER BY since_on DESC LIMIT 1) h
		WHERE id = ?1 AND consultants.`+column+` IS NOT h.`+column, id)
	return err
}

// newSponsor is who sponsors a consultant from a day on; 0 is nobody.
type newSponsor struct {
	consultant, sponsor int64
	since               dates.Date
}

// sponsors writes who sponsors many consultants, each given once, and what holds today of it beside their names.
func (w *writer) sponsors(list []newSponsor) error {
	if len(list) == 0 {
		return nil
	}
	f, err := w.tx.NewFeed("consultant_id", "since_on", "sponsor_id")
	if err != nil {
		return err
	}
	f.Load(len(list), func(row, column int) any {
		n := &list[row]
		return [...]any{n.consultant, n.since.String(), idOrNull(n.sponsor)}[column]
	})
	if _, err := w.tx.Exec(`INSERT INTO consultant_sponsors (consultant_id, since_on, sponsor_id) SELECT consultant_id, since_on, sponsor_id FROM temp.` + f.Name + `
		WHERE true ON CONFLICT (consultant_id, since_on) DO UPDATE SET sponsor_id = excluded.sponsor_id`); err != nil {
		return err
	}
	_, err = w.tx.Exec(`UPDATE consultants SET sponsor_id = h.sponsor_id FROM (SELECT consultant_id,
			(SELECT sponsor_id FROM consultant_sponsors s WHERE s.consultant_id = f.consultant_id ORDER BY since_on DESC LIMIT 1) AS sponsor_id FROM temp.` + f.Name + ` f) h
		WHERE consultants.id = h.consultant_id AND consultants.sponsor_id IS NOT h.sponsor_id`)
	return err
}

// acyclic proves that the tree is one on every day on which a new sponsor holds.
func (w *writer) acyclic(k *Consultant, day dates.Date) error {
	next, _, err := book.One(w.tx.View, book.Scalar[string], `SELECT ifnull(min(since_on), '9999-12-31') FROM consultant_sponsors WHERE consultant_id = ? AND since_on > ?`, k.ID, day.String())
	if err != nil {
		return err
	}
	until, _ := dates.ParseISO(next)
	circle, on, err := circleWithin(w.tx.View, day, until)
	if err != nil || circle == nil {
		return err
	}
	circle = circle[1:] // to begin with her
	if at := slices.Index(circle, k.Ref); at >= 0 {
		circle = append(slices.Concat(circle[at:], circle[:at]), k.Ref)
	}
	return &fault.Error{Kind: fault.Conflict, Noun: "consultant", Key: k.Ref, Field: FieldSponsor.Name(),
		Reason: fmt.Sprintf("she would work under herself from %s on: %s", on, strings.Join(circle, " under ")), Hint: "name another sponsor, or change theirs first"}
}

// inField names the field in which something was not found.
func inField(field string, err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		known.Field = field
	}
	return err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func idOrNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func dayOrNull(d dates.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}
