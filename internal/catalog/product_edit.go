package catalog

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Create writes a new product and gives it as the book has it. A sku that another product has is a fault.Conflict.
// Without a name it is called by its sku.
func Create(tx *book.Tx, ch *Change) (Product, error) {
	var p Product
	ch.apply(&p)
	if p.Name == "" {
		p.Name = p.SKU
	}
	if p.CreatedOn.IsZero() {
		p.CreatedOn = tx.Today()
	}
	if err := checkSKU(tx.View, &p); err != nil {
		return p, err
	}
	var err error
	if p.ID, err = tx.NextID("products"); err != nil {
		return p, err
	}
	if err := newSaver(tx).insert([]Product{p}, ch.since(tx)); err != nil {
		return p, err
	}
	return one(tx.View, p.ID)
}

// since is the day from which the prices that a change sets hold: the day it names, else for a new product the day it is
// known since, and today for another.
func (ch *Change) since(tx *book.Tx) func(*Product) dates.Date {
	return func(p *Product) dates.Date {
		switch {
		case !ch.Since.IsZero():
			return ch.Since
		case p.CreatedOn < tx.Today() && ch.Given&FieldCreatedOn != 0:
			return p.CreatedOn
		}
		return tx.Today()
	}
}

// checkSKU refuses a sku that names another product.
func checkSKU(v *book.View, p *Product) error {
	other, taken, err := book.One(v, func(row book.Scanner) (other Product, err error) {
		var archived string
		err = row.Scan(&other.ID, &other.Name, &archived)
		other.ArchivedOn, _ = dates.ParseISO(archived)
		return other, err
	}, `SELECT id, name, ifnull(archived_on, '') FROM products WHERE sku = ? AND id <> ?`, p.SKU, p.ID)
	if err != nil || !taken {
		return err
	}
	e := &fault.Error{Kind: fault.Conflict, Noun: "product", Key: p.SKU, Reason: fmt.Sprintf("there is one already, %s (id %d)", other.Name, other.ID),
		Hint: "change it with: perla product edit " + shellWord(p.SKU)}
	if !other.ArchivedOn.IsZero() {
		e.Reason += ", archived on " + other.ArchivedOn.String()
		e.Hint = "bring it back with: perla product restore " + shellWord(p.SKU)
	}
	return e
}

// editedAtOnce is how many products are read, changed and written in one go.
const editedAtOnce = 5000

// Edit makes a change of the products with some ids, each given once, and gives those of them that it changed, as the
// book then has them. What is the same already is not written. More than one cannot get a value of OnlyOne.
func Edit(tx *book.Tx, ids []int64, ch *Change) ([]Product, error) {
	if only := ch.Fields() & OnlyOne; len(ids) > 1 && only != 0 {
		f := only & -only
		return nil, &fault.Error{Kind: fault.Usage, Noun: strconv.Itoa(len(ids)), Key: "products", Field: f.Name(), Reason: "they cannot all have the same", Hint: "change it one by one"}
	}
	day := ch.Since
	if day.IsZero() {
		day = tx.Today()
	}
	s := newSaver(tx)
	var touched []int64
	for part := range slices.Chunk(ids, editedAtOnce) {
		found, err := Get(tx.View, day, part...)
		if err != nil {
			return nil, err
		}
		var changes []changed
		for _, old := range found {
			c := changed{old, old}
			ch.apply(&c.new)
			if c.old == c.new {
				continue
			}
			if c.old.SKU != c.new.SKU {
				if err := checkSKU(tx.View, &c.new); err != nil {
					return nil, err
				}
			}
			changes, touched = append(changes, c), append(touched, old.ID)
		}
		if err := s.update(changes, func(*Product) dates.Date { return day }); err != nil {
			return nil, err
		}
	}
	return Get(tx.View, 0, touched...)
}

// one is the product with an id, today.
func one(v *book.View, id int64) (Product, error) {
	found, err := Get(v, 0, id)
	if err != nil {
		return Product{}, err
	}
	return found[0], nil
}

// Archive removes products from the lists as of today; their rows, and all that refers to them, stay. One archived
// already is a fault.Conflict.
func Archive(tx *book.Tx, ids ...int64) ([]Product, error) { return setArchived(tx, ids, tx.Today()) }

// Restore brings archived products back; one that is not archived is a fault.Conflict.
func Restore(tx *book.Tx, ids ...int64) ([]Product, error) { return setArchived(tx, ids, 0) }

func setArchived(tx *book.Tx, ids []int64, day dates.Date) ([]Product, error) {
	found, err := Get(tx.View, 0, ids...)
	if err != nil {
		return nil, err
	}
	for i := range found {
		p := &found[i]
		reason := ""
		switch {
		case p.ArchivedOn.IsZero() && day.IsZero():
			reason = "is not archived"
		case !p.ArchivedOn.IsZero() && !day.IsZero():
			reason = "is archived already, since " + p.ArchivedOn.String()
		}
		if reason != "" {
			return nil, &fault.Error{Kind: fault.Conflict, Noun: "product", Key: p.SKU, Reason: reason}
		}
		p.ArchivedOn = day
	}
	_, err = tx.Exec(`UPDATE products SET archived_on = ? WHERE id IN (SELECT value FROM json_each(?))`, dayOrNull(day), jsonIDs(ids))
	return found, err
}
