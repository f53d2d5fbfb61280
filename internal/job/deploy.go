package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// Started is what came of a start.
type Started struct {
	Status
	Action Action `json:"action"`
	Steps  []Step `json:"steps,omitempty"`
}

// Step is how long a step took and how much of that was Flink's own work, in seconds.
type Step struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
	Flink   float64 `json:"flinkSeconds"`
	Result  string  `json:"result,omitempty"`
}

// StepOf reports a recorded step; one that has no end took no time that is known.
func StepOf(s store.Step) Step {
	out := Step{Name: s.Name, Result: s.Result}
	if !s.Ended.IsZero() {
		out.Seconds, out.Flink = s.Ended.Sub(s.Began).Seconds(), s.Flink.Seconds()
	}
	return out
}

// Carry carries a proposal out and returns when the job runs, or when ctx ends: the job then goes on starting, and the
// error is of kind Running or Interrupted. When a new version does not come up after the one before was ended, the one
// before is started again from the state it had, unless the request says to stay.
func (s *Service) Carry(ctx context.Context, p Proposal, observe Observer) (Started, error) {
	if p.Action == Nothing {
		return Started{Status: p.current.status(s.Now()), Action: Nothing}, nil
	}
	if err := s.keep(p.plan.Spec); err != nil {
		return Started{}, err
	}
	intent := store.Intent{Run: string(target.NewJobID()), Restore: p.Restore, Lossy: p.request.Lossy}
	if p.Action == Replace {
		intent.Replaces, intent.How = p.current.run.ID, p.How
		if p.How == WithSavepoint {
			intent.Trigger = target.NewTrigger()
		}
		if !p.request.Stay && !p.Stateless {
			intent.Return = string(target.NewJobID())
		}
	}
	op, ctx, err := s.begin(ctx, opening{
		job: p.Job, kind: p.Kind, message: p.request.Message, after: p.current.newestOperation(), observe: observe,
		first: []store.Step{p.prepared},
		reserve: func(ctx context.Context, w store.Writer, i *store.Intent) (err error) {
			if intent.Version, err = s.version(ctx, w, p); err != nil {
				return err
			}
			*i = intent
			return w.PutRun(ctx, store.Run{ID: i.Run, Job: p.Job, Version: i.Version, RestoredFrom: i.Restore, Reserved: s.Now()})
		},
	})
	if err != nil {
		return Started{}, err
	}
	d := &deploy{operation: op, request: p.request, plan: p.plan, previous: p.current}
	err = op.close(ctx, d.run(ctx))
	return s.started(p, op, err)
}

// version returns the number of the version that a proposal starts, and records it when it is new.
func (s *Service) version(ctx context.Context, w store.Writer, p Proposal) (int, error) {
	if p.Version != 0 {
		return p.Version, nil
	}
	text, err := p.plan.Spec.JSON()
	if err != nil {
		return 0, err
	}
	v, err := w.AddVersion(ctx, store.Version{
		Job: p.Job, Hash: p.plan.Spec.Hash(), Spec: text, Release: p.plan.Spec.Release,
		Author: s.Holder.User, Message: p.request.Message, Created: s.Now(),
	})
	return v.Number, err
}

// started reports what is true after a start, also after one that went wrong.
func (s *Service) started(p Proposal, op *operation, problem error) (Started, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out := Started{Action: p.Action}
	f, err := s.recall(ctx, p.Job)
	if err == nil {
		out.Status = f.status(s.Now())
	}
	for _, step := range append([]store.Step{p.prepared}, op.record.Steps...) {
		out.Steps = append(out.Steps, StepOf(step))
	}
	return out, problem
}

// deploy is the operation that starts a version, and ends what runs before that.
type deploy struct {
	*operation
	request  Request
	plan     plan.Plan
	previous facts
}

func (d *deploy) run(ctx context.Context) error {
	i := d.record.Intent
	restore, err := d.end(ctx)
	if err != nil {
		return err
	}
	err = d.start(ctx, stepSubmit, i.Run, d.plan.Spec, restore)
	if err == nil && !d.request.Detach {
		err = d.await(ctx, stepWatch, i.Run)
	}
	if err == nil || i.Replaces == "" || interrupted(ctx, err) || fault.KindOf(err) == fault.Running {
		return d.explain(err)
	}
	if _, open := errors.AsType[*uncertain](err); open {
		return err
	}
	return d.goBack(ctx, d.explain(err))
}

// end ends what runs and returns the state to go on from.
func (d *deploy) end(ctx context.Context) (string, error) {
	i := d.record.Intent
	switch {
	case i.Replaces == "":
		return i.Restore, nil
	case i.How == WithCancel:
		return i.Restore, d.cancel(ctx, stepCancel, i.Replaces)
	}
	path, err := d.stop(ctx, i.Replaces, target.StopOptions{Trigger: i.Trigger})
	if err != nil {
		return "", err
	}
	if i.Restore != "" {
		return i.Restore, nil // another state was asked for; the savepoint is for going back
	}
	return path, nil
}

