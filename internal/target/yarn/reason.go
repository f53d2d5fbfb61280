package yarn

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/flink/throwable"
)

// lastWords is the failure that the JobManager of an application logged last, nil when nobody knows, and why YARN ended a
// TaskManager last, if that is all there is to it.
func (t *Target) lastWords(ctx context.Context, c *cluster, a app) (words throwable.Chain, ended string) {
	dir, err := t.awaitAggregation(ctx, c, a)
	if err != nil || dir == "" {
		return nil, ""
	}
	logs := map[string]string{}
	err = c.walkAggregated(ctx, dir, func(container, log string, size int64, text io.Reader) error {
		if !master(container) || log != "jobmanager.log" && log != "jobmanager.out" && log != "jobmanager.err" {
			return nil
		}
		if _, err := io.CopyN(io.Discard, text, max(0, size-maxWords)); err != nil {
			return err
		}
		words, err := io.ReadAll(text)
		logs[log] = string(words)
		return err
	})
	if err != nil {
		t.Note("reading why " + a.ID + " failed: " + err.Error())
	}
	for _, log := range []string{"jobmanager.log", "jobmanager.out", "jobmanager.err"} {
		if chain := failureIn(logs[log]); chain != nil {
			if leftBehind(chain.Root()) {
				ended = endedByYARN(logs[log], "")
			}
			return chain, ended
		}
	}
	return nil, ""
}

// maxWords is how much of the end of a log is searched.
const maxWords = 4 << 20

// failureIn finds the failure that ended a JobManager in its log: the last one of the program or of starting its job, else
// the last one at all.
func failureIn(log string) (last throwable.Chain) {
	for trace := range traces(log) {
		chain := throwable.Parse(trace)
		if chain.Has("ProgramInvocationException") || chain.Has("JobInitializationException") || chain.Has("JobExecutionException") ||
			!decisive(last) {
			last = chain
		}
	}
	return last
}

func decisive(c throwable.Chain) bool {
	return c.Has("ProgramInvocationException") || c.Has("JobInitializationException") || c.Has("JobExecutionException")
}

// traces yields the stack traces in a log, each without the line that it stands below.
func traces(log string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		var trace strings.Builder
		framed := false // there is a frame in it
		flush := func() bool {
			text := trace.String()
			trace.Reset()
			ok := framed
			framed = false
			return !ok || yield(text)
		}
		for line := range strings.Lines(log) {
			if dated(line) {
				if !flush() {
					return
				}
				continue
			}
			framed = framed || strings.HasPrefix(line, "\tat ")
			trace.WriteString(line)
		}
		flush()
	}
}

// dated says whether a line begins an entry of the log: "2026-11-22 …".
func dated(line string) bool {
	return len(line) > 10 && line[4] == '-' && line[7] == '-' && line[10] == ' '
}

// stoppedByYARN says whether YARN could not start the JobManager, or ended it: for its memory, say. Then YARN knows why, and
// the log does not. The exit codes of that are below zero (ContainerExitStatus).
func (a app) stoppedByYARN() bool {
	return strings.Contains(a.Diagnostics, "exitCode: -")
}

// diagnosis is YARN's own explanation, without what surrounds it.
func diagnosis(a app) string {
	text := a.Diagnostics
	if strings.Contains(text, "This token is expired. current time is") { // ContainerManagerImpl
		return "the clocks of YARN's machines differ: a NodeManager holds what the ResourceManager just gave out for expired. Set their clocks."
	}
	for _, word := range []string{"Diagnostics: ", "Exception from container-launch"} {
		if i := strings.LastIndex(text, word); i >= 0 {
			text = strings.TrimPrefix(text[i:], "Diagnostics: ")
		}
	}
	return explanation(text)
}

// explanation is the first line of what YARN says of a container, without when it was.
func explanation(text string) string {
	if strings.HasPrefix(text, "[") {
		if _, rest, ok := strings.Cut(text, "]"); ok {
			text = rest
		}
	}
	return sentence(text)
}

// statementNumber reads "statement 3".
func statementNumber(message string) int {
	_, number, _ := strings.Cut(message, "statement ")
	n, _ := strconv.Atoi(strings.TrimSpace(number))
	return n
}
