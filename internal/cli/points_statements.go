package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/sheet"
)

// statementLetters is how long the name of a page is: 128 bits, which nobody finds by trying.
const statementLetters = 26

// The parts of a folder of statements.
const (
	statementPages = "pages"
	statementIndex = "index.csv"
)

func pointsStatements(a *app) *cobra.Command {
	var who pointsOf
	var o statementFlags
	var dir string
	var where whereFlag
	cmd := &cobra.Command{
		Use:   "statements [CUSTOMER...]",
		Short: "Write a page for each member, to be put on any static host",
		Long: `Write a statement for each customer who ever had points, for those named, or for
those on standard input (-); with --programme consultants for those. The folder
is made, or is there and empty. In it pages/ holds a page for each under a name
that nobody guesses: put that on a host, and send each her address. index.csv,
with customer_id, name and file, says whose is which: keep it to yourself.`,
		Example: `perla points statements --out statements
perla customer list -o ids | perla points statements - --out chosen`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.take(a, cmd); err != nil {
				return err
			}
			if (len(args) > 0 || where.given()) && who.programme == loyalty.Consultants {
				return usage(cmd, "consultants are not named one by one: leave out the names, or write one with perla points statement --consultant REF")
			}
			chosen, err := a.chosenMembers(cmd.Context(), &where, args)
			if err != nil {
				return err
			}
			return writeFolder(dir, func(folder string) error {
				return a.view(cmd.Context(), func(v *book.View) error { return o.writeAll(a, v, who.programme, chosen, folder, dir) })
			})
		},
	}
	o.register(cmd, html)
	who.all(cmd)
	where.register(cmd)
	cmd.Flags().StringVar(&dir, "out", "", "the `FOLDER`, new or empty")
	_ = cmd.MarkFlagRequired("out")
	_ = cmd.MarkFlagDirname("out")
	return cmd
}

// chosenMembers are the customers that selectors name or a filter finds; nil without any, which is everybody.
func (a *app) chosenMembers(ctx context.Context, where *whereFlag, args []string) (map[int64]bool, error) {
	if len(args) == 0 && !where.given() {
		return nil, nil
	}
	ids, err := where.customers(ctx, a, args)
	chosen := make(map[int64]bool, len(ids))
	for _, id := range ids {
		chosen[id] = true
	}
	return chosen, err
}

// writeAll writes the statements of members into a folder, which will be known by another name.
func (o *statementFlags) writeAll(a *app, v *book.View, programme string, chosen map[int64]bool, folder, name string) error {
	day, err := a.asOf(v)
	if err != nil {
		return err
	}
	members, err := loyalty.Members(v, programme, day)
	if err != nil {
		return err
	}
	if chosen != nil {
		members = slices.DeleteFunc(members, func(m loyalty.Account) bool { return !chosen[m.ID()] })
	}
	if len(members) == 0 {
		return &fault.Error{Kind: fault.NotFound, Noun: "members", Reason: "none of them ever had points", Hint: "see who has: perla points balance"}
	}
	seller, err := book.SellerOf(v)
	if err != nil {
		return err
	}
	a.warnSeller(seller)
	if err := os.Mkdir(filepath.Join(folder, statementPages), 0o700); err != nil {
		return err
	}
	bar := a.progress("writing statements", len(members))
	defer bar.done()
	statements := loyalty.NewStatements(v, day, o.moves, len(members) > 1)
	index := make([]sheet.StatementFile, 0, len(members))
	for _, m := range members {
		st, err := statements.Of(m)
		if err != nil {
			return err
		}
		secret, err := loyalty.Secret(a.env.random(), statementLetters)
		if err != nil {
			return err
		}
		file := strings.ToLower(secret) + "." + o.output
		if err := writeFile(filepath.Join(folder, statementPages, file), func(w io.Writer) error { return o.write(w, &st, seller, a.setting()) }); err != nil {
			return err
		}
		index = append(index, sheet.StatementFile{Account: m, Name: st.Name, File: file})
		bar.add(1)
		if err := v.Context().Err(); err != nil {
			return err
		}
	}
	err = writeFile(filepath.Join(folder, statementIndex), func(w io.Writer) error {
		return sheet.Write(w, sheet.Output{Format: sheet.CSV, Setting: a.setting()}, sheet.StatementFiles(programme), rowsIn(index))
	})
	if err == nil {
		a.note("%s in %s; %s says whose is which", counted(int64(len(index)), "page"), filepath.Join(name, statementPages), filepath.Join(name, statementIndex))
	}
	return err
}

// writeFolder makes a folder that only its owner can read, whole or not at all. One that is there and holds anything is a
// fault.Conflict.
func writeFolder(name string, fill func(folder string) error) (err error) {
	name = filepath.Clean(name)
	defer func() {
		var known *fault.Error
		if err != nil && !errors.As(err, &known) && !errors.Is(err, context.Canceled) {
			err = &fault.Error{Kind: fault.IO, Noun: "folder", Key: name, Err: cause(err)}
		}
	}()
	there, err := os.ReadDir(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(there) > 0 {
		return &fault.Error{Kind: fault.Conflict, Noun: "folder", Key: name, Reason: "it is there and not empty", Hint: "name another one, or remove it"}
	}
	folder, err := os.MkdirTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(folder)
		}
	}()
	if err := fill(folder); err != nil {
		return err
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(folder, name)
}
