package book

import (
	"fmt"
	"slices"
	"strings"
)

// checkErased proves that nothing personal is left, or was written since, in the rows that belong to people whose data were
// erased, nor in the old images of these rows.
func checkErased(v *View) (string, error) {
	tables, err := recordedTables(v)
	if err != nil {
		return "", err
	}
	for root, t := range tables {
		if !slices.ContainsFunc(t.columns, func(c column) bool { return c.name == "erased_on" }) {
			continue
		}
		erased, err := All(v, Scalar[int64], `SELECT id FROM `+root+` WHERE erased_on IS NOT NULL ORDER BY id`)
		if err != nil || len(erased) == 0 {
			return "", err
		}
		h, err := holdingsOf(v, root, erased)
		if err != nil {
			return "", err
		}
		for _, name := range h.reachable() {
			problem, err := h.leftIn(name, tables[name])
			if problem != "" || err != nil {
				return problem, err
			}
		}
	}
	return "", nil
}

// leftIn is a row of theirs in a table, or an old image of one, that says something personal; "" when there is none.
func (h *holdings) leftIn(name string, t *table) (string, error) {
	if !outlives(name) {
		problem, _, err := One(h.view, Scalar[string], `SELECT printf('`+singular(name)+` %d is of somebody whose data were erased', id) FROM `+name+`
			WHERE id IN (SELECT value FROM json_each(?)) LIMIT 1`, h.ids(name))
		if problem != "" || err != nil {
			return problem, err
		}
	}
	for _, c := range t.columns {
		if classOf(name, c.name) != personal {
			continue
		}
		problem, _, err := One(h.view, Scalar[string], fmt.Sprintf(`SELECT printf('%s %%d is of somebody whose data were erased, and %[2]s says something', id)
			FROM %[3]s WHERE id IN (SELECT value FROM json_each(?)) AND %[2]s <> '%[4]s' LIMIT 1`, singular(name), c.name, name, Neutral), h.ids(name))
		if problem != "" || err != nil {
			return problem, err
		}
	}
	var says []string
	for _, column := range columnsOf(name, personal) {
		says = append(says, `old ->> '`+column+`' <> '`+Neutral+`'`)
	}
	if len(says) == 0 {
		return "", nil
	}
	where, args := h.images(name)
	problem, _, err := One(h.view, Scalar[string], `SELECT printf('the history of `+singular(name)+` %d, of somebody whose data were erased, says something in operation %d',
		first_id, operation_id) FROM operation_changes WHERE `+where+` AND (`+strings.Join(says, " OR ")+`) LIMIT 1`, args...)
	return problem, err
}
