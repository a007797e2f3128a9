package cli

import (
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/sheet"
)

// operationColumns are the columns of perla history. The instant is in UTC for programs; the book's own clock is for
// people, who read the day and the minute.
func operationColumns(a *app) []sheet.Column[book.Operation] {
	return []sheet.Column[book.Operation]{
		{Name: "id", Kind: sheet.IntKind, Get: func(o *book.Operation) sheet.Value { return sheet.Int(o.ID) }},
		{Name: "at", Get: func(o *book.Operation) sheet.Value { return sheet.Text(a.instant(o.At)) }},
		{Name: "what", Get: func(o *book.Operation) sheet.Value { return sheet.Text(o.What) }},
		{Name: "undoes", Kind: sheet.IntKind, Wide: true, Get: func(o *book.Operation) sheet.Value {
			if o.Undoes == 0 {
				return sheet.Value{}
			}
			return sheet.Int(o.Undoes)
		}},
		{Name: "undone", Kind: sheet.BoolKind, Get: func(o *book.Operation) sheet.Value { return sheet.Bool(o.Undone) }},
		{Name: "sealed_on", Kind: sheet.DateKind, Get: func(o *book.Operation) sheet.Value { return sheet.Date(o.Sealed) }},
		{Name: "changes", Get: func(o *book.Operation) sheet.Value { return sheet.Text(o.Changes) }},
	}
}

// instant writes a moment: for people by the book's clock to the minute, else RFC 3339 in UTC.
func (a *app) instant(at time.Time) string {
	if zone := a.setting().Zone; zone != nil && a.forPeople() {
		return at.In(zone).Format("2006-01-02 15:04")
	}
	return at.UTC().Format(time.RFC3339)
}
