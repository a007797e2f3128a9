package sales

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/money"
)

// Item is one thing wanted, as a person types it: AB-100x2@12.50-10%.
type Item struct {
	SKU      string
	Quantity int64          // 1 or more
	Price    *money.Decimal // of one piece, before tax; nil for the price she has otherwise
	Percent  *money.Decimal // off, 0 to 100; nil for the discount she has otherwise
}

// mostPieces keeps a slip of the finger from ordering more than any house has.
const mostPieces = 1_000_000

// ParseItem reads an item: SKU[xQUANTITY][@PRICE][-PERCENT%]. A sku may itself look like one with a quantity or a
// percentage, so that what known says is a sku wins, after nothing, the percentage or the price have been cut off.
func ParseItem(text string, known func(sku string) (bool, error)) (Item, error) {
	text = strings.TrimSpace(text)
	item := Item{Quantity: 1}
	rest := text
	for _, cut := range []func(string, *Item) (string, error){keepWhole, cutPercent, cutPrice} {
		shorter, err := cut(rest, &item)
		if err != nil {
			return item, err
		}
		if rest = shorter; rest == "" {
			return item, errors.New("names no product: write SKU, SKUx2 or SKUx2@12.50-10%")
		}
		is, err := known(rest)
		if err != nil || is {
			item.SKU = rest
			return item, err
		}
	}
	at := strings.LastIndexAny(rest, "xX")
	if at > 0 && digitsOnly(rest[at+1:]) {
		n, err := strconv.ParseInt(rest[at+1:], 10, 64)
		if err != nil || n < 1 || n > mostPieces {
			return item, fmt.Errorf("%s pieces are not between 1 and %d", rest[at+1:], mostPieces)
		}
		item.Quantity, rest = n, rest[:at]
	}
	item.SKU = rest
	return item, nil
}

func keepWhole(s string, _ *Item) (string, error) { return s, nil }

// cutPercent cuts a percentage off the end: -10%.
func cutPercent(s string, item *Item) (string, error) {
	number, ok := strings.CutSuffix(s, "%")
	at := strings.LastIndexByte(number, '-')
	if !ok || at < 0 {
		return s, nil
	}
	percent, err := typed(number[at+1:])
	if err != nil || percent.Digits < 0 || tooHigh(percent) {
		return s, fmt.Errorf("%q is no percentage between 0 and 100", number[at+1:])
	}
	item.Percent = &percent
	return s[:at], nil
}

// tooHigh says whether a percentage is above 100.
func tooHigh(percent money.Decimal) bool {
	off, err := money.Percent(10_000, percent)
	return err != nil || off > 10_000
}

// cutPrice cuts a price off the end: @12.50.
func cutPrice(s string, item *Item) (string, error) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return s, nil
	}
	price, err := typed(s[at+1:])
	if money.Ambiguous(s[at+1:]) {
		return s, fmt.Errorf("the price %q could be read in two ways: write it like 12.50", s[at+1:])
	}
	if err != nil || price.Digits < 0 {
		return s, fmt.Errorf("%q is no price: write it like 12.50", s[at+1:])
	}
	item.Price = &price
	return s[:at], nil
}

// typed reads a number with a point or a comma for its decimals; one that fits both readings is refused.
func typed(s string) (money.Decimal, error) {
	if money.Ambiguous(s) {
		return money.Decimal{}, errors.New("could be read in two ways")
	}
	mark := byte('.')
	if dot, _ := money.Fits(s); !dot {
		mark = ','
	}
	return money.ParseDecimal(s, mark)
}

func digitsOnly(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