// start submits a version under a recorded id. Repeating it has no second effect.
func (d *deploy) start(ctx context.Context, step, id string, spec plan.Spec, restore string) error {
	_, err := d.step(ctx, step, func(ctx context.Context) (string, error) {
		return d.submit(ctx, id, spec, restore)
	})
	return err
}

// submit hands a version to the target and records that it was accepted.
func (op *operation) submit(ctx context.Context, id string, spec plan.Spec, restore string) (string, error) {
	s := op.s
	submission, err := s.submission(ctx, spec, target.JobID(id), restore, op.record.Intent.Lossy)
	if err != nil {
		return "", err
	}
	if err := s.update(ctx, id, func(r *store.Run) { r.RestoredFrom = restore }); err != nil {
		return "", err
	}
	got, err := op.submitSurely(ctx, submission)
	if err != nil {
		return "", err
	}
	op.waited += got.FlinkTime
	now := s.Now()
	return id, s.update(ctx, id, func(r *store.Run) {
		r.Submitted, r.State, r.Seen, r.URL = now, string(target.Initializing), now, got.URL
	})
}

// submitSurely submits, and when it cannot tell what came of it, submits again: the same submission has no second effect.
func (op *operation) submitSurely(ctx context.Context, s target.Submission) (target.Submitted, error) {
	t, err := op.s.target(ctx, op.record.Job.Target, s.Release)
	if err != nil {
		return target.Submitted{}, err
	}
	got, err := t.Submit(ctx, s)
	if err == nil || definite(err) || ctx.Err() != nil {
		return got, op.s.redacted(err)
	}
	op.s.Log.Info("submitting again", "job", op.record.Job.String(), "error", op.s.redacted(err))
	if got, err = t.Submit(ctx, s); err == nil || definite(err) || ctx.Err() != nil {
		return got, op.s.redacted(err)
	}
	err = op.s.redacted(err)
	switch st, c, problem := op.s.ask(ctx, s.ID); c {
	case seen:
		return target.Submitted{ID: s.ID, URL: st.URL}, nil
	case broken:
		return got, &uncertain{err: errors.Join(err, problem)}
	}
	return got, err
}

// submission is a version with its secrets filled in.
func (s *Service) submission(ctx context.Context, spec plan.Spec, id target.JobID, restore string, lossy bool) (target.Submission, error) {
	out := target.Submission{ID: id, Name: spec.Job, Release: spec.Release, Parallelism: spec.Parallelism, Options: map[string]string{}}
	var problem error
	live := func(recorded string) string {
		text, err := s.Project.Live(ctx, recorded)
		if err != nil && problem == nil {
			problem = err
		}
		return text
	}
	for key, value := range spec.Options {
		out.Options[key] = live(value)
	}
	if p := spec.Program; p != nil {
		out.Jar = &target.JarProgram{Path: s.kept(p.Jar), Class: p.Class}
		for _, arg := range p.Args {
			out.Jar.Args = append(out.Jar.Args, live(arg))
		}
	} else {
		out.SQL = &target.SQLProgram{}
		for _, text := range spec.Statements {
			out.SQL.Statements = append(out.SQL.Statements, live(text))
		}
	}
	for _, j := range spec.Jars {
		out.Jars = append(out.Jars, s.kept(j))
	}
	if restore != "" {
		out.Restore = &target.Restore{Path: restore, ClaimMode: target.NoClaim, AllowNonRestored: lossy}
	}
	return out, problem
}

// stop ends an instance with a savepoint and records it.
func (op *operation) stop(ctx context.Context, id string, o target.StopOptions) (string, error) {
	return op.step(ctx, stepStop, func(ctx context.Context) (string, error) { return op.stopNow(ctx, id, o) })
}

func (op *operation) stopNow(ctx context.Context, id string, o target.StopOptions) (string, error) {
	sp, err := op.stopSurely(ctx, target.JobID(id), o)
	if err != nil {
		return "", err
	}
	now := op.s.Now()
	return sp.Path, op.s.Store.Update(ctx, func(w store.Writer) error {
		r, err := w.Run(ctx, id)
		if err != nil {
			return err
		}
		r.State, r.Seen, r.Ended, r.StoppedWith, r.Checkpoint = string(target.Finished), now, now, sp.Path, sp.Path
		if err := w.PutRun(ctx, r); err != nil {
			return err
		}
		return w.PutSavepoint(ctx, store.Savepoint{
			Path: sp.Path, Job: r.Job, Run: id, Version: r.Version, Kind: "canonical", Message: "taken by " + op.record.Kind, Taken: sp.Taken,
		})
	})
}

