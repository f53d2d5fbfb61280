package kubernetes

import (
	"strings"
	"testing"
)

func TestComplaint(t *testing.T) {
	t.Parallel()
	const terminated = "2026-01-01 00:00:00,000 INFO  o.a.f.ActiveResourceManager - Worker pv-uv-1-taskmanager-1-1(rig) is terminated. Diagnostics: " +
		"Pod terminated, container termination statuses: [flink-main-container(exitCode=%s, message=null)], pod status: Failed(reason=null, message=null)\n"
	for want, log := range map[string]string{
		"taskmanager-1-1 was killed because it used more memory than it has (OOMKilled)": strings.Replace(terminated, "%s", "137, reason=OOMKilled", 1),
		"taskmanager-1-1 ended with code 1":                                              strings.Replace(terminated, "%s", "1, reason=Error", 1),
		"":                                                                               strings.Replace(terminated, "%s", "0, reason=Completed", 1) + "something is terminated. Diagnostics: \n",
		"its pods are refused: exceeded quota: small": "Message: pods \"x\" is forbidden: exceeded quota: small. Received status: Status(kind=Status)\n",
	} {
		if got := complaint(strings.NewReader(log)).reason; got != want {
			t.Errorf("%q, want %q of\n%s", got, want, log)
		}
	}
}

func TestTheLineThatMatters(t *testing.T) {
	t.Parallel()
	for want, log := range map[string]string{
		"no such directory": "2026-01-01 00:00:00,000 ERROR org.apache.flink.X - Could not start.\njava.io.IOException: no such directory\n\tat x.Y\n2026-01-01 00:00:01,000 INFO x - bye\n",
		"Could not start.":  "2026-01-01 00:00:00,000 ERROR org.apache.flink.X - Could not start.\n2026-01-01 00:00:01,000 INFO x - bye\n",
		"out of disk":       "Exception in thread \"main\" java.io.IOException: out of disk\n\tat x.Y\n",
		"Invalid maximum heap size: -Xmx1x": "Invalid maximum heap size: -Xmx1x\nError: Could not create the Java Virtual Machine.\n" +
			"Error: A fatal exception has occurred. Program will exit.\n\n",
		"": "",
	} {
		if got := wordsOf(strings.NewReader(log)); got != want {
			t.Errorf("%q, want %q of\n%s", got, want, log)
		}
	}
}
