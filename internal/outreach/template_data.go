package outreach

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
)

// Data is what a template is filled in with: values alone, so that no template reaches what lies behind them.
type Data struct {
	Customer int64
	Name     string
	Fields   map[string]string              // without those of which nothing is known
	Lists    map[string][]map[string]string // what range goes through
}

// Field is one of the fields that templates may speak of.
type Field struct{ Name, What string }

// TemplateFields are the fields there are; attr.KEY is any attribute besides.
var TemplateFields = []Field{
	{"name", "her name"},
	{"first_name", "the first word of it; a company has none"},
	{"email", "her e-mail"},
	{"phone", "her phone"},
	{"address", "street and number"},
	{"postcode", "the postcode"},
	{"city", "where she lives"},
	{"country", "the country"},
	{"birthday", "her birthday, as 2026-11-22 or --11-22"},
	{"sector", "what she works in"},
	{"life_moment", "what her life is about just now"},
	{"company", "where she works"},
	{"consultant", "the name of her consultant"},
	{"consultant_email", "and the e-mail"},
	{"consultant_phone", "and the phone"},
	{"points", "the points she can spend"},
	{"points_expire_on", "the last day of those that expire first"},
	{"tier", "her tier"},
	{"orders", "how many orders she made"},
	{"last_order", "the day of the last one"},
	{"spent", "what they came to"},
	{"campaign", "the name of the campaign"},
	{"code", "what a buyer names: the code of the campaign"},
	{"cause", "the cause of the campaign"},
	{"products", "what the campaign is about, to range through"},
	{"shop", "who sells (perla config set seller_name)"},
	{"shop_email", "and the e-mail"},
	{"shop_phone", "and the phone"},
	{"today", "the day it is written"},
	{"occasion", "what an automation saw happen"},
	{"order", "the order it happened with"},
	{"product", "the product it happened with"},
	{"survey", "the name of the survey that is asked"},
	{"unsubscribe", "where she takes her consent back"},
}

// listFields are the lists that range may go through, and what each element has.
var listFields = map[string][]string{"products": {"sku", "name", "price"}}

func knownField(name string) bool {
	key, isAttribute := strings.CutPrefix(name, "attr.")
	return isAttribute && key != "" && !strings.Contains(key, ".") || slices.ContainsFunc(TemplateFields, func(f Field) bool { return f.Name == name })
}

func unknownField(shown, name string) error {
	var names []string
	for _, f := range TemplateFields {
		names = append(names, f.Name)
	}
	e := &fault.Error{Kind: fault.Rejected, Reason: shown + " is no field of templates", Hint: "the fields are in: perla help templates"}
	if near := fault.Nearest(name, names); near != "" {
		e.Hint = "did you mean ." + near + "?"
	}
	return e
}

// values are the data in the form the template libraries take. What is not known is there, too, as missing.
func (d Data) values(p *Prepared) map[string]any {
	values, attributes := map[string]any{}, map[string]any{}
	for name := range p.Uses {
		if _, list := listFields[name]; list {
			values[name] = d.Lists[name]
			continue
		}
		text, known := d.Fields[name]
		if !known || text == "" {
			text, known = p.Template.Defaults[name]
		}
		var value any = missing("")
		if known {
			value = text
		}
		if key, isAttribute := strings.CutPrefix(name, "attr."); isAttribute {
			attributes[key] = value
			continue
		}
		values[name] = value
	}
	values["attr"] = attributes
	return values
}

// Lacking are the fields the template speaks of and somebody lacks, without those that have a default.
func (p *Prepared) Lacking(d Data) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(p.Uses)) {
		_, list := listFields[name]
		if !list && d.Fields[name] == "" && p.Template.Defaults[name] == "" {
			names = append(names, name)
		}
	}
	return names
}

// about is what holds for everybody who is written to at once.
type about struct {
	fields   map[string]string
	products []map[string]string
}

// DataOf reads what templates may say of customers on a day: only what is used, since an audience may be large. They come
// in the order asked for; campaign may be nil.
func DataOf(v *book.View, customers []int64, uses map[string]bool, campaign *Campaign) ([]Data, error) {
	list, err := people(v, customers)
	if err != nil {
		return nil, err
	}
	common, err := commonData(v, campaign)
	if err != nil {
		return nil, err
	}
	at := map[int64]*Data{}
	for i := range list {
		at[list[i].Customer] = &list[i]
		for name, value := range common.fields {
			list[i].Fields[name] = value
		}
		list[i].Lists = map[string][]map[string]string{"products": common.products}
	}
	if err := addAttributes(v, customers, at, uses); err != nil {
		return nil, err
	}
	if uses["points"] || uses["points_expire_on"] || uses["tier"] {
		if err := addPoints(v, customers, at); err != nil {
			return nil, err
		}
	}
	if uses["orders"] || uses["last_order"] || uses["spent"] {
		return list, addOrders(v, customers, at)
	}
	return list, nil
}

