package insight

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

func TestDefaultMapHoldsEachCellOnce(t *testing.T) {
	s := DefaultRFMSegments()
	require.Empty(t, s.warnings)
	// Rows are R 5 down to 1, columns F 1 to 5.
	want := [][]string{
		{"new", "potential_loyalist", "potential_loyalist", "champions", "champions"},
		{"promising", "potential_loyalist", "potential_loyalist", "loyal", "loyal"},
		{"about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"},
		{"hibernating", "hibernating", "at_risk", "at_risk", "cant_lose"},
		{"hibernating", "hibernating", "at_risk", "at_risk", "cant_lose"},
	}
	for r := 1; r <= 5; r++ {
		for f := 1; f <= 5; f++ {
			for m := 1; m <= 5; m++ {
				require.Equal(t, want[5-r][f-1], s.of(r, f, m), "R%d F%d M%d", r, f, m)
				require.Len(t, claimants(defaultMap, r, f, m), 1, "R%d F%d M%d", r, f, m)
			}
		}
	}
}

func TestReadRFMSegments(t *testing.T) {
	const file = "\ufeffSegment;order;m_lo;m_hi;r_lo;r_hi;f_lo;f_hi;remark\r\n" +
		"Can't lose;2;1;3;1;2;1;3;\r\n" +
		"\"Big; loved\";1;1;3;2;3;2;3;the first wins\r\n" +
		"Can't lose;3;1;1;1;1;1;1;the same name twice is no clash\r\n"
	s, err := ReadRFMSegments(strings.NewReader(file), "mine.csv", 3)
	require.NoError(t, err)
	require.Equal(t, []string{"Big; loved", "Can't lose", "others", "prospect"}, s.names)
	require.Equal(t, "Big; loved", s.of(2, 2, 1))
	require.Equal(t, "Can't lose", s.of(1, 1, 1))
	require.Equal(t, "others", s.of(3, 1, 3))
	require.Equal(t, []string{
		"3 of 27 cells have no segment and are others: R3 F1 M1; R3 F1 M2; R3 F1 M3",
		"6 of 27 cells are taken by two segments or more, the first wins: " +
			"R2 F2 M1 is Big; loved, also Can't lose; R2 F2 M2 is Big; loved, also Can't lose; R2 F2 M3 is Big; loved, also Can't lose; ...",
	}, s.warnings)
}

func TestReadRFMSegmentsWithoutOrderAndMoney(t *testing.T) {
	s, err := ReadRFMSegments(strings.NewReader("r_lo,r_hi,f_lo,f_hi,segment\n1,2,1,1,a\n1,2,1,2,b\n"), "mine.csv", 2)
	require.NoError(t, err)
	require.Equal(t, "a", s.of(2, 1, 2))
	require.Equal(t, "b", s.of(1, 2, 1))
}

func TestReadRFMSegmentsOfAWindowsSpreadsheet(t *testing.T) {
	s, err := ReadRFMSegments(strings.NewReader("segment\tr_lo\tr_hi\tf_lo\tf_hi\nCampe\xf5es\t1\t2\t1\t2\n"), "mine.csv", 2)
	require.NoError(t, err)
	require.Equal(t, "Campeões", s.of(1, 1, 1))
}

func TestReadRFMSegmentsRefuses(t *testing.T) {
	const head = "order,segment,r_lo,r_hi,f_lo,f_hi,m_lo,m_hi\n"
	const good = "1,a,1,5,1,5,1,5\n"
	for text, reason := range map[string]string{
		"":                                "mine.csv:1: the file is empty, a header was needed: order,segment,r_lo,r_hi,f_lo,f_hi,m_lo,m_hi",
		head:                              "mine.csv: the file has a header and no segments",
		"segment,r_lo,f_lo,f_hi\n":        "mine.csv:1: r_hi: the header lacks this column, it has segment,r_lo,f_lo,f_hi",
		"segment,R_LO,r_lo\n":             "mine.csv:1: r_lo: the header has this column twice",
		head + good + "2,b,1,6,1,5,1,5\n": "mine.csv:3: r_hi: 6 is no score, they are 1 to 5",
		head + good + "2,b,0,5,1,5,1,5\n": "mine.csv:3: r_lo: 0 is no score, they are 1 to 5",
		head + good + "2,b,1,5,4,3,1,5\n": "mine.csv:3: f_hi: 3 is below f_lo, which is 4",
		head + good + "2,b,1,5,1,5,x,5\n": `mine.csv:3: m_lo: "x" is not a whole number`,
		head + good + "2,b,1,5,1,5,,5\n":  `mine.csv:3: m_lo: "" is not a whole number`,
		head + good + "z,b,1,5,1,5,1,5\n": `mine.csv:3: order: "z" is not a whole number`,
		head + good + "2, ,1,5,1,5,1,5\n": "mine.csv:3: segment: a name was needed",
		head + good + "2,b,1,5\n":         "mine.csv:3: wrong number of fields",
		head + "1,\"a\nb\",1,5,1,5,1,5\n" + "2,b,1,5,1,5,1,9\n": "mine.csv:4: m_hi: 9 is no score, they are 1 to 5",
		head + "1,\"a\"x,1,5,1,5,1,5\n":                         `mine.csv:2: extraneous or missing " in quoted-field`,
		head + strings.Repeat(good, largestMap/len(good)):       "mine.csv: too large for a map of segments",
	} {
		_, err := ReadRFMSegments(strings.NewReader(text), "mine.csv", 5)
		require.EqualError(t, err, "segments file "+reason)
		require.Equal(t, fault.Rejected, fault.KindOf(err))
	}
	_, err := ReadRFMSegments(iotest.ErrReader(errors.New("gone")), "mine.csv", 5)
	require.Equal(t, fault.IO, fault.KindOf(err))
	_, err = ReadRFMSegments(strings.NewReader(head+good), "mine.csv", 11)
	require.Equal(t, fault.Usage, fault.KindOf(err))
}

func FuzzReadRFMSegments(f *testing.F) {
	f.Add("order,segment,r_lo,r_hi,f_lo,f_hi,m_lo,m_hi\n1,a,1,3,1,3,1,3\n")
	f.Add("segment;r_lo;r_hi;f_lo;f_hi\n\"a;b\";1;2;2;3\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ReadRFMSegments(strings.NewReader(text), "mine.csv", 3)
		if err != nil {
			require.Equal(t, fault.Rejected, fault.KindOf(err))
			return
		}
		for cell := range 27 {
			r, f, m := cell/9+1, cell/3%3+1, cell%3+1
			require.NotEmpty(t, s.of(r, f, m), fmt.Sprint(r, f, m))
		}
	})
}
