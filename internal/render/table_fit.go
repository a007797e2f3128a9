package render

import (
	"slices"
	"strings"
)

// narrowest is how far a text column shrinks: a day such as 2026-11-22 stays whole, a name is still known. Columns of a rank
// are left out before others shrink below readable.
const (
	narrowest = 10
	readable  = 16
)

// layout is a table on its way into a width.
type layout struct {
	heads   [][]string // the lines of each head
	rows    [][]string // clean cells
	right   []bool
	widths  []int
	dropped []string // heads of columns left out
	deep    int      // lines of the tallest head
}

func newLayout(heads []string, rows [][]string, right []bool) *layout {
	t := &layout{widths: make([]int, len(heads)), right: make([]bool, len(heads)), deep: 1}
	copy(t.right, right)
	for i, h := range heads {
		h = Clean(h)
		t.heads = append(t.heads, []string{h})
		t.widths[i] = widthOf(h)
	}
	t.rows = make([][]string, len(rows))
	for j, r := range rows {
		line := make([]string, min(len(r), len(heads)))
		for i := range line {
			line[i] = Clean(r[i])
			t.widths[i] = max(t.widths[i], widthOf(line[i]))
		}
		t.rows[j] = line
	}
	return t
}

// fit brings the table into width.
func (t *layout) fit(width int, ranks []int) {
	if total(t.widths) <= width {
		return
	}
	bodies := t.bodyWidths()
	if bodies, ranks = t.leaveOutEmpty(bodies, ranks); total(t.widths) <= width {
		return
	}
	t.breakHeads(bodies)
	out := make([]bool, len(t.widths))
	t.spare(out, t.floors(readable, ranks), width, ranks, 1)
	floors := t.floors(narrowest, ranks)
	t.spare(out, floors, width, ranks, 0)
	for i, is := range out {
		if is {
			t.dropped = append(t.dropped, strings.Join(t.heads[i], "_"))
		}
	}
	t.remove(out)
	floors = kept(floors, out)
	t.deep = 1
	for _, h := range t.heads {
		t.deep = max(t.deep, len(h))
	}
	t.shrink(floors, width)
}

// leaveOutEmpty takes away the columns that hold nothing in any row, which nobody misses: the others are not cut for their sake.
// Without ranks every column was asked for and stays.
func (t *layout) leaveOutEmpty(bodies, ranks []int) ([]int, []int) {
	if !slices.ContainsFunc(bodies, func(w int) bool { return w > 0 }) || ranks == nil {
		return bodies, ranks
	}
	out := make([]bool, len(bodies))
	for i, w := range bodies {
		out[i] = w == 0
	}
	t.remove(out)
	return kept(bodies, out), kept(ranks, out[:min(len(ranks), len(out))])
}

// floors are how far each column shrinks, a text column to so much; one of a rank below 0 does not.
func (t *layout) floors(text int, ranks []int) []int {
	floors := make([]int, len(t.widths))
	for i, w := range t.widths {
		floors[i] = w
		if !t.right[i] && (i >= len(ranks) || ranks[i] >= 0) {
			floors[i] = min(w, text)
		}
	}
	return floors
}

// spare marks columns to leave out so that the others fit, each at its floor: the highest ranks first, down to the least, of
// equals the rightmost. One column stays.
func (t *layout) spare(out []bool, floors []int, width int, ranks []int, least int) {
	for left := len(kept(floors, out)); left > 1 && total(kept(floors, out)) > width; left-- {
		next, rank := -1, least
		for i := range floors {
			own := 0
			if i < len(ranks) {
				own = ranks[i]
			}
			if !out[i] && own >= rank {
				next, rank = i, own
			}
		}
		if next < 0 {
			return
		}
		out[next] = true
	}
}

// remove takes columns away.
func (t *layout) remove(out []bool) {
	if !slices.Contains(out, true) {
		return
	}
	t.widths, t.right, t.heads = kept(t.widths, out), kept(t.right, out), kept(t.heads, out)
	for i, r := range t.rows {
		t.rows[i] = kept(r, out[:len(r)])
	}
}

// kept is a list without what is left out.
func kept[T any](list []T, out []bool) []T {
	var rest []T
	for i, one := range list {
		if !out[i] {
			rest = append(rest, one)
		}
	}
	return rest
}

// shrink takes columns away from the widest text column until the table fits.
func (t *layout) shrink(floors []int, width int) {
	for over := total(t.widths) - width; over > 0; over-- {
		widest := -1
		for i, w := range t.widths {
			if w > floors[i] && (widest < 0 || w > t.widths[widest]) {
				widest = i
			}
		}
		if widest < 0 { // one column is left and is still too wide, or several that should stay whole
			if clear(floors); slices.Max(t.widths) <= 1 {
				return
			}
			over++
			continue
		}
		t.widths[widest]--
	}
}

// bodyWidths is the width of each column without its head.
func (t *layout) bodyWidths() []int {
	bodies := make([]int, len(t.widths))
	for _, r := range t.rows {
		for i, c := range r {
			bodies[i] = max(bodies[i], widthOf(c))
		}
	}
	return bodies
}

// breakHeads puts heads wider than their columns on several lines, broken at underscores.
func (t *layout) breakHeads(bodies []int) {
	for i, h := range t.heads {
		if t.widths[i] <= bodies[i] {
			continue
		}
		words := strings.Split(h[0], "_")
		room := bodies[i]
		for _, w := range words {
			room = max(room, widthOf(w))
		}
		lines := words[:1:1]
		for _, w := range words[1:] {
			if joined := lines[len(lines)-1] + "_" + w; widthOf(joined) <= room {
				lines[len(lines)-1] = joined
			} else {
				lines = append(lines, w)
			}
		}
		t.heads[i], t.widths[i] = lines, room
	}
}

// headText is the head of a column with its last line on the rule.
func (t *layout) headText(i int) string {
	lines := make([]string, t.deep)
	above := t.deep - len(t.heads[i])
	for j, l := range t.heads[i] {
		lines[above+j] = cut(l, t.widths[i])
	}
	return strings.Join(lines, "\n")
}

// total is the width of columns with their gaps.
func total(widths []int) int {
	n := len(gap) * max(0, len(widths)-1)
	for _, w := range widths {
		n += w
	}
	return n
}
