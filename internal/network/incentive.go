package network

import (
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// IncentiveKinds are what a bonus may be for.
var IncentiveKinds = []string{"new_clients", "product", "contest"}

// AddIncentive writes an incentive. A code that there is already is a fault.Conflict, what cannot be a fault.Usage.
func AddIncentive(tx *book.Tx, i Incentive) (Incentive, error) {
	refuse := func(field, reason string) (Incentive, error) {
		return i, &fault.Error{Kind: fault.Usage, Noun: "incentive", Key: i.Code, Field: field, Reason: reason}
	}
	code, err := parseRef(i.Code)
	if err != nil {
		return refuse("code", err.Error())
	}
	if i.Code = code; i.Name == "" {
		i.Name = code
	}
	contest := i.Kind == "contest"
	switch {
	case !slices.Contains(IncentiveKinds, i.Kind):
		return refuse("kind", "needed is one of "+strings.Join(IncentiveKinds, ", "))
	case contest && i.Winners <= 0:
		return refuse("winners", "needed is how many win")
	case !contest && i.Target <= 0:
		return refuse("target", "needed is how many clients or pieces it takes")
	case i.Kind == "product" && i.Product == 0:
		return refuse("product", "needed is the product it is about")
	case i.Amount <= 0:
		return refuse("amount", "needed is an amount above 0")
	case i.Days.From == 0 || i.Days.To == 0 || i.Days.From > i.Days.To:
		return refuse("days", "needed are a first day and a last one, not before it")
	}
	_, taken, err := book.One(tx.View, book.Scalar[int64], `SELECT id FROM incentives WHERE code = ?`, i.Code)
	if err != nil {
		return i, err
	}
	if taken {
		return i, &fault.Error{Kind: fault.Conflict, Noun: "incentive", Key: i.Code, Reason: "there is one already"}
	}
	i.ID, err = tx.Insert(`INSERT INTO incentives (code, name, kind, target, winners, product_id, amount, from_on, until_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		i.Code, i.Name, i.Kind, idOrNull(i.Target), idOrNull(i.Winners), idOrNull(i.Product), int64(i.Amount), i.Days.From.String(), i.Days.To.String())
	return i, err
}

// Incentives are all of them, as they were added.
func Incentives(v *book.View) ([]Incentive, error) { return readIncentives(v, `true`) }
