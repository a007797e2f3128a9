package loyalty

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

func TestScope(t *testing.T) {
	for _, c := range [][2]string{
		{"", ""}, {" ; ", ""}, {"channel=web", "channel=web"}, {"weekday=sun,Monday", "weekday=mon,sun"}, {"tier=GOLD;channel = web , app", "channel=app,web; tier=GOLD"},
		{"min_total=50", "min_total=50.00"}, {"first_order=YES; birthday_month=yes", "birthday_month=yes; first_order=yes"},
		{"category=Skin   care,skin care", "category=Skin care"}, {"product=b,a,C", "product=a,b,C"}, {"TAG=x=y", "tag=x=y"},
	} {
		s, err := ParseScope(c[0], 2)
		require.NoError(t, err, c[0])
		require.Equal(t, c[1], s.String(), c[0])
		again, err := ParseScope(s.String(), 2)
		require.NoError(t, err)
		require.Equal(t, s, again)
	}
	for _, c := range [][2]string{
		{"chanel=web", "did you mean channel?"}, {"zzz=1", "it can ask about"}, {"channel", "channel has no value"}, {"channel=", "channel has no value"}, {"channel=a;channel=b", "stands there twice"},
		{"weekday=someday", "no weekday"}, {"first_order=no", "is yes or not named"}, {"min_total=0", "above 0"}, {"min_total=-5", "above 0"}, {"min_total=much", "above 0"}, {"min_total=1,2", "above 0"},
	} {
		_, err := ParseScope(c[0], 2)
		require.Equal(t, fault.Rejected, fault.KindOf(err), c[0])
		e := err.(*fault.Error)
		require.Contains(t, e.Reason+"; "+e.Hint, c[1], c[0])
	}
}
