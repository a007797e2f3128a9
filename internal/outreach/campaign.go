package outreach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Campaign is something said to many at once. Those that imports of orders made on the way have a ref and a name alone.
type Campaign struct {
	ID          int64
	Ref         string
	Name        string
	Description string
	Channel     string // one of Channels; "" until somebody says
	Purpose     string // one of Purposes
	Template    string // its code
	TemplateID  int64
	Filter      string // who is meant, in the language of filters
	Segment     string // and in which saved segment she is
	Exclude     string // who is not, in the language of filters
	Cause       string // and what she cares for: an attribute cause=...
	Code        string // what a buyer names; capitals
	Planned     dates.Date
	Launched    dates.Date
	Paused      dates.Date
	Cancelled   dates.Date
	Holdout     int64 // how many are left alone to compare with, in hundredths of a percent
	Seed        int64 // by which they are drawn
	Window      int64 // days after a message in which an order is credited to it
	Gap         int64 // days in which nobody hears from us twice
	Cap         int64 // most messages within CapDays; 0 is any number
	CapDays     int64
	CreatedOn   dates.Date // 0 where an import made it

	Cost      money.Amount // sum of its lines
	HasCost   bool         // there are lines
	Products  []string     // skus
	Queued    int64        // messages that wait
	Sent      int64        // messages that went out
	HeldOut   int64
	Recipient int64 // messages made at launch, but for those held out
}

// Status is what a campaign is just now: draft, planned, sending, paused, done or cancelled.
func (c *Campaign) Status() string {
	switch {
	case !c.Cancelled.IsZero():
		return "cancelled"
	case c.Launched.IsZero() && c.Planned.IsZero():
		return "draft"
	case c.Launched.IsZero():
		return "planned"
	case !c.Paused.IsZero():
		return "paused"
	case c.Queued > 0:
		return "sending"
	}
	return "done"
}

// campaignCode is a code as a buyer may name it: capitals, no blanks, as promotions have it.
func campaignCode(text string) string {
	return strings.ToUpper(strings.Join(strings.Fields(book.Fold(text)), ""))
}

func (c *Campaign) check() error {
	wrong := func(field, reason, hint string) error {
		return &fault.Error{Kind: fault.Usage, Noun: "campaign", Key: c.Ref, Field: field, Reason: reason, Hint: hint}
	}
	switch {
	case strings.TrimSpace(c.Name) == "":
		return wrong("name", "it is empty", "")
	case c.Channel != "" && !slices.Contains(Channels, c.Channel):
		return wrong("channel", fmt.Sprintf("%q is not one of %s", c.Channel, strings.Join(Channels, ", ")), "")
	case !slices.Contains(Purposes, c.Purpose):
		return wrong("purpose", fmt.Sprintf("%q is not one of %s", c.Purpose, strings.Join(Purposes, ", ")), "")
	case c.Holdout < 0 || c.Holdout > 9000:
		return wrong("holdout", "it is from 0 to 90 percent", "")
	case c.Window < 1 || c.Window > 3660:
		return wrong("window", "it is from 1 to 3660 days", "")
	case c.Gap < 0 || c.Gap > 3660:
		return wrong("gap", "it is from 0 to 3660 days", "")
	case (c.Cap == 0) != (c.CapDays == 0) || c.Cap < 0 || c.CapDays < 0:
		return wrong("cap", "needed are two numbers above 0, as 2/30 for two messages in 30 days", "")
	}
	return nil
}

