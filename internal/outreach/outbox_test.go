package outreach

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
)

func TestMailGoesOut(t *testing.T) {
	b, box := newBook(t, clock), newMailbox(t)
	addPeople(t, b, 3)
	c := launch(t, b, nil)
	require.Equal(t, "sending", c.Status())
	got, err := sendAll(b, box.addr, clock)
	require.NoError(t, err)
	require.Equal(t, Sent{Sent: 3}, got)
	mails := box.taken()
	require.Len(t, mails, 3)
	m := mails[0]
	require.Equal(t, []string{"c1@example.com"}, m.to)
	require.Equal(t, `"Client1 Test" <c1@example.com>`, m.header("To"))
	require.Equal(t, `"Luz" <hola@luz.example>`, m.header("From"))
	require.Equal(t, "News for Client1", m.header("Subject"))
	first := messagesIn(t, b, MessageQuery{})[0]
	require.Equal(t, "<"+first.Token+"@luz.example>", m.header("Message-ID"))
	require.Equal(t, "<mailto:hola@luz.example?subject=unsubscribe%20"+first.Token+">", m.header("List-Unsubscribe"))
	require.Contains(t, m.text, "Hello Client1\r\n")
	require.Contains(t, m.text, "<strong>Client1</strong>")
	require.Equal(t, "sent", first.Status)

	again, err := sendAll(b, box.addr, clock)
	require.NoError(t, err)
	require.Equal(t, Sent{}, again)
	require.Len(t, box.taken(), 3)
	var ops []book.Operation
	view(t, b, func(v *book.View) error {
		for op, err := range book.History(v, 0) {
			if err != nil {
				return err
			}
			ops = append(ops, op)
		}
		return nil
	})
	require.Equal(t, "outbox send", ops[0].What, "one run is one operation")
	require.Equal(t, fault.Conflict, fault.KindOf(b.Update(context.Background(), "", func(tx *book.Tx) error {
		house, err := Watch(tx.View)
		if err != nil {
			return err
		}
		op, err := tx.Undo(0)
		if err != nil {
			return err
		}
		return house.Refuse(tx.View, op)
	})), "what is out is out")
}

// TestKilled kills a sender again and again. PERLA_KILLS=1000 is the long form, over 10,000 mails.
func TestKilled(t *testing.T) {
	kills, mails := 12, 150
	if n, err := strconv.Atoi(os.Getenv("PERLA_KILLS")); err == nil {
		kills, mails = n, 10*n
	}
	b, box := newBook(t, time.Now), newMailbox(t)
	addPeople(t, b, mails)
	launch(t, b, nil)
	dice := rand.New(rand.NewPCG(1, 2))
	killed := 0
	for range kills {
		before := len(box.taken())
		sender := exec.Command(os.Args[0])
		sender.Env = append(os.Environ(), "PERLA_TEST_SERVER="+box.addr, "PERLA_TEST_BOOK="+b.Path())
		require.NoError(t, sender.Start())
		ended := make(chan error, 1)
		go func() { ended <- sender.Wait() }()
		target, late := before+dice.IntN(2*mails/kills), time.After(time.Minute)
	wait:
		for len(box.taken()) < target {
			select {
			case err := <-ended:
				require.NoError(t, err)
				ended <- nil
				break wait
			case <-late:
				break wait
			case <-time.After(time.Millisecond):
			}
		}
		time.Sleep(time.Duration(dice.IntN(3000)) * time.Microsecond)
		if sender.Process.Kill() == nil {
			killed++
		}
		<-ended
	}
	later := func() time.Time { return time.Now().Add(time.Hour) } // what is claimed is on its way no more
	rest, err := book.Open(context.Background(), b.Path(), later)
	require.NoError(t, err)
	defer func() { require.NoError(t, rest.Close()) }()
	_, err = sendAll(rest, box.addr, later)
	require.NoError(t, err)

	arrived := map[string]int{}
	for _, m := range box.taken() {
		arrived[m.header("Message-ID")]++
	}
	unknown := 0
	for _, m := range messagesIn(t, rest, MessageQuery{}) {
		n := arrived["<"+m.Token+"@luz.example>"]
		switch m.Status {
		case "sent":
			require.Equal(t, 1, n, "message %d", m.ID)
		case "unknown":
			require.LessOrEqual(t, n, 1, "message %d", m.ID)
			unknown++
		default:
			require.Failf(t, "neither sent nor unknown", "message %d is %s", m.ID, m.Status)
		}
	}
	require.LessOrEqual(t, unknown, killed)
	t.Logf("%d mails, %d kills, %d unknown", mails, killed, unknown)
}

