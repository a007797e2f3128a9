package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

func templateCommand(a *app) *cobra.Command {
	return noun("template", "Words with gaps, for many to read",
		`perla template add hello --channel sms --body "Hello {{.first_name}}"
perla template preview hello ana`,
		templateAdd(a), templateList(a), templateShow(a), templateEdit(a), templateRemove(a), templateRestore(a), templatePreview(a), templateLint(a))
}

// templateFlags are the flags that set the fields of a template.
type templateFlags struct {
	t          outreach.Template
	body, file string
	defaults   []string
}

func (o *templateFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(enumOf(&o.t.Channel, outreach.Channels...), "channel", "by which `CHANNEL`: "+strings.Join(outreach.Channels, ", "))
	f.Var(enumOf(&o.t.Purpose, outreach.Purposes...), "purpose", "what she must have allowed: "+strings.Join(outreach.Purposes, ", "))
	f.Var(enumOf(&o.t.Format, outreach.Formats...), "format", "how the body of an e-mail is written: "+strings.Join(outreach.Formats, ", "))
	f.StringVar(&o.t.Name, "name", "", "what it is called: `TEXT`")
	f.StringVar(&o.t.Subject, "subject", "", "the subject of an e-mail: `TEXT`")
	f.StringVar(&o.body, "body", "", "the words: `TEXT`")
	f.StringVar(&o.file, "file", "", "the words in a `FILE`, - for standard input")
	f.StringArrayVar(&o.defaults, "default", nil, "what a gap says of whom nothing is known: `FIELD=TEXT`")
	cmd.MarkFlagsMutuallyExclusive("body", "file")
	_ = cmd.MarkFlagFilename("file")
}

// read takes over what the flags say.
func (o *templateFlags) read(a *app, cmd *cobra.Command, t *outreach.Template) error {
	given := cmd.Flags().Changed
	for _, f := range []struct {
		name     string
		from, to *string
	}{{"channel", &o.t.Channel, &t.Channel}, {"purpose", &o.t.Purpose, &t.Purpose}, {"format", &o.t.Format, &t.Format}, {"name", &o.t.Name, &t.Name},
		{"subject", &o.t.Subject, &t.Subject}, {"body", &o.body, &t.Body}} {
		if given(f.name) {
			*f.to = *f.from
		}
	}
	if o.file != "" {
		text, err := a.words(o.file)
		if err != nil {
			return err
		}
		t.Body = text
	}
	for _, text := range o.defaults {
		if err := t.Default(text); err != nil {
			return inFlag("--default", err)
		}
	}
	return nil
}

// mostWords is how long a file with the words of a template may be.
const mostWords = 1 << 20

// words reads a text from a file or from standard input.
func (a *app) words(name string) (string, error) {
	in, err := a.stdin(name)
	if err != nil {
		return "", err
	}
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return "", &fault.Error{Kind: fault.IO, Noun: "file", Key: name, Err: cause(err)}
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, mostWords+1))
	if err != nil {
		return "", &fault.Error{Kind: fault.IO, Noun: "file", Key: name, Err: cause(err)}
	}
	if len(text) > mostWords {
		return "", &fault.Error{Kind: fault.Rejected, Noun: "file", Key: name, Reason: fmt.Sprintf("it has more than %d bytes", mostWords)}
	}
	return strings.TrimPrefix(string(text), "\ufeff"), nil
}

