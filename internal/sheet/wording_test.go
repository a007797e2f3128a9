package sheet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/money"
)

// TestWording has sentences for people write figures as their tables do, and those for programs as files do.
func TestWording(t *testing.T) {
	euro := money.Currency{Code: "EUR", Decimals: 2}
	for locale, want := range map[string][]string{"es": {"1.500,00 EUR", "1,5"}, "en": {"1,500.00 EUR", "1.5"}, "pt": {"1.500,00 EUR", "1,5"}} {
		w := Setting{Currency: euro, Locale: locale}.Wording()
		require.Equal(t, want, []string{w.Money(150000), w.Figure("1.5")}, locale)
	}
	w := money.Wording{Currency: euro}
	require.Equal(t, []string{"1500.00 EUR", "1500.00", "1.5"}, []string{w.Money(150000), w.Sum(150000), w.Figure("1.5")})
}
