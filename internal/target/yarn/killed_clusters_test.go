//go:build clusters

package yarn_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strconv"
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

// killAfter names, in the environment of a process of its own, the request behind which it dies, and what it submits.
const (
	killAfter  = "AUTOSTREAM_TEST_KILL_AFTER"
	killSubmit = "AUTOSTREAM_TEST_KILL_SUBMIT"
)

// killedAtEveryRequest submits a job in a process that is killed behind its first request that changes something, then in
// another that is killed behind the second, and so on. Whoever submits after that finds one application or none.
func (m *misfortunes) killedAtEveryRequest(t *testing.T) {
	if _, err := m.target.Submit(t.Context(), m.job(t)); err != nil { // the library is there from now on
		t.Fatal(err)
	}
	for n := 1; ; n++ {
		done := false
		ok := t.Run(strconv.Itoa(n), func(t *testing.T) {
			s := m.job(t)
			done = !m.killed(t, s, n)
			m.submitAgain(t, s)
			if apps := m.apps(t, s.ID); len(apps) != 1 {
				t.Errorf("applications %v, want one", apps)
			}
			if err := m.target.Cancel(t.Context(), s.ID); err != nil {
				t.Errorf("Cancel: %v", err)
			}
		})
		if !ok || done {
			if n < 10 {
				t.Errorf("only %d requests that change something", n)
			}
			break
		}
	}
	for _, e := range m.leftovers(t) {
		t.Errorf("left behind: %s", e)
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

// killed submits in a process of its own, and says whether that was killed before it was done.
func (m *misfortunes) killed(t *testing.T, s target.Submission, n int) bool {
	t.Helper()
	s.Resources = target.Resources{} // sizes are written for people
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), killAfter+"="+strconv.Itoa(n), killSubmit+"="+string(text))
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState != nil && cmd.ProcessState.Success() {
		return false
	}
	if exit, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || exit.Signal() != syscall.SIGKILL {
		t.Fatalf("the process was not killed: %v\n%s", err, out)
	}
	return true
}

// TestKilled is the process that is killed.
func TestKilled(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv(killAfter))
	if err != nil {
		t.Skip("run by TestMisfortunes")
	}
	var s target.Submission
	if err := json.Unmarshal([]byte(os.Getenv(killSubmit)), &s); err != nil {
		t.Fatal(err)
	}
	small(&s)
	deadly := &http.Client{Transport: &fatal{after: n}}
	r := rig.Start(t)
	o := options(t, r, release.V2_2)
	o.HTTP = deadly
	o.Open = func(name string) (dfs.FS, error) {
		return webhdfs.New(webhdfs.Options{Addresses: []string{r.WebHDFS}, Name: name, User: "root", HTTP: deadly}), nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { // nobody needs the job to come up
		for ctx.Err() == nil {
			if _, err := yarn.New(options(t, r, release.V2_2)).Status(ctx, s.ID); err == nil {
				time.Sleep(time.Second)
				cancel()
			}
			time.Sleep(200 * time.Millisecond)
		}
	}()
	if _, err := yarn.New(o).Submit(ctx, s); err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
}

// fatal kills the process when its n-th request that changes something has been answered.
type fatal struct{ after int }

func (f *fatal) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if request.Method != http.MethodGet {
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
