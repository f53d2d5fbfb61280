// Package s3 gives tests with the build tag clusters a real S3-compatible object store: Versity's gateway over a folder of
// this machine, which the Go toolchain builds once.
package s3

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// version of the gateway.
const version = "v1.8.0"

// Store is one object store with one user.
type Store struct {
	Endpoint  string // "http://127.0.0.1:7070"
	Region    string
	AccessKey string
	SecretKey string

	root string
}

// Start returns a store of the test alone.
func Start(t testing.TB) *Store {
	t.Helper()
	return StartAt(t, "127.0.0.1")
}

// StartAt returns a store of the test alone at an address of this machine that others than its processes can reach.
func StartAt(t testing.TB, host string) *Store {
	t.Helper()
	address := freeAddress(t, host)
	s := &Store{Endpoint: "http://" + address, Region: "us-east-1", AccessKey: "tester", SecretKey: "not-a-secret", root: t.TempDir()}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	gateway := exec.CommandContext(ctx, program(t), "--port", address, "--quiet", "posix", "--sidecar", t.TempDir(), s.root)
	gateway.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+s.AccessKey, "ROOT_SECRET_KEY="+s.SecretKey)
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	gateway.Stdout, gateway.Stderr = log, log
	if err := gateway.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = gateway.Wait()
		if text, err := os.ReadFile(log.Name()); t.Failed() && err == nil {
			t.Logf("the object store:\n%s", text)
		}
		_ = log.Close()
	})
	up, giveUp := context.WithTimeout(t.Context(), time.Minute)
	defer giveUp()
	for {
		c, err := (&net.Dialer{}).DialContext(up, "tcp", address)
		if err == nil {
			_ = c.Close()
			return s
		}
		select {
		case <-up.Done():
			t.Fatalf("the object store does not answer: %v", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Bucket makes a bucket.
func (s *Store) Bucket(t testing.TB, name string) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(s.root, name), 0o755); err != nil {
		t.Fatal(err)
	}
}

func freeAddress(t testing.TB, host string) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// program builds the gateway, unless it was built before.
func program(t testing.TB) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "autostream", "rigs", "versitygw-"+version)
	built := filepath.Join(dir, "versitygw")
	if _, err := os.Stat(built); err == nil {
		return built
	}
	install := exec.CommandContext(t.Context(), "go", "install", fmt.Sprintf("github.com/versity/versitygw/cmd/versitygw@%s", version))
	install.Env = append(os.Environ(), "GOBIN="+dir)
	install.Dir = t.TempDir() // no module of ours has a say
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("building the object store: %v\n%s", err, out)
	}
	return built
}
