package release

import "strings"

// Names of options that AutoStream sets itself, each by its newest name; Line.Key gives the name that a release knows.
const (
	KeyClaimMode        = "execution.state-recovery.claim-mode"
	KeyRestorePath      = "execution.state-recovery.path"
	KeyIgnoreUnclaimed  = "execution.state-recovery.ignore-unclaimed-state"
	KeyCheckpointDir    = "execution.checkpointing.dir"
	KeyCheckpointSubdir = "execution.checkpointing.create-subdir"
	KeySavepointDir     = "execution.checkpointing.savepoint-dir"
	KeyRetained         = "execution.checkpointing.num-retained"
)

// Rename is an option that got another name in some release. Later releases still accept the old name unless they dropped
// it; earlier releases ignore the new one without a word, which is why names are chosen by release.
type Rename struct {
	Since    Line // the first release that knows New; the oldest line of the table also stands for "before it"
	Old, New string
}

// renames is the table, by release. A name that ends in a dot stands for every option below it.
var renames = [...]Rename{
	{V1_17, "akka.client.timeout", "client.timeout"},
	{V1_17, "execution.checkpointing.alignment-timeout", "execution.checkpointing.aligned-checkpoint-timeout"},
	{V1_17, "execution.checkpointing.unaligned", "execution.checkpointing.unaligned.enabled"},
	{V1_17, "high-availability", "high-availability.type"},
	{V1_17, "restart-strategy", "restart-strategy.type"},
	{V1_17, "state.backend", "state.backend.type"},
	{V1_17, "state.backend.fs.checkpointdir", "state.checkpoints.dir"},
	{V1_17, "state.backend.rocksdb.checkpointdir", "state.backend.rocksdb.localdir"},
	{V1_17, "table.exec.topn-cache-size", "table.exec.rank.topn-cache-size"},
	{V1_17, "taskmanager.network.memory.fraction", "taskmanager.memory.network.fraction"},
	{V1_17, "taskmanager.network.memory.max", "taskmanager.memory.network.max"},
	{V1_17, "taskmanager.network.memory.min", "taskmanager.memory.network.min"},

	{V1_18, "akka.", "pekko."},
	{V1_18, "pipeline.operator-chaining", "pipeline.operator-chaining.enabled"},

	{V1_20, "execution.checkpointing.approximate-local-recovery", "execution.state-recovery.approximate-local-recovery"},
	{V1_20, "execution.checkpointing.checkpoints-after-tasks-finish.enabled", "execution.checkpointing.checkpoints-after-tasks-finish"},
	{V1_20, "execution.checkpointing.recover-without-channel-state.checkpoint-id", "execution.state-recovery.without-channel-state.checkpoint-id"},
	{V1_20, "execution.savepoint-restore-mode", "execution.state-recovery.claim-mode"},
	{V1_20, "execution.savepoint.ignore-unclaimed-state", "execution.state-recovery.ignore-unclaimed-state"},
	{V1_20, "execution.savepoint.path", "execution.state-recovery.path"},
	{V1_20, "state.backend.changelog.", "state.changelog."},
	{V1_20, "state.backend.incremental", "execution.checkpointing.incremental"},
	{V1_20, "state.backend.latency-track.", "state.latency-track."},
	{V1_20, "state.backend.local-recovery", "execution.state-recovery.from-local"},
	{V1_20, "state.checkpoint-storage", "execution.checkpointing.storage"},
	{V1_20, "state.checkpoint.cleaner.parallel-mode", "execution.checkpointing.cleaner.parallel-mode"},
	{V1_20, "state.checkpoints.create-subdir", "execution.checkpointing.create-subdir"},
	{V1_20, "state.checkpoints.dir", "execution.checkpointing.dir"},
	{V1_20, "state.checkpoints.num-retained", "execution.checkpointing.num-retained"},
	{V1_20, "state.savepoints.dir", "execution.checkpointing.savepoint-dir"},
	{V1_20, "state.storage.fs.memory-threshold", "execution.checkpointing.data-inline-threshold"},
	{V1_20, "state.storage.fs.write-buffer-size", "execution.checkpointing.write-buffer-size"},
	{V1_20, "taskmanager.network.memory.exclusive-buffers-request-timeout-ms", "taskmanager.network.memory.buffers-request-timeout"},
	{V1_20, "taskmanager.state.local.root-dirs", "execution.checkpointing.local-backup.dirs"},

	{V2_0, "high-availability.zookeeper.path.jobgraphs", "high-availability.zookeeper.path.execution-plans"},
	{V2_0, "jobmanager.adaptive-scheduler.resource-stabilization-timeout", "jobmanager.adaptive-scheduler.submission.resource-stabilization-timeout"},
	{V2_0, "jobmanager.adaptive-scheduler.resource-wait-timeout", "jobmanager.adaptive-scheduler.submission.resource-wait-timeout"},
	{V2_0, "jobmanager.adaptive-scheduler.scaling-interval.min", "jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling"},

	{V2_2, "table.exec.async-scalar.buffer-capacity", "table.exec.async-scalar.max-concurrent-operations"},

	{V2_3, "jobstore.cache-size", "completed-application-store.cache-size"},
	{V2_3, "jobstore.max-capacity", "completed-application-store.max-capacity"},
	{V2_3, "jobstore.type", "completed-application-store.type"},
}

// Renames returns the renamed options, oldest change first. The slice is the caller's.
func Renames() []Rename { return append([]Rename(nil), renames[:]...) }

// Key returns the name by which the release knows an option, given any name the option ever had. A name that was never
// changed comes back as it is.
func (l Line) Key(name string) string {
	for i := range renames { // forwards: an option may have been renamed more than once
		if r := renames[i]; r.Since <= l {
			name = replace(name, r.Old, r.New)
		}
	}
	for i := len(renames) - 1; i >= 0; i-- {
		if r := renames[i]; r.Since > l {
			name = replace(name, r.New, r.Old)
		}
	}
	return name
}

func replace(name, from, to string) string {
	if strings.HasSuffix(from, ".") {
		if rest, ok := strings.CutPrefix(name, from); ok {
			return to + rest
		}
	}
	if name == from {
		return to
	}
	return name
}
