package outreach

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
)

// TestMain lets the test binary stand in for a sender that can be killed.
func TestMain(m *testing.M) {
	if server := os.Getenv("PERLA_TEST_SERVER"); server != "" {
		os.Exit(sendAsProcess(server, os.Getenv("PERLA_TEST_BOOK")))
	}
	os.Exit(m.Run())
}

// sendAsProcess sends all that waits, as `perla outbox send --yes` does.
func sendAsProcess(server, path string) int {
	b, err := book.Open(context.Background(), path, time.Now)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = b.Close() }()
	if _, err := sendAll(b, server, time.Now); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func sendAll(b *book.Book, server string, now func() time.Time) (Sent, error) {
	host, port, _ := net.SplitHostPort(server)
	s := SMTP{Host: host, From: "Luz <hola@luz.example>", Security: "none", Now: now}
	if _, err := fmt.Sscan(port, &s.Port); err != nil {
		return Sent{}, err
	}
	m, err := NewMailer(s)
	if err != nil {
		return Sent{}, err
	}
	defer m.Close()
	return Send(context.Background(), b, "outbox send", Sending{}, m.Carry, nil)
}

var testNow = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func clock() time.Time { return testNow }

func newBook(t testing.TB, now func() time.Time) *book.Book {
	t.Helper()
	s, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(t, err)
	b, err := book.Create(context.Background(), filepath.Join(t.TempDir(), "book.db"), s, now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func update(t testing.TB, b *book.Book, fn func(tx *book.Tx) error) {
	t.Helper()
	require.NoError(t, b.Update(context.Background(), "test", fn))
}

func view(t testing.TB, b *book.Book, fn func(v *book.View) error) {
	t.Helper()
	require.NoError(t, b.View(context.Background(), fn))
}

var randomBytes = rand.NewChaCha8([32]byte{})

func random() io.Reader { return randomBytes }

// addPeople makes customers called "Client 1 Test" and so on, with an e-mail each that they may be written to at.
func addPeople(t testing.TB, b *book.Book, n int) {
	t.Helper()
	update(t, b, func(tx *book.Tx) error {
		w, err := contacts.NewConsentWriter(tx)
		if err != nil {
			return err
		}
		for i := 1; i <= n; i++ {
			c, err := contacts.Add(tx, contacts.Customer{Name: fmt.Sprintf("Client%d Test", i), Kind: "person", Email: fmt.Sprintf("c%d@example.com", i)})
			if err != nil {
				return err
			}
			if _, err := w.Record([]contacts.Consent{{CustomerID: c.ID, Channel: "email", Purpose: "marketing", Granted: true}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// launch makes a template and a campaign for everybody and launches it.
func launch(t testing.TB, b *book.Book, change func(*Campaign)) (c Campaign) {
	t.Helper()
	update(t, b, func(tx *book.Tx) (err error) {
		c = Campaign{Ref: "spring", Template: "hello"}
		if change != nil {
			change(&c)
		}
		if _, err = FindTemplate(tx.View, c.Template); err != nil {
			if _, err = AddTemplate(tx, Template{Code: "hello", Channel: "email", Subject: "News for {{.first_name}}", Format: "markdown", Body: "Hello **{{.first_name}}**"}); err != nil {
				return err
			}
		}
		if c, err = CreateCampaign(tx, c); err != nil {
			return err
		}
		c, err = Launch(tx, c, Choice{}, random())
		return err
	})
	return c
}

func messagesIn(t testing.TB, b *book.Book, q MessageQuery) (list []Message) {
	t.Helper()
	view(t, b, func(v *book.View) error {
		for m, err := range Messages(v, q) {
			if err != nil {
				return err
			}
			list = append(list, m)
		}
		return nil
	})
	return list
}

// mailbox is a mail server on loopback that keeps what it takes.
type mailbox struct {
	addr  string
	reply func(from, to string) error // on RCPT; nil takes all
	hold  func()                      // before a message is taken

	mu    sync.Mutex
	mails []mailed
}

type mailed struct {
	to   []string
	text string
}

func newMailbox(t testing.TB) *mailbox {
	t.Helper()
	box := &mailbox{}
	server := smtp.NewServer(box)
	server.Domain, server.AllowInsecureAuth = "localhost", true
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	box.addr = l.Addr().String()
	done := make(chan struct{})
	go func() {
		_ = server.Serve(l)
		close(done)
	}()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		<-done
	})
	return box
}

// NewSession begins a conversation.
func (b *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{box: b}, nil }

func (b *mailbox) taken() []mailed {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]mailed(nil), b.mails...)
}

type session struct {
	box  *mailbox
	from string
	to   []string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.box.reply != nil {
		if err := s.box.reply(s.from, to); err != nil {
			return err
		}
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.box.hold != nil {
		s.box.hold()
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.mails = append(s.box.mails, mailed{s.to, string(text)})
	return nil
}

func (s *session) Reset()        { s.from, s.to = "", nil }
func (s *session) Logout() error { return nil }

// header is a header line of a mail, unfolded.
func (m mailed) header(name string) string {
	head, _, _ := strings.Cut(m.text, "\r\n\r\n")
	head = strings.ReplaceAll(strings.ReplaceAll(head, "\r\n ", " "), "\r\n\t", " ")
	for _, line := range strings.Split(head, "\r\n") {
		if rest, ok := strings.CutPrefix(line, name+": "); ok {
			return rest
		}
	}
	return ""
}
