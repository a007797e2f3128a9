package book

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestTracer(t *testing.T) {
	name, phone := Mark{"name", "jose o neil & sons"}, Mark{phoneMark, "600111222"}
	for text, want := range map[string]int{
		"José O´Neil & Sons":       1,
		"JOSÉ  O´NEIL\t&\nSONS":    1,
		"xxjose o neil & sonsyy":   1,
		"jose o neil and sons":     0,
		"jose":                     0,
		"600 111 222":              1,
		"+34 (600) 11.12-22 and 1": 1,
		"tel:0034600111222":        1,
		"600\u00a0111\u2011222":    1,
		"٦٠٠١١١٢٢٢":                0, // nobody writes a book of Spain so
		"600111, 222":              0,
		"6001112222":               1,
		"60011122":                 0,
		"600x111222":               0,
	} {
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			tracer := newTracer([]Mark{name, phone}, true)
			require.Equal(t, want, sum(tracer.countValue([]byte(form.String(text)))), "%q", text)
			require.Equal(t, want == 1, names([]Mark{name, phone}, text), "%q", text)
		}
	}
	quoted, err := appendText(nil, "José O´Neil & Sons")
	require.NoError(t, err)
	tracer := newTracer([]Mark{name}, true)
	require.NoError(t, tracer.countFile(bytes.NewReader(quoted)))
	require.Equal(t, 1, sum(tracer.counts()), "as the operation log has it: %s", quoted)

	day := newTracer([]Mark{{phoneMark, "611262025"}}, true)
	require.Zero(t, sum(day.countValue([]byte("2006-11-262025-10-01"))), "days make no number")
}

func TestShortMarks(t *testing.T) {
	ana, number := Mark{"name", "ana"}, Mark{phoneMark, "1234"}
	require.True(t, ana.short() && number.short())
	require.True(t, ana.within("Ask ANÁ, today"))
	require.False(t, ana.within("banana"))
	require.True(t, number.within("12-34"))
	require.False(t, number.within("1234 and more: 5"))
	require.False(t, ana.within(""))
}

// However the bytes are cut into pieces, and whatever stands around, a mark is counted once for each time it is there.
func TestTracerCountsAcrossPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"ana garcia", "lukasz swiatek", "nuno conceicao"}).Draw(t, "name")
		written := map[string]string{"ana garcia": "Ana García", "lukasz swiatek": "Łukasz Świątek", "nuno conceicao": "NUNO Conceição"}[name]
		n := rapid.IntRange(0, 5).Draw(t, "times")
		var text []byte
		noise := rapid.SliceOfN(rapid.Byte(), 0, 40)
		for range n {
			text = append(append(append(text, noise.Draw(t, "noise")...), 0xff), written...)
		}
		text = append(append(text, 0xff), noise.Draw(t, "end")...)
		tracer := newTracer([]Mark{{"name", name}}, true)
		require.NoError(t, tracer.countFile(&pieces{text, rapid.IntRange(1, 30).Draw(t, "size")}))
		require.Equal(t, n, sum(tracer.counts()))
	})
}

// pieces reads a few bytes at a time.
type pieces struct {
	left []byte
	size int
}

func (p *pieces) Read(into []byte) (int, error) {
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	n := copy(into[:min(p.size, len(into))], p.left)
	p.left = p.left[n:]
	return n, nil
}

// TestVerificationFindsWhatIsHidden puts bytes where no row is and wants them found, beside rows that hold the same and
// account for what they hold.
func TestVerificationFindsWhatIsHidden(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana García Ruiz"), insertCustomer(2, "Bea Luz"), insertCustomer(3, "ANA garcia ruiz"),
		`UPDATE customers SET notes = 'the sister of ana garcía ruiz', email = 'ana.garcia@example.com' WHERE id = 2`, `UPDATE customers SET notes = NULL WHERE id = 2`)
	marks := []Mark{{"name", "ana garcia ruiz"}, {"e-mail", "ana.garcia@example.com"}}
	verify := func() Verification {
		look := &verifier{marks: marks}
		defer look.close()
		require.NoError(t, b.alone(ctx, func(db *sql.DB) error {
			require.NoError(t, compact(ctx, db))
			return look.book(b.Path(), func(fn func(*View) error) error { return b.viewThrough(ctx, db, fn) })
		}))
		return look.Verification
	}
	v := verify()
	require.Empty(t, v.Traces)
	var mentions []string
	for _, m := range v.Mentions {
		mentions = append(mentions, m.String())
	}
	require.Equal(t, []string{"customer 2 (history)", "customer 1 (name, name_key, search)", "customer 2 (email)", "customer 3 (name, name_key, search)"}, mentions)

	// In the unused middle of a page, where SQLite does not look: one more than rows account for.
	require.NoError(t, b.Close())
	text, err := os.ReadFile(b.Path())
	require.NoError(t, err)
	at := bytes.Index(text, make([]byte, 400)) + 100
	for _, hidden := range []string{"Ana García Ruiz", "ANA.GARCIA@EXAMPLE.COM"} {
		damaged := append([]byte(nil), text...)
		copy(damaged[at:], hidden)
		require.NoError(t, os.WriteFile(b.Path(), damaged, 0o600))
		look := &verifier{marks: marks}
		require.NoError(t, look.book(b.Path(), func(fn func(*View) error) error { return b.View(ctx, fn) }))
		require.Equal(t, []Trace{{b.Path(), 1}}, look.Traces)
		look.close()
		require.NoError(t, b.Close())
	}
	require.NoError(t, os.WriteFile(b.Path(), text, 0o600))

	// Beside the book nothing accounts for anything.
	require.NoError(t, os.WriteFile(b.Path()+"-journal", []byte("xx Zoé Quintana xx"), 0o600))
	look := &verifier{marks: []Mark{{"name", "zoe quintana"}}}
	defer look.close()
	require.NoError(t, look.book(b.Path(), nil))
	require.Equal(t, []Trace{{b.Path() + "-journal", 1}}, look.Traces)
}

func BenchmarkTracer(b *testing.B) {
	text := make([]byte, 8<<20)
	random := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("Ana García 2026-11-22 600 111 222 soap \x00\x01\x02 +34600111222 ana@example.com ção 1234")
	for i := 0; i < len(text); {
		i += copy(text[i:], words[random.IntN(len(words))])
	}
	marks := []Mark{{"name", "ana garcia ruiz"}, {"name", "garcia ruiz ana"}, {"e-mail", "ana.garcia@example.com"}, {phoneMark, "600111223"}}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if err := newTracer(marks, true).countFile(bytes.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}
