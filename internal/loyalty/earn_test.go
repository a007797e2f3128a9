package loyalty

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// goods are the products that the cases buy.
var goods = map[string]*Product{
	"SERUM": {SKU: "SERUM", Category: "Skin care", Brand: "Luna", Causes: []string{"vegan"}, Tags: []string{"new"}},
	"CREAM": {SKU: "CREAM", Category: "Skin care", Brand: "Sol"},
	"LIP":   {SKU: "LIP", Category: "Make-up", Brand: "Luna", Tags: []string{"new", "gift"}},
	"SOAP":  {SKU: "SOAP", Category: "Body", Brand: "Sol", Causes: []string{"fair", "vegan"}},
	"CARD":  {SKU: "CARD"},
}

// ruleOf reads a rule such as "BASE rate | points=1 | per=1.00".
func ruleOf(text string) RuleRow {
	parts := strings.Split(text, " | ")
	row := RuleRow{}
	row.Code, row.Kind, _ = strings.Cut(parts[0], " ")
	for _, part := range parts[1:] {
		key, value, _ := strings.Cut(part, "=")
		*map[string]*string{"programme": &row.Programme, "event": &row.Event, "points": &row.Points, "per": &row.Per, "factor": &row.Factor, "scope": &row.Scope,
			"priority": &row.Priority, "stacking": &row.Stacking, "cap": &row.Cap, "cap_per": &row.CapPer, "pending": &row.PendingDays, "expiry": &row.Expiry,
			"from": &row.From, "until": &row.Until}[key] = value
	}
	return row
}

func rulesOf(t testing.TB, texts ...string) (rules []Rule) {
	t.Helper()
	for i, text := range texts {
		r, problems := ParseRule(ruleOf(text), 2, theDay("2026-11-22"))
		require.Empty(t, problems, text)
		r.ID = int64(i + 1)
		rules = append(rules, r)
	}
	return rules
}

// euros is how sums stand in explanations.
var euros = money.Wording{Currency: money.Currency{Code: "EUR", Decimals: 2}}

func planOf(t testing.TB, texts ...string) *Plan {
	return (&Plan{Programme: Clients, words: euros}).With(rulesOf(t, texts...))
}

func theDay(s string) dates.Date {
	d, err := dates.ParseISO(s)
	if err != nil {
		panic(err)
	}
	return d
}

func cents(s string) money.Amount {
	d, err := money.ParseDecimal(s, '.')
	if err != nil {
		panic(err)
	}
	a, _ := d.Minor(2)
	return a
}

// purchaseOf reads a purchase such as "2026-03-02 SERUM:60.00 CREAM:40.00 channel=web tier=GOLD*1.5": a day, lines or a total,
// and facts.
func purchaseOf(text string) (o Purchase) {
	words := strings.Fields(text)
	o.Day = theDay(words[0])
	total := false
	for _, w := range words[1:] {
		if key, value, fact := strings.Cut(w, "="); fact {
			switch key {
			case "channel":
				o.Channel = value
			case "birthday":
				n, _ := strconv.Atoi(value)
				o.Birthday = time.Month(n)
			case "first":
				o.First = true
			case "segment":
				o.Segments = strings.Split(value, ",")
			case "tier":
				code, factor, _ := strings.Cut(value, "*")
				o.Tier, o.TierFactor = code, int64(cents(factor))
			case "points":
				o.ByPoints = cents(value)
			case "net":
				o.Net, total = cents(value), true
			case "used":
				code, n, _ := strings.Cut(value, ":")
				if o.Used == nil {
					o.Used = map[string]int64{}
				}
				o.Used[code], _ = strconv.ParseInt(n, 10, 64)
			default:
				panic(key)
			}
			continue
		}
		sku, amount, line := strings.Cut(w, ":")
		if !line {
			o.Net, total = cents(w), true
			continue
		}
		o.Lines = append(o.Lines, Line{Product: goods[sku], Amount: cents(amount)})
		if !total {
			o.Net += cents(amount)
		}
	}
	return o
}

