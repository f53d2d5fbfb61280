package diagnose_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/diagnose"
	"github.com/autostream/autostream/internal/diagnose/failure"
)

// The snapshots were taken of the jobs of testdata/sick on real Flink, by the tests with the build tag flink.
func snapshot(t *testing.T, name string) diagnose.Snapshot {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var s diagnose.Snapshot
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// firsts are the findings that a job's seeded fault must be told as, first of all; "" for a healthy job.
func firsts(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "sick", "first.txt"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] != "#" {
			out[fields[0]] = strings.Join(fields[1:min(len(fields), 2)], "")
		}
	}
	return out
}

func TestJudge(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("snapshots: %v, %v", files, err)
	}
	want := firsts(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			findings := diagnose.Judge(snapshot(t, file))
			first, known := want[name]
			switch {
			case !known:
				t.Fatalf("no line about %s in first.txt", name)
			case first == "" && diagnose.AnySerious(findings):
				t.Errorf("healthy, and yet: %s", findings[0].Title)
			case first != "" && (len(findings) == 0 || findings[0].ID != first):
				for _, f := range findings {
					t.Logf("%s %s: %s", f.Severity, f.ID, f.Title)
				}
				t.Errorf("the first finding is not %s", first)
			}
			for _, f := range findings {
				if f.Title == "" || strings.Contains(f.Title, "\n") || f.Fix == "" || f.Severity != diagnose.Note && len(f.Evidence) == 0 {
					t.Errorf("%s lacks a title, a fix or evidence: %+v", f.ID, f)
				}
			}
		})
	}
}

func TestJudgeKnowsNothing(t *testing.T) {
	t.Parallel()
	if findings := diagnose.Judge(diagnose.Snapshot{State: "UNKNOWN"}); len(findings) > 0 {
		t.Errorf("of an empty snapshot: %+v", findings)
	}
}

// TestWaitsForSlots has a job wait for TaskManagers that something keeps from coming: that comes first.
func TestWaitsForSlots(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	rules := failure.BuiltIn().NewGroups(time.UTC)
	log := `2026-11-23 02:59:30,000 WARN  org.apache.flink.runtime.resourcemanager.active.ActiveResourceManager [] - Failed requesting worker: pods "pv-uv-taskmanager-1-3" is forbidden: exceeded quota: team-a, requested: pods=1, used: pods=1, limited: pods=1` + "\n"
	if err := rules.Read("jobmanager", strings.NewReader(log)); err != nil {
		t.Fatal(err)
	}
	s := diagnose.Snapshot{
		Taken: now, Started: now.Add(-time.Minute), State: "RUNNING", Failures: rules.Report(),
		Vertices: []diagnose.Vertex{{ID: "a", Name: "Map", Subtasks: []diagnose.Subtask{{Index: 1, State: "SCHEDULED"}}}},
	}
	if f := diagnose.Judge(s); len(f) < 2 || f[0].ID != "quota" || f[0].Severity != diagnose.Serious || f[1].ID != "no-slots" {
		t.Errorf("findings: %+v", f)
	}
}

// TestFailsForAnotherReason has a job fail whose cluster failed before, for another reason.
func TestFailsForAnotherReason(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	groups := failure.BuiltIn().NewGroups(time.UTC)
	for _, e := range []failure.Event{
		{Source: "jobmanager", Time: now.Add(-10 * time.Minute), Level: "ERROR", Text: "a failure\njava.lang.ArithmeticException: / by zero"},
		{Source: "flink", Time: now, Level: "ERROR", Text: "a failure\ncom.acme.Refused: no such tariff"},
	} {
		groups.Add(e)
	}
	s := diagnose.Snapshot{Taken: now, Started: now.Add(-time.Second), State: "FAILED", Failures: groups.Report()}
	if f := diagnose.Judge(s); len(f) == 0 || f[0].ID != "unknown-failure" || !strings.Contains(f[0].Title, "no such tariff") {
		t.Errorf("findings: %+v", f)
	}
	s.Started = now.Add(-time.Hour)
	if f := diagnose.Judge(s); len(f) == 0 || f[0].ID != "divided-by-zero" {
		t.Errorf("the series begins with the division: %+v", f)
	}
}

func FuzzJudge(f *testing.F) {
	f.Add([]byte(`{"state":"RUNNING","vertices":[{"id":"a","name":"Window","subtasks":[{"busy":1}]},{"id":"b","subtasks":[{"backpressured":1}]}],"edges":[{"from":"b","to":"a"},{"from":"a","to":"b"}],"checkpoints":{"enabled":true,"history":[{"status":"FAILED"}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var s diagnose.Snapshot
		if len(text) > 10<<10 || json.Unmarshal(text, &s) != nil {
			return
		}
		for _, finding := range diagnose.Judge(s) {
			if finding.ID == "" || finding.Title == "" {
				t.Errorf("%+v", finding)
			}
		}
	})
}
