package cli

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/sheet"
)

// cardVersion is the version of vCards that an export is to be written in: that of --vcard, or the one phones read for a
// file called NAME.vcf; "" for an export of rows.
func (a *app) cardVersion(cmd *cobra.Command, given string) (string, error) {
	f := a.flags
	rows := f.output != "" || a.columnsGiven || f.jq != "" || f.template != ""
	switch {
	case given != "" && rows:
		return "", usage(cmd, "--vcard writes cards: it goes with none of --output, --columns, --jq, --template")
	case given == "" && !rows && strings.EqualFold(filepath.Ext(f.out), ".vcf"):
		return sheet.CardVersions[0], nil
	}
	return given, nil
}

// writeCards writes customers as vCards.
func (a *app) writeCards(v *book.View, version string, o contacts.ListOptions) error {
	return a.write(func(w io.Writer) error { return sheet.WriteCards(w, version, contacts.Export(v, o)) })
}
