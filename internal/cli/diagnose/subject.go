package diagnose

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// subjects finds the jobs that the verbs of diagnose are about.
type subjects struct {
	deps    *deps.Deps
	address string // --rest
	pid     int    // --pid
}

// addPID declares --pid for a verb that needs nothing but the JVM.
func (s *subjects) addPID(flags *pflag.FlagSet) {
	flags.IntVar(&s.pid, "pid", 0, "a JVM of this machine instead of a job, such as one in a pod or on the host of a NodeManager")
}

// open finds the job of a name. The caller calls done when it has finished with it.
func (s *subjects) open(ctx context.Context, name string) (_ context.Context, _ collect.Subject, done func(), err error) {
	if s.address != "" {
		found, err := collect.FindByName(ctx, rest.New(s.address, nil), name)
		return ctx, found, func() {}, err
	}
	if s.pid != 0 {
		return s.process(ctx, name)
	}
	ctx, service, done, err := jobs.Open(ctx, s.deps)
	if err != nil {
		return ctx, collect.Subject{}, nil, err
	}
	found, err := s.find(ctx, service, name)
	if err != nil {
		done()
		return ctx, collect.Subject{}, nil, err
	}
	return ctx, found, done, nil
}

// process is a JVM of this machine. What is done to it is recorded where there is a project to do so.
func (s *subjects) process(ctx context.Context, name string) (context.Context, collect.Subject, func(), error) {
	if name != "" {
		return ctx, collect.Subject{}, nil, fault.Errorf(fault.Usage, "a job and --pid at once")
	}
	found := collect.OnMachine(s.pid)
	ctx, service, done, err := jobs.Open(ctx, s.deps)
	if err != nil {
		return ctx, found, func() {}, nil
	}
	found.Record = recordIn(service, job.Ref{Job: found.Name}, "")
	return ctx, found, done, nil
}

// find looks for the job among those that AutoStream knows, then among those that the target shows.
func (s *subjects) find(ctx context.Context, service *job.Service, name string) (collect.Subject, error) {
	ref, err := service.Find(ctx, name)
	if err != nil {
		return s.foreign(ctx, service, name, err)
	}
	place, err := service.Locate(ctx, ref)
	if fault.KindOf(err) == fault.NotFound && err != nil { // it was never deployed from here
		return s.foreign(ctx, service, ref.String(), err)
	}
	if err != nil {
		return collect.Subject{}, err
	}
	found := collect.Subject{
		Name: ref.Job, Target: ref.Target, ID: place.Run.ID, Redact: service.Project.Redact,
		Logs:    func(ctx context.Context, w io.Writer) error { return service.Logs(ctx, ref, target.LogOptions{}, w) },
		Record:  recordIn(service, ref, place.Run.ID),
		Streams: func(ctx context.Context) ([]collect.Stream, error) { return streams(ctx, service.Project, ref.Job) },
		Tables: func(ctx context.Context) ([]collect.Table, error) {
			return tablesOf(ctx, service, ref, place.Run.Version)
		},
	}
	err = s.connect(ctx, place.Target, &found)
	return found, err
}

// foreign looks for a job that AutoStream did not deploy, TARGET/NAME. unknown is what is said when there is none.
func (s *subjects) foreign(ctx context.Context, service *job.Service, name string, unknown error) (collect.Subject, error) {
	where, called, qualified := strings.Cut(name, "/")
	p, _, err := s.deps.Project()
	if err != nil {
		return collect.Subject{}, err
	}
	settings, ok := p.Target(where)
	if !qualified || !ok {
		return collect.Subject{}, unknown
	}
	t, err := s.deps.Target(ctx, p, settings)
	if err != nil {
		return collect.Subject{}, err
	}
	all, err := t.List(ctx)
	if err != nil {
		return collect.Subject{}, fmt.Errorf("listing the jobs of %s: %w", where, err)
	}
	logs := func(id target.JobID) func(context.Context, io.Writer) error { return logsOf(t, id) }
	one, found := byName(all, called)
	if host, ok := t.(target.Hosting); !found && ok {
		if all, err = host.Guests(ctx); err != nil {
			return collect.Subject{}, fmt.Errorf("listing the jobs of others on %s: %w", where, err)
		}
		one, found = byName(all, called)
		logs = func(target.JobID) func(context.Context, io.Writer) error { return nil } // its JobManager has those of live processes
	}
	if !found {
		return collect.Subject{}, unknown
	}
	subject := collect.Subject{
		Name: one.Name, Target: where, ID: string(one.ID), Redact: p.Redact, Logs: logs(one.ID),
		Record: recordIn(service, job.Ref{Target: where, Job: one.Name}, string(one.ID)),
	}
	err = s.connect(ctx, t, &subject)
	return subject, err
}

// byName finds a job by its name or the beginning of its id. Of several, it is one that runs.
func byName(all []target.Status, called string) (best target.Status, found bool) {
	for _, one := range all {
		if one.Name != called && (len(called) < 4 || !strings.HasPrefix(string(one.ID), called)) {
			continue
		}
		if !found || best.State.Terminal() && !one.State.Terminal() {
			best, found = one, true
		}
	}
	return best, found
}

// recordIn records what is done to the processes of a job.
func recordIn(service *job.Service, ref job.Ref, run string) func(context.Context, collect.Deed, []string, func() error) error {
	return func(ctx context.Context, d collect.Deed, processes []string, do func() error) error {
		return service.Intervene(ctx, store.Intervention{
			Job: ref, Run: run, Kind: d.Kind, What: d.What, Until: d.Until, Processes: processes,
		}, do)
	}
}

func logsOf(t target.Target, id target.JobID) func(context.Context, io.Writer) error {
	return func(ctx context.Context, w io.Writer) error { return t.Logs(ctx, id, target.LogOptions{}, w) }
}

// connect gives the subject its way to the JobManager. A job whose JobManager is gone has none: its logs may be left.
func (s *subjects) connect(ctx context.Context, t target.Target, found *collect.Subject) error {
	observable, ok := t.(target.Observable)
	if !ok {
		return fault.Errorf(fault.Failed, "target %s does not let anybody look into its jobs", found.Target).
			WithFix("give the address of the JobManager: --rest http://host:8081")
	}
	found.JVMs, _ = t.(target.Attachable)
	found.Leveling, _ = t.(target.Leveling)
	client, err := observable.REST(ctx, target.JobID(found.ID))
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return fmt.Errorf("reaching the JobManager of %s: %w", found.Name, err)
	}
	found.REST = client
	return nil
}
