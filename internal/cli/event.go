package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

func eventCommand(a *app) *cobra.Command {
	cmd := noun("event", "Workshops, launches, trainings: who was asked and who came",
		`perla event add LAUNCH "Winter launch" --kind launch --on +2w --places 20
perla customer list --city Madrid -o ids | perla event invite LAUNCH -
perla event guests LAUNCH`,
		eventAdd(a), eventList(a), eventShow(a), eventEdit(a), eventCancel(a), eventRemove(a),
		eventMove(a, inviteMove), eventMove(a, registerMove), eventMove(a, declineMove), eventMove(a, attendMove), eventMove(a, missMove),
		eventGuests(a), eventResults(a), eventImport(a), eventExport(a))
	cmd.Long = `An event is named by its code, by id:42, its name, or by the beginnings of the
words of these. Its guests are customers, or with --consultants consultants.
What is known of a guest has days, so that any question can be asked as of
another.`
	return cmd
}

// eventFlags are the flags that change an event.
type eventFlags struct {
	change                     network.EventChange
	course, on, places, amount string
}

// register gives a command the flags of the fields.
func (o *eventFlags) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	text := func(field network.EventFields, name, kind, usage string) {
		f.Var(&changeFlag{kind, func(text string) error { return o.change.Set(field, text) }}, name, usage)
	}
	text(network.EventKind, "kind", "kind", strings.Join(network.EventKinds, ", ")+" (default other, of a course training)")
	f.StringVar(&o.course, "course", "", "it is a session of `COURSE`")
	f.StringVar(&o.on, "on", "", "it is held on `DATE`")
	text(network.EventHeldAt, "at", "time", "when it begins, by the book's clock: 18:30")
	text(network.EventPlace, "place", "text", "where")
	text(network.EventChannel, "channel", "text", "by which channel: boutique, online")
	f.StringVar(&o.places, "places", "", "how many may come: `NUMBER`; empty for any")
	f.StringVar(&o.amount, "cost", "", "what it costs the house: `AMOUNT`")
	text(network.EventNotes, "notes", "text", "anything else")
	completeFlag(cmd, "kind", cobra.FixedCompletions(network.EventKinds, cobra.ShellCompDirectiveNoFileComp))
	completeFlag(cmd, "course", a.completeFrom(courseCodes))
}

// resolve completes what the flags give with what only the book knows.
func (o *eventFlags) resolve(cmd *cobra.Command, tx *book.Tx) (err error) {
	e, given := &o.change.From, &o.change.Given
	if cmd.Flags().Changed("course") {
		*given |= network.EventCourse
		if o.course != "" {
			c, err := network.FindCourse(tx.View, o.course, tx.Today())
			if err != nil {
				return err
			}
			e.Course, e.CourseCode = c.ID, c.Code
		}
	}
	if cmd.Flags().Changed("on") {
		*given |= network.EventHeldOn
		if e.HeldOn, err = dates.ParseComing(o.on, tx.Today()); err != nil {
			return inFlag("--on", err)
		}
	}
	if cmd.Flags().Changed("places") {
		*given |= network.EventPlaces
		if o.places != "" {
			if e.Places, err = wholeNumber(o.places); err == nil && e.Places < 1 {
				err = fault.New(fault.Usage, "needed is a number above 0, or nothing for any number", `such as --places 12, or --places ""`)
			}
			if err != nil {
				return inFlag("--places", err)
			}
		}
	}
	if cmd.Flags().Changed("cost") {
		*given |= network.EventCost
		if e.HasCost = o.amount != ""; e.HasCost {
			e.Cost, err = typedAmount(o.amount, tx.Settings().Currency)
		}
	}
	return inFlag("--cost", err)
}

// eventColumns are the columns of events. Programs read the moment one begins, people the time by the book's clock.
func (a *app) eventColumns() []sheet.Column[network.Event] {
	return sheet.Events(func(e *network.Event) string {
		if zone := a.setting().Zone; zone != nil && a.forPeople() {
			return e.Clock(zone)
		}
		return e.HeldAt
	})
}

