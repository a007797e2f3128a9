package sheet

import "github.com/perla-crm/perla/internal/sales"

// Payments are the columns of a list of payments.
var Payments = keeping([]Column[sales.Payment]{
	{Name: "id", Kind: IntKind, Get: func(p *sales.Payment) Value { return Int(p.ID) }},
	{Name: "ref", Get: func(p *sales.Payment) Value { return Text(p.Ref) }},
	{Name: "ref_source", Wide: true, Get: func(p *sales.Payment) Value { return Text(p.RefSource) }},
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(p *sales.Payment) Value { return Int(p.CustomerID) }},
	{Name: "customer", Get: func(p *sales.Payment) Value { return Text(p.Customer) }},
	{Name: "order_id", Kind: IntKind, Get: func(p *sales.Payment) Value { return idIf(p.Order) }},
	{Name: "date", Kind: DateKind, Get: func(p *sales.Payment) Value { return Date(p.Date) }},
	{Name: "amount", Kind: MoneyKind, Get: func(p *sales.Payment) Value { return Money(p.Amount) }},
	{Name: "method", Get: func(p *sales.Payment) Value { return Text(p.Method) }},
	{Name: "notes", Get: func(p *sales.Payment) Value { return Text(p.Notes) }},
	{Name: "currency", Wide: true, Get: func(p *sales.Payment) Value { return Text(p.Currency) }},
}, "customer", "amount", "date", "id", "order_id", "method", "notes")

// idIf is an id, or the empty cell for none.
func idIf(id int64) Value {
	if id == 0 {
		return Value{}
	}
	return Int(id)
}

// PaymentRows are the columns of a payment file, in and out.
var PaymentRows = []Column[sales.PaymentRow]{
	paymentText("ref", func(r *sales.PaymentRow) *string { return &r.Ref },
		"payment", "payment_id", "payment_ref", "transaction", "transaction_id", "receipt", "reference", "referencia", "recibo", "id pago", "número de pago", "pago", "transacción",
		"referência", "id pagamento", "transação", "référence", "id paiement", "numéro de paiement", "reçu"),
	paymentText("ref_source", func(r *sales.PaymentRow) *string { return &r.RefSource }),
	paymentText("customer", func(r *sales.PaymentRow) *string { return &r.Customer },
		"customer_id", "customer_ref", "customer_name", "customer_email", "client", "client_id", "payer", "cliente", "id cliente", "clienta", "nombre del cliente", "pagador",
		"nome do cliente", "nom du client", "payeur"),
	paymentText("order", func(r *sales.PaymentRow) *string { return &r.Order },
		"order_id", "order_number", "order_ref", "pedido", "numero de pedido", "encomenda", "numero do pedido", "commande", "numero de commande"),
	{Name: "date", Kind: DateKind, Required: true, Also: []string{"paid_on", "payment_date", "day", "fecha", "fecha de pago", "data", "data de pagamento", "date de paiement"},
		Get: func(r *sales.PaymentRow) Value { return Date(r.Date) },
		Set: func(r *sales.PaymentRow, c *Cell) (err error) {
			if c.Text != "" {
				r.Date, err = c.Date()
			}
			return err
		}},
	{Name: "amount", Kind: MoneyKind, Required: true, Also: []string{"paid", "total", "sum", "importe", "monto", "cantidad", "pagado", "valor", "valor pago", "montant", "somme"},
		Get: func(r *sales.PaymentRow) Value { return Money(r.Amount) },
		Set: func(r *sales.PaymentRow, c *Cell) (err error) {
			if c.Text != "" {
				r.Amount, err = c.Money()
			}
			return err
		}},
	paymentText("method", func(r *sales.PaymentRow) *string { return &r.Method },
		"payment_method", "paid_by", "gateway", "método", "forma de pago", "medio de pago", "método de pago", "forma de pagamento", "método de pagamento", "moyen de paiement", "mode de paiement"),
	paymentText("notes", func(r *sales.PaymentRow) *string { return &r.Notes },
		"note", "comment", "comments", "concept", "notas", "nota", "concepto", "observaciones", "observações", "remarque", "remarques", "libellé"),
}

