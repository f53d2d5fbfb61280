package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// busyStatements are a job that takes a good part of a processor, at a rate that does not depend on the machine.
var busyStatements = []string{
	`CREATE TABLE visits (page INT, seen AS PROCTIME()) WITH ('connector' = 'datagen', 'rows-per-second' = '50000', 'fields.page.max' = '9999')`,
	`CREATE TABLE counts (page INT, n BIGINT, PRIMARY KEY (page) NOT ENFORCED) WITH ('connector' = 'blackhole')`,
	`INSERT INTO counts SELECT page, COUNT(*) FROM visits GROUP BY page`,
}

// settled is how long the job runs before it is measured: until its code is compiled.
const settled = time.Minute

// reportOverhead measures what a report takes away from the job: processor time of its TaskManager while it is looked at,
// less that in as much time without, in turns.
func reportOverhead(ctx context.Context, program string, rounds int) (f figure, err error) {
	d, err := newDeployment(ctx, program)
	if err != nil {
		return figure{}, err
	}
	defer func() {
		if _, downErr := d.run(context.WithoutCancel(ctx), "target", "down", "local", "--yes"); err == nil {
			err = downErr
		}
		os.RemoveAll(d.dir) //nolint:errcheck // systems clear their temporary folders
	}()
	if err := os.WriteFile(filepath.Join(d.dir, "counts.sql"), []byte(strings.Join(busyStatements, ";\n")+";\n"), 0o600); err != nil {
		return figure{}, err
	}
	if _, err := d.run(ctx, "deploy", "local", "counts", "--yes"); err != nil {
		return figure{}, err
	}
	worker, err := d.taskManager()
	if err != nil {
		return figure{}, err
	}
	waitFor(ctx, settled)
	var wall, with, without time.Duration
	for range rounds {
		began, before := time.Now(), processorOf(worker)
		report := exec.CommandContext(ctx, d.program, "-C", d.dir, "diagnose", "counts", "--format", "json")
		if out, err := report.Output(); err != nil && report.ProcessState.ExitCode() != 3 {
			return figure{}, fmt.Errorf("%s: %w\n%s", report, err, out)
		}
		took := time.Since(began)
		wall, with = wall+took, with+processorOf(worker)-before
		before = processorOf(worker)
		waitFor(ctx, took)
		without += processorOf(worker) - before
	}
	given := wall.Seconds() * float64(runtime.NumCPU())
	return figure{
		"what a report takes from a job's processors", 100 * (with - without).Seconds() / given, 1, "%",
		fmt.Sprintf("the TaskManager uses %.1f %% of %d processors without, %.1f %% during %d reports of %s, in turns", 100*without.Seconds()/given,
			runtime.NumCPU(), 100*with.Seconds()/given, rounds, (wall / time.Duration(rounds)).Round(100*time.Millisecond)),
	}, ctx.Err()
}

// waitFor waits.
func waitFor(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// taskManager finds the process of the TaskManager of the cluster.
func (d *deployment) taskManager() (pid int, err error) {
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return 0, err
	}
	for _, file := range all {
		text, _ := os.ReadFile(file) // it may have ended
		if bytes.Contains(text, []byte("TaskManagerRunner")) && bytes.Contains(text, []byte(d.dir)) {
			return strconv.Atoi(strings.Split(file, "/")[2])
		}
	}
	return 0, fmt.Errorf("no TaskManager runs for %s", d.dir)
}

// processorOf is the processor time that a process has used (proc(5): fields 14 and 15 of stat, in hundredths of a second).
func processorOf(pid int) time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // one that has ended uses none
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11]) // numbers, as the kernel writes them
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}
