package lockfile

import (
	"os"
	"syscall"
	"unsafe"
)

// LockFileEx (fileapi.h) and what it is called with here; package syscall does not have it.
const (
	failImmediately = 0x1
	exclusive       = 0x2
	lockViolation   = syscall.Errno(33)
)

func lock(f *os.File) error {
	lockFileEx := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")
	var at syscall.Overlapped
	ok, _, err := lockFileEx.Call(f.Fd(), exclusive|failImmediately, 0, 1, 0, uintptr(unsafe.Pointer(&at)))
	switch {
	case ok != 0:
		return nil
	case err == lockViolation: //nolint:errorlint // an error code, never wrapped
		return ErrLocked
	}
	return err
}
