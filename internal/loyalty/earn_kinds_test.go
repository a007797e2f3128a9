package loyalty

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// moreEarnCases are more purchases reckoned by hand, of rules as shops have them. Where the sum is not plain it stands in
// the line above. 2026-03-02 is a Monday.
var moreEarnCases = []earnCase{
	{"a point for three euros", []string{"BASE rate | points=1 | per=3.00"}, [][2]string{
		{"2026-03-02 2.99", ""}, {"2026-03-02 3.00", "1"}, {"2026-03-02 8.99", "2"}, {"2026-03-02 9.00", "3"}, {"2026-03-02 300.00", "100"}}},
	{"five points for ten euros", []string{"BASE rate | points=5 | per=10.00"}, [][2]string{
		{"2026-03-02 1.99", ""}, {"2026-03-02 2.00", "1"}, {"2026-03-02 19.99", "9"}, {"2026-03-02 20.00", "10"}}},
	{"a point a cent", []string{"BASE rate | points=1 | per=0.01"}, [][2]string{{"2026-03-02 0.01", "1"}, {"2026-03-02 12.34", "1234"}}},
	{"ten points for a hundred", []string{"BASE rate | points=10 | per=100.00"}, [][2]string{
		{"2026-03-02 9.99", ""}, {"2026-03-02 10.00", "1"}, {"2026-03-02 99.99", "9"}, {"2026-03-02 100.00", "10"}}},
	{"each day of the week", []string{one, "TT multiplier | factor=2 | scope=weekday=tue,thu", "SAT bonus | points=3 | scope=weekday=sat"}, [][2]string{
		{"2026-03-02 10.00", "10"}, {"2026-03-03 10.00", "20"}, {"2026-03-04 10.00", "10"}, {"2026-03-05 10.00", "20"}, {"2026-03-06 10.00", "10"}, {"2026-03-07 10.00", "10 *SAT:3"},
		{"2026-03-08 10.00", "10"}, {"2024-02-29 10.00", "20"}}}, // a Thursday
	{"birthdays at the ends of months", []string{one, "BDAY multiplier | factor=2 | scope=birthday_month=yes"}, [][2]string{
		{"2024-01-31 10.00 birthday=2", "10"}, {"2024-02-01 10.00 birthday=2", "20"}, {"2024-03-01 10.00 birthday=2", "10"}, {"2026-11-30 10.00 birthday=12", "10"},
		{"2026-12-01 10.00 birthday=12", "20"}, {"2026-12-31 10.00 birthday=12", "20"}, {"2027-01-01 10.00 birthday=12", "10"},
		// 33.33 x (1 + 1 + 0.25) = 74.9925, and without the birthday x 1.25 = 41.6625
		{"2026-12-31 33.33 birthday=12 tier=GOLD*1.25", "74"}, {"2027-01-01 33.33 birthday=12 tier=GOLD*1.25", "41"}}},
	{"a birthday gives so much at most", []string{one, "BDAY multiplier | factor=2 | scope=birthday_month=yes | cap=500 | cap_per=month"}, [][2]string{
		{"2026-03-02 499.00 birthday=3", "499 +BDAY:499"}, {"2026-03-02 500.00 birthday=3", "500 +BDAY:500"}, {"2026-03-02 501.00 birthday=3", "501 +BDAY:500"},
		{"2026-03-02 600.00 birthday=3 used=BDAY:450", "600 +BDAY:50"}, {"2026-03-02 600.00 birthday=4", "600"}}},
	{"a rate of a tier", []string{one, "G rate | points=1 | per=10.00 | scope=tier=GOLD"}, [][2]string{
		{"2026-03-02 25.00 tier=GOLD*1", "27"}, {"2026-03-02 25.00 tier=SILVER*1", "25"}, {"2026-03-02 25.00", "25"}, {"2026-03-02 25.00 tier=GOLD*2", "55"}}}, // 27.5
	{"weekends online", []string{one, "WE multiplier | factor=1.5 | scope=channel=online; weekday=sat,sun"}, [][2]string{
		{"2026-03-06 21.00 channel=online", "21"}, {"2026-03-07 21.00 channel=online", "31"}, {"2026-03-08 21.00 channel=online", "31"}, {"2026-03-09 21.00 channel=online", "21"},
		{"2026-03-07 21.00 channel=boutique", "21"}, {"2026-03-07 21.00", "21"}}},
	{"a first order that is large enough", []string{one, "HELLO bonus | points=50 | scope=first_order=yes; min_total=30.00"}, [][2]string{
		{"2026-03-02 29.99 first=yes", "29"}, {"2026-03-02 30.00 first=yes", "30 *HELLO:50"}, {"2026-03-02 30.00", "30"}}},
	{"to win somebody back", []string{one, "BACK rate | points=2 | per=1.00 | scope=segment=at_risk; brand=Sol"}, [][2]string{
		{"2026-03-02 SERUM:10.00 CREAM:10.00 segment=at_risk", "40"}, {"2026-03-02 SERUM:10.00 CREAM:10.00 segment=loyal", "20"}, {"2026-03-02 SERUM:20.00 segment=at_risk", "20"}}},
	{"a category that earns nothing", []string{one, "NO rate | points=0 | per=1.00 | priority=1 | stacking=only | scope=category=make-up", double + " | scope=channel=web"}, [][2]string{
		{"2026-03-02 LIP:30.00", ""}, {"2026-03-02 LIP:30.00 SERUM:20.00", "20"}, {"2026-03-02 LIP:30.00 SERUM:20.00 channel=web", "40"}, {"2026-03-02 LIP:30.00 channel=web", ""}}},
	{"a product in an order that is large enough", []string{one, "BUY bonus | points=15 | scope=product=LIP; min_total=25.00"}, [][2]string{
		{"2026-03-02 LIP:20.00 SERUM:5.00", "25 *BUY:15"}, {"2026-03-02 LIP:20.00", "20"}, {"2026-03-02 SERUM:25.00", "25"}, {"2026-03-02 LIP:20.00 SERUM:4.99", "24"}}},
	{"so much a week", []string{"W bonus | points=10 | cap=25 | cap_per=week"}, [][2]string{
		{"2026-03-02 1.00 used=W:15", "*W:10"}, {"2026-03-02 1.00 used=W:16", "*W:9"}, {"2026-03-02 1.00 used=W:24", "*W:1"}, {"2026-03-02 1.00 used=W:25", ""}}},
	// A tenth off 120.00 leaves 108.00, and points paid a quarter of that: of 80.00 count 54.00, of 40.00 27.00.
	{"a discount and points at once", []string{one, "L rate | points=1 | per=1.00 | scope=brand=Luna"}, [][2]string{
		{"2026-03-02 SERUM:80.00 CREAM:40.00 net=108.00 points=27.00", "135"}, {"2026-03-02 CREAM:120.00 net=108.00 points=27.00", "81"},
		// thirds: 13.33 of 20.00, and all 20.00
		{"2026-03-02 SERUM:10.00 CREAM:10.00 LIP:10.00 net=20.00", "33"}}},
	{"sevenths and a tenth more", []string{"BASE rate | points=3 | per=7.00"}, [][2]string{ // 42.857 x 1.1 = 47.14; 4.2857 x 1.1 = 4.714
		{"2026-03-02 100.00 tier=SILVER*1.1", "47"}, {"2026-03-02 10.00 tier=SILVER*1.1", "4"}}},
	{"a tenth and a fifth are three tenths", []string{one, "A multiplier | factor=1.1", "B multiplier | factor=1.2"}, [][2]string{{"2026-03-02 9.99", "12"}, {"2026-03-02 10.00", "13"}}},
	{"a hundredth more", []string{one, "A multiplier | factor=1.01"}, [][2]string{{"2026-03-02 99.99", "100"}, {"2026-03-02 100.00", "101"}, {"2026-03-02 1.00", "1"}}},
	{"of two that keep out others the first that holds", []string{one, "A multiplier | factor=1.5 | stacking=only | priority=2", "B multiplier | factor=3 | stacking=only | priority=1 | scope=channel=web"}, [][2]string{
		{"2026-03-02 10.00", "15"}, {"2026-03-02 10.00 channel=web", "30"}}},
	{"of bonuses too", []string{"A bonus | points=1 | stacking=only | priority=2", "B bonus | points=3 | stacking=only | priority=1 | scope=min_total=50.00", "C bonus | points=9 | priority=3"}, [][2]string{
		{"2026-03-02 49.99", "*A:1"}, {"2026-03-02 50.00", "*B:3"}}},
	{"a summer", []string{one, "S multiplier | factor=2 | from=2026-06-01 | until=2026-08-31"}, [][2]string{
		{"2026-05-31 10.00", "10"}, {"2026-06-01 10.00", "20"}, {"2026-08-31 10.00", "20"}, {"2026-09-01 10.00", "10"}}},
	{"a February, however long", []string{"F bonus | points=3 | from=2026-02 | until=2026-02", "G bonus | points=4 | from=2024-02 | until=2024-02"}, [][2]string{
		{"2024-01-31 1.00", ""}, {"2024-02-01 1.00", "*G:4"}, {"2024-02-29 1.00", "*G:4"}, {"2024-03-01 1.00", ""}, {"2026-01-31 1.00", ""}, {"2026-02-28 1.00", "*F:3"}, {"2026-03-01 1.00", ""}}},
	{"everything of an order", []string{one, "SUN multiplier | factor=1.5 | scope=weekday=sun", "V rate | points=1 | per=2.00 | scope=cause=vegan", "BIG bonus | points=20 | scope=min_total=60.00",
		"GOLD bonus | points=5 | scope=tier=GOLD", "HELLO bonus | points=50 | scope=first_order=yes"}, [][2]string{
		// 40 + 20 vegan of serum, 20 of cream: 80; half more on Sunday, a quarter more for gold: x 1.75 = 140
		{"2026-03-08 SERUM:40.00 CREAM:20.00 tier=GOLD*1.25", "140 *BIG:20 *GOLD:5"}, {"2026-03-08 SERUM:40.00 CREAM:20.00 first=yes", "120 *BIG:20 *HELLO:50"},
		{"2026-03-09 SERUM:40.00 CREAM:19.99", "79"},
		// points paid half: 80 / 2 x 1.5; the order is as large as before
		{"2026-03-08 SERUM:40.00 CREAM:20.00 points=30.00", "60 *BIG:20"}}},
}

