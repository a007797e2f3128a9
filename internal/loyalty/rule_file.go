package loyalty

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// ReadRules reads the rows of a rules file and proves them together: each by itself, then that no two rows of a code hold
// on the same day, and as warnings what the owner may not have meant. Lines of problems are those of the rows. When
// nothing but warnings is among the problems, the rules can be given to ReplaceRules.
func ReadRules(v *book.View, rows []RuleRow) (rules []Rule, problems []Problem, err error) {
	decimals := v.Settings().Currency.Decimals
	lines := make([]int, 0, len(rows))
	for _, row := range rows {
		r, wrong := ParseRule(row, decimals, v.Today())
		if problems = append(problems, wrong...); len(wrong) == 0 {
			rules, lines = append(rules, r), append(lines, row.Line)
		}
	}
	more, err := CheckRules(v, rules)
	for _, p := range more {
		p.Line = lines[p.Line]
		problems = append(problems, p)
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return rules, problems, err
}

// CheckRules proves rules together, each of which makes sense by itself; the Line of a problem is the index of its rule.
func CheckRules(v *book.View, rules []Rule) ([]Problem, error) {
	c := checker{rules: rules}
	c.overlaps()
	c.hidden()
	err := c.names(v)
	slices.SortStableFunc(c.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return c.problems, err
}

// checker gathers the problems of rules with each other and with the book.
type checker struct {
	rules    []Rule
	problems []Problem
}

func (c *checker) say(at int, warning bool, field, format string, args ...any) {
	c.problems = append(c.problems, Problem{Line: at, Code: c.rules[at].Code, Field: field, Reason: fmt.Sprintf(format, args...), Warning: warning})
}

// overlaps finds rows of one code that hold on the same day.
func (c *checker) overlaps() {
	for i := range c.rules {
		for j := range i {
			a, b := &c.rules[j], &c.rules[i]
			if a.Programme == b.Programme && a.Code == b.Code && overlap(a, b) {
				c.say(i, false, "code", "%s holds %s and %s: one day, one rule of a code", b.Code, period(a), period(b))
			}
		}
	}
}

// hidden finds rules that can never give anything: those behind one that holds for everything and keeps out the others,
// and multipliers of nothing.
func (c *checker) hidden() {
	for i := range c.rules {
		r := &c.rules[i]
		rated := false
		for j := range c.rules {
			before := &c.rules[j]
			if before.Programme != r.Programme || !overlap(before, r) {
				continue
			}
			rated = rated || before.Kind == Rate
			covers := (before.From == 0 || r.From != 0 && before.From <= r.From) && (before.Until == 0 || r.Until != 0 && r.Until <= before.Until)
			if i != j && before.Only && before.Kind == r.Kind && before.Event == r.Event && before.Scope.String() == "" && covers && ahead(before, r) < 0 {
				c.say(i, true, "stacking", "it never holds: %s is in front of it, for everything, and keeps out the others", before.Code)
			}
		}
		if r.Kind == Multiplier && !rated {
			c.say(i, true, "kind", "no rate holds %s, so there is nothing to multiply", period(r))
		}
	}
}

// names finds products, words and tiers in scopes that the book does not have.
func (c *checker) names(v *book.View) error {
	for _, asked := range []struct {
		key   ScopeKey
		query string
	}{
		{ScopeProduct, `SELECT sku FROM products`},
		{ScopeCategory, `SELECT DISTINCT category FROM products WHERE category IS NOT NULL`},
		{ScopeBrand, `SELECT DISTINCT brand FROM products WHERE brand IS NOT NULL`},
		{ScopeCause, `SELECT DISTINCT value FROM product_attributes WHERE key = 'cause'`},
		{ScopeTag, `SELECT DISTINCT tag FROM product_tags`},
		{ScopeTier, `SELECT DISTINCT code FROM tiers`},
	} {
		if !slices.ContainsFunc(c.rules, func(r Rule) bool { return len(r.Scope.words[asked.key]) > 0 }) {
			continue
		}
		words, err := book.All(v, book.Scalar[string], asked.query)
		if err != nil {
			return err
		}
		known := make(map[string]bool, len(words))
		for _, w := range words {
			known[book.Fold(w)] = true
		}
		for i := range c.rules {
			for _, w := range c.rules[i].Scope.words[asked.key] {
				if known[book.Fold(w)] {
					continue
				}
				reason := fmt.Sprintf("the book has no %s %q", asked.key, w)
				if near := fault.Nearest(w, words); near != "" {
					reason += fmt.Sprintf(", did you mean %q?", near)
				}
				c.say(i, true, "scope", "%s", reason)
			}
		}
	}
	return nil
}

// Replaced counts what ReplaceRules did.
type Replaced struct{ Added, Changed, Ended, Removed, Unchanged int }

// ReplaceRules makes rules those of the book, in the programmes they are of: rows are known by their code and first day;
// one the rules lack ends yesterday, so that old orders keep it, or goes when it has not begun.
func ReplaceRules(tx *book.Tx, rules []Rule) (done Replaced, err error) {
	type key struct {
		programme, code string
		from            int32
	}
	of := func(r *Rule) key { return key{r.Programme, r.Code, int32(r.From)} }
	old, err := Rules(tx.View, "", 0)
	if err != nil {
		return done, err
	}
	wanted, programmes := map[key]bool{}, map[string]bool{}
	for i := range rules {
		wanted[of(&rules[i])], programmes[rules[i].Programme] = true, true
	}
	ids := map[key]int64{}
	for i := range old {
		r := &old[i]
		if ids[of(r)] = r.ID; wanted[of(r)] || !programmes[r.Programme] {
			continue
		}
		if err := giveUp(tx, r, &done); err != nil {
			return done, err
		}
	}
	for i := range rules {
		r := &rules[i]
		if err := r.proved(tx); err != nil {
			return done, err
		}
		id, known := ids[of(r)]
		if !known {
			if _, err := insertRule(tx, r); err != nil {
				return done, err
			}
			done.Added++
			continue
		}
		changed, err := updateRule(tx, id, r)
		if err != nil {
			return done, err
		}
		if changed {
			done.Changed++
		} else {
			done.Unchanged++
		}
	}
	return done, nil
}

// giveUp takes a row away that a file lacks.
func giveUp(tx *book.Tx, r *Rule, done *Replaced) error {
	_, used, err := book.One(tx.View, book.Scalar[int64], `SELECT 1 FROM point_entries WHERE rule_id = ? LIMIT 1`, r.ID)
	if err != nil {
		return err
	}
	yesterday := tx.Today().AddDays(-1)
	switch {
	case !used && r.From >= tx.Today():
		_, err = tx.Exec(`DELETE FROM point_rules WHERE id = ?`, r.ID)
		done.Removed++
	case r.Until != 0 && r.Until <= yesterday:
		done.Unchanged++
	default:
		_, err = tx.Exec(`UPDATE point_rules SET until_on = max(?, ifnull(from_on, '')) WHERE id = ?`, yesterday.String(), r.ID)
		done.Ended++
	}
	return err
}
