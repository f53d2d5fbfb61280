// Package local is the target on the developer's own machine: a real session cluster with a SQL Gateway for each project
// and Flink release, started by the first command that needs it and found again by later ones.
//
//	command ── spec.json ──▶ keeper ── starts, replaces, ends ──▶ JobManager, TaskManager, SQL Gateway
//	   └───────── REST ◀── cluster.json ◀──┘
//
// The keeper is a process of its own that holds a lock for as long as it lives, so there is one cluster however many
// commands want it. What it writes down is checked against the processes and the cluster's answers before it is used.
package local

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/proc"
	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
)

// Defaults of a local target.
const (
	DefaultSlots = 8
	DefaultIdle  = 30 * time.Minute
)

// Options are what a local target is made of.
type Options struct {
	Name    string // of the target, in the project
	State   string // the project's folder for what AutoStream makes, PROJECT/.autostream, absolute
	Project string // the project's folder, absolute
	Line    release.Line

	Slots int           // 0 is DefaultSlots
	Idle  time.Duration // without a job and without a command, after which the cluster ends; 0 is DefaultIdle

	// Find finds or provisions the Flink and the Java; it is called when a cluster must be started.
	Find func(context.Context) (Installation, error)
	// Keeper returns a command that runs Keeper.Keep for a folder.
	Keeper func(dir string) *exec.Cmd
	// Note is told what takes long, in a few words; nil is told nothing.
	Note func(string)
}

// Target is a local target. Several values, in several processes, may be used for one cluster.
type Target struct {
	Options
	folder folder

	mu      sync.Mutex
	checked record // the cluster that answered last

	connections *http.Client // of a submission and of looking at jobs
}

// unused is how long a connection is kept open that nobody uses: a command makes many small calls one behind the other, and
// nothing closes a Target.
const unused = 200 * time.Millisecond

var (
	_ target.Target      = (*Target)(nil)
	_ target.Interactive = (*Target)(nil)
	_ target.Owned       = (*Target)(nil)
	_ target.Observable  = (*Target)(nil)
	_ target.Attachable  = (*Target)(nil)
	_ target.Leveling    = (*Target)(nil)
	_ target.Glancing    = (*Target)(nil)
)

// New returns the local target of a project and release. Nothing is started or read.
func New(o Options) *Target {
	if o.Slots == 0 {
		o.Slots = DefaultSlots
	}
	if o.Idle == 0 {
		o.Idle = DefaultIdle
	}
	if o.Note == nil {
		o.Note = func(string) {}
	}
	return &Target{
		Options:     o,
		folder:      folder(filepath.Join(o.State, o.Name, o.Line.String())),
		connections: &http.Client{Transport: &http.Transport{IdleConnTimeout: unused}}, // loopback, without a proxy
	}
}

// errDown says that no cluster runs, and therefore no job.
var errDown = errors.New("no local cluster runs")

// running returns the cluster if one runs, and errDown otherwise. One that is just being started is waited for.
func (t *Target) running(ctx context.Context) (record, error) {
	r, ok := t.folder.readRecord()
	if !ok || r.Phase == ended || !r.Keeper.Alive() && !r.JobManager.Alive() {
		return record{}, errDown
	}
	return t.ensure(ctx)
}

// ensure returns the cluster, which is started unless it runs.
func (t *Target) ensure(ctx context.Context) (record, error) {
	if err := os.MkdirAll(string(t.folder), 0o755); err != nil {
		return record{}, err
	}
	if err := t.folder.touch(time.Now()); err != nil {
		return record{}, err
	}
	for attempt := 1; ; attempt++ {
		if r, ok := t.folder.readRecord(); ok && r.Phase == ready && r.Keeper.Alive() && r.JobManager.Alive() {
			err := t.check(ctx, r)
			if err == nil {
				return r, nil
			}
			if attempt == 3 || ctx.Err() != nil {
				return record{}, fault.Errorf(fault.Failed, "asking the local cluster who it is: %w", err).
					WithFix("autostream target down %[1]s\nautostream target up %[1]s", t.Name)
			}
		}
		if err := t.start(ctx); err != nil {
			return record{}, err
		}
	}
}

