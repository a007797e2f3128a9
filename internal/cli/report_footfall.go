package cli

import (
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// footfallRequest is what the flags of the reports of visits say.
type footfallRequest struct {
	by, channel string
	plot        plot
	days        *span
}

func (o *footfallRequest) register(cmd *cobra.Command, drawn string) {
	o.by = string(insight.StepMonth)
	o.days = spanFlags(cmd)
	f := cmd.Flags()
	f.Var(enumOf(&o.by, stepWords()...), "by", "a row for each `PERIOD`: "+strings.Join(stepWords(), ", "))
	f.StringVar(&o.channel, "channel", "", "only by `CHANNEL`")
	o.plot.register(cmd, drawn)
}

// asked is what is asked of the report.
func (o *footfallRequest) asked(a *app, v *book.View) (asked insight.FootfallOptions, err error) {
	asked.By, asked.Channel = insight.Step(o.by), o.channel
	if asked.AsOf, err = a.asOf(v); err == nil {
		asked.Days, err = o.days.days(v.Today())
	}
	return asked, err
}

const visitsComeBy = "visits are written down with perla visit add and perla visit import"

func reportFootfall(a *app) *cobra.Command {
	var o footfallRequest
	cmd := rowsOf(&cobra.Command{
		Use:   "footfall",
		Short: "How many came by, by channel",
		Long:  "The visits of perla visit, summed by period and channel over all sources.",
		Example: `perla report footfall --plot
perla report footfall --by week --period 2026-Q4 --channel store`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				asked, err := o.asked(a, v)
				if err != nil {
					return err
				}
				rows, err := insight.ReportFootfall(v, asked)
				if err != nil {
					return err
				}
				a.hintEmpty(len(rows), visitsComeBy)
				c := byChannel(rows, 0, func(f *insight.Footfall) (string, string, float64) { return f.Period, f.Channel, float64(f.Visits) })
				c.Title, c.YAxis = "Visits by "+o.by, "visits"
				return emitPlotted(a, o.plot, sheet.Footfalls, rows, c.Draw, c)
			})
		},
	}, sheet.Footfalls)
	o.register(cmd, "the visits")
	return cmd
}

func reportConversion(a *app) *cobra.Command {
	var o footfallRequest
	cmd := rowsOf(&cobra.Command{
		Use:   "conversion",
		Short: "What part of the visits became orders",
		Long: `The orders that count at the as-of day over the visits of the same channel and
period (rate). Channels whose visits nobody counted are left out; a period
without visits has no rate.`,
		Example: `perla report conversion
perla report conversion --by week --since -90d --plot`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				asked, err := o.asked(a, v)
				if err != nil {
					return err
				}
				rows, err := insight.ReportConversion(v, asked)
				if err != nil {
					return err
				}
				if i := slices.IndexFunc(rows, func(c insight.Conversion) bool { return c.Orders > c.Visits }); i >= 0 {
					a.warn("%s, %s: more orders than visits; were all visits counted?", rows[i].Period, rows[i].Channel)
				}
				a.hintEmpty(len(rows), visitsComeBy)
				c := byChannel(rows, math.NaN(), func(c *insight.Conversion) (string, string, float64) {
					if c.Rate == nil {
						return c.Period, c.Channel, math.NaN()
					}
					return c.Period, c.Channel, *c.Rate
				})
				c.Title, c.YAxis, c.Format = "Orders by visit, by "+o.by, "share of the visits", percents
				columns := sheet.Conversions
				if a.forPeople() {
					columns = shares(columns, map[string]func(*insight.Conversion) *float64{"rate": func(c *insight.Conversion) *float64 { return c.Rate }})
				}
				return emitPlotted(a, o.plot, columns, rows, c.Draw, c)
			})
		},
	}, sheet.Conversions)
	o.register(cmd, "the rates")
	return cmd
}

// byChannel is a chart with a line for each channel over the periods there are; where nothing is known of a channel it is
// at none.
func byChannel[T any](rows []T, none float64, of func(*T) (period, channel string, figure float64)) (c render.Chart) {
	for i := range rows {
		period, channel, figure := of(&rows[i])
		x := slices.Index(c.X, period)
		if x < 0 {
			x = len(c.X)
			c.X = append(c.X, period)
		}
		n := slices.IndexFunc(c.Series, func(s render.Series) bool { return s.Name == channel })
		if n < 0 {
			n = len(c.Series)
			c.Series = append(c.Series, render.Series{Name: channel})
		}
		values := &c.Series[n].Values
		for len(*values) < x {
			*values = append(*values, none)
		}
		*values = append(*values, figure)
	}
	for n := range c.Series {
		for len(c.Series[n].Values) < len(c.X) {
			c.Series[n].Values = append(c.Series[n].Values, none)
		}
	}
	return c
}
