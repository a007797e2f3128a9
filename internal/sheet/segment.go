package sheet

import (
	"github.com/perla-crm/perla/internal/segment"
)

// Segments are the columns of saved segments.
var Segments = []Column[segment.Saved]{
	{Name: "id", Kind: IntKind, Get: func(s *segment.Saved) Value { return Int(s.ID) }},
	{Name: "name", Get: func(s *segment.Saved) Value { return Text(s.Name) }},
	{Name: "filter", Get: func(s *segment.Saved) Value { return Text(s.Filter) }},
	{Name: "description", Rank: 1, Get: func(s *segment.Saved) Value { return Text(s.Description) }},
	{Name: "created_on", Kind: DateKind, Rank: 2, Get: func(s *segment.Saved) Value { return Date(s.CreatedOn) }},
}

// SegmentSize is a saved segment with how many it has on a day, and what part of the customers there were they are.
type SegmentSize struct {
	segment.Saved
	Members, Customers int64
}

// SegmentSizes are the columns of one segment that is shown.
var SegmentSizes = func() []Column[SegmentSize] {
	var columns []Column[SegmentSize]
	for _, c := range Segments {
		columns = append(columns, Column[SegmentSize]{Name: c.Name, Kind: c.Kind, Get: func(s *SegmentSize) Value { return c.Get(&s.Saved) }})
	}
	return append(columns,
		Column[SegmentSize]{Name: "members", Kind: IntKind, Get: func(s *SegmentSize) Value { return Int(s.Members) }},
		Column[SegmentSize]{Name: "share", Kind: NumberKind, Get: func(s *SegmentSize) Value {
			if s.Customers == 0 {
				return Value{}
			}
			return Number(float64(s.Members) / float64(s.Customers))
		}})
}()

// SegmentRows are the columns of a file of segments, in and out.
var SegmentRows = []Column[segment.Row]{
	{Name: "name", Required: true, Also: []string{"segment", "nombre", "nome", "nom", "segmento"},
		Get: func(r *segment.Row) Value { return Text(r.Name) }, Set: func(r *segment.Row, c *Cell) error { r.Name = c.Text; return nil }},
	{Name: "filter", Required: true, Also: []string{"where", "filtro", "filtre"},
		Get: func(r *segment.Row) Value { return Text(r.Filter) }, Set: func(r *segment.Row, c *Cell) error { r.Filter = c.Text; return nil }},
	{Name: "description", Also: []string{"descripción", "descrição"},
		Get: func(r *segment.Row) Value { return Text(r.Description) }, Set: func(r *segment.Row, c *Cell) error { r.Description = c.Text; return nil }},
	{Name: "created_on", Kind: DateKind, Also: []string{"created", "creado", "criado", "créé"},
		Get: func(r *segment.Row) Value { return Date(r.CreatedOn) },
		Set: func(r *segment.Row, c *Cell) (err error) {
			if c.Text != "" {
				r.CreatedOn, err = c.Date()
			}
			return err
		}},
}

// SegmentConditions are the columns of a filter that is explained.
var SegmentConditions = []Column[segment.Condition]{
	{Name: "segment", Get: func(c *segment.Condition) Value { return Text(c.Segment) }},
	{Name: "condition", Get: func(c *segment.Condition) Value { return Text(c.Text) }},
	{Name: "holds", Kind: BoolKind, Get: func(c *segment.Condition) Value { return Bool(c.Holds) }},
	{Name: "value", Get: func(c *segment.Condition) Value { return Text(c.Value) }},
}

// SegmentChange is a customer who came to a segment, or left it.
type SegmentChange struct {
	segment.Change
	Ref, Name string
}

// SegmentChanges are the columns of those who came or left.
var SegmentChanges = []Column[SegmentChange]{
	{Name: "customer_id", Kind: IntKind, Get: func(c *SegmentChange) Value { return Int(c.CustomerID) }},
	{Name: "ref", Get: func(c *SegmentChange) Value { return Text(c.Ref) }},
	{Name: "name", Get: func(c *SegmentChange) Value { return Text(c.Name) }},
	{Name: "change", Get: func(c *SegmentChange) Value {
		if c.Came {
			return Text("came")
		}
		return Text("left")
	}},
}
