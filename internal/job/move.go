package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/flink/snapshot"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// Move is a job that is to go on on another target, with its state. It is made of operations of the job on either side,
// each of which survives the death of whoever carries it out; so a move that was cut off is carried on by the same move.
type Move struct {
	From    Ref           `json:"from"`
	To      Ref           `json:"to"`
	State   string        `json:"state"` // of the side that is left
	Restore string        `json:"restore,omitempty"`
	Changes []plan.Change `json:"changes,omitempty"` // what the other target makes different
	Steps   []string      `json:"steps"`             // in words, in their order

	plan    plan.Plan
	alive   bool // the side that is left runs
	left    bool // it ran when the move began, and is to run again if that fails
	arrived bool // a move that was cut off has started the job on the other side, where it has made no checkpoint yet
}

// Moved is what came of a move.
type Moved struct {
	Status
	From       string `json:"from"`
	Savepoint  string `json:"savepoint"`
	Copied     int    `json:"copiedFiles"`
	Checkpoint string `json:"firstCheckpoint,omitempty"`
}

// PrepareMove checks, and changes nothing: that the project's job is the one that runs, that the other target takes it and
// answers, and that there is state to go on from.
func (s *Service) PrepareMove(ctx context.Context, from Ref, to string) (Move, error) {
	m := Move{From: from, To: Ref{Target: to, Job: from.Job}}
	if from.Target == to {
		return m, fault.Errorf(fault.Usage, "%s is on %s already", from.Job, to)
	}
	f, err := s.running(ctx, from)
	if err == nil {
		f, err = s.comeUp(ctx, f)
	}
	if err != nil {
		return m, err
	}
	m.State, m.alive = f.status(s.Now()).State, f.alive()
	m.left = m.alive || f.last("stop", leaving(to))
	if m.alive && !canSave(f.live) {
		return m, fault.Errorf(fault.Conflict, "%s is %s and cannot take a savepoint now", from, progress(f.live)).
			WithFix("wait until it runs:\n  autostream status %s", from)
	}
	if m.plan, _, err = s.Plan(m.To, Meaning); err != nil {
		return m, err
	}
	old, err := plan.Read(f.version.Spec)
	if err != nil {
		return m, err
	}
	for _, c := range plan.Changes(old, m.plan.Spec) {
		switch c.Kind {
		case plan.SQLChange, plan.ProgramChange, plan.ReleaseChange, plan.JarChange:
			return m, fault.Errorf(fault.Conflict, "the project has another %s than the one that runs: %s", from.Job, c.Reason).
				WithFix("deploy it where it is, then move it:\n  autostream deploy %s", from)
		case plan.OptionChange, plan.ParallelismChange, plan.ResourceChange, plan.EnvironmentChange, plan.LabelChange, plan.PodChange:
			m.Changes = append(m.Changes, c)
		}
	}
	if !m.alive {
		if m.Restore, _, _ = f.latestState(); m.Restore == "" {
			return m, fault.Errorf(fault.Conflict, "%s does not run and left no state to go on from", from).
				WithFix("start it on the other side without any:\n  autostream deploy %s --fresh", m.To)
		}
	}
	other, err := s.facts(ctx, m.To)
	if err != nil {
		return m, err
	}
	m.arrived = m.left && !m.alive && m.checkpoints() && other.came(from.Target)
	switch {
	case m.arrived:
		m.Restore = other.run.RestoredFrom
	case other.alive() && !m.alive:
		return m, fault.Errorf(fault.Conflict, "%s runs already and %s does not: there is nothing to move", m.To, from).WithFix("autostream status %s", m.To)
	case other.alive():
		return m, fault.Errorf(fault.Conflict, "%s runs already", m.To).WithFix("stop one of the two:\n  autostream stop %s", m.To)
	}
	place, err := s.target(ctx, to, m.plan.Spec.Release)
	if err != nil {
		return m, err
	}
	if _, err := place.Status(ctx, target.NewJobID()); fault.KindOf(err) != fault.NotFound {
		return m, fault.Errorf(fault.Failed, "asking target %s: %w", to, cmp.Or(s.redacted(err), errors.New("it answers about a job that never was")))
	}
	m.Steps = m.steps()
	return m, nil
}

