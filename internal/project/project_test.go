package project_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/project"
)

// contract is the project file of the command-line contract.
const contract = `version: 1
name: traffic
flink: "2.2"                       # release that lint, explain and the targets assume
tables: [tables/*.sql]             # shared DDL, in name order, visible to every job
variables: {BROKERS: "kafka:9092"} # ${BROKERS} in SQL and below
targets:
  local: {kind: local}
  prod: {kind: kubernetes, context: prod, namespace: streams, image: "registry.example/flink:2.2"}
  dc2: {kind: yarn, resourceManager: ["https://rm1:8090"], files: "webhdfs://nn1:9870", queue: streams}
defaults: {target: local, parallelism: 2}
jobs:
  pv_uv:
    sql: jobs/pv_uv.sql
    parallelism: 4
    resources: {jobManager: {memory: 1g, cpu: 0.5}, taskManager: {memory: 2g, cpu: 1, slots: 2}}
    checkpoints: {interval: 1m, mode: exactly-once}
    jars: [libs/udf.jar]
    options: {table.exec.state.ttl: 36h}
  sessionize:
    jar: libs/sessionize.jar
    class: com.example.Sessionize
    args: [--window, 30m]
environments:
  staging: {variables: {BROKERS: "kafka-staging:9092"}, defaults: {parallelism: 1}, jobs: {pv_uv: {parallelism: 1}}}
`

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func contractFolder(t *testing.T) string {
	return folder(t, map[string]string{
		"autostream.yaml": contract, "tables/a.sql": "CREATE TABLE a (x INT) WITH ('b' = '${BROKERS}');",
		"jobs/pv_uv.sql": "INSERT INTO o SELECT 1;", "libs/udf.jar": "", "libs/sessionize.jar": "",
	})
}

func load(t *testing.T, dir string, o project.Options) *project.Project {
	t.Helper()
	p, findings, err := project.Load(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) > 0 {
		diag.WriteText(t.Output(), findings, diag.Style{})
		t.FailNow()
	}
	return p
}

func TestContract(t *testing.T) {
	t.Parallel()
	dir := contractFolder(t)
	for environment, want := range map[string]struct {
		parallelism int
		table       string
	}{
		"":        {4, "CREATE TABLE a (x INT) WITH ('b' = 'kafka:9092');"},
		"staging": {1, "CREATE TABLE a (x INT) WITH ('b' = 'kafka-staging:9092');"},
	} {
		p := load(t, dir, project.Options{Environment: environment})
		job, ok := p.Job("pv_uv")
		if !ok || job.Parallelism != want.parallelism || job.Kind != project.SQL || job.Options["table.exec.state.ttl"] != "36h" {
			t.Errorf("environment %q: job %+v", environment, job)
		}
		scripts, findings, err := p.Scripts(job)
		if err != nil || len(findings) > 0 || len(scripts) != 2 || scripts[0].Recorded.Text != want.table {
			t.Errorf("environment %q: scripts %v, findings %v, error %v", environment, scripts, findings, err)
		}
	}
}
