package segment

import (
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
)

// fieldKind is a field of the language: its name, a line for help and what makes a condition of a test of it.
type fieldKind struct {
	name, help string
	compile    func(c *compiler, f *field) (*leaf, error)
}

// fields are all fields, in the order of help. Beside them there are attr.KEY, in segment, bought and the verbs of
// campaigns, which the grammar knows.
func fields() []fieldKind {
	text := func(column string) func(*compiler, *field) (*leaf, error) {
		return func(c *compiler, f *field) (*leaf, error) { return c.textField(f, "c."+column) }
	}
	return []fieldKind{
		{"name", "her name; accents and case never count in texts", (*compiler).nameField},
		{"kind", "person or company", enumField("c.kind", contacts.Kinds)},
		{"stage", "lead, prospect, customer or lost", (*compiler).stageField},
		{"city", "and address, postcode, region, country: where she lives", text("city")},
		{"address", "", text("address")},
		{"postcode", "", text("postcode")},
		{"region", "", text("region")},
		{"country", "", text("country")},
		{"language", "that she is written to in", text("language")},
		{"preferred_channel", "how she likes to be reached", text("preferred_channel")},
		{"sector", "and life_moment, source, notes: what is written of her", text("sector")},
		{"life_moment", "", text("life_moment")},
		{"source", "", text("source")},
		{"notes", "", text("notes")},
		{"email", "and phone, ref, ref_source: e-mail is empty, ref = 'C-1007'", (*compiler).emailField},
		{"phone", "", (*compiler).phoneField},
		{"ref", "", text("ref")},
		{"ref_source", "", text("ref_source")},
		{"id", "the number of her record", numberField("c.id")},
		{"tag", "any of her tags: tag:vip, tag in (vip, gold), tag is empty", (*compiler).tagField},
		{"attr", "attr.KEY, any of the values of an attribute: attr.skin = dry", (*compiler).attributeField},
		{"consultant", "hers, by ref or name; consultant is empty", (*compiler).consultantField},
		{"company", "hers, and referred_by, who brought her: by name", relativeField("c.company_id")},
		{"referred_by", "", relativeField("c.referred_by_id")},
		{"consent", "channels she may be written to for marketing: consent:email", consentField("marketing")},
		{"consent.service", "the same for service", consentField("service")},
		{"birthday", "birthday within 7 days, birthday during 2026-05", (*compiler).birthdayField},
		{"created_on", "since when she is known", dateField("c.created_on")},
		{"last_contact", "the last time she was spoken to", (*compiler).lastContactField},
		{"contact_every", "days between contacts that are wanted", daysField("c.contact_every")},
		{"potential_value", "what she could spend in a year", moneyField("c.potential_value")},
		{"orders", "how many purchases; orders >= 3 within 90 days", (*compiler).ordersField},
		{"spent", "net of tax, shipping, returns; spent > 300 since 2026-01-01", (*compiler).spentField},
		{"last_order", "day of her last purchase: last_order < 60d ago", (*compiler).lastOrderField},
		{"first_order", "day of her first purchase: first_order within 30 days", (*compiler).firstOrderField},
		{"interval", "mean days between her days of purchase", (*compiler).intervalField},
		{"rfm", "her segment in perla report rfm: rfm in (champions, loyal)", (*compiler).rfmField},
		{"rfm.r", "and rfm.f, rfm.m, rfm.score: her scores", (*compiler).rfmField},
		{"rfm.f", "", (*compiler).rfmField},
		{"rfm.m", "", (*compiler).rfmField},
		{"rfm.score", "", (*compiler).rfmField},
		{"service_level", "A, B or C in perla report value: service_level in (A, B)", (*compiler).levelField},
		{"points", "that she can spend; points >= 500", (*compiler).pointsField},
		{"nps", "her last score in a survey, 0 to 10; nps.CODE in one survey", (*compiler).surveyField},
		{"satisfaction", "and effort: the same, 1 to 5 and 1 to 7", (*compiler).surveyField},
		{"effort", "", (*compiler).surveyField},
		{"tier", "hers in the programme of clients, by code or name", (*compiler).tierField},
	}
}

// fieldNames are the names of the fields and of the other words a condition begins with.
var fieldNames = func() (names []string) {
	for _, f := range fields() {
		names = append(names, f.name)
	}
	return append(names, "bought", "in segment", "received", "opened", "clicked", "replied", "bounced", "unsubscribed")
}()

// aliases are further names of fields that people try.
var aliases = map[string]string{"tags": "tag", "created": "created_on", "cause": "attr.cause", "segment": "in segment", "level": "service_level"}

// keyed are the fields that take a name of the owner's behind a point.
var keyed = []string{"attr", "nps", "satisfaction", "effort"}

