package sheet

import (
	"math"
	"slices"

	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/money"
)

// Stocks are the columns of a list of stock.
var Stocks = []Column[catalog.Stock]{
	{Name: "sku", Get: func(s *catalog.Stock) Value { return Text(s.SKU) }},
	{Name: "name", Rank: 1, Get: func(s *catalog.Stock) Value { return Text(s.Name) }},
	stockCount("on_hand", 2, func(s *catalog.Stock) int64 { return s.OnHand }),
	stockCount("reserved", 3, func(s *catalog.Stock) int64 { return s.Reserved }),
	stockCount("available", 0, func(s *catalog.Stock) int64 { return s.Available }),
	{Name: "incoming", Kind: IntKind, Rank: 4, Get: func(s *catalog.Stock) Value { return Int(s.Incoming) }},
	wide(Column[catalog.Stock]{Name: "average_cost", Kind: MoneyKind, Get: func(s *catalog.Stock) Value { return moneyIf(s.AverageCost()) }}),
	{Name: "value", Kind: MoneyKind, Rank: 5, Get: stockValue},
	{Name: "days_of_cover", Kind: NumberKind, Rank: 6, Get: daysOfCover},
}

// StocksNamed are the columns that a list of stock can show: those of Stocks, and others that are to be named.
var StocksNamed = slices.Concat(Stocks, []Column[catalog.Stock]{
	{Name: "reorder_at", Kind: IntKind, Get: func(s *catalog.Stock) Value {
		if !s.HasReorderAt {
			return Value{}
		}
		return Int(s.ReorderAt)
	}},
	{Name: "sold_90_days", Kind: IntKind, Get: func(s *catalog.Stock) Value { return Int(s.Sold) }},
	{Name: "category", Get: func(s *catalog.Stock) Value { return Text(s.Category) }},
	{Name: "brand", Get: func(s *catalog.Stock) Value { return Text(s.Brand) }},
	{Name: "id", Kind: IntKind, Get: func(s *catalog.Stock) Value { return Int(s.ID) }},
})

// ReportStock are the columns of report stock.
var ReportStock = []Column[catalog.Stock]{
	Stocks[0], Stocks[1],
	stockCount("on_hand", 2, func(s *catalog.Stock) int64 { return s.OnHand }),
	stockCount("reserved", 3, func(s *catalog.Stock) int64 { return s.Reserved }),
	stockCount("available", 0, func(s *catalog.Stock) int64 { return s.Available }),
	{Name: "days_of_cover", Kind: NumberKind, Rank: 5, Get: daysOfCover},
	{Name: "value", Kind: MoneyKind, Rank: 6, Get: stockValue},
}

// StockSums are the columns of report stock by category.
var StockSums = []Column[catalog.StockSum]{
	{Name: "category", Get: func(s *catalog.StockSum) Value { return Text(s.Category) }},
	{Name: "products", Kind: IntKind, Get: func(s *catalog.StockSum) Value { return Int(s.Products) }},
	{Name: "on_hand", Kind: IntKind, Get: func(s *catalog.StockSum) Value { return Int(s.OnHand) }},
	{Name: "reserved", Kind: IntKind, Get: func(s *catalog.StockSum) Value { return Int(s.Reserved) }},
	{Name: "available", Kind: IntKind, Get: func(s *catalog.StockSum) Value { return Int(s.Available) }},
	{Name: "value", Kind: MoneyKind, Get: func(s *catalog.StockSum) Value { return moneyIf(s.Value, s.ValueKnown) }},
}

// stockCount is a column of pieces, empty for a product of which none has come or gone.
func stockCount(name string, rank int, get func(*catalog.Stock) int64) Column[catalog.Stock] {
	return Column[catalog.Stock]{Name: name, Kind: IntKind, Rank: rank, Get: func(s *catalog.Stock) Value {
		if !s.Tracked {
			return Value{}
		}
		return Int(get(s))
	}}
}

func stockValue(s *catalog.Stock) Value { return moneyIf(s.Value, s.Tracked && s.ValueKnown) }

// daysOfCover is to the tenth of a day: what sold in 90 days bears no more.
func daysOfCover(s *catalog.Stock) Value {
	if days, known := s.DaysOfCover(); known {
		return Number(math.Round(days*10) / 10)
	}
	return Value{}
}

// moneyIf is an amount, or the empty cell where it is not known.
func moneyIf(amount money.Amount, known bool) Value {
	if !known {
		return Value{}
	}
	return Money(amount)
}

