package book

import (
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"sync"

	"modernc.org/sqlite/vtab"
)

// A bulk load hands SQLite its rows through a virtual table: one INSERT ... SELECT per batch reads them straight from
// Go, which costs less than half of a prepared statement run row by row.

// BulkRows is how many rows make a load large: from there on UpdateBulk, and building indexes anew, cost less than they
// save.
const BulkRows = 5000

// Feed is a temporary table of the transaction whose rows are what Load last gave it.
type Feed struct {
	Name  string // to be named in SQL: temp.NAME; put it first and say CROSS JOIN, so that it stays the outer loop
	n     int
	value func(row, column int) any
}

// feeds finds the Feed of a virtual table by its name; names are unique in the process.
var feeds = struct {
	sync.Mutex
	next   int
	byName map[string]*Feed
}{byName: map[string]*Feed{}}

// NewFeed declares a feed with columns of the given names. It goes with the transaction.
func (t *Tx) NewFeed(columns ...string) (*Feed, error) {
	feeds.Lock()
	feeds.next++
	f := &Feed{Name: fmt.Sprintf("feed_%d", feeds.next)}
	feeds.byName[f.Name] = f
	feeds.Unlock()
	_, err := t.Exec(fmt.Sprintf(`CREATE VIRTUAL TABLE temp.%s USING perla_feed(%s)`, f.Name, strings.Join(columns, ", ")))
	if err != nil {
		f.forget()
		return nil, err
	}
	t.feeds = append(t.feeds, f)
	return f, nil
}

// Load sets the rows the next statements read: n of them, value giving each cell as nil, int64, string or []byte. Texts are
// UTF-8 without NUL; unlike those given to Exec they are not looked at again.
func (f *Feed) Load(n int, value func(row, column int) any) { f.n, f.value = n, value }

func init() {
	// Modules reach only connections opened after they are registered.
	if err := vtab.RegisterModule(nil, "perla_feed", feedModule{}); err != nil {
		panic(err)
	}
}

type feedModule struct{}

// Create declares the table; args are module, database, table and then the columns.
func (m feedModule) Create(c vtab.Context, args []string) (vtab.Table, error) {
	return m.Connect(c, args)
}

// Connect is Create: a feed has no storage.
func (feedModule) Connect(c vtab.Context, args []string) (vtab.Table, error) {
	feeds.Lock()
	f := feeds.byName[args[2]]
	feeds.Unlock()
	if f == nil {
		return nil, fmt.Errorf("feed %s is not known", args[2])
	}
	return f, c.Declare(fmt.Sprintf(`CREATE TABLE x (%s)`, strings.Join(args[3:], ", ")))
}

// BestIndex says that a feed can only be read whole, in order, and is never worth an index.
func (f *Feed) BestIndex(info *vtab.IndexInfo) error {
	info.EstimatedCost, info.EstimatedRows = 1, 10
	return nil
}

// Open starts a reading of the rows.
func (f *Feed) Open() (vtab.Cursor, error) { return &feedCursor{feed: f}, nil }

// Disconnect does nothing: SQLite connects again when it has read its schema anew.
func (f *Feed) Disconnect() error { return nil }

// Destroy does nothing: the feed is forgotten when its transaction ends.
func (f *Feed) Destroy() error { return nil }

func (f *Feed) forget() {
	feeds.Lock()
	delete(feeds.byName, f.Name)
	feeds.Unlock()
}

type feedCursor struct {
	feed *Feed
	at   int
}

func (c *feedCursor) Filter(int, string, []vtab.Value) error  { c.at = 0; return nil }
func (c *feedCursor) Next() error                             { c.at++; return nil }
func (c *feedCursor) Eof() bool                               { return c.at >= c.feed.n }
func (c *feedCursor) Column(column int) (driver.Value, error) { return c.feed.value(c.at, column), nil }
func (c *feedCursor) Rowid() (int64, error)                   { return int64(c.at), nil }
func (c *feedCursor) Close() error                            { return nil }

// Rebuild says which indexes and triggers a load drops and makes again.
type Rebuild struct {
	Tables []string              // whose indexes and triggers are dropped
	Keep   []string              // but for these
	Finish []string              // run afterwards: statements that do a dropped trigger's work in one go
	Loads  map[string]*IndexLoad // by index: how it is made without SQLite sorting it, where that can be
}

// WithoutIndexes runs load with indexes and triggers dropped and makes them again afterwards, in the same transaction: a
// load of more rows than a table holds builds its indexes faster from scratch. Without tables it just runs load.
func (t *Tx) WithoutIndexes(r Rebuild, load func() error) error {
	if len(r.Tables) == 0 {
		return load()
	}
	var drop []string
	var build [][3]string // table, name, sql
	for _, table := range r.Tables {
		parts, err := All(t.View, func(row Scanner) (p [3]string, err error) {
			err = row.Scan(&p[0], &p[1], &p[2])
			return p, err
		}, `SELECT type, name, sql FROM sqlite_schema WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid`, table)
		if err != nil {
			return err
		}
		for _, p := range parts {
			if !slices.Contains(r.Keep, p[1]) {
				drop, build = append(drop, `DROP `+p[0]+` `+p[1]), append(build, [3]string{table, p[1], p[2]})
			}
		}
	}
	cache := `PRAGMA cache_size = -65536`
	if len(r.Loads) > 0 { // pages are written once, in order
		cache = `PRAGMA cache_size = -8192`
	}
	if err := t.run(append(drop, cache)); err != nil {
		return err
	}
	if err := load(); err != nil {
		return err
	}
	// Sorting for an index is fastest with a small page cache.
	if err := t.run([]string{`PRAGMA cache_size = -2000`}); err != nil {
		return err
	}
	for _, b := range build {
		if err := t.build(r.Loads[b[1]], b[0], b[1], b[2]); err != nil {
			return err
		}
	}
	return t.run(r.Finish)
}

// build makes an index or trigger again.
func (t *Tx) build(load *IndexLoad, table, name, sql string) error {
	if load != nil {
		if made, err := load.finish(name, table, sql); made || err != nil {
			return err
		}
	}
	return t.run([]string{sql})
}

func (t *Tx) run(statements []string) error {
	for _, s := range statements {
		if _, err := t.Exec(s); err != nil {
			return err
		}
	}
	return nil
}
