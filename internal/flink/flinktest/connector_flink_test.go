//go:build flink

package flinktest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

// statements plan a query on each connector that jars are fetched for: the planner loads the connector's factory and
// builds its source and sink, for which all of its classes must be there.
const statements = `
CREATE TABLE k (id BIGINT, name STRING) WITH ('connector' = 'kafka', 'topic' = 't', 'properties.bootstrap.servers' = 'localhost:1',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE u (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'upsert-kafka', 'topic' = 't',
  'properties.bootstrap.servers' = 'localhost:1', 'key.format' = 'json', 'value.format' = 'json');
CREATE TABLE j (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://localhost:1/x',
  'table-name' = 't');
EXPLAIN INSERT INTO u SELECT id, name FROM k;
EXPLAIN INSERT INTO j SELECT id, name FROM u;
EXPLAIN SELECT * FROM j;
`

// TestConnectors lets Flink's own SQL client plan with the jars that the table of releases names, under a configuration
// that this program rendered.
func TestConnectors(t *testing.T) {
	t.Parallel()
	for _, line := range []release.Line{release.V1_20, release.V2_2} {
		t.Run(line.String(), func(t *testing.T) {
			home := flinktest.Home(t, line)
			dir := t.TempDir()
			script := write(t, dir, "script.sql", statements)
			text, err := conf.Options{"rest.address": "localhost", "parallelism.default": "1"}.WithJavaOptions(line).Render(line)
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, home.Release.ConfigFile, string(text))

			args := []string{filepath.Join(home.Dir, "bin", "sql-client.sh"), "-f", script}
			for _, path := range connectorJars(t, line) {
				args = append(args, "-j", path)
			}
			cmd := exec.CommandContext(t.Context(), "bash", args...)
			cmd.Env = append(os.Environ(), "FLINK_CONF_DIR="+dir, "FLINK_LOG_DIR="+dir, "JAVA_HOME="+flinktest.Java(t, home).Home)
			out, err := cmd.CombinedOutput()
			if err != nil || strings.Contains(string(out), "[ERROR]") {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, want := range []string{"TableSourceScan(table=[[default_catalog, default_database, k]]", "Sink(table=[default_catalog.default_database.j]"} {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
		})
	}
}

// connectorJars fetches the jars of all connectors into the user's cache, each once, and PostgreSQL's driver with them.
func connectorJars(t *testing.T, line release.Line) []string {
	t.Helper()
	all := []release.Coordinates{{Group: "org.postgresql", Artifact: "postgresql", Version: "42.7.3"}}
	for _, name := range release.Connectors() {
		jars, ok := line.Connector(name)
		if !ok {
			t.Fatalf("no jars for %s", name)
		}
		if name != "upsert-kafka" { // the same as kafka's
			all = append(all, jars...)
		}
	}
	cache, err := dist.DefaultDir(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	paths, err := (&dist.Cache{Dir: cache}).Fetch(t.Context(), all, func(jar release.Coordinates) { t.Logf("fetching %s", jar) })
	if err != nil {
		t.Fatalf("%v\n%s", err, fault.FixOf(err))
	}
	return paths
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
