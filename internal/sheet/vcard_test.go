package sheet

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// card is a card of some lines.
func card(lines ...string) string {
	return "BEGIN:VCARD\n" + strings.Join(lines, "\n") + "\nEND:VCARD\n"
}

// TestCardOfOldPhone reads what phones write as version 2.1: bare parameters, quoted-printable over several lines.
func TestCardOfOldPhone(t *testing.T) {
	r := oneContact(t, card("VERSION:2.1",
		"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Mu=C3=B1oz;Jos=C3=A9;;;",
		"TEL;CELL:600 111 222", "TEL;HOME;VOICE;PREF:911 111 111", "TEL;WORK;FAX:911 000 000",
		"EMAIL;INTERNET;HOME:JOSE@x.com",
		"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:caf=E9 con leche=0D=0A=", "y pan =3D 2=2E50=", "",
		"ADR;HOME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;Calle=20Mayor=201;M=C3=A1laga;;29001;Espa=C3=B1a",
		"ORG:Panader=EDa", "BDAY:19850421",
		"PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoH",
		" BwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT", "AEND0123456789", "",
		"X-PHONETIC:a", "X-PHONETIC:b"), InputOptions{})
	require.Equal(t, "José Muñoz", r.Name)
	require.Equal(t, [3]string{"911 111 111", "home", "mobile: 600 111 222"}, [3]string{r.Phone, r.PhoneLabel, r.Phones})
	require.Equal(t, [2]string{"jose@x.com", "home"}, [2]string{r.Email, r.EmailLabel})
	require.Equal(t, "café con leche\ny pan = 2.50", r.Notes)
	require.Equal(t, [4]string{"Calle Mayor 1", "29001", "Málaga", "España"}, [4]string{r.Address, r.Postcode, r.City, r.Country})
	require.Equal(t, "1985-04-21", r.Birthday)
	require.Equal(t, "fax=911 000 000", r.Attributes)
	require.Equal(t, "Panader=EDa", r.Company.Key, "a line is quoted-printable only where it says so")
}

func TestCardOfToday(t *testing.T) {
	r := oneContact(t, card("VERSION:4.0", "UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1", "FN;PREF=1:Dr. Ana María Gil", "N:Gil;Ana;María;Dr.;",
		"item1.EMAIL;PREF=2:ana@x.com", "item1.X-ABLabel:_$!<School>!$_", "EMAIL;TYPE=work;PREF=1:ana@work.example",
		`TEL;VALUE=uri;TYPE="cell,voice":tel:+34-600-111-222;ext=7`, "BDAY:--0517", "ANNIVERSARY:20090808T1430-0500",
		"ADR;TYPE=home:;;Calle Mayor 1\\, 2º;Málaga;;29001;", "ADR;TYPE=work;PREF=1:Box 3;;Gran Vía 2;Madrid;;28013;ES",
		"LANG;PREF=2:en", "LANG;PREF=1:es", "CATEGORIES:VIP,Book\\, club", "CATEGORIES:new", "NOTE:first\\nline", "NOTE:second", "TITLE:Lead",
		"ORG:Acme\\; Co;Sales", "URL:https://example.com/a,b", "GENDER:F", "REV:20240101T000000Z", "IMPP:sip:ana", "KEY:x"), InputOptions{})
	require.Equal(t, [2]string{"Dr. Ana María Gil", "urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"}, [2]string{r.Name, r.Ref})
	require.Equal(t, [3]string{"ana@work.example", "work", "school: ana@x.com"}, [3]string{r.Email, r.EmailLabel, r.Emails})
	require.Equal(t, [3]string{"+34-600-111-222 ext. 7", "mobile", "+34600111222"}, [3]string{r.Phone, r.PhoneLabel, r.E164})
	require.Equal(t, "--05-17", r.Birthday)
	require.Equal(t, [3]string{"Gran Vía 2, Box 3", "Madrid", "ES"}, [3]string{r.Address, r.City, r.Country})
	require.Equal(t, [3]string{"es", "book club, new, vip", "first\nline\nsecond"}, [3]string{r.Language, r.Tags, r.Notes})
	require.Equal(t, "address=home: Calle Mayor 1, 2º, 29001 Málaga; anniversary=2009-08-08; department=Sales; job_title=Lead; website=https://example.com/a,b", r.Attributes)
	require.Equal(t, "Acme; Co", r.Company.Key)
	require.True(t, r.CompanyIfKnown, "it is no selector")
}

