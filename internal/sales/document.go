package sales

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// DocumentKinds are the documents an order can be printed as.
var DocumentKinds = []string{"quote", "invoice", "receipt"}

// Document is what a document of an order says.
type Document struct {
	Kind       string // of DocumentKinds
	Order      Order
	ValidUntil dates.Date // of a quote; 0 for no end
	Invoice    Invoice    // of an invoice; a credit note where the order is a return
	Seller     book.Seller
	Buyer      Buyer
	Lines      []DocumentLine
	Subtotal   money.Amount // of the lines, less discounts, before tax
	Taxes      []TaxSum
	Returned   money.Amount // what came back of the order since
	Dues       []Instalment
	Payments   []Payment // those that name the order
	Voucher    string    // what a voucher gave, with its code; "" for none
	PointsBack PointsBack
}

// Buyer is who buys, as a document names her.
type Buyer struct{ Name, Address, Postcode, City, Region, Country, TaxID, Email, Language string }

// DocumentLine is a line of a document. What an order without lines comes to is one without a product.
type DocumentLine struct {
	Line
	Rate  Rate
	Offer string // how the promotion is called: its name, else its code
}

// Net is what the line costs before tax.
func (l *DocumentLine) Net() money.Amount { return l.Amount - l.Discount }

// Rate is a rate of tax, in hundredths of a percent.
type Rate struct {
	Percent int64
	Known   bool
}

// TaxSum is the tax at one rate, and what it is on.
type TaxSum struct {
	Rate      Rate
	Base, Tax money.Amount
}

// DocumentOf makes a document of an order as of a day. An invoice needs one to be issued, a receipt something paid.
func DocumentOf(v *book.View, order Order, kind string, day dates.Date) (d Document, err error) {
	d = Document{Kind: kind, Order: order}
	if err := d.admit(v, day); err != nil {
		return d, err
	}
	if err := d.readBuyer(v); err != nil {
		return d, err
	}
	if d.Seller, err = book.SellerOf(v); err != nil {
		return d, err
	}
	if err := d.readLines(v, day); err != nil {
		return d, err
	}
	if order.Status != Quote {
		d.Returned = order.Total - order.Paid() - order.Due()
	}
	if d.Dues, err = InstalmentsOf(v, order.ID, day); err != nil {
		return d, err
	}
	for p, err := range Payments(v, PaymentQuery{AsOf: day, Order: order.ID}) {
		if err != nil {
			return d, err
		}
		d.Payments = append(d.Payments, p)
	}
	if d.Voucher, err = voucherOf(v, order.ID); err != nil {
		return d, err
	}
	d.PointsBack, err = pointsBackOf(v, order.ID)
	return d, err
}

// admit refuses a document that would not be true.
func (d *Document) admit(v *book.View, day dates.Date) error {
	refuse := func(reason, hint string) error {
		return &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(d.Order.ID), Reason: reason, Hint: hint}
	}
	switch {
	case d.Order.Status == Cancelled:
		return refuse("is cancelled: there is nothing to print", "")
	case d.Kind == "receipt" && d.Order.Status == Returned:
		return refuse("came back whole: nothing was kept to have a receipt of", "")
	case d.Kind == "receipt" && (d.Order.Paid() == 0 || d.Order.Total < 0):
		return refuse("has no receipt: nothing is paid of it", fmt.Sprintf("book what came in with: perla order pay %d", d.Order.ID))
	case d.Kind == "quote" && d.Order.Total < 0:
		return refuse("is a return: there is no quote of it", "")
	case d.Kind != "invoice":
		until, _, err := book.One(v, book.Scalar[string], `SELECT ifnull(valid_until_on, '') FROM orders WHERE id = ?`, d.Order.ID)
		d.ValidUntil, _ = dates.ParseISO(until)
		return err
	}
	for i, err := range Invoices(v, InvoiceQuery{AsOf: day, Order: d.Order.ID}) {
		d.Invoice = i
		return err
	}
	if d.Order.Status == Quote {
		return refuse("is a quote and has no invoice", fmt.Sprintf("confirm it with: perla order confirm %d", d.Order.ID))
	}
	if standing, err := StandingOf(v, d.Order.ID); err != nil || !standing.legal(InvoiceMove) {
		if err == nil {
			err = refuse(fmt.Sprintf("is %s and has no invoice of perla's", standing), "print another document: --document receipt")
		}
		return err
	}
	return refuse("has no invoice", fmt.Sprintf("issue it with: perla order invoice %d", d.Order.ID))
}