const campaignColumns = `p.id, p.ref, p.name, ifnull(p.description, ''), ifnull(p.channel, ''), p.purpose, ifnull(t.code, ''), ifnull(p.template_id, 0), ifnull(p.filter, ''),
	ifnull(p.segment, ''), ifnull(p.exclude, ''), ifnull(p.cause, ''), ifnull(p.code, ''), ifnull(p.planned_on, ''), ifnull(p.launched_on, ''), ifnull(p.paused_on, ''),
	ifnull(p.cancelled_on, ''), p.holdout, p.seed, p.window_days, p.gap_days, ifnull(p.cap, 0), ifnull(p.cap_days, 0), ifnull(p.created_on, ''),
	(SELECT ifnull(sum(amount), 0) FROM campaign_costs x WHERE x.campaign_id = p.id), EXISTS (SELECT 1 FROM campaign_costs x WHERE x.campaign_id = p.id),
	ifnull((SELECT group_concat(sku, ', ') FROM (SELECT g.sku FROM campaign_products y JOIN products g ON g.id = y.product_id WHERE y.campaign_id = p.id ORDER BY g.sku)), ''),
	(SELECT count(*) FROM messages m LEFT JOIN message_steps s ON s.id = ` + lastStep + ` WHERE m.campaign_id = p.id AND m.holdout = 0 AND ` + isQueued + `),
	(SELECT count(*) FROM messages m JOIN message_steps s ON s.id = ` + lastStep + ` WHERE m.campaign_id = p.id AND s.kind = 'sent'),
	(SELECT count(*) FROM messages m WHERE m.campaign_id = p.id AND m.holdout = 1), (SELECT count(*) FROM messages m WHERE m.campaign_id = p.id AND m.holdout = 0)
	FROM campaigns p LEFT JOIN templates t ON t.id = p.template_id`

func scanCampaign(row book.Scanner) (c Campaign, err error) {
	var days [5]string
	var products string
	err = row.Scan(&c.ID, &c.Ref, &c.Name, &c.Description, &c.Channel, &c.Purpose, &c.Template, &c.TemplateID, &c.Filter, &c.Segment, &c.Exclude, &c.Cause, &c.Code,
		&days[0], &days[1], &days[2], &days[3], &c.Holdout, &c.Seed, &c.Window, &c.Gap, &c.Cap, &c.CapDays, &days[4], &c.Cost, &c.HasCost, &products,
		&c.Queued, &c.Sent, &c.HeldOut, &c.Recipient)
	for i, d := range []*dates.Date{&c.Planned, &c.Launched, &c.Paused, &c.Cancelled, &c.CreatedOn} {
		*d, _ = dates.ParseISO(days[i])
	}
	if products != "" {
		c.Products = strings.Split(products, ", ")
	}
	return c, err
}

// Campaigns are all campaigns, by the day they were launched or planned for and then by ref; those without a day come last.
func Campaigns(v *book.View) ([]Campaign, error) {
	list, err := book.All(v, scanCampaign, `SELECT `+campaignColumns+` ORDER BY p.ref`)
	slices.SortStableFunc(list, func(a, b Campaign) int {
		day := func(c Campaign) dates.Date { return cmp.Or(c.Launched, c.Planned, 1<<30) }
		return cmp.Compare(day(a), day(b))
	})
	return list, err
}

// FindCampaign is the campaign of a ref, a code, a name, or id:7.
func FindCampaign(v *book.View, selector string) (Campaign, error) {
	found, err := book.All(v, scanCampaign, `SELECT `+campaignColumns+` WHERE p.ref = ?1 OR 'id:' || p.id = ?1 OR p.code = ?2`, strings.TrimSpace(selector), campaignCode(selector))
	if err != nil || len(found) == 1 {
		return append(found, Campaign{})[0], err
	}
	list, err := Campaigns(v)
	if err != nil {
		return Campaign{}, err
	}
	var names []string
	folded := strings.Join(strings.Fields(book.Fold(selector)), "-")
	for _, c := range list {
		for _, name := range []string{c.Ref, c.Name} {
			name = strings.Join(strings.Fields(book.Fold(name)), "-")
			if name == folded {
				return c, nil
			}
			names = append(names, name)
		}
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: "campaign", Key: selector, Reason: "there is no such campaign", Hint: "list them with: perla campaign list"}
	if near := fault.Nearest(folded, names); near != "" {
		e.Hint = "did you mean " + near + "?"
	}
	return Campaign{}, e
}

// GetCampaign is the campaign of an id.
func GetCampaign(v *book.View, id int64) (Campaign, error) {
	return FindCampaign(v, fmt.Sprintf("id:%d", id))
}

