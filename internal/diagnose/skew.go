package diagnose

import (
	"fmt"

	"github.com/autostream/autostream/internal/diagnose/failure"
)

// skew tells that one subtask has most of the records, if that is so.
func skew(f *Finding, r root) bool {
	if len(r.Subtasks) < 2 {
		return false
	}
	var total, largest int64
	which := r.Subtasks[0]
	for _, t := range r.Subtasks {
		total += t.Read
		if t.Read > largest {
			largest, which = t.Read, t
		}
	}
	mean := float64(total) / float64(len(r.Subtasks))
	least := r.least(busy)
	if total == 0 || float64(largest) < uneven*mean && !(float64(largest) > 1.3*mean && least >= 0 && least < r.busy/2) {
		return false
	}
	f.ID, f.weight = "skew", weighSkew
	f.Title = fmt.Sprintf("subtask %d of %s gets %.0f %% of all records", which.Index, r.Name, 100*float64(largest)/float64(total))
	f.Evidence = append([]string{
		fmt.Sprintf("subtask %d has read %d records, %.1f times the mean of %d subtasks (should be below %.1f)", which.Index, largest, float64(largest)/mean, len(r.Subtasks), uneven),
	}, f.Evidence...)
	if least >= 0 {
		f.Evidence = append(f.Evidence, fmt.Sprintf("the least busy subtask works %.0f %% of its time", 100*least))
	}
	spread(f)
	return true
}

// spread is what to do about records that do not spread over subtasks by their keys.
func spread(f *Finding) {
	f.Fix = "Find the key that has most of the records and aggregate in two steps, first by the key and a salt, then by the key; " +
		"in SQL let Flink do so, or filter keys that mean nothing (NULL, '', 0)."
	f.Config = []failure.Setting{
		{Key: "table.exec.mini-batch.enabled", Value: "true"}, {Key: "table.exec.mini-batch.allow-latency", Value: "1 s"},
		{Key: "table.exec.mini-batch.size", Value: "5000"}, {Key: "table.optimizer.agg-phase-strategy", Value: "TWO_PHASE"},
	}
	f.Doc = "https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/tuning/"
}

// judgeSkew tells of subtasks that work while those beside them rest, where that holds nobody up yet, and of sources, before
// which nobody is.
func judgeSkew(s *Snapshot) []Finding {
	var findings []Finding
	for i := range s.Vertices {
		v := &s.Vertices[i]
		share, hot := v.most(busy)
		least := v.least(busy)
		pressure, _ := v.most(backpressured)
		if len(v.Subtasks) < 2 || share < pressed || least > share/4 || pressure >= pressed || s.isRoot(v.ID) || s.standsStill(v) {
			continue
		}
		f := Finding{
			ID: "skew", Severity: Warning, weight: weighSkew,
			Evidence: []string{
				fmt.Sprintf("subtask %d works %.0f %% of its time, the least busy one %.0f %% (should be more alike)", hot.Index, 100*share, 100*least),
				fmt.Sprintf("it has read %d records and written %d, the mean of %d subtasks is %.0f and %.0f", hot.Read, hot.Written, len(v.Subtasks), v.mean(read), v.mean(written)),
			},
			Effect: "One subtask sets the pace, whatever the parallelism is; more input makes it the bottleneck.",
		}
		switch source := len(s.inputs(v.ID)) == 0; {
		case source && (v.waits() || share >= saturated):
			f.Title = fmt.Sprintf("subtask %d of %s does the work, others have nothing to read", hot.Index, v.Name)
			f.Fix = "Spread the records over more partitions or files, so that each subtask has some of its own; where that cannot be, let what follows the source have its own parallelism " +
				"behind a rebalance ('scan.parallelism' of the table, 1.20 and later)."
			f.Doc = "https://nightlies.apache.org/flink/flink-docs-stable/docs/connectors/table/kafka/#scan-parallelism"
			if v.waits() && share >= saturated {
				f.Severity = Serious
			}
		case !source && float64(hot.Read) >= 1.3*v.mean(read):
			f.Title = fmt.Sprintf("subtask %d of %s gets %.0f %% of all records", hot.Index, v.Name, 100*float64(hot.Read)/(v.mean(read)*float64(len(v.Subtasks))))
			spread(&f)
		default:
			continue
		}
		findings = append(findings, f)
	}
	return findings
}

func read(t Subtask) int64    { return t.Read }
func written(t Subtask) int64 { return t.Written }

// mean is that of all subtasks.
func (v *Vertex) mean(of func(Subtask) int64) float64 {
	sum := int64(0)
	for _, t := range v.Subtasks {
		sum += of(t)
	}
	return float64(sum) / float64(max(len(v.Subtasks), 1))
}

// waits says whether records are known to wait before a source.
func (v *Vertex) waits() bool {
	waits, known := flinksCount(v)
	if len(v.Partitions) > 0 {
		waits, known = brokersCount(v)
	}
	return known && waits >= several
}
