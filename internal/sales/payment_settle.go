package sales

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// settlement is what the live orders of some customers come to on a day, and how far the money that came in covers it.
// Nothing of it is stored: it follows from orders, returns, instalments and payments dated up to that day.
type settlement struct {
	dues    []openDue              // a customer's together, the oldest first
	comesTo map[int64]money.Amount // by live order: its total less what came back; of a return its own total
	left    map[int64]money.Amount // by live order: what is still due of it
	credit  map[int64]money.Amount // by customer: what came in beyond all she owes, negative where too much went back; 0 is left out
}

// openDue is a due with its customer and what of it is not paid.
type openDue struct {
	Due
	customer int64
	left     money.Amount
}

// account is what one customer owes and what she paid.
type account struct {
	dues []Due
	paid []Receipt
}

// whose limits a settlement to some customers: a condition on customer_id, or "" for all of them.
type whose struct {
	condition string
	args      []any
}

func hers(customer int64) whose {
	if customer == 0 {
		return whose{}
	}
	return whose{`customer_id = ?`, []any{customer}}
}

// and is the condition behind another one, with its arguments behind those given.
func (w whose) and(condition string, args ...any) (string, []any) {
	if w.condition != "" {
		condition, args = condition+` AND `+w.condition, append(args, w.args...)
	}
	return condition, args
}

// settle works out the settlement of a day. A book without live orders and payments has an empty one, at no cost.
func settle(v *book.View, day dates.Date, who whose) (settlement, error) {
	s := settlement{comesTo: map[int64]money.Amount{}, left: map[int64]money.Amount{}, credit: map[int64]money.Amount{}}
	accounts := map[int64]*account{}
	of := func(customer int64) *account {
		a := accounts[customer]
		if a == nil {
			a = &account{}
			accounts[customer] = a
		}
		return a
	}
	if err := s.readOrders(v, day, who, of); err != nil {
		return s, err
	}
	where, args := who.and(`paid_on <= ?`, day.String())
	if err := v.Each(func(r book.Row) error {
		a := of(r.Int(0))
		a.paid = append(a.paid, Receipt{Order: r.Int(1), Amount: money.Amount(r.Int(2))})
		return nil
	}, `customer_id, order_id, amount`, `payments WHERE `+where, args...); err != nil {
		return s, err
	}
	customers := make([]int64, 0, len(accounts))
	for id := range accounts {
		customers = append(customers, id)
	}
	slices.Sort(customers)
	for _, id := range customers {
		s.allocate(id, accounts[id])
	}
	return s, nil
}

// allocate spreads what a customer paid over what she owes.
func (s *settlement) allocate(customer int64, a *account) {
	slices.SortStableFunc(a.dues, func(x, y Due) int { return cmp.Or(cmp.Compare(x.On, y.On), cmp.Compare(x.Order, y.Order)) })
	open, credit := Allocate(a.dues, a.paid)
	for i, d := range a.dues {
		s.dues = append(s.dues, openDue{Due: d, customer: customer, left: open[i]})
		s.left[d.Order] += open[i]
	}
	if credit != 0 {
		s.credit[customer] = credit
	}
}

