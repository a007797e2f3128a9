package segment

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/insight"
)

// Words of the hand-written conditions, so that each says only what is its own. @A is the as-of day.
var handWords = strings.NewReplacer(
	"@SOLD", `o.ordered_on <= @A AND (o.is_history OR o.confirmed_on <= @A) AND ifnull(o.cancelled_on, '9999') > @A AND ifnull(o.returned_on, '9999') > @A`,
	"@BACK", `ifnull((SELECT -sum(b.quantity) FROM order_lines b JOIN orders r ON r.id = b.order_id WHERE b.original_line_id = l.id AND r.ordered_on <= @A
		AND (r.is_history OR r.confirmed_on <= @A) AND ifnull(r.cancelled_on, '9999') > @A AND ifnull(r.returned_on, '9999') > @A), 0)`,
	"@ORDERS", `FROM orders o WHERE o.customer_id = c.id AND o.total - o.tax - o.shipping >= 0 AND @SOLD`,
	"@LINES", `FROM orders o, order_lines l, products p WHERE o.customer_id = c.id AND l.order_id = o.id AND p.id = l.product_id AND @SOLD AND l.quantity > 0 AND l.quantity > @BACK`,
	"@KEPT", `FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id LEFT JOIN orders f ON f.id = o.original_id WHERE o.customer_id = c.id AND @SOLD`,
	"@NET", `SELECT ifnull(sum(o.total - o.tax - o.shipping), 0) FROM orders o LEFT JOIN orders f ON f.id = o.original_id WHERE o.customer_id = c.id AND @SOLD`,
	"@TAG", `EXISTS (SELECT 1 FROM customer_tags t WHERE t.customer_id = c.id AND t.tag`,
	"@ATTR", `EXISTS (SELECT 1 FROM customer_attributes a WHERE a.customer_id = c.id AND a.key`,
	"@STAGE", `(SELECT stage FROM customer_stages h WHERE h.customer_id = c.id AND since_on <= @A ORDER BY since_on DESC LIMIT 1)`,
	"@HERS", `(SELECT k.ref FROM customer_consultants h LEFT JOIN consultants k ON k.id = h.consultant_id WHERE h.customer_id = c.id AND since_on <= @A ORDER BY since_on DESC LIMIT 1)`,
	"@POINTS", `(SELECT ifnull(sum(e.points - ifnull((SELECT sum(points) FROM point_allocations a WHERE a.lot_id = e.id AND a.allocated_on <= @A), 0)), 0) FROM point_entries e
		WHERE e.customer_id = c.id AND e.points > 0 AND e.effective_on <= @A AND ifnull(e.expires_on, '9999') >= @A)`,
	"@EARNED", `(SELECT ifnull(sum(e.points), 0) FROM point_entries e WHERE e.customer_id = c.id AND e.points > 0 AND e.effective_on <= @A AND e.effective_on > date(@A, '-12 months'))`,
	"@EVENT", `EXISTS (SELECT 1 FROM messages m JOIN campaigns p ON p.id = m.campaign_id JOIN message_events e ON e.message_id = m.id WHERE m.customer_id = c.id
		AND date(e.at, '+1 hour') <= @A AND e.kind`,
	"@SENT", `EXISTS (SELECT 1 FROM messages m JOIN campaigns p ON p.id = m.campaign_id JOIN message_steps e ON e.message_id = m.id WHERE m.customer_id = c.id
		AND date(e.at, '+1 hour') <= @A AND e.kind = 'sent' AND m.id NOT IN (SELECT message_id FROM message_events b WHERE b.kind = 'bounced' AND date(b.at, '+1 hour') <= @A)`,
	"@SCORE", `(SELECT a.score FROM survey_answers a JOIN survey_invitations i ON i.id = a.invitation_id JOIN survey_questions q ON q.id = a.question_id
		JOIN surveys s ON s.id = i.survey_id WHERE i.customer_id = c.id AND a.answered_on <= @A AND q.kind`,
	"@LATEST", `ORDER BY a.answered_on DESC, a.id DESC LIMIT 1)`,
	"@ALLOWS", `(SELECT granted FROM consents s WHERE s.customer_id = c.id AND given_on <= @A AND s.purpose`,
	"@NEWEST", `ORDER BY given_on DESC, id DESC LIMIT 1) = 1`,
	"@RATED", `c.id IN (WITH b AS MATERIALIZED (SELECT o.customer_id AS id, max(o.ordered_on) AS last, count(*) AS n FROM orders o
			WHERE o.total - o.tax - o.shipping >= 0 AND @SOLD GROUP BY 1), s AS (SELECT x.id,
		5 - min(4, 5 * (SELECT count(*) FROM b y WHERE y.last > x.last) / (SELECT count(*) FROM b)) AS r,
		min(5, 1 + 5 * (SELECT count(*) FROM b y WHERE y.n < x.n) / (SELECT count(*) FROM b)) AS f FROM b x) SELECT id FROM s WHERE`,
)

