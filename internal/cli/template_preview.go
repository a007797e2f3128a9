package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

func templatePreview(a *app) *cobra.Command {
	var campaign, page string
	cmd := rowsOf(&cobra.Command{
		Use:   "preview CODE CUSTOMER",
		Short: "Show what one customer would read",
		Long: `Show what one customer would read, in her language where there are words in it.
With --html what a mail program would show goes into a file, for a browser.`,
		Example: exampleTemplate + `perla template preview hello ana
perla template edit hello --format markdown
perla template preview hello ana --html hello.html`,
		ValidArgsFunction: a.completeFrom(templateCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				t, err := outreach.FindTemplate(v, args[0])
				if err != nil {
					return err
				}
				var about *outreach.Campaign
				if campaign != "" {
					c, err := outreach.FindCampaign(v, campaign)
					if err != nil {
						return err
					}
					about = &c
				}
				return a.preview(v, t.Code, about, args[1], page)
			})
		},
	}, sheet.Letters)
	cmd.Flags().StringVar(&campaign, "campaign", "", "as part of `CAMPAIGN`, which fills its gaps, too")
	cmd.Flags().StringVar(&page, "html", "", "write the page into `FILE`")
	completeFlag(cmd, "campaign", a.completeFrom(campaignRefs))
	return cmd
}

// preview prints what one customer would read: as it stands to a person, as a row otherwise.
func (a *app) preview(v *book.View, code string, about *outreach.Campaign, selector, page string) error {
	c, err := contacts.Find(v, selector)
	if err != nil {
		return err
	}
	w, err := outreach.Preview(v, code, about, outreach.Member{Customer: c.ID, Language: c.Language})
	if err != nil {
		return err
	}
	if page != "" {
		if w.HTML == "" {
			return fault.New(fault.Usage, "template "+code+" makes no HTML", "only e-mails in Markdown or HTML do: perla template edit "+code+" --format markdown")
		}
		return writeFile(page, func(out io.Writer) error {
			_, err := io.WriteString(out, previewPage(w.HTML))
			return err
		})
	}
	if !a.forPeople() || a.columnsGiven {
		return emitOne(a, sheet.Letters, w)
	}
	return a.write(func(out io.Writer) error {
		text := w.Text
		if w.Subject != "" {
			text = w.Subject + "\n\n" + text
		}
		_, err := io.WriteString(out, printableLines(strings.TrimRight(text, "\n"))+"\n")
		return err
	})
}

// previewPage is a part of HTML as a page of its own that runs and loads nothing.
func previewPage(part string) string {
	const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`
	if i := strings.Index(strings.ToLower(part), "<head>"); i >= 0 {
		return part[:i+len("<head>")] + head + part[i+len("<head>"):]
	}
	return "<!doctype html>\n<html><head>" + head + "</head><body>\n" + part + "</body></html>\n"
}

// printableLines is a text of several lines without what would move a terminal's cursor.
func printableLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

func templateLint(a *app) *cobra.Command {
	var campaign, where string
	cmd := rowsOf(&cobra.Command{
		Use:   "lint CODE",
		Short: "Find those for whom a template cannot be filled in",
		Long: `Find the customers for whom a template cannot be filled in, and what they lack:
among the recipients of a campaign, those who meet a filter, or everybody.
Where there are any, the exit code is 5.`,
		Example: exampleTemplate + `perla template edit hello --default first_name=friend
perla template lint hello
perla template lint hello --where "city = 'Lisboa'"`,
		ValidArgsFunction: a.completeFrom(templateCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				t, err := outreach.FindTemplate(v, args[0])
				if err != nil {
					return err
				}
				about, members, err := a.lintable(v, t, campaign, where)
				if err != nil {
					return err
				}
				problems, err := outreach.Lint(v, t.Code, about, members)
				if err != nil {
					return err
				}
				if err := emitSlice(a, sheet.TemplateProblems, problems); err != nil || len(problems) == 0 {
					a.note("template %s can be filled in for %s", t.Code, counted(int64(len(members)), "customer"))
					return err
				}
				return &fault.Error{Kind: fault.Rejected, Noun: "template", Key: t.Code, Reason: fmt.Sprintf("cannot be filled in for %d of %s", len(problems), counted(int64(len(members)), "customer")),
					Hint: "say what stands there else: perla template edit " + t.Code + " --default " + problems[0].Field + "=TEXT"}
			})
		},
	}, sheet.TemplateProblems)
	cmd.Flags().StringVar(&campaign, "campaign", "", "only the recipients of `CAMPAIGN`")
	cmd.Flags().StringVar(&where, "where", "", "only those who meet `FILTER` (perla help filters)")
	completeFlag(cmd, "campaign", a.completeFrom(campaignRefs))
	cmd.MarkFlagsMutuallyExclusive("campaign", "where")
	return cmd
}

// lintable are those for whom a template is to be tried.
func (a *app) lintable(v *book.View, t outreach.Template, campaign, where string) (*outreach.Campaign, []outreach.Member, error) {
	about := &outreach.Campaign{Ref: "lint", Channel: t.Channel, Purpose: t.Purpose, Filter: where}
	if campaign != "" {
		c, err := outreach.FindCampaign(v, campaign)
		if err != nil {
			return nil, nil, err
		}
		about = &c
	}
	choice, err := a.choice(v, *about)
	if err != nil {
		return nil, nil, err
	}
	members, err := outreach.Audience(v, *about, choice)
	if err != nil {
		return nil, nil, err
	}
	if campaign == "" {
		return nil, members, nil
	}
	return about, outreach.Recipients(members), nil
}
