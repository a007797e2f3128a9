package cli

import (
	"slices"
	"strings"
)

// sortKey is the value of a --sort flag: one of a few columns, with - before it to sort downwards.
type sortKey struct{ enum }

// sortBy is a flag value that writes into p:
//
//	cmd.Flags().Var(sortBy(&o.sort, sales.SortNames), "sort", "sort by `COLUMN`, with - before it downwards")
func sortBy(p *string, columns []string) *sortKey { return &sortKey{enum{p, columns}} }

// Set takes a column, or refuses it with the nearest one.
func (s *sortKey) Set(word string) error {
	column := strings.TrimPrefix(word, "-")
	if !slices.Contains(s.words, column) {
		return notAmong(column, s.words)
	}
	*s.value = word
	return nil
}

// Type is what help shows for the value.
func (s *sortKey) Type() string { return "column" }
