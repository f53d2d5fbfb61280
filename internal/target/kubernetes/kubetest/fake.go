package kubetest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Fake is an API server in memory: objects by their path, labels, resource versions, owners, and a JobManager behind
// every Service of a Deployment with a job id. What it does not do, such as running pods, a test puts into it.
type Fake struct {
	// Before is called with every request before it is answered; an error cuts the connection. nil lets all through.
	Before func(*http.Request) error

	// Log is the log of every container.
	Log string

	// Exec answers commands that are to run in pods; nil runs none.
	Exec http.HandlerFunc

	// FlinkVersions are what flinkVersion of FlinkDeployments can be. nil: there are no FlinkDeployments.
	FlinkVersions []string

	server *httptest.Server
	mu     sync.Mutex
	data   map[string]map[string]any // by path
	count  int
	jobs   map[string]map[string]any // by id: what JobManagers list
	then   map[string]func()         // by path
	down   bool
}

// NewFake starts an API server that ends with the test.
func NewFake(t testing.TB) *Fake {
	f := &Fake{data: map[string]map[string]any{}, jobs: map[string]map[string]any{}, then: map[string]func(){}}
	f.server = httptest.NewServer(f)
	t.Cleanup(f.server.Close)
	return f
}

// Kubeconfig writes a file that leads to it.
func (f *Fake) Kubeconfig(t testing.TB) string {
	t.Helper()
	return writeKubeconfig(t, f.server.URL)
}

func writeKubeconfig(t testing.TB, server string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	text := "apiVersion: v1\nkind: Config\ncurrent-context: test\ncontexts: [{name: test, context: {cluster: test, user: test, namespace: streams}}]\n" +
		"clusters: [{name: test, cluster: {server: \"" + server + "\"}}]\nusers: [{name: test, user: {username: somebody}}]\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Put adds an object under its path, "apis/apps/v1/namespaces/streams/deployments/x".
func (f *Fake) Put(path string, object map[string]any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.store("/"+path, object)
}

// Get returns the object at a path; nil when there is none.
func (f *Fake) Get(path string) map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.data["/"+path]
}

// Lay lays fields, as JSON, over the object at a path, which is made when it is not there.
func (f *Fake) Lay(path string, fields ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	o := f.data["/"+path]
	for _, text := range fields {
		var above map[string]any
		if err := json.Unmarshal([]byte(text), &above); err != nil {
			panic(err) // a mistake in the test
		}
		o = merged(o, above)
	}
	f.store("/"+path, o)
}

// Down makes it answer nobody any more: requests hang until the test ends.
func (f *Fake) Down() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = true
}

// Take removes an object and what it owns, as somebody else would.
func (f *Fake) Take(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.remove("/" + path)
}

// Then calls a function when the object at a path was made.
func (f *Fake) Then(path string, do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.then["/"+path] = do
}

// Paths lists the objects below a path.
func (f *Fake) Paths(prefix string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for path := range f.data {
		if strings.HasPrefix(path, "/"+prefix) {
			out = append(out, strings.TrimPrefix(path, "/"))
		}
	}
	slices.Sort(out)
	return out
}

// Job changes what the JobManager of a job says about it.
func (f *Fake) Job(id string, fields map[string]any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	maps.Copy(f.job(id), fields)
}

func (f *Fake) job(id string) map[string]any {
	if f.jobs[id] == nil {
		f.jobs[id] = map[string]any{
			"jid": id, "name": id, "state": "RUNNING", "start-time": time.Now().UnixMilli(), "end-time": -1,
			"tasks": map[string]any{"total": 1, "running": 1, "finished": 0},
		}
	}
	return f.jobs[id]
}