func TestTwoAtOnce(t *testing.T) {
	b, box := newBook(t, clock), newMailbox(t)
	addPeople(t, b, 60)
	launch(t, b, nil)
	var wait sync.WaitGroup
	var tallies [2]Sent
	for i := range tallies {
		other, err := book.Open(context.Background(), b.Path(), clock)
		require.NoError(t, err)
		wait.Add(1)
		go func() {
			defer wait.Done()
			var err error
			tallies[i], err = sendAll(other, box.addr, clock)
			if err = errors.Join(err, other.Close()); err != nil {
				t.Error(err)
			}
		}()
	}
	wait.Wait()
	require.Equal(t, int64(60), tallies[0].Sent+tallies[1].Sent)
	seen := map[string]bool{}
	for _, m := range box.taken() {
		require.False(t, seen[m.to[0]], "%s twice", m.to[0])
		seen[m.to[0]] = true
	}
	require.Len(t, seen, 60)
}

func withdrawConsent(b *book.Book, customer int64) error {
	return b.Update(context.Background(), "consent", func(tx *book.Tx) error {
		w, err := contacts.NewConsentWriter(tx)
		if err != nil {
			return err
		}
		_, err = w.Record([]contacts.Consent{{CustomerID: customer, Channel: "email", Purpose: "marketing"}})
		return err
	})
}

// TestConsentTakenBackDuringARun holds that at most the message in flight goes out after it.
func TestConsentTakenBackDuringARun(t *testing.T) {
	b := newBook(t, clock)
	addPeople(t, b, 20)
	launch(t, b, nil)
	after := 0
	carry := func(_ context.Context, m Message) Outcome {
		if m.CustomerID == 5 { // the fifth is in flight when all others take theirs back
			other, err := book.Open(context.Background(), b.Path(), clock)
			require.NoError(t, err)
			for id := int64(1); id <= 20; id++ {
				require.NoError(t, withdrawConsent(other, id))
			}
			require.NoError(t, other.Close())
		}
		if m.CustomerID >= 5 {
			after++
		}
		return Outcome{Kind: "sent"}
	}
	got, err := Send(context.Background(), b, "outbox send", Sending{}, carry, nil)
	require.NoError(t, err)
	require.Equal(t, 1, after)
	require.Equal(t, Sent{Sent: 5, Skipped: 15}, got)
	for _, m := range messagesIn(t, b, MessageQuery{Statuses: []string{"skipped"}}) {
		require.Equal(t, NoConsent, m.Reason)
	}
}

func TestServerSaysNo(t *testing.T) {
	now := testNow
	b, box := newBook(t, func() time.Time { return now }), newMailbox(t)
	addPeople(t, b, 4)
	launch(t, b, nil)
	busy := true
	box.reply = func(_, to string) error {
		switch {
		case to == "c1@example.com" && busy:
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "try later"}
		case to == "c2@example.com":
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
		}
		return nil
	}
	send := func() Sent {
		got, err := sendAll(b, box.addr, func() time.Time { return now })
		require.NoError(t, err)
		return got
	}
	require.Equal(t, Sent{Sent: 2, Deferred: 1, Failed: 1}, send())
	require.Equal(t, Sent{}, send(), "it waits before it asks again")
	now = now.Add(6 * time.Minute)
	require.Equal(t, Sent{Deferred: 1}, send())
	busy, now = false, now.Add(6*time.Minute)
	require.Equal(t, Sent{}, send(), "and longer each time")
	now = now.Add(5 * time.Minute)
	require.Equal(t, Sent{Sent: 1}, send())
	view(t, b, func(v *book.View) error {
		list, err := Suppressions(v)
		require.Len(t, list, 1)
		require.Equal(t, "c2@example.com bounced", list[0].Address+" "+list[0].Reason)
		_, reason, err2 := Reach(v, 2, "email", "marketing")
		require.Equal(t, NoAddress, reason)
		return errors.Join(err, err2)
	})
}

func TestServerIsAway(t *testing.T) {
	b := newBook(t, clock)
	addPeople(t, b, 3)
	launch(t, b, nil)
	got, err := sendAll(b, "127.0.0.1:1", clock)
	require.NoError(t, err)
	require.NotEmpty(t, got.Stopped)
	require.Zero(t, got.Sent)
	for _, m := range messagesIn(t, b, MessageQuery{}) {
		require.Equal(t, "queued", m.Status, "what did not leave waits")
	}
}

