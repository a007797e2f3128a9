package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func promotionCommand(a *app) *cobra.Command {
	return noun("promotion", "Codes that lower a price, and for whom",
		`perla promotion add SPRING10 --percent 10 --until 2026-12-31
perla promotion list`,
		promotionAdd(a), promotionList(a), promotionShow(a), promotionEnd(a))
}

// promotionFlags are the flags of a new promotion, as they were typed.
type promotionFlags struct {
	percent, amount, min, product, from, until string
	promotion                                  sales.Promotion
}

func promotionAdd(a *app) *cobra.Command {
	var o promotionFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add CODE",
		Short: "Add a promotion",
		Long: `Add a promotion: a percentage or an amount off, or pieces free with others, of
which the cheapest are free. It holds for orders that name its code, however it
is written, and takes off what is left after the discounts of the lines. Flags
limit it to some products, orders, days and uses.`,
		Example: `perla promotion add SPRING10 --percent 10 --from 2026-03-01 --until 2026-05-31
perla promotion add FIVE --amount 5 --min 40 --channel online --max-uses 100
perla promotion add 3FOR2 --buy 2 --get 1 --category care --max-uses-each 1
perla promotion add THANKS --percent 15 --segment champions`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var p sales.Promotion
			err := a.update(cmd.Context(), "promotion add", func(tx *book.Tx) error {
				if err := o.read(tx, cmd); err != nil {
					return err
				}
				o.promotion.Code = args[0]
				var err error
				if p, err = sales.AddPromotion(tx, o.promotion); err != nil {
					return err
				}
				missing, err := noSuchSegments(tx.View, p.Segment)
				for _, reason := range missing {
					a.warn("promotion %s: --segment: %s", p.Code, reason)
				}
				return err
			})
			if err != nil {
				return err
			}
			return emitPromotion(a, p, a.open.Today())
		},
	}, sheet.Promotions(0, money.Wording{})))
	f := cmd.Flags()
	f.StringVar(&o.percent, "percent", "", "`PERCENT` off: 10")
	f.StringVar(&o.amount, "amount", "", "`AMOUNT` off the order")
	f.Int64Var(&o.promotion.Buy, "buy", 0, "with so many `PIECES` ...")
	f.Int64Var(&o.promotion.Get, "get", 0, "... so many more `PIECES` are free")
	f.StringVar(&o.promotion.Name, "name", "", "what it is called: `TEXT`")
	f.StringVar(&o.product, "product", "", "only for `PRODUCT`")
	f.StringVar(&o.promotion.Category, "category", "", "only for products of `CATEGORY`")
	f.StringVar(&o.promotion.Brand, "brand", "", "only for products of `BRAND`")
	f.StringVar(&o.promotion.Channel, "channel", "", "only by `CHANNEL`")
	f.StringVar(&o.promotion.Segment, "segment", "", "only for who was in `SEGMENT` the day before")
	f.StringVar(&o.min, "min", "", "only from `AMOUNT` on, for the products it is for")
	f.StringVar(&o.from, "from", "", "from `DATE` on")
	f.StringVar(&o.until, "until", "", "until `DATE`, that day too")
	f.Int64Var(&o.promotion.MaxUses, "max-uses", 0, "for so many `ORDERS` in all")
	f.Int64Var(&o.promotion.MaxUsesEach, "max-uses-each", 0, "for so many `ORDERS` of each customer")
	completeFlag(cmd, "product", a.completeFrom(productNames))
	completeFlag(cmd, "category", a.completeFrom(productWords("category")))
	completeFlag(cmd, "brand", a.completeFrom(productWords("brand")))
	cmd.MarkFlagsMutuallyExclusive("percent", "amount", "buy")
	cmd.MarkFlagsMutuallyExclusive("percent", "amount", "get")
	return cmd
}

