package job_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/targettest/fake"
)

func TestDeploysFollowEachOther(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		first := b.deploy(counts)
		if first.Action != job.Start || first.State != "RUNNING" || first.Version != 1 || first.RestoredFrom != "" {
			b.Errorf("first deploy: %+v", first)
		}
		if again := b.deploy("-- the same\n" + counts); again.Action != job.Nothing || again.JobID != first.JobID {
			b.Errorf("deploy without a change: %+v", again)
		}
		second := b.deploy(pairs)
		if second.Action != job.Replace || second.Version != 2 || !strings.Contains(second.RestoredFrom, first.JobID[:6]) {
			b.Errorf("deploy of a change: %+v", second)
		}
		b.running(second.JobID)
		// The way back to the first text is a deploy like any other, and a version of its own.
		if third := b.deploy(counts); third.Version != 3 || !strings.Contains(third.RestoredFrom, second.JobID[:6]) {
			b.Errorf("third deploy: %+v", third)
		}
	})
}

// Where the state of a start comes from, after whatever ended the run before.
func TestStateOfTheNextStart(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		first   string
		before  func(*bed, job.Started)
		request job.Request
		from    string // part of the path; "" without state
		refused string // part of the error
	}{
		{name: "stopped with a savepoint", before: func(b *bed, _ job.Started) { b.stop(job.WithSavepoint) }, from: "savepoint-"},
		{name: "drained", before: func(b *bed, _ job.Started) { b.stop(job.WithDrain) }, from: "savepoint-"},
		{name: "cancelled", before: func(b *bed, _ job.Started) { b.stop(job.WithCancel) }, refused: "cancelled without a savepoint"},
		{name: "cancelled, on purpose", before: func(b *bed, _ job.Started) { b.stop(job.WithCancel) }, request: job.Request{Origin: job.Fresh}},
		{name: "cancelled after a savepoint", before: func(b *bed, s job.Started) {
			if _, err := b.me.Save(b.Context(), job.SaveRequest{Job: b.ref}, nil); err != nil {
				b.Fatal(err)
			}
			b.stop(job.WithCancel)
		}, from: "savepoint-"},
		{name: "came to its end", first: finite, before: func(*bed, job.Started) {}},
		{name: "failed before a checkpoint", before: func(b *bed, s job.Started) {
			b.fake.FailJob(target.JobID(s.JobID), "out of memory")
		}},
		{name: "failed after a savepoint", before: func(b *bed, s job.Started) {
			if _, err := b.me.Save(b.Context(), job.SaveRequest{Job: b.ref}, nil); err != nil {
				b.Fatal(err)
			}
			b.fake.FailJob(target.JobID(s.JobID), "out of memory")
		}, from: "savepoint-"},
		{name: "lost, with nothing known", before: func(b *bed, _ job.Started) { b.fake.KillCluster() }, refused: "no checkpoint of it was seen"},
		{name: "lost after a savepoint was seen", before: func(b *bed, _ job.Started) {
			if _, err := b.me.Save(b.Context(), job.SaveRequest{Job: b.ref}, nil); err != nil {
				b.Fatal(err)
			}
			b.status()
			b.fake.KillCluster()
		}, from: "savepoint-"},
		{name: "runs, without state on purpose", before: func(*bed, job.Started) {}, request: job.Request{Origin: job.Fresh}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(b *bed) {
				if test.first == "" {
					test.first = counts
				}
				test.before(b, b.deploy(test.first))
				s, err := b.try(pairs, test.request)
				if test.refused != "" {
					if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), test.refused) || !strings.Contains(fault.FixOf(err), "--fresh") {
						b.Errorf("error %v (%s), want one about %q with a way out", err, fault.FixOf(err), test.refused)
					}
					return
				}
				if err != nil {
					b.Fatal(err)
				}
				if !strings.Contains(s.RestoredFrom, test.from) || test.from == "" && s.RestoredFrom != "" {
					b.Errorf("started from %q, want %q", s.RestoredFrom, test.from)
				}
				if got := b.fake.RestoredFrom(target.JobID(s.JobID)); got != s.RestoredFrom {
					b.Errorf("recorded %q, was %q", s.RestoredFrom, got)
				}
				b.running(s.JobID)
			})
		})
	}
}

