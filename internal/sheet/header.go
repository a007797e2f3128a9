package sheet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/perla-crm/perla/internal/fault"
)

// reasonColumn is the column the rejects file adds; an import passes over it.
const reasonColumn = "perla_reason"

// target is a column of a noun as the header of a file must meet it.
type target struct {
	name     string
	also     []string
	required bool
	settable bool // false: known, and passed over
	byMap    bool // only --map finds it
	foreign  bool // of another program's file: --map does not name it
}

// mapping says where the columns of a noun stand in a file.
type mapping struct {
	source  []int    // for each target its place in the header, -1 for none
	unknown []string // header names that mean nothing, as written
}

// How well a header name fits a column, the best last.
const (
	noFit = iota
	fitsSynonym
	fitsFolded
	fitsExactly
)

// mapper maps one header.
type mapper struct {
	file    string
	header  []string
	folded  []string
	targets []target
	fixed   []bool // by target: --map has settled it
	used    []bool // by header place: --map reads it
	m       mapping
}

// mapHeader finds each target in the header: what --map says first, then the canonical name, then a synonym. Two places that fit one
// target equally well are refused, and so is a header without a required column.
func mapHeader(file string, header []string, targets []target, explicit map[string]string) (mapping, error) {
	h := mapper{file: file, header: header, targets: targets, folded: make([]string, len(header)),
		fixed: make([]bool, len(targets)), used: make([]bool, len(header))}
	for i, name := range header {
		h.folded[i] = foldName(name)
	}
	h.m.source = slices.Repeat([]int{-1}, len(targets))
	if err := h.explicit(explicit); err != nil {
		return mapping{}, err
	}
	if err := h.byName(); err != nil {
		return mapping{}, err
	}
	return h.m, h.required()
}

// explicit obeys --map.
func (h *mapper) explicit(pairs map[string]string) error {
	names := make([]string, 0, len(pairs))
	for name := range pairs {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t, err := h.target(name)
		if err != nil {
			return err
		}
		h.fixed[t] = true
		if pairs[name] == "" {
			continue
		}
		place, err := h.place(name, pairs[name])
		if err != nil {
			return err
		}
		h.m.source[t], h.used[place] = place, true
	}
	return nil
}

// target finds the column that --map names.
func (h *mapper) target(name string) (int, error) {
	var names []string
	found := -1
	for i, t := range h.targets {
		switch {
		case !t.settable || t.foreign:
			continue
		case t.name == name:
			return i, nil
		case found < 0 && foldName(t.name) == foldName(name):
			found = i
		}
		names = append(names, t.name)
	}
	if found >= 0 {
		return found, nil
	}
	return 0, &fault.Error{Kind: fault.Usage, Reason: fmt.Sprintf("--map: no column %s can be imported", quoteName(name)),
		Hint: didYouMean(fault.Nearest(name, names)) + "the columns are " + strings.Join(names, ", ")}
}

// place finds the header name that --map wants for a column: as written, or else with the tolerance synonyms have.
func (h *mapper) place(column, source string) (int, error) {
	folded := foldName(source)
	tests := []func(i int) bool{
		func(i int) bool { return h.header[i] == source },
		func(i int) bool { return strings.TrimSpace(h.header[i]) == strings.TrimSpace(source) },
		func(i int) bool { return h.folded[i] == folded && folded != "" },
	}
	for _, fits := range tests {
		var places []int
		for i := range h.header {
			if fits(i) {
				places = append(places, i)
			}
		}
		switch len(places) {
		case 0:
		case 1:
			return places[0], nil
		default:
			return 0, &fault.Error{Kind: fault.Usage, Key: h.file, Reason: fmt.Sprintf("--map %s=%s: columns %d and %d both have this name", column, source, places[0]+1, places[1]+1)}
		}
	}
	return 0, &fault.Error{Kind: fault.Usage, Key: h.file, Reason: fmt.Sprintf("--map %s=%s: the file has no column %s", column, source, quoteName(source)),
		Hint: didYouMean(quoteSome(fault.Nearest(source, h.header))) + "it has " + h.list()}
}

