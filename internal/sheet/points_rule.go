package sheet

import (
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
)

// PointRuleRows are the columns of a file of rules.
var PointRuleRows = []Column[loyalty.RuleRow]{
	ruleText("programme", func(r *loyalty.RuleRow) *string { return &r.Programme }),
	needed(ruleText("code", func(r *loyalty.RuleRow) *string { return &r.Code })),
	needed(ruleText("kind", func(r *loyalty.RuleRow) *string { return &r.Kind })),
	ruleText("event", func(r *loyalty.RuleRow) *string { return &r.Event }),
	ruleFigure("points", IntKind, func(r *loyalty.RuleRow) *string { return &r.Points }),
	ruleFigure("per", DecimalKind, func(r *loyalty.RuleRow) *string { return &r.Per }),
	ruleFigure("factor", DecimalKind, func(r *loyalty.RuleRow) *string { return &r.Factor }),
	ruleText("scope", func(r *loyalty.RuleRow) *string { return &r.Scope }),
	ruleFigure("priority", IntKind, func(r *loyalty.RuleRow) *string { return &r.Priority }),
	ruleText("stacking", func(r *loyalty.RuleRow) *string { return &r.Stacking }),
	ruleFigure("cap", IntKind, func(r *loyalty.RuleRow) *string { return &r.Cap }),
	ruleText("cap_per", func(r *loyalty.RuleRow) *string { return &r.CapPer }),
	ruleFigure("pending_days", IntKind, func(r *loyalty.RuleRow) *string { return &r.PendingDays }),
	ruleText("expiry", func(r *loyalty.RuleRow) *string { return &r.Expiry }),
	ruleDay("from_on", func(r *loyalty.RuleRow) *string { return &r.From }),
	ruleDay("until_on", func(r *loyalty.RuleRow) *string { return &r.Until }),
	{Name: "says"}, // what points rules prints beside them is passed over
}

func ruleText(name string, of func(*loyalty.RuleRow) *string) Column[loyalty.RuleRow] {
	return Column[loyalty.RuleRow]{Name: name, Get: func(r *loyalty.RuleRow) Value { return Text(*of(r)) },
		Set: func(r *loyalty.RuleRow, c *Cell) error { *of(r) = strings.Clone(c.Text); return nil }}
}

// ruleDay is a column of days, which a rule keeps as text.
func ruleDay(name string, of func(*loyalty.RuleRow) *string) Column[loyalty.RuleRow] {
	return Column[loyalty.RuleRow]{Name: name, Kind: DateKind,
		Get: func(r *loyalty.RuleRow) Value {
			d, _ := dates.ParseISO(*of(r))
			return Date(d)
		},
		Set: func(r *loyalty.RuleRow, c *Cell) error {
			if c.Text == "" {
				return nil
			}
			d, err := c.Date()
			*of(r) = d.String()
			return err
		}}
}

// ruleFigure is a column of figures, which a rule keeps as text with a decimal point.
func ruleFigure(name string, kind Kind, of func(*loyalty.RuleRow) *string) Column[loyalty.RuleRow] {
	return Column[loyalty.RuleRow]{Name: name, Kind: kind,
		Get: func(r *loyalty.RuleRow) Value {
			d, err := money.ParseDecimal(*of(r), '.')
			switch {
			case err != nil:
				return Value{}
			case kind == IntKind:
				return Int(d.Digits)
			}
			return Decimal(d)
		},
		Set: func(r *loyalty.RuleRow, c *Cell) error {
			if c.Text == "" {
				return nil
			}
			d, err := c.Decimal()
			if *of(r) = string(Decimal(d).appendFigure(nil, money.Currency{})); err != nil {
				*of(r) = c.Text
			}
			return err
		}}
}

func needed[T any](c Column[T]) Column[T] {
	c.Required = true
	return c
}

// PointRules are the columns of rules: what they say to a person, and the columns of a file of them.
func PointRules(words money.Wording) []Column[loyalty.Rule] {
	columns := make([]Column[loyalty.Rule], 0, len(PointRuleRows))
	for _, c := range PointRuleRows {
		if c.Get == nil {
			continue
		}
		columns = append(columns, Column[loyalty.Rule]{Name: c.Name, Kind: c.Kind, Wide: c.Name != "code", Get: func(r *loyalty.Rule) Value {
			row := r.Row(words.Decimals)
			return c.Get(&row)
		}})
	}
	for i := range columns {
		if columns[i].Kind == DateKind {
			columns[i].Wide, columns[i].Rank = false, 1
		}
	}
	says := Column[loyalty.Rule]{Name: "says", Get: func(r *loyalty.Rule) Value { return Text(r.Words(words)) }}
	return slices.Insert(columns, 2, says)
}
