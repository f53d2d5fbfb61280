package kubernetes

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// Places in pods that Flink's scripts and TaskManagers know (Constants, FlinkConfMountDecorator, PodTemplateMountDecorator).
const (
	configFolder      = "/opt/flink/conf"
	artifactFolder    = "/opt/flink/artifacts"
	podTemplateFolder = "/opt/flink/pod-template"
	podTemplateFile   = "taskmanager-pod-template.yaml"
)

// loggingFile is what Flink's scripts configure logging in containers by. Its change is picked up while Flink runs.
const loggingFile = "log4j-console.properties"

// rendering turns a submission into the objects of a Flink cluster. It is a function of its fields.
type rendering struct {
	submission      target.Submission
	program         program
	cluster         string // cluster id
	line            release.Line
	namespace       string
	image           string
	serviceAccount  string
	entrypoint      string // class of the JobManager's main method
	executionTarget string // as kubernetes-jobmanager.sh calls the mode
}

func (t *Target) application(s target.Submission, p program) *rendering {
	return &rendering{
		submission: s, program: p, cluster: clusterID(s.Name, s.ID), line: t.Line, namespace: t.Namespace, image: t.Image,
		serviceAccount: t.ServiceAccount, entrypoint: "KubernetesApplicationClusterEntrypoint", executionTarget: "kubernetes-application",
	}
}

// rendered are the objects of a cluster. The first one owns all others, so that they go with it.
type rendered struct {
	first  item // a Deployment, or a FlinkDeployment
	others []item
}

func (r *rendering) render() (rendered, error) {
	options := r.options()
	base, err := r.template()
	if err != nil {
		return rendered{}, err
	}
	deployment, err := r.deployment(clone(base), options)
	if err != nil {
		return rendered{}, err
	}
	out := rendered{first: deployment}
	others, err := r.configMaps(base, options)
	if err != nil {
		return rendered{}, err
	}
	out.others = append(r.services(), others...)
	if secret, ok := r.secret(); ok {
		out.others = append(out.others, secret)
	}
	if r.submission.ID != "" {
		out.others = append(out.others, r.agentMap())
	}
	parts, err := r.jarParts()
	out.others = append(out.others, parts...)
	if err != nil {
		return out, err
	}
	return out, r.fits(out)
}

// fits compares objects with the limit of Kubernetes.
func (r *rendering) fits(out rendered) error {
	for _, i := range out.others {
		if size := contentSize(i.object); size > maxContent {
			return fault.Errorf(fault.Usage, "job %s: %s has %d KB, and Kubernetes takes 1024 KB", r.submission.Name, i.name, size>>10).
				WithFix("make it smaller: what a script or a template holds can be put into files of the image, or into several jobs")
		}
	}
	return nil
}

func (r *rendering) deployment(p object, options conf.Options) (item, error) {
	if err := r.jobManager(p, options); err != nil {
		return item{}, err
	}
	labels := roleLabels(r.cluster, jobManagerRole)
	all := r.labels()
	maps.Copy(all, labels)
	for name, value := range labels {
		part(part(p, "metadata"), "labels")[name] = value
	}
	return item{api.Deployments, r.cluster, object{
		"apiVersion": "apps/v1", "kind": "Deployment",
		"metadata": object{"name": r.cluster, "namespace": r.namespace, "labels": all},
		"spec": object{
			"replicas": 1,
			"selector": object{"matchLabels": labels},
			// Never two JobManagers beside each other: without high availability each would run the job.
			"strategy": object{"type": "Recreate"},
			"template": object{"metadata": p["metadata"], "spec": p["spec"]},
		},
	}}, nil
}

// jobManager makes the JobManager's pod out of the template.
func (r *rendering) jobManager(p object, options conf.Options) error {
	spec, main := part(p, "spec"), r.main(p)
	spec["serviceAccountName"] = r.serviceAccount
	delete(spec, "restartPolicy") // that of a Deployment's pods is given
	main["image"] = r.image
	if main["imagePullPolicy"] == nil {
		main["imagePullPolicy"] = "IfNotPresent"
	}
	if policy, ok := options["kubernetes.container.image.pull-policy"]; ok {
		main["imagePullPolicy"] = policy
	}
	main["command"] = []any{"/docker-entrypoint.sh"}
	main["args"] = []any{"bash", "-c", "kubernetes-jobmanager.sh " + r.executionTarget + " "}
	overlay(main, "env", object{"name": "_POD_IP_ADDRESS", "valueFrom": object{"fieldRef": object{"apiVersion": "v1", "fieldPath": "status.podIP"}}})
	overlay(main, "ports",
		object{"name": "rest", "containerPort": restPort},
		object{"name": "jobmanager-rpc", "containerPort": 6123},
		object{"name": "blobserver", "containerPort": 6124})
	// Flink's own client sets no probe. With it the Service has an endpoint only when REST answers.
	main["startupProbe"] = object{"httpGet": object{"path": "/config", "port": "rest"}, "periodSeconds": 1, "failureThreshold": 3600}
	resources, err := r.jobManagerResources(options)
	if err != nil {
		return err
	}
	main["resources"] = resources
	overlay(spec, "volumes",
		object{"name": "flink-config-volume", "configMap": object{"name": configName(r.cluster)}},
		object{"name": "user-artifacts-volume", "emptyDir": object{}},
		object{"name": "pod-template-volume", "configMap": object{"name": podsName(r.cluster)}})
	overlay(main, "volumeMounts",
		object{"name": "flink-config-volume", "mountPath": configFolder},
		object{"name": "user-artifacts-volume", "mountPath": artifactFolder},
		object{"name": "pod-template-volume", "mountPath": podTemplateFolder})
	r.mountProgram(spec, main)
	return nil
}