func TestOnlyThisMachineMayBeSpokenToInTheClear(t *testing.T) {
	for _, c := range []struct {
		s    SMTP
		want string
	}{
		{SMTP{Host: "mail.example.com", From: "a@b.example", Security: "none"}, "in the clear"},
		{SMTP{Host: "10.0.0.1", From: "a@b.example", Security: "none"}, "in the clear"},
		{SMTP{Host: "localhost.example.com", From: "a@b.example", Security: "none"}, "in the clear"},
		{SMTP{From: "a@b.example"}, "no server"},
		{SMTP{Host: "mail.example.com", From: "nobody"}, "no address"},
		{SMTP{Host: "mail.example.com", From: "a@b.example\r\nBcc: x@y.example"}, "no address"},
	} {
		_, err := NewMailer(c.s)
		require.ErrorContains(t, err, c.want)
		require.Equal(t, fault.Usage, fault.KindOf(err))
	}
	// A server that offers no TLS is not told anything.
	b, box := newBook(t, clock), newMailbox(t)
	addPeople(t, b, 1)
	host, port, _ := strings.Cut(box.addr, ":")
	n, err := strconv.Atoi(port)
	require.NoError(t, err)
	m, err := NewMailer(SMTP{Host: host, Port: n, From: "a@b.example", Now: clock})
	require.NoError(t, err)
	require.Equal(t, fault.Outside, fault.KindOf(m.Connect(context.Background())))
}

// TestNoHeaderIsSmuggledIn sends to people whose names and addresses try to be more than that.
func TestNoHeaderIsSmuggledIn(t *testing.T) {
	box := newMailbox(t)
	host, port, _ := strings.Cut(box.addr, ":")
	n, err := strconv.Atoi(port)
	require.NoError(t, err)
	m, err := NewMailer(SMTP{Host: host, Port: n, From: "hola@luz.example", Security: "none", Now: clock})
	require.NoError(t, err)
	defer m.Close()
	names := []string{"Ana\r\nBcc: evil@example.com", "Ana\nCc: evil@example.com", "Ana\" <evil@example.com>, \"", "evil@example.com, Ana", "<evil@example.com>", "Ana\u2028Bcc: evil@example.com",
		"Ana\x00\r\n\r\nBody", "=?utf-8?q?Ana=0D=0ABcc:_evil@example.com?=", strings.Repeat("Ána ", 100), "Ana; evil@example.com", "(evil@example.com)"}
	for i, name := range names {
		for _, subject := range []string{"News", "News\r\nBcc: evil@example.com", "News\n\nBody", name} {
			out := m.Carry(context.Background(), Message{ID: int64(i), Customer: name, Address: "ana@example.com", Token: "t", Purpose: "marketing", Words: Words{Subject: subject, Text: "Hello\r\n.\r\nRCPT TO:<evil@example.com>\r\n"}})
			require.Equal(t, "sent", out.Kind, "%q %q: %s", name, subject, out.Reason)
		}
	}
	for _, got := range box.taken() {
		require.Equal(t, []string{"ana@example.com"}, got.to)
		require.Empty(t, got.header("Bcc")+got.header("Cc"))
		require.Equal(t, 1, strings.Count(strings.SplitN(got.text, "\r\n\r\n", 2)[0], "\r\nTo:"))
	}
	require.Len(t, box.taken(), len(names)*4)
	for _, address := range []string{"ana@example.com\r\nRCPT TO:<evil@example.com>", "ana@example.com,evil@example.com", "Ana <ana@example.com>", "ana@example.com>", "<ana@example.com>", "ana@example.com evil@example.com", "", "ana", "ana@example.com\n", "a@b.c;d@e.f"} {
		require.Equal(t, "failed", m.Carry(context.Background(), Message{Address: address, Customer: "Ana", Words: Words{Subject: "x", Text: "y"}}).Kind, "%q", address)
	}
	require.Len(t, box.taken(), len(names)*4)
}

