package sheet

import "github.com/perla-crm/perla/internal/insight"

// NPS are the columns of report nps.
var NPS = []Column[insight.NPS]{
	{Name: "group", Get: func(n *insight.NPS) Value { return Text(n.Group) }},
	{Name: "answers", Kind: IntKind, Get: func(n *insight.NPS) Value { return Int(n.Answers) }},
	{Name: "promoters", Kind: IntKind, Get: func(n *insight.NPS) Value { return Int(n.Promoters) }},
	{Name: "passives", Kind: IntKind, Get: func(n *insight.NPS) Value { return Int(n.Passives) }},
	{Name: "detractors", Kind: IntKind, Get: func(n *insight.NPS) Value { return Int(n.Detractors) }},
	{Name: "nps", Kind: NumberKind, Get: func(n *insight.NPS) Value { return Number(n.NPS) }},
	{Name: "low", Kind: NumberKind, Get: func(n *insight.NPS) Value { return Number(n.Low) }},
	{Name: "high", Kind: NumberKind, Get: func(n *insight.NPS) Value { return Number(n.High) }},
}

// Satisfactions are the columns of report satisfaction.
var Satisfactions = []Column[insight.Satisfaction]{
	{Name: "group", Get: func(s *insight.Satisfaction) Value { return Text(s.Group) }},
	{Name: "measure", Get: func(s *insight.Satisfaction) Value { return Text(s.Measure) }},
	{Name: "answers", Kind: IntKind, Get: func(s *insight.Satisfaction) Value { return Int(s.Answers) }},
	{Name: "positive", Kind: IntKind, Get: func(s *insight.Satisfaction) Value { return Int(s.Positive) }},
	{Name: "share", Kind: NumberKind, Get: func(s *insight.Satisfaction) Value { return Number(s.Share) }},
	{Name: "low", Kind: NumberKind, Get: func(s *insight.Satisfaction) Value { return Number(s.Low) }},
	{Name: "high", Kind: NumberKind, Get: func(s *insight.Satisfaction) Value { return Number(s.High) }},
	{Name: "mean", Kind: NumberKind, Get: func(s *insight.Satisfaction) Value { return Number(s.Mean) }},
}

// Footfalls are the columns of report footfall.
var Footfalls = []Column[insight.Footfall]{
	{Name: "period", Get: func(f *insight.Footfall) Value { return Text(f.Period) }},
	{Name: "channel", Get: func(f *insight.Footfall) Value { return Text(f.Channel) }},
	{Name: "visits", Kind: IntKind, Get: func(f *insight.Footfall) Value { return Int(f.Visits) }},
}

// Conversions are the columns of report conversion.
var Conversions = append(lift(Footfalls, func(c *insight.Conversion) *insight.Footfall { return &c.Footfall }),
	Column[insight.Conversion]{Name: "orders", Kind: IntKind, Get: func(c *insight.Conversion) Value { return Int(c.Orders) }},
	Column[insight.Conversion]{Name: "rate", Kind: NumberKind, Get: func(c *insight.Conversion) Value { return figure(c.Rate) }})

// Funnels are the columns of report funnel.
var Funnels = []Column[insight.Funnel]{
	{Name: "stage", Get: func(f *insight.Funnel) Value { return Text(f.Stage) }},
	{Name: "customers", Kind: IntKind, Get: func(f *insight.Funnel) Value { return Int(f.Customers) }},
	{Name: "rate", Kind: NumberKind, Get: func(f *insight.Funnel) Value { return figure(f.Rate) }},
	{Name: "median_days", Kind: NumberKind, Get: func(f *insight.Funnel) Value { return figure(f.MedianDays) }},
}

// Engagements are the columns of report engagement.
var Engagements = []Column[insight.Engagement]{
	{Name: "period", Get: func(e *insight.Engagement) Value { return Text(e.Period) }},
	{Name: "interactions", Kind: IntKind, Get: func(e *insight.Engagement) Value { return Int(e.Interactions) }},
	{Name: "opens", Kind: IntKind, Get: func(e *insight.Engagement) Value { return Int(e.Opens) }},
	{Name: "clicks", Kind: IntKind, Get: func(e *insight.Engagement) Value { return Int(e.Clicks) }},
	{Name: "replies", Kind: IntKind, Get: func(e *insight.Engagement) Value { return Int(e.Replies) }},
	{Name: "orders", Kind: IntKind, Get: func(e *insight.Engagement) Value { return Int(e.Orders) }},
}
