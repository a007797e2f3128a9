package contacts_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/contacts"
)

// library is a number as the library reads it: what E164 is held against.
func library(s, country string) string {
	number, err := phonenumbers.Parse(s, country)
	if err != nil || !phonenumbers.IsPossibleNumber(number) {
		return ""
	}
	return phonenumbers.Format(number, phonenumbers.E164)
}

// apart says whether E164 reads a text in its own way, as TestPhonesReadApart shows: the parameter in which RFC 3966
// keeps a calling code, digits of scripts other than ASCII, wide and Arabic ones, wide letters and signs, and a word for
// the keypad beside digits that are not ASCII.
func apart(s string) bool {
	letters, others := 0, 0
	for _, r := range s {
		wide := r >= '！' && r <= '～'
		ours := wide || r >= '٠' && r <= '٩' || r >= '۰' && r <= '۹'
		switch {
		case r < utf8.RuneSelf:
			if unicode.IsLetter(r) {
				letters++
			}
		case unicode.IsDigit(r) && ours:
			others++
		case unicode.IsDigit(r) || wide && r != '＋':
			return true
		}
	}
	return letters > 2 && others > 0 || strings.Contains(s, ";phone-context=")
}

// sellingIn are the countries whose numbers are read most, with their most entangled rules.
var sellingIn = []string{"ES", "PT", "FR", "BR", "MX", "AR", "IT", "DE", "GB", "US", "CO", "CL", "PE"}

// TestPhonesTogether reads from many sides at once: patterns are compiled by whoever comes first. It stands before the
// tests that compile them all.
func TestPhonesTogether(t *testing.T) {
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range sellingIn {
				country := sellingIn[(i+j)%len(sellingIn)]
				for _, number := range numbersOf(country) {
					if got := contacts.E164(number, country); got != library(number, country) {
						t.Errorf("%s in %s: %q", number, country, got)
					}
				}
			}
		})
	}
	all.Wait()
}

// TestPhoneExamples holds every example of every kind of number, in every form, against the library's reading.
func TestPhoneExamples(t *testing.T) {
	forms := []phonenumbers.PhoneNumberFormat{phonenumbers.E164, phonenumbers.INTERNATIONAL, phonenumbers.NATIONAL, phonenumbers.RFC3966}
	regions, read := phonenumbers.GetSupportedRegions(), 0
	hold := func(number *phonenumbers.PhoneNumber, from ...string) {
		for _, form := range forms {
			text := phonenumbers.Format(number, form)
			for _, country := range from {
				want := library(text, country)
				require.Equal(t, want, contacts.E164(text, country), "%s in %q", text, country)
				if form != phonenumbers.NATIONAL {
					require.Equal(t, phonenumbers.Format(number, phonenumbers.E164), want, "%s in %q", text, country)
				}
				read++
			}
		}
	}
	for region := range regions {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			if number := phonenumbers.GetExampleNumberForType(region, kind); number != nil {
				hold(number, region, "ES", "FR", "PT", "BR", "US", "")
			}
		}
	}
	for code := range phonenumbers.GetSupportedGlobalNetworkCallingCodes() {
		hold(phonenumbers.GetExampleNumberForNonGeoEntity(code), "ES", "US", "")
	}
	require.Greater(t, read, 20000)
}

// TestPhoneMutations writes numbers as hurried people do, and worse, and holds the reading against the library's.
func TestPhoneMutations(t *testing.T) {
	for _, country := range sellingIn {
		t.Run(country, func(t *testing.T) {
			numbers := numbersOf(country)
			rapid.Check(t, func(t *rapid.T) {
				for i := range 30 {
					text := written(t, numbers, fmt.Sprint(i))
					from := rapid.SampledFrom([]string{country, country, country, "ES", "US", ""}).Draw(t, "from")
					if want, got := library(text, from), contacts.E164(text, from); want != got && !apart(text) {
						t.Fatalf("%q in %q: %q, the library reads %q", text, from, got, want)
					}
				}
			})
		})
	}
}

