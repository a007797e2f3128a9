package segment

import (
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
)

// history is what a bought condition looks at: which lines of which orders.
type history struct {
	lines  bool // it asks for products, so that lines are read
	where  []expr
	window dates.Range
}

// bought compiles a history of purchases. Without a measure it holds of whoever has a purchase that fits. A line of which
// all pieces came back is none; pieces and money are less what came back, on the day of the order it came back from.
func (c *compiler) bought(b *bought) (*leaf, error) {
	h := &history{}
	for _, r := range b.Of {
		if err := c.restrict(h, r); err != nil {
			return nil, err
		}
	}
	var err error
	if h.window, err = c.windows(b.Window); err != nil {
		return nil, err
	}
	l := &leaf{shows: shown{expr: c.boughtShown(h)}}
	if b.Measure == "" {
		rows := c.sold(h, false)
		l.expr = expr{`c.id IN (SELECT o.customer_id FROM ` + rows.sql + `)`, rows.args}
		return l, nil
	}
	measure := strings.ToLower(b.Measure)
	l.opposed = b.Test.opposed()
	if is, missing := b.Test.empty(); is {
		if slices.Contains([]string{"times", "pieces", "money"}, measure) {
			return nil, c.wrong(b.Test.Pos, measure, numberTests+"; it is 0, never empty")
		}
		l.opposed = missing
	}
	test, zero, err := c.measured(h, measure, b.Test)
	if err != nil {
		return nil, err
	}
	rows := c.sold(h, measure == "pieces" || measure == "money")
	if zero { // who bought nothing passes: those are sought who do not
		test, l.opposed = expr{`(` + test.sql + `) IS NOT TRUE`, test.args}, !l.opposed
	}
	l.expr = expr{`c.id IN (SELECT o.customer_id FROM ` + rows.sql + ` GROUP BY o.customer_id HAVING ` + test.sql + `)`, slices.Concat(rows.args, test.args)}
	return l, nil
}

// measured is the test of a measure over the purchases of one customer; zero says that having none passes it.
func (c *compiler) measured(h *history, measure string, t *test) (e expr, zero bool, err error) {
	aggregate, read := c.aggregates(h, measure)
	is, _ := t.empty()
	switch {
	case is:
		return expr{aggregate + ` IS NOT NULL`, nil}, false, nil
	case read == nil:
		days, err := c.periods(measure, t, nil, false)
		if err != nil {
			return e, false, err
		}
		return within(sql(aggregate), days), false, nil
	}
	s, err := c.numbers(measure, t, read)
	if err != nil {
		return e, false, err
	}
	return s.sql(sql(aggregate)), measure != "interval" && s.hold(0), nil
}

// aggregates is how a measure is worked out, and how its values are read, nil where they are days.
func (c *compiler) aggregates(h *history, measure string) (aggregate string, read func(*value) (int64, error)) {
	switch measure {
	case "times":
		if h.lines {
			return `count(DISTINCT o.id)`, c.number
		}
		return `count(*)`, c.number
	case "pieces":
		h.lines = true
		return `ifnull(sum(l.quantity), 0)`, c.number
	case "money":
		if h.lines {
			return `ifnull(sum(l.amount - l.discount), 0)`, c.amount
		}
		return `ifnull(sum(o.net), 0)`, c.amount
	case "interval":
		return meanGap, c.days
	case "first":
		return `min(o.ordered_on)`, nil
	}
	return `max(o.ordered_on)`, nil
}

// sold is the rows a history is made of, orders o and, where it asks for them, lines l. With returns it holds what came
// back too, on the day of its original.
func (c *compiler) sold(h *history, returns bool) expr {
	from, day := `orders o`, `o.ordered_on`
	if h.lines {
		from = `order_lines l JOIN orders o ON o.id = l.order_id`
	}
	list := append([]expr{}, h.where...)
	list = append(list, c.counts("o"))
	switch {
	case returns && (h.window.From != 0 || h.window.To != 0):
		from += ` LEFT JOIN orders x ON x.id = o.original_id`
		day = `ifnull(x.ordered_on, o.ordered_on)`
	case returns:
	case h.lines:
		back := c.counts("r")
		list = append(list, sql(`l.quantity > 0`), expr{`CASE WHEN (SELECT 1 FROM order_lines WHERE original_line_id IS NOT NULL) THEN
			l.quantity > ifnull((SELECT -sum(b.quantity) FROM order_lines b JOIN orders r ON r.id = b.order_id WHERE b.original_line_id = l.id AND ` + back.sql + `), 0)
			ELSE 1 END`, back.args})
	default:
		list = append(list, sql(`o.net >= 0`))
	}
	w := and(append(list, on(day, h.window))...)
	return expr{from + ` WHERE ` + w.sql, w.args}
}

// boughtShown is how often and when last she bought what is asked for.
func (c *compiler) boughtShown(h *history) expr {
	rows := c.sold(h, false)
	return expr{`(SELECT CASE WHEN count(*) > 0 THEN count(DISTINCT o.id) || iif(count(DISTINCT o.id) = 1, ' time', ' times') || ', last ' || max(o.ordered_on) END
		FROM ` + rows.sql + ` AND o.customer_id = c.id)`, rows.args}
}

// restrict narrows a history.
func (c *compiler) restrict(h *history, r *restriction) error {
	kind, list := strings.ToLower(r.Kind), r.Values
	if r.Bare != nil {
		kind, list = "product", r.Bare
	}
	var words []string
	for _, v := range list.Values {
		text, err := c.bare(v)
		if err != nil {
			return err
		}
		words = append(words, book.Fold(text))
	}
	switch kind {
	case "channel":
		h.where = append(h.where, folded("o.channel", words))
		return nil
	case "campaign":
		ids, err := c.campaigns(list)
		h.where = append(h.where, among("o.campaign_id", ids))
		return err
	}
	ids, err := c.products(kind, list, words)
	h.lines = true
	h.where = append(h.where, among("l.product_id", ids))
	return err
}

// among is that a column is one of some ids.
func among(column string, ids []int64) expr {
	const few = 100
	if len(ids) <= few {
		return expr{column + ` IN (` + marks(len(ids)) + `)`, anys(ids)}
	}
	return sql(column+` IN (SELECT value FROM json_each(?))`, listOf(ids))
}

// products are the ids of the products that a restriction names.
func (c *compiler) products(kind string, list *list, words []string) ([]int64, error) {
	if kind == "product" {
		var ids []int64
		for _, v := range list.Values {
			p, err := catalog.FindProduct(c.view, v.text())
			if err != nil {
				return nil, c.asNotFound(v, err)
			}
			ids = append(ids, p.ID)
		}
		return ids, nil
	}
	query := map[string]string{"category": `SELECT id, category AS word FROM products WHERE category IS NOT NULL`,
		"brand": `SELECT id, brand AS word FROM products WHERE brand IS NOT NULL`, "tag": `SELECT product_id AS id, tag AS word FROM product_tags`,
		"cause": `SELECT product_id AS id, value AS word FROM product_attributes WHERE key = 'cause'`}[kind]
	var ids []int64
	var there []string
	met := make([]bool, len(words))
	err := c.view.Each(func(r book.Row) error {
		if i := slices.Index(words, book.Fold(r.Text(1))); i >= 0 {
			ids, met[i] = append(ids, r.Int(0)), true
		} else if !slices.Contains(there, r.Text(1)) {
			there = append(there, strings.Clone(r.Text(1)))
		}
		return nil
	}, `id, word`, `(`+query+`)`)
	for i, v := range list.Values {
		if !met[i] && err == nil {
			c.nobody(kind, v.text(), there)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), err
}
