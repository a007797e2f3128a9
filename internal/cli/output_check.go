package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/sheet"
)

// checkOutput refuses a form of rows that cannot be printed, before a command does anything: what was written and cannot
// be shown looks as if it had failed. Columns of a question are left to where it is answered, since some of them, such as
// attributes, only the book knows.
func (a *app) checkOutput(cmd *cobra.Command) error {
	if _, rows := cmd.Annotations[markColumns]; !rows {
		return nil
	}
	o := a.asked()
	known := columnsOf(cmd)
	if !mayWrite(cmd) || len(known) == 0 {
		return o.CheckFilters()
	}
	if c, err := a.settings(); err == nil { // one that cannot be read is for the command to say
		o.Format = sheet.Format(c.Output)
	}
	return o.Check(append(known, a.attributeNames(cmd)...))
}

// mayWrite says whether a command may change anything: the book, or a file.
func mayWrite(cmd *cobra.Command) bool {
	return cmd.Flags().Lookup("dry-run") != nil || !heeds(cmd, "as-of")
}

// canPick is checkOutput for a command that prints other rows than it usually does: a --columns that names what these do
// not have is refused before anything is written.
func canPick[T any](a *app, cmd *cobra.Command, columns []sheet.Column[T]) error {
	var known []string
	for _, c := range columns {
		known = append(known, c.Name)
	}
	return sheet.Output{Columns: a.asked().Columns}.Check(append(known, a.attributeNames(cmd)...))
}

// attributesNamed are the keys of the attributes that --columns names: attr.KEY.
func (a *app) attributesNamed() (keys []string) {
	for _, name := range a.asked().Columns {
		key, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(name)), sheet.AttributePrefix)
		if ok && key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// attributeNames are the columns of the attributes that --columns names, for a command whose rows have some. After a
// change any will do: it may be one that is only to come.
func (a *app) attributeNames(cmd *cobra.Command) (names []string) {
	if cmd.Annotations[markAttributes] == "" {
		return nil
	}
	for _, key := range a.attributesNamed() {
		names = append(names, sheet.AttributePrefix+key)
	}
	return names
}
