package render

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"
)

// Drawing is what can be written as SVG: a Chart, a BarChart, a Heat or a Matrix. The same book gives the same bytes.
type Drawing interface {
	svg() *canvas
}

// WriteSVG writes a drawing as a file of its own, for light and dark surroundings.
func WriteSVG(w io.Writer, d Drawing) error { return d.svg().write(w, true) }

// WriteInlineSVG writes a drawing as an element of an HTML page, whose style sheet must hold SVGStyle. The page's own
// background shows through.
func WriteInlineSVG(w io.Writer, d Drawing) error { return d.svg().write(w, false) }

// SVGStyle is how drawings look, all of it below the class perla-figure. Colours are spelled out twice rather than kept in
// variables, which programs other than browsers do not know. Paper is always light.
const SVGStyle = `.perla-figure{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
.perla-figure text{fill:#17242b}.perla-figure .title{font-size:15px;font-weight:600}.perla-figure .soft{fill:#5d6d75}.perla-figure .on{fill:#fff}
.perla-figure .small{font-size:10px}.perla-figure .paper{fill:#fff}.perla-figure .grid{stroke:#e4eaec}.perla-figure .axis{stroke:#a9b7bd}
.perla-figure .bar{fill:#0f766e}.perla-figure .less{fill:#c98a7d}.perla-figure .line{stroke:#0f766e}.perla-figure .area{fill:#0f766e;fill-opacity:.09}
.perla-figure .past{stroke:#94a3ab}.perla-figure .pastdot{fill:#94a3ab}.perla-figure .line,.perla-figure .past{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.perla-figure .s0{fill:#f1f5f6}.perla-figure .s1{fill:#e3f3f1}.perla-figure .s2{fill:#c3e6e1}.perla-figure .s3{fill:#9fd6cf}.perla-figure .s4{fill:#77c3ba}
.perla-figure .s5{fill:#4eaca2}.perla-figure .s6{fill:#1f857b}.perla-figure .s7{fill:#146f66}.perla-figure .s8{fill:#0b5f58}
@media screen and (prefers-color-scheme:dark){.perla-figure text{fill:#e6eef0}.perla-figure .soft{fill:#93a5ac}.perla-figure .paper{fill:#10191d}
.perla-figure .grid{stroke:#22333a}.perla-figure .axis{stroke:#4c616a}.perla-figure .bar{fill:#35b3a4}.perla-figure .less{fill:#a8604f}
.perla-figure .line{stroke:#4cc9ba}.perla-figure .area{fill:#4cc9ba}.perla-figure .past{stroke:#6d828b}.perla-figure .pastdot{fill:#6d828b}
.perla-figure .s0{fill:#162227}.perla-figure .s1{fill:#15292c}.perla-figure .s2{fill:#173a3b}.perla-figure .s3{fill:#194a49}.perla-figure .s4{fill:#1b5b57}
.perla-figure .s5{fill:#1d6a64}.perla-figure .s6{fill:#3fae9f}.perla-figure .s7{fill:#62c4b7}.perla-figure .s8{fill:#8ad9ce}.perla-figure .on{fill:#06231f}}`

const (
	svgWidth  = 760.0
	svgMargin = 20.0
	letter    = 6.7 // the mean width of a letter of 12 pixels, rather too wide than too narrow
)

// canvas gathers the marks of a drawing.
type canvas struct {
	title         string
	width, height float64
	marks         bytes.Buffer
}

// newCanvas begins a drawing with its title; what follows stands below the y it gives.
func newCanvas(title string) (*canvas, float64) {
	c := &canvas{title: Clean(title), width: svgWidth}
	if c.title == "" {
		return c, svgMargin
	}
	c.text(svgMargin, 30, "title", "", c.title)
	return c, 46
}

func (c *canvas) write(w io.Writer, alone bool) error {
	var out bytes.Buffer
	out.WriteString("<svg")
	if alone {
		out.WriteString(` xmlns="http://www.w3.org/2000/svg" width="` + px(c.width) + `" height="` + px(c.height) + `"`)
	}
	out.WriteString(` class="perla-figure" viewBox="0 0 ` + px(c.width) + " " + px(c.height) + `" role="img" aria-label="` + escaped(c.title) + "\">\n")
	if alone {
		out.WriteString("<title>" + escaped(c.title) + "</title>\n<style>\n" + SVGStyle + "\n</style>\n")
		out.WriteString(`<rect class="paper" width="` + px(c.width) + `" height="` + px(c.height) + "\"/>\n")
	}
	out.Write(c.marks.Bytes())
	out.WriteString("</svg>\n")
	_, err := w.Write(out.Bytes())
	return err
}

// text writes a line of text; anchor is "", middle or end.
func (c *canvas) text(x, y float64, class, anchor, text string) {
	if text == "" {
		return
	}
	c.marks.WriteString(`<text x="` + px(x) + `" y="` + px(y) + `"`)
	if class != "" {
		c.marks.WriteString(` class="` + class + `"`)
	}
	if anchor != "" {
		c.marks.WriteString(` text-anchor="` + anchor + `"`)
	}
	c.marks.WriteString(">" + escaped(text) + "</text>\n")
}

// box draws a rectangle, which says what it is to whoever points at it.
func (c *canvas) box(x, y, w, h, round float64, class, says string) {
	c.marks.WriteString(`<rect x="` + px(x) + `" y="` + px(y) + `" width="` + px(w) + `" height="` + px(h) + `" rx="` + px(round) + `" class="` + class + `"`)
	c.close("rect", says)
}

func (c *canvas) dot(x, y float64, class, says string) {
	c.marks.WriteString(`<circle cx="` + px(x) + `" cy="` + px(y) + `" r="2.8" class="` + class + `"`)
	c.close("circle", says)
}

func (c *canvas) close(element, says string) {
	if says == "" {
		c.marks.WriteString("/>\n")
		return
	}
	c.marks.WriteString("><title>" + escaped(says) + "</title></" + element + ">\n")
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	c.marks.WriteString(`<line x1="` + px(x1) + `" y1="` + px(y1) + `" x2="` + px(x2) + `" y2="` + px(y2) + `" class="` + class + "\"/>\n")
}

func (c *canvas) path(class, d string) {
	c.marks.WriteString(`<path class="` + class + `" d="` + d + "\"/>\n")
}

// nothing says that there are no figures, and gives where the drawing ends.
func (c *canvas) nothing(top float64) *canvas {
	c.text(svgMargin, top+8, "soft", "", "nothing to draw")
	c.height = top + 8 + svgMargin
	return c
}

// px is a length to a tenth of a pixel.
func px(x float64) string {
	return strconv.FormatFloat(math.Round(x*10)/10+0, 'f', -1, 64)
}

// escaped is text that is safe between tags and in quotes.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(Clean(text))) // a Builder takes everything
	return b.String()
}

// wide is about how wide text is, and shortened cuts it to a width.
func wide(text string) float64 { return letter * float64(widthOf(text)) }

func shortened(text string, width float64) string {
	return cut(Clean(text), max(1, int(width/letter)))
}
