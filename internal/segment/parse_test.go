package segment

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for _, text := range []string{
		`city = 'Lyon' and (last_order < 60d ago or not bought 'SERUM') and tag:vip and rfm in (champions, loyal) and points >= 500 and birthday within 7 days and opened campaign 'spring' and spent > 300 since 2026-01-01 and in segment vip`,
		`not not (orders=0)`, `orders between 1 and 3 and city in (Lyon, "San Sebastian")`, `city is not empty`, `bought category care times >= 3 since 2026-01-01`,
		`bought (A-1, B_2) channel online last < 60 days ago within 3 months`, `bought since 2026`, `bought`, `opened within 90 days and clicked campaign (a, b)`,
		`in segment (a, b) or not in segment c`, `NOT IN SEGMENT a AND City CONTAINS 'x'`, `attr.skin-type = dry`, `tag not in (a) or name begins an`, `last_order since 2026-01-01 until 2026-02-01`,
		`bought money > 100 during 2026-Q1`, `email = ana@example.com`,
	} {
		_, err := parse(text)
		require.NoError(t, err, text)
	}
}
