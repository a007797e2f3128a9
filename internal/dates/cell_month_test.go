package dates

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCellEndTakesAMonthByItsLastDay(t *testing.T) {
	for text, want := range map[string]string{
		"2028-11": "2028-11-30", "11/2028": "2028-11-30", "2/2028": "2028-02-29", "02.2027": "2027-02-28", "12-2028": "2028-12-31", " 2028/1 ": "2028-01-31",
		"2028-11-05": "2028-11-05", "05/11/2028": "2028-11-05", "5 nov 2028": "2028-11-05", "20281105": "2028-11-05",
	} {
		d, err := CellEnd(text, DMY, time.UTC)
		require.NoError(t, err, text)
		require.Equal(t, want, d.String(), text)
	}
	for _, text := range []string{"", "2028", "11/28", "13/2028", "2028-00", "2028-", "/2028", "-11", "11/02028", "99999-1", "x/2028", "11/2028 x"} {
		_, err := CellEnd(text, DMY, time.UTC)
		require.Error(t, err, text)
	}
}
