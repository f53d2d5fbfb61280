package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/project"
)

// fits finds settings of a job that cannot hold: its target cannot give it them, its release does not have them, or they
// contradict each other. Settings that only make sense elsewhere, such as a pod template, are left out there without a
// word: a job moves between targets as it is.
func fits(src Source) []diag.Finding {
	f := fitting{Source: src, options: options(src)}
	if r, err := release.Parse(src.Release); err == nil {
		f.line = r.Line
	}
	f.processes()
	f.restart()
	f.stateBackend()
	f.parallelism()
	f.highAvailability()
	f.labels()
	f.ours()
	return f.findings
}

// fitting judges the settings of one job.
type fitting struct {
	Source
	line     release.Line      // 0 when it is not known
	options  map[string]string // of the target and the job, under the names of the release
	findings []diag.Finding
}

// at reports a key of the job.
func (f *fitting) at(rule diag.Rule, help, message string, keys ...string) {
	n := f.Job.Place(keys...)
	f.findings = append(f.findings, rule.At(n.File(), n.Key(), message, help))
}

func (f *fitting) impossible(help, message string, keys ...string) {
	f.at(ruleImpossible, help, message, keys...)
}

// processes judges what the job's own processes are to be like.
func (f *fitting) processes() {
	if f.Target.Kind == project.Local && len(f.Job.Environment) > 0 {
		f.at(ruleSharedProcesses, "set them for the shell that starts the local cluster, or deploy to another target",
			fmt.Sprintf("job %s cannot have environment variables on target %s", f.Job.Name, f.Target.Name), "environment")
	}
	r := f.Job.Resources
	if f.Target.Kind == project.Local {
		return
	}
	if has := r.JobManager.Memory; has > 0 && !f.sets("jobmanager.memory.") && has < leastJobManager {
		f.impossible("", fmt.Sprintf("%s is too little for a JobManager: Flink's own parts take %s", has, leastJobManager), "resources", "jobManager", "memory")
	}
	managed := 0.4 // taskmanager.memory.managed.fraction
	if r.TaskManager.Managed != nil {
		managed = *r.TaskManager.Managed
	}
	if has := r.TaskManager.Memory; has > 0 && !f.sets("taskmanager.memory.", "taskmanager.memory.managed.fraction") && !holdsTaskManager(has, managed) {
		f.impossible("give it more, or less of it as managed memory: resources: {taskManager: {managed: …}}",
			fmt.Sprintf("%s is too little for a TaskManager: nothing is left for tasks", has), "resources", "taskManager", "memory")
	}
}

// sets says whether an option of a prefix is set, other than those named.
func (f *fitting) sets(prefix string, others ...string) bool {
	for key := range f.options {
		if strings.HasPrefix(key, prefix) && !slices.Contains(others, key) {
			return true
		}
	}
	return false
}

// Flink's own parts of every process, by default (JobManagerOptions, TaskManagerOptions).
const (
	metaspace     = 256 * bytesize.MB
	leastOverhead = 192 * bytesize.MB
	offHeap       = 128 * bytesize.MB // of a JobManager; of a TaskManager's framework
	frameworkHeap = 128 * bytesize.MB
	leastNetwork  = 64 * bytesize.MB

	leastJobManager = metaspace + leastOverhead + offHeap
)

// holdsTaskManager says whether Flink can divide the memory of a TaskManager (TaskExecutorFlinkMemoryUtils): network
// buffers get a tenth, managed memory its part, the framework what it needs, tasks the rest.
func holdsTaskManager(process bytesize.Size, managed float64) bool {
	flink := process - metaspace - max(leastOverhead, process/10)
	return flink-bytesize.Size(float64(flink)*managed)-max(leastNetwork, flink/10) >= frameworkHeap+offHeap
}

// restart judges restart.
func (f *fitting) restart() {
	r := f.Job.Restart
	keys := restartKeys(r.Strategy)
	for _, key := range []struct {
		name string
		set  bool
	}{{"attempts", r.Attempts > 0}, {"delay", r.Delay > 0}, {"maxDelay", r.MaxDelay > 0}, {"within", r.Within > 0}} {
		option, means := keys[key.name]
		o, _ := release.OptionNamed(option)
		switch {
		case !key.set:
		case r.Strategy == "":
			f.impossible("add strategy: exponential-delay, fixed-delay or failure-rate", key.name+" needs a strategy", "restart", key.name)
		case !means:
			f.impossible("remove it; null takes a default away", fmt.Sprintf("%s means nothing with strategy %s", key.name, r.Strategy), "restart", key.name)
		case f.line != 0 && o.First > f.line:
			f.impossible(fmt.Sprintf("it came with Flink %s; before, there is no end to restarts of %s", o.First, r.Strategy),
				fmt.Sprintf("Flink %s has no %s for %s", f.line, key.name, r.Strategy), "restart", key.name)
		}
	}
}

