package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
)

func customerExportData(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export-data CUSTOMER",
		Short: "Give a customer everything that is known of her, as JSON",
		Long: `Print everything the book holds of one customer, as she may ask for it: her rows
in every table with the names of the columns, the rows of others that name her,
and what the history keeps of rows that were changed or removed. Amounts are
whole numbers of the smallest unit of the currency, as the book keeps them.

perla customer export writes many customers as a table instead.`,
		Example: `perla customer export-data ana
perla customer export-data 1 --out ana.json`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				c, err := contacts.Find(v, args[0])
				if err != nil {
					return err
				}
				d, err := contacts.ExportData(v, c.ID)
				if err != nil {
					return err
				}
				text, err := personalJSON(d)
				if err != nil {
					return err
				}
				return a.write(func(w io.Writer) error {
					_, err := w.Write(text)
					return err
				})
			})
		},
	}
	cmd.Flags().StringVar(&a.flags.out, "out", "", "write to `FILE`, which only you can read")
	_ = cmd.MarkFlagFilename("out")
	return cmd
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		b.Write(append(name, ':'))
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(m.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// personalJSON writes what is held of a customer for her to read, harmless on a terminal.
func personalJSON(d contacts.PersonalData) ([]byte, error) {
	tables := map[string][]object{}
	for _, r := range d.Held.Rows {
		tables[r.Table] = append(tables[r.Table], rowObject(r))
	}
	var data object
	for _, name := range d.Held.Tables {
		data = append(data, member{name, listOf(tables[name])})
	}
	var named, operations, past []object
	for _, r := range d.Held.NamedIn {
		named = append(named, object{{"table", r.Table}, {"id", r.ID}, {"column", r.Names[0]}})
	}
	for _, op := range d.Operations {
		operations = append(operations, object{{"operation", op.ID}, {"at", op.At.UTC().Format(time.RFC3339)}, {"what", op.What}})
	}
	for _, r := range d.Held.Past {
		past = append(past, object{{"operation", r.Operation}, {"table", r.Table}, {"change", r.Kind}, {"before", pastObject(r)}})
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(object{
		{"customer", d.Customer.ID}, {"name", d.Customer.Name}, {"exported_at", d.At.Format(time.RFC3339)},
		{"currency", d.Settings.Currency.Code}, {"decimals", d.Settings.Currency.Decimals}, {"timezone", d.Settings.Zone.String()},
		{"data", data}, {"named_in", listOf(named)}, {"operations", listOf(operations)}, {"old_rows", listOf(past)},
	})
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return []byte(strings.Join(lines, "\n")), err
}

// listOf is a list that is [] when there is nothing in it.
func listOf(list []object) []object {
	if list == nil {
		return []object{}
	}
	return list
}

// rowObject is a row with the names of its columns; beside the id of somebody or something else stands the name.
func rowObject(r book.HeldRow) (o object) {
	for i, name := range r.Names {
		o = append(o, member{name, r.Values[i]})
		if r.Called[i] != "" {
			o = append(o, member{strings.TrimSuffix(name, "_id"), r.Called[i]})
		}
	}
	return o
}

// pastObject is an old image: what the row had in it.
func pastObject(r book.HeldRow) (o object) {
	for i, name := range r.Names {
		if r.Values[i] != nil {
			o = append(o, member{name, r.Values[i]})
		}
	}
	return o
}
