package dist

import (
	"os/exec"

	"golang.org/x/sys/windows"
)

// diskFull are the errors that mean "no room".
var diskFull = []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL, windows.ERROR_DISK_QUOTA_EXCEEDED}

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

// bind has nothing to add: the child is ended through its handle.
func bind(*exec.Cmd) {}