// readOrders reads what live orders want, and when. A return takes its sum off its original, from the last due backwards;
// what there is no due for, since the original was paid before perla knew of it, is her credit.
func (s *settlement) readOrders(v *book.View, day dates.Date, who whose, of func(int64) *account) error {
	type wanted struct {
		order, customer int64
		on              dates.Date
	}
	var list []wanted
	returned := map[int64]money.Amount{} // by original
	var returns []int64                  // of whom: original and customer in turns
	where, args := who.and(`is_history = 0 AND confirmed_on <= ? AND (cancelled_on IS NULL OR cancelled_on > ?)`, day.String(), day.String())
	err := v.Each(func(r book.Row) error {
		id, customer, total, original := r.Int(0), r.Int(1), money.Amount(r.Int(2)), r.Int(3)
		s.comesTo[id], s.left[id] = total, 0
		switch {
		case original != 0:
			returned[original] -= total
			returns = append(returns, original, customer)
		case total < 0:
			a := of(customer)
			a.paid = append(a.paid, Receipt{Amount: -total})
		case total > 0:
			on, _ := dates.ParseISO(r.Text(4))
			list = append(list, wanted{id, customer, on})
		}
		return nil
	}, `id, customer_id, total, original_id, ordered_on`, `orders WHERE `+where, args...)
	if err != nil {
		return err
	}
	terms := map[int64][]Due{}
	if len(list) > 0 {
		if terms, err = termsOfPayment(v, who); err != nil {
			return err
		}
	}
	for _, w := range list {
		dues, rest := duesOf(w.order, s.comesTo[w.order], w.on, terms[w.order], returned[w.order])
		a := of(w.customer)
		a.dues = append(a.dues, dues...)
		s.comesTo[w.order] -= returned[w.order] - rest
		returned[w.order] = rest
	}
	for i := 0; i < len(returns); i += 2 {
		if rest := returned[returns[i]]; rest != 0 {
			a := of(returns[i+1])
			a.paid = append(a.paid, Receipt{Amount: rest})
			returned[returns[i]] = 0
		}
	}
	return nil
}

// duesOf are the dues of an order: all of it on its day, or what was agreed, made to sum to the total; less what came
// back, from the last one backwards. rest is what came back beyond all of them.
func duesOf(order int64, total money.Amount, on dates.Date, agreed []Due, returned money.Amount) (dues []Due, rest money.Amount) {
	dues = slices.Clone(agreed)
	if len(dues) == 0 {
		dues = []Due{{Order: order, On: on}}
	}
	var sum money.Amount
	for _, d := range dues {
		sum += d.Amount
	}
	if sum < total {
		dues[len(dues)-1].Amount += total - sum
	}
	if by := sum - total; by > 0 {
		dues = Shorten(dues, by)
	}
	if returned < 0 { // a correction of a return
		dues[len(dues)-1].Amount -= returned
		return dues, 0
	}
	taken := min(returned, total)
	return Shorten(dues, taken), returned - taken
}

// termsOfPayment reads the dues that were agreed, by order and the oldest first.
func termsOfPayment(v *book.View, who whose) (map[int64][]Due, error) {
	terms := map[int64][]Due{}
	from, args := `instalments`, []any(nil)
	if who.condition != "" {
		from, args = `instalments WHERE order_id IN (SELECT id FROM orders WHERE is_history = 0 AND `+who.condition+`)`, who.args
	}
	err := v.Each(func(r book.Row) error {
		on, _ := dates.ParseISO(r.Text(1))
		terms[r.Int(0)] = append(terms[r.Int(0)], Due{Order: r.Int(0), On: on, Amount: money.Amount(r.Int(2))})
		return nil
	}, `order_id, due_on, amount`, `(SELECT order_id, due_on, amount FROM `+from+` ORDER BY order_id, due_on LIMIT -1)`, args...)
	return terms, err
}

// settled says whether an order of the book is live and wants nothing any more.
func (s *settlement) settled(order int64) bool {
	left, live := s.left[order]
	return live && left == 0
}

// settledIDs are those orders as a list of JSON; "" when there are none.
func (s *settlement) settledIDs() string {
	var list []byte
	for id, left := range s.left {
		if left == 0 {
			list = strconv.AppendInt(append(list, ','), id, 10)
		}
	}
	if len(list) == 0 {
		return ""
	}
	list[0] = '['
	return string(append(list, ']'))
}

// shown is the status of an order whose dated facts come to one: paid where nothing is due of what was confirmed.
func (s *settlement) shown(order int64, facts Status) Status {
	if facts >= Confirmed && facts <= Invoiced && s.settled(order) {
		return Paid
	}
	return facts
}

// money is what is paid and what is due of an order with the status its facts come to: all of a historical one, nothing
// of a quote, nor of what was cancelled or came back.
func (s *settlement) money(order int64, facts Status, total money.Amount) (paid, due money.Amount) {
	switch facts {
	case Paid:
		return total, 0
	case Confirmed, Shipped, Invoiced:
		due = s.left[order]
		return s.comesTo[order] - due, due
	}
	return 0, 0
}
