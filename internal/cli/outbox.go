package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

func outboxCommand(a *app) *cobra.Command {
	cmd := noun("outbox", "Messages that wait, went out, or did not",
		`perla outbox list
perla outbox send              # what would go out; nothing does
perla outbox send --yes`,
		outboxList(a), outboxShow(a), outboxSend(a), outboxWork(a), outboxRetry(a), outboxResolve(a), outboxUnsubscribe(a), outboxExclude(a), outboxInclude(a), outboxExcluded(a))
	cmd.Long = `Messages of campaigns, automations and surveys wait in the outbox. Mail goes
out by SMTP, text and direct messages by a command of yours, each a line of
JSON:

  perla config set smtp_host mail.luz.example
  perla config set smtp_user hola@luz.example
  perla config set smtp_from "Luz <hola@luz.example>"
  perla config set sms_command "my-sms-gateway"

The password is what smtp_password_command prints, PERLA_SMTP_PASSWORD, or kept
in the keyring under perla and the user. The command of a message reads {"id",
"token", "channel", "to", "name", "text", "campaign"} and ends with 0 for sent,
75 for later, anything else for refused. Chats, calls and letters are worked
through by hand: perla outbox work.

Each message is marked in the book before it leaves: whatever happens, none
goes out twice. One whose sender died on its way is unknown until somebody
says: perla outbox resolve.`
	return cmd
}

// outboxFlags choose messages.
type outboxFlags struct {
	campaign, customer, channel string
	statuses                    []string
	limit                       int
}

func (o *outboxFlags) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.campaign, "campaign", "", "only of `CAMPAIGN`")
	f.Var(enumOf(&o.channel, outreach.Channels...), "channel", "only by `CHANNEL`: "+strings.Join(outreach.Channels, ", "))
	f.IntVar(&o.limit, "limit", 0, "at most `N`")
	completeFlag(cmd, "campaign", a.completeFrom(campaignRefs))
}

func (o *outboxFlags) query(v *book.View, args []string) (q outreach.MessageQuery, err error) {
	q = outreach.MessageQuery{Channel: o.channel, Statuses: o.statuses, Limit: o.limit}
	if o.limit < 0 {
		return q, fault.New(fault.Usage, "--limit is not below 0", "")
	}
	if o.campaign != "" {
		c, err := outreach.FindCampaign(v, o.campaign)
		if err != nil {
			return q, err
		}
		q.Campaign = c.ID
	}
	if o.customer != "" {
		c, err := contacts.Find(v, o.customer)
		if err != nil {
			return q, err
		}
		q.Customer = c.ID
	}
	for _, arg := range args {
		id, err := strconv.ParseInt(arg, 10, 64)
		if err != nil || id < 1 {
			return q, fault.New(fault.Usage, fmt.Sprintf("%q is no number of a message", arg), "list them with: perla outbox list")
		}
		q.IDs = append(q.IDs, id)
	}
	return q, nil
}

func outboxList(a *app) *cobra.Command {
	var o outboxFlags
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List messages, with what became of each",
		Long: `List messages. A message is queued, deferred (the server said later), paused
with its campaign, sending, sent, unknown (its sender died on the way), failed,
skipped (she may not be written to any more), cancelled, or holdout. The column
link opens a chat with the words of it.`,
		Example: `perla outbox list
perla outbox list --status unknown,failed
perla outbox list --channel whatsapp --columns customer,link`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.query(v, nil)
				if err != nil {
					return err
				}
				q.Held = true
				return emit(a, sheet.Outbox, outreach.Messages(v, q))
			})
		},
	}, sheet.Outbox)
	o.register(a, cmd)
	cmd.Flags().StringVar(&o.customer, "customer", "", "only to `CUSTOMER`")
	cmd.Flags().Var(wordsOf(&o.statuses, outreach.Statuses...), "status", "only those that are `STATUS,...`: "+strings.Join(outreach.Statuses, ", "))
	completeFlag(cmd, "customer", a.completeFrom(customerNames))
	return cmd
}

// exampleOutbox makes the message that examples speak of.
const exampleOutbox = exampleCampaign + "perla campaign launch spring\n"

func outboxShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:     "show MESSAGE",
		Short:   "Show a message as it goes out, or went",
		Example: exampleOutbox + "perla outbox show 1",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := (&outboxFlags{}).query(v, args)
				if err != nil {
					return err
				}
				m, err := outreach.GetMessage(v, q.IDs[0])
				if err != nil {
					return err
				}
				return emitOne(a, narrow(sheet.Outbox), m)
			})
		},
	}, sheet.Outbox)
}

func outboxRetry(a *app) *cobra.Command {
	var o outboxFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "retry [MESSAGE...]",
		Short: "Put what failed back into the queue",
		Long: `Put messages that failed, were skipped or put off back into the queue, to go
out with the next send: those named, or those that failed of a campaign. What
nobody knows of is not tried again: perla outbox resolve.`,
		Example: `perla outbox retry --channel email`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && o.campaign == "" && o.channel == "" {
				return usage(cmd, "needed is which: numbers, --campaign or --channel")
			}
			if len(args) == 0 {
				o.statuses = []string{"failed", "deferred"}
			}
			return a.moveMessages(cmd, "outbox retry", &o, args, outreach.Retry)
		},
	}, sheet.Outbox))
	o.register(a, cmd)
	return cmd
}

