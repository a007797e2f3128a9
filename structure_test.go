package perla

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/perla-crm/perla"

// floors are the rooms of the house from the top down. A room imports only rooms of floors below its own.
var floors = [][]string{
	{"cmd/perla"},
	{"internal/cli"},
	{"internal/sheet", "internal/render", "internal/config"},
	{"internal/outreach"},
	{"internal/agenda"},
	{"internal/segment"},
	{"internal/insight"},
	{"internal/sales"},
	{"internal/contacts", "internal/catalog", "internal/loyalty", "internal/network"},
	{"internal/book"},
	{"internal/btyd", "internal/money", "internal/dates", "internal/fault", "."},
}

// reserved names who alone may import a library, or a family of them.
var reserved = map[string][]string{
	"database/sql":                      {"internal/book"},
	"modernc.org/sqlite":                {"internal/book"},
	"github.com/spf13/viper":            {"internal/config"},
	"github.com/spf13/cobra":            {"internal/cli"},
	"github.com/olekukonko/tablewriter": {"internal/render"},
	"github.com/charmbracelet/lipgloss": {"internal/render"},
}

// workshop is where programs live that are about perla and no part of it: benchmarks and examples may use any room.
const workshop = "examples/"

type goPackage struct {
	ImportPath string
	Imports    []string
}

// TestStructure holds the picture of the house true: it reads the imports of every package.
func TestStructure(t *testing.T) {
	for _, p := range packages(t) {
		room := roomOf(p.ImportPath)
		for _, imported := range p.Imports {
			for library, owners := range reserved {
				if imported == library || strings.HasPrefix(imported, library+"/") {
					require.Contains(t, owners, room, "%s imports %s", room, imported)
				}
			}
		}
		if strings.HasPrefix(room, workshop) {
			continue
		}
		floor := floorOf(room)
		require.GreaterOrEqual(t, floor, 0, "%s is on no floor of the house: put it into floors, and into the package comment of schema.go", room)
		for _, imported := range p.Imports {
			if imported != module && !strings.HasPrefix(imported, module+"/") {
				continue
			}
			below := floorOf(roomOf(imported))
			require.GreaterOrEqual(t, below, 0, "%s imports %s, which is on no floor", room, imported)
			require.Greater(t, below, floor, "%s imports %s, which is not below it", room, imported)
		}
	}
}

// packages lists every package of the module with what it imports outside its tests.
func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		require.NoError(t, err, string(failed.Stderr))
	}
	require.NoError(t, err)
	var all []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		all = append(all, p)
	}
	require.NotEmpty(t, all)
	return all
}

// roomOf is a package's path inside the module; a package inside a room belongs to the room.
func roomOf(importPath string) string {
	room := path.Clean(strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/"))
	if parts := strings.SplitN(room, "/", 3); len(parts) == 3 && parts[0] == "internal" {
		return parts[0] + "/" + parts[1]
	}
	return room
}

func floorOf(room string) int {
	return slices.IndexFunc(floors, func(rooms []string) bool { return slices.Contains(rooms, room) })
}
