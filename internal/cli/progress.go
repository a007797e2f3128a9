package cli

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// patience is how long a command works before it shows how far it has come.
const patience = 500 * time.Millisecond

// progress shows how far a long work has come, on standard error when that is a terminal.
type progress struct {
	app    *app
	what   string
	total  int
	sofar  int
	since  time.Time
	drawn  *progressbar.ProgressBar // nil while the work is young
	silent bool
}

// progress begins to measure a work of total steps.
func (a *app) progress(what string, total int) *progress {
	return &progress{app: a, what: printable(what), total: total, since: a.env.Now(), silent: !isTerminal(a.env.Err)}
}

// add counts n steps more.
func (p *progress) add(n int) {
	if p.sofar += n; p.silent {
		return
	}
	if p.drawn == nil && p.app.env.Now().Sub(p.since) >= patience {
		p.drawn = progressbar.NewOptions(p.total, progressbar.OptionSetWriter(p.app.env.Err), progressbar.OptionSetDescription(p.what),
			progressbar.OptionSetWidth(20), progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	if p.drawn != nil {
		_ = p.drawn.Set(p.sofar)
	}
}

// done takes the bar off the terminal.
func (p *progress) done() {
	if p.drawn != nil {
		_ = p.drawn.Clear()
	}
}
