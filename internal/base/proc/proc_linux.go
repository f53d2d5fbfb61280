package proc

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// Fields of /proc/PID/stat behind the name in brackets, from 0: proc(5) counts state as the third of all fields and
// starttime, in ticks since the system started, as the 22nd.
const (
	stateField     = 0
	startTimeField = 22 - 3
)

func started(pid int) string { return stat(pid, startTimeField) }

func zombie(pid int) bool { return stat(pid, stateField) == "Z" }

func stat(pid, field int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	behind := string(text[strings.LastIndexByte(string(text), ')')+1:]) // the name may hold blanks and brackets
	if fields := strings.Fields(behind); len(fields) > field {
		return fields[field]
	}
	return ""
}

// dieWithParent also ends the process when the thread that started it ends, however that came.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGKILL }
