package book

import (
	"database/sql"
	"fmt"
	"strings"

	sqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// flushAt is how many changes the recorder holds before they are written: enough to make writing cheap, few enough to
// keep memory flat.
const flushAt = 4096

// recorder hears of every row that is inserted, changed or deleted, through the driver's pre-update hook, and keeps
// what undo needs: ranges of ids for new rows, old images for the others. The hook runs inside SQLite, where no SQL may
// be run, so what it hears is buffered and written between statements. It hears what triggers and cascades do, too.
type recorder struct {
	operation int64 // 0 until the first change is written
	changes   []change
	tables    map[string]*table // by name
	write     func([]change) error
	err       error // found in the hook; stops the transaction at the next statement
}

// change is one row of operation_changes.
type change struct {
	table, kind string
	first, last int64
	old         string
}

// value is one of the columns of the log, from the table's name on.
func (c *change) value(column int) any {
	switch column {
	case 0:
		return c.table
	case 1:
		return c.kind
	case 2:
		return c.first
	case 3:
		return c.last
	}
	if c.old == "" {
		return nil
	}
	return c.old
}

// unrecorded says which tables are no facts of the book: the log itself, the guard of the ledgers, SQLite's own and the full-text index.
func unrecorded(name string) bool {
	return name == "operations" || name == "operation_changes" || name == "ledger_guard" || strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "customers_search")
}

// listen attaches the recorder to the physical connection.
func (r *recorder) listen(conn *sql.Conn) error {
	return conn.Raw(func(c any) error {
		hooked, ok := c.(sqlite.HookRegisterer)
		if !ok {
			return fmt.Errorf("the driver has no pre-update hook")
		}
		hooked.RegisterPreUpdateHook(r.hear)
		return nil
	})
}

func (r *recorder) deafen(conn *sql.Conn) {
	_ = conn.Raw(func(c any) error {
		c.(sqlite.HookRegisterer).RegisterPreUpdateHook(nil)
		return nil
	})
}

// hear is called before each row is written.
func (r *recorder) hear(d sqlite.SQLitePreUpdateData) {
	if n := len(r.changes); d.Op == lib.SQLITE_INSERT && n > 0 {
		if c := &r.changes[n-1]; c.kind == "insert" && c.last+1 == d.NewRowID && c.table == d.TableName && d.DatabaseName == "main" {
			c.last++
			return
		}
	}
	if d.DatabaseName != "main" || unrecorded(d.TableName) {
		return
	}
	t := r.tables[d.TableName]
	if t == nil {
		r.fail(fmt.Errorf("table %s is not known to the operation log", d.TableName))
		return
	}
	c := change{table: d.TableName, first: d.OldRowID, last: d.OldRowID}
	switch d.Op {
	case lib.SQLITE_INSERT:
		c.kind, c.first, c.last = "insert", d.NewRowID, d.NewRowID
	case lib.SQLITE_UPDATE:
		c.kind = "update"
	default:
		c.kind = "delete"
	}
	if c.kind != "insert" {
		var err error
		var same bool
		if c.old, same, err = t.image(&d); err != nil {
			r.fail(err)
		}
		if same {
			return
		}
	}
	if d.Op == lib.SQLITE_UPDATE && d.OldRowID != d.NewRowID {
		r.fail(fmt.Errorf("%s %d was given another id", singular(d.TableName), d.OldRowID))
	}
	r.changes = append(r.changes, c)
}

// fail keeps the first error.
func (r *recorder) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// flushFull writes the changes when enough have gathered.
func (r *recorder) flushFull() error {
	if len(r.changes) < flushAt && r.err == nil {
		return nil
	}
	return r.flush()
}

func (r *recorder) flush() error {
	if r.err != nil {
		return fmt.Errorf("operation log: %w", r.err)
	}
	if len(r.changes) == 0 {
		return nil
	}
	// The hook hears the log being written as well, and must not find the changes that are being read.
	changes := r.changes
	r.changes = nil
	if err := r.write(changes); err != nil {
		return err
	}
	for _, c := range changes {
		r.tables[c.table].touch(c)
	}
	clear(changes) // lets go of the old images
	r.changes = changes[:0]
	return nil
}
