package dist

import (
	"os/exec"
	"syscall"
)

// bind makes the child a process group of its own that ends as a whole, and die with this process even when that is
// killed. The caller stays on its thread until the child ended: the system watches the thread.
func bind(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
