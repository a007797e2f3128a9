package contacts

import (
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// changed is a customer of the book with what a file makes of her.
type changed struct {
	old, new Customer
}

// write decides about each group, writes those that are new or changed, and counts their rows.
func (im *importer) write() error {
	var news []Customer
	var changes []changed
	for i := range im.groups {
		g := &im.groups[i]
		if g.done || im.forbidden(g) {
			continue
		}
		if err := im.hire(&g.row); err != nil {
			return err
		}
		if g.old.ID == 0 {
			news = append(news, im.create(g))
		} else if c, any := im.change(g); any {
			changes = append(changes, changed{g.old, c})
		}
	}
	if err := im.insert(news); err != nil {
		return err
	}
	return im.update(changes)
}

// forbidden refuses what the mode does not allow, and new customers without a name.
func (im *importer) forbidden(g *group) bool {
	switch {
	case g.old.ID != 0 && im.options.Mode == CreateOnly:
		im.refuseAll(g, g.keyField(), "the book has this customer already (--mode create)")
	case g.old.ID == 0 && im.options.Mode == UpdateOnly:
		im.refuseAll(g, g.keyField(), "the book has no such customer (--mode update)")
	case g.old.ID == 0 && g.row.Name == "":
		im.refuseAll(g, FieldName, "a new customer needs a name")
	}
	return g.done
}

// keyField is the field a group is known by.
func (g *group) keyField() Fields {
	return [...]Fields{knownByRef: FieldRef, knownByEmail: FieldEmail, knownByPhone: FieldPhone, knownByContent: FieldName}[g.by]
}

// hire finds or makes the consultant of a row.
func (im *importer) hire(r *Row) (err error) {
	if r.Consultant.Key != "" {
		r.Consultant.ID, err = im.options.Consultant(r.Consultant.Key)
	}
	return err
}

// create makes a new customer of a group.
func (im *importer) create(g *group) Customer {
	c := g.row.Customer
	c.ID = im.next
	im.next++
	if c.Kind == "" {
		c.Kind = Kinds[0]
	}
	if c.CreatedOn.IsZero() {
		c.CreatedOn = im.today
	}
	im.postpone(g, c.ID, g.row.Has)
	c.Company, c.ReferredBy = Link{}, Link{}
	c.fold()
	im.meet(&c)
	im.tally.Created++
	im.count(g.more)
	return c
}

// change is what a group makes of a customer of the book; any is false when that is nothing new.
func (im *importer) change(g *group) (c Customer, any bool) {
	given := g.row.Has &^ im.options.Never
	if im.options.Never&FieldRef != 0 {
		given &^= FieldRefSource
	}
	c = g.old
	links := len(im.links)
	any = c.take(&g.row.Customer, im.postpone(g, c.ID, given)) != 0
	if any {
		c.fold()
		im.meet(&c)
		im.tally.Updated++
		im.count(g.more)
		return c, true
	}
	im.tally.Unchanged += int64(1 + len(g.more))
	for i := range im.links[links:] {
		im.links[links+i].unchanged = true
	}
	return c, false
}

func (im *importer) count(more []moreRow) {
	for _, m := range more {
		if m.news {
			im.tally.Updated++
		} else {
			im.tally.Unchanged++
		}
	}
}

// feed is the feed of a name, made once.
func (im *importer) feed(name string, columns ...string) (*book.Feed, error) {
	if f, ok := im.feeds[name]; ok {
		return f, nil
	}
	f, err := im.tx.NewFeed(columns...)
	im.feeds[name] = f
	return f, err
}

// rows is the feed of whole customers: id, and then what is stored.
func (im *importer) rows(n int, customer func(row int) *Customer) (*book.Feed, error) {
	f, err := im.feed("customers", append([]string{"id"}, storedNames(len(stored))...)...)
	if err != nil {
		return nil, err
	}
	f.Load(n, func(row, column int) any {
		c := customer(row)
		if column == 0 {
			return c.ID
		}
		return stored[column-1].value(c)
	})
	return f, nil
}

// insert writes new customers, whose ids ascend, and their tags.
func (im *importer) insert(news []Customer) error {
	if len(news) == 0 {
		return nil
	}
	f, err := im.rows(len(news), func(row int) *Customer { return &news[row] })
	if err != nil {
		return err
	}
	names := "id, " + strings.Join(storedNames(len(stored)), ", ")
	if _, err := im.tx.Exec(`INSERT INTO customers (` + names + `) SELECT ` + names + ` FROM temp.` + f.Name); err != nil {
		return err
	}
	var tags []tagged
	for i := range news {
		tags = append(tags, tagsOf(news[i].ID, splitTags(news[i].Tags))...)
	}
	return im.tag(tags, `INSERT INTO customer_tags (customer_id, tag) SELECT customer_id, tag FROM temp.`)
}

// update writes changed customers: first those whose folded texts stay, which leaves the full-text index alone.
func (im *importer) update(changes []changed) error {
	var same, refolded []*Customer
	var gone, come []tagged
	for i := range changes {
		old, c := &changes[i].old, &changes[i].new
		if old.Name == c.Name && old.Email == c.Email && old.Phone == c.Phone && old.E164 == c.E164 {
			same = append(same, c)
		} else {
			refolded = append(refolded, c)
		}
		if old.Tags != c.Tags {
			gone = append(gone, tagsOf(c.ID, splitTags(old.Tags))...)
			come = append(come, tagsOf(c.ID, splitTags(c.Tags))...)
		}
	}
	if err := im.set(same, storedNames(unfolded)); err != nil {
		return err
	}
	if err := im.set(refolded, storedNames(len(stored))); err != nil {
		return err
	}
	if err := im.tag(gone, `DELETE FROM customer_tags WHERE (customer_id, tag) IN (SELECT customer_id, tag FROM temp.`, `)`); err != nil {
		return err
	}
	return im.tag(come, `INSERT INTO customer_tags (customer_id, tag) SELECT customer_id, tag FROM temp.`)
}

func (im *importer) set(list []*Customer, columns []string) error {
	if len(list) == 0 {
		return nil
	}
	f, err := im.rows(len(list), func(row int) *Customer { return list[row] })
	if err != nil {
		return err
	}
	sets := make([]string, len(columns))
	for i, name := range columns {
		sets[i] = name + " = f." + name
	}
	_, err = im.tx.Exec(`UPDATE customers SET ` + strings.Join(sets, ", ") + ` FROM temp.` + f.Name + ` f WHERE customers.id = f.id`)
	return err
}

// tagged is one tag of one customer.
type tagged struct {
	id  int64
	tag string
}

func tagsOf(id int64, tags []string) []tagged {
	list := make([]tagged, len(tags))
	for i, t := range tags {
		list[i] = tagged{id, t}
	}
	return list
}

// tag runs a statement over tags; the name of their feed goes between before and after.
func (im *importer) tag(tags []tagged, before string, after ...string) error {
	if len(tags) == 0 {
		return nil
	}
	f, err := im.feed("tags", "customer_id", "tag")
	if err != nil {
		return err
	}
	f.Load(len(tags), func(row, column int) any {
		if column == 0 {
			return tags[row].id
		}
		return tags[row].tag
	})
	_, err = im.tx.Exec(before + f.Name + strings.Join(after, ""))
	return err
}
