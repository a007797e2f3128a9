package outreach

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// person is somebody of whom little is known.
func person() Data {
	return Data{Customer: 7, Name: "Ana García", Fields: map[string]string{"name": "Ana García", "first_name": "Ana", "city": "Lyon", "attr.skin": "dry"},
		Lists: map[string][]map[string]string{"products": {{"sku": "A", "name": "Serum & Co", "price": "10.00 EUR"}, {"sku": "B", "name": "Crema", "price": ""}}}}
}

func fill(t testing.TB, tmpl Template) (Words, error) {
	t.Helper()
	tmpl.Code, tmpl.Channel = "t", "email"
	if tmpl.Format == "" {
		tmpl.Format = "text"
	}
	if tmpl.Subject == "" {
		tmpl.Subject = "S"
	}
	p, err := tmpl.Prepare()
	if err != nil {
		return Words{}, err
	}
	return p.Fill(person())
}

func TestTemplatesAreFilledIn(t *testing.T) {
	for body, want := range map[string]string{
		`Hello {{.first_name}}`:                                           "Hello Ana",
		`{{upper .city}} {{lower .city}}`:                                 "LYON lyon",
		`{{default "friend" .phone}}`:                                     "friend",
		`{{.phone | default "friend"}}`:                                   "friend",
		`{{.city | default "friend"}}`:                                    "Lyon",
		`{{if .phone}}yes{{else}}no{{end}}`:                               "no",
		`{{if and .city (not .phone)}}yes{{end}}`:                         "yes",
		`{{if eq .city "Lyon"}}yes{{end}}`:                                "yes",
		`{{if eq .phone "1"}}yes{{else}}no{{end}}`:                        "no",
		`{{with .city}}in {{.}}{{end}}`:                                   "in Lyon",
		`{{.attr.skin}} skin`:                                             "dry skin",
		`{{range .products}}{{.sku}}:{{$.city}} {{end}}`:                  "A:Lyon B:Lyon ",
		`{{range $i, $p := .products}}{{if $i}}, {{end}}{{.name}}{{end}}`: "Serum & Co, Crema",
		`{{title "maría josé"}}`:                                          "María José",
		`{{.country}}`:                                                    "somewhere",
		`{{len .products}}`:                                               "2",
	} {
		w, err := fill(t, Template{Body: body, Defaults: map[string]string{"country": "somewhere"}})
		require.NoError(t, err, body)
		require.Equal(t, want, w.Text, body)
	}
}

func TestTemplatesThatCannotBe(t *testing.T) {
	for body, want := range map[string]string{
		`{{.frist_name}}`:           ".frist_name is no field of templates",
		`{{.first_name`:             "unclosed action",
		`{{printf "%99999999d" 1}}`: "printf is no function of templates",
		`{{call .name}}`:            "call is no function",
		`{{html .name}}`:            "html is no function",
		`{{template "x"}}`:          "may not define or call",
		`{{define "x"}}{{template "x"}}{{end}}{{template "x"}}`:  "may not define or call",
		`{{range 1000000000}}{{end}}`:                            "range goes through products",
		`{{range .name}}{{end}}`:                                 "range goes through products",
		`{{range .products}}{{range $.products}}x{{end}}{{end}}`: "range goes through products",
		`{{range .products}}{{.city}}{{end}}`:                    ".city: each of products has",
		`{{.name.first}}`:                                        ".name.first is no field",
		`{{$.nam}}`:                                              ".nam is no field",
		`{{.name | perla_show "x"}}`:                             "perla_show is no function",
		`{{nil}}`:                                                "nil",
		`{{.products}}`:                                          "a list is not shown",
	} {
		_, err := fill(t, Template{Body: body})
		require.ErrorContains(t, err, want, body)
		require.Equal(t, fault.Rejected, fault.KindOf(err), body)
	}
}

func TestWhoLacksWhat(t *testing.T) {
	for body, field := range map[string]string{
		`Call {{.phone}}`:                        "phone",
		`Call {{upper .phone}}`:                  "phone",
		`{{.attr.hair}}`:                         "attr.hair",
		`{{.phone | lower}}`:                     "phone",
		`{{or .phone .country}}`:                 "phone",
		`{{with $x := .city}}{{$.phone}}{{end}}`: "phone",
	} {
		for _, format := range Formats {
			_, err := fill(t, Template{Body: body, Format: format})
			var e *fault.Error
			require.ErrorAs(t, err, &e, body)
			require.Equal(t, fault.Rejected, e.Kind)
			require.Equal(t, "7 Ana García", e.Key)
			require.Contains(t, e.Field, field, body)
			require.Contains(t, e.Hint, "--default")
		}
	}
}

