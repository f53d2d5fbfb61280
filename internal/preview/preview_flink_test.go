//go:build flink

package preview_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/preview/previewtest"
)

// TestFlink runs everything on one cluster of each release; the tests that break the cluster come last.
func TestFlink(t *testing.T) {
	for _, line := range []release.Line{release.V1_20, release.V2_2} {
		t.Run(line.String(), func(t *testing.T) {
			c := launch(t, line)
			previewtest.Run(t, func(*testing.T) previewtest.Cluster { return c })
			t.Run("types", func(t *testing.T) { allTypes(t, c) })
			t.Run("types-without-JSON", func(t *testing.T) { plainTypes(t, c) })
			t.Run("updates", func(t *testing.T) { updates(t, c) })
			t.Run("checkpoints-hold-nothing-back", func(t *testing.T) { checkpoints(t, c) })
			t.Run("positions", func(t *testing.T) { positions(t, c) })
			t.Run("the-job-of-a-dead-preview-ends", func(t *testing.T) { abandoned(t, c) })
			t.Run("a-killed-TaskManager-is-an-error", func(t *testing.T) { killedTaskManager(t, c) })
			t.Run("a-killed-gateway-is-an-error", func(t *testing.T) { killedGateway(t, c) })
		})
	}
}

func lines(t *testing.T, c *cluster, query string, setup ...string) []string {
	t.Helper()
	run := previewtest.Start(t, c, previewtest.Request(query, setup...))
	var out []string
	for _, e := range previewtest.All(t, run) {
		out = append(out, strings.TrimSuffix(string(preview.AppendLine(nil, run.Columns(), e)), "\n"))
	}
	if err := run.Close(); err != nil {
		t.Error(err)
	}
	return out
}

