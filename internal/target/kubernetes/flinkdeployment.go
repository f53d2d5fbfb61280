package kubernetes

import (
	"maps"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// operated renders a job for Flink's Kubernetes operator: a FlinkDeployment, and what its pods mount. The operator makes
// of it what render makes, under the same names; savepoints, stops and starts stay with AutoStream.
func (r *rendering) operated(d dialect) (rendered, error) {
	options := r.options().WithJavaOptions(r.line)
	base, err := r.template()
	if err != nil {
		return rendered{}, err
	}
	manager := clone(base)
	main := r.main(manager)
	main["imagePullPolicy"] = "IfNotPresent"
	if policy, ok := options["kubernetes.container.image.pull-policy"]; ok {
		main["imagePullPolicy"] = policy
	}
	r.mountProgram(part(manager, "spec"), main)
	version, ok := d.flinkVersion(r.line)
	if !ok {
		return rendered{}, fault.Errorf(fault.Usage, "the operator of this cluster does not know Flink %s, only %s", r.line, strings.Join(d.versions, ", ")).
			WithFix("have a newer operator installed, or let AutoStream make the cluster: deployer: native")
	}
	jobManager, taskManager := object{"replicas": 1, "podTemplate": manager}, object{"podTemplate": base}
	for name, process := range map[string]object{"jobmanager": jobManager, "taskmanager": taskManager} {
		if err := d.resources(process, options, name); err != nil {
			return rendered{}, fault.Errorf(fault.Usage, "job %s: %w", r.submission.Name, err)
		}
	}
	out := rendered{first: item{api.FlinkDeployments, r.cluster, object{
		"apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkDeployment",
		"metadata": object{"name": r.cluster, "namespace": r.namespace, "labels": r.labels()},
		"spec": object{
			"image": r.image, "imagePullPolicy": main["imagePullPolicy"], "serviceAccount": r.serviceAccount,
			"flinkVersion": version, "mode": "native", "flinkConfiguration": r.operatorOptions(options),
			"logConfiguration": object{loggingFile: logging}, "jobManager": jobManager, "taskManager": taskManager, "job": r.operatorJob(),
		},
	}}}
	if secret, ok := r.secret(); ok {
		out.others = append(out.others, secret)
	}
	out.others = append(out.others, r.agentMap())
	parts, err := r.jarParts()
	out.others = append(out.others, parts...)
	if err != nil {
		return out, err
	}
	return out, r.fits(out)
}

// resources give a process the sizes of the options, in the terms of the operator.
func (d dialect) resources(process object, options conf.Options, name string) error {
	cpu, err := number(options, "kubernetes."+name+".cpu.amount", 1)
	if err != nil {
		return err
	}
	size, sized := options[name+".memory.process.size"]
	if !d.requests {
		sizes := object{"cpu": cpu}
		if sized {
			sizes["memory"] = size
		}
		process["resource"] = sizes
		return nil
	}
	requests := object{"cpu": decimal(cpu)}
	if sized {
		memory, err := bytesize.Parse(size)
		if err != nil {
			return err
		}
		requests["memory"] = strconv.FormatInt(int64(memory)>>20, 10) + "Mi"
	}
	process["resources"] = object{"requests": requests}
	return nil
}

// operatorJob is the job, started once: what is done with it afterwards is no matter of the operator.
func (r *rendering) operatorJob() object {
	s := r.submission
	job := object{
		"jarURI": "local://" + r.program.jar, "entryClass": r.program.main, "args": r.program.args,
		"parallelism": max(s.Parallelism, 1), "state": "running", "upgradeMode": "stateless",
	}
	if s.Restore != nil {
		job["initialSavepointPath"], job["allowNonRestoredState"] = s.Restore.Path, s.Restore.AllowNonRestored
	}
	return job
}

// operatorOptions are the options without those that the operator forbids or takes from elsewhere in the FlinkDeployment.
func (r *rendering) operatorOptions(options conf.Options) conf.Options {
	out := conf.Options{
		// Without it, a Deployment that somebody took away would be made anew, and the job begin where it once began.
		"kubernetes.operator.jm-deployment-recovery.enabled": "false",
	}
	maps.Copy(out, options)
	for key := range r.fixed() {
		switch key {
		case "pipeline.name", "$internal.pipeline.job-id", "execution.shutdown-on-application-finish", "execution.submit-failed-job-on-application-error":
		default:
			delete(out, key)
		}
	}
	for _, key := range []string{
		release.KeyRestorePath, release.KeyIgnoreUnclaimed, "parallelism.default", "high-availability.cluster-id",
		"jobmanager.memory.process.size", "taskmanager.memory.process.size",
		"kubernetes.jobmanager.cpu.amount", "kubernetes.taskmanager.cpu.amount", "kubernetes.container.image.pull-policy",
	} {
		delete(out, r.line.Key(key))
	}
	return out
}
