package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/segment"
	"github.com/perla-crm/perla/internal/sheet"
)

func automationCommand(a *app) *cobra.Command {
	cmd := noun("automation", "What is said by itself when something happens",
		exampleAutomation+`perla automation run --dry-run
perla automation run
perla automation occasions birthday`,
		automationAdd(a), automationList(a), automationShow(a), automationEdit(a), automationPause(a), automationResume(a), automationRemove(a),
		automationRun(a), automationOccasions(a), automationImport(a), automationExport(a))
	cmd.Long = `An automation puts a message into the outbox for each customer to whom something
happens: its trigger. perla automation run looks what has happened, from cron
once a day or as often as you like; perla outbox send --yes lets the messages
go.

  0 8 * * *  perla automation run --out noted.csv && perla outbox send --yes

Each occasion has a name, such as order:12 or birthday:2026, and is noted once
and for good, with the message or the reason why there is none: filter, missed,
no words, excluded, no consent, no address, too often, asked before. However
often it runs, and when two run at once, nobody hears of an occasion twice.

Triggers, with the DAYS they count by where you say nothing
` + triggerLines() + `
What happened before --from (default: the day it is added) is none of its
business. An occasion that came due more than 7 days before the run (run --late)
is noted as missed and nothing is sent, so that a run after a long pause, or an
import of old orders, floods nobody; what is spoken of beforehand is in time up
to its day. What is over a month older than that is not looked at. What is no
longer so when it runs is not said: the quote was taken, she bought again.

A welcome is for whoever came into the book, those of an imported file too: look
at --dry-run first. Who was born on 29 February has her birthday on the 28th of
a common year. P(alive) has no day of its own: the day is that of the first run
which finds that it fell within the last 7 days.

Between the --quiet hours nothing leaves, in the time zone of the book; what was
queued then waits. With --cap 2/30 she hears nothing where she had two messages
in 30 days, today among them, campaigns counted too. Consent is asked when it is
queued and again when it leaves; the purpose is that of the template. A paused
automation sees nothing, and its messages wait. Templates may say {{.occasion}},
{{.order}}, {{.product}} and {{.survey}} besides: perla help templates.`
	return cmd
}

// triggerLines are the triggers, one a line.
func triggerLines() string {
	var b strings.Builder
	for _, t := range outreach.Triggers {
		days := ""
		if t.CountsDays() {
			days = fmt.Sprint(t.Days)
		}
		fmt.Fprintf(&b, "  %-18s %3s  %s\n", t.Name, days, t.What)
	}
	return b.String()
}

// exampleAutomation makes the automation that examples speak of.
const exampleAutomation = `perla template add wishes --subject "Happy day" --body "All the best"
perla automation add birthday --trigger birthday --template wishes
`

// automationFlags are the flags that set the fields of an automation.
type automationFlags struct {
	in          outreach.Automation
	quiet, cap  string
	product, on string
}

func (o *automationFlags) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(enumOf(&o.in.Trigger, outreach.TriggerNames...), "trigger", "what has to happen: the `TRIGGER` (perla help automation)")
	f.StringVar(&o.in.Template, "template", "", "the words: the template `CODE`")
	f.StringVar(&o.in.Name, "name", "", "what it is called: `TEXT`")
	f.Var(enumOf(&o.in.Channel, outreach.Channels...), "channel", "by which `CHANNEL`; the template says it, too")
	f.StringVar(&o.in.Survey, "survey", "", "ask the `SURVEY` with it")
	f.StringVar(&o.product, "product", "", "only about `PRODUCT`")
	f.Int64Var(&o.in.Days, "days", 0, "the `DAYS` the trigger counts by")
	f.Int64Var(&o.in.Delay, "delay", 0, "wait so many `DAYS` after what happened")
	f.StringVar(&o.quiet, "quiet", "", "say nothing between the `HOURS`: 21:00-09:00")
	f.StringVar(&o.cap, "cap", "", "nothing to who had `N/DAYS` messages: 2/30")
	f.StringVar(&o.in.Filter, "where", "", "who it is for: `FILTER` (perla help filters)")
	f.StringVar(&o.on, "from", "", "look at what happens from `DATE` on (default today)")
	completeFlag(cmd, "template", a.completeFrom(templateCodes))
	completeFlag(cmd, "survey", a.completeFrom(surveyCodes))
	completeFlag(cmd, "product", a.completeFrom(productNames))
}

