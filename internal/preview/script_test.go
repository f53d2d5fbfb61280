package preview_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/project"
)

// folder writes the files of a project.
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

func load(t *testing.T, files map[string]string) *project.Project {
	t.Helper()
	p, findings, err := project.Load(folder(t, files), project.Options{Getenv: func(name string) string {
		return map[string]string{"PASSWORD": "s3cret'quote"}[name]
	}})
	if err != nil || len(findings) > 0 {
		t.Fatal(findings, err)
	}
	return p
}

// alone reads one script outside any project.
func alone(t *testing.T, sql string) *preview.Script {
	t.Helper()
	dir := folder(t, map[string]string{"a.sql": sql})
	p, err := project.Bare(dir, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	script, err := preview.ReadFile(p, filepath.Join(dir, "a.sql"))
	if err != nil {
		t.Fatal(err)
	}
	return script
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, sql, want string }{
		{"nothing to see", "CREATE TABLE t (a INT); SHOW TABLES; EXPLAIN SELECT 1; DESCRIBE t;", ""},
		{"queries by themselves", "SELECT 1; VALUES (1, 2); TABLE t; WITH a AS (SELECT 1) SELECT * FROM a; (SELECT 1) UNION ALL SELECT 2;",
			"1 1 SELECT SELECT 1|2 2 SELECT VALUES (1, 2)|3 3 SELECT TABLE t|4 4 SELECT WITH a AS (SELECT 1) SELECT * FROM a|5 5 SELECT (SELECT 1) UNION ALL SELECT 2"},
		{"inserts", "INSERT INTO c.d.t (a) SELECT 1; INSERT OVERWRITE t PARTITION (p = 1) SELECT 2; INSERT INTO t VALUES (3)",
			"1 1 INSERT c.d.t SELECT 1|2 2 INSERT t SELECT 2|3 3 INSERT t VALUES (3)"},
		{"a statement set is one statement", "SELECT 0; EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END; SELECT 3;",
			"1 1 SELECT SELECT 0|2 2 INSERT a SELECT 1|3 2 INSERT b SELECT 2|4 3 SELECT SELECT 3"},
		{"a statement set in pieces", "BEGIN STATEMENT SET; INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END;",
			"1 2 INSERT a SELECT 1|2 3 INSERT b SELECT 2"},
		{"tables made from queries", "CREATE TABLE t WITH ('connector' = 'print') AS SELECT 1 AS a; CREATE VIEW v AS SELECT 2;",
			"1 1 CREATE TABLE AS t SELECT 1 AS a"},
		{"what cannot be parsed has no number", "SELECT FROM WHERE; SELECT 2", "1 2 SELECT SELECT 2"},
		{"comments are left out of the excerpt", "SELECT a, -- one\n  /* two */ b\nFROM  t", "1 1 SELECT SELECT a, b FROM t"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			script := alone(t, tt.sql)
			var got []string
			for _, q := range script.Queries {
				got = append(got, fmt.Sprintf("%d %d %s %s", q.Number, q.Statement, q.Title(), script.Excerpt(q)))
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, "|")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWhatIsExecuted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, sql, run, skipped string }{
		{"what defines something", "SET 'a' = 'b'; CREATE TABLE t (a INT); CREATE TEMPORARY FUNCTION f AS 'x.Y'; CREATE VIEW v AS SELECT 1; USE default_database; ADD JAR '/x.jar'; DROP TABLE t; SELECT 1",
			"SET 'a' = 'b'|CREATE TABLE t (a INT)|CREATE TEMPORARY FUNCTION f AS 'x.Y'|CREATE VIEW v AS SELECT 1|USE default_database|ADD JAR '/x.jar'|DROP TABLE t", ""},
		{"only what stands before", "CREATE TABLE t (a INT); SELECT 1; CREATE TABLE u (a INT)", "CREATE TABLE t (a INT)", ""},
		{"never an INSERT", "INSERT INTO t SELECT 1; EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; END; SHOW TABLES; SELECT 1", "", ""},
		{"nothing that writes", "CREATE TABLE t AS SELECT 1; TRUNCATE TABLE t; DELETE FROM t; CALL p(); SELECT 1", "",
			"a.sql:1: CREATE TABLE t AS SELECT 1 is not executed: a preview writes nothing|a.sql:1: TRUNCATE TABLE t is not executed: a preview writes nothing|" +
				"a.sql:1: DELETE FROM t is not executed: a preview writes nothing|a.sql:1: CALL p() is not executed: a preview writes nothing"},
		{"no change of a catalog that stays", "CREATE CATALOG h WITH ('type' = 'hive'); USE CATALOG h; DROP TABLE t; ALTER TABLE t ADD a INT; DROP TEMPORARY TABLE t; DROP TABLE default_catalog.default_database.t; SELECT 1",
			"CREATE CATALOG h WITH ('type' = 'hive')|USE CATALOG h|DROP TEMPORARY TABLE t|DROP TABLE default_catalog.default_database.t",
			"a.sql:1: DROP TABLE t is not executed: it would change a catalog for good|a.sql:1: ALTER TABLE t ADD a INT is not executed: it would change a catalog for good"},
		{"no option that a preview sets", "SET 'execution.checkpointing.interval' = '10 s';\nSET 'pipeline.name' = 'x'; SET 'table.exec.state.ttl' = '1 h'; SELECT 1", "SET 'table.exec.state.ttl' = '1 h'",
			"a.sql:1: SET 'execution.checkpointing.interval' = '10 s' is left out: a preview sets it itself|a.sql:2: SET 'pipeline.name' = 'x' is left out: a preview sets it itself"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			script := alone(t, tt.sql)
			q := script.Queries[0]
			for _, other := range script.Queries {
				if other.Verb == preview.Select {
					q = other
				}
			}
			request, err := script.Request(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			var run []string
			for _, s := range request.Setup {
				run = append(run, s.Text)
			}
			if diff := cmp.Diff(tt.run, strings.Join(run, "|")); diff != "" {
				t.Errorf("executed, -want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tt.skipped, strings.Join(script.Skipped(q), "|")); diff != "" {
				t.Errorf("skipped, -want +got:\n%s", diff)
			}
		})
	}
}

func TestJobOfAProject(t *testing.T) {
	t.Parallel()
	p := load(t, map[string]string{
		"autostream.yaml": "version: 1\nname: p\nflink: \"1.20\"\ntables: [tables/*.sql]\n" +
			"variables:\n  TOPIC: clicks\n  PASSWORD: {env: PASSWORD}\n" +
			"jobs:\n  j: {sql: j.sql, jars: [udf.jar], parallelism: 4, options: {table.exec.state.ttl: 36h, execution.checkpointing.interval: 10s}}\n",
		"udf.jar":      "",
		"tables/a.sql": "CREATE TABLE a (x INT) WITH ('connector' = 'kafka', 'topic' = '${TOPIC}', 'properties.sasl' = '${PASSWORD}');\n",
		"j.sql":        "CREATE VIEW v AS SELECT x, '${TOPIC}' AS topic FROM a;\nINSERT INTO b SELECT x, '${PASSWORD}', missing FROM v;\n",
	})
	job, _ := p.Job("j")
	script, err := preview.ReadJob(p, job)
	if err != nil {
		t.Fatal(err)
	}
	if len(script.Findings) > 0 {
		t.Fatal(script.Findings)
	}
	q := script.Queries[0]
	if got, want := script.Text(q), "SELECT x, '${PASSWORD}', missing FROM v"; got != want {
		t.Errorf("the text to show is %s, want %s", got, want)
	}
	request, err := script.Request(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	wantProperties := map[string]string{"parallelism.default": "1", "table.exec.state.ttl": "36h"}
	if diff := cmp.Diff(wantProperties, request.Properties); diff != "" {
		t.Errorf("properties, -want +got:\n%s", diff)
	}
	texts := []string{}
	for _, s := range request.Setup {
		texts = append(texts, s.Text)
	}
	want := []string{
		"ADD JAR '" + p.Path("udf.jar") + "'",
		"CREATE TABLE a (x INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'properties.sasl' = 's3cret'quote')",
		"CREATE VIEW v AS SELECT x, 'clicks' AS topic FROM a",
	}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Errorf("executed, -want +got:\n%s", diff)
	}
	// A place in the text that Flink got is a place in what the user wrote, behind secrets and variables too.
	at := strings.Index(request.Query.Text, "missing")
	file, place := request.Query.Origin(source.Span{Start: at, End: at + len("missing")})
	if file.Name != "j.sql" || file.Slice(place) != "missing" {
		t.Errorf("the origin of missing is %s %q", file.Name, file.Slice(place))
	}
	if got := request.Redact("no table s3cret'quote"); strings.Contains(got, "s3cret") {
		t.Errorf("the secret is in %q", got)
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	one, two := alone(t, "SELECT 1"), alone(t, "SELECT 1;\nINSERT INTO t SELECT 2")
	if q, err := one.Choose(); err != nil || q.Number != 1 {
		t.Errorf("the only query: %v, %v", q, err)
	}
	_, err := two.Choose()
	if fault.KindOf(err) != fault.Usage || !strings.Contains(fault.FixOf(err), "2  line 2  INSERT t  SELECT 2") {
		t.Errorf("one of two: %v\n%s", err, fault.FixOf(err))
	}
	if _, err := two.Query(3); fault.KindOf(err) != fault.NotFound {
		t.Errorf("query 3 of 2: %v", err)
	}
	if _, err := alone(t, "SHOW TABLES").Choose(); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no query: %v", err)
	}
}

// An error behind the query does not stand in its way.
func TestBlocking(t *testing.T) {
	t.Parallel()
	script := alone(t, "SELECT 1;\nSELEKT 2;\nSELECT 3;")
	if n := len(script.Blocking(script.Queries[0])); n != 0 {
		t.Errorf("%d findings stand in the way of the first query", n)
	}
	if n := len(script.Blocking(script.Queries[1])); n != 1 {
		t.Errorf("%d findings stand in the way of the second query, want 1", n)
	}
}
