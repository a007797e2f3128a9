package cli

import (
	"io"
	"slices"

	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// emitWhole prints one row; as a card, unless columns are chosen, with every column that holds something but those in
// drop, which say again what others say.
func emitWhole[T any](a *app, title string, columns []sheet.Column[T], row T, drop ...string) error {
	format, err := a.format(sheet.Card)
	if err != nil {
		return err
	}
	if format != sheet.Card || !a.forPeople() || a.columnsGiven {
		return emitOne(a, columns, row)
	}
	heads, cells, _, err := sheet.Grid(columns, oneRow(row), a.setting())
	if err != nil {
		return err
	}
	var pairs []render.Pair
	for i, head := range heads {
		if !slices.Contains(drop, head) {
			pairs = append(pairs, render.Pair{Label: head, Value: cells[0][i]})
		}
	}
	return a.write(func(w io.Writer) error {
		style, err := a.style()
		if err != nil {
			return err
		}
		return render.Card(w, style, title, []render.Section{{Pairs: pairs}})
	})
}

// emitWholeAdded is emitAdded with the whole card.
func emitWholeAdded[T any](a *app, title string, columns []sheet.Column[T], row T, id int64, drop ...string) error {
	if !a.askedForRows() && isTerminal(a.env.Out) {
		return emitWhole(a, title, columns, row, drop...)
	}
	return emitAdded(a, columns, row, id)
}
