package job

import (
	"context"
	"errors"
	"fmt"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

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
		if err := d.cancel(ctx, stepWithdraw, i.Run); leftOpen(ctx, err) {
			return err
		} else if err != nil {
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
	switch kind := fault.KindOf(err); {
	case leftOpen(ctx, err):
		return err
	case err != nil && (kind == fault.Running || kind == fault.Interrupted):
		return withFix(problem, "version %d is starting again from the state it was stopped with, as %s", r.Version, i.Return)
	case err != nil:
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
