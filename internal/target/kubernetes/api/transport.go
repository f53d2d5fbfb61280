package api

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// newClient puts TLS, credentials and proxy of an entry of a kubeconfig together.
func newClient(cluster clusterEntry, user userEntry, context contextEntry) (*Client, error) {
	if len(user.AuthProvider) > 0 {
		return nil, fault.Errorf(fault.Usage, "user %s signs in with an auth-provider, which Kubernetes gave up in 1.26", context.User).
			WithFix("use an exec plugin or a token instead")
	}
	config, err := cluster.tls()
	if err != nil {
		return nil, err
	}
	credentials, err := user.credentials(cluster, config)
	if err != nil {
		return nil, fmt.Errorf("signing in as %s: %w", context.User, err)
	}
	proxy := http.ProxyFromEnvironment
	if cluster.ProxyURL != "" {
		address, err := url.Parse(cluster.ProxyURL)
		if err != nil {
			return nil, fault.Errorf(fault.Usage, "proxy-url of %s: %w", cluster.Server, err)
		}
		proxy = http.ProxyURL(address)
	}
	inner := &http.Transport{
		Proxy: proxy, TLSClientConfig: config, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second,
	}
	old := inner.Clone()
	old.ForceAttemptHTTP2, old.TLSNextProto = false, map[string]func(string, *tls.Conn) http.RoundTripper{}
	old.TLSClientConfig.NextProtos = nil
	return &Client{
		upgrade: &signing{inner: old, credentials: credentials},
		server:  strings.TrimRight(cluster.Server, "/"), namespace: context.Namespace, user: context.User,
		http: &http.Client{Transport: &signing{inner: inner, credentials: credentials}},
	}, nil
}

// tls is how the server is recognised.
func (c clusterEntry) tls() (*tls.Config, error) {
	config := &tls.Config{ServerName: c.ServerName, InsecureSkipVerify: c.Insecure, MinVersion: tls.VersionTLS12} //nolint:gosec // as the file says
	pem, err := either(c.CAData, c.CA, c.folder)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate authority of %s: %w", c.Server, err)
	}
	if len(pem) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fault.Errorf(fault.Usage, "the certificate authority of %s holds no certificate", c.Server)
		}
	}
	return config, nil
}

// either is the data in the file, or that of the file it names.
func either(data []byte, name, folder string) ([]byte, error) {
	if len(data) > 0 || name == "" {
		return data, nil
	}
	return os.ReadFile(below(folder, name))
}

func below(folder, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(folder, name)
}

// signing adds the caller's credentials to every request. One that is refused with 401 is sent once more with new ones.
type signing struct {
	inner       *http.Transport
	credentials credentials
}

// RoundTrip implements http.RoundTripper.
func (s *signing) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := s.try(request, false)
	if err != nil || response.StatusCode != http.StatusUnauthorized || !s.credentials.renewable() || request.Body != nil && request.GetBody == nil {
		return response, err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	response.Body.Close()
	return s.try(request, true)
}

func (s *signing) try(request *http.Request, renew bool) (*http.Response, error) {
	header, err := s.credentials.header(request.Context(), renew)
	if err != nil {
		return nil, err
	}
	signed := request.Clone(request.Context())
	if renew && request.GetBody != nil {
		if signed.Body, err = request.GetBody(); err != nil {
			return nil, err
		}
	}
	if header != "" {
		signed.Header.Set("Authorization", header)
	}
	return s.inner.RoundTrip(signed)
}

// CloseIdleConnections lets http.Client end connections.
func (s *signing) CloseIdleConnections() { s.inner.CloseIdleConnections() }

// ServiceProxy returns the address under which the API server hands requests on to a port of a Service, and a client for
// it. What the API server itself refuses comes back as an error with an *Error in its chain, not as an answer: a Service
// that is not there must not be taken for what is behind it.
func (c *Client) ServiceProxy(namespace, service string, port int) (address string, client *http.Client) {
	return fmt.Sprintf("%s%s:%d/proxy", c.server, Services.path(namespace, service), port), &http.Client{Transport: throughProxy{c}}
}

type throughProxy struct{ c *Client }

// RoundTrip implements http.RoundTripper.
func (p throughProxy) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := p.c.http.Transport.RoundTrip(request)
	if err != nil {
		return nil, p.c.unreachable(err)
	}
	if response.StatusCode < 400 || response.StatusCode == http.StatusAccepted {
		return response, nil
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, 4<<20))
	response.Body.Close()
	if err != nil {
		return nil, err
	}
	if e, ok := statusOf(text); ok {
		return nil, p.c.classify(e)
	}
	// When nothing listens behind the Service, the API server's proxy says so in plain text.
	if response.StatusCode == http.StatusBadGateway || response.StatusCode == http.StatusServiceUnavailable && !bytes.HasPrefix(text, []byte("{")) {
		return nil, p.c.classify(&Error{Code: response.StatusCode, Reason: "ServiceUnavailable", Message: strings.TrimSpace(string(text))})
	}
	response.Body = io.NopCloser(bytes.NewReader(text))
	return response, nil
}

// Gone says whether the API server answered that what was asked for is not there.
func Gone(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == http.StatusNotFound
}
