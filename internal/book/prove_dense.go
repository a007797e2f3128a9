package book

import "fmt"

// proveDense says whether every value of a key is sure to be there without any being looked for: the ids of the table it
// refers to follow one another without a gap, and the lowest and the highest value are among them. A load of a table's
// first rows is mostly of that kind, and counting costs a hundredth of looking up.
func (t *Tx) proveDense(k reference) (bool, error) {
	dense, _, err := One(t.View, Scalar[bool], fmt.Sprintf(`SELECT ifnull((SELECT count(*) FROM %[3]s) = high - low + 1
			AND (SELECT min(%[1]s) FROM %[2]s WHERE %[1]s IS NOT NULL) >= low AND (SELECT max(%[1]s) FROM %[2]s WHERE %[1]s IS NOT NULL) <= high, 0)
		FROM (SELECT (SELECT min(id) FROM %[3]s) AS low, (SELECT max(id) FROM %[3]s) AS high)`, k.column, k.table, k.parent))
	return dense, err
}
