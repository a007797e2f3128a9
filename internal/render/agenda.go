package render

import (
	"bytes"
	"io"
)

// Errand is one line of an agenda: what it is about, whose, why, and what to type.
type Errand struct {
	Kind, Who, Why, Next string
	Late                 bool // shown as such where there is colour
}

// agendaWho is the widest that names grow in an agenda, and agendaWhy the narrowest its reasons get before each errand
// takes two lines.
const (
	agendaWho = 16
	agendaWhy = 20
)

// Agenda draws a title, then errands, a line each: names and reasons are cut to fit a terminal, what to type never is.
// Where there is no room for that each errand takes two lines. A kind is named where it begins. foot stands below.
func Agenda(w io.Writer, s Style, title string, errands []Errand, foot string) error {
	kind, who, next := 0, 0, 0
	for i := range errands {
		e := &errands[i]
		e.Kind, e.Who, e.Why, e.Next = Clean(e.Kind), Clean(e.Who), Clean(e.Why), Clean(e.Next)
		kind, who, next = max(kind, widthOf(e.Kind)), max(who, widthOf(e.Who)), max(next, widthOf(e.Next))
	}
	var out bytes.Buffer
	for _, l := range wrap(title, s.proseWidth()) {
		out.WriteString(s.title(l) + "\n")
	}
	why := 0
	if s.Terminal {
		who = min(who, agendaWho)
		why = s.Width - kind - who - next - 3*len(gap)
	} else {
		for _, e := range errands {
			why = max(why, widthOf(e.Why))
		}
	}
	last := ""
	for _, e := range errands {
		label := e.Kind
		if label == last {
			label = ""
		}
		last = e.Kind
		if s.Terminal && why < agendaWhy {
			s.errandInTwo(&out, label, &e)
			continue
		}
		room := why + next - widthOf(e.Next) // what to type stands at the right edge
		out.WriteString(s.accent(padRight(label, kind)) + gap + s.who(padRight(cut(e.Who, who), who), e.Late) + gap +
			padRight(cut(e.Why, room), room) + gap + s.faint(e.Next) + "\n")
	}
	if foot != "" {
		for _, l := range wrap(foot, s.proseWidth()) {
			out.WriteString(s.faint(l) + "\n")
		}
	}
	_, err := w.Write(trimLines(out.Bytes()))
	return err
}

// proseWidth is where prose wraps; 0 off a terminal, where it does not.
func (s Style) proseWidth() int {
	if s.Terminal {
		return s.Width
	}
	return 0
}

// errandInTwo draws an errand on two lines, below its kind where one begins.
func (s Style) errandInTwo(out *bytes.Buffer, label string, e *Errand) {
	if label != "" {
		out.WriteString(s.accent(label) + "\n")
	}
	who := cut(e.Who, max(8, s.Width/2-4))
	room := max(1, s.Width-len(gap)-widthOf(who)-len(gap))
	if who == "" {
		room = max(1, s.Width-len(gap))
		out.WriteString(gap + cut(e.Why, room) + "\n")
	} else {
		out.WriteString(gap + s.who(who, e.Late) + gap + cut(e.Why, room) + "\n")
	}
	out.WriteString(gap + gap + s.faint(e.Next) + "\n")
}

// who is a name, marked where something about her is late.
func (s Style) who(name string, late bool) string {
	if late {
		return s.minus(name)
	}
	return s.head(name)
}
