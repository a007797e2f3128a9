package sheet

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
)

// Orders are the columns of a list of orders.
var Orders = []Column[sales.Order]{
	{Name: "id", Kind: IntKind, Get: func(o *sales.Order) Value { return Int(o.ID) }},
	{Name: "ref", Rank: 3, Get: func(o *sales.Order) Value { return Text(o.Ref) }},
	{Name: "ref_source", Wide: true, Get: func(o *sales.Order) Value { return Text(o.RefSource) }},
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(o *sales.Order) Value { return Int(o.CustomerID) }},
	{Name: "customer", Get: func(o *sales.Order) Value { return Text(o.Customer) }},
	{Name: "date", Kind: DateKind, Rank: 1, Get: func(o *sales.Order) Value { return Date(o.Date) }},
	{Name: "status", Rank: 2, Get: func(o *sales.Order) Value { return Text(o.Status.String()) }},
	{Name: "channel", Rank: 4, Get: func(o *sales.Order) Value { return Text(o.Channel) }},
	{Name: "consultant", Wide: true, Get: func(o *sales.Order) Value { return Text(o.Consultant) }},
	{Name: "campaign", Wide: true, Get: func(o *sales.Order) Value { return Text(o.Campaign) }},
	{Name: "total", Kind: MoneyKind, Get: func(o *sales.Order) Value { return Money(o.Total) }},
	{Name: "paid", Kind: MoneyKind, Wide: true, Get: func(o *sales.Order) Value { return Money(o.Paid()) }},
	{Name: "due", Kind: MoneyKind, Wide: true, Get: func(o *sales.Order) Value { return Money(o.Due()) }},
	{Name: "currency", Wide: true, Get: func(o *sales.Order) Value { return Text(o.Currency) }},
}

// OrderLine is one line of an order with the order it belongs to, as `order show` prints it.
type OrderLine struct {
	sales.Order
	sales.Line
}

// OrderLines are the columns of the lines of an order: what is bought, behind the order's own.
var OrderLines = append(lift(Orders, func(l *OrderLine) *sales.Order { return &l.Order }), Lines...)

// Lines are the columns of the lines of an order alone.
var Lines = []Column[OrderLine]{
	{Name: "product", Get: func(l *OrderLine) Value { return Text(l.SKU) }},
	{Name: "product_name", Get: func(l *OrderLine) Value { return Text(l.Product) }},
	{Name: "quantity", Kind: IntKind, Get: lineValue(func(l *OrderLine) Value { return Int(l.Quantity) })},
	{Name: "unit_price", Kind: DecimalKind, Get: lineValue(func(l *OrderLine) Value { return Decimal(l.UnitPrice) })},
	{Name: "discount", Kind: MoneyKind, Get: lineValue(func(l *OrderLine) Value { return Money(l.Line.Discount) })},
	{Name: "tax", Kind: MoneyKind, Get: lineValue(func(l *OrderLine) Value { return Money(l.Line.Tax) })},
	{Name: "cost", Kind: MoneyKind, Wide: true, Get: lineValue(func(l *OrderLine) Value {
		if !l.CostKnown {
			return Value{}
		}
		return Money(l.Cost)
	})},
	{Name: "line_total", Kind: MoneyKind, Get: lineValue(func(l *OrderLine) Value { return Money(l.Line.Total()) })},
	{Name: "promotion", Get: func(l *OrderLine) Value { return Text(l.Promotion) }},
	{Name: "shipped", Kind: IntKind, Get: lineValue(func(l *OrderLine) Value { return Int(l.Shipped) })},
	{Name: "returned", Kind: IntKind, Get: lineValue(func(l *OrderLine) Value { return Int(l.Returned) })},
	{Name: "backordered", Kind: IntKind, Get: lineValue(func(l *OrderLine) Value { return Int(l.Backordered) })},
}

// lineValue is empty for an order that has no lines.
func lineValue(get func(*OrderLine) Value) func(*OrderLine) Value {
	return func(l *OrderLine) Value {
		if l.SKU == "" {
			return Value{}
		}
		return get(l)
	}
}