// read takes over what the flags say.
func (o *automationFlags) read(v *book.View, cmd *cobra.Command, t *outreach.Automation) (err error) {
	given := cmd.Flags().Changed
	for _, f := range []struct {
		name     string
		from, to *string
	}{{"trigger", &o.in.Trigger, &t.Trigger}, {"template", &o.in.Template, &t.Template}, {"name", &o.in.Name, &t.Name}, {"channel", &o.in.Channel, &t.Channel},
		{"survey", &o.in.Survey, &t.Survey}, {"where", &o.in.Filter, &t.Filter}} {
		if given(f.name) {
			*f.to = *f.from
		}
	}
	if given("delay") {
		t.Delay = o.in.Delay
	}
	if given("days") {
		t.Days = o.in.Days
	}
	if given("quiet") {
		from, until, _ := strings.Cut(o.quiet, "-")
		t.QuietFrom, t.QuietUntil = strings.TrimSpace(from), strings.TrimSpace(until)
	}
	if given("cap") {
		if t.Cap, t.CapDays, err = messageCap(o.cap); err != nil {
			return err
		}
	}
	if given("product") {
		if t.Product = o.product; o.product != "" {
			p, err := catalog.FindProduct(v, o.product)
			if err != nil {
				return err
			}
			t.Product = p.SKU
		}
	}
	if given("from") {
		if t.ActiveFrom, err = dates.ParseComing(o.on, v.Today()); err != nil {
			return inFlag("--from", err)
		}
	}
	return nil
}

// daysOf are the days that a trigger counts by where nobody says.
func daysOf(trigger string) int64 {
	for _, t := range outreach.Triggers {
		if t.Name == trigger && t.CountsDays() {
			return t.Days
		}
	}
	return 0
}

func automationAdd(a *app) *cobra.Command {
	var o automationFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add CODE",
		Short: "Add an automation",
		Long: `Add an automation. The triggers, and what they count by, stand in perla help
automation. Nothing is sent: perla automation run --dry-run says who would get
what.`,
		Example: exampleTemplate + `perla automation add welcome --trigger welcome --template hello --delay 1
perla automation add vip --trigger at_risk --template hello --where "tag:vip"
perla automation add gone --trigger inactive_fixed --days 120 --template hello
perla automation add new --trigger replenish --product AB-100 --template hello
perla automation add day --trigger birthday --template hello --delay 1`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.in.Trigger == "" || o.in.Template == "" {
				return usage(cmd, "needed are --trigger and --template")
			}
			var t outreach.Automation
			err := a.update(cmd.Context(), "automation add", func(tx *book.Tx) (err error) {
				t = outreach.Automation{Code: args[0], Days: daysOf(o.in.Trigger)}
				if err := o.read(tx.View, cmd, &t); err != nil {
					return err
				}
				if err := a.sayFilter(tx.View, t.Filter); err != nil {
					return err
				}
				t, err = outreach.AddAutomation(tx, t)
				return err
			})
			if err != nil {
				return err
			}
			if err := emitAdded(a, narrow(sheet.Automations), t, t.ID); err != nil || !a.forPeople() {
				return err
			}
			a.hint("who would get what: perla automation run %s --dry-run; then, from cron: perla automation run", t.Code)
			return nil
		},
	}, sheet.Automations))
	o.register(a, cmd)
	return cmd
}

// sayFilter reads a filter and says what nobody can meet.
func (a *app) sayFilter(v *book.View, filter string) error {
	if filter == "" {
		return nil
	}
	f, err := segment.Compile(v, filter, 0)
	if err != nil {
		return err
	}
	for _, w := range f.Warnings {
		a.warn("%s", w)
	}
	return nil
}

func automationList(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:     "list",
		Short:   "List automations, with how often they spoke",
		Example: exampleAutomation + "perla automation list\nperla automation list --columns code,filter,quiet",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := outreach.Automations(v)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Automations, list)
			})
		},
	}, sheet.Automations)
}

func automationShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:               "show AUTOMATION",
		Short:             "Show an automation",
		Example:           exampleAutomation + `perla automation show birthday`,
		ValidArgsFunction: a.completeFrom(automationCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return showOne(a, cmd, args[0], sheet.Automations, outreach.FindAutomation)
		},
	}, sheet.Automations)
}

func automationEdit(a *app) *cobra.Command {
	var o automationFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit AUTOMATION",
		Short: "Change an automation",
		Long: `Change an automation. An empty text empties what was said: --quiet "". What it
has noted stays, and so do the words of what it has queued.`,
		Example:           exampleAutomation + `perla automation edit birthday --days 3 --cap 1/7 --where "not tag:lead"`,
		ValidArgsFunction: a.completeFrom(automationCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.turnAutomation(cmd, "automation edit", args[0], func(tx *book.Tx, t outreach.Automation) (outreach.Automation, error) {
				old := t
				if err := o.read(tx.View, cmd, &t); err != nil {
					return t, err
				}
				if t.Trigger != old.Trigger && !cmd.Flags().Changed("days") {
					t.Days = daysOf(t.Trigger)
				}
				if t.Template != old.Template && !cmd.Flags().Changed("channel") {
					t.Channel = ""
				}
				if err := a.sayFilter(tx.View, t.Filter); err != nil {
					return t, err
				}
				return outreach.EditAutomation(tx, t)
			})
		},
	}, sheet.Automations))
	o.register(a, cmd)
	return cmd
}

// turnAutomation finds an automation, changes it in one operation and prints it.
func (a *app) turnAutomation(cmd *cobra.Command, what, selector string, turn func(*book.Tx, outreach.Automation) (outreach.Automation, error)) error {
	return turnOne(a, cmd, what, selector, sheet.Automations, outreach.FindAutomation, turn)
}

// automationTurn is a command that changes an automation in one way.
func automationTurn(a *app, verb, short, long string, turn func(*book.Tx, outreach.Automation) (outreach.Automation, error)) *cobra.Command {
	example := exampleAutomation
	if verb == "resume" {
		example += "perla automation pause birthday\n"
	}
	return a.writing(rowsOf(&cobra.Command{
		Use:               verb + " AUTOMATION",
		Short:             short,
		Long:              long,
		Example:           example + "perla automation " + verb + " birthday",
		ValidArgsFunction: a.completeFrom(automationCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.turnAutomation(cmd, "automation "+verb, args[0], turn)
		},
	}, sheet.Automations))
}

func automationPause(a *app) *cobra.Command {
	return automationTurn(a, "pause", "Silence an automation", `Silence an automation. It sees nothing until it is resumed, and its messages
wait in the outbox.`, outreach.PauseAutomation)
}

func automationResume(a *app) *cobra.Command {
	return automationTurn(a, "resume", "Let a paused automation go on", `Let a paused automation go on. Of what happened meanwhile it speaks as far as
that came due within 7 days of its next run; with perla automation edit --from
today it leaves all of it alone.`, outreach.ResumeAutomation)
}

func automationRemove(a *app) *cobra.Command {
	return automationTurn(a, "remove", "Remove an automation that has noted nothing", `Remove an automation that has noted nothing yet. One that has is kept, for what
it noted keeps others from hearing of it twice: pause it.`,
		func(tx *book.Tx, t outreach.Automation) (outreach.Automation, error) {
			return t, outreach.RemoveAutomation(tx, t)
		})
}

// automationCodes completes the code of an automation.
func automationCodes(v *book.View, _ string) (words []cobra.Completion, err error) {
	list, err := outreach.Automations(v)
	for _, t := range list {
		words = append(words, cobra.CompletionWithDesc(t.Code, t.Trigger+", "+t.Status))
	}
	return words, err
}

// errAutomations is that some automations could not run, while the others did.
func errAutomations(broken []error) error {
	e := &fault.Error{Kind: fault.Conflict, Noun: "automation", Reason: counted(int64(len(broken)), "automation") + " could not run; the others did",
		Hint: "mend it, or silence it with: perla automation pause CODE"}
	for _, b := range broken {
		e.Detail = append(e.Detail, b.Error())
	}
	return e
}
