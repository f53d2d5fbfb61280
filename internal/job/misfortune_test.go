package job_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target/targettest/fake"
)

// What goes wrong while a change of a running job is carried out, and what runs afterwards.
func TestDeployGoesWrong(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		script  string
		request job.Request
		fault   func(*fake.Target)
		err     string // part of the error; "" when all is well in the end
		version int    // that runs afterwards; 0 when none does
	}{
		{name: "the answer of Submit is lost", script: pairs, fault: plant(fake.Submit, fake.LostAnswer), version: 2},
		{name: "Submit fails once", script: pairs, fault: plant(fake.Submit, fake.Fault{Err: "no route to host"}), version: 2},
		{name: "the answer of Stop is lost", script: pairs, fault: plant(fake.Stop, fake.LostAnswer), version: 2},
		{name: "Stop fails once", script: pairs, fault: plant(fake.Stop, fake.Fault{Err: "no route to host"}), version: 2},
		{name: "looking fails once", script: pairs, fault: func(f *fake.Target) {
			f.Plan(fake.Stop, fake.Fault{})
			f.Plan(fake.Submit, fake.Fault{})
		}, version: 2},
		{
			name: "the savepoint fails", script: pairs, err: "disk is full", version: 1,
			fault: plant(fake.Stop, fake.Fault{Err: "disk is full"}, fake.Fault{Err: "disk is full"}),
		},
		{name: "Flink refuses a statement", script: refused, err: "Flink refused prod/pv_uv at pv_uv.sql:3:1", version: 1},
		{name: "the state does not fit and may be dropped", script: halves, request: job.Request{Lossy: true}, version: 2},
		{name: "the new version fails", script: failing, err: "Division by zero", version: 1},
		{name: "the new version fails and nobody goes back", script: failing, request: job.Request{Stay: true}, err: "Division by zero"},
		{name: "the new version starts without state and fails", script: failing, request: job.Request{Origin: job.Fresh}, err: "Division by zero"},
		{name: "the old version does not start again either", script: refused, err: "Object 'missing_table' not found", fault: func(f *fake.Target) {
			f.Plan(fake.Submit, fake.Fault{})
			f.Plan(fake.Submit, fake.Fault{Err: "no slots", Kind: fault.Conflict})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(b *bed) {
				b.deploy(counts)
				if test.fault != nil {
					test.fault(b.fake)
				}
				_, err := b.try(test.script, test.request)
				if got := text(err); !strings.Contains(got, test.err) || test.err == "" && got != "" {
					b.Errorf("error %q, want %q", got, test.err)
				}
				if test.err != "" && fault.FixOf(err) == "" && test.version == 0 {
					b.Errorf("error %v has no way out, and nothing runs", err)
				}
				st := b.status()
				if test.version == 0 {
					b.running()
				} else {
					b.running(st.JobID)
					if st.Version != test.version || st.State != "RUNNING" {
						b.Errorf("%s version %d, want version %d: %v", st.State, st.Version, test.version, st.Notes)
					}
				}
				last := b.history().Operations[0]
				if (last.Outcome == store.Failed) != (test.err != "") || last.Outcome == store.Unfinished {
					b.Errorf("the deploy is recorded as %q: %s", last.Outcome, last.Error)
				}
			})
		})
	}
}

func plant(m fake.Method, faults ...fake.Fault) func(*fake.Target) {
	return func(t *fake.Target) {
		for _, f := range faults {
			t.Plan(m, f)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error() + "\n" + fault.FixOf(err)
}

func TestTargetDoesNotAnswer(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		first := b.deploy(counts)
		b.fake.Disconnect()
		st := b.status()
		if st.State != "RUNNING" || st.Seen == nil || len(st.Notes) != 1 || !strings.Contains(st.Notes[0], "does not answer") {
			b.Errorf("status of a target that does not answer: %+v", st)
		}
		if _, err := b.try(pairs, job.Request{}); err == nil || !strings.Contains(err.Error(), "cannot tell whether prod/pv_uv runs") {
			b.Errorf("deploy: %v", err)
		}
		if _, err := b.me.Stop(b.Context(), job.StopRequest{Job: b.ref, How: job.WithSavepoint}, nil); err == nil {
			b.Error("stop of a target that does not answer went well")
		}
		b.fake.Reconnect()
		b.running(first.JobID)
		b.fake.KillCluster()
		if st := b.status(); st.State != job.StateLost {
			b.Errorf("state of a job without a trace is %s", st.State)
		}
	})
}