func TestCommandCarrier(t *testing.T) {
	m := Message{ID: 7, Token: "abc", Channel: "sms", Address: "+34600123456", Customer: "Ana \"x\"", Words: Words{Text: "Hola\nAna"}}
	out := t.TempDir() + "/out"
	for command, want := range map[string]string{
		"cat > " + out:                    "sent",
		"exit 75":                         "deferred",
		"echo not allowed >&2; exit 3":    "failed",
		"kill -9 $$":                      "unknown",
		"/nowhere/such-a-command":         "again",
		"cat >/dev/null; exit 75":         "deferred",
		"echo spam >&2; exit 1; echo > x": "failed",
	} {
		require.Equal(t, want, CommandCarrier(command)(context.Background(), m).Kind, command)
	}
	require.Equal(t, "exit code 3", CommandCarrier("exit 3")(context.Background(), m).Reason, "without a word")
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	require.Equal(t, `{"id":7,"token":"abc","channel":"sms","to":"+34600123456","name":"Ana \"x\"","text":"Hola\nAna"}`+"\n", string(text))
}

func TestSettledByHand(t *testing.T) {
	now := testNow
	b := newBook(t, func() time.Time { return now })
	addPeople(t, b, 4)
	c := launch(t, b, nil)
	kinds := []string{"sent", "failed", "unknown", "deferred"}
	_, err := Send(context.Background(), b, "send", Sending{}, func(_ context.Context, m Message) Outcome { return Outcome{Kind: kinds[m.ID-1], Reason: "so"} }, nil)
	require.NoError(t, err)
	list := messagesIn(t, b, MessageQuery{})
	for i, m := range list {
		require.Equal(t, kinds[i], m.Status)
	}
	try := func(fn func(*book.Tx, []Message) error, m Message) error {
		return b.Update(context.Background(), "try", func(tx *book.Tx) error { return fn(tx, []Message{m}) })
	}
	require.ErrorContains(t, try(Retry, list[0]), "is sent")
	require.ErrorContains(t, try(Retry, list[2]), "nobody knows")
	require.NoError(t, try(Retry, list[1]))
	resolve := func(kind string) func(*book.Tx, []Message) error {
		return func(tx *book.Tx, l []Message) error { return Resolve(tx, l, kind) }
	}
	require.ErrorContains(t, try(resolve("sent"), list[0]), "settled")
	require.NoError(t, try(resolve("again"), list[2]))
	require.NoError(t, try(resolve("cancelled"), list[3]))
	var after []string
	for _, m := range messagesIn(t, b, MessageQuery{}) {
		after = append(after, m.Status)
	}
	require.Equal(t, []string{"sent", "queued", "queued", "cancelled"}, after)
	update(t, b, func(tx *book.Tx) error { _, err := Pause(tx, c); return err })
	got, err := Send(context.Background(), b, "send", Sending{}, func(context.Context, Message) Outcome { return Outcome{Kind: "sent"} }, nil)
	require.NoError(t, err)
	require.Equal(t, Sent{}, got, "a paused campaign waits")
	require.Equal(t, "paused", messagesIn(t, b, MessageQuery{IDs: []int64{2}})[0].Status)
}

func TestClaimsGrowOld(t *testing.T) {
	now := testNow
	b := newBook(t, func() time.Time { return now })
	addPeople(t, b, 1)
	launch(t, b, nil)
	_, err := Send(context.Background(), b, "send", Sending{}, func(context.Context, Message) Outcome {
		m := messagesIn(t, mustOpen(t, b, func() time.Time { return now }), MessageQuery{})[0]
		require.Equal(t, "sending", m.Status)
		m = messagesIn(t, mustOpen(t, b, func() time.Time { return now.Add(time.Hour) }), MessageQuery{})[0]
		require.Equal(t, "unknown", m.Status)
		return Outcome{Kind: "sent"}
	}, nil)
	require.NoError(t, err)
}

func mustOpen(t testing.TB, b *book.Book, now func() time.Time) *book.Book {
	t.Helper()
	other, err := book.Open(context.Background(), b.Path(), now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, other.Close()) })
	return other
}

func TestPaceAndStop(t *testing.T) {
	b := newBook(t, clock)
	addPeople(t, b, 5)
	launch(t, b, nil)
	ctx, stop := context.WithCancel(context.Background())
	n := 0
	_, err := Send(ctx, b, "send", Sending{PerMinute: 60000}, func(context.Context, Message) Outcome {
		if n++; n == 2 {
			stop()
		}
		return Outcome{Kind: "sent"}
	}, nil)
	require.ErrorIs(t, err, context.Canceled)
	var statuses []string
	for _, m := range messagesIn(t, b, MessageQuery{}) {
		statuses = append(statuses, m.Status)
	}
	require.Equal(t, "[sent sent queued queued queued]", fmt.Sprint(statuses), "what was on its way is settled, the rest waits")
}
