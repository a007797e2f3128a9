package contacts

import "slices"

// ofMerged says whether the row of a group has the ref of a record that was merged into the customer it was found to be, or
// is now: one of the same source as her own.
func (g *group) ofMerged() bool {
	return (g.way == knownByRef || g.row.FurtherRef && g.row.Ref != "" && g.old.Ref != "") && g.row.RefSource == g.old.RefSource && g.row.Ref != g.old.Ref
}

// fillOnly makes the row of a record that was merged into hers say no more than fills what is empty: in the book, and, of
// rows of hers that came before it, in what these give. Her own row counts, wherever it stands in the file.
func (g *group) fillOnly(before *Row) {
	r, old := g.row, g.old
	for left := r.Has & fileFields; left != 0; left &= left - 1 {
		if f := left & -left; old.said(f) != "" || f == FieldArchivedOn { // a merged record that was archived says nothing of her
			r.Has &^= f
		}
	}
	if old.Company.ID != 0 {
		r.Has &^= FieldCompany
	}
	if old.ReferredBy.ID != 0 {
		r.Has &^= FieldReferredBy
	}
	known := func(key string) bool { return old.Attribute(key) != "" }
	if before != nil {
		r.Has &^= before.Has & fileFields
		inBook := known
		known = func(key string) bool { return inBook(key) || slices.Contains(before.attributeKeys, key) }
	}
	for _, together := range []Fields{FieldEmail | FieldEmailLabel, FieldPhone | FieldPhoneLabel, FieldContactEvery | FieldContactWithin} {
		if old.says(together) || before != nil && before.Has&together != 0 {
			r.Has &^= together
		}
	}
	if r.attributeKeys = slices.DeleteFunc(slices.Clone(r.attributeKeys), known); len(r.attributeKeys) > 0 {
		r.Has |= FieldAttributes
	} else {
		r.Has &^= FieldAttributes
	}
}

// says says whether she has something in one of some fields.
func (c *Customer) says(fields Fields) bool {
	for left := fields; left != 0; left &= left - 1 {
		if c.said(left&-left) != "" {
			return true
		}
	}
	return false
}
