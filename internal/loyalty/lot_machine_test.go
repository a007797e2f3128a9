package loyalty

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// TestLedgerMachine does random things to the points of some people, in a book and in a model that knows nothing of
// expiring entries and counts day by day, and holds one against the other on random days. PERLA_LOYALTY_COMMANDS makes
// it longer: each 500 commands have a book of their own.
func TestLedgerMachine(t *testing.T) {
	commands, err := strconv.Atoi(os.Getenv("PERLA_LOYALTY_COMMANDS"))
	if err != nil {
		commands = 2000
	}
	const each = 500
	var lock sync.Mutex
	done := map[string]int{}
	t.Run("seeds", func(t *testing.T) {
		for seed := 0; seed*each < commands; seed++ {
			t.Run(strconv.Itoa(seed), func(t *testing.T) {
				t.Parallel()
				m := newMachine(t, uint64(seed))
				for m.commands < each {
					m.transaction()
				}
				m.prove()
				require.NoError(t, m.book.Close())
				lock.Lock()
				defer lock.Unlock()
				for kind, n := range m.done {
					done[kind] += n
				}
			})
		}
	})
	for _, kind := range []string{"earn", "reverse", "redeem", "redeem refused", "give back", "adjust", "transfer", "expire", "put back", "merge", "undo", "undo earlier", "undo earlier refused"} {
		require.NotZero(t, done[kind], "the machine never did: %s", kind)
	}
	t.Logf("%d commands: %v", commands, done)
}

// machine is a book, its model, and what was done.
type machine struct {
	t        *testing.T
	r        *rand.Rand
	book     *book.Book
	today    dates.Date
	model    *model
	policy   Shortfall
	commands int
	done     map[string]int
	orders   []*machineOrder
	ops      []machineOp
	people   []Account
	touched  map[Account]bool
}

// machineOrder is an order with what it earned and what was spent on it.
type machineOrder struct {
	id      int64
	earned  []*modelLot
	left    []int64 // of earned, not taken back yet
	redeems []*modelRedeem
	upTo    int64
}

// machineOp is an operation of the book and what the journal of the model held before it.
type machineOp struct {
	id     int64
	before int
}

func newMachine(t *testing.T, seed uint64) *machine {
	m := &machine{t: t, r: rand.New(rand.NewPCG(seed, 1)), today: isoDay(t, "2023-12-01"), model: &model{accounts: map[Account]*modelAccount{}}, done: map[string]int{}}
	m.policy = []Shortfall{ShortfallDebt, ShortfallClip, ShortfallRefuse, ShortfallDebt}[seed%4]
	m.model.base = m.today - 100
	m.book = bookAt(t, func() time.Time { return time.Date(1, 1, 1, 10, 0, 0, 0, time.UTC).AddDate(0, 0, int(m.today)-1) })
	m.write(func(tx *book.Tx) error {
		for _, programme := range Programmes {
			if err := Set(tx, programme, "shortfall", string(m.policy), 1); err != nil {
				return err
			}
		}
		for range 6 {
			m.person(tx)
		}
		for i := range 2 {
			id, err := tx.Insert(`INSERT INTO consultants (ref, name) VALUES (?, 'Eva')`, fmt.Sprintf("K%d", i))
			if err != nil {
				return err
			}
			m.addAccount(Account{Consultant: id})
		}
		return nil
	})
	return m
}

func (m *machine) addAccount(a Account) {
	m.people = append(m.people, a)
	m.model.accounts[a] = &modelAccount{}
}

func (m *machine) person(tx *book.Tx) {
	id, err := tx.Insert(`INSERT INTO customers (name, name_key, search, created_on) VALUES ('Ana', 'ana', 'ana', '2020-01-01')`)
	require.NoError(m.t, err)
	m.addAccount(Account{Customer: id})
}

func (m *machine) write(fn func(*book.Tx) error) {
	m.t.Helper()
	require.NoError(m.t, m.book.Update(context.Background(), "points", fn))
}

// transaction is some commands in one operation, or an undo, and then a look at everybody it touched.
func (m *machine) transaction() {
	m.today += dates.Date(m.r.IntN(3))
	m.touched = map[Account]bool{}
	switch n := m.r.IntN(20); {
	case n < 2 && len(m.ops) > 0:
		m.undo()
	case n == 2 && len(m.ops) > 3:
		m.undoEarlier()
	case n == 3:
		m.merge()
	default:
		before, last := len(m.model.journal), m.lastOperation()
		m.write(func(tx *book.Tx) error {
			for range 1 + m.r.IntN(16) {
				m.command(tx)
			}
			return nil
		})
		m.keep(before, last)
	}
	for a := range m.touched {
		if m.compare(a, m.today); m.r.IntN(3) == 0 {
			m.compare(a, m.today-dates.Date(m.r.IntN(90)))
		}
	}
	if m.r.IntN(50) == 0 {
		m.prove()
	}
}

