//go:build unix

package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// TestExamples runs each line of the examples of every command, in order, in a folder of their own with a book in it.
// They are shell, so that what a reader copies is what was tested.
func TestExamples(t *testing.T) {
	eachCommand(t, func(t *testing.T, cmd *cobra.Command, _ []string) {
		runExamples(t, cmd.Name(), strings.Split(cmd.Example, "\n"))
	})
}

var topicExample = regexp.MustCompile(`^  ([A-Z_]+=\S+ )?perla `)

// TestTopicExamples does the same for the examples at the head of each help topic.
func TestTopicExamples(t *testing.T) {
	for _, topic := range topics() {
		t.Run(topic.name, func(t *testing.T) {
			var lines []string
			for _, line := range strings.Split(topic.text, "\n") {
				if topicExample.MatchString(line) {
					lines = append(lines, strings.TrimSpace(line))
				}
			}
			require.NotEmpty(t, lines, "a topic begins with examples")
			runExamples(t, topic.name, lines)
		})
	}
}

func runExamples(t *testing.T, name string, lines []string) {
	t.Parallel()
	dir := t.TempDir()
	home := filepath.Join(dir, ".home")
	require.NoError(t, os.Mkdir(home, 0o700))
	if name != "perla" && name != "init" { // these begin where there is no book yet
		prepareBook(t, dir, home)
	}
	for _, line := range lines {
		run := exec.Command("sh", "-c", line)
		run.Dir, run.Env = dir, append(os.Environ(), homeVars(home)...)
		out, err := run.CombinedOutput()
		require.NoError(t, err, "%s\n%s", line, out)
	}
}

// prepareBook puts into a folder what the examples speak of, and makes a book the default one of home.
func prepareBook(t *testing.T, dir, home string) {
	t.Helper()
}
