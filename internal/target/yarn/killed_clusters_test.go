//go:build clusters

package yarn_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/yarn"
	rig "github.com/autostream/autostream/rigs/yarn"
)

// killed in the environment of a process says what it does and when it dies.
const killed = "AUTOSTREAM_TEST_KILLED"

// doomed is what a process does that dies in the middle: it calls one method of the target, and is killed behind the n-th
// request that changes something, counted from the first one that has a word in its address.
type doomed struct {
	Method  string // Submit, Savepoint, Stop, Cancel
	Submit  target.Submission
	Trigger string
	From    string
	After   int
}

// killedInSubmit submits a job in a process that is killed behind its first request that changes something, then in
// another that is killed behind the second, and so on. Whoever submits after that finds one application or none.
func (m *misfortunes) killedInSubmit(t *testing.T) {
	if _, err := m.target.Submit(t.Context(), m.job(t)); err != nil { // the library is there from now on
		t.Fatal(err)
	}
	m.atEveryRequest(t, 10, func(t *testing.T, n int) bool {
		s := m.job(t)
		died := m.dies(t, doomed{Method: "Submit", Submit: s, After: n})
		m.submitAgain(t, s)
		if apps := m.apps(t, s.ID); len(apps) != 1 {
			t.Errorf("applications %v, want one", apps)
		}
		if err := m.target.Cancel(t.Context(), s.ID); err != nil {
			t.Errorf("Cancel: %v", err)
		}
		return died
	})
	for _, e := range m.leftovers(t) {
		t.Errorf("left behind: %s", e)
	}
}

// killedInSavepoint does so with savepoints of one job. Whoever asks again gets the one that was taken.
func (m *misfortunes) killedInSavepoint(t *testing.T) {
	s := m.job(t)
	m.up(t, s)
	m.atEveryRequest(t, 3, func(t *testing.T, n int) bool {
		trigger := target.NewTrigger()
		died := m.dies(t, doomed{Method: "Savepoint", Submit: s, Trigger: trigger, After: n})
		m.one(t, s.ID, trigger, func() (target.Savepoint, error) {
			return m.target.Savepoint(t.Context(), s.ID, target.SavepointOptions{Trigger: trigger})
		})
		m.awaitUp(t, s.ID)
		return died
	})
	if err := m.target.Cancel(t.Context(), s.ID); err != nil {
		t.Errorf("Cancel: %v", err)
	}
	m.noStaging(t)
}

// killedInStop begins where the JobManager is asked: what comes before is that of a savepoint.
func (m *misfortunes) killedInStop(t *testing.T) {
	m.atEveryRequest(t, 2, func(t *testing.T, n int) bool {
		s, trigger := m.job(t), target.NewTrigger()
		m.up(t, s)
		died := m.dies(t, doomed{Method: "Stop", Submit: s, Trigger: trigger, From: "/stop", After: n})
		m.one(t, s.ID, trigger, func() (target.Savepoint, error) {
			return m.target.Stop(t.Context(), s.ID, target.StopOptions{Trigger: trigger})
		})
		if st, err := m.target.Status(t.Context(), s.ID); err != nil || st.State != target.Finished {
			t.Errorf("status = %+v, %v", st, err)
		}
		m.noStaging(t)
		return died
	})
}

func (m *misfortunes) killedInCancel(t *testing.T) {
	m.atEveryRequest(t, 2, func(t *testing.T, n int) bool {
		s := m.job(t)
		m.up(t, s)
		died := m.dies(t, doomed{Method: "Cancel", Submit: s, After: n})
		if err := m.target.Cancel(t.Context(), s.ID); err != nil {
			t.Errorf("Cancel: %v", err)
		}
		if st, err := m.target.Status(t.Context(), s.ID); err != nil || st.State != target.Canceled {
			t.Errorf("status = %+v, %v", st, err)
		}
		m.noStaging(t)
		return died
	})
}

// atEveryRequest lets processes die later and later, until one gets to its end; least is how many die on the way.
func (m *misfortunes) atEveryRequest(t *testing.T, least int, run func(t *testing.T, n int) (died bool)) {
	t.Helper()
	died, n := true, 0
	for died {
		n++
		if !t.Run(strconv.Itoa(n), func(t *testing.T) { died = run(t, n) }) {
			return
		}
	}
	if n <= least {
		t.Errorf("only %d requests that change something", n-1)
	}
}

