package kubernetes_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
	"github.com/autostream/autostream/sdk/java/agent"
)

// Levels are kept in a ConfigMap of the job, where its pods read them; the pods are marked so that they do so at once.
func TestLevels(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	k, s := to(t, f), submission("pv_uv")
	if _, err := k.Submit(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	cluster := "pv-uv-" + string(s.ID[:10])
	const pod = "api/v1/namespaces/streams/pods/"
	f.Lay(pod+"tm-1", `{"metadata": {"labels": {"app": "`+cluster+`", "type": "flink-native-kubernetes"}}}`)
	levels := []agent.Level{
		{Logger: "com.acme", Level: "DEBUG", Until: time.UnixMilli(time.Now().Add(time.Hour).UnixMilli())},
		{Logger: "over", Level: "DEBUG", Until: time.UnixMilli(1)},
	}
	all := func(before []agent.Level) []agent.Level { return append(before, levels...) }
	told, err := k.KeepLevels(t.Context(), s.ID, all)
	if err != nil || told.By != "ConfigMap autostream-agent-"+cluster {
		t.Fatalf("KeepLevels: %+v, %v", told, err)
	}
	if marked, _ := json.Marshal(f.Get(pod + "tm-1")); !strings.Contains(string(marked), `"annotations":{"autostream/levels":`) {
		t.Errorf("the pod: %s", marked)
	}
	kept, _, err := k.KeptLevels(t.Context(), s.ID)
	if diff := cmp.Diff(levels[:1], kept); diff != "" || err != nil {
		t.Errorf("kept: %v (-want +got):\n%s", err, diff)
	}

	f.Before = func(r *http.Request) error {
		if r.Method == http.MethodPatch && strings.Contains(r.URL.Path, "/pods/") {
			return errors.New("not allowed")
		}
		return nil
	}
	unasked, err := k.KeepLevels(t.Context(), s.ID, func([]agent.Level) []agent.Level { return nil })
	if err != nil || unasked.Within <= told.Within {
		t.Errorf("without marking pods: %+v, %v, and with it %+v", unasked, err, told)
	}
	f.Take("api/v1/namespaces/streams/configmaps/autostream-agent-" + cluster)
	if _, err := k.KeepLevels(t.Context(), s.ID, all); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a job without an agent: %v", err)
	}
}

// What was told is awaited when the caller has enough: what is told next must not be overtaken.
func TestTell(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	k := to(t, f)
	tm := target.JVM{ID: "tm-1", Host: "tm-1"}
	ctx, cancel := context.WithCancel(t.Context())
	f.Exec = func(w http.ResponseWriter, r *http.Request) {
		if words := r.URL.Query()["command"]; words[len(words)-1] != "set:a=DEBUG@1" {
			t.Errorf("the command is %q", words)
		}
		cancel()
		kubetest.Prints("autostream.agent.problem=\n")(w, r)
	}
	if said, err := k.Tell(ctx, tm, "set:a=DEBUG@1"); err != nil || !agent.Parse(said).Loaded {
		t.Errorf("an agent listens: %q, %v", said, err)
	}
	if _, err := k.Tell(ctx, tm, "set:a=DEBUG@1"); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits any more: %v", err)
	}
	f.Exec = kubetest.Refused("command terminated with exit code 1")
	if said, err := k.Tell(t.Context(), tm, ""); err == nil {
		t.Errorf("none listens, and %q is no error", said)
	}
}

// Whoever makes the cluster, all processes of a job start with the agent, beside what the user has them start with.
func TestAgentAtStart(t *testing.T) {
	t.Parallel()
	for name, deployer := range map[string]string{"native": kubernetes.Native, "operator": kubernetes.Operator} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, f := operated(t, release.V1_20, deployer, "v1_20")
			s := submission("pv_uv")
			s.Options = map[string]string{"env.java.opts.taskmanager": "-Dmine=1"}
			cluster := "pv-uv-" + string(s.ID[:10])
			f.Then(customResources+cluster, func() { f.Operate("streams", cluster) })
			if _, err := k.Submit(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			var all strings.Builder
			for _, path := range slices.Concat(f.Paths("api"), f.Paths("apis")) {
				text, _ := json.Marshal(f.Get(path)) // what a test can read back
				all.Write(text)
			}
			const option = "-javaagent:/opt/autostream/agent/agent.jar=file:/opt/autostream/agent/levels"
			const listening = " -javaagent:/opt/autostream/agent/agent.jar=asked:/opt/autostream/control"
			for _, words := range []string{"-Dmine=1 " + option + listening, `"mountPath":"/opt/autostream/agent"`, `"mountPath":"/opt/autostream/control"`, `"levels":""`} {
				if !strings.Contains(all.String(), words) {
					t.Errorf("nowhere: %s", words)
				}
			}
			if n := strings.Count(all.String(), option); n < 2 {
				t.Errorf("%d processes start with the agent", n)
			}
		})
	}
}
