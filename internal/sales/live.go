package sales

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strconv"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
)

// NewOrder is an order about to be made, priced on its day.
type NewOrder struct {
	Customer   int64
	Day        dates.Date // not in the future
	Quote      bool       // an offer, which reserves nothing until it is confirmed
	ValidUntil dates.Date // of a quote; 0 for no end
	Items      []Item     // at least one
	Channel    string
	Consultant int64 // 0 for the customer's own
	Campaign   string
	Notes      string
	Ref        string // its key in another system; "" for none
	RefSource  string // that system
	Code       string // of a promotion; "" for none
	Voucher    string // code of one; "" for none
	Segments   []string
	Shipping   money.Amount
	Redeem     int64 // points that pay it, or a part of it
	Backorder  bool  // pieces beyond what is available wait for goods instead of being refused
}

// Place makes a quote or an order, which is confirmed at once and reserves its pieces, and gives its id. Nothing is sold
// without a price: one of the item, else the customer's own, else that of the product on the day.
func Place(tx *book.Tx, n NewOrder) (int64, error) {
	if n.Day == 0 {
		n.Day = tx.Today()
	}
	if err := checkDays(tx.View, &n); err != nil {
		return 0, err
	}
	p := pricing{view: tx.View, customer: n.Customer, day: n.Day}
	lines, err := p.lines(n.Items)
	if err != nil {
		return 0, err
	}
	l := live{NewOrder: n, cart: Cart{Lines: lines, Shipping: n.Shipping}}
	if err := l.takeVoucher(tx.View); err != nil {
		return 0, err
	}
	if err := l.reckon(tx, 0); err != nil {
		return 0, err
	}
	e, err := beforeEarning(tx, hers(n.Customer))
	if err != nil {
		return 0, err
	}
	id, err := l.insert(tx)
	if err == nil && l.voucher != nil {
		err = loyalty.UseVoucher(tx, *l.voucher, id, n.Day)
	}
	if err == nil && n.Redeem != 0 {
		_, err = redeem(tx, n.Customer, Redemption{Order: id, Points: n.Redeem, Day: n.Day})
	}
	if err != nil {
		return 0, err
	}
	return id, e.done(n.Day, id)
}

// takeVoucher finds the voucher of the order. What it gives is a line at no price, or comes off when the cart is reckoned.
func (l *live) takeVoucher(v *book.View) error {
	if l.Voucher == "" {
		return nil
	}
	x, err := loyalty.FindVoucher(v, l.Voucher, l.Day)
	if err != nil {
		return err
	}
	if x.Reward.Kind == loyalty.RewardProduct {
		p := pricing{view: v, customer: l.Customer, day: l.Day, gift: true}
		lines, err := p.linesOf([]int64{x.Reward.Product}, []Item{{SKU: x.Reward.SKU, Quantity: 1, Price: &money.Decimal{}}})
		if err != nil {
			return err
		}
		l.cart.Lines = append(l.cart.Lines, lines...)
	}
	l.voucher = &x
	return nil
}

func checkDays(v *book.View, n *NewOrder) error {
	switch {
	case len(n.Items) == 0:
		return fault.New(fault.Usage, "an order needs an item", "name one: --item AB-100x2")
	case n.Day > v.Today():
		return fault.New(fault.Usage, n.Day.String()+" has not come yet", "an order is dated today or before")
	case n.ValidUntil != 0 && n.ValidUntil < n.Day:
		return fault.New(fault.Usage, fmt.Sprintf("a quote of %s cannot be valid until %s", n.Day, n.ValidUntil), "")
	}
	return nil
}

// live is an order that is being made or changed: what was asked, and its cart.
type live struct {
	NewOrder
	cart      Cart
	promotion *Promotion
	voucher   *loyalty.Voucher
	costs     map[int64]money.Amount // dated, of a piece, by product
}

// reckon works out the figures of the cart, with its promotion where it has one. self is the order itself when it is in
// the book already, 0 for a new one.
func (l *live) reckon(tx *book.Tx, self int64) (err error) {
	decimals := tx.Settings().Currency.Decimals
	if err := l.cart.Reckon(nil, decimals); err != nil {
		return fault.New(fault.Usage, err.Error(), "")
	}
	if l.promotion = nil; l.Code != "" {
		p, err := FindPromotion(tx.View, l.Code)
		if err != nil {
			return err
		}
		occasion := Occasion{Day: l.Day, Channel: l.Channel, Segments: l.Segments}
		if occasion.Uses, occasion.Hers, err = uses(tx.View, p.ID, l.Customer, self); err != nil {
			return err
		}
		if reason := p.Refuses(occasion, l.cart.Lines); reason != "" {
			return &fault.Error{Kind: fault.Conflict, Noun: "promotion", Key: p.Code, Reason: reason, Hint: "see: perla promotion show " + p.Code}
		}
		if err := l.cart.Reckon(&p, decimals); err != nil {
			return fault.New(fault.Usage, err.Error(), "")
		}
		l.promotion = &p
	}
	if l.voucher != nil {
		l.cart.takeOff(l.voucher.Reward.Amount, l.voucher.Reward.Percent)
	}
	if err := l.tooMuch(); err != nil {
		return err
	}
	ids := make([]int64, len(l.cart.Lines))
	for i := range l.cart.Lines {
		ids[i] = l.cart.Lines[i].Product
	}
	l.costs, err = catalog.CostAt(tx.View, ids, l.Day)
	return err
}