// byName fits the remaining header names to the remaining columns.
func (h *mapper) byName() error {
	fits := h.fits()
	best := make([]int, len(h.targets)) // by target: how well its best name fits
	for _, f := range fits {
		if f.rank > noFit {
			best[f.target] = max(best[f.target], f.rank)
		}
	}
	for i, f := range fits {
		t := f.target
		if f.rank == noFit || f.rank < best[t] || h.fixed[t] {
			continue
		}
		if h.m.source[t] >= 0 && h.targets[t].settable {
			return h.clash(t, h.m.source[t], i)
		}
		h.m.source[t] = i
	}
	for i, name := range h.header {
		known := h.used[i] || fits[i].rank != noFit && h.m.source[fits[i].target] == i
		if !known && h.folded[i] != "" && h.folded[i] != foldName(reasonColumn) {
			h.m.unknown = append(h.m.unknown, name)
		}
	}
	for t := range h.targets {
		if !h.targets[t].settable {
			h.m.source[t] = -1
		}
	}
	return nil
}

// clash refuses two header names that fit one column equally well.
func (h *mapper) clash(t, a, b int) error {
	name := h.targets[t].name
	e := &fault.Error{Kind: fault.Rejected, Key: h.file, Field: name,
		Reason: fmt.Sprintf("column %d %s and column %d %s both fit", a+1, quoteName(h.header[a]), b+1, quoteName(h.header[b])),
		Hint:   fmt.Sprintf("say which: --map %s=%s or --map %s=%s", name, mapName(h.header[a]), name, mapName(h.header[b]))}
	if h.header[a] == h.header[b] {
		e.Hint = "rename one of them in the file" // --map could not tell them apart either
	}
	return e
}

// fit is the column a header name fits best.
type fit struct{ target, rank int }

func (h *mapper) fits() []fit {
	known := map[string]fit{} // by folded name
	exact := map[string]fit{} // as written: two names may be folded alike
	learn := func(name string, t, rank int) {
		if old, ok := known[name]; !ok || rank > old.rank {
			known[name] = fit{t, rank}
		}
	}
	for t, target := range h.targets {
		if target.byMap {
			continue
		}
		learn(foldName(target.name), t, fitsFolded)
		for _, s := range target.also {
			learn(foldName(s), t, fitsSynonym)
			if _, taken := exact[s]; !taken {
				exact[s] = fit{t, fitsSynonym}
			}
		}
		exact[target.name] = fit{t, fitsExactly}
	}
	fits := make([]fit, len(h.header))
	for i, folded := range h.folded {
		if h.used[i] || folded == "" {
			continue
		}
		fits[i] = known[folded]
		if f, ok := exact[h.header[i]]; ok {
			fits[i] = f
		}
	}
	return fits
}

// required refuses a header without a column that must be there.
func (h *mapper) required() error {
	var missing, maps []string
	for t, target := range h.targets {
		if !target.required || h.m.source[t] >= 0 {
			continue
		}
		missing = append(missing, target.name)
		source := fault.Nearest(target.name, h.m.unknown)
		if source == "" {
			source = "NAME"
		}
		maps = append(maps, target.name+"="+mapName(source))
	}
	if missing == nil {
		return nil
	}
	hint := "say which column it is: --map " + strings.Join(maps, ",")
	if len(h.header) == 1 {
		hint += "; if the file has more than one column, name its --delimiter"
	}
	return &fault.Error{Kind: fault.Rejected, Key: h.file, Reason: fmt.Sprintf("the header has no column for %s; it has %s", strings.Join(missing, ", "), h.list()), Hint: hint}
}

// list names the columns of the file.
func (h *mapper) list() string { return nameList(h.header) }

// nameList joins header names for a message.
func nameList(names []string) string {
	shown := make([]string, len(names))
	for i, n := range names {
		shown[i] = quoteName(n)
	}
	return strings.Join(shown, ", ")
}

// quoteName shows a name of the file in a sentence: as it is when it is a plain word, else in quotes with control characters visible;
// a very long one is cut.
func quoteName(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' && r != '.' {
			return strconv.Quote(s)
		}
	}
	if s == "" {
		return `""`
	}
	return s
}

func quoteSome(s string) string {
	if s == "" {
		return ""
	}
	return quoteName(s)
}

// mapName writes a name the way ParseMap reads it.
func mapName(s string) string {
	if strings.ContainsAny(s, `,="`) || strings.TrimSpace(s) != s {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

func didYouMean(near string) string {
	if near == "" {
		return ""
	}
	return "did you mean " + near + "? "
}

// foldName is what counts of a column name: letters without case and accents; spaces, underscores, hyphens and a closing mark of the
// form it came from ("E-mail *", "Total:") do not.
func foldName(s string) string {
	s = strings.TrimRight(strings.TrimSpace(s), "*:. \u00a0")
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) || unicode.IsSpace(r) || r == '_' || r == '-' {
			continue
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
