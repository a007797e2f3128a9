package network

import "github.com/perla-crm/perla/internal/money"

// Tree is who works under whom, over places 0..n-1. Nothing in it is recursive: it may be as deep as it has places.
type Tree struct {
	parent []int32 // the place of the sponsor; -1 at the top
	order  []int32 // every place, a sponsor before those under her; those of one sponsor by place
	depth  []int32 // 0 at the top
	first  []int32 // where in kids those right under a place begin; n+1 of them
	kids   []int32 // by sponsor, then by place
}

// NewTree makes a tree of the place of each one's sponsor, -1 for none. Where some would work under themselves there is no
// tree, and circle holds the places of one such ring: each works under the next, the last under the first.
func NewTree(parents []int32) (t *Tree, circle []int32) {
	n := len(parents)
	t = &Tree{parent: parents, order: make([]int32, 0, n), depth: make([]int32, n), first: make([]int32, n+1), kids: make([]int32, n)}
	for _, p := range parents {
		if p >= 0 {
			t.first[p+1]++
		}
	}
	for i := range n {
		t.first[i+1] += t.first[i]
	}
	t.kids = t.kids[:t.first[n]]
	at := make([]int32, n)
	copy(at, t.first)
	for i, p := range parents {
		if p >= 0 {
			t.kids[at[p]] = int32(i)
			at[p]++
		} else {
			t.order = append(t.order, int32(i))
		}
	}
	for next := 0; next < len(t.order); next++ {
		place := t.order[next]
		for _, kid := range t.Under(place) {
			t.depth[kid] = t.depth[place] + 1
			t.order = append(t.order, kid)
		}
	}
	if len(t.order) < n {
		return nil, ring(parents)
	}
	return t, nil
}

// ring finds places that work under themselves. There are some.
func ring(parents []int32) (circle []int32) {
	seen := make([]int32, len(parents)) // 1 + the place from which a walk came by
	for start := range parents {
		at := int32(start)
		for at >= 0 && seen[at] == 0 {
			seen[at] = int32(start) + 1
			at = parents[at]
		}
		if at < 0 || seen[at] != int32(start)+1 {
			continue
		}
		for p := at; ; {
			circle = append(circle, p)
			if p = parents[p]; p == at {
				return circle
			}
		}
	}
	return nil
}

// Len is how many places there are.
func (t *Tree) Len() int { return len(t.parent) }

// Parent is the place of the sponsor; -1 at the top.
func (t *Tree) Parent(place int32) int32 { return t.parent[place] }

// Depth is how many sponsors are above a place.
func (t *Tree) Depth(place int32) int32 { return t.depth[place] }

// Under are the places right under one, ascending.
func (t *Tree) Under(place int32) []int32 { return t.kids[t.first[place]:t.first[place+1]] }

// Order is every place, a sponsor before those under her.
func (t *Tree) Order() []int32 { return t.order }

// Group adds up what each place and all below it have, in one pass from the leaves.
func (t *Tree) Group(own []money.Amount) []money.Amount {
	group := make([]money.Amount, len(own))
	copy(group, own)
	for i := len(t.order) - 1; i >= 0; i-- {
		place := t.order[i]
		if p := t.parent[place]; p >= 0 {
			group[p] += group[place]
		}
	}
	return group
}

// Nearest is for each place the nearest sponsor above it for which active holds; -1 where there is none.
func (t *Tree) Nearest(active []bool) []int32 {
	nearest := make([]int32, len(t.parent))
	for _, place := range t.order {
		switch p := t.parent[place]; {
		case p < 0:
			nearest[place] = -1
		case active[p]:
			nearest[place] = p
		default:
			nearest[place] = nearest[p]
		}
	}
	return nearest
}

// Walk yields places from the top down, each followed at once by all below it, down to a depth below where it began: the
// whole tree from its tops, or what is under root where that is not -1. It yields the depth below the beginning too.
func (t *Tree) Walk(root int32, deepest int, yield func(place int32, depth int) bool) {
	type step struct {
		place int32
		depth int
	}
	var stack []step
	if root >= 0 {
		stack = append(stack, step{root, 0})
	} else {
		for i := len(t.order) - 1; i >= 0; i-- {
			if t.depth[t.order[i]] == 0 {
				stack = append(stack, step{t.order[i], 0})
			}
		}
	}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !yield(s.place, s.depth) {
			return
		}
		if deepest >= 0 && s.depth == deepest {
			continue
		}
		under := t.Under(s.place)
		for i := len(under) - 1; i >= 0; i-- {
			stack = append(stack, step{under[i], s.depth + 1})
		}
	}
}
