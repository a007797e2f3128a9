package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// productFlags are the flags that change a product.
type productFlags struct {
	change catalog.Change
	typed  []typedField // what only the book's settings can read, as it was typed
	from   string
}

// typedField is a field of a product as it was typed.
type typedField struct {
	field catalog.Fields
	text  string
}

// productFlagNames are the flags that are not called as their field is.
var productFlagNames = map[catalog.Fields]string{catalog.FieldTaxRate: "tax", catalog.FieldLimitedTo: "limited", catalog.FieldLaunchedOn: "launch",
	catalog.FieldDiscontinuedOn: "discontinue"}

// productFlag is the flag of a field.
func productFlag(f catalog.Fields) string {
	if name := productFlagNames[f]; name != "" {
		return name
	}
	return strings.ReplaceAll(f.Name(), "_", "-")
}

// register gives a command the flags of the fields, but for some, and those that add a tag or an attribute.
func (o *productFlags) register(a *app, cmd *cobra.Command, but catalog.Fields) {
	for _, f := range []struct {
		field       catalog.Fields
		kind, usage string
	}{
		{catalog.FieldSKU, "text", "its stock-keeping unit"},
		{catalog.FieldName, "text", "its name"},
		{catalog.FieldCategory, "text", "category"},
		{catalog.FieldBrand, "text", "brand"},
		{catalog.FieldPackaging, "text", "what it is packed in"},
		{catalog.FieldNotes, "text", "anything else"},
	} {
		if f.field&but == 0 {
			o.flag(cmd, productFlag(f.field), f.kind, f.usage, func(text string) error { return o.change.Set(f.field, text) })
		}
	}
	for _, f := range []struct {
		field       catalog.Fields
		kind, usage string
	}{
		{catalog.FieldPrice, "amount", "what a piece costs the buyer, before tax"},
		{catalog.FieldCost, "amount", "what a piece costs you"},
		{catalog.FieldTaxRate, "percent", "tax on top of the price: 21"},
		{catalog.FieldReplenishDays, "days", "how long a piece lasts"},
		{catalog.FieldReorderAt, "pieces", "at so many available it is time to order more"},
		{catalog.FieldLimitedTo, "pieces", "a limited edition of so many"},
		{catalog.FieldCreatedOn, "date", "known since (default today)"},
		{catalog.FieldLaunchedOn, "date", "sold from that day on"},
		{catalog.FieldDiscontinuedOn, "date", "given up, sold until none is left; today, or =DATE"},
	} {
		o.flag(cmd, productFlag(f.field), f.kind, f.usage, func(text string) error {
			o.typed = append(o.typed, typedField{f.field, text})
			return nil
		})
	}
	cmd.Flags().Lookup(productFlag(catalog.FieldDiscontinuedOn)).NoOptDefVal = "today"
	cmd.Flags().StringVar(&o.from, "from", "", "price and cost hold from `DATE` on (default today)")
	o.flag(cmd, "tag", "word", "add the tag WORD, or several: a,b", func(text string) error { return o.change.Add(catalog.FieldTags, text) })
	o.flag(cmd, "attr", "key=value", "add an attribute; a key may have several values", func(text string) error { return o.change.Add(catalog.FieldAttributes, text) })
	o.flag(cmd, "tier", "word", "keep it for the tier WORD, beside those it has", func(text string) error { return o.change.Add(catalog.FieldAttributes, "tier="+text) })
	completeFlag(cmd, "category", a.completeFrom(productWords("category")))
	completeFlag(cmd, "brand", a.completeFrom(productWords("brand")))
}

// registerEdits gives a command the flags that only a product that is there already can heed.
func (o *productFlags) registerEdits(cmd *cobra.Command) {
	o.flag(cmd, "untag", "word", "take the tag WORD off, or several: a,b", func(text string) error { return o.change.Remove(catalog.FieldTags, text) })
	o.flag(cmd, "unattr", "key[=value]", "take an attribute away, or all of a key", func(text string) error { return o.change.Remove(catalog.FieldAttributes, text) })
}

func (o *productFlags) flag(cmd *cobra.Command, name, kind, usage string, set func(string) error) {
	cmd.Flags().Var(&changeFlag{kind, set}, name, usage)
}