func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		b.deploy(counts)
		b.file("pv_uv.sql", pairs)
		slow, quick := b.operator(), b.operator()
		p, _, err := slow.Prepare(b.Context(), job.Request{Job: b.ref})
		if err != nil {
			b.Fatal(err)
		}
		q, _, err := quick.Prepare(b.Context(), job.Request{Job: b.ref})
		if err != nil {
			b.Fatal(err)
		}
		b.fake.Plan(fake.Stop, fake.Fault{Delay: 5 * time.Minute}) // longer than a lease: it has to be renewed
		done := make(chan error)
		go func() {
			_, err := slow.Carry(b.Context(), p, nil)
			done <- err
		}()
		time.Sleep(time.Minute)
		_, err = quick.Carry(b.Context(), q, nil)
		if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "ann on build7 (deploy, pid 2") {
			b.Errorf("second deploy: %v", err)
		}
		if _, err := quick.Settle(b.Context(), b.ref); fault.KindOf(err) != fault.Conflict {
			b.Errorf("settling what somebody is at: %v", err)
		}
		if st, err := quick.Status(b.Context(), b.ref); err != nil || len(st.Notes) == 0 || !strings.Contains(st.Notes[0], "is at it") {
			b.Errorf("status meanwhile: %+v, %v", st, err)
		}
		if err := <-done; err != nil {
			b.Errorf("first deploy: %v", err)
		}
		// What the second one had thought through no longer holds.
		if _, err = quick.Carry(b.Context(), q, nil); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "was changed by somebody else") {
			b.Errorf("carrying out an old plan: %v", err)
		}
		b.running(b.status().JobID)
	})
}

// A process that did not move for longer than its lease touches nothing any more when it wakes up.
func TestLeaseIsLost(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		b.deploy(counts)
		b.file("pv_uv.sql", pairs)
		sleepy := b.operator()
		p, _, err := sleepy.Prepare(b.Context(), job.Request{Job: b.ref})
		if err != nil {
			b.Fatal(err)
		}
		_, err = sleepy.Carry(b.Context(), p, func(e job.Event) {
			if e.Step == "stop" && e.Phase == job.Ended {
				// Another machine takes over: for it, the lease has run out.
				taken := store.Lease{Token: "other", Holder: store.Holder{Host: "build8", PID: 9, User: "bob"}, Doing: "deploy", Taken: time.Now(), Expires: time.Now().Add(time.Minute)}
				if err := b.store.Update(b.Context(), func(w store.Writer) error { return w.SetLease(b.Context(), b.ref, taken) }); err != nil {
					b.Error(err)
				}
			}
		})
		if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "bob on build8") {
			b.Errorf("deploy without a lease: %v", err)
		}
		b.running()
	})
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"reserve", "stop", "submit", "watch"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(b *bed) {
				first := b.deploy(counts)
				b.file("pv_uv.sql", pairs)
				p, _, err := b.me.Prepare(b.Context(), job.Request{Job: b.ref})
				if err != nil {
					b.Fatal(err)
				}
				ctx, interrupt := context.WithCancel(b.Context())
				_, err = b.me.Carry(ctx, p, func(e job.Event) {
					if e.Step == step && e.Phase == job.Began || step == "reserve" && e.Step == step {
						interrupt()
					}
				})
				if fault.KindOf(err) != fault.Interrupted || fault.FixOf(err) == "" {
					b.Errorf("error %v (%v), want an interruption with what to do next", err, fault.KindOf(err))
				}
				if n := len(b.fake.Running()); n > 1 {
					b.Errorf("%d instances", n)
				}
				s := b.deploy(pairs)
				b.running(s.JobID)
				if s.RestoredFrom == "" && s.JobID != first.JobID {
					b.Error("the state was lost")
				}
			})
		})
	}
}

func TestTimeLimit(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		b.file("pv_uv.sql", counts)
		p, _, err := b.me.Prepare(b.Context(), job.Request{Job: b.ref})
		if err != nil {
			b.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
		defer cancel()
		b.fake.Plan(fake.Status, fake.Fault{Hang: true})
		_, err = b.me.Carry(ctx, p, nil)
		if fault.KindOf(err) != fault.Running || !strings.Contains(err.Error(), "still starting") {
			b.Errorf("deploy that takes longer than --timeout: %v (%v)", err, fault.KindOf(err))
		}
		if last := b.history().Operations[0]; last.Outcome != store.Done {
			b.Errorf("recorded as %q, though the job was started", last.Outcome)
		}
	})
}

