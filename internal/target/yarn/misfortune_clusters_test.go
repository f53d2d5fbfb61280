//go:build clusters

package yarn_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/yarn"
	rig "github.com/autostream/autostream/rigs/yarn"
)

// misfortunes happen to a rig and to what runs on it.
type misfortunes struct {
	rig    *rig.Rig
	o      yarn.Options
	target *yarn.Target
	fs     *webhdfs.FS
	client *http.Client // nil where everybody is believed
}

const (
	folder  = "/user/root/.autostream"
	staging = "/user/root/.flink"
	soon    = 5 * time.Minute // how long anything may take
)

// befalling are the misfortunes of a rig where everybody is believed, and of a target on it.
func befalling(r *rig.Rig, o yarn.Options) *misfortunes {
	fs := webhdfs.New(webhdfs.Options{Addresses: []string{r.WebHDFS}, Name: r.DefaultFS, User: "root"})
	return &misfortunes{rig: r, o: o, target: yarn.New(o), fs: fs}
}

func TestMisfortunes(t *testing.T) {
	r := rig.Start(t)
	m := befalling(r, options(t, r, release.V2_2))
	t.Run("killed in submit", m.killedInSubmit)
	t.Run("killed in savepoint", m.killedInSavepoint)
	t.Run("killed in stop", m.killedInStop)
	t.Run("killed in cancel", m.killedInCancel)
	t.Run("as asked", m.asAsked)
	t.Run("the queue is missing", m.queueMissing)
	t.Run("the queue is full", m.queueFull)
	t.Run("more memory than the scheduler gives", m.tooMuchMemory)
	t.Run("the quota is used up", m.quotaUsedUp)
	t.Run("safe mode", m.safeMode)
	t.Run("DataNode away", m.dataNodeAway)
	t.Run("library deleted or altered", m.libraryAltered)
	t.Run("ResourceManager restarted in submit", m.restartedInSubmit)
	t.Run("ResourceManager restarted in stop", m.restartedInStop)
	t.Run("killed from outside", m.killedFromOutside)
	t.Run("never submitted", m.neverSubmitted)
	t.Run("the first address is dead", m.addressDead)
	t.Run("the JobManager is out of reach", m.jobManagerOutOfReach)
	t.Run("a TaskManager is killed", m.taskManagerKilled)
	t.Run("a JobManager over its memory", m.jobManagerOverMemory)
	t.Run("a TaskManager over its memory", m.taskManagerOverMemory)
}

// job is a submission of a job that runs until it is cancelled.
func (m *misfortunes) job(t *testing.T) target.Submission {
	t.Helper()
	s := target.Submission{
		ID: target.NewJobID(), Name: path.Base(t.Name()), Release: "2.2", Parallelism: 1,
		Options: map[string]string{"execution.checkpointing.interval": "1 s"},
		SQL: &target.SQLProgram{Statements: []string{
			"CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '20')",
			"CREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole')",
			"INSERT INTO out_rows SELECT id, COUNT(*) FROM events GROUP BY id",
		}},
	}
	small(&s)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		if err := m.target.Cancel(ctx, s.ID); err != nil && fault.KindOf(err) != fault.NotFound {
			t.Errorf("cancelling %s: %v", s.ID, err)
		}
	})
	return s
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(soon); !ok(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s for %s", soon, what)
		}
	}
}

// apps lists the applications of a job, whatever became of them.
func (m *misfortunes) apps(t *testing.T, id target.JobID) (ids []string) {
	t.Helper()
	var answer struct {
		Apps struct{ App []struct{ ID string } }
	}
	m.rm(t, http.MethodGet, "/ws/v1/cluster/apps?applicationTags=autostream-job-"+string(id), nil, &answer)
	for _, a := range answer.Apps.App {
		ids = append(ids, a.ID)
	}
	return ids
}

func (m *misfortunes) rm(t *testing.T, method, at string, in, out any) {
	t.Helper()
	client := m.client
	if client == nil {
		client = http.DefaultClient
	}
	call(t, client, method, m.rig.ResourceManager+at, in, out)
}

func call(t *testing.T, client *http.Client, method, at string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, at, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		t.Fatalf("%s %s: %s %s %v", method, at, response.Status, text, err)
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
}

// noStaging makes sure that nothing is left of what applications needed while they ran.
func (m *misfortunes) noStaging(t *testing.T) {
	t.Helper()
	left, err := m.fs.List(t.Context(), staging)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		t.Fatal(err)
	}
	for _, e := range left {
		t.Errorf("left behind: %s", e.Path)
	}
}

// refuses submits what cannot work: the error says the words, nothing is started, nothing is left.
func (m *misfortunes) refuses(t *testing.T, s target.Submission, words string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	_, err := m.target.Submit(ctx, s)
	if err == nil || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "\n") {
		t.Errorf("Submit: %v; want one line with %q", err, words)
	}
	t.Logf("%v", err)
	m.noStaging(t)
}

