//go:build unix

package proc

import (
	"errors"
	"os/exec"
	"syscall"
)

// terminate is the polite signal.
const terminate = syscall.SIGTERM

// alive says whether a process has this number.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return (err == nil || errors.Is(err, syscall.EPERM)) && !zombie(pid)
}

// Detach makes a command that has not started yet live on when this process and its terminal are gone.
func Detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// Together makes a command that has not started yet end with all it started when the command's context ends. On Linux it
// also ends with this process, if the thread that starts it is kept until then (runtime.LockOSThread).
func Together(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
