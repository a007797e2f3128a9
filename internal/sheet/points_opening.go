package sheet

import (
	"strings"

	"github.com/perla-crm/perla/internal/dates"
)

// OpeningRow is a row of a file of points that people bring along.
type OpeningRow struct {
	Line int  // of the file, for messages
	Bad  bool // a cell of it could not be read

	Ref, RefSource       string
	Customer, Consultant string // one of the two; as in an order file, and by ref
	Points               int64
	EarnedOn, ExpiresOn  dates.Date
	Reason               string
}

// OpeningRows are the columns of such a file.
var OpeningRows = []Column[OpeningRow]{
	openingText("ref", func(r *OpeningRow) *string { return &r.Ref }, "id", "entry_ref"),
	openingText("ref_source", func(r *OpeningRow) *string { return &r.RefSource }, "source"),
	openingText("customer", func(r *OpeningRow) *string { return &r.Customer }, "customer_ref", "member", "cliente", "client", "email", "e-mail", "correo"),
	openingText("consultant", func(r *OpeningRow) *string { return &r.Consultant }, "consultant_ref", "consultora", "conseillère"),
	{Name: "points", Kind: IntKind, Required: true, Also: []string{"balance", "puntos", "saldo", "pontos", "solde"},
		Get: func(r *OpeningRow) Value { return Int(r.Points) },
		Set: func(r *OpeningRow, c *Cell) (err error) {
			if c.Text != "" {
				r.Points, err = c.Int()
			}
			return err
		}},
	openingDay("earned_on", func(r *OpeningRow) *dates.Date { return &r.EarnedOn }, "date", "earned", "fecha", "data"),
	openingDay("expires_on", func(r *OpeningRow) *dates.Date { return &r.ExpiresOn }, "expires", "expiry", "caducidad", "validade", "expiration"),
	openingText("reason", func(r *OpeningRow) *string { return &r.Reason }, "notes", "motivo", "motif"),
}

func openingText(name string, of func(*OpeningRow) *string, also ...string) Column[OpeningRow] {
	return Column[OpeningRow]{Name: name, Also: also, Get: func(r *OpeningRow) Value { return Text(*of(r)) },
		Set: func(r *OpeningRow, c *Cell) error { *of(r) = strings.Clone(c.Text); return nil }}
}

func openingDay(name string, of func(*OpeningRow) *dates.Date, also ...string) Column[OpeningRow] {
	return Column[OpeningRow]{Name: name, Kind: DateKind, Also: also, Get: func(r *OpeningRow) Value { return Date(*of(r)) },
		Set: func(r *OpeningRow, c *Cell) (err error) {
			if c.Text != "" {
				*of(r), err = c.Date()
			}
			return err
		}}
}
