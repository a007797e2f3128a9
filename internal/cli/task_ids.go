package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// idOf reads the id of something that has no other name: 42 or id:42.
func idOf(noun, text string) (int64, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(text), "id:"), 10, 64)
	if err != nil || id < 1 {
		return 0, &fault.Error{Kind: fault.Usage, Noun: noun, Key: text, Reason: "that is no id; needed is a number such as 42",
			Hint: "list them with: perla " + noun + " list"}
	}
	return id, nil
}

// idsOf reads several ids, each counted once; - stands for those on standard input, one a line, as -o ids prints them.
func (a *app) idsOf(noun string, words []string) (ids []int64, err error) {
	list, err := a.selectors(words)
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	for _, p := range list {
		id, err := idOf(noun, p.selector)
		if err != nil {
			return nil, p.locate(err)
		}
		if !seen[id] {
			seen[id], ids = true, append(ids, id)
		}
	}
	return ids, nil
}

// mostNamed is how many ids the name of an operation holds.
const mostNamed = 20

// operationOnIDs names an operation by its verb and the ids it is about.
func operationOnIDs(verb string, ids []int64) string {
	for i, id := range ids {
		if i == mostNamed {
			return fmt.Sprintf("%s and %d more", verb, len(ids)-mostNamed)
		}
		verb += fmt.Sprintf(" %d", id)
	}
	return verb
}
