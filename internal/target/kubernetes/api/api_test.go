package api_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// file writes a file and returns its path.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func environment(vars ...string) func(string) string {
	return func(name string) string {
		for i := 0; i+1 < len(vars); i += 2 {
			if vars[i] == name {
				return vars[i+1]
			}
		}
		return ""
	}
}

const two = `
current-context: one
contexts:
- {name: one, context: {cluster: a, user: u, namespace: streams}}
- {name: two, context: {cluster: b, user: u}}
- {name: broken, context: {cluster: nowhere, user: u}}
clusters:
- {name: a, cluster: {server: "https://a:6443/"}}
- {name: b, cluster: {server: "https://b:6443"}}
users:
- {name: u, user: {token: t}}
`

func TestConnect(t *testing.T) {
	t.Parallel()
	with := func(user string) string {
		return strings.Replace(two, "{token: t}", user, 1)
	}
	for name, test := range map[string]struct {
		settings func(t *testing.T) api.Settings
		server   string
		want     string // in the error
		kind     fault.Kind
	}{
		"current context": {func(t *testing.T) api.Settings { return api.Settings{Kubeconfig: file(t, two)} }, "https://a:6443", "", 0},
		"other context":   {func(t *testing.T) api.Settings { return api.Settings{Kubeconfig: file(t, two), Context: "two"} }, "https://b:6443", "", 0},
		"several files": {func(t *testing.T) api.Settings {
			second := strings.NewReplacer("current-context: one", "current-context: three", "name: one", "name: three", "https://a", "https://never").Replace(two)
			return api.Settings{Context: "three", Getenv: environment("KUBECONFIG", file(t, two)+string(os.PathListSeparator)+file(t, second))}
		}, "https://a:6443", "", 0},
		"no such context": {func(t *testing.T) api.Settings { return api.Settings{Kubeconfig: file(t, two), Context: "tow"} }, "", `has no context "tow"`, fault.NotFound},
		"no such cluster": {func(t *testing.T) api.Settings { return api.Settings{Kubeconfig: file(t, two), Context: "broken"} }, "", `no cluster "nowhere"`, fault.NotFound},
		"no such file":    {func(*testing.T) api.Settings { return api.Settings{Kubeconfig: "/no/such/file"} }, "", "no kubeconfig /no/such/file", fault.NotFound},
		"none at all":     {func(t *testing.T) api.Settings { return api.Settings{Getenv: environment("HOME", t.TempDir())} }, "", "there is no kubeconfig", fault.NotFound},
		"not YAML":        {func(t *testing.T) api.Settings { return api.Settings{Kubeconfig: file(t, "a: [")} }, "", "reading kubeconfig", fault.Usage},
		"old auth provider": {func(t *testing.T) api.Settings {
			return api.Settings{Kubeconfig: file(t, with("{auth-provider: {name: gcp}}"))}
		}, "",
			"auth-provider", fault.Usage},
		"unknown exec protocol": {func(t *testing.T) api.Settings {
			return api.Settings{Kubeconfig: file(t, with("{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}}"))}
		}, "", "v1alpha1", fault.Usage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := test.settings(t)
			if s.Getenv == nil {
				s.Getenv = environment()
			}
			c, err := api.Connect(s)
			switch {
			case test.want == "" && (err != nil || c.Server() != test.server):
				t.Errorf("Connect = %v, %v", c, err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || fault.KindOf(err) != test.kind):
				t.Errorf("error %v, want %q of kind %s", err, test.want, test.kind)
			}
		})
	}
}

