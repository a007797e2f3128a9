package sheet

// Imported is what an import of any noun says of itself: how many of the noun it made, changed and left as they were, how
// many rows of the file it refused, and what it made on the way.
type Imported struct {
	Created, Updated, Unchanged, Rejected, Customers, Products int64
}

// Imports are the columns of an Imported.
var Imports = []Column[Imported]{
	{Name: "created", Kind: IntKind, Get: func(i *Imported) Value { return Int(i.Created) }},
	{Name: "updated", Kind: IntKind, Get: func(i *Imported) Value { return Int(i.Updated) }},
	{Name: "unchanged", Kind: IntKind, Get: func(i *Imported) Value { return Int(i.Unchanged) }},
	{Name: "rejected", Kind: IntKind, Get: func(i *Imported) Value { return Int(i.Rejected) }},
	{Name: "customers", Kind: IntKind, Get: func(i *Imported) Value { return Int(i.Customers) }},
	{Name: "products", Kind: IntKind, Get: func(i *Imported) Value { return Int(i.Products) }},
}
