package dates

import (
	"time"
	"unicode"
	"unicode/utf8"
)

// scanNamed takes a date with the name of a month off the front of s: 8 Jan 2024, Jan 8th, 2024, 8 de enero de 2024, 08-ene.-24,
// 2024-Jan-08, 08JAN2024.
func scanNamed(s string) (w written, rest string, ok bool) {
	var named time.Month
	var n, width [2]int
	numbers, numbersBefore := 0, 0
	for named == 0 || numbers < 2 {
		if numbers > 0 || named != 0 {
			s = s[separatorWidth(s):]
		}
		if v, wide := leadingNumber(s); wide > 0 {
			if numbers == 2 {
				return written{}, "", false
			}
			n[numbers], width[numbers] = v, wide
			numbers++
			s = s[wide:]
			if wide <= 2 {
				s = s[ordinalWidth(s):]
			}
			continue
		}
		m, wide := leadingMonth(s)
		if wide == 0 || m != 0 && named != 0 {
			return written{}, "", false
		}
		if m != 0 {
			named, numbersBefore = m, numbers
		}
		s = s[wide:]
	}
	w.fixed = true
	w.n = [3]int{n[1], int(named), n[0]}
	w.width = [3]int{width[1], 2, width[0]}
	if numbersBefore == 1 && width[0] == 4 {
		w.n[0], w.n[2], w.width[0], w.width[2] = n[0], n[1], width[0], width[1]
	}
	return w, s, numbersBefore < 2 && w.width[2] <= 2
}

// separatorWidth is the length of what stands between the parts of a named date: the dot of a shortened name, one mark, spaces.
func separatorWidth(s string) int {
	i := 0
	if i < len(s) && s[i] == '.' {
		i++
	}
	if i < len(s) && (s[i] == '-' || s[i] == '/' || s[i] == ',') {
		i++
	}
	return i + spacesWidth(s[i:])
}

// spacesWidth is the length of the spaces s begins with, of any width.
func spacesWidth(s string) int {
	for i, r := range s {
		switch r {
		case ' ', '\u00a0', '\u2009', '\u202f':
		default:
			return i
		}
	}
	return len(s)
}

// ordinalWidth is the length of what makes a number an ordinal: 1st, 2nd, 3rd, 8th, 1er, 1º, 1ª.
func ordinalWidth(s string) int {
	var buf [wordSize]byte
	word, width := leadingWord(s, &buf)
	switch string(word) {
	case "st", "nd", "rd", "th", "er", "º", "ª":
		return width
	}
	return 0
}

// wordSize is more than the longest name of a month, in bytes of its plain letters.
const wordSize = 12

// leadingWord folds the letters s begins with into buf and gives their length in s, 0 when the word does not fit.
func leadingWord(s string, buf *[wordSize]byte) (word []byte, width int) {
	word = buf[:0]
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
			return word, i
		}
		if r = foldRune(r); r < 0 {
			continue
		}
		if len(word)+utf8.RuneLen(r) > wordSize {
			return nil, 0
		}
		word = utf8.AppendRune(word, r)
	}
	return word, len(s)
}

// leadingMonth reads the name of a month at the front of s, 0 for a word that only joins ("de", "of"); width 0 is any other text.
func leadingMonth(s string) (m time.Month, width int) {
	var buf [wordSize]byte
	word, width := leadingWord(s, &buf)
	switch string(word) {
	case "de", "del", "of":
		return 0, width
	}
	if m = monthOf(word); m == 0 {
		return 0, 0
	}
	return m, width
}

// monthOf knows the months in English, Spanish, Portuguese and French, whole and shortened, in small letters without accents.
func monthOf(word []byte) time.Month {
	switch string(word) {
	case "jan", "january", "ene", "enero", "janeiro", "janv", "janvier":
		return time.January
	case "feb", "february", "febrero", "fev", "fevereiro", "fevr", "fevrier":
		return time.February
	case "mar", "march", "marzo", "marco", "mars":
		return time.March
	case "apr", "april", "abr", "abril", "avr", "avril":
		return time.April
	case "may", "mayo", "mai", "maio":
		return time.May
	case "jun", "june", "junio", "junho", "juin":
		return time.June
	case "jul", "july", "julio", "julho", "juil", "juillet":
		return time.July
	case "aug", "august", "ago", "agosto", "aou", "aout":
		return time.August
	case "sep", "sept", "september", "septiembre", "set", "setiembre", "setembro", "septembre":
		return time.September
	case "oct", "october", "octubre", "out", "outubro", "octobre":
		return time.October
	case "nov", "november", "noviembre", "novembro", "novembre":
		return time.November
	case "dec", "december", "dic", "diciembre", "dez", "dezembro", "decembre":
		return time.December
	}
	return 0
}
