package yarn

import (
	"cmp"
	"context"
	"strings"

	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
)

// explainLoss says of a job that lost a TaskManager why YARN ended the container, such as for its memory. Flink's failure
// tells only that the TaskManager is gone; what YARN said about the container it writes into the JobManager's log.
func (t *Target) explainLoss(ctx context.Context, jm *rest.Client, s target.Status) string {
	if !strings.Contains(s.Reason, "TaskExecutor") && !strings.Contains(strings.ToLower(s.Reason), "task manager") && !strings.Contains(s.Reason, "TaskManager") {
		return s.Reason
	}
	key := loss{s.ID, s.Restarts}
	t.mu.Lock()
	why := t.losses[key]
	t.mu.Unlock()
	if why == "" {
		var log tail
		if err := jm.Log(ctx, rest.JobManager, "jobmanager.log", &log); err != nil {
			return s.Reason
		}
		if why = lastLoss(string(log.text)); why == "" { // YARN tells the JobManager with its next heartbeat
			return s.Reason
		}
		t.mu.Lock()
		t.losses[key] = why
		t.mu.Unlock()
	}
	return strings.TrimRight(s.Reason, ".") + "; YARN says of the TaskManager that went last: " + why
}

// loss tells the failures of jobs apart.
type loss struct {
	job      target.JobID
	restarts int
}

// workerEnded is how the JobManager logs that a container has ended (ActiveResourceManager.onWorkerTerminated).
const workerEnded = " is terminated. Diagnostics: "

// lastLoss is what YARN said of the container that ended last, by the log of the JobManager; "" when none did.
func lastLoss(log string) string {
	i := strings.LastIndex(log, workerEnded)
	if i < 0 {
		return ""
	}
	var entry strings.Builder
	for line := range strings.Lines(log[i+len(workerEnded):]) {
		if dated(line) {
			break
		}
		entry.WriteString(line)
	}
	text := strings.TrimSpace(entry.String())
	return cmp.Or(diagnosis(app{Diagnostics: strings.ReplaceAll(text, "Diagnostics:[", "Diagnostics: [")}), sentence(text))
}

// tail keeps the end of what is written to it.
type tail struct{ text []byte }

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if extra := len(t.text) - maxWords; extra > maxWords {
		t.text = append(t.text[:0], t.text[extra:]...)
	}
	return len(p), nil
}
