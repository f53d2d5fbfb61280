package preview

import (
	"time"

	"github.com/autostream/autostream/internal/base/source"
)

// Request says what to run. Its texts hold secrets in clear: they go to Flink and nowhere else.
type Request struct {
	Name       string            // of the Flink job, for people who look at the cluster
	Properties map[string]string // Flink options of the session, by the key names of its release
	Setup      []Statement       // executed first, in order
	Query      Statement
	Limit      int64         // end after so many rows of the changelog; 0: no limit
	For        time.Duration // end so long after the query was accepted; 0: no limit

	Redact   func(string) string // takes secrets out of what Flink says
	Progress func(string)        // told what is being done; may be nil
}

// Statement is a statement as Flink gets it, without its semicolon.
type Statement struct {
	Text string
	// Origin tells where a part of Text stands in what the user wrote.
	Origin func(source.Span) (*source.File, source.Span)
}

// The options that every preview sets for its query. They make the JobManager end a job whose client is silent, which is
// what holds when this process, the gateway, or the network between them dies.
const (
	// silence is how long the JobManager waits for a sign of life. It looks once a minute
	// ($internal.dispatcher.client-aliveness-check.interval), so that a job is gone after two minutes at the latest.
	silence = 30 * time.Second
	// beat is the time between two signs of life.
	beat = 2 * time.Second
	// sessionBeat is the time between two signs of life for the gateway, whose sessions live 10 minutes without.
	sessionBeat = time.Minute
)

// options are set for the query alone, over everything that the script may have set.
func (q Request) options(job string) map[string]string {
	return map[string]string{
		"pipeline.name":                       q.Name,
		"$internal.pipeline.job-id":           job, // PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID
		"execution.attached":                  "true",
		"execution.shutdown-on-attached-exit": "true",
		"client.heartbeat.timeout":            milliseconds(silence),
		// Where checkpoints are on, exactly-once would hold rows back until one completes (CollectResultIterator).
		"execution.checkpointing.mode": "AT_LEAST_ONCE",
		// Where they are on, a failed job would start again and again. Rows cannot be taken back that were shown.
		"restart-strategy.type": "none",
		"restart-strategy":      "none", // until 1.18
	}
}
