// How a client signs in, as the properties of Kafka's own clients say it.

package kafka

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"github.com/autostream/autostream/internal/base/fault"
)

// security is how the brokers are reached.
type security struct {
	tls       *tls.Config    // nil where nothing is encrypted
	mechanism sasl.Mechanism // nil where nobody signs in
	user      string
}

// security reads it from the properties.
func (p Properties) security() (s security, err error) {
	protocol := strings.ToUpper(cmp.Or(p["security.protocol"], "PLAINTEXT"))
	transport, signs := strings.CutPrefix(protocol, "SASL_")
	switch transport {
	case "PLAINTEXT":
	case "SSL":
		if s.tls, err = p.tls(); err != nil {
			return s, err
		}
	default:
		return s, fault.Errorf(fault.Usage, "Kafka has no security.protocol %s", protocol)
	}
	if !signs {
		return s, nil
	}
	module := p["sasl.jaas.config"]
	password := jaas(module, "password")
	s.user = jaas(module, "username")
	switch mechanism := strings.ToUpper(cmp.Or(p["sasl.mechanism"], "GSSAPI")); mechanism {
	case "PLAIN":
		s.mechanism = plain.Auth{User: s.user, Pass: password}.AsMechanism()
	case "SCRAM-SHA-256":
		s.mechanism = scram.Auth{User: s.user, Pass: password}.AsSha256Mechanism()
	case "SCRAM-SHA-512":
		s.mechanism = scram.Auth{User: s.user, Pass: password}.AsSha512Mechanism()
	default:
		return s, fault.Errorf(fault.Failed, "autostream cannot sign in to Kafka by %s", mechanism).
			WithFix("it knows PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512")
	}
	return s, nil
}

// tls trusts what the properties say in PEM, or else what the system trusts.
func (p Properties) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	pem := p["ssl.truststore.certificates"]
	location := p["ssl.truststore.location"]
	switch {
	case pem != "":
	case location == "":
		return config, nil
	case !strings.EqualFold(p["ssl.truststore.type"], "PEM"):
		return nil, fault.Errorf(fault.Failed, "the certificates in %s are in a form of Java's", location).
			WithFix("give them as PEM: ssl.truststore.type=PEM")
	default:
		text, err := os.ReadFile(location)
		if err != nil {
			return nil, fault.Errorf(fault.Failed, "reading the certificates of the brokers: %w", err)
		}
		pem = string(text)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM([]byte(pem)) {
		return nil, fault.Errorf(fault.Failed, "the truststore of the brokers holds no certificate in PEM")
	}
	return config, nil
}

// signIn signs in by a name and a password, where that is asked for.
func (c *cluster) signIn(ctx context.Context, conn net.Conn) error {
	mechanism, user := c.security.mechanism, c.security.user
	if mechanism == nil {
		return nil
	}
	hello := kmsg.NewPtrSASLHandshakeRequest()
	hello.SetVersion(1)
	hello.Mechanism = mechanism.Name()
	answer, err := c.exchange(ctx, conn, hello)
	if err != nil {
		return err
	}
	if h := answer.(*kmsg.SASLHandshakeResponse); h.ErrorCode != 0 {
		return fault.Errorf(fault.Denied, "signing in by %s: %w (they know %s)", hello.Mechanism, code(h.ErrorCode), strings.Join(h.SupportedMechanisms, ", "))
	}
	session, say, err := mechanism.Authenticate(ctx, conn.RemoteAddr().String())
	for done := false; err == nil && !done; {
		r := kmsg.NewPtrSASLAuthenticateRequest()
		r.SetVersion(0)
		r.SASLAuthBytes = say
		if answer, err = c.exchange(ctx, conn, r); err != nil {
			return err
		}
		a := answer.(*kmsg.SASLAuthenticateResponse)
		if a.ErrorCode != 0 {
			return fault.Errorf(fault.Denied, "signing in as %s: %w", user, code(a.ErrorCode))
		}
		done, say, err = session.Challenge(a.SASLAuthBytes)
	}
	if err != nil {
		return fmt.Errorf("signing in by %s: %w", hello.Mechanism, err)
	}
	return nil
}

// jaas reads an option of a login module, `…LoginModule required username="u" password="p";`, in which a backslash keeps the
// character behind it.
func jaas(module, option string) string {
	for rest := module; rest != ""; {
		key, value, found := strings.Cut(rest, "=")
		if !found {
			return ""
		}
		fields := strings.Fields(key)
		value = strings.TrimLeft(value, " \t")
		text, length := quoted(value)
		rest = value[length:]
		if len(fields) > 0 && fields[len(fields)-1] == option {
			return text
		}
	}
	return ""
}

// quoted reads a value at the beginning of a text, in quotation marks or up to a space or the end, and how long it is there.
func quoted(text string) (value string, length int) {
	if text == "" || text[0] != '"' && text[0] != '\'' {
		length = strings.IndexAny(text+" ", " \t\n;")
		return text[:length], length
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == text[0]:
			return b.String(), i + 1
		case text[i] == '\\' && i+1 < len(text):
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String(), len(text)
}
