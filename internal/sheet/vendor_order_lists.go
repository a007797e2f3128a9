package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/money"
)

// The parts of an order that shops write once for all of it.
var (
	shopTaxes    = func(o *ShopOrder) *money.Amount { return &o.Taxes }
	shopOff      = func(o *ShopOrder) *money.Amount { return &o.Off }
	shopFees     = func(o *ShopOrder) *money.Amount { return &o.Fees }
	shopRefunded = func(o *ShopOrder) *money.Amount { return &o.Refunded }
)

// webChannels are our words for how an order came to a shop.
var webChannels = map[string]string{"web": "online", "checkout": "online", "pos": "store"}

// shopifyOrders is Shopify's export of orders. What belongs to the order stands on its first row alone.
var shopifyOrders = OrderVendor{
	Vendor: Vendor{
		Name: "shopify", title: "a Shopify export of orders",
		idle: []string{"Id", "Subtotal", "Paid at", "Fulfilled at", "Lineitem compare at price", "Lineitem requires shipping",
			"Lineitem fulfillment status", "Billing Address1", "Billing Address2", "Billing Province Name", "Shipping Address1",
			"Shipping Address2", "Shipping Province Name", "Shipping Method", "Outstanding Balance", "Accepts Marketing",
			"Tax 1 Name", "Tax 1 Value", "Tax 2 Name", "Tax 2 Value", "Tax 3 Name", "Tax 3 Value", "Tax 4 Name", "Tax 4 Value",
			"Tax 5 Name", "Tax 5 Value"},
	},
	known: [][]string{{"Name"}, {"Email"}, {"Created at"}, {"Total"}, {"Lineitem name"}},
	lists: func(header []string) []Column[ShopOrder] {
		columns := []Column[ShopOrder]{
			ours("ref", "Name"), ours("date", "Created at"), ours("currency", "Currency"), ours("total", "Total"), ours("shipping", "Shipping"),
			ours("notes", "Notes"), ours("consultant", "Employee"), orderChannel(webChannels, "Source"),
			orderMoneyCell(shopTaxes, "Taxes"), orderMoneyCell(shopOff, "Discount Amount"), orderMoneyCell(shopRefunded, "Refunded Amount"), orderMoneyCell(shopFees, "Duties"),
			orderText(func(o *ShopOrder) *string { return &o.words.money }, "Financial Status"),
			orderText(func(o *ShopOrder) *string { return &o.words.goods }, "Fulfillment Status"),
			orderText(func(o *ShopOrder) *string { return &o.words.cancelled }, "Cancelled at"),
			buyer(email("Email", 0)), buyer(unquoted(phone("Phone", 0, ""))), buyer(unquoted(phone("Billing Phone", 1, ""))),
			buyer(wholeName("Billing Name")), buyer(wholeName("Shipping Name")), buyer(organisation("Billing Company")),
		}
		for i, whose := range []string{"Billing", "Shipping"} {
			columns = append(columns, addressOf(i, []string{whose + " Street"}, []string{whose + " Suite"}, []string{whose + " City"},
				[]string{whose + " Province"}, []string{whose + " Zip"}, []string{whose + " Country"})...)
		}
		if !slices.Contains(header, "Lineitem price") { // lines without a price are no lines: the order has its total only
			return columns
		}
		return append(columns, ours("product", "Lineitem sku"), orderText(func(o *ShopOrder) *string { return &o.Name }, "Lineitem name"),
			orderText(func(o *ShopOrder) *string { return &o.Brand }, "Vendor"), ours("quantity", "Lineitem quantity"),
			ours("unit_price", "Lineitem price"), ours("discount", "Lineitem discount"), taxable("Lineitem taxable"))
	},
}

// wooOrders is WooCommerce, whose orders are exported by plugins: the names are those of the common ones, which write what
// belongs to the order on each of its rows.
var wooOrders = OrderVendor{
	Vendor: Vendor{
		Name: "woocommerce", title: "a WooCommerce export of orders",
		idle: []string{"customer_id", "customer_user", "item_id", "item_product_id", "Item #", "order_subtotal", "Order Subtotal Amount", "paid_date"},
	},
	known: [][]string{
		{"order_total", "Order Total Amount"}, {"order_date", "date"}, {"order_status", "status"},
		{"billing_first_name", "First Name (Billing)", "billing_email", "Email (Billing)", "Billing Email Address"},
	},
	lists: func(header []string) []Column[ShopOrder] {
		ref := []string{"order_number", "order_number_formatted"} // what the buyer was told, before what the shop's book calls it
		if !slices.ContainsFunc(header, func(have string) bool {
			return slices.Contains([]string{"ordernumber", "ordernumberformatted"}, foldName(have))
		}) {
			ref = []string{"order_id", "id"}
		}
		columns := []Column[ShopOrder]{
			ours("ref", ref...), ours("date", "order_date", "date", "date_created"), ours("currency", "order_currency", "currency"),
			ours("total", "order_total", "Order Total Amount"), ours("shipping", "Order Shipping Amount", "order_shipping", "shipping_total", "Shipping Cost"),
			ours("notes", "Customer Note", "customer_message"),
			orderMoneyCell(shopTaxes, "Order Total Tax Amount", "order_tax", "tax_total", "total_tax"),
			orderMoneyCell(shopOff, "Cart Discount Amount", "cart_discount", "discount_total", "Order Discount Amount"),
			orderMoneyCell(shopFees, "Order Fee Amount", "fee_total", "Fee Amount"),
			orderMoneyCell(shopRefunded, "Order Refund Amount", "refunded_total", "refund_total"),
			orderText(func(o *ShopOrder) *string { return &o.words.money }, "order_status", "status"),
			buyer(email("billing_email", 0), "Email (Billing)", "Billing Email Address", "customer_email"),
			buyer(unquoted(phone("billing_phone", 0, "")), "Phone (Billing)", "Billing Phone Number"),
			buyer(namePart("billing_first_name", 0), "First Name (Billing)"), buyer(namePart("billing_last_name", 2), "Last Name (Billing)"),
			buyer(wholeName("billing_full_name"), "Full Name (Billing)", "Billing Name"), buyer(organisation("billing_company"), "Company (Billing)"),
			ours("product", "sku", "item_sku", "product_sku"), orderText(func(o *ShopOrder) *string { return &o.Name }, "item_name", "product_name"),
			ours("quantity", "item_quantity", "quantity", "qty", "Quantity (- Refund)"),
			ours("unit_price", "Item Cost", "item_price"), lineAmount("item_subtotal", "Order Line Subtotal"), lineAmount("item_total", "Order Line Total", "line_total"),
		}
		for i, whose := range []string{"billing", "shipping"} {
			in := " (" + whose + ")"
			columns = append(columns, addressOf(i, []string{whose + "_address_1", whose + "_address", "Address 1" + in, "Address 1&2" + in},
				[]string{whose + "_address_2", "Address 2" + in}, []string{whose + "_city", "City" + in},
				[]string{whose + "_state", "State Code" + in, "State Name" + in}, []string{whose + "_postcode", "Postcode" + in, "Zip" + in},
				[]string{whose + "_country", "Country Code" + in, "Country Name" + in})...)
		}
		return columns
	},
}
