package loyalty

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyChannel is a channel as books have them, or none.
var anyChannel = rapid.SampledFrom([]string{"", "direct", "online", "boutique", "phone", "whatsapp", "feria", "Some other"})

// The same order earns the same on every channel, whatever the rules, unless one of them asks for the channel; and one that
// does is of no consequence for an order on two channels of which it names neither.
func TestEveryChannelEarnsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := anyRules(t)
		plan := (&Plan{Programme: Clients, words: euros}).With(rules)
		a := anyPurchase(t)
		a.Channel = anyChannel.Draw(t, "a")
		b := a
		b.Channel = anyChannel.Draw(t, "b")
		require.Equal(t, show(Earned(plan, a)), show(Earned(plan, b)), "no rule names %q or %q", a.Channel, b.Channel)

		web := a
		web.Channel = "web"
		asks := false
		for _, r := range rules {
			asks = asks || len(r.Scope.words[ScopeChannel]) > 0
		}
		if !asks {
			require.Equal(t, show(Earned(plan, a)), show(Earned(plan, web)))
		}
	})
}
