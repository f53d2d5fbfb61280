//go:build unix && !linux

package proc

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

func started(pid int) string { return ps("lstart=", pid) }

func zombie(pid int) bool { return strings.HasPrefix(ps("state=", pid), "Z") }

// ps asks the system's own tool: the system calls behind it differ from one BSD to the next.
func ps(field string, pid int) string {
	out, err := exec.Command("ps", "-o", field, "-p", strconv.Itoa(pid)).Output() //nolint:noctx // ends at once
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

func dieWithParent(*syscall.SysProcAttr) {} // these systems have no such thing
