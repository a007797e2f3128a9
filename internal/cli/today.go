package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/agenda"
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// todayRequest are the flags of perla today.
type todayRequest struct {
	kinds      []string
	within     int
	consultant string
	all        bool
	text       string
	where      whereFlag
}

func todayCommand(a *app) *cobra.Command {
	var o todayRequest
	cmd := rowsOf(rowsOf(&cobra.Command{
		Use:   "today",
		Short: "What deserves attention today, why, and what to type next",
		Long: `What deserves attention today: whose it is, why, and what to type next. On a
terminal it fits one screen, some of each kind; --all shows every line.
Elsewhere, and with -o, every line is a row. Nothing of it is stored: it is
worked out from the book each time, as of today or --as-of.

Kinds, in this order:
` + kindWords() + `
See perla help today for what each means, and the columns for scripts; perla
today rules for the days they go by.

--text CUSTOMER writes a message to her about the first line that is hers, or of
the --kind asked for, in her language (es, pt, fr, en), with a link that opens
WhatsApp with it.`,
		Example: `perla today
perla today --all --kind birthday,debt
perla today --within 7 -o json
perla today --text ana
perla today --consultant K-1 --as-of monday
perla today --where "tag = vip"`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, kinds, err := o.query(a, cmd, v)
				if err != nil {
					return err
				}
				if o.text != "" {
					return o.message(a, v, q.AsOf, q.Within, kinds)
				}
				day, err := agenda.New(v, q)
				if err != nil {
					return err
				}
				lines, err := day.Lines(kinds...)
				if err != nil {
					return err
				}
				return o.show(a, day.Day(), lines)
			})
		},
	}, sheet.Today(0)), sheet.TodayMessages)
	f := cmd.Flags()
	f.StringSliceVarP(&o.kinds, "kind", "k", nil, "only lines of the `KIND`, or of several, parted by commas")
	f.IntVar(&o.within, "within", 0, "also what is to come in so many `DAYS`; 0 is nothing beyond today")
	f.StringVar(&o.consultant, "consultant", "", "only the clients of `CONSULTANT`, and what she is to do")
	o.where.register(cmd)
	f.BoolVar(&o.all, "all", false, "every line, however many screens")
	f.StringVarP(&o.text, "text", "t", "", "write a message to `CUSTOMER` (see: perla help selectors)")
	cmd.MarkFlagsMutuallyExclusive("text", "all")
	cmd.MarkFlagsMutuallyExclusive("text", "consultant")
	cmd.MarkFlagsMutuallyExclusive("text", "where")
	completeFlag(cmd, "kind", cobra.FixedCompletions(agenda.KindNames, cobra.ShellCompDirectiveNoFileComp))
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
	completeFlag(cmd, "text", a.completeFrom(customerNames))
	cmd.AddCommand(todayRules(a), todaySet(a))
	return cmd
}

// kindWords are the kinds, wrapped for a help page.
func kindWords() string {
	return strings.TrimSpace(wrap(strings.Split(strings.Join(agenda.KindNames, ", ")+".", " "), helpWidth))
}

// query is what the flags ask for.
func (o *todayRequest) query(a *app, cmd *cobra.Command, v *book.View) (q agenda.Query, kinds []agenda.Kind, err error) {
	q.Within, q.Words = agenda.AsTheRulesSay, a.wording()
	if q.AsOf, err = a.asOf(v); err != nil {
		return q, nil, err
	}
	if cmd.Flags().Changed("within") {
		const most = 3660
		if o.within < 0 || o.within > most {
			return q, nil, fault.New(fault.Usage, fmt.Sprintf("--within: %d was found; it takes 0 to %d days", o.within, most), "")
		}
		q.Within = o.within
	}
	if q.Filter, err = o.where.filter(a, v); err != nil {
		return q, nil, err
	}
	if o.consultant != "" {
		k, err := network.Find(v, o.consultant, contacts.E164)
		if err != nil {
			return q, nil, err
		}
		q.Consultant = k.ID
	}
	for _, word := range o.kinds {
		kind := strings.ToLower(strings.TrimSpace(word))
		if !slices.Contains(agenda.KindNames, kind) {
			hint := "kinds: " + strings.Join(agenda.KindNames, ", ")
			if near := fault.Nearest(kind, agenda.KindNames); near != "" {
				hint = "did you mean " + near + "? " + hint
			}
			return q, nil, fault.New(fault.Usage, fmt.Sprintf("--kind: %.40q is not a kind", word), hint)
		}
		kinds = append(kinds, agenda.Kind(kind))
	}
	return q, kinds, nil
}

// show prints the lines: to a person as a screen, unless she chose a form of rows.
func (o *todayRequest) show(a *app, day dates.Date, lines *agenda.Lines) error {
	if a.askedForRows() || !a.forPeople() {
		return emit(a, sheet.Today(day), lines.All())
	}
	most := screenLines
	if o.all {
		most = lines.Len()
	}
	return drawToday(a, day, lines, most)
}

// screenLines is how many lines fit a screen of 24 with what stands around them: the title, two lines that say what is left
// out, and that of the next command.
const screenLines = 20

// drawToday draws at most so many lines, some of each kind. Where one takes two lines of the screen half of them are drawn.
func drawToday(a *app, day dates.Date, lines *agenda.Lines, most int) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	if style.Terminal && style.Width < 60 && most < lines.Len() {
		most = min(most, screenNarrow)
	}
	shown := lines.Some(most)
	errands := make([]render.Errand, len(shown))
	for i, l := range shown {
		errands[i] = render.Errand{Kind: string(l.Kind), Who: l.Person.Name, Why: l.Why, Next: l.Next, Late: l.Priority == agenda.Now}
	}
	return a.write(func(w io.Writer) error {
		return render.Agenda(w, style, todayTitle(a, day, lines), errands, todayFoot(lines, shown))
	})
}

// screenNarrow is how many lines fit where each takes two, below its kind.
const screenNarrow = 6

// todayTitle says which day it is and what it holds.
func todayTitle(a *app, day dates.Date, lines *agenda.Lines) string {
	y, m, d := day.Civil()
	title := fmt.Sprintf("%s %d %s %d: ", day.Weekday(), d, m, y)
	if lines.Len() == 0 {
		return title + "nothing wants you"
	}
	title += counted(int64(lines.Len()), "line")
	if now := lines.Pressing(); now > 0 {
		title += fmt.Sprintf(", %d pressing", now)
	}
	if risk := lines.AtRisk(); risk > 0 {
		title += ", " + a.moneyText(risk) + " at risk"
	}
	return title
}

// todayFoot says what is not shown.
func todayFoot(lines *agenda.Lines, shown []agenda.Line) string {
	if lines.Len() == len(shown) {
		return ""
	}
	seen := map[agenda.Kind]int{}
	for i := range shown {
		seen[shown[i].Kind]++
	}
	var parts []string
	for _, kind := range agenda.Kinds {
		if hidden := lines.Count(kind) - seen[kind]; hidden > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", kind, hidden))
		}
	}
	return "more: " + strings.Join(parts, ", ") + "; perla today --all"
}
