//go:build unix && !linux

package dist

import (
	"os/exec"
	"syscall"
)

// bind makes the child a process group of its own that ends as a whole.
func bind(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
