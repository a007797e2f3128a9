package contacts

import (
	"fmt"
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// InteractionQuery chooses interactions. The zero value of a field chooses all.
type InteractionQuery struct {
	AsOf       dates.Date // those up to this day. Needed
	Days       dates.Range
	Customer   int64
	Channel    string
	Kind       string
	Consultant int64
	Sort       string // a name of InteractionSorts, "-" before it for descending; "" is the newest first
	Limit      int

	only int64 // one interaction, of whatever day
}

// InteractionSorts are what interactions can be sorted by.
var InteractionSorts = []string{"id", "date", "customer", "channel", "kind", "minutes"}

var interactionSortKeys = map[string]string{"id": "i.id", "date": "i.happened_on", "customer": "c.name_key", "channel": "i.channel",
	"kind": "i.kind", "minutes": "i.minutes"}

// contentRef is the ref_source of an interaction that came without a ref: its ref is made of what it says.
const contentRef = "content"

// What an interaction is read from, in the order of scanInteraction.
var (
	interactionColumns = `i.id, i.ref, i.ref_source, i.customer_id, c.name, ` + KeySQL("c") + `, i.happened_on, i.channel, i.direction,
		i.kind, i.reached, i.summary, i.outcome, i.minutes, i.consultant_id, k.name, k.ref, i.product_id, p.name, p.sku, i.case_id`
	interactionJoins = ` CROSS JOIN customers c ON c.id = i.customer_id
		LEFT JOIN consultants k ON k.id = i.consultant_id LEFT JOIN products p ON p.id = i.product_id`
)

func scanInteraction(row book.Row) Interaction {
	text := func(at int) string { return strings.Clone(row.Text(at)) }
	link := func(at int) Link { return Link{ID: row.Int(at), Name: text(at + 1), Key: text(at + 2)} }
	i := Interaction{ID: row.Int(0), Ref: text(1), RefSource: text(2), Customer: link(3), Channel: text(7), Direction: text(8), Kind: text(9),
		NoAnswer: row.Int(10) == 0, Summary: text(11), Outcome: text(12), Minutes: row.Int(13), Timed: !row.Null(13),
		Consultant: link(14), Product: link(17), Case: row.Int(20)}
	i.Date, _ = dates.ParseISO(row.Text(6)) // perla check proves the days of the book
	return i
}

// query is a SELECT of the ids chosen, in their order.
func (q *InteractionQuery) query() (string, []any) {
	if q.only != 0 {
		return `SELECT ? AS id`, []any{q.only}
	}
	where, args := []string{`i.happened_on <= ?`}, []any{q.AsOf.String()}
	add := func(given bool, condition string, arg any) {
		if given {
			where, args = append(where, condition), append(args, arg)
		}
	}
	add(!q.Days.From.IsZero(), `i.happened_on >= ?`, q.Days.From.String())
	add(!q.Days.To.IsZero(), `i.happened_on <= ?`, q.Days.To.String())
	add(q.Customer != 0, `i.customer_id = ?`, q.Customer)
	add(q.Channel != "", `i.channel = ?`, q.Channel)
	add(q.Kind != "", `i.kind = ?`, q.Kind)
	add(q.Consultant != 0, `i.consultant_id = ?`, q.Consultant)
	from := `interactions i`
	name, down := strings.CutPrefix(q.Sort, "-")
	if name == "" {
		name, down = "date", true
	}
	if name == "customer" {
		from += ` JOIN customers c ON c.id = i.customer_id`
	}
	direction, key := "", interactionSortKeys[name]
	if down {
		direction = " DESC"
	}
	limit := -1
	if q.Limit > 0 {
		limit = q.Limit
	}
	return fmt.Sprintf(`SELECT i.id FROM %s WHERE %s ORDER BY %[3]s IS NULL, %[3]s%[4]s, i.id%[4]s LIMIT %[5]d`,
		from, strings.Join(where, " AND "), key, direction, limit), args
}

// Interactions yields the interactions a query chooses.
func Interactions(v *book.View, q InteractionQuery) iter.Seq2[Interaction, error] {
	return func(yield func(Interaction, error) bool) {
		for i, err := range readInteractions(v, q) {
			if i.RefSource == contentRef {
				i.Ref, i.RefSource = "", ""
			}
			if !yield(i, err) {
				return
			}
		}
	}
}

// readInteractions is Interactions with the refs that perla made up.
func readInteractions(v *book.View, q InteractionQuery) iter.Seq2[Interaction, error] {
	ids, args := q.query()
	return book.Stream(v, scanInteraction, interactionColumns,
		`(`+ids+`) AS picked CROSS JOIN interactions i ON i.id = picked.id`+interactionJoins, args...)
}

// GetInteraction is the interaction with an id; a fault.NotFound when there is none.
func GetInteraction(v *book.View, id int64) (Interaction, error) {
	for i, err := range Interactions(v, InteractionQuery{only: id}) {
		return i, err
	}
	return Interaction{}, &fault.Error{Kind: fault.NotFound, Noun: "interaction", Key: fmt.Sprint(id), Reason: "there is no such interaction",
		Hint: "list them with: perla interaction list"}
}

// LastInteractions are the last n interactions of a customer up to a day, the newest first.
func LastInteractions(v *book.View, customer int64, asOf dates.Date, n int) ([]Interaction, error) {
	var last []Interaction
	for i, err := range Interactions(v, InteractionQuery{AsOf: asOf, Customer: customer, Limit: n}) {
		if err != nil {
			return nil, err
		}
		last = append(last, i)
	}
	return last, nil
}

// ExportInteractions yields interactions as the rows of a file of which ImportInteractions makes the same again.
func ExportInteractions(v *book.View, q InteractionQuery) iter.Seq2[InteractionRow, error] {
	return func(yield func(InteractionRow, error) bool) {
		for i, err := range readInteractions(v, q) {
			if !yield(InteractionRow{Interaction: i}, err) {
				return
			}
		}
	}
}