// A stop is cut off, its savepoint is completed afterwards, and when somebody asks, Flink has forgotten who wanted it: the job
// goes on from there.
func TestSavepointLaterThanWeWait(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		first := b.deploy(counts)
		b.fake.Plan(fake.Stop, fake.Fault{Hang: true, Lost: true})
		hurried, cancel := context.WithTimeout(b.Context(), time.Second)
		defer cancel()
		if _, err := b.me.Stop(hurried, job.StopRequest{Job: b.ref, How: job.WithSavepoint}, nil); err == nil {
			b.Fatal("it was not cut off")
		}
		b.fake.ForgetTriggers()
		again := b.deploy(counts)
		if again.JobID == first.JobID || again.RestoredFrom == "" {
			b.Errorf("it goes on as %+v, want from its savepoint", again)
		}
		last := b.history().Operations[1]
		if last.Kind != "stop" || last.Outcome != store.Done {
			b.Errorf("the stop is recorded as %q: %s", last.Outcome, last.Error)
		}
	})
}

// The target goes away behind the savepoint: nobody knows whether the new version started, so nothing else is started.
func TestConnectionBreaksInTheMiddle(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		first := b.deploy(counts)
		b.file("pv_uv.sql", pairs)
		p, _, err := b.me.Prepare(b.Context(), job.Request{Job: b.ref})
		if err != nil {
			b.Fatal(err)
		}
		_, err = b.me.Carry(b.Context(), p, func(e job.Event) {
			if e.Step == "submit" && e.Phase == job.Began {
				b.fake.Plan(fake.Submit, fake.LostAnswer)
				b.fake.Plan(fake.Submit, fake.LostAnswer)
				b.fake.Plan(fake.Status, fake.Fault{Err: "no route to host"})
			}
		})
		if err == nil || !strings.Contains(err.Error(), "interrupted while submitting") {
			b.Fatalf("deploy: %v", err)
		}
		st := b.status()
		b.running(st.JobID)
		if st.Version != 2 || st.JobID == first.JobID || !strings.Contains(strings.Join(st.Notes, ""), "which is kept") {
			b.Errorf("status afterwards: %+v", st)
		}
	})
}

// The way back is cut off as well: nobody knows whether the old version started, so nothing else is started before that
// is settled.
func TestConnectionBreaksOnTheWayBack(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		b.deploy(counts)
		b.file("pv_uv.sql", failing)
		p, _, err := b.me.Prepare(b.Context(), job.Request{Job: b.ref})
		if err != nil {
			b.Fatal(err)
		}
		_, err = b.me.Carry(b.Context(), p, func(e job.Event) {
			if e.Step == "return" && e.Phase == job.Began {
				b.fake.Plan(fake.Submit, fake.LostAnswer)
				b.fake.Plan(fake.Submit, fake.LostAnswer)
				b.fake.Plan(fake.Status, fake.Fault{Err: "no route to host"})
			}
		})
		if err == nil || !strings.Contains(err.Error(), "interrupted while starting the version before") {
			b.Fatalf("deploy: %v", err)
		}
		if _, err := b.me.Carry(b.Context(), p, nil); fault.KindOf(err) != fault.Conflict {
			b.Errorf("another start before that is settled: %v", err)
		}
		second := b.deploy(pairs)
		b.running(second.JobID)
		if second.RestoredFrom == "" {
			b.Error("the state was lost")
		}
	})
}

// A version that cannot take the state is refused before anything is touched.
func TestStateIsJudgedFirst(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		first := b.deploy(counts)
		_, err := b.try(halves, job.Request{})
		if fault.KindOf(err) != fault.Findings || !strings.Contains(text(err), "would lose state") || !strings.Contains(fault.FixOf(err), "--accept-state-loss") {
			b.Errorf("error %v (%s), want one about state with a way out", err, fault.FixOf(err))
		}
		b.running(first.JobID)
		if n := len(b.history().Operations); n != 1 {
			b.Errorf("%d operations are recorded, want the first deploy alone", n)
		}
	})
}
