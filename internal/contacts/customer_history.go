package contacts

// dated is a fact of a customer that holds from a day on: the row has its present value, a table of its own the days.
type dated struct {
	table, column string
	value         func(*Customer) any // nil for none
}

var datedFacts = []dated{
	{"customer_stages", "stage", func(c *Customer) any { return orNull(c.Stage) }},
	{"customer_consultants", "consultant_id", func(c *Customer) any { return idOrNull(c.Consultant.ID) }},
}

// datedRow is what a fact is since a day.
type datedRow struct {
	id    int64
	since string
	value any
}

// writeHistory writes since when the stage and the consultant of customers are what they are: of a new customer since
// she is known, of another since today.
func (s *saver) writeHistory(n int, pair func(i int) (old, new *Customer)) error {
	today := s.tx.Today()
	for _, d := range datedFacts {
		var begun, turned []datedRow
		for i := range n {
			old, c := pair(i)
			value := d.value(c)
			switch {
			case d.value(old) == value:
			case old.ID == 0:
				begun = append(begun, datedRow{c.ID, min(c.CreatedOn, today).String(), value})
			default:
				turned = append(turned, datedRow{c.ID, today.String(), value})
			}
		}
		if err := s.begin(d, begun); err != nil {
			return err
		}
		if err := s.turn(d, turned); err != nil {
			return err
		}
	}
	return nil
}

func (s *saver) datedRows(d dated, list []datedRow) (*given, error) {
	return s.rows(d.table, []string{"customer_id", "since_on", d.column}, len(list), func(row, column int) any {
		return [...]any{list[row].id, list[row].since, list[row].value}[column]
	})
}

// begin writes the first row of each.
func (s *saver) begin(d dated, list []datedRow) error {
	if len(list) == 0 {
		return nil
	}
	r, err := s.datedRows(d, list)
	if err != nil {
		return err
	}
	names := `customer_id, since_on, ` + d.column
	return r.exec(`INSERT INTO ` + d.table + ` (` + names + `) SELECT ` + names + ` FROM %[1]s`)
}

// turn writes that a fact is another from today on. A second change on one day replaces the first, and one that leads
// back to what was before leaves no row at all.
func (s *saver) turn(d dated, list []datedRow) error {
	if len(list) == 0 {
		return nil
	}
	r, err := s.datedRows(d, list)
	if err != nil {
		return err
	}
	names := `customer_id, since_on, ` + d.column
	today := s.tx.Today().String()
	for _, step := range []struct {
		statement string
		args      []any
	}{
		{`DELETE FROM ` + d.table + ` WHERE customer_id IN (SELECT customer_id FROM %[1]s) AND since_on > ?`, []any{today}},
		{`INSERT INTO ` + d.table + ` (` + names + `) SELECT ` + names + ` FROM %[1]s WHERE 1
			ON CONFLICT (customer_id, since_on) DO UPDATE SET ` + d.column + ` = excluded.` + d.column, nil},
		{`DELETE FROM ` + d.table + ` AS t WHERE customer_id IN (SELECT customer_id FROM %[1]s) AND since_on = ? AND ` + d.column + ` IS
			(SELECT p.` + d.column + ` FROM ` + d.table + ` p WHERE p.customer_id = t.customer_id AND p.since_on < t.since_on
			ORDER BY p.since_on DESC LIMIT 1)`, []any{today}},
	} {
		if err := r.exec(step.statement, step.args...); err != nil {
			return err
		}
	}
	return nil
}