// inUse keeps the cluster from being idle while a command works that has no job on it yet, until done is called.
func (t *Target) inUse() (done func()) {
	stop := make(chan struct{})
	var ticking sync.WaitGroup
	ticking.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(min(t.Idle/4, time.Minute)):
				_ = t.folder.touch(time.Now()) // ensure has found out whether it can be written
			}
		}
	})
	return func() { close(stop); ticking.Wait() }
}

// check asks the JobManager who it is, once for each cluster.
func (t *Target) check(ctx context.Context, r record) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.checked.ID == r.ID && t.checked.JobManager == r.JobManager {
		return nil
	}
	if err := r.answers(ctx); err != nil {
		return err
	}
	t.checked = r
	return nil
}

// start starts a keeper and waits until the cluster is ready. When another command was faster, its cluster is waited for.
func (t *Target) start(ctx context.Context) error {
	install, err := t.Find(ctx)
	if err != nil {
		return err
	}
	s := spec{Installation: install, Line: t.Line, Project: t.Project, Slots: t.Slots, Idle: t.Idle}
	if err := writeJSON(t.folder.spec(), s); err != nil {
		return err
	}
	log, err := os.OpenFile(t.folder.keeperLog(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := t.Keeper(string(t.folder))
	cmd.Dir, cmd.Stdout, cmd.Stderr = string(t.folder), log, log
	proc.Detach(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting the keeper of the local cluster: %w", err)
	}
	keeper := proc.Of(cmd.Process.Pid)
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	if r, ok := t.folder.readRecord(); !ok || !r.JobManager.Alive() {
		t.Note("starting a local Flink " + install.Version)
	}
	return t.awaitReady(ctx, keeper, exited)
}

func (t *Target) awaitReady(ctx context.Context, keeper proc.ID, exited <-chan error) error {
	deadline := time.Now().Add(startLimit + grace)
	ours, appears := true, time.Time{} // when at the latest the cluster of a faster keeper can be seen
	for {
		r, ok := t.folder.readRecord()
		switch {
		case ok && r.Phase == ready && r.Keeper.Alive():
			return nil
		case !ours && (!ok || !r.Keeper.Alive()) && time.Now().After(appears):
			return nil // it is gone again: start anew
		case time.Now().After(deadline):
			return fault.Errorf(fault.Failed, "the local cluster did not come up; its logs are in %s", t.folder.log())
		}
		select {
		case <-ctx.Done():
			err := fmt.Errorf("waiting for the local cluster to start: %w", ctx.Err())
			if ours { // nothing is left running unasked
				err = errors.Join(err, keeper.Terminate())
			}
			return err
		case err := <-exited:
			if err != nil {
				return t.startFailure()
			}
			exited, ours, appears = nil, false, time.Now().Add(2*time.Second) // another keeper has the lock
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// startFailure says why the keeper gave up: the reason it recorded, or else the last line of its log.
func (t *Target) startFailure() error {
	reason := ""
	if r, ok := t.folder.readRecord(); ok && r.Phase == ended {
		reason = r.Reason
	}
	if reason == "" {
		printed := strings.TrimSpace(tailOf(t.folder.keeperLog(), 0))
		reason = printed[strings.LastIndexByte(printed, '\n')+1:]
	}
	return fault.Errorf(fault.Failed, "starting a local Flink: %s", reason).
		WithFix("its logs are in %s", t.folder.log())
}

// Gateway implements target.Interactive.
func (t *Target) Gateway(ctx context.Context) (string, error) {
	r, err := t.ensure(ctx)
	if err != nil {
		return "", err
	}
	if _, err := t.awaitGateway(ctx, &r, nil); err != nil {
		return "", err
	}
	return r.gateway(), nil
}

// awaitGateway waits until the gateway answers: the keeper may be replacing it, perhaps at another port, which r tells
// afterwards. The client makes its calls through h, or through connections of its own where h is nil.
func (t *Target) awaitGateway(ctx context.Context, r *record, h *http.Client) (*gateway.Client, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, errors.New("the SQL Gateway did not come back"))
	defer cancel()
	for {
		if client, err := gateway.Dial(ctx, r.gateway(), h); err == nil {
			return client, nil
		}
		if ctx.Err() != nil {
			return nil, fault.Errorf(fault.Failed, "waiting for the SQL Gateway of the local cluster: %w", context.Cause(ctx))
		}
		now, ok := t.folder.readRecord()
		if !ok || now.Phase != ready || now.ID != r.ID {
			return nil, fault.Errorf(fault.Failed, "the local cluster ended: %s", now.Reason)
		}
		*r = now
		select {
		case <-ctx.Done(): // said above
		case <-time.After(look):
		}
	}
}

// Up implements target.Owned.
func (t *Target) Up(ctx context.Context) error {
	r, err := t.ensure(ctx)
	if err != nil {
		return err
	}
	_, err = t.awaitGateway(ctx, &r, nil)
	return err
}

// Down implements target.Owned: clusters of all releases that the project had on this target end.
func (t *Target) Down(ctx context.Context) error {
	others, err := filepath.Glob(filepath.Join(filepath.Dir(string(t.folder)), "*", "cluster.json"))
	if err != nil {
		return err
	}
	var failures []error
	for _, found := range others {
		failures = append(failures, folder(filepath.Dir(found)).end(ctx))
	}
	return errors.Join(failures...)
}

// end ends a cluster through its keeper; a keeper that was killed is stood in for.
func (f folder) end(ctx context.Context) error {
	r, ok := f.readRecord()
	if !ok {
		return nil
	}
	if err := proc.End(ctx, 2*grace, r.Keeper); err != nil {
		return fmt.Errorf("ending the local cluster: %w", err)
	}
	if err := proc.End(ctx, grace, r.processes()...); err != nil {
		return fmt.Errorf("ending the local cluster: %w", err)
	}
	if now, ok := f.readRecord(); ok && now.Phase != ended {
		now.Phase, now.Reason, now.Since = ended, "stopped", time.Now()
		return errors.Join(writeJSON(f.record(), now), os.RemoveAll(f.tmp()))
	}
	return nil
}

// Cluster implements target.Owned.
func (t *Target) Cluster(ctx context.Context) (target.Cluster, error) {
	c := target.Cluster{Release: t.Line.String(), Logs: t.folder.log()}
	r, ok := t.folder.readRecord()
	if !ok {
		return c, nil
	}
	c.Release, c.Since, c.Reason = r.Version, r.Since, r.Reason
	for _, p := range []struct {
		role string
		id   proc.ID
	}{{"jobmanager", r.JobManager}, {"taskmanager", r.TaskManager}, {"gateway", r.Gateway}, {"keeper", r.Keeper}} {
		if p.id.Alive() {
			c.Processes = append(c.Processes, target.ClusterProcess{Role: p.role, PID: p.id.PID})
		}
	}
	c.Starting = r.Phase == starting && r.Keeper.Alive()
	if r.Phase != ready || r.answers(ctx) != nil {
		return c, nil
	}
	overview, err := rest.New(r.rest(), nil).Overview(ctx)
	if err != nil {
		return c, ctx.Err() // it ends just now
	}
	c.Up, c.URL, c.Gateway, c.Idle = true, r.rest(), r.gateway(), r.Idle
	c.Slots, c.FreeSlots, c.Jobs = overview.SlotsTotal, overview.SlotsAvailable, overview.JobsRunning
	return c, nil
}
