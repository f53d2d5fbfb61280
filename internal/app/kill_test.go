package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/proc"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/targettest/fake"
)

// The environment of a process that is going to kill itself: a folder with a project, what to do, and the moment of
// death, "submit/happened".
const (
	killDir    = "AUTOSTREAM_TEST_KILL_DIR"
	killAction = "AUTOSTREAM_TEST_KILL_ACTION"
	killMoment = "AUTOSTREAM_TEST_KILL_MOMENT"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		die(dir, os.Getenv(killAction), os.Getenv(killMoment))
	}
	os.Exit(m.Run())
}

// The scripts of the job in these tests; the fake refuses nothing of the first two and the third fails while it runs.
const (
	tables  = "CREATE TABLE events (id INT) WITH ('connector' = 'datagen');\nCREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole');\n"
	counts  = tables + "INSERT INTO out_rows SELECT id, COUNT(*) FROM events GROUP BY id;\n"
	counts2 = tables + "INSERT INTO out_rows SELECT id, COUNT(*) + 0 FROM events GROUP BY id;\n"
	failing = tables + "INSERT INTO out_rows SELECT 1 / (id - id), COUNT(*) FROM events GROUP BY id;\n"
)

// scenario is something done to a job, and what it was done to.
type scenario struct {
	name   string
	before []string // actions that went well
	action string
	fails  bool // the action ends with an error by itself
}

var scenarios = []scenario{
	{name: "first deploy", action: "deploy"},
	{name: "deploy over a running job", before: []string{"deploy"}, action: "deploy2"},
	{name: "deploy without state over a running job", before: []string{"deploy"}, action: "fresh2"},
	{name: "deploy over a stopped job", before: []string{"deploy", "stop"}, action: "deploy2"},
	{name: "deploy of a version that fails", before: []string{"deploy"}, action: "failing", fails: true},
	{name: "restart", before: []string{"deploy"}, action: "restart"},
	{name: "stop", before: []string{"deploy"}, action: "stop"},
	{name: "cancel", before: []string{"deploy"}, action: "cancel"},
	{name: "savepoint", before: []string{"deploy"}, action: "savepoint"},
}

// Whatever is being done to a job, and at whatever moment the process is killed: the next command finds out what became
// of it, there is never a second instance, and no state is lost.
func TestKilledAtEveryMoment(t *testing.T) {
	t.Parallel()
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			moments := sc.moments(t)
			if len(moments) < 4 {
				t.Fatalf("only the moments %v: the steps are not told", moments)
			}
			for _, moment := range moments {
				t.Run(moment, func(t *testing.T) { sc.killedAt(t, moment) })
			}
		})
	}
}

// moments runs a scenario to its end and lists the moments at which it could have been killed. A new step is in the list
// by itself.
func (sc scenario) moments(t *testing.T) []string {
	bed := newBed(t)
	bed.doAll(t, sc.before)
	var moments []string
	err := bed.do(t.Context(), sc.action, func(e job.Event) {
		if m := momentOf(e); m != "" {
			moments = append(moments, m)
		}
	})
	if (err != nil) != sc.fails {
		t.Fatalf("%s: %v", sc.action, err)
	}
	return moments
}

func momentOf(e job.Event) string {
	if e.Phase == job.Waiting {
		return ""
	}
	return fmt.Sprintf("%s/%s", e.Step, [...]string{job.Began: "began", job.Happened: "happened", job.Ended: "ended"}[e.Phase])
}

func (sc scenario) killedAt(t *testing.T, moment string) {
	bed := newBed(t)
	bed.doAll(t, sc.before)
	bed.killed(t, sc.action, moment)

	// Looking changes nothing and tells something.
	running := bed.fake.Running()
	status, err := bed.service.Status(t.Context(), bed.ref)
	if err != nil {
		t.Fatalf("status: %v", err)
	}
	if after := bed.fake.Running(); !slices.Equal(running, after) {
		t.Errorf("looking changed what runs from %v to %v", running, after)
	}
	if history := bed.operations(t); history[0].Kind != "" && len(status.Notes) == 0 {
		t.Errorf("status says nothing about the interrupted operation: %+v", status)
	}
	bed.oneAtMost(t)

	// The next deploy works, whatever was left behind.
	bed.write(t, counts2)
	if err := bed.do(t.Context(), "deploy2", nil); err != nil {
		t.Fatalf("deploy after the kill: %v", err)
	}
	ids := bed.fake.Running()
	if len(ids) != 1 {
		t.Fatalf("%d instances run: %v", len(ids), ids)
	}
	status, err = bed.service.Status(t.Context(), bed.ref)
	if err != nil || status.JobID != string(ids[0]) || status.State != "RUNNING" {
		t.Errorf("status %+v, %v; want %s", status, err, ids[0])
	}
	for _, o := range bed.operations(t) {
		if o.Outcome == store.Unfinished {
			t.Errorf("operation %d (%s) is still open", o.ID, o.Kind)
		}
	}
	bed.stateKept(t)
}

// bed is a project with one job, its records and a fake target, all in a folder, so that processes share it.
type bed struct {
	dir     string
	ref     job.Ref
	service *job.Service
	fake    *fake.Target
}

