package cli

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// documentFlags say as what an order is printed for its customer.
type documentFlags struct{ kind, output string }

// html is the output format that only documents have.
const html = "html"

// register gives order show its flags. Its --output takes the place of the one that every command has.
func (o *documentFlags) register(cmd *cobra.Command) {
	cmd.Flags().Var(enumOf(&o.kind, sales.DocumentKinds...), "document", "print it for the customer as `KIND`: "+strings.Join(sales.DocumentKinds, ", "))
	o.registerOutput(cmd)
}

func (o *documentFlags) registerOutput(cmd *cobra.Command) {
	words := append(sheet.Formats(), html)
	cmd.Flags().VarP(enumOf(&o.output, words...), "output", "o", "print as `FORMAT`: "+strings.Join(words, ", "))
}

// take passes the format on to where those of rows are looked for, and refuses one that does not fit.
func (o *documentFlags) take(a *app) error {
	switch {
	case o.kind == "" && o.output == html:
		return fault.New(fault.Usage, "html is for documents", "say which: --document quote, invoice or receipt")
	case o.kind == "":
		a.flags.output = o.output
	case o.output != "" && o.output != html && o.output != string(sheet.Markdown):
		return fault.New(fault.Usage, "a document is written as html or md, not as "+o.output, "write: -o html --out FILE")
	case a.columnsGiven || a.flags.jq != "" || a.flags.template != "":
		return fault.New(fault.Usage, "a document has no columns to choose from", "leave out --columns, --jq and --template")
	case o.output == "" && outNamesHTML(a):
		o.output = html
	}
	return nil
}

// outNamesHTML says whether the file that --out names is to be a page.
func outNamesHTML(a *app) bool {
	ending := strings.ToLower(filepath.Ext(a.flags.out))
	return ending == ".html" || ending == ".htm"
}

// showDocument prints a document of an order as of a day.
func (a *app) showDocument(v *book.View, order sales.Order, o *documentFlags, day dates.Date) error {
	d, err := sales.DocumentOf(v, order, o.kind, day)
	if err != nil {
		return err
	}
	if d.Seller.Name == "" {
		a.warn("the book does not say who sells; name it with: perla config set seller_name NAME")
	}
	page := (&documentWriter{document: &d, setting: a.setting()}).page()
	return a.write(func(w io.Writer) error {
		if o.output == html {
			return page.HTML(w)
		}
		return page.Markdown(w)
	})
}

// documentWriter writes the figures of a document as its reader does.
type documentWriter struct {
	document *sales.Document
	setting  sheet.Setting
	language string
	words    map[string]string
}

func (w *documentWriter) page() *render.Document {
	d := w.document
	w.language = render.DocumentLanguage(d.Buyer.Language, w.setting.Locale)
	if render.DocumentLanguage(w.setting.Locale) != w.language {
		w.setting.Locale = w.language // figures are read like the words around them
	}
	w.words = render.DocumentWords(w.language)
	p := &render.Document{Language: w.language, Words: w.words, Title: w.words[d.Kind]}
	p.Seller = render.Party{Name: d.Seller.Name, Lines: append(addressLines(d.Seller.Address), w.taxID(d.Seller.TaxID), d.Seller.Email, d.Seller.Phone)}
	b := d.Buyer
	p.Buyer = render.Party{Name: b.Name, Lines: append(addressLines(b.Address), strings.TrimSpace(b.Postcode+" "+b.City), b.Region, b.Country, w.taxID(b.TaxID), b.Email)}
	p.Seller.Lines, p.Buyer.Lines = filledLines(p.Seller.Lines), filledLines(p.Buyer.Lines)
	if d.Kind != "receipt" {
		p.Note = filledLines(addressLines(d.Seller.Note))
	}
	w.head(p)
	w.lines(p)
	w.sums(p)
	w.money(p)
	return p
}

// addressLines are the lines of an address or a note, which semicolons or line ends part.
func addressLines(address string) []string {
	return strings.FieldsFunc(address, func(r rune) bool { return r == '\n' || r == ';' })
}

// taxID is a number for taxes with what it is called, unless its own name stands before it, as in RFC XAXX010101000.
func (w *documentWriter) taxID(id string) string {
	if id == "" || strings.Contains(id, " ") {
		return id
	}
	return w.words["tax_id"] + " " + id
}

func filledLines(lines []string) (kept []string) {
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			kept = append(kept, l)
		}
	}
	return kept
}

// head writes the number and the days.
func (w *documentWriter) head(p *render.Document) {
	d := w.document
	order := sheet.Plain(sheet.Int(d.Order.ID), w.setting)
	if d.Order.Ref != "" {
		order = d.Order.Ref
	}
	add := func(word, value string) { p.Facts = append(p.Facts, render.Pair{Label: w.words[word], Value: value}) }
	switch d.Kind {
	case "invoice":
		p.Number = d.Invoice.Number()
		if d.Invoice.Kind == sales.CreditNoted {
			p.Title = w.words["credit_note"]
		}
		add("date", w.day(d.Invoice.Date))
		if d.Invoice.Corrects != "" {
			add("corrects", d.Invoice.Corrects)
		} else {
			add("order", order)
		}
		if len(d.Dues) == 1 && d.Dues[0].Open() > 0 && d.Dues[0].On > d.Invoice.Date {
			add("due_on", w.day(d.Dues[0].On))
		}
	case "receipt":
		p.Number = order
		on := d.Order.Date
		for _, pay := range d.Payments {
			on = pay.Date
		}
		add("date", w.day(on))
	default:
		p.Number = order
		add("date", w.day(d.Order.Date))
		if d.Kind == "quote" && !d.ValidUntil.IsZero() {
			add("valid_until", w.day(d.ValidUntil))
		}
	}
	if d.Voucher != "" {
		add("voucher", d.Voucher)
	}
}

