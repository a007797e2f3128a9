package contacts

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"strconv"
)

// blockEntry puts one customer into one block, named by a hash.
type blockEntry struct {
	block uint64
	who   int32
}

const (
	widestBlock = 48 // how many customers of one block are compared all with all
	neighbours  = 16 // with how many of a wider one each is compared
)

// candidates calls fn with each pair of customers that have something in common besides their names, the one with the
// lower id first, once for each thing: an e-mail, its local part or its Gmail mailbox, a phone; or a birthday, home or
// company together with a word of their names. Of, unless it is 0, asks for the pairs of one customer alone.
func candidates(ctx context.Context, people []profile, of int64, fn func(a, b *profile)) error {
	pair := func(i, j int32) {
		if i != j {
			fn(&people[min(i, j)], &people[max(i, j)])
		}
	}
	entries := blocks(people)
	for len(entries) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		end := 1
		for end < len(entries) && entries[end].block == entries[0].block {
			end++
		}
		block := entries[:end]
		entries = entries[end:]
		if of == 0 {
			pairUp(people, block, pair)
		} else if i := slices.IndexFunc(block, func(e blockEntry) bool { return people[e.who].id == of }); i >= 0 {
			for _, e := range block {
				pair(block[i].who, e.who)
			}
		}
	}
	return nil
}

// pairUp pairs those of one block: all with all, or in a wide one each with those next to her by name, which is the
// sorted neighbourhood of Hernandez and Stolfo (The Merge/Purge Problem for Large Databases, SIGMOD 1995, p. 127).
func pairUp(people []profile, block []blockEntry, pair func(i, j int32)) {
	reach := len(block)
	if reach > widestBlock {
		reach = neighbours
		slices.SortFunc(block, func(a, b blockEntry) int {
			return cmp.Or(cmp.Compare(people[a.who].name.sorted, people[b.who].name.sorted), cmp.Compare(a.who, b.who))
		})
	}
	for i := range block {
		for j := i + 1; j < min(len(block), i+1+reach); j++ {
			pair(block[i].who, block[j].who)
		}
	}
}

// blocks puts every customer into her blocks, those of one block next to each other.
func blocks(people []profile) []blockEntry {
	seed := maphash.MakeSeed()
	entries := make([]blockEntry, 0, 8*len(people))
	for i := range people {
		p := &people[i]
		put := func(sort byte, mark, more string) {
			if mark != "" {
				hash := (maphash.String(seed, mark)+uint64(sort))*0x9E3779B97F4A7C15 + maphash.String(seed, more)
				entries = append(entries, blockEntry{hash, int32(i)})
			}
		}
		for _, r := range p.emails {
			put('e', r.key, "")
			put('g', gmailKey(r.key), "")
			if local := localPart(r.key); tellingLocalPart(local) {
				put('l', local, "")
			}
		}
		for _, r := range p.phones {
			put('p', r.key, "")
		}
		day := p.birthday
		if len(day) > 5 {
			day = day[len(day)-5:]
		}
		for _, w := range p.name.words {
			put('b', day, w)
			put('a', p.address, w)
			put('c', p.postcode, w)
			if p.works != 0 {
				put('f', strconv.FormatInt(p.works, 10), w)
			}
		}
	}
	slices.SortFunc(entries, func(a, b blockEntry) int {
		return cmp.Or(cmp.Compare(a.block, b.block), cmp.Compare(a.who, b.who))
	})
	return slices.Compact(entries)
}
