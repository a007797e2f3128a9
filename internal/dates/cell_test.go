package dates

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata" // the zones of these tests, on machines without a zone database

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCellInOneReading(t *testing.T) {
	for _, text := range []string{
		"2024-01-08", "2024/01/08", "2024.01.08", "2024-1-8", "2024/1/8", "20240108", " 2024-01-08 ", "2024-01-08\n", "8 Jan 2024", "08 January 2024", "Jan 8, 2024", "January 8th, 2024", "JAN 8 2024", "8-Jan-2024", "08-jan-24",
		"08-ene-24", "08-ene.-24", "8 ene 2024", "8 de enero de 2024", "8 de enero del 2024", "8 de janeiro de 2024", "08/jan/2024", "8 janvier 2024", "8 janv. 2024", "8th of January 2024", "2024-Jan-08", "2024 jan 8",
		"08JAN2024", "8Jan24", "8. ene. 2024", "Jan. 8, 2024", "Jan 8, 24", "8\u00a0janvier\u00a02024",
		"2024-01-08T14:03", "2024-01-08 14:03:05", "2024-01-08 14:03:05.000", "2024-01-08T14:03:05,123456789", "2024-01-08 2:30 PM", "2024-01-08 2:30pm", "2024-01-08 2:30\u202fPM", "2024-01-08 12:00 AM",
		"2024-01-08, 2:30 p. m.", "2024-01-08 2:30 a.m.", "2024-01-08t00:00", "2024-01-08 9:05", "20240108T14:03", "Jan 8, 2024, 2:30 PM", "8 Jan 2024 14:03", "2024-01-08 23:59:60", "2024-01-08  14:03",
		"2024-01-08T14:03Z", "2024-01-08T14:03:05z", "2024-01-08 14:03 UTC", "2024-01-08 14:03:05 +0000", "2024-01-08 14:03 GMT", "2024-01-08 2:03 PM +01:00", "2024-01-08T23:59:59.999Z", "2024-01-08T14:03+01",
		"2024-01-08 14:03 UTC+2", "2024-01-08 14:03 GMT-0300", "2024-01-08 14:03 utc", "2024-01-08T14:03:05-00:00",
	} {
		for _, o := range []Order{Any, YMD, DMY, MDY} {
			d, err := Cell(text, o, time.UTC)
			require.NoError(t, err, "%q", text)
			require.Equal(t, "2024-01-08", d.String(), "%q", text)
		}
		dmy, mdy, ok := CellOrders(text)
		require.True(t, dmy && mdy && ok, "%q", text)
		require.False(t, AmbiguousCell(text), "%q", text)
	}
}

