package diagnose

import (
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/diagnose/threads"
)

// TestHeldUpInside has a source that is chained to a function which calls another system: no backpressure shows.
func TestHeldUpInside(t *testing.T) {
	t.Parallel()
	number := func(x float64) *float64 { return &x }
	const http = "the job's own code waits for an HTTP call"
	called := []string{"java.lang.Thread.sleep(Thread.java)", "com.acme.Slow.eval(Slow.java:7)", "StreamExecCalc$12.processElement(Unknown Source)"}
	for _, test := range []struct {
		name     string
		busy     float64
		share    float64 // of the samples
		kind     threads.Kind
		what     string
		stack    []string
		pending  *float64
		severity Severity // "" where nothing is to be said
		id       string
		title    string
	}{
		{"always", 1, 1, threads.External, http, nil, nil, Serious, "slow-external", "Source: clicks -> Calc is slow because it waits for an HTTP call"},
		{"always, of an old source", -1, 1, threads.OwnWait, "the job's own code sleeps", called, nil, Serious, "slow-call", "is slow because the job's own code sleeps"},
		{"the source itself", -1, 1, threads.OwnWait, "the job's own code sleeps", []string{"java.lang.Thread.sleep(Thread.java)", "com.acme.Slow.run(Slow.java:7)", "org.apache.flink.streaming.api.operators.StreamSource.run(StreamSource.java:114)"}, nil, "", "", ""},
		{"it keeps up", 1, 1, threads.External, http, nil, number(3), Warning, "slow-external", "waits for an HTTP call"},
		{"sometimes", 0.3, 1, threads.External, http, nil, nil, "", "", ""},
		{"sometimes, of an old source", -1, 0.5, threads.External, http, nil, nil, "", "", ""},
		{"it works", 1, 1, threads.Busy, "works", nil, nil, "", "", ""},
		{"one after the other", 1, 0.5, threads.OwnWait, "the job's own code waits for a lock that Calc (2/2)#0 holds", called, nil, Serious, "hot-lock", "waits for a lock"},
		{"one after the other, in a library", 1, 0.5, threads.OnLock, "waits for a lock that Calc (2/2)#0 holds", called, nil, Serious, "hot-lock", "waits for a lock"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			at := ""
			if test.stack != nil {
				at = test.stack[1]
			}
			rest := threads.Activity{Kind: threads.Idle, What: "waits"}
			if test.id == "hot-lock" { // while it has the lock
				rest = threads.Activity{Kind: threads.OwnWait, What: "the job's own code sleeps", At: at}
			}
			found := judgeFlow(&Snapshot{
				Taken: time.Unix(0, 0), State: "RUNNING",
				Vertices: []Vertex{{ID: "a", Name: "Source: clicks -> Calc", InRate: 20, Pending: test.pending, Subtasks: []Subtask{{Index: 1, Busy: test.busy}}}},
				Threads: threads.Report{Samples: 4, Operators: []threads.Operator{{Name: "Source: clicks -> Calc", Doing: []threads.Doing{
					{Activity: threads.Activity{Kind: test.kind, What: test.what, At: at}, Share: test.share, Stack: test.stack}, {Activity: rest, Share: 1 - test.share, Stack: test.stack},
				}}}},
			})
			if test.severity == "" {
				if len(found) > 0 {
					t.Errorf("found %+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Severity != test.severity || found[0].ID != test.id || !strings.Contains(found[0].Title, test.title) {
				t.Errorf("%+v, want %s %s: %s", found, test.severity, test.id, test.title)
			}
		})
	}
}
