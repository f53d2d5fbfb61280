package gateway_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/flink/wire/cassette"
)

// The conversations were recorded with
//
//	go test ./internal/flink/gateway -record http://127.0.0.1:8083 -release 2.2.1
var (
	record  = flag.String("record", "", "address of a SQL Gateway to record the conversations with")
	release = flag.String("release", "", "release of that gateway; names the folder of the cassettes")
)

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m)
}

// each runs a test on the recorded conversation with every release, or on the real gateway while recording.
func each(t *testing.T, name string, test func(t *testing.T, base string)) {
	if *record != "" {
		test(t, cassette.Open(t, filepath.Join("testdata", *release, name+".calls"), *record))
		return
	}
	files, err := filepath.Glob(filepath.Join("testdata", "*", name+".calls"))
	if err != nil || len(files) < 2 {
		t.Fatalf("recorded conversations: %v, %v; want two releases", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			t.Parallel()
			test(t, cassette.Open(t, file, ""))
		})
	}
}

func open(t *testing.T, base string, properties map[string]string) *gateway.Session {
	t.Helper()
	client, err := gateway.Dial(t.Context(), base, nil)
	if err != nil {
		t.Fatal(err)
	}
	session, err := client.Open(t.Context(), "test", properties)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// read takes pages until there are no more, or until enough says so.
func read(t *testing.T, op *gateway.Operation, enough func([]gateway.Row) bool) (last gateway.Page, rows []gateway.Row, err error) {
	t.Helper()
	for {
		page, err := op.Next(t.Context())
		if err != nil {
			return last, rows, err
		}
		if page.State != gateway.NotReady {
			last = page
		}
		rows = append(rows, page.Rows...)
		if page.State == gateway.End || enough != nil && enough(rows) {
			return last, rows, nil
		}
		if *record != "" {
			time.Sleep(300 * time.Millisecond) // keeps the cassettes short
		}
	}
}

func execute(t *testing.T, session *gateway.Session, statement string, config map[string]string) (gateway.Page, []gateway.Row, error) {
	t.Helper()
	op, err := session.Execute(t.Context(), statement, config)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, op, nil)
}

func TestSession(t *testing.T) {
	t.Parallel()
	each(t, "session", func(t *testing.T, base string) {
		client, err := gateway.Dial(t.Context(), base, nil)
		if err != nil {
			t.Fatal(err)
		}
		version, err := client.Version(t.Context())
		if err != nil || !strings.Contains(version, ".") {
			t.Errorf("Version = %q, %v", version, err)
		}
		session, err := client.Open(t.Context(), "test", map[string]string{"table.local-time-zone": "Asia/Shanghai"})
		if err != nil {
			t.Fatal(err)
		}
		if err := session.Heartbeat(t.Context()); err != nil {
			t.Errorf("Heartbeat: %v", err)
		}
		_, rows, err := execute(t, session, "SELECT CAST(TO_TIMESTAMP_LTZ(0, 3) AS STRING)", nil)
		if err != nil || len(rows) != 1 || string(rows[0].Fields[0]) != `"1970-01-01 08:00:00.000"` {
			t.Errorf("a query answers %s, %v; want it in the time zone of the session", rows, err)
		}
		if err := session.Close(t.Context()); err != nil {
			t.Errorf("Close: %v", err)
		}
		if err := session.Heartbeat(t.Context()); err == nil {
			t.Error("Heartbeat of a closed session: no error")
		}
	})
}

