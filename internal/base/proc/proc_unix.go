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
