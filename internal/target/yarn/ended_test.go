package yarn

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEndedByYARN reads why YARN ended a container in the log of a JobManager.
func TestEndedByYARN(t *testing.T) {
	t.Parallel()
	const memory = "Container [pid=42,containerID=container_1_0002_01_000003] is running 9B beyond the 'PHYSICAL' memory limit." +
		" Current usage: 1.1 GB of 1 GB physical memory used; 5.2 GB of 2.1 GB virtual memory used. Killing container."
	status := func(container, diagnostics, code string) string {
		return "ContainerStatus: [ContainerId: " + container + ", ExecutionType: GUARANTEED, State: COMPLETE, Capability: <memory:1024, vCores:1>," +
			" Diagnostics: " + diagnostics + ", ExitStatus: " + code + ", IP: null, Host: null, ExposedPorts: , ContainerSubState: DONE]"
	}
	entry := func(all ...string) string {
		return "2026-11-23 09:00:00,001 DEBUG org.apache.flink.yarn.YarnResourceManagerDriver  [] - YARN ResourceManager reported the following" +
			" containers completed: [" + strings.Join(all, ", ") + "].\n2026-11-23 09:00:00,002 INFO  org.example [] - Diagnostics: x, ExitStatus: -7, y\n"
	}
	over := status("container_1_0002_01_000003", "[2026-11-23 09:00:00.001]"+memory+"\nDump of the process-tree for container_1_0002_01_000003 :\n\t|- PID"+
		"\n[2026-11-23 09:00:00.002]Container killed on request. Exit code is 143\n", "-104")
	unwanted := status("container_1_0002_01_000002", "Container released by application", "-100")
	for _, test := range []struct{ name, log, container, want string }{
		{"nothing", "2026-11-23 09:00:00,001 INFO  x [] - y\n", "", ""},
		{"over its memory", entry(unwanted, over), "container_1_0002_01_000003", memory},
		{"any", entry(over) + entry(unwanted), "", memory},
		{"released", entry(over, unwanted), "container_1_0002_01_000002", ""},
		{"it ended itself", entry(status("container_1_0002_01_000002", "", "0")), "", ""},
		{"cut off", strings.TrimSuffix(entry(over), "-104"), "container_1_0002_01_000009", ""},
		{"in the middle", entry(over)[:200], "", ""},
	} {
		if got := endedByYARN(test.log, test.container); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestLogging adds what is needed to the logging configuration, once.
func TestLogging(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), logConfig)
	if _, err := logging(file); err == nil {
		t.Error("no error without a file")
	}
	const own = "logger.mine.name = org.apache.flink.yarn.YarnResourceManagerDriver\n"
	for text, want := range map[string]string{"rootLogger.level = INFO": "rootLogger.level = INFO" + reportOfEnds, own: own} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := logging(file)
		if err != nil || s.size != int64(len(want)) {
			t.Errorf("%q: %d bytes, %v; want %q", text, s.size, err, want)
		}
	}
}
