package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"path/filepath"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// The columns of the demo's files: those of an export, without the ones that would be empty or the same in every row.
var (
	demoCustomerFile = []string{"ref", "name", "kind", "email", "phone", "birthday", "city", "country", "sector", "stage", "source", "language",
		"preferred_channel", "consultant", "company", "referred_by", "tags", "contact_every", "contact_within", "notes", "created_on"}
	demoOrderFile = []string{"ref", "customer", "date", "channel", "status", "consultant", "campaign", "product", "quantity", "unit_price",
		"cost", "discount", "shipping", "tax", "notes"}
)

// writeDemoFiles makes up the demo and writes its files.
func writeDemoFiles(dir string, today dates.Date, s sheet.Setting) error {
	people := demoPeople(today)
	orders := demoSales(people, today)
	if err := demoCharacters(people); err != nil {
		return err
	}
	write := func(name string, fn func(io.Writer) error) error { return writeFile(filepath.Join(dir, name), fn) }
	err := write("customers.csv", func(w io.Writer) error {
		o := sheet.Output{Format: sheet.CSV, Columns: append(demoCustomerFile, demoFurther...), Setting: s}
		return sheet.Write(w, o, sheet.CustomerExport(demoFurther), demoCustomerRows(people))
	})
	if err != nil {
		return err
	}
	err = write("products.csv", func(w io.Writer) error {
		o := sheet.Output{Format: sheet.CSV, Columns: demoProductFile, Setting: s}
		return sheet.Write(w, o, sheet.ProductExport(demoProductKeys), rowsIn(demoCatalogue(orders, today)))
	})
	if err != nil {
		return err
	}
	err = write("stock.csv", func(w io.Writer) error {
		o := sheet.Output{Format: sheet.CSV, Columns: demoStockFile, Setting: s}
		return sheet.Write(w, o, sheet.Deliveries, rowsIn(demoDeliveries(orders, today)))
	})
	if err != nil {
		return err
	}
	err = write("orders.csv", func(w io.Writer) error {
		o := sheet.Output{Format: sheet.CSV, Columns: demoOrderFile, Setting: s}
		return sheet.Write(w, o, sheet.OrderRows, demoOrderRows(orders))
	})
	if err != nil {
		return err
	}
	err = write("interactions.csv", func(w io.Writer) error {
		o := sheet.Output{Format: sheet.CSV, Columns: demoInteractionFile, Setting: s}
		return sheet.Write(w, o, sheet.InteractionRows, demoInteractionRows(demoTalk(people, orders, today)))
	})
	if err != nil {
		return err
	}
	return write("pedidos-feria.csv", func(w io.Writer) error { return writeDemoFair(w, people, today) })
}

func demoCustomerRows(people []*demoPerson) iter.Seq2[contacts.Row, error] {
	return func(yield func(contacts.Row, error) bool) {
		for _, p := range people {
			if !yield(contacts.Row{Customer: p.Customer}, nil) {
				return
			}
		}
	}
}

// demoOrderRows are a row for each line; what belongs to the whole order stands in its first row, what makes the order in
// all of them.
func demoOrderRows(orders []*demoOrder) iter.Seq2[sales.Row, error] {
	return func(yield func(sales.Row, error) bool) {
		for _, o := range orders {
			for i, l := range o.lines {
				row := l.row()
				row.Ref, row.Customer, row.Date, row.Channel, row.Status = o.ref, o.person.Ref, o.day, o.channel, o.status
				row.Consultant, row.Campaign = o.person.Consultant.Key, o.campaign
				if i == 0 && o.shipping != 0 {
					row.Shipping = o.shipping
					row.Has |= sales.FieldShipping
				}
				if o.undoes != nil {
					row.Notes = "return of " + o.undoes.ref
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// row is what a line says for itself. A field without its bit prints as an empty cell.
func (l *demoLine) row() sales.Row {
	row := sales.Row{Product: l.goods.sku, Quantity: l.quantity, UnitPrice: money.Decimal{Digits: int64(l.price), Scale: 2},
		Cost: l.cost, Discount: l.discount, Tax: l.tax, Has: sales.FieldQuantity | sales.FieldUnitPrice | sales.FieldCost}
	if l.discount != 0 {
		row.Has |= sales.FieldDiscount
	}
	if l.tax != 0 {
		row.Has |= sales.FieldTax
	}
	return row
}

// writeDemoFair writes the orders of a fair as a spreadsheet in Spain saves them. Some of the clients are in the book,
// by ref or by e-mail, others are met here for the first time. The fair began 14 days ago and ended yesterday, so that at
// least one of its days can be no month.
func writeDemoFair(w io.Writer, people []*demoPerson, today dates.Date) error {
	var regulars []*demoPerson
	for _, p := range people {
		if p.habit == &demoHabits[0] && p.Kind == "person" && p.Email != "" {
			regulars = append(regulars, p)
		}
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	_ = out.Write([]string{"pedido", "clienta", "fecha", "canal", "producto", "cantidad", "precio", "descuento"}) // Error, below, tells of all
	for _, line := range []struct {
		order         int
		client        string
		ago, quantity int
		sku           string
		discount      string
	}{
		{1, regulars[0].Ref, 14, 1, "ALBA-SERUM-30", ""},
		{1, regulars[0].Ref, 14, 2, "BRISA-HAND-CREAM-75", ""},
		{2, "Remedios Cantalapiedra Núñez", 14, 1, "ESTELA-EDP-50", "4,80"},
		{3, regulars[1].Email, 9, 3, "DUNA-SHAMPOO-300", ""},
		{4, "Iñaki Bengoetxea", 9, 1, "GIFT-BOX-BRISA", ""},
		{5, "Fátima Zohra Benali", 8, 1, "CORAL-LIPSTICK-CEREZA", ""},
		{5, "Fátima Zohra Benali", 8, 1, "CORAL-MASCARA", ""},
		{6, regulars[2].Ref, 2, 1, "ALBA-NIGHT-CREAM-50", "3,20"},
		{7, "Remedios Cantalapiedra Núñez", 1, 2, "ESTELA-CANDLE", ""},
		{8, "Señora Ybarra", 1, 24, "BRISA-HAND-CREAM-75", "18,96"},
	} {
		price := ""
		for _, g := range demoGoods {
			if g.sku == line.sku {
				price = fmt.Sprintf("%d,%02d", g.price/100, g.price%100)
			}
		}
		y, m, d := today.AddDays(-line.ago).Civil()
		_ = out.Write([]string{fmt.Sprintf("F-%02d", line.order), line.client, fmt.Sprintf("%d/%d/%d", d, m, y), "feria", line.sku,
			fmt.Sprint(line.quantity), price, line.discount})
	}
	out.Flush()
	return out.Error()
}
