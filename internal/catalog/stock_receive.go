package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Delivery is what came in of one product, in one lot, under one document.
type Delivery struct {
	Line     int    // of the file, for messages
	Bad      bool   // a cell of it could not be read
	Document string // of who sent it; "" for none, which can be told from no other
	SKU      string // whatever its case
	Quantity int64
	Cost     money.Decimal // of a piece
	HasCost  bool
	Lot      string
	Expires  dates.Date // the last day the lot is good for; 0 for none
	On       dates.Date // 0 is today

	product *kept
	value   money.Amount
	known   bool // of the value
}

// kept is what is known of a product that pieces come of.
type kept struct {
	id        int64
	sku       string
	limitedTo int64 // 0 for no limit
	pieces    int64 // that there ever were, but for what was sold and came back; read where there is a limit
}

// Overrun is more received under a document than was expected.
type Overrun struct {
	Document, SKU      string
	Received, Expected int64
}

// Receiver books deliveries, batch by batch, and is idempotent: what came of a product and lot under a document is booked
// once. The same again is unchanged; another quantity or cost is refused.
type Receiver struct {
	New, Same int64 // deliveries booked, and those that were before
	Costless  int64 // of those booked: of unknown cost, which leaves unknown what all pieces of the product are worth

	tx       *book.Tx
	save     *saver
	find     *finder
	products map[string]*kept    // by sku as deliveries write it; nil for one that nobody has
	seen     map[receipt]int     // by what was met in these batches, the line
	expected map[receipt]Overrun // by document and product, what was expected
}

// receipt is what a delivery is known by.
type receipt struct {
	document string
	product  int64
	lot      string
}

func (d *Delivery) receipt() receipt { return receipt{d.Document, d.product.id, d.Lot} }

// NewReceiver makes a Receiver.
func NewReceiver(tx *book.Tx) *Receiver {
	return &Receiver{tx: tx, save: newSaver(tx), find: &finder{view: tx.View}, products: map[string]*kept{}, seen: map[receipt]int{}, expected: map[receipt]Overrun{}}
}

// Receive books a batch. Deliveries it refuses are reported and left out.
func (r *Receiver) Receive(batch []Delivery, report func(Problem)) error {
	refuse := func(d *Delivery, field, reason, hint string) {
		report(Problem{Line: d.Line, Field: field, Reason: reason, Hint: hint})
	}
	rows, err := r.known(batch, refuse)
	if err != nil || len(rows) == 0 {
		return err
	}
	for _, step := range []func([]*Delivery, refusal) ([]*Delivery, error){r.unseen, r.fitting, r.valued} {
		if rows, err = step(rows, refuse); err != nil || len(rows) == 0 {
			return err
		}
	}
	moves := make([]move, len(rows))
	for i, d := range rows {
		moves[i] = move{product: d.product.id, on: d.On, kind: moveReceive, quantity: d.Quantity, value: d.value, known: d.known, lot: d.Lot, expiresOn: d.Expires, document: d.Document}
	}
	r.New += int64(len(rows))
	return writeMoves(r.tx, moves)
}

// refusal reports why a delivery is left out, and what mends it.
type refusal func(d *Delivery, field, reason, hint string)

// known keeps the deliveries that are of a product, and of a day that has come.
func (r *Receiver) known(batch []Delivery, refuse refusal) (rows []*Delivery, err error) {
	if err := r.look(batch); err != nil {
		return nil, err
	}
	for i := range batch {
		d := &batch[i]
		if d.On.IsZero() {
			d.On = r.tx.Today()
		}
		if d.Lot == "" && !d.Expires.IsZero() {
			d.Lot = d.Expires.String()
		}
		d.product = r.products[d.SKU]
		switch {
		case d.Bad:
		case d.SKU == "":
			refuse(d, "product", "the sku of a product is needed", "")
		case d.product == nil:
			refuse(d, "product", r.find.noSuch(d.SKU), "")
		case d.Quantity < 1:
			refuse(d, "quantity", "not 1 or more", "")
		case d.On > r.tx.Today():
			refuse(d, "date", d.On.String()+" has not come yet", "what is still to come: perla stock expect")
		default:
			rows = append(rows, d)
		}
	}
	return rows, nil
}

