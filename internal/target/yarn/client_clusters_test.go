//go:build clusters

package yarn_test

import (
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/targettest"
	"github.com/autostream/autostream/internal/target/yarn"
	"github.com/autostream/autostream/internal/target/yarn/flinkclient"
	rig "github.com/autostream/autostream/rigs/yarn"
)

// TestFlinksClient submits with Flink's own client what the conformance suite submits without.
func TestFlinksClient(t *testing.T) {
	r := rig.Start(t)
	for _, line := range []release.Line{release.V1_20, release.V2_2} {
		t.Run(line.String(), func(t *testing.T) {
			home := flinktest.Home(t, line)
			java := flinktest.Java(t, home).Home
			program, library := targettest.Jars(t, home.Dir, java)
			o := options(t, r, line)
			o.Client = &flinkclient.Client{
				Home: home, JavaHome: java, HadoopConf: r.HadoopConf, HadoopClasspath: r.HadoopClasspath, Path: os.Getenv("PATH"), User: "root", Limit: 4 * time.Minute,
			}
			m := befalling(r, o)
			job := func(t *testing.T) target.Submission {
				s := m.job(t)
				s.Release = line.String()
				return s
			}
			t.Run("SQL with a jar, from two callers at once", func(t *testing.T) {
				s := job(t)
				s.Jars = []string{library}
				s.SQL.Statements = []string{
					s.SQL.Statements[0], s.SQL.Statements[1], "CREATE TEMPORARY FUNCTION next_step AS 'step.Step'",
					"INSERT INTO out_rows SELECT id, next_step(CAST(id AS BIGINT)) FROM events",
				}
				var calls sync.WaitGroup
				var failures [2]error
				for i := range failures {
					calls.Go(func() { _, failures[i] = m.target.Submit(t.Context(), s) })
				}
				calls.Wait()
				if err := errors.Join(failures[:]...); err != nil {
					t.Fatal(err)
				}
				m.runs(t, s)
			})
			t.Run("a program", func(t *testing.T) {
				s := job(t)
				s.SQL, s.Jar, s.Jars = nil, &target.JarProgram{Path: program}, []string{library}
				m.runs(t, s)
			})
			if line < release.V2_0 {
				t.Run("per-job mode", func(t *testing.T) {
					s := job(t)
					s.Options["execution.target"] = yarn.PerJob
					m.runs(t, s)
				})
			}
			t.Run("a statement that is refused", func(t *testing.T) {
				s := job(t)
				s.SQL.Statements = []string{s.SQL.Statements[0], "INSERT INTO missing_table SELECT id FROM events"}
				_, err := m.target.Submit(t.Context(), s)
				statement, ok := errors.AsType[*target.StatementError](err)
				if !ok || statement.Index != 1 {
					t.Errorf("Submit: %v; want it to name the second statement", err)
				}
				m.noStaging(t)
			})
			t.Run("a queue that is missing", func(t *testing.T) {
				s := job(t)
				s.Options["yarn.application.queue"] = "nobodys"
				_, err := m.target.Submit(t.Context(), s)
				if fault.KindOf(err) != fault.Failed || err == nil {
					t.Errorf("Submit: %v", err)
				}
				t.Log(err)
			})
		})
	}
}
