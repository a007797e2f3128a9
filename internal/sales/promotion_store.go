package sales

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// countedUse is the condition under which an order o is a use of its promotion: sold, and neither cancelled nor returned.
const countedUse = `o.confirmed_on IS NOT NULL AND o.cancelled_on IS NULL AND o.returned_on IS NULL`

// uses is how often a promotion was used, of all and by one customer, but for one order.
func uses(v *book.View, promotion, customer, but int64) (all, hers int64, err error) {
	type pair struct{ all, hers int64 }
	n, _, err := book.One(v, func(row book.Scanner) (p pair, err error) {
		err = row.Scan(&p.all, &p.hers)
		return p, err
	}, `SELECT count(*), count(CASE WHEN o.customer_id = ? THEN 1 END) FROM orders o WHERE o.promotion_id = ? AND o.id <> ? AND `+countedUse, customer, promotion, but)
	return n.all, n.hers, err
}

// promotionColumns are the columns of a promotion p, in the order of scanPromotion.
const promotionColumns = `p.id, p.code, ifnull(p.name, ''), p.kind, ifnull(p.percent, 0), ifnull(p.amount, 0), ifnull(p.buy_quantity, 0), ifnull(p.get_quantity, 0),
	ifnull(p.product_id, 0), ifnull(s.sku, ''), ifnull(p.category, ''), ifnull(p.brand, ''), ifnull(p.channel, ''), ifnull(p.segment, ''), ifnull(p.min_total, 0),
	ifnull(p.from_on, ''), ifnull(p.until_on, ''), ifnull(p.max_uses, 0), ifnull(p.max_uses_each, 0), p.created_on,
	(SELECT count(*) FROM orders o WHERE o.promotion_id = p.id AND ` + countedUse + `)`

const promotionTables = ` FROM promotions p LEFT JOIN products s ON s.id = p.product_id `

func scanPromotion(row book.Scanner) (p Promotion, err error) {
	var from, until, created string
	err = row.Scan(&p.ID, &p.Code, &p.Name, &p.Kind, &p.Percent, &p.Amount, &p.Buy, &p.Get, &p.Product, &p.SKU, &p.Category, &p.Brand, &p.Channel, &p.Segment,
		&p.MinTotal, &from, &until, &p.MaxUses, &p.MaxUsesEach, &created, &p.Uses)
	p.From, _ = dates.ParseISO(from)
	p.Until, _ = dates.ParseISO(until)
	p.CreatedOn, _ = dates.ParseISO(created)
	return p, err
}

// codeOf is a code as it is kept: without accents, case and blanks, in capitals.
func codeOf(text string) string {
	return strings.ToUpper(strings.Join(strings.Fields(book.Fold(text)), ""))
}

// FindPromotion is the promotion of a code, however it is written.
func FindPromotion(v *book.View, code string) (Promotion, error) {
	p, found, err := book.One(v, scanPromotion, `SELECT `+promotionColumns+promotionTables+`WHERE p.code = ?`, codeOf(code))
	if err != nil || found {
		return p, err
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: "promotion", Key: code, Reason: "there is no such code", Hint: "list them with: perla promotion list"}
	codes, err := book.All(v, book.Scalar[string], `SELECT code FROM promotions ORDER BY code LIMIT 20000`)
	if err != nil {
		return p, err
	}
	if near := fault.Nearest(codeOf(code), codes); near != "" {
		e.Hint = "did you mean " + near + "?"
	}
	return p, e
}

// Promotions are all promotions, by code.
func Promotions(v *book.View) ([]Promotion, error) {
	return book.All(v, scanPromotion, `SELECT `+promotionColumns+promotionTables+`ORDER BY p.code`)
}

// State says what a promotion is on a day: planned, active, used up or ended.
func (p *Promotion) State(day dates.Date) string {
	switch {
	case p.Until != 0 && day > p.Until:
		return "ended"
	case p.MaxUses > 0 && p.Uses >= p.MaxUses:
		return "used up"
	case p.From > day:
		return "planned"
	}
	return "active"
}

