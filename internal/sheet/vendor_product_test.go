package sheet

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// openShop opens a file of products as the export of the shop that its header is of.
func openShop(t *testing.T, content string, o InputOptions) (*Input, *ProductVendor) {
	t.Helper()
	o.Setting = euros
	in, err := OpenInput("-", strings.NewReader(content), o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = in.Close() })
	v, err := in.RecogniseProducts("")
	require.NoError(t, err)
	return in, v
}

// shopProducts reads the products of a shop's export, and what is wrong with its cells.
func shopProducts(t *testing.T, content string, o InputOptions) (made ShopProducts, wrong []string) {
	t.Helper()
	in, v := openShop(t, content, o)
	require.NotNil(t, v, "recognised")
	d, err := NewDecoder(in, v.Columns(in))
	require.NoError(t, err)
	var rows []ShopProduct
	for batch := range d.Batches(context.Background(), 2, nil, func(p *ShopProduct, line int, _ uint64, bad bool) { p.Line, p.Bad = line, bad }) {
		rows = append(rows, batch...)
	}
	require.NoError(t, d.Err())
	for _, f := range d.Faults() {
		wrong = append(wrong, f.Text("in"))
	}
	today, err := dates.ParseISO("2026-11-22")
	require.NoError(t, err)
	return v.Settle(rows, nil, today), wrong
}

// told writes what is known of products, a line each.
func told(made ShopProducts) (lines []string) {
	shelves := map[catalog.Shelf]string{catalog.Unsaid: "unsaid", catalog.On: "on", catalog.Off: "off"}
	for _, r := range made.Rows {
		lines = append(lines, fmt.Sprintf("%s|%s|%d|%s|%s|%s|%s|%s", r.SKU, r.Name, r.Price, r.Category, r.Brand, r.Tags, r.Attributes, shelves[r.Shelf]))
	}
	return lines
}

const (
	shopifyGoods = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,Cost per item,Variant Inventory Qty,Status\n"
	wooGoods     = "ID,Type,SKU,Name,Published,Short description,Date sale price starts,Date sale price ends,Sale price,Regular price,Categories,Tags,Parent,Stock," +
		"Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)\n"
)

func TestRecogniseProducts(t *testing.T) {
	for header, want := range map[string]string{
		shopifyGoods: "shopify", wooGoods: "woocommerce", "URL handle,Title,Option1 name,SKU,Price,Status\n": "shopify",
		"Handle,Title,Option1 Name,Variant Price\n": "shopify", "Type,SKU,Name,Published,Regular price,Categories\n": "woocommerce",
		"sku,name,price\n": "", "Handle,Title,Price\n": "", "ID,Type,SKU,Name,Price\n": "",
	} {
		_, v := openShop(t, header, InputOptions{})
		require.Equal(t, want != "", v != nil, header)
		if v != nil {
			require.Equal(t, want, v.Name)
		}
	}
	in, _ := openShop(t, "sku,name\nA,B\n", InputOptions{})
	_, err := in.RecogniseProducts("shopify")
	require.Equal(t, fault.Rejected, fault.KindOf(err))
	in, err = OpenInput("-", strings.NewReader(wooGoods), InputOptions{Clear: true, Setting: euros})
	require.NoError(t, err)
	_, err = in.RecogniseProducts("")
	require.Equal(t, fault.Usage, fault.KindOf(err))
	require.NoError(t, in.Close())
}

