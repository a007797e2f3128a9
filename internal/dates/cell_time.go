package dates

import "time"

// clock is the time part of a cell: seconds since midnight, and the offset from UTC in seconds when it is zoned.
type clock struct {
	seconds, offset int
	zoned           bool
}

// dayIn is the day in zone of the instant that clock c shows on day d; 0 outside the years 1 to 9999.
func (c clock) dayIn(zone *time.Location, d Date) Date {
	const daySeconds = 24 * 60 * 60
	instant := (int64(d)-unixDay)*daySeconds + int64(c.seconds-c.offset)
	if zone != nil {
		_, offset := time.Unix(instant, 0).In(zone).Zone()
		instant += int64(offset)
	}
	instant += unixDay * daySeconds // positive for every day of the calendar, so that / rounds down
	if instant < daySeconds || instant >= (int64(last)+1)*daySeconds {
		return 0
	}
	return Date(instant / daySeconds)
}

// parseClock reads all of s, what follows a date: nothing, or a space or T and a time of day with or without an offset.
func parseClock(s string) (c clock, ok bool) {
	if s == "" {
		return c, true
	}
	if s[0] == 'T' || s[0] == 't' {
		s = s[1:]
	} else {
		if s[0] == ',' {
			s = s[1:]
		}
		n := spacesWidth(s)
		if n == 0 {
			return c, false
		}
		s = s[n:]
	}
	hour, width := leadingNumber(s)
	if width < 1 || width > 2 || width == len(s) || s[width] != ':' {
		return c, false
	}
	minute, second, s, ok := parseMinutes(s[width+1:])
	if !ok {
		return c, false
	}
	hour, s, ok = parseHalf(hour, s)
	if !ok || hour > 23 {
		return c, false
	}
	c.seconds = hour*3600 + minute*60 + second
	if s = s[spacesWidth(s):]; s == "" {
		return c, true
	}
	c.zoned = true
	c.offset, ok = parseZone(s)
	return c, ok
}

// parseMinutes reads mm, mm:ss or mm:ss.fraction. Second 60 is a leap second.
func parseMinutes(s string) (minute, second int, rest string, ok bool) {
	minute, width := leadingNumber(s)
	if width != 2 || minute > 59 {
		return 0, 0, "", false
	}
	s = s[2:]
	if s == "" || s[0] != ':' {
		return minute, 0, s, true
	}
	second, width = leadingNumber(s[1:])
	if width != 2 || second > 60 {
		return 0, 0, "", false
	}
	s = s[3:]
	if s == "" || s[0] != '.' && s[0] != ',' {
		return minute, second, s, true
	}
	s = s[1:]
	width = 0
	for width < len(s) && s[width]-'0' <= 9 {
		width++
	}
	return minute, second, s[width:], width > 0
}

// parseHalf reads AM or PM, in any case and also as "p. m.", and moves the hour of a twelve-hour clock; without one the hour stays.
func parseHalf(hour int, s string) (int, string, bool) {
	t := s[spacesWidth(s):]
	if t == "" || lower(t[0]) != 'a' && lower(t[0]) != 'p' {
		return hour, s, true
	}
	afternoon := lower(t[0]) == 'p'
	t = t[1:]
	if t != "" && t[0] == '.' {
		t = t[1:]
		t = t[spacesWidth(t):]
	}
	if t == "" || lower(t[0]) != 'm' || hour < 1 || hour > 12 {
		return 0, "", false
	}
	t = t[1:]
	if t != "" && t[0] == '.' {
		t = t[1:]
	}
	hour %= 12
	if afternoon {
		hour += 12
	}
	return hour, t, true
}

// parseZone reads all of s as an offset from UTC in seconds: Z, UTC, GMT, +hh, +hhmm, +hh:mm, UTC+h. Offsets reach 14 hours.
func parseZone(s string) (int, bool) {
	named := len(s) >= 3 && (foldedEqual(s[:3], "utc") || foldedEqual(s[:3], "gmt"))
	switch {
	case foldedEqual(s, "z"):
		return 0, true
	case named:
		if s = s[3:]; s == "" {
			return 0, true
		}
	}
	sign := 1
	switch s[0] {
	case '+':
	case '-':
		sign = -1
	default:
		return 0, false
	}
	hours, width := leadingNumber(s[1:])
	minutes := 0
	rest := s[1+width:]
	switch {
	case width == 4 && rest == "":
		hours, minutes = hours/100, hours%100
	case (width == 2 || width == 1 && named) && rest == "":
	case (width == 2 || width == 1 && named) && len(rest) == 3 && rest[0] == ':':
		var ok bool
		if minutes, ok = number(rest[1:]); !ok {
			return 0, false
		}
	default:
		return 0, false
	}
	if minutes > 59 || hours*60+minutes > 14*60 {
		return 0, false
	}
	return sign * (hours*3600 + minutes*60), true
}

// foldedEqual compares ASCII text in any case with small letters.
func foldedEqual(s, small string) bool {
	if len(s) != len(small) {
		return false
	}
	for i := range len(s) {
		if lower(s[i]) != small[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
