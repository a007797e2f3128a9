package dates

import "time"

// ParseISO reads exactly YYYY-MM-DD.
func ParseISO(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, errForm
	}
	y1, y2, y3, y4 := s[0]-'0', s[1]-'0', s[2]-'0', s[3]-'0'
	m1, m2, d1, d2 := s[5]-'0', s[6]-'0', s[8]-'0', s[9]-'0'
	if y1 > 9 || y2 > 9 || y3 > 9 || y4 > 9 || m1 > 9 || m2 > 9 || d1 > 9 || d2 > 9 {
		return 0, errForm
	}
	y := (int(y1)*10+int(y2))*100 + int(y3)*10 + int(y4)
	return New(y, time.Month(m1*10+m2), int(d1*10+d2))
}

// Append adds d to b as YYYY-MM-DD, nothing for no date.
func (d Date) Append(b []byte) []byte {
	y, m, day := d.Civil()
	if y == 0 {
		return b
	}
	return append(b,
		byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-',
		byte('0'+day/10), byte('0'+day%10))
}

// String is d as YYYY-MM-DD, empty for no date.
func (d Date) String() string {
	var buf [10]byte
	return string(d.Append(buf[:0]))
}

// MarshalText is the text of String, so that JSON shows a day and not a number.
func (d Date) MarshalText() ([]byte, error) {
	return d.Append(make([]byte, 0, 10)), nil
}
