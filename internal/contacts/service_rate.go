package contacts

import (
	"fmt"
	"math"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// ServiceRateKey is the setting of the book that says what an hour spent with a customer costs.
const ServiceRateKey = "service_rate"

// mostServiceRate is more than any hour costs, in whole units of money.
const mostServiceRate = 1e6

// ServiceRate is what an hour spent with a customer costs; 0 where nobody said.
func ServiceRate(v *book.View) (money.Amount, error) {
	text, err := ServiceRateText(v)
	if err != nil || text == "" {
		return 0, err
	}
	rate, ok := readServiceRate(text, v.Settings().Currency)
	if !ok {
		return 0, &fault.Error{Kind: fault.BookUnusable, Noun: "book", Reason: fmt.Sprintf("its setting %s is %q, which is no amount", ServiceRateKey, text),
			Hint: "set it again: perla config set " + ServiceRateKey + " 25"}
	}
	return rate, nil
}

// ServiceRateText is the setting as it stands in the book: 25.50, or "" where nobody said.
func ServiceRateText(v *book.View) (string, error) {
	text, _, err := book.One(v, book.Scalar[string], `SELECT value FROM settings WHERE key = ?`, ServiceRateKey)
	return text, err
}

func readServiceRate(text string, c money.Currency) (money.Amount, bool) {
	d, err := money.ParseDecimal(text, '.')
	if err != nil {
		return 0, false
	}
	rate, err := d.Exact(c)
	return rate, err == nil && rate >= 0 && float64(rate) <= mostServiceRate*math.Pow10(c.Decimals)
}

// SetServiceRate says what an hour spent with a customer costs, as 25.50; "" takes it back. What is no amount is a
// fault.Usage.
func SetServiceRate(tx *book.Tx, text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		_, err := tx.Exec(`DELETE FROM settings WHERE key = ?`, ServiceRateKey)
		return err
	}
	c := tx.Settings().Currency
	rate, ok := readServiceRate(text, c)
	if !ok {
		return &fault.Error{Kind: fault.Usage, Noun: "setting", Key: ServiceRateKey, Reason: fmt.Sprintf("%.40q was found; needed is what an hour costs, from 0 to %.0f %s", text, mostServiceRate, c.Code),
			Hint: "write it with a point: perla config set " + ServiceRateKey + " 25.50"}
	}
	n, err := tx.Exec(`UPDATE settings SET value = ?1 WHERE key = ?2`, c.Format(rate), ServiceRateKey)
	if err == nil && n == 0 {
		_, err = tx.Insert(`INSERT INTO settings (key, value) VALUES (?, ?)`, ServiceRateKey, c.Format(rate))
	}
	return err
}
