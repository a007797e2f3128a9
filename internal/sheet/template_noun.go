package sheet

import (
	"maps"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/outreach"
)

// Templates are the columns of templates.
var Templates = keeping([]Column[outreach.Template]{
	{Name: "id", Kind: IntKind, Wide: true, Get: func(t *outreach.Template) Value { return Int(t.ID) }},
	{Name: "code", Get: func(t *outreach.Template) Value { return Text(t.Code) }},
	{Name: "language", Get: func(t *outreach.Template) Value { return Text(t.Language) }},
	{Name: "name", Get: func(t *outreach.Template) Value { return Text(t.Name) }},
	{Name: "channel", Get: func(t *outreach.Template) Value { return Text(t.Channel) }},
	{Name: "purpose", Get: func(t *outreach.Template) Value { return Text(t.Purpose) }},
	{Name: "format", Get: func(t *outreach.Template) Value { return Text(t.Format) }},
	{Name: "subject", Get: func(t *outreach.Template) Value { return Text(t.Subject) }},
	{Name: "body", Wide: true, Get: func(t *outreach.Template) Value { return Text(t.Body) }},
	{Name: "defaults", Wide: true, Get: func(t *outreach.Template) Value {
		var list []string
		for _, field := range slices.Sorted(maps.Keys(t.Defaults)) {
			list = append(list, field+"="+t.Defaults[field])
		}
		return Text(strings.Join(list, "; "))
	}},
	{Name: "created_on", Kind: DateKind, Wide: true, Get: func(t *outreach.Template) Value { return Date(t.CreatedOn) }},
	{Name: "archived_on", Kind: DateKind, Wide: true, Get: func(t *outreach.Template) Value { return Date(t.ArchivedOn) }},
}, "code", "subject", "channel", "language")

// TemplateProblems are the columns of those for whom a template cannot be filled in.
var TemplateProblems = []Column[outreach.Problem]{
	{Name: "customer_id", Kind: IntKind, Get: func(p *outreach.Problem) Value { return Int(p.Customer) }},
	{Name: "name", Get: func(p *outreach.Problem) Value { return Text(p.Name) }},
	{Name: "template", Get: func(p *outreach.Problem) Value { return Text(p.Template) }},
	{Name: "field", Get: func(p *outreach.Problem) Value { return Text(p.Field) }},
	{Name: "reason", Get: func(p *outreach.Problem) Value { return Text(p.Reason) }},
}

// Letters are the columns of what one customer would read.
var Letters = []Column[outreach.Words]{
	{Name: "subject", Get: func(w *outreach.Words) Value { return Text(w.Subject) }},
	{Name: "text", Get: func(w *outreach.Words) Value { return Text(w.Text) }},
	{Name: "html", Wide: true, Get: func(w *outreach.Words) Value { return Text(w.HTML) }},
}
