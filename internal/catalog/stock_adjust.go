package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Adjustment is a number of pieces that came or went otherwise than by a delivery or a sale.
type Adjustment struct {
	Product int64
	Pieces  int64  // below 0 for what is gone
	Lot     string // "" for what is gone: first expired first out; for what came: no lot
	Reason  string
	On      dates.Date // 0 is today
}

// Adjust books what broke, was given away or was found. What comes is worth the average of what there is, else the dated
// cost. More than there is cannot be gone, on that day or any later one: a fault.Conflict. What orders have reserved can.
func Adjust(tx *book.Tx, a Adjustment) error {
	if a.On.IsZero() {
		a.On = tx.Today()
	}
	if err := checkDay(tx.View, a.On); err != nil {
		return err
	}
	all, err := stocks(tx.View, a.On, a.Product)
	if err != nil {
		return err
	}
	s := all[a.Product]
	m := move{product: a.Product, on: a.On, kind: moveAdjust, reason: a.Reason, lot: a.Lot}
	if a.Lot != "" {
		if m.expiresOn, err = s.mustHaveLot(tx.View, a.Lot); err != nil {
			return err
		}
	}
	var moves []move
	if a.Pieces > 0 {
		moves, err = s.find(tx.View, m, a.Pieces)
	} else {
		moves, err = s.lose(tx.View, m, -a.Pieces, a.Lot == "")
	}
	if err != nil {
		return err
	}
	return writeMoves(tx, moves)
}

// find makes the move of pieces that were found.
func (s *stock) find(v *book.View, m move, pieces int64) ([]move, error) {
	costs, err := CostAt(v, []int64{s.product}, m.on)
	if err != nil {
		return nil, err
	}
	each, known := costs[s.product]
	m, err = s.come(m, pieces, each, known)
	return []move{m}, err
}

// lose makes the moves of pieces that are gone: of the lot of m, or of any.
func (s *stock) lose(v *book.View, m move, pieces int64, any bool) ([]move, error) {
	only, of := anyLot, ""
	if !any {
		only = lotNamed(m.lot)
		if m.lot != "" {
			of = " of lot " + m.lot
		}
	}
	if have := s.free(only); have < pieces {
		return nil, s.notEnough(v, of, have, pieces)
	}
	moves, _ := s.leave(m, pieces, only)
	return moves, nil
}

// mustHaveLot is the last day of a lot that a product has, or had.
func (s *stock) mustHaveLot(v *book.View, name string) (dates.Date, error) {
	i := slices.IndexFunc(s.lots, func(l Lot) bool { return l.Name == name })
	if i >= 0 {
		return s.lots[i].ExpiresOn, nil
	}
	sku, err := skuOf(v, s.product)
	if err != nil {
		return 0, err
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: "lot", Key: name, Reason: sku + " has no such lot"}
	if names := s.lotNames(); names != "" {
		e.Hint = "its lots: " + names
	}
	return 0, e
}

// lotNames are the names of the lots that have pieces.
func (s *stock) lotNames() string {
	var names []string
	for _, l := range s.lots {
		if l.Name != "" && l.Quantity > 0 {
			names = append(names, l.Name)
		}
	}
	return strings.Join(names, ", ")
}

// Shortage is what orders wait for that there is no longer.
type Shortage struct {
	SKU    string
	Pieces int64
	Orders []int64 // those that can no longer be shipped whole: the ones confirmed last
}

// Shortages says of which of some products orders have reserved more than there is: after a loss.
func Shortages(v *book.View, products ...int64) (short []Shortage, err error) {
	levels, err := Levels(v, 0, products...)
	if err != nil {
		return nil, err
	}
	for _, p := range products {
		l := levels[p]
		if !l.Tracked || l.Available >= 0 {
			continue
		}
		s := Shortage{Pieces: -l.Available}
		if s.SKU, err = skuOf(v, p); err != nil {
			return nil, err
		}
		left := s.Pieces
		err := v.Each(func(r book.Row) error {
			if left > 0 && r.Int(1) > 0 {
				if n := len(s.Orders); n == 0 || s.Orders[n-1] != r.Int(0) {
					s.Orders = append(s.Orders, r.Int(0))
				}
				left -= r.Int(1)
			}
			return nil
		}, `order_id, pieces`, `(`+reserved(v, v.Today(), given)+` ORDER BY o.confirmed_on DESC, o.id DESC LIMIT -1)`, v.Today().String(), jsonIDs([]int64{p}))
		if err != nil {
			return nil, err
		}
		slices.Reverse(s.Orders)
		short = append(short, s)
	}
	return short, nil
}

// Count is how many pieces of a product somebody has counted, in one lot or in all.
type Count struct {
	Line    int  // of the file, for messages
	Bad     bool // a cell of it could not be read
	Given   bool // it says how many; one that does not was not counted
	Product int64
	SKU     string // where Product is 0: whatever its case
	Lot     string
	Counted int64
}

// CountOptions say more of counts.
type CountOptions struct {
	On     dates.Date // at the end of which it was counted; 0 is today
	Reason string
	File   bool // a row without a lot beside rows of lots of the same product is of the pieces in none
}

