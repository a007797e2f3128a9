package insight

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

var (
	euro = money.Currency{Code: "EUR", Decimals: 2}
	yen  = money.Currency{Code: "JPY", Decimals: 0}
)

func TestParseRFMCuts(t *testing.T) {
	got, err := ParseRFMCuts(" R = 115,181,297.4,482; m=255.8, 382,506.40,666.005 ;f=4,5,5,8;", euro)
	require.NoError(t, err)
	require.Equal(t, []cut{{115, 0}, {181, 0}, {297, .4}, {482, 0}}, got.r)
	require.Equal(t, []cut{{4, 0}, {5, 0}, {5, 0}, {8, 0}}, got.f)
	require.Equal(t, []cut{{25580, 0}, {38200, 0}, {50640, 0}, {66600, .5}}, got.m)

	got, err = ParseRFMCuts("r=1;f=1;m=-12.5", yen)
	require.NoError(t, err)
	require.Equal(t, []cut{{-13, .5}}, got.m, "a fraction counts upwards, below zero too")
}

func TestParseRFMCutsRefuses(t *testing.T) {
	for text, reason := range map[string]string{
		"":                            "r= is missing",
		"r=1,2;f=1,2":                 "m= is missing",
		"r=1;r=2;f=1;m=1":             "r is given twice",
		"x=1;f=1;m=1":                 `"x=1" is not one of r=, f= and m=`,
		"r;f=1;m=1":                   `r: "": not a number`,
		"r=1,,3;f=1;m=1":              `r: "": not a number`,
		"r=5,4;f=1;m=1":               `r: "4" is below the cut before it, cuts ascend`,
		"r=1;f=1;m=1.5,1.25":          `m: "1.25" is below the cut before it, cuts ascend`,
		"r=1;f=1;m=99999999999999999": `m: "99999999999999999": number too large`,
	} {
		_, err := ParseRFMCuts(text, euro)
		require.Error(t, err, text)
		require.Equal(t, fault.Usage, fault.KindOf(err), text)
		require.Equal(t, "--cuts: "+reason, err.Error(), text)
	}
}

func TestCutsFitTheBins(t *testing.T) {
	cuts, err := ParseRFMCuts("r=1,2,3,4;f=1,2,3;m=1,2,3,4", euro)
	require.NoError(t, err)
	require.EqualError(t, cuts.fit(5), "--cuts: f has 3 of the 4 cuts that make 5 bins")
	require.EqualError(t, cuts.fit(4), "--cuts: r has 4 of the 3 cuts that make 4 bins")
}

func FuzzParseRFMCuts(f *testing.F) {
	f.Add("r=115,181,297,482;f=4,5,6,8;m=255.8,382,506.4,666")
	f.Add("r=0.999999999999999999;f=-1;m=9223372036854775807")
	f.Fuzz(func(t *testing.T, text string) {
		cuts, err := ParseRFMCuts(text, euro)
		if err != nil {
			require.Equal(t, fault.Usage, fault.KindOf(err))
			return
		}
		for _, limits := range [][]cut{cuts.r, cuts.f, cuts.m} {
			require.NotEmpty(t, limits)
			for i, c := range limits {
				require.True(t, 0 <= c.part && c.part <= 1 && !math.IsNaN(c.part))
				require.False(t, i > 0 && c.below(limits[i-1]))
			}
		}
	})
}