func TestCellOrders(t *testing.T) {
	const no = ""
	for _, c := range [][4]string{ // text, day first, month first, any order
		{"03/04/2024", "2024-04-03", "2024-03-04", no}, {"13/04/2024", "2024-04-13", no, "2024-04-13"}, {"04/13/2024", no, "2024-04-13", "2024-04-13"}, {"04/04/2024", "2024-04-04", "2024-04-04", "2024-04-04"},
		{"3/4/2024", "2024-04-03", "2024-03-04", no}, {"3-4-2024", "2024-04-03", "2024-03-04", no}, {"3.4.2024", "2024-04-03", "2024-03-04", no}, {"31/12/2024", "2024-12-31", no, "2024-12-31"},
		{"03/04/24", "2024-04-03", "2024-03-04", no}, {"13/04/24", "2024-04-13", no, "2024-04-13"}, {"13/04/68", "2068-04-13", no, "2068-04-13"}, {"13/04/69", "1969-04-13", no, "1969-04-13"}, {"13/04/00", "2000-04-13", no, "2000-04-13"},
		{"13/04/99", "1999-04-13", no, "1999-04-13"}, {"29/02/2024", "2024-02-29", no, "2024-02-29"}, {"02/29/2024", no, "2024-02-29", "2024-02-29"}, {"29/02/2023", no, no, no}, {"13/13/2024", no, no, no}, {"00/01/2024", no, no, no},
		{"31/04/2024", no, no, no}, {"03/04/2024 14:03", "2024-04-03", "2024-03-04", no}, {"3/4/2024, 2:30 PM", "2024-04-03", "2024-03-04", no}, {"13/04/2024 25:00", no, no, no}, {"03/04/0000", no, no, no},
		{"01/02/0003", "0003-02-01", "0003-01-02", no}, {"24-04-13", "2013-04-24", no, "2013-04-24"}, {"99-12-31", no, no, no},
	} {
		dmy, mdy, ok := CellOrders(c[0])
		require.Equal(t, []bool{c[1] != no, c[2] != no, c[1] != no || c[2] != no}, []bool{dmy, mdy, ok}, c[0])
		require.Equal(t, c[1] != no && c[2] != no && c[1] != c[2], AmbiguousCell(c[0]), c[0])
		for o, want := range map[Order]string{DMY: c[1], MDY: c[2], Any: c[3]} {
			d, err := Cell(c[0], o, time.UTC)
			require.Equal(t, want, d.String(), "%s in order %d", c[0], o)
			require.Equal(t, want == no, err != nil, "%s in order %d", c[0], o)
		}
	}
	_, err := Cell("03/04/2024", Any, nil)
	require.ErrorIs(t, err, errEither)
	_, err = Cell("04/13/2024", DMY, nil)
	require.ErrorIs(t, err, errDay)
	_, err = Cell("13/04/2024", YMD, nil)
	require.ErrorIs(t, err, errOrder)
	d, err := Cell("24-4-13", YMD, nil)
	require.NoError(t, err)
	require.Equal(t, "2024-04-13", d.String())
}

func TestCellRefuses(t *testing.T) {
	for want, texts := range map[error][]string{
		errCell: {
			"", " ", "x", "0", "2024", "202401", "2024010", "202401081", "45300", "1704722585", "2024-01", "Jan 2024", "8 Jan", "jan", "8 foo 2024", "jan feb 2024", "8 jan jan 2024", "8 9 jan 2024", "8 2024 jan", "1/2", "1//2024", "1/2/", "/1/2024",
			"1/2/202", "1/2/20245", "123/4/2024", "1/234/2024", "1-2/2024", "1/2-2024", "2024-1-234", "2024-01-2024", "2/2024/1", "32nd", "8e Jan 2024", "8 januaryyyyyyyyyyyyyyyyyyyyy 2024", "de de de", "8--Jan--2024",
			"１/２/２０２４", "\x00", "\xff\xfe", "Mon", "2024-W03", "today", "Jan 123 2024", "999999999 jan 24", "2024-01-0814:03",
		},
		errDay: {
			"0000-00-00", "2023-02-29", "2024-13-01", "20241301", "13042024", "00000000", "31 Apr 2024", "Feb 30, 2024", "0 Jan 2024", "32/32/2024", "29/02/1900", "0000-01-01 10:00", "Jan 8, 0000",
		},
		errTime: {
			"2024-01-08x", "2024-01-08T", "2024-01-08 x", "2024-01-08 14", "2024-01-08 14:3", "2024-01-08 24:00", "2024-01-08 14:60", "2024-01-08 14:03:61", "2024-01-08 14:03:5", "2024-01-08 14:03:05.", "2024-01-08 13:00 PM",
			"2024-01-08 0:30 AM", "2024-01-08 2:30 XM", "2024-01-08 2:30 P", "2024-01-08 14:03 CET", "2024-01-08 14:03 +", "2024-01-08 14:03 +1", "2024-01-08 14:03 +15:00", "2024-01-08 14:03 +01:60", "2024-01-08 14:03 +01:0", "2024-01-08 14:03 +01:0x",
			"2024-01-08 14:03Zulu", "2024-01-08 14:03 +010", "2024-01-08 14:03 +12345", "2024-01-08:03", "2024-01-08,14:03", "2024-01-08 14:03 UTC+", "2024-01-08 -1:00", "2024-01-08 114:00", "2024-01-08 14:03 UT",
		},
	} {
		for _, text := range texts {
			_, err := Cell(text, Any, nil)
			require.ErrorIs(t, err, want, "%q", text)
			dmy, mdy, ok := CellOrders(text)
			require.False(t, dmy || mdy || ok, "%q", text)
			require.False(t, AmbiguousCell(text), "%q", text)
		}
	}
}

