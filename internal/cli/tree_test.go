package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/sheet"
)

// newApp is a run of perla in an empty home, for looking at its tree of commands.
func newApp(t *testing.T) *app {
	t.Helper()
	return &app{env: testEnv(t, io.Discard, io.Discard, nil), out: &output{w: io.Discard}, now: time.Now}
}

// testEnv is a world of its own: an empty home, no terminal, a fixed clock.
func testEnv(t *testing.T, out, err io.Writer, vars map[string]string) Env {
	t.Helper()
	home := t.TempDir()
	at, parseErr := time.Parse(time.RFC3339, scriptNow)
	require.NoError(t, parseErr)
	return Env{In: strings.NewReader(""), Out: out, Err: err, Now: func() time.Time { return at }, Getenv: func(name string) string {
		if name == "HOME" {
			return home
		}
		return vars[name]
	}}
}

// runPerla runs one command line in this process.
func runPerla(t *testing.T, vars map[string]string, args ...string) (code int, out, talk string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Main(context.Background(), testEnv(t, &o, &e, vars), args)
	return code, o.String(), e.String()
}

// eachCommand calls fn with every command of the tree and the words that lead to it.
func eachCommand(t *testing.T, fn func(t *testing.T, cmd *cobra.Command, words []string)) {
	t.Helper()
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		t.Run(strings.ReplaceAll(cmd.CommandPath(), " ", "_"), func(t *testing.T) {
			fn(t, cmd, strings.Fields(cmd.CommandPath())[1:])
		})
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(newRoot(newApp(t)))
}

func TestEveryGroupRefusesABadVerb(t *testing.T) {
	eachCommand(t, func(t *testing.T, cmd *cobra.Command, words []string) {
		if !cmd.HasSubCommands() {
			return
		}
		for _, bad := range [][]string{{"zzyzx"}, {"zzyzx", "--help"}, {"zzyzx", "--no-such-flag"}} {
			code, out, talk := runPerla(t, nil, append(words, bad...)...)
			require.Equal(t, 2, code, bad)
			require.Empty(t, out)
			require.Contains(t, talk, `perla: error: unknown command "zzyzx" for "`+cmd.CommandPath()+`"`)
		}
		near := cmd.Commands()[0].Name() + "x"
		code, _, talk := runPerla(t, nil, append(words, near)...)
		require.Equal(t, 2, code)
		require.Contains(t, talk, "perla: hint: did you mean "+cmd.Commands()[0].CommandPath()+"?")

		if columnsOf(cmd) != nil {
			return // alone it shows rows
		}
		code, out, talk := runPerla(t, nil, words...)
		require.Zero(t, code, "a group alone shows its help")
		require.Contains(t, out, cmd.Short)
		require.Empty(t, talk)
	})
}

func TestEveryCommandRefusesWhatItDoesNotTake(t *testing.T) {
	eachCommand(t, func(t *testing.T, cmd *cobra.Command, words []string) {
		code, out, talk := runPerla(t, nil, append(words, "--no-such-flag")...)
		require.Equal(t, 2, code)
		require.Empty(t, out)
		require.Contains(t, talk, "unknown flag --no-such-flag")

		code, _, talk = runPerla(t, nil, append(words, "--outptu=csv")...)
		require.Equal(t, 2, code)
		if heeds(cmd, "output") {
			require.Contains(t, talk, "did you mean --output?")
		} else if !cmd.HasSubCommands() {
			require.NotContains(t, talk, "--output")
		}

		if cmd.HasSubCommands() || strings.Contains(cmd.Use, "...") {
			return
		}
		code, _, talk = runPerla(t, nil, append(words, strings.Fields(strings.Repeat("word ", 9))...)...)
		require.Equal(t, 2, code)
		require.Contains(t, talk, "perla: hint: usage: "+cmd.CommandPath())
	})
}

