package job

import (
	"context"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/flink/snapshot"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
	"github.com/autostream/autostream/internal/plan/review"
	"github.com/autostream/autostream/internal/target"
)

// longestLook is how long a plan waits for what its verdict is better with and does not depend on.
const longestLook = 10 * time.Second

// weigh looks at the job that runs and at its newest state, and judges again with what is seen there. What cannot be seen
// leaves the verdict as it was computed.
func (s *Service) weigh(ctx context.Context, p *Proposal) {
	if p.State == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, longestLook)
	defer cancel()
	seen, err := s.observe(ctx, p)
	if err != nil {
		s.Log.Info("looking at the state of a job", "job", p.Job.String(), "error", s.redacted(err))
	}
	old := p.old
	if wrote, ok := s.writer(ctx, p); ok {
		old = wrote
	}
	judge := func(spec plan.Spec) evolve.Report { return evolve.Weigh(old, spec, seen) }
	report := judge(p.plan.Spec)
	p.State, p.Proposals = &report, review.Propose(old, p.plan.Spec, judge)
}

// writer is the version that wrote the state that is restored, where that is not the one that ran last: a run that completed
// no checkpoint leaves what it had started from.
func (s *Service) writer(ctx context.Context, p *Proposal) (plan.Spec, bool) {
	if p.Restore == "" || p.Restore != p.current.run.RestoredFrom {
		return plan.Spec{}, false
	}
	h, err := s.History(ctx, p.Job)
	if err != nil {
		return plan.Spec{}, false
	}
	for _, run := range h.Runs {
		if run.StoppedWith != p.Restore && run.Checkpoint != p.Restore {
			continue
		}
		for _, v := range h.Versions {
			if v.Number == run.Version {
				spec, err := plan.Read(v.Spec)
				return spec, err == nil
			}
		}
	}
	return plan.Spec{}, false
}

// observe looks at the vertices of a run and at what it would be restored from, or for a savepoint that is yet to be taken
// at the newest one or checkpoint there is.
func (s *Service) observe(ctx context.Context, p *Proposal) (seen evolve.Observed, err error) {
	if p.current.alive() {
		if client, err := s.jobManager(ctx, p.current.run.ID); err == nil {
			if detail, err := client.Job(ctx, p.current.run.ID); err == nil {
				for _, v := range detail.Vertices {
					seen.Vertices = append(seen.Vertices, v.ID)
				}
			}
		}
	}
	found, path, err := s.newest(ctx, p.Restore, p.current)
	if err != nil || path == "" {
		return seen, err
	}
	seen.Path = path
	for _, o := range found.Operators {
		seen.Operators = append(seen.Operators, evolve.Saved{ID: o.ID, Name: o.Name, UID: o.UID, Bytes: o.Size.Total()})
	}
	return seen, nil
}

// looks is how often the newest checkpoint of a job is looked for: one that was just there makes way for the next.
const looks = 3

// newest reads a snapshot, or when none is named the newest of a run.
func (s *Service) newest(ctx context.Context, path string, f facts) (found snapshot.Snapshot, at string, err error) {
	if path != "" {
		found, err = s.snapshot(ctx, f, path)
		return found, path, err
	}
	if path, err = s.newestSnapshot(ctx, f); err != nil || path == "" {
		return found, "", err
	}
	for range looks {
		if found, err = s.snapshot(ctx, f, path); err == nil || fault.KindOf(err) != fault.NotFound {
			return found, path, err
		}
		t, problem := s.home(ctx, target.JobID(f.run.ID))
		place, can := t.(target.Retaining)
		if problem != nil || !can {
			return found, "", err
		}
		left, problem := place.LatestCheckpoint(ctx, target.JobID(f.run.ID))
		if problem != nil {
			return found, "", problem
		}
		path = left.Path
	}
	return found, "", err
}

// newestSnapshot is the last checkpoint that was seen of a run, or the last savepoint that was taken of it.
func (s *Service) newestSnapshot(ctx context.Context, f facts) (string, error) {
	if f.run.Checkpoint != "" {
		return f.run.Checkpoint, nil
	}
	saved, err := s.Savepoints(ctx, f.job)
	for _, sp := range saved {
		if sp.Run == f.run.ID {
			return sp.Path, nil
		}
	}
	return "", err
}

// snapshot reads what a savepoint or checkpoint of a run says of itself: from the file system of its target, or from this
// machine.
func (s *Service) snapshot(ctx context.Context, f facts, path string) (snapshot.Snapshot, error) {
	t, err := s.home(ctx, target.JobID(f.run.ID))
	if err != nil {
		return snapshot.Snapshot{}, err
	}
	if place, ok := t.(target.Filing); ok {
		at, err := dfs.ParseLocation(path)
		if err != nil {
			return snapshot.Snapshot{}, err
		}
		files, _, err := place.Files(ctx)
		if err != nil {
			return snapshot.Snapshot{}, err
		}
		if files == nil {
			return snapshot.Open(path)
		}
		if own, err := dfs.ParseLocation(files.URI("/")); err == nil && (at.Scheme == "" || at.Scheme == own.Scheme && at.Authority == own.Authority) {
			return snapshot.Load(ctx, files, at.Path)
		}
	}
	return snapshot.Open(path)
}
