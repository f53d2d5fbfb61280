package api

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// credentials give the Authorization header of requests.
type credentials interface {
	// header is "" where a client certificate says enough. renew asks for another than the one given last.
	header(ctx context.Context, renew bool) (string, error)
	// renewable says whether renew can help.
	renewable() bool
}

// credentials chooses among the ways to sign in; a client certificate goes into the TLS configuration.
func (u userEntry) credentials(c clusterEntry, config *tls.Config) (credentials, error) {
	certificate, err := either(u.CertificateData, u.Certificate, u.folder)
	if err != nil {
		return nil, err
	}
	key, err := either(u.KeyData, u.Key, u.folder)
	if err != nil {
		return nil, err
	}
	if len(certificate) > 0 {
		pair, err := tls.X509KeyPair(certificate, key)
		if err != nil {
			return nil, fault.Errorf(fault.Usage, "reading the client certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	switch {
	case u.Token != "" && u.TokenFile == "":
		return fixed("Bearer " + u.Token), nil
	case u.TokenFile != "":
		return &tokenFile{path: below(u.folder, u.TokenFile)}, nil
	case u.Exec != nil:
		plugin := &execPlugin{execEntry: *u.Exec, folder: u.folder, cluster: c}
		if err := plugin.check(); err != nil {
			return nil, err
		}
		config.GetClientCertificate = plugin.certificate
		return plugin, nil
	case u.Username != "":
		return fixed("Basic " + base64.StdEncoding.EncodeToString([]byte(u.Username+":"+u.Password))), nil
	}
	return fixed(""), nil
}

// fixed is a header that never changes.
type fixed string

func (f fixed) header(context.Context, bool) (string, error) { return string(f), nil }
func (fixed) renewable() bool                                { return false }

// tokenFile is a token that somebody renews in a file, as the kubelet does for pods.
type tokenFile struct {
	path string

	mu    sync.Mutex
	token string
	read  time.Time
}

func (t *tokenFile) renewable() bool { return true }

func (t *tokenFile) header(_ context.Context, renew bool) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if renew || time.Since(t.read) > time.Minute {
		text, err := os.ReadFile(t.path)
		if err != nil {
			return "", fmt.Errorf("reading the token: %w", err)
		}
		t.token, t.read = strings.TrimSpace(string(text)), time.Now()
	}
	return "Bearer " + t.token, nil
}
