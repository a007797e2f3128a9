package insight

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// salesSum sums orders and then their lines by group. Revenue is never divided: an order's net is the sum of what its lines
// cost less their discounts, so a product has what its lines say, and what has no lines no product.
type salesSum struct {
	by              SalesOptions
	who             chosen
	asOf            string
	asked, previous dates.Range // of by, settled
	byLine          bool        // the lines say the group, else the order

	index  map[int64]int32  // group by bucket or id
	words  map[string]int32 // group by channel or category
	placed map[int64]int32  // group by product, where a group is a category
	groups []group

	orders      []soldOrder // those that count, by id
	returns     []soldReturn
	at          int        // where in orders the line before belonged
	row         soldRow    // the order being read
	open        soldLine   // the line being read
	first, last dates.Date // of the orders asked about
	overflow    bool
}

// group is what the orders or lines of one key come to.
type group struct {
	orders, units, counted int64 // purchases, pieces, and all that was added
	revenue, cost          money.Amount
	before                 money.Amount // of a month or week: its whole revenue, with days that were not asked about
	lastOrder              int64        // whose line was counted last, so that an order counts once
	touched                bool
	lined, costUnknown     bool
}

// What is known of an order that counts.
const (
	isAsked    = 1 << iota // it belongs to the days asked about
	isPrevious             // it belongs to the time before
	isPurchase
	isCosted // its cost is known
	isLined
)

// soldOrder is an order as its lines need it.
type soldOrder struct {
	id        int64
	net, cost money.Amount
	group     int32
	marks     uint8
}

// soldReturn is an order that takes back, and stands at a place of orders until its original is known.
type soldReturn struct {
	at       int
	original int64
}

func newSalesSum(o SalesOptions) *salesSum {
	return &salesSum{by: o, asOf: o.AsOf.String(), asked: o.asked(), previous: o.before(), byLine: o.By == SalesByProduct || o.By == SalesByCategory,
		index: map[int64]int32{}, words: map[string]int32{}, placed: map[int64]int32{}}
}

// groupOf is the group of an id or bucket.
func (s *salesSum) groupOf(id int64) int32 {
	i, ok := s.index[id]
	if !ok {
		i = s.newGroup()
		s.index[id] = i
	}
	return i
}

// groupNamed is the group of a word.
func (s *salesSum) groupNamed(word []byte) int32 {
	i, ok := s.words[string(word)]
	if !ok {
		i = s.newGroup()
		s.words[string(word)] = i
	}
	return i
}

func (s *salesSum) newGroup() int32 {
	s.groups = append(s.groups, group{})
	return int32(len(s.groups) - 1)
}

// soldRow is an order that counts, as it was read.
type soldRow struct {
	id, original         int64 // original is 0 for what is no return
	customer, consultant int64
	channel              []byte
	day                  dates.Date
	net, cost            money.Amount
	costKnown            bool
}

// order takes an order that counts. Ids ascend.
func (s *salesSum) order(r *soldRow) {
	o := soldOrder{id: r.id, net: r.net, cost: r.cost}
	if r.costKnown {
		o.marks |= isCosted
	}
	if r.original != 0 {
		s.returns = append(s.returns, soldReturn{len(s.orders), r.original})
		s.orders = append(s.orders, o)
		return
	}
	if r.net >= 0 {
		o.marks |= isPurchase
	}
	if within(s.asked, r.day) {
		o.marks |= isAsked
		if s.first == 0 || r.day < s.first {
			s.first = r.day
		}
		s.last = max(s.last, r.day)
	}
	switch s.by.By {
	case SalesByMonth, SalesByWeek:
		o.marks |= isPrevious // of the month or week that is compared with it
		o.group = s.groupOf(s.by.bucket(r.day))
	case SalesByCustomer:
		o.group = s.groupOf(r.customer)
	case SalesByConsultant:
		o.group = s.groupOf(r.consultant)
	case SalesByChannel:
		o.group = s.groupNamed(r.channel)
	}
	if !s.by.By.ofTime() && !s.previous.From.IsZero() && within(s.previous, r.day) {
		o.marks |= isPrevious
	}
	if o.marks&(isAsked|isPrevious) == 0 {
		return
	}
	s.orders = append(s.orders, o)
	if !s.byLine {
		s.add(&s.groups[o.group], &o)
	}
}

// settleReturns puts each return where its original is: into its time and its group.
func (s *salesSum) settleReturns() {
	for _, r := range s.returns {
		o := &s.orders[r.at]
		original := s.find(r.original)
		if original == nil {
			continue
		}
		o.group = original.group
		o.marks |= original.marks & (isAsked | isPrevious)
		if !s.byLine && o.marks&(isAsked|isPrevious) != 0 {
			s.add(&s.groups[o.group], o)
		}
	}
}

