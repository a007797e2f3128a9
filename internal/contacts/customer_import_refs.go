package contacts

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// sourceRef is a key of a customer in another system.
type sourceRef struct{ source, ref string }

// In the text of refs, further refs are parted by semicolons and a source stands before a colon; a backslash before one
// of these takes it as it is.
const refMarks = `\:;`

// String is a further ref as the text of refs has it.
func (s sourceRef) String() string { return escapeRef(s.source) + ":" + escapeRef(s.ref) }

func escapeRef(s string) string {
	if !strings.ContainsAny(s, refMarks) {
		return s
	}
	var b strings.Builder
	for _, c := range s {
		if strings.ContainsRune(refMarks, c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// parseRefs reads further refs.
func parseRefs(s string) (list []sourceRef, err error) {
	if s, err = cleanText(s); err != nil {
		return nil, err
	}
	var parts [2]strings.Builder // source and ref
	at, escaped := 0, false
	for _, c := range s + ";" {
		switch {
		case escaped:
			escaped = false
			parts[at].WriteRune(c)
		case c == '\\':
			escaped = true
		case c == ':' && at == 0:
			at = 1
		case c == ';':
			r := sourceRef{strings.TrimSpace(parts[0].String()), strings.TrimSpace(parts[1].String())}
			if r.source != "" && r.ref != "" {
				list = append(list, r)
			} else if at == 1 || r.source != "" {
				return nil, errors.New("needed is SOURCE:REF, several parted by semicolons")
			}
			parts[0].Reset()
			parts[1].Reset()
			at = 0
		default:
			parts[at].WriteRune(c)
		}
	}
	return list, nil
}

// joinRefs writes further refs as the text of refs: in order, each once.
func joinRefs(list []sourceRef) string {
	texts := make([]string, len(list))
	for i, r := range list {
		texts[i] = r.String()
	}
	slices.Sort(texts)
	return strings.Join(slices.Compact(texts), "; ")
}

// SetRefs gives a row her keys in further systems: SOURCE:REF, several parted by semicolons. They are added to those she
// has; a key is never erased by a file.
func (r *Row) SetRefs(text string) error {
	list, err := parseRefs(text)
	if err == nil {
		r.Refs = joinRefs(list)
	}
	return err
}

// pendingRef is a further ref that a row gives, to be written when all rows are in.
type pendingRef struct {
	id      int64
	lines   []int // of the rows of this customer
	ref     sourceRef
	outcome *outcome
}

// refBecomesFurther makes the ref of a row one that is added to those of the customer she is.
func (r *Row) refBecomesFurther() {
	r.Refs = joinRefs(append(r.furtherRefs(), sourceRef{r.RefSource, r.Ref}))
	r.Has &^= FieldRef | FieldRefSource
}

// furtherRefs are those that the row gives.
func (r *Row) furtherRefs() []sourceRef {
	list, _ := parseRefs(r.Refs) // it was read before
	return list
}

// postponeRefs keeps for later the further refs that a group gives.
func (im *importer) postponeRefs(g *group, id int64, o *outcome) {
	if g.row.FurtherRef && g.old != nil && g.old.Ref != "" && g.row.Ref != "" && (g.old.Ref != g.row.Ref || g.old.RefSource != g.row.RefSource) {
		g.row.refBecomesFurther()
	}
	if g.row.Refs == "" || g.old != nil && (im.options.Never&FieldRef != 0 || slices.Contains(im.options.NeverKeys, "refs")) {
		return
	}
	for _, r := range g.row.furtherRefs() {
		im.refs = append(im.refs, pendingRef{id, g.lines(), r, o})
	}
}

// writeRefs adds the further refs that nobody has yet. One that is somebody else's refuses the rows.
func (im *importer) writeRefs() error {
	owner := map[sourceRef]int64{}
	im.find.load(len(im.refs), func(row int) keys { return keys{ref: im.refs[row].ref.ref, source: im.refs[row].ref.source} })
	im.find.refs = true
	err := im.find.each(bySourceRef, func(row, _, id int64) { owner[im.refs[row].ref] = id })
	if err != nil {
		return err
	}
	var news []pendingRef
	for _, p := range im.refs {
		switch id, taken := owner[p.ref]; {
		case !taken:
			owner[p.ref] = p.id
			news = append(news, p)
			im.changed(p.outcome)
		case id != p.id:
			for _, line := range p.lines {
				im.report(Problem{Line: line, Field: "refs", Reason: fmt.Sprintf("%s is the ref of another customer (id %d)", p.ref, id), Late: true})
			}
		}
	}
	if len(news) == 0 {
		return nil
	}
	f, err := im.save.feed("customer_refs", "customer_id", "ref", "ref_source")
	if err != nil {
		return err
	}
	f.Load(len(news), func(row, column int) any {
		return [...]any{news[row].id, news[row].ref.ref, news[row].ref.source}[column]
	})
	_, err = im.tx.Exec(`INSERT INTO customer_refs (customer_id, ref, ref_source) SELECT customer_id, ref, ref_source FROM temp.` + f.Name)
	return err
}
