package dates

import (
	"errors"
	"strings"
	"time"
)

// Order is how the numeric dates of a column are written.
type Order byte

// The orders. Any reads a date that only one order allows and refuses the others.
const (
	Any Order = iota
	YMD       // 24-04-13 too, which only this order reads as 2024-04-13
	DMY
	MDY
)

var (
	errCell   = errors.New("not a date")
	errTime   = errors.New("not a time of day")
	errEither = errors.New("day and month can be read either way")
	errOrder  = errors.New("not written year, month, day")
)

// Cell reads a date as files have it, numeric dates in the order o. Year first (2024-01-08, 2024/1/8, 2024.1.8, 20240108) and month names
// in English, Spanish, Portuguese and French (8 Jan 2024, Jan 8, 2024, 08-ene-24) need no order. Two-digit years are 1969 to 2068.
//
// A time may follow, after a space or T: 14:03, 14:03:05.000, 2:30 PM, then perhaps Z, UTC, GMT or an offset -0400, +01:00. A time with an
// offset is an instant and gives the day in zone (nil is UTC); a time without one is a clock on the wall and leaves the day as it is.
func Cell(s string, o Order, zone *time.Location) (Date, error) {
	if len(s) == 10 {
		if d, err := ParseISO(s); err == nil {
			return d, nil
		}
	}
	w, at, err := parts(s)
	if err != nil {
		return 0, err
	}
	d, err := w.in(o)
	if err != nil || !at.zoned {
		return d, err
	}
	if d = at.dayIn(zone, d); d == 0 {
		return 0, errRange
	}
	return d, nil
}

// parts takes a cell apart into its date, still without an order, and its time.
func parts(s string) (w written, at clock, err error) {
	w, rest, ok := scan(strings.TrimSpace(s))
	if !ok {
		return w, at, errCell
	}
	if at, ok = parseClock(rest); !ok {
		return w, at, errTime
	}
	return w, at, nil
}

// CellOrders tells with which orders, day first or month first, Cell reads s; ok is false when with neither. Year-first dates and month
// names are read with both.
func CellOrders(s string) (dmy, mdy, ok bool) {
	first, second := readings(s)
	return first != 0, second != 0, first != 0 || second != 0
}

// AmbiguousCell tells whether s is one day when read day first and another when read month first: 03/04/2024, but not 13/04/2024 or
// 04/04/2024.
func AmbiguousCell(s string) bool {
	first, second := readings(s)
	return first != 0 && second != 0 && first != second
}

// readings gives the day of s read day first and read month first, 0 where that reading is impossible.
func readings(s string) (dmy, mdy Date) {
	if len(s) == 10 {
		if d, err := ParseISO(s); err == nil {
			return d, d
		}
	}
	w, _, err := parts(s)
	if err != nil {
		return 0, 0
	}
	dmy, _ = w.in(DMY)
	mdy, _ = w.in(MDY)
	return dmy, mdy
}

// written is a date as its three numbers stand in the text, with their widths. When fixed they are year, month, day.
type written struct {
	n, width [3]int
	fixed    bool
}

// in is the day meant when the numbers stand in the order o.
func (w *written) in(o Order) (Date, error) {
	if w.fixed {
		return w.day(0, 1, 2)
	}
	switch o {
	case YMD:
		if w.width[0] != 2 || w.width[2] > 2 {
			return 0, errOrder
		}
		return w.day(0, 1, 2)
	case DMY:
		return w.day(2, 1, 0)
	case MDY:
		return w.day(2, 0, 1)
	}
	dmy, err := w.day(2, 1, 0)
	mdy, other := w.day(2, 0, 1)
	switch {
	case err == nil && other == nil && dmy != mdy:
		return 0, errEither
	case err == nil:
		return dmy, nil
	}
	return mdy, other
}

// day takes year, month and day from the given places. A year of two digits is 1969 to 2068, as POSIX has it.
func (w *written) day(year, month, day int) (Date, error) {
	y := w.n[year]
	switch w.width[year] {
	case 4:
	case 2:
		if y += 1900; y < 1969 {
			y += 100
		}
	default:
		return 0, errCell
	}
	return New(y, time.Month(w.n[month]), w.n[day])
}

// scan takes the date off the front of s and gives what follows it.
func scan(s string) (w written, rest string, ok bool) {
	n, width := leadingNumber(s)
	if width == 8 {
		w.n = [3]int{n / 10000, n / 100 % 100, n % 100}
		w.width = [3]int{4, 2, 2}
		w.fixed = true
		return w, s[8:], true
	}
	if width == 0 || width == len(s) || s[width] != '/' && s[width] != '-' && s[width] != '.' {
		return scanNamed(s)
	}
	separator := s[width]
	rest = s[width+1:]
	second, secondWidth := leadingNumber(rest)
	if secondWidth == 0 || secondWidth == len(rest) || rest[secondWidth] != separator {
		return scanNamed(s)
	}
	rest = rest[secondWidth+1:]
	third, thirdWidth := leadingNumber(rest)
	w.n = [3]int{n, second, third}
	w.width = [3]int{width, secondWidth, thirdWidth}
	w.fixed = width == 4
	short := width <= 2 && (thirdWidth <= 2 || thirdWidth == 4)
	if secondWidth > 2 || thirdWidth == 0 || !short && !(w.fixed && thirdWidth <= 2) {
		return written{}, "", false
	}
	return w, rest[thirdWidth:], true
}

// leadingNumber reads the digits s begins with; a run of more than eight is none.
func leadingNumber(s string) (n, width int) {
	for width < len(s) && s[width]-'0' <= 9 {
		if width == 8 {
			return 0, 0
		}
		n = n*10 + int(s[width]-'0')
		width++
	}
	return n, width
}
