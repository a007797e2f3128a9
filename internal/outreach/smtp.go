package outreach

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/perla-crm/perla/internal/fault"
)

// SMTP is a server that takes mail, and as whom.
type SMTP struct {
	Host        string
	Port        int    // 0 is 587, or 465 with tls
	User        string // "" sends without logging in
	Password    string
	From        string      // hola@luz.example, or Luz <hola@luz.example>
	Security    string      // starttls, tls, or none, which is for this machine alone
	Unsubscribe string      // where a link to unsubscribe leads, https; "" is a mail to From
	TLS         *tls.Config // nil trusts what the system trusts
	Now         func() time.Time
}

// smtpTimeout is how long the server may take for one message.
const smtpTimeout = 90 * time.Second

// Mailer is an open line to a server.
type Mailer struct {
	SMTP
	from   *mail.Address
	client *gomail.Client
	open   bool
}

// NewMailer makes ready to send mail and refuses settings by which it would travel unprotected. Nothing is connected yet.
func NewMailer(s SMTP) (*Mailer, error) {
	from, err := mail.ParseAddress(s.From)
	if err != nil || strings.ContainsAny(s.From, "\r\n") {
		return nil, &fault.Error{Kind: fault.Usage, Noun: "setting", Key: "smtp_from", Reason: fmt.Sprintf("%q is no address to send from", s.From),
			Hint: `set it with: perla config set smtp_from "Luz <hola@luz.example>"`}
	}
	if s.Host == "" {
		return nil, &fault.Error{Kind: fault.Usage, Noun: "setting", Key: "smtp_host", Reason: "there is no server to send mail through", Hint: "set it with: perla config set smtp_host mail.luz.example"}
	}
	options := []gomail.Option{gomail.WithTimeout(smtpTimeout)}
	switch s.Security {
	case "tls":
		options = append(options, gomail.WithSSL())
		s.Port = orPort(s.Port, 465)
	case "", "starttls":
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
		s.Port = orPort(s.Port, 587)
	case "none":
		if ip := net.ParseIP(s.Host); ip == nil || !ip.IsLoopback() {
			return nil, &fault.Error{Kind: fault.Usage, Noun: "setting", Key: "smtp_security", Reason: "none is for a server on this machine alone: mail is not sent in the clear",
				Hint: "set it to starttls or tls, or smtp_host to 127.0.0.1"}
		}
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
		s.Port = orPort(s.Port, 25)
	}
	if s.TLS != nil {
		options = append(options, gomail.WithTLSConfig(s.TLS))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	client, err := gomail.NewClient(s.Host, append(options, gomail.WithPort(s.Port))...)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Usage, Noun: "setting", Key: "smtp_host", Err: err}
	}
	return &Mailer{SMTP: s, from: from, client: client}, nil
}

func orPort(port, standard int) int {
	if port == 0 {
		return standard
	}
	return port
}

// Connect opens the line, so that a wrong password is found before anything is claimed. A failure is a fault.Outside.
func (m *Mailer) Connect(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, smtpTimeout)
	defer stop()
	if err := m.client.DialWithContext(ctx); err != nil {
		return &fault.Error{Kind: fault.Outside, Noun: "mail server", Key: net.JoinHostPort(m.Host, strconv.Itoa(m.Port)), Err: err, Hint: "nothing was sent; run it again when the server answers"}
	}
	m.open = true
	return nil
}

// Close ends the line.
func (m *Mailer) Close() {
	if m.open {
		_ = m.client.Close()
		m.open = false
	}
}

// Carry sends one message; it is a Carrier.
func (m *Mailer) Carry(ctx context.Context, message Message) Outcome {
	letter, err := m.write(message)
	if err != nil {
		return Outcome{Kind: "failed", Reason: err.Error()}
	}
	if !m.open {
		if err := m.Connect(ctx); err != nil {
			return Outcome{Kind: "again", Reason: err.Error(), Stop: true}
		}
	}
	err = m.client.Send(letter)
	if letter.IsDelivered() {
		return Outcome{Kind: "sent"} // an error is of what came after
	}
	out := outcomeOf(err)
	if out.Kind == "again" || out.Kind == "unknown" {
		m.Close()
	}
	return out
}

// outcomeOf is what an error of the library means for the message. A server's no is believed, of 4xx for now and of 5xx for
// good. Where the line broke, the message did not leave if its text was not on its way yet.
func outcomeOf(err error) Outcome {
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return Outcome{Kind: "again", Reason: fmt.Sprint(err), Stop: true}
	}
	code := e.ErrorCode()
	reason := strings.TrimPrefix(e.Error(), "client_send: ")
	switch {
	case code == 421:
		return Outcome{Kind: "again", Reason: reason, Stop: true}
	case code >= 400 && code < 500:
		return Outcome{Kind: "deferred", Reason: reason}
	case code >= 500:
		bad := e.Reason == gomail.ErrSMTPRcptTo && (code == 550 || code == 551 || code == 553 || strings.HasPrefix(e.EnhancedStatusCode(), "5.1."))
		return Outcome{Kind: "failed", Reason: reason, Bounced: bad}
	case e.Reason == gomail.ErrSMTPDataClose || e.Reason == gomail.ErrWriteContent:
		return Outcome{Kind: "unknown", Reason: reason}
	case e.Reason == gomail.ErrGetSender || e.Reason == gomail.ErrGetRcpts || e.Reason == gomail.ErrNoUnencoded:
		return Outcome{Kind: "failed", Reason: reason}
	}
	return Outcome{Kind: "again", Reason: reason, Stop: true}
}

// write makes the mail of a message: one recipient, whatever stands in its fields.
func (m *Mailer) write(message Message) (*gomail.Msg, error) {
	if !usable("email", message.Address) {
		return nil, fmt.Errorf("%q is no e-mail address", message.Address)
	}
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	letter.FromMailAddress(m.from)
	letter.ToMailAddress(&mail.Address{Name: oneLine(message.Customer), Address: message.Address})
	letter.Subject(oneLine(message.Subject))
	letter.SetDateWithValue(m.Now())
	_, domain, _ := strings.Cut(m.from.Address, "@")
	letter.SetMessageIDWithValue(message.Token + "@" + domain)
	if message.Purpose == "marketing" {
		if err := m.offerLeave(letter, message.Token); err != nil {
			return nil, err
		}
	}
	letter.SetBodyString(gomail.TypeTextPlain, message.Text)
	if message.HTML != "" {
		letter.AddAlternativeString(gomail.TypeTextHTML, message.HTML)
	}
	return letter, nil
}

// offerLeave tells mail programs where she takes her consent back.
func (m *Mailer) offerLeave(letter *gomail.Msg, token string) error {
	byMail := "mailto:" + m.from.Address + "?subject=" + url.PathEscape("unsubscribe "+token)
	if m.Unsubscribe == "" {
		letter.SetListUnsubscribe(byMail)
		return nil
	}
	link, err := url.Parse(m.Unsubscribe)
	if err != nil || link.Scheme != "https" {
		return fmt.Errorf("smtp_unsubscribe: %q is no https link", m.Unsubscribe)
	}
	q := link.Query()
	q.Set("token", token)
	link.RawQuery = q.Encode()
	return letter.SetListUnsubscribeOneClick(link.String(), byMail)
}
