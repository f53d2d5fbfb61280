package yarn

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs/local"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/agent"
)

// Levels of a job are kept in a file beside its records, which the agents of its processes read.
func TestLevels(t *testing.T) {
	t.Parallel()
	const with, without = target.JobID("00000000000000000000000000000001"), target.JobID("00000000000000000000000000000002")
	k := New(Options{Name: "prod"})
	k.cluster = &cluster{fs: local.FS{}, folder: filepath.ToSlash(t.TempDir())}
	for id, r := range map[target.JobID]run{with: {Application: "application_1_1", Agent: true}, without: {Application: "application_1_2"}} {
		if err := k.cluster.records().keep(t.Context(), id, recordApplication, &r); err != nil {
			t.Fatal(err)
		}
	}
	levels := []agent.Level{
		{Logger: "com.acme", Level: "DEBUG", Until: time.UnixMilli(time.Now().Add(time.Hour).UnixMilli())},
		{Logger: "over", Level: "DEBUG", Until: time.UnixMilli(1)},
	}
	for range 2 { // the second time there is a file
		d, err := k.KeepLevels(t.Context(), with, func([]agent.Level) []agent.Level { return levels })
		if err != nil || !strings.HasPrefix(d.By, "file file:") || d.Within != seenWithin {
			t.Fatalf("KeepLevels: %+v, %v", d, err)
		}
	}
	kept, _, err := k.KeptLevels(t.Context(), with)
	if diff := cmp.Diff(levels[:1], kept); diff != "" || err != nil {
		t.Errorf("kept: %v (-want +got):\n%s", err, diff)
	}
	if _, _, err := k.KeptLevels(t.Context(), without); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a job without the agent: %v", err)
	}
}

// The agent stands behind what the user has processes start with.
func TestAgentAtStart(t *testing.T) {
	t.Parallel()
	s := target.Submission{
		ID: "00000000000000000000000000000001", SQL: &target.SQLProgram{Statements: []string{"SELECT 1"}},
		Options: map[string]string{"env.java.opts.taskmanager": "-Dmine=1"},
	}
	o, err := settings(s, release.V2_2, place{levels: "hdfs://ns/levels"})
	if err != nil {
		t.Fatal(err)
	}
	const option = "-javaagent:autostream-agent.jar=hadoop:hdfs://ns/levels"
	for key, want := range map[string]string{"env.java.opts.jobmanager": option, "env.java.opts.taskmanager": "-Dmine=1 " + option} {
		if o[key] != want {
			t.Errorf("%s: %s, want %s", key, o[key], want)
		}
	}
	if len(s.Options) != 1 {
		t.Errorf("the submission has changed: %v", s.Options)
	}
}
