package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// emitSummary prints the report by segment. People get whole figures, and a last row for all customers.
func (o *rfmRequest) emitSummary(a *app, report *insight.RFMReport) error {
	rows, columns := report.Summary(), sheet.RFMSummary
	if a.forPeople() {
		if len(rows) > 1 {
			rows = append(rows, report.Total())
		}
		columns = wholeFigures(columns)
	}
	return emitRFM(a, o.plot, report, columns, rows)
}

// wholeFigures are the columns of the summary as people read them: shares in per cent, days without a fraction.
func wholeFigures(columns []sheet.Column[insight.RFMSegmentSummary]) []sheet.Column[insight.RFMSegmentSummary] {
	columns = slices.Clone(columns)
	for i := range columns {
		switch columns[i].Name {
		case "share":
			columns[i].Get = func(s *insight.RFMSegmentSummary) sheet.Value { return sheet.Text(percent(&s.Share)) }
		case "revenue_share":
			columns[i].Get = func(s *insight.RFMSegmentSummary) sheet.Value { return sheet.Text(percent(s.RevenueShare)) }
		case "mean_recency_days":
			columns[i].Get = func(s *insight.RFMSegmentSummary) sheet.Value {
				if s.MeanRecencyDays == nil {
					return sheet.Value{}
				}
				return sheet.Int(int64(math.RoundToEven(*s.MeanRecencyDays)))
			}
		}
	}
	return columns
}

// percent is a part of one in whole per cent, which reads the same in every locale; nothing when there is none.
func percent(part *float64) string {
	switch {
	case part == nil:
		return ""
	case *part > 0 && *part < 0.01:
		return "<1%"
	}
	return strconv.Itoa(int(math.RoundToEven(100**part))) + "%"
}

// emitRFM prints rows, and draws the map of recency by frequency where it is asked for.
func emitRFM[T any](a *app, p plot, report *insight.RFMReport, columns []sheet.Column[T], rows []T) error {
	heat := rfmHeat(report)
	return emitPlotted(a, p, columns, rows, heat.Draw, heat)
}

// rfmHeat is the map of customers by recency and frequency, the best in the corner on the right above.
func rfmHeat(report *insight.RFMReport) render.Heat {
	grid, names := report.Grid(), report.GridSegments()
	slices.Reverse(grid)
	slices.Reverse(names)
	h := render.Heat{Title: "Customers by recency and frequency on " + report.AsOf.String(), Counts: grid, Names: names,
		RowAxis: fmt.Sprintf("R: %d bought last", len(grid)), ColAxis: fmt.Sprintf("F: %d buys most often", len(grid))}
	for i := range grid {
		h.Rows = append(h.Rows, fmt.Sprintf("R%d", len(grid)-i))
		h.Cols = append(h.Cols, fmt.Sprintf("F%d", i+1))
	}
	return h
}