// add adds a whole order to a group.
func (s *salesSum) add(g *group, o *soldOrder) {
	g.touched = true
	if o.marks&isPrevious != 0 {
		s.plus(&g.before, o.net)
	}
	if o.marks&isAsked == 0 {
		return
	}
	g.counted++
	if o.marks&isPurchase != 0 {
		g.orders++
	}
	s.plus(&g.revenue, o.net)
	s.plus(&g.cost, o.cost)
	g.costUnknown = g.costUnknown || o.marks&isCosted == 0
}

func (s *salesSum) plus(sum *money.Amount, amount money.Amount) {
	total := *sum + amount
	s.overflow = s.overflow || (total > *sum) != (amount > 0) && amount != 0
	*sum = total
}

// soldLine is a line as it was read.
type soldLine struct {
	order, product, quantity int64
	net, cost                money.Amount
	costKnown                bool
}

// line takes a line; where lines say the group, those of one order follow each other.
func (s *salesSum) line(l *soldLine) {
	o := s.find(l.order)
	if o == nil {
		return
	}
	o.marks |= isLined
	if !s.byLine {
		if o.marks&isAsked != 0 {
			g := &s.groups[o.group]
			g.units += l.quantity
			g.lined = true
		}
		return
	}
	if o.marks&(isAsked|isPrevious) == 0 {
		return
	}
	part := soldOrder{net: l.net, cost: l.cost, marks: o.marks &^ isCosted}
	if l.costKnown {
		part.marks |= isCosted
	}
	g := &s.groups[s.groupOfProduct(l.product)]
	if g.counted > 0 && g.lastOrder == o.id {
		part.marks &^= isPurchase
	}
	g.lastOrder = o.id
	s.add(g, &part)
	if o.marks&isAsked != 0 {
		g.units += l.quantity
		g.lined = true
	}
}

func (s *salesSum) groupOfProduct(id int64) int32 {
	if s.by.By == SalesByProduct {
		return s.groupOf(id)
	}
	if i, ok := s.placed[id]; ok {
		return i
	}
	return s.groupNamed(nil)
}

// closeLines gives the orders without lines a row of their own where lines say the group.
func (s *salesSum) closeLines() {
	if !s.byLine {
		return
	}
	for i := range s.orders {
		o := &s.orders[i]
		if o.marks&isLined == 0 && o.marks&(isAsked|isPrevious) != 0 {
			s.add(&s.groups[s.groupNamed(nil)], o)
		}
	}
}

// forgetLines takes back all that lines have said.
func (s *salesSum) forgetLines() {
	for i := range s.groups {
		if g := &s.groups[i]; s.byLine {
			*g = group{}
		} else {
			g.units, g.lined = 0, false
		}
	}
	for i := range s.orders {
		s.orders[i].marks &^= isLined
	}
	s.open = soldLine{}
}

// find is the order of an id, or nil where it does not count or is of no time asked about. Lines come mostly in the order
// of their orders: it is looked for first where the last one was and just behind.
func (s *salesSum) find(id int64) *soldOrder {
	const near = 8
	for range near {
		if s.at == len(s.orders) || s.orders[s.at].id >= id {
			break
		}
		s.at++
	}
	passed := s.at == 0 || s.orders[s.at-1].id < id
	if !passed || s.at < len(s.orders) && s.orders[s.at].id < id {
		s.at, _ = slices.BinarySearchFunc(s.orders, id, func(o soldOrder, id int64) int { return cmp.Compare(o.id, id) })
	}
	if s.at == len(s.orders) || s.orders[s.at].id != id {
		return nil
	}
	return &s.orders[s.at]
}

// whole refuses sums that cannot be kept.
func (s *salesSum) whole() error {
	if s.overflow {
		return &fault.Error{Kind: fault.Rejected, Noun: "report", Reason: "the amounts are too large to be summed"}
	}
	return nil
}

// read reads orders and lines: from the pages of their tables, or where they cannot be walked by SQL.
func (s *salesSum) read(v *book.View) error {
	if err := s.readOrders(v); err != nil {
		return err
	}
	s.settleReturns()
	if s.by.By == SalesByCategory {
		if err := s.readCategories(v); err != nil {
			return err
		}
	}
	if err := s.readLines(v); err != nil {
		return err
	}
	s.closeLines()
	return s.whole()
}
