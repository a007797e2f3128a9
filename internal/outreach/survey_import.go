package outreach

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// ReplyFields is a set of the columns of a file of replies, one bit each: those of ReplyColumns, then one a question.
type ReplyFields uint64

// The columns before the questions.
const (
	ReplyCustomer ReplyFields = 1 << iota
	ReplyWave
	ReplyInvitedOn
	ReplyAnsweredOn
	ReplyOrder
	ReplySuggestion
)

// ReplyColumns are the names of the columns before the questions, by bit.
var ReplyColumns = []string{"customer", "wave", "invited_on", "answered_on", "order", "suggestion"}

// ReplyRow is a row of a file of replies: Key names the customer, Order the order.
type ReplyRow struct {
	Reply
	Line int
	Has  ReplyFields // which columns the file gives; one given and empty is to be erased
	Bad  bool        // a cell of it could not be read
}

// ReplyImport are the options of ImportReplies.
type ReplyImport struct {
	Wave       string      // of rows that name none; "": the last one she was asked by then, else the month
	CreateOnly bool        // refuse what is there
	UpdateOnly bool        // refuse what is not
	Never      ReplyFields // columns of a reply in the book that are never overwritten
	Source     string      // the system whose refs orders come by
	Tasks      Tasks
	// Customers finds the customers that cells name, 0 where problem says why there is none.
	Customers func(cells []string) (ids []int64, problem func(cell string) string, err error)
	Erased    func(customer int64) bool
}

// ReplyTally is what an import of replies did.
type ReplyTally struct {
	Created, Updated, Unchanged int64
	Past                        int64 // detractors that became no task because it is long ago
}

// ImportReplies writes the replies of a file to a survey and is idempotent: a row is the reply of its customer in its
// wave, and a person comes once a wave. Rows it refuses are reported and left out.
func ImportReplies(tx *book.Tx, s Survey, batches iter.Seq[[]ReplyRow], o ReplyImport, report func(line int, field, reason string)) (t ReplyTally, err error) {
	w, err := newReplies(tx, &s, 0, o.Tasks)
	if err != nil {
		return t, err
	}
	im := &replyImporter{replies: w, options: o, report: report, lines: map[replyKey]int{}}
	for rows := range batches {
		if err := im.batch(rows); err != nil {
			return im.tally, err
		}
		if err := tx.Context().Err(); err != nil {
			return im.tally, err
		}
	}
	im.tally.Past = w.past
	return im.tally, nil
}

// replyImporter is the state of one ImportReplies.
type replyImporter struct {
	*replies
	options ReplyImport
	report  func(line int, field, reason string)
	tally   ReplyTally
	lines   map[replyKey]int // where a reply of the file came first
}

func (im *replyImporter) batch(rows []ReplyRow) error {
	cells := make([]string, len(rows))
	for i := range rows {
		if !rows[i].Bad {
			cells[i] = rows[i].Key
		}
	}
	ids, problem, err := im.options.Customers(cells)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		if r.Bad {
			continue
		}
		field, reason := "customer", "needed is who answered"
		switch {
		case ids[i] != 0:
			r.CustomerID = ids[i]
			if field, reason, err = im.row(r); err != nil {
				return err
			}
		case r.Key != "":
			reason = problem(r.Key)
		}
		if reason != "" {
			im.report(r.Line, field, reason)
		}
	}
	return nil
}