// TestNothingIsDoneForRowsThatCannotBePrinted asks every command for a form of rows that it cannot give. There is no book,
// and a command that had begun would say so.
func TestNothingIsDoneForRowsThatCannotBePrinted(t *testing.T) {
	eachCommand(t, func(t *testing.T, cmd *cobra.Command, words []string) {
		columns := columnsOf(cmd)
		if len(columns) == 0 {
			return
		}
		for _, word := range strings.Fields(cmd.Use)[1:] {
			if !strings.HasPrefix(word, "[") {
				words = append(words, "1")
			}
		}
		refused := func(want string, flags ...string) {
			t.Helper()
			var out, talk bytes.Buffer
			env := testEnv(t, &out, &talk, map[string]string{"PERLA_DB": "none.db"})
			require.Equal(t, 2, Main(context.Background(), env, append(slices.Clone(words), flags...)), talk.String())
			require.Contains(t, talk.String(), want)
			require.Empty(t, out.String())
			left, err := os.ReadDir(env.Getenv("HOME"))
			require.NoError(t, err)
			require.Empty(t, left)
			require.NoFileExists(t, "none.db")
		}
		refused("--jq: unexpected EOF", "--jq", ".[")
		if !mayWrite(cmd) {
			return
		}
		if cmd.LocalNonPersistentFlags().Lookup("columns") == nil { // an import's names those of its file
			refused(`unknown column "nosuch"`, "--columns", columns[0]+",nosuch")
		}
		if (sheet.Output{Format: sheet.IDs}).Check(columns) != nil {
			refused("have no id to print", "-o", "ids")
		}
	})
}

func TestEveryHelpPage(t *testing.T) {
	eachCommand(t, func(t *testing.T, cmd *cobra.Command, words []string) {
		require.NotEmpty(t, cmd.Short)
		require.NotEmpty(t, cmd.Example, "help begins with examples")
		require.True(t, cmd.HasSubCommands() || cmd.RunE != nil)
		require.NotRegexp(t, `\.$`, cmd.Short)

		var out bytes.Buffer
		env := testEnv(t, &out, io.Discard, nil)
		require.Zero(t, Main(context.Background(), env, append(words, "--help")))
		for _, line := range strings.Split(out.String(), "\n") {
			require.LessOrEqual(t, len([]rune(line)), helpWidth, line)
			require.NotRegexp(t, `\s$`, line)
		}
		left, err := os.ReadDir(env.Getenv("HOME"))
		require.NoError(t, err)
		require.Empty(t, left, "help opens nothing")
	})
}

func TestEveryEnumFlagSaysTheNearestWord(t *testing.T) {
	eachCommand(t, func(t *testing.T, cmd *cobra.Command, words []string) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			e, ok := f.Value.(*enum)
			if !ok {
				return
			}
			code, _, talk := runPerla(t, nil, append(words, "--"+f.Name, e.words[0]+"x")...)
			require.Equal(t, 2, code)
			require.Contains(t, talk, "--"+f.Name+`: "`+e.words[0]+`x" is not one of `+strings.Join(e.words, ", "))
			require.Contains(t, talk, "did you mean "+e.words[0]+"?")
		})
	})
}

func TestHelpTopics(t *testing.T) {
	for _, topic := range topics() {
		for _, line := range strings.Split(topic.text, "\n") {
			require.LessOrEqual(t, len([]rune(line)), helpWidth, line)
			require.NotRegexp(t, `\s$`, line)
		}
		code, out, talk := runPerla(t, nil, "help", topic.name)
		require.Zero(t, code)
		require.Equal(t, topic.text, out)
		require.Empty(t, talk)
	}
}

// TestNounsAloneAreWhatTheyAreAmongAll builds each noun as a line that begins with it does.
func TestNounsAloneAreWhatTheyAreAmongAll(t *testing.T) {
	for i, whole := range nounCommands(newApp(t)) {
		require.Equal(t, nouns[i].name, whole.Name())
		a := newApp(t)
		a.args = []string{nouns[i].name, "list"}
		alone := nounCommands(a)
		require.Len(t, alone, 1)
		require.Equal(t, whole.Use, alone[0].Use)
		require.Len(t, alone[0].Commands(), len(whole.Commands()))
	}
}
