package network

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Find is the consultant that a selector names: by ref, by id as id:7, or by name. None is a fault.NotFound, several of one
// name are a fault.Ambiguous.
func Find(v *book.View, selector string) (Consultant, error) {
	var found []Consultant
	var refs []string
	word := strings.TrimSpace(selector)
	for c, err := range List(v) {
		if err != nil {
			return c, err
		}
		ref := strings.TrimPrefix(word, "ref:")
		if c.Ref == ref || fmt.Sprintf("id:%d", c.ID) == word {
			return c, nil
		}
		if refs = append(refs, c.Ref); word != "" && (book.Fold(c.Name) == book.Fold(word) || book.Fold(c.Ref) == book.Fold(ref)) {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		e := &fault.Error{Kind: fault.NotFound, Noun: "consultant", Key: selector, Reason: "there is none with this ref, id or name"}
		if near := fault.Nearest(word, refs); near != "" {
			e.Hint = "did you mean " + near + "?"
		}
		return Consultant{}, e
	case 1:
		return found[0], nil
	}
	e := &fault.Error{Kind: fault.Ambiguous, Noun: "consultant", Key: selector, Reason: fmt.Sprintf("%d consultants fit", len(found)), Hint: "name one by its ref"}
	for _, c := range found {
		e.Detail = append(e.Detail, c.Ref+"  "+c.Name)
	}
	return Consultant{}, e
}
