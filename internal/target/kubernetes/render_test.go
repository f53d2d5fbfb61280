package kubernetes

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
)

// goldens are the objects that Flink's own client made on the rig.
const goldens = "../../../rigs/k8s/golden"

const (
	testID      = "0123456789abcdef0123456789abcdef"
	testCluster = "pv-uv-0123456789"
)

// like is the submission that the goldens were captured from.
func like(line release.Line, version string) (*rendering, error) {
	s := target.Submission{
		ID: testID, Name: "pv_uv", Release: line.String(), Parallelism: 1,
		SQL: &target.SQLProgram{Statements: []string{"CREATE TABLE a (x INT)", "INSERT INTO a SELECT 1"}},
		Options: map[string]string{
			"jobmanager.memory.process.size": "1024m", "taskmanager.memory.process.size": "1280m", "taskmanager.numberOfTaskSlots": "2",
			"kubernetes.jobmanager.cpu.amount": "0.1", "kubernetes.jobmanager.cpu.limit-factor": "20",
			"kubernetes.taskmanager.cpu.amount": "0.1", "kubernetes.taskmanager.cpu.limit-factor": "20",
			"kubernetes.container.image.pull-policy": "IfNotPresent",
		},
	}
	if line == release.V2_2 {
		s.PodTemplate = "{kind: Pod, spec: {containers: [{name: flink-main-container, volumeMounts: [{name: shared, mountPath: /opt/flink/shared}]}]," +
			" volumes: [{name: shared, hostPath: {path: /shared, type: Directory}}]}}"
	}
	p, _, err := programOf(line, s)
	if err != nil {
		return nil, err
	}
	t := &Target{Options: Options{Line: line, Namespace: "streams", Image: "rig.local/flink:" + version, ServiceAccount: "flink"}}
	return t.application(s, p), nil
}

func TestRenderedLikeFlinksClient(t *testing.T) {
	t.Parallel()
	for line, version := range map[release.Line]string{release.V1_20: "1.20.3", release.V2_2: "2.2.1"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			r, err := like(line, version)
			if err != nil {
				t.Fatal(err)
			}
			objects, err := r.render()
			if err != nil {
				t.Fatal(err)
			}
			ours := map[string]object{"deployment.yaml": clone(objects.first.object)}
			for _, o := range objects.others {
				ownedBy(o.object, objects.first, "${UID}")
				file, ok := map[string]string{
					testCluster: "service-internal.yaml", testCluster + "-rest": "service-rest.yaml",
					"flink-config-" + testCluster: "configmap-flink-config.yaml", "pod-template-" + testCluster: "configmap-pod-template.yaml",
				}[o.name]
				if ok { // the Secret with the program is ours alone
					ours[file] = clone(o.object)
				}
			}
			for name, got := range ours {
				want, ok := golden(t, version, name)
				if !ok {
					continue
				}
				if name == "configmap-flink-config.yaml" {
					sameOptions(t, want, got)
					delete(want, "data")
				}
				if name == "configmap-pod-template.yaml" {
					delete(want, "data") // a template of ours has environment and labels besides
				}
				contains(t, name, want, got)
			}
		})
	}
}

// The script stays out of ConfigMaps, and so out of what Flink's REST interface shows of its configuration.
func TestScriptIsInASecret(t *testing.T) {
	t.Parallel()
	for line, version := range map[release.Line]string{release.V1_20: "1.20.3", release.V2_2: "2.2.1"} {
		r, err := like(line, version)
		if err != nil {
			t.Fatal(err)
		}
		objects, err := r.render()
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range append(objects.others, objects.first) {
			text, err := json.Marshal(o.object)
			if err != nil {
				t.Fatal(err)
			}
			if o.object["kind"] != "Secret" && strings.Contains(string(text), "INSERT INTO a") {
				t.Errorf("%s: the script is in %s %s", version, o.object["kind"], o.name)
			}
		}
	}
}

// golden reads a captured object with the names of this test; false when Flink's client made none in that release.
func golden(t *testing.T, version, name string) (object, bool) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(goldens, version, name))
	if os.IsNotExist(err) {
		return nil, false
	}
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer("${CLUSTER_ID}", testCluster, "${NAMESPACE}", "streams", "${SHARED_FOLDER}", "/shared").Replace(string(text))
	return parsed(t, filled), true
}

