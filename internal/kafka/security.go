// How a client signs in, as the properties of Kafka's own clients say it.

package kafka

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"github.com/autostream/autostream/internal/base/fault"
)

// options translates the properties for the library.
func (p Properties) options() ([]kgo.Opt, error) {
	var seeds []string
	for server := range strings.SplitSeq(p["bootstrap.servers"], ",") {
		if _, address, named := strings.Cut(server, "://"); named { // Kafka's clients allow the name of a listener in front
			server = address
		}
		if server = strings.TrimSpace(server); server != "" {
			seeds = append(seeds, server)
		}
	}
	if len(seeds) == 0 {
		return nil, fault.Errorf(fault.Usage, "no address of a Kafka broker").WithFix("set bootstrap.servers")
	}
	options := []kgo.Opt{kgo.SeedBrokers(seeds...), kgo.ClientID("autostream"), kgo.RequestRetries(2)}
	protocol := strings.ToUpper(cmp.Or(p["security.protocol"], "PLAINTEXT"))
	signs, encrypts := strings.CutPrefix(protocol, "SASL_")
	switch {
	case signs == "SSL":
		config, err := p.tls()
		if err != nil {
			return nil, err
		}
		options = append(options, kgo.DialTLSConfig(config))
	case signs != "PLAINTEXT":
		return nil, fault.Errorf(fault.Usage, "Kafka has no security.protocol %s", protocol)
	}
	if !encrypts {
		return options, nil
	}
	mechanism, err := p.mechanism()
	if err != nil {
		return nil, err
	}
	return append(options, kgo.SASL(mechanism)), nil
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

// mechanism signs in by a name and a password.
func (p Properties) mechanism() (sasl.Mechanism, error) {
	kind := strings.ToUpper(cmp.Or(p["sasl.mechanism"], "GSSAPI"))
	module := p["sasl.jaas.config"]
	name, password := jaas(module, "username"), jaas(module, "password")
	switch kind {
	case "PLAIN":
		return plain.Auth{User: name, Pass: password}.AsMechanism(), nil
	case "SCRAM-SHA-256":
		return scram.Auth{User: name, Pass: password}.AsSha256Mechanism(), nil
	case "SCRAM-SHA-512":
		return scram.Auth{User: name, Pass: password}.AsSha512Mechanism(), nil
	}
	return nil, fault.Errorf(fault.Failed, "autostream cannot sign in to Kafka by %s", kind).WithFix("it knows PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512")
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
		text, length := quoted(strings.TrimLeft(value, " \t"))
		rest = strings.TrimLeft(value, " \t")[length:]
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