// tooMuch refuses amounts beyond what reports can add up.
func (l *live) tooMuch() error {
	var sum money.Amount
	for i := range l.cart.Lines {
		c := &l.cart.Lines[i]
		if sum += c.Amount; c.Amount > most || sum > most {
			return fault.New(fault.Usage, "too large an amount", "")
		}
	}
	if l.Shipping < 0 || l.Shipping > most {
		return fault.New(fault.Usage, "shipping cannot be below 0, nor so much", "")
	}
	return nil
}

// insert writes the order. Unless it is a quote its pieces are reserved.
func (l *live) insert(tx *book.Tx) (int64, error) {
	waiting := make([]int64, len(l.cart.Lines))
	if !l.Quote {
		var err error
		if waiting, err = reserve(tx, l.wants(), l.Backorder); err != nil {
			return 0, err
		}
	}
	if err := l.checkCustomer(tx); err != nil {
		return 0, err
	}
	if err := l.complete(tx); err != nil {
		return 0, err
	}
	id, err := tx.NextID("orders")
	if err != nil {
		return 0, err
	}
	if l.Ref == "" {
		l.Ref, l.RefSource = ownRef(tx.Now(), id, l), contentSource
	}
	s := l.cart.Sums()
	campaign, err := campaignNames(tx).ID(l.Campaign)
	if err != nil {
		return 0, err
	}
	cost, costKnown := l.cost()
	_, err = tx.Insert(`INSERT INTO orders (id, ref, ref_source, customer_id, ordered_on, total, channel, is_history, shipping, tax, discount, cost,
			consultant_id, campaign_id, notes, confirmed_on, valid_until_on, promotion_id) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, l.Ref, l.RefSource, l.Customer, l.Day.String(), int64(s.Total), text(l.Channel), int64(s.Shipping), int64(s.Tax), int64(s.Discount), costOrNull(cost, costKnown),
		known(l.Consultant, l.Consultant != 0), known(campaign, campaign != 0), text(l.Notes), dayOrNull(l.confirmedOn()), dayOrNull(l.ValidUntil), l.promotionID())
	if err != nil {
		return 0, refTaken(err, l.Ref)
	}
	return id, l.insertLines(tx, id, waiting)
}

// checkCustomer refuses new orders of customers who were erased or removed.
func (l *live) checkCustomer(tx *book.Tx) error {
	if err := contacts.RefuseErased(tx.View, l.Customer); err != nil {
		return err
	}
	on, removed, err := book.One(tx.View, book.Scalar[string], `SELECT archived_on FROM customers WHERE id = ? AND archived_on IS NOT NULL`, l.Customer)
	if err == nil && removed {
		err = &fault.Error{Kind: fault.Conflict, Noun: "customer", Key: fmt.Sprint(l.Customer), Reason: "was removed on " + on,
			Hint: fmt.Sprintf("bring her back with: perla customer restore id:%d", l.Customer)}
	}
	return err
}

// complete fills in what the book knows: whose client she is.
func (l *live) complete(tx *book.Tx) error {
	if l.Consultant != 0 {
		return nil
	}
	own, _, err := book.One(tx.View, book.Scalar[int64], `SELECT ifnull(coalesce((SELECT consultant_id FROM customer_consultants
			WHERE customer_id = c.id AND since_on <= ? ORDER BY since_on DESC LIMIT 1), c.consultant_id), 0) FROM customers c WHERE id = ?`, l.Day.String(), l.Customer)
	l.Consultant = own
	return err
}

func (l *live) confirmedOn() dates.Date {
	if l.Quote {
		return 0
	}
	return l.Day
}

func (l *live) promotionID() any {
	if l.promotion == nil {
		return nil
	}
	return l.promotion.ID
}

// cost is the dated cost of all the lines; unknown where one of them is.
func (l *live) cost() (sum money.Amount, ok bool) {
	for i := range l.cart.Lines {
		cost, known := l.lineCost(i)
		if sum += cost; !known {
			return 0, false
		}
	}
	return sum, true
}

// lineCost is the dated cost of a line's product, for its pieces: what they cost until they leave the house.
func (l *live) lineCost(line int) (money.Amount, bool) {
	c := &l.cart.Lines[line]
	each, known := l.costs[c.Product]
	cost, err := money.Decimal{Digits: int64(each)}.Times(c.Quantity, 0)
	return cost, known && err == nil
}

// insertLines writes the lines of an order.
func (l *live) insertLines(tx *book.Tx, order int64, waiting []int64) error {
	decimals := tx.Settings().Currency.Decimals
	for i := range l.cart.Lines {
		c := &l.cart.Lines[i]
		price, err := c.Price.Minor(decimals)
		if err != nil {
			return fault.New(fault.Usage, err.Error(), "")
		}
		cost, costKnown := l.lineCost(i)
		if _, err := tx.Insert(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount, discount, tax, cost, backordered, promotion_id)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, order, c.Product, c.Quantity, int64(price), int64(c.Amount), int64(c.Discount), int64(c.Tax),
			costOrNull(cost, costKnown), waiting[i], known(c.Promotion, c.Promotion != 0)); err != nil {
			return err
		}
	}
	return nil
}

func costOrNull(cost money.Amount, is bool) any { return known(int64(cost), is) }

// sumCost makes the cost of an order that of its lines: unknown where one of them is.
func sumCost(tx *book.Tx, order int64) error {
	_, err := tx.Exec(`UPDATE orders SET cost = s.cost FROM (SELECT CASE WHEN count(cost) = count(*) THEN sum(cost) END AS cost
			FROM order_lines WHERE order_id = ?1) s WHERE id = ?1 AND orders.cost IS NOT s.cost`, order)
	return err
}

// wants are the pieces an order is about to reserve, line by line.
func (l *live) wants() []catalog.Want {
	wants := make([]catalog.Want, len(l.cart.Lines))
	for i := range l.cart.Lines {
		wants[i] = catalog.Want{Product: l.cart.Lines[i].Product, Quantity: l.cart.Lines[i].Quantity}
	}
	return wants
}

// reserve says how many pieces of each want must wait for goods. Without backorder none may: what is not available is
// refused.
func reserve(tx *book.Tx, wants []catalog.Want, backorder bool) ([]int64, error) {
	waiting := make([]int64, len(wants))
	if !backorder {
		return waiting, catalog.CheckAvailable(tx, wants)
	}
	ids := make([]int64, len(wants))
	for i, w := range wants {
		ids[i] = w.Product
	}
	levels, err := catalog.Levels(tx.View, 0, ids...)
	if err != nil {
		return nil, err
	}
	for i, w := range wants {
		l := levels[w.Product]
		if !l.Tracked {
			continue
		}
		take := min(max(l.Available, 0), w.Quantity)
		waiting[i] = w.Quantity - take
		l.Available -= take
		levels[w.Product] = l
	}
	return waiting, noneToCome(tx, wants, waiting)
}

// noneToCome refuses to let pieces of discontinued products wait: those are sold from what there is.
func noneToCome(tx *book.Tx, wants []catalog.Want, waiting []int64) error {
	for i, w := range wants {
		if waiting[i] == 0 {
			continue
		}
		product, err := catalog.Get(tx.View, tx.Today(), w.Product)
		if err != nil {
			return err
		}
		if p := &product[0]; !p.DiscontinuedOn.IsZero() && p.DiscontinuedOn <= tx.Today() {
			return fault.New(fault.Conflict, fmt.Sprintf("not enough stock of %s (have %d, need %d)", p.SKU, w.Quantity-waiting[i], w.Quantity),
				"no more will come: it is discontinued")
		}
	}
	return nil
}

// ownRef is the ref of an order that came without one: as those of orders from a file it is made of what the order says,
// here with the moment and the number under which it was made, so that no two orders of any two books share one and an
// export can be read back.
func ownRef(now time.Time, id int64, l *live) string {
	h := sha256.New()
	fmt.Fprintln(h, now.UnixNano(), id, l.Customer, l.Day, l.Channel, l.Notes)
	for i := range l.cart.Lines {
		c := &l.cart.Lines[i]
		fmt.Fprintln(h, c.SKU, c.Quantity, c.Price, c.Discount, c.Tax)
	}
	var text [24]byte
	base32.HexEncoding.WithPadding(base32.NoPadding).Encode(text[:], h.Sum(nil)[:15])
	return string(strconv.AppendInt(append(text[:16:16], '-'), 1, 10))
}

// refTaken says which ref an order of the book has already.
func refTaken(err error, ref string) error {
	if fault.KindOf(err) == fault.Conflict {
		return &fault.Error{Kind: fault.Conflict, Noun: "order", Key: ref, Reason: "the book has an order with this ref", Hint: "see: perla order show ref:" + ref}
	}
	return err
}

func dayOrNull(d dates.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}
