//go:build sick

package cli_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
)

// TestSickFlame has JDK Flight Recorder, reached by attaching, say of a job whose time goes into JSON that it does: where
// Flink does not sample, as it does not unless it is told to.
func TestSickFlame(t *testing.T) { //nolint:paralleltest,tparallel // the jobs share the machine
	for _, line := range []release.Line{release.V2_2, release.V1_20} {
		t.Run(line.String(), func(t *testing.T) {
			bed := newSickbed(t, line, t.TempDir())
			t.Cleanup(func() { _, _ = bed.run("target", "down", "local", "--yes") })
			if out, err := bed.run("target", "up", "local"); err != nil {
				t.Fatalf("starting a cluster: %v\n%s", err, out)
			}
			bed.deploy(t, "hot-json")
			for _, test := range []struct{ which, source, want string }{{"cpu", "jfr", "JSON"}, {"alloc", "jfr", ""}, {"cpu", "attach", "JSON"}, {"cpu", "auto", "JSON"}} {
				bed.flame(t, test.which, test.source, test.want)
			}
		})
	}
}

// flame takes profiles until one says what is wanted first: the job may only just have started.
func (b *sickbed) flame(t *testing.T, which, source, want string) {
	t.Helper()
	var out string
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(time.Second) {
		var failed error
		out, failed = b.run("diagnose", "flame", "local/hot-json", "--which", which, "--source", source, "--format", "json", "--yes")
		var r struct {
			Source  string
			Samples int64
			Verdict []struct{ Operator, What string }
		}
		if failed != nil || json.NewDecoder(strings.NewReader(out)).Decode(&r) != nil || r.Samples == 0 || len(r.Verdict) == 0 {
			continue
		}
		if source == "auto" && r.Source != "jfr" {
			t.Errorf("the best source is %s", r.Source)
		}
		if first := r.Verdict[0]; first.Operator != "" && strings.Contains(first.What, want) {
			t.Logf("%s of %s: %d samples, first %+v", which, r.Source, r.Samples, first)
			return
		}
	}
	t.Errorf("%s of %s says no %q first: %s", which, source, want, out)
}
