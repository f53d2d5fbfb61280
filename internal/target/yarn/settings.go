package yarn

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/sqlrunner"
)

// keyJobID makes Flink give the job the id that the submitter chose (PipelineOptionsInternal, all releases).
const keyJobID = "$internal.pipeline.job-id"

// masterEnv leads the options that are environment variables of the JobManager.
const masterEnv = "containerized.master.env."

// usrlib is the folder in the containers whose jars are the user's: they are loaded before Flink's own, for this job alone.
const usrlib = "usrlib/"

// scriptName is the file with the statements of a SQL job, in the working folder of the JobManager.
const scriptName = "statements.sql"

// place is where things of one application are.
type place struct {
	application string
	checkpoints string // URI
	savepoints  string // URI
	levels      string // URI of the file with log levels; "" where processes have no agent that reads it
	tags        []string
}

// settings is the whole configuration of a job's cluster. The keys that users may set stay as they set them.
func settings(s target.Submission, line release.Line, p place) (conf.Options, error) {
	o := conf.Options(maps.Clone(s.Options))
	if o == nil {
		o = conf.Options{}
	}
	o, err := o.For(line)
	if err != nil {
		return nil, err
	}
	unless := func(key, value string) {
		if _, set := o[line.Key(key)]; !set && value != "" {
			o[line.Key(key)] = value
		}
	}
	sizeProcesses(o, s.Resources, unless)
	unless("high-availability.cluster-id", p.application)
	if s.HighAvailability != "" {
		if !highAvailable(o) {
			return nil, fault.Errorf(fault.Usage, "job %s wants high availability, for which YARN needs ZooKeeper", s.Name).
				WithFix("name it in the options of the target:\n  high-availability.type: zookeeper\n  high-availability.zookeeper.quorum: zk1:2181")
		}
		unless("high-availability.storageDir", s.HighAvailability)
	}
	unless(release.KeyCheckpointDir, p.checkpoints)
	unless(release.KeySavepointDir, p.savepoints)
	// A checkpoint that outlives its job is something to start from after a mistake.
	unless("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION")
	if s.Name != "" {
		o["pipeline.name"] = s.Name
		unless("yarn.application.name", s.Name)
	}
	if s.Parallelism > 0 {
		o["parallelism.default"] = strconv.Itoa(s.Parallelism)
	}
	for name, value := range s.Environment {
		o[masterEnv+name] = value
		o["containerized.taskmanager.env."+name] = value
	}
	if from := s.Restore; from != nil {
		o[line.Key(release.KeyRestorePath)] = from.Path
		o[line.Key(release.KeyIgnoreUnclaimed)] = strconv.FormatBool(from.AllowNonRestored)
		if from.ClaimMode != "" {
			o[line.Key(release.KeyClaimMode)] = string(from.ClaimMode)
		}
	}
	o["yarn.tags"] = strings.Join(p.tags, ",")
	o[keyJobID] = string(s.ID)
	maps.Copy(o, map[string]string{
		"execution.target": "yarn-application", "internal.cluster.execution-mode": "NORMAL",
		"execution.attached": "true", "execution.shutdown-on-attached-exit": "false", "rest.address": "localhost",
	})
	if err := program(o, s, line); err != nil {
		return nil, err
	}
	if p.levels != "" {
		withAgent(o, p.levels)
	}
	return o.WithJavaOptions(line), nil
}

// sizeProcesses sets what Flink's own configuration file has (1600m and 1728m), and what the job asks for.
func sizeProcesses(o conf.Options, r target.Resources, unless func(key, value string)) {
	if m := r.JobManager.Memory; m > 0 {
		o[keyProcessSize] = m.String()
	}
	if m := r.TaskManager.Memory; m > 0 {
		o["taskmanager.memory.process.size"] = m.String()
	}
	if o[keyFlinkSize] == "" && o[keyHeapSize] == "" {
		unless(keyProcessSize, "1600m")
	}
	if o["taskmanager.memory.flink.size"] == "" && o["taskmanager.memory.task.heap.size"] == "" {
		unless("taskmanager.memory.process.size", "1728m")
	}
	if n := r.TaskManager.Slots; n > 0 {
		o["taskmanager.numberOfTaskSlots"] = strconv.Itoa(n)
	}
	unless("taskmanager.numberOfTaskSlots", "1")
	cores := func(cpu float64) string { return strconv.Itoa(int(math.Ceil(cpu))) } // YARN has whole ones
	if cpu := r.JobManager.CPU; cpu > 0 {
		o["yarn.appmaster.vcores"] = cores(cpu)
	}
	if cpu := r.TaskManager.CPU; cpu > 0 {
		o["yarn.containers.vcores"] = cores(cpu)
		o["taskmanager.cpu.cores"] = strconv.FormatFloat(cpu, 'f', -1, 64)
	}
}

// program says which main class runs with which arguments. SQL is run by the runner on every release: unlike SqlDriver
// (FLIP-480), it says which statement was refused, never prints a statement, and loads functions from the user's jars.
func program(o conf.Options, s target.Submission, line release.Line) error {
	main, jar, args := sqlrunner.Main, runnerName, []string{scriptName}
	if s.Jar != nil {
		main, jar, args = s.Jar.Class, path.Base(s.Jar.Path), s.Jar.Args
	}
	if main != "" {
		o["$internal.application.main"] = main
	}
	o["yarn.classpath.include-user-jar"] = "DISABLED" // usrlib and this go together (YarnEntrypointUtils.getUsrLibDir)
	jars, err := list(line, "file:///"+jar)           // the name is taken from it, but it must be absolute
	if err != nil {
		return err
	}
	o["pipeline.jars"] = jars
	if len(args) == 0 {
		return nil
	}
	o["$internal.application.program-args"], err = list(line, args...)
	return err
}

// runnerName is the name of the runner's jar in the containers.
const runnerName = "autostream-sql-runner.jar"

// list writes an option that is a list of texts: YAML where the release reads that, else with semicolons between and
// quotes around (StructuredOptionsSplitter).
func list(line release.Line, items ...string) (string, error) {
	if line.Has(release.YAMLConfig) {
		text, err := json.Marshal(items) // JSON is YAML
		return string(text), err
	}
	var quoted []string
	for _, item := range items {
		if strings.ContainsAny(item, "#\n\r") {
			return "", fault.Errorf(fault.Usage, "flink-conf.yaml cannot hold the argument %q", item).
				WithFix("values of Flink before 1.19 have no # and no line break")
		}
		quoted = append(quoted, `"`+strings.ReplaceAll(item, `"`, `""`)+`"`)
	}
	return strings.Join(quoted, ";"), nil
}

// jobTag is the tag of the application that has a job. The ResourceManager keeps tags in lower case.
func jobTag(id target.JobID) string { return jobTagPrefix + string(id) }

const jobTagPrefix = "autostream-job-"

// tagsOf are the tags of an application: what it is found by, and what the user asked for.
func tagsOf(s target.Submission) []string {
	all := []string{jobTag(s.ID)}
	for _, key := range slices.Sorted(maps.Keys(s.Labels)) {
		all = append(all, strings.ToLower(fmt.Sprintf("%s=%s", key, s.Labels[key])))
	}
	for tag := range strings.SplitSeq(s.Options["yarn.tags"], ",") {
		if tag = strings.ToLower(strings.TrimSpace(tag)); tag != "" && !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	return all
}
