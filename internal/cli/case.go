package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func caseCommand(a *app) *cobra.Command {
	cmd := noun("case", "Requests and complaints, until they are settled",
		`perla case open ana "the cream arrived broken" --kind complaint
perla case respond 1 "a new one is on its way"
perla case close 1 && perla case list --open`,
		caseOpen(a), caseList(a), caseShow(a), caseEdit(a),
		caseNote(a), caseRespond(a), caseAssign(a), caseClose(a), caseReopen(a),
		caseImport(a), caseExport(a))
	cmd.Long = `A case is open until somebody responds to her, answered from then on, and closed
in the end; a closed one can be reopened. It is named by its number.`
	return cmd
}

// caseFlags are the flags that say what a case is about.
type caseFlags struct {
	kind, priority, channel, order, product string
}

func (o *caseFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(enumOf(&o.kind, contacts.CaseKinds...), "kind", "what `KIND` of case it is: "+strings.Join(contacts.CaseKinds, ", "))
	f.Var(enumOf(&o.priority, contacts.CasePriorities...), "priority", "its `PRIORITY`: "+strings.Join(contacts.CasePriorities, ", "))
	f.Var(enumOf(&o.channel, contacts.InteractionChannels...), "channel", "the `CHANNEL` it came by: "+strings.Join(contacts.InteractionChannels, ", "))
	f.StringVar(&o.order, "order", "", "the `ORDER` it is about, by id or ref")
	f.StringVar(&o.product, "product", "", "the `SKU` of the product it is about")
}

// apply sets what the flags give. An order of somebody else is worth a word: it may have been a present.
func (o *caseFlags) apply(a *app, cmd *cobra.Command, v *book.View, c *contacts.Case) error {
	for _, f := range []struct {
		name, value string
		field       *string
	}{{"kind", o.kind, &c.Kind}, {"priority", o.priority, &c.Priority}, {"channel", o.channel, &c.Channel}, {"product", o.product, &c.Product}} {
		if cmd.Flags().Changed(f.name) {
			*f.field = f.value
		}
	}
	if !cmd.Flags().Changed("order") {
		return nil
	}
	if c.OrderID = 0; o.order == "" {
		return nil
	}
	order, err := sales.Find(v, o.order, v.Today())
	if err != nil {
		return err
	}
	if c.OrderID = order.ID; c.CustomerID != 0 && order.CustomerID != c.CustomerID {
		a.warn("order %d is of %s (id %d)", order.ID, order.Customer, order.CustomerID)
	}
	return nil
}

// caseOpenFlags are the flags of a new case.
type caseOpenFlags struct {
	caseFlags
	consultant, handler, note, at string
	staff                         staff
}

func (o *caseOpenFlags) register(a *app, cmd *cobra.Command) {
	o.caseFlags.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.consultant, "consultant", "", "it is of the consultant `REF`, made if unknown")
	f.StringVar(&o.handler, "handler", "", "the consultant `REF` who handles it, made if unknown")
	f.StringVar(&o.note, "note", "", "a first note among ourselves: `TEXT`")
	atFlag(cmd, &o.at)
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
	completeFlag(cmd, "handler", a.completeFrom(consultantNames))
}

// events are what becomes of a case as it is opened.
func (o *caseOpenFlags) events(tx *book.Tx) (events []contacts.CaseEvent, err error) {
	if o.handler != "" {
		handler, err := o.staff.named(tx, o.handler)
		if err != nil {
			return nil, err
		}
		events = append(events, contacts.CaseEvent{Kind: contacts.CaseAssign, HandlerID: handler.ID})
	}
	if o.note != "" {
		events = append(events, contacts.CaseEvent{Kind: contacts.CaseNote, Text: o.note})
	}
	return events, nil
}

func caseOpen(a *app) *cobra.Command {
	var o caseOpenFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "open [CUSTOMER] TOPIC",
		Short: "Open a case of a client, or of a consultant",
		Long: `Open a case of a client, or with --consultant of a consultant: a request of
normal priority, unless --kind and --priority say otherwise. Where standard
output is no terminal it gets the new number alone.`,
		Example: `perla case open ana "the cream arrived broken" --kind complaint --order 1
perla case open ana "wants two" --channel whatsapp --at "yesterday 18:30"
perla case open --consultant K-12 "asks for a new catalogue" --handler office`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if ofClient := o.consultant == ""; ofClient != (len(args) == 2) {
				return usage(cmd, "needed are CUSTOMER and TOPIC, or TOPIC and --consultant")
			}
			var opened contacts.Case
			err := a.update(cmd.Context(), "case open", func(tx *book.Tx) (err error) {
				c := contacts.Case{Topic: args[len(args)-1]}
				if len(args) == 2 {
					customer, err := contacts.Find(tx.View, args[0])
					if err != nil {
						return err
					}
					c.CustomerID = customer.ID
				}
				consultant, err := o.staff.named(tx, o.consultant)
				if err != nil {
					return err
				}
				c.ConsultantID = consultant.ID
				if err := o.apply(a, cmd, tx.View, &c); err != nil {
					return err
				}
				if c.OpenedAt, err = caseInstant(tx.View, o.at, &c); err != nil {
					return err
				}
				events, err := o.events(tx)
				if err != nil {
					return err
				}
				opened, err = contacts.AddCase(tx, c, events...)
				return err
			})
			if err != nil {
				return err
			}
			o.staff.tell(a)
			if !a.askedForRows() && isTerminal(a.env.Out) {
				return a.showCase(opened)
			}
			return emitAdded(a, sheet.Cases, opened, opened.ID)
		},
	}, sheet.Cases))
	o.register(a, cmd)
	return cmd
}

func caseEdit(a *app) *cobra.Command {
	var o struct {
		caseFlags
		topic string
	}
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit CASE",
		Short: "Change what a case is about",
		Long: `Change what a case is about. What became of it is a history, and cannot be
changed; perla undo takes back what was recorded by mistake.`,
		Example: `perla case edit 1 --priority urgent
perla case edit 1 --topic "the jar arrived broken" --kind complaint`,
		ValidArgsFunction: a.completeFrom(caseNumbers),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !anyChanged(cmd) {
				return usage(cmd, "nothing to change: name a field, such as --priority high")
			}
			return a.changeCase(cmd.Context(), "edit", args[0], func(tx *book.Tx, c contacts.Case) (contacts.Case, error) {
				about := c
				if cmd.Flags().Changed("topic") {
					about.Topic = o.topic
				}
				if err := o.apply(a, cmd, tx.View, &about); err != nil {
					return c, err
				}
				return contacts.EditCase(tx, about)
			})
		},
	}, sheet.Cases))
	o.register(cmd)
	cmd.Flags().StringVar(&o.topic, "topic", "", "what it is about, in a `TEXT`")
	return cmd
}

// changeCase makes one change to the case that an argument names, and prints it as it then is.
func (a *app) changeCase(ctx context.Context, verb, selector string, change func(*book.Tx, contacts.Case) (contacts.Case, error)) error {
	id, err := idOf("case", selector)
	if err != nil {
		return err
	}
	var c contacts.Case
	err = a.update(ctx, operationOnIDs("case "+verb, []int64{id}), func(tx *book.Tx) error {
		if c, err = contacts.FindCase(tx.View, id, tx.Today()); err == nil {
			c, err = change(tx, c)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !a.askedForRows() && isTerminal(a.env.Out) {
		return a.showCase(c)
	}
	return emitOne(a, sheet.Cases, c)
}
