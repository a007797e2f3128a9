package contacts

import "slices"

// uniteHistories is what a fact of two customers was from day to day, once they are one: what the first had, and where
// she had nothing what the second had. Rows ascend by day and do not repeat what held before.
func uniteHistories(a, b []datedRow) []datedRow {
	var days []string
	for _, row := range slices.Concat(a, b) {
		days = append(days, row.since)
	}
	slices.Sort(days)
	var united []datedRow
	var last any
	for _, day := range slices.Compact(days) {
		value := valueOn(a, day)
		if value == nil {
			value = valueOn(b, day)
		}
		if value != last {
			united, last = append(united, datedRow{since: day, value: value}), value
		}
	}
	return united
}

// valueOn is what holds on a day by rows that ascend.
func valueOn(rows []datedRow, day string) (value any) {
	for _, row := range rows {
		if row.since <= day {
			value = row.value
		}
	}
	return value
}
