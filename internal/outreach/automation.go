package outreach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/segment"
)

// Automation is what is said by itself to each customer to whom something happens.
type Automation struct {
	ID         int64
	Code       string
	Name       string
	Trigger    string // the name of one of Triggers
	Template   string // its code
	TemplateID int64
	Survey     string // the code of the survey that is asked with it; "" for none
	SurveyID   int64
	Product    string // the sku it is about alone; "" for any
	ProductID  int64
	Channel    string     // one of Channels
	Days       int64      // what the trigger counts by
	Delay      int64      // days it waits after what happened
	QuietFrom  string     // HH:MM from which nothing leaves, up to QuietUntil; "" for never
	QuietUntil string     // HH:MM
	Cap        int64      // most messages a customer gets in CapDays, of whatever kind; 0 is any number
	CapDays    int64      // days, the present one among them
	Filter     string     // who is meant, in the language of filters; "" for everybody
	ActiveFrom dates.Date // what happened before is none of its business
	Paused     dates.Date // 0 while it is at work
	CreatedOn  dates.Date

	Status string // active, waiting for its first day, or paused
	Noted  int64  // occasions it has seen
	Queued int64  // and of these, those it said something at
}

// Trigger is one of the things that can happen to a customer.
type Trigger struct {
	Name    string
	What    string
	Days    int64 // how many it counts by where nobody says; noDays where it counts none
	Product bool  // it can be about one product alone
}

const noDays = -1

// Triggers are all triggers there are.
var Triggers = []Trigger{
	{"welcome", "she came into the book", noDays, false},
	{"first_purchase", "her first purchase", noDays, true},
	{"after_purchase", "DAYS after each purchase", 14, true},
	{"birthday", "her birthday, or DAYS before", 0, false},
	{"anniversary", "each year after her first purchase, or DAYS before", 0, false},
	{"abandoned_quote", "a quote of which nobody spoke for DAYS", 7, false},
	{"order_shipped", "her order left", noDays, true},
	{"order_delayed", "her order has not left DAYS after it was confirmed", 5, true},
	{"inactive_fixed", "no purchase for more than DAYS", 90, false},
	{"inactive_rhythm", "no purchase for more than three of her usual gaps", noDays, false},
	{"inactive_model", "P(alive) fell below 0.5 (perla help clv)", noDays, false},
	{"at_risk", "P(alive) fell below 0.8", noDays, false},
	{"replenish", "DAYS before what she bought is used up", 7, true},
	{"points_expiring", "DAYS before the last day of points", 30, false},
	{"tier_reached", "she rose to a tier", noDays, false},
	{"survey", "DAYS after each purchase, to ask a survey", 10, true},
	{"interest_in_stock", "what she asked about can be had since", noDays, true},
}

// TriggerNames are the names of the triggers.
var TriggerNames = func() (names []string) {
	for _, t := range Triggers {
		names = append(names, t.Name)
	}
	return names
}()

func triggerOf(name string) (Trigger, bool) {
	i := slices.IndexFunc(Triggers, func(t Trigger) bool { return t.Name == name })
	if i < 0 {
		return Trigger{}, false
	}
	return Triggers[i], true
}

// CountsDays says whether the trigger counts by a number of days.
func (t *Trigger) CountsDays() bool { return t.Days != noDays }

// status is what an automation is on a day.
func (a *Automation) status(today dates.Date) string {
	switch {
	case !a.Paused.IsZero():
		return "paused"
	case a.ActiveFrom > today:
		return "waiting"
	}
	return "active"
}

const mostAutomationDays = 3660

// check refuses what cannot be.
func (a *Automation) check() error {
	trigger, known := triggerOf(a.Trigger)
	outside := func(n int64) bool { return n < 0 || n > mostAutomationDays }
	switch {
	case !known:
		e := a.wrong("trigger", fmt.Sprintf("%q is none of %s", a.Trigger, strings.Join(TriggerNames, ", ")), "")
		if near := fault.Nearest(a.Trigger, TriggerNames); near != "" {
			e.Hint = "did you mean " + near + "?"
		}
		return e
	case strings.TrimSpace(a.Name) == "":
		return a.wrong("name", "it is empty", "")
	case outside(a.Days):
		return a.wrong("days", fmt.Sprintf("%d is outside 0 to %d days", a.Days, mostAutomationDays), "")
	case outside(a.Delay):
		return a.wrong("delay", fmt.Sprintf("%d is outside 0 to %d days", a.Delay, mostAutomationDays), "")
	case !trigger.CountsDays() && a.Days != 0:
		return a.wrong("days", "the trigger "+a.Trigger+" counts by none", "to wait after what happened there is --delay")
	case a.Trigger == "inactive_fixed" && a.Days == 0:
		return a.wrong("days", "it takes 1 at least", "")
	case a.Product != "" && !trigger.Product:
		return a.wrong("product", "the trigger "+a.Trigger+" is about none", "")
	case a.Trigger == "survey" && a.Survey == "":
		return a.wrong("survey", "the trigger survey needs one", "list them with: perla survey list")
	case (a.Cap == 0) != (a.CapDays == 0) || outside(a.Cap) || outside(a.CapDays):
		return a.wrong("cap", "needed are two numbers above 0, as 2/30 for two messages in 30 days", "")
	}
	return a.checkQuiet()
}