func parsed(t *testing.T, text string) object {
	t.Helper()
	asJSON, err := yaml.ToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var o object
	if err := json.Unmarshal(asJSON, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// unimportant are fields that the API server fills in, or that rigs/k8s/FACTS.md says do not matter.
var unimportant = []string{
	"annotations", "creationTimestamp", "generation", "resourceVersion", "uid", "status", "progressDeadlineSeconds", "revisionHistoryLimit",
	"strategy", "terminationMessagePath", "terminationMessagePolicy", "dnsPolicy", "restartPolicy", "schedulerName", "securityContext",
	"serviceAccount", "terminationGracePeriodSeconds", "items", "defaultMode", "protocol", "clusterIPs", "internalTrafficPolicy", "ipFamilies",
	"ipFamilyPolicy", "sessionAffinity",
}

// contains checks that all that matters of one value is in another. Entries of lists are found by their name.
func contains(t *testing.T, at string, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case object:
		have, _ := got.(object)
		for key, value := range want {
			if slices.Contains(unimportant, key) && !strings.HasSuffix(at, ".ownerReferences.") || value == "${IP}" || key == "type" && value == "ClusterIP" {
				continue
			}
			contains(t, at+"."+key, value, have[key])
		}
	case []any:
		have, _ := got.([]any)
		for i, value := range want {
			contains(t, fmt.Sprintf("%s.%d", at, i), value, entry(have, i, value))
		}
	default:
		if !reflect.DeepEqual(want, got) && quantity(want) != quantity(got) {
			t.Errorf("%s: %v, Flink's client has %v", at, got, want)
		}
	}
}

// quantity writes amounts of Kubernetes in one of the ways in which they can be written.
func quantity(value any) any {
	if same, ok := map[any]any{"100m": "0.1", "1Gi": "1024Mi"}[value]; ok {
		return same
	}
	return value
}

// entry finds the entry of a list that answers to another one: the one of its name, or at its place.
func entry(have []any, i int, value any) any {
	if named, ok := value.(object); ok && named["name"] != nil {
		for _, h := range have {
			if h.(object)["name"] == named["name"] {
				return h
			}
		}
		return nil
	}
	if i < len(have) {
		return have[i]
	}
	return nil
}

// ofTheClient are options that Flink's client writes for itself, or that differ on purpose.
var ofTheClient = []string{
	"execution.attached", "execution.shutdown-on-attached-exit", "execution.state-recovery.", "sql-gateway.", "table.resources.download-dir",
	"pipeline.classpaths", "pipeline.jars", "rest.address", "kubernetes.pod-template-file.default", "$internal.application.",
	"jobmanager.execution.failover-strategy", // the stock configuration repeats the default
}

func sameOptions(t *testing.T, want, got object) {
	t.Helper()
	theirs, ours := map[string]string{}, map[string]string{}
	flatten("", parsed(t, want["data"].(object)["config.yaml"].(string)), theirs)
	flatten("", parsed(t, got["data"].(object)["config.yaml"].(string)), ours)
	for key, value := range theirs {
		if slices.ContainsFunc(ofTheClient, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
			continue
		}
		if ours[key] != value && (ours[key] != "1g" || value != "1024m") {
			t.Errorf("option %s: %q, Flink's client has %q", key, ours[key], value)
		}
	}
	if ours["$internal.pipeline.job-id"] != testID {
		t.Errorf("the job id is %q", ours["$internal.pipeline.job-id"])
	}
	for key := range ours {
		if strings.Contains(key, "bind-host") || strings.Contains(key, "kubeconfig") {
			t.Errorf("option %s must not be written", key)
		}
	}
}

// flatten writes nested options by their full key.
func flatten(prefix string, of object, into map[string]string) {
	for key, value := range of {
		if inner, ok := value.(object); ok {
			flatten(prefix+key+".", inner, into)
			continue
		}
		into[prefix+key] = fmt.Sprint(value)
	}
}