func TestCardDays(t *testing.T) {
	for value, want := range map[string]string{
		"BDAY:1985-04-21": "1985-04-21", "BDAY:19850421": "1985-04-21", "BDAY:1985-04-21T00:00:00Z": "1985-04-21", "BDAY:--0203": "--02-03",
		"BDAY:--02-29": "--02-29", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-03": "--02-03", "BDAY;VALUE=date:1985-04-21": "1985-04-21",
		"BDAY;VALUE=text:circa 1800": "", "BDAY:1985": "", "BDAY:1985-04": "", "BDAY:---03": "",
	} {
		r := oneContact(t, card("FN:Ana", value), InputOptions{})
		require.Equal(t, want, r.Birthday, value)
		if want == "" {
			require.Contains(t, r.Attributes, "birthday=", value)
		}
	}
	for _, value := range []string{"BDAY:21.4.85x", "BDAY:--1340", "BDAY:1985-02-30", "ANNIVERSARY:soon"} {
		_, wrong := readContacts(t, contactsOf(t, card("FN:Ana", value), "", InputOptions{}))
		require.Len(t, wrong, 1, value)
	}
}

func TestCardNames(t *testing.T) {
	for _, test := range []struct {
		name       string
		lines      []string
		want, kind string
	}{
		{"from its parts", []string{"N:Gil;Ana;María,José;Dr.;"}, "Ana María José Gil", ""},
		{"FN first", []string{"N:Gil;Ana;;;", "FN:Anita"}, "Anita", ""},
		{"of an organisation", []string{"ORG:Acme"}, "Acme", "company"},
		{"as phones write an organisation", []string{"FN:Acme", "N:;;;;", "ORG:ACME;"}, "ACME", "company"},
		{"a person called as her firm", []string{"FN:Ana Gil", "N:Gil;Ana;;;", "ORG:Ana Gil"}, "Ana Gil", ""},
		{"KIND", []string{"FN:Acme Shop", "KIND:org"}, "Acme Shop", "company"},
		{"Apple's mark", []string{"FN:Acme Shop", "X-ABShowAs:COMPANY"}, "Acme Shop", "company"},
		{"of her e-mail", []string{"TEL:600111222", "EMAIL:ana@x.com"}, "ana@x.com", ""},
		{"empty properties", []string{"FN:", "N:;;;;", "ORG:;", "TEL:600111222"}, "600111222", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := oneContact(t, card(test.lines...), InputOptions{})
			require.Equal(t, [2]string{test.want, test.kind}, [2]string{r.Name, r.Kind})
		})
	}
}

