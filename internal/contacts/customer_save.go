package contacts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// changed is a customer of the book with what is made of her.
type changed struct {
	old, new Customer
}

// saver writes customers, one or very many, in one statement a table. They are completed before, and their links have ids.
type saver struct {
	tx    *book.Tx
	feeds map[string]*book.Feed
}

func newSaver(tx *book.Tx) *saver { return &saver{tx: tx, feeds: map[string]*book.Feed{}} }

// feed is the feed of a name, made once.
func (s *saver) feed(name string, columns ...string) (*book.Feed, error) {
	if f, ok := s.feeds[name]; ok {
		return f, nil
	}
	f, err := s.tx.NewFeed(columns...)
	s.feeds[name] = f
	return f, err
}

// few is up to how many values are written into the statement itself, which costs less than a feed.
const few = 500

// given are rows that statements read: as a feed, or a few of them as arguments.
type given struct {
	tx   *book.Tx
	with string // before the statement
	from string // the name of the table
	args []any
}

// rows makes a table of n rows that statements can name.
func (s *saver) rows(name string, columns []string, n int, value func(row, column int) any) (*given, error) {
	if n*len(columns) > few {
		f, err := s.feed(name, columns...)
		if err != nil {
			return nil, err
		}
		f.Load(n, value)
		return &given{tx: s.tx, from: "temp." + f.Name}, nil
	}
	r := &given{tx: s.tx, from: "given"}
	for row := range n {
		for column := range columns {
			r.args = append(r.args, value(row, column))
		}
	}
	line := "(" + marks(len(columns)) + ")"
	r.with = "WITH given (" + strings.Join(columns, ", ") + ") AS (VALUES " + line + strings.Repeat(", "+line, n-1) + ") "
	return r, nil
}

// exec runs a statement that names the table as %[1]s; its own arguments follow those of the rows.
func (r *given) exec(statement string, args ...any) error {
	_, err := r.tx.Exec(r.with+fmt.Sprintf(statement, r.from), append(slices.Clone(r.args), args...)...)
	return err
}

// whole are rows of whole customers: id, and then what is stored.
func (s *saver) whole(n int, customer func(row int) *Customer) (*given, error) {
	return s.rows("customers", append([]string{"id"}, storedNames(len(stored))...), n, func(row, column int) any {
		c := customer(row)
		if column == 0 {
			return c.ID
		}
		return stored[column-1].value(c)
	})
}

// insert writes new customers, whose ids ascend, with all that they have.
func (s *saver) insert(news []Customer) error {
	if len(news) == 0 {
		return nil
	}
	r, err := s.whole(len(news), func(row int) *Customer { return &news[row] })
	if err != nil {
		return err
	}
	names := "id, " + strings.Join(used(news), ", ")
	if err := r.exec(`INSERT INTO customers (` + names + `) SELECT ` + names + ` FROM %[1]s`); err != nil {
		return err
	}
	none := Customer{}
	return s.writeSides(len(news), func(i int) (old, new *Customer) { return &none, &news[i] })
}

// used are the names of the stored columns that are not NULL in all of some customers.
func used(list []Customer) (names []string) {
	for _, s := range stored {
		for i := range list {
			if s.value(&list[i]) != nil {
				names = append(names, s.name)
				break
			}
		}
	}
	return names
}

// update writes changed customers: no column that stays the same in all of them, and first those whose folded texts stay,
// which leaves their indexes alone.
func (s *saver) update(changes []changed) error {
	var same, refolded []*Customer
	var sameColumns, refoldedColumns uint64
	for i := range changes {
		old, c := &changes[i].old, &changes[i].new
		switch columns := differ(old, c); {
		case !foldsAlike(old, c):
			refolded, refoldedColumns = append(refolded, c), refoldedColumns|columns
		case columns != 0:
			same, sameColumns = append(same, c), sameColumns|columns
		}
	}
	if err := s.set(same, sameColumns); err != nil {
		return err
	}
	folded := uint64(1<<len(stored) - 1<<unfolded)
	if err := s.set(refolded, refoldedColumns|folded); err != nil {
		return err
	}
	return s.writeSides(len(changes), func(i int) (old, new *Customer) { return &changes[i].old, &changes[i].new })
}

// differ says which stored columns of a customer change, but for the folded ones, a bit for each.
func differ(old, c *Customer) (columns uint64) {
	for i, s := range stored[:unfolded] {
		if s.value(old) != s.value(c) {
			columns |= 1 << i
		}
	}
	return columns
}

