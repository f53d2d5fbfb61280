package attach

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// connect asks the JVM to open its socket, unless it is open already.
func connect(ctx context.Context, pid int) (net.Conn, error) {
	inner, err := innerPID(pid)
	if err != nil {
		return nil, err
	}
	if err := isJVM(pid); err != nil {
		return nil, err
	}
	// The JVM's own view of /tmp, which in a container is not ours.
	tmp := fmt.Sprintf("/proc/%d/root/tmp", pid)
	socket := filepath.Join(tmp, fmt.Sprintf(".java_pid%d", inner))
	var dialer net.Dialer
	if conn, err := dialer.DialContext(ctx, "unix", socket); err == nil {
		return conn, nil
	}
	trigger := filepath.Join(tmp, fmt.Sprintf(".attach_pid%d", inner))
	if err := os.WriteFile(trigger, nil, 0o600); err != nil {
		return nil, denied(pid, err)
	}
	defer os.Remove(trigger)
	limit, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	woken := false
	for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
		if conn, err := dialer.DialContext(limit, "unix", socket); err == nil {
			return conn, nil
		}
		if !woken && catchesQuit(pid) {
			if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
				return nil, denied(pid, err)
			}
			woken = true
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-limit.Done():
			return nil, fault.Errorf(fault.Failed, "JVM %d opens no socket for tools: it was started with -XX:+DisableAttachMechanism, or stands still", pid)
		case <-time.After(wait):
		}
	}
}

// catchesQuit says whether the process has a handler for SIGQUIT. A JVM that is just starting has none yet, and would end.
func catchesQuit(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(status)) {
		if mask, ok := strings.CutPrefix(line, "SigCgt:"); ok {
			caught, err := strconv.ParseUint(strings.TrimSpace(mask), 16, 64)
			return err == nil && caught&(1<<(syscall.SIGQUIT-1)) != 0
		}
	}
	return false
}

// innerPID is the number of a process inside its own PID namespace: the last one of NSpid.
func innerPID(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, denied(pid, err)
	}
	for line := range strings.Lines(string(status)) {
		if numbers, ok := strings.CutPrefix(line, "NSpid:"); ok {
			fields := strings.Fields(numbers)
			return strconv.Atoi(fields[len(fields)-1])
		}
	}
	return pid, nil
}
