package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/sheet"
)

// shownMoves is how many of the latest moves a statement tells unless another number is asked for.
const shownMoves = 10

// statementFlags say how statements are written.
type statementFlags struct {
	output string
	moves  int
}

func (o *statementFlags) register(cmd *cobra.Command, format string) {
	o.output = format
	cmd.Flags().VarP(enumOf(&o.output, html, string(sheet.Markdown)), "output", "o", "write as `FORMAT`: html, md")
	cmd.Flags().IntVar(&o.moves, "moves", shownMoves, "tell the latest `N` moves")
}

// take refuses what statements have no use for.
func (o *statementFlags) take(a *app, cmd *cobra.Command) error {
	switch {
	case a.columnsGiven || a.flags.jq != "" || a.flags.template != "":
		return fault.New(fault.Usage, "a statement has no columns to choose from", "leave out --columns, --jq and --template; rows: perla points balance -o json")
	case o.moves < 1 || o.moves > 1000:
		return usage(cmd, "--moves is a number from 1 to 1000")
	}
	if !cmd.Flags().Changed("output") && outNamesHTML(a) {
		o.output = html
	}
	return nil
}

func pointsStatement(a *app) *cobra.Command {
	var who pointsOf
	var o statementFlags
	cmd := rowsOf(&cobra.Command{
		Use:   "statement [CUSTOMER]",
		Short: "Write a page that tells a member of her points",
		Long: `Write a page for a customer, or with --consultant a consultant: what she can
spend, what expires, the next reward and how far it is, her tier and what it
brings, vouchers, rewards and the latest moves. It is in her language where that
is English, Spanish, Portuguese or French. With -o html, or a FILE.html for
--out, it is one page that needs nothing else, made for a phone and for paper;
else Markdown. Who sells is a setting: perla config set seller_name NAME.`,
		Example: `perla points statement ana
perla points statement ana --out statement.html`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.take(a, cmd); err != nil {
				return err
			}
			name, _, err := who.first(cmd, args, 0)
			if err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				account, err := who.person(cmd, v, name)
				if err != nil {
					return err
				}
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				st, err := loyalty.NewStatements(v, day, o.moves, false).Of(account)
				if err != nil {
					return err
				}
				seller, err := book.SellerOf(v)
				if err != nil {
					return err
				}
				a.warnSeller(seller)
				return a.write(func(w io.Writer) error { return o.write(w, &st, seller, a.setting()) })
			})
		},
	}, []sheet.Column[loyalty.Statement]{})
	o.register(cmd, string(sheet.Markdown))
	who.one(a, cmd)
	return cmd
}

// warnSeller says that pages will not name who sells.
func (a *app) warnSeller(s book.Seller) {
	if s.Name == "" {
		a.warn("the book does not say who sells; name it with: perla config set seller_name NAME")
	}
}

// write writes one statement.
func (o *statementFlags) write(w io.Writer, st *loyalty.Statement, seller book.Seller, setting sheet.Setting) error {
	page := newStatementWriter(st, setting).page(seller)
	if o.output == html {
		return page.HTML(w)
	}
	return page.Markdown(w)
}
