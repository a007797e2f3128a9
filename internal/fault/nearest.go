package fault

import (
	"strings"
)

// Nearest is the candidate a mistyped word most likely meant, or "" when none is near.
//
// Near is a Damerau-Levenshtein distance (insert, delete, replace, swap neighbours) of at most a third of the word's length,
// or a candidate that begins with the word. Case and the choice between - and _ do not count. Beginnings come before
// distances above zero, smaller distances before larger, then the candidate with the word's first letter, then the
// shorter candidate, then the order given.
func Nearest(word string, candidates []string) string {
	w := foldWord(word)
	limit := (len(w) + 1) / 3
	best, bestRank, bestFirst, bestLen := "", -1, false, 0
	for _, c := range candidates {
		f := foldWord(c)
		rank := 2 * distance(w, f)
		switch {
		case len(w) >= 2 && len(f) > len(w) && strings.HasPrefix(string(f), string(w)):
			rank = 1
		case rank > 2*limit:
			continue
		}
		first := len(w) > 0 && len(f) > 0 && w[0] == f[0]
		better := rank < bestRank
		if rank == bestRank {
			better = first && !bestFirst || first == bestFirst && len(f) < bestLen
		}
		if bestRank < 0 || better {
			best, bestRank, bestFirst, bestLen = c, rank, first, len(f)
		}
	}
	return best
}

func foldWord(s string) []rune {
	return []rune(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "-", "_"))
}

// distance is the optimal string alignment distance: Damerau-Levenshtein where no stretch is edited twice.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
