package contacts

import (
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// customerRow is a row of customers as it is stored, by column; nil for NULL.
type customerRow map[string]any

// Every column of customers is merged in the same way: the first customer's value stands, the second's fills an empty
// one. The exceptions are here, so that a column which comes later is not forgotten.

// leftAlone are the columns that are no matter of the records: what a row is called, and what is made of other columns.
var leftAlone = wordSet("id erased_on name_key search")

// units are the columns that belong together: the second customer's fill those of which the first has nothing at all. The
// first column of a unit stands for all of them.
var units = [][]string{{"ref", "ref_source"}, {"email", "email_label"}, {"phone", "phone_e164", "phone_label"}, {"contact_every", "contact_within"}}

// follows says whether a column belongs to another one.
func follows(column string) bool {
	return slices.ContainsFunc(units, func(unit []string) bool { return slices.Contains(unit[1:], column) })
}

// place are the columns that say where she lives. Half of one address does not fill half of another.
var place = strings.Fields("address postcode city region country")

// mergeRules are the columns in which something else holds.
var mergeRules = map[string]func(a, b customerRow) any{
	"name":       func(a, _ customerRow) any { return a["name"] },
	"kind":       func(a, _ customerRow) any { return a["kind"] },
	"birthday":   fullerBirthday,
	"notes":      joinedNotes,
	"created_on": func(a, b customerRow) any { return min(a["created_on"].(string), b["created_on"].(string)) },
	"archived_on": func(a, b customerRow) any { // who is active stays so
		if b["archived_on"] == nil {
			return nil
		}
		return a["archived_on"]
	},
}

// filled is the first row's value, else the second's.
func filled(a, b customerRow, column string) any {
	if a[column] == nil {
		return b[column]
	}
	return a[column]
}

// fullerBirthday is the first row's birthday, with the year that only the second may know.
func fullerBirthday(a, b customerRow) any {
	have, _ := a["birthday"].(string)
	other, _ := b["birthday"].(string)
	if have == "" || len(other) > len(have) && compareBirthdays(have, other) == same {
		return b["birthday"]
	}
	return have
}

// joinedNotes are the notes of both, each once.
func joinedNotes(a, b customerRow) any {
	have, _ := a["notes"].(string)
	other, _ := b["notes"].(string)
	if have == "" || other == "" || strings.Contains(have, other) {
		return filled(a, b, "notes")
	}
	return have + "\n" + other
}

// mergeRows is the row that becomes of two. The columns named in takes are the second's.
func mergeRows(a, b customerRow, takes map[string]bool) customerRow {
	out := customerRow{}
	for column := range a {
		switch rule := mergeRules[column]; {
		case leftAlone[column]:
			out[column] = a[column]
		case takes[column]:
			out[column] = b[column]
		case rule != nil:
			out[column] = rule(a, b)
		default:
			out[column] = filled(a, b, column)
		}
	}
	for _, unit := range units {
		from := a
		if takes[unit[0]] || !slices.ContainsFunc(unit, func(column string) bool { return a[column] != nil }) {
			from = b
		}
		for _, column := range unit {
			if out[column] = from[column]; a[unit[0]] == b[unit[0]] {
				out[column] = filled(a, b, column)
			}
		}
	}
	if !samePlace(a, b) {
		for _, column := range place {
			if !takes[column] {
				out[column] = a[column]
			}
		}
	}
	return out
}

// samePlace says whether two rows name no two different places.
func samePlace(a, b customerRow) bool {
	for _, column := range place {
		x, _ := a[column].(string)
		y, _ := b[column].(string)
		if x != "" && y != "" && book.Fold(x) != book.Fold(y) {
			return false
		}
	}
	return true
}
