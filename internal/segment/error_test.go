package segment

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// wrongFilters are filters that are refused: at which line and column, with what reason and hint.
var wrongFilters = []struct{ filter, at, reason, hint string }{
	{``, "1:1", "a filter needs a condition", "city = 'Lyon'"},
	{`cty = Lyon`, "1:1", `"cty" is no field`, "did you mean city?"},
	{`city = Lyon and ordrs > 2`, "1:17", `"ordrs" is no field`, "did you mean orders?"},
	{"city = Lyon\n  and lastorder < 60d ago", "2:7", `"lastorder" is no field`, "did you mean last_order?"},
	{`zzz = 1`, "1:1", `"zzz" is no field`, "fields: name, kind"},
	{`attr = dry`, "1:1", `"attr" is no field`, "attr.skin = dry"},
	{`city = `, "1:8", "the filter ends too soon after =", "perla help filters"},
	{`city`, "1:5", "the filter ends too soon after city", "a test is needed here"},
	{`city Lyon`, "1:6", `"Lyon" was found after city`, ""},
	{`city = San Sebastian`, "1:12", `"Sebastian" was found after San`, "quoted: 'San Sebastian'"},
	{`city = Lyon orders > 2`, "1:13", `"orders" was found after Lyon`, "join conditions by and or or"},
	{`orders >= 3 whithin 90 days`, "1:13", `"whithin" was found after 3`, "did you mean within? a text"},
	{`bougt P-3`, "1:7", `"P-3" was found after bougt`, "did you mean bought?"},
	{`tag:vip and (bougt cream`, "1:20", `"cream" was found after (bougt`, "did you mean bought?"},
	{`in segmnt vips`, "1:4", `"segmnt" was found after in`, "did you mean segment?"},
	{`city is not empy`, "1:13", `"empy" was found after not`, "did you mean empty?"},
	{`city like 'L%'`, "1:6", `"like" was found after city`, "did you mean contains?"},
	{`city == Lyon`, "1:7", `"=" was found after =`, "one = is enough"},
	{`city = Lyon && tag:vip`, "1:13", `"&" was found after Lyon`, "joined by and"},
	{`!tag:vip`, "1:1", `"!" was found at its beginning`, "the opposite is written not"},
	{`spent > 1,5`, "1:10", `"," was found after 1`, "12.50"},
	{`spent > 300 €`, "1:13", `"€" was found after 300`, "without a sign"},
	{`service_level = D`, "1:17", `"D" is not one of A, B, C`, ""},
	{`city = 'Lyon`, "1:8", "the quoted text has no end", "twice"},
	{`(city = Lyon`, "1:13", "the filter ends too soon after Lyon", ""},
	{`city = Lyon)`, "1:12", `")" was found after Lyon`, ""},
	{`and city = Lyon`, "1:1", `"and" was found at its beginning`, "quoted"},
	{`city = and`, "1:8", `"and" was found after =`, "'and'"},
	{`city > Lyon`, "1:6", "city takes =, !=, in (...), contains, begins, is empty", ""},
	{`city = Lyon since 2026`, "1:13", "city is not counted over days", ""},
	{`city = 60 days ago`, "1:8", "is no day; a text or a number is needed here", ""},
	{`stage = leed`, "1:9", `"leed" is not one of lead, prospect, customer, lost`, "did you mean lead?"},
	{`rfm in (champions, loial)`, "1:20", `"loial" is not one of champions`, "did you mean loyal?"},
	{`consent:mail`, "1:9", `"mail" is not one of email`, "did you mean email?"},
	{`orders > many`, "1:10", `"many" is no whole number`, "written 3 or 1200"},
	{`orders > 1.5`, "1:10", `"1.5" is no whole number`, ""},
	{`orders is empty`, "1:8", "orders takes", ""},
	{`spent > 1.005`, "1:9", `"1.005" is no amount of EUR`, "12.50"},
	{`spent > 10 since tomorow`, "1:18", "not a date or period", ""},
	{`spent > 10 since 2026-06-01 until 2026-05-01`, "1:29", "no day is left", ""},
	{`last_order < 60d`, "1:14", "not a date or period", "did you mean 60d ago?"},
	{`last_order < 60 days`, "1:14", "a day is needed here", "60 days ago"},
	{`last_order = 2026-02-30`, "1:14", "no such day", ""},
	{`last_order within 7`, "1:19", "a stretch of time is needed here", ""},
	{`birthday < today`, "1:10", "birthday takes within 7 days", ""},
	{`bought 'P-77'`, "1:8", "there is no such product", ""},
	{`bought P-3 times`, "1:17", "the filter ends too soon after times", ""},
	{`bought P-3 times is empty`, "1:18", "times takes", ""},
	{`opened campaign 'sprng'`, "1:17", `there is no campaign "sprng"`, "did you mean spring?"},
	{`consultant = K-9`, "1:14", `there is no consultant "K-9"`, "did you mean K-1?"},
	{`consultant = Zoraida`, "1:14", `there is no consultant "Zoraida"`, "see: perla consultant list"},
	{`tier = golden`, "1:8", `there is no tier "golden"`, "did you mean GOLD?"},
	{`nps.pst = 9`, "1:1", `there is no survey "pst"`, "did you mean post?"},
	{`in segment vip`, "1:12", "there is no such segment", "did you mean vips?"},
	{`segment = vips`, "1:1", `"segment" is no field`, "in segment vip"},
	{strings.Repeat("(", 60) + `city = Lyon`, "1:51", "brackets and nots go deeper than 50", ""},
	{strings.Repeat("not ", 60) + `city = Lyon`, "1:201", "brackets and nots go deeper than 50", ""},
	{strings.Repeat("tag:a or ", 600) + `tag:a`, "1:4501", "more than 500 conditions", ""},
	{strings.Repeat(" ", 70000), "1:1", "70000 bytes long", ""},
	{"city = '\xff'", "1:1", "not text in UTF-8", ""},
}

