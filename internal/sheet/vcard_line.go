package sheet

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	textencoding "golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// cardLine is a content line of a vCard, of any version: [group.]NAME[;parameters]:value.
type cardLine struct {
	group string   // in capitals
	types []string // what sort it is: home, cell, pref
	pref  int      // 1 is the most preferred one, 100 the least; 101 when nobody has said
	omit  string   // the year that stands for none in a date
	plain bool     // the value is text where something else is the rule
	value string   // as it is written, its encoding undone and its escapes not
}

// parseCardLine takes an unfolded content line apart. Version 2.1 writes bare words for parameters: TEL;CELL;PREF:.
func parseCardLine(s string) (l cardLine, err error) {
	head, value, ok := cutUnquoted(s, ':')
	if !ok {
		return l, errors.New("no content line of a vCard: the colon is missing")
	}
	l.pref, l.value = 101, value
	name, rest, more := cutUnquoted(head, ';')
	if k := strings.LastIndexByte(name, '.'); k >= 0 {
		l.group = strings.ToUpper(name[:k])
	}
	var coded, charset string
	for more {
		var param string
		param, rest, more = cutUnquoted(rest, ';')
		key, word, named := strings.Cut(param, "=")
		if !named {
			key, word = bareParameter(param), param
		}
		switch word = strings.TrimSpace(word); strings.ToUpper(strings.TrimSpace(key)) {
		case "TYPE":
			l.addTypes(word)
		case "PREF":
			if n, err := strconv.Atoi(strings.Trim(word, `"`)); err == nil && n >= 1 && n <= 100 {
				l.pref = n
			}
		case "ENCODING":
			coded = strings.ToUpper(word)
		case "CHARSET":
			charset = word
		case "VALUE":
			l.plain = strings.EqualFold(word, "text")
		case "X-APPLE-OMIT-YEAR":
			l.omit = word
		}
	}
	if coded == "QUOTED-PRINTABLE" {
		l.value, err = unquotePrintable(l.value, charset)
	}
	return l, err
}

// bareParameter is what a parameter without a name is one of.
func bareParameter(word string) string {
	switch strings.ToUpper(strings.TrimSpace(word)) {
	case "QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT":
		return "ENCODING"
	}
	return "TYPE"
}

// addTypes reads the words of a TYPE: one, or several parted by commas, in quotes or not.
func (l *cardLine) addTypes(words string) {
	for _, word := range strings.Split(strings.Trim(words, `"`), ",") {
		switch word = strings.ToLower(strings.Trim(word, ` "`)); word {
		case "":
		case "pref":
			l.pref = min(l.pref, 1)
		default:
			l.types = append(l.types, word)
		}
	}
}

// cutUnquoted cuts s at the first sep that does not stand between double quotes.
func cutUnquoted(s string, sep byte) (before, after string, found bool) {
	within := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			within = !within
		case s[i] == sep && !within:
			return s[:i], s[i+1:], true
		}
	}
	if within { // a quote that nothing closes is a character like others
		return strings.Cut(s, string(sep))
	}
	return s, "", false
}

// unquotePrintable reads quoted-printable bytes in a character set; without one they are UTF-8, or else Windows-1252.
func unquotePrintable(s, charset string) (string, error) {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '=' {
			b = append(b, s[i])
			continue
		}
		if i+1 == len(s) { // a soft line break that nothing follows
			break
		}
		code, err := strconv.ParseUint(s[i+1:min(i+3, len(s))], 16, 8)
		if err != nil || i+2 >= len(s) {
			return "", errors.New("not quoted-printable, as the line says it is")
		}
		b = append(b, byte(code))
		i += 2
	}
	switch name := plainCharset(charset); {
	case (name == "" || name == "utf8" || name == "usascii") && utf8.Valid(b):
		return string(b), nil
	case name == "":
		return decodeBytes(charmap.Windows1252, b)
	case name == "utf8", name == "usascii":
		return "", errors.New("not " + charset + ", as the line says it is")
	default:
		for _, e := range charmap.All {
			if named, ok := e.(fmt.Stringer); ok && plainCharset(named.String()) == name {
				return decodeBytes(e, b)
			}
		}
	}
	return "", fmt.Errorf("in the character set %s, which is not known here", charset)
}

func decodeBytes(e textencoding.Encoding, b []byte) (string, error) {
	b, err := e.NewDecoder().Bytes(b)
	return string(b), err
}

// plainCharset is a name of a character set without what people write differently.
func plainCharset(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

// unescapeCard undoes the backslashes of a value.
func unescapeCard(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		switch i++; s[i] {
		case 'n', 'N':
			b.WriteByte('\n')
		case '\\', ';', ',', ':':
			b.WriteByte(s[i])
		default:
			b.WriteByte('\\')
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// splitCard parts a value at each sep without a backslash before it, and undoes the escapes of the parts.
func splitCard(s string, sep byte) (parts []string) {
	from := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case sep:
			parts = append(parts, strings.TrimSpace(unescapeCard(s[from:i])))
			from = i + 1
		}
	}
	return append(parts, strings.TrimSpace(unescapeCard(s[from:])))
}

// text is the value of a line as plain text.
func (l cardLine) text() string { return strings.TrimSpace(plainLines.Replace(unescapeCard(l.value))) }

// plainLines writes line ends in one way.
var plainLines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// phone is the number of a line; as a URI it may carry an extension: tel:+1-418-656-9254;ext=102.
func (l cardLine) phone() string {
	text := l.text()
	if len(text) < 4 || !strings.EqualFold(text[:4], "tel:") {
		return text
	}
	number, params, _ := strings.Cut(text[4:], ";")
	if plain, err := url.PathUnescape(number); err == nil {
		number = plain
	}
	for _, param := range strings.Split(params, ";") {
		if key, ext, _ := strings.Cut(param, "="); strings.EqualFold(key, "ext") && ext != "" {
			number += " ext. " + ext
		}
	}
	return number
}
