package contacts

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// MergeOptions say what is to become of two customers where they differ.
type MergeOptions struct {
	Take []string // fields in which the second customer's value is taken, although the first has one; see MergeFields
	Keep bool     // the first customer's value stands where the two cannot both be right
}

// MergedField is one field of two customers and of what becomes of them, as text; a count where the field is a table.
type MergedField struct{ Field, A, B, Result string }

// Merge makes one customer of two: the second goes into the first and is no more. Every row that refers to her refers to
// the first from now on. The values of the first stand, those of the second fill what is empty; e-mails, phones, refs,
// tags, attributes and links are united, notes joined, and on each day of the history the first one's stage and
// consultant count, where she has one. It gives the fields in which either has something.
//
// A fault.Conflict when they contradict each other, in what one can be only once, and the options do not say who is
// right: the fields are given then, too. A fault.Usage for a field to be taken that is not there, or for one customer
// twice.
func Merge(tx *book.Tx, a, b int64, o MergeOptions) ([]MergedField, error) {
	if a == b {
		return nil, &fault.Error{Kind: fault.Usage, Noun: "customer", Key: fmt.Sprint(a), Reason: "she cannot be merged with herself; needed are two customers"}
	}
	m := merger{tx: tx, a: a, b: b, country: tx.Settings().Country, today: tx.Today()}
	if err := m.read(o.Take); err != nil {
		return nil, err
	}
	open := m.contradictions(o.Keep)
	before, err := m.show(a)
	if err != nil {
		return nil, err
	}
	other, err := m.show(b)
	if err != nil {
		return nil, err
	}
	if err := m.write(); err != nil {
		return nil, err
	}
	after, err := m.show(a)
	if err != nil {
		return nil, err
	}
	return sideBySide(before, other, after), open
}

// sideBySide puts the fields of three descriptions next to each other, but for those that are empty in all.
func sideBySide(a, b, result []shownField) []MergedField {
	var fields []MergedField
	for i := range a {
		if m := (MergedField{a[i].field, a[i].text, b[i].text, result[i].text}); m.A != "" || m.B != "" || m.Result != "" {
			fields = append(fields, m)
		}
	}
	return fields
}

// contradictions is the fault of what cannot both be right and is neither taken nor kept.
func (m *merger) contradictions(keep bool) error {
	var fields, detail []string
	for _, f := range []string{"kind", "birthday"} {
		if have, other := m.rowA[f], m.rowB[f]; !keep && !m.takes[f] && contradict(f, have, other) {
			fields = append(fields, f)
			detail = append(detail, fmt.Sprintf("%s: %v is %v, %v is %v", f, m.rowA["name"], have, m.rowB["name"], other))
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Noun: "customers", Key: fmt.Sprintf("%d and %d", m.a, m.b), Reason: "they contradict each other in " + strings.Join(fields, " and "),
		Detail: detail, Hint: fmt.Sprintf("keep what the first one has with --yes, or take what the other has with --take %s", strings.Join(fields, ","))}
}

// contradict says whether two values of a field that can have but one are not the same.
func contradict(field string, a, b any) bool {
	if a == nil || b == nil {
		return false
	}
	if field == "birthday" {
		r := compareBirthdays(a.(string), b.(string))
		return r != same
	}
	return a != b
}
