package plan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/project"
)

// planned plans the job j of a project whose jar job has these keys.
func planned(t *testing.T, flink, target, keys string) (plan.Plan, []string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"j.jar": "", "autostream.yaml": fmt.Sprintf("version: 1\nname: shop\nflink: %q\ntargets:\n  place: %s\njobs:\n  j:\n    jar: j.jar\n    target: place\n    %s\n",
			flink, target, strings.ReplaceAll(keys, "\n", "\n    ")),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, findings, err := project.Load(dir, project.Options{})
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	job, _ := p.Job("j")
	place, _ := p.Target("place")
	out, found := plan.Of(plan.Source{Job: job, Release: p.Release, Target: place})
	var got []string
	for _, f := range found {
		got = append(got, fmt.Sprintf("%s %s: %s", f.Rule, f.File.Slice(f.Span), f.Message))
	}
	return out, got
}

// The kinds of target of these tests.
const (
	onLocal      = "{kind: local, slots: 4}"
	onKubernetes = "{kind: kubernetes, image: i}"
	onYARN       = "{kind: yarn, resourceManager: [a]}"
)

// Settings become options of Flink under the names of the release.
func TestSettingsBecomeOptions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, flink, target, keys string
		want                      map[string]string
	}{
		{"fixed delay", "2.2", onKubernetes, "restart: {strategy: fixed-delay, attempts: 3, delay: 10s}", map[string]string{
			"restart-strategy.type": "fixed-delay", "restart-strategy.fixed-delay.attempts": "3", "restart-strategy.fixed-delay.delay": "10 s",
		}},
		{"failure rate", "1.17", onYARN, "restart: {strategy: failure-rate, attempts: 3, within: 5m, delay: 500ms}", map[string]string{
			"restart-strategy.type": "failure-rate", "restart-strategy.failure-rate.max-failures-per-interval": "3",
			"restart-strategy.failure-rate.failure-rate-interval": "5 min", "restart-strategy.failure-rate.delay": "500 ms",
		}},
		{"exponential delay", "2.2", onLocal, "restart: {strategy: exponential-delay, attempts: 9, within: 1h, delay: 1s, maxDelay: 1m}", map[string]string{
			"restart-strategy.type": "exponential-delay", "restart-strategy.exponential-delay.attempts-before-reset-backoff": "9",
			"restart-strategy.exponential-delay.reset-backoff-threshold": "1 h", "restart-strategy.exponential-delay.initial-backoff": "1 s",
			"restart-strategy.exponential-delay.max-backoff": "1 min",
		}},
		{"none", "2.2", onLocal, "restart: {strategy: none}", map[string]string{"restart-strategy.type": "none"}},
		{"state", "2.2", onKubernetes, "stateBackend: rocksdb\nresources: {taskManager: {managed: 0.6}}", map[string]string{
			"state.backend.type": "rocksdb", "taskmanager.memory.managed.fraction": "0.6",
		}},
		{"no managed memory", "2.2", onYARN, "stateBackend: hashmap\nresources: {taskManager: {managed: 0}}", map[string]string{
			"state.backend.type": "hashmap", "taskmanager.memory.managed.fraction": "0",
		}},
		{"processes of others", "2.2", onLocal, "stateBackend: rocksdb\nresources: {taskManager: {managed: 0.6}}", map[string]string{"state.backend.type": "rocksdb"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p, findings := planned(t, test.flink, test.target, test.keys)
			if diff := cmp.Diff(test.want, p.Spec.Options); diff != "" || len(findings) > 0 {
				t.Errorf("options (-want +got):\n%s%v", diff, findings)
			}
		})
	}
}