func (m *misfortunes) queueMissing(t *testing.T) {
	s := m.job(t)
	s.Options["yarn.application.queue"] = "nobodys"
	m.refuses(t, s, "nobodys")
}

func (m *misfortunes) tooMuchMemory(t *testing.T) {
	s := m.job(t)
	s.Resources.JobManager.Memory = 64 << 30
	m.refuses(t, s, "65536")
}

// queueFull leaves no room for a second JobManager: it waits, and says so, and comes up when there is room.
func (m *misfortunes) queueFull(t *testing.T) {
	big := m.job(t)
	big.Resources.JobManager.Memory = 6500 << 20
	m.up(t, big)
	s := m.job(t)
	s.Resources.JobManager.Memory = 1500 << 20
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if _, err := m.target.Submit(ctx, s); err != nil {
		t.Fatalf("Submit into a full queue: %v", err)
	}
	st, err := m.target.Status(t.Context(), s.ID)
	if err != nil || st.State != target.Initializing || st.Reason == "" {
		t.Errorf("status = %+v, %v; want it to wait, and why", st, err)
	}
	t.Logf("%s", st.Reason)
	if err := m.target.Cancel(t.Context(), big.ID); err != nil {
		t.Fatal(err)
	}
	m.awaitUp(t, s.ID)
	m.runs(t, s)
}

// setQuota limits what the target's folder may hold; -1 is no limit.
func (m *misfortunes) setQuota(t *testing.T, names int64) {
	t.Helper()
	q := url.Values{"op": {"SETQUOTA"}, "namespacequota": {strconv.FormatInt(names, 10)}, "user.name": {"root"}}
	call(t, http.DefaultClient, http.MethodPut, m.rig.WebHDFS+"/webhdfs/v1"+folder+"?"+q.Encode(), nil, nil)
}

func (m *misfortunes) quotaUsedUp(t *testing.T) {
	s := m.job(t)
	m.setQuota(t, 1)
	m.refuses(t, s, "quota")
	m.setQuota(t, -1)
	m.runs(t, s)
}

func (m *misfortunes) safeMode(t *testing.T) {
	s := m.job(t)
	m.rig.HDFS(t, "dfsadmin", "-safemode", "enter")
	m.refuses(t, s, "safe mode")
	m.rig.HDFS(t, "dfsadmin", "-safemode", "leave")
	m.runs(t, s)
}

func (m *misfortunes) dataNodeAway(t *testing.T) {
	s := m.job(t)
	m.rig.Kill(t, "datanode")
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	_, err := m.target.Submit(ctx, s)
	if err == nil {
		t.Error("submitted without a DataNode")
	}
	t.Logf("%v", err)
	m.rig.Up(t, "datanode")
	m.runs(t, s)
}

// runs submits, waits until all tasks run, stops with a savepoint and makes sure that there was one application and
// nothing is left of it.
func (m *misfortunes) runs(t *testing.T, s target.Submission) {
	t.Helper()
	m.up(t, s)
	m.stops(t, s)
}

func (m *misfortunes) stops(t *testing.T, s target.Submission) {
	t.Helper()
	if _, err := m.target.Stop(t.Context(), s.ID, target.StopOptions{Trigger: target.NewTrigger()}); err != nil {
		t.Errorf("Stop: %v", err)
	}
	if apps := m.apps(t, s.ID); len(apps) != 1 {
		t.Errorf("applications %v, want one", apps)
	}
	m.noStaging(t)
}

// checkpoints waits for a checkpoint that is yet to come.
func (m *misfortunes) checkpoints(t *testing.T, id target.JobID) {
	t.Helper()
	before := ""
	until(t, "another checkpoint", func() bool {
		st, err := m.target.Status(t.Context(), id)
		if err != nil || st.LastCheckpoint == "" {
			return false
		}
		if before == "" {
			before = st.LastCheckpoint
		}
		return st.LastCheckpoint != before
	})
}

func (m *misfortunes) up(t *testing.T, s target.Submission) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if _, err := m.target.Submit(ctx, s); err != nil {
		t.Fatalf("Submit: %v", err)
	}
	m.awaitUp(t, s.ID)
}

func (m *misfortunes) awaitUp(t *testing.T, id target.JobID) {
	t.Helper()
	until(t, "all tasks running", func() bool {
		st, err := m.target.Status(t.Context(), id)
		return err == nil && st.State == target.Running && st.Tasks.Total > 0 && st.Tasks.Up()
	})
}