// stopSurely stops, and when it cannot tell what came of it, asks again: the same trigger takes no second savepoint.
func (op *operation) stopSurely(ctx context.Context, id target.JobID, o target.StopOptions) (sp target.Savepoint, err error) {
	t, err := op.s.home(ctx, id)
	if err != nil {
		return sp, err
	}
	stop := func() error {
		sp, err = t.Stop(ctx, id, o)
		return err
	}
	if err = op.timed(stop); err == nil || definite(err) || ctx.Err() != nil {
		return sp, err
	}
	if err = op.timed(stop); err == nil || definite(err) || ctx.Err() != nil {
		return sp, err
	}
	if _, c, problem := op.s.ask(ctx, id); c == broken {
		return sp, &uncertain{err: errors.Join(err, problem)}
	}
	return sp, err
}

// definite says whether an error leaves no doubt that nothing was started or stopped.
func definite(err error) bool {
	_, refused := errors.AsType[*target.StatementError](err)
	kind := fault.KindOf(err)
	return refused || kind == fault.Conflict || kind == fault.NotFound || kind == fault.Usage || kind == fault.Denied
}

// cancel ends an instance without a savepoint and records it.
func (op *operation) cancel(ctx context.Context, step, id string) error {
	_, err := op.step(ctx, step, func(ctx context.Context) (string, error) { return id, op.cancelNow(ctx, id) })
	return err
}

func (op *operation) cancelNow(ctx context.Context, id string) error {
	t, err := op.s.home(ctx, target.JobID(id))
	if err != nil {
		return err
	}
	if err := op.timed(func() error { return t.Cancel(ctx, target.JobID(id)) }); err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	// Its last checkpoint may be newer than the one last seen, which is then gone.
	st, c, _ := op.s.ask(ctx, target.JobID(id))
	now := op.s.Now()
	return op.s.update(ctx, id, func(r *store.Run) {
		if c == seen {
			*r = observed(*r, st, now)
		}
		if r.Ended.IsZero() {
			r.State, r.Seen, r.Ended = string(target.Canceled), now, now
		}
	})
}

// goBack starts the version before again, from the state it was ended with, so that nobody is left without a job.
func (d *deploy) goBack(ctx context.Context, problem error) error {
	i, r := d.record.Intent, d.previous.run
	stays := func(format string, args ...any) error {
		return withFix(problem, "%s; this starts version %d:\n  autostream rollback %s --to %d",
			fmt.Sprintf(format, args...), r.Version, d.record.Job, r.Version)
	}
	if i.Return == "" {
		return stays("%s is not running now", d.record.Job)
	}
	if _, c, _ := d.s.ask(ctx, target.JobID(i.Run)); c != gone {
		if err := d.cancel(ctx, stepWithdraw, i.Run); err != nil {
			return withFix(problem, "the new version could not be ended (%v), so that version %d was not started", err, r.Version)
		}
	}
	spec, state, err := d.before(ctx)
	if err != nil {
		return stays("%s is not running now (%v)", d.record.Job, err)
	}
	if err = d.start(ctx, stepReturn, i.Return, spec, state); err == nil {
		err = d.await(ctx, stepReturned, i.Return)
	}
	if err != nil {
		return stays("%s is not running now: version %d did not start again (%v)", d.record.Job, r.Version, err)
	}
	return withFix(problem, "version %d is running again from the state it was stopped with, as %s", r.Version, i.Return)
}

// before finds out what the version before starts from, and records the run that it is going to be.
func (d *deploy) before(ctx context.Context) (plan.Spec, string, error) {
	spec, err := plan.Read(d.previous.version.Spec)
	if err != nil {
		return spec, "", err
	}
	var state string
	err = d.s.Store.Update(ctx, func(w store.Writer) error {
		r, err := w.Run(ctx, d.previous.run.ID)
		if err != nil {
			return err
		}
		path, why, ok := facts{job: d.record.Job, run: r}.latestState()
		if !ok {
			return errors.New(why)
		}
		state = path
		return w.PutRun(ctx, store.Run{
			ID: d.record.Intent.Return, Job: d.record.Job, Version: r.Version, RestoredFrom: path, Reserved: d.s.Now(),
		})
	})
	return spec, state, err
}

// withFix adds a way out behind the one that an error has.
func withFix(err error, format string, args ...any) error {
	fix := fmt.Sprintf(format, args...)
	if earlier := fault.FixOf(err); earlier != "" {
		fix = earlier + "\n" + fix
	}
	return &fault.Error{Kind: fault.KindOf(err), Err: err, Fix: fix}
}