// ExpiringLots are the columns of lots that do not keep.
var ExpiringLots = []Column[catalog.ExpiringLot]{
	{Name: "sku", Get: func(l *catalog.ExpiringLot) Value { return Text(l.SKU) }},
	{Name: "lot", Get: func(l *catalog.ExpiringLot) Value { return Text(l.Name) }},
	{Name: "expires_on", Kind: DateKind, Get: func(l *catalog.ExpiringLot) Value { return Date(l.ExpiresOn) }},
	{Name: "quantity", Kind: IntKind, Get: func(l *catalog.ExpiringLot) Value { return Int(l.Quantity) }},
	{Name: "value", Kind: MoneyKind, Get: func(l *catalog.ExpiringLot) Value { return moneyIf(l.Value, l.ValueKnown) }},
}

// StockMoves are the columns of the ledger of stock.
var StockMoves = []Column[catalog.Move]{
	{Name: "id", Kind: IntKind, Wide: true, Get: func(m *catalog.Move) Value { return Int(m.ID) }},
	{Name: "date", Kind: DateKind, Get: func(m *catalog.Move) Value { return Date(m.On) }},
	{Name: "sku", Get: func(m *catalog.Move) Value { return Text(m.SKU) }},
	{Name: "kind", Get: func(m *catalog.Move) Value { return Text(m.Kind) }},
	{Name: "quantity", Kind: IntKind, Get: func(m *catalog.Move) Value { return Int(m.Quantity) }},
	{Name: "value", Kind: MoneyKind, Get: func(m *catalog.Move) Value { return moneyIf(m.Value, m.ValueKnown) }},
	{Name: "lot", Get: func(m *catalog.Move) Value { return Text(m.Lot) }},
	{Name: "expires_on", Kind: DateKind, Wide: true, Get: func(m *catalog.Move) Value { return Date(m.ExpiresOn) }},
	{Name: "document", Get: func(m *catalog.Move) Value { return Text(m.Document) }},
	{Name: "reason", Get: func(m *catalog.Move) Value { return Text(m.Reason) }},
	{Name: "order_id", Kind: IntKind, Get: func(m *catalog.Move) Value {
		if m.Order == 0 {
			return Value{}
		}
		return Int(m.Order)
	}},
}

// Expecteds are the columns of what is to come.
var Expecteds = []Column[catalog.Expected]{
	{Name: "document", Get: func(e *catalog.Expected) Value { return Text(e.Document) }},
	{Name: "sku", Get: func(e *catalog.Expected) Value { return Text(e.SKU) }},
	{Name: "name", Wide: true, Get: func(e *catalog.Expected) Value { return Text(e.Name) }},
	{Name: "expected_on", Kind: DateKind, Get: func(e *catalog.Expected) Value { return Date(e.On) }},
	{Name: "quantity", Kind: IntKind, Get: func(e *catalog.Expected) Value { return Int(e.Quantity) }},
	{Name: "received", Kind: IntKind, Get: func(e *catalog.Expected) Value { return Int(e.Received) }},
	{Name: "incoming", Kind: IntKind, Get: func(e *catalog.Expected) Value { return Int(e.Left) }},
	{Name: "unit_cost", Kind: MoneyKind, Wide: true, Get: func(e *catalog.Expected) Value { return moneyIf(e.Cost, e.HasCost) }},
	{Name: "closed_on", Kind: DateKind, Wide: true, Get: func(e *catalog.Expected) Value { return Date(e.ClosedOn) }},
}

// Deliveries are the columns of a file of what came in.
var Deliveries = []Column[catalog.Delivery]{
	{Name: "document", Also: stockSynonyms["document"],
		Get: func(d *catalog.Delivery) Value { return Text(d.Document) },
		Set: func(d *catalog.Delivery, c *Cell) (err error) { d.Document, err = catalog.Line(c.Text); return err }},
	{Name: "product", Required: true, Also: stockSynonyms["product"],
		Get: func(d *catalog.Delivery) Value { return Text(d.SKU) },
		Set: func(d *catalog.Delivery, c *Cell) (err error) { d.SKU, err = catalog.Line(c.Text); return err }},
	{Name: "quantity", Required: true, Kind: IntKind, Also: stockSynonyms["quantity"],
		Get: func(d *catalog.Delivery) Value { return Int(d.Quantity) },
		Set: func(d *catalog.Delivery, c *Cell) (err error) { d.Quantity, err = c.Int(); return err }},
	{Name: "unit_cost", Kind: DecimalKind, Also: stockSynonyms["unit_cost"],
		Get: func(d *catalog.Delivery) Value {
			if !d.HasCost {
				return Value{}
			}
			return Decimal(d.Cost)
		},
		Set: func(d *catalog.Delivery, c *Cell) (err error) {
			if c.Text != "" {
				d.Cost, err = c.Decimal()
				d.HasCost = err == nil
			}
			return err
		}},
	{Name: "lot", Also: stockSynonyms["lot"],
		Get: func(d *catalog.Delivery) Value { return Text(d.Lot) },
		Set: func(d *catalog.Delivery, c *Cell) (err error) { d.Lot, err = catalog.Line(c.Text); return err }},
	{Name: "expires_on", Kind: DateKind, Also: stockSynonyms["expires_on"],
		Get: func(d *catalog.Delivery) Value { return Date(d.Expires) },
		Set: func(d *catalog.Delivery, c *Cell) (err error) {
			if c.Text != "" {
				d.Expires, err = c.LastDay()
			}
			return err
		}},
	{Name: "date", Kind: DateKind, Also: stockSynonyms["date"],
		Get: func(d *catalog.Delivery) Value { return Date(d.On) },
		Set: func(d *catalog.Delivery, c *Cell) (err error) {
			if c.Text != "" {
				d.On, err = c.Date()
			}
			return err
		}},
}