// Counted is what counting found.
type Counted struct {
	Changed, Same int64   // counts that differed, and that did not
	Products      []int64 // of those that differed
}

// CountStock books the difference between what was counted and what there was at the end of a day. Counts it refuses are
// reported and left out: of an unknown product or lot; of a product in several lots as a whole, when it differs, for
// nobody could say of which; and those that would make a later day fall below zero.
func CountStock(tx *book.Tx, counts []Count, o CountOptions, report func(Problem)) (done Counted, err error) {
	if o.On.IsZero() {
		o.On = tx.Today()
	}
	if err := checkDay(tx.View, o.On); err != nil {
		return done, err
	}
	c := &counter{tx: tx, options: o, report: report}
	groups, err := c.group(counts)
	if err != nil {
		return done, err
	}
	var ids []int64
	for _, g := range groups {
		ids = append(ids, g[0].Product)
	}
	if c.stocks, err = stocks(tx.View, o.On, ids...); err != nil {
		return done, err
	}
	if c.costs, err = CostAt(tx.View, ids, o.On); err != nil {
		return done, err
	}
	for _, g := range groups {
		before := len(c.moves)
		for _, count := range g {
			if err := c.one(count, len(g) > 1 && o.File); err != nil {
				return done, err
			}
		}
		if len(c.moves) > before {
			c.done.Products = append(c.done.Products, g[0].Product)
		}
	}
	return c.done, writeMoves(tx, c.moves)
}

// counter is the state of one CountStock.
type counter struct {
	tx      *book.Tx
	options CountOptions
	report  func(Problem)
	stocks  map[int64]*stock
	costs   map[int64]money.Amount
	moves   []move
	done    Counted
}

func (c *counter) refuse(n *Count, field, reason string) {
	c.report(Problem{Line: n.Line, Field: field, Reason: reason})
}

// group puts the counts of a product together, in the order in which products come, and refuses those that cannot be.
func (c *counter) group(counts []Count) (groups [][]*Count, err error) {
	find := &finder{view: c.tx.View}
	var skus []string
	for i := range counts {
		if counts[i].Product == 0 {
			skus = append(skus, counts[i].SKU)
		}
	}
	ids := map[string]int64{}
	if len(skus) > 0 {
		if ids, err = find.skus(newSaver(c.tx), skus); err != nil {
			return nil, err
		}
	}
	place := map[int64]int{}
	seen := map[receipt]int{}
	for i := range counts {
		n := &counts[i]
		if n.Bad || !n.Given {
			continue
		}
		if n.Product == 0 {
			n.Product = ids[n.SKU]
		}
		key := receipt{product: n.Product, lot: n.Lot}
		line, twice := seen[key]
		switch {
		case n.Product == 0 && n.SKU == "":
			c.refuse(n, "product", "the sku of a product is needed")
			continue
		case n.Product == 0:
			c.refuse(n, "product", find.noSuch(n.SKU))
			continue
		case n.Counted < 0:
			c.refuse(n, "quantity", "less than 0")
			continue
		case twice:
			c.refuse(n, "product", fmt.Sprintf("it was counted in line %d already", line))
			continue
		}
		seen[key] = n.Line
		at, met := place[n.Product]
		if !met {
			at = len(groups)
			place[n.Product], groups = at, append(groups, nil)
		}
		groups[at] = append(groups[at], n)
	}
	return groups, nil
}

// one makes the moves of one count.
func (c *counter) one(n *Count, byLot bool) error {
	s := c.stocks[n.Product]
	m := move{product: n.Product, on: c.options.On, kind: moveCount, reason: c.options.Reason, lot: n.Lot}
	have, only := int64(0), lotNamed(n.Lot)
	if n.Lot == "" && !byLot {
		only = anyLot
	}
	lots := 0
	for i := range s.lots {
		if l := &s.lots[i]; only(l) {
			have += l.Quantity
			if l.Quantity > 0 {
				lots++
				m.lot, m.expiresOn = l.Name, l.ExpiresOn
			}
			if l.Name == n.Lot && n.Lot != "" {
				m.expiresOn = l.ExpiresOn
			}
		}
	}
	switch diff := n.Counted - have; {
	case diff == 0:
		c.done.Same++
		return nil
	case lots > 1:
		c.refuse(n, "quantity", fmt.Sprintf("there are %d in the lots %s; count each lot", have, s.lotNames()))
		return nil
	case n.Lot != "" && !slices.ContainsFunc(s.lots, lotIs(n.Lot)):
		c.refuse(n, "lot", "there is no such lot; bring it in with: perla stock receive")
		return nil
	case diff < 0 && s.free(only) < -diff:
		c.refuse(n, "quantity", fmt.Sprintf("there were %d on %s, and %d of them are needed for what left later", have, c.options.On, have-s.free(only)))
		return nil
	case diff < 0:
		moves, _ := s.leave(m, -diff, only)
		c.moves = append(c.moves, moves...)
	default:
		each, known := c.costs[n.Product]
		m, err := s.come(m, diff, each, known)
		if err != nil {
			return err
		}
		c.moves = append(c.moves, m)
	}
	c.done.Changed++
	return nil
}

func lotIs(name string) func(Lot) bool { return func(l Lot) bool { return l.Name == name } }