func allTypes(t *testing.T, c *cluster) {
	tests := []struct{ sql, typ, json, text string }{
		{"CAST(1 AS TINYINT)", "TINYINT NOT NULL", `1`, "1"},
		{"CAST(-2 AS SMALLINT)", "SMALLINT NOT NULL", `-2`, "-2"},
		{"CAST(9223372036854775807 AS BIGINT)", "BIGINT NOT NULL", `9223372036854775807`, "9223372036854775807"},
		{"CAST('12345678901234567890.1234567890' AS DECIMAL(38, 10))", "DECIMAL(38, 10) NOT NULL", `12345678901234567890.1234567890`, "12345678901234567890.1234567890"},
		{"CAST('1.1' AS DECIMAL(10, 4))", "DECIMAL(10, 4) NOT NULL", `1.1000`, "1.1000"},
		{"CAST('100' AS DECIMAL(10, 0))", "DECIMAL(10, 0) NOT NULL", `100`, "100"},
		{"CAST(1e300 AS DOUBLE)", "DOUBLE NOT NULL", `1.0E300`, "1.0E300"},
		{"CAST(0.1 AS FLOAT)", "FLOAT NOT NULL", `0.1`, "0.1"},
		{"LOG10(0)", "DOUBLE NOT NULL", `"-Infinity"`, "-Infinity"},
		{"TRUE", "BOOLEAN NOT NULL", `true`, "TRUE"},
		{"CAST('ab' AS CHAR(4))", "CHAR(4) NOT NULL", `"ab  "`, "ab  "},
		{"CAST('漢字 😀 \"<&>\"' AS STRING)", "STRING NOT NULL", `"漢字 😀 \"<&>\""`, `漢字 😀 "<&>"`},
		{"CAST(NULL AS STRING)", "STRING", `null`, "NULL"},
		{"x'00ff10'", "BINARY(3) NOT NULL", `"AP8Q"`, "x'00ff10'"},
		{"DATE '2024-02-29'", "DATE NOT NULL", `"2024-02-29"`, "2024-02-29"},
		{"TIME '12:34:56'", "TIME(0) NOT NULL", `"12:34:56"`, "12:34:56"},
		{"TIMESTAMP '2024-02-29 01:02:03.123456789'", "TIMESTAMP(9) NOT NULL", `"2024-02-29T01:02:03.123456789"`, "2024-02-29 01:02:03.123456789"},
		{"CAST('2024-02-29 01:02:00' AS TIMESTAMP(3))", "TIMESTAMP(3) NOT NULL", `"2024-02-29T01:02:00.000"`, "2024-02-29 01:02:00.000"},
		{"TO_TIMESTAMP_LTZ(0, 3)", "TIMESTAMP_LTZ(3)", `"1970-01-01T00:00:00.000Z"`, "1970-01-01 00:00:00.000Z"},
		{"INTERVAL '1-2' YEAR TO MONTH", "INTERVAL MONTH NOT NULL", `"+1-02"`, "+1-02"},
		{"INTERVAL '3 04:05:06.789' DAY TO SECOND(3)", "INTERVAL SECOND(3) NOT NULL", `"+3 04:05:06.789"`, "+3 04:05:06.789"},
		{"ARRAY[1.50, 2.25]", "ARRAY<DECIMAL(3, 2) NOT NULL> NOT NULL", `[1.50,2.25]`, "[1.50, 2.25]"},
		{"MAP['b', 2, 'a', 1]", "MAP<CHAR(1) NOT NULL, INT NOT NULL> NOT NULL", `{"a":1,"b":2}`, "{a=1, b=2}"},
		{"CAST(ROW(1, CAST(NULL AS STRING), ARRAY[1.5]) AS ROW<`x y` INT, b STRING, c ARRAY<DECIMAL(5, 2)>>)",
			"ROW<`x y` INT, `b` STRING, `c` ARRAY<DECIMAL(5, 2)>> NOT NULL", `{"x y":1,"b":null,"c":[1.50]}`, "(1, NULL, [1.50])"},
	}
	var items []string
	for i, tt := range tests {
		items = append(items, fmt.Sprintf("%s AS c%d", tt.sql, i))
	}
	run := previewtest.Start(t, c, previewtest.Request("SELECT "+strings.Join(items, ", ")))
	events := previewtest.All(t, run)
	if len(events) != 1 || len(events[0].Fields) != len(tests) {
		t.Fatalf("rows %v", events)
	}
	for i, tt := range tests {
		if got := run.Columns()[i].Type.String(); got != tt.typ {
			t.Errorf("%s: type %s, want %s", tt.sql, got, tt.typ)
		}
		v := events[0].Fields[i]
		if got := string(preview.AppendJSON(nil, v)); got != tt.json {
			t.Errorf("%s: JSON %s, want %s", tt.sql, got, tt.json)
		}
		if got := preview.String(v); got != tt.text {
			t.Errorf("%s: text %s, want %s", tt.sql, got, tt.text)
		}
	}
	if err := run.Close(); err != nil {
		t.Error(err)
	}
}