// one asks again for a savepoint and makes sure that one was taken.
func (m *misfortunes) one(t *testing.T, id target.JobID, trigger string, again func() (target.Savepoint, error)) {
	t.Helper()
	sp, err := again()
	if err != nil {
		t.Fatalf("asking again: %v", err)
	}
	taken, err := m.fs.List(t.Context(), folder+"/savepoints/"+string(id)+"/"+trigger)
	if err != nil || len(taken) != 1 || m.fs.URI(taken[0].Path) != sp.Path {
		t.Errorf("savepoints %v, %v; want %s", taken, err, sp.Path)
	}
}

// leftovers are the folders of applications that do not run.
func (m *misfortunes) leftovers(t *testing.T) (left []string) {
	entries, err := m.fs.List(t.Context(), staging)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		var answer struct{ App struct{ State string } }
		m.rm(t, http.MethodGet, "/ws/v1/cluster/apps/"+e.Name(), nil, &answer)
		if answer.App.State != "RUNNING" && answer.App.State != "ACCEPTED" {
			left = append(left, e.Path)
		}
	}
	return left
}

// dies lets a process do what it is doomed to, and says whether it was killed before it was done.
func (m *misfortunes) dies(t *testing.T, d doomed) bool {
	t.Helper()
	d.Submit.Resources = target.Resources{} // sizes are written for people
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), killed+"="+string(text))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	if exit, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || exit.Signal() != syscall.SIGKILL || ctx.Err() != nil {
		t.Fatalf("the process was not killed: %v\n%s", err, out)
	}
	return true
}

// TestKilled is the process that is killed.
func TestKilled(t *testing.T) {
	text := os.Getenv(killed)
	if text == "" {
		t.Skip("run by TestMisfortunes")
	}
	var d doomed
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	small(&d.Submit)
	deadly := &http.Client{Transport: &fatal{from: d.From, after: d.After}}
	r := rig.Start(t)
	o := options(t, r, release.V2_2)
	o.HTTP = deadly
	o.Open = func(name, user string) (dfs.FS, error) {
		return webhdfs.New(webhdfs.Options{Addresses: []string{r.WebHDFS}, Name: name, User: user, HTTP: deadly}), nil
	}
	if err := d.call(t, yarn.New(o), yarn.New(options(t, r, release.V2_2))); err != nil {
		t.Fatal(err)
	}
}

func (d doomed) call(t *testing.T, deadly, calm *yarn.Target) (err error) {
	id := d.Submit.ID
	switch d.Method {
	case "Savepoint":
		_, err = deadly.Savepoint(t.Context(), id, target.SavepointOptions{Trigger: d.Trigger})
	case "Stop":
		_, err = deadly.Stop(t.Context(), id, target.StopOptions{Trigger: d.Trigger})
	case "Cancel":
		err = deadly.Cancel(t.Context(), id)
	case "Submit":
		ctx, cancel := context.WithCancel(t.Context())
		go func() { // nobody needs the job to come up
			for ctx.Err() == nil {
				if _, err := calm.Status(ctx, id); err == nil {
					time.Sleep(time.Second)
					cancel()
				}
				time.Sleep(200 * time.Millisecond)
			}
		}()
		if _, err = deadly.Submit(ctx, d.Submit); ctx.Err() != nil {
			err = nil
		}
	}
	return err
}

// fatal kills the process when its request has been answered.
type fatal struct {
	from  string
	after int

	mu    sync.Mutex
	begun bool
}

func (f *fatal) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.begun = f.begun || strings.Contains(request.URL.Path, f.from)
	if request.Method != http.MethodGet && f.begun {
		if f.after--; f.after == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	return response, err
}

// submitAgain submits until YARN has the application.
func (m *misfortunes) submitAgain(t *testing.T, s target.Submission) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	failure := make(chan error, 1)
	go func() {
		_, err := m.target.Submit(ctx, s)
		failure <- err
	}()
	until(t, "an application", func() bool {
		select {
		case err := <-failure:
			if err != nil {
				t.Fatalf("Submit after the kill: %v", err)
			}
			return true
		default:
			return len(m.apps(t, s.ID)) > 0
		}
	})
	time.Sleep(300 * time.Millisecond) // what Submit does behind that
	cancel()
}
