package cli

import (
	"fmt"
	"io"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// orderPage is one order as `order show` prints it.
type orderPage struct {
	order  sales.Order
	story  []sales.Event
	lines  []sheet.OrderLine // or the order itself, when it has none
	money  orderMoney
	points sales.OrderPoints
}

// orderPageOf reads the page of an order, with what had happened by a day.
func orderPageOf(v *book.View, order sales.Order, day dates.Date) (p orderPage, err error) {
	p.order = order
	if p.story, err = sales.Story(v, order.ID, day); err != nil {
		return p, err
	}
	if p.money, err = orderMoneyOf(v, order, day); err != nil {
		return p, err
	}
	p.story = p.money.in(p.story)
	if p.points, err = sales.PointsOf(v, order.ID, day); err != nil {
		return p, err
	}
	lines, err := sales.Lines(v, order.ID, day)
	if len(lines) == 0 {
		lines = []sales.Line{{}}
	}
	for _, l := range lines {
		p.lines = append(p.lines, sheet.OrderLine{Order: order, Line: l})
	}
	return p, err
}

// orderPageByID is the page of an order that was just made or moved.
func orderPageByID(v *book.View, id int64) (orderPage, error) {
	order, err := sales.Find(v, fmt.Sprintf("id:%d", id), v.Today())
	if err != nil {
		return orderPage{}, err
	}
	return orderPageOf(v, order, v.Today())
}

// show prints the page: as a card and a table to a person who did not choose the columns, else a row a line.
func (p *orderPage) show(a *app) error {
	if a.forPeople() && !a.columnsGiven {
		return a.write(func(w io.Writer) error { return p.draw(a, w) })
	}
	lines := p.lines
	if format, err := a.format(sheet.Table); err == nil && format == sheet.IDs { // the order is one, however many lines it has
		lines = lines[:min(1, len(lines))]
	}
	return emitSlice(a, sheet.OrderLines, lines)
}

// showAdded prints the page of a new order, or its id alone where nobody asked for more.
func (p *orderPage) showAdded(a *app) error {
	if a.askedForRows() || isTerminal(a.env.Out) {
		return p.show(a)
	}
	_, err := fmt.Fprintln(a.out, p.order.ID)
	return err
}

// draw draws an order for a person: a card, and a table of its lines.
func (p *orderPage) draw(a *app, w io.Writer) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	heads, cells, _, err := sheet.Grid(sheet.Orders, oneRow(p.order), a.setting())
	if err != nil {
		return err
	}
	var pairs []render.Pair
	for i, head := range heads {
		switch head {
		case "id", "currency", "customer_id", "ref_source":
		case "total":
			for _, part := range []struct {
				label  string
				amount int64
				text   string
			}{{"discount", int64(p.order.Discount), a.moneyText(-p.order.Discount)}, {"tax", int64(p.order.Tax), a.moneyText(p.order.Tax)},
				{"shipping", int64(p.order.Shipping), a.moneyText(p.order.Shipping)}} {
				if part.amount != 0 {
					pairs = append(pairs, render.Pair{Label: part.label, Value: part.text})
				}
			}
			pairs = append(pairs, render.Pair{Label: head, Value: cells[0][i] + " " + p.order.Currency})
		case "paid", "due":
			if back := p.order.Total - p.order.Paid() - p.order.Due(); head == "paid" && back != 0 && p.partlyBack() {
				pairs = append(pairs, render.Pair{Label: "returned", Value: a.moneyText(-back)})
			}
			pairs = append(pairs, render.Pair{Label: head, Value: cells[0][i] + " " + p.order.Currency})
		default:
			pairs = append(pairs, render.Pair{Label: head, Value: cells[0][i]})
		}
	}
	pairs = append(pairs, render.Pair{Label: "notes", Value: p.order.Notes})
	sections := []render.Section{{Pairs: pairs}}
	if len(p.story) > 0 {
		var story []render.Pair
		for _, e := range p.story {
			story = append(story, render.Pair{Label: e.On.String(), Value: e.What})
		}
		sections = append(sections, render.Section{Title: "What happened", Pairs: story})
	}
	sections = append(sections, p.money.section(a), p.pointsSection(a))
	if err := render.Card(w, style, fmt.Sprintf("Order %d", p.order.ID), sections); err != nil || p.lines[0].SKU == "" {
		return err
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return err
	}
	heads, cells, right, err := sheet.Grid(p.columns(style.Width), rowsIn(p.lines), a.setting())
	if err != nil {
		return err
	}
	note, err := render.Table(w, style, heads, cells, right, nil)
	if note != "" && err == nil {
		a.note("%s", note)
	}
	return err
}

// partlyBack tells whether some pieces of the order came back, and not all.
func (p *orderPage) partlyBack() bool {
	return p.order.Status != sales.Returned && slices.ContainsFunc(p.lines, func(l sheet.OrderLine) bool { return l.Returned > 0 })
}

// columns are those of the lines that say something in this order, what counts most before what a narrow terminal must
// leave out: where it has no room for all the figures, what a line comes to before what a piece costs.
func (p *orderPage) columns(width int) []sheet.Column[sheet.OrderLine] {
	says := map[string]func(l sheet.OrderLine) bool{
		"discount":    func(l sheet.OrderLine) bool { return l.Line.Discount != 0 },
		"tax":         func(l sheet.OrderLine) bool { return l.Line.Tax != 0 },
		"promotion":   func(l sheet.OrderLine) bool { return l.Promotion != "" },
		"shipped":     func(l sheet.OrderLine) bool { return l.Shipped != 0 && l.Shipped != l.Quantity },
		"returned":    func(l sheet.OrderLine) bool { return l.Returned != 0 },
		"backordered": func(l sheet.OrderLine) bool { return l.Backordered != 0 },
	}
	columns := slices.DeleteFunc(sheet.Narrow(sheet.Lines), func(c sheet.Column[sheet.OrderLine]) bool {
		return says[c.Name] != nil && !slices.ContainsFunc(p.lines, says[c.Name])
	})
	rank := map[string]int{"shipped": 2, "returned": 2, "promotion": 3, "backordered": 1}
	if width < roomForFigures {
		rank["unit_price"], rank["discount"], rank["tax"] = 1, 1, 1
	}
	slices.SortStableFunc(columns, func(a, b sheet.Column[sheet.OrderLine]) int { return rank[a.Name] - rank[b.Name] })
	return columns
}

// roomForFigures is how wide a terminal must be for a line of an order to show how its total comes about.
const roomForFigures = 60
