package sheet

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// perColumn is an option that holds for the whole file, under "", and may be said per column.
type perColumn map[string]byte

// of gives the value for a column, by its canonical name or its name in the file; 0 when the user said nothing.
func (p perColumn) of(column, source string) byte {
	for _, name := range []string{column, source} {
		if v, ok := p[foldName(name)]; ok {
			return v
		}
	}
	return p[""]
}

// check refuses a column that neither the noun nor the file has: a slip of the pen must not leave a mark unheeded.
func (p perColumn) check(flag string, columns, header []string) error {
	known := map[string]bool{"": true}
	for _, name := range slices.Concat(columns, header) {
		known[foldName(name)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if !known[name] {
			return fault.New(fault.Usage, fmt.Sprintf("%s: no column %s", flag, quoteName(name)),
				didYouMean(fault.Nearest(name, columns))+"the columns are "+strings.Join(columns, ", "))
		}
	}
	return nil
}

// parsePerColumn reads "VALUE" or "column=VALUE", one or more, parted by commas or semicolons. Where a value must stand a comma is one:
// "total=,,cost=.".
func parsePerColumn(flag, s string, value func(string) (byte, bool)) (perColumn, error) {
	p := perColumn{}
	for rest := strings.TrimSpace(s); rest != ""; {
		name, word := "", rest
		if k := strings.IndexAny(rest[1:], "=,;") + 1; k > 0 && rest[k] == '=' {
			name, word = rest[:k], rest[k+1:]
			if foldName(name) == "" {
				return nil, fault.New(fault.Usage, fmt.Sprintf("%s %q names no column before =", flag, s), perColumnHint(flag))
			}
		}
		word, rest = cutValue(word)
		v, ok := value(word)
		if !ok {
			return nil, fault.New(fault.Usage, fmt.Sprintf("%s does not take %q", flag, word), perColumnHint(flag))
		}
		p[foldName(name)] = v
	}
	return p, nil
}

func perColumnHint(flag string) string {
	if flag == "--decimal" {
		return "--decimal takes . or , and for one column --decimal total=,"
	}
	return "--date-format takes iso, ymd, dmy or mdy, and for one column --date-format date=dmy"
}

// cutValue parts a value, at least one character, from what follows the separator behind it.
func cutValue(s string) (word, rest string) {
	if s == "" {
		return "", ""
	}
	k := strings.IndexAny(s[1:], ",;")
	if k < 0 {
		return s, ""
	}
	return s[:k+1], strings.TrimSpace(s[k+2:])
}

func decimalMark(s string) (byte, bool) {
	switch strings.ToLower(s) {
	case ".", "dot", "point":
		return '.', true
	case ",", "comma":
		return ',', true
	}
	return 0, false
}

// dateOrder also takes the long writings, dd/mm/yyyy: the order of the letters is what counts.
func dateOrder(s string) (byte, bool) {
	var letters []byte
	for _, c := range []byte(strings.ToLower(s)) {
		if c >= 'a' && c <= 'z' && (len(letters) == 0 || letters[len(letters)-1] != c) {
			letters = append(letters, c)
		}
	}
	switch string(letters) {
	case "iso", "ymd":
		return byte(dates.YMD), true
	case "dmy":
		return byte(dates.DMY), true
	case "mdy":
		return byte(dates.MDY), true
	}
	return 0, false
}

// ParseMap reads the values of --map: canonical=Source pairs parted by commas. A name that holds a comma, an equals sign or a quote
// stands in double quotes, with a quote in it doubled. An empty Source leaves the column unmapped.
func ParseMap(values []string) (map[string]string, error) {
	m := map[string]string{}
	for _, v := range values {
		for rest := v; strings.TrimSpace(rest) != ""; {
			name, after, err := mapWord(rest, '=')
			if err != nil {
				return nil, err
			}
			if after == "" || name == "" {
				return nil, mapFault(fmt.Sprintf("--map %q has no canonical=Source pair", v))
			}
			source, next, err := mapWord(after[1:], ',')
			if err != nil {
				return nil, err
			}
			if old, ok := m[name]; ok && old != source {
				return nil, mapFault(fmt.Sprintf("--map gives %s both %q and %q", name, old, source))
			}
			m[name] = source
			rest = strings.TrimPrefix(next, ",")
		}
	}
	return m, nil
}

// mapWord reads one name up to end, which stays at the head of after.
func mapWord(s string, end byte) (word, after string, err error) {
	s = strings.TrimLeft(s, " ")
	if !strings.HasPrefix(s, `"`) {
		k := strings.IndexByte(s, end)
		if k < 0 {
			k = len(s)
		}
		return strings.TrimSpace(s[:k]), s[k:], nil
	}
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			i++
			continue
		}
		after = strings.TrimLeft(s[i+1:], " ")
		if after != "" && after[0] != end {
			return "", "", mapFault(fmt.Sprintf("--map has text after the closing quote of %s", s[:i+1]))
		}
		return strings.ReplaceAll(s[1:i], `""`, `"`), after, nil
	}
	return "", "", mapFault(fmt.Sprintf("--map leaves a quote open: %s", s))
}

func mapFault(reason string) error {
	return fault.New(fault.Usage, reason, `--map customer=Client,total="Amount, net"`)
}
