package sheet

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// batchLine is a row that knows where it stands.
type batchLine struct {
	key, value string
	line       int
	present    uint64
	bad        bool
}

var batchColumns = []Column[batchLine]{
	{Name: "key", Set: func(l *batchLine, c *Cell) error { l.key = c.Text; return nil }},
	{Name: "value", Set: func(l *batchLine, c *Cell) error {
		if l.value = c.Text; c.Text == "bad" {
			return fmt.Errorf("is bad")
		}
		return nil
	}},
}

func batchesOf(tb testing.TB, content string, size int) (*Decoder[batchLine], [][]batchLine) {
	tb.Helper()
	in, err := OpenInput("-", strings.NewReader(content), InputOptions{Key: "key", Setting: euros})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, in.Close()) })
	d, err := NewDecoder(in, batchColumns)
	require.NoError(tb, err)
	var batches [][]batchLine
	for b := range d.Batches(context.Background(), size, keyOfBatchLine, stampBatchLine) {
		batches = append(batches, append([]batchLine{}, b...))
	}
	require.NoError(tb, d.Err())
	return d, batches
}

func keyOfBatchLine(l *batchLine) string { return l.key }

func stampBatchLine(l *batchLine, line int, present uint64, bad bool) {
	l.line, l.present, l.bad = line, present, bad
}

// shape writes batches as "key key | key".
func shape(batches [][]batchLine) string {
	var parts []string
	for _, b := range batches {
		var keys []string
		for _, l := range b {
			keys = append(keys, l.key)
		}
		parts = append(parts, strings.Join(keys, " "))
	}
	return strings.Join(parts, " | ")
}

func TestBatches(t *testing.T) {
	cases := []struct{ name, rows, want string }{
		{"cut at the size", "a,1 b,1 c,1 d,1 e,1", "a b | c d | e"},
		{"a group is never cut", "a,1 b,1 b,2 b,3 c,1", "a b b b | c"},
		{"what is scattered comes whole at the end", "a,1 b,1 a,2 c,1 b,2 d,1", "c d | a a | b b"},
		{"without a key each row stands alone", ",1 ,2 ,3", "  |  | "},
		{"nothing", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, batches := batchesOf(t, "key,value\n"+strings.ReplaceAll(c.rows, " ", "\n")+"\n", 2)
			if c.name == "without a key each row stands alone" {
				require.Len(t, batches, 2)
				return
			}
			require.Equal(t, c.want, shape(batches))
		})
	}
}

func TestBatchesMarkBadRows(t *testing.T) {
	d, batches := batchesOf(t, "key,value\na,1\na,bad\na,2,extra\nx,3,extra\nb,\n", 10)
	require.Equal(t, [][]batchLine{{
		{key: "a", value: "1", line: 2, present: 3},
		{key: "a", value: "bad", line: 3, present: 3, bad: true},
		{key: "a", line: 4, bad: true}, // unreadable, but it names the group it stands in
		{key: "b", line: 6, present: 1},
	}}, batches)
	var said []string
	for _, f := range d.Faults() {
		said = append(said, f.Text("in.csv"))
	}
	require.Equal(t, []string{
		`in.csv:3:3  value  "bad"  is bad`,
		`in.csv:4:5  "extra"  3 fields found, 2 needed`,
		`in.csv:5:5  "extra"  3 fields found, 2 needed`,
	}, said)
}

func TestBatchesEndEarly(t *testing.T) {
	in, err := OpenInput("-", strings.NewReader("key,value\n"+strings.Repeat("a,1\nb,2\n", 1000)), InputOptions{})
	require.NoError(t, err)
	defer func() { require.NoError(t, in.Close()) }()
	d, err := NewDecoder(in, batchColumns)
	require.NoError(t, err)
	for range d.Batches(context.Background(), 3, nil, nil) {
		break
	}
	require.NoError(t, d.Err())

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for range d.Batches(ctx, 3, nil, nil) {
		cancel()
	}
	require.ErrorIs(t, d.Err(), context.Canceled)

	n := 0
	for b := range d.Batches(context.Background(), 3, nil, nil) {
		n += len(b)
	}
	require.NoError(t, d.Err())
	require.Equal(t, 2000, n)
}

// TestBatchesKeepGroupsTogether holds that every row comes exactly once, the rows of a key in file order and in one
// piece, and that no batch is longer than its size for another reason than a group.
func TestBatchesKeepGroupsTogether(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		keys := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b", "c", "d", "e"}), 1, 60).Draw(rt, "keys")
		size := rapid.IntRange(1, 8).Draw(rt, "size")
		content := "key,value\n"
		for i, k := range keys {
			content += fmt.Sprintf("%s,%d\n", k, i)
		}
		_, batches := batchesOf(t, content, size)
		seen, last, closed := map[int]bool{}, map[string]int{}, map[string]bool{}
		for _, b := range batches {
			before := ""
			for i, l := range b {
				if seen[l.line] || l.key != "" && closed[l.key] || l.line < last[l.key] {
					rt.Fatalf("row %d of %q out of place in %s", l.line, l.key, shape(batches))
				}
				if before != "" && before != l.key {
					closed[before] = true
				}
				if i >= size && (l.key == "" || l.key != before) {
					rt.Fatalf("batch longer than %d: %s", size, shape(batches))
				}
				seen[l.line], last[l.key], before = true, l.line, l.key
			}
			closed[before] = true
		}
		if len(seen) != len(keys) {
			rt.Fatalf("%d rows of %d", len(seen), len(keys))
		}
	})
}
