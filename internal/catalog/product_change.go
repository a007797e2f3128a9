package catalog

import (
	"errors"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/dates"
)

// Change is what a command makes of products: fields that it sets, and single tags and attributes that it adds and takes
// away. The zero value changes nothing.
type Change struct {
	From     Product    // the values of Given
	Given    Fields     // of them FieldAttributes only by Add and Remove
	Since    dates.Date // the day from which price and cost hold; 0 is today, of a new product its first day
	elements []element  // in the order they were asked for
}

// element is one tag or attribute that is to come or to go.
type element struct {
	field  Fields
	remove bool
	text   string // key alone: every attribute of that key
}

// OnlyOne are the fields whose values make no sense for more than one product.
const OnlyOne = FieldSKU | FieldName

// Fields are all that a change touches.
func (ch *Change) Fields() Fields {
	f := ch.Given
	for _, e := range ch.elements {
		f |= e.field
	}
	return f
}

// Set gives a text field a value by its rule; "" empties it.
func (ch *Change) Set(f Fields, text string) error {
	ch.Given |= f
	return ch.From.Set(f, text)
}

// SetNumber gives a field of figures its value.
func (ch *Change) SetNumber(f Fields, n int64, known bool) error {
	ch.Given |= f
	return ch.From.SetNumber(f, n, known)
}

// SetDay gives a field of days its value.
func (ch *Change) SetDay(f Fields, day dates.Date) {
	ch.Given |= f
	ch.From.SetDay(f, day)
}

// Add adds to FieldTags a tag or several, a,b; to FieldAttributes an attribute or several, cause=vegan.
func (ch *Change) Add(f Fields, text string) error { return ch.element(f, false, text) }

// Remove takes away as Add adds; a key alone stands for every attribute of that key.
func (ch *Change) Remove(f Fields, text string) error { return ch.element(f, true, text) }

func (ch *Change) element(f Fields, remove bool, text string) error {
	var words []string
	if f == FieldAttributes && remove && !strings.Contains(text, "=") {
		key, err := ParseAttributeKey(text)
		if err != nil {
			return err
		}
		words = []string{key}
	} else {
		clean, err := rule(f)(text)
		if err != nil {
			return err
		}
		if words = listOf(f).split(clean); words == nil {
			return errors.New("nothing is named")
		}
	}
	for _, word := range words {
		ch.elements = append(ch.elements, element{f, remove, word})
	}
	return nil
}

// listOf is how the words of a field are joined.
func listOf(f Fields) list {
	if f == FieldTags {
		return tagList
	}
	return attributeList
}

// apply makes the change of a product.
func (ch *Change) apply(p *Product) {
	p.take(&ch.From, ch.Given)
	for _, e := range ch.elements {
		joined := listOf(e.field)
		text := e.field.def().text(p)
		words := joined.split(*text)
		if e.remove {
			words = slices.DeleteFunc(words, func(w string) bool { return w == e.text || strings.HasPrefix(w, e.text+"=") })
		} else {
			words = append(words, e.text)
		}
		*text = joined.join(words)
	}
}
