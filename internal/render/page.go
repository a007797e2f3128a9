package render

import (
	"bytes"
	htmltemplate "html/template"
	"io"
)

// Page is a page of figures for whoever they are about, read on a phone or a screen: with every figure written as she
// reads it. Texts from data are made safe here.
type Page struct {
	Language string // en, es, pt or fr
	Title    string // whom it is about
	Subtitle string
	Facts    []Pair
	Figures  []Figure // those that stand out
	Sections []PageSection
}

// Figure is a value that stands out, with what is to be said of it.
type Figure struct {
	Label, Value, Note string
	Bar                bool  // it has a bar, filled by Percent
	Percent            int64 // 0 and up; the bar is full at 100
}

// Filled is how much of the bar is filled.
func (f Figure) Filled() int64 { return min(max(f.Percent, 0), 100) }

// PageSection is a part of a page under a heading: figures with bars, pairs, a drawing with a title of its own, or a table.
type PageSection struct {
	Title  string
	Bars   []Figure
	Pairs  []Pair
	Figure Drawing
	Heads  []string // of the table
	Rows   [][]string
	Right  []bool // which columns are figures
	Empty  string // said in the place of a table without rows
}

// FigureStyle is how the drawings of the page look; nothing where it has none.
func (p *Page) FigureStyle() htmltemplate.CSS {
	for _, s := range p.Sections {
		if s.Figure != nil {
			return SVGStyle
		}
	}
	return ""
}

// inline is a drawing as an element of a page, which escapes the texts in it.
func inline(d Drawing) (htmltemplate.HTML, error) {
	var out bytes.Buffer
	err := WriteInlineSVG(&out, d)
	return htmltemplate.HTML(out.String()), err
}

// HTML writes the page as one file that needs nothing else: no script, no picture, no font from anywhere.
func (p *Page) HTML(w io.Writer) error {
	t, err := htmltemplate.New("page.html").Funcs(htmltemplate.FuncMap{"clean": Clean, "inline": inline}).ParseFS(templates, "templates/page.html")
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}
