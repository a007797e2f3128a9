package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/perla-crm/perla/internal/fault"
)

// report says on standard error what went wrong and gives the exit code. A closed pipe goes unsaid.
func (a *app) report(err error) int {
	if err == nil {
		return 0
	}
	end := outcomeOf(fault.KindOf(err))
	if end.kind == fault.ClosedPipe {
		return end.code
	}
	var known *fault.Error
	if !errors.As(err, &known) {
		known = &fault.Error{}
	}
	if a.changed && (end.kind == fault.Usage || end.kind == fault.IO) { // of the answer: a filter that fails on these rows, a full disk
		defer a.note("the change itself was made; see it with: perla history")
	}
	if a.speaksJSON() {
		a.sayJSON(map[string]jsonError{"error": {end.name, end.code, err.Error(), known.Noun, known.Key, known.Field, known.Hint, known.Detail}})
		return end.code
	}
	a.say("error", err.Error())
	for _, line := range known.Detail {
		fmt.Fprintln(a.env.Err, "  "+printable(line))
	}
	if known.Hint != "" {
		a.say("hint", known.Hint)
	}
	return end.code
}

// jsonError is a failure as a program reads it.
type jsonError struct {
	Kind    string   `json:"kind"`
	Exit    int      `json:"exit"`
	Message string   `json:"message"`
	Noun    string   `json:"noun,omitempty"`
	Key     string   `json:"key,omitempty"`
	Field   string   `json:"field,omitempty"`
	Hint    string   `json:"hint,omitempty"`
	Detail  []string `json:"detail,omitempty"`
}

// note says something worth knowing on standard error.
func (a *app) note(format string, args ...any) { a.tell("note", format, args...) }

// warn says on standard error what may not be what the user meant; the command goes on.
func (a *app) warn(format string, args ...any) { a.tell("warning", format, args...) }

// hint names a next step on standard error.
func (a *app) hint(format string, args ...any) { a.tell("hint", format, args...) }

func (a *app) tell(level, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if a.speaksJSON() {
		a.sayJSON(map[string]string{level: text})
		return
	}
	a.say(level, text)
}

// say writes one line in perla's voice. A multi-line text keeps its lines, indented.
func (a *app) say(level, text string) {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	fmt.Fprintf(a.env.Err, "perla: %s: %s\n", level, strings.Join(lines, "\n  "))
}

// sayJSON writes one object on one line: with JSON output standard error is JSON lines.
func (a *app) sayJSON(object any) {
	enc := json.NewEncoder(a.env.Err)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(object) // strings and ints: it cannot fail but on the stream itself, where there is nobody left to tell
}

// speaksJSON says whether the user asked for JSON. A command line that could not be read is searched for the wish.
func (a *app) speaksJSON() bool {
	if a.flags.jq != "" {
		return true
	}
	format := a.flags.output
	if format == "" && a.loaded {
		format = a.config.Output
	}
	if format == "" || format == "auto" {
		format = wishedFormat(a.args)
	}
	return format == "json" || format == "jsonl"
}

func wishedFormat(args []string) string {
	for i, arg := range args {
		for _, flag := range []string{"--output=", "-o=", "-o"} {
			if value, ok := strings.CutPrefix(arg, flag); ok && value != "" {
				return value
			}
		}
		if arg == "--jq" || strings.HasPrefix(arg, "--jq=") {
			return "json"
		}
		if slices.Contains([]string{"-o", "--output"}, arg) && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// printable shows control characters and marks that turn the direction of writing as escapes, so that data named in an
// error cannot command the terminal.
func printable(s string) string {
	if !strings.ContainsFunc(s, unsafeRune) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unsafeRune(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unsafeRune(r rune) bool {
	return r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control) || r == unicode.ReplacementChar)
}
