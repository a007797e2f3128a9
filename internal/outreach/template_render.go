package outreach

import (
	"bytes"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/template"
	"text/template/parse"
	"unicode"

	"github.com/perla-crm/perla/internal/fault"
)

// mostOutput is how many bytes a rendered part may have; mails beyond it are cut by the usual readers long before.
const mostOutput = 256 << 10

// Words is a message as it is read: the subject, and the body as plain text and, of a template in Markdown or HTML, as HTML.
type Words struct{ Subject, Text, HTML string }

// Prepared is a template ready to be filled in for one person after the other.
type Prepared struct {
	Template Template
	Uses     map[string]bool // the fields that it speaks of; attr.skin for an attribute

	subject, body *template.Template
	html          *htmltemplate.Template // in the place of body where the format is HTML
}

// missing is the value of a field of which the book knows nothing: false where it is asked for, an error where it is shown.
type missing string

// lacking says which field somebody lacks.
type lacking struct{ field string }

func (e *lacking) Error() string { return e.field + " is not known" }

// functions are all that a template may call. They take and give texts; none reads or writes anything outside.
var functions = map[string]any{
	"default": func(fallback string, v any) (string, error) {
		if s, err := shownText(v); err == nil && s != "" {
			return s, nil
		}
		return fallback, nil
	},
	"upper": textFunction(strings.ToUpper),
	"lower": textFunction(strings.ToLower),
	"title": textFunction(func(s string) string {
		start := true
		return strings.Map(func(r rune) rune {
			defer func() { start = unicode.IsSpace(r) || r == '-' }()
			if start {
				return unicode.ToTitle(r)
			}
			return unicode.ToLower(r)
		}, s)
	}),
	"trim": textFunction(strings.TrimSpace),
}

// allowed are the functions of text/template itself that are harmless: the others build texts of any length or call what
// they are given.
var allowed = []string{"and", "or", "not", "eq", "ne", "len"}

const showing = "perla_show" // what every value goes through on its way out; a template cannot spell it: see checkTree

func textFunction(f func(string) string) func(any) (string, error) {
	return func(v any) (string, error) {
		s, err := shownText(v)
		return f(s), err
	}
}

// shownText is a value as text; of a missing one there is none.
func shownText(v any) (string, error) {
	switch v := v.(type) {
	case missing:
		return "", &lacking{}
	case string:
		return v, nil
	case int, int64, bool:
		return fmt.Sprint(v), nil
	}
	return "", fault.New(fault.Rejected, "a list is not shown as it stands", "go through it with range: perla help templates")
}

// show is the last step of every value: it refuses what is missing, and writes what is there in the manner of the part.
func show(escape func(string) string) func(string, any) (string, error) {
	return func(field string, v any) (string, error) {
		s, err := shownText(v)
		if err != nil {
			var none *lacking
			if errors.As(err, &none) {
				err = &lacking{field}
			}
			return "", err
		}
		return escape(s), nil
	}
}

// plainText keeps a value as it is, without what would move the cursor or fold a line.
func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// oneLine is for subjects and the like: no value begins another line, which would be another header.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == ' ' }), " ")
}

var markdownMarks = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("[\\\\`*_{}\\[\\]()#+\\-.!|<>~&:/@=\"']") })

// markdownText escapes a value so that Markdown takes it as it is written, on one line.
func markdownText(s string) string { return markdownMarks().ReplaceAllString(oneLine(s), `\$0`) }

// Prepare parses a template and refuses, naming it, what it may not use: functions beyond the safe few, fields there are not.
func (t *Template) Prepare() (*Prepared, error) {
	p := &Prepared{Template: *t, Uses: map[string]bool{}}
	var err error
	if p.subject, err = p.parse("subject", t.Subject, oneLine); err != nil {
		return nil, err
	}
	escape := plainText
	switch t.Format {
	case "markdown":
		escape = markdownText
	case "html":
		p.html, err = p.parseHTML(t.Body)
		return p, err
	}
	p.body, err = p.parse("body", t.Body, escape)
	return p, err
}

func (p *Prepared) parse(part, text string, escape func(string) string) (*template.Template, error) {
	funcs := template.FuncMap(maps.Clone(functions))
	funcs[showing] = show(escape)
	t, err := template.New(part).Option("missingkey=error").Funcs(funcs).Parse(text)
	if err != nil {
		return nil, p.wrong(part, err)
	}
	return t, p.wrong(part, p.checkTree(t.Tree))
}

