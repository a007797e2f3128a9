package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// followUp is the value of --follow-up: the day to speak to somebody again, and perhaps what for. Left out there, that
// stands in the word behind it or in --ask.
type followUp struct {
	cmd    *cobra.Command
	text   string
	before int // how many arguments stood before the flag
	ask    string
}

func (f *followUp) register(cmd *cobra.Command) {
	f.cmd = cmd
	cmd.Flags().Var(f, "follow-up", "make a task for `DATE`, such as +7d, and say what for")
	cmd.Flags().StringVar(&f.ask, "ask", "", "what to follow up: `TEXT`")
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		use := cmd.Use
		if f.text != "" {
			use += " [ASK]"
		}
		return argumentsOf(use)(cmd, args)
	}
}

// Set takes the value and notes where it stands.
func (f *followUp) Set(text string) error {
	if strings.TrimSpace(text) == "" {
		return fault.New(fault.Usage, "no day is given", "such as --follow-up +7d")
	}
	f.text, f.before = text, f.cmd.Flags().NArg()
	return nil
}

// String is empty: there is no default.
func (f *followUp) String() string { return "" }

// Type names the kind of value.
func (f *followUp) Type() string { return "date" }

// followed is what arguments and --follow-up come to.
type followed struct {
	summary string
	due     dates.Date // 0 when nothing is to follow
	ask     string
}

// plan parts the arguments behind the customer into what was said and what to ask.
func (f *followUp) plan(cmd *cobra.Command, args []string, today dates.Date) (p followed, err error) {
	day, ask, _ := strings.Cut(strings.TrimSpace(f.text), " ")
	words := slices.Clone(args[1:])
	switch ask = strings.TrimSpace(ask); {
	case f.text == "" && f.ask != "":
		return p, usage(cmd, "--ask says what for, and --follow-up must say when")
	case ask != "" && f.ask != "":
		return p, usage(cmd, "--follow-up and --ask both say what for")
	case ask != "" || f.ask != "":
		ask += f.ask
	case f.text != "" && f.before >= 1 && f.before <= len(words):
		ask = words[f.before-1]
		words = slices.Delete(words, f.before-1, f.before)
	case f.text != "" && len(words) == 2:
		ask, words = words[1], words[:1]
	}
	if len(words) > 1 {
		return p, usage(cmd, "unexpected argument "+words[1]+": --follow-up says what for already")
	}
	p.summary = strings.Join(words, "")
	if f.text == "" {
		return p, nil
	}
	if p.due, err = dates.ParseComing(day, today); err != nil {
		return p, inFlag("--follow-up", err)
	}
	if p.due < today {
		return p, inFlag("--follow-up", fault.New(fault.Usage, p.due.String()+" has gone by", "name a day to come, such as +7d"))
	}
	if p.ask = ask; p.ask == "" {
		p.ask = "follow up"
		if p.summary != "" {
			p.ask += ": " + p.summary
		}
	}
	return p, nil
}
