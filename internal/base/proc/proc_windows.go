package proc

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// terminate is the only signal that reaches a process without a console.
var terminate = os.Kill

// alive says whether a process has this number.
func alive(pid int) bool { return started(pid) != "" }

// started is the time of creation of a process that has not ended, in 100 ns since 1601.
func started(pid int) string {
	h, err := syscall.OpenProcess(syscall.PROCESS_QUERY_INFORMATION|syscall.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return ""
	}
	defer func() { _ = syscall.CloseHandle(h) }()
	if event, err := syscall.WaitForSingleObject(h, 0); err != nil || event == syscall.WAIT_OBJECT_0 {
		return ""
	}
	var created, ended, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(h, &created, &ended, &kernel, &user); err != nil {
		return ""
	}
	return strconv.FormatInt(created.Nanoseconds(), 10)
}

// Detach makes a command that has not started yet live on when this process and its console are gone.
func Detach(cmd *exec.Cmd) {
	const detachedProcess = 0x8
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP | detachedProcess}
}

// Together makes a command that has not started yet end with all it started when the command's context ends.
func Together(cmd *exec.Cmd) {
	cmd.Cancel = func() error {
		return exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run() //nolint:noctx // ends at once
	}
}