func (m Move) steps() (steps []string) {
	if m.alive {
		steps = append(steps, fmt.Sprintf("stop %s with a savepoint", m.From))
	}
	if !m.arrived {
		steps = append(steps,
			fmt.Sprintf("copy the state to where %s reads it, and compare, unless it reads it where it is", m.To.Target),
			fmt.Sprintf("start %s from it", m.To))
	}
	steps = append(steps, "wait for its first checkpoint")
	if m.left {
		steps = append(steps, fmt.Sprintf("if any of this fails: end %s and start %s again", m.To, m.From))
	}
	return steps
}

// leaving and coming are what the operations of a move say on either side. By them a move that was cut off is known again.
func leaving(to string) string  { return "moving to " + to }
func coming(from string) string { return "moved from " + from }

// last says whether the newest operation of a job is of this kind, with this message, and did not fail.
func (f facts) last(kind, message string) bool {
	return f.operation.Kind == kind && f.operation.Message == message && f.operation.Outcome == store.Done
}

// came says whether a job was started by a move, and has nothing yet but the state that it brought.
func (f facts) came(from string) bool {
	brought := f.run.Checkpoint == "" || f.run.Checkpoint == f.run.RestoredFrom
	return f.alive() && f.last("deploy", coming(from)) && brought
}

// CarryMove carries a move out. When the other side does not come up, the job runs again where it was.
func (s *Service) CarryMove(ctx context.Context, m Move, observe Observer) (Moved, error) {
	out := Moved{From: m.From.Target, Savepoint: m.Restore}
	if m.alive {
		stopped, err := s.Stop(ctx, StopRequest{Job: m.From, How: WithSavepoint, Message: leaving(m.To.Target)}, observe)
		if err != nil {
			return out, err
		}
		out.Savepoint = stopped.Savepoint
	}
	err := s.arrive(ctx, m, &out, observe)
	if err == nil {
		return out, nil
	}
	if ctx.Err() != nil {
		return out, fault.Errorf(fault.KindOf(err), "moving %s was interrupted: %w", m.From, err).
			WithFix("its state is kept in %s; go on, or start it where it was:\n  autostream move %s --to %s\n  autostream restart %s", out.Savepoint, m.From, m.To.Target, m.From)
	}
	return out, s.returnTo(ctx, m, err, observe)
}

// checkpoints says whether the job takes any.
func (m Move) checkpoints() bool {
	return m.plan.Spec.Options["execution.checkpointing.interval"] != ""
}

// arrive starts the job on the other side and waits for its first checkpoint.
func (s *Service) arrive(ctx context.Context, m Move, out *Moved, observe Observer) error {
	if m.arrived {
		return s.firstCheckpoint(ctx, m, out, m.Restore, observe)
	}
	state, copied, err := s.carryState(ctx, m, out.Savepoint, observe)
	if err != nil {
		return err
	}
	out.Copied = copied
	p, _, err := s.Prepare(ctx, Request{
		Job: m.To, Origin: FromPath, Path: state, Stay: true, Message: coming(m.From.Target), Force: true,
	})
	if err != nil {
		return err
	}
	started, err := s.Carry(ctx, p, observe)
	if out.Status = started.Status; err != nil {
		return err
	}
	return s.firstCheckpoint(ctx, m, out, state, observe)
}

// firstCheckpoint waits until the job has made a checkpoint of its own: then it needs the old side no more.
func (s *Service) firstCheckpoint(ctx context.Context, m Move, out *Moved, state string, observe Observer) error {
	if !m.checkpoints() {
		return nil
	}
	event := Event{Job: m.To, Doing: "waiting for its first checkpoint", Step: "checkpoint", Phase: Began}
	observe.tell(event)
	for began := s.Now(); ; {
		st, err := s.Status(ctx, m.To)
		switch {
		case err != nil:
			return err
		case st.Checkpoint != "" && st.Checkpoint != state:
			out.Status, out.Checkpoint = st, st.Checkpoint
			event.Phase, event.Took = Ended, s.Now().Sub(began)
			observe.tell(event)
			return nil
		case target.State(st.State).Terminal(), st.State == StateLost, st.Restarts >= hopeless:
			return fault.Errorf(fault.Failed, "%s did not get to its first checkpoint (%s): %s", m.To, st.State, cmp.Or(st.Reason, "Flink gives no reason"))
		}
		if err := sleep(ctx, 500*time.Millisecond); err != nil {
			return err
		}
	}
}

