package cli

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// shownRewards is how many rewards, and how many days on which points expire, a statement names.
const shownRewards = 8

// statementWriter writes the figures of a statement as its reader does.
type statementWriter struct {
	statement *loyalty.Statement
	setting   sheet.Setting
	language  string
	words     map[string]string
}

func newStatementWriter(st *loyalty.Statement, setting sheet.Setting) *statementWriter {
	w := &statementWriter{statement: st, setting: setting, language: render.DocumentLanguage(st.Language, setting.Locale)}
	if render.DocumentLanguage(setting.Locale) != w.language {
		w.setting.Locale = w.language // figures are read like the words around them
	}
	w.words = render.StatementWords(w.language)
	return w
}

func (w *statementWriter) page(seller book.Seller) *render.Statement {
	st := w.statement
	p := &render.Statement{Language: w.language, Words: w.words, Title: w.words["title"], Name: st.Name, On: w.day(st.On), Points: w.figure(st.Standing.Usable),
		Unit: w.unit(st.Standing.Usable) + " " + w.words["to_spend"]}
	p.Seller = render.Party{Name: seller.Name, Lines: filledLines([]string{seller.Email, seller.Phone})}
	if st.Value != 0 {
		p.Worth = w.say("worth", w.money(st.Value))
	}
	if s := &st.Standing; s.Pending > 0 {
		p.Remarks = append(p.Remarks, w.say("pending", w.points(s.Pending), w.day(s.NextOn)))
	}
	if st.Standing.Debt > 0 {
		p.Remarks = append(p.Remarks, w.say("debt", w.points(st.Standing.Debt)))
	}
	w.goals(p)
	p.Lists = []render.StatementList{{Title: w.words["vouchers"], Rows: w.vouchers()}, {Title: w.words["lapsing"], Rows: w.lapsing()},
		{Title: w.words["rewards"], Rows: w.rewards()}, {Title: w.words["moves"], Rows: w.moves()}}
	return p
}

// goals are the next reward and the next tier.
func (w *statementWriter) goals(p *render.Statement) {
	st := w.statement
	if r := st.Next; r != nil {
		p.Goals = append(p.Goals, render.StatementGoal{Label: w.words["next_reward"], Name: r.Name, Missing: w.say("missing", w.points(st.Missing(r))),
			Percent: percentOf(st.Standing.Usable, r.Points)})
	}
	if !st.Tiered {
		return
	}
	goal := render.StatementGoal{Label: w.words["tier"], Name: st.Rung.Tier.Name, Percent: -1}
	if goal.Name == "" {
		goal.Name = w.words["no_tier"]
	}
	switch next := st.Rung.Next; {
	case next.Code != "":
		missing := w.points(st.Rung.Missing)
		if st.Spent {
			missing = w.money(money.Amount(st.Rung.Missing))
		}
		goal.Missing, goal.Percent = w.say("next_tier", missing, next.Name), percentOf(st.Rung.Value, next.Threshold)
	case st.Rung.Tier.Code != "":
		goal.Missing, goal.Percent = w.words["top_tier"], 100
	}
	if st.Rung.Kept {
		goal.Missing = strings.Join(filledLines([]string{w.say("kept_until", w.day(st.Rung.KeptUntil)), goal.Missing}), "; ")
	}
	p.Goals = append(p.Goals, goal)
	p.Benefits = filledLines(addressLines(st.Rung.Tier.Benefits))
}

// percentOf is how much of the way is done, from 0 to 100.
func percentOf(done, whole int64) int {
	if done <= 0 || whole <= 0 {
		return 0
	}
	return int(min(1, float64(done)/float64(whole)) * 100)
}

func (w *statementWriter) vouchers() (rows []render.StatementRow) {
	for _, x := range w.statement.Vouchers {
		row := render.StatementRow{What: x.Code, Note: x.Reward.Name, Code: true}
		if x.ExpiresOn != 0 {
			row.Note += ", " + w.say("until", w.day(x.ExpiresOn))
		}
		rows = append(rows, row)
	}
	return rows
}

func (w *statementWriter) lapsing() (rows []render.StatementRow) {
	for _, l := range w.statement.Lapsing[:min(len(w.statement.Lapsing), shownRewards)] {
		rows = append(rows, render.StatementRow{What: w.say("until", w.day(l.On)), Figure: w.points(l.Points)})
	}
	return rows
}

func (w *statementWriter) rewards() (rows []render.StatementRow) {
	st := w.statement
	for i := range st.Rewards[:min(len(st.Rewards), shownRewards)] {
		r := &st.Rewards[i]
		row := render.StatementRow{What: r.Name, Figure: w.points(r.Points), Note: w.words["ready"], Strong: true}
		if missing := st.Missing(r); missing > 0 {
			row.Note, row.Strong = w.say("missing", w.points(missing)), false
		}
		rows = append(rows, row)
	}
	return rows
}

func (w *statementWriter) moves() (rows []render.StatementRow) {
	for i := range w.statement.Moves {
		e := &w.statement.Moves[i]
		row := render.StatementRow{What: w.words["move_"+string(e.Kind)], Note: w.day(e.On), Figure: w.figure(e.Points)}
		if e.Points > 0 {
			row.Figure, row.Strong = "+"+row.Figure, true
		}
		if name := w.statement.Taken[e.ID]; name != "" {
			row.What += ": " + name
		}
		rows = append(rows, row)
	}
	return rows
}

// say fills in a phrase.
func (w *statementWriter) say(word string, figures ...any) string {
	return fmt.Sprintf(w.words[word], figures...)
}

func (w *statementWriter) day(d dates.Date) string {
	year, month, day := d.Civil()
	return render.DocumentDay(w.language, year, month, day)
}

func (w *statementWriter) figure(n int64) string { return sheet.Plain(sheet.Int(n), w.setting) }

// points is a number of points in words.
func (w *statementWriter) points(n int64) string { return w.figure(n) + "\u00a0" + w.unit(n) }

func (w *statementWriter) unit(n int64) string {
	if n == 1 || n == 0 && w.language == "fr" {
		return w.words["point"]
	}
	return w.words["points"]
}

func (w *statementWriter) money(a money.Amount) string {
	return render.DocumentMoney(w.language, sheet.Plain(sheet.Money(a), w.setting), w.setting.Currency.Code)
}
