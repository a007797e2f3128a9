package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

// outboxWork goes through messages that a person sends by hand, one after the other, and marks each.
func outboxWork(a *app) *cobra.Command {
	var o outboxFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "work",
		Short: "Go through chats, calls and letters by hand, marking each as sent",
		Long: `Go through messages that are sent by hand, one after the other: of a chat the
link that opens it with the words, of a call the number, of a letter the
address. After each say y when it is done, n to leave it, q to stop. Without a
terminal they are listed: mark them with perla outbox resolve.`,
		Example: `perla outbox work --channel whatsapp`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var list []outreach.Message
			err := a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.query(v, nil)
				if err != nil {
					return err
				}
				all, err := outreach.Waiting(v, q)
				for _, m := range all {
					if o.channel != "" || m.Channel != "email" {
						list = append(list, m)
					}
				}
				return err
			})
			if err != nil {
				return err
			}
			if !isTerminal(a.env.In) || !isTerminal(a.env.Out) || a.askedForRows() {
				return emitSlice(a, sheet.Outbox, list)
			}
			return a.workThrough(cmd, list)
		},
	}, sheet.Outbox))
	o.register(a, cmd)
	return cmd
}

// workThrough shows one message after the other and asks whether it is done.
func (a *app) workThrough(cmd *cobra.Command, list []outreach.Message) error {
	for i, m := range list {
		text := fmt.Sprintf("%d of %d  %s  %s\n%s\n", i+1, len(list), printable(m.Customer), printable(m.Address), printableLines(strings.TrimSpace(m.Text)))
		if m.Channel == "whatsapp" {
			text += outreach.ChatLink(m.Address, m.Text) + "\n"
		}
		if err := a.write(func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}); err != nil {
			return err
		}
		fmt.Fprint(a.env.Err, "done? [y/n/q] ")
		word, err := a.answer(cmd.Context())
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(strings.ToLower(word), "q"):
			return nil
		case !strings.HasPrefix(strings.ToLower(word), "y"):
			continue
		}
		err = a.update(cmd.Context(), fmt.Sprintf("outbox work %d", m.ID), func(tx *book.Tx) error {
			now, err := outreach.GetMessage(tx.View, m.ID)
			if err != nil {
				return err
			}
			return outreach.Resolve(tx, []outreach.Message{now}, "sent")
		})
		if err != nil {
			return err
		}
	}
	return nil
}