func templateAdd(a *app) *cobra.Command {
	o := templateFlags{t: outreach.Template{Channel: "email", Purpose: "marketing", Format: "text"}}
	var language string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add CODE",
		Short: "Add a template",
		Long: `Add a template. Its words are text, or for an e-mail Markdown, which makes a
text and an HTML part, or HTML. Gaps are {{.first_name}} and the like: the
fields and the few functions there are stand in perla help templates. One code
may have words in several languages; those without one are for everyone else.`,
		Example: `perla template add back --subject "It is back" --body "Hello {{.first_name}}"
perla template add back --language es --subject "Ha vuelto" --body "Hola"
perla template add call --channel phone --body "Ask {{.name}} about the serum"
echo "Hello {{.first_name}}" | perla template add hi --channel sms --file -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			t := outreach.Template{Code: args[0], Language: language, Channel: o.t.Channel, Purpose: o.t.Purpose, Format: o.t.Format}
			if err := o.read(a, cmd, &t); err != nil {
				return err
			}
			if t.Body == "" {
				return usage(cmd, "needed are its words: --body TEXT or --file FILE")
			}
			err := a.update(cmd.Context(), "template add", func(tx *book.Tx) (err error) {
				t, err = outreach.AddTemplate(tx, t)
				return err
			})
			if err != nil {
				return err
			}
			return emitAdded(a, narrow(sheet.Templates), t, t.ID)
		},
	}, sheet.Templates))
	o.register(cmd)
	cmd.Flags().StringVar(&language, "language", "", "the `LANGUAGE` it is in: es; without, it is for everyone else")
	return cmd
}

// emitTemplate prints one template, its words too.
func emitTemplate(a *app, t outreach.Template) error {
	return emitOne(a, narrow(sheet.Templates), t)
}

// narrow are columns that are all shown: those of one thing.
func narrow[T any](columns []sheet.Column[T]) []sheet.Column[T] {
	all := make([]sheet.Column[T], len(columns))
	for i, c := range columns {
		c.Wide = false
		all[i] = c
	}
	return all
}

func templateList(a *app) *cobra.Command {
	var all bool
	cmd := rowsOf(&cobra.Command{
		Use:     "list",
		Short:   "List templates",
		Example: "perla template list\nperla template list --all --columns code,language,archived_on",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := outreach.Templates(v, all)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Templates, list)
			})
		},
	}, sheet.Templates)
	cmd.Flags().BoolVar(&all, "all", false, "those removed, too")
	return cmd
}

// exampleTemplate makes the template that examples of other commands speak of.
const exampleTemplate = `perla template add hello --subject "News" --body "Hello {{.first_name}}"
`

func templateShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:               "show CODE",
		Short:             "Show a template",
		Long:              `Show a template: by its code, or as CODE/LANGUAGE.`,
		Example:           exampleTemplate + `perla template show hello`,
		ValidArgsFunction: a.completeFrom(templateCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				t, err := outreach.FindTemplate(v, args[0])
				if err != nil {
					return err
				}
				return emitTemplate(a, t)
			})
		},
	}, sheet.Templates)
}

func templateEdit(a *app) *cobra.Command {
	var o templateFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit CODE",
		Short: "Change a template",
		Long: `Change a template: by its code, or as CODE/LANGUAGE. What was queued with its
words before keeps them. A default with nothing behind = goes away.`,
		Example: exampleTemplate + `perla template edit hello --default first_name=friend
perla template edit hello --subject "News of the season"`,
		ValidArgsFunction: a.completeFrom(templateCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeTemplate(cmd, "template edit", args[0], func(t *outreach.Template, _ dates.Date) error { return o.read(a, cmd, t) })
		},
	}, sheet.Templates))
	o.register(cmd)
	return cmd
}

// changeTemplate finds a template, changes it and prints it.
func (a *app) changeTemplate(cmd *cobra.Command, what, selector string, change func(*outreach.Template, dates.Date) error) error {
	var t outreach.Template
	err := a.update(cmd.Context(), what, func(tx *book.Tx) (err error) {
		if t, err = outreach.FindTemplate(tx.View, selector); err != nil {
			return err
		}
		if err := change(&t, tx.Today()); err != nil {
			return err
		}
		t, err = outreach.EditTemplate(tx, t)
		return err
	})
	if err != nil {
		return err
	}
	return emitTemplate(a, t)
}

func templateRemove(a *app) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:   "remove CODE",
		Short: "Remove a template from the list",
		Long: `Remove a template from the list. Campaigns that used it still name it; perla
template restore brings it back.`,
		Example:           exampleTemplate + `perla template remove hello`,
		ValidArgsFunction: a.completeFrom(templateCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeTemplate(cmd, "template remove", args[0], func(t *outreach.Template, today dates.Date) error {
				t.ArchivedOn = today
				return nil
			})
		},
	}, sheet.Templates))
}

func templateRestore(a *app) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:     "restore CODE",
		Short:   "Bring a removed template back",
		Example: exampleTemplate + "perla template remove hello\nperla template restore hello",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeTemplate(cmd, "template restore", args[0], func(t *outreach.Template, _ dates.Date) error {
				t.ArchivedOn = 0
				return nil
			})
		},
	}, sheet.Templates))
}

// templateCodes completes the code of a template.
func templateCodes(v *book.View, _ string) (words []cobra.Completion, err error) {
	list, err := outreach.Templates(v, false)
	for _, t := range list {
		if t.Language == "" {
			words = append(words, cobra.CompletionWithDesc(t.Code, t.Subject))
		} else {
			words = append(words, cobra.CompletionWithDesc(t.Code+"/"+t.Language, t.Subject))
		}
	}
	return words, err
}
