package sheet

import (
	"fmt"

	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
)

// Rewards are the columns of rewards, as of a day.
func Rewards(day dates.Date, words money.Wording) []Column[loyalty.Reward] {
	return whole(keeping([]Column[loyalty.Reward]{
		{Name: "programme", Wide: true, Get: func(r *loyalty.Reward) Value { return Text(r.Programme) }},
		{Name: "code", Get: func(r *loyalty.Reward) Value { return Text(r.Code) }},
		{Name: "name", Get: func(r *loyalty.Reward) Value { return Text(r.Name) }},
		{Name: "state", Get: func(r *loyalty.Reward) Value { return Text(string(r.State(day))) }},
		{Name: "points", Kind: IntKind, Get: func(r *loyalty.Reward) Value { return Int(r.Points) }},
		{Name: "gives", Get: func(r *loyalty.Reward) Value { return Text(r.Gives(words)) }},
		{Name: "kind", Wide: true, Get: func(r *loyalty.Reward) Value { return Text(string(r.Kind)) }},
		{Name: "product", Wide: true, Get: func(r *loyalty.Reward) Value { return Text(r.SKU) }},
		{Name: "cost", Kind: MoneyKind, Wide: true, Get: func(r *loyalty.Reward) Value { return rewardCost(r) }},
		{Name: "tier", Get: func(r *loyalty.Reward) Value { return Text(r.Tier) }},
		{Name: "taken", Kind: IntKind, Get: func(r *loyalty.Reward) Value { return Int(r.Taken) }},
		{Name: "left", Kind: IntKind, Get: func(r *loyalty.Reward) Value {
			left, limited := r.Left()
			if !limited {
				return Value{}
			}
			return Int(left)
		}},
		{Name: "voucher_days", Kind: IntKind, Wide: true, Get: func(r *loyalty.Reward) Value { return aboveZero(int64(r.VoucherDays)) }},
		{Name: "from", Kind: DateKind, Wide: true, Get: func(r *loyalty.Reward) Value { return Date(r.From) }},
		{Name: "until", Kind: DateKind, Get: func(r *loyalty.Reward) Value { return Date(r.Until) }},
	}, "points", "gives", "name", "state", "left", "until", "taken"), "code")
}

func rewardCost(r *loyalty.Reward) Value {
	if r.Cost == nil {
		return Value{}
	}
	return Money(*r.Cost)
}

// RewardRows are the columns of a file of rewards, in and out.
var RewardRows = []Column[loyalty.RewardRow]{
	rewardText("programme", func(r *loyalty.RewardRow) *string { return &r.Programme }, "programa", "programme de fidélité"),
	needed(rewardText("code", func(r *loyalty.RewardRow) *string { return &r.Code }, "reward", "código", "premio", "recompensa", "recompense")),
	rewardText("name", func(r *loyalty.RewardRow) *string { return &r.Name }, "nombre", "nome", "nom", "description", "descripción", "descrição"),
	rewardText("kind", func(r *loyalty.RewardRow) *string { return (*string)(&r.Kind) }, "type", "tipo"),
	{Name: "points", Kind: IntKind, Required: true, Also: []string{"puntos", "pontos", "price_in_points"},
		Get: func(r *loyalty.RewardRow) Value { return Int(r.Points) },
		Set: func(r *loyalty.RewardRow, c *Cell) (err error) { r.Points, err = c.Int(); return err }},
	{Name: "amount", Kind: MoneyKind, Also: []string{"importe", "valor", "montant"},
		Get: func(r *loyalty.RewardRow) Value { return moneyIf(r.Amount, r.Amount != 0) },
		Set: func(r *loyalty.RewardRow, c *Cell) (err error) {
			if c.Text != "" {
				r.Amount, err = c.Exact()
			}
			return err
		}},
	{Name: "percent", Kind: DecimalKind, Also: []string{"porcentaje", "porcentagem", "percentagem", "pourcentage"},
		Get: func(r *loyalty.RewardRow) Value {
			if r.Percent == 0 {
				return Value{}
			}
			return Decimal(money.Decimal{Digits: r.Percent, Scale: 2})
		},
		Set: setRewardPercent},
	rewardText("product", func(r *loyalty.RewardRow) *string { return &r.SKU }, "sku", "producto", "produto", "produit"),
	{Name: "cost", Kind: MoneyKind, Also: []string{"coste", "costo", "custo", "coût"},
		Get: func(r *loyalty.RewardRow) Value { return rewardCost(&r.Reward) },
		Set: func(r *loyalty.RewardRow, c *Cell) error {
			if c.Text == "" {
				return nil
			}
			cost, err := c.Exact()
			r.Cost = &cost
			return err
		}},
	{Name: "available", Kind: IntKind, Also: []string{"stock", "disponible", "disponibles", "disponível"},
		Get: func(r *loyalty.RewardRow) Value {
			if r.Available == nil {
				return Value{}
			}
			return Int(*r.Available)
		},
		Set: func(r *loyalty.RewardRow, c *Cell) error {
			if c.Text == "" {
				return nil
			}
			n, err := c.Int()
			r.Available = &n
			return err
		}},
	rewardText("tier", func(r *loyalty.RewardRow) *string { return &r.Tier }, "nivel", "nível", "niveau"),
	{Name: "voucher_days", Kind: IntKind, Also: []string{"días", "dias", "jours"},
		Get: func(r *loyalty.RewardRow) Value { return aboveZero(int64(r.VoucherDays)) },
		Set: func(r *loyalty.RewardRow, c *Cell) error {
			if c.Text == "" {
				return nil
			}
			n, err := c.Int()
			r.VoucherDays = int(n)
			return err
		}},
	rewardDay("from", func(r *loyalty.RewardRow) *dates.Date { return &r.From }, "from_on", "desde", "de", "du"),
	rewardDay("until", func(r *loyalty.RewardRow) *dates.Date { return &r.Until }, "until_on", "hasta", "até", "jusqu'au"),
}

func setRewardPercent(r *loyalty.RewardRow, c *Cell) error {
	if c.Text == "" {
		return nil
	}
	d, err := c.Decimal()
	if err != nil {
		return err
	}
	if r.Percent, err = catalog.ParseTaxRate(d); err != nil {
		return fmt.Errorf("a percentage is above 0 and at most 100, with two decimals")
	}
	return nil
}

func rewardText(name string, at func(*loyalty.RewardRow) *string, also ...string) Column[loyalty.RewardRow] {
	return Column[loyalty.RewardRow]{Name: name, Also: also,
		Get: func(r *loyalty.RewardRow) Value { return Text(*at(r)) },
		Set: func(r *loyalty.RewardRow, c *Cell) error { *at(r) = c.Text; return nil }}
}

func rewardDay(name string, at func(*loyalty.RewardRow) *dates.Date, also ...string) Column[loyalty.RewardRow] {
	return Column[loyalty.RewardRow]{Name: name, Kind: DateKind, Also: also,
		Get: func(r *loyalty.RewardRow) Value { return Date(*at(r)) },
		Set: func(r *loyalty.RewardRow, c *Cell) (err error) {
			if c.Text != "" {
				*at(r), err = c.Date()
			}
			return err
		}}
}