// OrderRows are the columns of an order file, in and out: one row is one line of an order, or an order without lines.
var OrderRows = []Column[sales.Row]{
	rowText("ref", sales.FieldRef, func(r *sales.Row) *string { return &r.Ref },
		"order", "order_id", "order_number", "order_no", "invoice", "pedido", "numero de pedido", "num pedido", "encomenda", "numero do pedido", "commande", "numero de commande", "no commande", "reference", "referencia"),
	rowText("ref_source", sales.FieldRefSource, func(r *sales.Row) *string { return &r.RefSource }),
	required(rowText("customer", sales.FieldCustomer, func(r *sales.Row) *string { return &r.Customer },
		"customer_id", "customer_ref", "customer_name", "customer_email", "client", "client_id", "buyer", "cliente", "id cliente", "nombre del cliente", "clienta", "nome do cliente", "acheteur", "nom du client", "cliente_id")),
	required(rowDate()),
	rowMoney("total", sales.FieldTotal, func(r *sales.Row) *money.Amount { return &r.Total },
		"amount", "order_total", "grand_total", "revenue", "sales", "importe", "monto", "importe total", "valor", "valor total", "montant", "montant total"),
	rowText("channel", sales.FieldChannel, func(r *sales.Row) *string { return &r.Channel },
		"sales_channel", "canal", "canal de venta", "canal de venda", "canal de vente"),
	rowStatus(),
	rowText("consultant", sales.FieldConsultant, func(r *sales.Row) *string { return &r.Consultant },
		"seller", "salesperson", "sales_rep", "employee", "consultora", "vendedor", "vendedora", "consultor", "conseillere", "vendeur", "vendeuse"),
	rowText("campaign", sales.FieldCampaign, func(r *sales.Row) *string { return &r.Campaign }, "campana", "campanha", "campagne"),
	{Name: "product", Verbatim: true,
		Also: []string{"sku", "item", "product_id", "product_code", "lineitem sku", "producto", "articulo", "codigo", "produto", "produit", "article"},
		Get:  func(r *sales.Row) Value { return Text(r.Product) },
		Set: func(r *sales.Row, c *Cell) error {
			if r.Product = catalog.KeepSKU(c.Text); r.Product == "" {
				r.Clears |= sales.FieldProduct
			} else {
				r.Has |= sales.FieldProduct
			}
			return nil
		}},
	{Name: "quantity", Kind: IntKind, Also: []string{"qty", "units", "cantidad", "unidades", "quantidade", "quantite", "qte"},
		Get: func(r *sales.Row) Value { return ifHas(r, sales.FieldQuantity, Int(r.Quantity)) },
		Set: func(r *sales.Row, c *Cell) (err error) {
			if c.Text == "" {
				return nil
			}
			r.Quantity, err = c.Int()
			return note(r, sales.FieldQuantity, err)
		}},
	{Name: "unit_price", Kind: DecimalKind, Also: []string{"price", "unitprice", "precio", "precio unitario", "preco", "preco unitario", "prix", "prix unitaire"},
		Get: func(r *sales.Row) Value { return ifHas(r, sales.FieldUnitPrice, Decimal(r.UnitPrice)) },
		Set: func(r *sales.Row, c *Cell) (err error) {
			if c.Text == "" {
				return nil
			}
			r.UnitPrice, err = c.Decimal()
			return note(r, sales.FieldUnitPrice, err)
		}},
	rowMoney("cost", sales.FieldCost, func(r *sales.Row) *money.Amount { return &r.Cost }, "coste", "costo", "custo", "cout"),
	rowDiscount(),
	rowMoney("shipping", sales.FieldShipping, func(r *sales.Row) *money.Amount { return &r.Shipping },
		"freight", "delivery", "envio", "gastos de envio", "frete", "portes", "livraison", "frais de port"),
	rowMoney("tax", sales.FieldTax, func(r *sales.Row) *money.Amount { return &r.Tax }, "taxes", "vat", "iva", "impuesto", "impuestos", "imposto", "tva", "taxe"),
	rowCurrency(),
	rowText("notes", sales.FieldNotes, func(r *sales.Row) *string { return &r.Notes },
		"note", "comment", "comments", "notas", "nota", "observaciones", "observacoes", "remarque", "remarques"),
}

// note records that the row says something of a field.
func note(r *sales.Row, f sales.Fields, err error) error {
	if err == nil {
		r.Has |= f
	}
	return err
}

