package sheet

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
)

// shopifyProducts is Shopify's export of products, with the header it has had for years and that of its template of 2025.
// A row is a variant; only the first one of a product says what they have in common. Every variant is a product of ours:
// with its sku, else with one made of the handle and its options. What is a draft, unlisted or archived there is archived.
var shopifyProducts = ProductVendor{
	Vendor: Vendor{Name: "shopify", title: "a Shopify export of products", signs: [][]string{
		{"Handle", "Title", "Variant SKU", "Variant Price"}, {"Handle", "Title", "Option1 Name", "Variant Price"},
		{"URL handle", "Title", "Option1 name", "SKU", "Price"},
	}},
	needs:  []string{"Handle", "URL handle"},
	fields: shopifyProductFields,
	count:  "product=Variant SKU,quantity=Variant Inventory Qty",
	settle: settleShopify,
}

func shopifyProductFields(header []string) []Column[ShopProduct] {
	columns := []Column[ShopProduct]{
		shopText("Handle", func(p *ShopProduct) *string { return &p.id }), shopText("URL handle", func(p *ShopProduct) *string { return &p.id }),
		shopText("Title", func(p *ShopProduct) *string { return &p.title }),
		shopNotes("Body (HTML)"), shopNotes("Description"), shopField("Vendor", catalog.FieldBrand),
		shopifyCategory("Product Category"), shopifyCategory("Product category"), shopField("Type", catalog.FieldCategory), // what the shop calls it counts more
		shopField("Tags", catalog.FieldTags), shopifyPublished("Published"), shopifyPublished("Published on online store"), shopifyStatus("Status"),
		shopifyPlain("Variant SKU", catalog.FieldSKU), shopifyPlain("SKU", catalog.FieldSKU),
		shopField("Variant Price", catalog.FieldPrice), shopField("Price", catalog.FieldPrice), shopField("Cost per item", catalog.FieldCost),
		shopAttribute("Variant Barcode", "gtin"), shopAttribute("Barcode", "gtin"),
		shopStock("Variant Inventory Qty"), shopStock("Inventory quantity"),
	}
	for n := range 3 {
		for _, word := range []string{"Name", "name"} {
			columns = append(columns, shopText(fmt.Sprintf("Option%d %s", n+1, word), func(p *ShopProduct) *string { return &at(&p.options, n).name }))
		}
		for _, word := range []string{"Value", "value"} {
			columns = append(columns, shopText(fmt.Sprintf("Option%d %s", n+1, word), func(p *ShopProduct) *string { return &at(&p.options, n).value }))
		}
	}
	return append(columns, passedColumns(header, shopifyPassed)...)
}