// byHand writes the words of a condition out, of a day.
func byHand(condition, day string) string {
	for strings.Contains(condition, "@") {
		was := condition
		if condition = handWords.Replace(condition); condition == was {
			break
		}
	}
	return strings.ReplaceAll(condition, "@A", "'"+day+"'")
}

// filtersByHand are filters, and the same in SQL as somebody would write it who knows the tables.
var filtersByHand = []struct{ filter, sql, asOf string }{
	{filter: `city = 'Lyon'`, sql: `c.city IN ('Lyon', 'LYON', 'lyón')`},
	{filter: `city = lyón`, sql: `lower(c.city) IN ('lyon', 'lyón')`},
	{filter: `city != Lyon`, sql: `c.city IS NULL OR c.city NOT IN ('Lyon', 'LYON', 'lyón')`},
	{filter: `not city = Lyon`, sql: `c.city IS NULL OR c.city NOT IN ('Lyon', 'LYON', 'lyón')`},
	{filter: `not city != Lyon`, sql: `c.city IN ('Lyon', 'LYON', 'lyón')`},
	{filter: `city in ('sao paulo', "San Sebastian")`, sql: `c.city IN ('São Paulo', 'SAO PAULO', 'San Sebastián')`},
	{filter: `city not in (Lyon, Madrid)`, sql: `c.city IS NULL OR c.city IN ('São Paulo', 'SAO PAULO', 'San Sebastián', 'Æbeltoft')`},
	{filter: `city is empty`, sql: `c.city IS NULL`},
	{filter: `city is not empty`, sql: `c.city <> ''`},
	{filter: `not (city is empty)`, sql: `c.city <> ''`},
	{filter: `city contains 'paulo'`, sql: `c.city LIKE '%paulo%'`},
	{filter: `city begins san`, sql: `c.city LIKE 'San %'`},
	{filter: `city = aebeltoft`, sql: `c.city = 'Æbeltoft'`},
	{filter: `notes contains 'alergica'`, sql: `c.notes = 'Alérgica'`},
	{filter: `region = 'ile-de-france' or postcode = 28001`, sql: `c.region IS NOT NULL OR c.postcode = '28001'`},
	{filter: `country = es and language = ES`, sql: `c.country = 'ES' AND c.language = 'es'`},
	{filter: `sector = educacion and source = fair and life_moment = 'new job'`, sql: `c.sector = 'Educación' AND c.source = 'fair' AND c.life_moment IS NOT NULL`},
	{filter: `name = 'ana garcia'`, sql: `c.id = 1`},
	{filter: `name begins 'client 1'`, sql: `c.name LIKE 'Client 1%'`},
	{filter: `name contains 9 and kind = company`, sql: `c.name LIKE '%9%' AND c.kind = 'company'`},
	{filter: `kind != person`, sql: `c.kind = 'company'`},
	{filter: `email = C7@Example.com or email contains 'mail.example'`, sql: `c.email = 'c7@example.com' OR c.email LIKE '%@mail.example'`},
	{filter: `phone = '600 111 222'`, sql: `c.phone_e164 = '+34600111222'`},
	{filter: `ref in (C-3, c-20, C-77)`, sql: `c.ref IN ('C-3', 'C-20', 'C-77')`},
	{filter: `id between 20 and 40 and id not in (25, 26)`, sql: `c.id >= 20 AND c.id <= 40 AND c.id <> 25 AND c.id <> 26`},
	{filter: `preferred_channel = whatsapp`, sql: `c.preferred_channel = 'whatsapp'`},
	{filter: `tag:vip`, sql: `@TAG = 'vip')`},
	{filter: `tag = VIP and tag:gold`, sql: `@TAG = 'vip') AND @TAG = 'gold')`},
	{filter: `tag in (vip, 'ano nuevo')`, sql: `@TAG IN ('vip', 'año nuevo'))`},
	{filter: `tag not in (vip, gold)`, sql: `NOT @TAG IN ('vip', 'gold'))`},
	{filter: `tag != vip or tag is empty`, sql: `NOT @TAG = 'vip') OR NOT @TAG <> '')`},
	{filter: `tag:nobody`, sql: `0`},
	{filter: `attr.skin = grasa`, sql: `@ATTR = 'skin' AND a.value = 'Grasa')`},
	{filter: `attr.cause in (amazon, Oceanos)`, sql: `@ATTR = 'cause')`},
	{filter: `attr.skin is empty and attr.cause is not empty`, sql: `NOT @ATTR = 'skin') AND @ATTR = 'cause')`},
	{filter: `attr.cause contains 'ceano'`, sql: `@ATTR = 'cause' AND a.value = 'océanos')`},
	{filter: `stage = lead`, sql: `c.stage = 'lead'`},
	{filter: `stage in (lead, lost)`, sql: `@STAGE IN ('lead', 'lost')`, asOf: "2025-06-30"},
	{filter: `stage != customer`, sql: `@STAGE IS NOT 'customer'`, asOf: "2025-06-30"},
	{filter: `consultant = K-1`, sql: `@HERS = 'K-1'`},
	{filter: `consultant in ('ada lopez', mia)`, sql: `@HERS IN ('K-2', 'K-3')`, asOf: "2026-01-31"},
	{filter: `consultant is empty`, sql: `@HERS IS NULL`, asOf: "2025-12-31"},
	{filter: `company = 'client 3'`, sql: `c.company_id = 3`},
	{filter: `referred_by in ('Ana García', 'Client 2') or company is not empty`, sql: `c.referred_by_id IN (1, 2) OR c.company_id > 0`},
	{filter: `consent:email`, sql: `@ALLOWS = 'marketing' AND s.channel = 'email' @NEWEST`},
	{filter: `consent not in (email, sms)`, sql: `NOT ifnull(@ALLOWS = 'marketing' AND s.channel = 'email' @NEWEST, 0) AND NOT ifnull(@ALLOWS = 'marketing' AND s.channel = 'sms' @NEWEST, 0)`},
	{filter: `consent.service is not empty`, sql: `@ALLOWS = 'service' AND s.channel = 'email' @NEWEST OR @ALLOWS = 'service' AND s.channel = 'sms' @NEWEST`, asOf: "2025-10-01"},
	{filter: `birthday within 7 days`, sql: `c.birthday LIKE '%-11-22' OR c.birthday LIKE '%-11-25'`},
	{filter: `birthday within 7 days`, sql: `c.birthday LIKE '%-02-29' OR c.birthday LIKE '%-02-28'`, asOf: "2026-02-25"},
	{filter: `birthday during 2026-05 or birthday = today`, sql: `c.birthday = '--05-17' OR c.birthday = '1980-11-22'`},
	{filter: `birthday between 2026-12-30 and 2027-01-05`, sql: `c.birthday IN ('1975-12-31', '1988-01-02')`},
	{filter: `birthday is empty`, sql: `c.birthday IS NULL`},
	{filter: `created_on < 2025-01-01`, sql: `c.created_on < '2025-01-01'`},
	{filter: `created_on during 2025-Q2`, sql: `c.created_on BETWEEN '2025-04-01' AND '2025-06-30'`},
	{filter: `created_on > 2025`, sql: `c.created_on >= '2026-01-01'`},
	{filter: `created since 2025-03 until 2025-05`, sql: `c.created_on BETWEEN '2025-03-01' AND '2025-05-31'`},
	{filter: `created_on = 2026-11`, sql: `c.created_on LIKE '2026-11-%'`},
	{filter: `last_contact within 90 days`, sql: `EXISTS (SELECT 1 FROM interactions WHERE customer_id = c.id AND reached AND happened_on BETWEEN date(@A, '-90 days') AND @A)`},
	{filter: `last_contact < 6 months ago`, sql: `(SELECT max(happened_on) FROM interactions WHERE customer_id = c.id AND reached AND happened_on <= @A) < '2025-08-28'`, asOf: "2026-02-28"},
	{filter: `last_contact is empty`, sql: `NOT EXISTS (SELECT 1 FROM interactions WHERE customer_id = c.id AND reached AND happened_on <= @A)`},
	{filter: `contact_every > 6w`, sql: `c.contact_every = 60`},
	{filter: `contact_every = 30 days`, sql: `c.contact_every = 30`},
	{filter: `potential_value >= 500`, sql: `c.potential_value >= 50000`},
	{filter: `not potential_value > 1000.50`, sql: `c.potential_value IS NULL OR c.potential_value <= 100050`},
	{filter: `orders = 0`, sql: `NOT EXISTS (SELECT 1 @ORDERS)`},
	{filter: `orders >= 3`, sql: `(SELECT count(*) @ORDERS) >= 3`},
	{filter: `orders between 2 and 4 within 1 year`, sql: `(SELECT count(*) @ORDERS AND o.ordered_on >= '2025-11-22') IN (2, 3, 4)`},
	{filter: `orders < 2 since 2025-01-01 until 2025-12-31`, sql: `(SELECT count(*) @ORDERS AND o.ordered_on LIKE '2025-%') < 2`, asOf: "2025-09-09"},
	{filter: `spent > 300`, sql: `(@NET) > 30000`},
	{filter: `spent > 100 since 2026-01-01`, sql: `(@NET AND ifnull(f.ordered_on, o.ordered_on) >= '2026-01-01') > 10000`},
	{filter: `spent <= 250.50 during 2025`, sql: `(@NET AND substr(ifnull(f.ordered_on, o.ordered_on), 1, 4) = '2025') <= 25050`, asOf: "2026-03-31"},
	{filter: `spent != 0 before 2025-06-01`, sql: `(@NET AND ifnull(f.ordered_on, o.ordered_on) < '2025-06-01') <> 0`},
	{filter: `last_order < 60d ago`, sql: `(SELECT max(o.ordered_on) @ORDERS) < date(@A, '-60 days')`},
	{filter: `not last_order >= 60d ago`, sql: `ifnull((SELECT max(o.ordered_on) @ORDERS), '') < date(@A, '-60 days')`},
	{filter: `last_order within 2 weeks`, sql: `(SELECT max(o.ordered_on) @ORDERS) >= date(@A, '-14 days')`, asOf: "2026-06-15"},
	{filter: `last_order is empty`, sql: `NOT EXISTS (SELECT 1 @ORDERS)`, asOf: "2025-01-01"},
	{filter: `first_order since 2026-01-01`, sql: `(SELECT min(o.ordered_on) @ORDERS) >= '2026-01-01'`},
	{filter: `first_order between 2025-01 and 2025-06`, sql: `(SELECT min(o.ordered_on) @ORDERS) BETWEEN '2025-01-01' AND '2025-06-30'`},
	{filter: `interval > 100`, sql: `(SELECT (julianday(max(o.ordered_on)) - julianday(min(o.ordered_on))) / (count(DISTINCT o.ordered_on) - 1) @ORDERS) >= 100.5`},
	{filter: `interval is empty`, sql: `(SELECT count(DISTINCT o.ordered_on) @ORDERS) < 2`},
	{filter: `bought 'P-3'`, sql: `EXISTS (SELECT 1 @LINES AND p.sku = 'P-3')`},
	{filter: `bought p-3`, sql: `EXISTS (SELECT 1 @LINES AND p.sku = 'P-3')`, asOf: "2025-06-30"},
	{filter: `not bought (P-1, 'product 2')`, sql: `NOT EXISTS (SELECT 1 @LINES AND p.id IN (1, 2))`},
	{filter: `bought category 'skin care' brand luz`, sql: `EXISTS (SELECT 1 @LINES AND p.category = 'Skin Care' AND p.brand = 'Luz')`},
	{filter: `bought category cafe times >= 2`, sql: `(SELECT count(DISTINCT o.id) @LINES AND p.category = 'Café') >= 2`},
	{filter: `bought tag new times < 2 during 2026`, sql: `(SELECT count(DISTINCT o.id) @LINES AND p.id % 2 = 0 AND o.ordered_on LIKE '2026-%') < 2`},
	{filter: `bought cause amazon pieces > 3`, sql: `(SELECT sum(l.quantity) @KEPT AND p.id IN (5, 10)) > 3`},
	{filter: `bought brand sol pieces <= 2 since 2025-07-01`, sql: `(SELECT ifnull(sum(l.quantity), 0) @KEPT AND p.brand = 'Sol' AND ifnull(f.ordered_on, o.ordered_on) >= '2025-07-01') <= 2`},
	{filter: `bought brand Luz money >= 100`, sql: `(SELECT sum(l.amount - l.discount) @KEPT AND p.brand = 'Luz') >= 10000`},
	{filter: `bought channel online`, sql: `EXISTS (SELECT 1 @ORDERS AND o.channel = 'online')`},
	{filter: `bought channel (feria, phone) times between 1 and 2`, sql: `(SELECT count(*) @ORDERS AND o.channel IN ('Feria', 'phone')) IN (1, 2)`},
	{filter: `bought P-3 channel feria last < 1y ago`, sql: `(SELECT max(o.ordered_on) @LINES AND p.sku = 'P-3' AND o.channel = 'Feria') < '2025-11-22'`},
	{filter: `bought category make-up first since 2026-01-01`, sql: `(SELECT min(o.ordered_on) @LINES AND p.category = 'make-up') >= '2026-01-01'`},
	{filter: `bought category make-up interval <= 200`, sql: `(SELECT CASE WHEN count(DISTINCT o.ordered_on) > 1 THEN (julianday(max(o.ordered_on)) - julianday(min(o.ordered_on))) / (count(DISTINCT o.ordered_on) - 1) END @LINES AND p.category = 'make-up') < 200.5`},
	{filter: `bought campaign spring`, sql: `EXISTS (SELECT 1 @ORDERS AND o.campaign_id = 1)`},
	{filter: `bought since 2026-09-01 and not bought before 2026-09-01`, sql: `(SELECT min(o.ordered_on) @ORDERS) >= '2026-09-01'`},
	{filter: `bought money > 500 within last 180 days`, sql: `(@NET AND ifnull(f.ordered_on, o.ordered_on) >= date(@A, '-180 days')) > 50000`},
	{filter: `rfm = champions`, sql: `@RATED r = 5 AND f >= 4)`},
	{filter: `rfm in (hibernating, at_risk)`, sql: `@RATED r <= 2 AND f <= 4)`, asOf: "2026-02-28"},
	{filter: `rfm != prospect`, sql: `EXISTS (SELECT 1 @ORDERS)`},
	{filter: `rfm.r >= 4 and rfm.f < 3`, sql: `@RATED r >= 4 AND f < 3)`},
	{filter: `rfm.score between 500 and 599`, sql: `@RATED r = 5)`},
	{filter: `rfm.m is empty`, sql: `NOT EXISTS (SELECT 1 @ORDERS)`},
	{filter: `points >= 500`, sql: `@POINTS >= 500`},
	{filter: `points < 100`, sql: `@POINTS < 100`, asOf: "2026-04-01"},
	{filter: `tier = oro`, sql: `@EARNED >= 400`},
	{filter: `tier in (silver, GOLD)`, sql: `@EARNED >= 100`, asOf: "2026-01-15"},
	{filter: `tier is empty`, sql: `@EARNED < 100`},
	{filter: `received campaign spring`, sql: `@SENT AND p.ref = 'spring')`},
	{filter: `not received campaign`, sql: `NOT @SENT)`, asOf: "2026-01-31"},
	{filter: `opened campaign (spring, 'summer sale')`, sql: `@EVENT = 'opened' AND p.id IN (1, 2))`},
	{filter: `clicked campaign autumn since 2026-01-01`, sql: `@EVENT = 'clicked' AND p.id = 3 AND date(e.at, '+2 hours') >= '2026-01-01')`},
	{filter: `opened within 200 days and not clicked`, sql: `@EVENT = 'opened' AND e.at >= date(@A, '-200 days')) AND NOT @EVENT = 'clicked')`},
	{filter: `nps >= 9`, sql: `@SCORE = 'nps' @LATEST >= 9`},
	{filter: `nps.post <= 6`, sql: `@SCORE = 'nps' AND s.code = 'post' @LATEST <= 6`, asOf: "2026-05-31"},
	{filter: `nps is empty or satisfaction in (4, 5)`, sql: `@SCORE = 'nps' @LATEST IS NULL OR @SCORE = 'satisfaction' @LATEST IN (4, 5)`},
	{filter: `in segment vips`, sql: `@TAG = 'vip')`},
	{filter: `in segment vips and not in segment lyon`, sql: `@TAG = 'vip') AND (c.city IS NULL OR c.city NOT IN ('Lyon', 'LYON', 'lyón'))`},
	{filter: `in segment (VIPS, lyon)`, sql: `@TAG = 'vip') OR c.city IN ('Lyon', 'LYON', 'lyón')`},
	{filter: `not in segment both and orders > 0`, sql: `NOT (@TAG = 'vip') AND ifnull(c.city IN ('Lyon', 'LYON', 'lyón'), 0)) AND EXISTS (SELECT 1 @ORDERS)`},
	{filter: `not (city = Lyon or tag:vip) and not (orders > 3 and spent < 100)`, sql: `(c.city IS NULL OR c.city NOT IN ('Lyon', 'LYON', 'lyón')) AND NOT @TAG = 'vip')
		AND NOT ((SELECT count(*) @ORDERS) > 3 AND (@NET) < 10000)`},
	{filter: `not not (stage = lead and not not city is empty)`, sql: `c.stage = 'lead' AND c.city IS NULL`},
	{filter: `city = 'Lyon' and (last_order < 60d ago or not bought 'P-3') and tag:vip`, sql: `c.city IN ('Lyon', 'LYON', 'lyón')
		AND ((SELECT max(o.ordered_on) @ORDERS) < date(@A, '-60 days') OR NOT EXISTS (SELECT 1 @LINES AND p.sku = 'P-3')) AND @TAG = 'vip')`},
}

