package outreach

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Wire is a message as a command of the user's reads it: one JSON object on a line of its standard input.
type Wire struct {
	ID       int64  `json:"id"`
	Token    string `json:"token"`
	Channel  string `json:"channel"`
	To       string `json:"to"`
	Name     string `json:"name"`
	Text     string `json:"text"`
	Campaign string `json:"campaign,omitempty"`
}

// commandTimeout is how long a command may take for a message.
const commandTimeout = 2 * time.Minute

// tempFail is the exit code that says: try later (EX_TEMPFAIL of sysexits.h).
const tempFail = 75

// CommandCarrier hands each message to a command of its own, which ends with 0 when it is out, with 75 when it is to be
// tried later, and with anything else, and a word on standard error, when it is refused. A command that is killed or hangs
// leaves a message of which nobody knows.
func CommandCarrier(command string) Carrier {
	return func(ctx context.Context, m Message) Outcome {
		ctx, stop := context.WithTimeout(ctx, commandTimeout)
		defer stop()
		line, err := json.Marshal(Wire{m.ID, m.Token, m.Channel, m.Address, m.Customer, m.Text, m.Campaign})
		if err != nil {
			return Outcome{Kind: "failed", Reason: err.Error()}
		}
		run := shellCommand(ctx, command)
		var said bytes.Buffer
		run.Stdin, run.Stderr, run.WaitDelay = bytes.NewReader(append(line, '\n')), &said, time.Second
		err = run.Run()
		reason := firstLine(said.Bytes())
		var exit *exec.ExitError
		switch {
		case err == nil:
			return Outcome{Kind: "sent"}
		case ctx.Err() != nil:
			return Outcome{Kind: "unknown", Reason: fmt.Sprintf("the command did not end within %s", commandTimeout)}
		case !errors.As(err, &exit):
			return Outcome{Kind: "again", Reason: "the command cannot be run: " + err.Error(), Stop: true}
		case exit.ExitCode() < 0:
			return Outcome{Kind: "unknown", Reason: "the command was killed: " + err.Error()}
		case exit.ExitCode() == tempFail:
			return Outcome{Kind: "deferred", Reason: reason}
		case exit.ExitCode() == 126 || exit.ExitCode() == 127: // the shell found nothing it could run
			return Outcome{Kind: "again", Reason: "the command cannot be run: " + reason, Stop: true}
		}
		return Outcome{Kind: "failed", Reason: strings.TrimSuffix(fmt.Sprintf("exit code %d: %s", exit.ExitCode(), reason), ": ")}
	}
}

func shellCommand(ctx context.Context, command string) *exec.Cmd {
	if runtime.GOOS == "windows" {
		return exec.CommandContext(ctx, "cmd", "/C", command)
	}
	return exec.CommandContext(ctx, "sh", "-c", command)
}

func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(b), []byte("\n"))
	return string(line[:min(len(line), 200)])
}
