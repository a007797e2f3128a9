package outreach

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// TestTLS sends one mail through a server that speaks TLS from the first byte, and one through a server that offers
// STARTTLS: both to a client that trusts their certificate, and none to one that does not.
func TestTLS(t *testing.T) {
	certificate, roots := newCertificate(t)
	for _, security := range []string{"tls", "starttls"} {
		t.Run(security, func(t *testing.T) {
			box := &mailbox{}
			server := smtp.NewServer(box)
			server.Domain, server.TLSConfig = "localhost", &tls.Config{Certificates: []tls.Certificate{certificate}}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			done := make(chan struct{})
			go func() {
				defer close(done)
				if security == "tls" {
					_ = server.Serve(tls.NewListener(l, server.TLSConfig))
				} else {
					_ = server.Serve(l)
				}
			}()
			defer func() {
				require.NoError(t, server.Close())
				<-done
			}()
			settings := SMTP{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, From: "Luz <hola@luz.example>", Security: security, Now: time.Now}

			stranger, err := NewMailer(settings)
			require.NoError(t, err)
			err = stranger.Connect(context.Background())
			require.Equal(t, fault.Outside, fault.KindOf(err))
			require.ErrorContains(t, err, "certificate")

			settings.TLS = &tls.Config{RootCAs: roots, ServerName: "127.0.0.1"}
			mailer, err := NewMailer(settings)
			require.NoError(t, err)
			defer mailer.Close()
			require.NoError(t, mailer.Connect(context.Background()))
			out := mailer.Carry(context.Background(), Message{ID: 1, Channel: "email", Address: "ana@example.com", Words: Words{Subject: "Hello", Text: "Hello Ana"}, Token: "t1"})
			require.Equal(t, "sent", out.Kind, out.Reason)
			require.Len(t, box.taken(), 1)
		})
	}
}

// newCertificate makes a certificate of 127.0.0.1 that vouches for itself, and the roots that trust it.
func newCertificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	of := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
