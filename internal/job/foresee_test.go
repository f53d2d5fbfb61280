package job_test

import (
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/plan/evolve"
	"github.com/autostream/autostream/internal/target/targettest/fake"
)

// A target that does not answer: the plan goes on with what is recorded, and a deploy does not.
func TestForeseeWithoutTarget(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		b.deploy(counts)
		b.file("pv_uv.sql", pairs)
		b.fake.Disconnect()
		p, _, err := b.operator().Foresee(b.Context(), job.Request{Job: b.ref})
		if err != nil || p.Unseen == nil || p.Action != job.Replace || p.State == nil || p.State.Verdict != evolve.Kept || !strings.Contains(p.Why, "last seen RUNNING") {
			b.Fatalf("proposal %+v, %v", p, err)
		}
		if said, err := b.operator().Meanwhile(b.Context(), p); said != "" || err != nil {
			b.Errorf("meanwhile %q, %v", said, err)
		}
		if _, err := b.try(pairs, job.Request{}); err == nil {
			b.Error("it was deployed")
		}
		b.fake.Reconnect()
		b.running(b.status().JobID)
	})
}

// A target that never answers is not waited for without end.
func TestForeseeWithSilentTarget(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		b.deploy(counts)
		b.file("pv_uv.sql", pairs)
		b.fake.Plan(fake.Status, fake.Fault{Hang: true})
		began := time.Now()
		p, _, err := b.operator().Foresee(b.Context(), job.Request{Job: b.ref})
		if err != nil || p.Unseen == nil || !strings.Contains(p.Unseen.Error(), "no answer within 20s") || len(p.Changes) == 0 {
			b.Fatalf("proposal %+v, %v", p, err)
		}
		if took := time.Since(began); took > time.Minute {
			b.Errorf("it took %s", took)
		}
	})
}

// What happens to a job while it is planned is told, and carrying the plan out is a conflict.
func TestMeanwhile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		happen func(b *bed)
		said   string
	}{
		{"nothing", func(*bed) {}, ""},
		{"a deploy", func(b *bed) { b.deploy(finite) }, "deploy of it by ann at "},
		{"a stop", func(b *bed) { b.stop(job.WithSavepoint) }, "stop of it by ann at "},
		{"it fails", func(b *bed) { b.fake.FailJob(b.fake.Running()[0], "boom") }, "it is FAILED now"},
		{"the target goes away", func(b *bed) { b.fake.Disconnect() }, "prod does not answer any more"},
		{"the cluster dies", func(b *bed) { b.fake.KillCluster() }, "it is LOST now"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(b *bed) {
				b.deploy(tables + "INSERT INTO out_rows SELECT id, 1 FROM events;\n")
				b.file("pv_uv.sql", tables+"INSERT INTO out_rows SELECT id, 2 FROM events;\n")
				me := b.operator()
				p, _, err := me.Foresee(b.Context(), job.Request{Job: b.ref})
				if err != nil {
					b.Fatal(err)
				}
				tt.happen(b)
				said, err := me.Meanwhile(b.Context(), p)
				if err != nil || !strings.HasPrefix(said, tt.said) || (said == "") != (tt.said == "") {
					b.Errorf("meanwhile %q, %v; want %q", said, err, tt.said)
				}
				if strings.Contains(tt.said, " of it by ") || strings.HasSuffix(tt.said, " now") {
					if _, err := me.Carry(b.Context(), p, nil); fault.KindOf(err) != fault.Conflict {
						b.Errorf("carried out: %v", err)
					}
				}
			})
		})
	}
}

// A run that completed no checkpoint leaves what it had started from, which another version wrote: that one is compared with.
func TestStateOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		b.deploy(counts)
		if _, err := b.try(halves, job.Request{Lossy: true}); err != nil {
			b.Fatal(err)
		}
		b.fake.FailJob(b.fake.Running()[0], "boom")
		b.file("pv_uv.sql", halves+"-- the same\n")
		p, _, err := b.operator().Prepare(b.Context(), job.Request{Job: b.ref})
		if err != nil {
			b.Fatal(err)
		}
		if p.Restore != "" && p.Restore == b.status().RestoredFrom && p.State.Verdict == evolve.Kept && p.State.Meaning == evolve.Same {
			b.Errorf("the state of version 1 is taken for that of version 2: %+v", p.State)
		}
	})
}