// numbersOf are examples of a country's numbers, as digits with and without what is dialled before them.
func numbersOf(country string) []string {
	var numbers []string
	for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
		number := phonenumbers.GetExampleNumberForType(country, kind)
		if number == nil {
			continue
		}
		national := phonenumbers.GetNationalSignificantNumber(number)
		code := fmt.Sprint(number.GetCountryCode())
		numbers = append(numbers, national, "0"+national, "+"+code+national, code+national, "00"+code+national, "011"+code+national,
			code+"0"+national, "0"+national[:min(2, len(national))]+"15"+national[min(2, len(national)):], "015"+national, "1"+national,
			phonenumbers.Format(number, phonenumbers.NATIONAL), phonenumbers.Format(number, phonenumbers.INTERNATIONAL))
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// written is a number with a few things done to it.
func written(t *rapid.T, numbers []string, label string) string {
	text := []rune(rapid.SampledFrom(numbers).Draw(t, "number "+label))
	bits := []string{" ", "-", ".", "/", "(", ")", "+", "0", "1", "5", "9", "15", "00", "x", "X", " x", "#", "*", "~", ",", ";", ":", "٣", "７", "＋",
		"\u00A0", "\u2009", "\t", "a", "AB", "tel:", " ext. ", "ext 12", " int 3", ";ext=7", ";isub=1", "anexo 4", "доб. 5", " - 503#", ",,12", " y 600", "/x2", "\xff"}
	for range rapid.IntRange(0, 3).Draw(t, "changes") {
		at := rapid.IntRange(0, len(text)).Draw(t, "at")
		if rapid.IntRange(0, 3).Draw(t, "end") == 0 {
			at = len(text)
		}
		switch rapid.IntRange(0, 2).Draw(t, "what") {
		case 0:
			text = slices.Insert(text, at, []rune(rapid.SampledFrom(bits).Draw(t, "put in"))...)
		case 1:
			text = slices.Delete(text, at, min(at+rapid.IntRange(1, 3).Draw(t, "out"), len(text)))
		default:
			text = append(slices.Clone(text[at:]), text[:at]...)
		}
	}
	return string(text)
}

// FuzzE164 holds the reading of any text at all against the library's, save for what is read apart.
func FuzzE164(f *testing.F) {
	for _, s := range []string{"+34 600 11 12 22", "0034 600111222", "(011) 15-2345-6789", "0 15 21 98765-4321", "06 12 34 56 78", "1-800-FLOWERS",
		"02 1234 5678", "tel:+1-201-555-0123;ext=9", "(530) 583-6985 x302/x2303", "６００１１１２２２", "١٢٣٤٥٦٧٨٩", "+0034600111222", "12", "x", "600,,1#"} {
		for _, country := range []string{"ES", "AR", "BR", "DE", "US", "IT", "AG", ""} {
			f.Add(s, country)
		}
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		if apart(s) {
			return
		}
		require.Equal(t, library(s, country), contacts.E164(s, country), "%q in %q", s, country)
	})
}

// TestPhonesReadApart shows where E164 leaves the library: other scripts and parameters are not for a customer's row,
// wide signs are read as what they are, and no digit is forgotten beside a word.
func TestPhonesReadApart(t *testing.T) {
	for _, c := range []struct{ text, library, want string }{
		{"+1 ８00 FLOWERS", "", "+18003569377"},
		{"600111222;phone-context=+34", "+34600111222", ""},
		{"६००१११२२२", "", ""},
		{"６００＊１１１＊２２２", "", "+34600111222"},
		{"６００１１１２２２　ｅｘｔ：５", "", "+34600111222"},
	} {
		require.True(t, apart(c.text), c.text)
		require.Equal(t, c.library, library(c.text, "ES"), c.text)
		require.Equal(t, c.want, contacts.E164(c.text, "ES"), c.text)
	}
}

// TestPhoneRules names the rules that matter where perla is used.
func TestPhoneRules(t *testing.T) {
	for _, c := range []struct{ text, country, want string }{
		{"600 11 12 22", "ES", "+34600111222"},
		{"0034 600111222", "ES", "+34600111222"},
		{"34600111222", "ES", "+34600111222"},
		{"+0034600111222", "ES", "+34600111222"},
		{"６００１１１２２２", "ES", "+34600111222"},
		{"600111222 ext. 14", "ES", "+34600111222"},
		{"600111222 ext. 14", "", ""},
		{"60011122", "ES", ""},
		{"no phone", "ES", ""},
		{"", "ES", ""},
		{"+34600111222" + strings.Repeat(" ", 250), "ES", ""},
		{"600111222", "es", ""},
		{"10000000", "800", ""},
		{"+800 1234 5678", "", "+80012345678"},
		{"+999 1234567", "ES", ""},
		{"06 12 34 56 78", "FR", "+33612345678"},
		{"+33 (0)6 12 34 56 78", "ES", "+33612345678"},
		{"0 15 21 98765-4321", "BR", "+5521987654321"},
		{"(21) 98765-4321", "BR", "+5521987654321"},
		{"011 15-2345-6789", "AR", "+5491123456789"},
		{"02 1234 5678", "IT", "+390212345678"},
		{"1-800-FLOWERS", "US", "+18003569377"},
		{"460-1234", "AG", "+12684601234"},
		{"020 7946 0958", "GB", "+442079460958"},
		{"(0049) 30 123456", "ES", "+4930123456"},
	} {
		require.Equal(t, c.want, contacts.E164(c.text, c.country), "%s in %q", c.text, c.country)
	}
}

func BenchmarkE164(b *testing.B) {
	for _, c := range []struct{ text, country string }{{"600 11 12 22", "ES"}, {"+34600111222", "ES"}, {"0 15 21 98765-4321", "BR"}, {"600111222 ext 4", "ES"}} {
		b.Run(c.country+" "+c.text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				contacts.E164(c.text, c.country)
			}
		})
	}
}
