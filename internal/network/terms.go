package network

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Terms are how commissions are worked out in a period: those that hold on its last day.
type Terms struct {
	Marginal   bool         // commission by brackets of the period's sales, else at the rate of the level
	EarnAt     string       // one of EarnAts: when an order earns commission
	ActiveFrom money.Amount // a sponsor who sold less herself in the period is passed over by overrides
	Downgrade  Downgrade
	Ceiling    int64       // the most that all commissions on an order may be, in hundredths of a percent of it
	HasCeiling bool        // else there is none
	Levels     []Level     // the lowest first
	Brackets   []Bracket   // the lowest first
	Overrides  []int64     // hundredths of a percent, for the sponsor first, then for hers
	Incentives []Incentive // that end in the period
}

// EarnAts are the moments at which an order may earn commission, the default first.
var EarnAts = []string{"confirmed", "shipped", "invoiced", "paid"}

// Downgrade is how somebody who sells less loses her level. The zero value is at once.
type Downgrade struct {
	OneLevel bool  // at most one level a period
	Keep     int64 // a level is kept for so many periods after the one in which it was reached
}

// Level is a step of a consultant's way. Percentages are hundredths of a percent.
type Level struct {
	ID             int64
	Code           string
	Name           string
	Rank           int64 // order of the steps
	OwnSales       money.Amount
	GroupSales     money.Amount
	Course         int64 // she must have attended; 0 for none
	CourseCode     string
	Margin         int64 // on what she buys
	CommissionRate int64 // on what she sells
	PaymentDays    int64
}

// Bracket is a rate (hundredths of a percent) on the sales of a period above Floor, up to the next one's.
type Bracket struct {
	Floor money.Amount
	Rate  int64
}

// Incentive is a bonus.
type Incentive struct {
	ID      int64
	Code    string
	Name    string
	Kind    string // new_clients, product, contest
	Target  int64  // clients, or pieces
	Winners int64  // of a contest
	Product int64
	SKU     string // of the product
	Amount  money.Amount
	Days    dates.Range
}

// ReadTerms reads the terms of a period.
func ReadTerms(v *book.View, p Period) (t Terms, err error) {
	t.EarnAt, t.ActiveFrom = EarnAts[0], 1
	day := p.To.String()
	err = v.Each(func(r book.Row) error { return t.set(r.Text(0), r.Text(1)) }, `key, value`,
		`(SELECT s.key, s.value FROM network_settings s WHERE s.since_on = (SELECT max(since_on) FROM network_settings n WHERE n.key = s.key AND n.since_on <= ?) LIMIT -1)`, day)
	if err != nil {
		return t, err
	}
	const holds = `(from_on IS NULL OR from_on <= ?1) AND (until_on IS NULL OR until_on >= ?1)`
	if t.Levels, err = book.All(v, func(row book.Scanner) (l Level, err error) {
		err = row.Scan(&l.ID, &l.Code, &l.Name, &l.Rank, &l.OwnSales, &l.GroupSales, &l.Course, &l.CourseCode, &l.Margin, &l.CommissionRate, &l.PaymentDays)
		return l, err
	}, `SELECT l.id, l.code, l.name, l.rank, l.own_sales, l.group_sales, ifnull(l.course_id, 0), ifnull(c.code, ''), l.margin, l.commission_rate, l.payment_days
		FROM levels l LEFT JOIN courses c ON c.id = l.course_id WHERE `+holds+` ORDER BY l.rank, l.id`, day); err != nil {
		return t, err
	}
	if t.Brackets, err = book.All(v, func(row book.Scanner) (b Bracket, err error) {
		err = row.Scan(&b.Floor, &b.Rate)
		return b, err
	}, `SELECT floor_amount, rate FROM commission_brackets WHERE `+holds+` ORDER BY floor_amount, id`, day); err != nil {
		return t, err
	}
	for o, err := range book.Query(v, func(row book.Scanner) (o [2]int64, err error) {
		err = row.Scan(&o[0], &o[1])
		return o, err
	}, `SELECT depth, rate FROM commission_overrides WHERE `+holds+` ORDER BY depth, id`, day) {
		if err != nil {
			return t, err
		}
		for int64(len(t.Overrides)) < o[0] {
			t.Overrides = append(t.Overrides, 0)
		}
		t.Overrides[o[0]-1] = o[1]
	}
	t.Incentives, err = readIncentives(v, `until_on BETWEEN ? AND ?`, p.From.String(), day)
	return t, err
}

