package cli

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla"
	"github.com/perla-crm/perla/internal/sheet"
)

// build is which perla this is.
type build struct {
	version  string
	commit   string // empty when it was not built from a checkout
	builtOn  string // the commit's instant, UTC
	compiler string
	platform string
}

var buildColumns = []sheet.Column[build]{
	{Name: "version", Get: func(b *build) sheet.Value { return sheet.Text(b.version) }},
	{Name: "commit", Get: func(b *build) sheet.Value { return sheet.Text(b.commit) }},
	{Name: "commit_at", Get: func(b *build) sheet.Value { return sheet.Text(b.builtOn) }},
	{Name: "go", Get: func(b *build) sheet.Value { return sheet.Text(b.compiler) }},
	{Name: "platform", Get: func(b *build) sheet.Value { return sheet.Text(b.platform) }},
	{Name: "book_format", Kind: sheet.IntKind, Get: func(*build) sheet.Value { return sheet.Int(perla.SchemaVersion) }},
}

func versionCommand(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "version",
		Short: "Say which perla this is",
		Example: `perla version
perla version -o json`,
		RunE: func(*cobra.Command, []string) error {
			if a.askedForRows() {
				return emitOne(a, buildColumns, thisBuild())
			}
			return a.printVersion()
		},
	}, buildColumns)
}

func (a *app) printVersion() error {
	b := thisBuild()
	line := "perla " + b.version
	if b.commit != "" {
		line += fmt.Sprintf(" (%.12s)", b.commit)
	}
	_, err := io.WriteString(a.out, line+"\n")
	return err
}

// thisBuild reads what the Go linker left in the program: a version when it was installed by version, the commit when it
// was built from a checkout.
func thisBuild() build {
	b := build{version: "(devel)", compiler: runtime.Version(), platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value
		case "vcs.time":
			b.builtOn = s.Value
		}
	}
	return b
}