func (p *Prepared) parseHTML(text string) (*htmltemplate.Template, error) {
	funcs := htmltemplate.FuncMap(maps.Clone(functions))
	funcs[showing] = show(plainText)
	t, err := htmltemplate.New("body").Option("missingkey=error").Funcs(funcs).Parse(text)
	if err != nil {
		return nil, p.wrong("body", err)
	}
	return t, p.wrong("body", p.checkTree(t.Tree))
}

// wrong words what is the matter with a part of the template.
func (p *Prepared) wrong(part string, err error) error {
	if err == nil {
		return nil
	}
	var known *fault.Error
	if errors.As(err, &known) {
		return &fault.Error{Kind: fault.Rejected, Noun: "template", Key: p.Template.Code, Field: part, Reason: known.Reason, Hint: known.Hint}
	}
	return &fault.Error{Kind: fault.Rejected, Noun: "template", Key: p.Template.Code, Field: part, Reason: templateError(err), Hint: "see: perla help templates"}
}

// templateError is what the library says of a template without the names it puts before.
func templateError(err error) string {
	text := err.Error()
	for _, prefix := range []string{"template: ", "html/template: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return strings.TrimPrefix(strings.TrimPrefix(text, "subject:"), "body:")
}

// checkTree walks a parsed template: it refuses what is not allowed and has every value that is written go through show.
func (p *Prepared) checkTree(tree *parse.Tree) error {
	if tree == nil || tree.Root == nil {
		return nil
	}
	return p.checkList(tree.Root, scope{})
}

// scope is what the dot means at a place of a template.
type scope struct {
	list   string // the list whose elements are gone through; "" for the person
	scalar bool   // the dot is a value
	depth  int    // how many lists deep
}

func (p *Prepared) checkList(list *parse.ListNode, s scope) error {
	if list == nil {
		return nil
	}
	for _, node := range list.Nodes {
		if err := p.checkNode(node, s); err != nil {
			return err
		}
	}
	return nil
}

func (p *Prepared) checkNode(node parse.Node, s scope) error {
	switch n := node.(type) {
	case *parse.TextNode, *parse.CommentNode, *parse.BreakNode, *parse.ContinueNode:
		return nil
	case *parse.ActionNode:
		if err := p.checkPipe(n.Pipe, s); err != nil {
			return err
		}
		if len(n.Pipe.Decl) == 0 {
			n.Pipe.Cmds = append(n.Pipe.Cmds, showCommand(n.Pipe))
		}
		return nil
	case *parse.IfNode:
		return p.checkBranch(&n.BranchNode, s, s)
	case *parse.WithNode:
		inner := s
		inner.scalar = true
		return p.checkBranch(&n.BranchNode, s, inner)
	case *parse.RangeNode:
		return p.checkRange(n, s)
	}
	return fault.New(fault.Rejected, fmt.Sprintf("%s: a template may not define or call other templates", node), "write the words where they belong")
}

func (p *Prepared) checkBranch(n *parse.BranchNode, s, inner scope) error {
	if err := p.checkPipe(n.Pipe, s); err != nil {
		return err
	}
	if err := p.checkList(n.List, inner); err != nil {
		return err
	}
	return p.checkList(n.ElseList, s)
}

// checkRange lets a template go through a list of ours, and not through lists in lists: output may be capped, the time
// that empty loops take could not be.
func (p *Prepared) checkRange(n *parse.RangeNode, s scope) error {
	var list string
	if len(n.Pipe.Cmds) == 1 && len(n.Pipe.Cmds[0].Args) == 1 {
		switch arg := n.Pipe.Cmds[0].Args[0].(type) {
		case *parse.FieldNode:
			list = strings.Join(arg.Ident, ".")
		case *parse.VariableNode:
			list = strings.TrimPrefix(strings.Join(arg.Ident, "."), "$.")
		}
	}
	if _, ok := listFields[list]; !ok || s.depth > 0 {
		return fault.New(fault.Rejected, fmt.Sprintf("range goes through %s, and not within another", strings.Join(slices.Sorted(maps.Keys(listFields)), ", ")), "see: perla help templates")
	}
	p.Uses[list] = true
	if err := p.checkList(n.List, scope{list: list, depth: 1}); err != nil {
		return err
	}
	return p.checkList(n.ElseList, s)
}

// showCommand is the call of show that ends a pipeline, with what it shows for an error.
func showCommand(pipe *parse.PipeNode) *parse.CommandNode {
	field := ""
	for _, c := range pipe.Cmds {
		for _, arg := range c.Args {
			if f, ok := arg.(*parse.FieldNode); ok && field == "" {
				field = strings.Join(f.Ident, ".")
			}
		}
	}
	name := parse.NewIdentifier(showing).SetPos(pipe.Pos)
	return &parse.CommandNode{NodeType: parse.NodeCommand, Pos: pipe.Pos, Args: []parse.Node{name, &parse.StringNode{NodeType: parse.NodeString, Pos: pipe.Pos, Quoted: fmt.Sprintf("%q", field), Text: field}}}
}

func (p *Prepared) checkPipe(pipe *parse.PipeNode, s scope) error {
	if pipe == nil {
		return nil
	}
	for _, c := range pipe.Cmds {
		for _, arg := range c.Args {
			if err := p.checkArg(arg, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Prepared) checkArg(arg parse.Node, s scope) error {
	switch n := arg.(type) {
	case *parse.IdentifierNode:
		if _, ours := functions[n.Ident]; ours || slices.Contains(allowed, n.Ident) {
			return nil
		}
		names := append(slices.Sorted(maps.Keys(functions)), allowed...)
		return fault.New(fault.Rejected, fmt.Sprintf("%s is no function of templates; there are %s", n.Ident, strings.Join(names, ", ")), "see: perla help templates")
	case *parse.FieldNode:
		return p.checkField(n.Ident, s)
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			return p.checkField(n.Ident[1:], scope{})
		}
		return nil
	case *parse.PipeNode:
		return p.checkPipe(n, s)
	case *parse.DotNode, *parse.StringNode, *parse.NumberNode, *parse.BoolNode:
		return nil
	}
	return fault.New(fault.Rejected, fmt.Sprintf("%s is more than a template may ask for", arg), "see: perla help templates")
}

func (p *Prepared) checkField(ident []string, s scope) error {
	name := strings.Join(ident, ".")
	switch {
	case s.list != "" && !s.scalar:
		if !slices.Contains(listFields[s.list], name) {
			return fault.New(fault.Rejected, fmt.Sprintf(".%s: each of %s has %s", name, s.list, strings.Join(listFields[s.list], ", ")), "fields of the person are $."+name)
		}
		return nil
	case !knownField(name):
		return unknownField("."+name, name)
	}
	p.Uses[name] = true
	return nil
}

// Fill writes the words for one person. A field she lacks is a *fault.Error that names it.
func (p *Prepared) Fill(d Data) (w Words, err error) {
	values := d.values(p)
	if w.Subject, err = p.run(p.subject, values); err != nil {
		return w, p.lacks("subject", d, err)
	}
	w.Subject = oneLine(w.Subject)
	if p.html != nil {
		if w.HTML, err = p.run(p.html, values); err != nil {
			return w, p.lacks("body", d, err)
		}
		w.Text = textOfHTML(w.HTML)
		return w, nil
	}
	body, err := p.run(p.body, values)
	if err != nil {
		return w, p.lacks("body", d, err)
	}
	if p.Template.Format == "markdown" {
		w.Text, w.HTML, err = textAndHTML(body)
		return w, err
	}
	w.Text = body
	return w, nil
}

// lacks words an error of filling in: whom it concerns and what she lacks.
func (p *Prepared) lacks(part string, d Data, err error) error {
	var none *lacking
	if errors.As(err, &none) {
		if none.field == "" { // it went into a function, which does not know whose it was
			none.field = strings.Join(p.Lacking(d), ", ")
		}
		return &fault.Error{Kind: fault.Rejected, Noun: "customer", Key: fmt.Sprintf("%d %s", d.Customer, d.Name), Field: none.field,
			Reason: "is not known",
			Hint:   fmt.Sprintf("say what stands there else: perla template edit %s --default %s=TEXT", p.Template.Code, none.field)}
	}
	return p.wrong(part, err)
}

// executor is a template of either library.
type executor interface {
	Execute(w io.Writer, data any) error
}

func (p *Prepared) run(t executor, values map[string]any) (string, error) {
	var out capped
	err := t.Execute(&out, values)
	return out.String(), err
}

// capped is a buffer that takes no more than it should.
type capped struct{ bytes.Buffer }

var errTooLong = errors.New("it comes to more than 256 KiB")

// Write refuses what would be too much.
func (c *capped) Write(b []byte) (int, error) {
	if c.Len()+len(b) > mostOutput {
		return 0, errTooLong
	}
	return c.Buffer.Write(b)
}