func TestCellMovesInstantsIntoTheZone(t *testing.T) {
	santiago := time.FixedZone("", -4*3600)
	madrid, err := time.LoadLocation("Europe/Madrid")
	require.NoError(t, err)
	for _, c := range []struct {
		text string
		zone *time.Location
		want string
	}{
		{"2024-01-08T23:30:00Z", madrid, "2024-01-09"}, {"2024-01-08T22:59:59Z", madrid, "2024-01-08"}, {"2024-07-08T22:00:00Z", madrid, "2024-07-09"}, {"2024-07-08T21:59:59Z", madrid, "2024-07-08"},
		{"2024-01-08T02:00:00Z", santiago, "2024-01-07"}, {"2024-01-08 23:30:00 -0400", madrid, "2024-01-09"}, {"2024-01-08 23:30:00 -0400", santiago, "2024-01-08"}, {"2024-01-08 00:30 +01:00", time.UTC, "2024-01-07"},
		{"2024-01-08T23:30:00", madrid, "2024-01-08"}, {"2024-01-08 23:30 UTC", nil, "2024-01-08"}, {"2024-01-08T00:30+01:00", nil, "2024-01-07"}, {"Jan 8, 2024 11:30 PM -04:00", madrid, "2024-01-09"}, {"01/01/1970 00:30 +01:00", time.UTC, "1969-12-31"},
		{"1900-01-01T00:00:00Z", time.UTC, "1900-01-01"}, {"0001-01-02T00:30+01:00", time.UTC, "0001-01-01"},
	} {
		d, err := Cell(c.text, Any, c.zone)
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, d.String(), "%s in %v", c.text, c.zone)
	}
	for _, text := range []string{"0001-01-01T00:30+01:00", "9999-12-31T23:30-01:00"} {
		_, err := Cell(text, Any, time.UTC)
		require.ErrorIs(t, err, errRange)
	}
}

func TestCellAgreesWithTheTimePackage(t *testing.T) {
	zone, err := time.LoadLocation("America/Sao_Paulo")
	require.NoError(t, err)
	layouts := []string{time.RFC3339, time.RFC3339Nano, "2006-01-02 15:04:05 -0700", "2006/1/2 3:04:05 PM -07:00", "2 Jan 2006 15:04:05 -0700", "January 2, 2006 3:04PM -0700", "20060102 15:04:05-07:00", "02-Jan-2006 15:04:05.000 -07"}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-30e9, 200e9).Draw(t, "second"), 0).In(time.FixedZone("", 3600*rapid.IntRange(-12, 14).Draw(t, "offset")))
		text := at.Format(rapid.SampledFrom(layouts).Draw(t, "layout"))
		got, err := Cell(text, Any, zone)
		if err != nil || got != Of(at, zone) {
			t.Fatalf("%q is %v, %v, want %v", text, got, err, Of(at, zone))
		}
	})
}

