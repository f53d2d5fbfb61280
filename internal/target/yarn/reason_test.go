package yarn

import (
	"net/http"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
)

// TestDiagnosis reads what YARN says about an application whose JobManager it ended, or whose JobManager ended.
func TestDiagnosis(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, diagnostics, want string
		byYARN                  bool
	}{
		{"over its memory", "Application application_1_0025 failed 1 times (global limit =2; local limit is =1) due to AM Container for" +
			" appattempt_1_0025_000001 exited with  exitCode: -104\nFailing this attempt.Diagnostics: [2026-11-23 02:00:01.123]Container" +
			" [pid=42,containerID=container_1_0025_01_000001] is running 539463680B beyond the 'PHYSICAL' memory limit. Current usage: 1.5 GB" +
			" of 1 GB physical memory used; 3.9 GB of 2.1 GB virtual memory used. Killing container.\nDump of the process-tree for container:\n",
			"Container [pid=42,containerID=container_1_0025_01_000001] is running 539463680B beyond the 'PHYSICAL' memory limit. Current usage:" +
				" 1.5 GB of 1 GB physical memory used; 3.9 GB of 2.1 GB virtual memory used. Killing container.", true},
		{"a file that was altered", "Application application_1_0003 failed 1 times due to AM Container for appattempt_1_0003_000001 exited" +
			" with  exitCode: -1000\nFailing this attempt.Diagnostics: [2026-11-23 01:00:00.001]Resource hdfs://nn/x changed on src filesystem",
			"Resource hdfs://nn/x changed on src filesystem", true},
		{"its program failed", "Application application_1_0001 failed 1 times due to AM Container for appattempt_1_0001_000001 exited with" +
			"  exitCode: 2\nFailing this attempt.Diagnostics: [2026-11-23 01:00:00.001]Exception from container-launch.\nContainer id: x",
			"Exception from container-launch.", false},
		{"the clocks differ", "Application application_1_0001 failed 1 times (global limit =2; local limit is =1) due to Error launching" +
			" appattempt_1_0001_000001. Got exception: org.apache.hadoop.yarn.exceptions.YarnException: Unauthorized request to start" +
			" container. \nThis token is expired. current time is 1795446990000 found 1795443990000\nNote: System times on machines may be out of sync.",
			"the clocks of YARN's machines differ: a NodeManager holds what the ResourceManager just gave out for expired. Set their clocks.", false},
		{"killed by somebody", "Application application_1_0001 was killed by user root at 127.0.0.1", "Application application_1_0001 was killed by user root at 127.0.0.1", false},
	} {
		a := app{Diagnostics: test.diagnostics}
		if got := diagnosis(a); got != test.want || a.stoppedByYARN() != test.byYARN {
			t.Errorf("%s: %q, by YARN: %v; want %q", test.name, got, a.stoppedByYARN(), test.want)
		}
	}
}

// refusing is a transport that has nothing to sign in with.
type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, fault.Errorf(fault.Denied, "the tickets expired").WithFix("kinit")
}

// Whoever cannot sign in is told so at once: waiting for the ResourceManager would not help.
func TestDenied(t *testing.T) {
	t.Parallel()
	rm := &resourceManager{addresses: []string{"http://rm1", "http://rm2"}, http: &http.Client{Transport: refusing{}}}
	_, err := rm.app(t.Context(), "application_1_0001")
	if isAway(err) || fault.KindOf(err) != fault.Denied || fault.FixOf(err) != "kinit" {
		t.Errorf("error %v of kind %s, fix %q", err, fault.KindOf(err), fault.FixOf(err))
	}
}
