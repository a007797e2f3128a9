package sheet

// Reason is one step of why a score is what it is.
type Reason struct {
	Score string // rfm, clv, churn, level
	What  string // the input, the cut, or the result
	Value Value
	Why   string
}

// Reasons are the columns of an explanation.
var Reasons = []Column[Reason]{
	{Name: "score", Get: func(r *Reason) Value { return Text(r.Score) }},
	{Name: "what", Get: func(r *Reason) Value { return Text(r.What) }},
	{Name: "value", Get: func(r *Reason) Value { return r.Value }},
	{Name: "why", Get: func(r *Reason) Value { return Text(r.Why) }},
}