// server answers what the test says and is reached by a kubeconfig with this user.
func server(t *testing.T, user string, handle http.HandlerFunc) *api.Client {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	text := strings.NewReplacer("https://a:6443/", s.URL, "{token: t}", user).Replace(two)
	c, err := api.Connect(api.Settings{Kubeconfig: file(t, text), Getenv: environment()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// A token that is refused once is asked for again; an exec plugin is run no more often than that.
func TestExecPlugin(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the plugin is a shell script")
	}
	dir := t.TempDir()
	plugin := filepath.Join(dir, "sign-in")
	script := "#!/bin/sh\necho x >> " + dir + "/runs\nn=$(wc -l < " + dir + "/runs | tr -d ' ')\n" +
		`echo "{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"$GREETING-$n\"}}"` + "\n"
	if err := os.WriteFile(plugin, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	c := server(t, "{exec: {apiVersion: client.authentication.k8s.io/v1, command: "+plugin+", env: [{name: GREETING, value: hello}]}}",
		func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer hello-2" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = w.Write([]byte(`{"gitVersion": "v1.33.0"}`))
		})
	for range 3 {
		if v, err := c.Version(t.Context()); err != nil || v != "v1.33.0" {
			t.Fatalf("Version = %s, %v", v, err)
		}
	}
	if runs, _ := os.ReadFile(filepath.Join(dir, "runs")); len(runs) != 4 {
		t.Errorf("the plugin ran %d times, want 2", len(runs)/2)
	}
}

func TestExecPluginFails(t *testing.T) {
	t.Parallel()
	c := server(t, "{exec: {apiVersion: client.authentication.k8s.io/v1, command: /no/such/plugin, installHint: get it there}}",
		func(http.ResponseWriter, *http.Request) {})
	_, err := c.Version(t.Context())
	if fault.KindOf(err) != fault.Denied || fault.FixOf(err) != "get it there" {
		t.Errorf("error %v, fix %q", err, fault.FixOf(err))
	}
}

func TestTokenFileIsReadAgain(t *testing.T) {
	t.Parallel()
	token := file(t, "old\n")
	var asked atomic.Int32
	c := server(t, "{tokenFile: "+token+"}", func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			_ = os.WriteFile(token, []byte("new\n"), 0o600)
		}
		if r.Header.Get("Authorization") != "Bearer new" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(`{}`))
	})
	if _, err := c.Version(t.Context()); err != nil {
		t.Errorf("Version: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status    int
		body      string
		kind      fault.Kind
		text, fix string
	}{
		"a right is missing": {403, `{"kind":"Status","code":403,"reason":"Forbidden","message":"pods is forbidden: User \"ann\" cannot list resource \"pods\" in API group \"\" in the namespace \"n\""}`,
			fault.Denied, "cannot list", `{apiGroups: [""], resources: ["pods"], verbs: ["list"]}`},
		"quota": {403, `{"kind":"Status","code":403,"reason":"Forbidden","message":"exceeded quota: q"}`, fault.Denied, "exceeded quota", ""},
		"namespace ends": {403, `{"kind":"Status","code":403,"reason":"Forbidden","message":"configmaps \"x\" is forbidden: unable to create new content in namespace n because it is being terminated"}`,
			fault.Conflict, "namespace n is being removed", ""},
		"signed out":      {401, `{"kind":"Status","code":401,"reason":"Unauthorized","message":"Unauthorized"}`, fault.Denied, "does not know u", "sign in again"},
		"not there":       {404, `{"kind":"Status","code":404,"reason":"NotFound","message":"pods \"x\" not found"}`, fault.NotFound, "not found", ""},
		"changed":         {409, `{"kind":"Status","code":409,"reason":"Conflict","message":"modified"}`, fault.Conflict, "modified", ""},
		"somebody else's": {502, "<html>bad gateway</html>", fault.Failed, "502", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := server(t, "{token: t}", func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			})
			err := c.Get(t.Context(), api.Pods, "n", "x", nil)
			if fault.KindOf(err) != test.kind || err == nil || !strings.Contains(err.Error(), test.text) || !strings.Contains(fault.FixOf(err), test.fix) {
				t.Errorf("error %v of kind %s, fix %q", err, fault.KindOf(err), fault.FixOf(err))
			}
			if !api.Answered(err) {
				t.Error("the server has answered")
			}
		})
	}
}

// What the API server's proxy says for itself is an error; what is behind it answers as it is.
func TestServiceProxy(t *testing.T) {
	t.Parallel()
	c := server(t, "{token: t}", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/v1/namespaces/n/services/a-rest:8081/proxy/flink":
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"errors": ["not that"]}`))
		default:
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(`{"kind":"Status","code":503,"reason":"ServiceUnavailable","message":"no endpoints available"}`))
		}
	})
	address, client := c.ServiceProxy("n", "a-rest", 8081)
	defer client.CloseIdleConnections()
	get := func(path string) (int, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if err != nil {
			return 0, err
		}
		response.Body.Close()
		return response.StatusCode, nil
	}
	if status, err := get("/flink"); status != http.StatusNotFound || err != nil {
		t.Errorf("Flink's answer: %d, %v", status, err)
	}
	_, err := get("/nobody")
	if e, ok := errors.AsType[*api.Error](err); !ok || e.Reason != "ServiceUnavailable" {
		t.Errorf("nobody there: %v", err)
	}
}

// FuzzKubeconfig: files come from many programs.
func FuzzKubeconfig(f *testing.F) {
	f.Add(two)
	f.Add("clusters: [{}]\ncontexts: [{name: ''}]")
	f.Add("users: 7")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := api.Connect(api.Settings{Kubeconfig: file(t, text), Getenv: environment()})
		if (c == nil) == (err == nil) {
			t.Errorf("Connect = %v, %v", c, err)
		}
	})
}
