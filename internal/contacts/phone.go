package contacts

import (
	"math/bits"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:generate go test -run TestPhoneTableIsCurrent -update .

// region is the numbering plan of a country, or of a service beyond countries such as satellite telephones. The
// patterns are the regular expressions of phone_table.go; they are compiled when first asked for, because compiling all
// of them costs more than a whole command may take.
type region struct {
	id        string // ISO 3166 alpha-2, or the calling code of a service beyond countries
	code      string // calling code, without +
	abroad    string // pattern of what is dialled before a calling code: 00, 011
	prefix    string // pattern of what is dialled before a number inside the country; "" for none
	transform string // what a prefix with a group becomes; "" when the prefix is dropped
	national  string // pattern of a national number
	lengths   uint32 // bit n: a national number may have n digits
	local     uint32 // bit n: so many digits are enough for a neighbour

	abroadRule, prefixRule, nationalRule pattern // the patterns, compiled
}

// pattern compiles a regular expression once, when it is first asked for.
type pattern struct {
	once     sync.Once
	compiled *regexp.Regexp
}

func (p *pattern) of(source string) *regexp.Regexp {
	p.once.Do(func() { p.compiled = regexp.MustCompile(source) })
	return p.compiled
}

// E164 is a phone number in the one writing that can be compared, +34600111222, read by the rules of a country (ISO
// 3166 alpha-2, or "" when the number must begin with +); "" when it cannot be read. It reads as libphonenumber does:
// a number is accepted for having a length that its country knows, whether or not it is in use. An extension is cut.
func E164(s, country string) string {
	text := phoneText(s)
	home := homeRegion(country)
	if text == "" || home == nil && text[0] != '+' {
		return ""
	}
	r, number := home.place(text)
	if r == nil {
		return ""
	}
	// A prefix is only taken off when that leaves a whole number: in a short one the same digits belong to it.
	if stripped := r.cutPrefix(number); r.measure(stripped) == fits {
		number = stripped
	}
	if size := codeRegion(r.code).measure(number); size != fits && size != fitsLocally {
		return ""
	}
	return "+" + r.code + number
}

// homeRegion is the region of a country, nil when there is none.
func homeRegion(country string) *region {
	if country == "" || country[0] < 'A' {
		return nil
	}
	return regionNamed(country)
}

// codeRegion is the region that speaks for a calling code, nil when nobody has the code.
func codeRegion(code string) *region {
	i, found := slices.BinarySearchFunc(callingCodes[:], code, func(c callingCode, code string) int {
		return strings.Compare(c.code, code)
	})
	if !found {
		return nil
	}
	return regionNamed(callingCodes[i].region)
}

func regionNamed(id string) *region {
	// By hand: a function over the elements would copy a region, and its locks, at every step.
	low, high := 0, len(regions)
	for low < high {
		if mid := (low + high) / 2; regions[mid].id < id {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == len(regions) || regions[low].id != id {
		return nil
	}
	return &regions[low]
}

// place finds the region whose number a text is, for a caller in a region (nil: nowhere), and the digits after the
// calling code. The region is nil when no calling code can be read.
func (r *region) place(text string) (*region, string) {
	dialled := strings.TrimLeft(text, "+")
	number := keyed(dialled)
	if dialled != text {
		if of, rest := splitCode(number); of != nil || r == nil {
			return of, rest
		}
	}
	if rest, ok := r.cutAbroad(number); ok {
		return splitCode(rest)
	}
	if dialled != text {
		return nil, ""
	}
	if rest, ok := r.cutOwnCode(number); ok {
		return codeRegion(r.code), rest
	}
	return r, number
}

// splitCode takes the calling code off the digits of an international number.
func splitCode(number string) (*region, string) {
	if len(number) < 3 {
		return nil, ""
	}
	for n := 1; n <= 3; n++ {
		if r := codeRegion(number[:n]); r != nil {
			return r, number[n:]
		}
	}
	return nil, ""
}

// cutAbroad takes off what is dialled before a calling code. No calling code begins with 0.
func (r *region) cutAbroad(number string) (string, bool) {
	found := r.abroadRule.of("^(?:" + r.abroad + ")").FindString(number)
	rest := number[len(found):]
	return rest, found != "" && !strings.HasPrefix(rest, "0")
}

// cutOwnCode takes the region's own calling code off a number written without + before it. The code must not be the
// beginning of a national number: either only what is left is one, or there are too many digits for it.
func (r *region) cutOwnCode(number string) (string, bool) {
	rest, ok := strings.CutPrefix(number, r.code)
	if !ok {
		return "", false
	}
	rest = r.cutPrefix(rest)
	return rest, r.measure(number) == tooLong || !r.matches(number) && r.matches(rest)
}

// cutPrefix takes the national prefix and the code of a carrier off a number, and puts in what they stand for (the 9 of
// an Argentine mobile, the area of a small island). A number of the right form is not spoilt by it.
func (r *region) cutPrefix(number string) string {
	if r.prefix == "" {
		return number
	}
	p := r.prefixRule.of("^(?:" + r.prefix + ")")
	found := p.FindStringSubmatchIndex(number)
	if found == nil {
		return number
	}
	rest := number[found[1]:]
	if lastGroup := found[len(found)-2]; r.transform != "" && lastGroup >= 0 {
		rest = string(p.ExpandString(nil, r.transform, number, found)) + rest
	}
	if r.matches(number) && !r.matches(rest) {
		return number
	}
	return rest
}

// matches says whether digits have the form of a national number.
func (r *region) matches(number string) bool {
	return r.nationalRule.of("^(?:" + r.national + ")$").MatchString(number)
}

// size is what the number of digits says about a number.
type size int

const (
	fits        size = iota
	fitsLocally      // enough for a neighbour
	tooLong
	unfit // too short, or between two lengths in use
)

func (r *region) measure(number string) size {
	n := len(number)
	switch bit := uint32(1) << n; {
	case r.local&bit != 0:
		return fitsLocally
	case r.lengths&bit != 0:
		return fits
	case n >= bits.Len32(r.lengths):
		return tooLong
	default:
		return unfit
	}
}

// longestPhone is the length in bytes beyond which a text is no phone number.
const longestPhone = 250

// phoneText is the part of a text that is dialled, from its first digit or + and without an extension; "" when there is
// none. Wide and Arabic digits become ASCII digits.
func phoneText(s string) string {
	if len(s) > longestPhone {
		return ""
	}
	text := strings.Map(narrow, s)
	start := strings.IndexAny(text, "+0123456789")
	if start < 0 {
		return ""
	}
	text = cutSecond(text[start:])
	text, _, _ = strings.Cut(text, ";isub=")
	switch body := cutExtension(text); {
	case diallable(body) && (len(body) >= shortest || diallable(text)):
		return body
	case diallable(text):
		return text
	default:
		return ""
	}
}

// narrow turns the wide characters of East Asian keyboards and the digits of Arabic and Persian into ASCII.
func narrow(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return r
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r >= '٠' && r <= '٩':
		return r - '٠' + '0'
	case r >= '۰' && r <= '۹':
		return r - '۰' + '0'
	default:
		return r
	}
}

// cutSecond cuts a second extension, as in 583-6985 x302/x2303.
func cutSecond(text string) string {
	for i, c := range []byte(text) {
		if (c == '/' || c == '\\') && strings.HasPrefix(strings.TrimLeft(text[i+1:], " "), "x") {
			return text[:i]
		}
	}
	return text
}

const (
	// plain are the characters of nearly every number, of which no extension can be made.
	plain = "+0123456789 -()./"
	// phoneMarks are the characters that may stand between digits; x holds the place of a carrier's code.
	phoneMarks = " -().[]/~*xX\u00A0\u00AD\u200B\u2010\u2011\u2012\u2013\u2014\u2015\u2053\u2060\u2212\u223C\u3000\u30FC"
	// shortest is the number of digits of the shortest number that may hold anything besides digits.
	shortest = 3
)

// diallable says whether a text is made of digits, marks, + at its beginning and letters after its first digits.
func diallable(text string) bool {
	n := 0
	for _, r := range strings.TrimLeft(text, "+") {
		switch {
		case r >= '0' && r <= '9':
			n++
		case strings.ContainsRune(phoneMarks, r):
		case n < shortest || !isLetter(r):
			return false
		}
	}
	return n >= shortest || n == len(text) && n == shortest-1
}

func isLetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }

var extension pattern

// cutExtension cuts the extension off the end of a number, if it has one.
func cutExtension(text string) string {
	if strings.Trim(text, plain) == "" {
		return text
	}
	if found := extension.of(extensionForms()).FindStringIndex(text); found != nil {
		return text[:found[0]]
	}
	return text
}

// extensionForms is the pattern of the ways to write an extension. The less a sign says that an extension follows, the
// fewer digits it may have.
func extensionForms() string {
	const (
		blanks = `[ \x{A0}\t]*`
		before = `[ \x{A0}\t,]*`
		after  = `[:.]?[ \x{A0}\t,-]*`
		words  = `(?:e?xt(?:ensi(?:o\x{301}?|ó))?n?|доб|anexo)`
	)
	return `(?i)(?:` + strings.Join([]string{
		`;ext=\d{1,20}`,
		before + words + after + `\d{1,20}#?`,
		before + `(?:[x#~]|int)` + after + `\d{1,9}#?`,
		`[- ]+\d{1,6}#`,
		blanks + `(?:,,|;)` + after + `\d{1,15}#?`,
		blanks + `,+` + after + `\d{1,9}#?`,
	}, "|") + `)$`
}

// keypad holds the key of every letter from a to z.
const keypad = "22233344455566677778889999"

// keyed are the digits of a number. Three letters or more are dialled on the keypad, fewer are dropped.
func keyed(text string) string {
	letters := 0
	for _, r := range text {
		if isLetter(r) {
			letters++
		}
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case letters >= 3 && isLetter(r):
			return rune(keypad[r|0x20-'a'])
		default:
			return -1
		}
	}, text)
}
