// Package kubetest gives tests with the build tag clusters a real Kubernetes: the rig in rigs/k8s, which is left as it
// was found, running or not.
package kubetest

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

// Rig is a Kubernetes of one node on this machine, with images of Flink.
type Rig struct {
	Kubeconfig string
	Kubectl    string // path of the program
	Shared     string // folder that anybody may write to, for mounting under the same path into pods
	Images     map[release.Line]string

	scripts string
}

// Node is the address of the rig's node, which is this machine, for its pods.
const Node = "10.88.0.1"

// cannotRun is how the rig says that this machine cannot hold it.
const cannotRun = 77

// Start returns the rig with images of the lines. A rig that did not run before is stopped when the test ends. Where the
// machine cannot run one the test is skipped, with the reason.
func Start(t testing.TB, lines ...release.Line) *Rig {
	t.Helper()
	r := &Rig{scripts: scripts(t), Images: map[release.Line]string{}}
	var images []string
	for _, line := range lines {
		home := flinktest.Home(t, line)
		r.Images[line] = "rig.local/flink:" + home.Release.Version
		images = append(images, home.Release.Version+"="+home.Dir)
	}
	ran := r.runs()
	vars := r.up(t, images)
	r.Kubeconfig, r.Shared = vars["KUBECONFIG"], vars["RIG_SHARED"]
	path, _, _ := strings.Cut(vars["PATH"], ":")
	r.Kubectl = filepath.Join(strings.Trim(path, `"`), "kubectl")
	if !ran {
		t.Cleanup(func() {
			if out, err := exec.Command(filepath.Join(r.scripts, "down.sh")).CombinedOutput(); err != nil {
				t.Errorf("stopping the Kubernetes rig: %v\n%s", err, out)
			}
		})
	}
	return r
}

// runs says whether the rig runs already.
func (r *Rig) runs() bool {
	return exists(filepath.Join(home(), "run", "containerd.sock"))
}

// home is where the rig keeps what it runs on, as its scripts have it.
func home() string {
	if dir := os.Getenv("RIG_HOME"); dir != "" {
		return dir
	}
	return filepath.Join(os.TempDir(), "k8s-rig")
}

func (r *Rig) up(t testing.TB, images []string) map[string]string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 45*time.Minute) // the first start builds Kubernetes
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(r.scripts, "up.sh"), images...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == cannotRun {
			t.Skipf("no Kubernetes on this machine: %s", strings.TrimSpace(said.String()))
		}
		t.Fatalf("starting the Kubernetes rig: %v\n%s", err, said.String())
	}
	vars := map[string]string{}
	for word := range strings.FieldsSeq(out.String()) {
		if name, value, ok := strings.Cut(word, "="); ok {
			vars[name] = strings.Trim(value, `"`)
		}
	}
	return vars
}

// Run runs kubectl and returns what it printed.
func (r *Rig) Run(t testing.TB, args ...string) string {
	t.Helper()
	cmd := exec.Command(r.Kubectl, append([]string{"--kubeconfig", r.Kubeconfig}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// PodTemplate is a Pod that mounts the shared folder under its own path.
func (r *Rig) PodTemplate() string {
	return `apiVersion: v1
kind: Pod
spec:
  containers:
  - name: flink-main-container
    volumeMounts:
    - {name: shared, mountPath: "` + r.Shared + `"}
  volumes:
  - name: shared
    hostPath: {path: "` + r.Shared + `", type: Directory}
`
}

// Folder makes a new folder that pods can write to.
func (r *Rig) Folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(r.Shared, "test-") //nolint:usetesting // pods see it under this name
	if err == nil {
		err = os.Chmod(dir, 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// scripts finds rigs/k8s above the folder of the test.
func scripts(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if found := filepath.Join(dir, "rigs", "k8s"); exists(filepath.Join(found, "up.sh")) {
			return found
		}
	}
	t.Fatal("no folder rigs/k8s above the test")
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Through writes a kubeconfig that leads to the rig by way of a server that calls before with every request, and cuts
// the connection when that returns an error: what a process sees that is killed, or whose API server is gone.
func (r *Rig) Through(t testing.TB, before func(*http.Request) error) string {
	t.Helper()
	text := r.Run(t, "config", "view", "--raw", "--minify", "--flatten", "-o", "json")
	var config struct {
		Clusters []struct {
			Cluster struct {
				Server string `json:"server"`
				CA     []byte `json:"certificate-authority-data"`
			} `json:"cluster"`
		} `json:"clusters"`
		Users []struct {
			User struct {
				Certificate []byte `json:"client-certificate-data"`
				Key         []byte `json:"client-key-data"`
			} `json:"user"`
		} `json:"users"`
	}
	if err := json.Unmarshal([]byte(text), &config); err != nil {
		t.Fatal(err)
	}
	cluster, user := config.Clusters[0].Cluster, config.Users[0].User
	pair, err := tls.X509KeyPair(user.Certificate, user.Key)
	if err != nil {
		t.Fatal(err)
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(cluster.CA)
	address, err := url.Parse(cluster.Server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(address)
	transport := &http.Transport{TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: authorities}}
	proxy.Transport = transport
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if before(q) != nil {
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, q)
	}))
	t.Cleanup(func() {
		server.Close()
		transport.CloseIdleConnections()
	})
	return writeKubeconfig(t, server.URL)
}

// RestartAPIServer kills the API server and starts another; what it kept is in etcd.
func (r *Rig) RestartAPIServer(t testing.TB) {
	t.Helper()
	record, err := os.ReadFile(filepath.Join(home(), "run", "kube-apiserver.pid"))
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(record), " ")
	pid, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	server, err := os.FindProcess(pid)
	if err == nil {
		err = server.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	r.up(t, nil)
}
