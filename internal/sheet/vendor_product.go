package sheet

import (
	"cmp"
	"fmt"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// ProductVendor is a shop program whose exports of products are known by their header.
type ProductVendor struct {
	Vendor
	fields func(header []string) []Column[ShopProduct] // what is read, in the order of reading
	needs  []string                                    // one of them every file of it has
	count  string                                      // how to map its columns so that what the shop has in stock is counted
	bySKU  bool                                        // a variant may name its product by the sku of that
	settle func(*shop, *ShopProduct)
}

// productVendors are the shops that are recognised.
var productVendors = []*ProductVendor{&shopifyProducts, &wooProducts}

// ProductVendorNames are the words that RecogniseProducts takes for shops.
func ProductVendorNames() (names []string) {
	for _, v := range productVendors {
		names = append(names, v.Name)
	}
	return names
}

// RecogniseProducts is Recognise for a file of products.
func (in *Input) RecogniseProducts(name string) (*ProductVendor, error) {
	for _, v := range productVendors {
		if name != v.Name && (name != "" || !v.signed(in)) {
			continue
		}
		if !slices.ContainsFunc(v.needs, func(name string) bool { return slices.Contains(in.header, name) }) {
			return nil, &fault.Error{Kind: fault.Rejected, Key: in.name, Reason: "not an export of products of " + v.Name + ": it has no column " + v.needs[0],
				Hint: "leave --as out, or name another: " + strings.Join(ProductVendorNames(), ", ")}
		}
		if in.options.Clear {
			return nil, fault.New(fault.Usage, "--clear: in an export of "+v.Name+" an empty cell may mean that of the row above", "leave --clear out")
		}
		in.vendor = &v.Vendor
		return v, nil
	}
	return nil, nil
}

// Columns are the columns of a shop's file, and behind them those of ours, which only --map gives a place in it.
func (v *ProductVendor) Columns(in *Input) []Column[ShopProduct] {
	columns := v.fields(in.header)
	ours := ProductInput(slices.Sorted(maps.Keys(in.options.Map)))
	for i, c := range lift(ours, func(p *ShopProduct) *catalog.Row { return &p.Row }) {
		var f catalog.Fields // none for what is not one column of a file
		if i < len(ProductRows) {
			f = 1 << i
		}
		c.byMap, c.Required = true, false
		if set := c.Set; set != nil {
			c.Set = func(p *ShopProduct, cell *Cell) error {
				p.mapped |= f
				p.Has |= f
				return set(p, cell)
			}
		}
		columns = append(columns, c)
	}
	return columns
}

// ShopProduct is a row of a shop's file on its way to becoming a product: of a product that is sold as it is, of one of
// its variants, or of what its variants have in common.
type ShopProduct struct {
	catalog.Row
	mapped catalog.Fields // what --map has read, which counts more than what the shop calls so

	id, parent string // by which the rows of a product find one another
	title      string // of the product, whatever the variant
	kinds      []string
	options    []shopOption // what tells the variants of a product apart
	known      []shopOption // what else the shop says of it
	sale       *catalog.Product
	saleDays   dates.Range
	stocked    bool // the shop says how many there are
}

// shopOption is what a shop says of a product under a name it has chosen.
type shopOption struct{ name, value string }

// ShopProducts are the products of a shop's file.
type ShopProducts struct {
	Rows     []catalog.Row
	Passed   int               // rows that are no product for sale: those of groups, and of what is sold in variants alone
	Problems []catalog.Problem // rows whose product another row is
	Count    string            // how --map reads what the shop has in stock; "" where the file does not say
}

// shop is what is known of a whole file.
type shop struct {
	heads map[string]*ShopProduct // what the rows of one product have in common, by each of its names
	skus  map[string]string       // of the book, by name
	today dates.Date
}

// Settle makes products of all rows of a file. A variant has from its product what it does not say itself. skus are those
// of the book, by name: what has no sku of its own and a name of theirs is that product.
func (v *ProductVendor) Settle(rows []ShopProduct, skus map[string]string, today dates.Date) (made ShopProducts) {
	s := &shop{heads: map[string]*ShopProduct{}, skus: skus, today: today}
	for i := range rows {
		r := &rows[i]
		for _, name := range []string{r.id, r.SKU} {
			if name != "" && s.heads[name] == nil && r.title != "" && (name == r.id || v.bySKU) {
				s.heads[name] = r
			}
		}
	}
	line := map[string]int{} // by sku
	for i := range rows {
		r := &rows[i]
		if r.stocked {
			made.Count = v.count
		}
		if !r.Bad {
			if v.settle(s, r); !r.sold() {
				made.Passed++
				continue
			}
			if first := line[r.SKU]; first != 0 && r.SKU != "" {
				made.Problems = append(made.Problems, catalog.Problem{Line: r.Line, Field: catalog.FieldSKU.Name(),
					Reason: fmt.Sprintf("line %d has the sku %s already; each variant needs its own", first, r.SKU)})
				continue
			}
			line[r.SKU] = r.Line
		}
		r.Place(r.Line, r.Has, r.Bad)
		made.Rows = append(made.Rows, r.Row)
	}
	return made
}

// known is the sku of the product of the book that has a name. One row of the file is that product.
func (s *shop) known(name string) string {
	sku := s.skus[name]
	delete(s.skus, name)
	return sku
}

// sold tells a product for sale from rows of groups, of pictures, and of what is sold in variants alone.
func (r *ShopProduct) sold() bool {
	return r.HasPrice || !slices.ContainsFunc(r.kinds, func(kind string) bool { return slices.Contains(unsoldKinds, kind) })
}

// unsoldKinds are the kinds of rows that are no product unless they have a price: two of WooCommerce, and what we call a
// row of Shopify that only adds a picture.
var unsoldKinds = []string{"variable", "grouped", picture}

const picture = "picture"

// inherit takes from the product of a variant what the variant does not say itself.
func (r *ShopProduct) inherit(head *ShopProduct) {
	if head == nil || head == r {
		return
	}
	for _, f := range []struct {
		field    catalog.Fields
		to, from *string
	}{
		{catalog.FieldCategory, &r.Category, &head.Category}, {catalog.FieldBrand, &r.Brand, &head.Brand},
		{catalog.FieldTags, &r.Tags, &head.Tags}, {catalog.FieldNotes, &r.Notes, &head.Notes},
	} {
		if r.Has&f.field == 0 && head.Has&f.field != 0 {
			*f.to, r.Has = *f.from, r.Has|f.field
		}
	}
	if r.Shelf != catalog.Off && head.Shelf != catalog.Unsaid {
		r.Shelf = head.Shelf
	}
	for i := range min(len(r.options), len(head.options)) {
		r.options[i].name = cmp.Or(r.options[i].name, head.options[i].name)
	}
}

// call gives a product its name and sku unless --map does.
func (r *ShopProduct) call(name, sku string) {
	for _, f := range []struct {
		field catalog.Fields
		text  string
	}{{catalog.FieldName, name}, {catalog.FieldSKU, sku}} {
		if r.mapped&f.field == 0 && f.text != "" && r.Set(f.field, f.text) == nil {
			r.Has |= f.field
		}
	}
}

// values are the values of the options that a variant has.
func (r *ShopProduct) values() (values []string) {
	for _, o := range r.options {
		if o.value != "" {
			values = append(values, o.value)
		}
	}
	return values
}

// tell keeps what the shop says under names of its own as attributes.
func (r *ShopProduct) tell(said ...shopOption) {
	for _, o := range said {
		if key, err := catalog.ParseAttributeKey(o.name); err == nil && o.value != "" {
			_ = r.SetAttribute(key, o.value) // a NUL, which it refuses, has made the row a bad one
		}
	}
}

// slug is a text as a part of a sku: lower case, what is neither letter nor digit as single hyphens.
func slug(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "-")
}