func (a *Automation) checkQuiet() error {
	if a.QuietFrom == "" && a.QuietUntil == "" {
		return nil
	}
	for _, hour := range []string{a.QuietFrom, a.QuietUntil} {
		if _, err := time.Parse("15:04", hour); err != nil || len(hour) != 5 {
			return a.wrong("quiet", fmt.Sprintf("%q is no hour of the day", hour), "such as 21:00-09:00")
		}
	}
	if a.QuietFrom == a.QuietUntil {
		return a.wrong("quiet", "it would never speak", "to silence it: perla automation pause "+a.Code)
	}
	return nil
}

func (a *Automation) wrong(field, reason, hint string) *fault.Error {
	return &fault.Error{Kind: fault.Usage, Noun: "automation", Key: a.Code, Field: field, Reason: reason, Hint: hint}
}

func (a *Automation) conflict(reason, hint string) error {
	return &fault.Error{Kind: fault.Conflict, Noun: "automation", Key: a.Code, Reason: reason, Hint: hint}
}

const automationColumns = `a.id, a.code, a.name, a.trigger, t.code, a.template_id, ifnull(s.code, ''), ifnull(a.survey_id, 0), ifnull(g.sku, ''), ifnull(a.product_id, 0),
	a.channel, ifnull(a.days, 0), a.delay_days, ifnull(a.quiet_from, ''), ifnull(a.quiet_until, ''), ifnull(a.cap, 0), ifnull(a.cap_days, 0), ifnull(a.filter, ''),
	a.active_from_on, ifnull(a.paused_on, ''), a.created_on, (SELECT count(*) FROM automation_occasions o WHERE o.automation_id = a.id),
	(SELECT count(*) FROM messages m WHERE m.automation_id = a.id)
	FROM automations a JOIN templates t ON t.id = a.template_id LEFT JOIN surveys s ON s.id = a.survey_id LEFT JOIN products g ON g.id = a.product_id`

func scanAutomation(row book.Scanner) (a Automation, err error) {
	var days [3]string
	err = row.Scan(&a.ID, &a.Code, &a.Name, &a.Trigger, &a.Template, &a.TemplateID, &a.Survey, &a.SurveyID, &a.Product, &a.ProductID, &a.Channel, &a.Days, &a.Delay,
		&a.QuietFrom, &a.QuietUntil, &a.Cap, &a.CapDays, &a.Filter, &days[0], &days[1], &days[2], &a.Noted, &a.Queued)
	for i, d := range []*dates.Date{&a.ActiveFrom, &a.Paused, &a.CreatedOn} {
		*d, _ = dates.ParseISO(days[i]) // perla check proves the days of the book
	}
	return a, err
}

// Automations are all automations, by code.
func Automations(v *book.View) ([]Automation, error) {
	list, err := book.All(v, scanAutomation, `SELECT `+automationColumns+` ORDER BY a.code`)
	for i := range list {
		list[i].Status = list[i].status(v.Today())
	}
	return list, err
}

// FindAutomation is the automation of a code, or id:7.
func FindAutomation(v *book.View, selector string) (Automation, error) {
	list, err := Automations(v)
	if err != nil {
		return Automation{}, err
	}
	code := strings.Join(strings.Fields(book.Fold(selector)), "-")
	var codes []string
	for _, a := range list {
		if a.Code == code || selector == fmt.Sprintf("id:%d", a.ID) {
			return a, nil
		}
		codes = append(codes, a.Code)
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: "automation", Key: selector, Reason: "there is no such automation", Hint: "list them with: perla automation list"}
	if near := fault.Nearest(code, codes); near != "" {
		e.Hint = "did you mean " + near + "?"
	}
	return Automation{}, e
}

// settle completes an automation by its template, survey and product and refuses what cannot be.
func (a *Automation) settle(tx *book.Tx) error {
	if a.Name = strings.TrimSpace(a.Name); a.Name == "" {
		a.Name = a.Code
	}
	if err := a.check(); err != nil {
		return err
	}
	t, err := FindTemplate(tx.View, a.Template)
	switch {
	case err != nil:
		return err
	case !t.ArchivedOn.IsZero():
		return a.conflict("template "+t.Code+" was removed", "bring it back with: perla template restore "+t.Code)
	}
	a.Template, a.TemplateID, a.Channel = t.Code, t.ID, cmp.Or(a.Channel, t.Channel)
	if t.Channel != a.Channel {
		return a.wrong("template", fmt.Sprintf("template %s is for %s, the automation for %s", t.Code, t.Channel, a.Channel), "")
	}
	a.SurveyID = 0
	if a.Survey != "" {
		s, err := FindSurvey(tx.View, a.Survey, tx.Today())
		if err != nil {
			return err
		}
		a.Survey, a.SurveyID = s.Code, s.ID
	}
	a.ProductID = 0
	if a.Product != "" {
		id, found, err := book.One(tx.View, book.Scalar[int64], `SELECT id FROM products WHERE sku = ?`, a.Product)
		if err != nil {
			return err
		}
		if !found {
			return &fault.Error{Kind: fault.NotFound, Noun: "product", Key: a.Product, Reason: "there is no such product", Hint: "list them with: perla product list"}
		}
		a.ProductID = id
	}
	if a.ActiveFrom.IsZero() {
		a.ActiveFrom = tx.Today()
	}
	if a.Filter != "" {
		_, err = segment.Compile(tx.View, a.Filter, 0)
	}
	return err
}

