package outreach

import (
	"fmt"
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Visit is how many came by on a day, by a channel, from a source. The last figure given counts.
type Visit struct {
	ID      int64
	On      dates.Date
	Channel string // store, web, ...: as orders name it
	Source  string // "": not known
	Visits  int64
}

// VisitRow is a row of a file of visits.
type VisitRow struct {
	Visit
	Line int
	Bad  bool // a cell of it could not be read
}

// VisitTally is what an import of visits did.
type VisitTally struct{ Created, Updated, Unchanged int64 }

type visitKey struct {
	on              dates.Date
	channel, source string
}

func (x *Visit) key() visitKey { return visitKey{x.On, x.Channel, x.Source} }

// refused cleans visits that are to be written and says what is wrong with them: the column, and why.
func (x *Visit) refused(today dates.Date) (column, reason string) {
	x.Channel, x.Source = oneLine(x.Channel), oneLine(x.Source)
	switch {
	case x.On == 0:
		return "date", "needed is a day"
	case x.On > today:
		return "date", x.On.String() + " is in the future"
	case x.Channel == "":
		return "channel", "needed is a channel, such as store or web"
	case x.Visits < 0:
		return "visits", "needed is a number from 0"
	}
	return "", ""
}

// VisitQuery chooses visits. The zero value of a field chooses all.
type VisitQuery struct {
	AsOf    dates.Date
	Days    dates.Range // either end 0 is open
	Channel string
	Source  string
}

// Visits yields visits by day, channel and source.
func Visits(v *book.View, q VisitQuery) iter.Seq2[Visit, error] {
	where, args := []string{"1"}, []any{}
	for _, c := range []struct {
		given     bool
		condition string
		arg       any
	}{
		{q.AsOf != 0, "visited_on <= ?", q.AsOf.String()}, {q.Days.From != 0, "visited_on >= ?", q.Days.From.String()}, {q.Days.To != 0, "visited_on <= ?", q.Days.To.String()},
		{q.Channel != "", "channel = ?", q.Channel}, {q.Source != "", "source = ?", q.Source},
	} {
		if c.given {
			where, args = append(where, c.condition), append(args, c.arg)
		}
	}
	return book.Stream(v, func(r book.Row) Visit {
		x := Visit{ID: r.Int(0), Channel: strings.Clone(r.Text(2)), Source: strings.Clone(r.Text(3)), Visits: r.Int(4)}
		x.On, _ = dates.ParseISO(r.Text(1)) // perla check proves the days of the book
		return x
	}, "id, visited_on, channel, source, visits", "(SELECT * FROM visits WHERE "+strings.Join(where, " AND ")+" ORDER BY visited_on, channel, source LIMIT -1)", args...)
}

// AddVisits writes how many came by, in place of an earlier figure of the same day, channel and source, which is given as
// before; -1 for none.
func AddVisits(tx *book.Tx, x Visit) (_ Visit, before int64, err error) {
	if column, reason := x.refused(tx.Today()); reason != "" {
		return x, 0, &fault.Error{Kind: fault.Usage, Noun: "visit", Field: column, Reason: reason}
	}
	w := visitWriter{tx: tx, known: map[visitKey]Visit{}}
	if err := w.read(x.On); err != nil {
		return x, 0, err
	}
	before = -1
	if old, there := w.known[x.key()]; there {
		before = old.Visits
	}
	return x, before, w.write(&x)
}

// visitWriter writes visits over those there are.
type visitWriter struct {
	tx    *book.Tx
	known map[visitKey]Visit
	tally VisitTally
}

// read remembers what the book has, with a day of that day alone.
func (w *visitWriter) read(day dates.Date) error {
	for x, err := range Visits(w.tx.View, VisitQuery{Days: dates.Range{From: day, To: day}}) {
		if err != nil {
			return err
		}
		w.known[x.key()] = x
	}
	return nil
}

func (w *visitWriter) write(x *Visit) (err error) {
	old, there := w.known[x.key()]
	switch {
	case !there:
		w.tally.Created++
		x.ID, err = w.tx.Insert(`INSERT INTO visits (visited_on, channel, source, visits) VALUES (?, ?, ?, ?)`, x.On.String(), x.Channel, x.Source, x.Visits)
	case old.Visits == x.Visits:
		w.tally.Unchanged++
		x.ID = old.ID
	default:
		w.tally.Updated++
		x.ID = old.ID
		_, err = w.tx.Exec(`UPDATE visits SET visits = ? WHERE id = ?`, x.Visits, x.ID)
	}
	w.known[x.key()] = *x
	return err
}

// ImportVisits writes the visits of a file and is idempotent: a row is the figure of its day, channel and source, and of
// several rows for the same the last one counts. Rows it refuses are reported and left out.
func ImportVisits(tx *book.Tx, batches iter.Seq[[]VisitRow], o VisitImport, report func(line int, field, reason string)) (VisitTally, error) {
	w := visitWriter{tx: tx, known: map[visitKey]Visit{}}
	if err := w.read(0); err != nil {
		return w.tally, err
	}
	var list []Visit
	at := map[visitKey]int{}
	for rows := range batches {
		for i := range rows {
			r := &rows[i]
			if r.Bad {
				continue
			}
			if column, reason := w.row(r, &o); reason != "" {
				report(r.Line, column, reason)
				continue
			}
			n, again := at[r.key()]
			if !again {
				at[r.key()], list = len(list), append(list, r.Visit)
				continue
			}
			w.tally.Unchanged++
			list[n] = r.Visit
		}
		if err := tx.Context().Err(); err != nil {
			return w.tally, err
		}
	}
	for i := range list {
		if err := w.write(&list[i]); err != nil {
			return w.tally, err
		}
	}
	return w.tally, nil
}

// VisitImport are the options of ImportVisits.
type VisitImport struct {
	Channel    string // of rows that name none
	CreateOnly bool   // refuse what is there
	UpdateOnly bool   // refuse what is not
}

// row completes a row, or says what is wrong with it.
func (w *visitWriter) row(r *VisitRow, o *VisitImport) (column, reason string) {
	if r.Channel == "" {
		r.Channel = o.Channel
	}
	if column, reason = r.refused(w.tx.Today()); reason != "" {
		return column, reason
	}
	switch _, there := w.known[r.key()]; {
	case there && o.CreateOnly:
		return "date", "the book has a figure for this day, channel and source (--mode create)"
	case !there && o.UpdateOnly:
		return "date", "the book has no figure for this day, channel and source (--mode update)"
	}
	return "", ""
}

// RemoveVisits deletes figures by their ids, and gives them as they were.
func RemoveVisits(tx *book.Tx, ids []int64) ([]Visit, error) {
	at := map[int64]Visit{}
	for x, err := range Visits(tx.View, VisitQuery{}) {
		if err != nil {
			return nil, err
		}
		at[x.ID] = x
	}
	var gone []Visit
	for _, id := range ids {
		x, there := at[id]
		if !there {
			return nil, &fault.Error{Kind: fault.NotFound, Noun: "visit", Key: fmt.Sprint(id), Reason: "there is no such figure", Hint: "list them with: perla visit list"}
		}
		if _, err := tx.Exec(`DELETE FROM visits WHERE id = ?`, id); err != nil {
			return nil, err
		}
		gone = append(gone, x)
	}
	return gone, nil
}
