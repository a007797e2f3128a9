package sheet

import (
	"context"
	"iter"
	"slices"
)

// Batches reads the file again and yields its rows in slices of about size, parsed by a goroutine of its own while the caller works on
// the batch before. A batch is good until the next one: its slice is used again, the strings in it are not.
//
// key tells which rows belong together: rows of one key are never cut apart, so a batch may be longer than size, and those of a key that
// InputOptions.Key found scattered over the file are held back and come whole at the end. With a nil key, or an empty one, each row stands
// alone. stamp, which may be nil, tells a row where it stands, which columns it has (as Row.Present) and whether it is bad.
//
// A row of which some cell cannot be read comes with bad set, so that its whole group can be refused. A record that has no readable
// cells at all comes only where what is left of it names the group it stands in. What is wrong with either is in Faults afterwards;
// a sequence that ended early is explained by Err.
func (d *Decoder[T]) Batches(ctx context.Context, size int, key func(*T) string, stamp func(row *T, line int, present uint64, bad bool)) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		ctx, cancel := context.WithCancel(ctx)
		b := &batcher[T]{d: d, size: size, key: key, stamp: stamp, done: ctx.Done(),
			full: make(chan []T, 1), free: make(chan []T, 3)}
		d.faults = nil
		go b.parse()
		defer func() { // the parser has ended when Batches has: it uses the decoder
			cancel()
			for range b.full {
			}
		}()
		for batch := range b.full {
			if !yield(batch) {
				return
			}
			select {
			case b.free <- batch[:0]:
			default:
			}
		}
		if d.err == nil {
			d.err = context.Cause(ctx)
		}
	}
}

// Faults tells everything that the last reading through Batches could not read, in the order of the file.
func (d *Decoder[T]) Faults() []CellFault { return d.faults }

// batcher parts the rows of a decoder into batches.
type batcher[T any] struct {
	d     *Decoder[T]
	size  int
	key   func(*T) string
	stamp func(*T, int, uint64, bool)
	done  <-chan struct{}
	full  chan []T // to the caller
	free  chan []T // back from the caller, to be filled again

	batch []T
	run   string         // the key of the last row of batch
	held  map[string]int // place in late of each scattered key
	late  [][]T          // the rows of each scattered key, in the order the keys first came
}

// parse is the goroutine.
func (b *batcher[T]) parse() {
	defer close(b.full)
	b.held = map[string]int{}
	for row := range b.d.Rows() {
		if len(row.Faults) > 0 {
			b.d.faults = append(b.d.faults, slices.Clone(row.Faults)...)
			if !row.readable() && !b.guess(row) {
				continue
			}
		}
		if b.stamp != nil {
			b.stamp(&row.Value, row.Line, row.Present, len(row.Faults) > 0)
		}
		if !b.add(&row.Value) {
			return
		}
	}
	b.run = ""
	for _, rows := range b.late {
		if !b.makeRoom() {
			return
		}
		b.batch = append(b.batch, rows...)
	}
	b.send()
}

// readable tells whether the record as a whole could be parted into cells.
func (r *Row[T]) readable() bool {
	return len(r.Faults) == 0 || r.Faults[0].Field != ""
}

// guess reads the key, and nothing else, from what is left of a broken record; ok is false when it names neither the current run nor
// rows held back.
func (b *batcher[T]) guess(row *Row[T]) (ok bool) {
	_, place := b.d.place(b.d.in.options.Key)
	if b.key == nil || place < 0 || place >= len(row.Raw) {
		return false
	}
	for i := range b.d.plan {
		if s := b.d.plan[i]; s.place == place {
			s.cell.Text = trimCell(row.Raw[place])
			_ = b.d.sets[i](&row.Value, &s.cell) // the record is refused in any case
		}
	}
	key := b.key(&row.Value)
	return key != "" && (key == b.run || b.d.Scattered(key))
}

// add puts a row into the batch, or holds it back; false when nobody wants more.
func (b *batcher[T]) add(row *T) bool {
	key := ""
	if b.key != nil {
		key = b.key(row)
	}
	if key != "" && b.d.Scattered(key) {
		at, known := b.held[key]
		if !known {
			at = len(b.late)
			b.held[key], b.late = at, append(b.late, nil)
		}
		b.late[at] = append(b.late[at], *row)
		b.run = "" // what follows a row held back stands next to nothing
		return true
	}
	if (key == "" || key != b.run) && !b.makeRoom() {
		return false
	}
	b.run, b.batch = key, append(b.batch, *row)
	return true
}

// makeRoom sends a full batch; false when nobody wants more.
func (b *batcher[T]) makeRoom() bool { return len(b.batch) < b.size || b.send() }

// send hands the batch over and takes an empty one.
func (b *batcher[T]) send() bool {
	if len(b.batch) == 0 {
		return true
	}
	select {
	case b.full <- b.batch:
	case <-b.done:
		return false
	}
	select {
	case b.batch = <-b.free:
	default:
		b.batch = make([]T, 0, b.size)
	}
	return true
}