// shopCell is a column of which set takes the cells that hold something; gives says which field of ours a fault in it is of.
func shopCell(name string, gives catalog.Fields, set func(*ShopProduct, *Cell) error) Column[ShopProduct] {
	return Column[ShopProduct]{Name: name, gives: gives.Name(), Set: set}
}

// shopField is a column that is a field of ours as it is.
func shopField(name string, f catalog.Fields) Column[ShopProduct] {
	at := slices.IndexFunc(ProductRows, func(c Column[catalog.Row]) bool { return c.Name == f.Name() })
	ours := ProductRows[at]
	c := shopCell(name, f, func(p *ShopProduct, cell *Cell) error {
		p.Has |= f
		return ours.Set(&p.Row, cell)
	})
	c.Kind = ours.Kind
	return c
}

// shopText is a column that something else than a field of ours is made of.
func shopText(name string, to func(*ShopProduct) *string) Column[ShopProduct] {
	return Column[ShopProduct]{Name: name, Set: func(p *ShopProduct, cell *Cell) error {
		*to(p) = cell.Text
		return nil
	}}
}

// shopNotes is a column of a description in HTML.
func shopNotes(name string) Column[ShopProduct] {
	return shopCell(name, catalog.FieldNotes, func(p *ShopProduct, cell *Cell) error {
		p.Has |= catalog.FieldNotes
		return p.Set(catalog.FieldNotes, plainHTML(cell.Text))
	})
}

// shopStock is a column of how many there are, which products do not say.
func shopStock(name string) Column[ShopProduct] {
	return Column[ShopProduct]{Name: name, Set: func(p *ShopProduct, cell *Cell) error {
		p.stocked = p.stocked || strings.Trim(cell.Text, "0") != ""
		return nil
	}}
}

// passedColumns are those of a header that a pattern names and in which nothing is that we keep.
func passedColumns(header []string, pattern func() *regexp.Regexp) (columns []Column[ShopProduct]) {
	for _, name := range header {
		if pattern().MatchString(name) {
			columns = append(columns, Column[ShopProduct]{Name: name})
		}
	}
	return columns
}

var (
	htmlBreak = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)<(br|/p|/li|/div|/tr|/h\d)\b[^>]*>|\\n`) })
	htmlMark  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)<!--.*?-->|</?[A-Za-z][^>]*>`) })
)

// plainHTML is a text without its marks, a line for each of its own.
func plainHTML(s string) string {
	s = html.UnescapeString(htmlMark().ReplaceAllString(htmlBreak().ReplaceAllString(s, "\n"), ""))
	var lines []string
	for _, line := range strings.Split(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