// stateBackend judges stateBackend.
func (f *fitting) stateBackend() {
	if f.Job.StateBackend == "forst" && f.line != 0 && f.line < release.V2_0 {
		f.impossible("rocksdb keeps large state on local disks", fmt.Sprintf("Flink %s has no state backend forst: it came with 2.0", f.line), "stateBackend")
	}
}

// parallelism compares it with its limits.
func (f *fitting) parallelism() {
	want := f.Job.Parallelism
	if most, err := strconv.Atoi(f.options["pipeline.max-parallelism"]); err == nil && most > 0 && want > most {
		f.impossible("", fmt.Sprintf("parallelism %d is more than pipeline.max-parallelism, %d", want, most), "parallelism")
	}
	if slots := f.Target.Slots; f.Target.Kind == project.Local && slots > 0 && want > slots {
		f.impossible("lower it, or raise slots of the target", fmt.Sprintf("parallelism %d is more than target %s has slots, %d", want, f.Target.Name, slots), "parallelism")
	}
}

// highAvailability finds out what is missing for it.
func (f *fitting) highAvailability() {
	if f.Job.HighAvailability.Storage == "" {
		return
	}
	kind := strings.ToLower(f.options["high-availability.type"])
	switch {
	case f.Target.Kind == project.YARN && (kind == "" || kind == "none"):
		f.impossible("name it in the options of the target: high-availability.type: zookeeper, high-availability.zookeeper.quorum: zk1:2181",
			fmt.Sprintf("high availability on target %s needs ZooKeeper", f.Target.Name), "highAvailability")
	case f.Target.Kind == project.Kubernetes && kind != "" && kind != "kubernetes":
		f.impossible("remove the option", fmt.Sprintf("high availability on target %s is kept by Kubernetes, and high-availability.type is %s", f.Target.Name, kind), "highAvailability")
	}
}

// labels finds those that Kubernetes would refuse, and those by which Flink and AutoStream find what is theirs.
func (f *fitting) labels() {
	if f.Target.Kind != project.Kubernetes {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(f.Job.Labels)) {
		prefix, word, prefixed := strings.Cut(name, "/")
		if !prefixed {
			word = name
		}
		switch value := f.Job.Labels[name]; {
		case slices.Contains([]string{"app", "component", "type", "configmap-type", "app.kubernetes.io/managed-by"}, name), prefix == "autostream" && prefixed:
			f.impossible("take another name", fmt.Sprintf("label %s is how what belongs to a job is found", name), "labels", name)
		case !labelWord(word) || word == "" || prefixed && (prefix == "" || len(prefix) > 253):
			f.impossible("a label is up to 63 letters, digits, -, _ and ., with letters or digits at both ends, and may have a domain and / before it",
				fmt.Sprintf("Kubernetes has no label named %s", name), "labels", name)
		case !labelWord(value):
			f.impossible("a value is up to 63 letters, digits, -, _ and ., with letters or digits at both ends",
				fmt.Sprintf("label %s cannot be %q", name, value), "labels", name)
		}
	}
}

// labelWord says whether Kubernetes takes a text as the value of a label, which may be empty.
func labelWord(text string) bool {
	plain := func(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
	for i := range len(text) {
		if !plain(text[i]) && !strings.ContainsRune("-_.", rune(text[i])) {
			return false
		}
	}
	return text == "" || len(text) <= 63 && plain(text[0]) && plain(text[len(text)-1])
}

// ours finds options that say which job runs where: what is written there would be overwritten without a word.
func (f *fitting) ours() {
	for _, name := range slices.Sorted(maps.Keys(f.Job.Options)) {
		switch {
		case strings.HasPrefix(name, "$internal."), strings.HasPrefix(name, "kubernetes.internal."),
			slices.Contains([]string{"execution.target", "kubernetes.cluster-id", "kubernetes.namespace", "kubernetes.container.image.ref", "yarn.application.id"}, name):
			f.impossible("remove it; the target and its keys say where a job runs", name+" is set by AutoStream", "options", name)
		}
	}
}