// What happens to people, one after the other, as an owner would count it off: each line with what it gives.
func TestHappenedOneAfterTheOther(t *testing.T) {
	s := newShop(t, "WELCOME event | event=welcome | points=50 | expiry=90d", "FIRST event | event=first_purchase | points=100", "REVIEW event | event=review | points=25 | cap=75 | cap_per=month",
		"SATURDAY event | event=review | points=5 | scope=weekday=sat", "SURVEY event | event=survey | points=10 | cap=10 | cap_per=day", "FRIEND event | event=referral_referrer | points=200 | cap=500 | cap_per=year | pending=14",
		"NEW event | event=referral_referred | points=100", "WORKSHOP event | event=event_attended | points=40 | cap=100 | cap_per=week", "BDAY event | event=birthday | points=30 | scope=birthday_month=yes",
		"DANCE event | event=dance | points=7 | from=2026-03-01 | until=2026-03-31", "TEACH event | event=event_attended | points=60 | programme=consultants")
	ana, bea, eva := Account{Customer: 1}, Account{Customer: 2}, Account{Consultant: 1} // birthdays in March and on 29 February
	for i, c := range []struct {
		who                      Account
		event, subject, on, want string
	}{
		{ana, "welcome", "", "2026-01-31", "WELCOME:50"}, {ana, "welcome", "", "2026-02-28", ""}, {bea, "welcome", "", "2026-02-28", "WELCOME:50"},
		{ana, "first_purchase", "", "2026-02-02", "FIRST:100"}, {ana, "first_purchase", "", "2026-02-03", ""},
		{ana, "review", "A", "2026-02-02", "REVIEW:25"}, {ana, "review", "A", "2026-02-02", ""}, {ana, "review", "B", "2026-02-03", "REVIEW:25"}, {ana, "review", "C", "2026-02-27", "REVIEW:25"},
		{ana, "review", "D", "2026-02-27", ""}, {ana, "review", "E", "2026-02-28", "SATURDAY:5"}, {ana, "review", "F", "2026-03-01", "REVIEW:25"}, {ana, "review", "G", "2026-03-07", "REVIEW:25 SATURDAY:5"},
		{bea, "review", "A", "2026-02-27", "REVIEW:25"}, {eva, "review", "A", "2026-02-27", ""},
		{ana, "survey", "1", "2026-02-27", "SURVEY:10"}, {ana, "survey", "2", "2026-02-27", ""}, {ana, "survey", "2", "2026-02-28", "SURVEY:10"}, {ana, "survey", "3", "2024-02-29", "SURVEY:10"},
		{ana, "referral_referrer", "2", "2026-12-30", "FRIEND:200"}, {ana, "referral_referrer", "3", "2026-12-31", "FRIEND:200"}, {ana, "referral_referrer", "4", "2026-12-31", "FRIEND:100"},
		{ana, "referral_referrer", "5", "2026-12-31", ""}, {ana, "referral_referrer", "6", "2027-01-01", "FRIEND:200"}, {bea, "referral_referred", "1", "2026-12-30", "NEW:100"},
		// Monday 2 to Sunday 8 March is a week
		{ana, "event_attended", "1", "2026-03-02", "WORKSHOP:40"}, {ana, "event_attended", "2", "2026-03-04", "WORKSHOP:40"}, {ana, "event_attended", "3", "2026-03-08", "WORKSHOP:20"},
		{ana, "event_attended", "4", "2026-03-08", ""}, {ana, "event_attended", "5", "2026-03-09", "WORKSHOP:40"}, {ana, "event_attended", "6", "2026-03-01", "WORKSHOP:40"},
		{eva, "event_attended", "1", "2026-03-02", "TEACH:60"}, {eva, "event_attended", "1", "2026-03-03", ""}, {eva, "event_attended", "2", "2026-03-03", "TEACH:60"},
		{ana, "birthday", "2026", "2026-02-28", ""}, {ana, "birthday", "2026", "2026-03-31", "BDAY:30"}, {ana, "birthday", "2027", "2027-04-01", ""}, {ana, "birthday", "2027", "2027-03-01", "BDAY:30"},
		{bea, "birthday", "2024", "2024-02-29", "BDAY:30"}, {bea, "birthday", "2025", "2025-02-28", "BDAY:30"}, {bea, "birthday", "2026", "2026-03-01", ""},
		{ana, "dance", "tango", "2026-02-28", ""}, {ana, "dance", "tango", "2026-03-01", "DANCE:7"}, {ana, "dance", "polka", "2026-03-31", "DANCE:7"}, {ana, "dance", "waltz", "2026-04-01", ""},
	} {
		write(t, s.Book, func(tx *book.Tx) error {
			entries, err := Happened(tx, c.who, c.event, c.subject, theDay(c.on))
			var got []string
			for _, e := range entries {
				got = append(got, fmt.Sprintf("%s:%d", e.RuleCode, e.Points))
			}
			require.Equal(t, c.want, strings.Join(got, " "), "%d: %v", i, c)
			return err
		})
	}
	ledger := strings.Join(s.ledger(ana), "\n")
	require.Contains(t, ledger, "bonus 50 2026-01-31 (2026-01-31..2026-05-01) WELCOME")
	require.Contains(t, ledger, "bonus 200 2026-12-30 (2027-01-13..) FRIEND")
	require.Contains(t, ledger, "bonus 200 2026-12-31 (2027-01-14..) FRIEND")
}