func (w *documentWriter) lines(p *render.Document) {
	for _, l := range w.document.Lines {
		line := render.DocumentLine{Name: l.Product, SKU: l.SKU, Quantity: w.text(sheet.Int(l.Quantity)), Price: w.text(sheet.Decimal(l.UnitPrice)), Amount: w.amount(l.Net())}
		switch {
		case l.SKU == "":
			line.Name, line.Price = w.words["order"]+" "+p.Number, w.amount(l.Amount)
		case l.Product == l.SKU:
			line.SKU = ""
		}
		if l.Discount != 0 {
			line.Discount, p.Discounts = w.amount(-l.Discount), true
		}
		if l.Offer != "" {
			line.Note = w.words["promotion"] + ": " + l.Offer
		}
		if line.Rate = w.rate(l.Rate); l.Tax != 0 {
			p.Rates = true
		}
		p.Lines = append(p.Lines, line)
	}
}

// rate writes a rate of tax; nothing where it is not known.
func (w *documentWriter) rate(r sales.Rate) string {
	if !r.Known {
		return ""
	}
	d := money.Decimal{Digits: r.Percent, Scale: 2}
	for d.Scale > 0 && d.Digits%10 == 0 {
		d.Digits, d.Scale = d.Digits/10, d.Scale-1
	}
	return render.DocumentPercent(w.language, w.text(sheet.Decimal(d)))
}

// sums writes what leads from the lines to the total.
func (w *documentWriter) sums(p *render.Document) {
	d := w.document
	add := func(label, note string, a money.Amount) {
		p.Sums = append(p.Sums, render.DocumentSum{Label: label, Note: note, Value: w.amount(a)})
	}
	if d.Order.Tax != 0 || d.Order.Shipping != 0 {
		add(w.words["subtotal"], "", d.Subtotal)
	}
	if d.Order.Shipping != 0 {
		add(w.words["shipping"], "", d.Order.Shipping)
	}
	for _, t := range d.Taxes {
		add(strings.TrimSpace(w.words["tax"]+" "+w.rate(t.Rate)), w.words["of"]+" "+w.amount(t.Base), t.Tax)
	}
	p.Total = render.Pair{Label: w.words["total"], Value: w.sum(d.Order.Total)}
}

// money writes what is paid and due, and when.
func (w *documentWriter) money(p *render.Document) {
	d := w.document
	if d.Order.Total < 0 {
		if back := d.PointsBack; back.Points != 0 {
			p.After = append(p.After, render.Pair{Label: w.words["back_as_points"] + " (" + w.text(sheet.Int(back.Points)) + ")", Value: w.sum(-back.Money)})
		}
		return
	}
	if len(d.Dues) > 1 || d.Kind == "quote" && len(d.Dues) == 1 && d.Dues[0].On != d.Order.Date {
		for _, due := range d.Dues {
			row := render.DocumentDue{On: w.day(due.On), Amount: w.amount(due.Amount)}
			switch {
			case d.Kind == "quote":
			case due.Open() == 0:
				row.Open = strings.ToLower(w.words["paid"])
			case due.Paid != 0:
				row.Open = w.amount(due.Open()) + " " + w.words["open"]
			}
			p.Dues = append(p.Dues, row)
		}
	}
	if d.Kind == "quote" {
		return
	}
	for _, pay := range d.Payments {
		how := pay.Method
		if word, known := w.words["by_"+how]; known {
			how = word
		}
		label := w.day(pay.Date)
		if how != "" {
			label += ", " + how
		}
		p.Payments = append(p.Payments, render.Pair{Label: label, Value: w.amount(pay.Amount)})
	}
	add := func(word string, a money.Amount) {
		p.After = append(p.After, render.Pair{Label: w.words[word], Value: w.sum(a)})
	}
	if d.Returned != 0 {
		add("returned", -d.Returned)
	}
	if d.Order.Paid() != 0 {
		add("paid", d.Order.Paid())
	}
	p.Due = render.Pair{Label: w.words["due"], Value: w.sum(d.Order.Due())}
}

func (w *documentWriter) day(d dates.Date) string {
	year, month, day := d.Civil()
	return render.DocumentDay(w.language, year, month, day)
}

func (w *documentWriter) text(v sheet.Value) string { return sheet.Plain(v, w.setting) }

func (w *documentWriter) amount(a money.Amount) string { return w.text(sheet.Money(a)) }

// sum is an amount with the currency.
func (w *documentWriter) sum(a money.Amount) string {
	return render.DocumentMoney(w.language, w.amount(a), w.setting.Currency.Code)
}
