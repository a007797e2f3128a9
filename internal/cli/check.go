package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// The results of a check.
const (
	checkHeld    = "ok"
	checkBroken  = "problem"
	checkSkipped = "skipped"
)

var findingColumns = []sheet.Column[book.Finding]{
	{Name: "check", Get: func(f *book.Finding) sheet.Value { return sheet.Text(f.Check) }},
	{Name: "result", Get: func(f *book.Finding) sheet.Value { return sheet.Text(resultOf(f)) }},
	{Name: "detail", Get: func(f *book.Finding) sheet.Value { return sheet.Text(f.Problem + f.Skipped) }},
}

func resultOf(f *book.Finding) string {
	switch {
	case f.Problem != "":
		return checkBroken
	case f.Skipped != "":
		return checkSkipped
	}
	return checkHeld
}

func checkCommand(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "check",
		Short: "Prove that the book is sound",
		Long: `Read the whole book and prove that the file is whole, that every reference
leads somewhere, that every stored sum is the sum of its parts and every stored
text what it is made of. Each check is a line; a broken one names the first row
that breaks it, and the exit code is 8. Nothing is changed.`,
		Example: `perla check
perla check -o json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b, err := a.book(cmd.Context())
			if err != nil {
				return err
			}
			findings, err := b.Verify(cmd.Context(), slices.Concat(contacts.Checks(), catalog.Checks(), network.Checks(), sales.Checks(), loyalty.Checks(), outreach.SurveyChecks(), outreach.AutomationChecks()))
			if err != nil {
				return err
			}
			if err := emitSlice(a, findingColumns, findings); err != nil {
				return err
			}
			return verdictOf(b.Path(), findings)
		},
	}, findingColumns)
}

// verdictOf is an error when some check found a problem. It repeats the problems, which a narrow table may have cut.
func verdictOf(path string, findings []book.Finding) error {
	var problems []string
	for _, f := range findings {
		if f.Problem != "" {
			problems = append(problems, f.Problem)
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.BookUnusable, Noun: "book", Key: path, Reason: counted(int64(len(problems)), "check") + " found a problem", Detail: problems,
		Hint: "copy the file, with its -wal if there is one, before anything else is written to it"}
}