// plainTypes are values that Flink's gateway cannot write as JSON.
func plainTypes(t *testing.T, c *cluster) {
	got := lines(t, c, "SELECT MAP[1, 'x'] AS m, CAST('1.1' AS DECIMAL(10, 4)) AS d, TRUE AS b, CAST(NULL AS INT) AS n, "+
		"TIMESTAMP '2024-02-29 01:02:03.5' AS ts, x'00ff' AS x, 'NULL' AS s")
	want := `{"kind":"+I","row":{"m":"{1=x}","d":1.1000,"b":true,"n":null,"ts":"2024-02-29T01:02:03.5","x":"AP8=","s":"NULL"}}`
	if len(got) != 1 || got[0] != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// updates compares what a long changelog adds up to with the same figures computed from its source.
func updates(t *testing.T, c *cluster) {
	const source = "CREATE TABLE numbers (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '5000', " +
		"'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '3000')"
	run := previewtest.Start(t, c, previewtest.Request("SELECT MOD(id, 7) AS k, COUNT(*) AS n, SUM(id) AS total FROM numbers GROUP BY MOD(id, 7)", source))
	table := preview.NewTable(preview.RingSize, nil)
	events := previewtest.All(t, run)
	for _, e := range events {
		table.Apply(e)
	}
	counts, totals := map[int]int{}, map[int]int{}
	for id := 1; id <= 3000; id++ {
		counts[id%7]++
		totals[id%7] += id
	}
	var want, got []string
	for k := range 7 {
		want = append(want, fmt.Sprint(k, counts[k], totals[k]))
	}
	for _, e := range table.Rows() {
		got = append(got, fmt.Sprintf("%s %s %s", preview.String(e.Fields[0]), preview.String(e.Fields[1]), preview.String(e.Fields[2])))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%d changes add up to\n%v, want\n%v", len(events), got, want)
	}
	if len(events) != 2*3000-7 {
		t.Errorf("%d changes, want an insert for each key and two for each of the other rows", len(events))
	}
}

// checkpoints: the cluster takes one an hour, and the rows come at once all the same.
func checkpoints(t *testing.T, c *cluster) {
	r := previewtest.Request("SELECT id FROM endless", previewtest.Endless)
	r.Limit = 1
	run := previewtest.Start(t, c, r)
	previewtest.All(t, run)
	if err := run.Close(); err != nil {
		t.Error(err)
	}
}

func positions(t *testing.T, c *cluster) {
	for _, tt := range []struct{ query, at string }{
		{"SELECT *\nFROM missing_table", "test.sql:2:6: Object 'missing_table' not found"},
		{"SELECT id,\n\tUNKNOWN_FUNCTION(id)\nFROM endless", "test.sql:2:2: No match found for function signature UNKNOWN_FUNCTION"},
		{"SELECT id FORM endless", "test.sql:1:"},
	} {
		_, err := c.Cluster().Start(t.Context(), previewtest.Request(tt.query, previewtest.Endless))
		if err == nil || !strings.HasPrefix(err.Error(), tt.at) {
			t.Errorf("%s\n got %v\nwant %s", tt.query, err, tt.at)
		}
		if fix := fault.FixOf(err); !strings.Contains(fix, "^") {
			t.Errorf("%s: no place is marked in %q", tt.query, fix)
		}
	}
	if n := c.Running(t); n != 0 {
		t.Errorf("%d jobs are left", n)
	}
}

// abandoned: a preview that gives no more signs of life, as after kill -9.
func abandoned(t *testing.T, c *cluster) {
	run := previewtest.Start(t, c, previewtest.Request("SELECT id FROM endless", previewtest.Endless))
	if _, err := run.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	run.Abandon()
	previewtest.Eventually(t, 3*time.Minute, "the job ends by itself", func() bool { return c.Running(t) == 0 })
}

func killedTaskManager(t *testing.T, c *cluster) {
	run := previewtest.Start(t, c, previewtest.Request("SELECT id FROM endless", previewtest.Endless))
	if _, err := run.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Kill(t, "taskexecutor")
	if err := previewtest.Failure(t, run); fault.KindOf(err) != fault.Failed || !strings.Contains(err.Error(), "TaskManager") {
		t.Errorf("got %v", err)
	}
	if err := run.Close(); err != nil {
		t.Error(err)
	}
	if n := c.Running(t); n != 0 {
		t.Errorf("%d jobs are left", n)
	}
	c.Run(t, "taskmanager.sh", "start")
	previewtest.Eventually(t, 3*time.Minute, "the cluster has slots again", func() bool { return c.Slots(t) > 0 })
}

func killedGateway(t *testing.T, c *cluster) {
	run := previewtest.Start(t, c, previewtest.Request("SELECT id FROM endless", previewtest.Endless))
	if _, err := run.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Kill(t, "sql-gateway")
	err := previewtest.Failure(t, run)
	if fault.KindOf(err) != fault.Failed || !strings.Contains(err.Error(), "SQL Gateway does not answer") {
		t.Errorf("got %v", err)
	}
	if err := run.Close(); err != nil {
		t.Error(err)
	}
	if n := c.Running(t); n != 0 {
		t.Errorf("%d jobs are left", n)
	}
}