// read completes the promotion with what only the book can read.
func (o *promotionFlags) read(tx *book.Tx, cmd *cobra.Command) (err error) {
	p := &o.promotion
	switch {
	case o.percent != "":
		p.Kind = sales.PercentOff
		p.Percent, err = typedPercent(o.percent)
		err = inFlag("--percent", err)
	case o.amount != "":
		p.Kind = sales.AmountOff
		p.Amount, err = typedAmount(o.amount, tx.Settings().Currency)
		err = inFlag("--amount", err)
	case cmd.Flags().Changed("buy") && cmd.Flags().Changed("get"):
		p.Kind = sales.BuyGet
	default:
		return usage(cmd, "needed is what it takes off: --percent 10, --amount 5, or --buy 2 --get 1")
	}
	if err != nil {
		return err
	}
	if o.min != "" {
		if p.MinTotal, err = typedAmount(o.min, tx.Settings().Currency); err != nil {
			return inFlag("--min", err)
		}
	}
	if p.From, err = dayIn("--from", o.from, tx.Today()); err != nil {
		return err
	}
	if p.Until, err = lastDayFlag(tx.View, "--until", o.until); err != nil || o.product == "" {
		return err
	}
	found, err := catalog.FindProduct(tx.View, o.product)
	p.Product = found.ID
	return err
}

// typedPercent reads a percentage above 0 as hundredths of a percent.
func typedPercent(text string) (int64, error) {
	d, err := typedDecimal(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	if err != nil {
		return 0, err
	}
	n, err := catalog.ParseTaxRate(d)
	if err != nil || n == 0 {
		return 0, fault.New(fault.Usage, fmt.Sprintf("%q is no percentage above 0 and up to 100, with two decimals at most", text), "see: perla help numbers")
	}
	return n, nil
}

// emitPromotion prints one promotion with all that limits it.
func emitPromotion(a *app, p sales.Promotion, day dates.Date) error {
	columns := sheet.Promotions(day, a.wording())
	for i := range columns {
		columns[i].Wide = false
	}
	return emitOne(a, columns, p)
}

func promotionList(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List promotions, with how often each was used",
		Example: `perla promotion list
perla promotion list --columns code,off,uses,max_uses`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				list, err := sales.Promotions(v)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Promotions(day, a.wording()), list)
			})
		},
	}, sheet.Promotions(0, money.Wording{}))
}

func promotionShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "show CODE",
		Short: "Show a promotion",
		Example: `perla promotion add SPRING10 --percent 10
perla promotion show spring10`,
		ValidArgsFunction: a.completeFrom(promotionCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				p, err := sales.FindPromotion(v, args[0])
				if err != nil {
					return err
				}
				return emitPromotion(a, p, day)
			})
		},
	}, sheet.Promotions(0, money.Wording{}))
}

func promotionEnd(a *app) *cobra.Command {
	var on string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "end CODE",
		Short: "End a promotion: at once, or on a day",
		Long: `End a promotion. Without --on it holds no longer from now on: yesterday was its
last day. Orders that used it keep what it took off.`,
		Example: `perla promotion add SPRING11 --percent 10
perla promotion end SPRING11 --on 2026-12-31
perla promotion end SPRING11`,
		ValidArgsFunction: a.completeFrom(promotionCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			var p sales.Promotion
			err := a.update(cmd.Context(), "promotion end", func(tx *book.Tx) error {
				last, err := lastDayFlag(tx.View, "--on", on)
				if err != nil {
					return err
				}
				if last == 0 {
					last = tx.Today().AddDays(-1)
				}
				p, err = sales.EndPromotion(tx, args[0], last)
				return err
			})
			if err != nil {
				return err
			}
			return emitPromotion(a, p, a.open.Today())
		},
	}, sheet.Promotions(0, money.Wording{})))
	cmd.Flags().StringVar(&on, "on", "", "the last `DATE` on which it holds (default yesterday)")
	return cmd
}

// promotionCodes completes the code of a promotion.
func promotionCodes(v *book.View, _ string) (words []cobra.Completion, err error) {
	list, err := sales.Promotions(v)
	for _, p := range list {
		words = append(words, cobra.CompletionWithDesc(p.Code, p.Off(money.Wording{Currency: v.Settings().Currency})))
	}
	return words, err
}