// jobManagerResources are requests and limits, as InitJobManagerDecorator computes them.
func (r *rendering) jobManagerResources(options conf.Options) (object, error) {
	memory, err := memoryOf(options, r.submission)
	if err != nil {
		return nil, fault.Errorf(fault.Usage, "job %s: %w", r.submission.Name, err)
	}
	var numbers [3]float64
	for i, key := range []string{"kubernetes.jobmanager.cpu.amount", "kubernetes.jobmanager.cpu.limit-factor", "kubernetes.jobmanager.memory.limit-factor"} {
		if numbers[i], err = number(options, key, 1); err != nil {
			return nil, fault.Errorf(fault.Usage, "job %s: %w", r.submission.Name, err)
		}
	}
	const mb = 1 << 20
	return object{
		"requests": object{"cpu": decimal(numbers[0]), "memory": fmt.Sprintf("%dMi", int64(memory)/mb)},
		"limits":   object{"cpu": decimal(numbers[0] * numbers[1]), "memory": fmt.Sprintf("%dMi", int64(float64(memory)*numbers[2])/mb)},
	}, nil
}

func (r *rendering) services() []item {
	selector := roleLabels(r.cluster, jobManagerRole)
	return []item{
		r.owned(api.Services, "Service", r.cluster, object{"spec": object{
			"clusterIP": "None", "selector": selector,
			"ports": []any{
				object{"name": "jobmanager-rpc", "port": 6123, "targetPort": 6123, "protocol": "TCP"},
				object{"name": "blobserver", "port": 6124, "targetPort": 6124, "protocol": "TCP"},
			},
		}}),
		r.owned(api.Services, "Service", restService(r.cluster), object{"spec": object{
			"type": "ClusterIP", "selector": selector,
			"ports": []any{object{"name": "rest", "port": restPort, "targetPort": restPort, "protocol": "TCP"}},
		}}),
	}
}

func (r *rendering) configMaps(base object, options conf.Options) ([]item, error) {
	of, ok := release.Of(r.line)
	if !ok {
		return nil, fmt.Errorf("no release %s", r.line)
	}
	text, err := options.WithJavaOptions(r.line).Render(r.line)
	if err != nil {
		return nil, err
	}
	pods, err := json.MarshalIndent(base, "", " ") // which is YAML
	if err != nil {
		return nil, err
	}
	return []item{
		r.owned(api.ConfigMaps, "ConfigMap", configName(r.cluster), object{"data": object{of.ConfigFile: string(text), loggingFile: logging}}),
		r.owned(api.ConfigMaps, "ConfigMap", podsName(r.cluster), object{"data": object{podTemplateFile: string(pods)}}),
	}, nil
}

// owned is an object that goes with the Deployment, whose uid is put in when it is known.
func (r *rendering) owned(resource api.Resource, kind, name string, content object) item {
	labels := r.labels()
	maps.Copy(labels, nativeLabels(r.cluster))
	content["apiVersion"], content["kind"] = "v1", kind
	content["metadata"] = object{"name": name, "namespace": r.namespace, "labels": labels}
	return item{resource, name, content}
}

// ownedBy makes an object go with another.
func ownedBy(o object, owner item, uid string) {
	part(o, "metadata")["ownerReferences"] = []any{object{
		"apiVersion": owner.object["apiVersion"], "kind": owner.object["kind"], "name": owner.name, "uid": uid,
		"controller": true, "blockOwnerDeletion": true,
	}}
}

// logging is the configuration of log4j in all containers: to the console, for Kubernetes, and to a file, for Flink's web
// interface. It is looked at again every 30 seconds.
const logging = `monitorInterval = 30

rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console
rootLogger.appenderRef.file.ref = File

appender.console.type = CONSOLE
appender.console.name = Console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c - %m%n

appender.file.type = RollingFile
appender.file.name = File
appender.file.fileName = ${sys:log.file}
appender.file.filePattern = ${sys:log.file}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c - %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 50MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 5

logger.pekko.name = org.apache.pekko
logger.pekko.level = WARN
logger.akka.name = akka
logger.akka.level = WARN
logger.zookeeper.name = org.apache.zookeeper
logger.zookeeper.level = WARN
`
