package loyalty

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// At once are so many orders of an import reckoned, or read with all that is known of them.
const (
	ordersAtOnce  = 50_000
	ordersInDepth = 10_000
)

// AccrueHistory is Accrue for the orders that an import made: those with ids from first to last, earning on their own day.
// Where what an order earns follows from the order alone, orders are streamed through the rules, and only what rules ask
// about is read; where tiers, caps or segments have a say it goes day by day. segments may be nil: then nobody is in any.
func AccrueHistory(tx *book.Tx, first, last int64, segments Segments) error {
	for _, programme := range Programmes {
		plan, err := ReadPlan(tx.View, programme)
		if err != nil {
			return err
		}
		if !plan.Active() || last < first {
			continue
		}
		h := history{accrual: accrual{view: tx.View, tx: tx, plan: plan}, first: first, last: last, segments: segments}
		alone, err := h.alone()
		if err != nil {
			return err
		}
		if alone {
			if err = h.stream(); err == nil {
				err = h.begin()
			}
		} else {
			err = h.days()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// history is one AccrueHistory in one programme.
type history struct {
	accrual
	first, last int64
	segments    Segments
}

// alone says whether what each order earns follows from itself: no tiers, caps or segments, no returns among the orders,
// and none of them earned anything before.
func (h *history) alone() (bool, error) {
	for i := range h.plan.rules {
		if r := &h.plan.rules[i]; r.Kind != Event && (r.Cap > 0 || len(r.Scope.words[ScopeSegment]) > 0) {
			return false, nil
		}
	}
	_, depends, err := book.One(h.tx.View, book.Scalar[int64], `SELECT 1 WHERE EXISTS (SELECT 1 FROM tiers WHERE programme = ?1)
		OR EXISTS (SELECT 1 FROM point_entries WHERE order_id BETWEEN ?2 AND ?3)
		OR EXISTS (SELECT 1 FROM orders INDEXED BY orders_original WHERE original_id IS NOT NULL AND (id BETWEEN ?2 AND ?3 OR original_id BETWEEN ?2 AND ?3))
		OR EXISTS (SELECT 1 FROM payments INDEXED BY payments_order WHERE order_id BETWEEN ?2 AND ?3 AND method = 'points')`, h.plan.Programme, h.first, h.last)
	return !depends, err
}

// days brings the orders up to date day by day.
func (h *history) days() error {
	type dated struct {
		day dates.Date
		id  int64
	}
	var list []dated
	if err := h.tx.Each(func(r book.Row) error {
		list = append(list, dated{dayOf(r.Text(0)), r.Int(1)})
		return nil
	}, `ordered_on, id`, `(SELECT ordered_on, id FROM orders WHERE id BETWEEN ? AND ? ORDER BY ordered_on, id LIMIT -1)`, h.first, h.last); err != nil {
		return err
	}
	for chunk := range slices.Chunk(list, ordersInDepth) {
		ids := make([]int64, len(chunk))
		for i := range chunk {
			ids[i] = chunk[i].id
		}
		var day dates.Date
		var of map[int64][]string
		var failed error
		about := func(o *order) {
			if o.day != day && failed == nil {
				day = o.day
				of, failed = h.segmentsOf(day, ids)
			}
			o.reached = Reached{Order: o.id, On: o.day, Segments: of[o.customer]}
		}
		if err := cmp.Or(h.accrue(ids, about), failed, h.tx.Context().Err()); err != nil {
			return err
		}
	}
	return nil
}

// segmentsOf are the segments on the day before a day of the customers of those orders that are of it, where a rule asks.
func (h *history) segmentsOf(day dates.Date, orders []int64) (map[int64][]string, error) {
	if h.segments == nil || !h.plan.on(day).asks[ScopeSegment] {
		return nil, nil
	}
	if err := h.flush(); err != nil { // a segment may be about points
		return nil, err
	}
	customers, err := book.All(h.tx.View, book.Scalar[int64], `SELECT DISTINCT o.customer_id FROM json_each(?) f CROSS JOIN orders o ON o.id = f.value
		WHERE o.ordered_on = ?`, listOf(orders), day.String())
	if err != nil {
		return nil, err
	}
	return h.segments(h.tx.View, day.AddDays(-1), customers)
}

// stream reckons each order by itself, some at once.
func (h *history) stream() error {
	lined := h.plan.lined()
	if lined {
		ids, err := book.All(h.tx.View, book.Scalar[int64], `SELECT id FROM products`)
		if err != nil {
			return err
		}
		h.products = make(map[int64]*Product, len(ids))
		for _, id := range ids {
			h.products[id] = &Product{}
		}
		if err := readProducts(h.tx.View, ids, h.products); err != nil {
			return err
		}
	}
	out, err := h.newWriter()
	if err != nil {
		return err
	}
	return out.around(func() error {
		first := h.first
		if asks := h.plan.asks(); out.load != nil && !lined && !asks[ScopeFirstOrder] && !asks[ScopeBirthdayMonth] {
			last, err := h.walk(out.add)
			if err != nil {
				return err
			}
			first = last + 1
		}
		for from := first; from <= h.last; from += ordersAtOnce {
			to := min(from+ordersAtOnce-1, h.last)
			var lines map[int64][]Line
			if lined {
				if lines, err = h.lines(from, to); err != nil {
					return err
				}
			}
			if err := h.reckon(from, to, lines, out.add); err != nil {
				return err
			}
			if err := out.write(); err != nil {
				return err
			}
			if err := h.tx.Context().Err(); err != nil {
				return err
			}
		}
		return out.write()
	})
}

// begin enters what first orders set off, by events of the programme.
func (h *history) begin() error {
	if h.plan.Programme != Clients || !h.plan.knows(firstEvents...) {
		return nil
	}
	var list []occasion
	if err := h.tx.Each(func(r book.Row) error {
		if day := dayOf(r.Text(1)); facts(r.Int(2)).reach(h.plan.on(day).settings.EarnAt, false) {
			list = firsts(list, r.Int(0), r.Int(3), day)
		}
		return nil
	}, `o.customer_id, o.ordered_on, `+factsSQL+`, c.referred_by_id`, `orders o JOIN customers c ON c.id = o.customer_id
		WHERE o.id BETWEEN ? AND ? AND o.net > 0 AND `+firstSQL, h.first, h.last); err != nil {
		return err
	}
	return h.happened(list)
}

// lines reads what the orders of a range of ids are made of.
func (h *history) lines(from, to int64) (map[int64][]Line, error) {
	lines := make(map[int64][]Line, to-from+1)
	err := h.tx.Each(func(r book.Row) error {
		lines[r.Int(0)] = append(lines[r.Int(0)], Line{Product: h.products[r.Int(1)], Amount: money.Amount(r.Int(2))})
		return nil
	}, `order_id, product_id, amount - discount`, `order_lines INDEXED BY order_lines_order WHERE order_id BETWEEN ? AND ?`, from, to)
	return lines, err
}

// reckon hands over what orders of a range of ids earn. Only columns that a rule asks about are read.
func (h *history) reckon(from, to int64, lines map[int64][]Line, add func(*Posting)) error {
	asks := h.plan.asks()
	columns := []string{`o.id`, `o.` + holder(h.plan.Programme), `o.ordered_on`, `o.net`, factsSQL}
	column := func(sql string, wanted bool) int {
		if !wanted {
			return -1
		}
		columns = append(columns, sql)
		return len(columns) - 1
	}
	channel := column(`o.channel`, asks[ScopeChannel])
	first := column(firstSQL, asks[ScopeFirstOrder])
	birthday := column(`(SELECT c.birthday FROM customers c WHERE c.id = o.customer_id)`, asks[ScopeBirthdayMonth])
	var o order
	return h.tx.Each(func(r book.Row) error {
		o = order{id: r.Int(0), day: dayOf(r.Text(2)), net: money.Amount(r.Int(3)), facts: facts(r.Int(4)), lines: lines[r.Int(0)]}
		if channel >= 0 {
			o.channel = r.Text(channel)
		}
		if first >= 0 {
			o.first = r.Int(first) != 0
		}
		if birthday >= 0 {
			o.birthday = birthMonth(r.Text(birthday))
		}
		h.enter(&o, accountOf(h.plan.Programme, r.Int(1)), add)
		return nil
	}, strings.Join(columns, ", "), `orders o WHERE o.id BETWEEN ? AND ?`, from, to)
}

// enter hands over what an order earns.
func (h *history) enter(o *order, account Account, add func(*Posting)) {
	if account.id() == 0 || o.net <= 0 {
		return
	}
	settings := &h.plan.on(o.day).settings
	if !o.facts.reach(settings.EarnAt, false) {
		return
	}
	if points, plain := h.plan.plain(o.day, o.net); plain {
		if points > 0 {
			p := Part{Kind: EntryEarn}
			posting := p.posting(o, account, 0, points, settings)
			add(&posting)
		}
		return
	}
	award := Earned(h.plan, o.purchase(Tier{}, nil))
	for i := range award.Parts {
		part := &award.Parts[i]
		rule := int64(0)
		if part.Rule != nil {
			rule = part.Rule.ID
		}
		posting := part.posting(o, account, rule, part.Points, settings)
		add(&posting)
	}
}

// walkedColumns are what walk reads of an order, beside its account.
var walkedColumns = []string{"", "ordered_on", "total", "tax", "shipping", "channel", "is_history", "confirmed_on", "shipped_on", "invoiced_on", "cancelled_on", "returned_on"}

const (
	walkedAccount = iota
	walkedDay
	walkedTotal
	walkedTax
	walkedShipping
	walkedChannel
	walkedHistory
	walkedConfirmed
	walkedShipped
	walkedInvoiced
	walkedCancelled
	walkedReturned
)

// walk is reckon for orders that make up most of the book, read from the pages of their table. It gives the last id that
// was handed over; those behind it are left to SQL.
func (h *history) walk(add func(*Posting)) (last int64, err error) {
	columns := slices.Clone(walkedColumns)
	columns[walkedAccount] = holder(h.plan.Programme)
	days := map[string]dates.Date{}
	var o order
	last = h.first - 1
	err = h.tx.WalkTable("orders", columns, func(r *book.TableRow) error {
		if r.ID < h.first || r.ID > h.last {
			return nil
		}
		day, known := days[string(r.Text(walkedDay))]
		if !known {
			day = dayOf(string(r.Text(walkedDay)))
			days[string(r.Text(walkedDay))] = day
		}
		o = order{id: r.ID, day: day, net: money.Amount(r.Int(walkedTotal) - r.Int(walkedTax) - r.Int(walkedShipping))}
		if r.Int(walkedHistory) != 0 {
			o.facts |= isHistory
		}
		for i, fact := range [...]facts{isConfirmed, isShipped, isInvoiced, isGone, isGone} {
			if !r.Null(walkedConfirmed + i) {
				o.facts |= fact
			}
		}
		if !r.Null(walkedChannel) {
			o.channel = string(r.Text(walkedChannel))
		}
		h.enter(&o, accountOf(h.plan.Programme, r.Int(walkedAccount)), add)
		last = r.ID
		return nil
	})
	if errors.Is(err, book.ErrUnwalkable) {
		err = nil
	}
	return last, err
}

// asks are the keys that any rule of the programme asks about.
func (p *Plan) asks() (asks [scopeKeys]bool) {
	for i := range p.rules {
		for key, words := range p.rules[i].Scope.words {
			asks[key] = asks[key] || len(words) > 0
		}
	}
	return asks
}
