package sales

import (
	"cmp"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Invoice is an invoice, or a credit note that takes back one or a part of it.
type Invoice struct {
	ID         int64
	Kind       InvoiceKind
	Year       int
	Seq        int64 // of its kind and year, without gaps from 1 on
	OrderID    int64 // of a credit note: the return
	CustomerID int64
	Customer   string // her name
	Date       dates.Date
	Total      money.Amount // minor units; of a credit note below 0
	Corrects   string       // the number of the invoice that a credit note corrects
	Currency   string
}

// InvoiceKind is invoice or credit_note.
type InvoiceKind string

// The kinds.
const (
	InvoiceIssued InvoiceKind = "invoice"
	CreditNoted   InvoiceKind = "credit_note"
)

// Number is how an invoice is named: 2026-0001, of a credit note CN-2026-0001.
func (i *Invoice) Number() string { return numberOf(i.Kind, i.Year, i.Seq) }

func numberOf(kind InvoiceKind, year int, seq int64) string {
	prefix := ""
	if kind == CreditNoted {
		prefix = "CN-"
	}
	return fmt.Sprintf("%s%04d-%04d", prefix, year, seq)
}

// IssueInvoice gives an order its invoice, of the next number of the day's year, and what came back of it before a credit
// note each; the invoice's id is given. Day 0 is today. An issued invoice stays: what is wrong with it is returned.
func IssueInvoice(tx *book.Tx, order int64, day dates.Date) (int64, error) {
	h, day, err := holdToMove(tx, order, InvoiceMove, day)
	if err != nil {
		return 0, err
	}
	if h.totals.Total < 0 {
		return 0, &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(order), Reason: "comes to less than nothing: there is nothing to invoice"}
	}
	id, err := issue(tx, InvoiceIssued, order, 0, h.totals.Total, day)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(`UPDATE orders SET invoiced_on = ? WHERE id = ?`, day.String(), order); err != nil {
		return 0, err
	}
	returns, err := book.All(tx.View, book.Scalar[int64], `SELECT id FROM orders WHERE original_id = ? ORDER BY id`, order)
	for _, back := range returns {
		if err == nil {
			_, err = CreditNote(tx, order, back, day)
		}
	}
	if err != nil {
		return 0, err
	}
	return id, h.earning.done(day, order)
}

// CreditNote gives a return its credit note where the order it takes back has an invoice, of the next number of the day's
// year, and says its id; 0 where there is no invoice to correct.
func CreditNote(tx *book.Tx, original, back int64, day dates.Date) (int64, error) {
	type issued struct {
		id int64
		on string
	}
	invoice, found, err := book.One(tx.View, func(row book.Scanner) (i issued, err error) {
		err = row.Scan(&i.id, &i.on)
		return i, err
	}, `SELECT id, issued_on FROM invoices WHERE order_id = ? AND kind = 'invoice'`, original)
	if err != nil || !found {
		return 0, err
	}
	if on, _ := dates.ParseISO(invoice.on); day < on {
		return 0, beforeIt(original, day, "the day it was invoiced", on)
	}
	total, _, err := book.One(tx.View, book.Scalar[money.Amount], `SELECT total FROM orders WHERE id = ?`, back)
	if err != nil {
		return 0, err
	}
	id, err := issue(tx, CreditNoted, back, invoice.id, total, day)
	if err == nil {
		_, err = tx.Exec(`UPDATE orders SET invoiced_on = ? WHERE id = ?`, day.String(), back)
	}
	return id, err
}

