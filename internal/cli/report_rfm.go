package cli

import (
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/sheet"
)

// rfmRequest is what the flags of report rfm say.
type rfmRequest struct {
	since, method, cuts, segments string
	bins, limit                   int
	frequency, monetary           string
	summary, thresholds           bool
	plot                          plot
	compareTo, sort               string
	where                         whereFlag
	given                         func(flag string) bool
}

func reportRFM(a *app) *cobra.Command {
	o := rfmRequest{method: string(insight.RFMMethods[0]), bins: 5, frequency: string(insight.RFMFrequencies[0]),
		monetary: string(insight.RFMMonetaries[0]), segments: defaultSegments, sort: "customer_id"}
	cmd := rowsOf(&cobra.Command{
		Use:   "rfm",
		Short: "Score customers by recency, frequency and money",
		Long: `Scores run from 1 to 5, 5 the best, over all who bought by the day asked about.
R is recency_days since the last order that counts; F frequency, such orders; M
monetary, their money without tax, shipping and returns. score = 100R + 10F + M.
Who bought nothing is a prospect and has no scores.

  percent     F, M = min(5, 1 + floor(5 x share of customers with less));
              R = 5 - min(4, floor(5 x share of customers with fewer days));
              who has the same figure has the same score
  r-rfm       between the quintiles (type 7) plus one: R package rfm 0.3.0
  ntile       five groups of one size, as SQL's NTILE, ties by customer_id
  thresholds  between the limits of --cuts, lower <= figure < upper

  champions R5 F4-5       loyal R3-4 F4-5    potential_loyalist R4-5 F2-3
  new R5 F1               promising R4 F1    need_attention R3 F3
  about_to_sleep R3 F1-2  cant_lose R1-2 F5  at_risk R1-2 F3-4
  hibernating R1-2 F1-2
Your own segments: a CSV file order,segment,r_lo,r_hi,f_lo,f_hi,m_lo,m_hi, both
ends included; the first range that fits wins.

--where picks customers after they were scored among all.`,
		Example: `perla report rfm --summary --plot             # who matters, at a glance
perla report rfm --sort -monetary --limit 20  # the best twenty
perla report rfm --as-of 2025-12-31 -o csv    # as it stood at that day
perla report rfm --compare-to -1y             # who moved where within a year
perla report rfm --thresholds --method r-rfm  # where the scores part
perla report rfm --cuts "r=30,90,180,365;f=2,3,5,8;m=50,100,250,500"`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.given = cmd.Flags().Changed
			if o.given("cuts") && !o.given("method") {
				o.method = string(insight.RFMThresholds)
			}
			if err := checkLimit(o.limit); err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error { return o.answer(a, v) })
		},
	}, sheet.RFM)
	alsoRowsOf(cmd, sheet.RFMSummary)
	alsoRowsOf(cmd, sheet.RFMBins)
	alsoRowsOf(cmd, sheet.RFMMoves)
	o.register(cmd)
	return cmd
}

// alsoRowsOf adds the columns of another form of a command's rows, but for names that are known already.
func alsoRowsOf[T any](cmd *cobra.Command, columns []sheet.Column[T]) {
	known := columnsOf(cmd)
	rowsOf(cmd, slices.DeleteFunc(slices.Clone(columns), func(c sheet.Column[T]) bool { return slices.Contains(known, c.Name) }))
}

// defaultSegments is the word for the map of segments that perla brings.
const defaultSegments = "default"

func (o *rfmRequest) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.since, "since", "", "count orders from the first day of a `DATE` on")
	f.Var(enumOf(&o.method, texts(insight.RFMMethods)...), "method", "score by `METHOD`: percent, r-rfm, ntile, thresholds")
	f.StringVar(&o.cuts, "cuts", "", "score between the `LIMITS` \"r=...;f=...;m=...\", ascending, four of each")
	f.IntVar(&o.bins, "bins", o.bins, "score from 1 to `N`; other than 5 it needs --segments")
	f.Var(enumOf(&o.frequency, texts(insight.RFMFrequencies)...), "frequency", "count `WHAT`: orders, or days with an order")
	f.Var(enumOf(&o.monetary, texts(insight.RFMMonetaries)...), "monetary", "take the `FIGURE`: sum, or mean of an order")
	f.StringVar(&o.segments, "segments", o.segments, "put customers into the segments of `FILE`")
	f.BoolVar(&o.summary, "summary", false, "print one row a segment")
	f.BoolVar(&o.thresholds, "thresholds", false, "print the limits between the scores")
	f.StringVar(&o.compareTo, "compare-to", "", "print who moved between segments since `DATE`")
	o.plot.register(cmd, "recency by frequency as a map")
	names := namesOf(sheet.RFM)
	f.Var(sortBy(&o.sort, names), "sort", "sort by `COLUMN`, with - before it downwards: any of the first twelve")
	f.IntVar(&o.limit, "limit", 0, "at most `N` rows (0 is all)")
	cmd.MarkFlagsMutuallyExclusive("summary", "thresholds", "compare-to", "sort")
	cmd.MarkFlagsMutuallyExclusive("summary", "thresholds", "compare-to", "limit")
	o.where.register(cmd)
	cmd.MarkFlagsMutuallyExclusive("plot", "thresholds")
	cmd.MarkFlagsMutuallyExclusive("where", "thresholds")
	cmd.MarkFlagsMutuallyExclusive("where", "compare-to")
	cmd.MarkFlagsMutuallyExclusive("plot", "compare-to")
}

