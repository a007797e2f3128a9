package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/perla-crm/perla/internal/money"
)

// rule is what a text field makes of a text: its clean value, or why it is refused.
func rule(f Fields) func(string) (string, error) {
	switch f {
	case FieldSKU:
		return parseSKU
	case FieldName:
		return parseName
	case FieldTags:
		return parseTags
	case FieldAttributes:
		return parseAttributes
	}
	return cleanText
}

// cleanText takes outer blanks off and replaces bytes that are no UTF-8; line ends inside stay. A NUL would end the text
// early for other programs that read the book, so it is refused.
func cleanText(s string) (string, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return "", errors.New("holds a NUL character")
	}
	return strings.TrimSpace(strings.ToValidUTF8(s, string(utf8.RuneError))), nil
}

// Line reads a text of one line, such as the number of a document or the name of a lot: runs of blanks become one.
func Line(s string) (string, error) {
	s, err := cleanText(s)
	return strings.Join(strings.Fields(s), " "), err
}

// longestSKU is how many bytes a stock-keeping unit may have.
const longestSKU = 200

// parseSKU reads a stock-keeping unit: one line, whatever stands in it but - alone, which is standard input.
func parseSKU(s string) (string, error) {
	s, err := cleanText(s)
	switch {
	case err != nil:
		return "", err
	case s == "":
		return "", errors.New("a sku cannot be empty")
	case s == "-" || len(s) > longestSKU || strings.ContainsFunc(s, unicode.IsControl):
		return "", fmt.Errorf("no sku; needed is one line of at most %d characters, other than -", longestSKU)
	}
	return s, nil
}

func parseName(s string) (string, error) {
	s, err := cleanText(s)
	if err == nil && s == "" {
		return "", errors.New("a name cannot be empty")
	}
	return s, err
}

// parseTags reads words parted by commas or semicolons: lower case, sorted, each once, joined by ", ".
func parseTags(s string) (string, error) {
	s, err := cleanText(s)
	var tags []string
	for _, tag := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		if tag = strings.ToLower(strings.Join(strings.Fields(tag), " ")); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tagList.join(tags), err
}

// parseAttributes reads several key=value parted by semicolons and writes each once, in order. A value without a key of
// its own is another one of the key before: cause=vegan; cruelty free; skin=dry.
func parseAttributes(s string) (string, error) {
	s, err := cleanText(s)
	if err != nil {
		return "", err
	}
	var list []string
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
			return "", fmt.Errorf("%q is not key=value, such as cause=vegan", strings.TrimSpace(part))
		}
		list = append(list, key+"="+value)
	}
	return attributeList.join(list), nil
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
		return "", errors.New("an attribute needs a key, such as cause in cause=vegan")
	}
	if strings.ContainsAny(key, "=;,") || strings.ContainsFunc(key, unicode.IsControl) {
		return "", fmt.Errorf("%q is no key of an attribute; it has no = ; or comma", key)
	}
	return key, nil
}

// list is how several words stand in one text: in order, each once, with this between them.
type list string

const (
	tagList       list = ", "
	attributeList list = "; "
)

func (l list) join(words []string) string {
	slices.Sort(words)
	return strings.Join(slices.Compact(words), string(l))
}

func (l list) split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, string(l))
}

// ParseTaxRate makes hundredths of a percent of a percentage, 0 to 100 with at most two decimals.
func ParseTaxRate(percent money.Decimal) (int64, error) {
	rate, err := percent.Minor(2)
	if err != nil || rate < 0 || rate > 100_00 {
		return 0, errors.New("no percentage from 0 to 100")
	}
	for scale := percent.Scale; scale > 2; scale-- {
		if percent.Digits%10 != 0 {
			return 0, errors.New("a percentage with more than two decimals")
		}
		percent.Digits /= 10
	}
	return int64(rate), nil
}

// checkNumber refuses a figure that its field cannot be.
func checkNumber(f Fields, n int64) error {
	least, what := int64(0), "less than 0"
	switch f {
	case FieldReplenishDays, FieldLimitedTo:
		least, what = 1, "not 1 or more"
	case FieldTaxRate:
		if n > 100_00 {
			return errors.New("more than 100 %")
		}
	}
	if n < least {
		return errors.New(what)
	}
	return nil
}