// issue writes an invoice under the next number of its series. The transaction is the only writer, so that no number is
// given twice or left out. The numbers of a series are in the order of its days.
func issue(tx *book.Tx, kind InvoiceKind, order, corrects int64, total money.Amount, day dates.Date) (int64, error) {
	year, _, _ := day.Civil()
	type end struct {
		seq int64
		on  string
	}
	last, _, err := book.One(tx.View, func(row book.Scanner) (e end, err error) {
		err = row.Scan(&e.seq, &e.on)
		return e, err
	}, `SELECT number, issued_on FROM invoices WHERE kind = ? AND year = ? ORDER BY number DESC LIMIT 1`, string(kind), year)
	if err != nil {
		return 0, err
	}
	if last.on > day.String() {
		return 0, &fault.Error{Kind: fault.Conflict, Noun: strings.ReplaceAll(string(kind), "_", " "), Key: numberOf(kind, year, last.seq+1),
			Reason: fmt.Sprintf("cannot be of %s: %s is of %s, and numbers go with the days", day, numberOf(kind, year, last.seq), last.on),
			Hint:   "date it that day or later: --on " + last.on}
	}
	return tx.Insert(`INSERT INTO invoices (order_id, kind, year, number, issued_on, total, corrects_id) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		order, string(kind), year, last.seq+1, day.String(), int64(total), known(corrects, corrects != 0))
}

// InvoiceQuery chooses invoices. The zero value of a field chooses all.
type InvoiceQuery struct {
	AsOf     dates.Date // those of later days are left out. Needed
	Days     dates.Range
	Customer int64
	Order    int64
	Kind     InvoiceKind

	id int64 // only this one, of whatever day
}

// Invoices yields the invoices and credit notes a query chooses, by day and number.
func Invoices(v *book.View, q InvoiceQuery) iter.Seq2[Invoice, error] {
	parts, args := []string{`i.issued_on <= ?`}, []any{q.AsOf.String()}
	add := func(wanted bool, condition string, arg any) {
		if wanted {
			parts, args = append(parts, condition), append(args, arg)
		}
	}
	if q.id != 0 {
		parts, args = []string{`i.id = ?`}, []any{q.id}
	}
	add(!q.Days.From.IsZero(), `i.issued_on >= ?`, q.Days.From.String())
	add(!q.Days.To.IsZero(), `i.issued_on <= ?`, q.Days.To.String())
	add(q.Customer != 0, `o.customer_id = ?`, q.Customer)
	add(q.Order != 0, `i.order_id = ?`, q.Order)
	add(q.Kind != "", `i.kind = ?`, string(q.Kind))
	currency := v.Settings().Currency.Code
	return book.Query(v, func(row book.Scanner) (Invoice, error) {
		i := Invoice{Currency: currency}
		var on string
		var year, seq int64
		err := row.Scan(&i.ID, &i.Kind, &i.Year, &i.Seq, &i.OrderID, &i.CustomerID, &i.Customer, &on, &i.Total, &year, &seq)
		i.Date, _ = dates.ParseISO(on)
		if seq != 0 {
			i.Corrects = numberOf(InvoiceIssued, int(year), seq)
		}
		return i, err
	}, `SELECT i.id, i.kind, i.year, i.number, i.order_id, o.customer_id, c.name, i.issued_on, i.total, ifnull(k.year, 0), ifnull(k.number, 0)
		FROM invoices i JOIN orders o ON o.id = i.order_id JOIN customers c ON c.id = o.customer_id LEFT JOIN invoices k ON k.id = i.corrects_id
		WHERE `+strings.Join(parts, " AND ")+` ORDER BY i.issued_on, i.kind DESC, i.year, i.number`, args...)
}

// InvoiceOf is one invoice.
func InvoiceOf(v *book.View, id int64) (Invoice, error) {
	for i, err := range Invoices(v, InvoiceQuery{id: id}) {
		return i, err
	}
	return Invoice{}, fmt.Errorf("invoice %d is not in the book", id)
}

// FindInvoice is the invoice or credit note of a number such as 2026-0001 or CN-2026-0001, zeros left out or not. One
// that is not there by the day is a fault.NotFound.
func FindInvoice(v *book.View, number string, asOf dates.Date) (Invoice, error) {
	missing := &fault.Error{Kind: fault.NotFound, Noun: "invoice", Key: number, Reason: "there is no such invoice", Hint: "list them with: perla invoice list"}
	kind, year, seq, ok := parseNumber(number)
	if !ok {
		missing.Hint = "a number is written like 2026-0001 or CN-2026-0001; list them with: perla invoice list"
		return Invoice{}, missing
	}
	id, found, err := book.One(v, book.Scalar[int64], `SELECT id FROM invoices WHERE kind = ? AND year = ? AND number = ?`, string(kind), year, seq)
	if err != nil || !found {
		return Invoice{}, cmp.Or(err, error(missing))
	}
	i, err := InvoiceOf(v, id)
	if err == nil && i.Date > asOf {
		missing.Reason = "is of " + i.Date.String() + ", which is later"
		err = missing
	}
	return i, err
}

// parseNumber reads the number of an invoice or a credit note.
func parseNumber(number string) (kind InvoiceKind, year int, seq int64, ok bool) {
	kind, text := InvoiceIssued, strings.ToUpper(strings.TrimSpace(number))
	if rest, is := strings.CutPrefix(text, "CN-"); is {
		kind, text = CreditNoted, rest
	}
	before, after, _ := strings.Cut(text, "-")
	year, badYear := strconv.Atoi(before)
	seq, badSeq := strconv.ParseInt(after, 10, 64)
	return kind, year, seq, badYear == nil && badSeq == nil
}

// issuedBy says whether an operation issued an invoice or a credit note.
func issuedBy(v *book.View, operation int64) (bool, error) {
	_, issued, err := book.One(v, book.Scalar[int64], `SELECT 1 FROM operation_changes WHERE operation_id = ? AND table_name = 'invoices' AND kind = 'insert' LIMIT 1`, operation)
	return issued, err
}