// ServeHTTP implements http.Handler.
func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.Before != nil && f.Before(r) != nil {
		panic(http.ErrAbortHandler)
	}
	f.mu.Lock()
	down := f.down
	f.mu.Unlock()
	if down {
		<-r.Context().Done()
		return
	}
	if f.Exec != nil && strings.HasSuffix(r.URL.Path, "/exec") {
		f.Exec(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	f.serve(w, r, body)
	f.mu.Lock()
	do := f.then[r.URL.Path]
	if f.data[r.URL.Path] == nil {
		do = nil
	} else {
		delete(f.then, r.URL.Path)
	}
	f.mu.Unlock()
	if do != nil {
		do()
	}
}

func (f *Fake) serve(w http.ResponseWriter, r *http.Request, body []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if at := strings.Index(r.URL.Path, "-rest:8081/proxy/"); at >= 0 {
		f.jobManager(w, r, r.URL.Path[strings.LastIndexByte(r.URL.Path[:at], '/')+1:at], r.URL.Path[at+len("-rest:8081/proxy/"):])
		return
	}
	if strings.HasSuffix(r.URL.Path, "-rest:8083/proxy/api_versions") { // of a SQL Gateway
		answer(w, http.StatusOK, map[string]any{"versions": []string{"V1", "V2"}})
		return
	}
	var in map[string]any
	_ = json.Unmarshal(body, &in) // GET has none
	if at, ok := strings.CutPrefix(r.URL.Path, "/openapi/v3"); ok {
		f.schemas(w, at)
		return
	}
	have, there := f.data[r.URL.Path]
	switch {
	case r.Method == http.MethodPost && strings.Contains(r.URL.Path, "accessreviews"):
		answer(w, http.StatusCreated, map[string]any{"status": map[string]any{"allowed": true}})
	case r.Method == http.MethodPost:
		f.create(w, r.URL.Path+"/"+name(in), in)
	case strings.HasSuffix(r.URL.Path, "/log"):
		_, _ = io.WriteString(w, f.Log)
	case r.Method == http.MethodGet && r.URL.Path == operatorGroup:
		f.schemas(w, r.URL.Path)
	case r.Method == http.MethodGet && collection(r.URL.Path):
		f.list(w, r)
	case r.Method == http.MethodPatch && r.Header.Get("Content-Type") == "application/apply-patch+yaml":
		if there {
			in = merged(have, in)
		}
		answer(w, http.StatusOK, f.store(r.URL.Path, in))
	case r.Method == http.MethodDelete && !there && r.URL.Query().Has("labelSelector"):
		f.deleteAll(r)
		answer(w, http.StatusOK, map[string]any{})
	case !there:
		refuse(w, http.StatusNotFound, "NotFound", fmt.Sprintf("%q not found", r.URL.Path))
	case r.Method == http.MethodGet:
		answer(w, http.StatusOK, have)
	case r.Method == http.MethodDelete:
		f.remove(r.URL.Path)
		answer(w, http.StatusOK, map[string]any{})
	default: // PUT, and PATCH by merging
		if version := field(in, "metadata", "resourceVersion"); version != nil && version != field(have, "metadata", "resourceVersion") {
			refuse(w, http.StatusConflict, "Conflict", "the object has been modified")
			return
		}
		if r.Method == http.MethodPatch {
			in = merged(have, in)
		}
		answer(w, http.StatusOK, f.store(r.URL.Path, in))
	}
}

func (f *Fake) create(w http.ResponseWriter, path string, in map[string]any) {
	if _, there := f.data[path]; there {
		refuse(w, http.StatusConflict, "AlreadyExists", path+" already exists")
		return
	}
	answer(w, http.StatusCreated, f.store(path, in))
}

// store keeps an object with a new resource version, and with a uid.
func (f *Fake) store(path string, in map[string]any) map[string]any {
	f.count++
	metadata, _ := in["metadata"].(map[string]any)
	if metadata == nil {
		metadata = map[string]any{}
		in["metadata"] = metadata
	}
	metadata["name"] = path[strings.LastIndexByte(path, '/')+1:]
	metadata["resourceVersion"] = fmt.Sprint(f.count)
	metadata["uid"] = "uid-of-" + path
	f.data[path] = in
	return in
}

// remove deletes an object and those that it owns.
func (f *Fake) remove(path string) {
	uid := field(f.data[path], "metadata", "uid")
	delete(f.data, path)
	for other, o := range f.data {
		owners, _ := field(o, "metadata", "ownerReferences").([]any)
		if len(owners) > 0 && owners[0].(map[string]any)["uid"] == uid {
			delete(f.data, other)
		}
	}
}

// collection says whether a path ends in a kind of object, not in a name.
func collection(path string) bool {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if parts[0] == "apis" {
		parts = parts[1:]
	}
	return len(parts)%2 == 1 // the group's version, then pairs
}

func (f *Fake) list(w http.ResponseWriter, r *http.Request) {
	items := []any{}
	for _, path := range slices.Sorted(maps.Keys(f.data)) {
		if f.selected(path, r) {
			items = append(items, f.data[path])
		}
	}
	answer(w, http.StatusOK, map[string]any{"items": items})
}

func (f *Fake) deleteAll(r *http.Request) {
	for _, path := range slices.Collect(maps.Keys(f.data)) {
		if f.selected(path, r) {
			f.remove(path)
		}
	}
}

// selected says whether an object lies in the folder of a request and has its labels.
func (f *Fake) selected(path string, r *http.Request) bool {
	rest, ok := strings.CutPrefix(path, r.URL.Path+"/")
	if !ok || strings.Contains(rest, "/") {
		return false
	}
	labels, _ := field(f.data[path], "metadata", "labels").(map[string]any)
	for term := range strings.SplitSeq(r.URL.Query().Get("labelSelector"), ",") {
		key, value, exact := strings.Cut(term, "=")
		if term != "" && (labels[key] == nil || exact && labels[key] != value) {
			return false
		}
	}
	return true
}

// jobManager answers as the JobManager of a cluster does.
func (f *Fake) jobManager(w http.ResponseWriter, r *http.Request, cluster, path string) {
	var id string
	there := false
	for at, o := range f.data {
		if strings.HasSuffix(at, "/deployments/"+cluster) {
			id, _ = field(o, "metadata", "labels", "autostream/job-id").(string)
			there = true
		}
	}
	switch {
	case !there:
		refuse(w, http.StatusNotFound, "NotFound", "services \""+cluster+"-rest\" not found")
		return
	case id == "": // a session cluster
		answer(w, http.StatusOK, map[string]any{})
		return
	}
	j := f.job(id)
	switch {
	case path == "v1/jobs/overview":
		answer(w, http.StatusOK, map[string]any{"jobs": []any{j}})
	case r.Method == http.MethodPatch:
		j["state"], j["end-time"] = "CANCELED", time.Now().UnixMilli()
		answer(w, http.StatusAccepted, map[string]any{})
	case strings.HasSuffix(path, "/metrics"):
		answer(w, http.StatusOK, []any{})
	default:
		answer(w, http.StatusOK, map[string]any{})
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the caller may be gone
}

func refuse(w http.ResponseWriter, status int, reason, message string) {
	answer(w, status, map[string]any{"kind": "Status", "status": "Failure", "code": status, "reason": reason, "message": message})
}

func name(o map[string]any) string {
	text, _ := field(o, "metadata", "name").(string)
	return text
}

func field(o map[string]any, path ...string) any {
	var value any = o
	for _, key := range path {
		inner, _ := value.(map[string]any)
		value = inner[key]
	}
	return value
}

// merged lays one object over another; null takes a field away.
func merged(below, above map[string]any) map[string]any {
	out := map[string]any{}
	maps.Copy(out, below)
	for key, value := range above {
		inner, isMap := value.(map[string]any)
		under, wasMap := out[key].(map[string]any)
		switch {
		case value == nil:
			delete(out, key)
		case isMap && wasMap:
			out[key] = merged(under, inner)
		default:
			out[key] = value
		}
	}
	return out
}
