// Package outreach says things to customers: templates, campaigns, the outbox from which messages leave the house, and
// what comes back of them. A message is written once, when it is queued, and nothing sends it twice.
package outreach

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// The words that channels, purposes and formats are limited to.
var (
	Channels = []string{"email", "sms", "whatsapp", "phone", "letter", "social"}
	Purposes = []string{"marketing", "service"}
	Formats  = []string{"text", "markdown", "html"}
)

// Template is what goes to many, in words with gaps. Code and language name it; a language of "" is for everyone whose
// language it has no words in.
type Template struct {
	ID         int64
	Code       string
	Language   string // "es"; "" for everyone else
	Name       string
	Channel    string // one of Channels
	Purpose    string // one of Purposes: what she must have allowed
	Format     string // one of Formats
	Subject    string // of e-mails alone
	Body       string
	Defaults   map[string]string // what a gap says of whom the book knows nothing, by field
	CreatedOn  dates.Date
	ArchivedOn dates.Date // the day it was removed; 0 while it is in use
}

// codeOf is a name that a person gives a thing, as it is kept: lower case, without accents, words joined by hyphens.
func codeOf(text string) (string, error) {
	code := strings.Join(strings.Fields(book.Fold(text)), "-")
	for _, r := range code {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.+", r) {
			return "", fault.New(fault.Usage, fmt.Sprintf("%q is no code: letters, digits, hyphens", text), "choose one such as spring-2026")
		}
	}
	if code == "" || strings.HasPrefix(code, "-") {
		return "", fault.New(fault.Usage, "a code is needed, such as spring-2026", "")
	}
	return code, nil
}

// check refuses a template that could not be filled in for anybody.
func (t *Template) check() error {
	wrong := func(field, reason string) error {
		return &fault.Error{Kind: fault.Usage, Noun: "template", Key: t.Code, Field: field, Reason: reason}
	}
	if !slices.Contains(Channels, t.Channel) {
		return wrong("channel", fmt.Sprintf("%q is not one of %s", t.Channel, strings.Join(Channels, ", ")))
	}
	if strings.TrimSpace(t.Body) == "" {
		return wrong("body", "it says nothing")
	}
	if t.Channel == "email" && strings.TrimSpace(t.Subject) == "" {
		return wrong("subject", "an e-mail needs one")
	}
	if t.Channel != "email" && t.Subject != "" {
		return wrong("subject", "only an e-mail has one")
	}
	if t.Channel != "email" && t.Format != "text" {
		return wrong("format", "only an e-mail is written in "+t.Format)
	}
	if len(t.Body) > mostOutput {
		return wrong("body", fmt.Sprintf("it has %d bytes; %d are the most", len(t.Body), mostOutput))
	}
	for field := range t.Defaults {
		if !knownField(field) {
			return unknownField("default "+field, field)
		}
	}
	_, err := t.Prepare()
	return err
}

// Default sets what a gap says of whom the book knows nothing: field=text.
func (t *Template) Default(text string) error {
	field, value, ok := strings.Cut(text, "=")
	field = strings.TrimSpace(field)
	if !ok || field == "" {
		return fault.New(fault.Usage, fmt.Sprintf("%q is not FIELD=TEXT, such as first_name=friend", text), "")
	}
	if t.Defaults == nil {
		t.Defaults = map[string]string{}
	}
	if t.Defaults[field] = value; value == "" {
		delete(t.Defaults, field)
	}
	return nil
}

// defaultsJSON is how defaults are stored; nil for none.
func (t *Template) defaultsJSON() any {
	if len(t.Defaults) == 0 {
		return nil
	}
	text, _ := json.Marshal(t.Defaults) // a map of texts
	return string(text)
}

const templateColumns = `t.id, t.code, t.language, ifnull(t.name, ''), t.channel, t.purpose, t.format, ifnull(t.subject, ''), t.body, ifnull(t.defaults, ''),
	t.created_on, ifnull(t.archived_on, '')`

func scanTemplate(row book.Scanner) (t Template, err error) {
	var defaults, created, archived string
	if err = row.Scan(&t.ID, &t.Code, &t.Language, &t.Name, &t.Channel, &t.Purpose, &t.Format, &t.Subject, &t.Body, &defaults, &created, &archived); err != nil {
		return t, err
	}
	if defaults != "" {
		err = json.Unmarshal([]byte(defaults), &t.Defaults)
	}
	t.CreatedOn, _ = dates.ParseISO(created)
	t.ArchivedOn, _ = dates.ParseISO(archived)
	return t, err
}

// Templates are the templates in use, or with archived all there ever were, by code and language.
func Templates(v *book.View, archived bool) ([]Template, error) {
	return book.All(v, scanTemplate, `SELECT `+templateColumns+` FROM templates t WHERE ? OR t.archived_on IS NULL ORDER BY t.code, t.language`, archived)
}