// look finds the products of a batch: by their exact skus, else whatever their case and accents.
func (r *Receiver) look(batch []Delivery) error {
	var skus []string
	for i := range batch {
		if _, met := r.products[batch[i].SKU]; !met {
			skus = append(skus, batch[i].SKU)
			r.products[batch[i].SKU] = nil
		}
	}
	if len(skus) == 0 {
		return nil
	}
	ids, err := r.find.skus(r.save, skus)
	if err != nil {
		return err
	}
	byID := map[int64]*kept{}
	err = r.tx.Each(func(row book.Row) error {
		byID[row.Int(0)] = &kept{id: row.Int(0), sku: strings.Clone(row.Text(1)), limitedTo: row.Int(2), pieces: row.Int(3)}
		return nil
	}, `id, sku, limited_to, CASE WHEN limited_to IS NOT NULL THEN (SELECT sum(quantity) FROM stock_moves m WHERE m.product_id = p.id AND m.order_line_id IS NULL) END`,
		`products p WHERE id IN (SELECT value FROM json_each(?))`, jsonIDs(slices.Sorted(maps.Values(ids))))
	for sku, id := range ids {
		r.products[sku] = byID[id]
	}
	return err
}

// unseen keeps the deliveries that were not booked before, and refuses those that were in another way.
func (r *Receiver) unseen(rows []*Delivery, refuse refusal) (left []*Delivery, err error) {
	booked, err := r.booked(rows)
	if err != nil {
		return nil, err
	}
	currency := r.tx.Settings().Currency
	for _, d := range rows {
		key := d.receipt()
		if d.Document == "" {
			left = append(left, d)
			continue
		}
		if line, twice := r.seen[key]; twice {
			refuse(d, "product", fmt.Sprintf("%s stands in line %d already, under the same document; put both into one row", d.product.sku, line), "")
			continue
		}
		r.seen[key] = d.Line
		m, is := booked[key]
		switch value, err := d.Cost.Times(d.Quantity, currency.Decimals); {
		case !is:
			left = append(left, d)
		case m.quantity != d.Quantity:
			refuse(d, "quantity", fmt.Sprintf("%d pieces of %s were received under %s on %s, not %d", m.quantity, d.product.sku, d.Document, m.on, d.Quantity),
				"correct what there is with: perla stock adjust "+shellWord(d.product.sku))
		case d.HasCost && (err != nil || !m.known || m.value != value):
			refuse(d, "unit_cost", fmt.Sprintf("the %d pieces of %s received under %s cost %s in all, not %s", m.quantity, d.product.sku, d.Document, amountOr(currency, m.value, m.known), currency.Format(value)),
				"see what was booked with: perla stock moves "+shellWord(d.product.sku))
		default:
			r.Same++
		}
	}
	return left, nil
}

func amountOr(c money.Currency, a money.Amount, known bool) string {
	if !known {
		return "nobody knows what"
	}
	return c.Format(a)
}

// booked reads what was received before of what some deliveries are known by.
func (r *Receiver) booked(rows []*Delivery) (map[receipt]move, error) {
	t, err := r.save.table("receipts", []string{"document", "product", "lot"}, len(rows), func(row, column int) any {
		d := rows[row]
		return [...]any{d.Document, d.product.id, d.Lot}[column]
	})
	if err != nil {
		return nil, err
	}
	booked := map[receipt]move{}
	err = r.tx.Each(func(row book.Row) error {
		on, _ := dates.ParseISO(row.Text(5))
		booked[receipt{strings.Clone(row.Text(0)), row.Int(1), strings.Clone(row.Text(2))}] = move{quantity: row.Int(3), value: money.Amount(row.Int(4)), known: !row.Null(4), on: on}
		return nil
	}, `document, product_id, ifnull(lot, ''), quantity, value, moved_on`, `(`+t.query(`SELECT m.* FROM %[1]s g CROSS JOIN stock_moves m
		ON m.document = g.document AND m.product_id = g.product AND ifnull(m.lot, '') = g.lot AND m.kind = 'receive' AND m.document IS NOT NULL`)+`)`, t.args...)
	return booked, err
}

