package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
)

// piped is a selector, and the line of standard input it stands on; 0 for one of the command line.
type piped struct {
	selector string
	line     int
}

// idsNamed gives the ids of those that selectors name, each once, as find tells them; - stands for the selectors on
// standard input, a line each.
func (a *app) idsNamed(ctx context.Context, args []string, find func(*book.View, []string) ([]int64, int, error)) ([]int64, error) {
	list, err := a.selectors(args)
	if err != nil {
		return nil, err
	}
	return a.idsFound(ctx, list, find)
}

// idsFound gives the ids of those that a list of selectors names, each once.
func (a *app) idsFound(ctx context.Context, list []piped, find func(*book.View, []string) ([]int64, int, error)) (ids []int64, err error) {
	selectors := make([]string, len(list))
	for i, p := range list {
		selectors[i] = p.selector
	}
	err = a.view(ctx, func(v *book.View) error {
		found, at, err := find(v, selectors)
		if err != nil {
			return list[at].locate(err)
		}
		ids = found
		return nil
	})
	return ids, err
}

// customerIDs gives the ids of the customers that selectors name.
func (a *app) customerIDs(ctx context.Context, args []string) ([]int64, error) {
	return a.idsNamed(ctx, args, contacts.FindAll)
}

// customersNamed gives the customers themselves.
func (a *app) customersNamed(ctx context.Context, args []string) (found []contacts.Customer, err error) {
	ids, err := a.customerIDs(ctx, args)
	if err != nil {
		return nil, err
	}
	err = a.view(ctx, func(v *book.View) error {
		found, err = contacts.GetAll(v, ids)
		return err
	})
	return found, err
}

// locate says on which line of standard input the selector stands that nobody, or more than one, has.
func (p piped) locate(err error) error {
	var known *fault.Error
	if p.line > 0 && errors.As(err, &known) {
		known.Key = fmt.Sprintf("%s (line %d)", known.Key, p.line)
	}
	return err
}

// longestSelector is how many bytes a line of standard input may have.
const longestSelector = 1 << 20

// selectors are the arguments, with - replaced by the lines of standard input that hold anything. The header that a file
// of ids has is none of them.
func (a *app) selectors(args []string) (list []piped, err error) {
	read := false
	for _, arg := range args {
		if arg != "-" {
			list = append(list, piped{arg, 0})
			continue
		}
		if read {
			return nil, fault.New(fault.Usage, "- is given twice, and standard input can be read once", "")
		}
		read = true
		lines, err := a.pipedSelectors()
		if err != nil {
			return nil, err
		}
		list = append(list, lines...)
	}
	return list, nil
}

func (a *app) pipedSelectors() (list []piped, err error) {
	in, err := a.stdin("-")
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestSelector)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if n == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
			if strings.HasPrefix(text, "id,") || strings.HasPrefix(text, "id\t") {
				return nil, fault.New(fault.Usage, "standard input is a table; needed is a selector a line", "pipe ids alone: perla customer list -o ids")
			}
		}
		if text == "" || n == 1 && strings.EqualFold(strings.Trim(text, `"`), "id") {
			continue
		}
		list = append(list, piped{text, n})
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fault.New(fault.Usage, fmt.Sprintf("standard input has a line of more than %d bytes; needed is a selector a line", longestSelector), "")
	} else if err != nil {
		return nil, &fault.Error{Kind: fault.IO, Noun: "standard input", Err: cause(err)}
	}
	return list, nil
}

// operationOn names an operation by its verb and the customers it is about.
func operationOn(verb string, on []contacts.Customer) string {
	ids := make([]int64, len(on))
	for i := range on {
		ids[i] = on[i].ID
	}
	return operationOnIDs(verb, ids)
}