func newBed(t *testing.T) *bed {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"autostream.yaml": "version: 1\nname: shop\nflink: \"2.2\"\njobs:\n  pv_uv: {sql: pv_uv.sql}\n",
		"pv_uv.sql":       counts,
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, closeRecords, err := open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closeRecords(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func open(ctx context.Context, dir string) (*bed, func() error, error) {
	d := FromProcess()
	d.Dir = dir
	cluster := filepath.Join(dir, "cluster")
	if err := os.MkdirAll(cluster, 0o755); err != nil {
		return nil, nil, err
	}
	f := fake.Open(cluster)
	d.Target = func(context.Context, *project.Project, project.Target) (target.Target, error) { return f, nil }
	service, closeRecords, err := d.Jobs(ctx)
	return &bed{dir: dir, ref: job.Ref{Target: "local", Job: "pv_uv"}, service: service, fake: f}, closeRecords, err
}

func (b *bed) write(t *testing.T, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, "pv_uv.sql"), []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (b *bed) doAll(t *testing.T, actions []string) {
	t.Helper()
	for _, action := range actions {
		if err := b.do(t.Context(), action, nil); err != nil {
			t.Fatalf("%s: %v", action, err)
		}
	}
}

// do does one thing to the job, as the command of that name would.
func (b *bed) do(ctx context.Context, action string, observe job.Observer) error {
	if _, err := b.service.Settle(ctx, b.ref); err != nil {
		return err
	}
	switch action {
	case "stop", "cancel":
		_, err := b.service.Stop(ctx, job.StopRequest{Job: b.ref, How: map[string]string{"stop": job.WithSavepoint, "cancel": job.WithCancel}[action]}, observe)
		return err
	case "savepoint":
		_, err := b.service.Save(ctx, job.SaveRequest{Job: b.ref}, observe)
		return err
	case "restart":
		p, err := b.service.PrepareRestart(ctx, job.Request{Job: b.ref})
		if err != nil {
			return err
		}
		_, err = b.service.Carry(ctx, p, observe)
		return err
	}
	script := map[string]string{"deploy": counts, "deploy2": counts2, "fresh2": counts2, "failing": failing}[action]
	if err := os.WriteFile(filepath.Join(b.dir, "pv_uv.sql"), []byte(script), 0o644); err != nil {
		return err
	}
	r := job.Request{Job: b.ref}
	if action == "fresh2" {
		r.Origin = job.Fresh
	}
	p, _, err := b.service.Prepare(ctx, r)
	if fault.KindOf(err) == fault.Conflict && fault.FixOf(err) != "" && action == "deploy2" {
		// A job that was cancelled has no state to start from; the way out is the one the error names.
		r.Origin = job.Fresh
		p, _, err = b.service.Prepare(ctx, r)
	}
	if err != nil {
		return err
	}
	_, err = b.service.Carry(ctx, p, observe)
	return err
}

// killed does something in a process of its own, which is killed at the moment.
func (b *bed) killed(t *testing.T, action, moment string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), killDir+"="+b.dir, killAction+"="+action, killMoment+"="+moment)
	out, err := cmd.CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the process was not killed at %s: %v\n%s", moment, err, out)
	}
}

func die(dir, action, moment string) {
	b, _, err := open(context.Background(), dir)
	if err == nil {
		err = b.do(context.Background(), action, func(e job.Event) {
			if momentOf(e) == moment {
				_ = proc.Self().Kill()
				select {} // until the signal arrives
			}
		})
	}
	fmt.Fprintln(os.Stderr, "still alive:", err)
	os.Exit(1)
}

func (b *bed) oneAtMost(t *testing.T) {
	t.Helper()
	if ids := b.fake.Running(); len(ids) > 1 {
		t.Errorf("%d instances run: %v", len(ids), ids)
	}
}

func (b *bed) operations(t *testing.T) []store.Operation {
	t.Helper()
	h, err := b.service.History(t.Context(), b.ref)
	if err != nil {
		t.Fatal(err)
	}
	return h.Operations
}

// stateKept checks that every run but the first started from the state of an earlier one, unless somebody said not to.
func (b *bed) stateKept(t *testing.T) {
	t.Helper()
	h, err := b.service.History(t.Context(), b.ref)
	if err != nil {
		t.Fatal(err)
	}
	var started []store.Run
	for _, r := range h.Runs {
		if !r.Submitted.IsZero() {
			started = append(started, r)
		}
	}
	slices.Reverse(started)
	lossy := slices.ContainsFunc(h.Operations, func(o store.Operation) bool {
		return o.Intent.How == job.WithCancel && !strings.Contains(o.Kind, "stop") || o.Kind == "stop" && o.Intent.How == job.WithCancel
	})
	for _, r := range started[1:] {
		if r.RestoredFrom == "" && !lossy {
			t.Errorf("run %s of version %d started without state", r.ID, r.Version)
		}
		if got := b.fake.RestoredFrom(target.JobID(r.ID)); got != r.RestoredFrom {
			t.Errorf("run %s is recorded as restored from %q and was from %q", r.ID, r.RestoredFrom, got)
		}
	}
}
