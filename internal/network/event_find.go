package network

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// coded is a row of a table that has a code and a name.
type coded struct {
	id         int64
	code, name string
}

// findCoded is the id of the one event or course that a selector names. In this order, the first that names any decides:
// an exact code, id:42, a code whatever its case and accents, an exact name, beginnings of the words of code and name,
// and a number that is no code as an id. verbs is the command that lists them.
func findCoded(v *book.View, noun, verbs, selector string) (int64, error) {
	selector = strings.TrimSpace(selector)
	if selector == "" {
		return 0, &fault.Error{Kind: fault.Usage, Noun: noun, Reason: "the selector is empty", Hint: "name it by code, by id:42 or by name"}
	}
	list, err := book.All(v, func(row book.Scanner) (c coded, err error) {
		err = row.Scan(&c.id, &c.code, &c.name)
		return c, err
	}, `SELECT id, code, name FROM `+noun+`s ORDER BY code`)
	if err != nil {
		return 0, err
	}
	number, byID := strings.CutPrefix(selector, "id:")
	id, err := strconv.ParseInt(number, 10, 64)
	isID := err == nil
	folded := book.Fold(selector)
	words := strings.Fields(folded)
	ways := []func(c coded) bool{
		func(c coded) bool { return c.code == selector },
		func(c coded) bool { return byID && isID && c.id == id },
		func(c coded) bool { return book.Fold(c.code) == folded },
		func(c coded) bool { return book.Fold(c.name) == folded },
		func(c coded) bool { return !byID && isID && c.id == id },
		func(c coded) bool { return !isID && beginWords(words, book.Fold(c.code+" "+c.name)) },
	}
	for _, means := range ways {
		var hits []coded
		for _, c := range list {
			if means(c) {
				hits = append(hits, c)
			}
		}
		switch len(hits) {
		case 0:
		case 1:
			return hits[0].id, nil
		default:
			return 0, severalCoded(noun, selector, hits)
		}
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: noun, Key: selector, Reason: "there is no such " + noun, Hint: "list them with: perla " + verbs + " list"}
	var codes []string
	for _, c := range list {
		codes = append(codes, c.code)
	}
	if near := fault.Nearest(selector, codes); near != "" {
		e.Hint = "did you mean " + shellWord(near) + "?"
	}
	return 0, e
}

func severalCoded(noun, selector string, hits []coded) error {
	e := &fault.Error{Kind: fault.Ambiguous, Noun: noun, Key: selector, Reason: fmt.Sprintf("%d %ss are meant", len(hits), noun),
		Hint: "name one by its code, such as " + shellWord(hits[0].code)}
	for i, c := range hits {
		if i == listed {
			e.Detail = append(e.Detail, fmt.Sprintf("and %d more", len(hits)-listed))
			break
		}
		e.Detail = append(e.Detail, c.code+"  "+c.name)
	}
	return e
}

// freeCode is a fault.Conflict where another event or course than the one with an id has a code.
func freeCode(v *book.View, noun, verbs, code string, id int64) error {
	name, taken, err := book.One(v, book.Scalar[string], `SELECT name FROM `+noun+`s WHERE code = ? AND id <> ?`, code, id)
	if err == nil && taken {
		return &fault.Error{Kind: fault.Conflict, Noun: noun, Key: code, Reason: "there is one already, " + name, Hint: "change it with: perla " + verbs + " edit " + shellWord(code)}
	}
	return err
}