// resolve completes what the flags give with what only the book knows: its currency, and what day it is.
func (o *productFlags) resolve(tx *book.Tx) (err error) {
	for _, t := range o.typed {
		if err := o.read(tx, t.field, strings.TrimSpace(t.text)); err != nil {
			return inFlag("--"+productFlag(t.field), err)
		}
	}
	if o.from == "" {
		return nil
	}
	if o.change.Given&(catalog.FieldPrice|catalog.FieldCost) == 0 {
		return fault.New(fault.Usage, "--from: neither --price nor --cost is given that could hold from then on", "")
	}
	o.change.Since, err = dates.Parse(o.from, tx.Today())
	return inFlag("--from", err)
}

// read gives a field what was typed for it; nothing empties it.
func (o *productFlags) read(tx *book.Tx, f catalog.Fields, text string) error {
	switch f {
	case catalog.FieldCreatedOn, catalog.FieldLaunchedOn, catalog.FieldDiscontinuedOn:
		var day dates.Date
		var err error
		if text != "" || f == catalog.FieldCreatedOn {
			if day, err = dates.Parse(text, tx.Today()); err != nil {
				return err
			}
		}
		o.change.SetDay(f, day)
		return nil
	}
	if text == "" {
		if err := o.change.SetNumber(f, 0, false); err != nil {
			return noNumber(err.Error())
		}
		return nil
	}
	n, err := readNumber(f, text, tx.Settings().Currency)
	if err != nil {
		return err
	}
	if err := o.change.SetNumber(f, n, true); err != nil {
		return noNumber(fmt.Sprintf("%q is %v", text, err))
	}
	return nil
}

// readNumber reads the figure of a field: an amount, a percentage or a whole number.
func readNumber(f catalog.Fields, text string, currency money.Currency) (int64, error) {
	switch f {
	case catalog.FieldPrice, catalog.FieldCost:
		amount, err := typedAmount(text, currency)
		return int64(amount), err
	case catalog.FieldTaxRate:
		percent, err := typedDecimal(strings.TrimSuffix(text, "%"))
		if err != nil {
			return 0, err
		}
		rate, err := catalog.ParseTaxRate(percent)
		if err != nil {
			return 0, noNumber(fmt.Sprintf("%q is %v", text, err))
		}
		return rate, nil
	}
	return wholeNumber(text)
}

// typedDecimal reads a number whose decimals stand behind a point or a comma; one that fits both readings is refused.
func typedDecimal(text string) (money.Decimal, error) {
	d, err := money.ParseTyped(text)
	switch {
	case errors.Is(err, money.ErrAmbiguous):
		err = noNumber(fmt.Sprintf("%q %v", text, err))
	case err != nil:
		err = noNumber(fmt.Sprintf("%q is %v", text, err))
	}
	return d, err
}

// noNumber says why a figure was refused, and where the forms of figures are told.
func noNumber(reason string) error { return fault.New(fault.Usage, reason, "see: perla help numbers") }

// typedAmount reads an amount of the book's currency, with no more decimals than it has.
func typedAmount(text string, currency money.Currency) (money.Amount, error) {
	d, err := typedDecimal(text)
	if err != nil {
		return 0, err
	}
	amount, err := d.Exact(currency)
	if err != nil {
		return 0, noNumber(fmt.Sprintf("%s %v", text, err))
	}
	return amount, nil
}

// wholeNumber reads a number without decimals.
func wholeNumber(text string) (int64, error) {
	d, err := typedDecimal(text)
	if err != nil || d.Scale != 0 {
		return 0, noNumber(fmt.Sprintf("%q is not a whole number", text))
	}
	return d.Digits, nil
}

// saySince says of a price that is not today's from when on it holds.
func (o *productFlags) saySince(a *app, p catalog.Product) {
	if o.change.Since.IsZero() {
		return
	}
	from := &o.change.From
	for _, f := range []struct {
		field     catalog.Fields
		name      string
		set, have money.Amount
	}{{catalog.FieldPrice, "price", from.Price, p.Price}, {catalog.FieldCost, "cost", from.Cost, p.Cost}} {
		if o.change.Given&f.field != 0 && f.set != f.have {
			a.note("the %s is %s from %s on; today's is another one: perla product prices %s", f.name, a.moneyText(f.set), o.change.Since, shellWord(p.SKU))
		}
	}
}