// FindTemplate is the template a selector names: its code, or code/language, or id:7. Of several languages a code alone
// names the one for everyone, else the first.
func FindTemplate(v *book.View, selector string) (Template, error) {
	list, err := Templates(v, true)
	if err != nil {
		return Template{}, err
	}
	slices.SortStableFunc(list, func(a, b Template) int { return cmp.Compare(b2i(!a.ArchivedOn.IsZero()), b2i(!b.ArchivedOn.IsZero())) })
	code, language, given := strings.Cut(strings.TrimSpace(selector), "/")
	code = strings.Join(strings.Fields(book.Fold(code)), "-")
	var names []string
	for _, t := range list {
		if selector == fmt.Sprintf("id:%d", t.ID) || t.Code == code && (!given || t.Language == strings.ToLower(language)) {
			return t, nil
		}
		names = append(names, t.Code)
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: "template", Key: selector, Reason: "there is no such template", Hint: "list them with: perla template list"}
	if near := fault.Nearest(code, names); near != "" && near != code {
		e.Hint = "did you mean " + near + "?"
	}
	return Template{}, e
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// languagesOf are the templates of a code that are in use, by language.
func languagesOf(v *book.View, code string) (map[string]Template, error) {
	found := map[string]Template{}
	for t, err := range book.Query(v, scanTemplate, `SELECT `+templateColumns+` FROM templates t WHERE t.code = ? AND t.archived_on IS NULL`, code) {
		if err != nil {
			return nil, err
		}
		found[t.Language] = t
	}
	return found, nil
}

// forLanguage is the template for somebody of a language: es-MX goes before es, and that before the one for everyone.
func forLanguage(of map[string]Template, language string) (Template, bool) {
	language = strings.ToLower(strings.TrimSpace(language))
	base, _, _ := strings.Cut(strings.ReplaceAll(language, "_", "-"), "-")
	for _, l := range []string{language, base, ""} {
		if t, ok := of[l]; ok {
			return t, true
		}
	}
	if len(of) == 1 {
		for _, t := range of {
			return t, true
		}
	}
	return Template{}, false
}

// AddTemplate writes a new template. A code and language that are there already are a fault.Conflict.
func AddTemplate(tx *book.Tx, t Template) (Template, error) {
	code, err := codeOf(t.Code)
	if err != nil {
		return t, err
	}
	t.Code, t.Language = code, strings.ToLower(strings.TrimSpace(t.Language))
	t.Purpose, t.Format = cmp.Or(t.Purpose, Purposes[0]), cmp.Or(t.Format, Formats[0])
	if err := t.check(); err != nil {
		return t, err
	}
	id, err := tx.Insert(`INSERT INTO templates (code, language, name, channel, purpose, format, subject, body, defaults, created_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		t.Code, t.Language, orNull(t.Name), t.Channel, t.Purpose, t.Format, orNull(t.Subject), t.Body, t.defaultsJSON(), tx.Today().String())
	if book.Duplicate(errors.Unwrap(err)) || fault.KindOf(err) == fault.Conflict {
		return t, &fault.Error{Kind: fault.Conflict, Noun: "template", Key: t.Code, Reason: "there is one with this code" + inLanguage(t.Language),
			Hint: "change it with: perla template edit " + t.Code}
	}
	if err != nil {
		return t, err
	}
	return FindTemplate(tx.View, fmt.Sprintf("id:%d", id))
}

func inLanguage(language string) string {
	if language == "" {
		return ""
	}
	return " and language"
}

// EditTemplate writes a template that was changed. What was queued of it before keeps its words.
func EditTemplate(tx *book.Tx, t Template) (Template, error) {
	if err := t.check(); err != nil {
		return t, err
	}
	old, err := FindTemplate(tx.View, fmt.Sprintf("id:%d", t.ID))
	if err != nil || old.same(&t) {
		return t, err
	}
	_, err = tx.Exec(`UPDATE templates SET name = ?, channel = ?, purpose = ?, format = ?, subject = ?, body = ?, defaults = ?, archived_on = ? WHERE id = ?`,
		orNull(t.Name), t.Channel, t.Purpose, t.Format, orNull(t.Subject), t.Body, t.defaultsJSON(), dayOrNull(t.ArchivedOn), t.ID)
	return t, err
}

func (t *Template) same(o *Template) bool {
	a, b := *t, *o
	a.Defaults, b.Defaults = nil, nil
	return fmt.Sprintf("%v", a) == fmt.Sprintf("%v", b) && maps.Equal(t.Defaults, o.Defaults)
}

// orNull is a text, or NULL for the empty one.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// dayOrNull is a day, or NULL for none.
func dayOrNull(d dates.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}

// numberOrNull is a number, or NULL for 0.
func numberOrNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}
