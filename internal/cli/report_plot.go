package cli

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// plot is what --plot asks for: nothing, a drawing below the table, or one in a file.
type plot struct {
	asked bool
	file  string // "": below the table
}

const (
	plotFlag  = "plot"
	plotBelow = "true" // what --plot says when no file follows it
	plotType  = ".svg"
)

// register gives a command the flag; what says what is drawn. The file stands behind = or, as anybody would write it,
// behind a space: see joinPlot.
func (p *plot) register(cmd *cobra.Command, what string) {
	cmd.Flags().Var(p, plotFlag, "draw "+what+" below the table, or into `[FILE"+plotType+"]`")
	cmd.Flags().Lookup(plotFlag).NoOptDefVal = plotBelow
	_ = cmd.MarkFlagFilename(plotFlag, strings.TrimPrefix(plotType, "."))
}

// String is the present value.
func (p *plot) String() string { return p.file }

// Set takes the name of a file, or nothing.
func (p *plot) Set(text string) error {
	if text == plotBelow || text == "false" {
		*p = plot{asked: text == plotBelow}
		return nil
	}
	if !isPlotFile(text) {
		return &fault.Error{Kind: fault.Usage, Reason: "perla draws " + plotType + " files, not \"" + text + "\"", Hint: "name a file: --plot=sales" + plotType}
	}
	*p = plot{asked: true, file: text}
	return nil
}

// Type makes help show the name of the file alone.
func (p *plot) Type() string { return "bool" }

func isPlotFile(name string) bool { return strings.EqualFold(filepath.Ext(name), plotType) }

// joinPlot writes --plot FILE.svg as --plot=FILE.svg, which is how a flag that may stand alone takes a value.
func joinPlot(args []string) []string {
	for i := 0; i+1 < len(args) && args[i] != "--"; i++ {
		if args[i] == "--"+plotFlag && isPlotFile(args[i+1]) {
			args = slices.Concat(args[:i], []string{args[i] + "=" + args[i+1]}, args[i+2:])
		}
	}
	return args
}

// emitPlotted prints rows and draws what --plot asks for: below a table or card, by the hand of below, or file into one.
// Programs get the rows alone.
func emitPlotted[T any](a *app, p plot, columns []sheet.Column[T], rows []T, below func(io.Writer, render.Style) error, file render.Drawing) error {
	switch {
	case !p.asked:
		return emitSlice(a, columns, rows)
	case p.file != "":
		if err := emitSlice(a, columns, rows); err != nil {
			return err
		}
		if err := writeFile(p.file, func(w io.Writer) error { return render.WriteSVG(w, file) }); err != nil {
			return err
		}
		a.note("the drawing is in %s", p.file)
		return nil
	case !a.forPeople():
		a.note("--plot draws below a table only: add -o table, or name a file: --plot FILE%s", plotType)
		return emitSlice(a, columns, rows)
	}
	format, err := a.format(sheet.Table)
	if err != nil {
		return err
	}
	style, err := a.style()
	if err != nil {
		return err
	}
	o := sheet.Output{Format: format, Setting: a.setting()}
	if a.columnsGiven {
		o.Columns = strings.Split(a.flags.columns, ",")
	}
	return a.write(func(w io.Writer) error {
		untyped, all := sheet.Untyped(columns, rowsIn(rows))
		if err := draw(a, w, o, untyped, all); err != nil {
			return err
		}
		if _, err := io.WriteString(w, "\n"); err != nil {
			return err
		}
		return below(w, style)
	})
}

// emitBars is emitPlotted with bars, those that come first; a file has a title over them.
func emitBars[T any](a *app, p plot, columns []sheet.Column[T], rows []T, title string, bars []render.Bar) error {
	return emitPlotted(a, p, columns, rows, func(w io.Writer, style render.Style) error { return render.Bars(w, style, bars) },
		render.BarChart{Title: title, Bars: bars[:min(len(bars), mostPlotted)]})
}

// percents writes parts of one as whole per cent, on the axis of a drawing.
func percents(part float64) string { return percent(&part) }

// mostPlotted is the number of rows that a drawing of single things shows: more cannot be read.
const mostPlotted = 30
