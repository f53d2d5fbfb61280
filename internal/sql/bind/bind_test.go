package bind_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

const events = `CREATE TABLE events (id STRING, n INT NOT NULL, amount DECIMAL(10, 2), r ROW<a INT, b ROW<c STRING>>, tags ARRAY<STRING>,
  ts TIMESTAMP(3), p AS PROCTIME(), twice AS n * 2, off BIGINT METADATA FROM 'offset' VIRTUAL, WATERMARK FOR ts AS ts - INTERVAL '5' SECOND,
  PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'x', 'a' = '1');
CREATE TABLE other (id STRING, m BIGINT) WITH ('connector' = 'y');
`

// TestColumns says what the last statement of a script yields: its columns with type and time attribute.
func TestColumns(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, sql, want string }{
		{"star", "SELECT * FROM other", "id STRING, m BIGINT"},
		{"attributes", "SELECT ts, p, ts + INTERVAL '1' DAY AS later FROM events",
			"ts TIMESTAMP(3) *ROWTIME*, p TIMESTAMP_LTZ(3) NOT NULL *PROCTIME*, later TIMESTAMP(3)"},
		{"computed and metadata", "SELECT twice, off FROM events", "twice INT NOT NULL, off BIGINT"},
		{"a key is not null", "SELECT id FROM events", "id STRING NOT NULL"},
		{"fields", "SELECT r.b.c, events.r.a, tags[1] FROM events", "c STRING, a INT, EXPR$2 STRING"},
		{"a row by star", "SELECT events.r.* FROM events", "a INT, b ROW<`c` STRING>"},
		{"outer join", "SELECT e.n, o.m FROM other o LEFT JOIN events e ON e.id = o.id", "n INT, m BIGINT"},
		{"using", "SELECT * FROM (SELECT id, n FROM events) JOIN other USING (id)", "id STRING NOT NULL, n INT NOT NULL, m BIGINT"},
		{"numbered names", "SELECT * FROM other a, other b", "id STRING, m BIGINT, id0 STRING, m0 BIGINT"},
		{"grouped", "SELECT id, COUNT(*) c, SUM(amount), AVG(n) FROM events GROUP BY id",
			"id STRING NOT NULL, c BIGINT NOT NULL, EXPR$2 DECIMAL(38, 2), EXPR$3 INT"},
		{"window", "SELECT window_start, window_time FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' DAY))",
			"window_start TIMESTAMP(3) NOT NULL, window_time TIMESTAMP(3) NOT NULL *ROWTIME*"},
		{"window_time survives a group", "SELECT window_time, COUNT(*) c FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(ts), INTERVAL '1' DAY)) GROUP BY window_start, window_end, window_time",
			"window_time TIMESTAMP(3) NOT NULL *ROWTIME*, c BIGINT NOT NULL"},
		{"unnest", "SELECT t.tag, t.o FROM events, UNNEST(tags) WITH ORDINALITY AS t (tag, o)", "tag STRING, o INT NOT NULL"},
		{"union", "SELECT n FROM events UNION ALL SELECT m FROM other", "n BIGINT"},
		{"values", "SELECT x, y FROM (VALUES (1, 'a'), (2, 'bcd')) AS v (x, y)", "x INT NOT NULL, y VARCHAR(3) NOT NULL"},
		{"with", "WITH a (k) AS (SELECT id FROM other), b AS (SELECT k FROM a) SELECT k FROM b", "k STRING"},
		{"a name of WITH hides a table", "WITH other AS (SELECT 1 AS uno) SELECT * FROM other", "uno INT NOT NULL"},
		{"view", "CREATE VIEW v (a, b) AS SELECT id, m FROM other; SELECT b FROM v", "b BIGINT"},
		{"case", "SELECT CASE WHEN n > 1 THEN 1 ELSE 2.5 END AS x FROM events", "x DECIMAL(11, 1) NOT NULL"},
		{"like", "CREATE TABLE c (extra INT) LIKE events (EXCLUDING GENERATED EXCLUDING METADATA); SELECT * FROM c",
			"id STRING NOT NULL, n INT NOT NULL, amount DECIMAL(10, 2), r ROW<`a` INT, `b` ROW<`c` STRING>>, tags ARRAY<STRING>, ts TIMESTAMP(3) *ROWTIME*, extra INT"},
		{"create as", "CREATE TABLE c (m, id) WITH ('connector' = 'filesystem', 'path' = '/tmp/c', 'format' = 'json') AS SELECT id, m FROM other; SELECT * FROM c", "m BIGINT, id STRING"},
		{"alter", "ALTER TABLE other RENAME m TO k; ALTER TABLE other ADD z INT; ALTER TABLE other DROP id; SELECT * FROM other", "k BIGINT, z INT"},
		{"rename", "ALTER TABLE other RENAME TO another; SELECT id FROM another", "id STRING"},
		{"another database", "CREATE DATABASE d; USE d; CREATE TABLE t (x INT) WITH ('connector' = 'datagen'); USE default_database; SELECT x FROM d.t", "x INT"},
		{"a temporary table hides one", "CREATE TEMPORARY TABLE other (x INT) WITH ('connector' = 'datagen'); SELECT * FROM other", "x INT"},
		{"match", "SELECT * FROM events MATCH_RECOGNIZE (PARTITION BY id ORDER BY ts MEASURES A.n AS first_n, LAST(B.amount) AS x PATTERN (A B+) DEFINE B AS B.n > 1)",
			"id STRING NOT NULL, first_n INT NOT NULL, x DECIMAL(10, 2)"},
		{"a function of the user", "CREATE FUNCTION f AS 'x.F'; SELECT f(id) AS y, f(id).a FROM other", "y UNKNOWN, EXPR$1 UNKNOWN"},
		{"a catalog that is not at hand", "CREATE CATALOG h WITH ('type' = 'hive'); SELECT a.x, y FROM h.db.t AS a", "x UNKNOWN, y UNKNOWN"},
		{"subquery", "SELECT (SELECT MAX(m) FROM other o WHERE o.id = e.id) AS best FROM events e", "best BIGINT"},
		{"qualify", "SELECT id, ROW_NUMBER() OVER (PARTITION BY id ORDER BY ts) AS rn FROM events QUALIFY rn = 1", "id STRING NOT NULL, rn BIGINT NOT NULL"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			statements, found := run(t, events+tt.sql)
			if len(found) > 0 {
				t.Errorf("findings: %v", found)
			}
			var columns []string
			for _, c := range statements[len(statements)-1].Query.Columns() {
				columns = append(columns, strings.TrimSpace(fmt.Sprintf("%s %s %s", c.Name, c.Type, c.Attribute)))
			}
			if diff := cmp.Diff(tt.want, strings.Join(columns, ", ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFindings says what is found, and the way out that goes with it.
func TestFindings(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, sql, want string }{
		{"nearest column", "SELECT amont FROM events", `AS2003 unknown column "amont" in events; did you mean amount?`},
		{"few columns", "SELECT zzz FROM other", `AS2003 unknown column "zzz" in other; other has id, m`},
		{"column of a table", "SELECT o.idd FROM other o", `AS2003 unknown column "idd" in o; did you mean id?`},
		{"table", "SELECT 1 FROM evnts", `AS2001 unknown table "evnts"; did you mean events?`},
		{"alias", "SELECT x.id FROM other o", `AS2001 unknown table "x"; the FROM clause has o`},
		{"ambiguous", "SELECT id FROM other a, other b", `AS2002 column "id" is ambiguous; write the table before it: t.id`},
		{"natural", "SELECT id FROM other NATURAL JOIN events", `AS2002 column "id" is ambiguous; write the table before it: t.id`},
		{"function", "SELECT UPER(id) FROM other", `AS2004 unknown function UPER; did you mean UPPER?`},
		{"later function", "SELECT OBJECT_UPDATE(id, 1), INET_ATON(id) FROM other", `AS2004 INET_ATON is a function of Flink 2.3 and later, not of 2.2; `},
		{"database", "SELECT 1 FROM d.t", `AS2005 unknown database "d"; `},
		{"catalog", "USE CATALOG c", `AS2005 unknown catalog "c"; `},
		{"twice", "CREATE TABLE other (a INT)", `AS2006 table "other" already exists; drop it first, or write IF NOT EXISTS`},
		{"welcome", "CREATE TABLE IF NOT EXISTS other (a INT)", ""},
		{"field", "SELECT r.aa FROM events", `AS2008 unknown field "aa"; the row has a, b`},
		{"type", "CREATE TABLE t (a TEXT)", `AS2009 unknown type TEXT; Flink calls it STRING`},
		{"window", "SELECT SUM(n) OVER w FROM events", `AS2010 unknown window "w"; `},
		{"count", "INSERT INTO other SELECT id FROM events", `AS3001 the query has 1 column, other takes 2; name the columns: INSERT INTO other (…)`},
		{"sink", "INSERT INTO other SELECT id, amount FROM events", `AS3002 column "m" of other is BIGINT, the query gives DECIMAL(10, 2); `},
		{"operands", "SELECT id + 1 FROM other", `AS3003 + cannot be applied to STRING and INT NOT NULL; `},
		{"arguments", "SELECT UPPER(id, m) FROM other", `AS3006 UPPER does not take 2 arguments; it is called as UPPER(string)`},
		{"argument", "SELECT UPPER(m) FROM other", `AS3007 UPPER does not take (BIGINT); it is called as UPPER(string)`},
		{"not grouped", "SELECT id, m FROM other GROUP BY id", `AS3008 column "m" is neither grouped nor aggregated; add it to GROUP BY, or take one value of the group, such as MAX(m)`},
		{"where", "SELECT id FROM other WHERE COUNT(*) > 1", `AS3009 an aggregate function cannot stand in WHERE; conditions on groups belong into HAVING`},
		{"null", "INSERT INTO other SELECT id, NULL FROM events", `AS3013 NULL has no type here; write CAST(NULL AS …) with the type that is meant`},
		{"self join", "SELECT 1 FROM other, other", `AS2011 two tables of the FROM clause are called other; give one of them another name: AS other2`},
		{"one error of many", "SELECT a.x, a.y FROM nope AS a WHERE a.z = 1", `AS2001 unknown table "nope"; the script has events, other`},
		{"dropped", "DROP TABLE other; SELECT id FROM other", `AS2001 unknown table "other"; the script has events`},
		{"explain keeps nothing", "EXPLAIN CREATE TABLE x WITH ('connector' = 'print') AS SELECT 1 AS a; SELECT * FROM x", `AS2001 unknown table "x"; the script has events, other`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, found := run(t, events+tt.sql)
			if diff := cmp.Diff(tt.want, strings.Join(found, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestChild changes what a child of a session sees, and looks at its parent and its sibling.
func TestChild(t *testing.T) {
	t.Parallel()
	shared := bind.NewSession(token.V2_2)
	shared.Script(parsed(t, events))
	first, second := shared.Child(), shared.Child()
	first.Script(parsed(t, "DROP TABLE other; CREATE TABLE own (a INT); SET 'k' = 'v'"))
	names := func(s *bind.Session) int {
		n := 0
		for range s.Tables {
			n++
		}
		return n
	}
	if got := [3]int{names(shared), names(first), names(second)}; got != [3]int{2, 2, 2} {
		t.Errorf("tables of parent, first and second child: %v", got)
	}
	if v, ok := first.Setting("k"); !ok || v != "v" {
		t.Errorf("the setting of the first child is %q", v)
	}
	if _, ok := second.Setting("k"); ok {
		t.Error("the second child has the setting of the first")
	}
	if found := second.Script(parsed(t, "SELECT id FROM other")).Findings(); len(found) > 0 {
		t.Errorf("the second child: %v", found[0].Message)
	}
}

func parsed(t *testing.T, sql string) *ast.Script {
	t.Helper()
	script, findings := parser.Parse(source.New("a.sql", sql), parser.Options{Release: token.V2_2})
	for _, f := range findings {
		t.Fatalf("%s: %s", sql, f.Message)
	}
	return script
}

// run binds a script and returns its findings as rule, message and help.
func run(t *testing.T, sql string) ([]*bind.Statement, []string) {
	t.Helper()
	bound := bind.NewSession(token.V2_2).Script(parsed(t, sql))
	var found []string
	for _, f := range bound.Findings() {
		found = append(found, fmt.Sprintf("%s %s; %s", f.Rule, f.Message, f.Help))
	}
	return bound.Statements, found
}

// FuzzBind binds whatever parses, in part or as a whole: it ends, and nothing panics.
func FuzzBind(f *testing.F) {
	f.Add(events + "SELECT * FROM events e JOIN other USING (id), UNNEST(tags) AS t (x) WHERE n > 1 GROUP BY GROUPING SETS ((id), CUBE (n, id))")
	f.Add("WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM a) SELECT * FROM a")
	f.Add("CREATE TABLE t (a AS b, b AS a, WATERMARK FOR a AS b) LIKE t; INSERT INTO t PARTITION (a = 1) (b) VALUES (1), (2, 3)")
	f.Add("CREATE VIEW v AS SELECT * FROM v; SELECT v.*, (SELECT 1), x.y.z[1].w FROM v, LATERAL TABLE(f(v.a)) MATCH_RECOGNIZE (PATTERN (A) DEFINE A AS A.x)")
	f.Fuzz(func(_ *testing.T, sql string) {
		if len(sql) > 10<<10 {
			return
		}
		script, _ := parser.Parse(source.New("a.sql", sql), parser.Options{Release: token.V2_2})
		_ = bind.NewSession(token.V2_2).Script(script).Findings()
	})
}
