package catalog

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// FindProduct is the one product a selector names, with today's price and cost. In this order, the first that names any
// decides: an exact sku, id:42, a sku whatever its case and accents, an exact name, beginnings of the words of a sku and
// name. Archived products count only where no active one is named. More than one is a fault.Ambiguous that lists them,
// none a fault.NotFound with the nearest.
func FindProduct(v *book.View, selector string) (Product, error) {
	f := finder{view: v}
	id, err := f.find(selector)
	if err != nil {
		return Product{}, err
	}
	return one(v, id)
}

// FindProducts is the ids of the products that several selectors name, each once, in the order they were named. An
// error comes with the place of the selector that it is about.
func FindProducts(v *book.View, selectors []string) (ids []int64, at int, err error) {
	f := finder{view: v}
	seen := make(map[int64]bool, len(selectors))
	for i, s := range selectors {
		id, err := f.find(s)
		if err != nil {
			return nil, i, err
		}
		if !seen[id] {
			seen[id], ids = true, append(ids, id)
		}
	}
	return ids, 0, nil
}

// SKUsByName are the skus of products by what a shop may call them where it gives no sku: the sku itself, else the exact
// name, unless several products have it.
func SKUsByName(v *book.View) (map[string]string, error) {
	type called struct{ name, sku string }
	skus := map[string]string{}
	for c, err := range book.Stream(v, func(r book.Row) called {
		return called{strings.Clone(r.Text(0)), strings.Clone(r.Text(1))}
	}, `name, sku`, `(SELECT name, min(sku) AS sku FROM products GROUP BY name HAVING count(*) = 1 UNION ALL SELECT sku, sku FROM products)`) {
		if err != nil {
			return nil, err
		}
		skus[c.name] = c.sku
	}
	return skus, nil
}

// IsSKU says whether a text is the sku of a product.
func IsSKU(v *book.View, text string) (bool, error) {
	_, is, err := book.One(v, book.Scalar[int64], withSKU, text)
	return is, err
}

// finder finds products by what people type. What costs a reading of all products is read once.
type finder struct {
	view    *book.View
	known   []known          // every product, folded; nil until it is needed
	bySKU   map[string][]int // places in known by folded sku
	guessed int              // how often the nearest was looked for
}

// known is a product as it is found.
type known struct {
	id                int64
	sku, name         string
	foldSKU, foldName string
	active            bool
}

func (f *finder) find(selector string) (int64, error) {
	selector = strings.TrimSpace(selector)
	if selector == "" {
		return 0, &fault.Error{Kind: fault.Usage, Noun: "product", Reason: "the selector is empty", Hint: "name it by sku, by id:42 or by name"}
	}
	id, is, err := book.One(f.view, book.Scalar[int64], `SELECT id FROM products WHERE sku = ?`, selector)
	if is || err != nil {
		return id, err
	}
	if text, ok := strings.CutPrefix(selector, "id:"); ok {
		wanted, _ := strconv.ParseInt(text, 10, 64)
		if id, is, err = book.One(f.view, book.Scalar[int64], `SELECT id FROM products WHERE id = ?`, wanted); is || err != nil {
			return id, err
		}
		return 0, noProduct(selector)
	}
	if err := f.read(); err != nil {
		return 0, err
	}
	folded := book.Fold(selector)
	words := strings.Fields(folded)
	for _, means := range []func(*known) bool{
		func(k *known) bool { return k.foldSKU == folded },
		func(k *known) bool { return k.foldName == folded },
		func(k *known) bool { return k.beginWith(words) },
	} {
		switch hits := f.preferActive(means); len(hits) {
		case 0:
		case 1:
			return hits[0].id, nil
		default:
			return 0, ambiguous(selector, hits)
		}
	}
	return 0, f.nothing(selector)
}

// read reads what every product is called.
func (f *finder) read() error {
	if f.known != nil {
		return nil
	}
	f.known, f.bySKU = []known{}, map[string][]int{}
	for k, err := range book.Stream(f.view, func(r book.Row) known {
		k := known{id: r.Int(0), sku: strings.Clone(r.Text(1)), name: strings.Clone(r.Text(2)), active: r.Null(3)}
		k.foldSKU, k.foldName = book.Fold(k.sku), book.Fold(k.name)
		return k
	}, `id, sku, name, archived_on`, `products`) {
		if err != nil {
			return err
		}
		f.bySKU[k.foldSKU] = append(f.bySKU[k.foldSKU], len(f.known))
		f.known = append(f.known, k)
	}
	return nil
}