// field finds the field of a test and has it compiled.
func (c *compiler) field(f *field) (*leaf, error) {
	name := strings.ToLower(f.Name)
	if other, ok := aliases[name]; ok {
		name = other
	}
	kind, _, _ := strings.Cut(name, ".")
	for _, k := range fields() {
		if k.name == name && name != "attr" || k.name == kind && slices.Contains(keyed, kind) && len(name) > len(kind)+1 {
			return k.compile(c, &field{Pos: f.Pos, Name: name, Test: f.Test, Window: f.Window})
		}
	}
	hint := nearestHint(name, fieldNames)
	switch {
	case name == "attr":
		hint = "such as attr.skin = dry"
	case name == "in segment":
		hint = "such as: in segment vip"
	case hint == "":
		hint = "fields: " + strings.Join(fieldNames, ", ")
	}
	return nil, c.problem(f.Pos, hint, "%.40q is no field", f.Name)
}

// plain refuses windows, which only sums over days take.
func (c *compiler) plain(f *field) error {
	if len(f.Window) > 0 {
		return c.problem(f.Window[0].Pos, "", "%s is not counted over days; orders, spent, bought and campaigns are", f.Name)
	}
	return nil
}

// given is the test for a value at all of an expression.
func given(of expr, t *test, shows shown) *leaf {
	_, missing := t.empty()
	return &leaf{opposed: missing, expr: expr{of.sql + " IS NOT NULL", of.args}, shows: shows}
}

// folded is the test that a text column is one of some folded texts. Texts without accents are compared by SQLite itself.
func folded(column string, words []string) expr {
	var list []expr
	for _, w := range words {
		list = append(list, sql(`(`+column+` = ? COLLATE NOCASE OR length(`+column+`) <> octet_length(`+column+`) AND perla_fold(`+column+`) = ?)`, w, w))
	}
	return balanced(list, " OR ")
}

// parts is the test that a text column holds a folded text, or begins with it.
func parts(column, word string, begins bool) expr {
	place := "> 0"
	if begins {
		place = "= 1"
	}
	return sql(`instr(perla_fold(`+column+`), ?) `+place, word)
}

// textField is a field that is a text column.
func (c *compiler) textField(f *field, column string) (*leaf, error) {
	if err := c.plain(f); err != nil {
		return nil, err
	}
	shows := shown{expr: sql(column)}
	t := f.Test
	switch is, _ := t.empty(); {
	case is:
		return given(sql(column), t, shows), nil
	case t.Has != nil, t.Begins != nil:
		v := t.Has
		if v == nil {
			v = t.Begins
		}
		text, err := c.bare(v)
		if err == nil && book.Fold(text) == "" {
			err = c.problem(v.Pos, "", "a text is needed here")
		}
		return &leaf{expr: parts(column, book.Fold(text), t.Begins != nil), shows: shows}, err
	}
	if _, ok := t.values(); !ok {
		return nil, c.wrong(t.Pos, f.Name, "=, !=, in (...), contains, begins, is empty")
	}
	words, err := c.words(f.Name, t)
	if err != nil {
		return nil, err
	}
	return &leaf{opposed: t.opposed(), expr: folded(column, words), shows: shows}, nil
}

// nameField compares names as the book finds them, by their index.
func (c *compiler) nameField(f *field) (*leaf, error) {
	l, err := c.textField(f, "c.name")
	if err != nil || f.Test.Is {
		return l, err
	}
	t := f.Test
	if words, e := c.words(f.Name, t); e == nil {
		l.expr = expr{`c.name_key IN (` + marks(len(words)) + `)`, anys(words)}
	}
	return l, nil
}

func anys[T any](list []T) []any {
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = v
	}
	return all
}

// emailField compares e-mails as they are stored, by their index.
func (c *compiler) emailField(f *field) (*leaf, error) {
	l, err := c.textField(f, "c.email")
	list, ok := f.Test.values()
	if err != nil || !ok {
		return l, err
	}
	l.expr = expr{`c.email IN (` + marks(len(list)) + `)`, nil}
	for _, v := range list {
		l.args = append(l.args, contacts.FoldEmail(v.text()))
	}
	return l, nil
}

// phoneField compares phones in any writing.
func (c *compiler) phoneField(f *field) (*leaf, error) {
	l, err := c.textField(f, "c.phone")
	list, ok := f.Test.values()
	if err != nil || !ok {
		return l, err
	}
	l.expr = expr{`coalesce(c.phone_e164, c.phone) IN (` + marks(len(list)) + `)`, nil}
	for _, v := range list {
		number := contacts.E164(v.text(), c.view.Settings().Country)
		if number == "" {
			number = v.text()
		}
		l.args = append(l.args, number)
	}
	return l, nil
}

// enumField is a field whose values are a fixed list.
func enumField(column string, allowed []string) func(*compiler, *field) (*leaf, error) {
	return func(c *compiler, f *field) (*leaf, error) { return c.enum(f, sql(column), allowed) }
}

func (c *compiler) enum(f *field, of expr, allowed []string) (*leaf, error) {
	if err := c.plain(f); err != nil {
		return nil, err
	}
	shows := shown{expr: of}
	if is, _ := f.Test.empty(); is {
		return given(of, f.Test, shows), nil
	}
	words, err := c.oneOf(f.Name, f.Test, allowed)
	if err != nil {
		return nil, err
	}
	return &leaf{opposed: f.Test.opposed(), expr: expr{of.sql + ` IN (` + marks(len(words)) + `)`, append(slices.Clone(of.args), anys(words)...)}, shows: shows}, nil
}