// saveSome keeps the segments that filters of the tests name.
func saveSome(t testing.TB, b *book.Book) {
	t.Helper()
	require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
		for _, s := range []Saved{{Name: "vips", Filter: "tag:vip"}, {Name: "Lyon", Filter: "city = Lyon"}, {Name: "both", Filter: "in segment vips and in segment lyon"}} {
			if _, err := Save(tx, s, false); err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestFiltersByHand(t *testing.T) {
	b := sownBook(t)
	saveSome(t, b)
	require.GreaterOrEqual(t, len(filtersByHand), 100)
	found, everybody := 0, 0
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		for _, f := range filtersByHand {
			day := f.asOf
			if day == "" {
				day = today
			}
			on, err := dates.ParseISO(day)
			require.NoError(t, err)
			want, err := book.All(v, book.Scalar[int64], byHand(`SELECT c.id FROM customers c WHERE ifnull(c.archived_on, '9999') > @A AND (`+f.sql+`) ORDER BY c.id`, day))
			require.NoError(t, err, "%s\n%s", f.filter, byHand(f.sql, day))
			compiled, err := Compile(v, f.filter, on)
			require.NoError(t, err, f.filter)
			got, err := compiled.Members()
			require.NoError(t, err, "%s\n%s", f.filter, compiled.SQL)
			if !slices.Equal(want, got) {
				t.Errorf("%s on %s\nwant %v\ngot  %v\n%s", f.filter, day, want, got, compiled.SQL)
			}
			if len(got) > 0 {
				found++
			}
			if len(got) > 220 {
				everybody++
			}
			explained(t, compiled, got)
		}
		return nil
	}))
	require.Greater(t, found, len(filtersByHand)-4, "filters that find nobody prove nothing")
	require.Zero(t, everybody)
}

