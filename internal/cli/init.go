package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/sheet"
)

// newBook is what perla init answers: where the book is and what holds for it.
type newBook struct {
	path     string
	settings book.Settings
}

var newBookColumns = []sheet.Column[newBook]{
	{Name: "path", Get: func(n *newBook) sheet.Value { return sheet.Text(n.path) }},
	{Name: "currency", Get: func(n *newBook) sheet.Value { return sheet.Text(n.settings.Currency.Code) }},
	{Name: "country", Get: func(n *newBook) sheet.Value { return sheet.Text(n.settings.Country) }},
	{Name: "timezone", Get: func(n *newBook) sheet.Value { return sheet.Text(n.settings.Zone.String()) }},
	{Name: "locale", Get: func(n *newBook) sheet.Value { return sheet.Text(n.settings.Locale) }},
}

// wishes are settings as words; "" is one that nobody has a word on.
type wishes struct{ currency, country, timezone, locale string }

func initCommand(a *app) *cobra.Command {
	var w wishes
	cmd := rowsOf(&cobra.Command{
		Use:   "init",
		Short: "Make an empty book",
		Long: `Make the book that perla where names: an empty file that only you can read. A
file that is already there is left as it is (exit code 6).

A book has one currency, which every amount is in; a country, by which phone
numbers without a prefix are read; a time zone, whose midnight ends a day; and a
locale, whose marks stand in tables. What you do not say is taken from LC_ALL or
LANG and from TZ or this machine's clock, and said; without those it is EUR, no
country, UTC and en.`,
		Example: `perla init
perla init --db shop.db --currency EUR --country ES --timezone Europe/Madrid
perla init --db loja.db --country BR --timezone America/Sao_Paulo`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.settings()
			if err != nil {
				return err
			}
			settings, origins, err := a.settle(w)
			if err != nil {
				return err
			}
			if a.open, err = book.Create(cmd.Context(), c.DB, settings, a.now); err != nil {
				return err
			}
			path, err := filepath.Abs(c.DB)
			if err != nil {
				path = c.DB
			}
			if err := emitOne(a, newBookColumns, newBook{path, settings}); err != nil {
				return err
			}
			for _, origin := range origins {
				a.note("%s", origin)
			}
			a.hint("put in what you have: perla order import FILE.csv, or perla customer add NAME")
			return nil
		},
	}, newBookColumns)
	f := cmd.Flags()
	f.StringVar(&w.currency, "currency", "", "every amount is in `CODE`: EUR, BRL, USD ...")
	f.StringVar(&w.country, "country", "", "phone numbers are of `CODE`: ES, BR, US ...")
	f.StringVar(&w.timezone, "timezone", "", "a day ends at midnight in `ZONE`: Europe/Madrid ...")
	f.StringVar(&w.locale, "locale", "", "tables have the marks of `LOCALE`: es, pt-BR, en ...")
	return cmd
}

// settle fills wishes with what this machine says, and tells what it took from where.
func (a *app) settle(w wishes) (s book.Settings, origins []string, err error) {
	var taken []string
	take := func(wish *string, name, value string) {
		if *wish == "" && value != "" {
			*wish = value
			taken = append(taken, name+" "+value)
		}
	}
	say := func(from string) {
		if len(taken) > 0 {
			origins = append(origins, strings.Join(taken, ", ")+": "+from)
			taken = nil
		}
	}
	name, value := a.firstSet("LC_ALL", "LANG")
	locale, country := readLocale(value)
	take(&w.locale, "locale", locale)
	take(&w.country, "country", country)
	say(fmt.Sprintf("from %s=%s", name, value))
	take(&w.currency, "currency", currencyOf(w.country))
	say("the currency of " + w.country)
	zone, from := a.zone()
	take(&w.timezone, "timezone", zone)
	say("from " + from)
	take(&w.currency, "currency", "EUR")
	take(&w.timezone, "timezone", "UTC")
	take(&w.locale, "locale", "en")
	say("by default")
	s, err = book.NewSettings(w.currency, w.country, w.locale, w.timezone)
	return s, origins, err
}

func (a *app) firstSet(names ...string) (name, value string) {
	for _, name := range names {
		if value := a.env.Getenv(name); value != "" {
			return name, value
		}
	}
	return "", ""
}

// readLocale reads es_ES.UTF-8 as the locale es-ES of the country ES. C, POSIX and what nobody knows say nothing.
func readLocale(s string) (locale, country string) {
	s, _, _ = strings.Cut(s, ".")
	s, _, _ = strings.Cut(s, "@")
	tag, err := language.Parse(s)
	if err != nil || s == "C" || s == "POSIX" {
		return "", ""
	}
	if region, sure := tag.Region(); sure == language.Exact && region.IsCountry() {
		country = region.String()
	}
	return tag.String(), country
}

// currencyOf is the currency people pay with in a country, "" if that is not known.
func currencyOf(country string) string {
	region, err := language.ParseRegion(country)
	if err != nil {
		return ""
	}
	unit, known := currency.FromRegion(region)
	if !known {
		return ""
	}
	return unit.String()
}

// localTime is where Unix says in which zone a machine stands.
const localTime = "/etc/localtime"

// zone is the time zone of this machine by name, and who says so: TZ, else the link that its clock follows. "" when
// neither says a name.
func (a *app) zone() (name, from string) {
	name, from = strings.TrimPrefix(a.env.Getenv("TZ"), ":"), "TZ"
	if name == "" {
		name, _ = os.Readlink(localTime)
		from = localTime
	}
	if _, after, found := strings.Cut(name, "zoneinfo/"); found {
		name = after
	}
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		return "", ""
	}
	return name, from
}