// libraryAltered takes one file of the library away and writes another of the same size over a second one: the next job
// runs on the right ones.
func (m *misfortunes) libraryAltered(t *testing.T) {
	files := map[string]dfs.Entry{}
	library, err := m.fs.List(t.Context(), folder+"/library")
	if fault.KindOf(err) == fault.NotFound { // the first test of a rig
		m.runs(t, m.job(t))
		library, err = m.fs.List(t.Context(), folder+"/library")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range library {
		_, name, _ := strings.Cut(e.Name(), "-") // behind the hash
		files[name] = e
	}
	for _, name := range []string{"plugins.tar", "lib.tar"} {
		if files[name].Path == "" {
			t.Fatalf("no %s in the library", name)
		}
		if err := m.fs.Delete(t.Context(), files[name].Path); err != nil {
			t.Fatal(err)
		}
	}
	broken := files["lib.tar"]
	if err := m.fs.Create(t.Context(), broken.Path, bytes.NewReader(make([]byte, broken.Size)), dfs.Attributes{Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	m.runs(t, m.job(t))
	for _, e := range files {
		now, err := m.fs.Stat(t.Context(), e.Path)
		if err != nil || now != e {
			t.Errorf("%s is %+v, %v", e.Path, now, err)
		}
	}
}

// restartedInSubmit kills the ResourceManager as soon as it has the application.
func (m *misfortunes) restartedInSubmit(t *testing.T) {
	s := m.job(t)
	submitted := make(chan error, 1)
	go func() {
		_, err := m.target.Submit(t.Context(), s)
		submitted <- err
	}()
	until(t, "an application", func() bool { return len(m.apps(t, s.ID)) > 0 })
	m.rig.Kill(t, "resourcemanager")
	m.rig.Up(t, "resourcemanager", "nodemanager")
	if err := <-submitted; err != nil {
		t.Errorf("Submit while the ResourceManager restarted: %v", err)
	}
	m.runs(t, s)
}

func (m *misfortunes) restartedInStop(t *testing.T) {
	s := m.job(t)
	m.up(t, s)
	m.rig.Kill(t, "resourcemanager")
	if _, err := m.target.Status(t.Context(), s.ID); err == nil || fault.KindOf(err) == fault.NotFound {
		t.Errorf("Status without a ResourceManager: %v; want an error that does not say that the job is gone", err)
	}
	stopped := make(chan error, 1)
	go func() {
		_, err := m.target.Stop(t.Context(), s.ID, target.StopOptions{Trigger: target.NewTrigger()})
		stopped <- err
	}()
	m.rig.Up(t, "resourcemanager", "nodemanager")
	if err := <-stopped; err != nil {
		t.Errorf("Stop while the ResourceManager restarted: %v", err)
	}
	st, err := m.target.Status(t.Context(), s.ID)
	if err != nil || st.State != target.Finished || st.LastCheckpoint == "" {
		t.Errorf("status = %+v, %v; want FINISHED with a savepoint", st, err)
	}
	m.noStaging(t)
}

func (m *misfortunes) killedFromOutside(t *testing.T) {
	s := m.job(t)
	m.up(t, s)
	m.checkpoints(t, s.ID)
	app := m.apps(t, s.ID)[0]
	m.rm(t, http.MethodPut, fmt.Sprintf("/ws/v1/cluster/apps/%s/state?user.name=root", app), map[string]string{"state": "KILLED"}, nil)
	until(t, "the end", func() bool {
		st, err := m.target.Status(t.Context(), s.ID)
		return err == nil && st.State == target.Canceled
	})
	m.noStaging(t)
	if _, err := m.target.LatestCheckpoint(t.Context(), s.ID); err != nil {
		t.Errorf("LatestCheckpoint: %v", err)
	}
}

// neverSubmitted finds what somebody left who died before YARN had the application, and never came back.
func (m *misfortunes) neverSubmitted(t *testing.T) {
	for name, modified := range map[string]time.Time{
		"application_1_0001/config.yaml":              time.Now().Add(-48 * time.Hour),
		"application_1_0002/config.yaml":              {}, // somebody may be at it
		"application_1_0003/application_1_0003-x.tmp": time.Now().Add(-48 * time.Hour),
	} {
		if err := m.fs.Create(t.Context(), staging+"/"+name, strings.NewReader("x"), dfs.Attributes{Mode: 0o600, Modified: modified}); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := m.fs.Delete(context.Background(), staging); err != nil {
			t.Error(err)
		}
	})
	s := m.job(t)
	m.up(t, s)
	if err := m.target.Cancel(t.Context(), s.ID); err != nil {
		t.Fatal(err)
	}
	left, err := m.fs.List(t.Context(), staging)
	if err != nil || len(left) != 2 || left[0].Name() != "application_1_0002" || left[1].Name() != "application_1_0003" {
		t.Errorf("left: %+v, %v", left, err)
	}
}

// addressDead names two ResourceManagers and two NameNodes, of which the first do not answer.
func (m *misfortunes) addressDead(t *testing.T) {
	const nobody = "http://localhost:1"
	o := m.o
	o.ResourceManagers = []string{nobody, m.rig.ResourceManager}
	o.Open = func(name, user string) (dfs.FS, error) {
		return webhdfs.New(webhdfs.Options{Addresses: []string{nobody, m.rig.WebHDFS}, Name: name, User: user}), nil
	}
	other := *m
	other.target = yarn.New(o)
	other.runs(t, m.job(t))
}
