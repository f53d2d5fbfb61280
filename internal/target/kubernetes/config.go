package kubernetes

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
)

// Sizes of processes where neither the job nor its options say any: those of Flink's own default configuration.
const (
	defaultJobManager  = 1600 * bytesize.MB
	defaultTaskManager = 1728 * bytesize.MB
)

// options are the configuration of a cluster: defaults, then what the submission says, then what must be so.
func (r *rendering) options() conf.Options {
	o := r.defaults()
	for key, value := range r.submission.Options {
		o[r.line.Key(key)] = value
	}
	maps.Copy(o, r.sizes())
	if s := r.submission; s.Restore != nil {
		o[r.line.Key(release.KeyRestorePath)] = s.Restore.Path
		o[r.line.Key(release.KeyIgnoreUnclaimed)] = strconv.FormatBool(s.Restore.AllowNonRestored)
		if s.Restore.ClaimMode != "" {
			o[r.line.Key(release.KeyClaimMode)] = string(s.Restore.ClaimMode)
		}
	}
	maps.Copy(o, r.highAvailability())
	maps.Copy(o, r.fixed())
	if r.submission.ID != "" {
		r.withAgent(o)
	}
	return o
}

// defaults hold unless the submission says otherwise.
func (r *rendering) defaults() conf.Options {
	return conf.Options{
		// A checkpoint that outlives its job is something to start from after a mistake.
		"execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
		"rest.flamegraph.enabled":                                   "true",
		"rest.profiling.enabled":                                    "true", // since 1.19
		"rest.async.store-duration":                                 "1 d",  // what became of a savepoint can be asked for longer than the 5 minutes of Flink's own
		"web.refresh-interval":                                      strconv.FormatInt(refresh.Milliseconds(), 10),
		"taskmanager.numberOfTaskSlots":                             "1",
	}
}

// sizes are the resources of the processes. A memory option of the submission takes the place of the size of a process.
func (r *rendering) sizes() conf.Options {
	s, o := r.submission, conf.Options{}
	memory := func(process string, size, fallback bytesize.Size) {
		if size == 0 && slices.ContainsFunc(slices.Collect(maps.Keys(s.Options)), func(key string) bool {
			return strings.HasPrefix(key, process+".memory.") && strings.HasSuffix(key, ".size")
		}) {
			return
		}
		if size == 0 {
			size = fallback
		}
		o[process+".memory.process.size"] = size.String()
	}
	memory("jobmanager", s.Resources.JobManager.Memory, defaultJobManager)
	memory("taskmanager", s.Resources.TaskManager.Memory, defaultTaskManager)
	for key, cpu := range map[string]float64{
		"kubernetes.jobmanager.cpu.amount":  s.Resources.JobManager.CPU,
		"kubernetes.taskmanager.cpu.amount": s.Resources.TaskManager.CPU,
	} {
		if cpu > 0 {
			o[key] = decimal(cpu)
		}
	}
	if n := s.Resources.TaskManager.Slots; n > 0 {
		o["taskmanager.numberOfTaskSlots"] = strconv.Itoa(n)
	}
	if s.Parallelism > 0 {
		o["parallelism.default"] = strconv.Itoa(s.Parallelism)
	}
	return o
}

// highAvailability lets a new JobManager go on with the job, by way of ConfigMaps and a folder.
func (r *rendering) highAvailability() conf.Options {
	if r.submission.HighAvailability == "" {
		return nil
	}
	return conf.Options{
		"high-availability.type":       "kubernetes",
		"high-availability.storageDir": r.submission.HighAvailability,
	}
}

// fixed is what the cluster would not work without, or not be ours.
func (r *rendering) fixed() conf.Options {
	o := conf.Options{
		"kubernetes.cluster-id":                           r.cluster,
		"kubernetes.namespace":                            r.namespace,
		"kubernetes.container.image.ref":                  r.image,
		"kubernetes.service-account":                      r.serviceAccount,
		"kubernetes.pod-template-file.taskmanager":        podTemplateFolder + "/" + podTemplateFile,
		"kubernetes.internal.jobmanager.entrypoint.class": "org.apache.flink.kubernetes.entrypoint." + r.entrypoint,
		"internal.cluster.execution-mode":                 "NORMAL",
		"execution.target":                                r.executionTarget,
		"jobmanager.rpc.address":                          r.cluster + "." + r.namespace,
		"jobmanager.rpc.port":                             "6123",
		"blob.server.port":                                "6124",
		"taskmanager.rpc.port":                            "6122",
		"rest.port":                                       strconv.Itoa(restPort),
		"rest.bind-port":                                  strconv.Itoa(restPort),
		"rest.address":                                    restService(r.cluster) + "." + r.namespace,
	}
	if r.submission.ID == "" {
		return o
	}
	o["pipeline.name"] = r.submission.Name
	o["$internal.pipeline.job-id"] = string(r.submission.ID)
	// Flink removes the whole cluster a second or two after the job's end, and with it what is known about the end. It is
	// to wait until that is recorded; then the driver removes it.
	o["execution.shutdown-on-application-finish"] = "false"
	// A main method that fails becomes a failed job, whose exceptions can be read.
	o["execution.submit-failed-job-on-application-error"] = "true"
	o["$internal.application.main"] = r.program.main
	o["$internal.application.program-args"] = r.list(r.program.args)
	if r.program.jar != "" {
		o["pipeline.jars"] = r.list([]string{"local://" + r.program.jar})
	}
	return o
}

// list writes a list as the release's configuration file has lists (ConfigurationUtils.convertToList).
func (r *rendering) list(values []string) string {
	if r.line.Has(release.YAMLConfig) {
		text, err := json.Marshal(values) // a flow sequence of YAML
		if err != nil {
			panic(err) // texts only
		}
		return string(text)
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		if strings.ContainsAny(v, `;'"`) {
			v = "'" + strings.ReplaceAll(v, "'", "''") + "'"
		}
		quoted[i] = v
	}
	return strings.Join(quoted, ";")
}

// number reads an option that holds a number, such as a limit factor.
func number(o conf.Options, key string, fallback float64) (float64, error) {
	text, ok := o[key]
	if !ok {
		return fallback, nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("option %s: %q is no number", key, text)
	}
	return n, nil
}

func decimal(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// memoryOf is the size of the JobManager's container. Where the submission gives parts of it instead, Flink's script adds
// up to no more than the total of its options, which is asked for.
func memoryOf(o conf.Options, s target.Submission) (bytesize.Size, error) {
	if text, ok := o["jobmanager.memory.process.size"]; ok {
		return bytesize.Parse(text)
	}
	if s.Resources.JobManager.Memory > 0 {
		return s.Resources.JobManager.Memory, nil
	}
	total, err := bytesize.Parse(o["jobmanager.memory.flink.size"])
	if err != nil {
		return 0, fmt.Errorf("option jobmanager.memory.process.size: %w", err)
	}
	// JVM metaspace of 256 MB, and an overhead of a tenth within 192 MB and 1 GB (JobManagerOptions).
	total += 256 * bytesize.MB
	return total + min(max(total/9, 192*bytesize.MB), bytesize.GB), nil
}