// show writes an award: 12 for points of no rule, +CODE:3 for earned ones of a rule by itself, *CODE:50 for a bonus.
func show(a Award) string {
	var parts []string
	for _, p := range a.Parts {
		switch {
		case p.Rule == nil:
			parts = append(parts, fmt.Sprint(p.Points))
		case p.Kind == EntryBonus:
			parts = append(parts, fmt.Sprintf("*%s:%d", p.Rule.Code, p.Points))
		default:
			parts = append(parts, fmt.Sprintf("+%s:%d", p.Rule.Code, p.Points))
		}
	}
	return strings.Join(parts, " ")
}

const (
	one    = "BASE rate | points=1 | per=1.00"
	double = "DOUBLE multiplier | factor=2"
)

// earnCase is a programme, and what it gives for purchases.
type earnCase struct {
	name  string
	rules []string
	cases [][2]string // purchase, award
}

// earnCases were reckoned by hand: 2026-03-02 is a Monday, so 2026-03-07 a Saturday.
var earnCases = []earnCase{
	{"no rules", nil, [][2]string{{"2026-03-02 100.00", ""}, {"2026-03-02 100.00 tier=GOLD*2", ""}}},
	{"a point for every euro", []string{one}, [][2]string{
		{"2026-03-02 0.00", ""}, {"2026-03-02 0.01", ""}, {"2026-03-02 0.99", ""}, {"2026-03-02 1.00", "1"}, {"2026-03-02 1.99", "1"}, {"2026-03-02 100.00", "100"},
		{"2026-03-02 -5.00", ""}, {"2026-03-02 SERUM:0.50 CREAM:0.50", "1"}, {"2026-03-02 SERUM:10.00 CREAM:-4.00", "6"}, {"2026-03-02 SERUM:4.00 CREAM:-4.00", ""},
		{"2026-03-02 SERUM:60.60 CREAM:40.60", "101"}, {"2026-03-02 100.00 points=20.00", "80"}, {"2026-03-02 100.00 points=100.00", ""}, {"2026-03-02 100.00 points=105.00", ""},
		{"2026-03-02 SERUM:60.00 CREAM:40.00 net=90.00", "90"}, {"2026-03-02 SERUM:60.00 net=61.00", "61"}}},
	{"rates that do not divide", []string{"BASE rate | points=3 | per=7.00"}, [][2]string{
		{"2026-03-02 2.33", ""}, {"2026-03-02 2.34", "1"}, {"2026-03-02 6.99", "2"}, {"2026-03-02 7.00", "3"}, {"2026-03-02 100.00", "42"}, {"2026-03-02 SERUM:3.50 CREAM:3.50", "3"}}},
	{"two rates add up before rounding", []string{"A rate | points=1 | per=2.00", "B rate | points=1 | per=2.00"}, [][2]string{
		{"2026-03-02 1.00", "1"}, {"2026-03-02 0.99", ""}, {"2026-03-02 3.00", "3"}}},
	{"thirds add up to one", []string{"A rate | points=1 | per=3.00", "B rate | points=2 | per=3.00"}, [][2]string{{"2026-03-02 1.00", "1"}, {"2026-03-02 2.00", "2"}}},
	{"the first keeps out the others", []string{"A rate | points=2 | per=1.00 | priority=10 | stacking=only", "B rate | points=5 | per=1.00"}, [][2]string{{"2026-03-02 10.00", "20"}}},
	{"the last keeps out nobody", []string{"A rate | points=2 | per=1.00 | priority=10", "B rate | points=5 | per=1.00 | stacking=only"}, [][2]string{{"2026-03-02 10.00", "70"}}},
	{"one priority goes by code", []string{"B rate | points=5 | per=1.00", "A rate | points=2 | per=1.00 | stacking=only"}, [][2]string{{"2026-03-02 10.00", "20"}}},
	{"it keeps out others where it holds", []string{"VEGAN rate | points=3 | per=1.00 | priority=1 | stacking=only | scope=cause=vegan", one}, [][2]string{
		{"2026-03-02 SERUM:10.00 CREAM:10.00", "40"}, {"2026-03-02 CREAM:10.00", "10"}, {"2026-03-02 SERUM:10.00", "30"}, {"2026-03-02 10.00", "10"}}},
	{"a product that earns nothing", []string{"NONE rate | points=0 | per=1.00 | priority=1 | stacking=only | scope=product=CARD", one}, [][2]string{
		{"2026-03-02 CARD:50.00", ""}, {"2026-03-02 CARD:50.00 SERUM:10.00", "10"}, {"2026-03-02 SERUM:10.00 CARD:50.00 points=30.00", "5"}}},
	{"products", []string{"S rate | points=1 | per=1.00 | scope=product=serum,LIP"}, [][2]string{
		{"2026-03-02 SERUM:10.00 LIP:5.00 CREAM:7.00", "15"}, {"2026-03-02 CREAM:7.00", ""}, {"2026-03-02 22.00", ""}}},
	{"categories", []string{"C rate | points=1 | per=1.00 | scope=category=skin  CARE"}, [][2]string{{"2026-03-02 SERUM:10.00 LIP:5.00 CREAM:7.00", "17"}, {"2026-03-02 CARD:9.00", ""}}},
	{"brands", []string{"C rate | points=1 | per=1.00 | scope=brand=luna"}, [][2]string{{"2026-03-02 SERUM:10.00 LIP:5.00 CREAM:7.00", "15"}}},
	{"causes", []string{"C rate | points=1 | per=1.00 | scope=cause=fair,vegan"}, [][2]string{{"2026-03-02 SERUM:10.00 LIP:5.00 SOAP:7.00", "17"}}},
	{"tags", []string{"C rate | points=1 | per=1.00 | scope=tag=gift"}, [][2]string{{"2026-03-02 SERUM:10.00 LIP:5.00", "5"}}},
	{"all keys of a scope", []string{"C rate | points=1 | per=1.00 | scope=brand=Luna; tag=new; category=Skin care"}, [][2]string{{"2026-03-02 SERUM:10.00 LIP:5.00 SOAP:7.00", "10"}}},
	{"discounts and points fall on all lines alike", []string{"C rate | points=1 | per=1.00 | scope=product=SERUM"}, [][2]string{
		{"2026-03-02 SERUM:60.00 CREAM:40.00 points=10.00", "54"}, {"2026-03-02 SERUM:60.00 CREAM:40.00 net=90.00", "54"},
		{"2026-03-02 SERUM:60.00 CREAM:40.00 net=90.00 points=45.00", "27"}, {"2026-03-02 SERUM:10.00 CREAM:20.00 points=10.00", "6"}}},
	{"channels", []string{one, "WEB rate | points=1 | per=1.00 | scope=channel=web,App"}, [][2]string{
		{"2026-03-02 10.00", "10"}, {"2026-03-02 10.00 channel=web", "20"}, {"2026-03-02 10.00 channel=WEB", "20"}, {"2026-03-02 10.00 channel=app", "20"}, {"2026-03-02 10.00 channel=shop", "10"}}},
	{"weekdays", []string{one, "MON multiplier | factor=2 | scope=weekday=mon,sunday"}, [][2]string{
		{"2026-03-01 10.00", "20"}, {"2026-03-02 10.00", "20"}, {"2026-03-03 10.00", "10"}, {"2026-03-07 10.00", "10"}, {"2026-03-08 10.00", "20"}}},
	{"tiers", []string{one, "T bonus | points=5 | scope=tier=gold,SILVER"}, [][2]string{
		{"2026-03-02 10.00", "10"}, {"2026-03-02 10.00 tier=GOLD*1", "10 *T:5"}, {"2026-03-02 10.00 tier=silver*1", "10 *T:5"}, {"2026-03-02 10.00 tier=BRONZE*1", "10"}}},
	{"tier factors", []string{one}, [][2]string{
		{"2026-03-02 10.00 tier=GOLD*1.5", "15"}, {"2026-03-02 0.70 tier=GOLD*1.5", "1"}, {"2026-03-02 0.66 tier=GOLD*1.5", ""}, {"2026-03-02 10.00 tier=BASIC*1", "10"},
		{"2026-03-02 10.00 tier=LOW*0.5", "5"}, {"2026-03-02 10.00 tier=NIL*0", ""}, {"2026-03-02 33.33 tier=GOLD*1.25", "41"}}},
	{"segments", []string{one, "S multiplier | factor=3 | scope=segment=champions,loyal"}, [][2]string{
		{"2026-03-02 10.00", "10"}, {"2026-03-02 10.00 segment=Champions", "30"}, {"2026-03-02 10.00 segment=new,loyal", "30"}, {"2026-03-02 10.00 segment=lost", "10"}}},
	{"birthday month", []string{one, "BDAY multiplier | factor=2 | scope=birthday_month=yes"}, [][2]string{
		{"2026-03-02 10.00", "10"}, {"2026-03-31 10.00 birthday=3", "20"}, {"2026-04-01 10.00 birthday=3", "10"}, {"2024-02-29 10.00 birthday=2", "20"}, {"2026-02-28 10.00 birthday=2", "20"}}},
	{"first order", []string{one, "HELLO bonus | points=100 | scope=first_order=yes"}, [][2]string{{"2026-03-02 10.00 first=yes", "10 *HELLO:100"}, {"2026-03-02 10.00", "10"}, {"2026-03-02 0.00 first=yes", ""}}},
	{"least total", []string{one, "BIG bonus | points=50 | scope=min_total=50.00"}, [][2]string{
		{"2026-03-02 49.99", "49"}, {"2026-03-02 50.00", "50 *BIG:50"}, {"2026-03-02 50.01", "50 *BIG:50"}, {"2026-03-02 50.00 points=50.00", "*BIG:50"},
		{"2026-03-02 SERUM:60.00 net=49.00", "49"}}},
	{"multipliers", []string{one, double}, [][2]string{{"2026-03-02 10.00", "20"}, {"2026-03-02 0.50", "1"}, {"2026-03-02 0.49", ""}, {"2026-03-02 10.75", "21"}}},
	{"multipliers add up", []string{one, double, "TRIPLE multiplier | factor=3"}, [][2]string{{"2026-03-02 10.00", "40"}, {"2026-03-02 10.00 tier=GOLD*1.5", "45"}}},
	{"a multiplier that keeps out others", []string{one, "A multiplier | factor=2 | stacking=only | priority=1", "B multiplier | factor=3"}, [][2]string{
		{"2026-03-02 10.00", "20"}, {"2026-03-02 10.00 tier=GOLD*1.5", "20"}}},
	{"a multiplier behind others", []string{one, "A multiplier | factor=2 | stacking=only", "B multiplier | factor=3 | priority=1"}, [][2]string{{"2026-03-02 10.00", "40"}}},
	{"a multiplier of some lines", []string{one, "NEW multiplier | factor=1.5 | scope=tag=new"}, [][2]string{
		{"2026-03-02 SERUM:10.00 CREAM:10.00", "25"}, {"2026-03-02 SERUM:1.00 CREAM:0.50", "2"}, {"2026-03-02 20.00", "20"}, {"2026-03-02 SERUM:10.00 CREAM:10.00 points=10.00", "12"}}},
	{"a multiplier that keeps out others on its lines", []string{one, "NEW multiplier | factor=2 | scope=tag=new | stacking=only | priority=1", "ALL multiplier | factor=3"}, [][2]string{
		{"2026-03-02 SERUM:10.00 CREAM:10.00", "50"}}},
	{"a factor below one", []string{one, "HALF multiplier | factor=0.5"}, [][2]string{{"2026-03-02 10.00", "5"}, {"2026-03-02 0.01", ""}, {"2026-03-02 10.00 tier=GOLD*2", "15"}}},
	{"factors below one never take more than all", []string{one, "A multiplier | factor=0", "B multiplier | factor=0.5"}, [][2]string{{"2026-03-02 10.00", ""}, {"2026-03-02 10.00 tier=GOLD*1.5", "5"}}},
	{"a multiplier of no rate", []string{double}, [][2]string{{"2026-03-02 10.00", ""}}},
	{"a multiplier of a rate for some", []string{"V rate | points=2 | per=1.00 | scope=cause=vegan", double}, [][2]string{{"2026-03-02 SERUM:10.00 CREAM:10.00", "40"}}},
	{"bonuses", []string{"A bonus | points=10", "B bonus | points=20"}, [][2]string{{"2026-03-02 1.00", "*A:10 *B:20"}, {"2026-03-02 0.00", ""}, {"2026-03-02 -1.00", ""}}},
	{"a bonus that keeps out others", []string{"A bonus | points=10 | stacking=only | scope=min_total=50.00", "B bonus | points=20"}, [][2]string{{"2026-03-02 60.00", "*A:10"}, {"2026-03-02 40.00", "*B:20"}}},
	{"a bonus for a line", []string{"V bonus | points=7 | scope=cause=vegan"}, [][2]string{
		{"2026-03-02 SERUM:1.00", "*V:7"}, {"2026-03-02 SERUM:1.00 SOAP:1.00", "*V:7"}, {"2026-03-02 CREAM:1.00", ""}, {"2026-03-02 CREAM:5.00 SERUM:0.00", ""}, {"2026-03-02 5.00", ""}}},
	{"a bonus of nothing", []string{"Z bonus | points=0"}, [][2]string{{"2026-03-02 10.00", ""}}},
	{"a bonus with a cap", []string{"B bonus | points=30 | cap=50 | cap_per=month"}, [][2]string{
		{"2026-03-02 1.00", "*B:30"}, {"2026-03-02 1.00 used=B:20", "*B:30"}, {"2026-03-02 1.00 used=B:30", "*B:20"}, {"2026-03-02 1.00 used=B:49", "*B:1"}, {"2026-03-02 1.00 used=B:50", ""},
		{"2026-03-02 1.00 used=B:80", ""}, {"2026-03-02 1.00 used=OTHER:80", "*B:30"}}},
	{"a rate with a cap", []string{"R rate | points=1 | per=1.00 | cap=50 | cap_per=day"}, [][2]string{
		{"2026-03-02 49.99", "+R:49"}, {"2026-03-02 50.00", "+R:50"}, {"2026-03-02 50.99", "+R:50"}, {"2026-03-02 80.00", "+R:50"}, {"2026-03-02 80.00 used=R:45", "+R:5"}, {"2026-03-02 80.00 used=R:50", ""}}},
	{"a rate with a cap beside one without", []string{"R rate | points=1 | per=2.00 | cap=50 | cap_per=day", "S rate | points=1 | per=2.00"}, [][2]string{
		{"2026-03-02 1.00", "1"}, {"2026-03-02 3.00", "2 +R:1"}, {"2026-03-02 200.00", "100 +R:50"}}},
	{"what multipliers multiply is within the cap", []string{"R rate | points=1 | per=1.00 | cap=50 | cap_per=day", double}, [][2]string{
		{"2026-03-02 40.00", "40 +R:40"}, {"2026-03-02 80.00", "50 +R:50"}, {"2026-03-02 80.00 used=R:50", ""}}},
	{"of some lines in proportion", []string{"R rate | points=1 | per=1.00 | cap=50 | cap_per=day", "NEW multiplier | factor=2 | scope=tag=new"}, [][2]string{
		{"2026-03-02 SERUM:60.00 CREAM:40.00", "30 +R:50"}, {"2026-03-02 SERUM:10.00 CREAM:20.00", "10 +R:30"}, {"2026-03-02 SERUM:20.00 CREAM:40.00", "16 +R:50"}}},
	{"a multiplier with a cap", []string{one, "M multiplier | factor=3 | cap=25 | cap_per=ever"}, [][2]string{
		{"2026-03-02 10.00", "10 +M:20"}, {"2026-03-02 12.50", "12 +M:25"}, {"2026-03-02 100.00", "100 +M:25"}, {"2026-03-02 100.00 used=M:25", "100"}}},
	{"terms of its own", []string{one, "DEC multiplier | factor=2 | expiry=1m"}, [][2]string{{"2026-03-02 10.50", "11 +DEC:10"}, {"2026-03-02 0.50", "1"}}},
	{"parts that a factor below one leaves less than", []string{"R rate | points=1 | per=1.00 | pending=14", "H multiplier | factor=0.5"}, [][2]string{{"2026-03-02 10.00", "+R:5"}, {"2026-03-02 1.00", ""}}},
	{"days", []string{"A rate | points=1 | per=1.00 | until=2026-02-28", "A rate | points=2 | per=1.00 | from=2026-03-01 | until=2026-03-31", "A rate | points=3 | per=1.00 | from=2026-04-01"}, [][2]string{
		{"2000-01-01 10.00", "10"}, {"2026-02-28 10.00", "10"}, {"2026-03-01 10.00", "20"}, {"2026-03-31 10.00", "20"}, {"2026-04-01 10.00", "30"}, {"9999-12-31 10.00", "30"}}},
	{"the leap day", []string{one, "LEAP bonus | points=29 | from=2024-02-29 | until=2024-02-29"}, [][2]string{{"2024-02-28 5.00", "5"}, {"2024-02-29 5.00", "5 *LEAP:29"}, {"2024-03-01 5.00", "5"}}},
	{"events give nothing for orders", []string{"W event | event=welcome | points=50", one}, [][2]string{{"2026-03-02 5.00", "5"}}},
	{"huge figures stay exact", []string{"X rate | points=999999999999 | per=0.01"}, [][2]string{{"2026-03-02 0.01", "999999999999"}, {"2026-03-02 9999999999.99", "1000000000000"}}},
	{"much at once", []string{"A rate | points=1 | per=1.00 | priority=3", "V rate | points=1 | per=1.00 | scope=cause=vegan | priority=1", double + " | scope=brand=Sol", "BIG bonus | points=10 | scope=min_total=30.00"}, [][2]string{
		// A 10+10+10, V 10+10 (serum, soap), doubled: cream 10, soap 20; the tier adds a tenth of 50
		{"2026-03-02 SERUM:10.00 CREAM:10.00 SOAP:10.00 tier=GOLD*1.1", "85 *BIG:10"}, {"2026-03-02 SERUM:10.00 CREAM:10.00 SOAP:9.99", "79"}}},
}

