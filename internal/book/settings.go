package book

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // a machine without a zone database still knows the book's zone

	"golang.org/x/text/language"

	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Settings is what holds for a whole book, wherever it is opened.
type Settings struct {
	Currency money.Currency // of every amount
	Country  string         // ISO 3166 alpha-2: how phone numbers without a prefix are read; may be empty
	Locale   string         // BCP 47: how tables and cards write figures, and folded words are read
	Zone     *time.Location // whose midnight ends a day
}

// NewSettings reads settings as a person writes them; an empty text takes the default (EUR, no country, en, UTC).
func NewSettings(currency, country, locale, zone string) (Settings, error) {
	s := Settings{Country: strings.ToUpper(country), Locale: locale, Zone: time.UTC}
	if currency == "" {
		currency = "EUR"
	}
	if s.Locale == "" {
		s.Locale = "en"
	}
	var err error
	if s.Currency, err = money.Lookup(currency); err != nil {
		return s, badSetting("currency", currency, "an ISO 4217 code such as EUR, BRL or USD")
	}
	if zone != "" {
		// "Local" is another zone on another machine.
		if s.Zone, err = time.LoadLocation(zone); err != nil || s.Zone == time.Local {
			return s, badSetting("timezone", zone, "a name such as Europe/Madrid or America/Sao_Paulo")
		}
	}
	if err := s.validate(); err != nil {
		return s, err
	}
	if s.Country != "" {
		s.Country = language.MustParseRegion(s.Country).Canonicalize().String() // UK is GB
	}
	s.Locale = language.MustParse(s.Locale).String() // es_ES is es-ES
	return s, nil
}

func (s Settings) validate() error {
	if s.Country != "" {
		if region, err := language.ParseRegion(s.Country); err != nil || !region.IsCountry() || len(s.Country) != 2 {
			return badSetting("country", s.Country, "two letters such as ES, BR or FR")
		}
	}
	if _, err := language.Parse(s.Locale); err != nil {
		return badSetting("locale", s.Locale, "a language such as es, pt-BR or fr")
	}
	return nil
}

func badSetting(field, value, want string) error {
	return &fault.Error{Kind: fault.Usage, Noun: "setting", Key: field, Reason: fmt.Sprintf("%q is not known; needed is %s", value, want)}
}

// pairs lists the settings as the settings table keeps them.
func (s Settings) pairs() [][2]string {
	zone := s.Zone
	if zone == nil {
		zone = time.UTC
	}
	return [][2]string{{"currency", s.Currency.Code}, {"country", s.Country}, {"locale", s.Locale}, {"timezone", zone.String()}}
}

// readSettings reads the settings of the book at path. A book without a currency, or with settings nobody understands, has
// been tampered with: fault.BookUnusable.
func readSettings(ctx context.Context, db *sql.DB, path string) (Settings, error) {
	rows, err := db.QueryContext(ctx, `SELECT key, value FROM settings`)
	if err != nil {
		return Settings{}, err
	}
	defer func() { _ = rows.Close() }()
	at := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return Settings{}, err
		}
		at[key] = value
	}
	if err := rows.Err(); err != nil {
		return Settings{}, err
	}
	s, err := NewSettings(at["currency"], at["country"], at["locale"], at["timezone"])
	if err == nil && at["currency"] == "" {
		err = errors.New("its settings are missing")
	}
	if err != nil {
		return s, &fault.Error{Kind: fault.BookUnusable, Noun: "book", Key: path, Err: err, Hint: "go back to a copy made before its settings were changed"}
	}
	return s, nil
}
