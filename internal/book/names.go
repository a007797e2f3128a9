package book

// Names finds rows of one table by a name of theirs and makes the missing ones, remembering what it found: for the
// products, consultants and campaigns that an import meets on the way.
type Names struct {
	Made int64 // how many rows were made

	tx     *Tx
	find   string // SELECT the id by the name
	insert string // INSERT a row; args gives its values
	args   func(name string) []any
	ids    map[string]int64
}

// NewNames makes the index of one table. find is a SELECT of the id with the name as its only argument; insert takes
// what args makes of a name.
func NewNames(tx *Tx, find, insert string, args func(name string) []any) *Names {
	return &Names{tx: tx, find: find, insert: insert, args: args, ids: map[string]int64{}}
}

// ID is the id of the row with this name, made if there is none; 0 for the empty name.
func (n *Names) ID(name string) (int64, error) {
	if id, ok := n.ids[name]; ok || name == "" {
		return id, nil
	}
	id, found, err := One(n.tx.View, Scalar[int64], n.find, name)
	if err == nil && !found {
		id, err = n.tx.Insert(n.insert, n.args(name)...)
		n.Made++
	}
	if err == nil {
		n.ids[name] = id
	}
	return id, err
}