// CreateCampaign writes a new campaign. Where a cause is named and no product, the products that carry it are taken, and
// what it is for follows from its template where nothing else is said.
func CreateCampaign(tx *book.Tx, c Campaign) (Campaign, error) {
	ref, err := codeOf(c.Ref)
	if err != nil {
		return c, err
	}
	c.Ref, c.Name = ref, cmp.Or(strings.TrimSpace(c.Name), ref)
	c.Window = cmp.Or(c.Window, 30)
	if err := c.settle(tx); err != nil {
		return c, err
	}
	id, err := tx.Insert(`INSERT INTO campaigns (ref, name, description, channel, purpose, template_id, filter, segment, exclude, cause, code, planned_on, holdout, seed,
		window_days, gap_days, cap, cap_days, created_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, append(append([]any{c.Ref}, c.stored()...), tx.Today().String())...)
	if fault.KindOf(err) == fault.Conflict {
		return c, &fault.Error{Kind: fault.Conflict, Noun: "campaign", Key: c.Ref, Reason: "there is one with this ref or code", Hint: "see: perla campaign show " + c.Ref}
	}
	if err != nil {
		return c, err
	}
	c.ID = id
	if c.Cause != "" && len(c.Products) == 0 {
		if c.Products, err = ProductsOfCause(tx.View, c.Cause); err != nil {
			return c, err
		}
	}
	if err := c.setProducts(tx); err != nil {
		return c, err
	}
	return GetCampaign(tx.View, id)
}

// stored are the columns from name to cap_days, as CreateCampaign and EditCampaign write them.
func (c *Campaign) stored() []any {
	return []any{c.Name, orNull(c.Description), orNull(c.Channel), c.Purpose, numberOrNull(c.TemplateID), orNull(c.Filter), orNull(c.Segment), orNull(c.Exclude),
		orNull(c.Cause), orNull(c.Code), dayOrNull(c.Planned), c.Holdout, c.Seed, c.Window, c.Gap, numberOrNull(c.Cap), numberOrNull(c.CapDays)}
}

// settle completes a campaign by its template and refuses what cannot be.
func (c *Campaign) settle(tx *book.Tx) error {
	c.Code, c.TemplateID = campaignCode(c.Code), 0
	if c.Template != "" {
		t, err := FindTemplate(tx.View, c.Template)
		if err != nil {
			return err
		}
		c.Template, c.TemplateID = t.Code, t.ID
		c.Channel, c.Purpose = cmp.Or(c.Channel, t.Channel), cmp.Or(c.Purpose, t.Purpose)
		if t.Channel != c.Channel {
			return &fault.Error{Kind: fault.Usage, Noun: "campaign", Key: c.Ref, Field: "template", Reason: fmt.Sprintf("template %s is for %s, the campaign for %s", t.Code, t.Channel, c.Channel)}
		}
		if t.Purpose == "marketing" {
			c.Purpose = t.Purpose // words of marketing are never sent as service
		}
	}
	c.Purpose = cmp.Or(c.Purpose, Purposes[0])
	return c.check()
}

// EditCampaign writes a campaign that was changed. Of one that was launched, what its recipients were chosen and written
// to by stays as it is.
func EditCampaign(tx *book.Tx, c Campaign) (Campaign, error) {
	old, err := GetCampaign(tx.View, c.ID)
	if err != nil {
		return c, err
	}
	if err := c.settle(tx); err != nil {
		return c, err
	}
	frozen := func(c *Campaign) string {
		return fmt.Sprint(c.Channel, c.Purpose, c.TemplateID, "/", c.Filter, "/", c.Segment, "/", c.Exclude, "/", c.Cause, "/", c.Holdout, c.Seed, c.Gap, c.Cap, c.CapDays, c.Planned)
	}
	if !old.Launched.IsZero() && frozen(&old) != frozen(&c) {
		return c, &fault.Error{Kind: fault.Conflict, Noun: "campaign", Key: c.Ref, Reason: fmt.Sprintf("was launched on %s: who hears what is settled", old.Launched),
			Hint: "its name, description, code, window and products can be changed still"}
	}
	if fmt.Sprint(old.stored()...) != fmt.Sprint(c.stored()...) {
		_, err = tx.Exec(`UPDATE campaigns SET name = ?, description = ?, channel = ?, purpose = ?, template_id = ?, filter = ?, segment = ?, exclude = ?, cause = ?, code = ?,
			planned_on = ?, holdout = ?, seed = ?, window_days = ?, gap_days = ?, cap = ?, cap_days = ? WHERE id = ?`, append(c.stored(), c.ID)...)
		if err != nil {
			return c, err
		}
	}
	if !slices.Equal(old.Products, c.Products) {
		if _, err := tx.Exec(`DELETE FROM campaign_products WHERE campaign_id = ?`, c.ID); err != nil {
			return c, err
		}
		if err := c.setProducts(tx); err != nil {
			return c, err
		}
	}
	return GetCampaign(tx.View, c.ID)
}

func (c *Campaign) setProducts(tx *book.Tx) error {
	slices.Sort(c.Products)
	for _, sku := range slices.Compact(c.Products) {
		n, err := tx.Exec(`INSERT INTO campaign_products (campaign_id, product_id) SELECT ?, id FROM products WHERE sku = ?`, c.ID, sku)
		if err != nil {
			return err
		}
		if n == 0 {
			return &fault.Error{Kind: fault.NotFound, Noun: "product", Key: sku, Reason: "there is no such product", Hint: "list them with: perla product list"}
		}
	}
	return nil
}

// ProductsOfCause are the skus of the products in use that carry a cause: by an attribute cause=..., or a tag.
func ProductsOfCause(v *book.View, cause string) ([]string, error) {
	folded := book.Fold(cause)
	type carrier struct{ sku, value string }
	list, err := book.All(v, func(row book.Scanner) (c carrier, err error) {
		err = row.Scan(&c.sku, &c.value)
		return c, err
	}, `SELECT p.sku, a.value FROM products p JOIN product_attributes a ON a.product_id = p.id AND a.key = 'cause' WHERE p.archived_on IS NULL
		UNION SELECT p.sku, g.tag FROM products p JOIN product_tags g ON g.product_id = p.id WHERE p.archived_on IS NULL ORDER BY 1`)
	var skus []string
	for _, c := range list {
		if book.Fold(c.value) == folded {
			skus = append(skus, c.sku)
		}
	}
	return slices.Compact(skus), err
}

// caring is the condition that a customer c cares for a cause.
func caring(v *book.View, cause string) (book.Filter, error) {
	folded := book.Fold(cause)
	written, err := book.All(v, book.Scalar[string], `SELECT DISTINCT value FROM customer_attributes WHERE key = 'cause'`)
	f := book.Filter{SQL: `0`}
	for _, value := range written {
		if book.Fold(value) == folded {
			f.Args = append(f.Args, value)
		}
	}
	if len(f.Args) > 0 {
		f.SQL = `c.id IN (SELECT customer_id FROM customer_attributes WHERE key = 'cause' AND value IN (?` + strings.Repeat(", ?", len(f.Args)-1) + `))`
	}
	return f, err
}

// CostLine is what a campaign cost once.
type CostLine struct {
	ID       int64
	Campaign string
	What     string
	Amount   money.Amount
	On       dates.Date
}

// AddCost writes a line; day 0 is today.
func AddCost(tx *book.Tx, campaign int64, line CostLine) (CostLine, error) {
	if line.On.IsZero() {
		line.On = tx.Today()
	}
	if line.Amount == 0 {
		return line, fault.New(fault.Usage, "a cost of nothing is none", "")
	}
	id, err := tx.Insert(`INSERT INTO campaign_costs (campaign_id, what, amount, spent_on) VALUES (?, ?, ?, ?)`, campaign, cmp.Or(strings.TrimSpace(line.What), "cost"), int64(line.Amount), line.On.String())
	line.ID = id
	return line, err
}

// Costs are the lines of a campaign, by day.
func Costs(v *book.View, campaign int64) ([]CostLine, error) {
	return book.All(v, func(row book.Scanner) (l CostLine, err error) {
		var on string
		err = row.Scan(&l.ID, &l.Campaign, &l.What, &l.Amount, &on)
		l.On, _ = dates.ParseISO(on)
		return l, err
	}, `SELECT x.id, p.ref, x.what, x.amount, x.spent_on FROM campaign_costs x JOIN campaigns p ON p.id = x.campaign_id WHERE p.id = ? ORDER BY x.spent_on, x.id`, campaign)
}

// dayOf is the civil day of an instant of the book, in the book's zone; 0 for none.
func dayOf(v *book.View, at string) dates.Date {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return 0
	}
	return dates.Of(t, v.Settings().Zone)
}