// Off is what a promotion takes off, in words: 10 %, 5.00, 2+1.
func (p *Promotion) Off(w money.Wording) string {
	switch p.Kind {
	case PercentOff:
		number := money.Currency{Decimals: 2}.Format(money.Amount(p.Percent))
		return w.Figure(strings.TrimSuffix(strings.TrimRight(number, "0"), ".")) + " %"
	case AmountOff:
		return w.Money(p.Amount)
	}
	return fmt.Sprintf("%d free with %d", p.Get, p.Buy)
}

// AddPromotion makes a promotion. A code that is there already is a fault.Conflict.
func AddPromotion(tx *book.Tx, p Promotion) (Promotion, error) {
	p.Code = codeOf(p.Code)
	if err := p.check(); err != nil {
		return p, err
	}
	_, err := tx.Insert(`INSERT INTO promotions (code, name, kind, percent, amount, buy_quantity, get_quantity, product_id, category, brand, channel, segment, min_total,
			from_on, until_on, max_uses, max_uses_each, created_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.Code, text(p.Name), string(p.Kind), known(p.Percent, p.Kind == PercentOff), known(int64(p.Amount), p.Kind == AmountOff), known(p.Buy, p.Kind == BuyGet),
		known(p.Get, p.Kind == BuyGet), known(p.Product, p.Product != 0), text(p.Category), text(p.Brand), text(p.Channel), text(p.Segment),
		known(int64(p.MinTotal), p.MinTotal != 0), dayOrNull(p.From), dayOrNull(p.Until), known(p.MaxUses, p.MaxUses != 0), known(p.MaxUsesEach, p.MaxUsesEach != 0),
		tx.Today().String())
	if fault.KindOf(err) == fault.Conflict {
		return p, &fault.Error{Kind: fault.Conflict, Noun: "promotion", Key: p.Code, Reason: "there is one with this code", Hint: "see: perla promotion show " + p.Code}
	}
	if err != nil {
		return p, err
	}
	return FindPromotion(tx.View, p.Code)
}

// check refuses figures that make no promotion.
func (p *Promotion) check() error {
	wrong := func(reason string) error { return fault.New(fault.Usage, reason, "") }
	switch {
	case p.Code == "" || p.Code == "-":
		return wrong("a promotion needs a code")
	case p.Kind == PercentOff && (p.Percent < 1 || p.Percent > hundredPercent):
		return wrong("a percentage is above 0 and at most 100")
	case p.Kind == AmountOff && (p.Amount < 1 || p.Amount > most):
		return wrong("an amount off is above 0")
	case p.Kind == BuyGet && (p.Buy < 1 || p.Get < 1 || p.Buy > mostPieces || p.Get > mostPieces):
		return wrong("pieces free with others: both are 1 or more")
	case p.MinTotal < 0 || p.MaxUses < 0 || p.MaxUsesEach < 0:
		return wrong("limits are not below 0")
	case p.From != 0 && p.Until != 0 && p.Until < p.From:
		return wrong(fmt.Sprintf("it would end on %s, before it begins on %s", p.Until, p.From))
	}
	return nil
}

// EndPromotion makes a day the last one on which a promotion holds. One that would begin later never does.
func EndPromotion(tx *book.Tx, code string, last dates.Date) (Promotion, error) {
	p, err := FindPromotion(tx.View, code)
	if err != nil {
		return p, err
	}
	if _, err := tx.Exec(`UPDATE promotions SET until_on = ?1, from_on = min(from_on, ?1) WHERE id = ?2 AND until_on IS NOT ?1`, last.String(), p.ID); err != nil {
		return p, err
	}
	return FindPromotion(tx.View, p.Code)
}

// CodeOf is the code of an order's promotion; "" when it has none.
func CodeOf(v *book.View, order int64) (string, error) {
	code, _, err := book.One(v, book.Scalar[string], `SELECT p.code FROM orders o JOIN promotions p ON p.id = o.promotion_id WHERE o.id = ?`, order)
	return code, err
}