// TestServiceLevelIsThatOfTheReport asks for each level, and for those who have none, on two days.
func TestServiceLevelIsThatOfTheReport(t *testing.T) {
	b := sownBook(t)
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		for _, day := range []string{today, "2026-03-31"} {
			on, err := dates.ParseISO(day)
			require.NoError(t, err)
			report, err := insight.ReportValues(v, insight.ValueOptions{AsOf: on})
			require.NoError(t, err)
			want := map[string][]int64{}
			for _, r := range report.Rows {
				want[r.Level] = append(want[r.Level], r.CustomerID)
			}
			require.Len(t, want, 3)
			for filter, ids := range map[string][]int64{"service_level = A": want["A"], "level:b": want["B"], "service_level in (a, C)": slices.Sorted(slices.Values(slices.Concat(want["A"], want["C"]))),
				"service_level is not empty and not service_level in (A, B)": want["C"]} {
				compiled, err := Compile(v, filter, on)
				require.NoError(t, err)
				got, err := compiled.IDs()
				require.NoError(t, err)
				require.Equal(t, ids, got, filter)
			}
		}
		return nil
	}))
}

// explained holds that what is said of each of some customers is what makes her a member.
func explained(t *testing.T, f *Compiled, members []int64) {
	for id := int64(1); id <= sownCustomers; id += 17 {
		_, member, err := f.Explain(id)
		require.NoError(t, err)
		if slices.Contains(members, id) != member {
			t.Errorf("customer %d: %v", id, member)
		}
	}
}
