package render

import (
	"embed"
	"fmt"
	htmltemplate "html/template"
	"io"
	"regexp"
	"strings"
	"sync"
	"text/template"
	"unicode"
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
	Discounts bool          // some line has a discount
	Rates     bool          // some line has a rate of tax
	Sums      []DocumentSum // what leads from the lines to the total
	Total     Pair
	Dues      []DocumentDue
	Payments  []Pair
	After     []Pair            // what is paid
	Due       Pair              // what is not, made to be seen; or nothing
	Note      []string          // lines it ends with
	Words     map[string]string // the headings, by their English names
}

// Party is who sells or buys: a name, and what else is to be said of her.
type Party struct {
	Name  string
	Lines []string
}

// DocumentLine is a line of a document. Note is what the line says of a promotion.
type DocumentLine struct{ Name, SKU, Note, Quantity, Price, Discount, Rate, Amount string }

// DocumentSum is a step towards the total. Note is what more is to be said of it.
type DocumentSum struct{ Label, Note, Value string }

// DocumentDue is when money is due, and what of it is open.
type DocumentDue struct{ On, Amount, Open string }

//go:embed templates/document.html templates/document.md templates/page.html
var templates embed.FS

// HTML writes the document as one page that needs nothing else: no script, no picture, no font from anywhere.
func (d *Document) HTML(w io.Writer) error {
	t, err := htmltemplate.New("document.html").Funcs(htmltemplate.FuncMap{"clean": Clean, "figure": figure, "foot": (*Document).foot}).ParseFS(templates, "templates/document.html")
	if err != nil {
		return err
	}
	return t.Execute(w, d)
}

// foot is what stands below every printed page, as a text of CSS: all but letters and digits are written as their code
// points, so that nothing ends the text.
func (d *Document) foot() htmltemplate.CSS {
	var words []string
	for _, word := range []string{d.Seller.Name, strings.TrimSpace(d.Title + " " + d.Number)} {
		if word = Clean(word); word != "" {
			words = append(words, word)
		}
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.Join(words, "  \u00b7  ") {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, `\%x `, r)
	}
	b.WriteByte('"')
	return htmltemplate.CSS(b.String())
}

// figure is a figure as it is set in print: with a minus, not a hyphen.
func figure(text string) string { return strings.ReplaceAll(text, "-", "\u2212") }

// Markdown writes the document as Markdown.
func (d *Document) Markdown(w io.Writer) error {
	t, err := template.New("document.md").Funcs(template.FuncMap{"text": markdownText}).ParseFS(templates, "templates/document.md")
	if err != nil {
		return err
	}
	return t.Execute(w, d)
}

// listMark is what makes a list, or a heading, of the line that begins with it.
var listMark = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\d*)([-+#=.)](?:[ +#=-]|$))`) })

// markdownText is a text in which nothing is read as a mark.
func markdownText(text string) string {
	var b strings.Builder
	for _, r := range listMark().ReplaceAllString(Clean(text), "$1\x00$2") {
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
