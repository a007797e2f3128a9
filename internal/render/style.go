// Package render draws plain strings for a terminal: tables, cards, bars and the heat map of a grid, in colour where it is wanted
// and within the width there is.
//
// It knows no noun and no book. All text goes through Clean, so that nothing in the data can send a control sequence. It never
// asks the terminal anything: a terminal that does not answer would hold the program for seconds.
package render

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
	"golang.org/x/term"

	"github.com/perla-crm/perla/internal/fault"
)

// Style says how to draw. The zero Style with a Width draws without colour and cuts nothing.
type Style struct {
	Width    int  // columns there are; figures are never cut to fit it, text is
	Terminal bool // a person is looking: fit the Width. Otherwise nothing is ever cut or wrapped
	Color    bool
	paint    *palette // nil: no colour
}

const defaultWidth = 80

// Detect finds out how to draw on out.
//
// Colour: colorFlag always or never; with auto or "", NO_COLOR (set to anything), then CLICOLOR_FORCE (set, not 0), then whether
// out is a terminal whose TERM is not dumb. Width: the terminal's, else COLUMNS, else 80. An unknown colorFlag is a usage fault.
func Detect(out io.Writer, colorFlag string, getenv func(string) string) (Style, error) {
	s := Style{Width: defaultWidth}
	if n, err := strconv.Atoi(getenv("COLUMNS")); err == nil && n > 0 {
		s.Width = n
	}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		s.Terminal = true
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			s.Width = n
		}
	}
	switch colorFlag {
	case "always":
		s.Color = true
	case "never":
	case "", "auto":
		force := getenv("CLICOLOR_FORCE")
		switch {
		case getenv("NO_COLOR") != "":
		case force != "" && force != "0":
			s.Color = true
		default:
			s.Color = s.Terminal && getenv("TERM") != "dumb"
		}
	default:
		words := []string{"auto", "always", "never"}
		e := fault.New(fault.Usage, fmt.Sprintf("unknown colour setting %q", colorFlag), "settings: "+strings.Join(words, ","))
		if near := fault.Nearest(colorFlag, words); near != "" {
			e.Hint = fmt.Sprintf("did you mean %s? %s", near, e.Hint)
		}
		return Style{}, e
	}
	if s.Color {
		s.paint = newPalette(strings.Contains(getenv("TERM"), "256color") || getenv("COLORTERM") != "")
	}
	return s, nil
}

// palette holds the few inks of the house. They are middle tones that read on a light and on a dark background; where the
// background is painted, so is the text on it.
type palette struct {
	title, head, faint, accent, minus lipgloss.Style
	heat                              [levels]lipgloss.Style // painted backgrounds, lightest first; only with 256 colours
	rich                              bool                   // 256 colours
}

func newPalette(rich bool) *palette {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI)
	r.SetHasDarkBackground(true) // set, so that lipgloss never asks the terminal
	teal, grey, red := lipgloss.Color("6"), lipgloss.Color("8"), lipgloss.Color("1")
	if rich {
		r.SetColorProfile(termenv.ANSI256)
		teal, grey, red = lipgloss.Color("30"), lipgloss.Color("244"), lipgloss.Color("167")
	}
	ink := func() lipgloss.Style { return r.NewStyle().Inline(true) }
	p := &palette{
		title:  ink().Bold(true).Foreground(teal),
		head:   ink().Bold(true),
		faint:  ink().Foreground(grey),
		accent: ink().Foreground(teal),
		minus:  ink().Foreground(red),
		rich:   rich,
	}
	for i, c := range [levels]struct{ back, text string }{{"152", "16"}, {"73", "16"}, {"30", "231"}, {"23", "231"}} {
		p.heat[i] = ink().Background(lipgloss.Color(c.back)).Foreground(lipgloss.Color(c.text))
	}
	return p
}

func (s Style) title(text string) string {
	return s.ink(text, func(p *palette) lipgloss.Style { return p.title })
}
func (s Style) head(text string) string {
	return s.ink(text, func(p *palette) lipgloss.Style { return p.head })
}
func (s Style) faint(text string) string {
	return s.ink(text, func(p *palette) lipgloss.Style { return p.faint })
}
func (s Style) accent(text string) string {
	return s.ink(text, func(p *palette) lipgloss.Style { return p.accent })
}
func (s Style) minus(text string) string {
	return s.ink(text, func(p *palette) lipgloss.Style { return p.minus })
}

// painted says whether shades are backgrounds.
func (s Style) painted() bool { return s.paint != nil && s.paint.rich }

// ink colours text and leaves spaces around it bare, so that line ends can be trimmed.
func (s Style) ink(text string, pick func(*palette) lipgloss.Style) string {
	bare := strings.TrimSpace(text)
	if s.paint == nil || bare == "" {
		return text
	}
	at := strings.Index(text, bare)
	return text[:at] + pick(s.paint).Render(bare) + text[at+len(bare):]
}