// readBuyer reads who buys.
func (d *Document) readBuyer(v *book.View) (err error) {
	d.Buyer, _, err = book.One(v, func(row book.Scanner) (b Buyer, err error) {
		err = row.Scan(&b.Name, &b.Address, &b.Postcode, &b.City, &b.Region, &b.Country, &b.TaxID, &b.Email, &b.Language)
		return b, err
	}, `SELECT name, ifnull(address, ''), ifnull(postcode, ''), ifnull(city, ''), ifnull(region, ''), ifnull(country, ''),
			ifnull((SELECT min(value) FROM customer_attributes a WHERE a.customer_id = c.id AND a.key = 'tax_id'), ''), ifnull(email, ''), ifnull(language, '')
		FROM customers c WHERE id = ?`, d.Order.CustomerID)
	return err
}

// readLines reads the lines with their rates of tax, and sums the tax by rate.
func (d *Document) readLines(v *book.View, day dates.Date) error {
	lines, err := Lines(v, d.Order.ID, day)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		o := d.Order
		lines = []Line{{Amount: o.Total - o.Shipping - o.Tax + o.Discount, Discount: o.Discount, Tax: o.Tax, Quantity: 1}}
	}
	rates := map[string]int64{}
	for r, err := range book.Query(v, func(row book.Scanner) (r struct {
		sku  string
		rate int64
	}, err error) {
		err = row.Scan(&r.sku, &r.rate)
		return r, err
	}, `SELECT p.sku, p.tax_rate FROM order_lines l JOIN products p ON p.id = l.product_id WHERE l.order_id = ? AND p.tax_rate IS NOT NULL`, d.Order.ID) {
		if err != nil {
			return err
		}
		rates[r.sku] = r.rate
	}
	offers, err := book.All(v, func(row book.Scanner) (o [2]string, err error) {
		err = row.Scan(&o[0], &o[1])
		return o, err
	}, `SELECT p.code, p.name FROM promotions p WHERE p.name <> '' AND p.id IN (SELECT promotion_id FROM order_lines WHERE order_id = ?)`, d.Order.ID)
	if err != nil {
		return err
	}
	sums := map[Rate]*TaxSum{}
	for _, l := range lines {
		line := DocumentLine{Line: l, Offer: l.Promotion}
		for _, o := range offers {
			if o[0] == l.Promotion {
				line.Offer = o[1]
			}
		}
		line.Rate = rateOf(line.Net(), l.Tax, rates[l.SKU])
		d.Lines = append(d.Lines, line)
		d.Subtotal += line.Net()
		if sums[line.Rate] == nil {
			sums[line.Rate] = &TaxSum{Rate: line.Rate}
		}
		s := sums[line.Rate]
		s.Base, s.Tax = s.Base+line.Net(), s.Tax+l.Tax
	}
	for _, s := range sums {
		if s.Tax != 0 {
			d.Taxes = append(d.Taxes, *s)
		}
	}
	slices.SortFunc(d.Taxes, func(a, b TaxSum) int {
		return cmp.Or(-cmp.Compare(a.Rate.Percent, b.Rate.Percent), cmp.Compare(a.Base, b.Base))
	})
	return nil
}

// rateOf is the rate that a line was taxed at: what the product's says today where that gives the tax, else the roundest
// one that does, to whole percents, tenths or hundredths. What comes back takes its share of the tax of the original, which
// may be a minor unit off.
func rateOf(net, tax money.Amount, product int64) Rate {
	gives := func(rate int64) bool {
		off := abs(money.Amount(money.MulQuo(int64(net), rate, hundredPercent)) - tax)
		return rate >= 0 && (off == 0 || net < 0 && off == 1)
	}
	switch {
	case gives(product):
		return Rate{product, true}
	case tax == 0:
		return Rate{0, true}
	case net == 0 || (net < 0) != (tax < 0) || abs(tax) > abs(net):
		return Rate{}
	}
	exact := money.MulQuo(int64(abs(tax)), hundredPercent, int64(abs(net)))
	for _, step := range []int64{100, 50, 10, 1} {
		if rate := money.QuoRound(exact, step) * step; gives(rate) {
			return Rate{rate, true}
		}
	}
	return Rate{}
}

func abs(a money.Amount) money.Amount { return max(a, -a) }
