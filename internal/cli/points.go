package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/network"
)

func pointsCommand(a *app) *cobra.Command {
	cmd := noun("points", "What clients and consultants earn, and what they have of it",
		`perla points rules --example > programme.csv   # a first programme: edit it
perla points rules import programme.csv
perla points balance
perla points balance ana`,
		pointsBalance(a), pointsLots(a), pointsList(a), pointsAdjust(a), pointsRedeem(a), pointsTransfer(a), pointsExpire(a), pointsEarn(a),
		pointsImport(a), pointsExport(a), pointsRules(a), pointsRule(a), pointsSettings(a), pointsSet(a),
		pointsExplain(a), pointsSimulate(a), pointsLiability(a), pointsStatement(a), pointsStatements(a))
	cmd.Aliases = []string{"point"}
	cmd.Long = `Points stand in a ledger that nothing changes: those that came in are a lot with
its own last day, those that went name the lots they came from. What somebody
has is worked out when asked, as of any day. There are two programmes, of
clients and of consultants, and neither does anything before it has a rule:
perla help points.`
	return cmd
}

// pointsOf are the flags that say whose points, or which programme's, a command is about: those of a customer that is named,
// of a consultant, or of a programme as a whole.
type pointsOf struct{ programme, consultant string }

// one gives a command the flag that names a consultant in place of a customer.
func (o *pointsOf) one(a *app, cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.consultant, "consultant", "", "in place of a customer, the consultant `REF`")
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
	cmd.ValidArgsFunction = a.completeFrom(customerNames)
}

// all gives a command the flag that chooses a programme.
func (o *pointsOf) all(cmd *cobra.Command) {
	o.programme = loyalty.Clients
	cmd.Flags().Var(enumOf(&o.programme, loyalty.Programmes...), "programme", "that of `WHOM`: "+strings.Join(loyalty.Programmes, ", "))
}

// account is whose points are meant: the customer named, or the consultant; nobody's where neither is.
func (o *pointsOf) account(cmd *cobra.Command, v *book.View, customer string) (loyalty.Account, error) {
	if cmd.Flags().Changed("consultant") {
		if customer != "" {
			return loyalty.Account{}, usage(cmd, "one person at a time: a customer, or --consultant")
		}
		c, err := network.Find(v, o.consultant, contacts.E164)
		o.programme = loyalty.Consultants
		return loyalty.Account{Consultant: c.ID}, err
	}
	if customer == "" {
		return loyalty.Account{}, nil
	}
	if f := cmd.Flags().Lookup("programme"); f != nil && o.programme == loyalty.Consultants {
		return loyalty.Account{}, usage(cmd, "a consultant is named with --consultant")
	}
	c, err := contacts.Find(v, customer)
	return loyalty.Account{Customer: c.ID}, err
}

// person is account where somebody must be named.
func (o *pointsOf) person(cmd *cobra.Command, v *book.View, customer string) (loyalty.Account, error) {
	account, err := o.account(cmd, v, customer)
	if err == nil && account == (loyalty.Account{}) {
		err = usage(cmd, "needed is a customer, or --consultant")
	}
	return account, err
}

// first is the first of some arguments, the others are what is left; a command that takes n more than a person has one
// argument less where a consultant is named.
func (o *pointsOf) first(cmd *cobra.Command, args []string, n int) (person string, rest []string, err error) {
	switch {
	case len(args) == n+1:
		return args[0], args[1:], nil
	case o.consultant == "":
		return "", nil, usage(cmd, "needed is a customer, or --consultant")
	}
	return "", args, nil
}

// pointsTyped reads a number of points.
func pointsTyped(text string) (int64, error) {
	n, err := wholeNumber(strings.TrimPrefix(text, "+"))
	if err != nil {
		return 0, fault.New(fault.Usage, fmt.Sprintf("%.40q is no number of points", text), "points are whole: 500")
	}
	return n, nil
}
