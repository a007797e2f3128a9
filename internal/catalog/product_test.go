package catalog

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

func TestRules(t *testing.T) {
	for _, c := range []struct {
		field      Fields
		text, want string // want "!" is refused
	}{
		{FieldSKU, "  AB 1 ", "AB 1"}, {FieldSKU, "", "!"}, {FieldSKU, "-", "!"}, {FieldSKU, "a\nb", "!"}, {FieldSKU, "a\x00", "!"}, {FieldSKU, strings.Repeat("x", 201), "!"},
		{FieldName, " Crème ", "Crème"}, {FieldName, " ", "!"}, {FieldName, "a\xffb", "a\uFFFDb"},
		{FieldTags, "Vegan, new;vegan ,, two  words", "new, two words, vegan"}, {FieldTags, "", ""},
		{FieldAttributes, "Skin = dry; cause=vegan; refill ; skin=oily", "cause=refill; cause=vegan; skin=dry; skin=oily"},
		{FieldAttributes, "vegan", "!"}, {FieldAttributes, "=x", "!"}, {FieldAttributes, "a=", "!"}, {FieldAttributes, "a,b=c", "!"},
		{FieldNotes, "two\nlines ", "two\nlines"},
	} {
		var p Product
		err := p.Set(c.field, c.text)
		if c.want == "!" {
			require.Error(t, err, "%q", c.text)
			continue
		}
		require.NoError(t, err, "%q", c.text)
		require.Equal(t, c.want, *c.field.def().text(&p), "%q", c.text)
	}
	for text, want := range map[string]int64{"21": 2100, "21.5": 2150, "5.50": 550, "10.000": 1000, "0": 0, "100": 10000} {
		d, err := money.ParseDecimal(text, '.')
		require.NoError(t, err)
		rate, err := ParseTaxRate(d)
		require.NoError(t, err)
		require.Equal(t, want, rate)
	}
	for _, text := range []string{"-1", "100.01", "5.555", "9223372036854775807"} {
		d, err := money.ParseDecimal(text, '.')
		require.NoError(t, err)
		_, err = ParseTaxRate(d)
		require.Error(t, err, text)
	}
	var p Product
	for f, n := range map[Fields]int64{FieldPrice: -1, FieldCost: -1, FieldReplenishDays: 0, FieldReorderAt: -1, FieldLimitedTo: 0, FieldTaxRate: 10001} {
		require.Error(t, p.SetNumber(f, n, true), f.Name())
	}
	require.Error(t, p.SetNumber(FieldPrice, 0, false))
	require.Equal(t, Product{}, p)
}

// product makes a change that describes a product.
func product(tb testing.TB, sku string, price int64, tags string) *Change {
	tb.Helper()
	ch := &Change{}
	require.NoError(tb, ch.Set(FieldSKU, sku))
	if price >= 0 {
		require.NoError(tb, ch.SetNumber(FieldPrice, price, true))
	}
	if tags != "" {
		require.NoError(tb, ch.Add(FieldTags, tags))
	}
	return ch
}

func TestPricesAreDated(t *testing.T) {
	b := newBook(t)
	var p Product
	update(t, b, func(tx *book.Tx) (err error) {
		ch := product(t, "AB-100", 1000, "vegan")
		ch.SetDay(FieldCreatedOn, day(t, "2026-01-01"))
		p, err = Create(tx, ch)
		return err
	})
	require.Equal(t, Product{ID: 1, SKU: "AB-100", Name: "AB-100", Price: 1000, HasPrice: true, Tags: "vegan", CreatedOn: day(t, "2026-01-01")}, p)
	set := func(amount int64, since string) []Product {
		var changed []Product
		update(t, b, func(tx *book.Tx) (err error) {
			ch := &Change{}
			if since != "" {
				ch.Since = day(t, since)
			}
			require.NoError(t, ch.SetNumber(FieldPrice, amount, true))
			changed, err = Edit(tx, []int64{1}, ch)
			return err
		})
		return changed
	}
	require.Len(t, set(1200, ""), 1)
	require.Empty(t, set(1200, ""), "the same price is no change")
	require.Equal(t, money.Amount(1200), set(2600, "2026-12-01")[0].Price, "a price to come is not today's")
	require.Len(t, set(1100, "2026-06-01"), 1)
	require.Len(t, set(2500, "2026-12-01"), 1, "the same day again overwrites")
	view(t, b, func(v *book.View) error {
		for on, want := range map[string]money.Amount{"2026-01-01": 1000, "2026-05-31": 1000, "2026-06-01": 1100, "2026-11-21": 1100, today: 1200, "2026-12-01": 2500} {
			got, err := PriceAt(v, []int64{1}, day(t, on))
			require.NoError(t, err)
			require.Equal(t, want, got[1], on)
		}
		history, err := Prices(v, 1)
		require.Equal(t, []DatedPrice{{"price", day(t, "2026-01-01"), 1000}, {"price", day(t, "2026-06-01"), 1100}, {"price", day(t, today), 1200}, {"price", day(t, "2026-12-01"), 2500}}, history)
		return err
	})
}

