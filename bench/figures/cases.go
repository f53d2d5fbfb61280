package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The project of SQL tests: scripts of the kinds that people write, with ten cases each.
const (
	testScripts    = 10
	casesPerScript = 10
	warm           = 1 // rounds that are not counted: the first tests on a cluster take three times as long
)

const testProject = `version: 1
name: cases
flink: "2.2"
tables: [orders.sql]
targets:
  local: {kind: local}
defaults: {target: local}
jobs:
`

const testTable = `CREATE TABLE orders (id INT, customer STRING, amount INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH (
  'connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'format' = 'json');
`

// kinds are queries from orders into rows of a name and a number.
var kinds = []string{
	"SELECT customer, amount + %d FROM orders WHERE amount > 1",
	"SELECT customer, SUM(amount) + %d FROM orders GROUP BY customer",
	"SELECT CAST(window_start AS STRING), SUM(amount) + %d FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end",
	"SELECT customer, amount + %d FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY ts DESC) AS nr FROM orders) WHERE nr = 1",
	"SELECT a.customer, a.amount + b.amount + %d FROM orders AS a JOIN orders AS b ON a.id = b.id",
}

// testRate measures how long many SQL test cases take that share jobs, of what they take with a job each. Both run in turns
// on one warm cluster.
func testRate(ctx context.Context, program string, rounds int) (f figure, err error) {
	d, err := newTests(ctx, program)
	if err != nil {
		return figure{}, err
	}
	defer func() {
		if _, downErr := d.run(context.WithoutCancel(ctx), "target", "down", "local", "--yes"); err == nil {
			err = downErr
		}
		os.RemoveAll(d.dir) //nolint:errcheck // systems clear their temporary folders
	}()
	const cases = testScripts * casesPerScript
	var shared, alone []time.Duration
	for round := range warm + rounds {
		together, err := d.timed(ctx, cases)
		if err != nil {
			return figure{}, err
		}
		single, err := d.timed(ctx, cases, "--batch", "1")
		if err != nil {
			return figure{}, err
		}
		if round >= warm {
			shared, alone = append(shared, together), append(alone, single)
		}
	}
	s, a := median(shared), median(alone)
	return figure{
		fmt.Sprintf("%d SQL test cases, of a job for each", cases), 100 * float64(s) / float64(a), 20, "%",
		fmt.Sprintf("%s, a job for each %s: %.1f times the rate, medians of %d in turns",
			s.Round(time.Millisecond), a.Round(time.Millisecond), float64(a)/float64(s), rounds),
	}, nil
}

// timed runs the tests of the project, which all have to pass, and tells how long as many as wanted took.
func (d *deployment) timed(ctx context.Context, wanted int, args ...string) (time.Duration, error) {
	started := time.Now()
	output, err := d.run(ctx, append([]string{"test", "--format", "json"}, args...)...)
	took := time.Since(started)
	if err != nil {
		return 0, err
	}
	var report struct{ Passed int }
	if err := json.Unmarshal(output, &report); err != nil {
		return 0, fmt.Errorf("reading the report of the tests: %w", err)
	}
	if report.Passed != wanted {
		return 0, fmt.Errorf("%d tests passed, not %d", report.Passed, wanted)
	}
	return took, nil
}

// newTests writes the project of SQL tests and starts its cluster.
func newTests(ctx context.Context, program string) (*deployment, error) {
	program, err := filepath.Abs(program)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		return nil, err
	}
	d := &deployment{program: program, dir: dir}
	files := map[string]string{"orders.sql": testTable}
	var jobs strings.Builder
	for i := range testScripts {
		fmt.Fprintf(&jobs, "  job_%d: {sql: job_%d.sql}\n", i, i)
		files[fmt.Sprintf("job_%d.sql", i)] = fmt.Sprintf("CREATE TABLE results_%d (name STRING, total INT) WITH ('connector' = 'print');\nINSERT INTO results_%d "+kinds[i%len(kinds)]+";\n", i, i, i)
		files[fmt.Sprintf("job_%d_test.yaml", i)] = testCases(i)
	}
	files["autostream.yaml"] = testProject + jobs.String()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	_, err = d.run(ctx, "target", "up", "local")
	return d, err
}

// testCases writes the cases of a script: one order each, whose result is known for every kind of query.
func testCases(script int) string {
	var out strings.Builder
	out.WriteString("cases:\n")
	for c := range casesPerScript {
		amount := 10 + c
		name, total := "ann", amount+script
		switch script % len(kinds) {
		case 2:
			name = "2024-05-01 12:00:00.000"
		case 4:
			total += amount
		}
		fmt.Fprintf(&out, "  - name: case %d\n    given:\n      orders: [{id: %d, customer: ann, amount: %d, ts: 2024-05-01 12:00:00}]\n"+
			"    expect:\n      results_%d: [{name: %q, total: %d}]\n", c, c, amount, script, name, total)
	}
	return out.String()
}
