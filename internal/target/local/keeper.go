package local

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/lockfile"
	"github.com/autostream/autostream/internal/base/proc"
	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
)

// Times of the keeper.
const (
	look       = 200 * time.Millisecond // between two looks at the processes
	lookIdle   = 5 * time.Second        // between two questions to the JobManager whether jobs run
	startLimit = 2 * time.Minute        // for a cluster to answer
	grace      = 10 * time.Second       // for a JVM to end by itself
	// A TaskManager or gateway that ends so often in so long is not started again: something is wrong with it.
	deaths      = 8
	deathWindow = 2 * time.Minute
)

// Keeper starts a cluster, keeps it whole and ends it. It is a process of its own, started by the first command that
// needs the cluster: JVMs that die are replaced at once, whether or not somebody is looking.
type Keeper struct {
	// Dir is the cluster's folder, as Target.keep gives it to Options.Keeper.
	Dir string
	// Use notes that a process uses a Flink, for as long as the function it returns is not called; nil notes nothing.
	Use func(home, version string, pid int, project string) (release func() error, err error)
	Log *slog.Logger
}

// keeping is one run of a keeper.
type keeping struct {
	Keeper
	folder folder
	spec   spec
	record record
	busy   time.Time // when a job was last seen running

	// By role: when its JVMs ended, and how much was printed before the present one started.
	died    map[string][]time.Time
	printed map[string]int64
}

// Keep does all of it and returns when the cluster has ended. ctx ends the cluster. Another keeper of the same cluster
// is no error: there is nothing to do then.
func (k Keeper) Keep(ctx context.Context) (err error) {
	lock, err := lockfile.Try(folder(k.Dir).lock())
	if errors.Is(err, lockfile.ErrLocked) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	run := &keeping{Keeper: k, folder: folder(k.Dir), busy: time.Now()}
	run.died, run.printed = map[string][]time.Time{}, map[string]int64{}
	if err := readJSON(run.folder.spec(), &run.spec); err != nil {
		return err
	}
	if k.Use != nil {
		release, err := k.Use(run.spec.Home, run.spec.Version, os.Getpid(), run.spec.Project)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, release()) }()
	}
	if !run.adopt(ctx) {
		switch err := run.start(ctx); {
		case ctx.Err() != nil:
			return run.end("stopped while it started", nil)
		case err != nil:
			return run.end(err.Error(), err)
		}
	}
	k.Log.Info("cluster is ready", "url", run.record.rest())
	reason := run.watch(ctx)
	k.Log.Info("ending the cluster", "reason", reason)
	return run.end(reason, nil)
}

// adopt takes over the cluster of a keeper that was killed, when it is whole; otherwise it ends what is left of it.
func (k *keeping) adopt(ctx context.Context) bool {
	old, ok := k.folder.readRecord()
	if !ok {
		return false
	}
	if old.Phase == ready && old.JobManager.Alive() && old.answers(ctx) == nil {
		k.record = old
		k.record.Keeper = proc.Self()
		for _, m := range k.members() {
			k.hear(m.role)
		}
		return k.save() == nil
	}
	if err := proc.End(ctx, grace, old.processes()...); err != nil {
		k.Log.Error("ending what an earlier keeper left", "err", err)
	}
	return false
}

// start brings up all three processes. A port that somebody else took in the meantime is a reason to try again.
func (k *keeping) start(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		err := k.startOnce(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || attempt == 3 || !slices.ContainsFunc(k.members(), func(m member) bool {
			return portTaken(k.lastWords(m.role))
		}) {
			return err
		}
		k.Log.Warn("trying other ports", "err", err)
		if err := proc.End(ctx, grace, k.record.processes()...); err != nil {
			return err
		}
	}
}

func (k *keeping) startOnce(ctx context.Context) error {
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	k.record = record{
		ID: string(target.NewJobID()), Version: k.spec.Version, Slots: k.spec.Slots, Idle: k.spec.Idle, Keeper: proc.Self(),
		RESTPort: ports[0], RPCPort: ports[1], GatewayPort: ports[2],
	}
	if err := errors.Join(os.RemoveAll(k.folder.tmp()), k.forgetOutput(), k.folder.configure(k.spec, k.record)); err != nil {
		return err
	}
	if err := k.enter(starting, ""); err != nil {
		return err
	}
	for _, one := range k.members() {
		k.hear(one.role)
		if *one.id, err = k.folder.launch(k.spec, one.role); err != nil {
			return err
		}
		if err := k.save(); err != nil { // after each: a keeper that is killed now leaves nothing unknown
			return err
		}
	}
	if err := k.awaitReady(ctx); err != nil {
		return err
	}
	return k.enter(ready, "")
}

// member is one JVM and where its id is recorded.
type member struct {
	role role
	id   *proc.ID
}

func (k *keeping) members() []member {
	return []member{
		{k.folder.jobManager(), &k.record.JobManager},
		{k.folder.taskManager(), &k.record.TaskManager},
		{k.folder.sqlGateway(), &k.record.Gateway},
	}
}