// keep remembers an operation, if one was made.
func (m *machine) keep(before int, last int64) {
	if id := m.lastOperation(); id != last {
		m.ops = append(m.ops, machineOp{id, before})
	}
}

func (m *machine) lastOperation() (id int64) {
	require.NoError(m.t, m.book.View(context.Background(), func(v *book.View) (err error) {
		id, _, err = book.One(v, book.Scalar[int64], `SELECT ifnull(max(id), 0) FROM operations`)
		return err
	}))
	return id
}

// count notes that something was done, and whether it went well in the book as in the model.
func (m *machine) count(kind string, err error, well bool) bool {
	m.t.Helper()
	m.commands++
	if err != nil {
		require.Equal(m.t, fault.Conflict, fault.KindOf(err), "%v", err)
		kind += " refused"
	}
	require.Equal(m.t, well, err == nil, "%s, command %d: %v", kind, m.commands, err)
	m.done[kind]++
	return well
}

// compare holds what somebody has on a day against the model.
func (m *machine) compare(a Account, day dates.Date) {
	account := m.model.accounts[a]
	if account == nil {
		return // merged since
	}
	require.NoError(m.t, m.book.View(context.Background(), func(v *book.View) error {
		s, err := Balance(v, a, day)
		require.NoError(m.t, err)
		usable, pending := account.at(m.model, day)
		require.Equal(m.t, [3]int64{usable, pending, account.debtAt(day)}, [3]int64{s.Usable, s.Pending, s.Debt}, "%v on %s, after %d commands on %s", a, day, m.commands, m.today)
		if m.r.IntN(8) > 0 {
			return nil
		}
		lots, err := Lots(v, a, day)
		require.NoError(m.t, err)
		ledger := -s.Debt
		for _, l := range lots {
			ledger += l.Left
		}
		require.Equal(m.t, ledger, s.Ledger, "%v on %s", a, day)
		return nil
	}))
}

// prove runs the checks and compares everybody, in the two ways a balance is read.
func (m *machine) prove() {
	require.NoError(m.t, m.book.View(context.Background(), func(v *book.View) error {
		proveLedger(m.t, v)
		back, _, err := book.One(v, book.Scalar[int], `SELECT count(*) FROM point_entries e JOIN point_entries x ON x.id = e.reverses_id WHERE x.kind = 'expire'`)
		require.NoError(m.t, err)
		m.done["put back"] += back
		for _, programme := range Programmes {
			for s, err := range Balances(v, programme, m.today) {
				require.NoError(m.t, err)
				one, err := Balance(v, s.Account, m.today)
				require.NoError(m.t, err)
				require.Equal(m.t, one, s)
			}
		}
		return nil
	}))
	for _, a := range m.people {
		m.compare(a, m.today)
	}
}

// proveLedger runs the proofs of perla check about points.
func proveLedger(t testing.TB, v *book.View) {
	t.Helper()
	for _, c := range Checks() {
		var problem string
		var err error
		if c.Probe != nil {
			problem, err = c.Probe(v)
		} else {
			problem, _, err = book.One(v, book.Scalar[string], c.Query)
		}
		require.NoError(t, err, c.Name)
		require.Empty(t, problem, c.Name)
	}
}

// bookAt is a new book with a clock.
func bookAt(t testing.TB, now func() time.Time) *book.Book {
	t.Helper()
	file, err := emptyBook()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "book.db")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	b, err := book.Open(context.Background(), path, now)
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// emptyBook is the file of an empty book, which takes a tenth of the time to copy that it takes to make.
var emptyBook = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "perla-loyalty")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := book.NewSettings("EUR", "ES", "es", "UTC")
	if err != nil {
		return nil, err
	}
	b, err := book.Create(context.Background(), filepath.Join(dir, "book.db"), s, time.Now)
	if err != nil {
		return nil, err
	}
	if err := b.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(b.Path())
})

func isoDay(t testing.TB, s string) dates.Date {
	t.Helper()
	d, err := dates.ParseISO(s)
	require.NoError(t, err)
	return d
}