func TestShopifyVariantsAreProducts(t *testing.T) {
	made, wrong := shopProducts(t, shopifyGoods+
		`balm,Lip balm,"<p>Soft &amp; sweet.</p><br>Vegan",Luz,Lips,"vegan, new",TRUE,Flavour,Rose,Size,5 g,'007,4.50,1.20,12,active`+"\n"+
		"balm,,,,,,,,Fig,,10 g,,4.90,,,\n"+
		"balm,,,,,,,,,,,,,,,\n"+
		"soap,Soap,,,,,FALSE,Title,Default Title,,,,3,,,draft\n"+
		"oil,Oil,,,,,FALSE,Title,Default Title,,,OIL,3,,0,\n"+
		"balm,,,,,,,,Mint,,5 g,OIL,4.50,,,\n"+
		"wax,Wax,,,,,TRUE,Title,Default Title,,,,cheap,,,gone\n", InputOptions{})
	require.Equal(t, []string{
		"007|Lip balm - Rose / 5 g|450|Lips|Luz|new, vegan|flavour=Rose; size=5 g|on",
		"balm-fig-10-g|Lip balm - Fig / 10 g|490|Lips|Luz|new, vegan|flavour=Fig; size=10 g|on",
		"soap|Soap|300|||||off",
		"OIL|Oil|300|||||off",
		"||0|||||on",
	}, told(made))
	require.Equal(t, "Soft & sweet.\nVegan", made.Rows[1].Notes)
	require.Equal(t, []bool{true, false}, []bool{made.Rows[0].HasCost, made.Rows[1].HasCost})
	require.Equal(t, 1, made.Passed, "a row with nothing but a picture")
	require.Equal(t, []catalog.Problem{{Line: 7, Field: "sku", Reason: "line 6 has the sku OIL already; each variant needs its own"}}, made.Problems)
	require.Equal(t, "product=Variant SKU,quantity=Variant Inventory Qty", made.Count)
	require.Equal(t, []string{`in:8:49  Status  "gone"  not one of active, draft, archived, unlisted`, `in:8:41  Variant Price  "cheap"  not a number`}, wrong)
}

func TestWooCommerceVariationsAreProducts(t *testing.T) {
	made, wrong := shopProducts(t, wooGoods+
		`7,variation,,Cream - Big,1,,,,,20,,,id:5,,Size,Big,,`+"\n"+
		`5,variable,CR,Cream,1,Rich.\nGood.,,,,,"Care > Face, Gifts\, boxed",vegan,,,Size,"Small, Big",,`+"\n"+
		`8,variation,CR-S,Cream - Small,1,,,,9,12,,,CR,,Size,Small,,`+"\n"+
		`9,grouped,SET,Set,1,,,,,,,,,,,,,`+"\n"+
		`10,"simple, virtual",,Course,0,,2026-12-01,,5,30,,,,,Colour,"Red, Blue",Cut,`+"\n"+
		`11,simple,GEL,Gel,-1,,2026-11-01,2026-11-22,5,6,,,,4,,,,`+"\n"+
		`12,variable,KIT,Kit,1,,,,,50,,,,,,,,`+"\n"+
		`13,simple,BAD,Bad,2,,soon,,,1,,,,,,,,`+"\n", InputOptions{})
	require.Equal(t, []string{
		"CR-big|Cream - Big|2000|Care > Face||vegan|size=Big|on",
		"CR-S|Cream - Small|900|Care > Face||vegan|size=Small|on",
		"woocommerce-10|Course|3000||||colour=Blue; colour=Red|off",
		"GEL|Gel|500|||||off",
		"KIT|Kit|5000|||||on",
		"BAD||100|||||unsaid",
	}, told(made))
	require.Equal(t, "Rich.\nGood.", made.Rows[0].Notes)
	require.Equal(t, 2, made.Passed, "a parent and a group without a price")
	require.Equal(t, "product=SKU,quantity=Stock", made.Count)
	require.Equal(t, []string{`in:9:19  Published  "2"  not one of 1, 0, -1`, `in:9:22  Date sale price starts  "soon"  not a date`}, wrong)
}

func TestMappedColumnsOfAShopCountMore(t *testing.T) {
	made, wrong := shopProducts(t, shopifyGoods+"balm,Lip balm,B-1,Luz,Lips,,TRUE,Title,Default Title,,,X,4.50,1.20,0,active\n",
		InputOptions{Map: map[string]string{"sku": "Body (HTML)", "name": "Vendor", "attr.sort": "Type", "category": "Option1 Name"}})
	require.Empty(t, wrong)
	require.Equal(t, []string{"B-1|Luz|450|Title|||sort=Lips|on"}, told(made))
	require.Empty(t, made.Count, "none are there")
}
