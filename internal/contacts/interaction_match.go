package contacts

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// content appends what an interaction says, each value behind its field, so that no two different ones are written alike.
func (i *Interaction) content(b []byte) []byte {
	minutes, missed := "", ""
	if i.Timed {
		minutes = strconv.FormatInt(i.Minutes, 10)
	}
	if i.NoAnswer {
		missed = "yes"
	}
	for n, value := range []string{i.Customer.Key, i.Date.String(), i.Channel, i.Direction, i.Kind, i.Summary, i.Outcome, minutes,
		i.Consultant.Key, i.Product.Key, missed} {
		if value != "" {
			b = append(append(b, 0, byte(n)), value...)
		}
	}
	return b
}

// contentHash is what stands for a content in a ref.
func contentHash(content []byte) string {
	sum := sha256.Sum256(content)
	return base32.HexEncoding.EncodeToString(sum[:10])
}

// freeContentRef is a ref for a row of a table that comes without one; of those that say the same it is the next.
func freeContentRef(v *book.View, table string, content []byte) (string, error) {
	hash := contentHash(content)
	last, _, err := book.One(v, book.Scalar[int64], `SELECT ifnull(max(CAST(substr(ref, ?) AS INTEGER)), 0) FROM `+table+`
		WHERE ref >= ? AND ref < ? AND ref_source = ?`, len(hash)+2, hash+"-", hash+".", contentRef)
	return fmt.Sprintf("%s-%d", hash, last+1), err
}

// drop takes the refused rows out of the batch.
func (im *interactionImporter) drop() {
	im.rows = slices.DeleteFunc(im.rows, func(r *InteractionRow) bool { return r.Bad })
}

// interactionFixed are the columns of the feed before those of storedInteraction.
var interactionFixed = []string{"i", "id", "mask", "ref", "ref_source"}

// load hands rows to SQL; id gives the one of each in the book.
func (im *interactionImporter) load(rows []*InteractionRow, id func(row int) int64) (err error) {
	if im.feed == nil {
		names := slices.Clone(interactionFixed)
		for _, s := range storedInteraction {
			names = append(names, s.name)
		}
		if im.feed, err = im.tx.NewFeed(names...); err != nil {
			return err
		}
	}
	im.feed.Load(len(rows), func(row, column int) any {
		r := rows[row]
		switch column {
		case 0:
			return int64(row)
		case 1:
			return id(row)
		case 2:
			return int64(r.Has &^ im.options.Never)
		case 3:
			return r.Ref
		case 4:
			return r.RefSource
		}
		return storedInteraction[column-len(interactionFixed)].value(&r.Interaction)
	})
	return nil
}

// match compares the batch with the book: which interactions it has, and which of those the file changes.
func (im *interactionImporter) match() error {
	im.ids, im.owners, im.differ = make([]int64, len(im.rows)), make([]int64, len(im.rows)), make([]bool, len(im.rows))
	if err := im.load(im.rows, func(int) int64 { return 0 }); err != nil {
		return err
	}
	var differs []string
	for _, s := range storedInteraction {
		differs = append(differs, fmt.Sprintf("f.mask & %d AND o.%[2]s IS NOT f.%[2]s", s.field, s.name))
	}
	return im.tx.Each(func(r book.Row) error {
		im.ids[r.Int(0)], im.owners[r.Int(0)], im.differ[r.Int(0)] = r.Int(1), r.Int(2), r.Int(3) != 0
		return nil
	}, `f.i, o.id, o.customer_id, (`+strings.Join(differs, ") OR (")+`)`,
		`temp.`+im.feed.Name+` f CROSS JOIN interactions o ON o.ref = f.ref AND o.ref_source = f.ref_source`)
}

// write books the batch according to what match found, and counts.
func (im *interactionImporter) write() error {
	var news, changes []*InteractionRow
	var changed []int64
	for i, r := range im.rows {
		known := im.ids[i] != 0
		switch {
		case !known && im.options.Mode == UpdateOnly:
			im.refuse(r, InteractionRef, "the book has no such interaction (--mode update)")
		case !known && r.Customer.ID == 0:
			im.refuse(r, InteractionCustomer, "a new interaction needs a customer")
		case !known && r.Date.IsZero():
			im.refuse(r, InteractionDate, "a new interaction needs a date")
		case (!known || im.differ[i]) && im.customers.Erased(im.customerOf(i)):
			im.refuse(r, InteractionCustomer, "is somebody whose data were erased: nothing new is written of her")
		case !known:
			news = append(news, r)
		case im.options.Mode == CreateOnly:
			im.refuse(r, InteractionRef, "the book has this interaction already (--mode create)")
		case im.differ[i]:
			changes, changed = append(changes, r), append(changed, im.ids[i])
		default:
			im.tally.Unchanged++
		}
	}
	im.tally.Created += int64(len(news))
	im.tally.Updated += int64(len(changes))
	if err := im.insert(news); err != nil {
		return err
	}
	return im.update(changes, changed)
}

// customerOf is whose interaction a row of the batch is once it is written.
func (im *interactionImporter) customerOf(row int) int64 {
	r := im.rows[row]
	if im.owners[row] == 0 || r.Has&^im.options.Never&InteractionCustomer != 0 {
		return r.Customer.ID
	}
	return im.owners[row]
}

func (im *interactionImporter) insert(news []*InteractionRow) error {
	if len(news) == 0 {
		return nil
	}
	if err := im.load(news, func(int) int64 { return 0 }); err != nil {
		return err
	}
	names := "ref, ref_source"
	for _, s := range storedInteraction {
		names += ", " + s.name
	}
	_, err := im.tx.Exec(`INSERT INTO interactions (` + names + `) SELECT ` + names + ` FROM temp.` + im.feed.Name)
	return err
}

func (im *interactionImporter) update(changes []*InteractionRow, ids []int64) error {
	if len(changes) == 0 {
		return nil
	}
	if err := im.load(changes, func(row int) int64 { return ids[row] }); err != nil {
		return err
	}
	var sets []string
	for _, s := range storedInteraction {
		sets = append(sets, fmt.Sprintf("%[1]s = CASE WHEN f.mask & %[2]d THEN f.%[1]s ELSE interactions.%[1]s END", s.name, s.field))
	}
	_, err := im.tx.Exec(`UPDATE interactions SET ` + strings.Join(sets, ", ") + ` FROM temp.` + im.feed.Name + ` f WHERE interactions.id = f.id`)
	return err
}
