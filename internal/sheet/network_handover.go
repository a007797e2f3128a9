package sheet

// HandOverFile is a file of a folder that hands clients over.
type HandOverFile struct {
	File, Holds string
	Count       int64 // of what it holds, whatever rows they take
}

// HandOverFiles are the columns of what was handed over.
var HandOverFiles = []Column[HandOverFile]{
	{Name: "file", Get: func(f *HandOverFile) Value { return Text(f.File) }},
	{Name: "holds", Get: func(f *HandOverFile) Value { return Text(f.Holds) }},
	{Name: "count", Kind: IntKind, Get: func(f *HandOverFile) Value { return Int(f.Count) }},
}
