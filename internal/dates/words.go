package dates

import (
	"strings"
	"time"
	"unicode"
)

// parseWords reads the words for days and periods in four languages from folded text: a word for a day, a weekday, or the parts of a period in
// any order, since "last 30 days" is "30 derniers jours" in French and "mes pasado" in Spanish.
func parseWords(s string, today Date) (Range, error) {
	if s == "aujourd'hui" {
		return Range{today, today}, nil
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\'' })
	words = withoutArticles(words)
	if len(words) == 1 {
		return parseDayWord(words[0], today)
	}
	var which pick
	var of unit
	count, counted := 0, false
	for _, w := range words {
		if n, ok := number(w); ok && !counted {
			count, counted = n, true
		} else if u := unitOf(w); u != noUnit && of == noUnit {
			of = u
		} else if p := pickOf(w); p != noPick && which == noPick {
			which = p
		} else {
			return Range{}, errForm
		}
	}
	switch {
	case of == noUnit || which == noPick:
		return Range{}, errForm
	case counted:
		if which != lastMany && which != lastAny || count < 1 {
			return Range{}, errForm
		}
		return rolling(of, count, today), nil
	case of == day:
		return Range{}, errForm
	case which == current:
		return spanOf(of, today), nil
	case which == lastOne || which == lastAny:
		return spanOf(of, spanOf(of, today).From.AddDays(-1)), nil
	}
	return Range{}, errForm
}

// withoutArticles drops what changes nothing: articles, the "-ci" of "ce mois-ci", the "-feira" of "segunda-feira".
func withoutArticles(words []string) []string {
	kept := words[:0]
	for _, w := range words {
		switch w = strings.TrimSuffix(strings.TrimSuffix(w, "-ci"), "-feira"); w {
		case "the", "el", "la", "los", "las", "o", "a", "os", "as", "le", "les", "l", "feira":
		default:
			kept = append(kept, w)
		}
	}
	return kept
}

func parseDayWord(w string, today Date) (Range, error) {
	d := Date(0)
	switch w {
	case "today", "hoy", "hoje", "aujourdhui":
		d = today
	case "yesterday", "ayer", "ontem", "hier":
		d = today.AddDays(-1)
	case "tomorrow", "manana", "amanha", "demain":
		d = today.AddDays(1)
	default:
		name, ok := weekdayOf(w)
		if !ok {
			return Range{}, errForm
		}
		back := (int(today.Weekday()) - int(name) + 7) % 7
		d = today.AddDays(-back)
	}
	return Range{d, d}, nil
}

// weekdayOf knows the whole names and the English short ones. The other short names are left out: "mar" is also March.
func weekdayOf(w string) (time.Weekday, bool) {
	switch w {
	case "monday", "mon", "lunes", "segunda", "lundi":
		return time.Monday, true
	case "tuesday", "tue", "martes", "terca", "mardi":
		return time.Tuesday, true
	case "wednesday", "wed", "miercoles", "quarta", "mercredi":
		return time.Wednesday, true
	case "thursday", "thu", "jueves", "quinta", "jeudi":
		return time.Thursday, true
	case "friday", "fri", "viernes", "sexta", "vendredi":
		return time.Friday, true
	case "saturday", "sat", "sabado", "samedi":
		return time.Saturday, true
	case "sunday", "sun", "domingo", "dimanche":
		return time.Sunday, true
	}
	return 0, false
}

// pick says which of the periods of a unit is meant.
type pick byte

const (
	noPick   pick = iota
	current       // this month
	lastOne       // mes pasado: the calendar month before, never with a number
	lastMany      // últimos 30 días: only with a number
	lastAny       // last month, last 30 days
)

func pickOf(w string) pick {
	switch w {
	case "this", "este", "esta", "ce", "cet", "cette":
		return current
	case "previous", "pasado", "pasada", "passado", "passada", "dernier", "derniere", "passe", "passee":
		return lastOne
	case "past", "ultimos", "ultimas", "derniers", "dernieres":
		return lastMany
	case "last":
		return lastAny
	}
	return noPick
}

func unitOf(w string) unit {
	switch w {
	case "day", "days", "dia", "dias", "jour", "jours":
		return day
	case "week", "weeks", "semana", "semanas", "semaine", "semaines":
		return week
	case "month", "months", "mes", "meses", "mois":
		return month
	case "quarter", "quarters", "trimestre", "trimestres":
		return quarter
	case "year", "years", "ano", "anos", "an", "ans", "annee", "annees":
		return year
	}
	return noUnit
}

// fold makes words comparable: lower case, no accents (written as one rune or as two), plain spaces and apostrophes, none at the ends.
func fold(s string) string {
	return strings.TrimSpace(strings.Map(foldRune, s))
}

// foldRune is the plain small letter of r, -1 for a combining mark. It knows the accents of Spanish, Portuguese and French.
func foldRune(r rune) rune {
	if r < 0x80 {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	switch r = unicode.ToLower(r); r {
	case 'á', 'à', 'â', 'ã', 'ä':
		return 'a'
	case 'ç':
		return 'c'
	case 'é', 'è', 'ê', 'ë':
		return 'e'
	case 'í', 'î', 'ï':
		return 'i'
	case 'ñ':
		return 'n'
	case 'ó', 'ô', 'õ', 'ö':
		return 'o'
	case 'ú', 'ù', 'û', 'ü':
		return 'u'
	case '\u2019':
		return '\''
	}
	if r >= 0x300 && r <= 0x36f {
		return -1
	}
	if unicode.IsSpace(r) {
		return ' '
	}
	return r
}