// TestCardFile reads files as they come: many cards, any line ends, blank lines, folds, no line end at the end.
func TestCardFile(t *testing.T) {
	plain := card("VERSION:3.0", "FN:Ana", "NOTE:a long no", " te of her ", "  own") + "\n\n" + "begin:vcard\nFN:Bo\nend:vCard"
	units := utf16.Encode([]rune("\ufeff" + plain))
	wide := make([]byte, 0, 2*len(units))
	for _, u := range units {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for name, content := range map[string]string{
		"LF": plain, "CRLF": strings.ReplaceAll(plain, "\n", "\r\n"), "CR": strings.ReplaceAll(plain, "\n", "\r"),
		"blank lines first": "\n \n" + plain, "a mark": "\ufeff" + plain, "UTF-16": string(wide), "joined files with marks": strings.ReplaceAll(plain, "\n\n\n", "\n\ufeff"),
	} {
		t.Run(name, func(t *testing.T) {
			rows, wrong := readContacts(t, contactsOf(t, content, "", InputOptions{}))
			require.Empty(t, wrong)
			require.Len(t, rows, 2)
			require.Equal(t, [3]string{"Ana", "a long note of her  own", "Bo"}, [3]string{rows[0].Name, rows[0].Notes, rows[1].Name})
		})
	}
	r := oneContact(t, "BEGIN:VCARD\nFN:Jos\xe9\nEND:VCARD\n", InputOptions{})
	require.Equal(t, "José", r.Name, "Latin-1")
	old := oneContact(t, card("VERSION:2.1", "FN:Ana", "NOTE:a long", " note"), InputOptions{})
	require.Equal(t, "a long note", old.Notes, "version 2.1 folds before a blank and keeps it")
	agent := oneContact(t, card("VERSION:2.1", "FN:Ana", "AGENT:", "BEGIN:VCARD", "FN:Her agent", "END:VCARD", "TEL:600111222"), InputOptions{})
	require.Equal(t, [2]string{"Ana", "600111222"}, [2]string{agent.Name, agent.Phone})
}

func TestCardFaults(t *testing.T) {
	file := card("FN:Ana", "EMAIL:no address", "TEL:no digits") + // line 3, 4
		"some text\n" + // 6
		"BEGIN:VCARD\nFN:Bo\n" + // 7
		card("FN:Eva", "no property", "TEL:1") + // 11
		card("FN;CHARSET=KLINGON;ENCODING=QUOTED-PRINTABLE:=41", "NOTE;QUOTED-PRINTABLE:=4Z", "KIND:group") + // 15, 16, 17
		card("FN:Good") +
		"BEGIN:VCARD\nFN:Last\n" // 22
	d := contactsOf(t, file, "", InputOptions{})
	rows, wrong := readContacts(t, d)
	require.Equal(t, []string{
		`in:3:1  EMAIL  "EMAIL:no address"  not an e-mail address`,
		`in:4:1  TEL  "TEL:no digits"  a phone number needs digits`,
		`in:6:1  text outside of a card (needed is BEGIN:VCARD)`,
		`in:7:1  the card that begins here has no END:VCARD`,
		`in:11:1  a line without NAME: in a card`,
		`in:15:1  FN  "FN;CHARSET=KLINGON;ENCODING=QUOTED-PRINT…"  in the character set KLINGON, which is not known here`,
		`in:17:1  KIND  "KIND:group"  a list of contacts, not a contact`,
		`in:16:1  NOTE  "NOTE;QUOTED-PRINTABLE:=4Z"  not quoted-printable, as the line says it is`,
		`in:22:1  the card that begins here has no END:VCARD`,
	}, wrong)
	require.Equal(t, 7, d.Records())
	var good []string
	for _, r := range rows {
		if !r.Bad {
			good = append(good, r.Name)
		}
	}
	require.Equal(t, []string{"Good"}, good)
}

// TestCardRejects holds that refused cards come out as they went in, with the last reason only, and can be read again.
func TestCardRejects(t *testing.T) {
	file := card("FN:Ana", "EMAIL:no address", "X-LONG:"+strings.Repeat("a", 80)) + card("FN:Bo", "nothing")
	for range 2 {
		d := contactsOf(t, file, "", InputOptions{})
		var out strings.Builder
		w := d.Rejects(&out)
		for row := range d.Rows() {
			require.NoError(t, w.Write(row.Raw, row.Faults))
		}
		require.NoError(t, w.Flush())
		file = out.String()
	}
	require.Equal(t, "BEGIN:VCARD\r\nX-PERLA-REASON:EMAIL: not an e-mail address\r\nFN:Ana\nEMAIL:no address\nX-LONG:"+strings.Repeat("a", 80)+"\nEND:VCARD\r\n"+
		"BEGIN:VCARD\r\nX-PERLA-REASON:a line without NAME: in a card\r\nFN:Bo\nnothing\nEND:VCARD\r\n", file)
	rows, wrong := readContacts(t, contactsOf(t, strings.NewReplacer("no address", "ana@x.com", "nothing", "NOTE:").Replace(file), "", InputOptions{}))
	require.Empty(t, wrong)
	require.Len(t, rows, 2)
}

func TestCardOptions(t *testing.T) {
	file := card("FN:Ana", "X-SKYPE;TYPE=home:ana\\, gil", "NICKNAME:Anita", "PHOTO:x", "PRODID:y", "REV:z")
	d := contactsOf(t, file, "", InputOptions{Map: map[string]string{"notes": "X-SKYPE", "attr.called": "NICKNAME"}})
	rows, _ := readContacts(t, d)
	require.Equal(t, [2]string{"ana, gil", "called=Anita"}, [2]string{rows[0].Notes, rows[0].Attributes})
	require.Equal(t, []string{"stdin: UTF-8, vCards", "properties not used: PHOTO"}, d.Notes())

	_, err := OpenInput("-", strings.NewReader(file), InputOptions{})
	require.Equal(t, fault.Rejected, fault.KindOf(err), "where no cards are wanted")
	_, err = OpenInput("-", strings.NewReader(file), InputOptions{Cards: true, Delimiter: ";"})
	require.Equal(t, fault.Usage, fault.KindOf(err))
}

// TestCardBounds holds that one card with very many properties is refused and makes no other wide.
func TestCardBounds(t *testing.T) {
	var many strings.Builder
	for i := range 2 * maxCardColumns {
		fmt.Fprintf(&many, "X-%d:1\n", i)
	}
	d := contactsOf(t, card("FN:Ana", strings.Repeat("TEL:1\n", 2*maxCardRepeats))+card(many.String(), "FN:Bo", "EMAIL:bo@x.com"), "", InputOptions{})
	rows, wrong := readContacts(t, d)
	require.Equal(t, []string{"in:103:1  " + tooManyTimes}, wrong)
	require.Len(t, rows, 1)
	require.Equal(t, [2]string{"Bo", "bo@x.com"}, [2]string{rows[0].Name, rows[0].Email})
	require.LessOrEqual(t, len(d.in.header), maxCardColumns+10)
}

// FuzzCards reads any bytes behind the first line of a card: it never fails but by a fault that names a mistake of the file,
// every record comes to an end, and what is refused is refused again when its rejects file is read.
func FuzzCards(f *testing.F) {
	for _, s := range []string{"FN:Ana\nEND:VCARD\n", "N;QUOTED-PRINTABLE:=\n=41\nEND:VCARD\nBEGIN:VCARD\n", "a.TEL;TYPE=\"x:y\",PREF=1:tel:1;ext=2\r\n X\r\nEND:VCARD",
		"PHOTO;BASE64:aa\nbb\n\nADR:;;a\\;b;c\nBDAY:--0203\nUID:perla:a:b\nEND:VCARD\njunk\n", "AGENT:\nBEGIN:VCARD\nEND:VCARD\nFN:x\nEND:VCARD", " 0\nEND:VCARD", "\xff\x00:"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		in, err := OpenInput("-", bytes.NewReader(append([]byte("BEGIN:VCARD\n"), content...)), InputOptions{Cards: true, Setting: euros})
		if err != nil {
			require.Equal(t, fault.Rejected, fault.KindOf(err), err)
			return
		}
		defer in.Close()
		v, err := in.Recognise("")
		require.NoError(t, err)
		d, err := NewDecoder(in, v.Columns(in))
		require.NoError(t, err)
		var out bytes.Buffer
		w := d.Rejects(&out)
		bad, junk, lines := 0, false, 1+bytes.Count(content, []byte{'\n'})+bytes.Count(content, []byte{'\r'})
		for row := range d.Rows() {
			row.Value.Settle(row.Line, len(row.Faults) > 0, "ES")
			for _, f := range row.Faults {
				require.NotContains(t, f.Text("x"), "\n")
				require.Positive(t, f.Column)
				require.GreaterOrEqual(t, f.Line, row.Line)
				require.LessOrEqual(t, f.Line, lines+1)
				junk = junk || f.Reason == outsideCard
			}
			if len(row.Faults) > 0 {
				bad++
				require.NoError(t, w.Write(row.Raw, row.Faults))
			}
		}
		require.NoError(t, d.Err())
		require.NoError(t, w.Flush())
		if bad == 0 || junk {
			return // text outside of cards may end one that has no end
		}
		back, err := OpenInput("-", &out, InputOptions{Cards: true, Setting: euros})
		if err != nil {
			require.Equal(t, fault.Rejected, fault.KindOf(err), err)
			return
		}
		defer back.Close()
		b, err := NewDecoder(back, v.Columns(back))
		require.NoError(t, err)
		for row := range b.Rows() {
			require.NotEmpty(t, row.Faults, fmt.Sprintf("%q", row.Raw))
		}
	})
}

// BenchmarkCards reads cards.
func BenchmarkCards(b *testing.B) {
	var file strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&file, "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Gil;Ana;;;\r\nFN:Ana Gil %d\r\nTEL;TYPE=CELL:600 111 222\r\nEMAIL;TYPE=INTERNET:ana%d@x.com\r\nEND:VCARD\r\n", i, i)
	}
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		in, err := OpenInput("-", strings.NewReader(file.String()), InputOptions{Cards: true, Setting: euros})
		require.NoError(b, err)
		d, err := NewDecoder(in, vcards.Columns(in))
		require.NoError(b, err)
		n := 0
		for batch := range d.Batches(context.Background(), 1000, nil, func(c *Contact, line int, _ uint64, bad bool) { c.Settle(line, bad, "ES") }) {
			n += len(batch)
		}
		require.Equal(b, 10_000, n)
		require.NoError(b, in.Close())
	}
}