// ifHas is a value, or the empty cell when the row says nothing of the field.
func ifHas(r *sales.Row, f sales.Fields, v Value) Value {
	if r.Has&f == 0 {
		return Value{}
	}
	return v
}

func required(c Column[sales.Row]) Column[sales.Row] {
	c.Required = true
	return c
}

func rowText(name string, f sales.Fields, at func(*sales.Row) *string, also ...string) Column[sales.Row] {
	return Column[sales.Row]{Name: name, Also: also,
		Get: func(r *sales.Row) Value { return Text(*at(r)) },
		Set: func(r *sales.Row, c *Cell) error {
			if c.Text == "" {
				r.Clears |= f
				return nil
			}
			*at(r) = c.Text
			r.Has |= f
			return nil
		}}
}

func rowMoney(name string, f sales.Fields, at func(*sales.Row) *money.Amount, also ...string) Column[sales.Row] {
	return Column[sales.Row]{Name: name, Kind: MoneyKind, Also: also,
		Get: func(r *sales.Row) Value { return ifHas(r, f, Money(*at(r))) },
		Set: func(r *sales.Row, c *Cell) (err error) {
			if c.Text == "" {
				r.Clears |= f
				return nil
			}
			*at(r), err = c.Money()
			return note(r, f, err)
		}}
}

func rowDate() Column[sales.Row] {
	return Column[sales.Row]{Name: "date", Kind: DateKind,
		Also: []string{"order_date", "ordered_on", "created_at", "purchase_date", "day", "fecha", "fecha de pedido", "fecha del pedido", "data", "data do pedido", "jour", "date de commande"},
		Get:  func(r *sales.Row) Value { return Date(r.Date) },
		Set: func(r *sales.Row, c *Cell) (err error) {
			if c.Text == "" {
				return nil
			}
			r.Date, err = c.Date()
			return note(r, sales.FieldDate, err)
		}}
}

func rowStatus() Column[sales.Row] {
	return Column[sales.Row]{Name: "status", Also: []string{"order_status", "estado", "situacao", "statut", "etat"},
		Get: func(r *sales.Row) Value { return Text(r.Status.String()) },
		Set: func(r *sales.Row, c *Cell) error {
			if c.Text == "" {
				return nil
			}
			status, err := ParseStatus(c.Text)
			r.Status = status
			return note(r, sales.FieldStatus, err)
		}}
}

// ParseStatus reads the word for a status.
func ParseStatus(s string) (sales.Status, error) {
	word := strings.ToLower(strings.TrimSpace(s))
	if word == "canceled" {
		word = "cancelled"
	}
	for i, name := range sales.StatusNames {
		if name != "" && name == word {
			return sales.Status(i), nil
		}
	}
	names := sales.StatusNames[1:]
	if near := fault.Nearest(word, names); near != "" {
		return 0, fmt.Errorf("no status; did you mean %s", near)
	}
	return 0, fmt.Errorf("no status; there are %s", strings.Join(names, ", "))
}

// rowDiscount reads money of the line, or with % behind it a part of quantity x unit price.
func rowDiscount() Column[sales.Row] {
	return Column[sales.Row]{Name: "discount", Kind: MoneyKind, Also: []string{"descuento", "dto", "desconto", "remise", "rabais"},
		Get: func(r *sales.Row) Value { return ifHas(r, sales.FieldDiscount, Money(r.Discount)) },
		Set: func(r *sales.Row, c *Cell) (err error) {
			figure, percent := strings.CutSuffix(c.Text, "%")
			switch {
			case c.Text == "":
				r.Clears |= sales.FieldDiscount
				return nil
			case percent:
				part := *c
				part.Text = strings.TrimSpace(figure)
				r.IsPercent = true
				r.Percent, err = part.Decimal()
			default:
				r.Discount, err = c.Money()
			}
			return note(r, sales.FieldDiscount, err)
		}}
}

func rowCurrency() Column[sales.Row] {
	return Column[sales.Row]{Name: "currency", Also: []string{"moneda", "divisa", "moeda", "devise"},
		Get: func(r *sales.Row) Value { return Text(r.Currency) },
		Set: func(r *sales.Row, c *Cell) error {
			if c.Text == "" {
				return nil
			}
			currency, err := money.Lookup(c.Text)
			r.Currency = currency.Code
			return note(r, sales.FieldCurrency, err)
		}}
}
