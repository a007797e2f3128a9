package sales

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
)

// ParseItems reads items as they are typed. One that cannot be read, or whose price has more decimals than the currency,
// is a fault.Usage that quotes it.
func ParseItems(v *book.View, texts []string) ([]Item, error) {
	items := make([]Item, len(texts))
	for i, text := range texts {
		var err error
		items[i], err = ParseItem(text, func(sku string) (bool, error) { return catalog.IsSKU(v, sku) })
		if price := items[i].Price; err == nil && price != nil {
			if _, err = price.Exact(v.Settings().Currency); err != nil {
				err = fmt.Errorf("the price %w", err)
			}
		}
		if err != nil {
			var known *fault.Error
			if errors.As(err, &known) {
				return nil, err
			}
			return nil, &fault.Error{Kind: fault.Usage, Noun: "item", Key: text, Reason: err.Error(), Hint: "write it like AB-100, AB-100x2 or AB-100x2@12.50-10%"}
		}
	}
	return items, nil
}

// pricing finds what items cost one customer on a day.
type pricing struct {
	view     *book.View
	customer int64
	day      dates.Date
	gift     bool        // a reward: its tier is that of the reward
	tiers    *tierLadder // read when a product is kept for some
}

// lines are the lines of a cart for some items, with their prices and what is taken off.
func (p *pricing) lines(items []Item) ([]CartLine, error) {
	ids := make([]int64, len(items))
	for i, item := range items {
		found, err := catalog.FindProduct(p.view, item.SKU)
		if err != nil {
			return nil, err
		}
		ids[i] = found.ID
	}
	return p.linesOf(ids, items)
}

// linesOf is lines for products that were found; of the items their sku does not count.
func (p *pricing) linesOf(ids []int64, items []Item) ([]CartLine, error) {
	products, err := catalog.Get(p.view, p.day, ids...)
	if err != nil {
		return nil, err
	}
	terms, err := termsOf(p.view, p.customer, p.day)
	if err != nil {
		return nil, err
	}
	if err := p.onSale(products, items); err != nil {
		return nil, err
	}
	lines := make([]CartLine, len(items))
	for i, item := range items {
		product := &products[i]
		lines[i] = CartLine{Product: product.ID, SKU: product.SKU, Category: product.Category, Brand: product.Brand, Quantity: item.Quantity, TaxRate: product.TaxRate}
		if err := p.price(&lines[i], item, product, terms); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// price gives a line its price and the percentage off: those typed with the item, else the customer's own, else those of
// the product. A price of her own, or a typed one, is not lowered by her percentage.
func (p *pricing) price(line *CartLine, item Item, product *catalog.Product, terms terms) error {
	own, has := terms.price[product.ID]
	decimals := p.view.Settings().Currency.Decimals
	switch {
	case item.Price != nil:
		line.Price = *item.Price
	case has:
		line.Price = money.Decimal{Digits: int64(own), Scale: decimals}
	case product.HasPrice:
		line.Price = money.Decimal{Digits: int64(product.Price), Scale: decimals}
		line.Percent = terms.percent(product.ID)
	default:
		hint := fmt.Sprintf("say one (%s@12.50), or set it with: perla product edit %s --price 12.50", product.SKU, product.SKU)
		if p.day != p.view.Today() {
			hint += fmt.Sprintf(" --from %s", p.day)
		}
		return &fault.Error{Kind: fault.Conflict, Noun: "product", Key: product.SKU, Reason: fmt.Sprintf("has no price on %s", p.day), Hint: hint}
	}
	if item.Percent != nil {
		line.Percent = *item.Percent
	}
	return nil
}

// onSale refuses products that are not sold on the day: removed, not launched yet, or limited to fewer than would be sold.
func (p *pricing) onSale(products []catalog.Product, items []Item) error {
	wanted := map[int64]int64{}
	for i := range products {
		product := &products[i]
		wanted[product.ID] += items[i].Quantity
		refuse := func(reason, hint string) error {
			return &fault.Error{Kind: fault.Conflict, Noun: "product", Key: product.SKU, Reason: reason, Hint: hint}
		}
		switch {
		case !product.ArchivedOn.IsZero():
			return refuse("was removed", "bring it back with: perla product restore "+product.SKU)
		case product.LaunchedOn > p.day:
			return refuse("is sold from "+product.LaunchedOn.String()+" on", "")
		case len(product.Tiers()) > 0 && !p.gift:
			if reason, err := p.keptFrom(product.Tiers()); err != nil || reason != "" {
				return cmp.Or(err, refuse(reason, fmt.Sprintf("see her tier with: perla points balance id:%d", p.customer)))
			}
		}
		if product.LimitedTo > 0 {
			sold, err := soldPieces(p.view, product.ID)
			if err != nil {
				return err
			}
			if left := max(product.LimitedTo-sold, 0); wanted[product.ID] > left {
				return refuse(fmt.Sprintf("is limited to %d pieces (%d left, need %d)", product.LimitedTo, left, wanted[product.ID]),
					fmt.Sprintf("order what is left, or allow more with: perla product edit %s --limited %d", product.SKU, product.LimitedTo-left+wanted[product.ID]))
			}
		}
	}
	return nil
}

// tierLadder is the tiers of clients on the day before an order, the lowest first, and the place among them of its customer.
type tierLadder struct {
	tiers []loyalty.Tier
	hers  loyalty.Tier
}

// keptFrom says why a product that is kept for tiers is not for the customer, who must be in one of them, or in one above
// the lowest of them, the day before; "" where it is.
func (p *pricing) keptFrom(kept []string) (string, error) {
	before := p.day.AddDays(-1)
	if p.tiers == nil {
		tiers, err := loyalty.Tiers(p.view, loyalty.Clients, before)
		if err != nil {
			return "", err
		}
		of, err := loyalty.TierAt(p.view, loyalty.Clients, before, p.customer)
		if err != nil {
			return "", err
		}
		p.tiers = &tierLadder{tiers, of[p.customer]}
	}
	for _, code := range kept {
		at := slices.IndexFunc(p.tiers.tiers, func(t loyalty.Tier) bool { return strings.EqualFold(t.Code, code) })
		if at >= 0 && p.tiers.hers.ID != 0 && p.tiers.hers.Threshold >= p.tiers.tiers[at].Threshold {
			return "", nil
		}
	}
	tier := "in no tier"
	if p.tiers.hers.ID != 0 {
		tier = "in tier " + p.tiers.hers.Code
	}
	return fmt.Sprintf("is kept for %s; she was %s on %s", strings.Join(kept, ", "), tier, before), nil
}

// soldPieces is how many pieces of a product were ever sold and did not come back.
func soldPieces(v *book.View, product int64) (int64, error) {
	n, _, err := book.One(v, book.Scalar[int64], `SELECT ifnull(sum(l.quantity), 0) FROM order_lines l JOIN orders o ON o.id = l.order_id
		WHERE l.product_id = ? AND (o.is_history OR o.confirmed_on IS NOT NULL) AND o.cancelled_on IS NULL
		AND (o.returned_on IS NULL OR o.original_id IS NOT NULL OR EXISTS (SELECT 1 FROM orders r WHERE r.original_id = o.id))`, product)
	return n, err
}
