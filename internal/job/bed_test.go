package job_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/store/storetest"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/targettest/fake"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Scripts of the job under test. The fake reads no more of them than its comment says.
const (
	tables = "CREATE TABLE events (id INT) WITH ('connector' = 'datagen');\n" +
		"CREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole');\n"
	counts = tables + "INSERT INTO out_rows SELECT id, COUNT(*) FROM events GROUP BY id;\n"
	pairs  = tables + "INSERT INTO out_rows SELECT id, COUNT(*) * 2 FROM events GROUP BY id;\n" // takes the state of counts
	halves = tables + "INSERT INTO out_rows SELECT id / 2, SUM(id) FROM events GROUP BY id / 2;\n"
	finite = "CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'number-of-rows' = '3');\n" +
		"CREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole');\nINSERT INTO out_rows SELECT id, 1 FROM events;\n"
	failing  = tables + "INSERT INTO out_rows SELECT 1 / (id - id), COUNT(*) FROM events GROUP BY id;\n"
	refused  = tables + "INSERT INTO out_rows\nSELECT id, COUNT(*) FROM events GROUP BY id HAVING 'missing_table' <> '';\n"
	guarded  = tables + "SET 'password' = '${PASSWORD}';\nINSERT INTO out_rows SELECT id, 1 FROM events;\n"
	projectY = "version: 1\nname: shop\nflink: \"2.2\"\nvariables: {PASSWORD: {env: DB_PASSWORD}}\n" +
		"targets: {prod: {kind: kubernetes, context: c, namespace: n, image: i}}\njobs:\n  pv_uv: {sql: pv_uv.sql}\n"
)

// bed is a project with one job, records in memory, and a fake target.
type bed struct {
	*testing.T
	dir   string
	ref   job.Ref
	store store.Store
	fake  *fake.Target // of Flink 2.2
	older *fake.Target // of Flink 1.20
	me    *job.Service
	dead  map[int]bool // pids of processes that are gone
	pids  int
}

func newBed(t *testing.T) *bed {
	t.Helper()
	b := &bed{T: t, dir: t.TempDir(), ref: job.Ref{Target: "prod", Job: "pv_uv"}, store: &storetest.Memory{}, fake: fake.New(), older: fake.New(), dead: map[int]bool{}}
	b.file("autostream.yaml", projectY)
	b.file("pv_uv.sql", counts)
	b.me = b.operator()
	return b
}

// inBubble runs a test in a bubble where time passes by itself.
func inBubble(t *testing.T, f func(*bed)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(newBed(t)) })
}

// operator is another process that works on the same project.
func (b *bed) operator() *job.Service {
	b.Helper()
	b.pids++
	p, findings, err := project.Load(b.dir, project.Options{Getenv: func(name string) string {
		return map[string]string{"DB_PASSWORD": "hunter22"}[name]
	}})
	if err != nil || len(findings) > 0 {
		b.Fatal(err, findings)
	}
	return job.New(job.Options{
		Project: p, Store: b.store,
		Open: func(_ context.Context, _ project.Target, release string) (target.Target, error) {
			return b.cluster(release), nil
		},
		Holder: store.Holder{Host: "build7", PID: b.pids, User: "ann"},
		Gone:   func(h store.Holder) bool { return b.dead[h.PID] },
		Now:    time.Now,
		Log:    slog.New(slog.DiscardHandler),
	})
}

// cluster is the fake of a release: each has its own, as on a developer's machine.
func (b *bed) cluster(release string) *fake.Target {
	if release == "1.20" {
		return b.older
	}
	return b.fake
}

func (b *bed) file(name, text string) {
	b.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
}

// try deploys a script as the command does.
func (b *bed) try(script string, r job.Request) (job.Started, error) {
	b.Helper()
	b.file("pv_uv.sql", script)
	r.Job = b.ref
	if _, err := b.me.Settle(b.Context(), b.ref); err != nil {
		return job.Started{}, err
	}
	p, _, err := b.me.Prepare(b.Context(), r)
	if err != nil {
		return job.Started{}, err
	}
	return b.me.Carry(b.Context(), p, nil)
}

func (b *bed) deploy(script string) job.Started {
	b.Helper()
	s, err := b.try(script, job.Request{})
	if err != nil {
		b.Fatalf("deploy: %v", err)
	}
	return s
}

func (b *bed) stop(how string) job.Stopped {
	b.Helper()
	s, err := b.me.Stop(b.Context(), job.StopRequest{Job: b.ref, How: how}, nil)
	if err != nil {
		b.Fatalf("stop: %v", err)
	}
	return s
}

func (b *bed) status() job.Status {
	b.Helper()
	s, err := b.me.Status(b.Context(), b.ref)
	if err != nil {
		b.Fatalf("status: %v", err)
	}
	return s
}

func (b *bed) history() job.History {
	b.Helper()
	h, err := b.me.History(b.Context(), b.ref)
	if err != nil {
		b.Fatal(err)
	}
	return h
}

// running checks that exactly these run.
func (b *bed) running(ids ...string) {
	b.Helper()
	got := b.fake.Running()
	if len(got) != len(ids) || len(ids) == 1 && string(got[0]) != ids[0] {
		b.Errorf("%v run, want %v", got, ids)
	}
}