// stored are the columns from name to paused_on, as AddAutomation and EditAutomation write them.
func (a *Automation) stored() []any {
	var days any
	if t, _ := triggerOf(a.Trigger); t.CountsDays() {
		days = a.Days
	}
	return []any{a.Name, a.Trigger, a.TemplateID, numberOrNull(a.SurveyID), numberOrNull(a.ProductID), a.Channel, days, a.Delay, orNull(a.QuietFrom), orNull(a.QuietUntil),
		numberOrNull(a.Cap), numberOrNull(a.CapDays), orNull(a.Filter), a.ActiveFrom.String(), dayOrNull(a.Paused)}
}

// AddAutomation writes a new automation. A code that is there already is a fault.Conflict.
func AddAutomation(tx *book.Tx, a Automation) (Automation, error) {
	code, err := codeOf(a.Code)
	if err != nil {
		return a, err
	}
	a.Code = code
	if err := a.settle(tx); err != nil {
		return a, err
	}
	id, err := tx.Insert(`INSERT INTO automations (code, name, trigger, template_id, survey_id, product_id, channel, days, delay_days, quiet_from, quiet_until, cap, cap_days, filter,
		active_from_on, paused_on, created_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, append(append([]any{a.Code}, a.stored()...), tx.Today().String())...)
	if fault.KindOf(err) == fault.Conflict {
		return a, a.conflict("there is one with this code", "see: perla automation show "+a.Code)
	}
	if err != nil {
		return a, err
	}
	return FindAutomation(tx.View, fmt.Sprintf("id:%d", id))
}

// EditAutomation writes an automation that was changed. What it has seen happen stays seen; its trigger can be another
// only while that is nothing, for the names of occasions are the trigger's.
func EditAutomation(tx *book.Tx, a Automation) (Automation, error) {
	old, err := FindAutomation(tx.View, fmt.Sprintf("id:%d", a.ID))
	if err != nil {
		return a, err
	}
	if err := a.settle(tx); err != nil {
		return a, err
	}
	if a.Trigger != old.Trigger && old.Noted > 0 {
		return a, a.conflict(fmt.Sprintf("has seen %d occasions of its trigger %s", old.Noted, old.Trigger), "make another one, and pause this")
	}
	if fmt.Sprint(old.stored()...) == fmt.Sprint(a.stored()...) {
		return old, nil
	}
	_, err = tx.Exec(`UPDATE automations SET name = ?, trigger = ?, template_id = ?, survey_id = ?, product_id = ?, channel = ?, days = ?, delay_days = ?, quiet_from = ?,
		quiet_until = ?, cap = ?, cap_days = ?, filter = ?, active_from_on = ?, paused_on = ? WHERE id = ?`, append(a.stored(), a.ID)...)
	if err != nil {
		return a, err
	}
	return FindAutomation(tx.View, fmt.Sprintf("id:%d", a.ID))
}

// PauseAutomation silences an automation: it sees nothing, and what it has put into the outbox waits there.
func PauseAutomation(tx *book.Tx, a Automation) (Automation, error) {
	if !a.Paused.IsZero() {
		return a, a.conflict(fmt.Sprintf("was paused on %s", a.Paused), "")
	}
	return a.turn(tx, tx.Today())
}

// ResumeAutomation takes a pause back.
func ResumeAutomation(tx *book.Tx, a Automation) (Automation, error) {
	if a.Paused.IsZero() {
		return a, a.conflict("is "+a.Status+", not paused", "")
	}
	return a.turn(tx, 0)
}

func (a *Automation) turn(tx *book.Tx, paused dates.Date) (Automation, error) {
	if _, err := tx.Exec(`UPDATE automations SET paused_on = ? WHERE id = ?`, dayOrNull(paused), a.ID); err != nil {
		return *a, err
	}
	return FindAutomation(tx.View, fmt.Sprintf("id:%d", a.ID))
}

// RemoveAutomation removes an automation that has seen nothing yet. What others have seen keeps them from seeing it again.
func RemoveAutomation(tx *book.Tx, a Automation) error {
	if a.Noted > 0 {
		return a.conflict(fmt.Sprintf("has seen %d occasions, which are kept", a.Noted), "silence it with: perla automation pause "+a.Code)
	}
	_, err := tx.Exec(`DELETE FROM automations WHERE id = ?`, a.ID)
	return err
}
