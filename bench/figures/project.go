package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// cost is what one run of a program takes.
type cost struct {
	wall, cpu time.Duration
	memory    float64 // MB at most
}

// ofProject measures lint and lineage of a generated project: time and memory of 1,000 jobs with 2,000 tables in 3 MB of
// SQL, and how what a job costs grows from 100 jobs to 1,000. Both commands read, bind and trace every script; a team runs
// them one after the other, so their times are added. Flink 2.2.1's own planner accepts each of these jobs and takes 0.8 s of
// processor time for one, 13 minutes for all.
func ofProject(ctx context.Context, program string, runs int) ([]figure, error) {
	program, err := filepath.Abs(program)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // systems clear their temporary folders
	small, large := filepath.Join(dir, "small"), filepath.Join(dir, "large")
	if _, err := writeProject(small, 100); err != nil {
		return nil, err
	}
	size, err := writeProject(large, 1000)
	if err != nil {
		return nil, err
	}
	var few, many cost
	for range runs {
		for _, p := range []struct {
			dir  string
			best *cost
		}{{small, &few}, {large, &many}} {
			now, err := lintAndTrace(ctx, program, p.dir)
			if err != nil {
				return nil, err
			}
			p.best.take(now)
		}
	}
	detail := fmt.Sprintf("%.1f MB of SQL, %s of processor time, best of %d; Flink's own planner takes 13 minutes", float64(size)/1e6, many.cpu.Round(10*time.Millisecond), runs)
	return []figure{
		{"lint and lineage of 1,000 jobs", many.wall.Seconds(), 1, "s", detail},
		{"memory for 1,000 jobs", many.memory, 400, "MB", detail},
		{"a job of 1,000 against one of 100", many.cpu.Seconds() / few.cpu.Seconds() / 10, 1.5, "x", fmt.Sprintf("processor time of 100 jobs %s", few.cpu.Round(time.Millisecond))},
	}, nil
}

func (c *cost) take(now cost) {
	if c.wall == 0 || now.wall < c.wall {
		c.wall = now.wall
	}
	if c.cpu == 0 || now.cpu < c.cpu {
		c.cpu = now.cpu
	}
	c.memory = max(c.memory, now.memory)
}

// lintAndTrace runs both commands and adds up what they take.
func lintAndTrace(ctx context.Context, program, dir string) (cost, error) {
	var sum cost
	for _, command := range []string{"lint", "lineage"} {
		run := exec.CommandContext(ctx, program, command, "--format", "json")
		var problems strings.Builder
		run.Dir, run.Stdout, run.Stderr = dir, io.Discard, &problems
		started := time.Now()
		err := run.Run()
		if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 3) { // 3: there are findings
			return cost{}, fmt.Errorf("autostream %s: %w\n%s", command, err, problems.String())
		}
		sum.wall += time.Since(started)
		sum.cpu += run.ProcessState.UserTime() + run.ProcessState.SystemTime()
		if usage, ok := run.ProcessState.SysUsage().(*syscall.Rusage); ok {
			sum.memory = max(sum.memory, float64(usage.Maxrss)/1024)
		}
	}
	return sum, nil
}

// writeProject writes a project of n jobs over n shared tables, each job with a table of its own; it returns the bytes of
// SQL. Every job reads two topics and what the job before it writes.
func writeProject(dir string, n int) (int, error) {
	for _, folder := range []string{"tables", "jobs"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			return 0, err
		}
	}
	var jobs, tables strings.Builder
	jobs.WriteString("version: 1\nname: fleet\nflink: \"2.2\"\ntables: [tables/*.sql]\njobs:\n")
	size := 0
	for i := range n {
		name := fmt.Sprintf("job%04d", i)
		fmt.Fprintf(&jobs, "  %s: {sql: jobs/%s.sql}\n", name, name)
		fmt.Fprintf(&tables, sharedTable, i, i)
		text := fmt.Sprintf(jobText, i, i, i, i, (i+1)%n, i)
		size += len(text)
		if err := os.WriteFile(filepath.Join(dir, "jobs", name+".sql"), []byte(text), 0o600); err != nil {
			return 0, err
		}
	}
	size += tables.Len()
	if err := os.WriteFile(filepath.Join(dir, "tables", "topics.sql"), []byte(tables.String()), 0o600); err != nil {
		return 0, err
	}
	return size, os.WriteFile(filepath.Join(dir, "autostream.yaml"), []byte(jobs.String()), 0o600)
}

const sharedTable = `CREATE TABLE events_%04d (
  event_id BIGINT COMMENT 'number of the event', user_id BIGINT, session_id STRING, page STRING, referrer STRING, country STRING,
  device ROW<model STRING, build STRING, memory INT>, tags ARRAY<STRING>, amount DECIMAL(18, 4), quantity INT,
  seconds DOUBLE, happened TIMESTAMP(3), arrived TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',
  gross AS amount * quantity,
  WATERMARK FOR happened AS happened - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'events.%04d', 'properties.bootstrap.servers' = 'broker-1:9092,broker-2:9092',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json', 'json.ignore-parse-errors' = 'true'
);

`

const jobText = `-- What users do on the pages of one section, by country and device, next to what they did a section further.
SET 'table.exec.state.ttl' = '1 d';
SET 'pipeline.name' = 'section %04d';

CREATE TABLE totals_%04d (
  window_start TIMESTAMP(3), window_end TIMESTAMP(3), country STRING, device_model STRING, visitors BIGINT, events BIGINT,
  gross DECIMAL(38, 4), average_seconds DOUBLE, long_visits BIGINT, share DOUBLE, ranking BIGINT,
  PRIMARY KEY (window_start, window_end, country, device_model) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka', 'topic' = 'totals.%04d', 'properties.bootstrap.servers' = 'broker-1:9092,broker-2:9092',
  'key.format' = 'json', 'value.format' = 'json'
);

CREATE TEMPORARY VIEW joined AS
SELECT a.event_id, a.user_id, a.session_id, UPPER(a.country) AS country, a.device.model AS device_model, a.gross,
       a.seconds, a.happened, b.page AS next_page, b.amount AS next_amount,
       CASE WHEN a.seconds > 60 AND b.seconds > 60 THEN 'long' WHEN a.seconds > 10 THEN 'medium' ELSE 'short' END AS length
FROM events_%04d AS a
JOIN events_%04d AS b
  ON a.user_id = b.user_id AND b.happened BETWEEN a.happened - INTERVAL '10' MINUTE AND a.happened + INTERVAL '10' MINUTE
WHERE a.country IS NOT NULL AND a.amount > 0 AND (a.page LIKE '/shop/%%' OR a.referrer IN ('mail', 'search', 'partner'));

INSERT INTO totals_%04d
WITH windowed AS (
  SELECT window_start, window_end, country, device_model, COUNT(DISTINCT user_id) AS visitors, COUNT(*) AS events,
         SUM(gross) AS gross, AVG(seconds) AS average_seconds, COUNT(*) FILTER (WHERE length = 'long') AS long_visits
  FROM TABLE(TUMBLE(TABLE joined, DESCRIPTOR(happened), INTERVAL '10' MINUTES))
  GROUP BY window_start, window_end, country, device_model
), ranked AS (
  SELECT window_start, window_end, country, device_model, visitors, events, gross, average_seconds, long_visits,
         ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY gross DESC) AS ranking
  FROM windowed
)
SELECT window_start, window_end, country, device_model, visitors, events, gross, average_seconds, long_visits,
       CAST(long_visits AS DOUBLE) / CAST(events AS DOUBLE) AS share, ranking
FROM ranked
WHERE ranking <= 100;
`
