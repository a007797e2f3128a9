package outreach

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Credit is the campaign an order is credited to, and why.
type Credit struct {
	OrderID    int64
	OrderRef   string
	CustomerID int64
	Customer   string
	OrderedOn  dates.Date
	CampaignID int64
	Campaign   string
	MessageID  int64  // the last touch; 0 where it was not a message
	Reason     string // manual, code or last_touch
	On         dates.Date
}

// candidate is an order that is credited to nobody yet, with what speaks for which campaign.
type candidate struct {
	id, customer int64
	on           string
	named, coded int64 // the campaign it names, and the one whose code its promotion has
}

// touch is the last message before an order.
type touch struct{ message, campaign int64 }

// Creditable are the orders that are to be credited and are not yet: to the campaign that an order names (manual), else to the one whose
// code it used, else to the last message that reached its customer within the window of that campaign. An order is
// credited once; what is written is never written again, and no later import changes it. Only orders that somebody may
// have been moved to count: not quotes, returns or what was cancelled.
func Creditable(v *book.View) (found []Credit, err error) {
	day := v.Today().String()
	list, err := book.All(v, func(row book.Scanner) (c candidate, err error) {
		err = row.Scan(&c.id, &c.customer, &c.on, &c.named, &c.coded)
		return c, err
	}, `SELECT o.id, o.customer_id, o.ordered_on, ifnull(o.campaign_id, 0), ifnull((SELECT p.id FROM promotions r JOIN campaigns p ON p.code = r.code WHERE r.id = o.promotion_id), 0)
		FROM orders o WHERE o.original_id IS NULL AND o.total >= 0 AND `+counts+` AND NOT EXISTS (SELECT 1 FROM campaign_credits x WHERE x.order_id = o.id)
		AND (o.campaign_id IS NOT NULL OR o.promotion_id IS NOT NULL OR EXISTS (SELECT 1 FROM messages m JOIN campaigns p ON p.id = m.campaign_id WHERE m.customer_id = o.customer_id AND m.holdout = 0 AND p.launched_on <= o.ordered_on))
		ORDER BY o.id`, day, day, day)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		credit := Credit{OrderID: c.id, CustomerID: c.customer, CampaignID: c.named, Reason: "manual", On: v.Today()}
		if credit.CampaignID == 0 {
			credit.CampaignID, credit.Reason = c.coded, "code"
		}
		if credit.CampaignID == 0 {
			last, err := lastTouch(v, c)
			if err != nil {
				return nil, err
			}
			credit.CampaignID, credit.MessageID, credit.Reason = last.campaign, last.message, "last_touch"
		}
		if credit.CampaignID != 0 {
			found = append(found, credit)
		}
	}
	return found, nil
}

// CreditOrders credits what is Creditable and gives it.
func CreditOrders(tx *book.Tx) ([]Credit, error) {
	list, err := Creditable(tx.View)
	for _, c := range list {
		if err == nil {
			err = writeCredit(tx, c)
		}
	}
	return list, err
}

// lastTouch is the last message that reached a customer before an order and in whose window that is. A message that bounced
// touched nobody.
func lastTouch(v *book.View, c candidate) (touch, error) {
	on, err := dates.ParseISO(c.on)
	if err != nil {
		return touch{}, err
	}
	type sent struct {
		touch
		at     string
		window int64
	}
	for s, err := range book.Query(v, func(row book.Scanner) (s sent, err error) {
		err = row.Scan(&s.message, &s.campaign, &s.at, &s.window)
		return s, err
	}, `SELECT m.id, m.campaign_id, s.at, p.window_days FROM messages m JOIN campaigns p ON p.id = m.campaign_id JOIN message_steps s ON s.id = `+lastStep+`
		WHERE m.customer_id = ? AND s.kind = 'sent' AND NOT EXISTS (SELECT 1 FROM message_events e WHERE e.message_id = m.id AND e.kind = 'bounced') ORDER BY s.at DESC, m.id DESC`, c.customer) {
		if err != nil {
			return touch{}, err
		}
		day := dayOf(v, s.at)
		if day <= on && int64(on-day) <= s.window {
			return s.touch, nil
		}
	}
	return touch{}, nil
}

func writeCredit(tx *book.Tx, c Credit) error {
	_, err := tx.Exec(`INSERT INTO campaign_credits (order_id, campaign_id, message_id, reason, credited_on) VALUES (?, ?, ?, ?, ?)`,
		c.OrderID, c.CampaignID, numberOrNull(c.MessageID), c.Reason, c.On.String())
	return err
}

// CreditOrder credits one order by hand. One that is credited stays with its campaign: a fault.Conflict.
func CreditOrder(tx *book.Tx, campaign, order int64) (Credit, error) {
	have, found, err := book.One(tx.View, book.Scalar[string], `SELECT p.ref FROM campaign_credits x JOIN campaigns p ON p.id = x.campaign_id WHERE x.order_id = ?`, order)
	if err != nil {
		return Credit{}, err
	}
	if found {
		return Credit{}, &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(order), Reason: "is credited to campaign " + have + " already, and an order is credited once"}
	}
	if err := writeCredit(tx, Credit{OrderID: order, CampaignID: campaign, Reason: "manual", On: tx.Today()}); err != nil {
		return Credit{}, err
	}
	list, err := Credits(tx.View, campaign)
	for _, c := range list {
		if c.OrderID == order {
			return c, err
		}
	}
	return Credit{}, err
}

// Credits are the orders credited to a campaign, by day; campaign 0 is any.
func Credits(v *book.View, campaign int64) ([]Credit, error) {
	return book.All(v, func(row book.Scanner) (c Credit, err error) {
		var ordered, on string
		err = row.Scan(&c.OrderID, &c.OrderRef, &c.CustomerID, &c.Customer, &ordered, &c.CampaignID, &c.Campaign, &c.MessageID, &c.Reason, &on)
		c.OrderedOn, _ = dates.ParseISO(ordered)
		c.On, _ = dates.ParseISO(on)
		return c, err
	}, `SELECT x.order_id, ifnull(CASE WHEN o.ref_source <> 'content' THEN o.ref END, ''), o.customer_id, c.name, o.ordered_on, x.campaign_id, p.ref, ifnull(x.message_id, 0), x.reason, x.credited_on
		FROM campaign_credits x JOIN orders o ON o.id = x.order_id JOIN customers c ON c.id = o.customer_id JOIN campaigns p ON p.id = x.campaign_id
		WHERE ?1 = 0 OR x.campaign_id = ?1 ORDER BY o.ordered_on, x.order_id`, campaign)
}
