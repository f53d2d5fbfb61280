package dist

import (
	"errors"
	"os"
	"os/exec"

	"golang.org/x/sys/windows"
)

// diskFull are the errors that mean "no room".
var diskFull = []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED}

// lockedByte lies far behind the text of the lock file: locked bytes cannot be read by others.
var lockedByte = windows.Overlapped{OffsetHigh: 0x7fffffff}

// tryLock takes an exclusive lock on the file or gives errLocked.
func tryLock(f *os.File) error {
	at := lockedByte
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errLocked
	}
	return err
}

func unlock(f *os.File) error {
	at := lockedByte
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, &at)
}

// freeSpace is the number of bytes the user may still write below dir.
func freeSpace(dir string) (int64, error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(path, &free, nil, nil)
	return int64(free), err
}

// alive reports whether a process with this id exists.
func alive(pid int) bool {
	const stillActive = 259
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return errors.Is(err, windows.ERROR_ACCESS_DENIED)
	}
	defer windows.CloseHandle(h) //nolint:errcheck // nothing depends on it
	var code uint32
	return windows.GetExitCodeProcess(h, &code) == nil && code == stillActive
}

// startedAt has no cheap source here; process ids alone decide.
func startedAt(int) string { return "" }

// bind has nothing to add: the child is ended through its handle.
func bind(*exec.Cmd) {}
