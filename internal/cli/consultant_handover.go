package cli

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func consultantHandOver(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "hand-over CONSULTANT DIR",
		Short: "Write a consultant's clients and what they did for her own book",
		Long: `Write the clients of a consultant, archived ones too, their interactions, orders
and tasks into the folder DIR, as the files that customer, interaction, order
and task import read, and a README.txt with the commands to import them into her
own book. Nothing changes in this book: give her the clients with perla
consultant transfer or customer assign.

What she changes there comes back the same way: from a folder that she writes of
herself. Refs say who is who, so that nothing is there twice. A client without a
ref is known by her e-mail, else her phone; those who have none of these, or
share them, are named in a warning, for coming back they would be doubled.`,
		Example: `perla customer assign ana luis --to eva
perla consultant hand-over eva eva-clients`,
		ValidArgsFunction: a.completeFrom(consultantNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			var files []sheet.HandOverFile
			err := a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				k, err := network.Find(v, args[0], contacts.E164)
				if err != nil {
					return err
				}
				h, err := a.startHandOver(v, k, args[1], day)
				if err != nil {
					return err
				}
				files, err = h.write(v)
				return err
			})
			if err != nil {
				return err
			}
			return emitSlice(a, sheet.HandOverFiles, files)
		},
	}, sheet.HandOverFiles)
}

// handOver is a consultant's portfolio on its way into a folder.
type handOver struct {
	app     *app
	who     network.Consultant
	dir     string
	day     dates.Date
	options contacts.ListOptions // her clients
	keys    map[int64]string     // by client: how the files name her
	unsure  []string             // clients whom no file can name for good
	files   []sheet.HandOverFile
}

// startHandOver finds a consultant's clients, and makes the folder.
func (a *app) startHandOver(v *book.View, k network.Consultant, dir string, day dates.Date) (*handOver, error) {
	h := &handOver{app: a, who: k, dir: dir, day: day, keys: map[int64]string{},
		options: contacts.ListOptions{AsOf: day, State: contacts.Everyone, Filter: contacts.Filter{Consultant: k.Ref}}}
	for row, err := range contacts.Export(v, h.options) {
		switch {
		case err != nil:
			return nil, err
		case !row.ErasedOn.IsZero():
			continue
		}
		switch c := &row.Customer; {
		case c.Ref != "" && c.RefSource == contacts.RefSource:
			h.keys[c.ID] = c.Ref
		case c.Ref != "":
			h.keys[c.ID] = c.RefSource + ":" + c.Ref
		case c.Email != "":
			h.keys[c.ID] = c.Email
		case c.E164 != "":
			h.keys[c.ID] = c.E164
		default:
			h.keys[c.ID] = c.Name
			h.unsure = append(h.unsure, fmt.Sprintf("%s (%d)", c.Name, c.ID))
		}
		if row.RefSource == contacts.BookSource {
			h.unsure = append(h.unsure, fmt.Sprintf("%s (%d)", row.Name, row.ID))
		}
	}
	if len(h.keys) == 0 {
		return nil, &fault.Error{Kind: fault.Conflict, Noun: "consultant", Key: k.Ref, Reason: "has no clients to hand over",
			Hint: "give her some with: perla customer assign CUSTOMER... --to " + shellWord(k.Ref)}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &fault.Error{Kind: fault.IO, Noun: "folder", Key: dir, Err: cause(err)}
	}
	return h, nil
}

// write writes the files, what to do with them last.
func (h *handOver) write(v *book.View) ([]sheet.HandOverFile, error) {
	further, err := contacts.FurtherColumns(v, h.options)
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		handOverRows(h, "customer", sheet.CustomerExport(further), contacts.Export(v, h.options),
			func(r *contacts.Row) (string, bool) {
				for _, l := range []*contacts.Link{&r.Company, &r.ReferredBy} { // who is no client of hers is not in her book
					if h.keys[l.ID] == "" {
						*l = contacts.Link{}
					}
				}
				return fmt.Sprint(r.ID), h.keys[r.ID] != ""
			}),
		handOverRows(h, "interaction", sheet.InteractionRows, contacts.ExportInteractions(v, contacts.InteractionQuery{AsOf: h.day, Sort: "id"}),
			func(r *contacts.InteractionRow) (string, bool) {
				key := h.keys[r.Customer.ID]
				r.Customer.Key = key
				return fmt.Sprint(r.ID), key != ""
			}),
		handOverRows(h, "order", sheet.OrderRows, sales.Export(v, sales.Query{AsOf: h.day}), func(r *sales.Row) (string, bool) {
			key := h.keys[r.CustomerID]
			r.Customer = key
			return r.RefSource + "\x00" + r.Ref, key != ""
		}),
		handOverRows(h, "task", sheet.TaskRows, contacts.ExportTasks(v, contacts.TaskQuery{AsOf: h.day, State: contacts.AnyTask, Sort: "id"}),
			func(r *contacts.TaskRow) (string, bool) {
				key := h.keys[r.Customer.ID]
				r.Customer.Key = key
				return fmt.Sprint(r.ID), key != ""
			}))
	if err != nil {
		return nil, err
	}
	if len(h.unsure) > 0 {
		h.app.warn("%s no ref, e-mail or phone of their own, and would be doubled coming back: %s", counted(int64(len(h.unsure)), "client with"), strings.Join(h.unsure[:min(len(h.unsure), 5)], ", "))
		h.app.hint("give each a ref with: perla customer edit CUSTOMER --ref REF")
	}
	return h.files, writeFile(filepath.Join(h.dir, "README.txt"), func(w io.Writer) error {
		_, err := io.WriteString(w, h.readme())
		return err
	})
}

// handOverRows writes a file of those rows that belong to her clients; of tells what a row is one of, and whether it does.
func handOverRows[T any](h *handOver, noun string, columns []sheet.Column[T], rows iter.Seq2[T, error], of func(*T) (key string, hers bool)) error {
	file := sheet.HandOverFile{File: filepath.Join(h.dir, noun+"s.csv"), Holds: noun + "s"}
	last := ""
	hers := func(yield func(T, error) bool) {
		for row, err := range rows {
			if err == nil {
				key, belongs := of(&row)
				if !belongs {
					continue
				}
				if key != last || file.Count == 0 {
					last = key
					file.Count++
				}
			}
			if !yield(row, err) {
				return
			}
		}
	}
	err := writeFile(file.File, func(w io.Writer) error {
		return sheet.Write(w, sheet.Output{Format: sheet.CSV, Setting: h.app.setting()}, columns, hers)
	})
	h.files = append(h.files, file)
	return err
}

// readme says what is in the folder, and what to type.
func (h *handOver) readme() string {
	s := h.app.open.Settings()
	var b strings.Builder
	fmt.Fprintf(&b, "The clients of %s (%s) on %s, as files for perla.\n\n", printable(h.who.Name), printable(h.who.Ref), h.day)
	b.WriteString("Type in this folder, the first line only where there is no book yet:\n\n")
	fmt.Fprintf(&b, "  perla init --currency %s --country %s --timezone %s\n", s.Currency.Code, s.Country, s.Zone)
	for _, noun := range []string{"customer", "interaction", "order", "task"} {
		fmt.Fprintf(&b, "  perla %s import %ss.csv\n", noun, noun)
	}
	fmt.Fprintf(&b, "\nTo give back what was added and changed since:\n\n  perla consultant hand-over %s back\n\n", shellWord(printable(h.who.Ref)))
	b.WriteString("and import the files in the folder back in the same order into the other book.\nImporting a file again changes nothing.\n")
	return b.String()
}
