package segment

import (
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/dates"
)

// counts is that an order of alias o counts at the as-of day: see definitions of sales.
func (c *compiler) counts(o string) expr {
	day := c.day.String()
	return sql(fmt.Sprintf(`%[1]s.ordered_on <= ? AND (%[1]s.is_history = 1 OR %[1]s.confirmed_on <= ?)
		AND (%[1]s.cancelled_on IS NULL OR %[1]s.cancelled_on > ?) AND (%[1]s.returned_on IS NULL OR %[1]s.returned_on > ?)`, o), day, day, day, day)
}

// and joins conditions, those that are empty left out.
func and(list ...expr) expr {
	list = slices.DeleteFunc(slices.Clone(list), func(e expr) bool { return e.sql == "" })
	return balanced(list, " AND ")
}

// on is that a day, an expression, lies in a stretch of days; nothing where that is open at both ends.
func on(day string, r dates.Range) expr {
	if r.From == 0 && r.To == 0 {
		return expr{}
	}
	return within(sql(day), []dates.Range{r})
}

// purchases are her orders that count and are no returns, in a stretch of days.
func (c *compiler) purchases(r dates.Range) expr {
	w := and(c.counts("o"), sql(`o.net >= 0`), on("o.ordered_on", r))
	return expr{`orders o WHERE o.customer_id = c.id AND ` + w.sql, w.args}
}

// of makes a scalar of a SELECT of something from a table expression.
func of(what string, from expr, rest string) expr {
	return expr{`(SELECT ` + what + ` FROM ` + from.sql + rest + `)`, from.args}
}

// counted compiles a number that is never missing, over a stretch of days.
func (c *compiler) counted(f *field, money bool, read func(*value) (int64, error), of func(dates.Range) expr) (*leaf, error) {
	if is, _ := f.Test.empty(); is {
		return nil, c.wrong(f.Test.Pos, f.Name, numberTests+"; it is 0, never empty")
	}
	s, err := c.numbers(f.Name, f.Test, read)
	if err != nil {
		return nil, err
	}
	r, err := c.windows(f.Window)
	if err != nil {
		return nil, err
	}
	sum := of(r)
	return &leaf{opposed: f.Test.opposed(), expr: s.sql(sum), shows: shown{expr: sum, money: money}}, nil
}

func (c *compiler) ordersField(f *field) (*leaf, error) {
	return c.counted(f, false, c.number, func(r dates.Range) expr { return of("count(*)", c.purchases(r), "") })
}

// spentField sums her net money. A return belongs to the day of its original: of the few who have one the exact sum is
// taken, of all others one that the index alone can answer.
func (c *compiler) spentField(f *field) (*leaf, error) {
	return c.counted(f, true, c.amount, func(r dates.Range) expr {
		counts := c.counts("o")
		if r.From == 0 && r.To == 0 {
			return expr{`(SELECT ifnull(sum(o.net), 0) FROM orders o WHERE o.customer_id = c.id AND ` + counts.sql + `)`, counts.args}
		}
		plain := and(counts, on("o.ordered_on", r))
		exact := and(counts, on("ifnull(x.ordered_on, o.ordered_on)", r))
		return expr{`(CASE WHEN c.id IN (SELECT b.customer_id FROM orders b WHERE b.original_id IS NOT NULL)
			THEN (SELECT ifnull(sum(o.net), 0) FROM orders o LEFT JOIN orders x ON x.id = o.original_id WHERE o.customer_id = c.id AND ` + exact.sql + `)
			ELSE (SELECT ifnull(sum(o.net), 0) FROM orders o WHERE o.customer_id = c.id AND ` + plain.sql + `) END)`, slices.Concat(exact.args, plain.args)}
	})
}

func (c *compiler) lastOrderField(f *field) (*leaf, error) {
	return c.dayOf(f, of("o.ordered_on", c.purchases(dates.Range{}), " ORDER BY o.ordered_on DESC LIMIT 1"))
}

func (c *compiler) firstOrderField(f *field) (*leaf, error) {
	return c.dayOf(f, of("o.ordered_on", c.purchases(dates.Range{}), " ORDER BY o.ordered_on LIMIT 1"))
}

// meanGap is the mean days between the days of some orders o, rounded; NULL with fewer than two.
const meanGap = `CASE WHEN count(DISTINCT o.ordered_on) > 1
	THEN CAST(round((julianday(max(o.ordered_on)) - julianday(min(o.ordered_on))) / (count(DISTINCT o.ordered_on) - 1)) AS INTEGER) END`

func (c *compiler) intervalField(f *field) (*leaf, error) {
	return c.figure(f, of(meanGap, c.purchases(dates.Range{}), ""), false, c.days)
}