// awaitReady waits until jobs can be submitted and statements run.
func (k *keeping) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("Flink did not answer within %s", startLimit))
	defer cancel()
	for {
		if k.record.answers(ctx) == nil && k.record.slots(ctx) > 0 && k.record.gatewayAnswers(ctx) == nil {
			return nil
		}
		for _, m := range k.members() {
			if !m.id.Alive() {
				return fmt.Errorf("the %s ended while it started: %s", m.role.name, k.lastWords(m.role))
			}
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(look / 2):
		}
	}
}

// watch looks after the cluster until there is a reason to end it.
func (k *keeping) watch(ctx context.Context) (reason string) {
	asked := time.Now()
	for {
		select {
		case <-ctx.Done():
			return "stopped"
		case <-time.After(look):
		}
		if _, ok := k.folder.readRecord(); !ok {
			return "its folder was removed"
		}
		for _, m := range k.members() {
			if m.id.Alive() {
				continue
			}
			if m.role.name == "jobmanager" {
				return "the JobManager ended: " + k.lastWords(m.role)
			}
			if reason := k.replace(m); reason != "" {
				return reason
			}
		}
		if time.Since(asked) >= min(lookIdle, max(k.record.Idle/4, look)) {
			asked = time.Now()
			if reason := k.idle(ctx); reason != "" {
				return reason
			}
		}
	}
}

// replace starts a JVM anew in the place of one that ended.
func (k *keeping) replace(m member) (reason string) {
	now := time.Now()
	var recent []time.Time
	for _, at := range k.died[m.role.name] {
		if now.Sub(at) < deathWindow {
			recent = append(recent, at)
		}
	}
	k.died[m.role.name] = append(recent, now)
	words := k.lastWords(m.role)
	k.Log.Warn("starting a process again", "role", m.role.name, "lastWords", words)
	if len(recent)+1 >= deaths {
		return fmt.Sprintf("the %s ended %d times within %s: %s", m.role.name, deaths, deathWindow, words)
	}
	if err := k.relaunch(m, words); err != nil {
		return err.Error()
	}
	return ""
}

// relaunch starts one JVM again; a gateway whose port was taken while it was away gets another.
func (k *keeping) relaunch(m member, words string) (err error) {
	if m.role.name == "gateway" && portTaken(words) {
		ports, err := freePorts(1)
		if err != nil {
			return err
		}
		k.record.GatewayPort = ports[0]
		if err := k.folder.configure(k.spec, k.record); err != nil {
			return err
		}
	}
	k.hear(m.role)
	if *m.id, err = k.folder.launch(k.spec, m.role); err != nil {
		return err
	}
	return k.save()
}

// idle says so when neither a job nor a command has used the cluster for the limit.
func (k *keeping) idle(ctx context.Context) (reason string) {
	ctx, cancel := context.WithTimeout(ctx, lookIdle)
	defer cancel()
	overview, err := rest.New(k.record.rest(), nil).Overview(ctx)
	if err != nil || overview.JobsRunning > 0 { // one that does not answer is not idle
		k.busy = time.Now()
		return ""
	}
	last := k.busy
	if used := k.folder.lastUse(); used.After(last) {
		last = used
	}
	if k.record.Idle > 0 && time.Since(last) >= k.record.Idle {
		return fmt.Sprintf("nobody used it for %s", k.record.Idle)
	}
	return ""
}

// end stops all processes and says why. cause is the error to return besides those of ending.
func (k *keeping) end(reason string, cause error) error {
	patience := grace
	if k.record.Phase != ready || !k.record.JobManager.Alive() { // there is no work to save, and no JobManager to part from
		patience = 0
	}
	err := proc.End(context.Background(), patience, k.record.processes()...)
	if _, here := k.folder.readRecord(); here {
		err = errors.Join(err, k.enter(ended, reason))
	}
	return errors.Join(cause, err, os.RemoveAll(k.folder.tmp()))
}

func (k *keeping) enter(p phase, reason string) error {
	k.record.Phase, k.record.Reason, k.record.Since = p, reason, time.Now()
	return k.save()
}

func (k *keeping) save() error { return writeJSON(k.folder.record(), k.record) }

// forgetOutput empties what the JVMs of an earlier cluster printed; their logs are rolled by log4j.
func (k *keeping) forgetOutput() error {
	for _, m := range k.members() {
		err := os.Truncate(k.folder.output(m.role), 0)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// portTaken says whether the last words of a process are that somebody else listens on its port.
func portTaken(words string) bool {
	return strings.Contains(words, "in use") || strings.Contains(words, "Could not start rest endpoint on any port")
}

// answers checks that the JobManager of this very cluster answers.
func (r record) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	config, err := rest.New(r.rest(), nil).Config(ctx)
	if err != nil {
		return err
	}
	if config[clusterIDKey] != r.ID {
		return fmt.Errorf("%s is another cluster", r.rest())
	}
	return nil
}

// slots counts the task slots that the JobManager knows.
func (r record) slots(ctx context.Context) int {
	overview, err := rest.New(r.rest(), nil).Overview(ctx)
	if err != nil {
		return 0
	}
	return overview.SlotsTotal
}

func (r record) gatewayAnswers(ctx context.Context) error {
	_, err := gateway.Dial(ctx, r.gateway(), nil)
	return err
}