func TestEditOfMany(t *testing.T) {
	b := newBook(t)
	update(t, b, func(tx *book.Tx) error {
		for _, ch := range []*Change{product(t, "A", 1, "x"), product(t, "B", 2, ""), product(t, "C", 3, "y")} {
			require.NoError(t, ch.Add(FieldAttributes, "cause=vegan; skin=dry"))
			if _, err := Create(tx, ch); err != nil {
				return err
			}
		}
		_, err := Create(tx, product(t, "B", 2, ""))
		require.Equal(t, fault.Conflict, fault.KindOf(err))
		return nil
	})
	update(t, b, func(tx *book.Tx) error {
		ch := &Change{}
		require.NoError(t, ch.Add(FieldTags, "y,z"))
		require.NoError(t, ch.Remove(FieldTags, "x"))
		require.NoError(t, ch.Remove(FieldAttributes, "skin"))
		require.NoError(t, ch.Remove(FieldAttributes, "cause=other"))
		changed, err := Edit(tx, []int64{3, 1}, ch)
		require.NoError(t, err)
		require.Equal(t, []string{"C y, z cause=vegan", "A y, z cause=vegan"}, []string{changed[0].SKU + " " + changed[0].Tags + " " + changed[0].Attributes, changed[1].SKU + " " + changed[1].Tags + " " + changed[1].Attributes})
		again, err := Edit(tx, []int64{1, 3}, ch)
		require.Empty(t, again)
		require.NoError(t, err)
		_, err = Edit(tx, []int64{1, 2}, product(t, "D", -1, ""))
		require.Equal(t, fault.Usage, fault.KindOf(err))
		_, err = Edit(tx, []int64{1, 99}, ch)
		require.Equal(t, fault.NotFound, fault.KindOf(err))
		_, err = Edit(tx, []int64{1}, product(t, "B", -1, ""))
		require.Equal(t, fault.Conflict, fault.KindOf(err))
		return nil
	})
}

func TestAnEditOfAnEarlierDayLeavesTheRestAsItIs(t *testing.T) {
	b := newBook(t)
	update(t, b, func(tx *book.Tx) error {
		if _, err := Create(tx, product(t, "A", 1, "")); err != nil {
			return err
		}
		if _, err := Archive(tx, 1); err != nil {
			return err
		}
		ch := product(t, "A2", 5, "")
		ch.Since = day(t, "2026-01-01")
		changed, err := Edit(tx, []int64{1}, ch)
		require.Equal(t, tx.Today(), changed[0].ArchivedOn)
		require.Equal(t, money.Amount(1), changed[0].Price, "the later one still holds today")
		return err
	})
}

// importRows imports lines of sku|name|price|tags; a field with nothing in it is not given.
func importRows(tb testing.TB, b *book.Book, o ImportOptions, lines ...string) (tally Tally, problems []Problem) {
	tb.Helper()
	rows := make([]Row, len(lines))
	for i, line := range lines {
		cells := strings.Split(line, "|")
		var has Fields
		for at, f := range []Fields{FieldSKU, FieldName, FieldPrice, FieldTags} {
			if at >= len(cells) || cells[at] == "" {
				continue
			}
			has |= f
			if f != FieldPrice {
				require.NoError(tb, rows[i].Set(f, cells[at]))
				continue
			}
			d, err := money.ParseDecimal(cells[at], '.')
			require.NoError(tb, err)
			amount, err := d.Minor(2)
			require.NoError(tb, err)
			require.NoError(tb, rows[i].SetNumber(f, int64(amount), true))
		}
		rows[i].Place(i+2, has, false)
	}
	require.NoError(tb, b.Update(context.Background(), "product import", func(tx *book.Tx) (err error) {
		tally, err = Import(tx, slices.Values([][]Row{rows}), o, func(p Problem) { problems = append(problems, p) })
		return err
	}))
	return tally, problems
}

