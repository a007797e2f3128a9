package cli

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/outreach"
)

// helpTemplates is the page on the words of templates, with the fields there are.
func helpTemplates() string {
	var b strings.Builder
	for _, f := range outreach.TemplateFields {
		fmt.Fprintf(&b, "  {{.%s}}%s%s\n", f.Name, strings.Repeat(" ", max(1, 20-len(f.Name))), f.What)
	}
	return `The words of a template

  perla template add hi --channel sms --body "Hello {{.first_name}}"
  perla template add t --channel sms --body "{{if .tier}}Dear {{.tier}}{{end}}"
  perla template preview hi ana
  perla template lint hi

A template is text with gaps, which are filled in for each person. Somebody of
whom the book does not know what stands there is named, and nothing is sent,
unless there is something else to say:

  {{default "friend" .first_name}}
  perla template edit hi --default first_name=friend

Gaps
` + b.String() + `  {{.attr.KEY}}            what else is known of her, such as {{.attr.skin}}

{{range .products}}{{.name}}: {{.price}} {{end}} goes through what a campaign is
about, each with sku, name and price. {{if .city}} asks whether something is
known; {{if eq .city "Lyon"}} whether it is this. Functions: default, upper,
lower, title, trim, len, and, or, not, eq, ne. What a field says is never
markup, a link, or another header.

An e-mail may be written in Markdown (--format markdown), from which a text and
an HTML part are made, or in HTML. One code may have words in several languages:
each person reads hers, else those without a language.
`
}
