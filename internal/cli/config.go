package cli

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/config"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

var configColumns = []sheet.Column[config.Item]{
	{Name: "key", Get: func(i *config.Item) sheet.Value { return sheet.Text(i.Key) }},
	{Name: "value", Get: func(i *config.Item) sheet.Value { return sheet.Text(i.Value) }},
	{Name: "origin", Get: func(i *config.Item) sheet.Value { return sheet.Text(string(i.Origin)) }},
	{Name: "meaning", Get: func(i *config.Item) sheet.Value { return sheet.Text(i.What) }},
}

func configCommand(a *app) *cobra.Command {
	cmd := noun("config", "Settings of this machine, and who sells", `perla config list
perla config set color never
perla config set seller_name "Luz Cosmética"`, configList(a), configGet(a), configSet(a))
	cmd.Long = `A setting of this machine has the first value of: its flag, its PERLA_ variable,
the file config.toml, the default.

Who sells stands at the head of quotes, invoices and receipts and is kept in the
book, with its other settings:
` + indent(wrap(book.SellerKeys(), helpWidth-2)) + `
Semicolons part the lines of the address, and of the note that quotes and
invoices end with. The book keeps too what an hour spent with a customer costs,
as service_rate: see perla report profitability. What else belongs to a book
(currency, country, time zone, locale) is given to perla init.`
	return cmd
}

func configList(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List the settings, with where each value comes from",
		Example: `perla config list
perla config list -o json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.settings()
			if err != nil {
				return err
			}
			for _, name := range c.Unknown() {
				a.warn("config file %s: there is no setting %s%s", c.Path, name, orNearest(name))
			}
			return emitSlice(a, configColumns, append(c.List(), a.bookItems(cmd.Context())...))
		},
	}, configColumns)
}

func orNearest(name string) string {
	if near := fault.Nearest(name, config.Keys()); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

func configGet(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "get KEY",
		Short: "Print the value of one setting",
		Example: `perla config get db
perla config get output -o json`,
		ValidArgsFunction: completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			item, err := a.configItem(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if a.askedForRows() {
				return emitOne(a, configColumns, item)
			}
			_, err = io.WriteString(a.out, item.Value+"\n")
			return err
		},
	}, configColumns)
}

func configSet(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "set KEY VALUE",
		Short: "Write a setting, into the config file or the book",
		Long: `The rest of the config file, comments too, stays as it is. A value of auto lets
perla decide again. Who sells (seller_name and so on) and service_rate are
written into the book, where perla undo takes them back; an empty value takes
one away.`,
		Example: `perla config set output json
perla config set seller_name "Luz Cosmética"
perla config set seller_address "Calle Mayor 12, 2.º B; 28013 Madrid"
perla config set seller_note "Pay to ES91 2100 0418 4502 0005 1332"
perla config set db shop.db`,
		ValidArgsFunction: completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := knownSetting(args[0]); err != nil {
				return err
			}
			if slices.Contains(bookKeys(), args[0]) {
				return a.setInBook(cmd.Context(), args[0], args[1])
			}
			path, err := config.Set(a.configSource(), args[0], args[1])
			if err != nil {
				return err
			}
			a.note("%s is set in %s", args[0], path)
			c, err := a.settings()
			if err != nil {
				return err
			}
			item, err := c.Get(args[0])
			if err == nil && item.Origin != config.File {
				a.warn("%s still counts before the file", c.Why(args[0]))
			}
			return err
		},
	}
}

func completeKeys(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return settingKeys(), cobra.ShellCompDirectiveNoFileComp
}

// ofBook is where the settings of the book come from.
const ofBook config.Origin = "book"

// bookItems are the settings that can be set of the book, where there is one to have them.
func (a *app) bookItems(ctx context.Context) (items []config.Item) {
	_ = a.view(ctx, func(v *book.View) error {
		seller, err := book.SellerOf(v)
		for _, s := range seller.List() {
			items = append(items, config.Item{Key: s.Key, Value: s.Value, Origin: ofBook, What: s.What})
		}
		if err != nil {
			return err
		}
		rate, err := contacts.ServiceRateText(v)
		items = append(items, config.Item{Key: contacts.ServiceRateKey, Value: rate, Origin: ofBook, What: "what an hour spent with a customer costs"})
		return err
	})
	return items
}

// bookKeys are the settings of the book that can be set.
func bookKeys() []string { return append(book.SellerKeys(), contacts.ServiceRateKey) }

// settingKeys are all settings, of the machine and of the book.
func settingKeys() []string { return append(config.Keys(), bookKeys()...) }

// knownSetting refuses a key that no setting has.
func knownSetting(key string) error {
	if slices.Contains(settingKeys(), key) {
		return nil
	}
	err := &fault.Error{Kind: fault.Usage, Noun: "setting", Key: key, Reason: "there is no such setting; there are " + strings.Join(settingKeys(), ", ")}
	if near := fault.Nearest(key, settingKeys()); near != "" {
		err.Hint = "did you mean " + near + "?"
	}
	return err
}

// configItem is one setting, of the machine or of the book.
func (a *app) configItem(ctx context.Context, key string) (config.Item, error) {
	if err := knownSetting(key); err != nil {
		return config.Item{}, err
	}
	c, err := a.settings()
	if err != nil || !slices.Contains(bookKeys(), key) {
		if err != nil {
			return config.Item{}, err
		}
		return c.Get(key)
	}
	if _, err := a.book(ctx); err != nil {
		return config.Item{}, err
	}
	items := a.bookItems(ctx)
	at := slices.IndexFunc(items, func(i config.Item) bool { return i.Key == key })
	return items[at], nil
}

// setInBook writes a setting into the book.
func (a *app) setInBook(ctx context.Context, key, value string) error {
	set := func(tx *book.Tx) error { return book.SetSeller(tx, key, value) }
	if key == contacts.ServiceRateKey {
		set = func(tx *book.Tx) error { return contacts.SetServiceRate(tx, value) }
	}
	if err := a.update(ctx, "config set "+key, set); err != nil {
		return err
	}
	a.note("%s is set in the book", key)
	return nil
}
