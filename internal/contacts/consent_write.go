package contacts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// ConsentWriter adds rows to the ledger of consents, many at a time.
type ConsentWriter struct {
	tx     *book.Tx
	seek   *book.Feed
	insert *book.Feed
}

// NewConsentWriter makes a writer for one transaction.
func NewConsentWriter(tx *book.Tx) (*ConsentWriter, error) {
	seek, err := tx.NewFeed("i", "customer", "channel", "purpose", "day")
	if err != nil {
		return nil, err
	}
	insert, err := tx.NewFeed("customer", "channel", "purpose", "granted", "day", "basis", "source", "text_version")
	return &ConsentWriter{tx, seek, insert}, err
}

// Record adds what somebody says of consents, in order, and says which rows were written: those that change what holds on
// their day. A grant without basis, source and text version repeats the one in force. Where she has taken a consent back,
// only a grant with a source, a new opt-in, gives it again; any other is a fault.Conflict, as is an erased
// customer. A day to come is a fault.Usage.
func (w *ConsentWriter) Record(rows []Consent) (written []bool, err error) {
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].CustomerID
	}
	if err := RefuseErased(w.tx.View, ids...); err != nil {
		return nil, err
	}
	return w.add(rows, func(before, row *Consent) (bool, error) {
		switch {
		case before == nil:
			return true, nil
		case !row.Granted:
			return before.Granted, nil
		case before.Granted:
			differs := func(said, had string) bool { return said != "" && said != had }
			return differs(row.Basis, before.Basis) || differs(row.Source, before.Source) || differs(row.TextVersion, before.TextVersion), nil
		case row.Source == "":
			return false, &fault.Error{Kind: fault.Conflict, Noun: "customer", Key: fmt.Sprint(row.CustomerID), Field: row.Channel,
				Reason: fmt.Sprintf("she took the consent for %s back on %s; only a new opt-in gives it again", row.Purpose, before.On),
				Hint:   `say how she opted in, such as --source "signed card"`}
		}
		return true, nil
	})
}

// Import adds what a file says of consents, in order, and says which rows were written. Its yes counts only where nothing
// was said before, so that no file gives back what she has taken; its no always counts, and is remembered even where she
// had allowed nothing.
func (w *ConsentWriter) Import(rows []Consent) (written []bool, err error) {
	return w.add(rows, func(before, row *Consent) (bool, error) {
		return before == nil || before.Granted && !row.Granted, nil
	})
}

// add writes the rows that news lets through; before is what holds on the day of a row, nil for nothing.
func (w *ConsentWriter) add(rows []Consent, news func(before, row *Consent) (bool, error)) ([]bool, error) {
	rows, err := w.prepare(rows)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	stored, err := w.before(rows)
	if err != nil {
		return nil, err
	}
	written := make([]bool, len(rows))
	fresh := map[consentKey][]*Consent{} // of these rows, those that were let through
	var list []*Consent
	for i := range rows {
		row, before := &rows[i], stored[i]
		for _, f := range fresh[row.key()] {
			if f.On <= row.On && (before == nil || f.On >= before.On) {
				before = f
			}
		}
		if written[i], err = news(before, row); err != nil {
			return nil, err
		}
		if !written[i] {
			continue
		}
		if row.Basis == "" {
			row.Basis = basisAfter(before, row)
		}
		fresh[row.key()] = append(fresh[row.key()], row)
		list = append(list, row)
	}
	return written, w.write(list)
}

// basisAfter is the basis of a row that names none: what is taken back had one.
func basisAfter(before, row *Consent) string {
	if before != nil && !row.Granted {
		return before.Basis
	}
	return ConsentBases[0]
}

// prepare is the rows as they can be stored, with a day each.
func (w *ConsentWriter) prepare(rows []Consent) ([]Consent, error) {
	today := w.tx.Today()
	prepared := slices.Clone(rows)
	for i := range prepared {
		c := &prepared[i]
		if c.On == 0 {
			c.On = today
		}
		if c.On > today {
			return nil, fault.New(fault.Usage, fmt.Sprintf("%s lies in the future: a consent holds from the day it is given", c.On), "")
		}
		for _, text := range []*string{&c.Source, &c.TextVersion} {
			clean, err := cleanText(*text)
			if err != nil {
				return nil, fault.New(fault.Usage, fmt.Sprintf("%q: %v", *text, err), "")
			}
			*text = clean
		}
	}
	return prepared, nil
}

// before is, for each row, what the book says on its day; nil for nothing.
func (w *ConsentWriter) before(rows []Consent) ([]*Consent, error) {
	found := make([]*Consent, len(rows))
	w.seek.Load(len(rows), func(row, column int) any {
		switch c := &rows[row]; column {
		case 0:
			return int64(row)
		case 1:
			return c.CustomerID
		case 2:
			return c.Channel
		case 3:
			return c.Purpose
		default:
			return c.On.String()
		}
	})
	err := w.tx.Each(func(r book.Row) error {
		c := rows[r.Int(0)]
		c.ID, c.Granted, c.Basis, c.Source, c.TextVersion = r.Int(1), r.Int(2) == 1, strings.Clone(r.Text(4)), strings.Clone(r.Text(5)), strings.Clone(r.Text(6))
		on, err := dates.ParseISO(r.Text(3))
		c.On, found[r.Int(0)] = on, &c
		return err
	}, `f.i, s.id, s.granted, s.given_on, s.basis, s.source, s.text_version`, `temp.`+w.seek.Name+` f CROSS JOIN consents s ON s.id =
		(SELECT id FROM consents WHERE customer_id = f.customer AND channel = f.channel AND purpose = f.purpose AND given_on <= f.day
		ORDER BY given_on DESC, id DESC LIMIT 1)`)
	return found, err
}

// write inserts rows; their ids ascend as they stand.
func (w *ConsentWriter) write(rows []*Consent) error {
	if len(rows) == 0 {
		return nil
	}
	w.insert.Load(len(rows), func(row, column int) any {
		switch c := rows[row]; column {
		case 0:
			return c.CustomerID
		case 3:
			return oneIf(c.Granted)
		case 4:
			return c.On.String()
		default:
			return orNull([...]string{1: c.Channel, 2: c.Purpose, 5: c.Basis, 6: c.Source, 7: c.TextVersion}[column])
		}
	})
	_, err := w.tx.Exec(`INSERT INTO consents (customer_id, channel, purpose, granted, given_on, basis, source, text_version)
		SELECT customer, channel, purpose, granted, day, basis, source, text_version FROM temp.` + w.insert.Name)
	return err
}
