package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// enum is the value of a flag that takes one of a few words. tidy completes them in the shell.
type enum struct {
	value *string
	words []string
}

// enumOf is a flag value that writes into p, whose present value is the default:
//
//	cmd.Flags().Var(enumOf(&o.mode, "upsert", "create", "update"), "mode", "what to do with known rows")
func enumOf(p *string, words ...string) *enum { return &enum{p, words} }

// String is the present value.
func (e *enum) String() string { return *e.value }

// Set takes a word, or refuses it with the nearest one.
func (e *enum) Set(s string) error {
	if !slices.Contains(e.words, s) {
		return notAmong(s, e.words)
	}
	*e.value = s
	return nil
}

// Type is what help shows for the value.
func (e *enum) Type() string { return strings.Join(e.words, "|") }

// notAmong refuses a word that is none of a list.
func notAmong(word string, words []string) *fault.Error {
	return &fault.Error{Kind: fault.Usage, Reason: fmt.Sprintf("%q is not one of %s", word, strings.Join(words, ", ")),
		Hint: didYouMean("", word, words)}
}

// didYouMean is a hint at the nearest of some words, or "" when none is near; before is what stands before the word.
func didYouMean(before, word string, words []string) string {
	near := fault.Nearest(word, words)
	if near == "" {
		return ""
	}
	return "did you mean " + before + near + "?"
}
