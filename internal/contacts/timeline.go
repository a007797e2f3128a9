package contacts

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Timeline is everything dated about a customer up to a day, the latest first: what was said, set and done, her cases, her
// orders, what she allowed and answered to surveys, how far she came and who looked after her.
func Timeline(v *book.View, customer int64, asOf dates.Date) ([]Moment, error) {
	var all []Moment
	for m, err := range Conversation(v, customer, asOf) {
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	for step, err := range CaseTimeline(v, customer, asOf) {
		if err != nil {
			return nil, err
		}
		all = append(all, step.moment(v.Settings()))
	}
	for _, facts := range []func(*book.View, int64, dates.Date) ([]Moment, error){orderMoments, ownMoments} {
		more, err := facts(v, customer, asOf)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	slices.SortStableFunc(all, func(a, b Moment) int { return cmp.Compare(b.On, a.On) })
	return all, nil
}

// moment is a step of a case as a line of the timeline.
func (s *CaseStep) moment(book book.Settings) Moment {
	text := s.Case.Topic
	if s.Text != "" && s.Text != text {
		text += ": " + s.Text
	}
	if s.Handler != "" {
		text += ", " + s.Handler
	}
	return Moment{On: dates.Of(s.At, book.Zone), Kind: strings.TrimSpace(s.Case.Kind + " " + s.Kind), ID: s.Case.ID, Text: text}
}

// orderMoments are her orders: those that count, and what became of the others.
func orderMoments(v *book.View, customer int64, asOf dates.Date) ([]Moment, error) {
	currency := v.Settings().Currency
	return book.All(v, func(row book.Scanner) (m Moment, err error) {
		var day, what, channel string
		var total int64
		if err = row.Scan(&day, &m.ID, &what, &total, &channel); err != nil {
			return m, err
		}
		m.Kind, m.Text = what, fmt.Sprintf("%s %s", currency.Format(money.Amount(total)), currency.Code)
		if channel != "" {
			m.Text += ", " + channel
		}
		m.On, err = dates.ParseISO(day)
		return m, err
	}, `SELECT day, id, what, total, ifnull(channel, '') FROM (
			SELECT ordered_on AS day, id, CASE WHEN total < 0 THEN 'return' WHEN is_history OR confirmed_on IS NOT NULL THEN 'order' ELSE 'quote' END AS what,
				total, channel FROM orders WHERE customer_id = ?1 AND ordered_on <= ?2
			UNION ALL SELECT cancelled_on, id, 'order cancelled', total, channel FROM orders WHERE customer_id = ?1 AND cancelled_on <= ?2
			UNION ALL SELECT returned_on, id, 'order returned', total, channel FROM orders WHERE customer_id = ?1 AND returned_on <= ?2 AND total > 0)
		ORDER BY day DESC, id DESC`, customer, asOf.String())
}

// ownMoments are what changed about herself.
func ownMoments(v *book.View, customer int64, asOf dates.Date) ([]Moment, error) {
	return book.All(v, func(row book.Scanner) (m Moment, err error) {
		var day string
		if err = row.Scan(&day, &m.Kind, &m.ID, &m.Text); err != nil {
			return m, err
		}
		m.On, err = dates.ParseISO(day)
		return m, err
	}, `SELECT day, what, id, ifnull(text, '') FROM (
			SELECT given_on AS day, iif(granted, 'consent', 'no consent') AS what, id, channel || ', ' || purpose || ifnull('; ' || source, '') AS text
				FROM consents WHERE customer_id = ?1 AND given_on <= ?2
			UNION ALL SELECT since_on, 'stage', id, ifnull(stage, 'none') FROM customer_stages WHERE customer_id = ?1 AND since_on <= ?2
			UNION ALL SELECT s.since_on, 'consultant', s.id, ifnull(k.name, 'none') FROM customer_consultants s LEFT JOIN consultants k ON k.id = s.consultant_id
				WHERE s.customer_id = ?1 AND s.since_on <= ?2
			UNION ALL SELECT min(a.answered_on), 'survey', i.id, s.name || ', ' || i.wave || ': ' || group_concat(ifnull(q.kind || ' ' || a.score, a.text), '; ' ORDER BY q.position)
				FROM survey_invitations i JOIN surveys s ON s.id = i.survey_id JOIN survey_answers a ON a.invitation_id = i.id JOIN survey_questions q ON q.id = a.question_id
				WHERE i.customer_id = ?1 AND a.answered_on <= ?2 GROUP BY i.id
			UNION ALL SELECT created_on, 'created', id, ifnull(source, '') FROM customers WHERE id = ?1 AND created_on <= ?2
			UNION ALL SELECT archived_on, 'removed', id, '' FROM customers WHERE id = ?1 AND archived_on <= ?2)
		ORDER BY day DESC, what DESC, id DESC`, customer, asOf.String())
}
