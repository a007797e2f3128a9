package network

import (
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Member is a consultant as the tree needs her.
type Member struct {
	ID     int64
	Ref    string
	Name   string
	Active bool // neither paused nor gone on the day of the team
}

// Team is all consultants and who works under whom on a day. Places are by ref.
type Team struct {
	*Tree
	Members []Member
	place   map[int64]int32
}

// Place is where a consultant stands; ok is false for none of the team.
func (t *Team) Place(id int64) (place int32, ok bool) {
	place, ok = t.place[id]
	return place, ok
}

// ReadTeam reads the consultants, archived ones too, with the sponsors and statuses of a day.
func ReadTeam(v *book.View, day dates.Date) (*Team, error) {
	t := &Team{place: map[int64]int32{}}
	var sponsors []int64
	last := func(table, column string) string {
		return `(SELECT h.` + column + ` FROM ` + table + ` h WHERE h.consultant_id = k.id AND h.since_on <= ?2 ORDER BY h.since_on DESC LIMIT 1)`
	}
	err := v.Each(func(r book.Row) error {
		t.place[r.Int(0)] = int32(len(t.Members))
		t.Members = append(t.Members, Member{ID: r.Int(0), Ref: strings.Clone(r.Text(1)), Name: strings.Clone(r.Text(2)), Active: r.Null(4) || r.Text(4) == Statuses[0]})
		sponsors = append(sponsors, r.Int(3))
		return nil
	}, `k.id, k.ref, k.name, `+last("consultant_sponsors", "sponsor_id")+`, `+last("consultant_statuses", "status"),
		`(SELECT id, ref, name FROM consultants ORDER BY ref LIMIT -1) k`, day.String())
	if err != nil {
		return nil, err
	}
	parents := make([]int32, len(sponsors))
	for i, id := range sponsors {
		parents[i] = -1
		if place, ok := t.place[id]; ok {
			parents[i] = place
		}
	}
	var circle []int32
	if t.Tree, circle = NewTree(parents); circle != nil {
		names := make([]string, len(circle))
		for i, place := range circle {
			names[i] = t.Members[place].Ref
		}
		return nil, &fault.Error{Kind: fault.BookUnusable, Noun: "consultant", Key: names[0], Reason: "works under herself on " + day.String() + ": " + strings.Join(names, " under ")}
	}
	return t, nil
}

// circleWithin looks for consultants who work under themselves on a day from one day on and before another. It gives
// their refs, the first one again at the end, and the day; nil where the tree is one on all these days.
func circleWithin(v *book.View, from, before dates.Date) (refs []string, on dates.Date, err error) {
	place := map[int64]int32{}
	var ids []int64
	var parents []int32
	at := func(id int64) int32 {
		p, ok := place[id]
		if !ok {
			p = int32(len(ids))
			place[id], ids, parents = p, append(ids, id), append(parents, -1)
		}
		return p
	}
	var circle []int32
	day := from // on which parents holds
	err = v.Each(func(r book.Row) error {
		since, _ := dates.ParseISO(r.Text(1)) // perla check proves the days of the book
		if since > day && circle == nil {
			if _, circle = NewTree(parents); circle == nil {
				day = since
			}
		}
		if circle != nil {
			return nil
		}
		who, sponsor := at(r.Int(0)), int32(-1)
		if !r.Null(2) {
			sponsor = at(r.Int(2))
		}
		parents[who] = sponsor
		return nil
	}, `consultant_id, since_on, sponsor_id`, `(SELECT consultant_id, since_on, sponsor_id FROM consultant_sponsors WHERE since_on < ? ORDER BY since_on LIMIT -1)`, before.String())
	if err != nil {
		return nil, 0, err
	}
	if circle == nil {
		_, circle = NewTree(parents)
	}
	if circle == nil {
		return nil, 0, nil
	}
	for _, p := range append(circle, circle[0]) {
		ref, _, err := book.One(v, book.Scalar[string], `SELECT ref FROM consultants WHERE id = ?`, ids[p])
		if err != nil {
			return nil, 0, err
		}
		refs = append(refs, ref)
	}
	return refs, day, nil
}
