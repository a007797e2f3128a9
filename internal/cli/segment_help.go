package cli

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/segment"
)

// helpFilters is the page about the filter language, with its fields as the language itself has them.
func helpFilters() string {
	var b strings.Builder
	for _, f := range segment.Fields() {
		if f.Help != "" {
			fmt.Fprintf(&b, "  %-18s%s\n", f.Name, f.Help)
		}
	}
	return helpFiltersBefore + b.String() + helpFiltersAfter
}

const helpFiltersBefore = `How to say which customers are meant: --where FILTER, perla segment save

  perla customer list --where "city = Lyon and orders >= 3 within 180 days"
  perla customer list --where "last_order < 60d ago or not bought AB-100"
  perla report rfm --where "tag:vip and not rfm in (champions, loyal)"
  perla customer edit --where "spent > 150 within 1 year" --tag vip --dry-run
  perla order list --where "birthday within 7 days" --since -30d
  perla segment save asleep "bought category care last < 90d ago" --replace
  perla customer list --where "in segment asleep and not tag:lead"
  perla segment explain asleep --customer ana

Conditions are joined by and, or, not and ( ); and goes before or. A text is
quoted where it has blanks or is a word of the language: 'San Sebastian', or
"don't", or 'don''t'. In texts accents and case do not count. What is not known
of a customer passes no test; not turns a test round, so that city != Lyon and
not city = Lyon are true of who has no city. Everything is asked as of --as-of.

Tests
  = != < <= > >=    orders >= 3; tag:vip is tag = vip
  in (A, B)         any of them; not in (A, B)
  between A and B   both included; not between
  is empty          nothing is known; is not empty
  contains, begins  parts of texts: name begins an

Days
  2026-01-31, 2026-01, 2026-Q1, 2026, today, -30d, 60d ago, 6 months ago,
  'last month': last_order < 60d ago is a last order before that day, < 2026-Q1
  before its first, > 2026-Q1 after its last
  since D, until D, before D, after D, during D, within 30 days
                    tests of a day, and behind orders, spent, bought and the
                    verbs of campaigns the days that count: spent > 300 since
                    2026-01-01 until 2026-06-30. within 30 days are the last 30
                    and today, of a birthday the next

Fields
`

const helpFiltersAfter = `
Purchases
  bought WHAT MEASURE DAYS
                    each may be left out; WHAT is a product, or several things
                    that all fit: product X, category X, brand X, tag X (of the
                    product), cause X, channel X, campaign X, or any of (X, Y)
  times > 2         purchases; pieces, money: less what came back; who bought
                    none has 0
  first, last       days of purchases: bought AB-100 last < 60d ago
  interval > 30     mean days between them
  Orders count as in perla report sales; a line of which all came back is none.

Campaigns
  received, opened, clicked, replied, bounced, unsubscribed
                    each with campaign 'spring', campaign for any, or nothing
                    for whatever was sent; opened campaign spring within 30 days

Segments
  in segment vip    who meets that filter; in segment (a, b) is either, in
                    segment a and not in segment b the one without the other

A mistake is shown with its line and column. perla segment explain says of each
condition whether it is true of a customer, and what she has.
`
