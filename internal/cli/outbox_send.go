package cli

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"net"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/zalando/go-keyring"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/config"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

// sendPlan is what would go out by one channel.
type sendPlan struct {
	channel, campaign string
	messages          int64
	via               string
}

var sendPlanColumns = []sheet.Column[sendPlan]{
	{Name: "channel", Get: func(p *sendPlan) sheet.Value { return sheet.Text(p.channel) }},
	{Name: "campaign", Get: func(p *sendPlan) sheet.Value { return sheet.Text(p.campaign) }},
	{Name: "messages", Kind: sheet.IntKind, Get: func(p *sendPlan) sheet.Value { return sheet.Int(p.messages) }},
	{Name: "via", Get: func(p *sendPlan) sheet.Value { return sheet.Text(p.via) }},
}

// sentBy is what went out by one channel.
type sentBy struct {
	channel string
	outreach.Sent
}

var sentColumns = []sheet.Column[sentBy]{
	{Name: "channel", Get: func(s *sentBy) sheet.Value { return sheet.Text(s.channel) }},
	sentCount("sent", func(s *sentBy) int64 { return s.Sent.Sent }),
	sentCount("deferred", func(s *sentBy) int64 { return s.Deferred }),
	sentCount("failed", func(s *sentBy) int64 { return s.Failed }),
	sentCount("unknown", func(s *sentBy) int64 { return s.Unknown }),
	sentCount("skipped", func(s *sentBy) int64 { return s.Skipped }),
	sentCount("waiting", func(s *sentBy) int64 { return s.Waiting }),
}

func sentCount(name string, of func(*sentBy) int64) sheet.Column[sentBy] {
	return sheet.Column[sentBy]{Name: name, Kind: sheet.IntKind, Get: func(s *sentBy) sheet.Value { return sheet.Int(of(s)) }}
}

// sendFlags are the flags of send.
type sendFlags struct {
	outboxFlags
	rate string
}

func outboxSend(a *app) *cobra.Command {
	var o sendFlags
	return o.command(a, &cobra.Command{
		Use:   "send",
		Short: "Send what waits, with --yes; else say what would go",
		Long: `Say what would go out, or with --yes send it. At the moment each message leaves
it is asked again whether she may be written to. A run can be stopped and
started again at any moment, and two may run at once: nothing is sent twice.
When the server cannot be reached, or puts something off, the exit code is 11
and the same command goes on later.`,
		Example: `perla outbox send
perla outbox send --channel email --limit 100`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.send(cmd, &o, "outbox send") },
	})
}

func campaignSend(a *app) *cobra.Command {
	var o sendFlags
	cmd := o.command(a, &cobra.Command{
		Use:   "send CAMPAIGN",
		Short: "Send what waits of a campaign, with --yes; else say what would go",
		Long: `Say what of a campaign would go out, or with --yes send it: see perla outbox
send.`,
		Example:           exampleCampaign + "perla campaign launch spring\nperla campaign send spring",
		ValidArgsFunction: a.completeFrom(campaignRefs),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.campaign = args[0]
			return a.send(cmd, &o, "campaign send")
		},
	})
	_ = cmd.Flags().MarkHidden("campaign")
	return cmd
}

func (o *sendFlags) command(a *app, cmd *cobra.Command) *cobra.Command {
	a.writing(a.asking(rowsOf(rowsOf(cmd, sendPlanColumns), sentColumns)))
	o.register(a, cmd)
	cmd.Flags().StringVar(&o.rate, "rate", "", "at most `N` messages a minute (default: the setting send_rate)")
	return cmd
}

