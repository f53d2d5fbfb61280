package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/store/sqlite"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
)

// many is a project whose jobs run on Kubernetes clusters that are fakes.
func many(t testing.TB, clusters, jobs int) (*job.Service, []*kubetest.Fake) {
	t.Helper()
	dir := t.TempDir()
	var yaml strings.Builder
	yaml.WriteString("version: 1\nname: shop\nflink: \"2.2\"\ntargets:\n")
	fakes := make([]*kubetest.Fake, clusters)
	for i := range fakes {
		fakes[i] = kubetest.NewFake(t)
		fmt.Fprintf(&yaml, "  c%d: {kind: kubernetes, image: i, kubeconfig: %q}\n", i, fakes[i].Kubeconfig(t))
	}
	yaml.WriteString("jobs:\n")
	for i := range jobs {
		fmt.Fprintf(&yaml, "  job%d: {sql: job.sql, target: c%d}\n", i, i%clusters)
	}
	for name, text := range map[string]string{"autostream.yaml": yaml.String(), "job.sql": counts} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, findings, err := project.Load(dir, project.Options{Getenv: func(string) string { return "" }})
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	records, err := sqlite.Open(t.Context(), filepath.Join(dir, "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = records.Close() })
	d := FromProcess()
	s := job.New(job.Options{
		Project: p, Store: records, Holder: store.Holder{Host: "h", PID: 1}, Gone: func(store.Holder) bool { return false },
		Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Open: func(ctx context.Context, t project.Target, _ string) (target.Target, error) {
			return d.Target(ctx, p, t)
		},
	})
	run(t, d.Target, p, records)
	return s, fakes
}

// run starts every job of a project and records it, without the steps of a deploy.
func run(t testing.TB, connect func(context.Context, *project.Project, project.Target) (target.Target, error), p *project.Project, records store.Store) {
	t.Helper()
	places := map[string]target.Target{}
	for _, at := range p.Targets {
		if at.Kind == project.Kubernetes {
			place, err := connect(t.Context(), p, at)
			if err != nil {
				t.Fatal(err)
			}
			places[at.Name] = place
		}
	}
	var runs []store.Run
	for _, j := range p.Jobs {
		id := target.NewJobID()
		if _, err := places[j.Target].Submit(t.Context(), target.Submission{
			ID: id, Name: j.Name, Project: p.Name, Release: "2.2", SQL: &target.SQLProgram{Statements: []string{"INSERT INTO a SELECT 1"}},
		}); err != nil {
			t.Fatal(err)
		}
		runs = append(runs, store.Run{
			ID: string(id), Job: store.Key{Target: j.Target, Job: j.Name}, Version: 1, Reserved: time.Now(), Submitted: time.Now(), State: "RUNNING", Seen: time.Now(),
		})
	}
	if err := records.Update(t.Context(), func(w store.Writer) error {
		for _, r := range runs {
			spec := plan.Spec{Job: r.Job.Job, Release: "2.2", Statements: []string{"INSERT INTO a SELECT 1"}}
			text, err := spec.JSON()
			if err != nil {
				return err
			}
			if _, err := w.AddVersion(t.Context(), store.Version{Job: r.Job, Hash: spec.Hash(), Spec: text, Release: "2.2", Created: time.Now()}); err != nil {
				return err
			}
			if err := w.PutRun(t.Context(), r); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// A cluster that does not answer shows what was last seen there, and those that answer show what is.
func TestListWithADeadCluster(t *testing.T) {
	t.Parallel()
	s, fakes := many(t, 3, 6)
	fakes[1].Down()
	all, err := s.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range all {
		if dead := st.Target == "c1"; st.State != "RUNNING" || dead != (len(st.Notes) > 0) {
			t.Errorf("%s on %s: %s, %v", st.Job, st.Target, st.State, st.Notes)
		}
	}
}

// BenchmarkList is the figure of 1,000 jobs on 20 clusters.
func BenchmarkList(b *testing.B) {
	s, _ := many(b, 20, 1000)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		all, err := s.List(b.Context())
		if err != nil || len(all) != 1000 {
			b.Fatal(len(all), err)
		}
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.Sys)/(1<<20), "MB-from-system")
}