// Counts are the columns of a file of what was counted. What a list of stock or an export says beside it is passed over.
var Counts = append([]Column[catalog.Count]{
	{Name: "product", Required: true, Also: stockSynonyms["product"],
		Set: func(n *catalog.Count, c *Cell) (err error) { n.SKU, err = catalog.Line(c.Text); return err }},
	{Name: "quantity", Required: true, Kind: IntKind, Also: append([]string{"counted", "on_hand", "contado", "recuento", "contagem", "compté"}, stockSynonyms["quantity"]...),
		Set: func(n *catalog.Count, c *Cell) (err error) {
			if n.Given = c.Text != ""; n.Given {
				n.Counted, err = c.Int()
			}
			return err
		}},
	{Name: "lot", Also: stockSynonyms["lot"],
		Set: func(n *catalog.Count, c *Cell) (err error) { n.Lot, err = catalog.Line(c.Text); return err }},
}, passedOver("name", "document", "unit_cost", "expires_on", "date", "reserved", "available", "incoming", "average_cost", "value", "days_of_cover")...)

// passedOver are columns that a file may have and nobody reads.
func passedOver(names ...string) (columns []Column[catalog.Count]) {
	for _, name := range names {
		columns = append(columns, Column[catalog.Count]{Name: name})
	}
	return columns
}

// stockSynonyms are what other programs, and people who write English, Spanish, Portuguese or French, call the columns.
var stockSynonyms = map[string][]string{
	"document": {"document_number", "delivery_note", "delivery", "purchase_order", "po", "invoice", "documento", "albarán", "nº albarán", "número de albarán", "pedido", "factura",
		"guia", "guia de remessa", "nota fiscal", "fatura", "bon de livraison", "bl", "commande", "facture"},
	"product": {"sku", "product_code", "product_id", "item", "item_code", "code", "reference", "ref", "producto", "artículo", "referencia", "código", "código de producto",
		"produto", "artigo", "referência", "código do produto", "produit", "article", "référence", "code produit", "code article"},
	"quantity":   {"qty", "units", "pieces", "cantidad", "unidades", "piezas", "quantidade", "peças", "quantité", "qté", "pièces"},
	"unit_cost":  {"cost", "unit_price", "price", "cost_price", "coste", "costo", "coste unitario", "costo unitario", "precio", "precio unitario", "custo", "custo unitário", "preço", "coût", "coût unitaire", "prix", "prix unitaire", "prix d'achat"},
	"lot":        {"batch", "lot_number", "batch_number", "lote", "nº lote", "número de lote", "numéro de lot"},
	"expires_on": {"expires", "expiry", "expiry_date", "expiration", "expiration_date", "best_before", "use_by", "caducidad", "fecha de caducidad", "vencimiento", "fecha de vencimiento", "validade", "data de validade", "vencimento", "péremption", "date de péremption", "dlc", "ddm"},
	"date":       {"received_on", "delivery_date", "fecha", "fecha de entrada", "recibido el", "data", "data de entrada", "recebido em", "jour", "date de réception", "reçu le"},
}

// StockRows are the columns of a file of what there is.
var StockRows = []Column[catalog.StockRow]{
	{Name: "product", Get: func(r *catalog.StockRow) Value { return Text(r.SKU) }},
	{Name: "lot", Get: func(r *catalog.StockRow) Value { return Text(r.Lot) }},
	{Name: "expires_on", Kind: DateKind, Get: func(r *catalog.StockRow) Value { return Date(r.ExpiresOn) }},
	{Name: "quantity", Kind: IntKind, Get: func(r *catalog.StockRow) Value { return Int(r.Quantity) }},
	{Name: "unit_cost", Kind: DecimalKind, Get: func(r *catalog.StockRow) Value {
		if !r.CostKnown {
			return Value{}
		}
		return Decimal(r.UnitCost)
	}},
}
