package loyalty

import (
	"errors"
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// rewardColumns are the columns of a reward r, in the order of scanReward; ?1 is the day as of which it was taken so often.
const (
	rewardColumns = `r.id, r.programme, r.code, r.name, r.kind, r.points, ifnull(r.amount, 0), ifnull(r.percent, 0), ifnull(r.product_id, 0), ifnull(s.sku, ''),
	r.cost, r.available, ifnull(r.tier, ''), ifnull(r.voucher_days, 0), ifnull(r.from_on, ''), ifnull(r.until_on, ''),
	(SELECT count(*) FROM vouchers t WHERE t.reward_id = r.id AND t.issued_on <= ?1 AND ifnull(t.cancelled_on, '9999-12-31') > ?1)`
	rewardTables = ` FROM rewards r LEFT JOIN products s ON s.id = r.product_id `
)

// cells are where a row of rewardColumns is scanned into; done completes the reward.
func (r *Reward) cells() (cells []any, done func()) {
	var from, until string
	var cost *int64
	return []any{&r.ID, &r.Programme, &r.Code, &r.Name, &r.Kind, &r.Points, &r.Amount, &r.Percent, &r.Product, &r.SKU, &cost, &r.Available, &r.Tier, &r.VoucherDays,
			&from, &until, &r.Taken}, func() {
			r.From, r.Until = dayOf(from), dayOf(until)
			if cost != nil {
				c := money.Amount(*cost)
				r.Cost = &c
			}
		}
}

func scanReward(row book.Scanner) (r Reward, err error) {
	cells, done := r.cells()
	err = row.Scan(cells...)
	done()
	return r, err
}

// Rewards are all rewards of a programme, the cheapest first, taken as often as they were on a day. The empty programme is
// both.
func Rewards(v *book.View, programme string, day dates.Date) ([]Reward, error) {
	return book.All(v, scanReward, `SELECT `+rewardColumns+rewardTables+`WHERE ?2 = '' OR r.programme = ?2 ORDER BY r.programme, r.points, r.code`, day.String(), programme)
}

// FindReward is the reward of a code in a programme, however it is written, taken as often as it was on a day.
func FindReward(v *book.View, programme, code string, day dates.Date) (Reward, error) {
	if err := checkProgramme(programme); err != nil {
		return Reward{}, err
	}
	r, found, err := book.One(v, scanReward, `SELECT `+rewardColumns+rewardTables+`WHERE r.programme = ?2 AND r.code = ?3`, day.String(), programme, codeOf(code))
	if err != nil || found {
		return r, err
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: "reward", Key: code, Reason: "there is no such reward for " + programme, Hint: "list them with: perla reward list"}
	codes, err := book.All(v, book.Scalar[string], `SELECT code FROM rewards WHERE programme = ? ORDER BY code LIMIT 20000`, programme)
	if err != nil {
		return r, err
	}
	if near := fault.Nearest(codeOf(code), codes); near != "" {
		e.Hint = "did you mean " + near + "?"
	}
	return r, e
}

// values are the columns of a reward that are written, in the order of writtenReward.
func (r *Reward) values() []any {
	when := func(n int64) any {
		if n == 0 {
			return nil
		}
		return n
	}
	var cost, available any
	if r.Cost != nil {
		cost = int64(*r.Cost)
	}
	if r.Available != nil {
		available = *r.Available
	}
	return []any{r.Programme, r.Code, r.Name, string(r.Kind), r.Points, when(int64(r.Amount)), when(r.Percent), when(r.Product), cost, available,
		textOrNil(r.Tier), when(int64(r.VoucherDays)), dayOrNil(r.From), dayOrNil(r.Until)}
}

const writtenReward = `programme, code, name, kind, points, amount, percent, product_id, cost, available, tier, voucher_days, from_on, until_on`

// AddReward makes a reward. A code that its programme has already is a fault.Conflict.
func AddReward(tx *book.Tx, r Reward) (Reward, error) {
	if err := r.check(tx.View); err != nil {
		return r, err
	}
	_, err := tx.Insert(`INSERT INTO rewards (`+writtenReward+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.values()...)
	if fault.KindOf(err) == fault.Conflict {
		return r, &fault.Error{Kind: fault.Conflict, Noun: "reward", Key: r.Code, Reason: "there is one with this code", Hint: "change it with: perla reward edit " + r.Code}
	}
	if err != nil {
		return r, err
	}
	return FindReward(tx.View, r.Programme, r.Code, tx.Today())
}

// EditReward changes a reward. Its code and programme stay, and once it was taken also what it gives, as the vouchers that
// are out promise that.
func EditReward(tx *book.Tx, programme, code string, edit func(*Reward) error) (Reward, error) {
	old, err := FindReward(tx.View, programme, code, tx.Today())
	if err != nil {
		return old, err
	}
	r := old
	if err := edit(&r); err != nil {
		return r, err
	}
	_, _, err = updateReward(tx, old, r)
	if err != nil {
		return r, err
	}
	return FindReward(tx.View, programme, old.Code, tx.Today())
}

// updateReward writes a reward anew, where that changes it.
func updateReward(tx *book.Tx, old, r Reward) (Reward, bool, error) {
	r.ID, r.Programme, r.Code = old.ID, old.Programme, old.Code
	if err := r.check(tx.View); err != nil {
		return r, false, err
	}
	if slices.Equal(old.values(), r.values()) {
		return old, false, nil
	}
	if old.Kind != r.Kind || old.Amount != r.Amount || old.Percent != r.Percent || old.Product != r.Product {
		_, taken, err := book.One(tx.View, book.Scalar[int64], `SELECT 1 FROM vouchers WHERE reward_id = ? LIMIT 1`, r.ID)
		if err != nil {
			return r, false, err
		}
		if taken {
			return r, false, &fault.Error{Kind: fault.Conflict, Noun: "reward", Key: r.Code, Reason: "it was taken, and its vouchers promise " + old.Gives(money.Wording{Currency: tx.Settings().Currency}),
				Hint: "end it with: perla reward end " + r.Code + ", and add another"}
		}
	}
	_, err := tx.Exec(`UPDATE rewards SET (`+writtenReward+`) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?`, append(r.values(), r.ID)...)
	return r, true, err
}

// EndReward makes a day the last one on which a reward can be taken. One that would begin later never can. Vouchers that
// are out hold.
func EndReward(tx *book.Tx, programme, code string, last dates.Date) (Reward, error) {
	return EditReward(tx, programme, code, func(r *Reward) error {
		if r.From > last {
			r.From = last
		}
		r.Until = last
		return nil
	})
}

// RewardRow is a row of a file of rewards: all of a reward, with its product by sku. An empty programme is that of clients,
// an empty kind what the row names an amount, a percentage or a product for.
type RewardRow struct {
	Line int
	Bad  bool // it is counted and left out
	Reward
}

// RewardTally counts what ImportRewards did.
type RewardTally struct{ Created, Updated, Unchanged int64 }

// ImportRewards makes rewards what the rows say, known by programme and code. Rows that cannot be are told and left out.
func ImportRewards(tx *book.Tx, rows []RewardRow, problem func(line int, field, reason string)) (done RewardTally, err error) {
	lines := map[string]int{}
	for i := range rows {
		if rows[i].Bad {
			continue
		}
		err := rows[i].read(tx, lines, &done)
		var e *fault.Error
		switch {
		case errors.As(err, &e) && (e.Kind == fault.Usage || e.Kind == fault.Conflict):
			problem(rows[i].Line, e.Field, e.Reason)
		case err != nil:
			return done, err
		}
	}
	return done, nil
}

// read makes or changes the reward of a row; lines are where the file had each reward before.
func (row *RewardRow) read(tx *book.Tx, lines map[string]int, done *RewardTally) error {
	if err := row.complete(tx.View); err != nil {
		return err
	}
	if err := row.check(tx.View); err != nil {
		return err
	}
	key := row.Programme + " " + row.Code
	if line := lines[key]; line != 0 {
		return &fault.Error{Kind: fault.Usage, Field: "code", Reason: fmt.Sprintf("%s is on line %d already", row.Code, line)}
	}
	lines[key] = row.Line
	old, err := FindReward(tx.View, row.Programme, row.Code, tx.Today())
	if fault.KindOf(err) == fault.NotFound {
		_, err = AddReward(tx, row.Reward)
		done.Created++
		return err
	}
	if err != nil {
		return err
	}
	_, changed, err := updateReward(tx, old, row.Reward)
	if changed {
		done.Updated++
	} else {
		done.Unchanged++
	}
	return err
}

// complete fills in what a row leaves to be understood.
func (row *RewardRow) complete(v *book.View) error {
	if row.Programme == "" {
		row.Programme = Clients
	}
	if row.Kind == "" {
		switch {
		case row.Amount != 0:
			row.Kind = RewardAmount
		case row.Percent != 0:
			row.Kind = RewardPercent
		case row.SKU != "":
			row.Kind = RewardProduct
		}
	}
	if row.SKU == "" || row.Kind != RewardProduct {
		return nil
	}
	id, found, err := book.One(v, book.Scalar[int64], `SELECT id FROM products WHERE sku = ?`, row.SKU)
	if err == nil && !found {
		return &fault.Error{Kind: fault.Usage, Field: "product", Reason: fmt.Sprintf("the book has no product %q", row.SKU)}
	}
	row.Product = id
	return err
}
