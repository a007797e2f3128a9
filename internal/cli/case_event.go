package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

func caseNote(a *app) *cobra.Command {
	return caseEvent(a, contacts.CaseNote, &cobra.Command{
		Use:   "note CASE TEXT...",
		Short: "Add a note among ourselves, which she does not see",
		Example: `perla case note 1 "the parcel service admits it"
perla case note 1 asked the warehouse --at "yesterday 18:30"`,
	})
}

func caseRespond(a *app) *cobra.Command {
	return caseEvent(a, contacts.CaseResponse, &cobra.Command{
		Use:   "respond CASE TEXT...",
		Short: "Record a response to her; the first ends her waiting",
		Example: `perla case respond 1 "a new one is on its way"
perla case respond 1 called her back --at 09:15`,
	})
}

func caseAssign(a *app) *cobra.Command {
	return caseEvent(a, contacts.CaseAssign, &cobra.Command{
		Use:     "assign CASE REF",
		Short:   "Say which consultant handles it from now on",
		Long:    `Say which consultant handles it from now on, by ref; an unknown one is made.`,
		Example: `perla case assign 1 K-12`,
	})
}

func caseClose(a *app) *cobra.Command {
	return caseEvent(a, contacts.CaseClose, &cobra.Command{
		Use:     "close CASE [TEXT]",
		Short:   "Close a case",
		Example: `perla case close 1 "she has the new one and is content"`,
	})
}

func caseReopen(a *app) *cobra.Command {
	return caseEvent(a, contacts.CaseReopen, &cobra.Command{
		Use:     "reopen CASE [TEXT]",
		Short:   "Reopen a closed case",
		Example: `perla case close 1 && perla case reopen 1 "the new one broke too"`,
	})
}

// caseEvent completes a command that writes what became of a case.
func caseEvent(a *app, kind string, cmd *cobra.Command) *cobra.Command {
	var at string
	verb, _, _ := strings.Cut(cmd.Use, " ")
	cmd.ValidArgsFunction = a.completeFrom(caseNumbers)
	if kind == contacts.CaseAssign {
		cmd.ValidArgsFunction = a.completeCaseAndConsultant
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var staff staff
		err := a.changeCase(cmd.Context(), verb, args[0], func(tx *book.Tx, c contacts.Case) (_ contacts.Case, err error) {
			e := contacts.CaseEvent{Kind: kind}
			if e.At, err = caseInstant(tx.View, at, &c); err != nil {
				return c, err
			}
			if kind == contacts.CaseAssign {
				handler, err := staff.named(tx, args[1])
				if err != nil {
					return c, err
				}
				e.HandlerID = handler.ID
			} else {
				e.Text = strings.Join(args[1:], " ")
			}
			return contacts.AddCaseEvent(tx, c.ID, e)
		})
		if err == nil {
			staff.tell(a)
		}
		return err
	}
	atFlag(cmd, &at)
	return a.writing(rowsOf(cmd, sheet.Cases))
}

// completeCaseAndConsultant completes a case and then the ref of a consultant.
func (a *app) completeCaseAndConsultant(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) == 1 {
		return a.completeFrom(consultantNames)(cmd, nil, typed)
	}
	return a.completeFrom(caseNumbers)(cmd, args, typed)
}

func atFlag(cmd *cobra.Command, at *string) {
	cmd.Flags().StringVar(at, "at", "", "when: `TIME` such as 2026-11-20, \"yesterday 18:30\", 09:15 (default now)")
}

// caseInstant is the moment that --at names, by the book's clock: a day, a time of today, both, or RFC 3339; zero for "".
// A day without a time means its noon, but nothing later than now, and nothing earlier than what is known of the case that
// day.
func caseInstant(v *book.View, text string, c *contacts.Case) (time.Time, error) {
	if text = strings.TrimSpace(text); text == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	zone := v.Settings().Zone
	dayText, clock := text, ""
	if cut := strings.LastIndexAny(text, " T"); cut > 0 && strings.Contains(text[cut:], ":") {
		dayText, clock = text[:cut], text[cut+1:]
	} else if strings.Contains(text, ":") {
		dayText, clock = "today", text
	}
	day, err := dates.Parse(dayText, v.Today())
	if err != nil {
		return time.Time{}, inFlag("--at", err)
	}
	y, m, d := day.Civil()
	if clock == "" {
		at := time.Date(y, m, d, 12, 0, 0, 0, zone)
		if now := v.Now(); at.After(now) && day == v.Today() {
			at = now
		}
		if last := c.LastOf(day); at.Before(last) {
			at = last
		}
		return at, nil
	}
	for _, form := range []string{"15:04", "15:04:05"} {
		if c, err := time.Parse(form, clock); err == nil {
			return time.Date(y, m, d, c.Hour(), c.Minute(), c.Second(), 0, zone), nil
		}
	}
	return time.Time{}, &fault.Error{Kind: fault.Usage, Field: "--at", Reason: "\"" + clock + "\" is not a time such as 18:30", Hint: "see: perla help dates"}
}
