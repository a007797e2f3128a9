package segment

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// today is the day of every test.
const today = "2026-11-22"

func testNow() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }

// sownOnce is the file of the sown book, which every test gets a copy of.
var sownOnce struct {
	sync.Once
	file []byte
}

func newBook(t testing.TB, path string) *book.Book {
	t.Helper()
	settings, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(t, err)
	b, err := book.Create(context.Background(), path, settings, testNow)
	require.NoError(t, err)
	return b
}

// sownBook is a book in which every field has something to find: customers of all kinds, live, historical, cancelled and
// returned orders, points, consents, conversations, campaigns and answers, some of them after today.
func sownBook(t testing.TB) *book.Book {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.db")
	sownOnce.Do(func() {
		b := newBook(t, path)
		sow(t, b, sownCustomers)
		require.NoError(t, b.Close())
		var err error
		sownOnce.file, err = os.ReadFile(path)
		require.NoError(t, err)
	})
	require.NoError(t, os.WriteFile(path, sownOnce.file, 0o600))
	b, err := book.Open(context.Background(), path, testNow)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

// sown writes rows drawn from a seed, the same every time.
type sown struct {
	t   testing.TB
	tx  *book.Tx
	rnd *rand.Rand
}

func (s *sown) insert(query string, args ...any) int64 {
	id, err := s.tx.Insert(query, args...)
	require.NoError(s.t, err, query)
	return id
}

// one is one of some values; "" is NULL.
func (s *sown) one(of ...string) any {
	if v := of[s.rnd.IntN(len(of))]; v != "" {
		return v
	}
	return nil
}

// day is a day of the 1,000 up to ten days after today.
func (s *sown) day() string {
	d, err := dates.ParseISO(today)
	require.NoError(s.t, err)
	return d.AddDays(10 - s.rnd.IntN(1000)).String()
}

func (s *sown) chance(percent int) bool { return s.rnd.IntN(100) < percent }

const (
	sownCustomers = 240
	sownProducts  = 12
)

// sow fills a book, with so many customers.
func sow(t testing.TB, b *book.Book, customers int64) {
	require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
		s := &sown{t: t, tx: tx, rnd: rand.New(rand.NewPCG(7, 11))}
		s.goods()
		for i := 1; i <= 4; i++ {
			s.insert(`INSERT INTO consultants (ref, name) VALUES (?, ?)`, fmt.Sprintf("K-%d", i), []string{"Eva Ruiz", "Ada López", "Mia", "Zoe"}[i-1])
		}
		for _, name := range []string{"spring", "Summer Sale", "autumn"} {
			s.insert(`INSERT INTO campaigns (ref, name) VALUES (?, ?)`, name, "Campaign "+name)
		}
		for i, code := range []string{"post", "yearly"} {
			s.insert(`INSERT INTO surveys (code, name, created_on) VALUES (?, ?, '2024-01-01')`, code, code)
			for p, kind := range []string{"nps", "satisfaction", "text"} {
				s.insert(`INSERT INTO survey_questions (survey_id, position, kind, text) VALUES (?, ?, ?, 'how?')`, i+1, p+1, kind)
			}
		}
		s.insert(`INSERT INTO tiers (programme, code, name, threshold) VALUES ('clients', 'SILVER', 'Silver', 100), ('clients', 'GOLD', 'Oro', 400)`)
		for id := int64(1); id <= customers; id++ {
			s.customer(id)
		}
		for id := int64(1); id <= customers; id++ {
			s.orders(id)
			s.life(id)
		}
		return nil
	}))
}

func (s *sown) goods() {
	for i := 1; i <= sownProducts; i++ {
		id := s.insert(`INSERT INTO products (sku, name, brand, category, created_on) VALUES (?, ?, ?, ?, '2020-01-01')`, fmt.Sprintf("P-%d", i),
			fmt.Sprintf("Product %d", i), []any{"Luz", "Sol", nil}[i%3], []any{"Skin Care", "make-up", "Café", nil}[i%4])
		if i%2 == 0 {
			s.insert(`INSERT INTO product_tags (product_id, tag) VALUES (?, 'new')`, id)
		}
		if i%5 == 0 {
			s.insert(`INSERT INTO product_attributes (product_id, key, value) VALUES (?, 'cause', 'amazon')`, id)
		}
	}
}