// carryState makes sure that the other side can read the state, and returns its path there and how many files were copied.
func (s *Service) carryState(ctx context.Context, m Move, state string, observe Observer) (string, int, error) {
	source, _, err := s.files(ctx, m.From.Target, m.plan.Spec.Release)
	if err != nil {
		return "", 0, err
	}
	other, folder, err := s.files(ctx, m.To.Target, m.plan.Spec.Release)
	if err != nil {
		return "", 0, err
	}
	if source == nil || other == nil {
		return state, 0, nil // it is read where it is, or starting from it says that it cannot be
	}
	at, here := dfs.Within(source, state)
	if !here {
		return state, 0, nil // the job keeps its state elsewhere
	}
	if same, err := shared(ctx, source, other, at); same || err != nil {
		return state, 0, err
	}
	to := path.Join(folder, "moved", path.Base(path.Dir(at)), path.Base(at))
	doing := fmt.Sprintf("copying its state to %s", other.URI(to))
	began := s.Now()
	observe.tell(Event{Job: m.To, Doing: doing, Step: "copy", Phase: Began})
	n, err := snapshot.Carry(ctx, source, at, other, to, func(done, all int) {
		observe.tell(Event{Job: m.To, Doing: doing, Step: "copy", Phase: Waiting, Detail: fmt.Sprintf("%d of %d files", done, all)})
	})
	if err != nil {
		return "", n, fmt.Errorf("copying the state of %s: %w", m.From, err)
	}
	observe.tell(Event{Job: m.To, Doing: doing, Step: "copy", Phase: Ended, Took: s.Now().Sub(began)})
	return other.URI(to), n + 1, nil
}

// shared says whether two sides see one snapshot under one name. Different clusters often call their file systems the same:
// the metadata has to be the same file too.
func shared(ctx context.Context, one, two dfs.FS, dir string) (bool, error) {
	if one.URI("/") != two.URI("/") {
		return false, nil
	}
	metadata := path.Join(dir, snapshot.FileName)
	there, err := two.Stat(ctx, metadata)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = nil
		}
		return false, err
	}
	here, err := one.Stat(ctx, metadata)
	return err == nil && here.Size == there.Size && here.Modified.Equal(there.Modified), err
}

// files is the file system of a target; nil when it cannot be reached from here.
func (s *Service) files(ctx context.Context, name, release string) (dfs.FS, string, error) {
	t, err := s.target(ctx, name, release)
	if err != nil {
		return nil, "", err
	}
	filing, ok := t.(target.Filing)
	if !ok {
		return nil, "", nil
	}
	return filing.Files(ctx)
}

// returnTo ends what there is on the other side and starts the job again where it was.
func (s *Service) returnTo(ctx context.Context, m Move, problem error, observe Observer) error {
	message := leaving(m.To.Target) + " failed"
	stays := func(err error) error {
		return withFix(problem, "%s is not running now (%v); this starts it where it was:\n  autostream restart %s", m.From, err, m.From)
	}
	if _, err := s.Stop(ctx, StopRequest{Job: m.To, How: WithCancel, Message: message}, observe); err != nil && fault.KindOf(err) != fault.NotFound {
		return stays(err)
	}
	if !m.left { // it did not run before either
		return problem
	}
	p, err := s.PrepareRestart(ctx, Request{Job: m.From, Message: message})
	if err == nil {
		_, err = s.Carry(ctx, p, observe)
	}
	if err != nil {
		return stays(err)
	}
	return withFix(problem, "%s runs again on %s", m.From.Job, m.From.Target)
}
