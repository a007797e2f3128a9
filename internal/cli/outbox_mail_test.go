package cli

import (
	"bytes"
	"context"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// postbox is a mail server on loopback that counts what it takes.
type postbox struct {
	mu sync.Mutex
	to []string
}

// NewSession begins a conversation.
func (p *postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &postSession{box: p}, nil }

type postSession struct {
	box *postbox
	to  string
}

func (s *postSession) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *postSession) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }
func (s *postSession) Reset()                                    {}
func (s *postSession) Logout() error                             { return nil }
func (s *postSession) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.to = append(s.box.to, s.to)
	return err
}

// TestOutboxSendsMail goes the whole way from the command line to a mail server, with the settings from the environment.
func TestOutboxSendsMail(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	box := &postbox{}
	server := smtp.NewServer(box)
	go func() { _ = server.Serve(l) }()
	defer func() { _ = server.Close() }()
	host, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	home := t.TempDir()
	vars := map[string]string{"HOME": home, "PERLA_DB": filepath.Join(home, "book.db"), "PERLA_NOW": scriptNow, "PERLA_SMTP_HOST": host, "PERLA_SMTP_PORT": port,
		"PERLA_SMTP_FROM": "Luz <hola@luz.example>", "PERLA_SMTP_SECURITY": "none"}
	perla := func(args ...string) string {
		var out, said bytes.Buffer
		code := Main(context.Background(), Env{In: strings.NewReader(""), Out: &out, Err: &said, Now: time.Now, Getenv: func(name string) string { return vars[name] }}, args)
		require.Zero(t, code, "%v: %s", args, said.String())
		return out.String()
	}
	perla("init", "--currency", "EUR", "--country", "ES", "--timezone", "UTC", "--locale", "en")
	perla("customer", "add", "Ana García", "--email", "ana@example.com")
	perla("customer", "add", "Luis Pérez", "--email", "luis@example.com")
	perla("customer", "consent", "1", "2", "--grant", "email")
	perla("template", "add", "hello", "--subject", "News", "--body", "Hello {{.first_name}}")
	perla("campaign", "create", "spring", "--template", "hello")
	perla("campaign", "launch", "spring")
	require.Contains(t, perla("campaign", "send", "spring"), "email,spring,2,127.0.0.1")
	require.Empty(t, box.to)
	require.Equal(t, "channel,sent,deferred,failed,unknown,skipped,waiting\nemail,2,0,0,0,0,0\n", perla("campaign", "send", "spring", "--yes"))
	require.Equal(t, []string{"ana@example.com", "luis@example.com"}, box.to)
	perla("campaign", "send", "spring", "--yes")
	require.Len(t, box.to, 2)
}