func (s *sown) customer(id int64) {
	name := fmt.Sprintf("Client %d", id)
	if id == 1 {
		name = "Ana García"
	}
	var ref, source, archived, company, referred any
	if s.chance(60) {
		ref, source = fmt.Sprintf("C-%d", id), "csv"
	}
	if s.chance(8) {
		archived = s.day()
	}
	if id > 10 && s.chance(20) {
		company = 1 + s.rnd.IntN(10)
	}
	if id > 10 && s.chance(20) {
		referred = 1 + s.rnd.IntN(10)
	}
	birthday := s.one("", "--05-17", "1980-11-22", "1991-11-25", "2000-02-29", "--02-28", "1975-12-31", "1988-01-02")
	s.insert(`INSERT INTO customers (ref, ref_source, name, kind, email, phone, phone_e164, birthday, postcode, city, region, country, sector, life_moment, source, language,
		preferred_channel, company_id, referred_by_id, potential_value, contact_every, contact_within, notes, created_on, archived_on, name_key, search)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		ref, source, name, s.one("person", "person", "company"), s.one("", fmt.Sprintf("c%d@example.com", id), fmt.Sprintf("c%d@mail.example", id)),
		s.one("", "600 111 222"), s.one("", "+34600111222"), birthday, s.one("", "28001", "69001"),
		s.one("", "Lyon", "LYON", "lyón", "Madrid", "São Paulo", "SAO PAULO", "San Sebastián", "Æbeltoft"), s.one("", "Île-de-France"), s.one("ES", "FR", "BR", ""),
		s.one("", "health", "Educación"), s.one("", "new job"), s.one("", "fair", "web"), s.one("es", "fr", "pt", ""), s.one("", "email", "whatsapp"),
		company, referred, []any{nil, 10000, 50000, 120050}[s.rnd.IntN(4)], []any{nil, 30, 60}[s.rnd.IntN(3)], nil, s.one("", "likes lavender", "Alérgica"), s.day(), archived,
		book.Fold(name), book.Fold(name))
	for _, tag := range []string{"vip", "gold", "año nuevo"} {
		if s.chance(25) {
			s.insert(`INSERT INTO customer_tags (customer_id, tag) VALUES (?, ?)`, id, tag)
		}
	}
	for _, a := range [][2]string{{"skin", "dry"}, {"skin", "Grasa"}, {"cause", "amazon"}, {"cause", "océanos"}} {
		if s.chance(20) {
			s.insert(`INSERT INTO customer_attributes (customer_id, key, value) VALUES (?, ?, ?)`, id, a[0], a[1])
		}
	}
}

// orders are up to twelve orders of a customer, with lines, and what came back of them.
func (s *sown) orders(customer int64) {
	for range s.rnd.IntN(12) {
		on, history := s.day(), s.chance(70)
		var confirmed, cancelled, campaign any
		if !history && s.chance(85) {
			confirmed = on
		}
		if s.chance(6) {
			cancelled = s.day()
		}
		if s.chance(10) {
			campaign = 1 + s.rnd.IntN(3)
		}
		order := func(original, returned any, on string) int64 {
			return s.insert(`INSERT INTO orders (customer_id, ordered_on, total, tax, shipping, is_history, confirmed_on, cancelled_on, channel, campaign_id, original_id, returned_on)
				VALUES (?, ?, 0, 0, 0, ?, ?, ?, ?, ?, ?, ?)`, customer, on, history, confirmed, cancelled, s.one("online", "Feria", "phone", ""), campaign, original, returned)
		}
		id := order(nil, nil, on)
		type line struct{ id, product, quantity, price int64 }
		var lines []line
		write := func(order int64, l line, original any) int64 {
			line := s.insert(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount, discount, original_line_id) VALUES (?, ?, ?, ?, ?, ?, ?)`,
				order, l.product, l.quantity, l.price, l.quantity*l.price, l.quantity*10, original)
			_, err := s.tx.Exec(`UPDATE orders SET total = total + ? + 100, shipping = 100 WHERE id = ?`, l.quantity*(l.price-10), order)
			require.NoError(s.t, err)
			return line
		}
		for range 1 + s.rnd.IntN(3) {
			l := line{product: int64(1 + s.rnd.IntN(sownProducts)), quantity: int64(1 + s.rnd.IntN(4)), price: int64(500 + 100*s.rnd.IntN(60))}
			l.id = write(id, l, nil)
			lines = append(lines, l)
		}
		_, err := s.tx.Exec(`UPDATE orders SET total = (SELECT sum(amount - discount) FROM order_lines WHERE order_id = orders.id) + 100 WHERE id = ?`, id)
		require.NoError(s.t, err)
		if s.chance(12) { // the first line comes back, in part or whole
			back := lines[0]
			day, err := dates.ParseISO(on)
			require.NoError(s.t, err)
			r := order(id, nil, day.AddDays(20).String())
			original := back.id
			if back.quantity = -back.quantity; s.chance(50) {
				back.quantity = -1
			}
			write(r, back, original)
			_, err = s.tx.Exec(`UPDATE orders SET total = (SELECT sum(amount - discount) FROM order_lines WHERE order_id = orders.id), shipping = 0 WHERE id = ?`, r)
			require.NoError(s.t, err)
		} else if s.chance(5) {
			_, err := s.tx.Exec(`UPDATE orders SET returned_on = ? WHERE id = ?`, s.day(), id)
			require.NoError(s.t, err)
		}
	}
}

