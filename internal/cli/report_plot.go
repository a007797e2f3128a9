package cli

import (
	"io"
	"strings"

	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// emitPlotted prints rows and, below a table or card, what plot draws. Programs get the rows alone, and are told so.
func emitPlotted[T any](a *app, columns []sheet.Column[T], rows []T, plot func(io.Writer, render.Style) error) error {
	if !a.forPeople() {
		a.note("--plot draws below a table only: add -o table")
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
		if err := draw(a, w, o, columns, rowsIn(rows)); err != nil {
			return err
		}
		if _, err := io.WriteString(w, "\n"); err != nil {
			return err
		}
		return plot(w, style)
	})
}
