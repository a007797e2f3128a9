package render

import (
	"embed"
	htmltemplate "html/template"
	"io"
	"text/template"
)

// Statement is a page that tells a member of a programme of her points, with every figure written as she reads it. Texts
// from data are made safe here.
type Statement struct {
	Language string // en, es, pt or fr
	Title    string
	Seller   Party
	Name     string // whose it is
	On       string // the day
	Points   string // that can be spent
	Unit     string // what they are called
	Worth    string // what they pay, or ""
	Remarks  []string
	Goals    []StatementGoal
	Benefits []string // of her tier
	Lists    []StatementList
	Words    map[string]string
}

// StatementGoal is something to be reached, and how far it is.
type StatementGoal struct {
	Label, Name string
	Missing     string // what lacks, or what is to be said in its place
	Percent     int    // of the way, 0 to 100; below 0 there is no way to show
}

// StatementList is a list under a heading; one without rows is left out.
type StatementList struct {
	Title string
	Rows  []StatementRow
}

// StatementRow is a line of a list: what, a note under it, and a figure. Strong is made to be seen.
type StatementRow struct {
	What, Note, Figure string
	Code, Strong       bool // What is a code to be typed; the row is made to be seen
}

//go:embed templates/statement.html templates/statement.md
var statementTemplates embed.FS

// HTML writes the statement as one page that needs nothing else: no script, no picture, no font from anywhere.
func (s *Statement) HTML(w io.Writer) error {
	t, err := htmltemplate.New("statement.html").Funcs(htmltemplate.FuncMap{"clean": Clean, "figure": figure}).ParseFS(statementTemplates, "templates/statement.html")
	if err != nil {
		return err
	}
	return t.Execute(w, s)
}

// Markdown writes the statement as Markdown.
func (s *Statement) Markdown(w io.Writer) error {
	t, err := template.New("statement.md").Funcs(template.FuncMap{"text": markdownText}).ParseFS(statementTemplates, "templates/statement.md")
	if err != nil {
		return err
	}
	return t.Execute(w, s)
}
