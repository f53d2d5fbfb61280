//go:build clusters

package kubernetes_test

import (
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/autostream/autostream/internal/flink/release"
)

// reaper kills a process -9 when it has made so many changes in the cluster, before the next one gets there.
type reaper struct {
	mu     sync.Mutex
	victim *exec.Cmd
	left   int
	made   int // changes so far
}

// before is called with every request.
func (r *reaper) before(q *http.Request) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.victim == nil || q.Method == http.MethodGet {
		return nil
	}
	if r.left--; r.left >= 0 {
		r.made++
		return nil
	}
	_ = r.victim.Process.Kill()
	return errors.New("killed")
}

// run runs a command and kills it at the change behind so many. It returns how many changes were made.
func (r *reaper) run(t *testing.T, cmd *exec.Cmd, changes int) (made int) {
	t.Helper()
	r.mu.Lock()
	err := cmd.Start()
	r.victim, r.left, r.made = cmd, changes, 0
	r.mu.Unlock()
	if err == nil {
		err = cmd.Wait()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.victim = nil
	t.Logf("after %d changes: %v", r.made, err)
	return r.made
}

// TestKilledAtEveryChange kills autostream -9 when it has made its first change in the cluster, the next time at the second,
// and so on. The command that comes after finishes the work: there is one instance and nothing else, with the state there was.
func TestKilledAtEveryChange(t *testing.T) {
	p := newPlace(t, release.V2_2)
	binary := program(t)
	r := &reaper{}
	deadly := p.rig.Through(t, r.before)
	const never = 1000
	do := func(t *testing.T, dir string, args ...string) string {
		t.Helper()
		out, code := autostream(t, binary, dir, args...)
		if code != 0 {
			t.Fatalf("%s ends with exit code %d", args[0], code)
		}
		return out
	}
	deploy := []string{"deploy", "prod", "pv_uv", "--yes", "--wait=false"}
	end := func(t *testing.T, dir string) {
		t.Helper()
		do(t, dir, "stop", "pv_uv", "--cancel", "--yes")
		if d := p.deployments(t); len(d) > 0 {
			t.Errorf("stop left %v", d)
		}
		p.clean(t)
	}
	killed := func(t *testing.T, dir string, changes int, args ...string) int {
		t.Helper()
		return r.run(t, exec.CommandContext(t.Context(), binary, append([]string{"-C", dir}, args...)...), changes)
	}

	t.Run("deploy", func(t *testing.T) {
		dir := p.project(t, "pv_uv", deadly, "")
		all := killed(t, dir, never, deploy...)
		end(t, dir)
		if all < 8 {
			t.Fatalf("a deploy makes only %d changes", all)
		}
		for changes := 1; changes < all; changes++ {
			t.Run(fmt.Sprintf("after %d changes", changes), func(t *testing.T) {
				dir := p.project(t, "pv_uv", deadly, "")
				killed(t, dir, changes, deploy...)
				do(t, dir, deploy...)
				p.alone(t)
				end(t, dir)
			})
		}
	})
	t.Run("restart", func(t *testing.T) {
		dir := p.project(t, "pv_uv", deadly, "")
		restart := []string{"restart", "pv_uv", "--yes"}
		do(t, dir, "deploy", "prod", "pv_uv", "--yes")
		p.untilUp(t)
		all := killed(t, dir, never, restart...)
		if all < 10 {
			t.Fatalf("a restart makes only %d changes", all)
		}
		for changes := range all {
			t.Run(fmt.Sprintf("after %d changes", changes), func(t *testing.T) {
				killed(t, dir, changes, restart...)
				do(t, dir, "deploy", "prod", "pv_uv", "--yes")
				p.alone(t)
				p.untilUp(t)
				if st := p.status(t, binary, dir); !strings.HasPrefix(st.RestoredFrom, "file:") {
					t.Errorf("it runs without its state: %+v", st)
				}
			})
		}
		end(t, dir)
	})
}
