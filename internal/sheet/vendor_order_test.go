package sheet

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sales"
)

// shopFile opens a file as the export of a shop's orders, nil for nobody's.
func shopFile(t *testing.T, content, as string, o InputOptions) (*Input, *OrderVendor, error) {
	t.Helper()
	o.Setting, o.Key = euros, "ref"
	in, err := OpenInput("-", strings.NewReader(content), o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = in.Close() })
	v, err := in.RecogniseOrders(as)
	return in, v, err
}

// shopOrders reads a file of a shop's orders.
func shopOrders(t *testing.T, content string, o InputOptions) (rows []ShopOrder, wrong []string) {
	t.Helper()
	in, v, err := shopFile(t, content, "", o)
	require.NoError(t, err)
	require.NotNil(t, v, "recognised")
	d, err := NewDecoder(in, v.Columns(in))
	require.NoError(t, err)
	stamp := func(o *ShopOrder, line int, _ uint64, bad bool) { o.Settle(line, bad, "ES") }
	for batch := range d.Batches(context.Background(), 10, func(o *ShopOrder) string { return o.Ref }, stamp) {
		rows = append(rows, batch...)
	}
	require.NoError(t, d.Err())
	for _, f := range d.Faults() {
		wrong = append(wrong, f.Text("in"))
	}
	return rows, wrong
}

const (
	shopifyOrderHead = "Name,Email,Financial Status,Fulfillment Status,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at,Source,Vendor,Billing Name,Billing Phone,Billing Zip\n"
	wooOrderHead     = "Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),Email (Billing),Phone (Billing),Order Total Amount,SKU,Item Name,Quantity (- Refund),Order Line Subtotal\n"
)

func TestRecogniseOrders(t *testing.T) {
	for name, c := range map[string]struct {
		content, as, vendor, reason string
		options                     InputOptions
	}{
		"shopify":                  {content: shopifyOrderHead, vendor: "shopify"},
		"woocommerce":              {content: wooOrderHead, vendor: "woocommerce"},
		"woocommerce, other names": {content: "order_id,order_date,order_status,billing_email,order_total\n", vendor: "woocommerce"},
		"ours":                     {content: "ref,customer,date,total\n"},
		"columns named":            {content: shopifyOrderHead, options: InputOptions{Columns: strings.Split("-"+strings.Repeat(",-", 15)+",ref", ",")}},
		"named":                    {content: "Name,Total\n", as: "shopify", vendor: "shopify"},
		"named, and it is not":     {content: "ref,customer\n", as: "shopify", reason: "not an export of orders of shopify: it has no column Name"},
		"empty cells that erase":   {content: shopifyOrderHead, options: InputOptions{Clear: true}, reason: "--clear: in an export of shopify an empty cell may mean that of the row above"},
	} {
		t.Run(name, func(t *testing.T) {
			_, v, err := shopFile(t, c.content, c.as, c.options)
			if c.reason != "" {
				var f *fault.Error
				require.ErrorAs(t, err, &f)
				require.Equal(t, c.reason, f.Reason)
				return
			}
			require.NoError(t, err)
			if c.vendor == "" {
				require.Nil(t, v)
			} else {
				require.Equal(t, c.vendor, v.Name)
			}
		})
	}
}

func TestShopStatus(t *testing.T) {
	for _, c := range []struct {
		words shopWords
		want  sales.Status
	}{
		{shopWords{}, sales.NoStatus},
		{shopWords{money: "paid", goods: "unfulfilled"}, sales.Paid},
		{shopWords{money: "partially_refunded"}, sales.Paid},
		{shopWords{money: "refunded"}, sales.Returned},
		{shopWords{money: "voided"}, sales.Cancelled},
		{shopWords{money: "paid", cancelled: "2026-09-12"}, sales.Cancelled},
		{shopWords{money: "pending", goods: "unfulfilled"}, sales.Confirmed},
		{shopWords{money: "partially_paid", goods: "fulfilled"}, sales.Shipped},
		{shopWords{money: "wc-completed"}, sales.Paid},
		{shopWords{money: "Processing"}, sales.Paid},
		{shopWords{money: "On hold"}, sales.Confirmed},
		{shopWords{money: "wc-on-hold"}, sales.Confirmed},
		{shopWords{money: "Pending payment"}, sales.Confirmed},
		{shopWords{money: "Failed"}, sales.Cancelled},
	} {
		require.Equal(t, c.want, c.words.status(), "%+v", c.words)
	}
}

func TestShopBuyer(t *testing.T) {
	for name, c := range map[string]struct {
		cells, customer string
		reachable       bool
	}{
		"by e-mail":             {"Ana@Example.com,paid,,EUR,9,2026-09-01,,,,,,,,Ana Ruiz,'600111222,'08001", "ana@example.com", true},
		"by phone":              {",paid,,EUR,9,2026-09-01,,,,,,,,Ana Ruiz,600 111 222,", "+34600111222", true},
		"by name":               {",paid,,EUR,9,2026-09-01,,,,,,,,Ana Ruiz,12,", "Ana Ruiz", false},
		"an e-mail and no more": {"ana@example.com,paid,,EUR,9,2026-09-01,,,,,,,,,,", "ana@example.com", false},
		"nobody":                {",paid,,EUR,9,2026-09-01,,,,,,,,,,", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			rows, wrong := shopOrders(t, shopifyOrderHead+"#1,"+c.cells+"\n", InputOptions{})
			require.Empty(t, wrong)
			require.Equal(t, c.customer, rows[0].Customer)
			require.Equal(t, c.reachable, rows[0].Reachable())
		})
	}
}

func TestShopLines(t *testing.T) {
	rows, wrong := shopOrders(t, shopifyOrderHead+`#1,ana@example.com,paid,,EUR,52,2026-09-01 23:30:00 -0400,2,Fern print,16.00,F-1,,web,Casa,Ana,,
#1,ana@example.com,,,,,,1,A bag,20.00,,,,,,,
`, InputOptions{})
	require.Empty(t, wrong)
	require.Equal(t, "2026-09-02", rows[0].Date.String(), "a day in the zone of the book")
	require.Equal(t, "online", rows[0].Channel)
	require.Equal(t, []string{"F-1", "A bag"}, []string{rows[0].Product, rows[1].Product}, "one without a sku is known by its name")
	require.Equal(t, []string{"F-1", "Fern print", "Casa"}, []string{rows[0].Goods.SKU, rows[0].Goods.Name, rows[0].Goods.Brand})
	require.Empty(t, rows[1].Goods.SKU)

	rows, _ = shopOrders(t, wooOrderHead+"7,Completed,2026-09-01,Ana,Ruiz,ana@example.com,,10,A-1,A,3,10\n", InputOptions{})
	amount, err := rows[0].UnitPrice.Times(3, 2)
	require.NoError(t, err)
	require.EqualValues(t, 1000, amount, "what all pieces cost together")
	require.Equal(t, "Ana Ruiz", rows[0].Buyer.Name)
	require.NotZero(t, rows[0].Buyer.Has&contacts.FieldName)

	rows, _ = shopOrders(t, shopifyOrderHead+"#1,ana@example.com,paid,,EUR,52,2026-09-01,2,Fern print,16.00,F-1,,web,Casa,Ana,,\n",
		InputOptions{Map: map[string]string{"customer": "Billing Name", "channel": "Vendor", "status": "", "product": "Lineitem name"}})
	require.Equal(t, []string{"Ana", "Casa", "Fern print"}, []string{rows[0].Customer, rows[0].Channel, rows[0].Product}, "--map comes before what the shop calls so")
}