// people are the customers with what stands in their own rows.
func people(v *book.View, customers []int64) ([]Data, error) {
	names := []string{"email", "phone", "address", "postcode", "city", "country", "birthday", "sector", "life_moment", "company", "consultant", "consultant_email", "consultant_phone"}
	return book.All(v, func(row book.Scanner) (d Data, err error) {
		values := make([]string, len(names))
		var kind string
		dest := []any{&d.Customer, &d.Name, &kind}
		for i := range values {
			dest = append(dest, &values[i])
		}
		err = row.Scan(dest...)
		d.Fields = map[string]string{"name": d.Name}
		if first, _, _ := strings.Cut(d.Name, " "); kind == "person" {
			d.Fields["first_name"] = first
		}
		for i, name := range names {
			d.Fields[name] = values[i]
		}
		return d, err
	}, `SELECT c.id, c.name, c.kind, ifnull(c.email, ''), ifnull(c.phone, ''), ifnull(c.address, ''), ifnull(c.postcode, ''), ifnull(c.city, ''),
		ifnull(c.country, ''), ifnull(c.birthday, ''), ifnull(c.sector, ''), ifnull(c.life_moment, ''), ifnull(f.name, ''), ifnull(k.name, ''), ifnull(k.email, ''), ifnull(k.phone, '')
		FROM json_each(?) j CROSS JOIN customers c ON c.id = j.value
		LEFT JOIN customers f ON f.id = c.company_id LEFT JOIN consultants k ON k.id = c.consultant_id ORDER BY j.key`, jsonIDs(customers))
}

func jsonIDs(ids []int64) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = fmt.Sprint(id)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func commonData(v *book.View, campaign *Campaign) (about, error) {
	seller, err := book.SellerOf(v)
	a := about{fields: map[string]string{"shop": seller.Name, "shop_email": seller.Email, "shop_phone": seller.Phone, "today": v.Today().String()}}
	if err != nil || campaign == nil {
		return a, err
	}
	a.fields["campaign"], a.fields["code"], a.fields["cause"] = campaign.Name, campaign.Code, campaign.Cause
	currency := v.Settings().Currency
	a.products, err = book.All(v, func(row book.Scanner) (map[string]string, error) {
		var sku, name string
		var price *int64
		err := row.Scan(&sku, &name, &price)
		product := map[string]string{"sku": sku, "name": name, "price": ""}
		if price != nil {
			product["price"] = currency.Format(money.Amount(*price)) + " " + currency.Code
		}
		return product, err
	}, `SELECT p.sku, p.name, (SELECT amount FROM product_prices x WHERE x.product_id = p.id AND x.kind = 'price' AND x.since_on <= ? ORDER BY since_on DESC LIMIT 1)
		FROM campaign_products cp JOIN products p ON p.id = cp.product_id WHERE cp.campaign_id = ? ORDER BY p.sku`, v.Today().String(), campaign.ID)
	return a, err
}

// addAttributes adds the attributes that are spoken of; of several values the words are joined.
func addAttributes(v *book.View, customers []int64, at map[int64]*Data, uses map[string]bool) error {
	for name := range uses {
		key, ok := strings.CutPrefix(name, "attr.")
		if !ok {
			continue
		}
		err := v.Each(func(r book.Row) error {
			d := at[r.Int(0)]
			if d.Fields[name] != "" {
				d.Fields[name] += ", "
			}
			d.Fields[name] += strings.Clone(r.Text(1))
			return nil
		}, `a.customer_id, a.value`, `json_each(?) j CROSS JOIN customer_attributes a ON a.customer_id = j.value WHERE a.key = ?`, jsonIDs(customers), key)
		if err != nil {
			return err
		}
	}
	return nil
}

// few is up to how many customers are asked for one by one.
const few = 20

func addPoints(v *book.View, customers []int64, at map[int64]*Data) error {
	put := func(s loyalty.Standing) {
		if d := at[s.Account.Customer]; d != nil {
			d.Fields["points"] = fmt.Sprint(s.Usable)
			if !s.LapsesOn.IsZero() {
				d.Fields["points_expire_on"] = s.LapsesOn.String()
			}
		}
	}
	if len(customers) <= few {
		for _, id := range customers {
			s, err := loyalty.Balance(v, loyalty.Account{Customer: id}, v.Today())
			if err != nil {
				return err
			}
			put(s)
		}
	} else {
		for s, err := range loyalty.Balances(v, loyalty.Clients, v.Today()) {
			if err != nil {
				return err
			}
			put(s)
		}
	}
	tiers, err := loyalty.TierAt(v, loyalty.Clients, v.Today(), customers...)
	for id, tier := range tiers {
		if d := at[id]; d != nil {
			d.Fields["tier"] = tier.Name
		}
	}
	return err
}

// counts is the condition under which an order o counts as a sale at a day, given three times.
const counts = `o.ordered_on <= ? AND (o.is_history = 1 OR o.confirmed_on <= ?) AND (o.cancelled_on IS NULL OR o.cancelled_on > ?)`

func addOrders(v *book.View, customers []int64, at map[int64]*Data) error {
	day, currency := v.Today().String(), v.Settings().Currency
	return v.Each(func(r book.Row) error {
		d := at[r.Int(0)]
		d.Fields["orders"], d.Fields["last_order"] = fmt.Sprint(r.Int(1)), strings.Clone(r.Text(2))
		d.Fields["spent"] = currency.Format(money.Amount(r.Int(3))) + " " + currency.Code
		return nil
	}, `s.id, s.orders, s.last, s.net`, `(SELECT j.value AS id, sum(o.original_id IS NULL AND o.total >= 0 AND (o.returned_on IS NULL OR o.returned_on > ?)) AS orders,
		max(CASE WHEN o.original_id IS NULL AND o.total >= 0 AND (o.returned_on IS NULL OR o.returned_on > ?) THEN o.ordered_on END) AS last, sum(o.net) AS net
		FROM json_each(?) j CROSS JOIN orders o ON o.customer_id = j.value WHERE `+counts+` GROUP BY j.value) s`, day, day, jsonIDs(customers), day, day, day)
}

// dayText is a day as a person's field; "" for none.
func dayText(d dates.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
