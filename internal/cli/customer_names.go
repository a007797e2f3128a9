package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/network"
)

// completed is how many names a shell is offered.
const completed = 50

// customerNames completes a selector of a customer: by id, with her name beside it, and once letters are typed by the
// rest of her name or e-mail, since a shell drops what does not begin as typed.
func customerNames(v *book.View, typed string) (words []cobra.Completion, err error) {
	letters := book.Fold(typed)
	rows := contacts.List(v, contacts.ListOptions{Sort: "name", Limit: completed})
	if letters != "" {
		rows = contacts.Search(v, typed, contacts.Active, 20*completed)
	}
	for c, err := range rows {
		if err != nil {
			return nil, err
		}
		switch name, id := book.Fold(c.Name), strconv.FormatInt(c.ID, 10); {
		case strings.HasPrefix(id, letters):
			words = append(words, cobra.CompletionWithDesc(id, c.Name))
		case strings.HasPrefix(name, letters):
			words = append(words, cobra.CompletionWithDesc(strings.TrimRight(typed, " ")+name[len(letters):], c.City))
		case strings.HasPrefix(c.Email, letters):
			words = append(words, cobra.CompletionWithDesc(c.Email, c.Name))
		}
		if len(words) == completed {
			break
		}
	}
	return words, nil
}

// consultantNames completes the ref of a consultant.
func consultantNames(v *book.View, typed string) (words []cobra.Completion, err error) {
	for c, err := range network.List(v, network.ListOptions{}) {
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(c.Ref, typed) && len(words) < completed {
			words = append(words, cobra.CompletionWithDesc(c.Ref, c.Name))
		}
	}
	return words, nil
}
