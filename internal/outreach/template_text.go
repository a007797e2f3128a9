package outreach

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// textAndHTML makes both parts of a mail from Markdown. Raw HTML in it is left out, so that no value of a customer's
// fields becomes any.
func textAndHTML(source string) (plain, page string, err error) {
	src := []byte(source)
	md := goldmark.New()
	doc := md.Parser().Parse(text.NewReader(src))
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, src, doc); err != nil {
		return "", "", err
	}
	w := &plainWriter{src: src}
	w.blocks(doc, "")
	return strings.TrimRight(w.out.String(), "\n") + "\n", out.String(), nil
}

// plainWriter writes a Markdown document as text: paragraphs parted by empty lines, links behind their words.
type plainWriter struct {
	src []byte
	out strings.Builder
}

// blocks writes the blocks within a node, each line behind an indent.
func (w *plainWriter) blocks(parent ast.Node, indent string) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.List:
			w.list(n, indent)
		case *ast.Blockquote:
			w.blocks(n, indent+"> ")
		case *ast.ThematicBreak:
			w.paragraph("---", indent)
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			var code strings.Builder
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				code.Write(line.Value(w.src))
			}
			w.paragraph(strings.TrimRight(code.String(), "\n"), indent+"  ")
		case *ast.HTMLBlock:
		default:
			w.paragraph(w.inline(n), indent)
		}
	}
}

func (w *plainWriter) list(n *ast.List, indent string) {
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "- "
		if n.IsOrdered() {
			mark = fmt.Sprintf("%d. ", number)
			number++
		}
		inner := &plainWriter{src: w.src}
		inner.blocks(item, indent+strings.Repeat(" ", len(mark)))
		body := strings.TrimRight(inner.out.String(), "\n")
		w.out.WriteString(indent + mark + strings.TrimPrefix(body, indent+strings.Repeat(" ", len(mark))) + "\n")
	}
	w.out.WriteString("\n")
}

func (w *plainWriter) paragraph(text, indent string) {
	for _, line := range strings.Split(text, "\n") {
		w.out.WriteString(strings.TrimRight(indent+line, " ") + "\n")
	}
	w.out.WriteString("\n")
}

// inline is the text of a paragraph.
func (w *plainWriter) inline(parent ast.Node) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			b.WriteString(plainOf(n.Segment.Value(w.src)))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteString("\n")
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(w.src))
		case *ast.Link:
			words, to := w.inline(n), plainOf(n.Destination)
			b.WriteString(words)
			if to != "" && to != words {
				b.WriteString(" (" + to + ")")
			}
		case *ast.RawHTML:
		default:
			b.WriteString(w.inline(n))
		}
	}
	return b.String()
}

var markdownEscape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]|&#?\\w+;") })

// plainOf undoes the escapes and entities of Markdown; what is escaped is no entity.
func plainOf(b []byte) string {
	return markdownEscape().ReplaceAllStringFunc(string(b), func(s string) string {
		if s[0] == '\\' {
			return s[1:]
		}
		return html.UnescapeString(s)
	})
}

var (
	htmlUnseen = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?is)<(head|style|script|title)\b.*?</(head|style|script|title)>|<!--.*?-->`)
	})
	htmlLink = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?is)<a\b[^>]*href\s*=\s*["']([^"']+)["'][^>]*>(.*?)</a>`)
	})
	htmlBreak = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)<br\s*/?>|</(p|div|tr|h[1-6]|ul|ol|table)>`) })
	htmlItem  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)<li\b[^>]*>`) })
	htmlTag   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)<[^>]*>`) })
	manyLines = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\n\s*\n\s*`) })
)

// textOfHTML is the text of a page, for readers that show no HTML.
func textOfHTML(page string) string {
	s := htmlUnseen().ReplaceAllString(page, "")
	s = strings.Join(strings.Fields(s), " ")
	s = htmlLink().ReplaceAllString(s, "$2 ($1)")
	s = htmlItem().ReplaceAllString(s, "\n- ")
	s = htmlBreak().ReplaceAllString(s, "\n\n")
	s = html.UnescapeString(htmlTag().ReplaceAllString(s, ""))
	var lines []string
	for _, line := range strings.Split(s, "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.TrimSpace(manyLines().ReplaceAllString(strings.Join(lines, "\n"), "\n\n")) + "\n"
}
