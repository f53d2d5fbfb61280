package kubetest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Token signs a token of a service account that is good until a moment, which may be over: the API server itself gives
// none for less than ten minutes.
func (r *Rig) Token(t testing.TB, namespace, account string, until time.Time) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(home(), "pki", "sa.key"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatal("the rig's key of service accounts is not PEM")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	const issuer = "https://kubernetes.default.svc"
	began := until.Add(-time.Hour).Unix()
	claims := map[string]any{
		"iss": issuer, "aud": []string{issuer}, "sub": "system:serviceaccount:" + namespace + ":" + account,
		"iat": began, "nbf": began, "exp": until.Unix(),
		"kubernetes.io": map[string]any{"namespace": namespace, "serviceaccount": map[string]any{
			"name": account, "uid": strings.TrimSpace(r.Run(t, "get", "serviceaccount", account, "-n", namespace, "-o", "jsonpath={.metadata.uid}")),
		}},
	}
	signed := part(t, map[string]any{"alg": "RS256", "typ": "JWT"}) + "." + part(t, claims)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// part is a part of a JSON web token (RFC 7515).
func part(t testing.TB, content map[string]any) string {
	t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}