func paymentText(name string, at func(*sales.PaymentRow) *string, also ...string) Column[sales.PaymentRow] {
	return Column[sales.PaymentRow]{Name: name, Also: also,
		Get: func(r *sales.PaymentRow) Value { return Text(*at(r)) },
		Set: func(r *sales.PaymentRow, c *Cell) error { *at(r) = c.Text; return nil }}
}

// Invoices are the columns of a list of invoices and credit notes.
var Invoices = keeping([]Column[sales.Invoice]{
	{Name: "number", Get: func(i *sales.Invoice) Value { return Text(i.Number()) }},
	{Name: "kind", Get: func(i *sales.Invoice) Value { return Text(string(i.Kind)) }},
	{Name: "date", Kind: DateKind, Get: func(i *sales.Invoice) Value { return Date(i.Date) }},
	{Name: "order_id", Kind: IntKind, Get: func(i *sales.Invoice) Value { return Int(i.OrderID) }},
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(i *sales.Invoice) Value { return Int(i.CustomerID) }},
	{Name: "customer", Get: func(i *sales.Invoice) Value { return Text(i.Customer) }},
	{Name: "total", Kind: MoneyKind, Get: func(i *sales.Invoice) Value { return Money(i.Total) }},
	{Name: "corrects", Get: func(i *sales.Invoice) Value { return Text(i.Corrects) }},
	{Name: "currency", Wide: true, Get: func(i *sales.Invoice) Value { return Text(i.Currency) }},
	{Name: "id", Kind: IntKind, Wide: true, Get: func(i *sales.Invoice) Value { return Int(i.ID) }},
}, "number", "customer", "total", "date", "order_id", "kind")

// Instalments are the columns of the dues of an order.
var Instalments = []Column[sales.Instalment]{
	{Name: "order_id", Kind: IntKind, Wide: true, Get: func(i *sales.Instalment) Value { return Int(i.Order) }},
	{Name: "due_on", Kind: DateKind, Get: func(i *sales.Instalment) Value { return Date(i.On) }},
	{Name: "amount", Kind: MoneyKind, Get: func(i *sales.Instalment) Value { return Money(i.Amount) }},
	{Name: "paid", Kind: MoneyKind, Get: func(i *sales.Instalment) Value { return Money(i.Paid) }},
	{Name: "due", Kind: MoneyKind, Get: func(i *sales.Instalment) Value { return Money(i.Open()) }},
}

// Balances are the columns of what customers owe and have to their credit.
var Balances = keeping(append(person(func(r *sales.Receivable) (int64, string, string) { return r.CustomerID, r.Ref, r.Name }),
	Column[sales.Receivable]{Name: "due", Kind: MoneyKind, Get: func(r *sales.Receivable) Value { return Money(r.Due()) }},
	Column[sales.Receivable]{Name: "overdue", Kind: MoneyKind, Get: func(r *sales.Receivable) Value { return Money(r.Overdue()) }},
	Column[sales.Receivable]{Name: "credit", Kind: MoneyKind, Get: func(r *sales.Receivable) Value { return Money(r.Credit) }},
), "name", "due", "overdue", "credit")

// person are the columns that say who a row is about.
func person[T any](of func(*T) (id int64, ref, name string)) []Column[T] {
	return []Column[T]{
		{Name: "customer_id", Kind: IntKind, Get: func(r *T) Value { id, _, _ := of(r); return Int(id) }},
		{Name: "ref", Get: func(r *T) Value { _, ref, _ := of(r); return Text(ref) }},
		{Name: "name", Get: func(r *T) Value { _, _, name := of(r); return Text(name) }},
	}
}
