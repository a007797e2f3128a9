package sheet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// Check refuses what Write would refuse of any rows with columns of these names, before there are rows: a column that is
// none of them, a filter or template that cannot be read, ids of rows that have none.
func (o Output) Check(known []string) error {
	if _, err := pickNames(known, o.Columns); err != nil {
		return err
	}
	if err := o.CheckFilters(); err != nil {
		return err
	}
	if o.JQ == "" && o.Template == "" && o.Format == IDs && idColumn(known) == "" {
		return noIDs()
	}
	return nil
}

// CheckFilters refuses a jq expression or a template that cannot be read, and both at once.
func (o Output) CheckFilters() error {
	switch {
	case o.JQ != "" && o.Template != "":
		return fault.New(fault.Usage, "--jq and --template exclude each other", "")
	case o.JQ != "":
		_, err := compileJQ(o.JQ)
		return err
	case o.Template != "":
		_, err := parseTemplate(o.Template)
		return err
	}
	return nil
}

// pickNames are the places of the columns that are asked for, by name, case ignored; of no names at all it is every column.
func pickNames(known, asked []string) (places []int, err error) {
	if len(asked) == 0 {
		for i := range known {
			places = append(places, i)
		}
		return places, nil
	}
	for _, name := range asked {
		key := strings.TrimSpace(name)
		at := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, key) })
		switch {
		case key == "":
			return nil, fault.New(fault.Usage, "--columns needs a name", columnHint("", known))
		case at < 0:
			return nil, fault.New(fault.Usage, fmt.Sprintf("unknown column %q", name), columnHint(fault.Nearest(name, known), known))
		case slices.Contains(places, at):
			return nil, fault.New(fault.Usage, fmt.Sprintf("column %s is named twice", known[at]), "")
		}
		places = append(places, at)
	}
	return places, nil
}

// idColumn is the column among some by which rows are named, "" when there is none.
func idColumn(names []string) string {
	for _, name := range []string{"sku", "id", "customer_id"} { // a product is named by its sku, whatever else is shown of it
		if name == "sku" && slices.Contains(names, "customer_id") {
			continue // it is what somebody may want
		}
		if slices.Contains(names, name) {
			return name
		}
	}
	return ""
}

func noIDs() error {
	return fault.New(fault.Usage, "these rows have no id to print", "choose another format: "+strings.Join(Formats()[:7], ","))
}
