package book

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/perla-crm/perla/internal/fault"
)

// Seller is who sells, as documents name it. Any text may be empty; address and note may have several lines.
type Seller struct{ Name, Address, TaxID, Email, Phone, Note string }

// sellerKeys are the keys of the settings that make up the seller.
var sellerKeys = []struct {
	key, what string
	at        func(*Seller) *string
}{
	{"seller_name", "who sells, at the head of documents", func(s *Seller) *string { return &s.Name }},
	{"seller_address", "where; a semicolon or a line end parts lines, here and in the note", func(s *Seller) *string { return &s.Address }},
	{"seller_tax_id", "the number for taxes; as it stands if its name is before it: RFC XAXX010101000", func(s *Seller) *string { return &s.TaxID }},
	{"seller_email", "where documents say to write", func(s *Seller) *string { return &s.Email }},
	{"seller_phone", "and to call", func(s *Seller) *string { return &s.Phone }},
	{"seller_note", "what quotes and invoices end with, such as where to pay", func(s *Seller) *string { return &s.Note }},
}

// SellerSetting is one of the settings of the seller.
type SellerSetting struct{ Key, Value, What string }

// SellerKeys are the keys of the seller's settings.
func SellerKeys() []string {
	var keys []string
	for _, k := range sellerKeys {
		keys = append(keys, k.key)
	}
	return keys
}

// List is the seller as settings, those without a value too.
func (s Seller) List() []SellerSetting {
	var list []SellerSetting
	for _, k := range sellerKeys {
		list = append(list, SellerSetting{k.key, *k.at(&s), k.what})
	}
	return list
}

// SellerOf reads the seller.
func SellerOf(v *View) (s Seller, err error) {
	for kv, err := range Query(v, func(row Scanner) (kv [2]string, err error) {
		err = row.Scan(&kv[0], &kv[1])
		return kv, err
	}, `SELECT key, value FROM settings WHERE key LIKE 'seller\_%' ESCAPE '\'`) {
		if err != nil {
			return s, err
		}
		for _, k := range sellerKeys {
			if k.key == kv[0] {
				*k.at(&s) = kv[1]
			}
		}
	}
	return s, nil
}

// longestSetting is how many bytes a setting may have.
const longestSetting = 1000

// SetSeller changes one setting of the seller; an empty value takes it away. Line ends are for the address and the note.
func SetSeller(tx *Tx, key, value string) error {
	value = strings.TrimSpace(value)
	bad := func(r rune) bool {
		return unicode.IsControl(r) && (r != '\n' || key != "seller_address" && key != "seller_note")
	}
	if strings.ContainsFunc(value, bad) || len(value) > longestSetting {
		return &fault.Error{Kind: fault.Usage, Noun: "setting", Key: key, Reason: fmt.Sprintf("needs one line of text, of at most %d bytes", longestSetting)}
	}
	if value == "" {
		_, err := tx.Exec(`DELETE FROM settings WHERE key = ?`, key)
		return err
	}
	n, err := tx.Exec(`UPDATE settings SET value = ?1 WHERE key = ?2`, value, key)
	if err == nil && n == 0 {
		_, err = tx.Insert(`INSERT INTO settings (key, value) VALUES (?, ?)`, key, value)
	}
	return err
}
