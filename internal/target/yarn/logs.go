package yarn

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/target"
)

// logPause is the time between two looks at logs that are followed.
const logPause = time.Second

// Logs implements target.Target. Those of a job that runs come from its JobManager; those of one that has ended from
// where YARN gathered them.
func (t *Target) Logs(ctx context.Context, id target.JobID, o target.LogOptions, w io.Writer) error {
	c, r, err := t.find(ctx, id)
	if err != nil {
		return err
	}
	printed := map[string]int{} // bytes, by log
	for first := true; ; first = false {
		a, err := t.rm.app(ctx, r.Application)
		if err != nil {
			if o.Follow && (ctx.Err() != nil || isAway(err)) {
				if wait(ctx, logPause) {
					continue
				}
				return nil
			}
			return err
		}
		if a.over() {
			if !first {
				return nil // all that there is to follow was shown, but for the last words
			}
			return t.oldLogs(ctx, c, a, o, w)
		}
		if jm, err := t.jobManager(a); err == nil {
			err = t.liveLogs(ctx, jm, o, w, printed)
			if err != nil && ctx.Err() == nil && (!o.Follow || !isGone(err)) {
				return err
			}
		}
		if !o.Follow {
			return nil
		}
		if !wait(ctx, logPause) {
			return nil
		}
	}
}

// wait returns false when the context ends first.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// liveLogs copies what the logs of running processes have gained. printed is how much of each was copied.
func (t *Target) liveLogs(ctx context.Context, jm *rest.Client, o target.LogOptions, w io.Writer, printed map[string]int) error {
	taskManagers, err := jm.TaskManagers(ctx)
	if err != nil {
		return err
	}
	processes := []string{rest.JobManager}
	for _, tm := range taskManagers {
		processes = append(processes, tm.ID)
	}
	for _, process := range processes {
		files, err := jm.LogFiles(ctx, process)
		if _, refused := wire.Refused(err); refused { // a TaskManager that is just going
			continue
		}
		if err != nil {
			return err
		}
		for _, f := range files {
			label, wanted := labelOf(process, f.Name)
			if !wanted {
				continue
			}
			var text bytes.Buffer
			if err := jm.Log(ctx, process, f.Name, &text); err != nil {
				if _, refused := wire.Refused(err); refused {
					continue
				}
				return err
			}
			if err := copyGain(w, label, text.Bytes(), o, printed); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyGain copies what a log has gained since it was copied last.
func copyGain(w io.Writer, label string, text []byte, o target.LogOptions, printed map[string]int) error {
	from, seen := printed[label]
	if len(text) < from { // it was rolled over
		from = 0
	}
	if !seen && o.Tail > 0 {
		from = tailFrom(text, o.Tail)
	}
	end := len(text)
	if o.Follow {
		end = bytes.LastIndexByte(text, '\n') + 1 // the last line may grow
	}
	printed[label] = max(from, end)
	return printLines(w, label, text[min(from, end):end])
}

// labelOf is what leads the lines of a log, and false for files that are no logs of the process: launch scripts, which
// show the environment, and what log4j rolled away.
func labelOf(process, name string) (string, bool) {
	if !slices.Contains([]string{"jobmanager.log", "jobmanager.out", "taskmanager.log", "taskmanager.out"}, name) {
		return "", false
	}
	label := strings.TrimSuffix(name, ".log")
	if process == rest.JobManager {
		return label, true
	}
	// container_1795_0001_01_000002: the last number tells TaskManagers of one job apart
	number := process[strings.LastIndexByte(process, '_')+1:]
	kind, out, _ := strings.Cut(name, ".")
	label = kind + "-" + strings.TrimLeft(number, "0")
	if out == "out" {
		label += ".out"
	}
	return label, true
}

// tailFrom is where the last n lines begin.
func tailFrom(text []byte, n int) int {
	at := len(bytes.TrimSuffix(text, []byte("\n")))
	for ; n > 0 && at >= 0; n-- {
		at = bytes.LastIndexByte(text[:at], '\n')
	}
	return at + 1
}

func printLines(w io.Writer, label string, text []byte) error {
	for line := range bytes.Lines(text) {
		if _, err := fmt.Fprintf(w, "%s | %s\n", label, bytes.TrimRight(line, "\r\n")); err != nil {
			return err
		}
	}
	return nil
}

// oldLogs copies the aggregated logs.
func (t *Target) oldLogs(ctx context.Context, c *cluster, a app, o target.LogOptions, w io.Writer) error {
	dir, err := t.awaitAggregation(ctx, c, a)
	if err != nil {
		return err
	}
	if dir == "" {
		t.Note("YARN kept no logs of " + a.ID)
		return nil
	}
	return c.walkAggregated(ctx, dir, func(container, log string, _ int64, text io.Reader) error {
		process := container
		if master(container) {
			process = rest.JobManager
		}
		label, wanted := labelOf(process, log)
		if !wanted {
			return nil
		}
		if o.Tail == 0 {
			return copyLines(w, label, text)
		}
		lines, err := lastLines(text, o.Tail)
		if err != nil {
			return err
		}
		return printLines(w, label, lines)
	})
}

// master says whether a container is that of an ApplicationMaster: the first of its attempt.
func master(container string) bool { return strings.HasSuffix(container, "_000001") }

func copyLines(w io.Writer, label string, text io.Reader) error {
	in := bufio.NewReaderSize(text, 64<<10)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			if err := printLines(w, label, line); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// lastLines keeps the last n lines of a text.
func lastLines(text io.Reader, n int) ([]byte, error) {
	var kept [][]byte
	in := bufio.NewReaderSize(text, 64<<10)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			kept = append(kept, line)
			if len(kept) > n {
				kept = kept[1:]
			}
		}
		if errors.Is(err, io.EOF) {
			return bytes.Join(kept, nil), nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// awaitAggregation waits, a while, until the logs of an application that ended just now are where YARN gathers them.
func (t *Target) awaitAggregation(ctx context.Context, c *cluster, a app) (dir string, err error) {
	deadline := time.Now().Add(aggregationTime) // by this clock: YARN's may be wrong, or this one
	err = t.watch(ctx, a.ID, func(a app) (bool, error) {
		settled := slices.Contains([]string{"DISABLED", "SUCCEEDED", "FAILED", "TIME_OUT"}, a.Aggregation)
		if !settled && time.Now().Before(deadline) {
			return false, nil
		}
		dir, err = t.aggregatedLogs(ctx, c, a)
		return true, err
	})
	return dir, err
}