// life is all else that happens to a customer.
func (s *sown) life(customer int64) {
	for range s.rnd.IntN(4) {
		s.insert(`INSERT INTO consents (customer_id, channel, purpose, granted, given_on, basis) VALUES (?, ?, ?, ?, ?, 'consent')`, customer,
			s.one("email", "email", "sms"), s.one("marketing", "marketing", "service"), s.rnd.IntN(3) > 0, s.day())
		s.insert(`INSERT INTO interactions (customer_id, happened_on, channel, direction, reached) VALUES (?, ?, 'call', 'out', ?)`, customer, s.day(), s.chance(60))
	}
	was := map[string]bool{}
	for range s.rnd.IntN(3) {
		on := s.day()
		if on > today || was[on] {
			continue
		}
		was[on] = true
		var consultant any
		if s.chance(80) {
			consultant = 1 + s.rnd.IntN(4)
		}
		s.insert(`INSERT INTO customer_stages (customer_id, since_on, stage) VALUES (?, ?, ?)`, customer, on, s.one("lead", "prospect", "customer", "lost", ""))
		s.insert(`INSERT INTO customer_consultants (customer_id, since_on, consultant_id) VALUES (?, ?, ?)`, customer, on, consultant)
	}
	_, err := s.tx.Exec(`UPDATE customers SET stage = (SELECT h.stage FROM customer_stages h WHERE h.customer_id = customers.id ORDER BY h.since_on DESC LIMIT 1),
		consultant_id = (SELECT h.consultant_id FROM customer_consultants h WHERE h.customer_id = customers.id ORDER BY h.since_on DESC LIMIT 1) WHERE id = ?`, customer)
	require.NoError(s.t, err)
	for range s.rnd.IntN(4) {
		on := s.day()
		var expires any
		if s.chance(40) {
			expires = on[:3] + "7" + on[4:8] + "01"
		}
		points := 10 * (1 + s.rnd.IntN(60))
		lot := s.insert(`INSERT INTO point_entries (customer_id, kind, points, effective_on, active_from_on, expires_on, reason) VALUES (?, 'earn', ?, ?, ?, ?, 'x')`,
			customer, points, on, on, expires)
		if s.chance(30) && on < today {
			spent := s.insert(`INSERT INTO point_entries (customer_id, kind, points, effective_on) VALUES (?, 'redeem', ?, ?)`, customer, -points/2, on)
			s.insert(`INSERT INTO point_allocations (entry_id, lot_id, points, allocated_on) VALUES (?, ?, ?, ?)`, spent, lot, points/2, on)
		}
	}
	for campaign := 1; campaign <= 3; campaign++ {
		if s.chance(50) {
			continue
		}
		on := s.day()
		m := s.insert(`INSERT INTO messages (campaign_id, customer_id, channel, purpose, queued_at) VALUES (?, ?, 'email', 'marketing', ?)`, campaign, customer, on+"T08:00:00Z")
		if s.chance(80) {
			s.insert(`INSERT INTO message_steps (message_id, at, kind) VALUES (?, ?, 'claimed'), (?, ?, 'sent')`, m, on+"T22:59:59Z", m, on+"T23:30:00Z")
		}
		for i, kind := range []string{"opened", "clicked", "bounced"} {
			if s.chance(30) {
				s.insert(`INSERT INTO message_events (message_id, at, kind, ref, ref_source) VALUES (?, ?, ?, ?, 'test')`, m, on+"T23:45:00Z", kind, fmt.Sprint(m, i))
			}
		}
	}
	for survey := 1; survey <= 2; survey++ {
		if s.chance(60) {
			continue
		}
		i := s.insert(`INSERT INTO survey_invitations (survey_id, wave, customer_id) VALUES (?, '1', ?)`, survey, customer)
		s.insert(`INSERT INTO survey_answers (invitation_id, question_id, answered_on, score) VALUES (?, ?, ?, ?)`, i, 3*survey-2, s.day(), s.rnd.IntN(11))
		if s.chance(50) {
			s.insert(`INSERT INTO survey_answers (invitation_id, question_id, answered_on, score) VALUES (?, ?, ?, ?)`, i, 3*survey-1, s.day(), 1+s.rnd.IntN(5))
		}
	}
}