// fitting keeps the deliveries of lots that are good until the day we know, and of editions that are not all there yet.
func (r *Receiver) fitting(rows []*Delivery, refuse refusal) (left []*Delivery, err error) {
	ids := make([]int64, len(rows))
	for i, d := range rows {
		ids[i] = d.product.id
	}
	lots, err := lotsOn(r.tx.View, r.tx.Today(), given, jsonIDs(ids))
	if err != nil {
		return nil, err
	}
	good := map[receipt]dates.Date{}
	for _, l := range lots {
		good[receipt{product: l.Product, lot: l.Name}] = l.ExpiresOn
	}
	for _, d := range rows {
		lot := receipt{product: d.product.id, lot: d.Lot}
		until := good[lot]
		switch p := d.product; {
		case !until.IsZero() && !d.Expires.IsZero() && until != d.Expires:
			refuse(d, "expires_on", fmt.Sprintf("lot %s of %s is good until %s, not %s", d.Lot, p.sku, until, d.Expires), "give the lot a name of its own")
		case p.limitedTo > 0 && p.pieces+d.Quantity > p.limitedTo:
			refuse(d, "quantity", fmt.Sprintf("%s is a limited edition of %d, of which there were %d before", p.sku, p.limitedTo, p.pieces),
				"make the edition larger with: perla product edit "+shellWord(p.sku)+" --limited N")
		default:
			if d.Expires.IsZero() {
				d.Expires = until
			}
			good[lot] = d.Expires
			p.pieces += d.Quantity
			left = append(left, d)
		}
	}
	return left, nil
}

// valued works out what deliveries are worth: by the cost they name, else by that which was expected, else by the dated
// cost of the product.
func (r *Receiver) valued(rows []*Delivery, refuse refusal) (left []*Delivery, err error) {
	t, err := r.save.table("costs", []string{"n", "product", "document", "day"}, len(rows), func(row, column int) any {
		d := rows[row]
		return [...]any{int64(row), d.product.id, d.Document, d.On.String()}[column]
	})
	if err != nil {
		return nil, err
	}
	decimals := r.tx.Settings().Currency.Decimals
	err = r.tx.Each(func(row book.Row) error {
		d := rows[row.Int(0)]
		if !row.Null(2) {
			r.expected[receipt{document: d.Document, product: d.product.id}] = Overrun{Document: d.Document, SKU: d.product.sku, Expected: row.Int(2)}
		}
		if !d.HasCost && !row.Null(1) {
			d.Cost, d.HasCost = money.Decimal{Digits: row.Int(1), Scale: decimals}, true
		}
		return nil
	}, `n, coalesce(unit_cost, cost), expected`, `(`+t.query(`SELECT g.n, e.unit_cost, e.quantity AS expected,
		(SELECT amount FROM product_prices h WHERE h.product_id = g.product AND h.kind = 'cost' AND h.since_on <= g.day ORDER BY h.since_on DESC LIMIT 1) AS cost
		FROM %[1]s g LEFT JOIN stock_expected e ON e.document = g.document AND e.product_id = g.product`)+`)`, t.args...)
	if err != nil {
		return nil, err
	}
	for _, d := range rows {
		if d.value, err = d.Cost.Times(d.Quantity, decimals); err != nil || d.value < 0 {
			refuse(d, "unit_cost", "no cost that pieces could have", "")
			continue
		}
		if d.known = d.HasCost; !d.known {
			r.Costless++
		}
		left = append(left, d)
	}
	return left, nil
}

// Overruns are the documents of the deliveries booked under which more came than was expected.
func (r *Receiver) Overruns() (over []Overrun, err error) {
	for key, o := range r.expected {
		o.Received, _, err = book.One(r.tx.View, book.Scalar[int64], `SELECT ifnull(sum(quantity), 0) FROM stock_moves WHERE kind = 'receive' AND document = ? AND product_id = ?`, key.document, key.product)
		if err != nil {
			return nil, err
		}
		if o.Received > o.Expected {
			over = append(over, o)
		}
	}
	slices.SortFunc(over, func(a, b Overrun) int { return strings.Compare(a.Document+"\x00"+a.SKU, b.Document+"\x00"+b.SKU) })
	return over, nil
}