// What cannot hold is told with its place, before anything is started.
func TestImpossibleSettings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, flink, target, keys, want string }{
		{"a key of another strategy", "2.2", onLocal, "restart: {strategy: fixed-delay, maxDelay: 1m}", "AP3008 maxDelay: maxDelay means nothing with strategy fixed-delay"},
		{"a key without a strategy", "2.2", onLocal, "restart: {attempts: 3}", "AP3008 attempts: attempts needs a strategy"},
		{"a key of a later release", "1.18", onLocal, "restart: {strategy: exponential-delay, attempts: 3}", "AP3008 attempts: Flink 1.18 has no attempts for exponential-delay"},
		{"a state backend of a later release", "1.20", onLocal, "stateBackend: forst", "AP3008 stateBackend: Flink 1.20 has no state backend forst: it came with 2.0"},
		{"a small JobManager", "2.2", onKubernetes, "resources: {jobManager: {memory: 512m}}", "AP3008 memory: 512m is too little for a JobManager: Flink's own parts take 576m"},
		{"a small JobManager with its own division", "2.2", onKubernetes, "resources: {jobManager: {memory: 512m}}\noptions: {jobmanager.memory.off-heap.size: 16m}", ""},
		{"a small JobManager that is another's", "2.2", onLocal, "resources: {jobManager: {memory: 512m}}", ""},
		{"a small TaskManager", "2.2", onYARN, "resources: {taskManager: {memory: 900m}}", "AP3008 memory: 900m is too little for a TaskManager: nothing is left for tasks"},
		{"a small TaskManager without managed memory", "2.2", onYARN, "resources: {taskManager: {memory: 900m, managed: 0}}", ""},
		{"a TaskManager of managed memory", "2.2", onYARN, "resources: {taskManager: {memory: 1728m, managed: 0.9}}", "AP3008 memory: 1728m is too little for a TaskManager: nothing is left for tasks"},
		{"too many subtasks for a job", "2.2", onYARN, "parallelism: 9\noptions: {pipeline.max-parallelism: 8}", "AP3008 parallelism: parallelism 9 is more than pipeline.max-parallelism, 8"},
		{"too many subtasks for a cluster", "2.2", onLocal, "parallelism: 9", "AP3008 parallelism: parallelism 9 is more than target place has slots, 4"},
		{"no ZooKeeper", "2.2", onYARN, "highAvailability: {storage: hdfs:///ha}", "AP3008 highAvailability: high availability on target place needs ZooKeeper"},
		{"ZooKeeper", "2.2", onYARN, "highAvailability: {storage: hdfs:///ha}\noptions: {high-availability.type: zookeeper}", ""},
		{"ZooKeeper in Kubernetes", "2.2", onKubernetes, "highAvailability: {storage: hdfs:///ha}\noptions: {high-availability.type: zookeeper}",
			"AP3008 highAvailability: high availability on target place is kept by Kubernetes, and high-availability.type is zookeeper"},
		{"a label of Flink's", "2.2", onKubernetes, "labels: {app: a}", "AP3008 app: label app is how what belongs to a job is found"},
		{"a label of ours", "2.2", onKubernetes, "labels: {autostream/job: a}", "AP3008 autostream/job: label autostream/job is how what belongs to a job is found"},
		{"a value that is no label", "2.2", onKubernetes, "labels: {team: two words}", `AP3008 team: label team cannot be "two words"`},
		{"a name that is no label", "2.2", onKubernetes, "labels: {a/b/c: d}", "AP3008 a/b/c: Kubernetes has no label named a/b/c"},
		{"labels", "2.2", onKubernetes, "labels: {example.com/team: a.b-c, empty: \"\"}", ""},
		{"a tag", "2.2", onYARN, "labels: {app: two words}", ""},
		{"where it runs", "2.2", onKubernetes, "options: {kubernetes.cluster-id: mine}", "AP3008 kubernetes.cluster-id: kubernetes.cluster-id is set by AutoStream"},
		{"variables of shared processes", "2.2", onLocal, "environment: {A: b}", "AP3007 environment: job j cannot have environment variables on target place"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, findings := planned(t, test.flink, test.target, test.keys)
			if got := strings.Join(findings, "\n"); got != test.want {
				t.Errorf("findings:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}
