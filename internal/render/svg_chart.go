package render

import (
	"math"
	"strings"
)

const (
	plotHeight = 230.0
	mostDots   = 36 // points of a line that are marked one by one
)

// plane places figures on a canvas.
type plane struct {
	left, top, width, height float64
	low, high                float64
	places                   int
	slots                    bool // places have a width of their own, as columns need
}

func (p *plane) y(v float64) float64 { return p.top + p.height*(p.high-v)/(p.high-p.low) }

func (p *plane) x(i int) float64 {
	switch {
	case p.slots:
		return p.left + p.width*(float64(i)+.5)/float64(p.places)
	case p.places < 2:
		return p.left + p.width/2
	}
	return p.left + p.width*float64(i)/float64(p.places-1)
}

// svg draws the chart: a grid of round figures, columns, lines, and as many labels as fit below.
func (ch Chart) svg() *canvas {
	c, top := newCanvas(ch.Title)
	low, high, any := ch.bounds()
	if !any {
		return c.nothing(top)
	}
	top = ch.legend(c, top)
	ticks := niceTicks(low, high, 4)
	p := plane{top: top + 8, height: plotHeight, low: ticks[0], high: ticks[len(ticks)-1], places: len(ch.X), slots: ch.Columns}
	axis := 0.0
	for _, t := range ticks {
		axis = max(axis, wide(ch.format(t)))
	}
	p.left = svgMargin + axis + 8
	p.width = svgWidth - svgMargin - p.left
	for _, t := range ticks {
		class := "grid"
		if t == 0 {
			class = "axis"
		}
		c.line(p.left, p.y(t), p.left+p.width, p.y(t), class)
		c.text(p.left-8, p.y(t)+4, "soft", "end", ch.format(t))
	}
	for i, s := range ch.Series {
		if i == 0 && ch.Columns {
			ch.columns(c, &p, s)
		} else {
			ch.lines(c, &p, s, len(ch.Series) == 1)
		}
	}
	bottom := p.top + p.height + 18
	ch.labels(c, &p, bottom)
	c.height = bottom + 14
	if ch.XAxis != "" {
		c.text(p.left+p.width, bottom+18, "soft", "end", ch.XAxis)
		c.height += 18
	}
	return c
}

// legend says what the figures are and, where there are several series, which is which.
func (ch Chart) legend(c *canvas, top float64) float64 {
	x := svgMargin
	if ch.YAxis != "" {
		c.text(x, top+4, "soft", "", ch.YAxis)
		x += wide(ch.YAxis) + 18
	}
	if len(ch.Series) > 1 {
		for _, s := range ch.Series {
			class := "bar"
			if s.Faint {
				class = "pastdot"
			}
			c.box(x, top-5, 10, 10, 2, class, "")
			c.text(x+15, top+4, "", "", s.Name)
			x += wide(s.Name) + 33
		}
	}
	if x == svgMargin {
		return top
	}
	return top + 12
}

func (ch Chart) columns(c *canvas, p *plane, s Series) {
	width := min(46, p.width/float64(p.places)*.68)
	for i, v := range s.Values {
		if i >= p.places || math.IsNaN(v) || v == 0 {
			continue
		}
		class, top, bottom := "bar", p.y(v), p.y(0)
		if v < 0 {
			class, top, bottom = "less", bottom, top
		}
		c.box(p.x(i)-width/2, top, width, max(1, bottom-top), min(2, width/4), class, ch.X[i]+": "+ch.format(v))
	}
}

// lines draws a series, broken where a figure is missing; one alone has its area filled.
func (ch Chart) lines(c *canvas, p *plane, s Series, alone bool) {
	class, dot := "line", "bar"
	if s.Faint {
		class, dot = "past", "pastdot"
	}
	var run []int
	flush := func() {
		if len(run) > 1 {
			var d strings.Builder
			for k, i := range run {
				d.WriteString(map[bool]string{true: "M", false: "L"}[k == 0] + px(p.x(i)) + " " + px(p.y(s.Values[i])))
			}
			if base := px(p.y(min(max(0, p.low), p.high))); alone {
				c.path("area", d.String()+"L"+px(p.x(run[len(run)-1]))+" "+base+"L"+px(p.x(run[0]))+" "+base+"Z")
			}
			c.path(class, d.String())
		}
		for _, i := range run {
			if len(run) == 1 || p.places <= mostDots {
				c.dot(p.x(i), p.y(s.Values[i]), dot, ch.X[i]+": "+ch.format(s.Values[i]))
			}
		}
		run = run[:0]
	}
	for i, v := range s.Values {
		if i >= p.places || math.IsNaN(v) {
			flush()
			continue
		}
		run = append(run, i)
	}
	flush()
}

// labels writes the places, every so many of them that they do not touch.
func (ch Chart) labels(c *canvas, p *plane, y float64) {
	widest := 0.0
	for _, l := range ch.X {
		widest = max(widest, wide(l))
	}
	step := 1
	for step < p.places && p.x(step)-p.x(0) < widest+12 {
		step++
	}
	end := 0.0
	for i := 0; i < p.places; i += step {
		half := wide(ch.X[i]) / 2
		if x := min(p.x(i), svgWidth-4-half); x-half > end {
			c.text(x, y, "soft", "middle", ch.X[i])
			end = x + half + 8
		}
	}
}

// svg draws the bars: labels to the left, the figure behind each bar. A negative one is drawn in another ink.
func (b BarChart) svg() *canvas {
	const row, thick = 24.0, 14.0
	c, top := newCanvas(b.Title)
	if len(b.Bars) == 0 {
		return c.nothing(top)
	}
	label, value, most := 0.0, 0.0, 0.0
	for _, bar := range b.Bars {
		label, value = max(label, wide(Clean(bar.Label))), max(value, wide(Clean(bar.Value)))
		if a := math.Abs(bar.Amount); !math.IsInf(a, 0) {
			most = max(most, a)
		}
	}
	label = min(label, svgWidth*.36)
	left := svgMargin + label + 12
	room := svgWidth - svgMargin - value - 8 - left
	for i, bar := range b.Bars {
		y := top + row*float64(i)
		text := shortened(bar.Label, label+letter)
		c.text(left-12, y+thick-3, "", "end", text)
		length := 0.0
		if most > 0 && !math.IsNaN(bar.Amount) {
			length = room * min(1, math.Abs(bar.Amount)/most)
		}
		if length > 0 {
			class := "bar"
			if bar.Amount < 0 {
				class = "less"
			}
			c.box(left, y, max(1, length), thick, 2, class, Clean(bar.Label)+": "+Clean(bar.Value))
		}
		c.text(left+length+8, y+thick-3, "soft", "", Clean(bar.Value))
	}
	c.line(left, top-4, left, top+row*float64(len(b.Bars))-row+thick+4, "axis")
	c.height = top + row*float64(len(b.Bars)) + 8
	return c
}
