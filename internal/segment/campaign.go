package segment

import (
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// campaign compiles what she did with what was sent to her: of some campaigns, of any, or of anything at all. What
// bounced was not received.
func (c *compiler) campaign(p *campaign) (*leaf, error) {
	days, err := c.windows(p.Window)
	if err != nil {
		return nil, err
	}
	if days.To == 0 || days.To > c.day {
		days.To = c.day
	}
	var which expr
	switch {
	case p.Names != nil:
		ids, err := c.campaigns(p.Names)
		if err != nil {
			return nil, err
		}
		which = among("m.campaign_id", ids)
	case p.Word:
		which = sql("m.campaign_id IS NOT NULL")
	}
	from := expr{sql: `messages m JOIN message_events e ON e.message_id = m.id WHERE e.kind = ?`, args: []any{strings.ToLower(p.Verb)}}
	if strings.EqualFold(p.Verb, "received") {
		_, end := c.instants(dates.Range{To: c.day})
		from = sql(`messages m JOIN message_steps e ON e.message_id = m.id WHERE e.kind = 'sent'
			AND NOT EXISTS (SELECT 1 FROM message_events b WHERE b.message_id = m.id AND b.kind = 'bounced' AND b.at < ?)`, end)
	}
	begin, end := c.instants(days)
	rest := and(sql("e.at >= ? AND e.at < ?", begin, end), which)
	from = expr{from.sql + " AND " + rest.sql, slices.Concat(from.args, rest.args)}
	return &leaf{expr: expr{`c.id IN (SELECT m.customer_id FROM ` + from.sql + `)`, from.args},
		shows: shown{expr: expr{`(SELECT CASE WHEN count(*) > 0 THEN count(*) || iif(count(*) = 1, ' time', ' times') || ', last ' || substr(max(e.at), 1, 10) END
			FROM ` + from.sql + ` AND m.customer_id = c.id)`, from.args}}}, nil
}

// instants are the first instant of a stretch of days in the book's zone, and the first after it.
func (c *compiler) instants(days dates.Range) (begin, end string) {
	zone := c.view.Settings().Zone
	instant := func(d dates.Date) string {
		y, m, day := d.Civil()
		return time.Date(y, m, day, 0, 0, 0, 0, zone).UTC().Format(time.RFC3339)
	}
	if days.From != 0 {
		begin = instant(days.From)
	}
	if next := days.To.AddDays(1); next != 0 {
		return begin, instant(next)
	}
	return begin, "9999-12-31T23:59:59Z"
}

// campaigns are the ids of campaigns by ref or name.
func (c *compiler) campaigns(l *list) ([]int64, error) {
	type known struct {
		id        int64
		ref, name string
	}
	there, err := book.All(c.view, func(row book.Scanner) (k known, err error) {
		err = row.Scan(&k.id, &k.ref, &k.name)
		return k, err
	}, `SELECT id, ref, name FROM campaigns ORDER BY id`)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, v := range l.Values {
		text, err := c.bare(v)
		if err != nil {
			return nil, err
		}
		found := false
		var names []string
		for _, k := range there {
			names = append(names, k.ref, k.name)
			if w := book.Fold(text); book.Fold(k.ref) == w || book.Fold(k.name) == w {
				ids, found = append(ids, k.id), true
			}
		}
		if !found {
			return nil, c.missing(v.Pos, namedHint(text, names, "perla campaign list"), "there is no campaign %.40q", text)
		}
	}
	return ids, nil
}

// surveyField tests the last score she gave by the day, in any survey or, as nps.CODE, in one.
func (c *compiler) surveyField(f *field) (*leaf, error) {
	kind, code, one := strings.Cut(f.Name, ".")
	which, args := "", []any{kind, c.day.String()}
	if one {
		there, err := book.All(c.view, book.Scalar[string], `SELECT code FROM surveys ORDER BY code`)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(there, func(s string) bool { return book.Fold(s) == book.Fold(code) })
		if i < 0 {
			return nil, c.missing(f.Pos, namedHint(code, there, "perla survey list"), "there is no survey %.40q", code)
		}
		which, args = ` AND s.code = ?`, append(args, there[i])
	}
	return c.figure(f, sql(`(SELECT a.score FROM survey_invitations i JOIN survey_answers a ON a.invitation_id = i.id
		JOIN survey_questions q ON q.id = a.question_id JOIN surveys s ON s.id = i.survey_id
		WHERE i.customer_id = c.id AND q.kind = ? AND a.score IS NOT NULL AND a.answered_on <= ?`+which+`
		ORDER BY a.answered_on DESC, a.id DESC LIMIT 1)`, args...), false, c.number)
}