func TestImport(t *testing.T) {
	b := newBook(t)
	lines := []string{"A|Aceite|1.50|new", "B||2", "A||1.60", "C|Crema"}
	tally, problems := importRows(t, b, ImportOptions{}, lines...)
	require.Empty(t, problems)
	require.Equal(t, Tally{Created: 3, Updated: 1}, tally)
	tally, _ = importRows(t, b, ImportOptions{}, lines[1:]...)
	require.Equal(t, Tally{Unchanged: 3}, tally)
	tally, _ = importRows(t, b, ImportOptions{Never: FieldName}, "A|Oil|1.60|new", "C|Cream|3")
	require.Equal(t, Tally{Updated: 1, Unchanged: 1}, tally)
	tally, problems = importRows(t, b, ImportOptions{Mode: CreateOnly}, "A|Oil", "D")
	require.Equal(t, Tally{Created: 1}, tally)
	require.Equal(t, []Problem{{Line: 2, Field: "sku", Reason: "the book has this product already (--mode create)"}}, problems)
	tally, problems = importRows(t, b, ImportOptions{Mode: UpdateOnly}, "A|Oil", "E")
	require.Equal(t, Tally{Updated: 1}, tally)
	require.Len(t, problems, 1)
	tally, _ = importRows(t, b, ImportOptions{Since: day(t, "2026-01-01")}, "A||1.60")
	require.Equal(t, Tally{Updated: 1}, tally, "today's price is not that of an earlier day")
	view(t, b, func(v *book.View) error {
		var texts []string
		for g, err := range List(v, ListOptions{}) {
			require.NoError(t, err)
			texts = append(texts, g.SKU+" "+g.Name+" "+v.Settings().Currency.Format(g.Price)+" "+g.Tags)
		}
		require.Equal(t, []string{"A Oil 1.60 new", "B B 2.00 ", "C Crema 3.00 ", "D D 0.00 "}, texts)
		return nil
	})
}

func TestListFilters(t *testing.T) {
	b := newBook(t)
	twoProducts(t, b)
	exec(t, b, `UPDATE products SET brand = 'Lúz', category = 'Care', reorder_at = 2, archived_on = '2026-11-20' WHERE id = 1`,
		`INSERT INTO product_attributes (product_id, key, value) VALUES (1, 'cause', 'Vegan')`, `INSERT INTO product_tags (product_id, tag) VALUES (1, 'new')`)
	received(t, b, move{product: 1, on: day(t, "2026-11-01"), quantity: 3})
	line := order(t, b, 1, 1, today, nil)
	issue(t, b, line, 1, 1, today)
	exec(t, b, `UPDATE orders SET shipped_on = '`+today+`'`)
	for name, c := range map[string]struct {
		o    ListOptions
		want string
	}{
		"active":          {ListOptions{}, "CD-200"},
		"then":            {ListOptions{AsOf: day(t, "2026-11-19")}, "AB-100 CD-200"},
		"archived":        {ListOptions{State: Archived}, "AB-100"},
		"archived then":   {ListOptions{State: Archived, AsOf: day(t, "2026-11-19")}, ""},
		"backwards":       {ListOptions{State: Everything, Sort: "-sku"}, "CD-200 AB-100"},
		"limit":           {ListOptions{State: Everything, Limit: 1}, "AB-100"},
		"brand":           {ListOptions{State: Everything, Brand: "LUZ"}, "AB-100"},
		"category":        {ListOptions{State: Everything, Category: "hair"}, ""},
		"tag":             {ListOptions{State: Everything, Tags: []string{"New"}}, "AB-100"},
		"key":             {ListOptions{State: Everything, Attributes: []string{"cause"}}, "AB-100"},
		"value":           {ListOptions{State: Everything, Attributes: []string{"cause=vegan"}}, "AB-100"},
		"other value":     {ListOptions{State: Everything, Attributes: []string{"cause=x"}}, ""},
		"tracked":         {ListOptions{State: Everything, Tracked: true}, "AB-100"},
		"low":             {ListOptions{State: Everything, Low: true}, "AB-100"},
		"not low then":    {ListOptions{State: Everything, Low: true, AsOf: day(t, "2026-11-21")}, ""},
		"low, one by one": {ListOptions{State: Everything, Low: true, Limit: 1, Sort: "-sku"}, "AB-100"},
	} {
		t.Run(name, func(t *testing.T) {
			view(t, b, func(v *book.View) error {
				var skus []string
				for g, err := range List(v, c.o) {
					require.NoError(t, err)
					require.True(t, g.ArchivedOn.IsZero() || c.o.AsOf.IsZero() || g.ArchivedOn <= c.o.AsOf)
					skus = append(skus, g.SKU)
				}
				require.Equal(t, c.want, strings.Join(skus, " "))
				return nil
			})
		})
	}
	view(t, b, func(v *book.View) error {
		for _, o := range []ListOptions{{Sort: "colour"}, {Limit: -1}, {Attributes: []string{"=x"}}} {
			for _, err := range List(v, o) {
				require.Equal(t, fault.Usage, fault.KindOf(err))
			}
		}
		return nil
	})
}
