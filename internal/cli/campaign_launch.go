package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

func campaignAudience(a *app) *cobra.Command {
	var list bool
	var reason string
	cmd := rowsOf(rowsOf(&cobra.Command{
		Use:   "audience CAMPAIGN",
		Short: "Count who hears of a campaign, and why others do not",
		Long: `Count the audience of a campaign as it is now: all whom it means, those who do
not hear of it by reason, and the recipients that are left. Each is counted
under the first reason that holds: excluded, no consent for the channel, no
address, the same address as somebody before, contacted lately (--gap), too
often (--cap), held out.

Once it is launched its recipients are settled: perla outbox list --campaign.`,
		Example: exampleCampaign + `perla campaign audience spring
perla campaign audience spring --list --reason "no consent"`,
		ValidArgsFunction: a.completeFrom(campaignRefs),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.askCampaign(cmd, args[0], func(v *book.View, c outreach.Campaign) error {
				choice, err := a.choice(v, c)
				if err != nil {
					return err
				}
				members, err := outreach.Audience(v, c, choice)
				if err != nil {
					return err
				}
				if !c.Launched.IsZero() {
					a.note("campaign %s was launched on %s: this is whom it would reach now; whom it was for: perla outbox list --campaign %s", c.Ref, c.Launched, c.Ref)
				}
				if !list && reason == "" {
					return emitSlice(a, sheet.AudienceCounts, outreach.CountAudience(members))
				}
				if reason != "" {
					members = slices.DeleteFunc(members, func(m outreach.Member) bool { return m.Reason != reason && (reason != "recipient" || m.Reason != "") })
				}
				return emitSlice(a, sheet.Members, members)
			})
		},
	}, sheet.AudienceCounts), sheet.Members)
	cmd.Flags().BoolVar(&list, "list", false, "person by person")
	words := append([]string{"recipient"}, outreach.Reasons...)
	cmd.Flags().Var(enumOf(&reason, words...), "reason", "only those who do not hear of it for this `REASON`, or are a recipient")
	return cmd
}

func campaignPreview(a *app) *cobra.Command {
	var page string
	cmd := rowsOf(&cobra.Command{
		Use:   "preview CAMPAIGN [CUSTOMER]",
		Short: "Show what a recipient would read",
		Long: `Show what a recipient would read: the first, or the customer named. With --html
what a mail program would show goes into a file, for a browser.`,
		Example: exampleCampaign + `perla campaign preview spring
perla campaign preview spring luis`,
		ValidArgsFunction: a.completeFrom(campaignRefs),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.askCampaign(cmd, args[0], func(v *book.View, c outreach.Campaign) error {
				if c.Template == "" {
					return &fault.Error{Kind: fault.Conflict, Noun: "campaign", Key: c.Ref, Reason: "has no template yet", Hint: "say which words: perla campaign edit " + c.Ref + " --template CODE"}
				}
				if len(args) == 2 {
					return a.preview(v, c.Template, &c, args[1], page)
				}
				choice, err := a.choice(v, c)
				if err != nil {
					return err
				}
				members, err := outreach.Audience(v, c, choice)
				if err != nil {
					return err
				}
				list := outreach.Recipients(members)
				if len(list) == 0 {
					return &fault.Error{Kind: fault.Conflict, Noun: "campaign", Key: c.Ref, Reason: "nobody would hear of it", Hint: "see why: perla campaign audience " + c.Ref}
				}
				return a.preview(v, c.Template, &c, fmt.Sprintf("id:%d", list[0].Customer), page)
			})
		},
	}, sheet.Letters)
	cmd.Flags().StringVar(&page, "html", "", "write the page into `FILE`")
	return cmd
}

func campaignLaunch(a *app) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:   "launch CAMPAIGN",
		Short: "Freeze who hears of a campaign and what they read",
		Long: `Freeze a campaign: its recipients and the words for each go into the outbox,
and who is held out is remembered. Nothing leaves the house yet: see it with
perla outbox list, send it with perla campaign send. Whoever lacks what the
words need is named, and then nothing is written. Until something was sent,
perla undo takes a launch back.`,
		Example:           exampleCampaign + "perla campaign launch spring --dry-run\nperla campaign launch spring",
		ValidArgsFunction: a.completeFrom(campaignRefs),
		RunE: func(cmd *cobra.Command, args []string) error {
			var c outreach.Campaign
			err := a.update(cmd.Context(), "campaign launch", func(tx *book.Tx) (err error) {
				if c, err = outreach.FindCampaign(tx.View, args[0]); err != nil {
					return err
				}
				choice, err := a.choice(tx.View, c)
				if err != nil {
					return err
				}
				if c.Launched.IsZero() && c.Channel != "" {
					members, err := outreach.Audience(tx.View, c, choice)
					if err != nil {
						return err
					}
					a.sayAudience(outreach.CountAudience(members))
				}
				c, err = outreach.Launch(tx, c, choice, a.env.random())
				return err
			})
			if err != nil {
				return err
			}
			if err := emitOne(a, narrow(sheet.Campaigns), c); err != nil || !a.forPeople() || a.flags.dryRun {
				return err
			}
			a.hint("see what would go out: perla campaign send %s; let it go: perla campaign send %s --yes", c.Ref, c.Ref)
			return nil
		},
	}, sheet.Campaigns))
}

func campaignPause(a *app) *cobra.Command {
	return campaignTurn(a, "pause", "Hold a campaign: what waits stays", "", outreach.Pause)
}

func campaignResume(a *app) *cobra.Command {
	return campaignTurn(a, "resume", "Let a paused campaign go on", "perla campaign pause spring\n", outreach.Resume)
}

func campaignCancel(a *app) *cobra.Command {
	return campaignTurn(a, "cancel", "End a campaign: what waits is never sent", "", outreach.Cancel)
}

// campaignTurn is a command that holds a launched campaign or lets it go on.
func campaignTurn(a *app, verb, short, before string, turn func(*book.Tx, outreach.Campaign) (outreach.Campaign, error)) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:               verb + " CAMPAIGN",
		Short:             short,
		Example:           exampleCampaign + "perla campaign launch spring\n" + before + "perla campaign " + verb + " spring",
		ValidArgsFunction: a.completeFrom(campaignRefs),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.turnCampaign(cmd, "campaign "+verb, args[0], turn)
		},
	}, sheet.Campaigns))
}