func eventAdd(a *app) *cobra.Command {
	var o eventFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add CODE [NAME]",
		Short: "Add an event",
		Long: `Add an event. With --course it is a training, a session of that course. Where
standard output is no terminal it gets the new id alone.`,
		Example: `perla event add LAUNCH "Winter launch" --kind launch --on +2w --at 18:30
perla event add W-7 "Skin types" --kind workshop --on -7d --cost 80
perla training add SKIN && perla event add SKIN-1 --course SKIN --on +2w`,
		RunE: func(cmd *cobra.Command, args []string) error {
			for i, f := range []network.EventFields{network.EventCode, network.EventName} {
				if i < len(args) {
					if err := o.change.Set(f, args[i]); err != nil {
						return &fault.Error{Kind: fault.Usage, Noun: "event", Key: args[i], Err: err}
					}
				}
			}
			var e network.Event
			err := a.update(cmd.Context(), "event add", func(tx *book.Tx) error {
				if err := o.resolve(cmd, tx); err != nil {
					return err
				}
				var err error
				e, err = network.AddEvent(tx, &o.change)
				return err
			})
			if err != nil {
				return err
			}
			return emitAdded(a, a.eventColumns(), e, e.ID)
		},
	}, sheet.Events(nil)))
	o.register(a, cmd)
	_ = cmd.MarkFlagRequired("on")
	return cmd
}

func eventEdit(a *app) *cobra.Command {
	var o eventFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit EVENT",
		Short: "Change an event",
		Long: `Change the fields that flags name; an empty value clears one. Held on another
day it begins at the same time, and who came on the old day came on the new one.`,
		Example: `perla event add W-7 "Skin types" --kind workshop --on +7d --places 12
perla event edit W-7 --on +14d --places 20 --place "Calle Mayor 3"`,
		ValidArgsFunction: a.completeFrom(eventCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !anyChanged(cmd) {
				return usage(cmd, "nothing to change: name a field, such as --places 20")
			}
			e, err := a.eventNamed(cmd, args[0])
			if err != nil {
				return err
			}
			changed := false
			err = a.update(cmd.Context(), operationOnIDs("event edit", []int64{e.ID}), func(tx *book.Tx) error {
				if err := o.resolve(cmd, tx); err != nil {
					return err
				}
				e, changed, err = network.EditEvent(tx, e.ID, &o.change)
				return err
			})
			if err != nil {
				return err
			}
			if !changed {
				a.note("%s had it already", e.Code)
			}
			return emitOne(a, a.eventColumns(), e)
		},
	}, sheet.Events(nil)))
	f := cmd.Flags()
	f.Var(&changeFlag{"code", func(text string) error { return o.change.Set(network.EventCode, text) }}, "code", "what it is called by")
	f.Var(&changeFlag{"text", func(text string) error { return o.change.Set(network.EventName, text) }}, "name", "its name")
	o.register(a, cmd)
	return cmd
}

// eventNamed is the event that a selector names.
func (a *app) eventNamed(cmd *cobra.Command, selector string) (e network.Event, err error) {
	err = a.view(cmd.Context(), func(v *book.View) error {
		e, err = network.FindEvent(v, selector, v.Today())
		return err
	})
	return e, err
}

// eventsNamed are the ids of the events that selectors name, each once; - stands for those on standard input, a line each.
func (a *app) eventsNamed(cmd *cobra.Command, args []string) (ids []int64, err error) {
	list, err := a.selectors(args)
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	err = a.view(cmd.Context(), func(v *book.View) error {
		for _, p := range list {
			e, err := network.FindEvent(v, p.selector, v.Today())
			if err != nil {
				return p.locate(err)
			}
			if !seen[e.ID] {
				seen[e.ID], ids = true, append(ids, e.ID)
			}
		}
		return nil
	})
	return ids, err
}

