// Package kerberos signs in to web servers that ask for Kerberos (SPNEGO, RFC 4559), with a keytab or with the tickets that
// kinit got.
package kerberos

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/spnego"

	"github.com/autostream/autostream/internal/base/fault"
)

// Login says who signs in, and with what.
type Login struct {
	Config string // krb5.conf; "" is /etc/krb5.conf
	// Principal and Keytab sign in without a password: "streams@EXAMPLE.COM". Without them the tickets are taken that
	// kinit got.
	Principal string
	Keytab    string
	Tickets   string // file with tickets; "" is /tmp/krb5cc_UID
}

// FromEnvironment completes a login with KRB5_CONFIG and KRB5CCNAME.
func (l Login) FromEnvironment(getenv func(string) string) Login {
	if l.Config == "" {
		l.Config = getenv("KRB5_CONFIG")
	}
	if l.Tickets == "" {
		l.Tickets = strings.TrimPrefix(getenv("KRB5CCNAME"), "FILE:")
	}
	return l
}

// Transport makes requests, and makes one again with a token when the server asks for one. Where the server then gives a
// cookie, as Hadoop does, the next request needs no token.
type Transport struct {
	login Login
	next  http.RoundTripper

	mu     sync.Mutex
	client *client.Client // nil until a server asks
	jar    http.CookieJar
}

// NewTransport returns a transport that makes its requests with next. Nothing is read before a server asks.
func NewTransport(l Login, next http.RoundTripper) *Transport {
	jar, _ := cookiejar.New(nil) // never fails
	return &Transport{login: l, next: next, jar: jar}
}

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	first := r.Clone(r.Context())
	for _, c := range t.jar.Cookies(r.URL) {
		first.AddCookie(c)
	}
	response, err := t.next.RoundTrip(first)
	if err != nil || response.StatusCode != http.StatusUnauthorized || !asks(response) {
		return response, err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	_ = response.Body.Close()
	again := r.Clone(r.Context())
	if r.Body != nil && r.Body != http.NoBody {
		if r.GetBody == nil {
			return nil, fault.Errorf(fault.Denied, "%s asks for Kerberos in the middle of an upload", r.URL.Host)
		}
		if again.Body, err = r.GetBody(); err != nil {
			return nil, err
		}
	}
	if err := t.sign(again); err != nil {
		return nil, err
	}
	response, err = t.next.RoundTrip(again)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusUnauthorized {
		_ = response.Body.Close()
		return nil, fault.Errorf(fault.Denied, "%s does not take our Kerberos ticket", r.URL.Host).
			WithFix("look at your tickets and at the clock of this machine:\n  klist")
	}
	t.jar.SetCookies(r.URL, response.Cookies())
	return response, nil
}

// asks says whether a server wants a token.
func asks(response *http.Response) bool {
	for _, way := range response.Header.Values("WWW-Authenticate") {
		if strings.EqualFold(strings.TrimSpace(way), "Negotiate") {
			return true
		}
	}
	return false
}

// sign puts a token into a request. The library is not made to be called at once by several.
func (t *Transport) sign(r *http.Request) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.signedIn()
	if err != nil {
		return err
	}
	service := "HTTP/" + r.URL.Hostname()
	if err := spnego.SetSPNEGOHeader(c, r, service); err != nil {
		return denied("getting a Kerberos ticket for "+service, err)
	}
	return nil
}

func (t *Transport) signedIn() (*client.Client, error) {
	if t.client != nil {
		return t.client, nil
	}
	file := t.login.Config
	if file == "" {
		file = "/etc/krb5.conf"
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fault.Errorf(fault.Denied, "the cluster asks for Kerberos: %w", err).WithFix("name the realm's configuration in KRB5_CONFIG")
	}
	settings, err := config.NewFromString(string(text))
	if unsupported := (config.UnsupportedDirective{}); err != nil && !errors.As(err, &unsupported) {
		return nil, fault.Errorf(fault.Denied, "reading %s: %w", file, err)
	}
	if t.login.Keytab != "" {
		t.client, err = t.withKeytab(settings)
	} else {
		t.client, err = t.withTickets(settings)
	}
	return t.client, err
}

func (t *Transport) withKeytab(settings *config.Config) (*client.Client, error) {
	keys, err := load(keytab.Load, t.login.Keytab)
	if err != nil {
		return nil, fault.Errorf(fault.Denied, "reading keytab %s: %w", t.login.Keytab, err)
	}
	name, realm, ok := strings.Cut(t.login.Principal, "@")
	if !ok {
		realm = settings.LibDefaults.DefaultRealm
	}
	c := client.NewWithKeytab(name, realm, keys, settings, client.DisablePAFXFAST(true))
	if err := c.Login(); err != nil {
		return nil, denied("signing in as "+t.login.Principal, err)
	}
	return c, nil
}

func (t *Transport) withTickets(settings *config.Config) (*client.Client, error) {
	file := t.login.Tickets
	if file == "" {
		file = fmt.Sprintf("/tmp/krb5cc_%d", os.Getuid())
	}
	tickets, err := load(credentials.LoadCCache, file)
	if err != nil {
		return nil, fault.Errorf(fault.Denied, "the cluster asks for Kerberos, and there are no tickets in %s: %w", file, err).
			WithFix("kinit, with KRB5CCNAME=FILE:/path where tickets are kept elsewhere than in files")
	}
	if end := signedInUntil(tickets); end.Before(time.Now()) {
		return nil, fault.Errorf(fault.Denied, "the tickets in %s expired at %s", file, end.Format(time.DateTime)).WithFix("kinit")
	}
	c, err := client.NewFromCCache(tickets, settings, client.DisablePAFXFAST(true))
	if err != nil {
		return nil, denied("using the tickets in "+file, err)
	}
	return c, nil
}

// load reads a file with the library, which over one that is cut off panics, or puts the keys in it into the error.
func load[T any](read func(file string) (T, error), file string) (v T, err error) {
	broken := errors.New("the file is broken")
	defer func() {
		if recover() != nil {
			err = broken
		}
	}()
	v, err = read(file)
	if _, absent := errors.AsType[*fs.PathError](err); err != nil && !absent {
		err = broken
	}
	return v, err
}

// signedInUntil is when the last of the tickets expires with which tickets for services are got.
func signedInUntil(tickets *credentials.CCache) (end time.Time) {
	for _, c := range tickets.GetEntries() {
		if slices.Contains(c.Server.PrincipalName.NameString, "krbtgt") && c.EndTime.After(end) {
			end = c.EndTime
		}
	}
	return end
}

// Close forgets the tickets.
func (t *Transport) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.client != nil {
		t.client.Destroy()
		t.client = nil
	}
}
