package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShortForm(t *testing.T) {
	for line, want := range map[string]string{
		"log ana called":                         "log add ana called",
		"log ana":                                "log add ana",
		"--db log log ana":                       "--db log log add ana",
		"-o json log ana":                        "-o json log add ana",
		"--db=x log --channel email ana":         "--db=x log add --channel email ana",
		"log --in ana --follow-up +7d ask":       "log add --in ana --follow-up +7d ask",
		"__complete log ana --ch":                "__complete log add ana --ch",
		"log add ana":                            "log add ana",
		"log list":                               "log list",
		"log ls ana":                             "log ls ana",
		"log rm 3":                               "log rm 3",
		"log --as-of today list":                 "log --as-of today list",
		"log":                                    "log",
		"log --help":                             "log --help",
		"log help":                               "log help",
		"interaction ana":                        "interaction ana", // only the short name has a short form
		"interactions ana":                       "interactions ana",
		"customer show log":                      "customer show log",
		"customer add log ana":                   "customer add log ana",
		"history log":                            "history log",
		"__complete log an":                      "__complete log an", // perhaps a command
		"":                                       "",
		"--db":                                   "--db",
		"help log ana":                           "help log ana",
		"log id:5 'x' --outcome list --kind all": "log add id:5 'x' --outcome list --kind all",
	} {
		root := newRoot(newApp(t))
		require.Equal(t, strings.Fields(want), expandShort(root, strings.Fields(line)), line)
	}
}