// sidesDiffer says whether what a customer has in tables of its own changes.
func sidesDiffer(old, c *Customer) bool {
	return slices.ContainsFunc(sides, func(s side) bool { return s.text(old) != s.text(c) })
}

// foldsAlike says whether the folded texts of a customer stay as they are.
func foldsAlike(old, c *Customer) bool {
	return old.Name == c.Name && old.Email == c.Email && old.Phone == c.Phone && old.E164 == c.E164 && old.Emails == c.Emails && old.Phones == c.Phones
}

// set writes some columns of customers.
func (s *saver) set(list []*Customer, columns uint64) error {
	if len(list) == 0 {
		return nil
	}
	r, err := s.whole(len(list), func(row int) *Customer { return list[row] })
	if err != nil {
		return err
	}
	var sets []string
	for i, column := range stored {
		if columns&(1<<i) != 0 {
			sets = append(sets, column.name+" = f."+column.name)
		}
	}
	return r.exec(`UPDATE customers SET ` + strings.Join(sets, ", ") + ` FROM %[1]s f WHERE customers.id = f.id`)
}

// sideRow is a row of a side table behind the customer's id; empty texts are NULL.
type sideRow [4]string

// side is a table of things of which a customer has several.
type side struct {
	table   string
	columns []string // behind customer_id
	keys    int      // how many of them tell the rows of one customer apart
	text    func(*Customer) string
	rows    func(c *Customer, country string) []sideRow
}

var sides = []side{
	{"customer_tags", []string{"tag"}, 1, func(c *Customer) string { return c.Tags }, func(c *Customer, _ string) (rows []sideRow) {
		for _, t := range splitTags(c.Tags) {
			rows = append(rows, sideRow{t})
		}
		return rows
	}},
	{"customer_reaches", []string{"kind", "key", "value", "label"}, 2, func(c *Customer) string { return c.Emails + "\x00" + c.Phones },
		func(c *Customer, country string) (rows []sideRow) {
			for _, r := range c.reaches(country) {
				rows = append(rows, sideRow{r.kind, r.key, r.value, r.label})
			}
			return rows
		}},
	{"customer_attributes", []string{"key", "value"}, 2, func(c *Customer) string { return c.Attributes }, func(c *Customer, _ string) (rows []sideRow) {
		for _, a := range splitAttributes(c.Attributes) {
			rows = append(rows, sideRow{a.key, a.value})
		}
		return rows
	}},
}

// ownedRow is a row of a side table.
type ownedRow struct {
	id  int64
	row sideRow
}

// writeSides writes what customers have in tables of their own: what is gone, what has come, and which stage and
// consultant hold from today.
func (s *saver) writeSides(n int, pair func(i int) (old, new *Customer)) error {
	country := s.tx.Settings().Country
	for _, side := range sides {
		var gone, come []ownedRow
		for i := range n {
			old, c := pair(i)
			if side.text(old) == side.text(c) {
				continue
			}
			had, want := side.rows(old, country), side.rows(c, country)
			for _, r := range had {
				if !slices.Contains(want, r) {
					gone = append(gone, ownedRow{c.ID, r})
				}
			}
			for _, r := range want {
				if !slices.Contains(had, r) {
					come = append(come, ownedRow{c.ID, r})
				}
			}
		}
		keys := strings.Join(side.columns[:side.keys], ", ")
		err := s.writeSide(side, gone, `DELETE FROM `+side.table+` WHERE (customer_id, `+keys+`) IN (SELECT customer_id, `+keys+` FROM %[1]s)`)
		if err != nil {
			return err
		}
		names := strings.Join(side.columns, ", ")
		if err := s.writeSide(side, come, `INSERT INTO `+side.table+` (customer_id, `+names+`) SELECT customer_id, `+names+` FROM %[1]s`); err != nil {
			return err
		}
	}
	return s.writeHistory(n, pair)
}

// writeSide runs a statement over rows of a side table.
func (s *saver) writeSide(side side, list []ownedRow, statement string) error {
	if len(list) == 0 {
		return nil
	}
	r, err := s.rows(side.table, append([]string{"customer_id"}, side.columns...), len(list), func(row, column int) any {
		if column == 0 {
			return list[row].id
		}
		return orNull(list[row].row[column-1])
	})
	if err != nil {
		return err
	}
	return r.exec(statement)
}
