package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// changed is a product of the book with what is made of it.
type changed struct{ old, new Product }

// saver writes products, one or very many, in one statement a table.
type saver struct {
	tx    *book.Tx
	feeds map[string]*book.Feed
}

func newSaver(tx *book.Tx) *saver { return &saver{tx: tx, feeds: map[string]*book.Feed{}} }

// few is up to how many values are written into a statement itself, which costs less than a feed.
const few = 500

// table is a table of rows that a statement can name.
type table struct {
	tx   *book.Tx
	with string // before the statement
	name string
	args []any
}

// table makes one of n rows.
func (s *saver) table(name string, columns []string, n int, value func(row, column int) any) (*table, error) {
	if n*len(columns) > few {
		f := s.feeds[name]
		if f == nil {
			var err error
			if f, err = s.tx.NewFeed(columns...); err != nil {
				return nil, err
			}
			s.feeds[name] = f
		}
		f.Load(n, value)
		return &table{tx: s.tx, name: "temp." + f.Name}, nil
	}
	t := &table{tx: s.tx, name: "given"}
	for row := range n {
		for column := range columns {
			t.args = append(t.args, value(row, column))
		}
	}
	line := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	t.with = "WITH given (" + strings.Join(columns, ", ") + ") AS (VALUES " + line + strings.Repeat(", "+line, n-1) + ") "
	return t, nil
}

// query is a statement that names the table as %[1]s; t.args are its arguments.
func (t *table) query(statement string) string { return t.with + fmt.Sprintf(statement, t.name) }

// exec runs such a statement.
func (t *table) exec(statement string) error {
	_, err := t.tx.Exec(t.query(statement), t.args...)
	return err
}

// storedFields are the fields that are columns of products.
var storedFields = func() (stored []*field) {
	for i := range fields {
		if fields[i].stored {
			stored = append(stored, &fields[i])
		}
	}
	return stored
}()

func storedNames() []string {
	names := make([]string, len(storedFields))
	for i, d := range storedFields {
		names[i] = d.name
	}
	return names
}

// whole is a table of products: id, and then what is stored.
func (s *saver) whole(n int, product func(row int) *Product) (*table, error) {
	return s.table("products", append([]string{"id"}, storedNames()...), n, func(row, column int) any {
		if column == 0 {
			return product(row).ID
		}
		return storedFields[column-1].value(product(row))
	})
}

// insert writes new products, whose ids ascend, with all that they have. Their prices hold from a day on.
func (s *saver) insert(news []Product, since func(*Product) dates.Date) error {
	if len(news) == 0 {
		return nil
	}
	t, err := s.whole(len(news), func(row int) *Product { return &news[row] })
	if err != nil {
		return err
	}
	names := "id, " + strings.Join(storedNames(), ", ")
	if err := t.exec(`INSERT INTO products (` + names + `) SELECT ` + names + ` FROM %[1]s`); err != nil {
		return err
	}
	none := Product{}
	return s.writeRest(len(news), func(i int) (old, new *Product) { return &none, &news[i] }, since, ``)
}

// update writes changed products. Where a price is another one it holds from a day on.
func (s *saver) update(changes []changed, since func(*Product) dates.Date) error {
	var rows []*Product
	for i := range changes {
		c := &changes[i]
		if slices.ContainsFunc(storedFields, func(d *field) bool { return d.value(&c.old) != d.value(&c.new) }) {
			rows = append(rows, &c.new)
		}
	}
	if len(rows) > 0 {
		t, err := s.whole(len(rows), func(row int) *Product { return rows[row] })
		if err != nil {
			return err
		}
		sets := make([]string, len(storedFields))
		for i, d := range storedFields {
			sets[i] = d.name + " = f." + d.name
		}
		if err := t.exec(`UPDATE products SET ` + strings.Join(sets, ", ") + ` FROM %[1]s f WHERE products.id = f.id`); err != nil {
			return err
		}
	}
	return s.writeRest(len(changes), func(i int) (old, new *Product) { return &changes[i].old, &changes[i].new }, since,
		` WHERE true ON CONFLICT (product_id, kind, since_on) DO UPDATE SET amount = excluded.amount`)
}

// owned is a row of another table that belongs to a product: what comes behind its id.
type owned struct {
	product int64
	values  [3]any
}

// writeRest writes what products have in tables of their own: what is gone, what has come, and prices, with what is to be
// done where there is one of that day.
func (s *saver) writeRest(n int, pair func(i int) (old, new *Product), since func(*Product) dates.Date, again string) error {
	for _, side := range []struct {
		table, columns string
		field          Fields
		row            func(word string) [3]any
	}{
		{"product_tags", "tag", FieldTags, func(word string) [3]any { return [3]any{word} }},
		{"product_attributes", "key, value", FieldAttributes, func(word string) [3]any {
			key, value, _ := strings.Cut(word, "=")
			return [3]any{key, value}
		}},
	} {
		var gone, come []owned
		for i := range n {
			old, p := pair(i)
			d := side.field.def()
			if d.value(old) == d.value(p) {
				continue
			}
			had, want := listOf(side.field).split(*d.text(old)), listOf(side.field).split(*d.text(p))
			for _, word := range had {
				if !slices.Contains(want, word) {
					gone = append(gone, owned{p.ID, side.row(word)})
				}
			}
			for _, word := range want {
				if !slices.Contains(had, word) {
					come = append(come, owned{p.ID, side.row(word)})
				}
			}
		}
		if err := s.side(side.table, side.columns, gone, `DELETE FROM `+side.table+` WHERE (product_id, `+side.columns+`) IN (SELECT product_id, `+side.columns+` FROM %[1]s)`); err != nil {
			return err
		}
		if err := s.side(side.table, side.columns, come, `INSERT INTO `+side.table+` (product_id, `+side.columns+`) SELECT product_id, `+side.columns+` FROM %[1]s`); err != nil {
			return err
		}
	}
	return s.writePrices(n, pair, since, again)
}

// writePrices writes the prices and costs that are others than before, from a day on.
func (s *saver) writePrices(n int, pair func(i int) (old, new *Product), since func(*Product) dates.Date, again string) error {
	var come []owned
	for i := range n {
		old, p := pair(i)
		for _, f := range []Fields{FieldPrice, FieldCost} {
			if d := f.def(); d.value(p) != nil && d.value(old) != d.value(p) {
				come = append(come, owned{p.ID, [3]any{d.name, since(p).String(), d.value(p)}})
			}
		}
	}
	return s.side("product_prices", "kind, since_on, amount", come, `INSERT INTO product_prices (product_id, kind, since_on, amount)
		SELECT product_id, kind, since_on, amount FROM %[1]s`+again)
}

// side runs a statement over rows of another table.
func (s *saver) side(name, columns string, list []owned, statement string) error {
	if len(list) == 0 {
		return nil
	}
	names := append([]string{"product_id"}, strings.Split(columns, ", ")...)
	t, err := s.table(name, names, len(list), func(row, column int) any {
		if column == 0 {
			return list[row].product
		}
		return list[row].values[column-1]
	})
	if err != nil {
		return err
	}
	return t.exec(statement)
}