// shopifyPassed are columns of shipping, search engines and pictures.
var shopifyPassed = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(Google Shopping / .*|SEO .*|Image .*|Product image URL|Variant (Image|Grams|Weight Unit|Inventory Tracker|Inventory Policy|` +
		`Fulfillment Service|Requires Shipping|Tax Code)|Variant image URL|Gift Card|Option\d Linked To)$`)
})

// shopifyPlain is a field of ours that an apostrophe may keep spreadsheets from taking for a number.
func shopifyPlain(name string, f catalog.Fields) Column[ShopProduct] {
	c := shopField(name, f)
	set := c.Set
	c.Set = func(p *ShopProduct, cell *Cell) error {
		plain := *cell
		plain.Text = strings.TrimPrefix(cell.Text, "'")
		return set(p, &plain)
	}
	return c
}

// shopAttribute keeps a cell under a key.
func shopAttribute(name, key string) Column[ShopProduct] {
	return Column[ShopProduct]{Name: name, gives: "attr." + key, Set: func(p *ShopProduct, cell *Cell) error {
		p.known = append(p.known, shopOption{key, strings.TrimPrefix(cell.Text, "'")})
		return nil
	}}
}

// shopifyCategory is the category of Shopify's own, by the last of its steps.
func shopifyCategory(name string) Column[ShopProduct] {
	return shopCell(name, catalog.FieldCategory, func(p *ShopProduct, cell *Cell) error {
		p.Has |= catalog.FieldCategory
		steps := strings.Split(cell.Text, ">")
		return p.Set(catalog.FieldCategory, steps[len(steps)-1])
	})
}

// shopifyPublished is whether the online shop has it, which counts where there is no status.
func shopifyPublished(name string) Column[ShopProduct] {
	return Column[ShopProduct]{Name: name, Set: func(p *ShopProduct, cell *Cell) error {
		if p.Shelf = catalog.On; strings.EqualFold(cell.Text, "false") {
			p.Shelf = catalog.Off
		}
		return nil
	}}
}

func shopifyStatus(name string) Column[ShopProduct] {
	return shopCell(name, catalog.FieldArchivedOn, func(p *ShopProduct, cell *Cell) error {
		switch strings.ToLower(cell.Text) {
		case "active":
			p.Shelf = catalog.On
		case "draft", "archived", "unlisted":
			p.Shelf = catalog.Off
		default:
			return errors.New("not one of active, draft, archived, unlisted")
		}
		return nil
	})
}

func settleShopify(s *shop, r *ShopProduct) {
	head := s.heads[r.id]
	if head == nil {
		head = r
	}
	values := r.values()
	if r.SKU == "" && !r.HasPrice && values == nil && head != r {
		r.kinds = []string{picture}
		return
	}
	r.inherit(head)
	if len(values) == 1 && values[0] == "Default Title" {
		values = nil // one of a kind
	}
	name, sku := head.title, r.SKU
	if values != nil {
		name += " - " + strings.Join(values, " / ")
	}
	if sku == "" {
		sku = cmp.Or(s.known(name), joined("-", r.id, slug(strings.Join(values, " "))))
	}
	r.call(name, sku)
	for _, o := range r.options {
		if !strings.EqualFold(o.name, "Title") { // what Shopify calls the option of a product without any
			r.tell(o)
		}
	}
	r.tell(r.known...)
}

const wooName = "woocommerce"

// wooProducts is WooCommerce's export of products. A variation is a product of ours, with its sku, else with one made of
// that of its parent and its options; a parent, or a group, is none unless it has a price. What is private or a draft there
// is archived.
var wooProducts = ProductVendor{
	Vendor: Vendor{Name: wooName, title: "a WooCommerce export of products", signs: [][]string{{"ID", "Type", "SKU", "Name", "Regular price"},
		{"Type", "SKU", "Name", "Published", "Regular price", "Categories"}}},
	needs:  []string{"Regular price"},
	fields: wooProductFields,
	bySKU:  true,
	count:  "product=SKU,quantity=Stock",
	settle: settleWoo,
}

func wooProductFields(header []string) []Column[ShopProduct] {
	columns := []Column[ShopProduct]{
		{Name: "ID", Set: func(p *ShopProduct, cell *Cell) error {
			p.id = "id:" + cell.Text
			return nil
		}},
		{Name: "Type", Set: func(p *ShopProduct, cell *Cell) error {
			for _, kind := range strings.Split(cell.Text, ",") {
				p.kinds = append(p.kinds, strings.TrimSpace(kind))
			}
			return nil
		}},
		shopField("SKU", catalog.FieldSKU), shopText("Name", func(p *ShopProduct) *string { return &p.title }), wooPublished(), shopNotes("Short description"),
		shopField("Regular price", catalog.FieldPrice), wooSale(), wooSaleDay("Date sale price starts", func(p *ShopProduct) *dates.Date { return &p.saleDays.From }),
		wooSaleDay("Date sale price ends", func(p *ShopProduct) *dates.Date { return &p.saleDays.To }), shopField("Cost of goods", catalog.FieldCost),
		wooCategories(), shopField("Brands", catalog.FieldBrand), shopField("Tags", catalog.FieldTags), shopField("Low stock amount", catalog.FieldReorderAt),
		shopAttribute("GTIN, UPC, EAN, or ISBN", "gtin"), shopText("Parent", func(p *ShopProduct) *string { return &p.parent }), shopStock("Stock"),
	}
	for _, name := range header {
		if found := wooAttribute().FindStringSubmatch(name); found != nil {
			n, _ := strconv.Atoi(found[1]) // two digits at most
			columns = append(columns, shopText(name, func(p *ShopProduct) *string {
				if found[2] == "name" {
					return &at(&p.options, n).name
				}
				return &at(&p.options, n).value
			}))
		}
	}
	return append(columns, passedColumns(header, wooPassed)...)
}

var (
	wooAttribute = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^Attribute (\d\d?) (name|value\(s\))$`) })

	// wooPassed are columns of shipping, pictures, downloads and what a page looks like.
	wooPassed = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(Is featured\?|Visibility in catalog|Tax class|Backorders allowed\?|Sold individually\?|(Weight|Length|Width|Height) \(.*|` +
			`Allow customer reviews\?|Shipping class|Images|Download .*|Grouped products|Upsells|Cross-sells|External URL|Button text|Position|` +
			`Attribute \d+ (visible|global|default)|Meta: .*|In stock\?|Swatches Attributes)$`)
	})
)

// wooPublished is 1 for what the shop shows, 0 for what is private and -1 for a draft.
func wooPublished() Column[ShopProduct] {
	return shopCell("Published", catalog.FieldArchivedOn, func(p *ShopProduct, cell *Cell) error {
		switch cell.Text {
		case "1":
			p.Shelf = catalog.On
		case "0", "-1":
			p.Shelf = catalog.Off
		default:
			return errors.New("not one of 1, 0, -1")
		}
		return nil
	})
}

// wooSale is a price that counts in place of the regular one, on some days or always.
func wooSale() Column[ShopProduct] {
	c := shopCell("Sale price", catalog.FieldPrice, func(p *ShopProduct, cell *Cell) error {
		var sale catalog.Product
		amount, err := cell.Exact()
		if err == nil {
			err = sale.SetNumber(catalog.FieldPrice, int64(amount), true)
		}
		p.sale = &sale
		return err
	})
	c.Kind = MoneyKind
	return c
}

func wooSaleDay(name string, of func(*ShopProduct) *dates.Date) Column[ShopProduct] {
	c := shopCell(name, catalog.FieldPrice, func(p *ShopProduct, cell *Cell) (err error) {
		*of(p), err = cell.Date()
		return err
	})
	c.Kind = DateKind
	return c
}

// wooCategories are the categories of a product, each with the steps that lead to it. The first is ours, others are known.
func wooCategories() Column[ShopProduct] {
	return shopCell("Categories", catalog.FieldCategory, func(p *ShopProduct, cell *Cell) error {
		p.Has |= catalog.FieldCategory
		list := wooList(cell.Text)
		p.known = append(p.known, shopOption{"category", strings.Join(list[1:], ";")})
		return p.Set(catalog.FieldCategory, list[0])
	})
}

// wooList parts a cell of several values. A comma inside a value stands behind a backslash.
func wooList(text string) []string {
	list := []string{""}
	for i, part := range strings.Split(text, ",") {
		last := &list[len(list)-1]
		if before, inside := strings.CutSuffix(*last, `\`); i > 0 && inside {
			*last = before + "," + part
		} else if i > 0 {
			list = append(list, strings.TrimSpace(part))
		} else {
			*last = strings.TrimSpace(part)
		}
	}
	return list
}

func settleWoo(s *shop, r *ShopProduct) {
	variation := slices.Contains(r.kinds, "variation")
	sku := r.SKU
	if sku == "" {
		sku = s.known(r.title)
	}
	if head := s.heads[r.parent]; variation && r.parent != "" {
		if head != nil {
			r.inherit(head)
		}
		if sku == "" {
			parent := wooSKU(r.parent)
			if head != nil {
				parent = cmp.Or(head.SKU, parent)
			}
			sku = joined("-", parent, slug(strings.Join(r.values(), " ")))
		}
	}
	if r.sale != nil && (r.saleDays.From.IsZero() || r.saleDays.From <= s.today) && (r.saleDays.To.IsZero() || s.today <= r.saleDays.To) && r.mapped&catalog.FieldPrice == 0 {
		r.Price, r.HasPrice = r.sale.Price, true
		r.Has |= catalog.FieldPrice
	}
	r.call(r.title, cmp.Or(sku, wooSKU(r.id)))
	for _, o := range r.options {
		r.tell(shopOption{o.name, strings.Join(wooList(o.value), ";")})
	}
	r.tell(r.known...)
}

// wooSKU makes a sku of what names a product that has none, id:44, and leaves one as it is.
func wooSKU(name string) string {
	if id, is := strings.CutPrefix(name, "id:"); is {
		return wooName + "-" + id
	}
	return name
}