// Every type, its name and its values, as the planner and the server of the release give them.
func TestQuery(t *testing.T) {
	t.Parallel()
	each(t, "types", func(t *testing.T, base string) {
		session := open(t, base, nil)
		op, err := session.Execute(t.Context(), typesQuery, nil)
		if err != nil {
			t.Fatal(err)
		}
		page, rows, err := read(t, op, func(rows []gateway.Row) bool { return len(rows) > 0 })
		if err != nil {
			t.Fatal(err)
		}
		if !page.Query || len(page.JobID) != 32 || len(rows) != 1 || rows[0].Kind != gateway.Insert {
			t.Fatalf("page %+v, rows %s", page, rows)
		}
		var got []string
		for i, c := range page.Columns {
			got = append(got, c.Name+" "+c.Type.String()+" = "+string(rows[0].Fields[i]))
		}
		if diff := cmp.Diff(typesWant, got); diff != "" {
			t.Errorf("columns differ (-want +got):\n%s", diff)
		}
		if err := op.Close(t.Context()); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
}

const typesQuery = "SELECT CAST(1 AS TINYINT) AS a, CAST(1.5 AS DECIMAL(10, 2)) AS b, TIMESTAMP '2024-01-02 03:04:05.678' AS c, " +
	"CAST(TIMESTAMP '2024-01-02 03:04:05.678' AS TIMESTAMP_LTZ(3)) AS d, DATE '2024-01-02' AS e, TIME '01:02:03' AS f, " +
	"ARRAY[1, 2] AS g, MAP['k', 1.50] AS h, CAST(ROW(1, 'x') AS ROW<n INT, `two words` STRING>) AS i, CAST(NULL AS STRING) AS j, " +
	"X'0aff' AS k, INTERVAL '1' DAY AS l, TRUE AS m, CAST('ab' AS CHAR(3)) AS n, CAST(1.5 AS DOUBLE) AS o, " +
	"CAST('中' AS VARCHAR(5)) AS p, CAST(9007199254740993 AS BIGINT) AS q, INTERVAL '2' MONTH AS r"

var typesWant = []string{
	`a TINYINT NOT NULL = 1`,
	`b DECIMAL(10, 2) NOT NULL = 1.5`,
	`c TIMESTAMP(3) NOT NULL = "2024-01-02T03:04:05.678"`,
	`d TIMESTAMP_LTZ(3) NOT NULL = "2024-01-02T03:04:05.678Z"`,
	`e DATE NOT NULL = "2024-01-02"`,
	`f TIME(0) NOT NULL = "01:02:03"`,
	`g ARRAY<INT NOT NULL> NOT NULL = [1,2]`,
	`h MAP<CHAR(1) NOT NULL, DECIMAL(3, 2) NOT NULL> NOT NULL = {"k":1.5}`,
	"i ROW<n INT, `two words` STRING> NOT NULL = {\"n\":1,\"two words\":\"x\"}",
	`j STRING = null`,
	`k BINARY(2) NOT NULL = "Cv8="`,
	`l INTERVAL SECOND NOT NULL = 86400000`,
	`m BOOLEAN NOT NULL = true`,
	`n CHAR(3) NOT NULL = "ab "`,
	`o DOUBLE NOT NULL = 1.5`,
	`p VARCHAR(5) NOT NULL = "中"`,
	`q BIGINT NOT NULL = 9007199254740993`,
	`r INTERVAL MONTH NOT NULL = 2`,
}

func TestChangelog(t *testing.T) {
	t.Parallel()
	each(t, "changelog", func(t *testing.T, base string) {
		session := open(t, base, nil)
		_, rows, err := execute(t, session, "SELECT word, COUNT(*) AS n FROM (VALUES ('a'), ('b'), ('a')) AS t(word) GROUP BY word", nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rows {
			got = append(got, r.Kind.Short()+" "+string(r.Fields[0])+" "+string(r.Fields[1]))
		}
		slices.Sort(got)
		if diff := cmp.Diff([]string{`+I "a" 1`, `+I "b" 1`, `+U "a" 2`, `-U "a" 1`}, got); diff != "" {
			t.Errorf("rows differ (-want +got):\n%s", diff)
		}
	})
}

func TestInsert(t *testing.T) {
	t.Parallel()
	each(t, "insert", func(t *testing.T, base string) {
		const id = "0123456789abcdef0123456789abcdef"
		session := open(t, base, nil)
		for _, ddl := range []string{
			"CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'number-of-rows' = '1')",
			"CREATE TABLE out_rows (id INT) WITH ('connector' = 'blackhole')",
		} {
			page, rows, err := execute(t, session, ddl, nil)
			if err != nil || page.Query || page.JobID != "" || len(rows) != 1 || string(rows[0].Fields[0]) != `"OK"` {
				t.Fatalf("%s: %+v, %s, %v", ddl, page, rows, err)
			}
		}
		config := map[string]string{"$internal.pipeline.job-id": id}
		page, _, err := execute(t, session, "INSERT INTO out_rows SELECT id FROM events", config)
		if err != nil || page.JobID != id {
			t.Errorf("job id %q, %v; want the one chosen by us", page.JobID, err)
		}
		_, _, err = execute(t, session, "INSERT INTO out_rows SELECT id FROM events", config)
		refusal, ok := wire.Refused(err)
		if !ok || !refusal.Chain.Has("DuplicateJobSubmissionException") || refusal.Error() != "Job has already been submitted." {
			t.Errorf("second INSERT with the same job id: %v", err)
		}
	})
}

func TestRefusedStatements(t *testing.T) {
	t.Parallel()
	each(t, "refused", func(t *testing.T, base string) {
		session := open(t, base, nil)
		if _, _, err := execute(t, session, "CREATE TABLE z (a INT) WITH ('connector' = 'no-such-connector')", nil); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			statement, message string
			line, column       int
		}{
			{"SELECT * FROM nope", "Object 'nope' not found", 1, 15},
			{"SELECT 1,\n  nope FROM z", "Column 'nope' not found in any table", 2, 3},
			{"SELECT FROM z", "Incorrect syntax near the keyword 'FROM' at line 1, column 8.", 1, 8},
			{"INSERT INTO z VALUES (1)", "Could not find any factory for identifier 'no-such-connector' that implements" +
				" 'org.apache.flink.table.factories.DynamicTableFactory' in the classpath." +
				" Available factory identifiers are: blackhole, datagen, filesystem, ", 0, 0},
		} {
			_, _, err := execute(t, session, test.statement, nil)
			refusal, ok := wire.Refused(err)
			if !ok {
				t.Fatalf("%s: %v, want a refusal", test.statement, err)
			}
			if !strings.HasPrefix(refusal.Error(), test.message) {
				t.Errorf("%s:\n got %s\nwant %s", test.statement, refusal, test.message)
			}
			if line, column := refusal.Chain.Position(); line != test.line || column != test.column {
				t.Errorf("%s: position %d:%d, want %d:%d", test.statement, line, column, test.line, test.column)
			}
		}
	})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	each(t, "cancel", func(t *testing.T, base string) {
		session := open(t, base, nil)
		if _, _, err := execute(t, session, "CREATE TABLE e (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1')", nil); err != nil {
			t.Fatal(err)
		}
		op, err := session.Execute(t.Context(), "SELECT id FROM e", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := read(t, op, func(rows []gateway.Row) bool { return len(rows) > 0 }); err != nil {
			t.Fatal(err)
		}
		if err := op.Cancel(t.Context()); err == nil {
			t.Error("Cancel of a query that gives rows: no error, so Flink has learned to do it")
		}
		if err := op.Close(t.Context()); err != nil {
			t.Errorf("Close: %v", err)
		}
		if _, err := op.Next(t.Context()); err == nil {
			t.Error("Next after Close: no error")
		}
		planned, err := session.Execute(t.Context(), "SELECT id FROM e", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := planned.Cancel(t.Context()); err != nil {
			t.Errorf("Cancel of a query that is being planned: %v", err)
		}
		if _, _, err := read(t, planned, nil); err == nil {
			t.Error("Next after Cancel: no error")
		}
	})
}

// Types without a JSON form come as text.
func TestPlain(t *testing.T) {
	t.Parallel()
	each(t, "plain", func(t *testing.T, base string) {
		session := open(t, base, nil)
		op, err := session.Execute(t.Context(), "SELECT MAP[1, 'x'] AS m, CAST('1.10' AS DECIMAL(10, 4)) AS d, CAST(NULL AS STRING) AS n", nil)
		if err != nil {
			t.Fatal(err)
		}
		page, rows, err := read(t, op, func(rows []gateway.Row) bool { return len(rows) > 0 })
		if err != nil || !page.Plain || len(rows) != 1 {
			t.Fatalf("page %+v, rows %s, %v", page, rows, err)
		}
		if got := fmt.Sprintf("%s", rows[0].Fields); got != `["{1=x}" "1.1000" null]` {
			t.Errorf("fields %s", got)
		}
	})
}
