package cli

import (
	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

func stockExpect(a *app) *cobra.Command {
	var o stockFlags
	var stop bool
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "expect PRODUCT [PIECES]",
		Short: "Say what was ordered from the maker and is still to come",
		Long: `Say what was ordered from the maker under a document and is still to come. What
is received under the same document counts against it. Another number of pieces
for the same product and document takes the place of the first; --close says
that no more of it will come.`,
		Example: `perla stock expect AB-100 50 --document PO-3 --on +2w --cost 9.10
perla stock expect AB-100 --document PO-3 --close`,
		ValidArgsFunction: a.completeFrom(productNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.clean(); err != nil {
				return err
			}
			switch {
			case o.document == "":
				return usage(cmd, "--document is needed: what is received under it counts against what is expected")
			case stop == (len(args) == 2):
				return usage(cmd, "needed are either PIECES or --close")
			}
			ids, err := a.productIDs(cmd.Context(), args[:1])
			if err != nil {
				return err
			}
			if len(ids) != 1 {
				return usage(cmd, "it is about one product")
			}
			var found []catalog.Expected
			err = a.update(cmd.Context(), operationOnIDs("stock expect", ids), func(tx *book.Tx) (err error) {
				if stop {
					err = catalog.CloseExpected(tx, ids[0], o.document)
				} else {
					err = expectPieces(tx, &o, ids[0], args[1])
				}
				if err != nil {
					return err
				}
				found, err = catalog.ExpectedOf(tx.View, 0, ids[0], o.document, true)
				return err
			})
			if err != nil {
				return err
			}
			if !stop && found[0].Received > found[0].Quantity {
				a.warn("%s of it were received under %s already", counted(found[0].Received, "piece"), o.document)
			}
			return emitSlice(a, sheet.Expecteds, found)
		},
	}, sheet.Expecteds))
	o.register(cmd, "document", "cost")
	cmd.Flags().StringVar(&o.on, "on", "", "the `DATE` it should come")
	cmd.Flags().BoolVar(&stop, "close", false, "no more of it will come")
	for _, name := range []string{"on", "cost"} {
		cmd.MarkFlagsMutuallyExclusive("close", name)
	}
	return cmd
}

// expectPieces books what is expected.
func expectPieces(tx *book.Tx, o *stockFlags, product int64, text string) error {
	e := catalog.Expected{Product: product, Document: o.document}
	var err error
	if e.Quantity, err = pieces(text); err != nil {
		return err
	}
	if e.On, err = dayIn("--on", o.on, tx.Today()); err != nil {
		return err
	}
	if o.cost != "" {
		if e.Cost, err = typedAmount(o.cost, tx.Settings().Currency); err == nil && e.Cost < 0 {
			err = noNumber("less than 0")
		}
		if err != nil {
			return inFlag("--cost", err)
		}
		e.HasCost = true
	}
	return catalog.Expect(tx, e)
}

func stockExpected(a *app) *cobra.Command {
	var every bool
	var document string
	cmd := rowsOf(&cobra.Command{
		Use:   "expected [PRODUCT]",
		Short: "List what is still to come",
		Example: `perla stock expected
perla stock expected AB-100 --all`,
		ValidArgsFunction: a.completeFrom(productNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				product := int64(0)
				if len(args) > 0 {
					p, err := catalog.FindProduct(v, args[0])
					if err != nil {
						return err
					}
					product = p.ID
				}
				if cmd.Flags().Changed("document") && document == "" {
					return fault.New(fault.Usage, "--document needs a value", "")
				}
				list, err := catalog.ExpectedOf(v, day, product, document, every)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Expecteds, list)
			})
		},
	}, sheet.Expecteds)
	cmd.Flags().BoolVar(&every, "all", false, "what has come or was closed, too")
	cmd.Flags().StringVar(&document, "document", "", "only what was ordered under the document `NUMBER`")
	return cmd
}