func TestMarkdownMakesTextAndHTML(t *testing.T) {
	w, err := fill(t, Template{Format: "markdown", Body: "# News\n\nHello **{{.first_name}}**, see [the *shop*](https://x.example/?c={{.city}}).\n\n- {{.city}}\n- two\n\n1. a\n2. b\n\n> said\n\n<b>raw</b>\n"})
	require.NoError(t, err)
	require.Equal(t, "News\n\nHello Ana, see the shop (https://x.example/?c=Lyon).\n\n- Lyon\n- two\n\n1. a\n2. b\n\n> said\n\nraw\n", w.Text)
	require.Contains(t, w.HTML, `<h1>News</h1>`)
	require.Contains(t, w.HTML, `<a href="https://x.example/?c=Lyon">the <em>shop</em></a>`)
	require.NotContains(t, w.HTML, "<b>")
}

// TestValuesAreOnlyValues holds that nothing in the fields of a customer becomes markup, a link or another line.
func TestValuesAreOnlyValues(t *testing.T) {
	for _, name := range []string{"**bold**", "[click](http://evil.example)", "<script>alert(1)</script>", "<http://evil.example>", "http://evil.example", "# head", "a\n\n# b", "![x](http://evil.example/p.png)",
		"`code`", "&lt;b&gt;", "\\*x\\*", "- item", "1. x", "a  \nb", "](http://evil.example)", "{{.city}}", "a_b_c", "~~x~~", "javascript:alert(1)", "|a|b|"} {
		d := person()
		d.Fields["first_name"] = name
		for _, format := range []string{"markdown", "html"} {
			p, err := (&Template{Code: "t", Channel: "email", Format: format, Subject: "For {{.first_name}}", Body: "<p>Hi {{.first_name}}!</p>\n\nHi {{.first_name}}!"}).Prepare()
			require.NoError(t, err)
			w, err := p.Fill(d)
			require.NoError(t, err, name)
			for _, markup := range []string{"<script", "<a ", "<img", "<strong", "<h1", "<code", "<b>", "<li", "<em"} {
				require.NotContains(t, w.HTML, markup, "%s of %q: %s", format, name, w.HTML)
			}
			require.NotContains(t, w.Subject, "\n")
			if format == "markdown" {
				require.Contains(t, w.Text, "Hi "+oneLine(name)+"!", "the text part says it as it is")
			}
		}
	}
}

func TestOutputIsCapped(t *testing.T) {
	long := strings.Repeat("{{range .products}}"+strings.Repeat("x", 1000)+"{{end}}", 150)
	_, err := fill(t, Template{Body: long})
	require.ErrorContains(t, err, "256 KiB")
}

func TestTemplateOfHTML(t *testing.T) {
	w, err := fill(t, Template{Format: "html", Body: `<html><head><title>x</title><style>p{}</style></head><body><p>Hi {{.first_name}}, <a href="https://x.example/?q={{.city}}">see &amp; buy</a></p><ul><li>one<li>two</ul></body></html>`})
	require.NoError(t, err)
	require.Equal(t, "Hi Ana, see & buy (https://x.example/?q=Lyon)\n\n- one\n- two\n", w.Text)
}

func TestTemplatesAreKept(t *testing.T) {
	b := newBook(t, clock)
	add := func(tmpl Template) (out Template, err error) {
		err = b.Update(t.Context(), "add", func(tx *book.Tx) error {
			out, err = AddTemplate(tx, tmpl)
			return err
		})
		return out, err
	}
	good := Template{Code: "Hola Ñu", Channel: "email", Subject: "S", Body: "B {{.name}}"}
	got, err := add(good)
	require.NoError(t, err)
	require.Equal(t, "hola-nu", got.Code)
	_, err = add(good)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	spanish := good
	spanish.Language = "ES"
	_, err = add(spanish)
	require.NoError(t, err)
	for want, bad := range map[string]Template{
		"is no code":             {Code: "a/b", Channel: "email", Subject: "S", Body: "B"},
		"a code is needed":       {Code: " ", Channel: "email", Subject: "S", Body: "B"},
		"is not one of":          {Code: "x", Channel: "fax", Subject: "S", Body: "B"},
		"an e-mail needs one":    {Code: "x", Channel: "email", Body: "B"},
		"only an e-mail has one": {Code: "x", Channel: "sms", Subject: "S", Body: "B"},
		"only an e-mail is":      {Code: "x", Channel: "sms", Format: "html", Body: "B"},
		"it says nothing":        {Code: "x", Channel: "sms", Body: " \n"},
		"is no field":            {Code: "x", Channel: "sms", Body: "B", Defaults: map[string]string{"naem": "x"}},
	} {
		_, err := add(bad)
		require.ErrorContains(t, err, want)
	}
	view(t, b, func(v *book.View) error {
		of, err := languagesOf(v, "hola-nu")
		require.NoError(t, err)
		for language, want := range map[string]string{"es": "es", "es-MX": "es", "ES_mx": "es", "fr": "", "": ""} {
			found, ok := forLanguage(of, language)
			require.True(t, ok)
			require.Equal(t, want, found.Language, language)
		}
		_, err = FindTemplate(v, "hola-un")
		require.ErrorContains(t, err, "no such template")
		found, err := FindTemplate(v, "hola-nu/es")
		require.Equal(t, "es", found.Language)
		return err
	})
}
