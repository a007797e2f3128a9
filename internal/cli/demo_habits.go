package cli

import (
	"math/rand/v2"

	"github.com/perla-crm/perla/internal/dates"
)

// demoHabit is how often some of the customers buy, and when: spans are in days before today.
type demoHabit struct {
	people int
	start  [2]int // the first order lies between these
	end    [2]int // no order after a day between these; 0 is today
	gap    [2]int // the usual days from one order to the next, which each has for good
	most   int    // orders, at most; 0 is any number
	gifts  bool   // buys when others are given presents
	never  bool   // has not bought yet
	stages []string
}

// demoHabits are the regulars, those who come for presents, those who are on their way out, and those who have just come.
var demoHabits = []demoHabit{
	{people: 32, start: [2]int{700, 1094}, gap: [2]int{25, 36}, stages: []string{"customer"}},
	{people: 22, start: [2]int{240, 560}, gap: [2]int{22, 32}, stages: []string{"customer"}},
	{people: 44, start: [2]int{180, 1000}, gap: [2]int{42, 70}, stages: []string{"customer"}},
	{people: 22, start: [2]int{200, 1050}, gap: [2]int{95, 165}, stages: []string{"customer"}},
	{people: 14, start: [2]int{420, 1090}, gap: [2]int{7, 16}, gifts: true, stages: []string{"customer"}},
	{people: 10, start: [2]int{980, 1094}, end: [2]int{150, 330}, gap: [2]int{14, 18}, stages: []string{"customer"}},
	{people: 20, start: [2]int{650, 1000}, end: [2]int{180, 560}, gap: [2]int{40, 65}, stages: []string{"customer", "lost"}},
	{people: 10, start: [2]int{60, 900}, gap: [2]int{20, 90}, most: 2, stages: []string{"customer", "lost"}},
	{people: 8, start: [2]int{9, 30}, gap: [2]int{60, 90}, most: 1, stages: []string{"customer"}},
	{people: 10, start: [2]int{0, 7}, gap: [2]int{3, 6}, most: 2, stages: []string{"customer"}},
	{people: 8, never: true, stages: []string{"lead", "prospect", "prospect"}},
}

// demoAssign gives each customer a habit, a channel and a routine. Companies are among the regulars.
func demoAssign(people []*demoPerson, shelves *demoShelves) {
	r := demoRand(demoHabitPart, 0)
	var habits []*demoHabit
	for i := range demoHabits {
		for range demoHabits[i].people {
			habits = append(habits, &demoHabits[i])
		}
	}
	r.Shuffle(len(habits), func(i, j int) { habits[i], habits[j] = habits[j], habits[i] })
	regular := 0
	for i, p := range people {
		if p.Kind == "company" {
			for habits[regular] != &demoHabits[0] || people[regular].Kind == "company" {
				regular++
			}
			habits[i], habits[regular] = habits[regular], habits[i]
		}
	}
	for i, p := range people {
		p.habit, p.Stage = habits[i], pick(r, habits[i].stages)
		p.channel = pick(r, []string{"direct", "direct", "direct", "direct", "whatsapp", "whatsapp", "whatsapp", "online", "online", "boutique", "boutique", "phone"})
		for range between(r, 3, 6) {
			p.routine = append(p.routine, choose(r, shelves.daily))
		}
	}
}

// days are the days on which a customer orders.
func (h *demoHabit) days(r *rand.Rand, today dates.Date) []dates.Date {
	if h.never {
		return nil
	}
	var days []dates.Date
	day := today.AddDays(-between(r, h.start[0], h.start[1]))
	last := today.AddDays(-between(r, h.end[0], h.end[1]))
	gap := between(r, h.gap[0], h.gap[1])
	for day <= last && (h.most == 0 || len(days) < h.most) {
		now, _ := seasonOf(day)
		if !h.gifts || now == christmas || now == mothersDay {
			days = append(days, day)
		}
		day = day.AddDays(max(1, gap*pace(day)*between(r, 70, 130)/10000))
	}
	return days
}

// pace is the part of the usual gap that people wait in a season, in per cent: before Christmas they buy more often, in
// August they are away.
func pace(day dates.Date) int {
	now, _ := seasonOf(day)
	_, month, _ := day.Civil()
	switch {
	case now == christmas:
		return 60
	case now == mothersDay:
		return 75
	case month == 8:
		return 150
	}
	return 100
}
