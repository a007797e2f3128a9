package sales

import (
	"fmt"
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Payment is money that came in, or went back (below 0), as a list shows it.
type Payment struct {
	ID         int64
	Ref        string // "" when it came without one
	RefSource  string
	CustomerID int64
	Customer   string // her name
	Order      int64  // the order it names, or 0
	Date       dates.Date
	Amount     money.Amount // minor units
	Method     string
	Notes      string
	Currency   string
}

// PaymentQuery chooses payments. The zero value of a field chooses all.
type PaymentQuery struct {
	AsOf     dates.Date // those of later days are left out. Needed
	Days     dates.Range
	Customer int64
	Order    int64
	Method   string
	Limit    int // the last ones

	id int64 // only this one, of whatever day
}

// where is the condition of a query on payments p, and its arguments.
func (q *PaymentQuery) where() (string, []any) {
	if q.id != 0 {
		return `p.id = ?`, []any{q.id}
	}
	parts, args := []string{`p.paid_on <= ?`}, []any{q.AsOf.String()}
	add := func(wanted bool, condition string, arg any) {
		if wanted {
			parts, args = append(parts, condition), append(args, arg)
		}
	}
	add(!q.Days.From.IsZero(), `p.paid_on >= ?`, q.Days.From.String())
	add(!q.Days.To.IsZero(), `p.paid_on <= ?`, q.Days.To.String())
	add(q.Customer != 0, `p.customer_id = ?`, q.Customer)
	add(q.Order != 0, `p.order_id = ?`, q.Order)
	add(q.Method != "", `p.method = ?`, q.Method)
	return strings.Join(parts, " AND "), args
}

// Payments yields the payments a query chooses, by day. With a limit they are the last ones.
func Payments(v *book.View, q PaymentQuery) iter.Seq2[Payment, error] {
	where, args := q.where()
	chosen := `payments p WHERE ` + where
	if q.Limit > 0 {
		chosen = fmt.Sprintf(`(SELECT * FROM %s ORDER BY p.paid_on DESC, p.id DESC LIMIT %d) p`, chosen, q.Limit)
	} else {
		chosen = `(SELECT * FROM ` + chosen + `) p`
	}
	currency, names := v.Settings().Currency.Code, words{}
	return book.Stream(v, func(r book.Row) Payment {
		p := Payment{ID: r.Int(0), Ref: strings.Clone(r.Text(1)), RefSource: names.of(r.Text(2)), CustomerID: r.Int(3), Customer: names.of(r.Text(4)), Order: r.Int(5),
			Amount: money.Amount(r.Int(7)), Method: names.of(r.Text(8)), Notes: strings.Clone(r.Text(9)), Currency: currency}
		p.Date, _ = dates.ParseISO(r.Text(6))
		if p.RefSource == contentSource {
			p.Ref = ""
		}
		return p
	}, `id, ref, ref_source, customer_id, customer, order_id, paid_on, amount, method, notes`,
		`(SELECT p.id, p.ref, p.ref_source, p.customer_id, c.name AS customer, p.order_id, p.paid_on, p.amount, p.method, p.notes
			FROM `+chosen+` JOIN customers c ON c.id = p.customer_id ORDER BY p.paid_on, p.id LIMIT -1)`, args...)
}

// PaymentOf is one payment.
func PaymentOf(v *book.View, id int64) (Payment, error) {
	for p, err := range Payments(v, PaymentQuery{id: id}) {
		return p, err
	}
	return Payment{}, fmt.Errorf("payment %d is not in the book", id)
}

// ExportPayments yields the payments a query chooses as rows of a payment file: what ImportPayments makes the same
// payments of again.
func ExportPayments(v *book.View, q PaymentQuery) iter.Seq2[PaymentRow, error] {
	where, args := q.where()
	names := words{}
	return book.Stream(v, func(r book.Row) PaymentRow {
		p := PaymentRow{Ref: strings.Clone(r.Text(0)), RefSource: names.of(r.Text(1)), Customer: names.of(r.Text(2)), Order: strings.Clone(r.Text(3)),
			Amount: money.Amount(r.Int(5)), Method: names.of(r.Text(6)), Notes: strings.Clone(r.Text(7))}
		p.Date, _ = dates.ParseISO(r.Text(4))
		return p
	}, `ref, ref_source, customer, ordered, paid_on, amount, method, notes`,
		`(SELECT p.ref, p.ref_source, `+contacts.KeySQL("c")+` AS customer,
			CASE WHEN o.ref IS NULL THEN 'id:' || o.id WHEN o.ref_source = 'csv' THEN o.ref ELSE o.ref_source || ':' || o.ref END AS ordered,
			p.paid_on, p.amount, p.method, p.notes
			FROM payments p JOIN customers c ON c.id = p.customer_id LEFT JOIN orders o ON o.id = p.order_id WHERE `+where+` ORDER BY p.id LIMIT -1)`, args...)
}
