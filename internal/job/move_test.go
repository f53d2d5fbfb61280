package job_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/targettest/fake"
)

// there is the other target of the bed's project.
func (b *bed) there() job.Ref { return job.Ref{Target: "local", Job: b.ref.Job} }

func (b *bed) move() (job.Moved, error) {
	b.Helper()
	m, err := b.me.PrepareMove(b.Context(), b.ref, b.there().Target)
	if err != nil {
		return job.Moved{}, err
	}
	return b.me.CarryMove(b.Context(), m, nil)
}

func TestMove(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		first := b.deploy(counts)
		moved, err := b.move()
		if err != nil {
			b.Fatal(err)
		}
		b.running(moved.JobID)
		if moved.Target != "local" || moved.From != "prod" || moved.State != "RUNNING" || moved.RestoredFrom != moved.Savepoint || moved.Savepoint == "" {
			b.Errorf("moved = %+v", moved)
		}
		if st := b.status(); st.State != job.StateStopped || st.JobID != first.JobID {
			b.Errorf("the side that was left: %+v", st)
		}
		if _, err := b.move(); fault.KindOf(err) != fault.Conflict {
			b.Errorf("moving again: %v; want a conflict, it runs there", err)
		}
	})
}

// Cut off behind its stop, a move is carried on by the next one, from the savepoint.
func TestMoveOfAStoppedJob(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		b.deploy(counts)
		stopped := b.stop(job.WithSavepoint)
		moved, err := b.move()
		if err != nil || moved.RestoredFrom != stopped.Savepoint {
			b.Errorf("moved = %+v, %v; want it from %s", moved, err, stopped.Savepoint)
		}
		b.running(moved.JobID)
	})
}

// Cut off before the first checkpoint on the other side, a move is carried on by the next one, which waits for it, and goes
// back when it does not come.
func TestMoveThatHasArrived(t *testing.T) {
	t.Parallel()
	arrived := func(b *bed) (job.Stopped, job.Started) {
		b.file("autostream.yaml", strings.Replace(projectY, "{sql: pv_uv.sql}", "{sql: pv_uv.sql, options: {execution.checkpointing.interval: 1 min}}", 1))
		b.me = b.operator()
		b.deploy(counts)
		stopped, err := b.me.Stop(b.Context(), job.StopRequest{Job: b.ref, How: job.WithSavepoint, Message: "moving to local"}, nil)
		if err != nil {
			b.Fatal(err)
		}
		p, _, err := b.me.Prepare(b.Context(), job.Request{
			Job: b.there(), Origin: job.FromPath, Path: stopped.Savepoint, Stay: true, Force: true, Message: "moved from prod",
		})
		if err != nil {
			b.Fatal(err)
		}
		there, err := b.me.Carry(b.Context(), p, nil)
		if err != nil {
			b.Fatal(err)
		}
		return stopped, there
	}
	t.Run("it goes on there", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(b *bed) {
			stopped, there := arrived(b)
			taken := make(chan error)
			go func() {
				time.Sleep(time.Minute)
				_, err := b.fake.Savepoint(b.Context(), target.JobID(there.JobID), target.SavepointOptions{Trigger: target.NewTrigger()})
				taken <- err
			}()
			moved, err := b.move()
			if err := errors.Join(err, <-taken); err != nil {
				b.Fatal(err)
			}
			b.running(there.JobID)
			if moved.JobID != there.JobID || moved.Checkpoint == "" || moved.RestoredFrom != stopped.Savepoint {
				b.Errorf("moved = %+v", moved)
			}
			if _, err := b.move(); fault.KindOf(err) != fault.Conflict {
				b.Errorf("moving once more: %v; want a conflict, it is there", err)
			}
		})
	})
	t.Run("it fails there", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(b *bed) {
			stopped, there := arrived(b)
			ended := make(chan error)
			go func() {
				time.Sleep(time.Minute)
				ended <- b.fake.Cancel(b.Context(), target.JobID(there.JobID))
			}()
			_, err := b.move()
			if !strings.Contains(fault.FixOf(err), "runs again on prod") || <-ended != nil {
				b.Errorf("error %v with the way out %q", err, fault.FixOf(err))
			}
			st := b.status()
			b.running(st.JobID)
			if st.State != "RUNNING" || st.RestoredFrom != stopped.Savepoint {
				b.Errorf("where it was: %+v; want it running with its state", st)
			}
		})
	})
}

func TestMoveThatFails(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		first := b.deploy(counts)
		b.fake.Plan(fake.Submit, fake.Fault{Err: "no room over there", Kind: fault.Denied})
		_, err := b.move()
		if err == nil || !strings.Contains(err.Error(), "no room") || !strings.Contains(fault.FixOf(err), "runs again on prod") {
			b.Errorf("error %v with the way out %q", err, fault.FixOf(err))
		}
		st := b.status()
		b.running(st.JobID)
		if st.State != "RUNNING" || st.JobID == first.JobID || st.RestoredFrom == "" {
			b.Errorf("where it was: %+v; want it running again with its state", st)
		}
	})
}

func TestMoveIsRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		if _, err := b.move(); fault.KindOf(err) != fault.NotFound {
			b.Errorf("a job that never ran: %v", err)
		}
		b.deploy(counts)
		if _, err := b.me.PrepareMove(b.Context(), b.ref, "prod"); fault.KindOf(err) != fault.Usage {
			b.Errorf("to where it is: %v", err)
		}
		b.file("pv_uv.sql", tables+"INSERT INTO out_rows SELECT id, MAX(id) FROM events GROUP BY id;\n")
		b.me = b.operator()
		if _, err := b.move(); fault.KindOf(err) != fault.Conflict || !strings.Contains(fault.FixOf(err), "deploy prod/pv_uv") {
			b.Errorf("a project that was edited: %v, %q", err, fault.FixOf(err))
		}
		b.file("pv_uv.sql", counts)
		b.me = b.operator()
		b.fake.Disconnect()
		if _, err := b.move(); err == nil {
			b.Error("with the targets away: no error")
		}
		b.fake.Reconnect()
		b.running(b.status().JobID)
	})
}