// row writes a row, or says why not.
func (im *replyImporter) row(r *ReplyRow) (field, reason string, err error) {
	if r.Wave == "" {
		r.Wave = im.options.Wave
	}
	if r.Wave == "" {
		day := max(r.AnsweredOn, r.InvitedOn)
		if r.AnsweredOn != 0 {
			day = r.AnsweredOn
		}
		if day == 0 {
			return "answered_on", "needed is the day she answered, or a wave (--wave NAME)", nil
		}
		r.Wave = im.waveOf(r.CustomerID, day)
	}
	key := replyKey{r.CustomerID, r.Wave}
	if line, again := im.lines[key]; again {
		return "customer", fmt.Sprintf("the row on line %d is of the same person in the same wave, %s", line, r.Wave), nil
	}
	im.lines[key] = r.Line
	if r.Order != "" {
		if reason, err = im.order(r); reason != "" || err != nil {
			return "order", reason, err
		}
	}
	old := im.known[key]
	reply := r.onto(old, im.options.Never)
	switch {
	case old != nil && im.options.CreateOnly:
		return "customer", "the book has a reply of hers in this wave (--mode create)", nil
	case old == nil && im.options.UpdateOnly:
		return "customer", "the book has no reply of hers in this wave (--mode update)", nil
	case reply.same(old):
		im.tally.Unchanged++
		return "", "", nil
	case im.options.Erased(r.CustomerID):
		return "customer", "is somebody whose data were erased: nothing new is written of her", nil
	}
	if field, reason = im.refused(old, reply); reason != "" {
		return field, reason, nil
	}
	if old == nil {
		im.tally.Created++
	} else {
		im.tally.Updated++
	}
	return "", "", im.write(old, reply)
}

// onto is the reply that a row makes of an old one, nil for none.
func (r *ReplyRow) onto(old *Reply, never ReplyFields) *Reply {
	if old == nil {
		reply := r.Reply
		return &reply
	}
	has := r.Has &^ never
	reply := *old
	reply.Answers, reply.Suggestion = slices.Clone(old.Answers), r.Suggestion
	if has&ReplyInvitedOn != 0 {
		reply.InvitedOn = r.InvitedOn
	}
	if has&ReplyAnsweredOn != 0 && r.AnsweredOn != 0 { // who answered did so on some day
		reply.AnsweredOn = r.AnsweredOn
	}
	if has&ReplyOrder != 0 {
		reply.OrderID, reply.Order = r.OrderID, r.Order
	}
	for i := range reply.Answers {
		if has&(1<<(len(ReplyColumns)+i)) != 0 {
			reply.Answers[i] = r.Answers[i]
		}
	}
	if !reply.answered() {
		reply.AnsweredOn = 0
	}
	return &reply
}

// order finds the order that a row names, which must be hers.
func (im *replyImporter) order(r *ReplyRow) (reason string, err error) {
	source, ref := im.options.Source, r.Order
	if before, after, ok := strings.Cut(ref, ":"); ok {
		source, ref = before, after
	}
	id, found, err := book.One(im.tx.View, book.Scalar[int64], `SELECT id FROM orders WHERE customer_id = ?1 AND (ref = ?2 AND ref_source = ?3 OR ref = ?4 AND ref_source = ?5
		OR ref IS NULL AND CAST(id AS TEXT) = ?4) ORDER BY ref IS NULL LIMIT 1`, r.CustomerID, ref, source, r.Order, im.options.Source)
	if err == nil && !found {
		reason = "she has no such order"
	}
	r.OrderID = id
	return reason, err
}

// ReplyQuery chooses replies of a survey. The zero value of a field chooses all.
type ReplyQuery struct {
	AsOf     dates.Date // needed: who was asked or answered by then
	Wave     string
	Customer int64
	Waiting  bool        // only those who were asked and did not answer
	Answered bool        // only those who answered
	Where    book.Filter // only these customers
}

// Replies are the replies to a survey, by the day they were asked or answered, whichever is known.
func Replies(v *book.View, s Survey, q ReplyQuery) ([]Reply, error) {
	where, args := `? = '' OR i.wave = ?`, []any{q.Wave, q.Wave}
	if q.Customer != 0 {
		where, args = `(`+where+`) AND i.customer_id = ?`, append(args, q.Customer)
	}
	if q.Where.SQL != "" {
		where, args = `(`+where+`) AND (`+q.Where.SQL+`)`, append(args, q.Where.Args...)
	}
	list, err := readReplies(v, &s, q.AsOf, where, `i.wave, i.id`, args...)
	return slices.DeleteFunc(list, func(r Reply) bool {
		asked := r.InvitedOn != 0 && r.InvitedOn <= q.AsOf
		return !asked && !r.answered() || q.Waiting && (!asked || r.answered()) || q.Answered && !r.answered()
	}), err
}
