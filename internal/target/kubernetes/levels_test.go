package kubernetes_test

import (
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
	"github.com/autostream/autostream/sdk/java/agent"
)

// TestKeepLevels changes what TaskManagers start from, and changes it back, beside options of the user's own.
func TestKeepLevels(t *testing.T) {
	t.Parallel()
	for name, own := range map[string]string{"no options": "", "one": "-Dx=y", "several": "-Da=b -Dc=d: e"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := kubetest.NewFake(t)
			k, s := to(t, f), submission("pv_uv")
			if own != "" {
				s.Options = map[string]string{"env.java.opts.taskmanager": own}
			}
			if _, err := k.Submit(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			of, _ := release.Of(release.V2_2)
			config := func() (text string, jar any) {
				for _, path := range f.Paths("api/v1/namespaces/streams/configmaps/flink-config-") {
					data, _ := f.Get(path)["data"].(map[string]any)
					text, _ = data[of.ConfigFile].(string)
					files, _ := f.Get(path)["binaryData"].(map[string]any)
					jar = files["autostream-agent.jar"]
				}
				return text, jar
			}
			before, _ := config()
			for _, level := range []string{"DEBUG", "TRACE"} {
				levels := []agent.Level{{Logger: "com.acme", Level: level, Until: time.UnixMilli(1_800_000_000_000)}}
				if err := k.KeepLevels(t.Context(), s.ID, levels); err != nil {
					t.Fatal(err)
				}
				text, jar := config()
				if want := "-javaagent:/opt/flink/conf/autostream-agent.jar=set:com.acme=" + level + "@1800000000000"; strings.Count(text, "-javaagent") != 1 ||
					!strings.Contains(text, want) || !strings.Contains(text, own) || jar == nil {
					t.Errorf("the configuration is\n%s\nwith a jar: %v", text, jar != nil)
				}
			}
			if err := k.KeepLevels(t.Context(), s.ID, nil); err != nil {
				t.Fatal(err)
			}
			if after, jar := config(); after != before || jar != nil {
				t.Errorf("afterwards it is\n%s\nnot\n%s\nwith a jar: %v", after, before, jar != nil)
			}
			if err := k.KeepLevels(t.Context(), target.NewJobID(), nil); err == nil {
				t.Error("a job that nobody knows has levels")
			}
		})
	}
}