func texts[T ~string](list []T) []string {
	words := make([]string, len(list))
	for i, word := range list {
		words[i] = string(word)
	}
	return words
}

func namesOf[T any](columns []sheet.Column[T]) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

// answer reports in the form that was asked for.
func (o *rfmRequest) answer(a *app, v *book.View) error {
	asked, err := o.options(a, v)
	if err != nil {
		return err
	}
	if o.given("compare-to") {
		return o.compare(a, v, asked)
	}
	report, err := insight.ReportRFM(v, asked)
	if err != nil {
		return err
	}
	o.warn(a, report)
	wanted, err := o.where.chooser(a, v)
	if err != nil {
		return err
	}
	report.Rows = slices.DeleteFunc(report.Rows, func(r insight.RFM) bool { return !wanted(r.CustomerID) })
	switch {
	case o.thresholds:
		return emitSlice(a, sheet.RFMBins, report.Bins)
	case o.summary:
		return o.emitSummary(a, report)
	}
	if o.sort != "customer_id" {
		if err := sheet.Sort(sheet.RFM, o.sort, report.Rows); err != nil {
			return err
		}
	}
	rows := report.Rows
	if o.limit > 0 {
		rows = rows[:min(o.limit, len(rows))]
	}
	return emitRFM(a, o.plot, report, sheet.RFM, rows)
}

func (o *rfmRequest) compare(a *app, v *book.View, asked insight.RFMOptions) error {
	earlier, err := dates.ParseEnd(o.compareTo, v.Today())
	if err != nil {
		return inFlag("--compare-to", err)
	}
	report, moves, err := insight.MigrateRFM(v, asked, earlier)
	if err != nil {
		return err
	}
	o.warn(a, report)
	return emitSlice(a, sheet.RFMMoves, moves)
}

// warn says what is odd about the map of segments.
func (o *rfmRequest) warn(a *app, report *insight.RFMReport) {
	for _, w := range report.Warnings {
		a.warn("%s: %s", o.segments, w)
	}
}

// options are the flags as the report takes them.
func (o *rfmRequest) options(a *app, v *book.View) (asked insight.RFMOptions, err error) {
	asked = insight.RFMOptions{Bins: o.bins, Method: insight.RFMMethod(o.method),
		Frequency: insight.RFMFrequency(o.frequency), Monetary: insight.RFMMonetary(o.monetary)}
	if o.bins == 0 { // which the report takes for the default
		return asked, &fault.Error{Kind: fault.Usage, Field: "--bins", Reason: "0 is outside 2 to 10"}
	}
	if asked.AsOf, err = a.asOf(v); err != nil {
		return asked, err
	}
	if o.since != "" {
		if asked.Since, err = dates.Parse(o.since, v.Today()); err != nil {
			return asked, inFlag("--since", err)
		}
	}
	if o.given("cuts") {
		if asked.Cuts, err = insight.ParseRFMCuts(o.cuts, v.Settings().Currency); err != nil {
			return asked, err
		}
	}
	if o.segments != defaultSegments {
		asked.Segments, err = o.readSegments(a)
	}
	return asked, err
}

func (o *rfmRequest) readSegments(a *app) (*insight.RFMSegments, error) {
	var file io.Reader
	file, err := a.stdin(o.segments)
	if err != nil {
		return nil, err
	}
	name := "standard input"
	if o.segments != "-" {
		name = o.segments
		f, err := os.Open(name)
		if err != nil {
			return nil, &fault.Error{Kind: fault.IO, Noun: "segments file", Key: name, Err: cause(err)}
		}
		defer func() { _ = f.Close() }()
		file = f
	}
	return insight.ReadRFMSegments(file, name, o.bins)
}
