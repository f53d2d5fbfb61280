package yarn

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/flink/rest"
)

// What YARN says of a container that it ended comes to the JobManager alone. Flink drops it where the TaskManager could
// still take its leave, as it can when it is over its memory: what Flink then tells is that the TaskManager is gone. It
// writes what YARN says to its log, at a level that is off unless it is asked for (YarnResourceManagerDriver, all releases).

// reportOfEnds makes a JobManager log what YARN says of containers that ended.
const reportOfEnds = `
# How YARN ended a container, which nobody else is told.
logger.containers_that_ended.name = ` + driver + `
logger.containers_that_ended.level = DEBUG
`

const driver = "org.apache.flink.yarn.YarnResourceManagerDriver"

// logging is the logging configuration of the containers: that of a distribution, and what is needed here unless it says
// something about that itself.
func logging(file string) (shared, error) {
	text, err := os.ReadFile(file)
	if err == nil && !bytes.Contains(text, []byte(driver)) {
		text = append(text, reportOfEnds...)
	}
	return fromMemory(logConfig, text, 0o644), err
}

// leftBehind says whether a failure is no more than that of a TaskManager that is gone.
func leftBehind(reason string) bool {
	return strings.Contains(reason, "The TaskExecutor is shutting down") || strings.Contains(reason, "task manager was lost") ||
		strings.Contains(reason, "TaskManager with id") && strings.Contains(reason, "no longer reachable")
}

// largestLog is how long a log may be that is read for a reason.
const largestLog = 32 << 20

// whyGone is why YARN ended the TaskManager whose loss was the last failure of a job, "" when it did not, or nobody knows.
func whyGone(ctx context.Context, jm *rest.Client, id string) string {
	failures, err := jm.Exceptions(ctx, id, 1)
	if err != nil || len(failures) == 0 {
		return ""
	}
	files, err := jm.LogFiles(ctx, rest.JobManager)
	if err != nil {
		return ""
	}
	for _, f := range files {
		if f.Name == "jobmanager.log" && f.Size < largestLog {
			var log bytes.Buffer
			if err := jm.Log(ctx, rest.JobManager, f.Name, &log); err == nil {
				return endedByYARN(log.String(), failures[0].TaskManager)
			}
		}
	}
	return ""
}

// endedByYARN finds in the log of a JobManager why YARN ended a container, the last one that it ended for "". An end that
// the JobManager asked for itself is none.
func endedByYARN(log, container string) (reason string) {
	const entry = "YARN ResourceManager reported the following containers completed: ["
	for {
		_, rest, found := strings.Cut(log, entry)
		if !found {
			return reason
		}
		log = rest
		for _, status := range strings.Split(endOfEntry(rest), "ContainerStatus: [")[1:] {
			id, _, _ := strings.Cut(strings.TrimPrefix(status, "ContainerId: "), ",")
			_, text, _ := strings.Cut(status, "Diagnostics: ")
			i := strings.LastIndex(text, ", ExitStatus: ")
			if i < 0 || container != "" && id != container {
				continue
			}
			digits, _, _ := strings.Cut(text[i+len(", ExitStatus: "):], ",")
			if code, err := strconv.Atoi(digits); err == nil && code < 0 && code != released && code != stopped {
				reason = explanation(text[:i])
			}
		}
	}
}

// Exit codes of containers that their application wanted to end (ContainerExitStatus).
const (
	released = -100
	stopped  = -105
)

// endOfEntry cuts a log at the next entry.
func endOfEntry(log string) string {
	at := 0
	for line := range strings.Lines(log) {
		if at > 0 && dated(line) {
			return log[:at]
		}
		at += len(line)
	}
	return log
}
