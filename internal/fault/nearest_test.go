package fault

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	nouns := []string{"customer", "order", "product", "promotion", "points", "report", "recommend", "where"}
	columns := []string{"id", "ref", "name", "last_order", "recency_days", "created_on", "city"}
	cases := []struct {
		word string
		of   []string
		want string
	}{
		{"custmer", nouns, "customer"},
		{"customers", nouns, "customer"},
		{"cutsomer", nouns, "customer"}, // neighbours swapped is one edit
		{"CUSTOMER", nouns, "customer"},
		{"cust", nouns, "customer"}, // a beginning
		{"prod", nouns, "product"},
		{"rep", nouns, "report"},
		{"ordr", nouns, "order"},
		{"recency-days", columns, "recency_days"},
		{"nmae", columns, "name"},
		{"rec", columns, "recency_days"}, // the beginning wins over ref, one edit away
		{"dir", columns, ""},
		{"i", columns, ""}, // one letter says nothing
		{"zebra", nouns, ""},
		{"bsh", []string{"zsh", "bash"}, "bash"}, // of two at one edit the one with the same first letter
		{"", nouns, ""},
		{"city", nil, ""},
	}
	for _, c := range cases {
		t.Run(c.word, func(t *testing.T) {
			require.Equal(t, c.want, Nearest(c.word, c.of))
		})
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"kitten", "sitting", 3},
		{"señora", "senora", 1}, {"ca", "abc", 3},
	} {
		require.Equal(t, c.want, distance([]rune(c.a), []rune(c.b)), "%q %q", c.a, c.b)
		require.Equal(t, c.want, distance([]rune(c.b), []rune(c.a)), "%q %q", c.b, c.a)
	}
}

func TestNearestFindsAnyWordWithOneLetterMissing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z]{4,12}`).Draw(t, "word")
		at := rapid.IntRange(0, len(word)-1).Draw(t, "at")
		require.Equal(t, word, Nearest(word[:at]+word[at+1:], []string{"0123456789012345", word}))
	})
}
