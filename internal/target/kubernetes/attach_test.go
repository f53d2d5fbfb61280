package kubernetes_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
)

// TestNothingRunsInPods says what keeps this program from running beside a JVM, and the way out.
func TestNothingRunsInPods(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		exec http.HandlerFunc
		kind fault.Kind
		fix  string
	}{
		"the image has no shell": {
			kubetest.Refused(`OCI runtime exec failed: exec: \"sh\": executable file not found in $PATH: unknown`), fault.Failed,
			"the image has no shell; threads, flame and the report work without",
		},
		"nothing can be written": {kubetest.Refused("sh: /tmp/.autostream-x: Read-only file system"), fault.Failed, "a /tmp that can be written"},
		"a right is missing": {
			kubetest.Forbidden(`pods "a" is forbidden: User "u" cannot get resource "pods/exec" in API group "" in the namespace "streams"`), fault.Denied,
			`{apiGroups: [""], resources: ["pods/exec"], verbs: ["get"]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := kubetest.NewFake(t)
			f.Exec = test.exec
			program := filepath.Join(t.TempDir(), "program")
			if err := os.WriteFile(program, []byte("a program"), 0o600); err != nil {
				t.Fatal(err)
			}
			k, err := kubernetes.New(kubernetes.Options{
				Name: "prod", Line: release.V2_2, Image: "flink:2.2", Program: program,
				Cluster: api.Settings{Kubeconfig: f.Kubeconfig(t), Getenv: func(string) string { return "" }},
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(k.Close)
			_, err = k.Attach(t.Context(), target.JVM{ID: rest.JobManager, Host: "a"}, "threaddump")
			if fault.KindOf(err) != test.kind || !strings.Contains(fault.FixOf(err), test.fix) {
				t.Errorf("%v (%s), fix: %s", err, fault.KindOf(err), fault.FixOf(err))
			}
		})
	}
}