func eventCancel(a *app) *cobra.Command {
	var on string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "cancel EVENT",
		Short: "Say that an event is not held",
		Long: `Say that an event is not held, as of today or --on another day. Its guests stay
as they are, so that they can be told: perla event guests lists them.`,
		Example: `perla event add W-7 "Skin types" --kind workshop --on +7d
perla event cancel W-7`,
		ValidArgsFunction: a.completeFrom(eventCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := a.eventNamed(cmd, args[0])
			if err != nil {
				return err
			}
			err = a.update(cmd.Context(), operationOnIDs("event cancel", []int64{e.ID}), func(tx *book.Tx) error {
				day, err := dayIn("--on", on, tx.Today())
				if err != nil {
					return err
				}
				e, err = network.CancelEvent(tx, e.ID, day)
				return err
			})
			if err != nil {
				return err
			}
			return emitOne(a, a.eventColumns(), e)
		},
	}, sheet.Events(nil)))
	cmd.Flags().StringVar(&on, "on", "", "cancelled on `DATE` (default today)")
	return cmd
}

func eventRemove(a *app) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:   "remove EVENT...",
		Short: "Remove events to which nobody was asked",
		Example: `perla event add W-9 --on +7d
perla event remove W-9`,
		ValidArgsFunction: a.completeFrom(eventCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := a.eventsNamed(cmd, args)
			if err != nil {
				return err
			}
			var gone []network.Event
			err = a.update(cmd.Context(), operationOnIDs("event remove", ids), func(tx *book.Tx) error {
				gone, err = network.RemoveEvents(tx, ids)
				return err
			})
			if err != nil {
				return err
			}
			return emitSlice(a, a.eventColumns(), gone)
		},
	}, sheet.Events(nil)))
}

// eventQuery are the flags that choose events.
type eventQuery struct {
	options network.EventOptions
	course  string
	span    *span
}

func (o *eventQuery) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(enumOf(&o.options.Kind, network.EventKinds...), "kind", "only this `KIND`: "+strings.Join(network.EventKinds, ", "))
	f.StringVar(&o.course, "course", "", "only sessions of `COURSE`")
	f.BoolVar(&o.options.Cancelled, "cancelled", false, "only the cancelled ones")
	o.span = spanFlags(cmd)
	completeFlag(cmd, "course", a.completeFrom(courseCodes))
}

// choose is what the flags choose, as of the day asked about.
func (o *eventQuery) choose(a *app, v *book.View) (options network.EventOptions, err error) {
	options = o.options
	if options.AsOf, err = a.asOf(v); err != nil {
		return options, err
	}
	if o.course != "" {
		c, err := network.FindCourse(v, o.course, options.AsOf)
		if err != nil {
			return options, err
		}
		options.Course = c.ID
	}
	options.Days, err = o.span.days(options.AsOf)
	return options, err
}

func eventList(a *app) *cobra.Command {
	var o eventQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List events by day, with how many were asked, said yes and came",
		Example: `perla event list --since today
perla event list --kind workshop --period 2026 --columns code,held_on,attended`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				options, err := o.choose(a, v)
				if err != nil {
					return err
				}
				return emit(a, a.eventColumns(), network.Events(v, options))
			})
		},
	}, sheet.Events(nil))
	o.register(a, cmd)
	cmd.Flags().BoolVar(&o.options.All, "all", false, "the cancelled ones too")
	cmd.MarkFlagsMutuallyExclusive("all", "cancelled")
	return cmd
}

func eventShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "show EVENT",
		Short: "Show an event",
		Example: `perla event add W-7 "Skin types" --kind workshop --on 2026-12-04 --at 18:30
perla event show W-7`,
		ValidArgsFunction: a.completeFrom(eventCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				e, err := network.FindEvent(v, args[0], day)
				if err != nil {
					return err
				}
				return emitWhole(a, e.Name, a.eventColumns(), e, "name")
			})
		},
	}, sheet.Events(nil))
}

// eventCodes completes the code of an event: of many, the last ones.
func eventCodes(v *book.View, typed string) (words []cobra.Completion, err error) {
	for e, err := range network.Events(v, network.EventOptions{AsOf: v.Today(), All: true}) {
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(e.Code, typed) {
			words = append(words, cobra.CompletionWithDesc(e.Code, e.HeldOn.String()+" "+e.Name))
		}
	}
	return words[max(0, len(words)-completed):], nil
}
