package api

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// execEntry is a program that signs in, as cloud providers have them (client.authentication.k8s.io).
type execEntry struct {
	APIVersion string   `json:"apiVersion"`
	Command    string   `json:"command"`
	Args       []string `json:"args"`
	Env        []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"env"`
	InstallHint        string `json:"installHint"`
	ProvideClusterInfo bool   `json:"provideClusterInfo"`
}

// execPlugin runs the program when a credential is needed, and keeps what it gave until that runs out.
type execPlugin struct {
	execEntry
	folder  string
	cluster clusterEntry

	mu      sync.Mutex
	token   string
	pair    *tls.Certificate
	fetched bool
	expires time.Time // zero: not known
}

func (p *execPlugin) check() error {
	switch p.APIVersion {
	case "client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1":
		return nil
	}
	return fault.Errorf(fault.Usage, "%s speaks %s, and known are client.authentication.k8s.io/v1 and v1beta1", p.Command, p.APIVersion)
}

func (p *execPlugin) renewable() bool { return true }

func (p *execPlugin) header(ctx context.Context, renew bool) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.fetch(ctx, renew); err != nil || p.token == "" {
		return "", err
	}
	return "Bearer " + p.token, nil
}

// certificate gives TLS the client certificate, if the program has one.
func (p *execPlugin) certificate(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.fetch(request.Context(), false); err != nil || p.pair == nil {
		return &tls.Certificate{}, err
	}
	return p.pair, nil
}

// early is how long before its end a credential counts as run out.
const early = 10 * time.Second

// fetch runs the program unless what it gave last is good.
func (p *execPlugin) fetch(ctx context.Context, renew bool) error {
	if p.fetched && !renew && (p.expires.IsZero() || time.Now().Before(p.expires.Add(-early))) {
		return nil
	}
	cmd := exec.CommandContext(ctx, p.program(), p.Args...)
	cmd.Env = append(os.Environ(), "KUBERNETES_EXEC_INFO="+p.question())
	for _, v := range p.Env {
		cmd.Env = append(cmd.Env, v.Name+"="+v.Value)
	}
	var answer, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &answer, &said
	if err := cmd.Run(); err != nil {
		failure := fault.Errorf(fault.Denied, "signing in with %s: %w: %s", p.Command, err, lastLine(said.String()))
		if p.InstallHint != "" {
			failure = failure.WithFix("%s", strings.TrimSpace(p.InstallHint))
		}
		return failure
	}
	return p.take(answer.Bytes())
}

// program is the command; one with a slash is relative to the kubeconfig's folder.
func (p *execPlugin) program() string {
	if strings.ContainsRune(p.Command, filepath.Separator) {
		return below(p.folder, p.Command)
	}
	return p.Command
}

// question is the ExecCredential that the program is started with.
func (p *execPlugin) question() string {
	spec := map[string]any{"interactive": false}
	if p.ProvideClusterInfo {
		ca, _ := either(p.cluster.CAData, p.cluster.CA, p.cluster.folder) // was read before
		spec["cluster"] = map[string]any{
			"server": p.cluster.Server, "certificate-authority-data": ca, "tls-server-name": p.cluster.ServerName,
			"insecure-skip-tls-verify": p.cluster.Insecure, "proxy-url": p.cluster.ProxyURL,
		}
	}
	text, _ := json.Marshal(map[string]any{"kind": "ExecCredential", "apiVersion": p.APIVersion, "spec": spec}) // texts only
	return string(text)
}

// take reads the ExecCredential that the program printed.
func (p *execPlugin) take(text []byte) error {
	var answer struct {
		Status struct {
			Token       string    `json:"token"`
			Certificate string    `json:"clientCertificateData"`
			Key         string    `json:"clientKeyData"`
			Expires     time.Time `json:"expirationTimestamp"`
		} `json:"status"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return fault.Errorf(fault.Failed, "%s printed no ExecCredential", p.Command) // the text may hold a secret
	}
	got := answer.Status
	if got.Token == "" && got.Certificate == "" {
		return fault.Errorf(fault.Denied, "%s gave neither a token nor a certificate", p.Command)
	}
	p.pair = nil
	if got.Certificate != "" {
		pair, err := tls.X509KeyPair([]byte(got.Certificate), []byte(got.Key))
		if err != nil {
			return fault.Errorf(fault.Failed, "reading the certificate of %s: %w", p.Command, err)
		}
		p.pair = &pair
	}
	p.token, p.expires, p.fetched = got.Token, got.Expires, true
	return nil
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}