func TestEveryNumericCellIsReadBack(t *testing.T) {
	layouts := map[Order][]string{
		DMY: {"%[3]d/%[2]d/%04[1]d", "%02[3]d-%02[2]d-%04[1]d", "%02[3]d.%02[2]d.%04[1]d"},
		MDY: {"%[2]d/%[3]d/%04[1]d", "%02[2]d-%02[3]d-%04[1]d"},
		YMD: {"%04[1]d-%[2]d-%[3]d", "%04[1]d/%02[2]d/%02[3]d", "%04[1]d%02[2]d%02[3]d", "%04[1]d.%02[2]d.%02[3]d"},
	}
	rapid.Check(t, func(t *rapid.T) {
		d := Date(rapid.Int32Range(1, int32(last)).Draw(t, "day"))
		o := rapid.SampledFrom([]Order{DMY, MDY, YMD}).Draw(t, "order")
		y, m, day := d.Civil()
		text := fmt.Sprintf(rapid.SampledFrom(layouts[o]).Draw(t, "layout"), y, int(m), day)
		got, err := Cell(text, o, time.UTC)
		if err != nil || got != d {
			t.Fatalf("%q in order %d is %v, %v, want %v", text, o, got, err, d)
		}
		either := o != YMD && day <= 12 && day != int(m)
		if AmbiguousCell(text) != either {
			t.Fatalf("%q ambiguous: %v", text, !either)
		}
		if free, err := Cell(text, Any, time.UTC); (err != nil) != either || !either && free != d {
			t.Fatalf("%q in any order is %v, %v", text, free, err)
		}
	})
}

func TestMonthNames(t *testing.T) {
	for m, names := range map[time.Month][]string{
		time.January:   {"jan", "january", "ene", "enero", "janeiro", "janv", "janvier", "Enero", "JANVIER"},
		time.February:  {"feb", "february", "febrero", "fev", "fevereiro", "févr", "février", "fe\u0301vrier", "FÉVRIER"},
		time.March:     {"mar", "march", "marzo", "março", "mars", "marc\u0327o"},
		time.April:     {"apr", "april", "abr", "abril", "avr", "avril"},
		time.May:       {"may", "mayo", "mai", "maio"},
		time.June:      {"jun", "june", "junio", "junho", "juin"},
		time.July:      {"jul", "july", "julio", "julho", "juil", "juillet"},
		time.August:    {"aug", "august", "ago", "agosto", "août", "aoû"},
		time.September: {"sep", "sept", "september", "septiembre", "setiembre", "set", "setembro", "septembre"},
		time.October:   {"oct", "october", "octubre", "out", "outubro", "octobre"},
		time.November:  {"nov", "november", "noviembre", "novembro", "novembre"},
		time.December:  {"dec", "december", "dic", "diciembre", "dez", "dezembro", "déc", "décembre"},
	} {
		for _, name := range names {
			for _, text := range []string{"1 " + name + " 2024", "01-" + name + "-24", name + " 1, 2024", "1er " + name + " 2024", "1º de " + name + " de 2024", "01-" + name + ".-2024"} {
				d, err := Cell(text, Any, nil)
				require.NoError(t, err, text)
				require.Equal(t, fmt.Sprintf("2024-%02d-01", m), d.String(), text)
			}
		}
	}
}

func FuzzCell(f *testing.F) {
	for _, s := range []string{"2024-01-08", "03/04/2024", "24-04-13", "8 Jan 2024", "08-ene.-24", "Jan 8th, 2024, 2:30 p. m. UTC-4", "20240108T14:03:05.000-04:00", "99999999", "1er\u00a0févr 2024", "\xff/1/2024", "0001-01-01T00:00+14:00", "1/2/00A"} {
		f.Add(s)
	}
	zone := time.FixedZone("", -4*3600)
	f.Fuzz(func(t *testing.T, s string) {
		dmy, mdy, ok := CellOrders(s)
		require.Equal(t, dmy || mdy, ok)
		for o, fits := range map[Order]bool{DMY: dmy, MDY: mdy} {
			d, err := Cell(s, o, nil)
			require.Equal(t, err == nil, d != 0, "%q", s)
			require.True(t, d >= 0 && d <= last)
			if err == nil {
				require.True(t, fits, "%q", s)
				back, err := Cell(d.String(), o, zone)
				require.NoError(t, err)
				require.Equal(t, d, back)
			} else if fits { // readable, but the instant lies beyond the calendar
				require.ErrorIs(t, err, errRange, "%q", s)
			}
		}
		_, err := Cell(s, Any, nil)
		require.Equal(t, AmbiguousCell(s), err == errEither, "%q", s)
		if err == nil {
			require.True(t, ok)
		}
	})
}
