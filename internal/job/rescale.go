package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// onlyScales says whether a form of a job differs from another in nothing but its parallelism.
func onlyScales(changes []plan.Change, old, new plan.Spec) bool {
	return len(changes) == 1 && changes[0].Kind == plan.ParallelismChange && old.Parallelism > 0 && new.Parallelism > 0
}

// adaptive says whether the parallelism of a run can be changed while it runs: whether its scheduler is the adaptive one.
// On a cluster that it shares with others that is not for the job to say, so that Flink itself is asked.
func (s *Service) adaptive(ctx context.Context, f facts, spec plan.Spec) bool {
	r, err := release.Parse(spec.Release)
	if err != nil || !r.Line.Has(release.ResourceRequirements) || !f.alive() || !strings.EqualFold(spec.Options["jobmanager.scheduler"], "adaptive") {
		return false
	}
	client, err := s.jobManager(ctx, f.run.ID)
	if err == nil {
		_, err = client.Requirements(ctx, f.run.ID)
	}
	return err == nil
}

// jobManager returns a client of the JobManager of a run.
func (s *Service) jobManager(ctx context.Context, id string) (*rest.Client, error) {
	t, err := s.home(ctx, target.JobID(id))
	if err != nil {
		return nil, err
	}
	o, ok := t.(target.Observable)
	if !ok {
		return nil, fault.Errorf(fault.Failed, "the JobManager of %s cannot be asked", id)
	}
	return o.REST(ctx, target.JobID(id))
}

// rescale carries out a proposal that only changes how parallel a job is: it runs on, under its id, as another version.
func (s *Service) rescale(ctx context.Context, p Proposal, observe Observer) (Started, error) {
	id := p.current.run.ID
	op, ctx, err := s.begin(ctx, opening{
		job: p.Job, kind: p.Kind, message: p.request.Message, after: p.current.operation.ID, observe: observe,
		first: []store.Step{p.prepared},
		reserve: func(ctx context.Context, w store.Writer, i *store.Intent) (err error) {
			i.Replaces = id
			i.Version, err = s.version(ctx, w, p)
			return err
		},
	})
	if err != nil {
		return Started{}, err
	}
	d := &deploy{operation: op, request: p.request, plan: p.plan, previous: p.current}
	_, err = op.step(ctx, stepRescale, func(ctx context.Context) (string, error) { return op.scaleNow(ctx, p.plan.Spec.Parallelism) })
	if err == nil && !p.request.Detach {
		err = d.awaitScaled(ctx, id)
	}
	return s.started(p, op, op.close(ctx, err))
}

// scaleNow asks Flink for a parallelism and records that the run is of the version that has it. It can be repeated.
func (op *operation) scaleNow(ctx context.Context, to int) (string, error) {
	i := op.record.Intent
	client, err := op.s.jobManager(ctx, i.Replaces)
	if err != nil {
		return "", err
	}
	if err := op.timed(func() error { return require(ctx, client, i.Replaces, to) }); err != nil {
		if _, answered := errors.AsType[*wire.Error](err); !answered && fault.KindOf(err) != fault.Conflict {
			err = &uncertain{err: err}
		}
		return "", err
	}
	return fmt.Sprintf("parallelism %d", to), op.s.update(ctx, i.Replaces, func(r *store.Run) { r.Version = i.Version })
}

// require asks for a parallelism of all vertices that have that of the job: those that are the most parallel. Others,
// such as an aggregate over everything, have their own for a reason.
func require(ctx context.Context, c *rest.Client, id string, to int) error {
	bounds, err := c.Requirements(ctx, id)
	if err != nil {
		return err
	}
	detail, err := c.Job(ctx, id)
	if err != nil {
		return err
	}
	most := 0
	for _, b := range bounds {
		most = max(most, b.Upper)
	}
	for _, v := range detail.Vertices {
		b, ok := bounds[v.ID]
		if !ok || b.Upper != most || v.MaxParallelism == 1 {
			continue
		}
		if v.MaxParallelism > 0 && to > v.MaxParallelism {
			return fault.Errorf(fault.Conflict, "parallelism %d is more than %s can have while it runs, %d", to, v.Name, v.MaxParallelism).
				WithFix("raise pipeline.max-parallelism for a job that starts without state, or stay below it")
		}
		bounds[v.ID] = rest.Bounds{Lower: 1, Upper: to}
	}
	return c.Require(ctx, id, bounds)
}

// awaitScaled waits until every vertex is as parallel as it was asked to be.
func (d *deploy) awaitScaled(ctx context.Context, id string) error {
	_, err := d.step(ctx, stepWatch, func(ctx context.Context) (string, error) {
		last := ""
		for {
			have, want, err := d.scaled(ctx, id)
			switch {
			case interrupted(ctx, err):
				return "", d.notAwaited(ctx, id, last, err)
			case fault.KindOf(err) == fault.NotFound:
				return "", err
			case err == nil && have == want:
				return string(target.Running), nil
			case err == nil:
				last = fmt.Sprintf("%d of %d subtasks", have, want)
				d.tell(stepWatch, Waiting, last, 0)
			}
			if err := sleep(ctx, 40*shortestPause); err != nil {
				return "", d.notAwaited(ctx, id, last, err)
			}
		}
	})
	return err
}

// scaled counts the subtasks that run and those that are asked for.
func (d *deploy) scaled(ctx context.Context, id string) (have, want int, err error) {
	client, err := d.s.jobManager(ctx, id)
	if err != nil {
		return 0, 0, err
	}
	bounds, err := client.Requirements(ctx, id)
	if err != nil {
		return 0, 0, err
	}
	detail, err := client.Job(ctx, id)
	if err == nil && target.State(detail.State).Terminal() {
		return 0, 0, fault.Errorf(fault.NotFound, "%s has ended (%s)", d.record.Job, detail.State).WithFix("autostream logs %s", d.record.Job)
	}
	for _, v := range detail.Vertices {
		want += bounds[v.ID].Upper
		if v.Parallelism == bounds[v.ID].Upper {
			have += v.Subtasks[string(target.Running)] + v.Subtasks[string(target.Finished)]
		}
	}
	return have, want, err
}

// scaledFrom returns the version that a run was before it was rescaled: the one before the newest when to is 0, which
// counts only when nothing else was deployed since.
func scaledFrom(operations []store.Operation, run string, to int) (version int, ok bool) {
	rescaled := func(o store.Operation) bool {
		return o.Intent.Replaces == run && slices.ContainsFunc(o.Steps, func(s store.Step) bool { return s.Name == stepRescale && !s.Ended.IsZero() })
	}
	for i, o := range operations {
		switch {
		case o.Intent.Version == 0:
			continue
		case !rescaled(o):
			return 0, false
		}
		for _, earlier := range operations[i+1:] {
			if earlier.Intent.Version != 0 && (rescaled(earlier) || earlier.Intent.Run == run) {
				version = earlier.Intent.Version
				break
			}
		}
		if version != 0 && (to == 0 || version == to) {
			return version, true
		}
	}
	return 0, false
}

// rescaleAgain completes an interrupted rescale: asking for the same once more changes nothing.
func (r *remains) rescaleAgain(ctx context.Context) error {
	i := r.record.Intent
	var v store.Version
	if err := r.s.Store.View(ctx, func(rd store.Reader) (err error) {
		v, err = rd.Version(ctx, r.record.Job, i.Version)
		return err
	}); err != nil {
		return err
	}
	spec, err := plan.Read(v.Spec)
	if err != nil {
		return err
	}
	_, err = r.scaleNow(ctx, spec.Parallelism)
	return err
}
