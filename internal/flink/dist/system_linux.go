package dist

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// startedAt tells two processes with one id apart: field 22 of /proc/PID/stat, the start time in ticks since boot. It is
// "" for a process that is gone.
func startedAt(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	_, fields, _ := strings.Cut(string(text[strings.LastIndexByte(string(text), ')')+1:]), " ") // the name before may hold blanks
	const startTime = 22 - 3
	if f := strings.Fields(fields); len(f) > startTime {
		return f[startTime]
	}
	return ""
}

// bind makes the child a process group of its own that ends as a whole, and die with this process even when that is
// killed. The caller stays on its thread until the child ended: the system watches the thread.
func bind(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
