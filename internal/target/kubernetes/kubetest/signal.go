//go:build unix

package kubetest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Signal sends a signal to all processes of a pod's first container, as its node sees them. From inside a pod its first
// process cannot be stopped, and is not killed.
func (r *Rig) Signal(t testing.TB, namespace, pod string, s syscall.Signal) {
	t.Helper()
	id := r.Run(t, "get", "pod", pod, "-n", namespace, "-o", "jsonpath={.status.containerStatuses[0].containerID}")
	_, container, ok := strings.Cut(strings.TrimSpace(id), "://")
	if !ok {
		t.Fatalf("pod %s has no container that runs", pod)
	}
	groups, err := filepath.Glob("/proc/[0-9]*/cgroup")
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	for _, file := range groups {
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), container) {
			continue // a process that has ended, or another one
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil {
			err = syscall.Kill(pid, s)
		}
		if err != nil {
			t.Fatal(err)
		}
		sent++
	}
	if sent == 0 {
		t.Fatalf("no process of pod %s", pod)
	}
}