func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		b.fake.Plan(fake.Submit, fake.Fault{Err: "login with hunter22 was refused", Kind: fault.Denied})
		_, err := b.try(guarded, job.Request{})
		if err == nil || strings.Contains(text(err), "hunter22") {
			b.Errorf("error %v", err)
		}
		h := b.history()
		if strings.Contains(h.Operations[0].Error, "hunter22") || strings.Contains(string(h.Versions[0].Spec), "hunter22") {
			b.Errorf("history has the secret: %+v", h)
		}
		if !strings.Contains(string(h.Versions[0].Spec), "${PASSWORD}") {
			b.Errorf("history does not name the secret: %s", h.Versions[0].Spec)
		}
	})
}

func TestRestartAndRollback(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		first := b.deploy(counts)
		b.file("pv_uv.sql", pairs) // not deployed: a restart does not care
		p, err := b.me.PrepareRestart(b.Context(), job.Request{Job: b.ref})
		if err != nil {
			b.Fatal(err)
		}
		again, err := b.me.Carry(b.Context(), p, nil)
		if err != nil || again.Version != 1 || again.JobID == first.JobID || again.RestoredFrom == "" {
			b.Errorf("restart: %+v, %v", again, err)
		}
		second := b.deploy(pairs)
		p, err = b.me.PrepareRollback(b.Context(), job.Request{Job: b.ref}, 0)
		if err != nil {
			b.Fatal(err)
		}
		back, err := b.me.Carry(b.Context(), p, nil)
		if err != nil || back.Version != 3 || back.RestoredFrom != second.RestoredFrom {
			b.Errorf("rollback: %+v, %v; want version 3 from %s", back, err, second.RestoredFrom)
		}
		if v := b.history().Versions; v[0].Hash != v[2].Hash || v[0].Message != "back to version 1" {
			b.Errorf("versions: %+v", v)
		}
		b.running(back.JobID)
	})
}

func TestSavepointOfAStoppedJobIsKept(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		b.deploy(counts)
		path := b.stop(job.WithSavepoint).Savepoint
		if err := b.me.RemoveSavepoint(b.Context(), b.ref, path, false); fault.KindOf(err) != fault.Conflict {
			b.Errorf("removing the state of a stopped job: %v", err)
		}
		if err := b.me.RemoveSavepoint(b.Context(), b.ref, path, true); err != nil {
			b.Errorf("removing it by force: %v", err)
		}
		if left, err := b.me.Savepoints(b.Context(), b.ref); err != nil || len(left) != 0 {
			b.Errorf("left: %v, %v", left, err)
		}
	})
}

// Another release may mean another cluster: the job that runs is found and ended there.
func TestUpgradeOfTheRelease(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		b.file("autostream.yaml", strings.Replace(projectY, `"2.2"`, `"1.20"`, 1))
		b.me = b.operator()
		first := b.deploy(counts)
		if n := len(b.older.Running()); n != 1 {
			b.Fatalf("%d jobs run on the older release", n)
		}
		b.file("autostream.yaml", projectY)
		b.me = b.operator()
		if st := b.status(); st.JobID != first.JobID || st.State != "RUNNING" {
			b.Errorf("status after the project changed its release: %+v", st)
		}
		// The fakes do not share files, so that the new release cannot read the savepoint: the old one runs again.
		if _, err := b.try(counts, job.Request{}); err == nil || !strings.Contains(text(err), "version 1 is running again") {
			b.Errorf("upgrade to a release that cannot restore: %v", text(err))
		}
		if old, now := len(b.older.Running()), len(b.fake.Running()); old != 1 || now != 0 {
			b.Errorf("%d jobs run on the old release and %d on the new one", old, now)
		}
		second, err := b.try(counts, job.Request{Origin: job.Fresh})
		if err != nil || second.Version != 2 {
			b.Fatalf("upgrade without state: %+v, %v", second, err)
		}
		if old, now := len(b.older.Running()), len(b.fake.Running()); old != 0 || now != 1 {
			b.Errorf("%d jobs run on the old release and %d on the new one", old, now)
		}
		// The way back is barred: what was written since has a format that the older release does not know.
		b.file("autostream.yaml", strings.Replace(projectY, `"2.2"`, `"1.20"`, 1))
		b.me = b.operator()
		if _, err := b.try(counts, job.Request{}); err == nil || !strings.Contains(text(err), "state that Flink 2.2 wrote, which Flink 1.20 cannot read") {
			b.Errorf("going back to an older release: %v", text(err))
		}
		if old, now := len(b.older.Running()), len(b.fake.Running()); old != 0 || now != 1 {
			b.Errorf("%d jobs run on the old release and %d on the new one", old, now)
		}
	})
}
