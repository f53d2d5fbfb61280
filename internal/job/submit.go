package job

import (
	"context"
	"errors"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

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
		if st.State == target.Initializing { // perhaps not all that it needs was made
			return got, &uncertain{err: err}
		}
		return target.Submitted{ID: s.ID, URL: st.URL}, nil
	case broken:
		return got, &uncertain{err: errors.Join(err, problem)}
	}
	return got, err
}

// submission is a version with its secrets filled in.
func (s *Service) submission(ctx context.Context, spec plan.Spec, id target.JobID, restore string, lossy bool) (target.Submission, error) {
	out := target.Submission{
		ID: id, Name: spec.Job, Project: s.Project.Name, Release: spec.Release, Parallelism: spec.Parallelism, Options: map[string]string{},
		Labels: spec.Labels, HighAvailability: spec.HighAvailability, PodTemplate: spec.PodTemplate,
	}
	var problem error
	if out.Resources, problem = resources(spec.Resources); problem != nil {
		return out, problem
	}
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
	if len(spec.Environment) > 0 {
		out.Environment = make(map[string]string, len(spec.Environment))
	}
	for name, value := range spec.Environment {
		out.Environment[name] = live(value)
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

// resources are the sizes of a version's processes.
func resources(r plan.Resources) (target.Resources, error) {
	jobManager, err := process(r.JobManager)
	if err != nil {
		return target.Resources{}, err
	}
	taskManager, err := process(r.TaskManager)
	return target.Resources{JobManager: jobManager, TaskManager: taskManager}, err
}

func process(p plan.Process) (target.Process, error) {
	out := target.Process{CPU: p.CPU, Slots: p.Slots}
	if p.Memory == "" {
		return out, nil
	}
	var err error
	out.Memory, err = bytesize.Parse(p.Memory)
	return out, err
}
