package cli

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// goods is a product of the demo's brand, which does not exist: five lines of cosmetics, named in the first word.
type goods struct {
	sku            string
	name, category string
	price          money.Amount // of today, in cents, before tax
	cost           int64        // per cent of the price
	lasts          int          // days until she needs it again; 0 for what is bought on a whim
	weight         int          // how often it is chosen among others
	season         season       // when it is bought, if not all year
	present        bool         // bought as a gift
}

// season is a part of the year in which people buy differently.
type season byte

const (
	anytime season = iota
	christmas
	mothersDay
	summer
	autumn
)

var demoGoods = []goods{
	{sku: "ALBA-CLEANSER-200", name: "Gentle cleanser 200 ml", category: "face", price: 1650, cost: 31, lasts: 60, weight: 9},
	{sku: "ALBA-TONER-200", name: "Rose water toner 200 ml", category: "face", price: 1490, cost: 29, lasts: 75, weight: 6},
	{sku: "ALBA-SERUM-30", name: "Renewing serum 30 ml", category: "face", price: 3400, cost: 34, lasts: 55, weight: 9},
	{sku: "ALBA-DAY-CREAM-50", name: "Day cream 50 ml", category: "face", price: 2950, cost: 33, lasts: 50, weight: 11},
	{sku: "ALBA-NIGHT-CREAM-50", name: "Night cream 50 ml", category: "face", price: 3200, cost: 33, lasts: 60, weight: 7},
	{sku: "ALBA-EYE-CREAM-15", name: "Eye cream 15 ml", category: "face", price: 2400, cost: 30, lasts: 80, weight: 5},
	{sku: "ALBA-MASK-75", name: "Clay mask 75 ml", category: "face", price: 1800, cost: 30, lasts: 90, weight: 4},
	{sku: "ALBA-SUN-SPF50-50", name: "Sun cream SPF 50, 50 ml", category: "sun", price: 2250, cost: 36, lasts: 40, weight: 8, season: summer},
	{sku: "BRISA-BODY-MILK-400", name: "Almond body milk 400 ml", category: "body", price: 1550, cost: 35, lasts: 45, weight: 9},
	{sku: "BRISA-SHOWER-OIL-250", name: "Shower oil 250 ml", category: "body", price: 1290, cost: 34, lasts: 35, weight: 8},
	{sku: "BRISA-HAND-CREAM-75", name: "Hand cream 75 ml", category: "body", price: 790, cost: 32, lasts: 30, weight: 10},
	{sku: "BRISA-SCRUB-200", name: "Sea salt scrub 200 ml", category: "body", price: 1600, cost: 33, lasts: 75, weight: 3},
	{sku: "BRISA-DEO-50", name: "Deodorant 50 ml", category: "body", price: 850, cost: 38, lasts: 30, weight: 6},
	{sku: "BRISA-AFTER-SUN-200", name: "After-sun milk 200 ml", category: "sun", price: 1450, cost: 35, lasts: 50, weight: 4, season: summer},
	{sku: "DUNA-SHAMPOO-300", name: "Argan shampoo 300 ml", category: "hair", price: 1190, cost: 37, lasts: 35, weight: 9},
	{sku: "DUNA-CONDITIONER-250", name: "Argan conditioner 250 ml", category: "hair", price: 1250, cost: 37, lasts: 40, weight: 6},
	{sku: "DUNA-HAIR-MASK-200", name: "Repair hair mask 200 ml", category: "hair", price: 1790, cost: 34, lasts: 60, weight: 4},
	{sku: "DUNA-HAIR-OIL-50", name: "Hair oil 50 ml", category: "hair", price: 2100, cost: 32, lasts: 90, weight: 3},
	{sku: "CORAL-FOUNDATION-02", name: "Foundation 02 sand", category: "make-up", price: 2390, cost: 30, lasts: 75, weight: 5},
	{sku: "CORAL-MASCARA", name: "Mascara black", category: "make-up", price: 1590, cost: 26, lasts: 85, weight: 6},
	{sku: "CORAL-LIPSTICK-CEREZA", name: "Lipstick Cereza", category: "make-up", price: 1390, cost: 25, weight: 6},
	{sku: "CORAL-LIPSTICK-ROSA", name: "Lipstick Rosa", category: "make-up", price: 1390, cost: 25, weight: 6},
	{sku: "CORAL-BLUSH", name: "Blush peach", category: "make-up", price: 1750, cost: 27, weight: 4},
	{sku: "CORAL-NAIL-07", name: "Nail polish 07", category: "make-up", price: 690, cost: 28, weight: 5},
	{sku: "CORAL-PALETTE-12", name: "Eye palette of 12", category: "make-up", price: 2800, cost: 31, weight: 3, present: true},
	{sku: "ESTELA-EDP-50", name: "Eau de parfum 50 ml", category: "perfume", price: 4800, cost: 38, lasts: 150, weight: 5, present: true},
	{sku: "ESTELA-EDT-100", name: "Eau de toilette 100 ml", category: "perfume", price: 3600, cost: 38, lasts: 140, weight: 4, present: true},
	{sku: "ESTELA-CANDLE", name: "Scented candle", category: "home", price: 1900, cost: 41, weight: 4, present: true},
	{sku: "GIFT-BOX-ALBA", name: "Gift box Alba", category: "gifts", price: 5900, cost: 43, weight: 5, present: true},
	{sku: "GIFT-BOX-BRISA", name: "Gift box Brisa", category: "gifts", price: 2900, cost: 43, weight: 8, present: true},
}

// demoShelves part the goods by why they are bought.
type demoShelves struct{ daily, whims, presents []*goods }

func newDemoShelves() *demoShelves {
	s := &demoShelves{}
	for i := range demoGoods {
		switch g := &demoGoods[i]; {
		case g.present:
			s.presents = append(s.presents, g)
		case g.lasts > 0:
			s.daily = append(s.daily, g)
		default:
			s.whims = append(s.whims, g)
		}
	}
	return s
}

// choose is one of a shelf, by weight.
func choose(r *rand.Rand, shelf []*goods) *goods {
	sum := 0
	for _, g := range shelf {
		sum += g.weight
	}
	at := r.IntN(sum)
	for _, g := range shelf {
		if at -= g.weight; at < 0 {
			return g
		}
	}
	return shelf[0] // not reached: the weights are all counted above
}

// priceAt is the price on a day: it rose by some four per cent every January, to the next lower ten cents.
func (g *goods) priceAt(day, today dates.Date) money.Amount {
	then, _, _ := day.Civil()
	now, _, _ := today.Civil()
	return g.price * money.Amount(100-4*(now-then)) / 1000 * 10
}

// seasonOf is the season a day lies in, and the campaign that runs in it.
func seasonOf(day dates.Date) (season, string) {
	y, m, d := day.Civil()
	switch {
	case m == time.December && d <= 24, m == time.November && d >= 20:
		return christmas, fmt.Sprintf("christmas-%d", y)
	case m == time.April && d >= 18, m == time.May && d <= 4:
		return mothersDay, fmt.Sprintf("mothers-day-%d", y)
	case m == time.June, m == time.July:
		return summer, fmt.Sprintf("summer-%d", y)
	case m == time.September && d >= 8:
		return autumn, fmt.Sprintf("autumn-%d", y)
	}
	return anytime, ""
}
