package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// asOf is the day a question is asked about: --as-of, else today in the book's zone. A period means its last day.
func (a *app) asOf(v *book.View) (dates.Date, error) {
	if a.flags.asOf == "" {
		return v.Today(), nil
	}
	d, err := dates.ParseEnd(a.flags.asOf, v.Today())
	return d, inFlag("--as-of", err)
}

// span is the stretch of time that --since, --until and --period choose; all empty is all time.
type span struct{ since, until, period string }

// spanFlags gives a command the flags of a span.
func spanFlags(cmd *cobra.Command) *span {
	s := &span{}
	cmd.Flags().StringVar(&s.since, "since", "", "from the first day of a `DATE` on")
	cmd.Flags().StringVar(&s.until, "until", "", "up to the last day of a `DATE`")
	cmd.Flags().StringVar(&s.period, "period", "", "a `PERIOD`: 2026-Q4, \"last month\", A..B")
	cmd.MarkFlagsMutuallyExclusive("period", "since")
	cmd.MarkFlagsMutuallyExclusive("period", "until")
	return s
}

// days is the span as days, both ends in it, either 0 when open.
func (s *span) days(today dates.Date) (r dates.Range, err error) {
	if s.period != "" {
		r, err = dates.ParseRange(s.period, today)
		return r, inFlag("--period", err)
	}
	if s.since != "" {
		if r.From, err = dates.Parse(s.since, today); err != nil {
			return r, inFlag("--since", err)
		}
	}
	if s.until != "" {
		if r.To, err = dates.ParseEnd(s.until, today); err != nil {
			return r, inFlag("--until", err)
		}
	}
	if r.From != 0 && r.To != 0 && r.To < r.From {
		return r, fault.New(fault.Usage, "--until "+r.To.String()+" is before --since "+r.From.String(), "")
	}
	return r, nil
}

// inFlag names the flag whose value was refused.
func inFlag(flag string, err error) error {
	if err == nil {
		return nil
	}
	e := &fault.Error{Kind: fault.Usage, Field: flag}
	var known *fault.Error
	if errors.As(err, &known) {
		e.Reason, e.Hint = known.Reason, known.Hint
	} else {
		e.Err = err
	}
	if e.Hint == "" {
		e.Hint = "see: perla help dates"
	}
	return e
}
