package contacts

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/perla-crm/perla/internal/book"
)

// attribute is one thing known of her in free words.
type attribute struct{ key, value string }

var errNoAttribute = errors.New("needed is key=value, such as skin=dry")

// parseAttributes reads several key=value parted by semicolons and writes each once, in order. A value without a key of
// its own is another one of the key before: skin=dry; need=sun; gift.
func parseAttributes(s string) (string, error) {
	s, err := cleanText(s)
	if err != nil {
		return "", err
	}
	var list []attribute
	key := ""
	for _, part := range strings.Split(s, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		value := part
		if before, after, ok := strings.Cut(part, "="); ok {
			value = after
			if key, err = ParseAttributeKey(before); err != nil {
				return "", err
			}
		}
		if value = strings.Join(strings.Fields(value), " "); key == "" || value == "" {
			return "", errNoAttribute
		}
		list = append(list, attribute{key, value})
	}
	return joinAttributes(list), nil
}

// ParseAttributeKey reads the key of an attribute as the book keeps it: lower case, blanks as underscores, without the
// marks that part keys and values.
func ParseAttributeKey(s string) (string, error) {
	s, err := cleanText(s)
	if err != nil {
		return "", err
	}
	key := strings.ToLower(strings.Join(strings.Fields(s), "_"))
	if key == "" {
		return "", errors.New("an attribute needs a key, such as skin in skin=dry")
	}
	if strings.ContainsAny(key, "=;,") || strings.ContainsFunc(key, unicode.IsControl) {
		return "", fmt.Errorf("%q is no key of an attribute; it has no = ; or comma", key)
	}
	return key, nil
}

// joinAttributes writes attributes as the text of the field: in order, each once.
func joinAttributes(list []attribute) string {
	slices.SortFunc(list, func(a, b attribute) int {
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	list = slices.Compact(list)
	texts := make([]string, len(list))
	for i, a := range list {
		texts[i] = a.key + "=" + a.value
	}
	return strings.Join(texts, "; ")
}

// splitAttributes is the reverse of joinAttributes, for text that has been parsed before.
func splitAttributes(text string) []attribute {
	if text == "" {
		return nil
	}
	parts := strings.Split(text, "; ")
	list := make([]attribute, len(parts))
	for i, part := range parts {
		list[i].key, list[i].value, _ = strings.Cut(part, "=")
	}
	return list
}

// Attribute gives the values that a customer has for a key, joined by "; "; "" when there is none.
func (c *Customer) Attribute(key string) string {
	if c.Attributes == "" {
		return ""
	}
	var values []string
	for _, a := range splitAttributes(c.Attributes) {
		if a.key == key {
			values = append(values, a.value)
		}
	}
	return strings.Join(values, "; ")
}

// AttributeKeys lists the keys of all attributes there are.
func AttributeKeys(v *book.View) ([]string, error) {
	return book.All(v, book.Scalar[string], `SELECT DISTINCT key FROM customer_attributes ORDER BY key`)
}