// send prints what would go out, or sends it.
func (a *app) send(cmd *cobra.Command, o *sendFlags, what string) error {
	c, err := a.settings()
	if err != nil {
		return err
	}
	var q outreach.MessageQuery
	var waiting []outreach.Message
	err = a.view(cmd.Context(), func(v *book.View) (err error) {
		if q, err = o.query(v, nil); err == nil {
			waiting, err = outreach.Waiting(v, q)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !a.flags.yes || a.flags.dryRun {
		if err := emitSlice(a, sendPlanColumns, planOf(waiting, c.Send)); err != nil {
			return err
		}
		if len(waiting) > 0 {
			a.note("nothing was sent; to let it go: %s --yes", commandLine(cmd, o))
		}
		return nil
	}
	perMinute, err := o.perMinute(c.Send)
	if err != nil {
		return err
	}
	var rows []sentBy
	for _, channel := range outreach.Channels {
		n := slices.IndexFunc(waiting, func(m outreach.Message) bool { return m.Channel == channel })
		if n < 0 {
			continue
		}
		row, err := a.sendBy(cmd.Context(), channel, what, outreach.Sending{MessageQuery: q, PerMinute: perMinute}, c.Send)
		if err != nil {
			if len(rows) > 0 {
				_ = emitSlice(a, sentColumns, rows)
			}
			return err
		}
		if row != nil {
			rows = append(rows, *row)
		}
	}
	if err := emitSlice(a, sentColumns, rows); err != nil {
		return err
	}
	return a.afterSending(rows)
}

// commandLine is the command as it was given, with what narrows it, so that --yes sends no more than was shown.
func commandLine(cmd *cobra.Command, o *sendFlags) string {
	line := cmd.CommandPath()
	if o.campaign != "" && !cmd.Flags().Changed("campaign") {
		line += " " + shellWord(o.campaign)
	}
	for _, name := range []string{"campaign", "channel", "limit", "rate"} {
		if f := cmd.Flags().Lookup(name); f.Changed {
			line += " --" + name + " " + shellWord(f.Value.String())
		}
	}
	return line
}

func (o *sendFlags) perMinute(c config.Send) (int, error) {
	text := o.rate
	if text == "" {
		text = c.Rate
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Usage, fmt.Sprintf("--rate: %q is no number of messages a minute", text), "")
	}
	return n, nil
}

// planOf counts messages by channel and campaign, with what would take them out of the house.
func planOf(list []outreach.Message, c config.Send) (plan []sendPlan) {
	for _, m := range list {
		i := slices.IndexFunc(plan, func(p sendPlan) bool { return p.channel == m.Channel && p.campaign == m.Campaign })
		if i < 0 {
			i, plan = len(plan), append(plan, sendPlan{channel: m.Channel, campaign: m.Campaign, via: viaOf(m.Channel, c)})
		}
		plan[i].messages++
	}
	return plan
}

// viaOf is what takes messages of a channel out of the house.
func viaOf(channel string, c config.Send) string {
	switch {
	case channel == "email" && c.Host == "":
		return "no server yet (smtp_host)"
	case channel == "email":
		return c.Host
	case commandFor(channel, c) != "":
		return commandFor(channel, c)
	}
	return "by hand"
}

func commandFor(channel string, c config.Send) string {
	switch channel {
	case "sms":
		return c.SMSCommand
	case "social":
		return c.SocialCommand
	}
	return ""
}

// sendBy sends what waits by one channel; nil where that is done by hand.
func (a *app) sendBy(ctx context.Context, channel, what string, o outreach.Sending, c config.Send) (*sentBy, error) {
	o.Channel = channel
	b, err := a.book(ctx)
	if err != nil {
		return nil, err
	}
	var carry outreach.Carrier
	command := commandFor(channel, c)
	switch {
	case channel == "email":
		mailer, err := a.mailer(ctx, c)
		if err != nil {
			return nil, err
		}
		if err := mailer.Connect(ctx); err != nil {
			return nil, err
		}
		defer mailer.Close()
		carry = mailer.Carry
	case command != "":
		carry = outreach.CommandCarrier(command)
	default:
		a.hint("messages by %s are sent by hand: perla outbox work --channel %s", channel, channel)
		return nil, nil
	}
	bar := a.progress("sending", 0)
	tally, err := outreach.Send(ctx, b, what, o, carry, func(outreach.Sent) { bar.add(1) })
	bar.done()
	a.changed = true
	return &sentBy{channel, tally}, err
}

// afterSending says what is left to do, and ends with the exit code of what can be gone on with.
func (a *app) afterSending(rows []sentBy) error {
	var all outreach.Sent
	for _, r := range rows {
		all.Deferred, all.Unknown, all.Failed, all.Waiting = all.Deferred+r.Deferred, all.Unknown+r.Unknown, all.Failed+r.Failed, all.Waiting+r.Waiting
		if r.Stopped != "" {
			all.Stopped = r.Stopped
		}
	}
	if all.Failed > 0 {
		a.warn("%s refused for good: perla outbox list --status failed", counted(all.Failed, "message"))
	}
	if all.Unknown > 0 {
		a.warn("of %s nobody knows whether they left: perla outbox list --status unknown", counted(all.Unknown, "message"))
	}
	switch {
	case all.Stopped != "":
		return &fault.Error{Kind: fault.Outside, Reason: all.Stopped, Hint: fmt.Sprintf("%s wait; send again when it can be reached", counted(all.Waiting, "message"))}
	case all.Deferred > 0:
		return &fault.Error{Kind: fault.Outside, Reason: counted(all.Deferred, "message") + " put off by the server", Hint: "send again in some minutes"}
	case all.Unknown > 0:
		return &fault.Error{Kind: fault.Outside, Reason: "of " + counted(all.Unknown, "message") + " nobody knows whether they left", Hint: "find out, then: perla outbox resolve"}
	}
	return nil
}

// mailer is the way to the mail server of the settings, with the password from where it is kept.
func (a *app) mailer(ctx context.Context, c config.Send) (*outreach.Mailer, error) {
	port, _ := strconv.Atoi(c.Port) // the settings are checked
	s := outreach.SMTP{Host: c.Host, Port: port, User: c.User, From: c.From, Security: c.Security, Unsubscribe: c.Unsubscribe, Now: a.now}
	if c.User != "" {
		var err error
		if s.Password, err = a.mailPassword(ctx, c); err != nil {
			return nil, err
		}
	}
	return outreach.NewMailer(s)
}

// passwordTimeout is how long the command that prints the password may take: somebody may have to unlock something.
const passwordTimeout = 2 * time.Minute

// mailPassword is the password of the mail server: never from the command line or the settings, where others read it.
func (a *app) mailPassword(ctx context.Context, c config.Send) (string, error) {
	if word := a.env.Getenv("PERLA_SMTP_PASSWORD"); word != "" {
		return word, nil
	}
	if c.PasswordCommand != "" {
		ctx, stop := context.WithTimeout(ctx, passwordTimeout)
		defer stop()
		shell, flag := "sh", "-c"
		if runtime.GOOS == "windows" {
			shell, flag = "cmd", "/C"
		}
		run := exec.CommandContext(ctx, shell, flag, c.PasswordCommand)
		var said bytes.Buffer
		run.Stderr = &said
		out, err := run.Output()
		if err != nil {
			first, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
			return "", &fault.Error{Kind: fault.Outside, Noun: "setting", Key: "smtp_password_command", Reason: first, Err: err}
		}
		word, _, _ := strings.Cut(string(out), "\n")
		return strings.TrimRight(word, "\r"), nil
	}
	word, err := keyring.Get("perla", c.User)
	if err != nil {
		return "", &fault.Error{Kind: fault.Usage, Noun: "mail server", Key: net.JoinHostPort(c.Host, c.Port), Reason: "there is no password for " + c.User,
			Hint: "set PERLA_SMTP_PASSWORD, or smtp_password_command, or keep it in the keyring under perla and " + c.User}
	}
	return word, nil
}

// collect is a sequence as a list.
func collect[T any](rows iter.Seq2[T, error]) (list []T, err error) {
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, nil
}
