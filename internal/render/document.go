package render

import (
	"embed"
	htmltemplate "html/template"
	"io"
	"regexp"
	"strings"
	"text/template"
)

// Document is a page for a customer, with every figure written as she reads it. Texts from data are made safe here.
type Document struct {
	Language string // en, es, pt or fr
	Title    string // what it is
	Number   string // its number, or ""
	Facts    []Pair // days and numbers at its head
	Seller   Party
	Buyer    Party

	Lines     []DocumentLine
	Discounts bool // some line has a discount
	Rates     bool // some line has a rate of tax
	Sums      []Pair
	Total     Pair
	Taxes     []DocumentTax // where there is more than one rate
	Dues      []DocumentDue
	Payments  []Pair
	After     []Pair            // what is paid and due
	Words     map[string]string // the headings, by their English names
}

// Party is who sells or buys: a name, and what else is to be said of her.
type Party struct {
	Name  string
	Lines []string
}

// DocumentLine is a line of a document. Note is what the line says of a promotion.
type DocumentLine struct{ Name, SKU, Note, Quantity, Price, Discount, Rate, Amount string }

// DocumentTax is tax at one rate, and what it is on.
type DocumentTax struct{ Rate, Base, Tax string }

// DocumentDue is when money is due, and what of it is open.
type DocumentDue struct{ On, Amount, Open string }

//go:embed templates/document.html templates/document.md
var templates embed.FS

// HTML writes the document as one page that needs nothing else: no script, no picture, no font from anywhere.
func (d *Document) HTML(w io.Writer) error {
	t, err := htmltemplate.New("document.html").Funcs(htmltemplate.FuncMap{"clean": Clean}).ParseFS(templates, "templates/document.html")
	if err != nil {
		return err
	}
	return t.Execute(w, d)
}

// Markdown writes the document as Markdown.
func (d *Document) Markdown(w io.Writer) error {
	t, err := template.New("document.md").Funcs(template.FuncMap{"text": markdownText}).ParseFS(templates, "templates/document.md")
	if err != nil {
		return err
	}
	return t.Execute(w, d)
}

// listMark is what makes a list, or a heading, of the line that begins with it.
var listMark = regexp.MustCompile(`^(\d*)([-+#=.)](?:[ +#=-]|$))`)

// markdownText is a text in which nothing is read as a mark.
func markdownText(text string) string {
	var b strings.Builder
	for _, r := range listMark.ReplaceAllString(Clean(text), "$1\x00$2") {
		switch {
		case r == 0:
			r = '\\'
		case strings.ContainsRune("\\`*_[]<>|~&", r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
