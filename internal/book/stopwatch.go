package book

import (
	"sync/atomic"
	"time"
)

// stopwatch calls ring once it has run for a while, not counting the time for which it was stopped. It starts stopped.
type stopwatch struct {
	left  time.Duration // 0: it never rings
	since time.Time
	timer *time.Timer
	going bool
	ring  func()
	rung  atomic.Bool
}

func newStopwatch(limit time.Duration, ring func()) *stopwatch {
	return &stopwatch{left: limit, ring: ring}
}

func (s *stopwatch) start() {
	if s.left <= 0 {
		return
	}
	s.since, s.going = time.Now(), true
	if s.timer != nil {
		s.timer.Reset(s.left)
		return
	}
	s.timer = time.AfterFunc(s.left, func() {
		s.rung.Store(true)
		s.ring()
	})
}

func (s *stopwatch) stop() {
	if !s.going {
		return
	}
	s.timer.Stop()
	s.going = false
	s.left = max(s.left-time.Since(s.since), time.Nanosecond)
}