// moveMessages does something with messages that are chosen, in one operation, and prints them as they are then.
func (a *app) moveMessages(cmd *cobra.Command, what string, o *outboxFlags, args []string, move func(*book.Tx, []outreach.Message) error) error {
	var list []outreach.Message
	err := a.update(cmd.Context(), what, func(tx *book.Tx) error {
		q, err := o.query(tx.View, args)
		if err != nil {
			return err
		}
		if list, err = collect(outreach.Messages(tx.View, q)); err != nil {
			return err
		}
		if len(list) < len(q.IDs) {
			return missingMessage(q.IDs, list)
		}
		if err := move(tx, list); err != nil {
			return err
		}
		q = outreach.MessageQuery{IDs: []int64{}}
		for _, m := range list {
			q.IDs = append(q.IDs, m.ID)
		}
		list, err = collect(outreach.Messages(tx.View, q))
		return err
	})
	if err != nil {
		return err
	}
	return emitSlice(a, sheet.Outbox, list)
}

func missingMessage(ids []int64, list []outreach.Message) error {
	have := map[int64]bool{}
	for _, m := range list {
		have[m.ID] = true
	}
	for _, id := range ids {
		if !have[id] {
			return &fault.Error{Kind: fault.NotFound, Noun: "message", Key: fmt.Sprint(id), Reason: "there is no such message", Hint: "list them with: perla outbox list"}
		}
	}
	return nil
}

func outboxResolve(a *app) *cobra.Command {
	var o outboxFlags
	var sent, again, never bool
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "resolve [MESSAGE...]",
		Short: "Say what became of messages: by hand, or after all",
		Long: `Say what became of messages: those named, or those that wait of a campaign or a
channel. --sent: they were sent, by hand, or those that were unknown after all;
--again: an unknown one did not leave and goes out again; --never: they never
will.`,
		Example: exampleOutbox + `perla outbox resolve 1 --sent`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && o.campaign == "" && o.channel == "" {
				return usage(cmd, "needed is which: numbers, --campaign or --channel")
			}
			kind := "sent"
			switch {
			case again:
				kind = "again"
			case never:
				kind = "cancelled"
			case !sent:
				return usage(cmd, "needed is what became of them: --sent, --again or --never")
			}
			if len(args) == 0 {
				o.statuses = []string{"queued", "deferred"}
				if again {
					o.statuses = []string{"unknown"}
				}
			}
			return a.moveMessages(cmd, "outbox resolve", &o, args, func(tx *book.Tx, list []outreach.Message) error { return outreach.Resolve(tx, list, kind) })
		},
	}, sheet.Outbox))
	o.register(a, cmd)
	f := cmd.Flags()
	f.BoolVar(&sent, "sent", false, "they were sent")
	f.BoolVar(&again, "again", false, "they were not, and go out again")
	f.BoolVar(&never, "never", false, "they never will be")
	cmd.MarkFlagsMutuallyExclusive("sent", "again", "never")
	return cmd
}

func outboxUnsubscribe(a *app) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:   "unsubscribe TOKEN",
		Short: "Take the consent back of who wrote to unsubscribe",
		Long: `Take back the consent for marketing by the channel of a message, which its
token names: the word in the subject of her mail, or behind the link she
followed.`,
		Example: exampleOutbox + "perla outbox list --columns token -o csv | tail -n 1 > token\nperla outbox unsubscribe \"$(cat token)\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			var m outreach.Message
			err := a.update(cmd.Context(), "outbox unsubscribe", func(tx *book.Tx) (err error) {
				m, err = outreach.Unsubscribed(tx, args[0])
				return err
			})
			if err != nil {
				return err
			}
			return emitOne(a, sheet.Outbox, m)
		},
	}, sheet.Outbox))
}

func outboxExclude(a *app) *cobra.Command {
	return suppressing(a, "exclude", "Leave a customer alone: nothing is written to her", "", func(tx *book.Tx, customer int64, channel string) error {
		return outreach.Suppress(tx, customer, channel, "", "excluded")
	})
}

func outboxInclude(a *app) *cobra.Command {
	return suppressing(a, "include", "Write to a customer again, and to her address that bounced", "perla outbox exclude ana\n", func(tx *book.Tx, customer int64, channel string) error {
		_, err := outreach.Unsuppress(tx, customer, channel)
		return err
	})
}

// suppressing is a command that changes what keeps messages from a customer, and prints what does then.
func suppressing(a *app, verb, short, before string, change func(tx *book.Tx, customer int64, channel string) error) *cobra.Command {
	var channel string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:               verb + " CUSTOMER",
		Short:             short,
		Long:              short + ".\nHer consents stay what they are: perla customer consent.",
		Example:           before + "perla outbox " + verb + " ana",
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			var left []outreach.Suppression
			err := a.update(cmd.Context(), "outbox "+verb, func(tx *book.Tx) error {
				c, err := contacts.Find(tx.View, args[0])
				if err != nil {
					return err
				}
				if err := change(tx, c.ID, channel); err != nil {
					return err
				}
				all, err := outreach.Suppressions(tx.View)
				for _, s := range all {
					if s.CustomerID == c.ID {
						left = append(left, s)
					}
				}
				return err
			})
			if err != nil {
				return err
			}
			return emitSlice(a, sheet.Suppressions, left)
		},
	}, sheet.Suppressions))
	cmd.Flags().Var(enumOf(&channel, outreach.Channels...), "channel", "by this `CHANNEL` alone: "+strings.Join(outreach.Channels, ", "))
	return cmd
}

func outboxExcluded(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:     "excluded",
		Short:   "List to whom and to which addresses nothing is sent",
		Example: "perla outbox exclude ana --channel sms\nperla outbox excluded",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := outreach.Suppressions(v)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Suppressions, list)
			})
		},
	}, sheet.Suppressions)
}