// dated is a fact of customers c on the as-of day, by the last row of its history up to then; today's stands on her row.
func (c *compiler) dated(table, column string) expr {
	if c.day >= c.view.Today() {
		return sql("c." + column)
	}
	return sql(`(SELECT h.`+column+` FROM `+table+` h WHERE h.customer_id = c.id AND h.since_on <= ? ORDER BY h.since_on DESC LIMIT 1)`, c.day.String())
}

func (c *compiler) stageField(f *field) (*leaf, error) {
	return c.enum(f, c.dated("customer_stages", "stage"), contacts.Stages)
}

// numberField, daysField and moneyField are fields that are a column of numbers.
func numberField(column string) func(*compiler, *field) (*leaf, error) {
	return func(c *compiler, f *field) (*leaf, error) { return c.figure(f, sql(column), false, c.number) }
}

func daysField(column string) func(*compiler, *field) (*leaf, error) {
	return func(c *compiler, f *field) (*leaf, error) { return c.figure(f, sql(column), false, c.days) }
}

func moneyField(column string) func(*compiler, *field) (*leaf, error) {
	return func(c *compiler, f *field) (*leaf, error) { return c.figure(f, sql(column), true, c.amount) }
}

// figure is a field that is a number: an expression, which may be NULL.
func (c *compiler) figure(f *field, of expr, money bool, read func(*value) (int64, error)) (*leaf, error) {
	if err := c.plain(f); err != nil {
		return nil, err
	}
	shows := shown{expr: of, money: money}
	if is, _ := f.Test.empty(); is {
		return given(of, f.Test, shows), nil
	}
	s, err := c.numbers(f.Name, f.Test, read)
	if err != nil {
		return nil, err
	}
	return &leaf{opposed: f.Test.opposed(), expr: s.sql(of), shows: shows}, nil
}

// dateField is a field that is a column of days.
func dateField(column string) func(*compiler, *field) (*leaf, error) {
	return func(c *compiler, f *field) (*leaf, error) { return c.dayOf(f, sql(column)) }
}

// dayOf is a field that is a day: an expression, which may be NULL.
func (c *compiler) dayOf(f *field, of expr) (*leaf, error) {
	shows := shown{expr: of}
	if is, _ := f.Test.empty(); is {
		return given(of, f.Test, shows), c.plain(f)
	}
	days, err := c.periods(f.Name, f.Test, f.Window, false)
	if err != nil {
		return nil, err
	}
	return &leaf{opposed: f.Test.opposed(), expr: within(of, days), shows: shows}, nil
}

// birthdayField tests day and month: who was born on 29 February has her birthday on the 28th where a year has no 29th.
func (c *compiler) birthdayField(f *field) (*leaf, error) {
	shows := shown{expr: sql("c.birthday")}
	if is, _ := f.Test.empty(); is {
		return given(sql("c.birthday"), f.Test, shows), c.plain(f)
	}
	t := f.Test
	if t.Windows == nil && t.From == nil {
		if _, ok := t.values(); !ok {
			return nil, c.wrong(t.Pos, f.Name, "within 7 days, = today, during 2026-05, between ... and ..., is empty")
		}
	}
	days, err := c.periods(f.Name, t, f.Window, true)
	if err != nil {
		return nil, err
	}
	of := map[string]bool{}
	for _, r := range days {
		if r.From == 0 || r.To == 0 {
			return nil, c.wrong(t.Pos, f.Name, "days with a beginning and an end: within 7 days, during 2026-05")
		}
		for d := r.From; d <= r.To && d <= r.From+366; d++ {
			day := d.String()[5:]
			of[day] = true
			if day == "02-28" && d.AddDays(1).String()[5:] != "02-29" {
				of["02-29"] = true
			}
		}
	}
	list := make([]string, 0, len(of))
	for day := range of {
		list = append(list, "'"+day+"'")
	}
	slices.Sort(list)
	return &leaf{opposed: t.opposed(), expr: sql(`substr(c.birthday, -5) IN (` + strings.Join(list, ", ") + `)`), shows: shows}, nil
}

// lastContactField is the last day on which she was reached, by anybody.
func (c *compiler) lastContactField(f *field) (*leaf, error) {
	return c.dayOf(f, sql(`(SELECT i.happened_on FROM interactions i WHERE i.customer_id = c.id AND i.happened_on <= ? AND i.reached = 1 ORDER BY i.happened_on DESC LIMIT 1)`, c.day.String()))
}

// asNotFound turns what another room could not find into an error of this filter at a place.
func (c *compiler) asNotFound(at *value, err error) error {
	switch kind := fault.KindOf(err); kind {
	case fault.NotFound, fault.Ambiguous, fault.Usage:
		e := c.problem(at.Pos, hintOf(err), "%s", reasonOf(err))
		e.Kind = kind
		return e
	}
	return err
}