func TestWrongFilters(t *testing.T) {
	b := sownBook(t)
	saveSome(t, b)
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		for _, c := range wrongFilters {
			_, err := Compile(v, c.filter, 0)
			var e *fault.Error
			require.ErrorAs(t, err, &e, c.filter)
			require.Equal(t, c.at, e.Key, "%.80s: %v", c.filter, e)
			require.Contains(t, e.Reason, c.reason, c.filter)
			require.Contains(t, e.Hint, c.hint, c.filter)
		}
		return nil
	}))
}

func TestErrorsPointAtTheirPlace(t *testing.T) {
	var e *fault.Error
	require.ErrorAs(t, Check("city = 'Lyon'\n\tor city = Lyon San"), &e)
	require.Equal(t, []string{" or city = Lyon San", "                ^"}, e.Detail)
	require.ErrorAs(t, Check(strings.Repeat("city = 'São Paulo' or ", 5)+"city = San Remo"+strings.Repeat(" or tag:vip", 5)), &e)
	require.Equal(t, "^", strings.TrimSpace(e.Detail[1]))
	require.True(t, strings.HasPrefix(string([]rune(e.Detail[0])[len(e.Detail[1])-1:]), "Remo or tag"), e.Detail[0])
}

func TestSegmentsOfThemselvesAreRefused(t *testing.T) {
	b := sownBook(t)
	saveSome(t, b)
	save := func(s Saved, replace bool) error {
		return b.Update(context.Background(), "test", func(tx *book.Tx) error {
			_, err := Save(tx, s, replace)
			return err
		})
	}
	for _, c := range []struct {
		saved   Saved
		replace bool
		kind    fault.Kind
		reason  string
	}{
		{Saved{Name: "vips", Filter: "tag:gold"}, false, fault.Conflict, "is there already, with the filter tag:vip"},
		{Saved{Name: "VIPS", Filter: "in segment both"}, true, fault.Conflict, "it is made of itself: vips -> both -> vips"},
		{Saved{Name: "me", Filter: "not in segment me"}, false, fault.Conflict, "it is made of itself: me -> me"},
		{Saved{Name: "champions", Filter: "tag:vip"}, false, fault.Conflict, "that is a segment of RFM"},
		{Saved{Name: "12", Filter: "tag:vip"}, false, fault.Usage, "a name is not a number"},
		{Saved{Name: "it's", Filter: "tag:vip"}, false, fault.Usage, "a name has no quotes"},
		{Saved{Name: " ", Filter: "tag:vip"}, false, fault.Usage, "a segment needs a name"},
		{Saved{Name: "new one", Filter: "in segment nobody"}, false, fault.NotFound, "there is no such segment"},
		{Saved{Name: "new one", Filter: "tag vip"}, false, fault.Usage, `"vip" was found after tag`},
	} {
		var e *fault.Error
		require.ErrorAs(t, save(c.saved, c.replace), &e, c.saved.Name)
		require.Equal(t, c.kind, e.Kind, "%v", e)
		require.Contains(t, e.Reason, c.reason)
	}
	require.NoError(t, save(Saved{Name: "vips", Filter: "tag:vip"}, false), "the same again")
	err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
		_, err := Remove(tx, "vips")
		return err
	})
	var e *fault.Error
	require.True(t, errors.As(err, &e) && e.Kind == fault.Conflict, "%v", err)
	require.Contains(t, e.Reason, "segment both")
}