func readIncentives(v *book.View, where string, args ...any) ([]Incentive, error) {
	return book.All(v, func(row book.Scanner) (i Incentive, err error) {
		var from, until string
		err = row.Scan(&i.ID, &i.Code, &i.Name, &i.Kind, &i.Target, &i.Winners, &i.Product, &i.SKU, &i.Amount, &from, &until)
		i.Days.From, _ = dates.ParseISO(from)
		i.Days.To, _ = dates.ParseISO(until)
		return i, err
	}, `SELECT i.id, i.code, i.name, i.kind, ifnull(i.target, 0), ifnull(i.winners, 0), ifnull(i.product_id, 0), ifnull(p.sku, ''), i.amount, i.from_on, i.until_on
		FROM incentives i LEFT JOIN products p ON p.id = i.product_id WHERE `+where+` ORDER BY i.id`, args...)
}

// deepestOverride keeps a depth from filling the memory.
const deepestOverride = 1000

// set takes the value of a setting as the book has it.
func (t *Terms) set(key, value string) (err error) {
	switch key {
	case "commission":
		t.Marginal = value == "marginal"
	case "earn_at":
		t.EarnAt = strings.Clone(value)
	case "active_from":
		var n int64
		n, err = strconv.ParseInt(value, 10, 64)
		t.ActiveFrom = money.Amount(n)
	case "ceiling": // nothing takes it away
		if t.HasCeiling = value != ""; t.HasCeiling {
			t.Ceiling, err = strconv.ParseInt(value, 10, 64)
		}
	case "downgrade":
		t.Downgrade, err = parseDowngrade(value)
	}
	if err != nil {
		return &fault.Error{Kind: fault.BookUnusable, Noun: "setting of the network", Key: key, Reason: fmt.Sprintf("%q is none", value)}
	}
	return nil
}

// parseDowngrade reads at_once, one_level, or keep N, which may say keep_cycles.
func parseDowngrade(text string) (d Downgrade, err error) {
	switch text = strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(text), "_", " ")), " "); text {
	case "at once":
		return d, nil
	case "one level":
		return Downgrade{OneLevel: true}, nil
	}
	if number, keep := strings.CutPrefix(text, "keep "); keep {
		if n, err := strconv.ParseInt(strings.TrimPrefix(number, "cycles "), 10, 64); err == nil && n > 0 && n <= longestKeep {
			return Downgrade{Keep: n}, nil
		}
	}
	return d, fmt.Errorf("not at_once, one_level, or keep N with 1 to %d periods", longestKeep)
}

// longestKeep is for how many periods a level may be kept: all of them are read.
const longestKeep = 60

// String writes a rule as parseDowngrade reads it.
func (d Downgrade) String() string {
	switch {
	case d.OneLevel:
		return "one_level"
	case d.Keep > 0:
		return "keep " + strconv.FormatInt(d.Keep, 10)
	}
	return "at_once"
}

// periods is how many periods, the one itself among them, decide on a level.
func (t *Terms) periods() int {
	switch {
	case t.Downgrade.OneLevel:
		return max(1, len(t.Levels))
	case t.Downgrade.Keep > 0:
		return int(t.Downgrade.Keep) + 1
	}
	return 1
}

// Term is one rule as it is listed and set: what it is called, its value, and the days between which it holds.
type Term struct {
	Key   string // commission, bracket.10000, override.1, level.gold.commission_rate
	Value string
	Days  dates.Range // 0 where it is open
}

// settingKeys are the keys of network_settings.
var settingKeys = []string{"commission", "earn_at", "active_from", "downgrade", "ceiling"}

// levelKeys are the fields of a level, as level.CODE.FIELD, and whether each is money, a percentage, a number or a text.
var levelKeys = []struct{ name, column, kind string }{
	{"name", "name", "text"}, {"rank", "rank", "number"}, {"own_sales", "own_sales", "money"}, {"group_sales", "group_sales", "money"},
	{"course", "course_id", "course"}, {"margin", "margin", "percent"}, {"commission_rate", "commission_rate", "percent"}, {"payment_days", "payment_days", "number"},
}

// keysKnown are all that a term may be called, for an error that names the nearest.
func keysKnown() []string {
	keys := slices.Clone(settingKeys)
	keys = append(keys, "bracket.AMOUNT", "override.DEPTH")
	for _, k := range levelKeys {
		keys = append(keys, "level.CODE."+k.name)
	}
	return keys
}
