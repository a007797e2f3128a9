package contacts

import (
	"hash/maphash"
	"slices"
)

// memory is what the customers of an import into an empty book were known by so far, so that no row need be looked up
// in the book for which there is nothing to be found.
type memory struct {
	seed maphash.Seed
	ids  map[uint64]int64   // the first customer with a key, by its hash
	more map[uint64][]int64 // the others
}

func newMemory(rows int) *memory {
	return &memory{maphash.MakeSeed(), make(map[uint64]int64, rows), map[uint64][]int64{}}
}

func (m *memory) hash(by identity, key string) uint64 {
	return maphash.String(m.seed, key) + uint64(by)
}

func (m *memory) add(by identity, key string, id int64) {
	h := m.hash(by, key)
	switch known, taken := m.ids[h]; {
	case !taken:
		m.ids[h] = id
	case known != id && !slices.Contains(m.more[h], id):
		m.more[h] = append(m.more[h], id)
	}
}

// meet remembers by what a customer of this import can be found.
func (im *importer) meet(c *Customer) {
	if im.met == nil {
		return
	}
	for _, w := range im.ways() {
		if w.by == knownByContent && (c.Ref != "" || c.Email != "" || c.E164 != "") {
			continue // a row known by its content alone does not mean her
		}
		for key := range w.keys(c) {
			im.met.add(w.by, key, c.ID)
		}
	}
}

// remembered is readFound for the customers this import has made, when there are no others.
func (im *importer) remembered(w way, list []sought) error {
	type hit struct {
		sought
		id int64
	}
	var hits []hit
	for _, s := range list {
		h := im.met.hash(w.by, s.key)
		if id, met := im.met.ids[h]; met {
			hits = append(hits, hit{s, id})
		}
		for _, id := range im.met.more[h] {
			hits = append(hits, hit{s, id})
		}
	}
	if len(hits) == 0 {
		return nil
	}
	f, err := im.save.feed("met", "i", "id")
	if err != nil {
		return err
	}
	f.Load(len(hits), func(row, column int) any { return [...]int64{int64(row), hits[row].id}[column] })
	list = list[:0]
	for _, h := range hits {
		list = append(list, h.sought)
	}
	fits := w.fits
	w.fits = func(g *group, c *Customer) bool { // two keys may have one hash
		for key := range w.keys(&g.row.Customer) {
			if has(w.keys(c), key) {
				return fits(g, c)
			}
		}
		return false
	}
	return im.readFound(w, list, `SELECT f.i, f.id FROM temp.`+f.Name+` f`)
}
