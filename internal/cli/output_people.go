package cli

import (
	"io"
	"iter"

	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// style is how to draw on standard output, or in the file --out names: there nothing is coloured or cut.
func (a *app) style() (render.Style, error) {
	c, err := a.settings()
	if err != nil {
		return render.Style{}, err
	}
	if a.flags.out != "" {
		return render.Detect(io.Discard, "never", a.env.Getenv)
	}
	return render.Detect(a.env.Out, c.Color, a.env.Getenv)
}

// wording is how figures stand within sentences: with the marks of the book for people, as files have them for programs.
func (a *app) wording() money.Wording {
	if a.forPeople() {
		return a.setting().Wording()
	}
	return money.Wording{Currency: a.setting().Currency}
}

// draw prints rows for people: a table, or a card for each.
func draw(a *app, w io.Writer, o sheet.Output, columns []sheet.Column[any], rows iter.Seq2[any, error]) error {
	picked, err := sheet.Pick(columns, o.Columns)
	if err != nil {
		return err
	}
	var ranks []int // who names columns has them left out from the right
	if len(o.Columns) == 0 {
		picked = sheet.Narrow(picked)
		ranks = sheet.Ranks(picked)
	}
	heads, cells, right, err := sheet.Grid(picked, rows, o.Setting)
	if err != nil {
		return err
	}
	style, err := a.style()
	if err != nil {
		return err
	}
	if len(cells) == 0 {
		a.note("no rows")
	}
	if o.Format == sheet.Card {
		return drawCards(w, style, heads, cells)
	}
	note, err := render.Table(w, style, heads, cells, right, ranks)
	if note != "" && err == nil {
		a.note("%s", note)
	}
	return err
}

func drawCards(w io.Writer, style render.Style, heads []string, cells [][]string) error {
	for i, line := range cells {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		pairs := make([]render.Pair, len(line))
		for j, cell := range line {
			pairs[j] = render.Pair{Label: heads[j], Value: cell}
		}
		if err := render.Card(w, style, "", []render.Section{{Pairs: pairs}}); err != nil {
			return err
		}
	}
	return nil
}
