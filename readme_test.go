//go:build unix

package perla_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write what the commands printed into README.md and the pages")

// The pages promise two things of their blocks of code. What stands in a block of sh runs and succeeds. In a block of
// console a line that begins with "$ " is a command, lines with "> " go on with it, and what follows is what it prints on
// a terminal of 80 columns; a line of "..." stands for one or more lines left out. A command fails exactly where an error
// is shown.
//
// TestPages runs every page from top to bottom in a folder of its own, by one shell, so that a page may change folder and
// set variables as its reader does.
func TestPages(t *testing.T) {
	bin := installPerla(t)
	pages, err := filepath.Glob(".github/docs/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	for _, page := range append(pages, "README.md") {
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(page)
			require.NoError(t, err)
			lines := strings.Split(string(text), "\n")
			steps := stepsOf(lines)
			if len(steps) == 0 {
				return
			}
			results := runPage(t, bin, steps)
			if *update {
				require.NoError(t, os.WriteFile(page, []byte(rewrite(lines, steps, results)), 0o644))
				return
			}
			for i, s := range steps {
				checkStep(t, fmt.Sprintf("%s:%d: %s", page, s.line, s.command), s, results[i])
			}
		})
	}
}

func checkStep(t *testing.T, where string, s step, got result) {
	t.Helper()
	shown := strings.Join(s.output, "\n")
	fails := strings.Contains(shown, "perla: error: ") || strings.Contains(shown, `{"error":`)
	require.Equal(t, fails, got.code != 0, "%s\nexit %d\n%s", where, got.code, strings.Join(got.output, "\n"))
	if s.shown && !matches(s.output, got.output) {
		require.Equal(t, strings.Join(s.output, "\n"), strings.Join(got.output, "\n"), where)
	}
}

var pageLink = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

// TestPageLinks follows the links between the pages and into the source.
func TestPageLinks(t *testing.T) {
	pages, err := filepath.Glob(".github/docs/*.md")
	require.NoError(t, err)
	for _, page := range append(pages, "README.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, link := range pageLink.FindAllStringSubmatch(string(text), -1) {
			_, err := os.Stat(filepath.Join(filepath.Dir(page), link[1]))
			require.NoError(t, err, "%s links to %s", page, link[1])
		}
	}
}

// A step is one command of a page, with the output shown for it.
type step struct {
	line    int // of the command, from 1
	command string
	shown   bool // in a block of console: the output is part of the promise
	output  []string
	from    int // the lines[from:to] that hold the output
	to      int
}

// A result is what a step did.
type result struct {
	output []string
	code   int
}

// stepsOf reads the steps of a page, in order.
func stepsOf(lines []string) []step {
	var steps []step
	for i := 0; i < len(lines); i++ {
		kind, ok := strings.CutPrefix(lines[i], "```")
		if !ok {
			continue
		}
		end := i + 1
		for end < len(lines) && lines[end] != "```" {
			end++
		}
		switch kind {
		case "sh":
			steps = append(steps, step{line: i + 2, command: strings.Join(lines[i+1:end], "\n")})
		case "console":
			steps = append(steps, consoleSteps(lines[:end], i+1)...)
		}
		i = end
	}
	return steps
}

// consoleSteps reads the steps of a block of console that begins at lines[i] and ends where lines do.
func consoleSteps(lines []string, i int) []step {
	var steps []step
	for i < len(lines) {
		s := step{line: i + 1, command: strings.TrimPrefix(lines[i], "$ "), shown: true}
		for i++; i < len(lines) && strings.HasPrefix(lines[i], "> "); i++ {
			s.command += "\n" + strings.TrimPrefix(lines[i], "> ")
		}
		s.from = i
		for i < len(lines) && !strings.HasPrefix(lines[i], "$ ") {
			i++
		}
		s.to = i
		s.output = lines[s.from:s.to]
		steps = append(steps, s)
	}
	return steps
}

// matches says whether shown is got, line by line, where "..." is any one or more lines.
func matches(shown, got []string) bool {
	if len(shown) == 0 {
		return len(got) == 0
	}
	if shown[0] != "..." {
		return len(got) > 0 && shown[0] == got[0] && matches(shown[1:], got[1:])
	}
	for n := 1; n <= len(got); n++ {
		if matches(shown[1:], got[n:]) {
			return true
		}
	}
	return false
}

// rewrite puts what was printed in the place of what was shown, where the two differ.
func rewrite(lines []string, steps []step, results []result) string {
	for i, s := range slices.Backward(steps) {
		if s.shown && !matches(s.output, results[i].output) {
			lines = slices.Replace(slices.Clone(lines), s.from, s.to, results[i].output...)
		}
	}
	return strings.Join(lines, "\n")
}

// installPerla installs the program as README says, into a folder it returns.
func installPerla(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	install := exec.Command("go", "install", "-buildvcs=false", "./cmd/perla")
	install.Env = append(os.Environ(), "GOBIN="+bin)
	out, err := install.CombinedOutput()
	require.NoError(t, err, string(out))
	return bin
}

// The commands of go that README shows would build the program again, or run this test in itself: the installed program
// takes the place of go run.
const goStandsFor = `go() { if [ "$1 $2" = "run ./cmd/perla" ]; then shift 2; perla "$@"; fi; }
`

const mark = "\x1e" // parts what one step printed from the next

// runPage runs the steps on a terminal, in a folder that has the examples of the source as a clone has.
func runPage(t *testing.T, bin string, steps []step) []result {
	t.Helper()
	dir := t.TempDir()
	home, clone := filepath.Join(dir, "home"), filepath.Join(dir, "clone")
	require.NoError(t, os.Mkdir(home, 0o700))
	require.NoError(t, os.Mkdir(clone, 0o700))
	source, err := os.Getwd()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(filepath.Join(source, "examples"), filepath.Join(clone, "examples")))

	script := goStandsFor
	for _, s := range steps {
		script += s.command + "\ncode=$?; printf '\\036%d\\036' $code; (exit $code)\n"
	}
	file := filepath.Join(dir, "page.sh")
	require.NoError(t, os.WriteFile(file, []byte(script), 0o600))

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "sh", file)
	shell.Dir = clone
	shell.Env = []string{"HOME=" + home, "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "TMPDIR=" + dir,
		"PERLA_NOW=2026-11-22T10:00:00Z", "NO_COLOR=1", "TERM=xterm", "LC_ALL=C.UTF-8"}
	terminal, err := pty.StartWithSize(shell, &pty.Winsize{Rows: 24, Cols: 80})
	require.NoError(t, err)
	defer terminal.Close()
	var said strings.Builder
	for buf := make([]byte, 1<<16); ; {
		n, err := terminal.Read(buf)
		said.Write(buf[:n])
		if err != nil { // Linux ends a terminal with EIO
			break
		}
	}
	require.NoError(t, ctx.Err(), said.String())
	_ = shell.Wait()
	parts := strings.Split(said.String(), mark)
	require.Len(t, parts, 2*len(steps)+1, said.String())
	results := make([]result, len(steps))
	for i := range results {
		results[i].output = screen(parts[2*i])
		results[i].code, err = strconv.Atoi(parts[2*i+1])
		require.NoError(t, err)
	}
	return results
}

// screen is what stays on a terminal of the text: a bar of progress that was drawn and wiped leaves nothing.
func screen(text string) []string {
	lines := strings.Split(text, "\r\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line[strings.LastIndex(line, "\r")+1:], " ")
	}
	if last := len(lines) - 1; lines[last] == "" { // where the cursor stands: no line yet
		lines = lines[:last]
	}
	return lines
}
