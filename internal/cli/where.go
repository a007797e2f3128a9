package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

// place is what perla where answers: which file is the book, and why that one.
type place struct {
	path      string
	from      string
	exists    bool
	bytes     int64
	sideFiles []string
}

var placeColumns = []sheet.Column[place]{
	{Name: "path", Get: func(p *place) sheet.Value { return sheet.Text(p.path) }},
	{Name: "from", Get: func(p *place) sheet.Value { return sheet.Text(p.from) }},
	{Name: "exists", Kind: sheet.BoolKind, Get: func(p *place) sheet.Value { return sheet.Bool(p.exists) }},
	{Name: "bytes", Kind: sheet.IntKind, Get: func(p *place) sheet.Value {
		if !p.exists {
			return sheet.Value{}
		}
		return sheet.Int(p.bytes)
	}},
	{Name: "side_files", Get: func(p *place) sheet.Value { return sheet.Text(strings.Join(p.sideFiles, " ")) }},
}

func whereCommand(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "where",
		Short: "Say which book is meant, and why that one",
		Long: `The book is the file that --db names, else PERLA_DB, else the setting db, else
the default in your data folder. Files of the same name that end in -wal and
-shm belong to it: SQLite keeps them while the book is in use, and sometimes
after. Never copy a book without them; perla opens nothing to answer this.`,
		Example: `perla where
perla where --columns path,from -o json
PERLA_DB=shop.db perla where`,
		RunE: func(*cobra.Command, []string) error {
			p, err := a.locate()
			if err != nil {
				return err
			}
			if err := emitOne(a, placeColumns, p); err != nil {
				return err
			}
			if !p.exists {
				a.hint("make the book with: perla init")
			}
			return nil
		},
	}, placeColumns)
}

func (a *app) locate() (place, error) {
	c, err := a.settings()
	if err != nil {
		return place{}, err
	}
	p := place{path: c.DB, from: c.Why("db")}
	if full, err := filepath.Abs(c.DB); err == nil {
		p.path = full
	}
	info, err := os.Stat(p.path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return p, &fault.Error{Kind: fault.IO, Noun: "book", Key: p.path, Err: cause(err)}
	}
	if p.exists = err == nil; p.exists {
		p.bytes = info.Size()
	}
	for _, name := range book.SideFiles(p.path) {
		if _, err := os.Stat(name); err == nil {
			p.sideFiles = append(p.sideFiles, name)
		}
	}
	return p, nil
}