func TestEarned(t *testing.T) {
	n := 0
	for _, group := range slices.Concat(earnCases, moreEarnCases) {
		plan := planOf(t, group.rules...)
		for _, c := range group.cases {
			n++
			o := purchaseOf(c[0])
			require.Equal(t, c[1], show(Earned(plan, o)), "%s: %s", group.name, c[0])
			o.Explain = true
			award := Earned(plan, o)
			require.Equal(t, c[1], show(award), "explained, %s: %s", group.name, c[0])
			require.NotEmpty(t, award.Steps)
			if points, plain := plan.plain(o.Day, o.Net); plain && o.ByPoints == 0 && o.Tier == "" && len(o.Lines) == 0 {
				require.Equal(t, award.Points(), max(points, 0), "plain, %s: %s", group.name, c[0])
			}
			slices.Reverse(o.Lines)
			require.Equal(t, c[1], show(Earned(plan, o)), "lines reversed, %s: %s", group.name, c[0])
		}
	}
	require.GreaterOrEqual(t, n, 200)
}

// The steps give figures that can be reckoned after: rule by rule, and why one gives nothing.
func TestEarnedSteps(t *testing.T) {
	plan := planOf(t, "BASE rate | points=1 | per=3.00", "VEGAN rate | points=1 | per=1.00 | scope=cause=vegan | cap=20 | cap_per=month", "WEB multiplier | factor=2 | scope=channel=web", "NEW multiplier | factor=1.5 | scope=tag=new",
		"BIG bonus | points=50 | scope=min_total=200.00", "HELLO bonus | points=10 | scope=first_order=yes", "MON bonus | points=5 | scope=weekday=mon", "GONE bonus | points=5 | until=2025-12-31")
	o := purchaseOf("2026-03-02 SERUM:30.00 CREAM:20.00 points=10.00 channel=shop tier=GOLD*1.1 used=VEGAN:5")
	o.Explain = true
	award := Earned(plan, o)
	var got []string
	for _, s := range award.Steps {
		code := ""
		if s.Rule != nil {
			code = " " + s.Rule.Code
		}
		got = append(got, fmt.Sprintf("%s%s: %d %s (%s)", s.What, code, s.Money, s.Points, s.Why))
	}
	require.Equal(t, []string{
		"money: 4000  (50.00 less 10.00 that points paid)",
		"rate BASE: 4000 13.3333… (1 for every 3.00 of 40.00)",
		"rate VEGAN: 2400 15 (1 for every 1.00 of 24.00; 24, but of 20 a month 15 were left)",
		"multiplier WEB: 0 0 (channel is shop, it needs web)",
		"multiplier NEW: 0 11.5 (1.5 times what the rates give)", // half of 24/3 + 15
		"tier: 0 2.8333… (in the tier GOLD: 1.1 times what the rates give)",
		"rounded: 0 42 (42.6666…, rounded down once for the order)",
		"bonus BIG: 0 0 (the order comes to 50.00, it needs 200.00)",
		"bonus HELLO: 0 0 (it is not her first order)",
		"bonus MON: 0 5 (for the order)",
	}, got)
	require.Equal(t, "27 +VEGAN:15 *MON:5", show(award))
}