// skus finds the products of some skus, exactly written or else whatever their case and accents. Those that no product
// has, or more than one, are left out.
func (f *finder) skus(s *saver, skus []string) (map[string]int64, error) {
	ids := make(map[string]int64, len(skus))
	t, err := s.table("skus", []string{"sku"}, len(skus), func(row, _ int) any { return skus[row] })
	if err != nil {
		return nil, err
	}
	err = f.view.Each(func(r book.Row) error {
		ids[strings.Clone(r.Text(0))] = r.Int(1)
		return nil
	}, `sku, id`, `(`+t.query(`SELECT p.sku, p.id FROM %[1]s g CROSS JOIN products p ON p.sku = g.sku`)+`)`, t.args...)
	if err != nil || len(ids) == len(skus) {
		return ids, err
	}
	if err := f.read(); err != nil {
		return nil, err
	}
	for _, sku := range skus {
		if _, found := ids[sku]; found {
			continue
		}
		var active, any []int64
		for _, at := range f.bySKU[book.Fold(sku)] {
			if any = append(any, f.known[at].id); f.known[at].active {
				active = append(active, f.known[at].id)
			}
		}
		if len(active) == 1 {
			ids[sku] = active[0]
		} else if len(any) == 1 {
			ids[sku] = any[0]
		}
	}
	return ids, nil
}

// mostGuesses is for how many of the skus of a file the nearest one is looked for.
const mostGuesses = 20

// noSuch says that no product has the sku of a file, and which may have been meant.
func (f *finder) noSuch(sku string) string {
	reason := "there is no such product"
	if f.guessed++; f.guessed > mostGuesses || f.read() != nil {
		return reason
	}
	if near := f.nearest(sku); near != "" {
		reason += "; did you mean " + near + "?"
	}
	return reason
}

// preferActive are the products that a test lets pass: the active ones, or else the archived ones.
func (f *finder) preferActive(means func(*known) bool) (hits []*known) {
	var archived []*known
	for i := range f.known {
		k := &f.known[i]
		switch {
		case !means(k):
		case k.active:
			hits = append(hits, k)
		default:
			archived = append(archived, k)
		}
	}
	if hits == nil {
		return archived
	}
	return hits
}

// beginWith says whether each of some beginnings begins a word of the sku or the name.
func (k *known) beginWith(beginnings []string) bool {
	for _, b := range beginnings {
		if !strings.HasPrefix(k.foldSKU, b) && !strings.HasPrefix(k.foldName, b) && !strings.Contains(k.foldSKU, " "+b) && !strings.Contains(k.foldName, " "+b) {
			return false
		}
	}
	return len(beginnings) > 0
}

// listed is how many candidates an error names.
const listed = 20

func ambiguous(selector string, hits []*known) error {
	e := &fault.Error{Kind: fault.Ambiguous, Noun: "product", Key: selector, Reason: fmt.Sprintf("%d products are meant", len(hits)),
		Hint: "name one by its sku, such as " + shellWord(hits[0].sku)}
	for i, k := range hits {
		if i == listed {
			e.Detail = append(e.Detail, fmt.Sprintf("and %d more", len(hits)-listed))
			break
		}
		e.Detail = append(e.Detail, k.sku+"  "+k.name)
	}
	return e
}

// nearby is how many names are compared with one that nothing has.
const nearby = 20_000

// nothing says that there is no such product, and names the nearest.
func (f *finder) nothing(selector string) error {
	e := noProduct(selector)
	e.Hint = "list them with: perla product list"
	if near := f.nearest(selector); near != "" {
		e.Hint = "did you mean " + near + "?"
	}
	return e
}

// nearest is what a mistyped sku or name most likely meant; "" when nothing is near.
func (f *finder) nearest(text string) string {
	called := map[string]*known{}
	var names []string
	for i := range f.known {
		k := &f.known[i]
		if !k.active || len(names) >= nearby {
			continue
		}
		for _, name := range append([]string{k.foldSKU, k.foldName}, strings.Fields(k.foldName)...) {
			if called[name] == nil {
				called[name], names = k, append(names, name)
			}
		}
	}
	near := fault.Nearest(book.Fold(text), names)
	if near == "" {
		return ""
	}
	k := called[near]
	if k.name == k.sku {
		return shellWord(k.sku)
	}
	return shellWord(k.sku) + ", " + k.name
}

// plainWord is a text that a shell takes as it is.
var plainWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\w@.+:/-]+$`) })

// shellWord writes a text as a shell takes it.
func shellWord(s string) string {
	if plainWord().MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
